"""What is optional: the module that a choice needs, and the extra that brings it."""

from importlib.util import find_spec

from fcnn.config import ConfigError

EXTRAS = {
    "library=torch": ("torch", "torch"),
    "hydra/launcher=joblib": ("hydra_plugins.hydra_joblib_launcher", "joblib"),
    "hydra/launcher=ray": ("hydra_plugins.hydra_ray_launcher", "ray"),
    "hydra/launcher=submitit_local": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "hydra/launcher=submitit_slurm": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "hydra.launcher.backend=ray": ("ray", "ray"),
    "hydra/sweeper=optuna": ("hydra_plugins.hydra_optuna_sweeper", "search"),
}


def check(choice: str) -> None:
    """Refuses a choice whose packages are not installed, without importing them.

    Raises:
        ConfigError: with the command that installs them.
    """
    if choice in EXTRAS and find_spec(EXTRAS[choice][0]) is None:
        raise ConfigError(f"{choice}: needs what is not installed; pip install -e '.[{EXTRAS[choice][1]}]' installs it")
