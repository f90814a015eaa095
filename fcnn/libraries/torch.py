"""PyTorch: an `nn.Module`, a plain loop, `torch.optim`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from fcnn.config import Config
from fcnn.config.choices import Activation
from fcnn.config.optimizers import SGD, Adagrad, Adam, Optimizer, RMSprop
from fcnn.datasets import Data
from fcnn.libraries import Chunk, train_one
from fcnn.network import Weights
from fcnn.truths import Task, metric_names

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
LOSSES: dict[Task, Callable[[Any, Any], Any]] = {
    Task.REGRESSION: lambda y, logits: functional.mse_loss(logits, y),
    Task.BINARY: lambda y, logits: functional.binary_cross_entropy_with_logits(logits, y),
    Task.MULTICLASS: lambda y, logits: functional.cross_entropy(logits, y),
}
HITS: dict[Task, Callable[[Any, Any], Any]] = {
    Task.BINARY: lambda y, logits: (y > 0.5) == (logits > 0),
    Task.MULTICLASS: lambda y, logits: y.argmax(dim=1) == logits.argmax(dim=1),
}
"""Which points are put into their class."""


class EpsilonInside(torch.optim.Optimizer):
    """RMSprop as Keras has it: `torch.optim.RMSprop` adds epsilon to the root, Keras under it."""

    def __init__(self, parameters: Any, config: RMSprop) -> None:
        super().__init__(parameters, {"lr": config.learning_rate})
        self.config = config

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """Updates every parameter from its gradient."""
        rho = self.config.rho
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                state = self.state[parameter]
                if not state:
                    state |= {key: torch.zeros_like(parameter) for key in ("square", "mean", "momentum")}
                square = state["square"].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
                if self.config.centered:
                    mean = state["mean"].mul_(rho).add_(gradient, alpha=1 - rho)
                    square = square - mean**2
                increment = gradient / torch.sqrt(square + self.config.epsilon)
                parameter.sub_(state["momentum"].mul_(self.config.momentum).add_(increment, alpha=group["lr"]))


class EpsilonUnscaled(torch.optim.Adam):
    """Adam as Keras has it: PyTorch frees the root of its bias before it adds epsilon, Keras after."""

    def __init__(self, parameters: Any, config: Adam) -> None:
        super().__init__(parameters, config.learning_rate, (config.beta_1, config.beta_2), amsgrad=config.amsgrad)
        self.config, self.updates = config, 0

    def step(self, closure: Any = None) -> Any:
        """Updates every parameter from its gradient."""
        self.updates += 1
        for group in self.param_groups:
            group["eps"] = self.config.epsilon / (1 - self.config.beta_2**self.updates) ** 0.5
        return super().step(closure)


def optimizer(config: Optimizer, parameters: Any) -> torch.optim.Optimizer:
    """The optimizer that does what Keras's does."""
    match config:
        case SGD():
            return torch.optim.SGD(parameters, config.learning_rate, config.momentum, nesterov=config.nesterov and config.momentum > 0)
        case Adam():
            return EpsilonUnscaled(parameters, config)
        case RMSprop():
            return EpsilonInside(parameters, config)
        case Adagrad():
            # Keras adds epsilon under the root, to the sum of squares: just where the sum starts.
            first_sum = config.initial_accumulator_value + config.epsilon
            return torch.optim.Adagrad(parameters, config.learning_rate, initial_accumulator_value=first_sum, eps=0.0)
        case other:
            raise ValueError(f"optimizer.name={other.name}: has no counterpart here")


def network(weights: Weights, activation: Activation) -> nn.Sequential:
    """A fully connected network up to its logits; PyTorch keeps a kernel as (n_out, n_in)."""
    layers: list[nn.Module] = []
    for kernel, bias in zip(weights[0::2], weights[1::2], strict=True):
        linear = nn.Linear(*kernel.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(kernel.T))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, ACTIVATIONS[activation]()]
    return nn.Sequential(*layers[:-1])


class Training:
    """One network on its way; see `fcnn.libraries.Training`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        torch.set_num_threads(1)  # threads cost networks this small more than they give
        self.data, self.batch_size = data, config.training.batch_size
        self.network = network(weights, config.model.activation)
        self.optimizer = optimizer(config.optimizer, self.network.parameters())
        self.points = [torch.from_numpy(values) for values in (data.x, data.y)]
        self.validation_points = [torch.from_numpy(values) for values in (data.x_val, data.y_val)]

    def weights(self) -> Weights:
        """The parameters as arrays."""
        return [parameter.detach().numpy().T.copy() for parameter in self.network.parameters()]

    def epoch(self, order: NDArray[np.int32]) -> tuple[dict[str, float], dict[str, float]]:
        """A plain loop over batches."""
        x, y = self.points
        totals: dict[str, Any] = dict.fromkeys(metric_names(self.data.task), 0.0)
        for batch in torch.from_numpy(order).split(self.batch_size):
            metrics = self._metrics(x[batch], y[batch])
            self.optimizer.zero_grad()
            metrics["loss"].backward()
            self.optimizer.step()
            for key, value in metrics.items():
                totals[key] += value.detach() * len(batch) / len(x)
        with torch.no_grad():
            validated = self._metrics(*self.validation_points)
        return {key: float(value) for key, value in totals.items()}, {key: float(value) for key, value in validated.items()}

    def _metrics(self, x: Any, y: Any) -> dict[str, Any]:
        task, logits = self.data.task, self.network(x)
        metrics = {"loss": LOSSES[task](y, logits)}
        if task in HITS:
            metrics["accuracy"] = HITS[task](y, logits).float().mean()
        return metrics


def train(configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
    """A plain loop over epochs and batches; see `fcnn.libraries.Library`."""
    return train_one(Training, configs, data, stops)


def model(config: Config, data: Data, weights: Weights) -> nn.Sequential:
    """An `nn.Sequential` with its output activation; see `fcnn.libraries.Library`."""
    return nn.Sequential(*network(weights, config.model.activation), OUTPUTS[data.task]()).eval()
