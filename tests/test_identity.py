"""Configs that mean the same have one fingerprint and one cell; any others have their own."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcnn.params import cell_id, compute_fingerprint, config_params

# Of a store that is kept: a change here trains everything anew.
GOLDEN = {
    (): "37d3d6ddf2fc8c4c",
    ("optimizer=sgd",): "ef4285c7c5bac60b",
    (
        "optimizer=sgd",
        "optimizer.momentum=0.9",
        "optimizer.nesterov=true",
    ): "07d91a2f7a095c05",
    ("dataset=circles", "model.hidden_units=[8,8]", "training.seed=3"): "c6861ae7c7c683ac",
    ("optimizer=rmsprop", "schedule=step"): "98af4b7da7edbc68",
    ("dataset=sklearn", "dataset.table=iris"): "c0833c5b84c572b2",
    ("library=sklearn", "optimizer=adam", "training.epochs=20"): "b27dbcd899b0d66a",
    ("training.early_stopping.patience=5", "model.l2=0.01"): "e93caafc091430a4",
}


@pytest.mark.parametrize("lines", GOLDEN)
def test_ordinary_configs_keep_their_fingerprints(config, lines):
    assert compute_fingerprint(config(*lines)) == GOLDEN[lines]


# The first values switch off what the values of other keys have an effect on, the last ones do not.
KEYS = {
    "optimizer.momentum": ("0.0", "0.9"),
    "optimizer.nesterov": ("false", "true"),
    "optimizer.weight_decay": ("0.0", "-0.0", "0.1"),
    "optimizer.decay_biases": ("true", "false"),
    "optimizer.clipnorm": ("null", "1.0"),
    "schedule.warmup_epochs": ("0.0", "-0.0", "2.0"),
    "schedule.decay_rate": ("1.0", "0.5"),
    "schedule.decay_epochs": ("10.0", "20.0"),
    "training.early_stopping.patience": ("null", "3"),
    "training.early_stopping.min_delta": ("0.0", "-0.0", "0.1"),
    "training.loss": ("auto", "mse", "mae"),
    "training.batch_size": ("100", "2500", "2501", "9999"),
    "training.validation_points": ("500", "400"),
    "dataset.noise": ("0.0", "-0.0", "0.1"),
    "model.l2": ("0.0", "-0.0", "0.01"),
    "model.hidden_units": ("[16]", "[16,16]"),
    "training.seed": ("0", "1"),
    "tracking.save_model": ("true", "false"),
}
CHOICES = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in KEYS.items()})


def find_meaning(values):
    """What is left of the values of KEYS without what changes no curve."""
    meaning = {key: "0.0" if value == "-0.0" else value for key, value in values.items()}
    del meaning["tracking.save_model"]
    if meaning["optimizer.momentum"] == "0.0":
        del meaning["optimizer.nesterov"]
    if meaning["optimizer.weight_decay"] == "0.0":
        del meaning["optimizer.decay_biases"]
    if meaning["schedule.decay_rate"] == "1.0":
        del meaning["schedule.decay_epochs"]
    if meaning["training.early_stopping.patience"] == "null":
        del meaning["training.early_stopping.min_delta"]
    if meaning["training.loss"] == "mse":
        meaning["training.loss"] = "auto"
    if int(meaning["training.batch_size"]) > 2500:  # as many points as there are
        meaning["training.batch_size"] = "2500"
    return meaning


def compose_values(config, values):
    groups = ("optimizer=sgd", "schedule=step")
    return config(*groups, *(f"{key}={value}" for key, value in values.items()))


def check_identity(config, values, others):
    first, second = (compose_values(config, each) for each in (values, others))
    is_same = find_meaning(values) == find_meaning(others)
    assert (compute_fingerprint(first) == compute_fingerprint(second)) == is_same
    if is_same:
        assert cell_id(config_params(first)) == cell_id(config_params(second))


# Once without an effect of the keys that others switch off, once with it.
@pytest.mark.parametrize("place", [0, -1])
@pytest.mark.parametrize("key", KEYS)
def test_fingerprints_differ_exactly_with_the_keys_that_are_used(config, key, place):
    values = {name: choices[place] for name, choices in KEYS.items()}
    for one, other in itertools.pairwise(KEYS[key]):
        check_identity(config, values | {key: one}, values | {key: other})


@pytest.mark.verify
@given(CHOICES, st.sampled_from(sorted(KEYS)), st.data())
def test_fingerprints_of_any_values_differ_exactly_with_the_keys_that_are_used(
    config, values, key, data
):
    check_identity(config, values, values | {key: data.draw(st.sampled_from(KEYS[key]))})


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "houses.csv"
    rows = [f"{n},{n % 7},{n * n},{n % 3}" for n in range(40)]
    path.write_text("\n".join(["rooms,age,price,zone", *rows]))
    return ["dataset=table", f"dataset.path={path}", "dataset.target=price"]


@pytest.mark.parametrize(
    ("lines", "is_same"),
    [
        (["dataset.features=[rooms,age,zone]"], True),
        (["dataset.features=[age,rooms,zone]"], False),  # other weights meet other columns
        (["dataset.features=[rooms,age]"], False),
        (["dataset.features=[' rooms',age,'zone ']"], True),
        (["dataset.target=[price]"], True),
        (["dataset.target=' price'"], True),
        (["training.validation_points=400"], True),
        (["dataset.target=age"], False),
    ],
)
def test_table_is_the_same_however_its_columns_are_spelled(config, table, lines, is_same):
    first, second = config(*table), config(*table, *lines)
    assert (compute_fingerprint(first) == compute_fingerprint(second)) == is_same
    cells = [cell_id(config_params(each)) for each in (first, second)]
    assert (cells[0] == cells[1]) == is_same


def test_table_is_the_same_under_every_spelling_of_its_path(config, table, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    paths = ["houses.csv", "./houses.csv", str(tmp_path / "houses.csv")]
    configs = [config(*table, f"dataset.path={path}") for path in paths]
    assert len(set(map(compute_fingerprint, configs))) == 1
