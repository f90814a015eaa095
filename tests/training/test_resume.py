"""FinishedRun runs are not trained again, whichever study trained them."""

import shlex
import shutil

import mlflow
import pytest
from running import curves, run_script, statuses, without_closing

from fcnn.params import compute_fingerprint
from fcnn.tracking.reader import Reader

GRID = ["-m", "study.name=mine", "training.epochs=2", "model.hidden_units=[2],[4]"]


@pytest.fixture(scope="module")
def folder(make_folder):
    """A store with the four runs of a study, made by one sweep."""
    folder = make_folder("resumed")
    assert train(folder, *GRID, "training.seed=0,1").returncode == 0
    return folder


@pytest.fixture
def copy(folder, tmp_path):
    """The same store, for a test of its own."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tmp_path


def train(folder, *arguments):
    result = run_script("train", *arguments, cwd=folder, uri=f"sqlite:///{folder}/mlflow.db")
    result.stdout = without_closing(result.stdout)
    return result


def test_study_again_trains_only_what_is_missing_and_says_so(copy):
    uri = f"sqlite:///{copy}/mlflow.db"
    earlier = curves(uri, "mine")
    more = train(copy, *GRID, "training.seed=0,1,2")
    assert (more.returncode, more.stderr) == (0, "")
    first, *lines, last = more.stdout.splitlines()
    assert first == "4 of 6 runs are there, training 2"
    assert [line.split(":")[0] for line in lines] == ["[1/2] 2-2-1, seed 2", "[2/2] 2-4-1, seed 2"]
    assert last.startswith("all 6 runs are there; ")
    after = curves(uri, "mine")
    assert [len(runs) for runs in after.values()] == [1] * 6
    assert {key: after[key] for key in earlier} == earlier
    plan = Reader(uri).plan("mine")
    assert len(plan.fingerprints) == 6


def test_study_that_is_complete_trains_nothing_and_leaves_no_run(copy):
    earlier = statuses(f"sqlite:///{copy}/mlflow.db", "mine")
    again = train(copy, *GRID, "training.seed=0,1")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.splitlines() == [
        "4 of 4 runs are there, training 0",
        "all 4 runs are there; python scripts/report.py study=mine draws them",
    ]
    assert statuses(f"sqlite:///{copy}/mlflow.db", "mine") == earlier


def test_force_trains_anew_and_the_report_shows_the_newest(copy):
    uri = f"sqlite:///{copy}/mlflow.db"
    old = set(Reader(uri).runs("mine", None)["run_id"])
    assert train(copy, *GRID, "training.seed=0,1", "force=true").returncode == 0
    assert [len(runs) for runs in curves(uri, "mine").values()] == [2] * 4
    assert run_script("report", "study=mine", cwd=copy, uri=uri).returncode == 0
    assert not any(run_id in (copy / "reports" / "mine" / "runs.csv").read_text() for run_id in old)


def test_sweep_without_runs_of_its_study_says_what_a_report_will_show(copy):
    other = train(copy, *GRID, "training.seed=0", "training.epochs=1")
    notice = "the report of mine will show them with the 4 that it has"
    assert other.stdout.startswith(f"0 of 2 runs are there, training 2; {notice}\n")
    more = train(copy, *GRID, "training.seed=0,7", "training.epochs=1")
    assert more.stdout.startswith("2 of 4 runs are there, training 2\n")


def test_cell_of_two_studies_is_trained_once_and_belongs_to_both(copy):
    uri = f"sqlite:///{copy}/mlflow.db"
    other = train(
        copy,
        "-m",
        "study.name=other",
        "training.epochs=2",
        "model.hidden_units=[4]",
        "training.seed=0,1,2",
    )
    assert other.stdout.startswith("2 of 3 runs are there, training 1\n")
    assert len(curves(uri, "other")) == 1
    reader = Reader(uri)
    assert set(reader.runs("other", reader.plan("other"))["name"]) == {
        "2-4-1, seed 0",
        "2-4-1, seed 1",
        "seed 2",
    }
    assert reader.studies()["other"]["FINISHED"] == 3
    report = run_script("report", "study=other", cwd=copy, uri=uri)
    assert (report.returncode, report.stderr) == (0, "")
    assert "3 of 3 runs finished" in (copy / "reports" / "other" / "report.md").read_text()


def test_finished_single_run_is_not_trained_again(copy):
    uri = f"sqlite:///{copy}/mlflow.db"
    overrides = ["training.epochs=2", "model.hidden_units=[4]", "training.seed=1"]
    again = train(copy, *overrides)
    assert again.returncode == 0
    assert "is there, validation loss" in again.stdout
    assert mlflow.MlflowClient(uri).get_experiment_by_name("single") is None
    assert train(copy, *overrides, "force=true").returncode == 0
    assert len(curves(uri, "single")) == 1


def test_dry_run_lists_what_would_train_and_about_how_long_and_writes_nothing(copy):
    earlier = statuses(f"sqlite:///{copy}/mlflow.db", "mine")
    dry = train(copy, *GRID, "training.seed=0,1,2", "dry_run=true")
    assert (dry.returncode, dry.stderr) == (0, "")
    first, *others, total = dry.stdout.splitlines()
    assert first.startswith("4 of 6 runs are there, 2 would train; about ")
    assert first.endswith("s a run as in a sweep before")
    assert [line.split()[-1] for line in others] == ["training.seed=2"] * 2
    assert total.startswith("in all 2 runs to train, 4 epochs, about ")
    assert statuses(f"sqlite:///{copy}/mlflow.db", "mine") == earlier


def test_dry_run_without_a_store_makes_none(tmp_path):
    dry = train(tmp_path, *GRID, "training.seed=0", "dry_run=true")
    assert (dry.returncode, dry.stdout.splitlines()[0]) == (
        0,
        "0 of 2 runs are there, 2 would train; no sweep yet tells how long it takes",
    )
    assert not (tmp_path / "mlflow.db").exists()


def test_cell_that_a_grid_has_twice_is_trained_once(copy):
    twice = train(copy, *GRID, "training.seed=5,5")
    assert (twice.returncode, twice.stderr) == (0, "")
    assert [line.partition(" ")[0] for line in twice.stdout.splitlines()] == [
        "0",
        "[1/2]",
        "[2/2]",
        "all",
    ]


@pytest.mark.parametrize(
    "axis", ["study.name=a,b", "tracking.uri=sqlite:///a.db,sqlite:///b.db", "force=true,false"]
)
def test_key_of_which_a_sweep_has_one_value_is_no_axis(tmp_path, axis):
    refused = train(tmp_path, *GRID, "training.seed=0", axis)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith(f"{axis.partition('=')[0]}: one value for the whole sweep")


def test_empty_grid_is_refused(tmp_path):
    refused = train(tmp_path, *GRID, "training.seed=range(0)")
    assert (refused.returncode, refused.stderr) == (
        1,
        "the grid is empty: one of its axes has no values\n",
    )


@pytest.mark.parametrize(
    "override",
    [
        "study.name=x",
        "study.description=x",
        "tracking.uri=sqlite:///other.db",
        "tracking.save_model=false",
        "tracking.outbox=x",
        "force=true",
    ],
)
def test_setting_that_cannot_change_a_result_does_not_change_the_fingerprint(config, override):
    assert compute_fingerprint(config(override)) == compute_fingerprint(config())


@pytest.mark.parametrize(
    "override",
    [
        "library=sklearn",
        "dataset=xor",
        "dataset.noise=0.1",
        "dataset.seed=1",
        "model.activation=relu",
        "model.kernel_initializer=he_normal",
        "optimizer=sgd",
        "optimizer.beta_1=0.8",
        "training.seed=1",
        "training.epochs=1",
        "training.batch_size=10",
        "training.validation_points=100",
    ],
)
def test_setting_that_can_change_a_result_changes_the_fingerprint(config, override):
    assert compute_fingerprint(config(override)) != compute_fingerprint(config())


def test_report_command_of_a_sweep_finds_its_store(copy):
    overrides = [
        "-m",
        "training.epochs=1",
        "study.name=mine",
        "tracking.save_model=false",
        f"tracking.uri=sqlite:///{copy}/mlflow.db",
    ]
    sweep = run_script(
        "train", *overrides, "training.seed=7,8", cwd=copy, uri="sqlite:///elsewhere.db"
    )
    last_line = without_closing(sweep.stdout).splitlines()[-1]
    command = shlex.split(last_line.partition("; ")[2].removesuffix(" draws them"))
    assert command[:2] == ["python", "scripts/report.py"]
    report = run_script("report", *command[2:], cwd=copy, uri="sqlite:///elsewhere.db")
    assert (report.returncode, report.stderr) == (0, "")
