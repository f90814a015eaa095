"""Jobs that train in threads: each is a run of its own, whatever becomes of the others."""

import mlflow
import pytest

from fcnn.errors import ConfigError, DiskFullError
from fcnn.tracking.outbox import Outbox
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training import local
from fcnn.training.jobs import Job, OpenSweep
from fcnn.training.progress import SweepProgress


def statuses(uri, name):
    client = mlflow.MlflowClient(uri)
    runs = client.search_runs([client.get_experiment_by_name(name).experiment_id])
    return {run.data.params["training.seed"]: run.info.status for run in runs}


def make_job(number, config):
    return Job(config, "", f"fingerprint {number}", number)


def make_jobs(config, uri, *overrides, seeds=3):
    common = ["study.name=mine", *overrides, f"tracking.uri={uri}"]
    return [make_job(seed, config(*common, f"training.seed={seed}")) for seed in range(seeds)]


def train(jobs, workers=1, max_population=10):
    """An iterator over the results of jobs of one sweep."""
    tracking = jobs[0].config.tracking
    sweep = OpenSweep(Writer(tracking.uri), Sweep(len(jobs), []), tracking)
    return local.train_in_threads(jobs, sweep, workers=workers, max_population=max_population)


def outcomes_of(results):
    """The last validation loss or the error of each job."""
    return {result.job.number: result.error or result.val_loss for result in results}


def test_job_that_raises_leaves_the_others_of_its_population_intact(config, uri, tmp_path):
    jobs = make_jobs(config, uri, "training.epochs=2")
    without_file = config(
        "study.name=mine",
        f"tracking.uri={uri}",
        "dataset=csv",
        f"dataset.path={tmp_path}/gone.csv",
        "dataset.target=y",
    )
    outcomes = outcomes_of(train([*jobs, make_job(3, without_file)], workers=2))
    assert [type(outcomes[number]) for number in range(4)] == [float, float, float, ConfigError]
    assert statuses(uri, "mine") == dict.fromkeys("012", "FINISHED")


def test_error_of_a_training_fails_its_runs_and_no_others(config, uri):
    # A million times a million weights fit into no memory.
    jobs = make_jobs(config, uri, "training.epochs=2")
    huge = config(
        "study.name=mine",
        f"tracking.uri={uri}",
        "model.hidden_units=[2000000,2000000]",
        "training.seed=3",
    )
    outcomes = outcomes_of(train([make_job(3, huge), *jobs]))
    assert isinstance(outcomes[3], MemoryError)
    assert statuses(uri, "mine") == dict.fromkeys("012", "FINISHED") | {"3": "FAILED"}


def test_runs_end_as_killed_with_their_curves_when_the_sweep_is_left(config, uri):
    jobs = make_jobs(config, uri, "training.epochs=2", seeds=6)
    results = train(jobs, max_population=2)
    next(results)
    results.close()
    assert (
        statuses(uri, "mine").items() >= {"0": "FINISHED", "1": "FINISHED"}.items()
    )  # both are trained
    assert "RUNNING" not in statuses(uri, "mine").values()


def test_interrupted_runs_are_killed_and_keep_their_curves(config, uri):
    results = train(make_jobs(config, uri, "training.epochs=1000000"))
    logged_epochs = []

    def interrupt(progress, number, n_epochs):
        logged_epochs.append(n_epochs // 3)  # of three runs
        if n_epochs:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SweepProgress, "advance_epochs", interrupt)  # called after each logging
        with pytest.raises(KeyboardInterrupt):
            next(results)
    assert set(statuses(uri, "mine").values()) == {"KILLED"}
    client = mlflow.MlflowClient(uri)
    for run in client.search_runs([client.get_experiment_by_name("mine").experiment_id]):
        steps = [point.step for point in client.get_metric_history(run.info.run_id, "loss")]
        assert steps[: logged_epochs[-1]] == list(range(1, logged_epochs[-1] + 1))


def test_metrics_are_in_the_store_while_the_population_trains(config, uri):
    jobs = make_jobs(config, uri, "training.epochs=100000")
    results = train(jobs)
    histories = []

    class LookedError(Exception):
        pass

    def look(progress, number, n_epochs):
        client = mlflow.MlflowClient(uri)
        runs_in_store = client.search_runs([client.get_experiment_by_name("mine").experiment_id])
        if n_epochs:
            histories.extend(
                client.get_metric_history(run.info.run_id, "loss") for run in runs_in_store
            )
            raise LookedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SweepProgress, "advance_epochs", look)  # called after each logging
        with pytest.raises(LookedError):
            next(results)
    assert len(histories) == 3
    assert all(points for points in histories)


def test_full_disk_of_store_and_outbox_is_reported_even_for_a_diverged_run(
    config, uri, monkeypatch
):
    wild = [
        "training.epochs=20",
        "optimizer=sgd",
        "optimizer.learning_rate=1e20",
        "model.activation=relu",
    ]
    results = train(make_jobs(config, uri, *wild, seeds=1))

    def fill_disk(*arguments):
        raise DiskFullError("full")

    monkeypatch.setattr(Writer, "_write_rows", fill_disk)
    monkeypatch.setattr(Outbox, "put", fill_disk)
    assert isinstance(next(results).error, DiskFullError)
    with pytest.raises(DiskFullError):
        next(results)


@pytest.mark.parametrize(
    ("n_runs", "parent", "line"), [(1, "", ""), (1, "f" * 32, "mine"), (2, "", "[1/2] mine")]
)
def test_failed_run_has_a_line_unless_it_is_outside_a_sweep(config, uri, n_runs, parent, line):
    # A command of a single run tells of its error itself.
    lines = [f"tracking.parent_run_id={parent}"] if parent else []
    huge = ["model.hidden_units=[2000000,2000000]", *lines]
    (job,) = make_jobs(config, uri, *huge, seeds=1)
    tracking = job.config.tracking
    sweep = OpenSweep(Writer(tracking.uri), Sweep(n_runs, []), tracking)
    (result,) = local.train_and_log([job], sweep)
    assert isinstance(result.error, MemoryError)
    assert result.summary.startswith(line.removesuffix("mine"))
    assert bool(result.summary) == bool(line)
