"""Every library learns what Keras learns, number by number: same data, same initial weights, same batches."""

import sys
from functools import cache

import numpy as np
import pytest

from fcnn.data.datasets import load_dataset
from fcnn.errors import ConfigError
from fcnn.libraries.base import load_library
from fcnn.network import forward
from fcnn.training.checks import check_installed

RATES = {"sgd": 0.05, "adam": 0.01, "rmsprop": 0.01, "adagrad": 0.1}
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
    """The curves by metric, and the weights; 350 points, so that the last batch is a smaller one."""
    if library == "torch":
        pytest.importorskip("torch")
    without_hydra = config(
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
    chunks = list(
        load_library(without_hydra.library).train(
            [without_hydra], load_dataset(without_hydra.dataset, 50)
        )
    )
    return (
        {
            key: np.concatenate([chunk.metrics[key][:, 0] for chunk in chunks])
            for key in chunks[0].metrics
        },
        chunks[-1].weights[0],
        without_hydra,
    )


POINTS = "dataset.n_points=350"


def assert_agreement(config, library, optimizer, task, *extra):
    without_hydra, _, _ = train(config, library, optimizer, task, *extra)
    reference, _, _ = train(config, "keras", optimizer, task, *extra)
    assert without_hydra.keys() == reference.keys()
    for metric, values in reference.items():
        np.testing.assert_allclose(without_hydra[metric], values, rtol=1e-4)


def has(library, optimizer):
    return library != "sklearn" or optimizer in ("sgd", "adam")


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    ("library", "optimizer"),
    [(library, one) for library in LIBRARIES for one in RATES if has(library, one)],
)
def test_losses_and_accuracies_are_those_of_keras(config, library, optimizer, task):
    assert_agreement(config, library, optimizer, task, POINTS)


@pytest.mark.parametrize(
    ("library", "optimizer"),
    [(library, one) for library in LIBRARIES for one in RATES if has(library, one)],
)
def test_every_option_of_an_optimizer_means_what_it_means_to_keras(config, library, optimizer):
    assert_agreement(config, library, optimizer, "dataset=prod", POINTS, *OPTIONS[optimizer])


@pytest.mark.parametrize("library", ["tensorflow", "torch"])
def test_amsgrad_means_what_it_means_to_keras(config, library):
    assert_agreement(
        config,
        library,
        "adam",
        "dataset=prod",
        POINTS,
        "optimizer.amsgrad=true",
        "training.batch_size=10",
    )


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("table", ["diabetes", "linnerud", "iris"])
def test_tables_with_several_inputs_and_outputs_agree_too(config, library, table):
    assert_agreement(
        config,
        library,
        "adam",
        "dataset=sklearn",
        f"dataset.table={table}",
        "training.batch_size=20",
    )
    assert_agreement(
        config,
        library,
        "sgd",
        "dataset=sklearn",
        f"dataset.table={table}",
        "training.batch_size=20",
    )


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("library", ["keras", *LIBRARIES])
def test_weights_alone_give_what_the_librarys_model_gives(config, library, task, activation):
    _, weights, without_hydra = train(
        config, library, "adam", task, POINTS, f"model.activation={activation}"
    )
    data = load_dataset(without_hydra.dataset, 50)
    expected = forward(weights, data.x_val, without_hydra.model.activation, data.task)
    model = load_library(without_hydra.library).model(without_hydra, data, weights)
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
def test_network_that_diverges_stops(config, library):
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
def test_optimizer_that_sklearn_has_not_is_refused_never_replaced(config, optimizer):
    with pytest.raises(
        ConfigError, match=f"optimizer.name={optimizer}: library=sklearn has sgd and adam only"
    ):
        config("library=sklearn", f"optimizer={optimizer}")


def test_library_that_is_not_installed_is_refused_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        ConfigError,
        match=r"library=torch: needs what is not installed; pip install -e '\.\[torch\]' installs it",
    ):
        check_installed("library=torch")


@pytest.mark.parametrize("library", ["keras", *LIBRARIES])
def test_run_of_few_epochs_is_the_beginning_of_the_same_run_of_many(config, library):
    if library == "torch":
        pytest.importorskip("torch")
    short, long = (
        config(f"library={library}", "dataset.n_points=100", f"training.epochs={epochs}")
        for epochs in (3, 8)
    )
    data = load_dataset(short.dataset, 500)
    (*_, alone) = load_library(short.library).train([short], data)
    through = {
        chunk.last_epoch: chunk
        for chunk in load_library(long.library).train([long], data, stops={3})
    }
    for at_stop, at_end in zip(through[3].weights[0], alone.weights[0], strict=True):
        np.testing.assert_array_equal(at_stop, at_end)
