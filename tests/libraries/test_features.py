"""Each feature of the stack: the bits of a member alone, the curves of `model.fit`, its model.

The suite takes each feature at one width and in one population, by turns; `make verify` takes all
of them.
"""

from typing import get_args

import numpy as np
import pytest

from fcnn.config.fields import Activation
from fcnn.data import load_data
from fcnn.libraries import keras as library
from fcnn.network import forward
from tests.by_turns import by_turns
from tests.libraries.reference import fit, train

FEATURES = {
    "sgd": "optimizer=sgd optimizer.learning_rate={rate} optimizer.momentum={share}",
    "sgd nesterov": "optimizer=sgd optimizer.momentum={share} optimizer.nesterov=true",
    "sgd decay": "optimizer=sgd optimizer.weight_decay={rate}",
    "adam": "optimizer.beta_1={share} optimizer.beta_2={share} optimizer.epsilon={small}",
    "adam amsgrad": "optimizer.beta_2={near_1} optimizer.amsgrad=true",
    "adamw": "optimizer=adamw optimizer.weight_decay={rate} optimizer.beta_1={share}",
    "adamw kernels": "optimizer=adamw optimizer.weight_decay={rate} optimizer.decay_biases=false",
    "rmsprop": "optimizer=rmsprop optimizer.rho={share} optimizer.momentum={share}",
    "rmsprop centered": "optimizer=rmsprop optimizer.epsilon={small} optimizer.centered=true",
    "adagrad": "optimizer=adagrad optimizer.initial_accumulator_value={rate}",
    "adadelta": "optimizer=adadelta optimizer.rho={share} optimizer.learning_rate={large}",
    "adamax": "optimizer=adamax optimizer.beta_1={share} optimizer.beta_2={near_1}",
    "nadam": "optimizer=nadam optimizer.beta_1={share} optimizer.beta_2={near_1}",
    "lion": "optimizer=lion optimizer.beta_1={share} optimizer.beta_2={near_1}",
    "ftrl": "optimizer=ftrl optimizer.learning_rate=0.1 optimizer.beta={rate}"
    " optimizer.l1_regularization_strength={small} optimizer.initial_accumulator_value={rate}"
    " optimizer.l2_regularization_strength={rate} optimizer.learning_rate_power=-0.6",
    "lamb": "optimizer=lamb optimizer.beta_1={share} optimizer.weight_decay={rate}",
    "clipnorm": "optimizer.clipnorm={rate}",
    "clipvalue": "optimizer=sgd optimizer.clipvalue={small}",
    "global clipnorm": "optimizer=sgd optimizer.global_clipnorm={rate}",
    "l1": "model.l1={small}",
    "l2": "model.l2={rate}",
    "dropout": "model.dropout={share}",
    "noise": "model.gaussian_noise={rate}",
    "batch normalization": "model.normalization=batch model.normalization_momentum={share}",
    "layer normalization": "model.normalization=layer",
    "normalization with all": "model.normalization=batch model.dropout={rate} model.l2={small}"
    " optimizer=lamb optimizer.weight_decay={rate} optimizer.clipnorm=0.1",
    "mae": "training.loss=mae",
    "huber": "training.loss=huber training.delta={share}",
    "log_cosh": "training.loss=log_cosh",
    "label smoothing": "dataset=quadrants training.label_smoothing={rate}",
    "label smoothing of two classes": "dataset=xor training.label_smoothing={rate}",
    "class weights": "dataset=quadrants training.class_weight=balanced",
    "class weights of two classes": "dataset=and training.class_weight=balanced",
    "all of classes": "dataset=and training.class_weight=balanced"
    " training.label_smoothing={rate} model.l2={small}",
    "cosine": "schedule=cosine schedule.alpha={rate} schedule.warmup_epochs=0.5",
    "exponential": "schedule=exponential schedule.decay_rate={share} optimizer.weight_decay={rate}",
    "inverse scaling": "optimizer=sgd schedule=inverse_scaling schedule.power_t={share}",
    "uniform biases": "model.bias_initializer=uniform model.kernel_initializer=lecun_normal",
    "classes": "dataset=quadrants model.dropout={rate} model.l2={small}",
    "two classes": "dataset=xor model.normalization=layer model.gaussian_noise={rate}",
}
FEATURES |= {f"{name} activation": f"model.activation={name}" for name in get_args(Activation)}
IN_VERIFY_ONLY = {f"{name} activation" for name in get_args(Activation)} - {
    *("elu activation", "gelu activation", "mish activation", "sparse_plus activation")
}
WIDTHS = ["[3]", "[16]", "[33]", "[100,3]"]
POPULATIONS = [3, 10]
SIZES = [(units, n_members) for n_members in POPULATIONS for units in WIDTHS]
CASES = by_turns([(feature,) for feature in FEATURES if feature not in IN_VERIFY_ONLY], SIZES) + [
    pytest.param(feature, *sizes, marks=pytest.mark.verify)
    for feature in sorted(IN_VERIFY_ONLY)
    for sizes in SIZES
]


def member(config, feature, units, seed):
    """A member whose numbers are those of no other."""
    numbers = {
        "rate": 0.02 * (seed + 1),
        "share": 0.5 + 0.04 * seed,
        "near_1": 0.99 + 0.0009 * seed,
        "small": 0.0001 * (seed + 1),
        "large": 1 + seed,
    }
    return config(
        "model.kernel_initializer=glorot_uniform",
        *FEATURES[feature].format(**numbers).split(),
        f"model.hidden_units={units}",
        "dataset.n_points=130",
        f"dataset.seed={seed}",
        "training.batch_size=40",
        "training.epochs=2",
        f"training.seed={seed}",
        "training.validation_points=50",
    )


@pytest.mark.parametrize(("feature", "units", "n_members"), CASES)
def test_member_has_the_bits_that_it_has_alone_and_the_curves_of_model_fit(
    config, feature, units, n_members
):
    members = [member(config, feature, units, seed) for seed in range(n_members)]
    together, weights = train(*members)
    for place in (0, n_members - 1):
        alone, (weights_alone,) = train(members[place])
        for metric, values in alone.items():
            np.testing.assert_array_equal(together[metric][:, place], values[:, 0])
        for stacked, single in zip(weights[place], weights_alone, strict=True):
            np.testing.assert_array_equal(stacked, single)
    reference, _ = fit(members[-1])
    for metric, values in reference.items():
        np.testing.assert_allclose(together[metric][:, -1], values, rtol=1e-4, err_msg=metric)


@pytest.mark.parametrize(
    "feature",
    ["l2", "dropout", "batch normalization", "layer normalization", "normalization with all"],
)
def test_saved_model_and_forward_pass_evaluate_to_the_recorded_loss(config, feature):
    run = member(config, feature, "[16,5]", 1)
    curves, (weights,) = train(run)
    data = load_data(run)
    model = library.build_model(run, data, weights)
    outputs = [model(data.x_val), forward(weights, data.x_val, run.model.activation, data.task)]
    recorded = curves.get("val_score", curves["val_loss"])[-1, 0]
    for values in outputs:
        loss = np.mean((np.asarray(values) - data.y_val) ** 2)
        np.testing.assert_allclose(loss, recorded, rtol=1e-4)


@pytest.mark.parametrize("feature", ["l2", "dropout"])
def test_score_is_recorded_where_the_loss_has_a_penalty(config, feature):
    curves, _ = train(member(config, feature, "[3]", 0))
    assert ("score" in curves) == ("val_score" in curves) == (feature == "l2")
    if feature == "l2":
        assert (curves["val_score"] < curves["val_loss"]).all()


OFF = {
    "optimizer.momentum=0.9": ("optimizer=sgd", "optimizer.momentum=0"),
    "optimizer.weight_decay=0.1": ("optimizer.weight_decay=0",),
    "optimizer.clipnorm=0.1": ("optimizer.clipnorm=3e38",),
    "optimizer.global_clipnorm=0.1": ("optimizer.global_clipnorm=3e38",),
    "optimizer.clipvalue=0.1": ("optimizer.clipvalue=3e38",),
    "model.l1=0.1": ("model.l1=0",),
    "model.l2=0.1": ("model.l2=0",),
    "model.dropout=0.5": ("model.dropout=0",),
    "model.gaussian_noise=0.1": ("model.gaussian_noise=0",),
}


@pytest.mark.parametrize("term", OFF)
def test_term_that_is_off_changes_no_bit_against_a_program_without_it(config, term):
    def make(*overrides):
        group = OFF[term][:-1]
        return config(*group, "training.epochs=2", "dataset.n_points=130", *overrides)

    plain, _ = train(make())
    # A program of two members has the term if the first has.
    curves, _ = train(make(term), make(OFF[term][-1]))
    np.testing.assert_array_equal(curves["loss"][:, 1], plain["loss"][:, 0])
    score = curves.get("val_score", curves["val_loss"])
    np.testing.assert_array_equal(score[:, 1], plain["val_loss"][:, 0])
