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
