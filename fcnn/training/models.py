"""Makes the models of recorded runs from the weights that these keep."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from fcnn.config.schema import Tracking
from fcnn.data import load_data
from fcnn.errors import ConfigError, StoreError
from fcnn.libraries.base import load_library
from fcnn.network import collect_weights
from fcnn.status import show_status
from fcnn.tracking.divergence import describe_divergence
from fcnn.tracking.model_choice import choose_runs
from fcnn.tracking.models import store_model
from fcnn.tracking.names import DIVERGED
from fcnn.tracking.reader import Reader
from fcnn.tracking.redaction import redact
from fcnn.training.artifacts import describe_fault, make_predictor
from fcnn.training.recorded import RecordedRun, read_recorded

log = logging.getLogger("fcnn")


def ensure_model(reader: Reader, run_id: str, table: str | None = None) -> str:
    """Return where MLflow loads the model of a run from, which is made if it has none.

    Args:
        reader: The open store.
        run_id: Id of a finished run.
        table: Path of its table, by default the recorded one.

    Raises:
        ConfigError: The store has no such network, or its data or library are not here.
        StoreError: The store cannot be read, or does not take the model.
    """
    run = read_recorded(reader, run_id, table)
    return reader.model_address(run_id) or _make_model(reader, run)


def _make_model(reader: Reader, run: RecordedRun) -> str:
    """Make the model of a run from its weights, and store it; see `ensure_model`."""
    if DIVERGED in run.tags:
        divergence = describe_divergence(int(run.tags[DIVERGED]))
        raise ConfigError(f"{run.run_id}: has no network, it {divergence}")
    if run.status != "FINISHED":
        raise ConfigError(f"{run.run_id}: has no network, its status is {run.status}")
    if not run.has_its_table:
        raise ConfigError(f"{run.run_id}: its table has other contents than when it was trained")
    config, data = run.config, load_data(run.config)
    weights = collect_weights(reader.arrays(run.run_id))
    model = load_library(config.library).build_model(config, data, weights)
    fault = describe_fault(config, data, weights, model)
    if fault:
        log.warning(f"run {run.run_id}: its saved model {fault}")
    predictor = make_predictor(config, data, weights)
    return store_model(reader, run.run_id, config.library, model, data, fault, predictor)


def make_missing_models(reader: Reader, tracking: Tracking, fingerprints: Iterable[str]) -> None:
    """Make the models that `tracking.save_model` asks for and finished runs do not have.

    A model that cannot be made is said in a warning, and costs nothing else.

    Args:
        reader: The open store.
        tracking: Says which runs have models.
        fingerprints: The runs of a sweep, or one outside a sweep.
    """
    if tracking.save_model == "none":
        return
    try:
        run_ids = choose_runs(reader, set(fingerprints), tracking.save_model)
    except StoreError as error:
        log.warning(f"no models are stored: {error}")
        return
    failures = defaultdict[str, list[str]](list)
    with show_status("storing models"):
        for run_id in run_ids:
            try:
                _make_model(reader, read_recorded(reader, run_id))
            except Exception as error:  # the runs are recorded
                reason = redact(str(error) or type(error).__name__).splitlines()[0]
                failures[reason].append(run_id)
    _warn_of_failures(failures)


def _warn_of_failures(failures: Mapping[str, Sequence[str]]) -> None:
    for reason, run_ids in failures.items():
        more = f" and {len(run_ids) - 1} more" if len(run_ids) > 1 else ""
        log.warning(f"run {run_ids[0]}{more}: its model cannot be stored: {reason}")
