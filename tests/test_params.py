import pytest
import yaml

from fcnn.axes import find_axes
from fcnn.config.locations import conf_dir
from fcnn.config.schema import flatten_hyperparameters
from fcnn.params import (
    DIGEST_KEY,
    cell_id,
    compute_fingerprint,
    format_label,
    format_shared,
    table_names,
    validation_params,
    with_table_name,
)

RESET = ["optimizer.learning_rate=0.001"]


def grid(config, *variations):
    return [flatten_hyperparameters(config(*overrides)) for overrides in variations]


def test_axes_are_the_differing_keys_but_the_seed_with_numbers_ascending(config):
    params = grid(
        config,
        *(
            [
                f"model.activation={activation}",
                f"model.hidden_units=[{units}]",
                f"training.seed={seed}",
            ]
            for activation in ("tanh", "relu")
            for units in (16, 4)
            for seed in (0, 1)
        ),
    )
    assert find_axes(params) == {
        "model.hidden_units": ["[4]", "[16]"],
        "model.activation": ["tanh", "relu"],
    }
    assert list(find_axes(params)) == ["model.hidden_units", "model.activation"]
    assert list(find_axes(params, first=["model.activation", None])) == [
        "model.activation",
        "model.hidden_units",
    ]


def test_learning_rate_that_depends_on_the_optimizer_is_an_axis(config):
    params = grid(config, ["optimizer=sgd"], ["optimizer=adam"])
    assert find_axes(params, first=["optimizer.name"]) == {
        "optimizer.name": ["sgd", "adam"],
        "optimizer.learning_rate": ["0.001", "0.01"],
    }


def test_hyperparameter_of_some_runs_is_an_axis_if_it_differs(config):
    momentum = ["optimizer=sgd", "optimizer.learning_rate=0.001", "optimizer.momentum=0.9"]
    params = grid(
        config, ["optimizer=sgd", "optimizer.learning_rate=0.001"], momentum, ["optimizer=adam"]
    )
    axes = find_axes(params)
    assert axes == {"optimizer.name": ["sgd", "adam"], "optimizer.momentum": ["0.0", "0.9"]}
    assert [format_label(run, axes) for run in params] == [
        "sgd, momentum 0.0",
        "sgd, momentum 0.9",
        "adam",
    ]


def test_setting_that_follows_from_the_optimizer_is_no_axis_unless_it_is_asked_for(config):
    params = grid(config, *([f"optimizer={name}", *RESET] for name in ("adam", "adamw", "lion")))
    assert find_axes(params) == {"optimizer.name": ["adam", "adamw", "lion"]}
    asked = find_axes(params, first=["optimizer.weight_decay"])
    assert list(asked) == ["optimizer.weight_decay", "optimizer.name"]
    params += grid(config, ["optimizer=adamw", *RESET, "optimizer.weight_decay=0.1"])
    assert find_axes(params)["optimizer.weight_decay"] == ["0.0", "0.004", "0.1"]


def test_label_gives_values_in_words(config):
    params = flatten_hyperparameters(config("optimizer=sgd", "training.seed=3")) | {
        "model.units": "2-16-1"
    }
    keys = [
        "model.activation",
        "model.hidden_units",
        "optimizer.learning_rate",
        "training.batch_size",
        "training.epochs",
        "training.seed",
    ]
    label = "tanh, 2-16-1, learning rate 0.01, batch size 100, 100 epochs, seed 3"
    assert format_label(params, keys) == label


def test_shared_label_omits_what_differs(config):
    params = grid(config, ["optimizer=sgd", "model.hidden_units=[4]"], ["optimizer=adam"])
    label = "prod, 2500 points, keras, tanh, random_uniform, batch size 100, 100 epochs"
    assert format_shared(params) == label


def test_data_frames_are_called_that_and_not_by_the_hash_of_their_file():
    paths = [f"/home/me/outputs/frames/{digest}.parquet" for digest in ("ab", "cd")]
    one, other = ({"dataset.path": path, DIGEST_KEY: path[-10:-8]} for path in paths)
    assert with_table_name(one, table_names([one]))["dataset.path"] == "data frame"
    names = table_names([one, other])
    assert len(set(names.values())) == 2
    assert all(name.startswith("data frame (") for name in names.values())


def test_fingerprint_changes_only_with_what_changes_the_result(config):
    expected = {
        compute_fingerprint(config(*overrides))
        for overrides in ([], ["tracking.save_model=false"], ["study=activation_size", *RESET])
    }
    others = {
        compute_fingerprint(config(override))
        for override in (
            "training.seed=1",
            "optimizer.epsilon=1e-6",
            "dataset.seed=1",
            "training.validation_points=400",
        )
    }
    assert len(expected) == 1
    assert len(others | expected) == 5


TABLE = ["dataset=csv", "dataset.path=a.csv", "dataset.target=y"]


@pytest.mark.parametrize(
    "other",
    [
        ["dataset=xor"],
        ["dataset.noise=0.1"],
        ["training.validation_points=400"],
        [*TABLE],
        ["dataset=sklearn"],
        ["dataset=sklearn", "dataset.table=wine"],
    ],
)
def test_validation_params_differ_with_the_points_and_the_target_function(config, other):
    first, second = grid(config, [], other)
    assert validation_params(first) != validation_params(second)


@pytest.mark.parametrize(
    "key", ["dataset.target=x", "dataset.task=classification", "dataset.validation_share=0.5"]
)
def test_validation_params_of_a_table_differ_with_target_task_and_rows(config, key):
    first, second = grid(config, TABLE, [*TABLE, key])
    assert validation_params(first) != validation_params(second)


def test_validation_params_ignore_what_does_not_change_the_kind_of_validation_data(config):
    points = grid(config, [], ["dataset.n_points=100", "training.seed=3", "model.activation=relu"])
    table = grid(config, TABLE, [*TABLE, "dataset.features=[a]", "training.validation_points=9"])
    sample = grid(config, [], ["dataset.seed=1"])
    for first, second in (points, table, sample):
        assert validation_params(first) == validation_params(second)


def test_table_is_identified_by_its_contents_if_known_else_by_its_path(config):
    first, second = (
        {key: value for key, value in params.items() if key != DIGEST_KEY}
        for params in grid(config, TABLE, [*TABLE, "dataset.path=./a.csv"])
    )
    assert validation_params(first) != validation_params(second)
    known = {DIGEST_KEY: "12"}
    assert validation_params(first | known) == validation_params(second | known)
    assert validation_params(first | known) != validation_params(first | {DIGEST_KEY: "34"})


def test_cell_is_shared_by_runs_that_differ_in_seed_and_data_seed_only(config):
    first, second, other = grid(
        config,
        ["training.seed=0"],
        ["training.seed=1"],
        ["training.seed=0", "model.activation=relu"],
    )
    assert first["dataset.seed"] != second["dataset.seed"]
    assert cell_id(first) == cell_id(second) != cell_id(other)


def test_cell_ignores_derived_params(config):
    (params,) = grid(config, [])
    recorded = params | {"model.units": "2-16-1", "model.parameters": "65"}
    assert cell_id(recorded) == cell_id(params)


@pytest.mark.parametrize(
    "path", sorted((conf_dir() / "study").glob("*.yaml")), ids=lambda path: path.stem
)
def test_every_study_has_a_grid_of_ten_seeds_a_command_and_a_description(config, path):
    study = config(f"study={path.stem}").study
    assert study.name == path.stem
    assert study.description.endswith(".")
    assert study.colour is not None
    text = path.read_text()
    assert text.startswith("# @package _global_\n")
    assert f"#   python scripts/train.py study={path.stem}\n" in text
    hydra = yaml.safe_load(text)["hydra"]
    assert hydra["mode"] == "MULTIRUN"
    assert hydra["sweeper"]["params"]["training.seed"] == "range(10)"


def test_what_decides_the_validation_rows_of_a_table_is_compared_apart():
    table = {
        "dataset.name": "table",
        "dataset.digest": "d",
        "dataset.path": "t.csv",
        "dataset.features": "['a']",
        "dataset.missing": "median",
        "dataset.validation_share": "0.2",
    }
    other = table | {"dataset.features": "['b']", "dataset.separator": "tab"}
    assert validation_params(table) == validation_params(other)
    dropped, other_dropped = (row | {"dataset.missing": "drop"} for row in (table, other))
    assert validation_params(dropped) != validation_params(other_dropped)
    assert validation_params(table) != validation_params(table | {"dataset.scaling": "none"})


@pytest.mark.parametrize(
    ("paths", "shown"),
    [
        (["/a/2019/t.csv", "/a/2020/t.csv"], ["2019/t.csv", "2020/t.csv"]),
        (["/a/t.csv", "/x/outputs/frames/c0de.parquet"], ["t.csv", "data frame"]),
        (
            ["/x/outputs/frames/c0de.parquet", "/y/outputs/frames/beef.parquet"],
            ["data frame (d0)", "data frame (d1)"],
        ),
    ],
)
def test_tables_are_named_by_what_tells_them_apart_and_data_frames_not_by_their_files(paths, shown):
    tables = [
        {"dataset.path": path, "dataset.digest": f"d{number}"} for number, path in enumerate(paths)
    ]
    names = table_names(tables)
    assert [with_table_name(table, names)["dataset.path"] for table in tables] == shown
