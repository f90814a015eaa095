"""The reference of a stack is `model.fit`; larger stacks are compared with smaller ones."""

import collections
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fcnn.data import load_data
from fcnn.libraries import keras as library
from fcnn.libraries import stacking
from fcnn.libraries.runtime import keras
from fcnn.network import batch_order, initial_weights, layer_sizes
from fcnn.targets import Task

RATES = {"sgd": 0.1, "adam": 0.01, "rmsprop": 0.01, "adagrad": 0.1}
OPTIMIZERS = list(RATES)
ACTIVATIONS = ["relu", "sigmoid", "tanh"]


def combine(*units):
    """Combine every optimizer with every activation; sizes alternate, so that each meets both."""
    return [
        (optimizer, activation, units[(row + column) % len(units)])
        for row, optimizer in enumerate(OPTIMIZERS)
        for column, activation in enumerate(ACTIVATIONS)
    ]


def train(*configs):
    """Train a stack; return curves (epochs, P) by metric, and the weights of its members."""
    chunks = list(library.train(configs, [load_data(config) for config in configs]))
    curves = {
        name: np.concatenate([chunk.metrics[name] for chunk in chunks])
        for name in chunks[0].metrics
    }
    return curves, chunks[-1].weights


def fit(config):
    """Train with plain `keras.Model.fit`, from the same weights on the same batches.

    It runs eagerly, because tracing takes longer than this training.
    """
    data = load_data(config)
    sizes = layer_sizes(data, config.model)
    hidden = [
        keras.layers.Dense(units, config.model.activation) for units in config.model.hidden_units
    ]
    logits = keras.layers.Dense(sizes[-1])
    model = keras.Sequential([keras.Input((sizes[0],)), *hidden, logits])
    model.set_weights(initial_weights(sizes, config.model.kernel_initializer, config.training.seed))
    optimizer = {
        "class_name": config.optimizer.name,
        "config": {"learning_rate": config.optimizer.learning_rate},
    }
    loss, metrics = {
        Task.REGRESSION: ("mse", []),
        Task.BINARY: (
            keras.losses.BinaryCrossentropy(from_logits=True),
            [keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)],
        ),
        Task.MULTICLASS: (keras.losses.CategoricalCrossentropy(from_logits=True), ["accuracy"]),
    }[data.task]
    model.compile(
        optimizer=keras.optimizers.get(optimizer),
        loss=loss,
        metrics=metrics,
        run_eagerly=config.training.batch_size > 1,
    )
    history = collections.defaultdict(list)
    for epoch in range(1, config.training.epochs + 1):
        order = batch_order(len(data.x), config.training.seed, epoch)
        epoch_history = model.fit(
            data.x[order],
            data.y[order],
            batch_size=config.training.batch_size,
            shuffle=False,
            verbose=0,
            validation_data=(data.x_val, data.y_val),
            validation_batch_size=len(data.x_val),
        ).history
        for metric, values in epoch_history.items():
            history[metric] += values
    return history, model


def small(
    config,
    optimizer="adam",
    activation="tanh",
    units="[8]",
    seed=0,
    rate=None,
    batch_size=100,
    n_points=250,
    epochs=5,
    extra=(),
):
    return config(
        f"optimizer={optimizer}",
        f"optimizer.learning_rate={rate or RATES[optimizer]}",
        f"model.activation={activation}",
        f"model.hidden_units={units}",
        "model.kernel_initializer=glorot_uniform",
        f"dataset.n_points={n_points}",
        f"training.batch_size={batch_size}",
        f"training.epochs={epochs}",
        f"training.seed={seed}",
        "training.validation_points=50",
        *extra,
    )


def assert_as_fit(config):
    (curves, _), (reference, _) = train(config), fit(config)
    for metric, values in curves.items():
        np.testing.assert_allclose(values[:, 0], reference[metric], rtol=1e-4)


@pytest.mark.parametrize(("optimizer", "activation", "units"), combine("[8]", "[8,6]"))
def test_curves_equal_model_fit_with_a_smaller_last_batch(config, optimizer, activation, units):
    assert_as_fit(small(config, optimizer, activation, units, epochs=3))


@pytest.mark.parametrize(("batch_size", "n_points"), [(1, 100), (1000, 100)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_curves_equal_model_fit_at_batch_size_1_and_above_the_number_of_points(
    config, optimizer, batch_size, n_points
):
    assert_as_fit(small(config, optimizer, batch_size=batch_size, n_points=n_points, epochs=2))


@pytest.mark.parametrize("dataset", ["xor", "quadrants"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_losses_and_accuracies_of_classes_equal_model_fit(config, optimizer, dataset):
    assert_as_fit(small(config, optimizer, extra=[f"dataset={dataset}"]))


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        ("sgd", {"momentum": 0.9, "nesterov": True}),
        ("adam", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4, "amsgrad": True}),
        ("rmsprop", {"rho": 0.8, "momentum": 0.5, "epsilon": 1e-4, "centered": True}),
        ("adagrad", {"initial_accumulator_value": 0.01, "epsilon": 1e-4}),
    ],
)
def test_every_optimizer_option_reaches_keras(config, optimizer, options):
    extra = [f"optimizer.{key}={value}" for key, value in options.items()]
    built = library.build_optimizer(small(config, optimizer, extra=extra).optimizer, 0.5)
    for option, value in options.items():
        assert getattr(built, option) == value


def assert_bits_do_not_depend_on_the_stack(*members):
    """Compare every member of a stack of 10, and of a stack of its last 3, with itself alone."""
    (curves_of_10, weights_of_10), (curves_of_3, _) = train(*members), train(*members[7:])
    for number, config in enumerate(members):
        curves_alone, (weights_alone,) = train(config)
        for metric, values in curves_alone.items():
            np.testing.assert_array_equal(curves_of_10[metric][:, number], values[:, 0])
            if number >= 7:
                np.testing.assert_array_equal(curves_of_3[metric][:, number - 7], values[:, 0])
        for stacked, alone in zip(weights_of_10[number], weights_alone, strict=True):
            np.testing.assert_array_equal(stacked, alone)


def ten_members(config, optimizer, *settings, **options):
    return [
        small(
            config,
            optimizer,
            *settings,
            seed=seed,
            rate=RATES[optimizer] / (seed % 4 + 1),
            epochs=2,
            **options,
        )
        for seed in range(10)
    ]


@pytest.mark.parametrize(("optimizer", "activation", "units"), combine("[5,3]", "[16]"))
def test_member_has_the_same_bits_alone_and_in_stacks_of_3_and_10(
    config, optimizer, activation, units
):
    assert_bits_do_not_depend_on_the_stack(
        *ten_members(config, optimizer, activation, units, batch_size=7)
    )


@pytest.mark.parametrize(
    ("optimizer", "units"),
    list(zip(OPTIMIZERS, ["[31]", "[33,17]", "[128,100]", "[33,17]"], strict=True)),
)
def test_bits_of_a_member_hold_at_widths_that_are_not_multiples_of_a_vector(
    config, optimizer, units
):
    assert_bits_do_not_depend_on_the_stack(
        *ten_members(config, optimizer, "tanh", units, n_points=350)
    )


@pytest.mark.parametrize("batch_size", [1, 64, 1000])
def test_bits_of_a_member_hold_at_any_batch_size(config, batch_size):
    assert_bits_do_not_depend_on_the_stack(
        *ten_members(config, "rmsprop", "sigmoid", "[5]", batch_size=batch_size, n_points=100)
    )


@pytest.mark.parametrize(
    ("optimizer", "activation"), list(zip(OPTIMIZERS, [*ACTIVATIONS, "relu"], strict=True))
)
def test_bits_of_a_member_hold_among_other_sizes_and_initializers(config, optimizer, activation):
    sizes = ("[2,16]", "[16,3]", "[5,7]", "[1,1]", "[16,16]")
    initializers = ("he_normal", "random_uniform")
    members = [
        small(
            config,
            optimizer,
            activation,
            sizes[seed % 5],
            seed=seed,
            epochs=2,
            extra=[f"model.kernel_initializer={initializers[seed % 2]}"],
        )
        for seed in range(10)
    ]
    assert_bits_do_not_depend_on_the_stack(*members)


@pytest.mark.parametrize("dataset", ["xor", "quadrants"])
def test_bits_of_a_member_hold_for_classes(config, dataset):
    assert_bits_do_not_depend_on_the_stack(
        *ten_members(config, "adam", "relu", "[7]", extra=[f"dataset={dataset}"])
    )


@pytest.mark.parametrize("units", ["[3]", "[16]", "[33]"])
def test_bits_of_a_member_hold_among_members_with_data_of_their_own(config, units):
    members = [
        small(config, "adam", "tanh", units, seed, epochs=2, extra=[f"dataset.seed={seed // 2}"])
        for seed in range(10)
    ]
    assert_bits_do_not_depend_on_the_stack(*members)


@pytest.mark.parametrize("dataset", ["xor", "quadrants", "sklearn"])
def test_bits_of_a_member_hold_for_classes_and_tables_with_data_of_their_own(config, dataset):
    members = [
        config(
            f"dataset={dataset}",
            f"dataset.seed={seed}",
            f"training.seed={seed}",
            "training.epochs=2",
            "training.batch_size=40",
            "training.validation_points=50",
        )
        for seed in range(10)
    ]
    assert_bits_do_not_depend_on_the_stack(*members)


def test_member_with_data_of_its_own_learns_what_model_fit_does(config):
    members = [small(config, seed=seed, extra=[f"dataset.seed={seed}"]) for seed in range(3)]
    together, _ = train(*members)
    for number, member in enumerate(members):
        for metric, values in fit(member)[0].items():
            np.testing.assert_allclose(together[metric][:, number], values, rtol=1e-4)


def test_equal_data_are_stacked_once(config):
    data = [load_data(config(f"dataset.seed={seed}", "dataset.n_points=100")) for seed in (1, 2)]
    x, _, x_val, *_ = stacking.stack_points([data[0], data[1], data[0]])
    assert (len(x), len(x_val)) == (2 * 100 + 1, 3)
    x, _, x_val, *_ = stacking.stack_points([data[0]] * 3)
    assert (len(x), len(x_val)) == (100 + 1, 1)


def idle_program_ids():
    return list(map(id, itertools.chain.from_iterable(library._idle_programs.values())))


def test_reused_program_gives_the_same_bits(config):
    first, _ = train(small(config, "adam"))
    train(small(config, "adam", seed=9))
    programs = idle_program_ids()
    again, _ = train(small(config, "adam"))
    np.testing.assert_array_equal(first["loss"], again["loss"])
    assert idle_program_ids() == programs


def gradients(weights, x, y):
    """Differentiate the mean squared error of a 2-n-1 tanh network by its weights, in float64."""
    kernel, bias, kernel_out, bias_out = (value.astype(np.float64) for value in weights)
    hidden = np.tanh(x @ kernel + bias)
    error = 2 * (hidden @ kernel_out + bias_out - y) / len(x)
    back = (error @ kernel_out.T) * (1 - hidden**2)
    return [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


FIRST_STEP = {
    "sgd": lambda g, rate: rate * g,
    # The bias of both moments is corrected, so this is g / (|g| + epsilon) with epsilon scaled.
    "adam": lambda g, rate: (
        rate * np.sqrt(1 - 0.999) / (1 - 0.9) * (0.1 * g) / (np.sqrt(0.001 * g**2) + 1e-7)
    ),
    "rmsprop": lambda g, rate: rate * g / np.sqrt(0.1 * g**2 + 1e-7),
    "adagrad": lambda g, rate: rate * g / np.sqrt(0.1 + g**2 + 1e-7),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_first_step_equals_the_update_rule(config, optimizer):
    run = small(config, optimizer, units="[4]", n_points=50, batch_size=50, epochs=1)
    data = load_data(run)
    earlier = initial_weights((2, 4, 1), run.model.kernel_initializer, 0)
    _, (weights,) = train(run)
    for start, gradient, after in zip(
        earlier, gradients(earlier, data.x, data.y), weights, strict=True
    ):
        expected = start - FIRST_STEP[optimizer](gradient, RATES[optimizer])
        np.testing.assert_allclose(after, expected, rtol=1e-4, atol=1e-7)


def test_diverged_member_does_not_change_the_bits_of_its_neighbours(config):
    members = [
        small(config, "sgd", "relu", seed=seed, rate=rate, epochs=10)
        for seed, rate in enumerate((0.1, 1e6, 0.1))
    ]
    together, _ = train(*members)
    assert not np.isfinite(together["loss"][-1, 1])
    for member in (0, 2):
        alone, _ = train(members[member])
        np.testing.assert_array_equal(together["loss"][:, member], alone["loss"][:, 0])


def test_training_stops_when_no_loss_is_finite(config):
    curves, _ = train(small(config, "sgd", "relu", rate=1e6, epochs=100_000))
    assert len(curves["loss"]) < 100_000


def test_model_is_an_ordinary_sequential_with_the_trained_weights(config):
    run = small(config, units="[8,6]")
    _, (weights,) = train(run)
    model = library.build_model(run, load_data(run), weights)
    assert type(model) is keras.Sequential
    assert [type(layer) for layer in model.layers] == [keras.layers.Dense] * 3
    _, reference = fit(run)
    x = load_data(run).x_val
    np.testing.assert_allclose(model(x), reference.predict(x, verbose=0), rtol=1e-3, atol=1e-5)


def test_chunks_end_at_every_checkpoint_epoch_with_its_weights(config):
    run = small(config, epochs=40)
    chunks = list(library.train([run], [load_data(run)], checkpoint_epochs={7, 20}))
    by_end = {chunk.last_epoch: chunk.weights[0] for chunk in chunks}
    assert {7, 20, 40} <= by_end.keys()
    for epochs in (7, 20):
        _, (weights,) = train(small(config, epochs=epochs))
        for at_checkpoint, at_end in zip(by_end[epochs], weights, strict=True):
            np.testing.assert_array_equal(at_checkpoint, at_end)


def test_stacks_of_the_same_shape_can_be_trained_in_parallel(config):
    members = [small(config, seed=seed, epochs=30) for seed in range(4)]
    alone = [train(member)[0]["loss"] for member in members]
    with ThreadPoolExecutor(4) as pool:
        together = [curves["loss"] for curves, _ in pool.map(train, members)]
    np.testing.assert_array_equal(together, alone)
