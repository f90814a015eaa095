"""What is checked before any work: nothing is written and neither TensorFlow nor MLflow is imported when it fails."""

import re
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from fcnn import datasets, libraries
from fcnn.config import CHECKOUT, Config, ConfigError
from fcnn.parsing import parse
from fcnn.tracking.store import StoreError, check, redact

LAUNCHERS = {
    "joblib": ("hydra_plugins.hydra_joblib_launcher", "joblib"),
    "ray": ("hydra_plugins.hydra_ray_launcher", "ray"),
    "submitit_local": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "submitit_slurm": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
}
"""The module of each launcher that is not ours, and the extra that brings it."""
GROUPS = ("dataset", "library", "optimizer", "study", "tracking")


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuses what must not be on a command line: passwords, and options of groups that Hydra would answer with a traceback.

    Raises:
        SystemExit: as for `checked`.
    """
    for argument in arguments:
        key, _, value = argument.partition("=")
        if redact(argument) != argument:
            raise SystemExit(
                f"{key}: what the command line says is written down; a password belongs in the environment, "
                "in MLFLOW_TRACKING_URI or in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            )
        if key == "hydra/launcher" and value in LAUNCHERS and find_spec(LAUNCHERS[value][0]) is None:
            raise SystemExit(f"{argument}: is not installed; pip install -e '.[{LAUNCHERS[value][1]}]' installs it")
        if key in GROUPS and re.fullmatch(r"[-+.\d\[{].*|null|nan|inf|true|false", value, re.IGNORECASE):
            options = sorted(file.stem for file in (CHECKOUT / "conf" / key).glob("*.yaml"))
            if value not in options:
                raise SystemExit(f"{argument}: should be one of {', '.join(options)}")


def checked(cfg: DictConfig) -> Config:
    """The typed config, once it is known that it can be trained.

    Raises:
        SystemExit: it cannot; the message is one line for the user, the exit code 1.
    """
    try:
        config = parse(cfg)
        libraries.check(config.library)
        datasets.check(config.dataset)
    except ConfigError as error:
        raise SystemExit(str(error)) from None
    return config


def check_store(uri: str) -> None:
    """Makes sure that the store can be used.

    Raises:
        SystemExit: it cannot; as for `checked`.
    """
    try:
        check(uri)
    except StoreError as error:
        raise SystemExit(str(error)) from None


def check_folder(folder: Path) -> None:
    """Makes sure that Hydra's output folder can be made and written.

    Raises:
        SystemExit: it cannot; as for `checked`.
    """
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise SystemExit(f"{folder}: cannot be written: {error.strerror}") from None


class Preflight(Callback):
    """Checks a single run before Hydra makes its output folder; the sweeper checks the jobs of a sweep."""

    def on_run_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Ends the program where the config cannot be run (an ordinary exception would be but a warning to Hydra)."""
        check_store(checked(config).tracking.uri)
        check_folder(Path(config.hydra.run.dir))
