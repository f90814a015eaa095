"""Networks of one shape trained at once in PyTorch, stacked by `torch.func.vmap` and compiled."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from fcnn.config.schema import Config
from fcnn.data import load_data
from fcnn.network import batch_order, initial_weights_of, layer_sizes


def prepare_training(configs: Sequence[Config]) -> Callable[[], tuple[float, float]]:
    """Return a function that trains all networks on the data of the first, with its Adam.

    It returns the means of their last losses and validation losses.
    """
    first = configs[0]
    data = load_data(first)
    x, y, x_val, y_val = map(torch.from_numpy, (data.x, data.y, data.x_val, data.y_val))
    compute_loss = _make_loss(getattr(torch.nn.functional, first.model.activation))
    compute_gradients = torch.func.vmap(torch.func.grad_and_value(compute_loss))

    def update(state: Any, batch: Any, rate: Any) -> Any:
        gradients, losses = compute_gradients(state[0], x[batch], y[batch])
        return _apply_adam(first.optimizer, state, gradients, rate), losses

    step = torch.compile(update)
    validate = torch.compile(torch.func.vmap(compute_loss, in_dims=(0, None, None)))

    def train() -> tuple[float, float]:
        members = [initial_weights_of(run, layer_sizes(data, first.model)) for run in configs]
        weights = [torch.from_numpy(np.stack(arrays)) for arrays in zip(*members, strict=True)]
        zeros = [torch.zeros_like(array) for array in weights]
        state, t = (weights, zeros, zeros), 0
        for epoch in range(1, first.training.epochs + 1):
            orders = [batch_order(len(x), run.training.seed, epoch) for run in configs]
            batches = torch.from_numpy(np.stack(orders)).split(first.training.batch_size, dim=1)
            epoch_losses = []
            for batch in batches:
                t += 1
                state, losses = step(state, batch, _rate(first.optimizer, t))
                epoch_losses.append(losses)
            val_losses = validate(state[0], x_val, y_val)
        return float(torch.stack(epoch_losses).mean()), float(val_losses.mean())

    return train


def _make_loss(activation: Callable[[Any], Any]) -> Callable[[Any, Any, Any], Any]:
    def compute_loss(weights: Any, x: Any, y: Any) -> Any:
        for kernel, bias in zip(weights[0:-2:2], weights[1:-2:2], strict=True):
            x = activation(x @ kernel + bias)
        return torch.mean((x @ weights[-2] + weights[-1] - y) ** 2)

    return compute_loss


def _rate(optimizer: Any, t: int) -> Any:
    """Return the learning rate of step `t`, with the correction of both moments."""
    correction = (1 - optimizer.beta_2**t) ** 0.5 / (1 - optimizer.beta_1**t)
    return torch.tensor(optimizer.learning_rate * correction)


def _apply_adam(optimizer: Any, state: Any, gradients: Any, rate: Any) -> Any:
    """Apply Adam's update rule (Kingma and Ba 2015)."""
    beta_1, beta_2 = optimizer.beta_1, optimizer.beta_2
    weights, means, squares = state
    means = [beta_1 * m + (1 - beta_1) * g for m, g in zip(means, gradients, strict=True)]
    squares = [beta_2 * s + (1 - beta_2) * g**2 for s, g in zip(squares, gradients, strict=True)]
    weights = [
        w - rate * m / (torch.sqrt(s) + optimizer.epsilon)
        for w, m, s in zip(weights, means, squares, strict=True)
    ]
    return weights, means, squares
