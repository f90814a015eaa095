"""What MLflow's own client returns is the reference for queries of its tables."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from recording import begin_run, recording
from sqlalchemy import event

from fcnn.tracking.client import list_experiments
from fcnn.tracking.plan import SweepPlan, SweepSeeds, training_command
from fcnn.tracking.reader import Reader
from fcnn.tracking.server import ServerQueries
from fcnn.tracking.writer import Writer


@pytest.fixture
def run_ids(uri, config):
    writer, rng = Writer(uri), np.random.default_rng(0)
    ids = []
    for number in range(7):
        with recording(writer, config(), fingerprint="f") as recorder:
            metrics = ["loss", "val_loss"] if number % 2 else ["loss"]
            values = {metric: rng.random(5 + number, dtype=np.float32) for metric in metrics}
            recorder.log_points(1, values)
            ids.append(recorder.run_id)
    return ids


def test_curves_from_tables_equal_those_from_the_client(uri, run_ids, monkeypatch):
    reader = Reader(uri)
    monkeypatch.setattr("fcnn.tracking.client.BATCH_SIZE", 3)
    from_database = reader.curves(run_ids, ["loss", "val_loss"])
    reader.queries = ServerQueries(reader.client)
    from_client = reader.curves(run_ids, ["loss", "val_loss"])
    pd.testing.assert_frame_equal(from_database, from_client)
    assert len(from_database) == sum(5 + number for number in range(7))
    assert from_database["val_loss"].notna().sum() == 6 + 8 + 10


def test_finished_runs_from_tables_equal_those_from_the_client(uri, config):
    writer = Writer(uri)
    for fingerprint, loss in [("a", 0.5), ("a", 0.25), ("b", 0.125)]:
        with recording(writer, config(), fingerprint=fingerprint) as recorder:
            recorder.log_points(1, {"loss": np.float32([1]), "val_loss": np.float32([loss])})
    reader = Reader(uri)
    from_database = reader.find_finished(["a", "b", "c"])
    reader.queries = ServerQueries(reader.client)
    from_client = reader.find_finished(["a", "b", "c"])
    # As dicts: from Python 3.13 on, objects that hold the same NaN are not equal.
    assert {key: vars(run) for key, run in from_client.items()} == {
        key: vars(run) for key, run in from_database.items()
    }
    losses = {fingerprint: run.loss for fingerprint, run in from_database.items()}
    assert losses == {"a": 0.25, "b": 0.125}


@pytest.mark.parametrize("deleted", ["run", "experiment"])
def test_deleted_run_does_not_count_as_finished(uri, config, deleted):
    with recording(Writer(uri), config(), fingerprint="a") as recorder:
        recorder.log_points(1, {"loss": np.float32([1]), "val_loss": np.float32([1])})
    reader, client = Reader(uri), MlflowClient(uri)
    assert set(reader.find_finished(["a"])) == {"a"}
    if deleted == "run":
        client.delete_run(recorder.run_id)
    else:
        client.delete_experiment(client.get_run(recorder.run_id).info.experiment_id)
    assert reader.find_finished(["a"]) == {}
    reader.queries = ServerQueries(reader.client)
    assert reader.find_finished(["a"]) == {}


def test_error_of_a_run_shows_no_password(uri, config):
    error = ValueError("no answer from postgresql://me:hunter2@host/db?token=hunter2")
    with (
        pytest.raises(ValueError, match="no answer"),
        recording(Writer(uri), config(), fingerprint="a") as recorder,
    ):
        raise error
    run = MlflowClient(uri).get_run(recorder.run_id)
    assert run.info.status == "FAILED"
    assert run.data.tags["fcnn.error"].startswith("no answer from postgresql://")
    assert "hunter2" not in str(run.data.tags)
    assert Reader(uri).runs("single", None)["error"].tolist() == [run.data.tags["fcnn.error"]]


def test_last_value_of_an_epoch_that_was_logged_twice_counts(uri, run_ids):
    reader = Reader(uri)
    MlflowClient(uri).log_metric(run_ids[0], "loss", 0.125, step=2, timestamp=2**41)
    for queries in (reader.queries, ServerQueries(reader.client)):
        reader.queries = queries
        curves = reader.curves(run_ids[:1], ["loss"]).set_index("epoch")["loss"]
        assert list(curves.index) == [1, 2, 3, 4, 5]
        assert curves[2] == 0.125


def test_sweep_whose_plan_is_lost_is_taken_for_its_runs_with_a_warning(
    uri, config, tmp_path, caplog
):
    writer, axes = Writer(uri), {"model.activation": ["tanh", "relu"]}
    with writer.open_sweep(config("study.name=mine"), SweepPlan(axes, ["a", "b"]), 2) as sweep:
        child = config("study.name=mine", f"tracking.parent_run_id={sweep}")
        with recording(writer, child, fingerprint="a"):
            pass
    shutil.rmtree(tmp_path / "mlruns")
    plan = Reader(uri).plan("mine")
    assert (plan.latest_sweep, plan.fingerprints, plan.axes) == (sweep, {"a"}, {})
    (line,) = caplog.messages
    assert f"plan.json of run {sweep} is not where the store says" in line
    assert writer.read_sweep(sweep).n_runs == 2


def open_and_end_sweep(writer, first, seeds, n_recorded=0, data_seed=None, rule=None):
    """A sweep of these seeds; its first runs are recorded, and its rule unless it is None."""
    recorded = SweepSeeds(rule, frozenset(seeds)) if rule else None
    plan = SweepPlan({}, [f"f{seed}" for seed in seeds], seeds=recorded)
    with writer.open_sweep(first, plan, 1) as sweep:
        child = replace(first, tracking=replace(first.tracking, parent_run_id=sweep))
        for seed in seeds[:n_recorded]:
            params = {"training.seed": str(seed), "dataset.seed": str(data_seed or seed)}
            run = {"fingerprint": f"f{seed}", "config_yaml": ""}
            with recording(writer, child, params=params, **run) as recorder:
                recorder.log_points(1, {"val_loss": np.ones(1, np.float32)})


def test_plan_has_the_rule_of_the_newest_sweep_and_counts_those_that_added_seeds(uri, config):
    writer, first = Writer(uri), config("study.name=mine")
    for seeds, rule, n_looks in (
        (range(3), "training.seed", 1),
        (range(5), "training.seed", 2),
        (range(2, 4), "training.seed", 2),  # adds none
        (range(9), "0", 1),
        (range(5), "training.seed", 2),
        (range(6, 8), "training.seed", 3),
    ):
        open_and_end_sweep(writer, first, seeds, rule=rule)
        plan = Reader(uri).plan("mine")
        assert (plan.data_seed, plan.n_looks) == (rule, n_looks)


def test_rule_and_seeds_of_sweeps_that_recorded_none_are_those_of_their_runs(uri, config):
    writer, first = Writer(uri), config("study.name=mine")
    open_and_end_sweep(writer, first, [0, 1], n_recorded=2, data_seed="7")
    assert Reader(uri).plan("mine").data_seed == "7"
    open_and_end_sweep(writer, first, [0, 1], n_recorded=0)  # all are there
    plan = Reader(uri).plan("mine")
    assert (plan.data_seed, plan.n_looks) == ("7", 1)
    open_and_end_sweep(writer, first, [0, 1, 2], n_recorded=3, data_seed="7")
    assert Reader(uri).plan("mine").n_looks == 2


def test_plan_tells_searches_from_grids(uri, config):
    writer, first = Writer(uri), config("study.name=mine")
    with writer.open_sweep(first, SweepPlan({"model.activation": ["tanh", "relu"]}, ["a", "b"]), 2):
        pass
    with writer.open_sweep(first, SweepPlan({"model.activation": []}, []), 2) as search:
        writer.write_plan(search, first.study, SweepPlan({"model.activation": []}, ["b", "c"]))
    plan = Reader(uri).plan("mine")
    assert plan.search_sweeps == {search}
    assert plan.grid_fingerprints == {"a", "b"}
    assert plan.all_fingerprints == {"a", "b", "c"}


def test_outlines_from_tables_are_the_runs_of_the_client(uri, run_ids, config):
    with recording(Writer(uri), config(), fingerprint="g"):
        reader = Reader(uri)
        (runs,) = filter(None, reader.outlines(list_experiments(reader.client)).values())
        studies = reader.studies()
        reader.queries = ServerQueries(reader.client)
        (expected,) = filter(None, reader.outlines(list_experiments(reader.client)).values())
        assert reader.studies() == studies
    assert [dict(run.info) for run in runs] == [dict(run.info) for run in expected]
    for run, of_client in zip(runs, expected, strict=True):
        assert run.data.tags.items() <= of_client.data.tags.items()
        assert run.data.tags["fcnn.fingerprint"] in "fg"
    (counts,) = studies.values()
    assert counts == {"FINISHED": 1, "RUNNING": 1}


def test_runs_from_tables_equal_those_from_the_client(uri, run_ids, config):
    client = MlflowClient(uri)
    client.log_param(run_ids[0], "model.activation", "relu")
    client.log_metric(run_ids[1], "val_loss", float("nan"), step=9)
    client.log_metric(run_ids[2], "val_loss", float("inf"), step=9)
    client.delete_run(run_ids[3])
    client.create_run(client.get_run(run_ids[0]).info.experiment_id)  # no network
    reader = Reader(uri)
    study = client.get_experiment(client.get_run(run_ids[0]).info.experiment_id).name
    from_database = reader.runs(study, None)
    reader.queries = ServerQueries(reader.client)
    pd.testing.assert_frame_equal(from_database, reader.runs(study, None))
    assert len(from_database) == len(run_ids) - 1


@pytest.mark.parametrize("n_before", [1, 2, 3])
def test_run_that_is_recorded_while_runs_are_read_is_read_whole_or_not_at_all(
    uri, config, n_before
):
    writer = Writer(uri)
    writer.write([begin_run(writer, config("study.name=mine"))])
    reader = Reader(uri)
    statements = []

    def record_one(connection, cursor, statement, *_):  # between two queries
        if len(statements) == n_before:
            writer.write([begin_run(writer, config("study.name=mine"))])
        statements.append(statement)

    event.listen(reader.queries.engine, "before_cursor_execute", record_one)
    runs = reader.runs("mine", None)
    assert len(statements) > n_before
    assert len(runs) == 1
    assert sum(len(runs) for runs in reader.outlines(list_experiments(reader.client)).values()) == 2


def test_runs_by_fingerprint_from_tables_equal_those_from_the_client(uri, config):
    writer = Writer(uri)
    for fingerprint in ("a", "b", "b"):
        with recording(
            writer, config(), name=fingerprint, params={"seed": "1"}, fingerprint=fingerprint
        ) as recorder:
            recorder.log_points(1, {"loss": np.float32([1]), "val_loss": np.float32([0.5])})
    reader = Reader(uri)
    from_database = reader.find_runs(["a", "b", "c"])
    reader.queries = ServerQueries(reader.client)
    from_client = reader.find_runs(["a", "b", "c"])
    assert [run.info.run_name for run in from_database] == ["b", "a"]
    assert list(map(list_contents, from_database)) == list(map(list_contents, from_client))


def list_contents(run):
    return dict(run.info), run.data.params, run.data.metrics, run.data.tags


@pytest.mark.parametrize("lacks", ["seeds", "rule", "both"])
def test_seeds_of_a_sweep_are_those_that_it_recorded_or_else_those_of_its_runs(uri, config, lacks):
    writer, first = Writer(uri), config("study.name=mine")
    recorded = None if lacks == "both" else SweepSeeds("training.seed", frozenset({0, 1}))
    with writer.open_sweep(first, SweepPlan({}, ["f0", "f1"], seeds=recorded), 2) as sweep:
        child = replace(first, tracking=replace(first.tracking, parent_run_id=sweep))
        for seed in ("0", "1"):
            params = {"training.seed": seed, "dataset.seed": seed}
            run = {"fingerprint": f"f{seed}", "config_yaml": ""}
            with recording(writer, child, params=params, **run) as recorder:
                recorder.log_points(1, {"val_loss": np.ones(1, np.float32)})
    if lacks == "seeds":
        writer.write_plan(sweep, first.study, SweepPlan({}, ["f0", "f1"]))
    if lacks == "rule":
        writer.client.delete_tag(sweep, "fcnn.data_seed")
    reader = Reader(uri)
    parent = MlflowClient(uri).get_run(sweep)
    seeds = reader._read_seeds(parent, reader.load_plan(sweep))
    assert seeds == SweepSeeds("training.seed", frozenset({0, 1}))


def test_only_studies_with_a_file_have_a_command_that_trains_them():
    assert training_command("depth") == "python scripts/train.py study=depth"
    assert training_command("mine") == ""
