"""The study sweeper: checks every job of a grid first, and trains those that are pending."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from hydra.core.config_store import ConfigStore
from hydra.core.plugins import Plugins
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from fcnn.composition.study_composer import ComposedStudy, StudyComposer
from fcnn.composition.sweep_jobs import LoadCfg
from fcnn.config.command_line import exit_on_user_error
from fcnn.config.locations import command_name, default_uri
from fcnn.config.schema import Config
from fcnn.errors import FailedRunsError
from fcnn.status import show_status
from fcnn.tracking.redaction import redact
from fcnn.training.checks import check_writable
from fcnn.training.jobs import Job, OpenSweep, RunResult
from hydra_plugins.fcnn_sweeper.foreign_launcher import check_options, train_with


@dataclass
class StudySweeperConf:
    """Options of `hydra/sweeper=study`."""

    _target_: str = "hydra_plugins.fcnn_sweeper.study_sweeper.StudySweeper"
    # Axes of the grid: config key -> comma-separated values, as on the command line.
    params: dict[str, Any] | None = None


ConfigStore.instance().store(
    group="hydra/sweeper", name="study", node=StudySweeperConf, provider="fcnn"
)


@runtime_checkable
class JobLauncher(Protocol):
    """A launcher that takes jobs as objects: `PopulationLauncher`.

    Not its class: Hydra executes the files of plugins once more when it looks for them, so that
    there are two of the same name.
    """

    def train(self, jobs: Sequence[Job], sweep: OpenSweep, load_cfg: LoadCfg) -> list[RunResult]:
        """Train jobs, in no promised order."""


class StudySweeper(Sweeper):
    """Composes and checks every job of a grid once, and hands them to `run_sweep`.

    Args:
        params: The axes; read from the config, where they are beside what else it says.
    """

    def __init__(self, params: dict[str, Any] | None = None) -> None:
        super().__init__()

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Take what Hydra gives to a sweeper, and make the launcher."""
        self.hydra_context, self.config = hydra_context, config
        self.launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments: list[str]) -> None:
        """Train the jobs of the grid that the store does not have, under one parent run.

        Args:
            arguments: The overrides of the command line.

        Raises:
            SystemExit: A config, the store or the folder cannot be used, before any work; or jobs
                failed, after all of them were trained.
        """
        assert self.config is not None
        assert self.hydra_context is not None
        loader = self.hydra_context.config_loader
        with show_status("checking the configs"), exit_on_user_error():
            self.folder = Path(self.config.hydra.sweep.dir)
            self._composer = StudyComposer(loader, self.config, arguments)
            self._run(self._compose())

    def _compose(self) -> ComposedStudy:
        """Compose and check what the study asks for.

        Raises:
            ConfigError: A config cannot be trained.
        """
        return self._composer.compose_grid()

    def _run(self, composed: ComposedStudy) -> None:
        """Train what is pending, and say what came of it.

        Raises:
            FcnnError: The store or the folder cannot be used, or jobs failed.
        """
        config = composed.config
        report_command = make_report_command(config)
        if self.launcher:
            check_options(self.launcher)
        check_writable(config.tracking.uri, self.folder)
        try:
            composed.run(self._train, report_command)
        except FailedRunsError:
            _log_closing_lines(config)  # before the failures, which end the output
            raise
        if not config.dry_run:
            _log_closing_lines(config)

    def _train(self, jobs: Sequence[Job], sweep: OpenSweep) -> list[RunResult]:
        """Train pending jobs: our launcher gets objects, any other command lines."""
        assert self.launcher is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(self.config, self.folder / "multirun.yaml")
        if isinstance(self.launcher, JobLauncher):
            return self.launcher.train(jobs, sweep, self._composer.load_cfg)
        return train_with(self.launcher, jobs, sweep)


def _log_closing_lines(config: Config) -> None:
    from fcnn.report.closing import log_closing_lines  # MLflow takes seconds to import

    log_closing_lines(config)


def make_report_command(config: Config) -> str:
    """Make the command that draws the sweep of this config.

    To be called before MLflow puts the store that it uses into the environment.
    """
    command = f"{command_name('report')} study={config.sweep_experiment}"
    uri = config.tracking.uri
    if uri == default_uri():
        return command
    return f"{command} {shlex.quote(f'tracking.uri={redact(uri)}')}"
