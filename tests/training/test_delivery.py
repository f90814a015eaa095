"""The outbox is delivered once, with the times and versions of when a network was trained."""

import numpy as np
import pytest
from hydra import compose
from recording import begin_run, write

from fcnn.config.parsing import parse
from fcnn.config.sections import Sections
from fcnn.data import load_data
from fcnn.errors import StoreUnavailableError
from fcnn.evaluation import evaluate_test_sample
from fcnn.libraries.base import load_library
from fcnn.params import compute_fingerprint
from fcnn.tracking.outbox import Outbox, PendingRun, PendingTermination, read_entry
from fcnn.tracking.plan import SweepPlan
from fcnn.tracking.run_writer import RunWriter
from fcnn.tracking.writer import Writer
from fcnn.training.delivery import deliver, list_waiting


@pytest.fixture
def store(uri):
    return Writer(uri)


@pytest.fixture
def composed(config, uri, tmp_path):
    """A function that composes the config of a run of 2 epochs that waits for `store`."""
    overrides_of_all = [
        "training.epochs=2",
        "tracking.save_model=false",
        f"tracking.uri={uri}",
        f"tracking.outbox={tmp_path}/outbox",
    ]
    return lambda *overrides: compose("train", [*overrides_of_all, *overrides])


def train_and_keep(cfg, run_id=None, test_metrics=None):
    """Train a config and put it into its outbox, as a sweep does whose server is away.

    Returns:
        The config, the outbox and the curves.
    """
    config = parse(cfg)
    data = load_data(config)
    chunks = list(load_library(config.library).train([config], [data]))
    metrics = {
        key: np.concatenate([chunk.metrics[key][:, 0] for chunk in chunks])
        for key in chunks[0].metrics
    }
    outbox = Outbox(config.tracking)
    config_yaml = Sections.of(cfg).to_yaml()
    environment = {"fcnn.versions": "of then"}
    network = PendingRun(
        run_id=run_id,
        status="KILLED",
        ended_ms=3_000,
        config_yaml=config_yaml,
        number=0,
        started_ms=1_000,
        fingerprint=compute_fingerprint(config),
        environment=environment,
        metrics=metrics,
        weights=chunks[-1].weights[0],
        test_metrics=test_metrics or {},
    )
    outbox.put(network, "network")
    return config, outbox, metrics


def runs_of(store):
    experiments = [experiment.experiment_id for experiment in store.client.search_experiments()]
    return store.client.search_runs(experiments)


def test_delivered_network_has_curves_times_and_versions_of_its_training(store, composed):
    config, outbox, metrics = train_and_keep(composed())
    assert deliver(store, config.tracking) == 0
    (run,) = runs_of(store)
    assert (run.info.status, run.info.start_time, run.info.end_time) == ("FINISHED", 1_000, 3_000)
    assert run.data.tags["fcnn.versions"] == "of then"
    assert run.data.tags["fcnn.fingerprint"] == compute_fingerprint(config)
    for key, values in metrics.items():
        history = store.client.get_metric_history(run.info.run_id, key)
        assert [np.float32(point.value) for point in history] == values.tolist()
    assert outbox.list_files() == []


def test_delivered_network_has_the_test_loss_of_its_training(store, composed):
    config, _, _ = train_and_keep(composed(), test_metrics={"test_loss": 0.125})
    deliver(store, config.tracking)
    (run,) = runs_of(store)
    (point,) = store.client.get_metric_history(run.info.run_id, "test_loss")
    assert (point.step, point.value) == (2, 0.125)


def test_network_that_an_older_version_kept_is_delivered_with_a_test_loss_too(store, composed):
    config, outbox, _ = train_and_keep(composed())
    (file,) = outbox.list_files()
    weights = read_entry(file).weights
    deliver(store, config.tracking)
    (run,) = runs_of(store)
    expected = evaluate_test_sample(weights, load_data(config), config.model.activation)
    assert {key: run.data.metrics[key] for key in expected} == expected


def test_network_that_diverged_is_delivered_as_a_result(store, composed):
    wild = ["optimizer=sgd", "optimizer.learning_rate=1e30", "model.activation=relu"]
    config, outbox, _ = train_and_keep(composed(*wild))
    assert deliver(store, config.tracking) == 0
    (run,) = runs_of(store)
    assert (run.info.status, run.data.tags["fcnn.diverged_epoch"]) == ("FINISHED", "1")
    assert outbox.list_files() == []


def test_network_whose_delivery_was_killed_before_its_file_was_removed_is_recorded_once(
    store, composed
):
    config, outbox, _ = train_and_keep(composed())
    (file,) = outbox.list_files()
    content = file.read_bytes()
    deliver(store, config.tracking)
    file.write_bytes(content)
    assert deliver(store, config.tracking) == 0
    assert [run.info.status for run in runs_of(store)] == ["FINISHED"]


def test_run_that_was_open_when_the_server_went_away_is_closed(store, composed):
    cfg = composed()
    open_run = begin_run(
        store, parse(cfg), name="x", params={"dataset.name": "prod"}, fingerprint="x"
    )
    write(store, open_run)
    config, _, _ = train_and_keep(cfg, open_run.run_id)
    deliver(store, config.tracking)
    assert sorted(run.info.status for run in runs_of(store)) == ["FINISHED", "KILLED"]


def test_network_whose_table_has_changed_since_is_kept_and_not_recorded(
    store, composed, tmp_path, caplog
):
    table = tmp_path / "table.csv"
    rows = [f"{a},{b},{a + b}" for a in range(5) for b in range(5)]
    table.write_text("\n".join(["a,b,y", *rows]))
    config, _, _ = train_and_keep(
        composed("dataset=csv", f"dataset.path={table}", "dataset.target=y")
    )
    fingerprint = compute_fingerprint(config)
    table.write_text("\n".join(["a,b,y", *rows[:-1]]))
    # It does not wait for the store, which is no reason not to say what a sweep has shown.
    assert [deliver(store, config.tracking) for _ in range(2)] == [0, 0]
    assert list_waiting(config.tracking) == []
    # But its own sweep must not say that all runs are there.
    assert len(list_waiting(config.tracking, [fingerprint])) == 1
    assert caplog.text.count("its csv file or our numerics have changed") == 1
    assert runs_of(store) == []
    table.write_text("\n".join(["a,b,y", *rows]))
    deliver(store, config.tracking)
    assert [run.info.status for run in runs_of(store)] == ["FINISHED"]


def test_entry_that_cannot_be_delivered_does_not_delay_the_others(store, composed, caplog):
    config, outbox, _ = train_and_keep(composed())
    (outbox.folder / "damaged.npz").write_bytes(b"nothing")
    outbox.put(PendingTermination(run_id="0" * 32, status="FINISHED", ended_ms=5_000), "end")
    assert deliver(store, config.tracking) == 0
    assert "damaged.npz cannot be delivered" in caplog.text
    assert [run.info.status for run in runs_of(store)] == ["FINISHED"]
    assert [file.name for file in outbox.list_files()] == ["damaged.npz"]


def test_network_that_the_store_fails_on_does_not_delay_the_others(store, composed, monkeypatch):
    config, outbox, _ = train_and_keep(composed())
    (file,) = outbox.list_files()
    first = file.rename(file.with_name("first.npz"))
    train_and_keep(composed("training.seed=1"))
    is_recorded = Writer.is_recorded

    def fail_for_the_first(self, fingerprint, started_ms):
        if fingerprint == compute_fingerprint(config):
            raise StoreUnavailableError("500")
        return is_recorded(self, fingerprint, started_ms)

    monkeypatch.setattr(Writer, "is_recorded", fail_for_the_first)
    assert deliver(store, config.tracking) == 1
    assert outbox.list_files() == [first]
    assert [run.data.params["training.seed"] for run in runs_of(store)] == ["1"]


def test_end_of_a_sweep_is_delivered_with_its_time(store, composed):
    first = parse(composed())
    with store.open_sweep(first, SweepPlan({}, ["f"]), 1) as run_id:
        Outbox(first.tracking).put(
            PendingTermination(run_id=run_id, status="FINISHED", ended_ms=10**13), "end"
        )
        deliver(store, first.tracking)
        parent = store.client.get_run(run_id)
        assert (parent.info.status, parent.info.end_time) == ("FINISHED", 10**13)


def test_runs_that_killed_workers_left_open_are_closed_with_their_sweep(store, composed):
    with store.open_sweep(parse(composed()), SweepPlan({}, ["f"]), 1) as run_id:
        child = parse(composed(f"tracking.parent_run_id={run_id}"))
        write(store, begin_run(store, child))
    assert sorted(run.info.status for run in runs_of(store)) == ["FINISHED", "KILLED"]


def test_network_that_is_kept_again_has_its_first_end(store, composed, monkeypatch):
    config, outbox, _ = train_and_keep(composed())

    def go_away(*arguments):
        raise StoreUnavailableError("gone again")

    monkeypatch.setattr(RunWriter, "_write_rows", go_away)
    assert (
        deliver(store, config.tracking) == 2
    )  # the entry that was read stays; a sweep would keep it again under the same name
    assert {read_entry(file).ended_ms for file in outbox.list_files()} == {3_000}


def test_end_of_a_sweep_does_not_count_as_a_waiting_run(store, composed):
    config = parse(composed())
    Outbox(config.tracking).put(
        PendingTermination(run_id="0" * 32, status="FINISHED", ended_ms=5_000), "end"
    )
    (file,) = Outbox(config.tracking).list_files()
    file.write_bytes(b"nothing")
    assert deliver(store, config.tracking) == 0
    assert file.exists()
