"""Trains what is missing of a study's grid."""

from contextlib import closing
from dataclasses import replace

from fcnn.composition.composing import ComposedGrid
from fcnn.errors import FcnnError
from fcnn.params import config_params, find_axes, table_names, with_table_name
from fcnn.tracking.writer import Writer
from fcnn.training import local
from fcnn.training.jobs import Job
from fcnn.training.resume import ResumePlan


def train_grid(grid: ComposedGrid) -> None:
    """To be replaced by `fcnn.training.sweep.run_sweep`."""
    first = grid.configs[0]
    inventory = ResumePlan(grid.configs)
    if first.dry_run or inventory.complete():
        return
    typed = [key for key in grid.swept_keys for key in (key, f"{key}.name")]
    params = [config_params(config) for config in grid.configs]
    tables = table_names(params)
    axes = find_axes(
        [with_table_name(each, tables) for each in params],
        first=(first.study.colour, first.study.style, *typed),
    )
    failed = []
    with Writer(first.tracking.uri).sweep(
        first, axes, inventory.fingerprints, len(inventory.missing), tables
    ) as parent:
        jobs = []
        for number, index in enumerate(inventory.missing):
            config = inventory.configs[index]
            tracking = replace(config.tracking, parent_run_id=parent)
            config = replace(config, tracking=tracking)
            jobs.append(Job(config, grid.config_yamls[index], number))
        if not jobs:
            return
        options = {key: grid.launcher[key] for key in ("workers", "max_population")}
        with closing(local.run(jobs, **options)) as results:
            for job, complete in results:
                try:
                    complete()
                except Exception as error:
                    failed.append(
                        f"  {' '.join(grid.jobs[inventory.missing[job.number]])}: {error}"
                    )
    if failed:
        raise FcnnError(f"{len(failed)} of {len(grid.jobs)} runs failed:", *failed)
