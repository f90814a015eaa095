"""Environment variables that MLflow reads when it is imported; values of the user's own win."""

import os
import warnings

SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # Progress bars for files of a kilobyte.
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # Notice soon that a server is down: its runs wait in the outbox.
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",  # seconds
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    # A server that has too much to do may ask for a pause of an hour.
    "MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false",
    # MLflow prints a line for each run, with the password that a server's address may contain.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}

for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)

# MLflow imports a progress bar that asks for ipywidgets in notebooks, where it shows none.
warnings.filterwarnings("ignore", message="IProgress not found")
