"""A search: the same from Python and the shell, what it minimises, and how it goes on."""

import logging
import shutil

import mlflow
import pytest
from running import curves, run_script, statuses

import fcnn
from fcnn.composition.composing import compose_grid, compose_search
from fcnn.composition.values import format_axis
from fcnn.tracking.reader import Reader
from fcnn.training import memory, search
from fcnn.training.jobs import RunResult

optuna = pytest.importorskip("optuna", "4")
FloatDistribution = optuna.distributions.FloatDistribution
IntDistribution = optuna.distributions.IntDistribution
CategoricalDistribution = optuna.distributions.CategoricalDistribution

# Of Keras's and pyarrow's own code, which a program does not see; elsewhere every warning fails.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Series.values returning:DeprecationWarning"),
]

SPACE = {
    "optimizer.learning_rate": FloatDistribution(1e-3, 1.0, log=True),
    "model.hidden_units": [[2], [8]],
    "training.epochs": IntDistribution(30, 50, step=10),
}
SHORT = ["dataset.n_points=200", "hydra.sweeper.n_jobs=3"]
IN_SHELL = [
    "-m",
    "study.name=rates",
    "optimizer.learning_rate=tag(log,interval(1e-3,1))",
    "model.hidden_units=[2],[8]",
    "training.epochs=range(30,51,10)",
    "training.seed=0,1",
    "hydra/sweeper=optuna",
    "hydra.sweeper.n_trials=5",
    *SHORT,
]


@pytest.fixture(scope="module")
def searched(make_folder):
    """A study that was searched from Python with five trials of two seeds."""
    folder = make_folder("searched")
    uri = f"sqlite:///{folder}/mlflow.db"
    study = fcnn.Study("rates", SPACE, [*SHORT, f"tracking.uri={uri}"], seeds=2, search=5)
    study.run()
    return study


def parents_of(uri, study):
    """The parent runs of an experiment, the newest first."""
    client = mlflow.MlflowClient(uri)
    experiment = client.get_experiment_by_name(study)
    return client.search_runs([experiment.experiment_id], "tags.`fcnn.runs` != ''")


class TestOneSearch:
    def test_the_shell_searches_the_same_trials_to_the_bit(self, searched, tmp_path, uri):
        shell = run_script("train", *IN_SHELL, cwd=tmp_path, uri=uri)
        assert (shell.returncode, shell.stderr) == (0, "")
        assert curves(uri, "rates") == curves(searched.uri, "rates")
        assert len(curves(uri, "rates")) == 10
        best = searched.best().params
        said = f"best of 5 trials: optimizer.learning_rate={best['optimizer.learning_rate']!r} "
        assert said in shell.stdout

    def test_what_python_has_searched_the_shell_does_not_train_again(self, searched, tmp_path):
        earlier = statuses(searched.uri, "rates")
        shell = run_script("train", *IN_SHELL, cwd=tmp_path, uri=searched.uri)
        assert shell.stdout.startswith("all 10 runs are there\nbest of 5 trials: ")
        assert statuses(searched.uri, "rates") == earlier

    def test_trials_are_recorded_under_one_parent_run_that_plans_them(self, searched):
        (parent,) = parents_of(searched.uri, "rates")
        assert parent.data.tags["fcnn.command"] == "fcnn.Study('rates', ...).run()"
        assert parent.data.metrics["runs_done"] == 10
        plan = Reader(searched.uri).plan("rates")
        assert plan.search_sweeps == {parent.info.run_id}
        assert plan.fingerprints == set(curves(searched.uri, "rates"))

    def test_the_best_trial_is_the_first_of_the_ranking(self, searched, caplog):
        caplog.set_level(logging.INFO, "fcnn")
        verbosity = optuna.logging.INFO
        optuna.logging.set_verbosity(verbosity)
        searched.run()
        assert optuna.logging.get_verbosity() == verbosity  # the user's own studies have it
        best, ranking = searched.best().params, searched.ranking()
        (line,) = [text for text in caplog.messages if text.startswith("best of 5 trials: ")]
        assert f"optimizer.learning_rate={best['optimizer.learning_rate']!r} " in line
        assert f"settled loss {ranking['settled loss'].iloc[0]:.3g};" in line
        assert ranking["settled loss"].is_monotonic_increasing

    def test_a_report_of_it_has_its_history(self, searched, tmp_path):
        files = [path.name for path in searched.report(tmp_path / "report")]
        assert {"index.html", "ranking.csv", "history.png", "trials.png"} <= set(files)


def test_a_search_goes_on_with_what_is_missing(searched, tmp_path, caplog):
    caplog.set_level(logging.INFO, "fcnn")
    copy = shutil.copy(searched.uri.removeprefix("sqlite:///"), tmp_path)
    uri = f"sqlite:///{copy}"
    client = mlflow.MlflowClient(uri)
    lost = client.search_runs(["1"], "tags.`fcnn.fingerprint` != ''")[0]
    client.delete_run(lost.info.run_id)
    longer = fcnn.Study("rates", SPACE, [*SHORT, f"tracking.uri={uri}"], seeds=2, search=6)
    longer.run()
    trained = [text for text in caplog.messages if text.startswith("[")]
    assert len(trained) == 3  # one of the five trials, and two of the sixth
    number, _, total = trained[-1].partition("]")[0].removeprefix("[").partition("/")
    assert number == total
    assert "the first 6 of 12 runs are there" in caplog.messages  # three trials at once
    assert curves(searched.uri, "rates").items() <= curves(uri, "rates").items()
    assert len(longer.ranking()) == 6


def test_trials_that_another_study_has_trained_belong_to_both(searched, tmp_path):
    uri = f"sqlite:///{shutil.copy(searched.uri.removeprefix('sqlite:///'), tmp_path)}"
    other = fcnn.Study("other", SPACE, [*SHORT, f"tracking.uri={uri}"], seeds=2, search=5)
    other.run()
    assert len(parents_of(uri, "other")) == 1
    assert curves(uri, "other") == {}
    assert other.ranking().equals(searched.ranking())


def test_trials_that_diverge_are_results_and_never_the_best(store):
    axes = {"optimizer.learning_rate": [1e30, 0.01]}
    study = fcnn.Study("wild", axes, ["optimizer=sgd", *SHORT], seeds=1, search=4)
    study.run()
    assert set(statuses(store, "wild")) == {"FINISHED"}
    assert study.best().params["optimizer.learning_rate"] == 0.01


def test_runs_that_fail_are_told_when_all_trials_are_trained(store, monkeypatch):
    # A machine that promises more memory than it has.
    monkeypatch.setattr(memory, "available_bytes", lambda: 2**60)
    axes = {"model.hidden_units": [[4], [3000000, 3000000]]}
    study = fcnn.Study("fails", axes, SHORT, seeds=1, search=6)
    with pytest.raises(fcnn.FailedRunsError, match=r"of 6 runs failed:\n.*3000000"):
        study.run()
    assert len(study.runs()) == 1
    (parent,) = parents_of(store, "fails")
    assert parent.info.status == "FAILED"


def test_a_data_frame_is_kept_with_its_search(store):
    import pandas as pd

    rows = [{"x": number / 10, "y": number % 3} for number in range(30)]
    axes = {"model.hidden_units": [[2], [3]]}
    study = fcnn.Study(
        "frame", axes, ["training.epochs=1"], 1, data=pd.DataFrame(rows), target="y", search=2
    )
    study.run()
    (parent,) = parents_of(store, "frame")
    client = mlflow.MlflowClient(store)
    assert len(client.list_artifacts(parent.info.run_id, "tables")) == 1


def test_a_worker_of_a_foreign_launcher_settles_as_it_has_recorded(searched):
    grid = ["study.name=rates", *SHORT[:1], f"tracking.uri={searched.uri}"]
    best = searched.runs().set_index("run_id").loc[searched.best().run_id]
    keys = ("optimizer.learning_rate", "training.epochs", "training.seed")
    values = [f"{key}={best[key]}" for key in keys]
    jobs = compose_grid([*grid, *values, f"model.hidden_units={best['model.hidden_units']}"]).jobs
    returned = {0: RunResult(jobs[0], best["final_val_loss"])}
    (result,) = search._with_settled_losses(returned, Reader(searched.uri)).values()
    run = mlflow.MlflowClient(searched.uri).get_run(best.name)
    assert result.settled_loss == run.data.metrics["settled_val_loss"]


class TestAxes:
    @pytest.mark.parametrize(
        ("axis", "line"),
        [
            (FloatDistribution(1e-4, 0.1), "interval(0.0001,0.1)"),
            (FloatDistribution(1e-4, 0.1, log=True), "tag(log,interval(0.0001,0.1))"),
            (FloatDistribution(0.1, 0.5, step=0.1), "0.1,0.2,0.3,0.4,0.5"),
            (IntDistribution(1, 9, step=4), "range(1,10,4)"),
            (IntDistribution(1, 9, log=True), "tag(log,int(interval(1,9)))"),
            (CategoricalDistribution(["relu", None, True]), "relu,null,true"),
            ("relu,tanh", "relu,tanh"),
        ],
    )
    def test_distributions_are_written_as_on_the_command_line(self, axis, line):
        assert format_axis("key", axis) == f"key={line}"

    @pytest.mark.parametrize(
        ("line", "distribution"),
        [
            ("optimizer.learning_rate=interval(0.001,1)", FloatDistribution(0.001, 1.0)),
            ("training.epochs=tag(log,interval(2,9))", IntDistribution(2, 9, log=True)),
            ("training.epochs=range(2,9,3)", IntDistribution(2, 8, step=3)),
            ("model.l2=int(interval(0,3))", IntDistribution(0, 3)),
            ("model.dropout=range(0,0.5,0.25)", CategoricalDistribution(["0.0", "0.25"])),
            ("model.hidden_units=[2],[8]", CategoricalDistribution(["[2]", "[8]"])),
            ("optimizer=sgd,adam", CategoricalDistribution(["sgd", "adam"])),
        ],
    )
    def test_a_range_has_the_numbers_of_a_grid_or_of_the_type_of_its_key(self, line, distribution):
        (searched,) = compose_search([line], 2).space.distributions.values()
        assert searched == distribution

    @pytest.mark.parametrize(
        ("axes", "search", "line"),
        [
            ({"model.activation": ["relu"]}, 2, "there is nothing to search: no axis has several"),
            (SPACE, None, r"interval\(0.001,1.0\)\): a grid has values; a range is for a search"),
            (SPACE, 0, "search=0: should be a number of trials, at least 1"),
            (SPACE, True, "search=True: should be a number of trials"),
            ({"model.l2": "interval(1,0)"}, 2, "the first bound of a range should be below"),
            ({"model.l2": "interval(0,inf)"}, 2, "the bounds of a range should be finite"),
            ({"model.l2": "tag(log,interval(0,1))"}, 2, "a logarithmic range should begin above 0"),
            ({"model.l2": "tag(log,range(1,9))"}, 2, "is written tag"),
            ({"model.hidden_units": "range(0)"}, 2, "the axis has no values"),
            ({"model.activation": "interval(0,1)"}, 2, "model.activation=0: should be 'celu'"),
            ({"model.dropout": "interval(0,1)"}, 2, "model.dropout=1: should be less than 1"),
        ],
    )
    def test_what_cannot_be_searched_is_refused_in_a_line(self, store, axes, search, line):
        with pytest.raises(fcnn.ConfigError, match=line):
            fcnn.Study("refused", axes, seeds=1, search=search)

    @pytest.mark.parametrize(
        ("override", "line"),
        [
            ("hydra.sweeper.n_jobs=0", "hydra.sweeper.n_jobs=0: should be at least 1"),
            ("hydra/sweeper/sampler=nix", "hydra/sweeper/sampler=nix: should be one of"),
            ("hydra.sweeper.sampler._target_=optuna.Nix", "sampler: Error locating target 'optuna"),
            ("dry_run=true", "dry_run=true: what a search will train nobody knows before"),
            ("training.seed=interval(0,9)", "each trial has all seeds, which are values"),
        ],
    )
    def test_an_option_that_a_search_cannot_have_is_refused_in_a_line(self, override, line):
        with pytest.raises(fcnn.ConfigError, match=line):
            compose_search(["model.hidden_units=[2],[3]", override], 2)

    @pytest.mark.parametrize(("call", "answer"), [("find_spec", None), ("version", "2.10.1")])
    def test_an_extra_that_is_missing_or_old_is_named(self, store, monkeypatch, call, answer):
        monkeypatch.setattr(f"fcnn.training.checks.{call}", lambda module: answer)
        with pytest.raises(fcnn.ConfigError, match=r"search=2: needs .* pip install -e '.\[search"):
            fcnn.Study("refused", SPACE, search=2)

    def test_a_study_of_a_file_can_be_searched(self, store):
        study = fcnn.load("depth", search=3)
        assert repr(study).startswith("Study('depth', search of 3 trials of model.hidden_units, ")
