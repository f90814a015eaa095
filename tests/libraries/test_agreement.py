"""Every library learns what Keras learns, value by value, from the same weights and batches."""

import sys
from functools import cache
from itertools import product

import numpy as np
import pytest

from fcnn.data import load_data
from fcnn.errors import ConfigError
from fcnn.libraries.base import load_library
from fcnn.network import forward
from fcnn.training.checks import check_installed
from tests.by_turns import by_turns

RATES = {"sgd": 0.05, "adam": 0.01, "adamw": 0.01, "rmsprop": 0.01, "adagrad": 0.1}
OPTIONS = {
    "sgd": ["optimizer.momentum=0.9", "optimizer.nesterov=true"],
    "adam": ["optimizer.beta_1=0.8", "optimizer.epsilon=1e-4"],
    "rmsprop": ["optimizer.momentum=0.5", "optimizer.centered=true", "optimizer.epsilon=1e-4"],
    "adagrad": ["optimizer.initial_accumulator_value=0.01", "optimizer.epsilon=1e-3"],
}
TASKS = ["dataset=prod", "dataset=xor", "dataset=quadrants"]
LIBRARIES = ["tensorflow", "torch", "sklearn"]


@cache
def train(config, library, optimizer, task, *extra):
    """Train a network and return its curves by metric, its weights and its config."""
    if library == "torch":
        pytest.importorskip("torch")
    run = config(
        f"library={library}",
        f"optimizer={optimizer}",
        f"optimizer.learning_rate={RATES[optimizer]}",
        task,
        "model.hidden_units=[8,6]",
        "model.kernel_initializer=glorot_uniform",
        "training.epochs=5",
        "training.validation_points=50",
        *extra,
    )
    chunks = list(load_library(run.library).train([run], [load_data(run)]))
    curves = {
        name: np.concatenate([chunk.metrics[name][:, 0] for chunk in chunks])
        for name in chunks[0].metrics
    }
    return curves, chunks[-1].weights[0], run


POINTS = "dataset.n_points=350"
"""So that the last batch is smaller than the others."""


def assert_agreement(config, library, optimizer, task, *extra):
    curves, _, _ = train(config, library, optimizer, task, *extra)
    reference, _, _ = train(config, "keras", optimizer, task, *extra)
    assert curves.keys() == reference.keys()
    for metric, values in reference.items():
        np.testing.assert_allclose(curves[metric], values, rtol=1e-4)


def offers(library, optimizer):
    return library != "sklearn" or optimizer in ("sgd", "adam")


PAIRS = [
    (library, optimizer)
    for library in LIBRARIES
    for optimizer in OPTIONS
    if offers(library, optimizer)
]


@pytest.mark.parametrize(
    ("library", "optimizer", "task"), by_turns(PAIRS, [(task,) for task in TASKS])
)
def test_curves_are_those_of_keras(config, library, optimizer, task):
    assert_agreement(config, library, optimizer, task, POINTS)


@pytest.mark.parametrize(("library", "optimizer"), PAIRS)
def test_every_optimizer_option_has_the_effect_it_has_in_keras(config, library, optimizer):
    assert_agreement(config, library, optimizer, "dataset=prod", POINTS, *OPTIONS[optimizer])


@pytest.mark.parametrize(
    ("library", "optimizer", "schedule"),
    by_turns(
        [(library,) for library in LIBRARIES],
        [("adam", "cosine"), ("sgd", "exponential"), ("sgd", "constant")],
    ),
)
def test_schedules_and_warmup_have_the_effect_they_have_in_keras(
    config, library, optimizer, schedule
):
    options = [f"schedule={schedule}", "schedule.warmup_epochs=1.5"]
    assert_agreement(config, library, optimizer, "dataset=prod", POINTS, *options)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("optimizer", "task"), [("sgd", "dataset=prod"), ("adam", "dataset=quadrants")]
)
def test_penalties_have_the_effect_they_have_in_keras(config, library, optimizer, task):
    assert_agreement(config, library, optimizer, task, POINTS, "model.l2=0.02")


@pytest.mark.parametrize("library", ["tensorflow", "torch"])
@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_weight_decay_has_the_effect_it_has_in_keras(config, library, optimizer):
    for biases in ("true", "false"):
        options = ["optimizer.weight_decay=0.5", f"optimizer.decay_biases={biases}"]
        assert_agreement(config, library, optimizer, "dataset=prod", POINTS, *options)


@pytest.mark.parametrize("library", LIBRARIES)
def test_activations_and_biases_have_the_effect_they_have_in_keras(config, library):
    activation = "linear" if library == "sklearn" else "gelu"
    options = [f"model.activation={activation}", "model.bias_initializer=uniform"]
    assert_agreement(config, library, "adam", "dataset=prod", POINTS, *options)


@pytest.mark.parametrize("library", ["tensorflow", "torch"])
def test_amsgrad_has_the_effect_it_has_in_keras(config, library):
    options = ["optimizer.amsgrad=true", "training.batch_size=10"]
    assert_agreement(config, library, "adam", "dataset=prod", POINTS, *options)


TABLES = ["diabetes", "linnerud", "iris"]


@pytest.mark.parametrize(
    ("library", "table", "optimizer"),
    by_turns([*product(LIBRARIES, TABLES)], [("adam",), ("sgd",)]),
)
def test_tables_with_several_inputs_and_outputs_train_as_in_keras(
    config, library, table, optimizer
):
    overrides = ["dataset=sklearn", f"dataset.table={table}", "training.batch_size=20"]
    assert_agreement(config, library, optimizer, *overrides)


@pytest.mark.parametrize(
    ("library", "task", "activation"),
    by_turns([*product(["keras", *LIBRARIES], TASKS)], [("relu",), ("sigmoid",), ("tanh",)]),
)
def test_forward_pass_of_the_weights_equals_the_librarys_model(config, library, task, activation):
    overrides = [POINTS, f"model.activation={activation}"]
    _, weights, run = train(config, library, "adam", task, *overrides)
    data = load_data(run)
    expected = forward(weights, data.x_val, run.model.activation, data.task)
    model = load_library(run.library).build_model(run, data, weights)
    if library == "torch":
        import torch

        outputs = model(torch.from_numpy(data.x_val)).detach().numpy()
    elif library == "sklearn":
        outputs = (
            model.predict_proba(data.x_val)
            if data.classes
            else model.predict(data.x_val)[:, np.newaxis]
        )
        outputs = outputs[:, -expected.shape[1] :]
    else:
        outputs = np.asarray(model(data.x_val))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("library", ["keras", *LIBRARIES])
def test_diverged_network_stops_training(config, library):
    curves, _, _ = train(
        config,
        library,
        "sgd",
        "dataset=prod",
        POINTS,
        "optimizer.learning_rate=1e6",
        "model.activation=relu",
        "training.epochs=100000",
    )
    assert not np.isfinite(curves["loss"][-1])
    assert len(curves["loss"]) < 100_000


@pytest.mark.parametrize("optimizer", ["rmsprop", "adagrad"])
def test_optimizer_that_sklearn_lacks_is_refused_and_never_replaced(config, optimizer):
    with pytest.raises(
        ConfigError,
        match=f"optimizer.name={optimizer}: library=sklearn does not have it, keras, tensorflow "
        "and torch have",
    ):
        config("library=sklearn", f"optimizer={optimizer}")


def test_missing_library_is_refused_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        ConfigError,
        match=r"library=torch: needs what is not installed; "
        r"pip install -e '\.\[torch\]' installs it",
    ):
        check_installed("library=torch")


@pytest.mark.parametrize("library", ["keras", *LIBRARIES])
def test_short_run_is_the_beginning_of_the_same_run_with_more_epochs(config, library):
    if library == "torch":
        pytest.importorskip("torch")
    short, long = (
        config(f"library={library}", "dataset.n_points=100", f"training.epochs={epochs}")
        for epochs in (3, 8)
    )
    data = load_data(short)
    (*_, last_chunk) = load_library(short.library).train([short], [data])
    chunks = load_library(long.library).train([long], [data], checkpoint_epochs={3})
    by_end = {chunk.last_epoch: chunk for chunk in chunks}
    for at_checkpoint, at_end in zip(by_end[3].weights[0], last_chunk.weights[0], strict=True):
        np.testing.assert_array_equal(at_checkpoint, at_end)
