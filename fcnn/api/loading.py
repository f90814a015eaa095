"""Opens studies by their names: files of `conf/study`, and experiments in the store."""

import warnings
from collections.abc import Sequence

from fcnn.api.study import Study
from fcnn.composition.composing import compose_single, compose_study, list_study_files
from fcnn.composition.study_composer import ComposedGrid
from fcnn.composition.values import format_value
from fcnn.errors import ConfigError
from fcnn.tracking.store import exists


def load(name: str, overrides: Sequence[str] = (), *, search: int | None = None) -> Study:
    """Open a study by its name.

    Its grid is that of its file in `conf/study`, its runs are those in the store. A study that has
    no file can be read, but not run.

    Args:
        name: A file of `conf/study`, of fcnn or of the working folder, or an experiment in the
            store.
        overrides: Lines as on the command line: `["training.seed=0", "training.epochs=20"]`.
        search: How many configs Optuna tries of its grid, or of ranges in its file.

    Returns:
        The study. A warning says so if its file and its runs in the store differ.

    Raises:
        ConfigError: There is no study of this name; the message lists those that there are.

    Example:
        >>> study = fcnn.load("activation_size")
        >>> study.run()
    """
    files = list_study_files()
    call = f"fcnn.load({name!r})"
    if name in files:
        lines = [f"study={format_value('study', name)}", *overrides]
        composed = compose_study(lines, search)
        config = composed.config
        study = Study._open(config.sweep_experiment, config.tracking.uri, composed, call)
        if isinstance(composed, ComposedGrid):
            _warn_of_differences(study, composed)
        return study
    uri = compose_single(overrides).tracking.uri
    stored = _list_stored_studies(uri)
    if name not in stored:
        names = ", ".join(sorted({*files, *stored}))
        raise ConfigError(f"study={name}: should be one of {names}")
    return Study._open(name, uri, None, call)


def _list_stored_studies(uri: str) -> list[str]:
    if not exists(uri):
        return []
    from fcnn.tracking.mlflow_globals import preserve_mlflow_globals
    from fcnn.tracking.reader import Reader

    with preserve_mlflow_globals():
        return list(Reader(uri).studies())


def _warn_of_differences(study: Study, grid: ComposedGrid) -> None:
    """Warn if the latest sweep in the store planned other runs than the study's file."""
    if not exists(study.uri):
        return
    from fcnn.tracking.mlflow_globals import preserve_mlflow_globals
    from fcnn.tracking.reader import Reader

    with preserve_mlflow_globals():
        plan = Reader(study.uri).plan(study.name)
    if plan is None:
        return
    fingerprints = {job.fingerprint for job in grid.jobs}
    n_new, n_other = (
        len(fingerprints - plan.all_fingerprints),
        len(plan.all_fingerprints - fingerprints),
    )
    if n_new or n_other:
        warnings.warn(
            f"study={study.name}: its file and the store differ: {n_new} of the file's "
            f"{len(fingerprints)} runs are not in the store, and {n_other} of the store's "
            f"{len(plan.all_fingerprints)} are not in the file; results show all runs in the store",
            stacklevel=3,
        )
