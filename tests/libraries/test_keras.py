"""The reference of a stack is `model.fit`; larger stacks are compared with smaller ones."""

import gc
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fcnn.data import load_data
from fcnn.libraries import keras as library
from fcnn.libraries.runtime import keras
from fcnn.libraries.stacked import layout
from fcnn.network import initial_weights
from tests.by_turns import by_turns
from tests.libraries.reference import fit, train

RATES = {"sgd": 0.1, "adam": 0.01, "rmsprop": 0.01, "adagrad": 0.1}
OPTIMIZERS = list(RATES)
ACTIVATIONS = ["relu", "sigmoid", "tanh"]
SGD_AND_ADAM = [("sgd",), ("adam",)]


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


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_curves_equal_model_fit_with_a_smaller_last_batch(config, activation):
    assert_as_fit(small(config, "adam", activation, "[8,6]", epochs=3))


@pytest.mark.parametrize(
    ("optimizer", "batch_size", "n_points"), by_turns(SGD_AND_ADAM, [(1, 100), (1000, 100)])
)
def test_curves_equal_model_fit_at_batch_size_1_and_above_the_number_of_points(
    config, optimizer, batch_size, n_points
):
    assert_as_fit(small(config, optimizer, batch_size=batch_size, n_points=n_points, epochs=2))


@pytest.mark.parametrize(
    ("optimizer", "dataset"), by_turns(SGD_AND_ADAM, [("xor",), ("quadrants",)])
)
def test_losses_and_accuracies_of_classes_equal_model_fit(config, optimizer, dataset):
    assert_as_fit(small(config, optimizer, extra=[f"dataset={dataset}"]))


def assert_bits_do_not_depend_on_the_stack(*members):
    """Compare members of a stack of 10, and of a stack of its last 3, with themselves alone."""
    (curves_of_10, weights_of_10), (curves_of_3, _) = train(*members), train(*members[7:])
    for number in (0, 3, 6, 7, 9):  # at the ends and between, with every size that tests take
        curves_alone, (weights_alone,) = train(members[number])
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


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_member_has_the_same_bits_alone_and_in_stacks_of_3_and_10(config, activation):
    assert_bits_do_not_depend_on_the_stack(
        *ten_members(config, "adam", activation, "[5,3]", batch_size=7)
    )


@pytest.mark.parametrize("batch_size", [1, 64, 1000])
def test_bits_of_a_member_hold_at_any_batch_size(config, batch_size):
    assert_bits_do_not_depend_on_the_stack(
        *ten_members(config, "rmsprop", "sigmoid", "[5]", batch_size=batch_size, n_points=100)
    )


@pytest.mark.parametrize(("optimizer", "activation"), [("sgd", "relu"), ("rmsprop", "tanh")])
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
    x, _, x_val, *_ = layout.stack_points([data[0], data[1], data[0]])
    assert (len(x), len(x_val)) == (2 * 100 + 1, 3)
    x, _, x_val, *_ = layout.stack_points([data[0]] * 3)
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


def test_program_that_is_dropped_leaves_no_graph_behind(config):
    def count_graphs():
        gc.collect()
        return sum(type(item).__name__ == "FuncGraph" for item in gc.get_objects())

    library._idle_programs.clear()
    before = count_graphs()
    train(small(config, units="[5]", epochs=1))
    assert count_graphs() > before
    library._idle_programs.clear()
    assert count_graphs() == before


@pytest.mark.parametrize(("limit", "n_kept"), [(0, 1), (10**6, 2)])
def test_large_programs_are_freed_when_another_shape_is_compiled(
    config, monkeypatch, limit, n_kept
):
    monkeypatch.setattr(library, "LARGE_PROGRAM", limit)
    library._idle_programs.clear()
    for units in ("[5]", "[5,5]"):
        train(small(config, units=units, epochs=1))
    assert len(library._idle_programs) == n_kept
