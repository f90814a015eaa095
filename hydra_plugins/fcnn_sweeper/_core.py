"""One sweep: expand the grid, check every config, open the parent run, launch, say what failed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.utils import JobReturn, JobStatus
from omegaconf import OmegaConf

from fcnn import study
from fcnn.composing import Composer
from fcnn.config import GRID, Config, hyperparameters
from fcnn.preflight import check_store, checked
from fcnn.tracking.store import StoreError


class SweepFailedError(Exception):
    """Some jobs of a sweep failed."""


def sweep(sweeper: BasicSweeper, arguments: Sequence[str]) -> list[list[JobReturn]]:
    """Launches every job of the grid under one parent run.

    Raises:
        SystemExit: a config or the store cannot be used (before any work), or jobs failed (after all of them ran).
    """
    assert sweeper.hydra_context is not None
    assert sweeper.config is not None
    assert sweeper.launcher is not None
    loader = sweeper.hydra_context.config_loader
    overrides = OverridesParser.create(config_loader=loader).parse_overrides([*sweeper._parse_config(), *arguments])
    if any(override.key_or_group == "study" and override.is_sweep_override() for override in overrides):
        raise SystemExit("study: one study at a time; each has a grid of its own")
    choice = sweeper.config.hydra.runtime.choices.get("study")
    if choice and not sweeper.config.study.name:
        raise SystemExit(f"study={choice}: conf/study/{choice}.yaml has no study.name, under which its runs are found again")
    (jobs,) = sweeper.split_arguments(overrides, max_batch_size=None)
    # Composing takes its time: the jobs that bring a new value go first, so that a wrong one is found at once.
    composer = Composer(loader, sweeper.config)
    by_number = {index: checked(composer.compose(jobs[index])) for index in _new_values_first(jobs)}
    configs = [by_number[index] for index in range(len(jobs))]
    if configs[0].rerun is not None:
        raise SystemExit(f"rerun={configs[0].rerun}: a run is trained again by itself, not in a sweep")
    check_store(configs[0].tracking.uri)
    try:
        with _parent_run(configs) as parent:
            folder = Path(sweeper.config.hydra.sweep.dir)
            folder.mkdir(parents=True, exist_ok=True)
            OmegaConf.save(sweeper.config, folder / "multirun.yaml")
            returns = sweeper.launcher.launch([[*job, f"tracking.parent_run_id={parent}"] for job in jobs], initial_job_idx=0)
            _raise_failures(jobs, returns)
    except (SweepFailedError, StoreError) as failed:
        raise SystemExit(str(failed)) from None
    return [list(returns)]


def _new_values_first(jobs: Sequence[Sequence[str]]) -> list[int]:
    """Numbers of all jobs, those first whose overrides were not all seen before."""
    seen: set[str] = set()
    new = []
    for index, job in enumerate(jobs):
        if not seen.issuperset(job):
            new.append(index)
            seen.update(job)
    return list(dict.fromkeys([*new, *range(len(jobs))]))


def _parent_run(configs: Sequence[Config]) -> Any:
    from fcnn.jobs import fingerprint
    from fcnn.tracking.recorder import Store

    of = configs[0].study
    axes = study.axes([hyperparameters(config) for config in configs], first=(of.colour, of.style))
    return Store(configs[0].tracking.uri).sweep(
        experiment=of.name or GRID, study=of, axes=axes, fingerprints=[fingerprint(config) for config in configs]
    )


def _raise_failures(jobs: Sequence[Sequence[str]], returns: Sequence[JobReturn]) -> None:
    failed = [(job, result) for job, result in zip(jobs, returns, strict=True) if result.status != JobStatus.COMPLETED]
    if failed:
        lines = [f"  {' '.join(job)}: {result._return_value}" for job, result in failed]
        raise SweepFailedError("\n".join([f"{len(failed)} of {len(jobs)} runs failed:", *lines]))
