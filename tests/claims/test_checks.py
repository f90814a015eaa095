"""Claims are checked against the grid of their study before any work."""

import pytest

from fcnn.claims.checks import check_claims
from fcnn.composition.composing import compose_grid
from fcnn.config.claims import parse_claims
from fcnn.errors import ConfigError
from fcnn.training.job_claims import list_claims_not_asked

RELU, TANH = {"model.activation": "relu"}, {"model.activation": "tanh"}
GRID = [
    "model.activation=relu,tanh",
    "model.hidden_units=[4],[16]",
    "optimizer.learning_rate=1e-3,0.01",
    "training.seed=0",
]


def check(*overrides, measure="loss", grid=GRID, **claim):
    """The first condition of a claim about a grid, after it has been checked."""
    composed = compose_grid([*grid, *overrides], [{"sentence": "s", "measure": measure, **claim}])
    return composed.jobs[0].config.study.claims[0].conditions[0]


@pytest.mark.parametrize(
    "claim",
    [
        {"lower": RELU, "higher": TANH},
        {"lower": {"model.hidden_units": [16]}, "higher": {"model.hidden_units": [4]}},
        {"lower": {"optimizer.learning_rate": 0.001}, "higher": {"optimizer.learning_rate": 1e-2}},
        {"lower": RELU | {"optimizer": "adam"}, "higher": TANH | {"optimizer.name": "adam"}},
        {"lower": RELU | {"training.epochs": 100}, "higher": TANH},
    ],
)
def test_keys_and_values_are_those_of_the_grid(claim):
    condition = check(**claim)
    assert {"lower": condition.lower, "higher": condition.higher} == claim


REFUSALS = [
    (
        {"lower": RELU, "higher": {"model.activation": "gelu"}},
        "study.claims[0].higher: model.activation=gelu: the grid has relu, tanh",
    ),
    (
        {"lower": RELU, "higher": {"model.activatoin": "tanh"}},
        "study.claims[0].higher: model.activatoin: the grid has no such key; it varies "
        "model.hidden_units, model.activation, optimizer.learning_rate",
    ),
    (
        {"lower": {"model.hidden_units": [4, 16]}, "higher": {"model.hidden_units": [4]}},
        "study.claims[0].lower: model.hidden_units=[4, 16]: the grid has [4], [16]",
    ),
    (
        {"lower": RELU, "higher": {"training.seed": 1}},
        "study.claims[0].higher: training.seed: claims are about cells, which seeds repeat",
    ),
    (
        {"lower": RELU, "higher": RELU | {"optimizer": "adam"}},
        "study.claims[0]: lower and higher are the same cells",
    ),
    (
        {"axis": "optimizer", "factor": 2},
        "study.claims[0].axis: optimizer: should have several values; the grid has adam",
    ),
    (
        {"measure": "accuracy", "lower": RELU, "higher": TANH},
        "study.claims[0].measure=accuracy: prod has no classes",
    ),
]


@pytest.mark.parametrize(("claim", "message"), REFUSALS)
def test_claim_about_what_the_grid_has_not_is_one_line(claim, message):
    with pytest.raises(ConfigError) as error:
        check(**claim)
    assert str(error.value) == message


def test_axis_names_a_group_of_cells_for_each_of_its_values():
    condition = check(axis="optimizer.learning_rate", where={"optimizer": "adam"}, factor=10)
    assert condition.axis is None
    assert condition.similar == [
        {"optimizer": "adam", "optimizer.learning_rate": "0.001"},
        {"optimizer": "adam", "optimizer.learning_rate": "0.01"},
    ]


def test_losses_on_different_data_are_not_compared():
    grid = ["dataset=prod,polynom", "training.seed=0"]
    claim = {"lower": {"dataset": "prod"}, "higher": {"dataset.name": "polynom"}}
    with pytest.raises(ConfigError, match=r"are on different data \(dataset.name\)"):
        check(grid=grid, **claim)
    with pytest.raises(ConfigError, match="different data"):
        check(grid=grid, measure="epochs_to_target", **claim)
    check(grid=grid, measure="share_stuck", **claim)


def test_different_noise_is_different_data_and_fewer_points_are_not():
    noise = {"lower": {"dataset.noise": 0.0}, "higher": {"dataset.noise": 0.1}}
    with pytest.raises(ConfigError, match="different data"):
        check(grid=["dataset.noise=0.0,0.1", "training.seed=0"], **noise)
    points = {"lower": {"dataset.n_points": 100}, "higher": {"dataset.n_points": 50}}
    check(grid=["dataset.n_points=100,50", "training.seed=0"], **points)


def check_solvers(lower, higher):
    """Check a comparison in a grid of two solvers with a learning rate of their own."""
    data = {"dataset.name": "prod"}
    sgd = {"optimizer.name": "sgd", "optimizer.learning_rate": "0.2", "optimizer.momentum": "0.9"}
    adam = {"optimizer.name": "adam", "optimizer.learning_rate": "0.01"}
    claim = {"sentence": "s", "measure": "loss", "lower": lower, "higher": higher}
    return check_claims(parse_claims([claim]), [data | sgd, data | adam])


def test_cells_that_agree_in_nothing_else_are_compared_only_if_both_say_so():
    with pytest.raises(ConfigError) as error:
        check_solvers({"optimizer": "adam"}, {"optimizer": "sgd"})
    assert str(error.value) == (
        "study.claims[0]: lower and higher have no cells that agree in their other keys; "
        "name optimizer.learning_rate in both"
    )
    check_solvers(
        {"optimizer": "adam", "optimizer.learning_rate": 0.01},
        {"optimizer": "sgd", "optimizer.learning_rate": 0.2},
    )


def test_combination_of_values_that_no_cell_has_is_refused():
    with pytest.raises(ConfigError) as error:
        check_solvers({"optimizer": "adam", "optimizer.momentum": 0.9}, {"optimizer": "sgd"})
    assert str(error.value) == (
        "study.claims[0].lower: optimizer=adam, optimizer.momentum=0.9: "
        "no cell of the grid has all of these"
    )


def test_what_an_override_takes_out_of_a_study_is_not_asked():
    composed = compose_grid(["study=activation_size", "model.activation=relu", "training.seed=0"])
    claims = composed.jobs[0].config.study.claims
    missing = {claims[place].sentence for place, _ in list_claims_not_asked(composed.jobs)}
    assert missing == {
        "relu reaches a better result than tanh and sigmoid",
        "relu reaches the same result faster than tanh and sigmoid",
    }
    whole = compose_grid(["study=activation_size", "training.seed=0"])
    assert list_claims_not_asked(whole.jobs) == []


def test_claims_change_neither_fingerprints_nor_configs_that_runs_keep():
    claim = {"sentence": "s", "measure": "loss", "lower": RELU, "higher": TANH}
    with_claims, without = compose_grid(GRID, [claim]).jobs, compose_grid(GRID).jobs
    assert [job.fingerprint for job in with_claims] == [job.fingerprint for job in without]
    assert [job.config_yaml for job in with_claims] == [job.config_yaml for job in without]
    assert "claims" not in with_claims[0].config_yaml
