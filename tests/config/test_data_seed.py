import pytest
from hydra import compose

from fcnn.composition.arguments import check_arguments
from fcnn.config.data_seed import find_data_seed_rule, infer_data_seed_rule
from fcnn.config.parsing import parse
from fcnn.config.sections import Sections
from fcnn.errors import ConfigError

TABLE = ["dataset=csv", "dataset.path=t.csv", "dataset.target=y"]


def composed(*overrides):
    cfg = compose("train", overrides=["tracking.uri=sqlite:///a.db", *overrides])
    return cfg, parse(cfg)


@pytest.mark.parametrize("dataset", [["dataset=xor"], TABLE, ["dataset=sklearn"]])
def test_data_seed_of_every_kind_of_data_follows_the_seed_by_default(config, dataset):
    cfg, typed = composed(*dataset, "training.seed=7")
    assert typed.dataset.seed == 7
    assert find_data_seed_rule(Sections.of(cfg).composed, typed) == "training.seed"


@pytest.mark.parametrize(
    ("override", "rule"),
    [
        ("dataset.seed=0", "0"),
        ("dataset.seed=7", "7"),
        ("dataset.seed=${training.seed}", "training.seed"),
        ("dataset.seed=${..training.seed}", "training.seed"),
        ("dataset.seed=${training.epochs}", "100"),
    ],
)
def test_rule_is_that_of_the_unresolved_config_not_of_equal_numbers(config, override, rule):
    cfg, typed = composed("training.seed=7", override)
    assert find_data_seed_rule(Sections.of(cfg).composed, typed) == rule


def test_recorded_config_has_the_data_seed_as_a_number(config):
    cfg, _ = composed("training.seed=7")
    text = Sections.of(cfg).to_yaml()
    assert "${" not in text
    assert text.count("seed: 7\n") == 2


@pytest.mark.parametrize(
    "argument",
    [
        "dataset.seed=0,1",
        "dataset.seed=range(3)",
        "+dataset.seed=0,1",
        "++dataset.seed=choice(0,1)",
        "dataset.seed=interval(0,9)",
    ],
)
def test_several_data_seeds_are_refused_with_the_reason(argument):
    with pytest.raises(ConfigError) as error:
        check_arguments([argument])
    assert str(error.value).startswith(f"{argument}: dataset.seed is no axis: by default each ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("argument", ["dataset.seed=3", "dataset.seed=${training.seed}"])
def test_one_data_seed_is_accepted(argument):
    check_arguments([argument])


def test_wrong_value_that_the_data_seed_does_not_follow_is_named(config):
    with pytest.raises(ConfigError, match=r"^dataset\.seed=-3: should be"):
        config("dataset.seed=-3")
    with pytest.raises(ConfigError, match=r"^dataset\.seed=prod: should be"):
        config("dataset.seed=${dataset.name}")


@pytest.mark.parametrize("override", ["~training.seed", "training.seed=???", "training=null"])
def test_missing_seed_is_named_instead_of_the_data_seed_that_follows_it(config, override):
    with pytest.raises(ConfigError, match=r"^training\.seed: is missing$"):
        config(override)


def test_list_of_data_seeds_is_no_grid_either(config):
    with pytest.raises(ConfigError, match=r"^dataset\.seed=\[0, 1\]: dataset\.seed is no axis"):
        config("dataset.seed=[0,1]")


@pytest.mark.parametrize(
    ("seeds", "rule"),
    [
        ([("0", "2"), ("0", "1"), ("0", "0")], "0"),
        ([("0", "0"), ("0", "1"), ("0", "2")], "0"),
        ([("2", "2"), ("1", "1"), ("0", "0")], "training.seed"),
        ([("0", "0"), ("1", "1"), ("2", "2")], "training.seed"),
        ([("3", "0"), ("0", "0"), ("1", "1")], "3"),
        ([("0", "0")], "0"),
    ],
)
def test_rule_of_runs_without_one_is_that_of_the_newest_and_of_those_that_agree(seeds, rule):
    assert infer_data_seed_rule(seeds) == rule
