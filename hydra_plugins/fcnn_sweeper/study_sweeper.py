"""The study sweeper: checks every job of a grid first, and trains those that are pending."""

import logging
import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from hydra.core.config_store import ConfigStore
from omegaconf import OmegaConf

from fcnn.composition.study_composer import ComposedStudy, StudyComposer
from fcnn.composition.sweep_jobs import LoadCfg
from fcnn.config.command_line import exit_on_user_error
from fcnn.config.locations import command_name, conf_dir
from fcnn.config.schema import Config
from fcnn.errors import ConfigError, FailedRunsError, StoreError
from fcnn.escaping import printable
from fcnn.status import show_status
from fcnn.tracking.redaction import redact
from fcnn.training.checks import check_writable
from fcnn.training.jobs import Job, OpenSweep, RunResult
from hydra_plugins._hydra import BasicSweeper
from hydra_plugins.fcnn_sweeper.foreign_launcher import train_with

log = logging.getLogger("fcnn")


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


class StudySweeper(BasicSweeper):
    """Composes and checks every job of a grid once, and hands them to `run_sweep`."""

    def __init__(self, params: dict[str, Any] | None = None) -> None:
        super().__init__(max_batch_size=None, params=params)

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
        check_writable(config.tracking.uri, self.folder)
        try:
            composed.run(self._train, report_command)
        except FailedRunsError:
            log_closing_lines(config)  # before the failures, which end the output
            raise
        if not config.dry_run:
            log_closing_lines(config)

    def _train(self, jobs: Sequence[Job], sweep: OpenSweep) -> list[RunResult]:
        """Train pending jobs: our launcher gets objects, any other command lines."""
        assert self.launcher is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(self.config, self.folder / "multirun.yaml")
        if isinstance(self.launcher, JobLauncher):
            return self.launcher.train(jobs, sweep, self._composer.load_cfg)
        return train_with(self.launcher, jobs, sweep)


def log_closing_lines(config: Config) -> None:
    """Log what the study of this config has shown and where it is to be seen.

    Nothing is logged of a store that is away, and nothing but links where all runs diverged, which
    is said already. The networks are trained and recorded: whatever else goes wrong is one warning.
    """
    from fcnn.report.closing import format_links, format_summary, read_summary
    from fcnn.tracking.reader import Reader
    from fcnn.training.resume import has_waiting_networks

    if has_waiting_networks(config.tracking):
        return
    study = config.sweep_experiment
    # A store that is gone is not created here: networks wait for it.
    reader = Reader(config.tracking.uri, allow_unavailable=True)
    with suppress(StoreError):
        try:
            with show_status("comparing the runs"):
                lines = ["", *format_summary(read_summary(reader, study))]
        except StoreError:
            raise
        except ConfigError:
            lines = []
        except Exception as error:
            log.warning(f"study={study} is not summarised: {redact(printable(error))}")
            lines = []
        for line in [*lines, *format_links(reader, study)]:
            log.info(line)


def make_report_command(config: Config) -> str:
    """Make the command that draws the sweep of this config.

    To be called before MLflow puts the store that it uses into the environment.
    """
    settings = OmegaConf.load(conf_dir() / "tracking" / "local.yaml")
    command = f"{command_name('report')} study={config.sweep_experiment}"
    uri = config.tracking.uri
    if uri == OmegaConf.select(settings, "uri"):
        return command
    return f"{command} {shlex.quote(f'tracking.uri={redact(uri)}')}"
