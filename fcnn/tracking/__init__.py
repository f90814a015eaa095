"""MLflow, and the only package that imports it.

`store` opens the store, `writer` creates runs, `recorder` fills them, `reader` returns them as
data frames. Importing the package sets MLflow's own environment variables.
"""

from fcnn.tracking import _environment as _environment
