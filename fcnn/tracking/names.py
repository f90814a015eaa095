"""Names of tags and files in the store: written by `writer` and `recorder`, read by `reader`."""

STUDY = "fcnn.study"
FINGERPRINT = "fcnn.fingerprint"
DIVERGED = "fcnn.diverged_epoch"
ERROR = "fcnn.error"
PROCESS = "fcnn.process"
RUNS = "fcnn.runs"
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"

PLAN_FILE = "plan.json"
CONFIG_FILE = "config.yaml"
ARRAYS_FILE = "network.npz"
