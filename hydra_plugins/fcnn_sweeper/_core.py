"""One sweep: expand the grid, check every config, see what is there, open the parent run, launch the rest, say what failed."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher
from omegaconf import DictConfig, OmegaConf

from fcnn import study
from fcnn.composing import Composer
from fcnn.config import Config, ConfigError, hyperparameters
from fcnn.preflight import check_places, checked
from fcnn.refusals import refusing
from fcnn.tracking.store import default_store, redact

if TYPE_CHECKING:
    from fcnn.resume import Inventory

log = logging.getLogger("fcnn")


class SweepFailedError(Exception):
    """Some jobs of a sweep failed."""


def sweep(sweeper: BasicSweeper, arguments: Sequence[str]) -> list[list[JobReturn]]:
    """Launches the jobs of the grid that the store has not, under one parent run.

    Raises:
        SystemExit: a config, the store or the folder cannot be used (before any work), or jobs failed (after all of them ran).
    """
    assert sweeper.config is not None
    assert sweeper.launcher is not None
    folder = Path(sweeper.config.hydra.sweep.dir)
    try:
        with refusing():
            jobs, configs = _grid(sweeper, arguments)
            check_places(configs[0].tracking.uri, folder)
            returns = _missing_launched(sweeper.launcher, jobs, configs, folder, sweeper.config)
    except SweepFailedError as failed:
        raise SystemExit(str(failed)) from None
    except OSError as error:
        raise SystemExit(f"{error.filename or folder}: {error.strerror or error}") from None
    return [returns]


def _missing_launched(
    launcher: Launcher, jobs: Sequence[Sequence[str]], configs: Sequence[Config], folder: Path, composed: DictConfig
) -> list[JobReturn]:
    """The returns of all jobs, once those that are missing are launched; none where nothing is to be done.

    Raises:
        StoreError: the store cannot be used.
        SweepFailedError: jobs failed.
    """
    from fcnn import resume
    from fcnn.tracking.outbox import Outbox
    from fcnn.tracking.writer import Store

    first = configs[0]
    if not first.dry_run:
        resume.tidy(first.tracking)
    inventory = resume.Inventory(configs)
    if inventory.there or first.dry_run:
        log.info(inventory.words())
    if first.dry_run:
        _list(jobs, inventory.missing)
    if first.dry_run or inventory.complete():
        return []
    axes = study.axes([hyperparameters(config) for config in configs], first=(first.study.colour, first.study.style))
    with Store(first.tracking.uri).sweep(first, axes, inventory.fingerprints, len(inventory.missing)) as parent:
        folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(composed, folder / "multirun.yaml")
        returns = launch(launcher, jobs, inventory, parent, 0)
        _raise_failures(jobs, returns)
    if not Outbox(first.tracking).networks():
        where = "" if first.tracking.uri == default_store() else f" tracking.uri={redact(first.tracking.uri)}"
        log.info("all %d runs are there; python scripts/report.py study=%s%s draws them", len(jobs), first.of_sweep, where)
    return returns


def _grid(sweeper: BasicSweeper, arguments: Sequence[str]) -> tuple[Sequence[Sequence[str]], list[Config]]:
    """The overrides of every job and its checked config.

    Raises:
        ConfigError: one of them cannot be trained.
    """
    assert sweeper.hydra_context is not None
    assert sweeper.config is not None
    loader = sweeper.hydra_context.config_loader
    overrides = OverridesParser.create(config_loader=loader).parse_overrides([*sweeper._parse_config(), *arguments])
    check_axes(overrides)
    choice = sweeper.config.hydra.runtime.choices.get("study")
    if choice and not sweeper.config.study.name:
        raise ConfigError(f"study={choice}: conf/study/{choice}.yaml has no study.name, under which its runs are found again")
    (jobs,) = sweeper.split_arguments(overrides, max_batch_size=None)
    if not jobs:
        raise ConfigError("the grid is empty: one of its axes has no values")
    # Composing takes its time: the jobs that bring a new value go first, so that a wrong one is found at once.
    composer = Composer(loader, sweeper.config)
    by_number = {index: checked(composer.compose(jobs[index])) for index in _new_values_first(jobs)}
    configs = [by_number[index] for index in range(len(jobs))]
    if configs[0].rerun is not None:
        raise ConfigError(f"rerun={configs[0].rerun}: a run is trained again by itself, not in a sweep")
    return jobs, configs


def check_axes(overrides: Sequence[Override]) -> None:
    """Refuses a grid over what a whole sweep has but one of.

    Raises:
        ConfigError: there is such an axis.
    """
    for override in overrides:
        if override.key_or_group == "study" and override.is_sweep_override():
            raise ConfigError("study: one study at a time; each has a grid of its own")
        section = override.key_or_group.partition(".")[0]
        if override.is_sweep_override() and section in ("study", "tracking", "force", "dry_run"):
            raise ConfigError(f"{override.key_or_group}: one value for the whole sweep; for several studies or stores run it several times")


def _new_values_first(jobs: Sequence[Sequence[str]]) -> list[int]:
    """Numbers of all jobs, those first whose overrides were not all seen before."""
    seen: set[str] = set()
    new = []
    for index, job in enumerate(jobs):
        if not seen.issuperset(job):
            new.append(index)
            seen.update(job)
    return list(dict.fromkeys([*new, *range(len(jobs))]))


def _list(jobs: Sequence[Sequence[str]], missing: Sequence[int]) -> None:
    """Says of each job that would be trained what differs."""
    same = set.intersection(*map(set, jobs))
    for index in missing:
        log.info("  %s", " ".join(one for one in jobs[index] if one not in same))


def launch(launcher: Launcher, jobs: Sequence[Sequence[str]], inventory: "Inventory", parent: str, number: int) -> list[JobReturn]:
    """Launches those jobs that are missing, numbered from `number` on; gives the returns of all, as if all had been launched."""
    to_do = [[*jobs[index], f"tracking.parent_run_id={parent}"] for index in inventory.missing]
    done = dict(zip(inventory.missing, launcher.launch(to_do, initial_job_idx=number) if to_do else [], strict=True))
    for index, finished in inventory.there.items():
        done[index] = JobReturn(overrides=jobs[index], status=JobStatus.COMPLETED, _return_value=finished.loss)
    return [done[first] for first in inventory.first]


def _raise_failures(jobs: Sequence[Sequence[str]], returns: Sequence[JobReturn]) -> None:
    failed = [(job, result) for job, result in zip(jobs, returns, strict=True) if result.status != JobStatus.COMPLETED]
    if failed:
        lines = [f"  {' '.join(job)}: {redact(str(result._return_value))}" for job, result in failed]
        raise SweepFailedError("\n".join([f"{len(failed)} of {len(jobs)} runs failed:", *lines]))
