"""MLflow, and the only place that imports it: `store` opens it, `writer` opens runs, `recorder` fills them, `reader` gives data frames."""

import os

# Before MLflow is imported anywhere: its telemetry starts with the import.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# Bars for files of a kilobyte.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
# A server that does not answer is noticed soon; what it has yet to get waits in the outbox.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
# A server's address may hold a password, and a line for each run hides ours.
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
