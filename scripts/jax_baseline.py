"""Networks of one shape trained at once in JAX, stacked by `vmap`, with Adam written by hand."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from fcnn.config.schema import Config
from fcnn.data import load_data
from fcnn.network import batch_order, initial_weights, layer_sizes

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


def prepare_training(configs: Sequence[Config]) -> Callable[[], tuple[float, float]]:
    """Return a function that trains all networks, each epoch a `scan` over its batches.

    It returns the means of their last losses and validation losses.
    """
    first = configs[0]
    data = [load_data(config) for config in configs]
    # As in fcnn: data that all networks share are one copy.
    axis = None if len({*data}) == 1 else 0
    activation = getattr(jax.nn, first.model.activation)
    points = [
        jnp.asarray(arrays[0] if axis is None else np.stack(arrays))
        for arrays in zip(*((part.x, part.y, part.x_val, part.y_val) for part in data), strict=True)
    ]

    def compute_loss(weights: Any, x: Any, y: Any) -> Any:
        for kernel, bias in zip(weights[0:-2:2], weights[1:-2:2], strict=True):
            x = activation(x @ kernel + bias)
        return jnp.mean((x @ weights[-2] + weights[-1] - y) ** 2)

    def train_epoch(state: Any, order: Any, learning_rate: Any, points: Sequence[Any]) -> Any:
        x, y, x_val, y_val = points

        def step(state: Any, batch: Any) -> Any:
            loss, gradients = jax.value_and_grad(compute_loss)(state[0], x[batch], y[batch])
            return _update(state, gradients, learning_rate), loss

        state, losses = jax.lax.scan(step, state, order)
        return state, losses.mean(), compute_loss(state[0], x_val, y_val)

    train_epoch_of_all = jax.jit(jax.vmap(train_epoch, in_axes=(0, 0, 0, axis)))

    def train() -> tuple[float, float]:
        state = _initial_state(configs, layer_sizes(data[0], first.model))
        learning_rates = jnp.asarray([config.optimizer.learning_rate for config in configs])
        n_points, shape = len(data[0].x), (len(configs), -1, first.training.batch_size)
        for epoch in range(1, first.training.epochs + 1):
            batch_orders = [batch_order(n_points, run.training.seed, epoch) for run in configs]
            batches = np.stack(batch_orders).reshape(shape)
            state, loss, val_loss = train_epoch_of_all(state, batches, learning_rates, points)
        return float(loss.mean()), float(val_loss.mean())

    return train


def _initial_state(configs: Sequence[Config], sizes: Sequence[int]) -> Any:
    """Return stacked weights, both moments, and the number of updates."""
    weights = [
        initial_weights(sizes, config.model.kernel_initializer, config.training.seed)
        for config in configs
    ]
    stacked = [jnp.asarray(np.stack(arrays)) for arrays in zip(*weights, strict=True)]
    zeros = [jnp.zeros_like(array) for array in stacked]
    return stacked, zeros, zeros, jnp.zeros(len(configs))


def _update(state: Any, gradients: Any, learning_rate: Any) -> Any:
    """Apply Adam's update rule (Kingma and Ba 2015)."""
    weights, means, squares, t = state
    t = t + 1
    means = [BETA_1 * m + (1 - BETA_1) * g for m, g in zip(means, gradients, strict=True)]
    squares = [BETA_2 * s + (1 - BETA_2) * g**2 for s, g in zip(squares, gradients, strict=True)]
    rate = learning_rate * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    weights = [
        w - rate * m / (jnp.sqrt(s) + EPSILON)
        for w, m, s in zip(weights, means, squares, strict=True)
    ]
    return weights, means, squares, t
