"""Names of tags and files in the store, which `writer` and `recorder` write and `reader` reads."""

STUDY = "fcnn.study"
FINGERPRINT = "fcnn.fingerprint"
DIVERGED = "fcnn.diverged_epoch"
KEPT = "fcnn.kept_epoch"
CONSTANT_LOSS = "fcnn.constant_loss"
NOISE_FLOOR = "fcnn.noise_floor"
ERROR = "fcnn.error"
MODEL = "fcnn.model"
KILLED_ALONE = "fcnn.killed_alone"
PROCESS = "fcnn.process"
RUNS = "fcnn.runs"
COMMAND = "fcnn.command"
FORCED = "fcnn.forced"
DATA_SEED = "fcnn.data_seed"
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"

OUTLINE = (FINGERPRINT, DIVERGED, PROCESS, RUNS)
"""Tags that tell what a run is and how it ended."""

INTERRUPTED = "interrupted"
"""Error recorded with a run whose status is KILLED."""
STATUSES = {
    "finished": "FINISHED",
    "failed": "FAILED",
    INTERRUPTED: "KILLED",
    "running": "RUNNING",
}
"""MLflow's statuses, by what tables call them."""

BEST_CELL = "fcnn.best_cell"
TEST_LOSS = "test_loss"
SETTLED = "settled_val_loss"
"""Metric that runs are sorted by: the loss that they have settled at."""

PLAN_FILE = "plan.json"
CONFIG_FILE = "config.yaml"
ARRAYS_FILE = "network.npz"
TABLES_FOLDER = "tables"
"""Data frames that a sweep was made of, with its parent run."""
TABLE_FILE = "table.json"
"""What the columns of a run's table mean (`fcnn.data.table_schema`)."""

COMPARABLE_LOSSES = ("val_loss", "kept_val_loss", "val_score", "kept_val_score")
"""Metrics by which runs are compared: of those that a run has, the last counts."""
