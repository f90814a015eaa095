"""MLflow, and the only package that imports it.

`store` opens the store and `guard` watches over it; `client` asks it for one thing, `database` or
`server` for many. `reader` returns runs as data frames, `writer` opens sweeps and runs, `recorder`
fills these or the outbox. Importing the package sets MLflow's own environment variables.
"""

from fcnn.tracking import _environment as _environment
