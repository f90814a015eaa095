"""Other launchers and sweepers: the same sweep, one parent run, the same bits."""

import importlib.util
import shutil

import mlflow
import pytest
from running import curves, real_script, run_script, statuses, undisturbed_curves
from serving import POSTGRES

GRID = [
    "study=depth",
    "training.epochs=3",
    "training.seed=0",
    "model.activation=relu",
    "model.hidden_units=[16],[16,16]",
]
# Where each run is a process of its own, one is enough; joblib has two at once. One launcher of
# these is enough, too, to import TensorFlow in each process.
ONE, QUICK = "model.hidden_units=[16,16]", "library=sklearn"
# `test_server.py` has populations on Ray where there is PostgreSQL.
LAUNCHERS = {
    **(
        {}
        if POSTGRES
        else {"population on ray": ("hydra_ray_launcher", ["hydra.launcher.backend=ray"])}
    ),
    "joblib": (
        "hydra_joblib_launcher",
        ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2", QUICK],
    ),
    "ray": (
        "hydra_ray_launcher",
        [
            "hydra/launcher=ray",
            "+hydra.launcher.ray.init={num_cpus:1,include_dashboard:false}",
            ONE,
            QUICK,
        ],
    ),
    "submitit_local": ("hydra_submitit_launcher", ["hydra/launcher=submitit_local", ONE]),
}


def store(folder, empty_store):
    folder.mkdir(exist_ok=True)
    shutil.copy(empty_store, folder / "mlflow.db")
    return f"sqlite:///{folder}/mlflow.db"


@pytest.fixture(scope="module")
def population(tmp_path_factory, empty_store):
    """The curves as the population launcher gives them."""
    grid = [*GRID, "library=keras,sklearn"]
    return undisturbed_curves(tmp_path_factory.mktemp("population"), empty_store, *grid)


def installed(package):
    return importlib.util.find_spec(f"hydra_plugins.{package}")


@pytest.mark.parametrize("name", LAUNCHERS)
def test_launcher_gives_the_same_bits_under_one_parent_run(tmp_path, empty_store, population, name):
    package, options = LAUNCHERS[name]
    if not installed(package):
        pytest.skip(f"{package} is not installed")
    uri = store(tmp_path, empty_store)
    # Workers of joblib cannot be started by a forked process.
    sweep = (real_script if name == "joblib" else run_script)(
        "train", *GRID, *options, cwd=tmp_path, uri=uri
    )
    assert sweep.returncode == 0, sweep.stderr
    curves_by_fingerprint = curves(uri, "depth")
    assert len(curves_by_fingerprint) == (1 if ONE in options else 2)
    assert curves_by_fingerprint == {
        fingerprint: population[fingerprint] for fingerprint in curves_by_fingerprint
    }
    client = mlflow.MlflowClient(uri)
    runs = client.search_runs([client.get_experiment_by_name("depth").experiment_id])
    (parent,) = [run for run in runs if "fcnn.runs" in run.data.tags]
    assert {run.data.tags["mlflow.parentRunId"] for run in runs if run is not parent} == {
        parent.info.run_id
    }
    again = run_script("train", *GRID, *options, cwd=tmp_path, uri=uri)
    assert again.stdout.startswith(
        f"{len(curves_by_fingerprint)} of {len(curves_by_fingerprint)} runs are there, training 0\n"
    )


def test_report_of_a_search_beside_a_grid_ranks_all_and_judges_the_grid(tmp_path, empty_store):
    pytest.importorskip("optuna", "4")
    uri = store(tmp_path, empty_store)
    overrides = ["-m", "training.epochs=2", "dataset.n_points=200"]
    options = ["hydra/sweeper=optuna", "hydra.sweeper.n_trials=3"]
    space = ["optimizer.learning_rate=interval(0.01, 0.1)", "training.seed=0,1"]
    grid = ["optimizer.learning_rate=0.001,0.002", "training.seed=0,1"]
    sweeps = (
        ["study.name=alone", *options, *space],
        ["study.name=both", *options, *space],
        ["study.name=both", *grid],
    )
    for sweep in sweeps:
        trained = run_script("train", *overrides, *sweep, cwd=tmp_path, uri=uri)
        assert (trained.returncode, trained.stderr) == (0, "")
    for study, cells, has_grid in (("alone", 3, False), ("both", 5, True)):
        report = run_script("report", f"study={study}", cwd=tmp_path, uri=uri)
        assert (report.returncode, report.stderr) == (0, "")
        folder = tmp_path / "reports" / study
        assert (folder / "ranking.csv").read_text().count("\n") == cells + 1
        names = ("differences.csv", "importance.csv", "heatmap.png")
        assert [(folder / name).exists() for name in names] == [has_grid] * 3
        assert "a search chooses its trials by their losses" in (folder / "report.md").read_text()
    text = (tmp_path / "reports" / "both" / "differences.csv").read_text()
    pairs = text.replace('"', "").splitlines()
    assert [line.split(",")[:3] for line in pairs[1:]] == [["learning rate", "0.001", "0.002"]]


def test_search_in_which_every_trial_diverges_says_so_in_one_line(tmp_path, empty_store):
    pytest.importorskip("optuna", "4")
    options = [
        "hydra/sweeper=optuna",
        "hydra.sweeper.n_trials=2",
        "optimizer=sgd",
        "model.activation=relu",
        "training.seed=0,1",
    ]
    space = ["optimizer.learning_rate=1e25,1e26", "training.epochs=20", "study.name=wild"]
    search = run_script(
        "train", "-m", *options, *space, cwd=tmp_path, uri=store(tmp_path, empty_store)
    )
    assert (search.returncode, search.stderr) == (0, "")
    assert "none of 2 trials is best: all of their runs diverged" in search.stdout
    assert "4 of 4 runs diverged" in search.stdout


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        (["study=depth", "dry_run=true"], "dry_run=true: what a search will train nobody knows"),
        (
            ["study=depth", "study.name=null"],
            "study=depth: study.name is missing, in its file or on the command line",
        ),
        (
            ["study=depth", "training.seed=range(0)"],
            "the grid is empty: one of its axes has no values",
        ),
        (["-m", "model.activation=tanh"], "there is nothing to search"),
        (["-m", "dataset=prod,xor"], "dataset.name has several values, but losses on different"),
        (["-m", "dataset.noise=interval(0,1)"], "dataset.noise has several values, but losses on"),
        (["-m", "optimizer.learning_rate=interval(-2,-1)"], "optimizer.learning_rate=-2: should"),
        (
            ["-m", "training.epochs=2", "model.activation=tanh,relu,nope"],
            "model.activation=nope: should be",
        ),
        (
            ["-m", "optimizer=sgd,rmsprop", "optimizer.momentum=0.5,-1"],
            "optimizer.momentum=-1: should be",
        ),
    ],
)
def test_impossible_search_is_refused_before_any_work(tmp_path, empty_store, overrides, reason):
    pytest.importorskip("optuna", "4")
    uri = store(tmp_path, empty_store)
    refused = run_script("train", *overrides, "hydra/sweeper=optuna", cwd=tmp_path, uri=uri)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert reason in refused.stderr
    assert [experiment.name for experiment in mlflow.MlflowClient(uri).search_experiments()] == [
        "Default"
    ]


def test_diverged_run_leaves_the_others_intact_with_hydras_own_sweeper(tmp_path, empty_store):
    uri = store(tmp_path, empty_store)
    overrides = [
        "study.name=plain",
        "optimizer=sgd",
        "optimizer.learning_rate=1e20,0.01",
        "model.activation=relu",
        "training.epochs=5",
    ]
    sweep = run_script("train", "-m", "hydra/sweeper=basic", *overrides, cwd=tmp_path, uri=uri)
    assert sweep.returncode == 0
    assert statuses(uri, "plain") == ["FINISHED", "FINISHED"]
