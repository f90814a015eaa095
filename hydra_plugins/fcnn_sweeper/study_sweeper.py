"""The study sweeper: checks every job of a grid first, and trains those that are pending."""

import logging
import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import OmegaConf

from fcnn.composition.arguments import check_arguments
from fcnn.config.command_line import exit_on_user_error
from fcnn.config.loader import CachingConfigLoader
from fcnn.config.locations import project_dir
from fcnn.config.schema import Config
from fcnn.errors import ConfigError
from fcnn.tracking.redaction import redact
from fcnn.training.checks import check_writable, parse_and_check
from fcnn.training.jobs import Job, OpenSweep, RunResult
from hydra_plugins._hydra import BasicSweeper
from hydra_plugins.fcnn_population.composed_job import ComposedJob
from hydra_plugins.fcnn_sweeper.foreign_launcher import train_with

log = logging.getLogger("fcnn")

EMPTY_GRID = "the grid is empty: one of its axes has no values"
SINGLE_VALUED = ("study", "tracking", "force", "dry_run")
"""Keys, or the sections of keys, of which a sweep has one value."""


@runtime_checkable
class JobLauncher(Protocol):
    """A launcher that takes jobs as objects: `PopulationLauncher`.

    Not its class: Hydra executes the files of plugins once more when it looks for them, so that
    there are two of the same name.
    """

    def train(self, jobs: Sequence[ComposedJob], sweep: OpenSweep) -> list[RunResult]:
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
        with exit_on_user_error():
            self.folder = Path(self.config.hydra.sweep.dir)
            self._compose = partial(CachingConfigLoader(loader).load_sweep_config, self.config)
            self._check_study()
            axes = self._parse_config()
            check_arguments(axes)
            parser = OverridesParser.create(config_loader=loader)
            overrides = parser.parse_overrides([*axes, *arguments])
            _check_axes(overrides)
            self._sweep(overrides)

    def _sweep(self, overrides: list[Override]) -> None:
        """Train the jobs that are pending.

        Raises:
            FcnnError: A config or the store cannot be used, or jobs failed.
        """
        axes = [override for override in overrides if override.is_sweep_override()]
        for override in axes:
            if not override.is_discrete_sweep():
                raise ConfigError(
                    f"{override.input_line}: a grid has values; hydra/sweeper=optuna searches a "
                    "range"
                )
        (command_lines,) = self.split_arguments(overrides, max_batch_size=None)
        if not command_lines:
            raise ConfigError(EMPTY_GRID)
        jobs = self._make_jobs(command_lines)
        config = jobs[0].config
        report_command = make_report_command(config)
        check_writable(config.tracking.uri, self.folder)
        # MLflow takes seconds to import: not before the configs are known to be good.
        from fcnn.training.sweep import run_sweep

        # An axis may be a group, whose choice is the key `name`.
        keys = [
            key
            for override in axes
            for key in (override.key_or_group, f"{override.key_or_group}.name")
        ]
        run_sweep(jobs, keys, self._train, report_command=report_command)

    def _make_jobs(self, command_lines: Sequence[Sequence[str]]) -> list[ComposedJob]:
        """Compose and check the jobs of a grid, each once.

        Raises:
            ConfigError: One of them cannot be trained.
        """
        jobs = []
        for command_line in command_lines:
            cfg = self._compose(list(command_line))
            jobs.append(ComposedJob.make(cfg, parse_and_check(cfg), command_line))
        return jobs

    def _train(self, jobs: Sequence[Job], sweep: OpenSweep) -> list[RunResult]:
        """Train pending jobs: our launcher gets objects, any other command lines."""
        assert self.launcher is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(self.config, self.folder / "multirun.yaml")
        if isinstance(self.launcher, JobLauncher):
            return self.launcher.train(cast(Sequence[ComposedJob], jobs), sweep)
        return train_with(self.launcher, jobs, sweep)

    def _check_study(self) -> None:
        """Check what is written in the file of a study.

        Raises:
            ConfigError: It has no name, or an axis is not one text.
        """
        assert self.config is not None
        choice = self.config.hydra.runtime.choices.get("study")
        if choice and not self.config.study.name:
            raise ConfigError(
                f"study={choice}: study.name is missing, in its file or on the command line; runs "
                "are found again by it"
            )
        for key, values in (self.params or {}).items():
            if not isinstance(values, str | int | float):
                text = ",".join(map(str, values)) if OmegaConf.is_list(values) else "0,1,2"
                raise ConfigError(
                    f"{key}={values}: an axis is its key with dots, and one text with commas: "
                    f"'{text}'"
                )


def make_report_command(config: Config) -> str:
    """Make the command that draws the sweep of this config.

    To be called before MLflow puts the store that it uses into the environment.
    """
    settings = OmegaConf.load(project_dir() / "scripts" / "report.yaml")
    command = f"python scripts/report.py study={config.sweep_experiment}"
    uri = config.tracking.uri
    if uri == OmegaConf.select(settings, "tracking.uri"):
        return command
    return f"{command} {shlex.quote(f'tracking.uri={redact(uri)}')}"


def _check_axes(overrides: Sequence[Override]) -> None:
    """Check that no key has several values of which a sweep has one.

    Raises:
        ConfigError: There is one.
    """
    for override in overrides:
        section = override.key_or_group.partition(".")[0]
        if override.is_sweep_override() and section in SINGLE_VALUED:
            raise ConfigError(
                f"{override.key_or_group}: one value for the whole sweep; for several studies or "
                "stores run it several times"
            )
