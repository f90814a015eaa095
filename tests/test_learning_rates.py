"""Learning rates are those of Keras's schedules and of scikit-learn, update by update."""

import numpy as np
import pytest

from fcnn.errors import ConfigError
from fcnn.learning_rates import learning_rates
from fcnn.network import initial_weights_of

N_POINTS, N_BATCHES, EPOCHS = 350, 4, 6
RATE = 0.05


def rates_of(config, *overrides):
    run = config(f"optimizer.learning_rate={RATE}", f"training.epochs={EPOCHS}", *overrides)
    return learning_rates(run, N_POINTS, range(1, EPOCHS + 1))


def keras_schedules():
    from keras.optimizers import schedules

    n_steps = EPOCHS * N_BATCHES
    return {
        "constant": lambda step: RATE,
        "cosine schedule.alpha=0.1": schedules.CosineDecay(RATE, n_steps, alpha=0.1),
        "cosine schedule.alpha=0.1 schedule.warmup_epochs=1.5": schedules.CosineDecay(
            0.0, n_steps - 6, alpha=0.1, warmup_target=RATE, warmup_steps=6
        ),
        "exponential schedule.decay_rate=0.5 schedule.decay_epochs=1.5": (
            schedules.ExponentialDecay(RATE, 6, 0.5)
        ),
        "step schedule.decay_rate=0.3 schedule.decay_epochs=2": schedules.ExponentialDecay(
            RATE, 2 * N_BATCHES, 0.3, staircase=True
        ),
        "polynomial schedule.power=2 schedule.end_learning_rate=0.01": (
            schedules.PolynomialDecay(RATE, n_steps, 0.01, power=2.0)
        ),
        "inverse_time schedule.decay_rate=0.7 schedule.decay_epochs=0.5": (
            schedules.InverseTimeDecay(RATE, 2, 0.7)
        ),
    }


def test_rates_are_those_of_keras_schedules(config):
    for overrides, schedule in keras_schedules().items():
        rates = rates_of(config, *f"schedule={overrides}".split())
        expected = [float(schedule(step)) for step in range(EPOCHS * N_BATCHES)]
        assert rates.shape == (EPOCHS, N_BATCHES)
        assert rates.dtype == np.float32
        np.testing.assert_allclose(rates.ravel(), expected, rtol=2e-6, err_msg=overrides)


def test_inverse_scaling_is_that_of_scikit_learn(config):
    from sklearn.neural_network import MLPRegressor

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(N_POINTS, 2)), rng.normal(size=N_POINTS)
    network = MLPRegressor(
        hidden_layer_sizes=(3,),
        solver="sgd",
        learning_rate="invscaling",
        power_t=0.3,
        learning_rate_init=RATE,
        batch_size=100,
        warm_start=True,
        max_iter=1,
    )
    rates = rates_of(config, "schedule=inverse_scaling", "schedule.power_t=0.3")
    for epoch_rates in rates:
        rate = network._optimizer.learning_rate if hasattr(network, "_optimizer") else RATE
        np.testing.assert_allclose(epoch_rates, rate, rtol=1e-6)
        network.partial_fit(x, y)


@pytest.mark.parametrize("name", ["constant", "exponential", "inverse_scaling"])
def test_warmup_rises_in_a_straight_line_and_then_the_schedule_begins(config, name):
    rates = rates_of(config, f"schedule={name}", "schedule.warmup_epochs=2")
    without = rates_of(config, f"schedule={name}")
    np.testing.assert_allclose(rates[:2].ravel(), RATE * np.arange(8) / 8, rtol=1e-6)
    np.testing.assert_allclose(rates[2:], without[:-2], rtol=1e-6)


def test_rates_of_some_epochs_are_those_of_the_whole_training(config):
    run = config("schedule=cosine", f"training.epochs={EPOCHS}")
    whole = learning_rates(run, N_POINTS, range(1, EPOCHS + 1))
    np.testing.assert_array_equal(learning_rates(run, N_POINTS, range(3, 5)), whole[2:4])


def test_warmup_as_long_as_the_training_is_refused(config):
    with pytest.raises(
        ConfigError,
        match=r"^schedule.warmup_epochs=6.0: should be less than training.epochs, which is 6$",
    ):
        config("schedule.warmup_epochs=6.0", "training.epochs=6")


def test_schedule_changes_no_initial_weight(config):
    plain, scheduled = (
        initial_weights_of(config(f"schedule={name}"), (2, 4, 1)) for name in ("constant", "step")
    )
    for values, same in zip(plain, scheduled, strict=True):
        np.testing.assert_array_equal(values, same)
