"""MLflow, and the only place that imports it: `store` opens it, `recorder` writes runs, `reader` gives data frames."""

import os

# Before MLflow is imported anywhere: its telemetry starts with the import.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
