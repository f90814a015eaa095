"""Checks before any work.

When one fails, nothing is written, and neither TensorFlow nor MLflow is imported.
"""

import logging
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from omegaconf import DictConfig
from packaging.version import Version

from fcnn.config.fields import LOSSES_OF_VALUES
from fcnn.config.parsing import parse
from fcnn.config.schema import Config, SyntheticDataset
from fcnn.data import load_data, with_digest
from fcnn.errors import ConfigError
from fcnn.targets import TARGET_FUNCTIONS, Task, task_of
from fcnn.tracking.store import check as check_store
from fcnn.training.memory import check_memory

log = logging.getLogger("fcnn")

MLFLOW_DEFAULT = "Default"
"""The experiment that every store has, and that is not ours."""
EXTRAS = {
    "library=torch": ("torch", "torch"),
    "hydra/launcher=joblib": ("hydra_plugins.hydra_joblib_launcher", "joblib"),
    "hydra/launcher=ray": ("hydra_plugins.hydra_ray_launcher", "ray"),
    "hydra/launcher=submitit_local": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "hydra/launcher=submitit_slurm": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "hydra.launcher.backend=ray": ("ray", "ray"),
    "hydra/sweeper=optuna": ("optuna", "search"),
}
"""The module that a choice needs, and the extra of this package that installs it."""
OLDEST = {"optuna": "4"}
"""The versions that modules need: fcnn before 0.2.0 installed an older Optuna."""


def check_installed(choice: str, asked_by: str | None = None) -> None:
    """Check that the packages of a choice are installed, without importing them.

    Args:
        choice: The override.
        asked_by: What asks for it, by default the override itself.

    Raises:
        ConfigError: They are not; the message has the command that installs them.
    """
    if choice not in EXTRAS:
        return
    module, extra = EXTRAS[choice]
    oldest = OLDEST.get(module)
    is_too_old = find_spec(module) and oldest and Version(version(module)) < Version(oldest)
    if not find_spec(module) or is_too_old:
        command = f"pip install -e '.[{extra}]'"
        raise ConfigError(
            f"{asked_by or choice}: needs what is not installed; {command} installs it"
        )


def check_launcher_sizes(max_population: int, workers: int) -> None:
    """Check the options of `hydra/launcher=population` that the command and Python have.

    Raises:
        ConfigError: One of them is out of range.
    """
    for option, value in (("max_population", max_population), ("workers", workers)):
        if value < 1:
            raise ConfigError(f"hydra.launcher.{option}={value}: should be at least 1")


def parse_and_check(cfg: DictConfig) -> Config:
    """Make the typed config, after checking that it can be trained.

    Decisions that were made about its table are printed to stderr.

    Raises:
        ConfigError: It cannot be trained.
    """
    return check_config(parse(cfg))


def check_config(config: Config) -> Config:
    """Check that a typed config can be trained; return it with the digest of its table.

    Raises:
        ConfigError: It cannot be trained.
    """
    config = with_digest(config)
    if config.study.name == MLFLOW_DEFAULT:
        raise ConfigError(
            f"study.name={MLFLOW_DEFAULT}: is MLflow's own experiment, whose files are elsewhere; "
            "choose another name"
        )
    check_installed(f"library={config.library}")
    if isinstance(config.dataset, SyntheticDataset):  # which cannot fail
        check_loss(config, task_of(TARGET_FUNCTIONS[config.dataset.name].n_classes))
        check_memory(config)
        _check_batch_size(config, config.dataset.n_points)
        return config
    data = load_data(config)
    check_loss(config, data.task)
    check_memory(config)
    for note in data.notes:
        _print_once(note)
    _check_batch_size(config, len(data.x))
    return config


def _check_batch_size(config: Config, n_points: int) -> None:
    """Say so where batches cannot be as large as asked for."""
    batch_size = config.training.batch_size
    if batch_size > n_points:
        _log_once(
            f"training.batch_size={batch_size}: more than the {n_points} training points; "
            "each batch has all of them"
        )


def check_loss(config: Config, task: Task) -> None:
    """Check that the loss is that of the task.

    Raises:
        ConfigError: It is for values and the target has classes, or the other way round.
    """
    training = config.training
    for_values = [("loss", training.loss)] if training.loss in LOSSES_OF_VALUES else []
    for_classes = {
        "loss": training.loss if training.loss == "cross_entropy" else None,
        "label_smoothing": training.label_smoothing,
        "class_weight": training.class_weight,
    }
    is_regression = task is Task.REGRESSION
    wrong = [(name, value) for name, value in for_classes.items() if value]
    purpose, kind = ("classes", "values") if is_regression else ("values", "classes")
    for name, value in wrong if is_regression else for_values:
        raise ConfigError(
            f"training.{name}={value}: is for {purpose}, and dataset={config.dataset.name} has "
            f"a target of {kind}"
        )


def check_writable(uri: str, folder: Path) -> None:
    """Check that the store can be used, and that an output folder can be made and written.

    Raises:
        StoreError: The store cannot be used.
        ConfigError: The folder cannot be written.
    """
    check_store(uri)
    parents = (folder.absolute(), *folder.absolute().parents)
    existing = next(parent for parent in parents if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}") from None


@cache
def _log_once(note: str) -> None:
    """Log a note once a command, however many jobs it is true of."""
    log.info(note)


@cache
def _print_once(note: str) -> None:
    """Print a note to stderr once a command, however many jobs it is true of."""
    print(note, file=sys.stderr)
