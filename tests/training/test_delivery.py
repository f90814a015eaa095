"""What waits in the outbox is recorded as what it was when it was trained, once."""

import numpy as np
import pytest
from hydra import compose
from omegaconf import OmegaConf

from fcnn.config.parsing import parse
from fcnn.data import file_digest, load_data
from fcnn.libraries.base import load_library
from fcnn.params import compute_fingerprint
from fcnn.tracking.outbox import Outbox, PendingRun, PendingTermination, read
from fcnn.tracking.recorder import Recorder
from fcnn.tracking.store import StoreUnavailableError
from fcnn.tracking.writer import Writer
from fcnn.training.delivery import deliver


@pytest.fixture
def store(uri):
    return Writer(uri)


@pytest.fixture
def composed(config, uri, tmp_path):
    """A function that gives the composed config of a run of 2 epochs that waits for `store`."""
    given = [
        "training.epochs=2",
        "tracking.save_model=false",
        f"tracking.uri={uri}",
        f"tracking.outbox={tmp_path}/outbox",
    ]
    return lambda *overrides: compose("train", [*given, *overrides])


def keep(cfg, run_id=None):
    """Trains a config and puts it into its outbox, as a sweep does whose server is away. Gives config, outbox and curves."""
    config = parse(cfg)
    data = load_data(config)
    chunks = list(load_library(config.library).train([config], data))
    metrics = {
        key: np.concatenate([chunk.metrics[key][:, 0] for chunk in chunks])
        for key in chunks[0].metrics
    }
    outbox = Outbox(config.tracking)
    source = OmegaConf.to_yaml(cfg)
    provenance = {"fcnn.versions": "of then"}
    kept = PendingRun(
        run_id=run_id,
        status="KILLED",
        ended=3_000,
        source=source,
        number=0,
        began=1_000,
        fingerprint=compute_fingerprint(config),
        provenance=provenance,
        metrics=metrics,
        weights=chunks[-1].weights[0],
    )
    outbox.put(kept, "one")
    return config, outbox, metrics


def runs_of(store):
    experiments = [experiment.experiment_id for experiment in store.client.search_experiments()]
    return store.client.search_runs(experiments)


def test_delivered_network_has_the_curves_times_and_versions_of_when_it_was_trained(
    store, composed
):
    config, outbox, metrics = keep(composed())
    assert deliver(store, config.tracking) == 0
    (run,) = runs_of(store)
    assert (run.info.status, run.info.start_time, run.info.end_time) == ("FINISHED", 1_000, 3_000)
    assert run.data.tags["fcnn.versions"] == "of then"
    assert run.data.tags["fcnn.fingerprint"] == compute_fingerprint(config)
    for key, values in metrics.items():
        history = store.client.get_metric_history(run.info.run_id, key)
        assert [np.float32(point.value) for point in history] == values.tolist()
    assert outbox.files() == []


def test_network_that_was_delivered_by_one_who_did_not_live_to_say_so_is_not_recorded_twice(
    store, composed
):
    config, outbox, _ = keep(composed())
    (file,) = outbox.files()
    read_once = file.read_bytes()
    deliver(store, config.tracking)
    file.write_bytes(read_once)
    assert deliver(store, config.tracking) == 0
    assert [run.info.status for run in runs_of(store)] == ["FINISHED"]


def test_run_that_was_begun_before_the_server_went_away_is_closed(store, composed):
    cfg = composed()
    begun = store.run(
        parse(cfg), name="x", params={"dataset.name": "prod"}, fingerprint="x", source=""
    )
    config, _, _ = keep(cfg, begun.run_id)
    deliver(store, config.tracking)
    assert sorted(run.info.status for run in runs_of(store)) == ["FINISHED", "KILLED"]


def test_network_whose_table_has_changed_since_is_kept_and_not_recorded_as_what_it_is_not(
    store, composed, tmp_path, caplog
):
    table = tmp_path / "mine.csv"
    rows = [f"{a},{b},{a + b}" for a in range(5) for b in range(5)]
    table.write_text("\n".join(["a,b,y", *rows]))
    config, _, _ = keep(composed("dataset=csv", f"dataset.path={table}", "dataset.target=y"))
    table.write_text("\n".join(["a,b,y", *rows[:-1]]))
    file_digest.cache_clear()  # as in the next call
    assert deliver(store, config.tracking) == 1
    assert "its csv file or our numerics have changed" in caplog.text
    assert runs_of(store) == []


def test_what_cannot_be_delivered_does_not_hold_up_the_others(store, composed, caplog):
    config, outbox, _ = keep(composed())
    (outbox.folder / "a damaged one.npz").write_bytes(b"nothing")
    outbox.put(PendingTermination(run_id="0" * 32, status="FINISHED", ended=5_000), "end")
    assert deliver(store, config.tracking) == 1
    assert "a damaged one.npz cannot be delivered" in caplog.text
    assert [run.info.status for run in runs_of(store)] == ["FINISHED"]
    assert [file.name for file in outbox.files()] == ["a damaged one.npz"]


def test_end_of_a_sweep_is_delivered_with_its_time(store, composed):
    first = parse(composed())
    with store.sweep(first, {}, ["f"], 1) as run_id:
        Outbox(first.tracking).put(
            PendingTermination(run_id=run_id, status="FINISHED", ended=10**13), "end"
        )
        deliver(store, first.tracking)
        parent = store.client.get_run(run_id)
        assert (parent.info.status, parent.info.end_time) == ("FINISHED", 10**13)


def test_runs_that_workers_left_open_are_closed_with_their_sweep(store, composed):
    with store.sweep(parse(composed()), {}, ["f"], 1) as run_id:
        child = parse(composed(f"tracking.parent_run_id={run_id}"))
        store.run(child, name="x", params={"dataset.name": "prod"}, fingerprint="f", source="")
    assert sorted(run.info.status for run in runs_of(store)) == ["FINISHED", "KILLED"]


def test_network_that_is_kept_again_ended_when_it_did(store, composed, monkeypatch):
    config, outbox, _ = keep(composed())

    def away(*given):
        raise StoreUnavailableError("gone again")

    monkeypatch.setattr(Recorder, "log_arrays", away)
    assert (
        deliver(store, config.tracking) == 2
    )  # what was read stays till it is there; a sweep keeps it under the same name
    assert {read(file).ended for file in outbox.files()} == {3_000}


def test_end_of_a_sweep_is_no_run_that_waits(store, composed):
    config = parse(composed())
    Outbox(config.tracking).put(
        PendingTermination(run_id="0" * 32, status="FINISHED", ended=5_000), "end"
    )
    (file,) = Outbox(config.tracking).files()
    file.write_bytes(b"nothing")
    assert deliver(store, config.tracking) == 0
    assert file.exists()
