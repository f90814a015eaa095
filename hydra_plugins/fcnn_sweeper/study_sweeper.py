"""The study sweeper: a grid that is checked first, recorded under one parent run, and of which only what is missing is launched."""

import logging
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.utils import JobReturn, JobStatus
from omegaconf import MISSING, OmegaConf

from fcnn.config.command_line import exit_on_user_error
from fcnn.config.loader import CachingConfigLoader
from fcnn.config.locations import conf_dir
from fcnn.config.schema import Config, CsvDataset
from fcnn.errors import ConfigError, FcnnError
from fcnn.escaping import printable
from fcnn.params import DIGEST_KEY, config_params, find_axes, table_names, with_table_name
from fcnn.tracking.redaction import redact
from fcnn.training.checks import check_arguments, check_writable, parse_and_check

if TYPE_CHECKING:
    from fcnn.training.resume import ResumePlan

log = logging.getLogger("fcnn")

EMPTY = "the grid is empty: one of its axes has no values"


@dataclass
class StudySweeperConf:
    """Options of `hydra/sweeper=study`."""

    _target_: str = "hydra_plugins.fcnn_sweeper.study_sweeper.StudySweeper"
    # Axes of the grid: config key -> comma-separated values, as on the command line.
    params: dict[str, Any] | None = None


@dataclass
class SearchSweeperConf(StudySweeperConf):
    """Options of `hydra/sweeper=optuna`; the samplers are those of Hydra's own Optuna sweeper."""

    _target_: str = "hydra_plugins.fcnn_sweeper.search_sweeper.SearchSweeper"
    defaults: list[Any] = field(default_factory=lambda: [{"sampler": "tpe"}])
    sampler: Any = MISSING
    n_trials: int = 20
    # Trials that are proposed, and trained, at once.
    n_jobs: int = 4


ConfigStore.instance().store(
    group="hydra/sweeper", name="study", node=StudySweeperConf, provider="fcnn"
)


def register_search() -> None:
    """Puts our search in the place of Hydra's own Optuna sweeper; all plugins have to be loaded."""
    ConfigStore.instance().store(
        group="hydra/sweeper", name="optuna", node=SearchSweeperConf, provider="fcnn"
    )


class StudySweeper(BasicSweeper):
    """Hydra's own grid sweeper, which also checks every config before the first job and records the sweep as a parent run."""

    def __init__(self, params: dict[str, Any] | None = None) -> None:
        super().__init__(max_batch_size=None, params=params)

    def sweep(self, arguments: list[str]) -> None:
        """Launches the jobs that the store has not, under one parent run.

        Raises:
            SystemExit: a config, the store or the folder cannot be used (before any work), or jobs failed (after all of them ran).
        """
        assert self.config is not None
        assert self.hydra_context is not None
        loader = self.hydra_context.config_loader
        with exit_on_user_error():
            self.folder = Path(self.config.hydra.sweep.dir)
            self.compose = partial(CachingConfigLoader(loader).load_sweep_config, self.config)
            choice = self.config.hydra.runtime.choices.get("study")
            if choice and not self.config.study.name:
                raise ConfigError(
                    f"study={choice}: study.name is missing, in its file or on the command line; runs are found again by it"
                )
            for key, values in (self.params or {}).items():
                if not isinstance(values, str | int | float):
                    text = ",".join(map(str, values)) if OmegaConf.is_list(values) else "0,1,2"
                    raise ConfigError(
                        f"{key}={values}: an axis is its key with dots, and one text with commas: '{text}'"
                    )
            axes = self._parse_config()
            check_arguments(axes)
            overrides = OverridesParser.create(config_loader=loader).parse_overrides(
                [*axes, *arguments]
            )
            for one in filter(Override.is_sweep_override, overrides):
                if one.key_or_group.partition(".")[0] in ("study", "tracking", "force", "dry_run"):
                    raise ConfigError(
                        f"{one.key_or_group}: one value for the whole sweep; for several studies or stores run it several times"
                    )
            self._sweep(overrides)

    def _sweep(self, overrides: list[Override]) -> None:
        """Launches the jobs that are missing.

        Raises:
            FcnnError: a config or the store cannot be used, or jobs failed.
        """
        for one in filter(Override.is_sweep_override, overrides):
            if not one.is_discrete_sweep():
                raise ConfigError(
                    f"{one.input_line}: a grid has values; hydra/sweeper=optuna searches a range"
                )
        (jobs,) = self.split_arguments(overrides, max_batch_size=None)
        if not jobs:
            raise ConfigError(EMPTY)
        configs = [parse_and_check(self.compose(list(job))) for job in jobs]
        if configs[0].rerun is not None:
            raise ConfigError(
                f"rerun={configs[0].rerun}: a run is trained again by itself, not in a sweep"
            )
        first, report = configs[0], report_command(configs[0])
        inventory = self._inventory(configs)
        from fcnn.tracking.outbox import (
            Outbox,
        )  # MLflow takes seconds: not before the configs are known to be good
        from fcnn.tracking.writer import Writer

        log.info(inventory.words())
        if first.dry_run:
            same = set.intersection(*map(set, jobs))
            for index in inventory.missing:
                differing = " ".join(one for one in jobs[index] if one not in same)
                log.info("  %s", printable(differing))
            return
        if not inventory.complete():
            typed = [
                key
                for one in overrides
                if one.is_sweep_override()
                for key in (one.key_or_group, f"{one.key_or_group}.name")
            ]
            params = [config_params(config) for config in configs]
            tables = table_names(params)
            axes = find_axes(
                [with_table_name(each, tables) for each in params],
                first=(first.study.colour, first.study.style, *typed),
            )
            with Writer(first.tracking.uri).sweep(
                first, axes, inventory.fingerprints, len(inventory.missing), tables
            ) as parent:
                launched = self._launched(jobs, inventory, parent, 0)
                failed = {
                    index: result
                    for index, result in launched.items()
                    if result.status != JobStatus.COMPLETED
                }
                if failed:
                    lines = [
                        f"  {' '.join(jobs[index])}: {redact(str(result._return_value))}"
                        for index, result in failed.items()
                    ]
                    raise FcnnError(
                        f"{len(failed)} of {len(jobs)} runs failed:",
                        *lines,
                        f"{report} draws the others",
                    )
        if not Outbox(first.tracking).networks():
            log.info("all %d runs are there; %s draws them", len(jobs), report)

    def _inventory(self, configs: Sequence[Config]) -> "ResumePlan":
        """What there is of these configs.

        Raises:
            FcnnError: the store or the folder cannot be used.
        """
        check_writable(configs[0].tracking.uri, self.folder)
        from fcnn.training.resume import ResumePlan

        return ResumePlan(configs)

    def _launched(
        self, jobs: Sequence[Sequence[str]], inventory: "ResumePlan", parent: str, number: int
    ) -> dict[int, JobReturn]:
        """Launches those jobs that are missing, numbered from `number` on; gives their returns by their places."""
        assert self.launcher is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(self.config, self.folder / "multirun.yaml")
        to_do = [
            [*jobs[index], *_digest(inventory.configs[index]), f"tracking.parent_run_id={parent}"]
            for index in inventory.missing
        ]
        return dict(
            zip(
                inventory.missing,
                self.launcher.launch(to_do, initial_job_idx=number) if to_do else [],
                strict=True,
            )
        )


def _digest(config: Config) -> list[str]:
    """Where a job names a csv file, the override that says what it holds: another process has to find the same."""
    dataset = config.dataset
    return [f"{DIGEST_KEY}='{dataset.digest}'"] if isinstance(dataset, CsvDataset) else []


def report_command(config: Config) -> str:
    """What draws the sweep of this config; to be asked before MLflow puts the store that it uses into the environment."""
    by_itself = OmegaConf.select(OmegaConf.load(conf_dir() / "tracking" / "local.yaml"), "uri")
    where = (
        ""
        if config.tracking.uri == by_itself
        else f" {shlex.quote(f'tracking.uri={redact(config.tracking.uri)}')}"
    )
    return f"python scripts/report.py study={config.sweep_experiment}{where}"
