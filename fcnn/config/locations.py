"""Where the package finds its configs, and where it puts stores and reports."""

import os
from pathlib import Path

from omegaconf import OmegaConf

PACKAGE_DIR = Path(__file__).resolve().parents[1]


def is_installed() -> bool:
    """Whether the package was installed from a wheel, which brings its configs along."""
    return (PACKAGE_DIR / "conf").is_dir()


def conf_dir() -> Path:
    """Return the folder of Hydra's configs: `conf` in a checkout, `fcnn/conf` when installed."""
    return (PACKAGE_DIR if is_installed() else PACKAGE_DIR.parent) / "conf"


def project_dir() -> Path:
    """Return the folder of the default store, outbox and reports.

    That is the checkout, whatever the working directory is, and the working directory of an
    installed package.
    """
    return Path.cwd() if is_installed() else PACKAGE_DIR.parent


def default_uri() -> str:
    """Return the address of the store of commands that are told none, as `conf/` has it, too."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{project_dir()}/mlflow.db"


def command_name(name: str) -> str:
    """Return what a command is called: `python scripts/train.py`, or `fcnn-train` if installed."""
    return f"fcnn-{name}" if is_installed() else f"python scripts/{name}.py"


OmegaConf.register_new_resolver("command", command_name, replace=True)
OmegaConf.register_new_resolver("project_dir", lambda: str(project_dir()), replace=True)
# The name of version 0.1, which configs of users may contain.
OmegaConf.register_new_resolver("checkout", lambda: str(project_dir()), replace=True)
