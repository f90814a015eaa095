"""`import fcnn`: what a notebook or a program gets, beside what the commands do."""

import logging
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from hydra import compose
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.version import VersionBase
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from omegaconf import OmegaConf
from packaging.version import Version
from running import curves, run_script, statuses

import fcnn
from fcnn.api.trained import load_network
from fcnn.composition.composing import compose_grid
from fcnn.composition.values import format_axis, format_grid, format_value
from fcnn.config.locations import conf_dir, project_dir
from fcnn.data import load_data
from fcnn.params import compute_fingerprint
from fcnn.tracking.reader import Reader
from fcnn.training import memory

# Of Keras's and pyarrow's own code, which a program does not see; elsewhere every warning fails.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Series.values returning:DeprecationWarning"),
]

AXES = {"model.activation": ["relu", "tanh"], "model.hidden_units": [[4], [8, 8]]}
SHORT = ["training.epochs=3", "dataset.n_points=200"]
IN_SHELL = [
    "-m",
    "study.name=sizes",
    "model.activation=relu,tanh",
    "model.hidden_units=[4],[8,8]",
    "training.seed=0,1",
    *SHORT,
]
LOGGERS = ("", "fcnn", "mlflow", "alembic")
HEAVY = ("tensorflow", "keras", "mlflow", "pandas", "matplotlib", "hydra", "numpy", "pydantic")
# Any text a user may have in a column name, with the characters of Hydra's grammar made likely.
TEXTS = st.text(max_size=8) | st.text(st.sampled_from("ab1\\'\"$ {},[]=:~+\n.-eé%()"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda items: st.lists(items, max_size=3), max_leaves=5)


@pytest.fixture(scope="module")
def trained(make_folder):
    """A store with the study `sizes`, trained once from Python."""
    folder = make_folder("trained")
    uri = f"sqlite:///{folder}/mlflow.db"
    study = fcnn.Study("sizes", AXES, [*SHORT, f"tracking.uri={uri}"], seeds=2)
    study.run()
    return study


@pytest.fixture(scope="module")
def load_best(make_folder):
    """Train a network on a table of scikit-learn's; gives it, its run and its data."""
    folder = make_folder("tables")

    def train(table):
        uri = f"sqlite:///{folder}/mlflow.db"
        overrides = [
            "dataset=sklearn",
            f"dataset.table={table}",
            "training.epochs=20",
            "training.batch_size=10",
            f"tracking.uri={uri}",
        ]
        study = fcnn.Study(table, {}, overrides, seeds=1)
        study.run()
        return study.best(), study.runs().iloc[0], load_data(study._composed.jobs[0].config)

    return train


def run_python(code, folder):
    """Run code in a Python of its own; gives its output."""
    # Without the settings that training in this process has made for TensorFlow.
    settings = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=settings | {"PYTHONPATH": str(project_dir())},
        capture_output=True,
        text=True,
        check=False,
    )


class TestImport:
    def test_importing_fcnn_takes_less_than_a_tenth_of_a_second_and_loads_nothing_heavy(self):
        code = (
            "import sys, time; start = time.process_time(); import fcnn; "
            "print(time.process_time() - start, "
            f"[name for name in {HEAVY} if name in sys.modules])"
        )
        seconds, modules = run_python(code, project_dir()).stdout.split(maxsplit=1)
        assert float(seconds) < 0.1
        assert modules == "[]\n"

    @pytest.mark.parametrize("name", fcnn.__all__)
    def test_every_public_name_resolves_and_is_documented(self, name):
        value = getattr(fcnn, name)
        assert name in dir(fcnn)
        assert name == "__version__" or value.__doc__

    def test_an_unknown_name_is_an_attribute_error(self):
        with pytest.raises(AttributeError, match="no attribute 'Studdy'"):
            fcnn.Studdy  # noqa: B018

    def test_types_are_published(self):
        assert (Path(fcnn.__file__).parent / "py.typed").exists()

    def test_version_is_the_newest_of_the_changelog(self):
        changelog = (project_dir() / "CHANGELOG.md").read_text()
        assert re.findall("^## (.*)", changelog, re.MULTILINE)[0] == fcnn.__version__

    def test_every_error_is_an_fcnn_error(self):
        errors = [getattr(fcnn, name) for name in fcnn.__all__ if name.endswith("Error")]
        assert len(errors) > 4
        assert all(issubclass(error, fcnn.FcnnError) for error in errors)


class TestValues:
    @given(st.lists(VALUES, min_size=1, max_size=3))
    def test_hydra_reads_the_values_of_an_axis_back_unchanged(self, values):
        parser = OverridesParser.create()
        override = parser.parse_override(format_axis("key", values))
        is_sweep = override.is_sweep_override()
        texts = override.sweep_string_iterator() if is_sweep else [format_value("key", values[0])]
        cfg = OmegaConf.create({"key": None})
        parsed = []
        for text in texts:
            OmegaConf.update(cfg, "key", parser.parse_override(f"key={text}").value())
            parsed.append(OmegaConf.to_container(cfg, resolve=True)["key"])
        assert parsed == values

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ([16], "[16]"),
            ((16, 8), "[16,8]"),
            ("a,b", "'a,b'"),
            ("relu", "relu"),
            ("1", "'1'"),
            ("null", "'null'"),
            (None, "null"),
            (True, "true"),
            (0.1, "0.1"),
            (np.float64(0.5), "0.5"),
            (np.int64(3), "3"),
            (np.array([4, 4]), "[4,4]"),
            (Path("data/my table.csv"), "'data/my table.csv'"),
        ],
    )
    def test_values_are_quoted_where_they_have_to_be(self, value, text):
        assert format_value("key", value) == text

    @pytest.mark.parametrize(
        ("seeds", "text"), [(3, "0,1,2"), ([4, 2], "4,2"), (range(2), "0,1"), (np.int64(2), "0,1")]
    )
    def test_seeds_are_a_count_or_a_list(self, seeds, text):
        assert format_grid({}, seeds) == [f"training.seed={text}"]

    @pytest.mark.parametrize(
        ("axes", "seeds", "line"),
        [
            (["a"], 1, "axes=['a']: should be a dictionary, {KEY: [VALUE, VALUE]}"),
            ({"a": "relu"}, 1, "a='relu': should be a list of values, as ['relu']"),
            ({"a": 3}, 1, "a=3: should be a list of values, as [3]"),
            ({"a": []}, 1, "a: the grid is empty: this axis has no values"),
            ({"a": [{}]}, 1, "a={}: should be a number, a text, a boolean, None or a list of"),
            ({"training.seed": [0]}, 1, "training.seed: the seeds of a study are set by seeds="),
            ({}, 0, "seeds=0: should be at least 1, or a list of seeds"),
            ({}, True, "seeds=True: should be at least 1, or a list of seeds"),
            ({}, 2.0, "seeds=2.0: should be at least 1, or a list of seeds"),
            ({}, "10", "seeds='10': should be at least 1, or a list of seeds"),
            ({}, [], "training.seed: the grid is empty: this axis has no values"),
        ],
    )
    def test_what_is_no_axis_is_refused_in_a_line(self, axes, seeds, line):
        with pytest.raises(fcnn.ConfigError) as error:
            format_grid(axes, seeds)
        assert str(error.value).startswith(line)


class TestComposing:
    def test_a_grid_has_the_fingerprints_of_the_command_line(self, config):
        grid = compose_grid([*format_grid(AXES, 1), *SHORT, "study.name=sizes"])
        expected = [
            config(f"model.activation={activation}", f"model.hidden_units={units}", *SHORT)
            for activation in ("relu", "tanh")
            for units in ("[4]", "[8,8]")
        ]
        assert [job.fingerprint for job in grid.jobs] == [*map(compute_fingerprint, expected)]

    @pytest.mark.parametrize(
        "override",
        [
            "model.activaton=relu",
            "model.activation=rlu",
            "optimizer=sdg",
            "model.hidden_units=16",
            "study=nix",
            "force=true,false",
            "dataset.noise=interval(0,1)",
        ],
    )
    def test_a_wrong_line_raises_what_the_shell_says(self, override, store, tmp_path):
        shell = run_script("train", "-m", "training.seed=0", override, cwd=tmp_path, uri=store)
        assert shell.returncode == 1
        with pytest.raises(fcnn.ConfigError) as error:
            fcnn.Study("wrong", {}, [override], seeds=1)
        assert str(error.value) == shell.stderr.strip()

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            ({"name": 3}, "name=3: should be a text"),
            ({"overrides": "force=true"}, "overrides='force=true': should be a list of lines"),
            ({"overrides": {"force": True}}, "overrides={'force': True}: should be a list of"),
            ({"overrides": [3]}, "overrides=[3]: should be a list of lines, as ['KEY=VALUE']"),
            ({"overrides": None}, "overrides=None: should be a list of lines"),
            ({"overrides": ["model.l2=0.1"]}, "overrides: model.l2=0.1: is set by name, axes or"),
            ({"overrides": ["training.seed=1,2"]}, "overrides: training.seed=1,2: is set by"),
            ({"overrides": ["study.name=b"]}, "overrides: study.name=b: is set by name, axes or"),
            ({"data": pd.DataFrame({"a": [1]}), "target": 3.5}, "target: should be the name of"),
        ],
    )
    def test_a_wrong_argument_is_refused_in_a_line(self, arguments, line):
        with pytest.raises(fcnn.ConfigError) as error:
            fcnn.Study(**({"name": "a", "axes": {"model.l2": [0.0, 0.1]}} | arguments))
        assert str(error.value).startswith(line)

    def test_other_launchers_and_sweepers_are_for_the_command_line(self):
        with pytest.raises(
            fcnn.ConfigError, match="hydra/launcher=basic: should be population in Python"
        ):
            compose_grid(["hydra/launcher=basic"])

    @pytest.mark.usefixtures("config")  # which keeps a Hydra app open
    def test_a_hydra_app_around_it_stays_as_it_is(self):
        app, version_base = GlobalHydra.instance().hydra, VersionBase.instance()
        earlier = version_base.getbase()
        version_base.setbase(Version("1.2"))
        try:
            assert len(compose_grid(["training.seed=0,1"]).jobs) == 2
            assert version_base.getbase() == Version("1.2")
        finally:
            version_base.setbase(earlier)
        assert GlobalHydra.instance().hydra is app
        assert compose("train").training.seed == 0


class TestRunning:
    def test_what_the_shell_has_trained_is_not_trained_again(self, store, tmp_path):
        assert run_script("train", *IN_SHELL, cwd=tmp_path, uri=store).returncode == 0
        earlier = statuses(store, "sizes")
        fcnn.Study("sizes", AXES, SHORT, seeds=2).run()
        assert statuses(store, "sizes") == earlier

    def test_what_python_has_trained_the_shell_does_not_train_again(self, trained, tmp_path):
        shell = run_script("train", *IN_SHELL, cwd=tmp_path, uri=trained.uri)
        assert "all 8 runs are there" in shell.stdout
        assert statuses(trained.uri, "sizes") == ["FINISHED"] * 9

    def test_a_sweep_is_recorded_with_a_parent_run(self, trained):
        client = mlflow.MlflowClient(trained.uri)
        experiment = client.get_experiment_by_name("sizes")
        runs = client.search_runs([experiment.experiment_id])
        (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
        children = [run.data.tags.get("mlflow.parentRunId") for run in runs if run is not parent]
        assert children == [parent.info.run_id] * 8

    def test_the_parent_run_names_the_call_and_not_the_command_of_the_process(self, trained):
        client = mlflow.MlflowClient(trained.uri)
        experiment = client.get_experiment_by_name("sizes")
        (parent,) = client.search_runs([experiment.experiment_id], "tags.`fcnn.command` != ''")
        assert parent.data.tags["fcnn.command"] == "fcnn.Study('sizes', ...).run()"

    def test_curves_are_those_of_the_shell_to_the_bit(self, trained, tmp_path, empty_store):
        uri = f"sqlite:///{tmp_path}/mlflow.db"
        (tmp_path / "mlflow.db").write_bytes(empty_store.read_bytes())
        assert run_script("train", *IN_SHELL, cwd=tmp_path, uri=uri).returncode == 0
        assert curves(uri, "sizes") == curves(trained.uri, "sizes")

    def test_folders_logging_signals_and_mlflow_stay_as_they_are(self, store, tmp_path):
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        loggers = [(logger.level, [*logger.handlers]) for logger in map(logging.getLogger, LOGGERS)]
        files = {path.name for path in tmp_path.iterdir()}
        mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/other.db")
        earlier = mlflow.get_tracking_uri(), os.environ["MLFLOW_TRACKING_URI"]
        study = fcnn.Study("single_cell", {}, [*SHORT, f"tracking.uri={store}"], seeds=1)
        study.run()
        assert len(study.runs()) == 1
        assert (mlflow.get_tracking_uri(), os.environ["MLFLOW_TRACKING_URI"]) == earlier
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
        assert loggers == [
            (logger.level, [*logger.handlers]) for logger in map(logging.getLogger, LOGGERS)
        ]
        created = {path.name for path in tmp_path.iterdir()} - files
        assert created <= {"mlruns", "mlflow.db.lock"}

    def test_runs_that_diverge_are_results_and_raise_nothing(self, store):
        axes = {"optimizer.learning_rate": [0.01, 1e30]}
        study = fcnn.Study("diverges", axes, [*SHORT, "optimizer=sgd"], seeds=1)
        study.run()
        assert statuses(store, "diverges") == ["FINISHED"] * 3
        diverged = Reader(store).runs("diverges", None).dropna(subset="diverged_epoch")
        assert list(diverged["optimizer.learning_rate"]) == ["1e+30"]
        with pytest.raises(fcnn.ConfigError, match="has no network, it diverged at epoch"):
            load_network(Reader(store), diverged["run_id"].iloc[0])

    def test_runs_that_fail_raise_and_leave_the_others_recorded(self, store, caplog, monkeypatch):
        caplog.set_level(logging.INFO, "fcnn")
        # A machine that promises more memory than it has.
        monkeypatch.setattr(memory, "available_bytes", lambda: 2**60)
        axes = {"model.hidden_units": [[4], [3000000, 3000000]]}
        study = fcnn.Study("fails", axes, SHORT, seeds=1)
        with pytest.raises(fcnn.FcnnError, match=r"1 of 2 runs failed:\n.*3000000"):
            study.run()
        assert statuses(store, "fails") == ["FAILED", "FAILED", "FINISHED"]
        assert "compareRunsMode=CHART" in caplog.messages[-1]

    def test_a_store_that_cannot_be_opened_raises_before_any_training(self, tmp_path):
        study = fcnn.Study("nowhere", {}, [f"tracking.uri=sqlite:///{tmp_path}/no/mlflow.db"])
        with pytest.raises(fcnn.StoreError, match=r"tracking\.uri"):
            study.run()


class TestRunningTensorFlow:
    CODE = (
        "import warnings, tensorflow as tf; USE\n"
        "import fcnn\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always', UserWarning)\n"
        f"    fcnn.Study('sizes', {{'model.hidden_units': [[8, 8]]}}, {SHORT}, seeds=1).run()\n"
        "print([str(w.message)[:31] for w in caught if 'threads' in str(w.message)])"
    )

    def test_bits_of_small_networks_stay_and_one_warning_names_the_threads(
        self, store, trained, tmp_path
    ):
        result = run_python(self.CODE.replace("USE", "tf.ones(2) + 1"), tmp_path)
        assert result.stdout == "['TensorFlow was used before fcnn']\n", result.stderr
        (curve,) = curves(store, "sizes").items()
        assert curve in curves(trained.uri, "sizes").items()

    def test_a_tensorflow_that_was_only_imported_is_set_up_without_a_warning(self, store, tmp_path):
        result = run_python(self.CODE.replace("USE", "pass"), tmp_path)
        assert result.stdout == "[]\n", result.stderr


class TestLoading:
    def test_a_file_gives_the_grid(self, store):
        study = fcnn.load("activation_size", ["training.seed=0"])
        assert repr(study).startswith("Study('activation_size', 12 runs of model.activation, ")

    def test_a_study_of_the_working_folder_is_found(self, store, tmp_path):
        (tmp_path / "conf" / "study").mkdir(parents=True)
        text = (conf_dir() / "study" / "depth.yaml").read_text().replace("name: depth", "name: own")
        (tmp_path / "conf" / "study" / "own.yaml").write_text(text)
        assert fcnn.load("own").name == "own"

    def test_a_study_without_a_file_is_read_but_not_run(self, trained, monkeypatch):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", trained.uri)
        study = fcnn.load("sizes")
        assert len(study.runs()) == 8
        with pytest.raises(fcnn.ConfigError, match="study=sizes: has no file in conf/study"):
            study.run()

    def test_an_unknown_name_lists_files_and_studies_in_the_store(self, trained, monkeypatch):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", trained.uri)
        with pytest.raises(fcnn.ConfigError, match=r"study=nix: should be one of activ.*, sizes"):
            fcnn.load("nix")

    def test_a_file_that_differs_from_the_store_is_warned_of(self, store):
        fcnn.Study("depth", {"model.hidden_units": [[4]]}, SHORT, seeds=1).run()
        with pytest.warns(
            UserWarning, match="60 of the file's 60 runs are not in the store, and 1"
        ):
            fcnn.load("depth")


class TestResults:
    def test_runs_have_a_row_each_and_numbers_as_numbers(self, trained):
        runs = trained.runs()
        assert len(runs) == 8
        assert set(runs["model.activation"]) == {"relu", "tanh"}
        assert runs["optimizer.learning_rate"].dtype == float

    def test_curves_have_a_row_for_each_epoch(self, trained):
        table = trained.curves()
        assert len(table) == 8 * 3
        assert {"run_id", "label", "epoch", "loss", "val_loss"} <= set(table)

    def test_ranking_has_a_row_for_each_cell_the_best_first(self, trained):
        ranking = trained.ranking()
        assert len(ranking) == 4
        assert ranking["settled loss"].is_monotonic_increasing

    def test_comparisons_have_a_row_for_each_pair(self, trained):
        comparisons = trained.comparisons()
        assert [*comparisons["axis"]] == ["activation", "hidden units"]
        # Two seeds are too few for an interval.
        assert comparisons["low"].isna().all()
        assert set(comparisons["outcome"]) == {"not tested"}

    @pytest.mark.parametrize("method", ["plot_overlay", "plot_heatmap"])
    def test_figures_show_in_a_notebook_without_pyplot(self, trained, method):
        formatter = DisplayFormatter()
        figure = getattr(trained, method)()
        data, _ = formatter.format(figure)
        assert data["image/png"].startswith(b"\x89PNG")

    def test_the_overlay_shows_the_metric_that_is_asked_for(self, trained):
        (axes,) = trained.plot_overlay(metric="val_loss").axes
        assert axes.get_ylabel() == "validation loss"
        with pytest.raises(fcnn.ConfigError, match="metric=accuracy: should be one of loss, val_"):
            trained.plot_overlay(metric="accuracy")

    def test_the_report_is_written_into_the_folder(self, trained, tmp_path):
        files = trained.report(tmp_path / "report")
        assert tmp_path / "report" / "index.html" in files
        assert all(file.exists() for file in files)

    @pytest.mark.parametrize("target", [-1, 0, np.nan, np.inf, "0.1"])
    def test_a_target_that_is_no_loss_is_refused_in_a_line(self, trained, target):
        with pytest.raises(fcnn.ConfigError, match=r"^target=.*: should be a number above 0$"):
            trained.ranking(target)

    def test_a_folder_that_cannot_be_written_is_one_line(self, trained, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(fcnn.ConfigError, match="file: cannot be written: File exists"):
            trained.report(tmp_path / "file")

    def test_a_study_without_runs_says_so(self, store):
        with pytest.raises(fcnn.ConfigError, match="study=depth: the store has no runs of it"):
            fcnn.load("depth").runs()


class TestPredicting:
    def test_values_are_in_the_targets_own_units(self, load_best):
        network, run, data = load_best("diabetes")
        values = network.predict(data.x_val_raw)
        assert values.shape == (len(data.x_val),)
        standardised = (values - data.y_scale.mean) / data.y_scale.deviation
        loss = np.mean((standardised - data.y_val[:, 0]) ** 2)
        assert loss == pytest.approx(run["final_val_loss"], rel=1e-4)

    @pytest.mark.parametrize("table", ["iris", "breast_cancer"])
    def test_classes_are_labels_and_probabilities(self, load_best, table):
        network, run, data = load_best(table)
        probabilities = network.predict_proba(data.x_val_raw)
        assert probabilities.shape == (len(data.x_val), len(data.classes))
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
        labels = network.predict(data.x_val_raw)
        assert set(labels) <= set(data.classes)
        np.testing.assert_array_equal(network.classes_[probabilities.argmax(axis=1)], labels)
        numbers = data.y_val.argmax(axis=1) if data.n_outputs > 1 else data.y_val[:, 0].astype(int)
        accuracy = np.mean(labels == np.array(data.classes)[numbers])
        assert accuracy == pytest.approx(run["final_val_accuracy"], abs=1e-6)

    def test_params_are_python_values(self, trained):
        params = trained.best().params
        assert params["model.hidden_units"] in ([4], [8, 8])
        assert params["training.epochs"] == 3

    def test_wrong_shapes_and_questions_are_refused_in_a_line(self, trained):
        network = trained.best()
        with pytest.raises(fcnn.ConfigError, match=r"X: its shape is \(3,\), but should be \(n, 2"):
            network.predict([1, 2, 3])
        with pytest.raises(fcnn.ConfigError, match="X: row 2 holds what is no finite number"):
            network.predict([[1, 2], [3, np.nan]])
        with pytest.raises(fcnn.ConfigError, match="X: is no array of numbers: could not convert"):
            network.predict([["a", 2]])
        with pytest.raises(fcnn.ConfigError, match="predicts values, not classes"):
            network.predict_proba([[1, 2]])
