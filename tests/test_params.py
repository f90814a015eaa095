import pytest
import yaml

from fcnn.config.locations import conf_dir
from fcnn.config.schema import flatten_hyperparameters
from fcnn.params import (
    DIGEST_KEY,
    cell_id,
    compute_fingerprint,
    describe,
    find_axes,
    format_label,
    format_shared,
    measured_on,
)


def grid(config, *variations):
    return [flatten_hyperparameters(config(*overrides)) for overrides in variations]


def test_axes_are_the_keys_that_differ_numbers_ascending_and_no_seed(config):
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


def test_learning_rate_that_comes_with_the_optimizer_is_named_too(config):
    params = grid(config, ["optimizer=sgd"], ["optimizer=adam"])
    assert find_axes(params, first=["optimizer.name"]) == {
        "optimizer.name": ["sgd", "adam"],
        "optimizer.learning_rate": ["0.001", "0.01"],
    }


def test_hyperparameter_that_only_some_have_is_an_axis_where_those_differ(config):
    momentum = ["optimizer=sgd", "optimizer.learning_rate=0.001", "optimizer.momentum=0.9"]
    params = grid(
        config, ["optimizer=sgd", "optimizer.learning_rate=0.001"], momentum, ["optimizer=adam"]
    )
    axes = find_axes(params)
    assert axes == {"optimizer.name": ["sgd", "adam"], "optimizer.momentum": ["0.0", "0.9"]}
    assert [format_label(one, axes) for one in params] == [
        "sgd, momentum 0.0",
        "sgd, momentum 0.9",
        "adam",
    ]


def test_label_says_what_differs_in_words(config):
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
    assert (
        format_label(params, keys)
        == "tanh, 2-16-1, learning rate 0.01, batch size 100, 100 epochs, seed 3"
    )


def test_shared_leaves_out_what_differs(config):
    params = grid(config, ["optimizer=sgd", "model.hidden_units=[4]"], ["optimizer=adam"])
    assert (
        format_shared(params)
        == "prod, 2500 points, keras, tanh, random_uniform, batch size 100, 100 epochs"
    )


def test_fingerprint_changes_with_the_result_and_with_nothing_else(config):
    same = {
        compute_fingerprint(config(*overrides))
        for overrides in ([], ["tracking.save_model=false"], ["study=activation_size", *RESET])
    }
    other = {
        compute_fingerprint(config(override))
        for override in (
            "training.seed=1",
            "optimizer.epsilon=1e-6",
            "dataset.seed=1",
            "training.validation_points=400",
        )
    }
    assert len(same) == 1
    assert len(other | same) == 5


TABLE = ["dataset=csv", "dataset.path=a.csv", "dataset.target=y"]


@pytest.mark.parametrize(
    "other",
    [
        ["dataset=xor"],
        ["dataset.noise=0.1"],
        ["dataset.seed=1"],
        ["training.validation_points=400"],
        [*TABLE],
        ["dataset=sklearn"],
        ["dataset=sklearn", "dataset.table=wine"],
    ],
)
def test_losses_on_other_points_or_of_another_truth_are_measured_on_something_else(config, other):
    first, second = grid(config, [], other)
    assert measured_on(first) != measured_on(second)


@pytest.mark.parametrize(
    "key", ["dataset.target=x", "dataset.task=classification", "dataset.validation_share=0.5"]
)
def test_losses_of_a_table_are_measured_on_its_target_task_and_rows(config, key):
    first, second = grid(config, TABLE, [*TABLE, key])
    assert measured_on(first) != measured_on(second)


def test_what_leaves_the_validation_sample_alone_leaves_losses_comparable(config):
    points = grid(config, [], ["dataset.n_points=100", "training.seed=3", "model.activation=relu"])
    table = grid(config, TABLE, [*TABLE, "dataset.features=[a]", "training.validation_points=9"])
    for first, second in (points, table):
        assert measured_on(first) == measured_on(second)


def test_table_is_told_by_its_contents_however_its_path_is_spelled(config):
    here, there = (
        {key: value for key, value in params.items() if key != DIGEST_KEY}
        for params in grid(config, TABLE, [*TABLE, "dataset.path=./a.csv"])
    )
    assert measured_on(here) != measured_on(there)
    known = {DIGEST_KEY: "12"}
    assert measured_on(here | known) == measured_on(there | known)
    assert measured_on(here | known) != measured_on(here | {DIGEST_KEY: "34"})


RESET = ["optimizer.learning_rate=0.001"]


def test_runs_of_a_cell_differ_by_the_seed_alone(config):
    first, second, other = grid(
        config,
        ["training.seed=0"],
        ["training.seed=1"],
        ["training.seed=0", "model.activation=relu"],
    )
    assert cell_id(first) == cell_id(second) != cell_id(other)


def test_describe_speaks_as_the_originals_mdl_description(config):
    without_hydra = config("model.hidden_units=[16,16]", "optimizer.learning_rate=0.005")
    assert (
        describe(without_hydra, ["units", "optimizer", "learning_rate"])
        == "units: 2-16-16-1, optimizer: adam, learning_rate: 0.005"
    )
    assert describe(without_hydra, ["units", "activation"]) == "units: 2-16-16-1, activation: tanh"
    assert (
        describe(without_hydra, ["lib", "dataset", "batch_size"])
        == "lib: keras, dataset: prod, batch_size: 100"
    )


def test_describe_refuses_a_key_that_is_none_or_not_one_alone(config):
    with pytest.raises(
        ValueError, match="colour: should be one of lib, units, optimizer, dataset, library"
    ):
        describe(config(), ["colour"])
    with pytest.raises(ValueError, match="seed: should be one of"):
        describe(config(), ["seed"])


@pytest.mark.parametrize(
    "path", sorted((conf_dir() / "study").glob("*.yaml")), ids=lambda path: path.stem
)
def test_every_study_is_a_grid_of_seeds_0_to_4_with_a_command_and_a_sentence(config, path):
    without_hydra = config(f"study={path.stem}")
    assert without_hydra.study.name == path.stem
    assert without_hydra.study.description.endswith(".")
    assert without_hydra.study.colour is not None
    text = path.read_text()
    assert text.startswith("# @package _global_\n")
    assert f"#   python scripts/train.py study={path.stem}\n" in text
    hydra = yaml.safe_load(text)["hydra"]
    assert hydra["mode"] == "MULTIRUN"
    assert hydra["sweeper"]["params"]["training.seed"] == "0,1,2,3,4"
