"""The population launcher: Hydra's contract, and sweeps against Hydra's serial launcher."""

import re

import mlflow
import numpy as np
import pytest
from hydra.core.global_hydra import GlobalHydra
from hydra.core.singleton import Singleton
from hydra.test_utils.launcher_common_tests import IntegrationTestSuite, LauncherTestSuite
from hydra.version import VersionBase
from running import run_script

from fcnn.errors import ConfigError, DiskFullError
from fcnn.tracking.mlflow_run import MlflowRun
from fcnn.tracking.outbox import Outbox
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training import local
from fcnn.training.jobs import Job, OpenSweep
from fcnn.training.progress import SweepProgress


@pytest.fixture
def fresh_hydra(hydra_restore_singletons):
    """As in a process in which nobody has composed a config yet; what was there comes back."""
    GlobalHydra.instance().clear()
    Singleton._instances.pop(VersionBase, None)


@pytest.mark.usefixtures("fresh_hydra")
@pytest.mark.filterwarnings("ignore:.*Future Hydra versions:UserWarning")
@pytest.mark.parametrize(("launcher_name", "overrides"), [("population", [])])
class TestContract(LauncherTestSuite):
    pass


@pytest.mark.parametrize(
    ("task_launcher_cfg", "extra_flags"),
    [({}, ["-m", "hydra/launcher=population", "hydra/job_logging=disabled"])],
)
class TestContractOfCommands(IntegrationTestSuite):
    pass


# Keras's own call, made when it saves a model.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


NO_MODELS = ["tracking.save_model=false"]
# Together: every library, optimizer and activation, sizes and tasks of all kinds, runs that share
# a member, and one that diverges.
SWEEPS = {
    "activations": [
        "study=activation_size",
        "dataset=xor",
        "model.activation=relu,tanh",
        "model.hidden_units=[2],[16]",
        "training.seed=0",
        "training.epochs=3",
    ],
    "optimizers": [
        "study=optimizer_learning_rate",
        "model.activation=sigmoid",
        "training.seed=0",
        "training.epochs=4",
        "optimizer.learning_rate=0.01,0.1",
        *NO_MODELS,
    ],
    "epochs": [
        "study=epochs",
        "training.seed=0,1",
        "training.epochs=2,5,3",
        "model.activation=relu",
        *NO_MODELS,
    ],
    "libraries": [
        "study=library",
        "dataset=quadrants",
        "library=keras,tensorflow,sklearn",
        "optimizer=adam",
        "training.seed=0",
        "training.epochs=2",
        *NO_MODELS,
    ],
    "diverging": [
        "-m",
        "optimizer=sgd",
        "optimizer.learning_rate=0.01,1e20",
        "model.activation=relu",
        "training.epochs=5",
    ],
}


def finished_sweep(folder, launcher, arguments):
    """Sweep with a launcher.

    Returns:
        The parent, all that each child keeps by its name, and the finished command.
    """
    uri = f"sqlite:///{folder}/{launcher}.db"
    result = run_script(
        "train",
        *arguments,
        f"hydra/launcher={launcher}",
        f"hydra.sweep.dir={folder}/{launcher}",
        cwd=folder,
        uri=uri,
    )
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient(uri)
    experiments = [
        experiment.experiment_id
        for experiment in client.search_experiments()
        if experiment.name != "Default"
    ]
    runs = client.search_runs(experiments)
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    kept = {}
    for run in runs:
        if run is not parent:
            assert run.data.tags["mlflow.parentRunId"] == parent.info.run_id
            kept[run.info.run_name, run.data.params["training.epochs"]] = everything(client, run)
    assert len(kept) == len(runs) - 1
    return parent, kept, result


def everything(client, run):
    run_id = run.info.run_id
    files = [file.path for file in client.list_artifacts(run_id)]
    arrays = {}
    if "network.npz" in files:
        with np.load(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/network.npz")) as file:
            arrays = {name: file[name].tobytes() for name in file}
    models = run.outputs.model_outputs if run.outputs else []
    return {
        "status": run.info.status,
        "params": run.data.params,
        "curves": {
            key: [(point.step, point.value) for point in client.get_metric_history(run_id, key)]
            for key in run.data.metrics
        },
        "tags": {
            key: value
            for key, value in run.data.tags.items()
            if key.startswith("fcnn.") and key != "fcnn.process"
        },
        "files": files,
        "arrays": arrays,
        "models": [client.get_logged_model(model.model_id).status for model in models],
    }


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.verify] if name == "optimizers" else [])
        for name in SWEEPS
    ],
)
def test_sweep_records_the_same_bits_as_with_the_serial_launcher(tmp_path, empty_store, name):
    for launcher in ("basic", "population"):
        (tmp_path / f"{launcher}.db").write_bytes(empty_store.read_bytes())
    serial_parent, serial, serial_command = finished_sweep(tmp_path, "basic", SWEEPS[name])
    parent, together, command = finished_sweep(tmp_path, "population", SWEEPS[name])
    assert (serial_command.returncode, serial_command.stderr) == (
        command.returncode,
        command.stderr,
    )
    assert together.keys() == serial.keys()
    for run in serial:
        assert together[run] == serial[run], run
    assert (parent.info.status, parent.data.tags["fcnn.runs"]) == (
        serial_parent.info.status,
        serial_parent.data.tags["fcnn.runs"],
    )

    jobs = [path.name for path in (tmp_path / "basic").iterdir()]
    for job in filter(str.isdigit, jobs):
        folder, serial_folder = tmp_path / "population" / job, tmp_path / "basic" / job
        assert sorted(path.name for path in folder.rglob("*")) == sorted(
            path.name for path in serial_folder.rglob("*")
        )
        overrides = (
            (serial_folder / ".hydra" / "overrides.yaml").read_text().replace("basic", "population")
        )
        assert (folder / ".hydra" / "overrides.yaml").read_text().split("tracking.")[
            0
        ] == overrides.split("tracking.")[0]
        assert "loss" in (folder / "train.log").read_text()


def test_size_of_populations_changes_no_bit(tmp_path, empty_store):
    curves = []
    for size in (3, 100):
        folder = tmp_path / str(size)
        folder.mkdir()
        (folder / "population.db").write_bytes(empty_store.read_bytes())
        arguments = [
            "-m",
            "training.seed=range(7)",
            "training.epochs=2",
            f"hydra.launcher.max_population={size}",
            "hydra.launcher.workers=3",
        ]
        _, runs, result = finished_sweep(folder, "population", arguments)
        assert (result.returncode, len(runs)) == (0, 7)
        curves.append({name: run["curves"] for name, run in runs.items()})
    assert curves[0] == curves[1]


MANY_JOBS = [
    *("-m", "library=sklearn", "training.seed=0,1,2", "training.epochs=2"),
    "hydra.launcher.max_job_folders=2",
]


def test_many_jobs_share_one_folder_and_one_log(tmp_path):
    finished_sweep(tmp_path, "population", MANY_JOBS)
    folder = tmp_path / "population"
    assert {path.name for path in folder.iterdir()} == {".hydra", "multirun.yaml", "train.log"}
    assert len(re.findall(r"seed \d: loss", (folder / "train.log").read_text())) == 3


def test_a_callback_of_the_user_hears_of_each_of_many_jobs(tmp_path):
    target = "hydra.experimental.callbacks.LogJobReturnCallback"
    callback = f"+hydra.callbacks.log._target_={target}"
    finished_sweep(
        tmp_path, "population", [*MANY_JOBS, callback, "hydra.job_logging.root.level=INFO"]
    )
    logs = [(tmp_path / "population" / str(job) / "train.log").read_text() for job in range(3)]
    assert all("Succeeded with return value" in log for log in logs)


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("max_job_folders=-1", "should be at least 0"),
        ("max_population=0", "should be at least 1"),
        ("workers=-1", "should be at least 1"),
        ("workers=a", "Integer"),
    ],
)
def test_option_out_of_range_is_refused_before_any_work(tmp_path, option, reason):
    result = run_script(
        "train",
        "study=depth",
        f"hydra.launcher.{option}",
        cwd=tmp_path,
        uri=f"sqlite:///{tmp_path}/mlflow.db",
    )
    assert result.returncode == 1
    assert reason in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


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

    monkeypatch.setattr(MlflowRun, "end", fill_disk)
    monkeypatch.setattr(Outbox, "put", fill_disk)
    assert isinstance(next(results).error, DiskFullError)
    with pytest.raises(DiskFullError):
        next(results)
