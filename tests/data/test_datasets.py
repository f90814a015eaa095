import numpy as np
import pytest

from fcnn.data import load_data, loading
from fcnn.errors import ConfigError
from fcnn.targets import TARGET_FUNCTIONS, Task

FORMULAS = {
    "prod": lambda a, b: a * b / 4,
    "sum_squares": lambda a, b: (a * a + b * b) / 4,
    "polynom": lambda a, b: (a * a - 3 * a * b - b * b) / 4,
    "and": lambda a, b: int(a > 0 and b > 0),
    "or": lambda a, b: int(a > 0 or b > 0),
    "xor": lambda a, b: int(a * b > 0),
    "stripe": lambda a, b: int(abs(a - b) <= 1),
    "square": lambda a, b: int(abs(a) + abs(b) <= 1),
    "circle": lambda a, b: int(a * a + b * b <= 1),
    "squares": lambda a, b: int(abs(a) + abs(b)),
    "circles": lambda a, b: int((a * a + b * b) / 2),
    "quadrants": lambda a, b: int(2 * (np.arctan2(b, a) / np.pi + 1)),
}


def load(config, *overrides):
    return load_data(config(*overrides))


@pytest.mark.parametrize("name", FORMULAS)
def test_targets_follow_their_formula(config, name):
    data = load(config, f"dataset={name}", "dataset.n_points=300")
    values = [FORMULAS[name](a, b) for a, b in data.x.astype(float)]
    if data.task is Task.REGRESSION:
        np.testing.assert_allclose(data.y[:, 0], values, rtol=1e-4, atol=1e-6)
    elif data.task is Task.BINARY:
        np.testing.assert_array_equal(data.y[:, 0], values)
    else:
        np.testing.assert_array_equal(data.y, np.eye(4)[values])


def test_target_functions_are_the_twelve_of_the_formulas(config):
    assert list(FORMULAS) == list(TARGET_FUNCTIONS)


@pytest.mark.parametrize("name", ["squares", "circles", "quadrants"])
def test_classes_are_those_of_the_whole_square_in_any_sample(config, name):
    data = load(config, f"dataset={name}", "dataset.n_points=2")
    assert data.n_outputs == 4
    assert data.classes == ("0", "1", "2", "3")


@pytest.mark.parametrize("name", ["squares", "circles"])
def test_far_corner_belongs_to_the_last_class(name):
    assert TARGET_FUNCTIONS[name](np.array([[2.0, 2.0], [-2.0, 2.0]])).tolist() == [3, 3]


def test_negative_first_axis_belongs_to_the_last_quadrant():
    assert TARGET_FUNCTIONS["quadrants"](np.array([[-1.0, 0.0]])).tolist() == [3]


def test_points_fill_the_square_and_differ_from_validation_points(config):
    data = load(config, "dataset.n_points=2500")
    assert data.x.shape == (2500, 2)
    assert data.x_val.shape == (500, 2)
    for points in (data.x, data.x_val):
        assert points.min(axis=0) == pytest.approx([-2, -2], abs=0.05)
        assert points.max(axis=0) == pytest.approx([2, 2], abs=0.05)
    assert not {tuple(point) for point in data.x} & {tuple(point) for point in data.x_val}


def test_points_depend_on_the_seed_alone(config):
    first, other = load(config, "dataset.seed=1"), load(config, "dataset.seed=2")
    again = loading._load_dataset.__wrapped__(config("dataset.seed=1").dataset, 500)
    np.testing.assert_array_equal(first.x, again.x)
    assert not np.array_equal(first.x, other.x)


def test_noise_on_values_has_its_deviation_and_does_not_move_the_points(config):
    clean, noisy = load(config), load(config, "dataset.noise=0.1")
    np.testing.assert_array_equal(clean.x, noisy.x)
    assert (noisy.y - clean.y).std() == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("name", ["xor", "circles"])
def test_noise_on_classes_flips_its_share_of_labels(config, name):
    clean = load(config, f"dataset={name}")
    noisy = load(config, f"dataset={name}", "dataset.noise=0.2")
    np.testing.assert_array_equal(clean.x, noisy.x)
    assert (noisy.y != clean.y).any(axis=1).mean() == pytest.approx(0.2, abs=0.03)
    if name == "circles":
        np.testing.assert_array_equal(noisy.y.sum(axis=1), 1)


def test_flipping_more_than_every_label_is_refused(config):
    with pytest.raises(ConfigError, match=r"dataset\.noise=1\.5: should be at most 1"):
        config("dataset=xor", "dataset.noise=1.5")


@pytest.mark.parametrize(
    ("table", "task", "n_inputs", "n_outputs"),
    [
        ("breast_cancer", Task.BINARY, 30, 1),
        ("diabetes", Task.REGRESSION, 10, 1),
        ("digits", Task.MULTICLASS, 64, 10),
        ("iris", Task.MULTICLASS, 4, 3),
        ("linnerud", Task.REGRESSION, 3, 3),
        ("wine", Task.MULTICLASS, 13, 3),
    ],
)
def test_sklearn_tables_are_standardised_and_split(config, table, task, n_inputs, n_outputs):
    data = load(config, "dataset=sklearn", f"dataset.table={table}")
    assert (data.task, data.n_inputs, data.n_outputs) == (task, n_inputs, n_outputs)
    np.testing.assert_allclose(data.x.mean(axis=0), 0, atol=1e-5)
    varying = data.x.std(axis=0) > 0
    np.testing.assert_allclose(data.x.std(axis=0)[varying], 1, atol=1e-4)
    n_rows = len(data.x) + len(data.x_val) + len(data.x_test)
    assert len(data.x_val) == len(data.x_test) == round(0.2 * n_rows)


def test_unknown_table_is_refused(config):
    with pytest.raises(
        ConfigError, match=r"dataset\.table=irises: should be 'breast_cancer', 'diabetes'"
    ):
        config("dataset=sklearn", "dataset.table=irises")


@pytest.fixture
def table(config, tmp_path):
    """`table(text, ...)`: the data of a csv file that contains `text`."""

    def load_text(text, *overrides):
        path = tmp_path / "table.csv"
        path.write_text(text)
        return load(
            config,
            "dataset=csv",
            f"dataset.path={path}",
            "dataset.target=y",
            "dataset.validation_share=0.5",
            "dataset.test_share=0",
            *overrides,
        )

    return load_text


def test_csv_features_default_to_all_other_columns_and_rows_split_by_seed(table):
    text = "a,b,y\n" + "".join(f"{i},{i * i},{2 * i}\n" for i in range(20))
    data, again, other = table(text), table(text, "dataset.seed=0"), table(text, "dataset.seed=1")
    assert (data.n_inputs, data.n_outputs, data.task) == (2, 1, Task.REGRESSION)
    assert (len(data.x), len(data.x_val)) == (10, 10)
    np.testing.assert_array_equal(data.y, again.y)
    assert not np.array_equal(data.y, other.y)
    assert table(text, "dataset.features=[b]").n_inputs == 1


def test_csv_classes_are_the_values_of_the_target(table):
    text = "a,y\n" + "".join(f"{i},{'red' if i % 3 else 'blue'}\n" for i in range(12))
    data = table(text, "dataset.task=classification")
    assert (data.task, data.classes) == (Task.BINARY, ("blue", "red"))


@pytest.mark.parametrize(
    ("text", "overrides", "reason"),
    [
        ("a,b,y\n1,,2\n3,4,5\n", [], "column b has 1 missing values, the first in row 1"),
        (
            "a,b,y\n1,4,2\n3,z,5\n1,5,4\n",
            [],
            "column b holds text among its numbers: z in row 2; "
            "dataset.features names the columns to use",
        ),
        (
            "a,b,y\n1,2,x\n3,4,z\n",
            [],
            "column y holds text, a network needs numbers; "
            "dataset.task=classification reads it as classes",
        ),
        ("a,b,y\n1,inf,2\n3,4,5\n", [], "column b has infinite values"),
        ("a,b\n1,2\n3,4\n", [], "column y is not in .*; it has a, b"),
        ("a,y\n1,2\n3,4\n", ["dataset.features=[c]"], "column c is not in"),
        ("a,y\n1,2\n3,4\n", [], "of 2 rows, too few are left on one side"),
        (
            "a,y\n1,2\n3,4\n",
            ["dataset.features=[a,y]"],
            "column y is the target, which must not be a feature",
        ),
        ("a,y\n1,0.5\n3,0.25\n", ["dataset.task=classification"], "column y holds fractions"),
        (
            "a,y\n1,r\n3,r\n1,r\n2,r\n",
            ["dataset.task=classification"],
            "the target has one class only",
        ),
        (
            "a,y\n" + "".join(f"1,{row}\n" for row in range(20)),
            ["dataset.task=classification"],
            "the target has 20 classes in 20 rows",
        ),
        ("", [], "is no csv table"),
    ],
)
def test_csv_that_a_network_cannot_use_is_refused_by_column(table, text, overrides, reason):
    with pytest.raises(ConfigError, match=reason):
        table(text, *overrides)


def test_missing_csv_is_refused(config):
    with pytest.raises(
        ConfigError, match=r"dataset\.path=/no/such\.csv: cannot be read: No such file or directory"
    ):
        load(config, "dataset=csv", "dataset.path=/no/such.csv", "dataset.target=y")


def test_validation_sample_does_not_depend_on_points_and_columns(config, tmp_path):
    few, many = (load(config, f"dataset.n_points={n}", "dataset.noise=0.1") for n in (50, 500))
    np.testing.assert_array_equal(few.x_val, many.x_val)
    np.testing.assert_array_equal(few.y_val, many.y_val)
    path = tmp_path / "table.csv"
    rng = np.random.default_rng(0)
    np.savetxt(path, rng.random((30, 3)), delimiter=",", header="a,b,y", comments="")
    overrides = ["dataset=csv", f"dataset.path={path}", "dataset.target=y"]
    all_columns = load(config, *overrides)
    first = load(config, *overrides, "dataset.features=[a]")
    np.testing.assert_array_equal(first.x_val, all_columns.x_val[:, :1])
    np.testing.assert_array_equal(first.y_val, all_columns.y_val)


def test_tables_that_are_used_in_turn_are_read_once_each(config, tmp_path):
    n_read = loading._read_table.cache_info().misses
    for number in range(3):
        text = "a,y\n" + "".join(f"{i},{i * i + number}\n" for i in range(20))
        (tmp_path / f"{number}.csv").write_text(text)
    for seed in range(3):
        for number in range(3):
            path = f"dataset.path={tmp_path}/{number}.csv"
            load(config, "dataset=csv", path, "dataset.target=y", f"training.seed={seed}")
    assert loading._read_table.cache_info().misses == n_read + 3


def test_table_is_read_once_for_the_splits_of_all_seeds_which_differ_in_rows_not_in_shape(table):
    text = "a,b,y\n" + "".join(f"{i},{i * i},{2 * i}\n" for i in range(20))
    n_read = loading._read_table.cache_info().misses
    splits = [table(text, f"training.seed={seed}") for seed in range(40)]
    assert loading._read_table.cache_info().misses == n_read + 1
    assert {split.x.shape for split in splits} == {(10, 2)}
    assert len({split.y.tobytes() for split in splits}) == 40
    again = table(text, "training.seed=0")  # read from the table once more
    assert again is not splits[0]
    np.testing.assert_array_equal(again.x, splits[0].x)
