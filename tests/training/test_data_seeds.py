"""Data that follow the seed, and data that are fixed: real commands, a real store."""

import mlflow
import pytest
from running import run_script

import fcnn
from fcnn.errors import ConfigError
from fcnn.tracking.reader import Reader

SMALL = [
    *("dataset.n_points=50", "training.validation_points=20", "training.epochs=2"),
    "tracking.save_model=false",
]
STUDY = ["-m", "study.name=rule", "model.activation=relu,tanh", "training.seed=0,1,2", *SMALL]


@pytest.fixture(scope="module")
def store(make_folder):
    """The folder and the address of an empty store."""
    folder = make_folder("data_seeds")
    return folder, f"sqlite:///{folder}/mlflow.db"


def run(name, store, *arguments):
    return run_script(name, *arguments, cwd=store[0], uri=store[1])


def test_report_takes_the_runs_of_the_newest_sweeps_rule_and_says_how_many_it_leaves_out(store):
    client = mlflow.MlflowClient(store[1])
    fixed = "all on one data sample, fixed by dataset.seed=0"
    expectations = [
        (["dataset.seed=0"], "0 of 6", "", ""),
        ([], "2 of 6", "each on a data sample of its own", "follows training.seed"),
        (["dataset.seed=0"], "6 of 6", fixed, "is 0"),
    ]
    for overrides, n_finished, samples, rule in expectations:
        trained = run("train", store, *STUDY, *overrides)
        assert (trained.returncode, trained.stderr) == (0, "")
        assert f"{n_finished} runs are there" in trained.stdout
        if not rule:
            continue
        assert run("report", store, "study=rule").returncode == 0
        page = (store[0] / "reports" / "rule" / "report.md").read_text()
        assert f"6 of 6 runs finished; 3 seeds, {samples}" in page
        left_out = f"4 runs are left out: in the newest runs dataset.seed {rule}"
        assert left_out in page
        assert "data seed" not in page
    study = client.get_experiment_by_name("rule").experiment_id
    parents = client.search_runs([study], "tags.`fcnn.runs` != ''", order_by=["start_time"])
    tags = [parent.data.tags["fcnn.data_seed"] for parent in parents]
    assert tags == ["0", "training.seed", "0"]


def test_python_warns_of_what_it_leaves_out(store):
    # The newest sweep of the test above has one sample.
    study = fcnn.load("rule", [f"tracking.uri={store[1]}"])
    with pytest.warns(UserWarning, match="study=rule: 4 runs are left out: in the newest runs"):
        runs = study.runs()
    assert set(runs["dataset.seed"]) == {0}
    assert len(runs) == 6


def test_change_of_the_rule_is_said_before_training(store):
    run("train", store, *STUDY, "study.name=changed", "dataset.seed=5", "training.seed=0")
    changed = run("train", store, *STUDY, "study.name=changed")
    assert "; the report of changed will leave out those on data of another" in changed.stdout


def test_runs_of_a_seed_share_their_data_and_train_as_alone(store):
    run("train", store, *STUDY, "study.name=alone", "training.seed=4,5")
    runs = Reader(store[1]).runs("alone", None)
    assert (runs["dataset.seed"] == runs["training.seed"]).all()
    (run_id,) = runs["run_id"][
        (runs["training.seed"] == "5") & (runs["model.activation"] == "relu")
    ]
    again = run("rerun", store, run_id)
    assert (again.returncode, again.stderr) == (0, "")
    assert "loss: the same bits in all 2 epochs" in again.stdout


@pytest.mark.parametrize("key", ["colour", "style"])
def test_data_seed_is_no_axis_of_a_plot(tmp_path, key):
    overrides = [f"study.{key}=dataset.seed", f"tracking.uri=sqlite:///{tmp_path}/none.db"]
    with pytest.raises(
        ConfigError, match=rf"^study\.{key}=dataset\.seed: dataset\.seed is no axis"
    ):
        fcnn.Study("plot", {}, overrides)


@pytest.mark.parametrize("mode", [["-m"], []])
def test_grid_of_data_seeds_is_refused_with_the_reason_before_any_work(tmp_path, mode):
    uri = f"sqlite:///{tmp_path}/none.db"
    result = run_script("train", *mode, "dataset.seed=0,1", cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("dataset.seed=0,1: dataset.seed is no axis: by default each")
    assert list(tmp_path.iterdir()) == []


def test_study_file_and_python_refuse_it_too(tmp_path, monkeypatch):
    (tmp_path / "conf" / "study").mkdir(parents=True)
    (tmp_path / "conf" / "study" / "samples.yaml").write_text(
        "# @package _global_\nstudy: {name: samples}\n"
        "hydra: {mode: MULTIRUN, sweeper: {params: {dataset.seed: 'range(3)'}}}\n"
    )
    uri = f"sqlite:///{tmp_path}/none.db"
    result = run_script("train", "study=samples", cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("dataset.seed=range(3): dataset.seed is no axis")
    with pytest.raises(ConfigError, match=r"dataset\.seed is no axis"):
        fcnn.Study("samples", {"dataset.seed": [0, 1]}, [f"tracking.uri={uri}"])


def test_options_of_a_group_that_differ_in_the_rule_are_refused(tmp_path):
    folder = tmp_path / "conf" / "dataset"
    folder.mkdir(parents=True)
    (folder / "still.yaml").write_text(
        "defaults: [/synthetic_dataset@_here_, _self_]\nname: xor\nseed: 3\n"
    )
    uri = f"sqlite:///{tmp_path}/none.db"
    result = run_script("train", "-m", "dataset=xor,still", cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (
        1,
        "dataset.seed: follows training.seed in some runs of the grid and is 3 in others; a study "
        "has one rule for all: ${training.seed}, as by default, or one number\n",
    )


def test_studies_in_python_have_ten_seeds_on_ten_samples_by_default(tmp_path):
    study = fcnn.Study("ten", {}, [f"tracking.uri=sqlite:///{tmp_path}/none.db"])
    seeds = [job.config.dataset.seed for job in study._composed.jobs]
    assert seeds == [job.config.training.seed for job in study._composed.jobs] == [*range(10)]
