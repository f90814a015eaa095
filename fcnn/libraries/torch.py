"""PyTorch: an `nn.Module`, a plain loop, `torch.optim`."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from fcnn.config.fields import Activation
from fcnn.config.optimizers import SGD, Adagrad, Adam, Optimizer, RMSprop
from fcnn.config.schema import Config
from fcnn.data.datasets import Data, Scale
from fcnn.libraries.base import train_one
from fcnn.network import Weights
from fcnn.targets import Task

ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}
OUTPUTS: dict[Task, Callable[[], nn.Module]] = {
    Task.REGRESSION: nn.Identity,
    Task.BINARY: nn.Sigmoid,
    Task.MULTICLASS: lambda: nn.Softmax(dim=1),
}
METRICS: dict[Task, dict[str, Callable[[Any, Any], Any]]] = {
    Task.REGRESSION: {"loss": functional.mse_loss},
    Task.BINARY: {
        "loss": functional.binary_cross_entropy_with_logits,
        "accuracy": lambda logits, y: ((y > 0.5) == (logits > 0)).float().mean(),
    },
    Task.MULTICLASS: {
        "loss": functional.cross_entropy,
        "accuracy": lambda logits, y: (y.argmax(dim=1) == logits.argmax(dim=1)).float().mean(),
    },
}
"""Means over points."""


class KerasRMSprop(torch.optim.Optimizer):
    """RMSprop as Keras has it: `torch.optim.RMSprop` adds epsilon to the root, Keras under it."""

    def __init__(self, parameters: Any, config: RMSprop) -> None:
        super().__init__(parameters, {})
        self.config = config
        for parameter in self.param_groups[0]["params"]:
            self.state[parameter] = {
                key: torch.zeros_like(parameter) for key in ("square", "mean", "momentum")
            }

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """Updates every parameter from its gradient."""
        rho = self.config.rho
        for parameter, state in self.state.items():
            gradient = parameter.grad
            square = state["square"].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
            if self.config.centered:
                mean = state["mean"].mul_(rho).add_(gradient, alpha=1 - rho)
                square = square - mean**2
            increment = gradient / torch.sqrt(square + self.config.epsilon)
            parameter.sub_(
                state["momentum"]
                .mul_(self.config.momentum)
                .add_(increment, alpha=self.config.learning_rate)
            )


def optimizer(config: Optimizer, parameters: Any) -> torch.optim.Optimizer:
    """The optimizer that does what Keras's does."""
    match config:
        case SGD():
            return torch.optim.SGD(
                parameters,
                config.learning_rate,
                config.momentum,
                nesterov=config.nesterov and config.momentum > 0,
            )
        case Adam():
            adam = torch.optim.Adam(
                parameters,
                config.learning_rate,
                (config.beta_1, config.beta_2),
                amsgrad=config.amsgrad,
            )
            updates = count(1)

            def unscale(*_: Any) -> None:
                """PyTorch frees the root of its bias before it adds epsilon, Keras after."""
                adam.param_groups[0]["eps"] = (
                    config.epsilon / (1 - config.beta_2 ** next(updates)) ** 0.5
                )

            adam.register_step_pre_hook(unscale)
            return adam
        case RMSprop():
            return KerasRMSprop(parameters, config)
        case Adagrad():
            # Keras adds epsilon under the root, to the sum of squares: just where the sum starts.
            first_sum = config.initial_accumulator_value + config.epsilon
            return torch.optim.Adagrad(
                parameters, config.learning_rate, initial_accumulator_value=first_sum, eps=0.0
            )
        case other:
            raise ValueError(f"optimizer.name={other.name}: has no counterpart here")


class Standardise(nn.Module):
    """Columns of a table as they are, in float64, to those that a network is trained on."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(scale.mean))
        self.register_buffer("deviation", torch.from_numpy(scale.deviation))

    def forward(self, x: Any) -> Any:
        """Shape (n, n_inputs)."""
        return ((x - self.mean) / self.deviation).float()


class Restore(Standardise):
    """Outputs of a network to the target's own units, in float64."""

    def forward(self, x: Any) -> Any:
        """Shape (n, n_outputs)."""
        return x.double() * self.deviation + self.mean


def model(config: Config, data: Data, weights: Weights) -> nn.Sequential:
    """The network, of a table between its scales; see `fcnn.libraries.Library`."""
    before = [Standardise(data.x_scale)] if data.x_scale else []
    after = [Restore(data.y_scale)] if data.y_scale else []
    return nn.Sequential(*before, *network(config, data, weights), *after).eval()


def predict(model: nn.Sequential, x: NDArray[np.floating]) -> NDArray[Any]:
    """See `fcnn.libraries.Library`."""
    with torch.no_grad():
        return model(torch.from_numpy(x)).numpy()


def network(config: Config, data: Data, weights: Weights) -> nn.Sequential:
    """An `nn.Sequential` with its output activation last; PyTorch keeps a kernel as (n_out, n_in)."""
    layers: list[nn.Module] = []
    for kernel, bias in zip(weights[0::2], weights[1::2], strict=True):
        linear = nn.Linear(*kernel.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(kernel.T))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, ACTIVATIONS[config.model.activation]()]
    return nn.Sequential(*layers[:-1], OUTPUTS[data.task]()).eval()


class Training:
    """One network on its way; see `fcnn.libraries.Training`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        torch.set_num_threads(1)  # threads cost networks this small more than they give
        self.metrics, self.batch_size = METRICS[data.task], config.training.batch_size
        self.network = network(config, data, weights)
        self.optimizer = optimizer(config.optimizer, self.network.parameters())
        self.points = [torch.from_numpy(values) for values in (data.x, data.y)]
        self.validation_points = [torch.from_numpy(values) for values in (data.x_val, data.y_val)]

    def epoch(self, order: NDArray[np.int32]) -> tuple[dict[str, Any], dict[str, Any]]:
        """A plain loop over batches."""
        x, y = self.points
        totals: dict[str, Any] = dict.fromkeys(self.metrics, 0.0)
        for batch in torch.from_numpy(order).split(self.batch_size):
            metrics = self._metrics(x[batch], y[batch])
            self.optimizer.zero_grad()
            metrics["loss"].backward()
            self.optimizer.step()
            for key, value in metrics.items():
                totals[key] += value.detach() * len(batch) / len(x)
        with torch.no_grad():
            return totals, self._metrics(*self.validation_points)

    def weights(self) -> Weights:
        """The parameters as arrays."""
        return [parameter.detach().numpy().T.copy() for parameter in self.network.parameters()]

    def _metrics(self, x: Any, y: Any) -> dict[str, Any]:
        logits = self.network[:-1](x)
        return {key: metric(logits, y) for key, metric in self.metrics.items()}


train = partial(train_one, Training)
