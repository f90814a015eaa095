"""Names of tags and files in the store: written by `writer` and `recorder`, read by `reader`."""

STUDY = "fcnn.study"
FINGERPRINT = "fcnn.fingerprint"
DIVERGED = "fcnn.diverged_epoch"
ERROR = "fcnn.error"
MODEL = "fcnn.model"
PROCESS = "fcnn.process"
RUNS = "fcnn.runs"
COMMAND = "fcnn.command"
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"

INTERRUPTED = "interrupted"
"""What a run is called that ended as KILLED."""

PLAN_FILE = "plan.json"
CONFIG_FILE = "config.yaml"
ARRAYS_FILE = "network.npz"
