"""`import fcnn`: what a notebook or a program gets, beside what the commands do."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import pytest
from hydra import compose
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.version import VersionBase
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf
from packaging.version import Version
from running import curves, run_script, statuses

import fcnn
from fcnn.composition.composing import compose_grid
from fcnn.composition.values import format_axis, format_grid, format_value
from fcnn.config import project_dir
from fcnn.params import compute_fingerprint

# Keras saves a model with it; the tests' own rule makes an error of every warning.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

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
HEAVY = ("tensorflow", "keras", "mlflow", "pandas", "matplotlib", "hydra", "numpy", "pydantic")
# Any text a user may have in a column name, with the characters of Hydra's grammar made likely.
TEXTS = st.text(max_size=8) | st.text(st.sampled_from("ab1\\'\"$ {},[]=:~+\n.-eé%()"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda items: st.lists(items, max_size=3), max_leaves=5)


@pytest.fixture
def store(uri, monkeypatch, tmp_path):
    """A store of the test's own, named by the environment, and a working folder."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.chdir(tmp_path)
    return uri


@pytest.fixture(scope="module")
def trained(tmp_path_factory, empty_store):
    """A store with the study `sizes`, trained once from Python."""
    folder = tmp_path_factory.mktemp("trained")
    uri = f"sqlite:///{folder}/mlflow.db"
    (folder / "mlflow.db").write_bytes(empty_store.read_bytes())
    study = fcnn.Study("sizes", AXES, [*SHORT, f"tracking.uri={uri}"], seeds=2)
    study.run()
    return study


def run_python(code, folder, **environment):
    """Run code in a Python of its own; gives its output."""
    command = [sys.executable, "-W", "error::UserWarning:fcnn", "-c", code]
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(project_dir())} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


class TestImport:
    def test_importing_fcnn_takes_less_than_a_tenth_of_a_second_and_loads_nothing_heavy(self):
        code = (
            "import sys, time; start = time.perf_counter(); import fcnn; "
            "print(time.perf_counter() - start, "
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

    def test_version_is_that_of_the_package(self):
        assert f'version = "{fcnn.__version__}"' in (project_dir() / "pyproject.toml").read_text()

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

    @pytest.mark.parametrize(("seeds", "text"), [(3, "0,1,2"), ([4, 2], "4,2"), (range(2), "0,1")])
    def test_seeds_are_a_count_or_a_list(self, seeds, text):
        assert format_grid({}, seeds) == [f"training.seed={text}"]

    @pytest.mark.parametrize(
        ("axes", "seeds", "line"),
        [
            ({"a": "relu"}, 1, "a='relu': should be a list of values, as ['relu']"),
            ({"a": 3}, 1, "a=3: should be a list of values, as [3]"),
            ({"a": []}, 1, "a: the grid is empty: this axis has no values"),
            ({"a": [{}]}, 1, "a={}: should be a number, a text, a boolean, None or a list of"),
            ({"training.seed": [0]}, 1, "training.seed: the seeds of a study are set by seeds="),
            ({}, 0, "seeds=0: should be at least 1, or a list of seeds"),
            ({}, True, "seeds=True: should be at least 1, or a list of seeds"),
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

    def test_other_launchers_and_sweepers_are_for_the_command_line(self):
        with pytest.raises(
            fcnn.ConfigError, match="hydra/launcher=basic: should be population in Python"
        ):
            compose_grid(["hydra/launcher=basic"])

    @pytest.mark.usefixtures("config")  # which keeps a Hydra app open
    def test_a_hydra_app_around_it_stays_as_it_is(self):
        app, version_base = GlobalHydra.instance().hydra, VersionBase.instance()
        before = version_base.getbase()
        version_base.setbase(Version("1.2"))
        try:
            assert len(compose_grid(["training.seed=0,1"]).jobs) == 2
            assert version_base.getbase() == Version("1.2")
        finally:
            version_base.setbase(before)
        assert GlobalHydra.instance().hydra is app
        assert compose("train").training.seed == 0


class TestRunning:
    def test_what_the_shell_has_trained_is_not_trained_again(self, store, tmp_path):
        assert run_script("train", *IN_SHELL, cwd=tmp_path, uri=store).returncode == 0
        before = statuses(store, "sizes")
        fcnn.Study("sizes", AXES, SHORT, seeds=2).run()
        assert statuses(store, "sizes") == before

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
        before = mlflow.get_tracking_uri(), os.environ["MLFLOW_TRACKING_URI"]
        study = fcnn.Study("single_cell", {}, [*SHORT, f"tracking.uri={store}"], seeds=1)
        study.run()
        assert len(study.runs()) == 1
        assert (mlflow.get_tracking_uri(), os.environ["MLFLOW_TRACKING_URI"]) == before
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
        assert loggers == [
            (logger.level, [*logger.handlers]) for logger in map(logging.getLogger, LOGGERS)
        ]
        created = {path.name for path in tmp_path.iterdir()} - files
        assert created <= {"mlruns", "mlflow.db.lock"}

    def test_runs_that_fail_raise_and_leave_the_others_recorded(self, store):
        axes = {"optimizer.learning_rate": [0.01, 1e30]}
        study = fcnn.Study("fails", axes, [*SHORT, "optimizer=sgd"], seeds=1)
        with pytest.raises(fcnn.FcnnError, match=r"1 of 2 runs failed:\n.*1e.?30.*diverged"):
            study.run()
        assert statuses(store, "fails") == ["FAILED", "FAILED", "FINISHED"]

    def test_a_store_that_cannot_be_opened_raises_before_any_training(self, tmp_path):
        study = fcnn.Study("nowhere", {}, [f"tracking.uri=sqlite:///{tmp_path}/no/mlflow.db"])
        with pytest.raises(fcnn.StoreError, match=r"tracking\.uri"):
            study.run()


LOGGERS = ("", "fcnn", "mlflow", "alembic")
