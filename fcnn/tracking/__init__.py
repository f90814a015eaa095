"""MLflow, and the only place that imports it: `store` opens it, `recorder` writes runs, `reader` gives data frames."""

import os

# Before MLflow is imported anywhere: its telemetry starts with the import.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# A server's address may hold a password, and a line for each run hides ours.
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
