"""What is checked before any work: nothing is written and neither TensorFlow nor MLflow is imported when it fails."""

import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, QuotedString
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf

from fcnn.config.errors import exit_on_user_error
from fcnn.config.parsing import parse
from fcnn.config.schema import CHECKOUT, Config, ConfigError, SyntheticDataset
from fcnn.data import load_data, with_digest
from fcnn.tracking.store import check as check_store
from fcnn.tracking.store import redact

GROUP_OF_KEY = {
    "optimizer.name": "optimizer",
    "hydra.launcher": "hydra/launcher",
    "hydra.sweeper": "hydra/sweeper",
}
"""Keys that are not set by themselves, and the groups that they are chosen from."""
EXTRAS = {
    "library=torch": ("torch", "torch"),
    "hydra/launcher=joblib": ("hydra_plugins.hydra_joblib_launcher", "joblib"),
    "hydra/launcher=ray": ("hydra_plugins.hydra_ray_launcher", "ray"),
    "hydra/launcher=submitit_local": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "hydra/launcher=submitit_slurm": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "hydra.launcher.backend=ray": ("ray", "ray"),
    "hydra/sweeper=optuna": ("hydra_plugins.hydra_optuna_sweeper", "search"),
}
"""The module that a choice needs, and the extra that brings it."""
GROUPS = ("dataset", "library", "optimizer", "study", "tracking")


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuses what must not be on a command line, and what Hydra has no helpful line for.

    That is: passwords, what is not installed, other values beside a rerun, names that are chosen by a group, options of groups that are
    no names.

    Raises:
        ConfigError: there is one of these.
    """
    for argument in arguments:
        key, _, value = argument.partition("=")
        if "://" in value and redact(argument) != argument:
            raise ConfigError(
                f"{key}: what the command line says is written down; a password belongs in the environment, "
                "in MLFLOW_TRACKING_URI or in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            )
        check_installed(argument)
        if (
            "=" in argument
            and key in GROUPS
            and not all(isinstance(option, str | QuotedString) for option in _values(argument))
        ):
            options = sorted(file.stem for file in (CHECKOUT / "conf" / key).glob("*.yaml"))
            raise ConfigError(f"{argument}: should be one of {', '.join(options)}")
        if key in GROUP_OF_KEY:
            raise ConfigError(
                f"{argument}: {GROUP_OF_KEY[key]}={value} chooses one, with its defaults"
            )
    rerun = [argument for argument in arguments if argument.startswith("rerun=")]
    others = [
        argument
        for argument in arguments
        if "=" in argument and not argument.startswith(("rerun=", "tracking", "hydra", "-"))
    ]
    if rerun and others:
        raise ConfigError(
            f"{others[0]}: a run is trained again as it was; nothing but tracking.uri goes with {rerun[0]}"
        )


def check_installed(choice: str) -> None:
    """Refuses a choice whose packages are not installed, without importing them.

    Raises:
        ConfigError: with the command that installs them.
    """
    if choice in EXTRAS and find_spec(EXTRAS[choice][0]) is None:
        raise ConfigError(
            f"{choice}: needs what is not installed; pip install -e '.[{EXTRAS[choice][1]}]' installs it"
        )


def _values(argument: str) -> list[Any]:
    """The values of an override as Hydra reads them, to which an option like `1` or `null` is none."""
    values = OverridesParser.create().parse_override(argument).value()
    return list(values.list) if isinstance(values, ChoiceSweep) else [values]


def parse_and_check(cfg: DictConfig) -> Config:
    """The typed config, once it is known that it can be trained; what was decided about its table is said on stderr.

    Raises:
        ConfigError: it cannot.
    """
    config = with_digest(parse(cfg))
    check_installed(f"library={config.library}")
    if not isinstance(config.dataset, SyntheticDataset):  # which cannot go wrong
        data = load_data(config)
        for note in data.notes:
            _tell(note)
    return config


@cache
def _tell(note: str) -> None:
    """Says something on stderr once a command, however many jobs it is true of: workers check nothing."""
    print(note, file=sys.stderr)


def check_writable(uri: str, folder: Path) -> None:
    """Makes sure that the store can be used, and that Hydra's output folder can be made and written.

    Raises:
        StoreError: the store cannot.
        ConfigError: the folder cannot.
    """
    check_store(uri)
    there = next(
        parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists()
    )
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}") from None


class Preflight(Callback):
    """Checks a single run before Hydra makes its output folder; the sweeper checks the jobs of a sweep."""

    def on_run_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Ends the program where the config cannot be run."""
        with exit_on_user_error():
            typed, axes = parse_and_check(config), OmegaConf.select(config, "hydra.sweeper.params")
            if axes:
                raise ConfigError(
                    f"{', '.join(axes)}: a grid, of which one run trains none; hydra.mode has to be MULTIRUN, in the study's file or by -m"
                )
            check_writable(typed.tracking.uri, Path(config.hydra.run.dir))
