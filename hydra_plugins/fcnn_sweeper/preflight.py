"""The check of a single run before Hydra makes its output folder."""

from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf

from fcnn.config.command_line import exit_on_user_error
from fcnn.errors import ConfigError
from fcnn.status import show_status
from fcnn.training.checks import check_writable, parse_and_check


class Preflight(Callback):
    """Checks a single run; the jobs of a sweep are checked by the sweeper."""

    def on_run_start(self, config: DictConfig, **kwargs: Any) -> None:
        """End the program if the config cannot be trained.

        Raises:
            SystemExit: It cannot; of any other exception Hydra makes a warning.
        """
        with show_status("checking the config"), exit_on_user_error():
            typed = parse_and_check(config)
            axes = OmegaConf.select(config, "hydra.sweeper.params")
            if axes:
                raise ConfigError(
                    f"{', '.join(axes)}: a grid, of which one run trains none; hydra.mode has to "
                    "be MULTIRUN, in the study's file or by -m"
                )
            check_writable(typed.tracking.uri, Path(config.hydra.run.dir))
