"""From configs to tracked runs.

`sweep.run_sweep` and `single.run_single` are the two entries. Below them, in the order of a run:
`checks` (is a config trainable?), `jobs` (a config to a `Job`), `resume` (which jobs are pending),
`populations` (which train together), `pool` (threads), `local` or `ray_cluster` (jobs to results),
`job_run` (one run on its way from `history` to the recorder) and `delivery` (what waited in the
outbox).
"""
