"""Keys that a run did not have yet, and those at their neutral values, change no identity."""

import pytest

from fcnn.config.neutral import add_neutral, drop_neutral
from fcnn.config.schema import flatten_hyperparameters
from fcnn.params import cell_id, compute_fingerprint, fingerprint_of_params, validation_params

TABLE = ["dataset=sklearn", "dataset.table=diabetes"]
NEUTRAL = [*TABLE, "dataset.test_share=0"]


@pytest.mark.parametrize("key", ["dataset.test_share", "dataset.stratify"])
def test_key_at_its_neutral_value_is_the_key_that_is_not_there(config, key):
    params = flatten_hyperparameters(config(*NEUTRAL))
    older = {name: value for name, value in params.items() if name != key}
    assert key in params
    assert key not in drop_neutral(params)
    assert cell_id(params) == cell_id(older)
    assert fingerprint_of_params(params) == fingerprint_of_params(older)
    assert validation_params(params) == validation_params(older)
    assert add_neutral(older) == params
    assert drop_neutral(params) == drop_neutral(older)


def test_key_at_another_value_is_another_run(config):
    assert compute_fingerprint(config(*NEUTRAL)) != compute_fingerprint(config(*TABLE))
    cells = [cell_id(flatten_hyperparameters(config(*lines))) for lines in (NEUTRAL, TABLE)]
    assert cells[0] != cells[1]


def test_values_are_never_stratified_and_classes_are_unless_told_otherwise(config):
    assert config(*TABLE).dataset.stratify is False
    classes = [*TABLE[:1], "dataset.table=iris"]
    assert config(*classes).dataset.stratify is True
    plain = config(*classes, "dataset.stratify=false")
    assert compute_fingerprint(plain) != compute_fingerprint(config(*classes))


def test_momentum_of_batch_normalization_tells_no_other_runs_apart(config):
    momentum = "model.normalization_momentum=0.9"
    assert compute_fingerprint(config(momentum)) == compute_fingerprint(config())
    batch = "model.normalization=batch"
    assert compute_fingerprint(config(batch, momentum)) != compute_fingerprint(config(batch))
