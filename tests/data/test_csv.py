import re
from collections import OrderedDict

import mlflow
import numpy as np
import pytest
from recording import recording
from running import run_script

from fcnn.analysis.selection import select
from fcnn.data import load_data, table_file, with_digest
from fcnn.errors import ConfigError
from fcnn.libraries.base import load_library
from fcnn.network import initial_weights, layer_sizes, validation_outputs
from fcnn.params import config_params
from fcnn.tracking.models import store_model
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import Writer

CLASSES = "dataset.task=classification"


def rows(*cells, header="a,y", n_rows=20):
    """Write a table; in cells `{0}` is the row's index, and `{odd}` is 1 in every second row."""
    lines = [",".join(cells).format(row, odd=row % 2) for row in range(n_rows)]
    return "\n".join([header, *lines, ""])


def numbered(value, header="a,y", n_rows=20):
    """Write a table with the value of each row beside its index, halved."""
    return "\n".join([header, *(f"{value(row)},{row / 2}" for row in range(n_rows)), ""])


def with_outlier(value, row=3):
    lines = rows("{0}", "{0}").splitlines()
    lines[row] = f"{value},{row}"
    return "\n".join(lines)


@pytest.fixture
def table(config, tmp_path):
    """`table(text, ...)`: the config of a csv file that contains `text`."""

    def write_table(text, *overrides, name="table.csv"):
        (tmp_path / name).write_text(text)
        return config(
            "dataset=csv", f"dataset.path={tmp_path / name}", "dataset.target=y", *overrides
        )

    return write_table


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
            "column y.1 repeats the target, y",
        ),
        (
            rows("{0}", "1", "{0}", header="y,a,y.1"),
            ["dataset.features=[y.1]"],
            "repeats the target",
        ),
        (
            rows("{0}", "1", "{0}.0", header="y,a,y.1"),
            [],
            "column y.1 repeats the target, y",
        ),
        (rows("{0}.1", "{0}10e-2", header="y,Y"), [], "column Y repeats the target, y"),
        (
            rows("{odd}", "{0}", "{odd}.0", header="y,a,y.1"),
            [CLASSES],
            "column y.1 repeats the target, y",
        ),
        (
            rows("{0}", "{0}5", header="a,y"),
            ["dataset.features=[a,a]"],
            "dataset.features=.*: column a is repeated",
        ),
        (with_outlier("1e308"), [], "column a is too large: 1e308 in row 3"),
        (with_outlier("1.0E200"), [], "column a is too large: 1.0E200 in row 3"),
        (with_outlier("1e39", 5), [], "column a is too large: 1e39 in row 5"),
        (with_outlier("1e400"), [], "column a has infinite values: 1e400 in row 3"),
        (rows("{0}e-200", "{0}"), [], "column a is too small: 19e-200 in row 20"),
        (rows("1e-400", "{0}"), [], "column a is too small: 1e-400 in row 1"),
        (
            rows("184467440737095516{0:02}9", "{0}"),
            [],
            "column a is too large: 1844674407370955160?\\d+ in row",
        ),
        (rows("170000000000000000{0:02}", "{0}"), [], "beside which its differences are lost"),
        (
            numbered(lambda row: 2**56 + 3 * row),
            [],
            "column a is too large: 72057594037927993 in row 20, beside which its differences",
        ),
        (numbered(lambda row: f"{2**56 + 3 * row}.0"), [], "column a is too large: .* are lost"),
        (
            numbered(lambda row: 2**60 if row == 2 else 2**56 + row % 3),  # 2 is a validation row
            [],
            "column a is too large: 1152921504606846976 in row 3, beside which its differences",
        ),
        (numbered(lambda row: 2**53 + row), [], "column a is too large: 9007199254741011 in row"),
        (numbered(lambda row: -(2**53) - row), [], "column a is too large: -9007199254741011"),
        (
            numbered(lambda row: 2**53 + row, header="y,a"),
            [],
            "column y is too large: 9007199254741011 in row 20, beside which",
        ),
        (rows("{0}", "5"), [], "the target y is constant, 5: there is nothing to learn"),
        (rows("{0}", "5").replace("\n2,5", "\n2,6"), [], "constant in the training rows, 5"),
        (rows("{0}", "{odd}.5"), [CLASSES], "column y holds fractions.*: 0.5 in row 1"),
        (rows("{0}", " "), [CLASSES], "column y has 20 missing values, the first in row 1"),
        (rows("{0}", header="y"), [], "has no column besides the target, y"),
        ("a,y\n", [], "has no rows"),
    ],
)
def test_table_that_would_be_misread_is_refused_with_the_cell_as_written(
    table, text, overrides, reason
):
    with pytest.raises(ConfigError, match=reason):
        load_data(table(text, *overrides))


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (["{odd}.0"], ("0", "1")),
        (["{odd}"], ("0", "1")),
        (["up{odd} "], ("up0", "up1")),
    ],
)
def test_classes_are_named_as_a_person_reads_them(table, cells, classes):
    assert load_data(table(rows("{0}", *cells), CLASSES)).classes == classes


def test_words_like_na_are_classes_and_blanks_do_not_make_another(table):
    labels = ["NA", "None ", "null", " NA", "None", "nan"]
    text = "a,y\n" + "".join(f"{row},{labels[row % 6]}\n" for row in range(24))
    data = load_data(table(text, CLASSES))
    assert data.classes == ("NA", "None", "nan", "null")
    assert "blanks around the classes of y are left out" in data.notes[0]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["007", "7", "8"], ("007", "7", "8")),
        (["07", "10", "7.0"], ("07", "10", "7.0")),
        (["01", "1", "x"], ("01", "1", "x")),
        ([" -05", "5", "005 "], ("-05", "005", "5")),
    ],
)
def test_whole_numbers_with_leading_zeros_are_words(table, labels, classes):
    text = "a,y\n" + "".join(f"{row},{labels[row % 3]}\n" for row in range(24))
    data = load_data(table(text, CLASSES))
    assert data.classes == classes
    is_noted = any("of y are words, as written" in note for note in data.notes)
    assert is_noted == ("x" not in labels)


@pytest.mark.parametrize("digits", ["0", "0.0", "-0"])
def test_a_zero_alone_is_no_leading_zero(table, digits):
    text = "a,y\n" + "".join(f"{row},{[digits, '1'][row % 2]}\n" for row in range(24))
    assert load_data(table(text, CLASSES)).classes == ("0", "1")


def test_classes_that_differ_by_a_trailing_nul_are_two(table):
    text = "a,y\n" + "".join(f"{row},x{chr(0) * (row % 2)}\n" for row in range(24))
    assert load_data(table(text, CLASSES)).classes == ("x", "x\0")


def with_quotes(text, *lines):
    """Put a quote before each of these lines, which count from 1."""
    quoted = [f'"{line}' if n in lines else line for n, line in enumerate(text.split("\n"), 1)]
    return "\n".join(quoted)


NAMED = rows("n{0}", "{0}", "1{0}", header="name,a,y", n_rows=40)
LABELLED = rows("n{0}", "{0}", "c{odd}", header="name,a,y", n_rows=40)
LAST = rows("{0}", "1{0}", "n{0}", header="a,y,name", n_rows=40)


@pytest.mark.parametrize(
    ("text", "overrides", "reason"),
    [
        (with_quotes(NAMED, 7).replace("n25", 'n25"'), [], "row 6 spans lines 7 to 27, which read"),
        (with_quotes(NAMED, 7, 8), [], "row 6 spans lines 7 to 8, which read as rows"),
        (with_quotes(NAMED, 7, 27).replace("\n", "\r\n"), [], "row 6 spans lines 7 to 27"),
        (with_quotes(LABELLED, 7, 27), [CLASSES], "row 6 spans lines 7 to 27"),
        (LAST.replace("n5", '"n5').replace("n9", 'n9"'), [], "row 6 spans lines 7 to 11"),
        (LAST.replace("name", '"name').replace("n9", 'n9"'), [], "the header spans lines 1 to 11"),
        (with_quotes(NAMED, 7), [], "row 6 has 1 fields.*; it spans lines 7 to 41: is a quote"),
    ],
)
def test_quote_that_swallows_rows_is_refused(table, text, overrides, reason):
    with pytest.raises(ConfigError, match=reason):
        load_data(table(text, "dataset.features=[a]", *overrides))


@pytest.mark.parametrize(
    ("text", "n_notes"),
    [
        ('"first\nsecond {0}"', 0),
        ('"first, {0}, third\n\nlast"', 1),
        ('"{0} Street, {0}, City\nCountry"', 1),
        ('"{0},{0},{0} pieces\nof glass"', 1),
    ],
)
@pytest.mark.parametrize(("target", "task"), [("1{0}", "regression"), ("c{odd}", "classification")])
def test_text_with_line_breaks_is_no_row(table, text, n_notes, target, task):
    options = [f"dataset.task={task}", "dataset.features=[a]"]
    data = load_data(table(rows(text, "{0}", target, header="text,a,y"), *options))
    assert len(data.x) + len(data.x_val) + len(data.x_test) == 20
    assert len(data.notes) == n_notes
    assert all("row 1 spans lines 2 to" in note for note in data.notes)


def test_class_in_validation_rows_only_is_noted(table):
    labels = ["c" if row == 2 else "ab"[row % 2] for row in range(20)]  # 2 is a validation row
    text = "a,y\n" + "".join(f"{row},{word}\n" for row, word in enumerate(labels))
    plain = [CLASSES, "dataset.stratify=false"]
    (note,) = load_data(table(text, *plain, "dataset.test_share=0")).notes
    assert "class c is in validation rows only" in note
    (note,) = load_data(table(text, *plain)).notes
    assert "class c is in validation or test rows only" in note


@pytest.mark.parametrize("header", ["a,y", "y,a"])
@pytest.mark.parametrize(
    ("value", "n_rows"),
    [
        (lambda row: 2**53 - 20 + row, 20),
        (lambda row: 1_700_000_000_000_000 + row % 4, 20),
        (lambda row: 1_700_000_000_000_000 + row % 4, 5000),
        (lambda row: f"{2**53 - 1 - row % 3}.0", 3000),
    ],
)
def test_whole_numbers_up_to_2_53_are_learned_from_exactly(table, header, value, n_rows):
    data = load_data(table(numbered(value, header, n_rows)))
    assert data.notes == ()
    parts = {"a": (data.x, data.x_val, data.x_test), "y": (data.y, data.y_val, data.y_test)}
    columns = parts[header[0]]
    assert abs(columns[0].mean()) < 0.3
    assert columns[0].std() == pytest.approx(1, abs=1e-5)
    n_distinct = len({value(row) for row in range(n_rows)})
    assert len(np.unique(np.concatenate(columns))) == n_distinct


@pytest.mark.parametrize(("usual", "rare"), [("5", "5.01"), ("0.1", "0.11")])
def test_column_that_hardly_varies_in_training_rows_is_noted(table, usual, rare):
    cells = {0: rare, 2: "9"}  # 2 is a validation row
    text = "a,b,y\n" + "".join(f"{cells.get(row, usual)},{row},{row}5\n" for row in range(40))
    (note,) = load_data(table(text)).notes
    assert re.search(
        r"table.csv: column a has 9 in row 3, \d+ deviations from the training rows", note
    )


def test_heavy_tails_are_no_outliers(table):
    cells = np.exp(1.5 * np.random.default_rng(0).standard_normal(500))
    text = "a,y\n" + "".join(f"{cell},{row}\n" for row, cell in enumerate(cells))
    assert load_data(table(text)).notes == ()


@pytest.mark.parametrize(
    ("usual", "other", "where"),
    [
        (".1", ".1", ""),
        (".1", ".2", " in the training rows"),
        ("0", "1000", " in the training rows"),
    ],
)
def test_constant_column_is_noted_and_not_magnified(table, usual, other, where):
    cells = [other if row == 2 else usual for row in range(20)]
    text = "a,b,y\n" + "".join(f"{cell},{row},{row}5\n" for row, cell in enumerate(cells))
    data = load_data(table(text))
    assert np.abs(data.x_val[:, 0]).max() <= 1
    assert f"column a is constant{where}, and of no use to a network" in data.notes[0]


@pytest.mark.parametrize(
    ("feature", "target", "overrides"),
    [
        ("{0}", "{0}.0", []),
        ("{0}.1", "{0}.10", []),
        ("{odd}", "{odd}.0", [CLASSES]),
        ("{odd}", "class {odd}", [CLASSES]),
    ],
)
def test_feature_that_gives_the_answer_away_is_noted(table, feature, target, overrides):
    text = rows(feature, "1{0}", target, header="a,b,y")
    notes = load_data(table(text, *overrides)).notes
    assert [note for note in notes if "column a repeats the target, y, in every row" in note]
    assert not [note for note in notes if "column b" in note]


@pytest.mark.parametrize(
    ("text", "overrides"),
    [
        (rows("1700000000000{0:03}", "1700000000000{0:03}.5"), []),
        (rows("{odd}", "class {odd}").replace("1,class 1", "1,class 0", 1), [CLASSES]),
    ],
)
def test_feature_that_only_resembles_the_target_is_not_noted(table, text, overrides):
    assert not [note for note in load_data(table(text, *overrides)).notes if "answer" in note]


def test_notes_on_a_table_are_printed_once_per_command(tmp_path, uri):
    (tmp_path / "t.csv").write_text(rows("7", "{0}", "{0}5", header="a,b,y"))
    grid = ["-m", "dataset=csv", "dataset.path=t.csv", "dataset.target=y", "training.seed=0,1"]
    result = run_script("train", *grid, "training.epochs=1", cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (
        0,
        "t.csv: column a is constant, and of no use to a network\n",
    )


@pytest.mark.parametrize("n_bytes", [0, 2**28])
def test_files_are_trained_on_as_planned_or_refused(table, monkeypatch, n_bytes):
    monkeypatch.setattr(table_file, "_tables", OrderedDict())
    monkeypatch.setattr(table_file, "MAX_CACHED_BYTES", n_bytes)
    planned = [
        with_digest(table(rows("{0}", f"{{0}}{number}"), name=f"{number}.csv"))
        for number in range(6)
    ]
    for number, config in enumerate(planned):
        table(rows("{0}", "5{0}"), name=f"{number}.csv")
        if n_bytes:
            data = load_data(config)
            values = data.y_val * data.y_scale.deviation + data.y_scale.mean
            assert np.all(np.round(values) % 10 == number)
        else:
            with pytest.raises(ConfigError, match="contents have changed since this was planned"):
                load_data(config)


def test_worker_refuses_a_file_that_has_changed_since_planning(tmp_path, uri):
    (tmp_path / "t.csv").write_text(rows("{0}", "{0}"))
    job = ["dataset=csv", "dataset.path=t.csv", "dataset.target=y", f"dataset.digest='{'0' * 16}'"]
    result = run_script("train", *job, cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (
        1,
        "dataset.path=t.csv: its contents have changed since this was planned\n",
    )


def test_table_with_several_paths_is_trained_once_and_namesakes_are_told_apart(tmp_path, uri):
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


def test_params_that_differ_beyond_what_mlflow_stores_are_two_cells(table, config, uri):
    names = [f"a_column_with_a_long_name_{number}" for number in range(300)]
    store = Writer(uri)
    for last in ("c", "d"):
        run = table("y\n1\n", f"dataset.features=[{','.join([*names, last])}]")
        params = config_params(run) | {
            "model.units": "301-16-1",
            "model.parameters": "00004849",
        }
        with recording(store, run, name=last, params=params, fingerprint=last) as recorder:
            recorder.log_points(1, {"loss": np.float32([1]), "val_loss": np.float32([1])})
    selection = select(store.runs("single", None), None)
    assert len(selection.cells) == 2
    assert selection.cells["label"].nunique() == 2
    assert selection.cells["label"].str.len().max() < 450


@pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)  # from saving with Keras
@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("library", ["keras", "tensorflow", "torch", "sklearn"])
def test_loaded_model_gives_the_evaluated_outputs_in_the_tables_own_units(
    table, uri, library, task
):
    if library == "torch":
        pytest.importorskip("torch")
    target = "1000000000.{0:03}" if task == "regression" else "{odd}"
    text = rows("1700000{0:03}", "7", "{odd}", target, header="time,constant,b,y", n_rows=180)
    run = table(text, f"library={library}", f"dataset.task={task}")
    data = load_data(run)
    weights = initial_weights(layer_sizes(data, run.model), "he_normal", 1)
    model = load_library(library).build_model(run, data, weights)
    store = Writer(uri)
    with recording(store, run, fingerprint="f") as recorded:
        pass
    address = store_model(store, recorded.run_id, library, model, data)
    mlflow.set_tracking_uri(uri)
    if library == "keras":  # its predict() rounds to single precision
        outputs = np.asarray(mlflow.keras.load_model(address)(data.x_val_raw))
    else:
        outputs = mlflow.pyfunc.load_model(address).predict(data.x_val_raw)
    expected = validation_outputs(weights, data, run.model.activation)
    if library == "sklearn" and task == "classification":
        np.testing.assert_array_equal(outputs, expected[:, 0] > 0.5)
        return
    deviation = data.y_scale.deviation if data.y_scale else 1
    errors = (np.reshape(outputs, expected.shape) - expected) / deviation
    np.testing.assert_allclose(errors, 0, atol=1e-5)


def test_saved_model_that_rounds_its_inputs_is_reported_with_the_run(tmp_path, uri):
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
