"""The claims of a study: what may be written, and the line that anything else gets."""

import pytest

from fcnn.config.claims import dump_claims, parse_claims

LOW, HIGH = {"model.activation": "relu"}, {"model.activation": "tanh"}
COMPARISON = {"measure": "loss", "lower": LOW, "higher": HIGH}
PLACE = "study.claims[0]"


def parse_claim(**keys):
    (claim,) = parse_claims([{"sentence": "s", **keys}])
    return claim


@pytest.mark.parametrize(
    "keys",
    [
        COMPARISON,
        COMPARISON | {"factor": 10},
        COMPARISON | {"measure": "share_stuck", "difference": 0.2},
        COMPARISON | {"measure": "epochs_to_target", "target": 1e-3},
        {"measure": "accuracy", "similar": [LOW, HIGH], "difference": 0.1},
        {"measure": "loss", "axis": "optimizer.learning_rate", "where": LOW, "factor": 10},
        {"measure": "loss", "lower": LOW, "conditions": [{"higher": HIGH}, {"higher": LOW}]},
    ],
)
def test_recorded_claims_are_the_same_when_they_are_read_again(keys):
    claims = parse_claims([{"sentence": "s", **keys}])
    assert parse_claims(dump_claims(claims)) == claims


def test_what_stands_beside_conditions_is_true_of_each():
    claim = parse_claim(measure="loss", factor=2, lower=LOW, conditions=[{"higher": HIGH}] * 2)
    assert claim.conditions == 2 * parse_claim(**COMPARISON, factor=2).conditions


def test_factor_is_1_and_difference_0_unless_stated():
    (of_losses,) = parse_claim(**COMPARISON).conditions
    (of_shares,) = parse_claim(**COMPARISON | {"measure": "share_stuck"}).conditions
    assert (of_losses.threshold, of_shares.threshold) == (1, 0)


def test_list_is_the_value_of_a_key():
    (condition,) = parse_claim(**COMPARISON | {"lower": {"model.hidden_units": [16]}}).conditions
    assert condition.lower == {"model.hidden_units": [16]}


MESSAGES = [
    (COMPARISON | {"measure": "lss"}, ".measure=lss: should be one of loss, test_loss"),
    ({"lower": LOW, "higher": HIGH}, ".measure: is missing"),
    ({"measure": "loss", "lower": LOW}, ": has lower, but not higher"),
    ({"measure": "loss"}, ": should have lower and higher, or similar, or axis"),
    (COMPARISON | {"similar": [LOW, HIGH]}, ": should have lower and higher, or similar, or axis"),
    (COMPARISON | {"where": LOW}, ": where goes with axis"),
    (COMPARISON | {"factor": "x"}, ".factor=x: should be a valid number"),
    (COMPARISON | {"factor": 0}, ".factor=0: should be greater than 0"),
    (COMPARISON | {"factor": float("nan")}, ".factor=nan: should be a finite number"),
    (COMPARISON | {"factor": True}, ".factor=True: should be a valid number"),
    (COMPARISON | {"difference": 0.1}, ": difference: loss is compared by factor"),
    (COMPARISON | {"measure": "accuracy", "factor": 2}, ": factor: accuracy is compared by"),
    (COMPARISON | {"measure": "accuracy", "difference": 1}, ".difference=1: should be less than 1"),
    (COMPARISON | {"target": 0.1}, ": target=0.1 goes with measure=epochs_to_target"),
    (COMPARISON | {"traget": 0.1}, ".traget: there is no such key; choose from sentence, "),
    (COMPARISON | {"lower": {}}, ".lower={}: should name cells by keys and values of the grid"),
    (COMPARISON | {"lower": "relu"}, ".lower=relu: should name cells by keys and values"),
    (COMPARISON | {"lower": {"a": {"b": 1}}}, ".lower: {'b': 1} should be one value of a key"),
    ({"measure": "loss", "similar": [LOW], "factor": 2}, "should have at least 2 items"),
    ({"measure": "loss", "similar": [LOW, HIGH]}, ": factor is missing"),
    ({"measure": "loss", "axis": "a", "factor": 1}, ": factor=1.0: should be above 1"),
    ({"measure": "loss", "conditions": []}, ".conditions=[]: should have at least 1 item"),
    ({"measure": "loss", "conditions": 3}, ".conditions=3: should be a list of conditions"),
    (
        {"measure": "loss", "lower": LOW, "conditions": [{"higher": HIGH}, {"higher": 1}]},
        ".conditions[1].higher=1: should name cells",
    ),
]


@pytest.mark.parametrize(("keys", "message"), MESSAGES)
def test_claim_that_makes_no_sense_is_refused_in_one_line(keys, message):
    with pytest.raises(ValueError, match=r"study\.claims") as error:
        parse_claim(**keys)
    assert str(error.value).startswith(PLACE)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ("x", "study.claims=x: should be a list, each item with a sentence"),
        ({"sentence": "s"}, "study.claims={'sentence': 's'}: should be a list"),
        (["x"], "study.claims[0]=x: should have a sentence"),
        ([COMPARISON], "study.claims[0].sentence: is missing"),
        ([COMPARISON | {"sentence": " "}], "study.claims[0].sentence= : should have at least 1"),
        ([COMPARISON | {"sentence": "s"}, COMPARISON], "study.claims[1].sentence: is missing"),
    ],
)
def test_list_of_claims_that_makes_no_sense_is_refused(claims, message):
    with pytest.raises(ValueError, match=r"study\.claims") as error:
        parse_claims(claims)
    assert str(error.value).startswith(message)
