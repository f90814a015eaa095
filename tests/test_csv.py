import shutil
import sqlite3

import mlflow
import numpy as np
import pytest
from running import run_script

from fcnn import datasets, libraries, study, tables
from fcnn.config import CHECKOUT, ConfigError
from fcnn.network import evaluated, initial_weights, layer_sizes
from fcnn.report.selection import select
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import Writer

CLASSES = "dataset.task=classification"


def rows(*cells, header="a,y", n_rows=20):
    """A table whose row r holds the cells formatted with r, a cell with `{odd}` 1 in every second row."""
    lines = [",".join(cells).format(r, odd=r % 2) for r in range(n_rows)]
    return "\n".join([header, *lines, ""])


def outlier(value, row=3):
    lines = rows("{0}", "{0}").splitlines()
    lines[row] = f"{value},{row}"
    return "\n".join(lines)


@pytest.fixture
def table(config, tmp_path):
    """`table(text, ...)`: the config of a csv file that holds `text`."""

    def of(text, *overrides, name="table.csv"):
        (tmp_path / name).write_text(text)
        return config(
            "dataset=csv", f"dataset.path={tmp_path / name}", "dataset.target=y", *overrides
        )

    return of


@pytest.mark.parametrize(
    ("text", "overrides", "reason"),
    [
        (rows("0", "1", "1", "1"), [], "row 1 has 4 fields, the header has 2"),
        (rows("1", "1", "1", "", header="a,b,y"), [], "row 1 has 4 fields, the header has 3"),
        (rows("{0}", "{0}") + "7\n", [], "row 21 has 1 fields, the header has 2"),
        (rows("{0}", "1", "{0}", header="y,a,y"), [], "two columns are called y, fields 1 and 3"),
        (
            rows("{0}", "1", "{0}", header="y,a, y"),
            ["dataset.features=[a]"],
            "two columns are called y",
        ),
        (
            rows("{0}", "1", "{0}", header="y,a,y.1"),
            [],
            "column y.1 holds the target, y, once more",
        ),
        (rows("{0}", "1", "{0}", header="y,a,y.1"), ["dataset.features=[y.1]"], "holds the target"),
        (outlier("1e308"), [], "column a is too large: 1e308 in row 3"),
        (outlier("1.0E200"), [], "column a is too large: 1.0E200 in row 3"),
        (outlier("1e39", 5), [], "column a is too large: 1e39 in row 5"),
        (outlier("1e400"), [], "column a has infinite values: 1e400 in row 3"),
        (rows("{0}e-200", "{0}"), [], "column a is too small: 19e-200 in row 20"),
        (rows("1e-400", "{0}"), [], "column a is too small: 1e-400 in row 1"),
        (
            rows("184467440737095516{0:02}9", "{0}"),
            [],
            "column a is too large: 1844674407370955160?\\d+ in row",
        ),
        (rows("170000000000000000{0:02}", "{0}"), [], "beside which its differences are lost"),
        (rows("{0}", "5"), [], "the target y is constant, 5: there is nothing to learn"),
        (rows("{0}", "5").replace("\n2,5", "\n2,6"), [], "constant in the training rows, 5"),
        (rows("{0}", "{odd}.5"), [CLASSES], "column y holds fractions.*: 0.5 in row 1"),
        (rows("{0}", " "), [CLASSES], "column y has 20 missing values, the first in row 1"),
        (rows("{0}", header="y"), [], "has no column beside the target, y"),
        ("a,y\n", [], "has no rows"),
    ],
)
def test_table_that_would_be_read_wrong_is_refused_with_what_is_written(
    table, text, overrides, reason
):
    with pytest.raises(ConfigError, match=reason):
        datasets.load(table(text, *overrides).dataset, 0)


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (["{odd}.0"], ("0", "1")),
        (["{odd}"], ("0", "1")),
        (["up{odd} "], ("up0", "up1")),
    ],
)
def test_classes_are_what_a_person_reads(table, cells, classes):
    assert datasets.load(table(rows("{0}", *cells), CLASSES).dataset, 0).classes == classes


def test_words_for_nothing_are_classes_and_blanks_make_none(table):
    words = ["NA", "None ", "null", " NA", "None", "nan"]
    text = "a,y\n" + "".join(f"{r},{words[r % 6]}\n" for r in range(24))
    data = datasets.load(table(text, CLASSES).dataset, 0)
    assert data.classes == ("NA", "None", "nan", "null")
    assert "blanks around the classes of y are left out" in data.notes[0]


def test_class_of_validation_rows_only_is_told(table):
    words = ["c" if row == 2 else "ab"[row % 2] for row in range(20)]  # row 2 is one of them
    text = "a,y\n" + "".join(f"{row},{word}\n" for row, word in enumerate(words))
    (note,) = datasets.load(table(text, CLASSES).dataset, 0).notes
    assert "class c is in validation rows only" in note


@pytest.mark.parametrize(
    ("usual", "other", "where"),
    [
        (".1", ".1", ""),
        (".1", ".2", " in the training rows"),
        ("0", "1000", " in the training rows"),
    ],
)
def test_constant_column_is_named_and_not_blown_up(table, usual, other, where):
    cells = [other if row == 2 else usual for row in range(20)]
    text = "a,b,y\n" + "".join(f"{cell},{row},{row}\n" for row, cell in enumerate(cells))
    data = datasets.load(table(text).dataset, 0)
    assert np.abs(data.x_val[:, 0]).max() <= 1
    assert f"column a is constant{where}, and of no use to a network" in data.notes[0]


def test_what_is_decided_is_said_once_a_command(tmp_path, uri):
    (tmp_path / "t.csv").write_text(rows("7", "{0}", "{0}", header="a,b,y"))
    grid = ["-m", "dataset=csv", "dataset.path=t.csv", "dataset.target=y", "training.seed=0,1"]
    result = run_script("train", *grid, "training.epochs=1", cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (
        0,
        "t.csv: column a is constant, and of no use to a network\n",
    )


@pytest.mark.parametrize("n_bytes", [0, 2**28])
def test_many_files_are_trained_on_as_they_were_planned_or_not_at_all(table, monkeypatch, n_bytes):
    monkeypatch.setattr(tables, "_kept", {})
    monkeypatch.setattr(tables, "BYTES_KEPT", n_bytes)
    planned = [
        tables.pinned(table(rows("{0}", f"{{0}}{number}"), name=f"{number}.csv"))
        for number in range(6)
    ]
    for number, config in enumerate(planned):
        table(rows("{0}", "5{0}"), name=f"{number}.csv")
        if n_bytes:
            data = datasets.load(config.dataset, 0)
            assert np.all(
                np.round(data.y_val * data.y_scale.deviation + data.y_scale.mean) % 10 == number
            )
        else:
            with pytest.raises(ConfigError, match="contents have changed since this was planned"):
                datasets.load(config.dataset, 0)


def test_worker_refuses_a_file_that_is_not_what_was_planned(tmp_path, uri):
    (tmp_path / "t.csv").write_text(rows("{0}", "{0}"))
    job = ["dataset=csv", "dataset.path=t.csv", "dataset.target=y", f"dataset.digest='{'0' * 16}'"]
    result = run_script("train", *job, cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (
        1,
        "dataset.path=t.csv: its contents have changed since this was planned\n",
    )


def test_one_table_by_several_paths_is_trained_once_and_two_of_one_name_are_told_apart(
    tmp_path, uri
):
    for year in ("2019", "2020"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "data.csv").write_text(rows("{0}", f"{{0}}{year}"))
    (tmp_path / "link.csv").symlink_to(tmp_path / "2019" / "data.csv")
    paths = [
        "2019/data.csv",
        "2020/data.csv",
        "./2019/data.csv",
        f"{tmp_path}/2019/data.csv",
        "link.csv",
    ]
    grid = ["-m", "study.name=two", "dataset=csv", f"dataset.path={','.join(paths)}"]
    options = ["dataset.target=y", "training.epochs=1", "tracking.save_model=false"]
    result = run_script("train", *grid, *options, cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (0, "")
    assert "training 2" in result.stdout
    reader = Reader(uri)
    plan = reader.plan("two")
    runs = reader.runs("two", plan)
    assert sorted(runs["name"]) == ["2019/data.csv, seed 0", "2020/data.csv, seed 0"]
    selection = select(runs, plan)
    assert list(selection.cells["label"]) == ["2019/data.csv", "2020/data.csv"]
    assert list(selection.axes) == ["dataset.path"]


def test_table_of_0_1_0_is_found_again(tmp_path):
    kept = CHECKOUT / "tests" / "store_0_1_0"
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    with sqlite3.connect(tmp_path / "mlflow.db") as store:
        store.executescript((kept / "mlflow.sql").read_text().replace("{folder}", str(tmp_path)))
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    grid = [
        *("-m", "study.name=table", "dataset=csv", f"dataset.path={tmp_path}/houses.csv"),
        *("dataset.target=price", "model.activation=relu,tanh", "training.seed=0,1"),
        *("training.epochs=5", "tracking.save_model=false", "training.batch_size=10"),
    ]
    before = Reader(uri).runs("table", None)
    result = run_script("train", *grid, cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (0, "")
    assert "4 of 4 runs are there" in result.stdout
    reader = Reader(uri)
    plan = reader.plan("table")
    after = reader.runs("table", plan)
    assert set(after["run_id"]) == set(before["run_id"])
    assert (len(select(after, plan).runs), select(after, plan).planned) == (4, 4)


def test_params_that_differ_beyond_what_mlflow_keeps_are_two_cells(table, config, uri):
    names = [f"a_column_with_a_long_name_{number}" for number in range(300)]
    store = Writer(uri)
    for last in ("c", "d"):
        ours = table("y\n1\n", f"dataset.features=[{','.join([*names, last])}]")
        params = study.params_of(ours) | {"model.units": "301-16-1", "model.parameters": "00004849"}
        with store.run(ours, name=last, params=params, fingerprint=last, source="") as recorder:
            recorder.log(1, {"loss": np.float32([1]), "val_loss": np.float32([1])})
    selection = select(store.runs("single", None), None)
    assert len(selection.cells) == 2
    assert selection.cells["label"].nunique() == 2
    assert selection.cells["label"].str.len().max() < 450


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saves so
@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("library", ["keras", "tensorflow", "torch", "sklearn"])
def test_model_that_mlflow_loads_gives_what_was_evaluated_in_the_tables_own_units(
    table, uri, library, task
):
    if library == "torch":
        pytest.importorskip("torch")
    target = "1000000000.{0:03}" if task == "regression" else "{odd}"
    text = rows("1700000{0:03}", "7", "{odd}", target, header="time,constant,b,y", n_rows=180)
    ours = table(text, f"library={library}", f"dataset.task={task}")
    data = datasets.load(ours.dataset, 0)
    weights = initial_weights(layer_sizes(data, ours.model), "he_normal", 1)
    store = Writer(uri)
    with store.run(ours, name="", params={}, fingerprint="f", source="") as recorder:
        recorder.log_model(library, libraries.load(library).model(ours, data, weights), data)
    mlflow.set_tracking_uri(uri)
    address = f"runs:/{recorder.run_id}/model"
    if library == "keras":  # whose own predict() rounds to single precision
        outputs = np.asarray(mlflow.keras.load_model(address)(data.x_val_own))
    else:
        outputs = mlflow.pyfunc.load_model(address).predict(data.x_val_own)
    expected = evaluated(weights, data, ours.model.activation)
    if library == "sklearn" and task == "classification":
        np.testing.assert_array_equal(outputs, expected[:, 0] > 0.5)
        return
    deviation = data.y_scale.deviation if data.y_scale else 1
    off = (np.reshape(outputs, expected.shape) - expected) / deviation
    np.testing.assert_allclose(off, 0, atol=1e-5)


def test_model_that_rounds_its_inputs_is_told_with_the_run(tmp_path, uri):
    text = rows("1700000{0:03}", "{0}", header="time,y", n_rows=180).replace(
        "1700000", "1700000000"
    )
    (tmp_path / "t.csv").write_text(text)
    options = ["dataset=csv", "dataset.path=t.csv", "dataset.target=y", "training.epochs=20"]
    result = run_script("train", *options, "optimizer.learning_rate=0.05", cwd=tmp_path, uri=uri)
    assert result.returncode == 0
    assert "its saved model differs from the network that was evaluated" in result.stdout
    (run,) = mlflow.MlflowClient(uri).search_runs(["1"])
    assert run.data.tags["fcnn.model"].startswith("differs from the network that was evaluated")
