"""Makes the models of recorded runs from the weights that these keep."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from math import isnan

from fcnn.config.fields import SavedModels
from fcnn.config.schema import Config, Tracking
from fcnn.data import load_data
from fcnn.errors import StoreError, StoreRejectedError, StoreUnavailableError
from fcnn.libraries.base import load_library
from fcnn.network import collect_weights
from fcnn.params import cell_id, config_params
from fcnn.status import show_status
from fcnn.tracking.models import store_model
from fcnn.tracking.plan import FinishedRun
from fcnn.tracking.reader import Reader
from fcnn.tracking.redaction import describe_briefly
from fcnn.training.artifacts import describe_fault, make_predictor
from fcnn.training.recorded import read_trainable
from fcnn.training.resume import has_waiting_networks

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
    address = None
    with suppress(StoreRejectedError):  # there is no such run, as is said below
        address = reader.model_address(run_id)
    if address and table is None:
        return address
    run = read_trainable(reader, run_id, table)  # checks the table, too
    if address:
        return address
    run.check_network()
    return _store_model(reader, run.run_id, run.config)


def _store_model(reader: Reader, run_id: str, config: Config) -> str:
    data = load_data(config)
    weights = collect_weights(reader.arrays(run_id))
    model = load_library(config.library).build_model(config, data, weights)
    fault = describe_fault(config, data, weights, model)
    if fault:
        log.warning(f"run {run_id}: its saved model {fault}")
    predictor = make_predictor(config, data, weights)
    return store_model(reader, run_id, config.library, model, data, fault, predictor)


def make_missing_models(
    reader: Reader,
    tracking: Tracking,
    planned: Mapping[str, Config],
    known: Mapping[str, FinishedRun],
) -> None:
    """Make the models that `tracking.save_model` asks for and finished runs do not have.

    A model that cannot be made is said in a warning, and costs nothing else. While networks wait
    for a store that is away, none is made.

    Args:
        reader: The open store.
        tracking: Says which runs have models.
        planned: The runs of a sweep, or one outside a sweep, by their fingerprints.
        known: Those that had finished before, as the store was asked already.
    """
    if tracking.save_model == "none" or has_waiting_networks(tracking):
        return  # the call that delivers them makes the models, too
    failures: dict[str, str] = {}
    try:
        with show_status("storing models"):
            missing = _find_missing(reader, tracking.save_model, planned, known)
            for run_id, config in missing.items():
                try:
                    _store_model(reader, run_id, config)
                except StoreUnavailableError:
                    raise
                except Exception as error:  # the runs are recorded
                    failures[run_id] = describe_briefly(error)
    except StoreError as error:
        log.warning(f"{error}; the next call stores the models")
    if failures:
        run_id, reason = next(iter(failures.items()))
        others = f", nor those of {len(failures) - 1} more" if len(failures) > 1 else ""
        log.warning(f"the model of run {run_id} cannot be stored{others}: {reason}")


def _find_missing(
    reader: Reader,
    saved: SavedModels,
    planned: Mapping[str, Config],
    known: Mapping[str, FinishedRun],
) -> dict[str, Config]:
    """Find the runs that are to have a model and have none: their configs by their ids."""
    finished = {**known, **reader.find_finished(planned.keys() - known.keys())}
    networks = {
        fingerprint: run for fingerprint, run in finished.items() if run.diverged_epoch is None
    }
    chosen = {
        networks[fingerprint].run_id: config
        for fingerprint, config in planned.items()
        if fingerprint in networks
    }
    if saved == "best":
        settled = {run.run_id: run.settled_loss for run in networks.values()}
        chosen = _choose_best(chosen, settled)
    present = reader.find_runs_with_model(list(chosen))
    return {run_id: config for run_id, config in chosen.items() if run_id not in present}


def _choose_best(configs: Mapping[str, Config], settled: Mapping[str, float]) -> dict[str, Config]:
    """Of each cell the run with the lowest settled loss and the median one, which reports show."""
    cells: dict[str, list[str]] = defaultdict(list)
    for run_id, config in configs.items():
        cells[cell_id(config_params(config))].append(run_id)
    chosen = set()
    for run_ids in cells.values():
        # Versions before 0.2.0 recorded no settled loss.
        in_order = sorted(run_ids, key=lambda run_id: (isnan(settled[run_id]), settled[run_id]))
        chosen |= {in_order[0], in_order[(len(in_order) - 1) // 2]}
    return {run_id: config for run_id, config in configs.items() if run_id in chosen}
