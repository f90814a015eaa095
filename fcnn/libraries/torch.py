"""PyTorch: an `nn.Module`, a plain loop over batches, and `torch.optim`."""

from collections import defaultdict
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
from fcnn.config.optimizers import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from fcnn.config.schema import Config
from fcnn.data import Data, Scale
from fcnn.libraries.base import train_network
from fcnn.network import Weights
from fcnn.targets import Task

ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {
    "celu": nn.CELU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "hard_shrink": nn.Hardshrink,
    "hard_sigmoid": nn.Hardsigmoid,
    "hard_silu": nn.Hardswish,
    "hard_tanh": nn.Hardtanh,
    "leaky_relu": lambda: nn.LeakyReLU(0.2),  # Keras's slope; PyTorch's is 0.01
    "linear": nn.Identity,
    "log_sigmoid": nn.LogSigmoid,
    "mish": nn.Mish,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "soft_shrink": nn.Softshrink,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "tanh": nn.Tanh,
    "tanh_shrink": nn.Tanhshrink,
}
OUTPUT_ACTIVATIONS: dict[Task, Callable[[], nn.Module]] = {
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
"""Means over points, by task."""


class KerasRMSprop(torch.optim.Optimizer):
    """Keras's RMSprop: epsilon is added under the root, `torch.optim.RMSprop` adds it outside."""

    def __init__(self, parameters: Any, config: RMSprop) -> None:
        super().__init__(parameters, {"lr": config.learning_rate})
        self.config = config
        for parameter in self.param_groups[0]["params"]:
            self.state[parameter] = {
                key: torch.zeros_like(parameter) for key in ("square", "mean", "momentum")
            }

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """Update every parameter from its gradient."""
        rho = self.config.rho
        for parameter, state in self.state.items():
            gradient = parameter.grad
            square = state["square"].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
            if self.config.centered:
                mean = state["mean"].mul_(rho).add_(gradient, alpha=1 - rho)
                square = square - mean**2
            increment = gradient / torch.sqrt(square + self.config.epsilon)
            velocity = state["momentum"].mul_(self.config.momentum)
            parameter.sub_(velocity.add_(increment, alpha=self.param_groups[0]["lr"]))


def build_optimizer(config: Optimizer, parameters: Any) -> torch.optim.Optimizer:
    """Build an optimizer with the update rule of Keras's."""
    match config:
        case SGD():
            return torch.optim.SGD(
                parameters,
                config.learning_rate,
                config.momentum,
                nesterov=config.nesterov and config.momentum > 0,
            )
        case Adam() | AdamW():
            return _build_adam(config, parameters)
        case RMSprop():
            return KerasRMSprop(parameters, config)
        case Adagrad():
            # Keras adds epsilon under the root, that is, to the initial sum of squares.
            initial_sum = config.initial_accumulator_value + config.epsilon
            return torch.optim.Adagrad(
                parameters, config.learning_rate, initial_accumulator_value=initial_sum, eps=0.0
            )
        case _:
            raise ValueError(f"optimizer.name={config.name}: library=torch does not have it")


def _build_adam(config: Adam | AdamW, parameters: Any) -> torch.optim.Adam:
    betas = (config.beta_1, config.beta_2)
    adam = torch.optim.Adam(parameters, config.learning_rate, betas, amsgrad=config.amsgrad)
    updates = count(1)

    def scale_epsilon(*_: Any) -> None:
        """PyTorch corrects the bias of the root before it adds epsilon, Keras after."""
        correction = (1 - config.beta_2 ** next(updates)) ** 0.5
        adam.param_groups[0]["eps"] = config.epsilon / correction

    adam.register_step_pre_hook(scale_epsilon)
    return adam


class Standardise(nn.Module):
    """A layer from columns in their own units, float64, to standardised inputs, float32."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(scale.mean))
        self.register_buffer("deviation", torch.from_numpy(scale.deviation))

    def forward(self, x: Any) -> Any:
        """Standardise `x`, shape (n, n_inputs)."""
        return ((x - self.mean) / self.deviation).float()


class Restore(Standardise):
    """A layer from standardised outputs to the target's own units, float64."""

    def forward(self, x: Any) -> Any:
        """Restore the units of `x`, shape (n, n_outputs)."""
        return x.double() * self.deviation + self.mean


def build_model(config: Config, data: Data, weights: Weights) -> nn.Sequential:
    """Build the network, for a table with its scales; see `Library.build_model`."""
    standardise = [Standardise(data.x_scale)] if data.x_scale else []
    restore = [Restore(data.y_scale)] if data.y_scale else []
    return nn.Sequential(*standardise, *build_network(config, data, weights), *restore).eval()


def predict(model: nn.Sequential, x: NDArray[np.floating]) -> NDArray[Any]:
    """See `Library.predict`."""
    with torch.no_grad():
        return model(torch.from_numpy(x)).numpy()


def build_network(config: Config, data: Data, weights: Weights) -> nn.Sequential:
    """Build the network, output activation last; PyTorch stores kernels as (n_out, n_in)."""
    layers: list[nn.Module] = []
    for kernel, bias in zip(weights[0::2], weights[1::2], strict=True):
        linear = nn.Linear(*kernel.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(kernel.T))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, ACTIVATIONS[config.model.activation]()]
    return nn.Sequential(*layers[:-1], OUTPUT_ACTIVATIONS[data.task]()).eval()


class Trainer:
    """A network in training; see `base.Trainer`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        torch.set_num_threads(1)  # threads cost networks this small more than they gain
        self.metrics = METRICS[data.task]
        self.config = config
        self.batch_size = config.training.batch_size
        self.network = build_network(config, data, weights)
        self.optimizer = build_optimizer(config.optimizer, self.network.parameters())
        self.points = [torch.from_numpy(values) for values in (data.x, data.y)]
        self.validation_points = [torch.from_numpy(values) for values in (data.x_val, data.y_val)]

    def train_epoch(
        self, order: NDArray[np.int32], rates: NDArray[np.float32]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Loop over the batches; see `base.Trainer`."""
        x, y = self.points
        totals: dict[str, Any] = defaultdict(float)
        batches = torch.from_numpy(order).split(self.batch_size)
        for batch, rate in zip(batches, rates.tolist(), strict=True):
            self.optimizer.param_groups[0]["lr"] = rate
            metrics = self._compute_metrics(x[batch], y[batch])
            self.optimizer.zero_grad()
            metrics["loss"].backward()
            self._decay(rate)
            self.optimizer.step()
            for key, value in metrics.items():
                totals[key] += value.detach() * len(batch) / len(x)
        with torch.no_grad():
            return totals, self._compute_metrics(*self.validation_points)

    def get_weights(self) -> Weights:
        """Copy the parameters to arrays."""
        return [parameter.detach().numpy().T.copy() for parameter in self.network.parameters()]

    @torch.no_grad()
    def _decay(self, rate: float) -> None:
        """Decay the weights before their update, as Keras's optimizers do.

        PyTorch's own `weight_decay` is that of AdamW alone, and a penalty in other optimizers.
        """
        optimizer = self.config.optimizer
        for parameter in self.network.parameters() if optimizer.weight_decay else ():
            if optimizer.decay_biases or parameter.ndim == 2:
                parameter.sub_(parameter * optimizer.weight_decay * rate)

    def _compute_metrics(self, x: Any, y: Any) -> dict[str, Any]:
        logits = self.network[:-1](x)
        metrics = {key: metric(logits, y) for key, metric in self.metrics.items()}
        if not self.config.model.l2:
            return metrics
        kernels = [parameter for parameter in self.network.parameters() if parameter.ndim == 2]
        penalty = self.config.model.l2 * sum((kernel**2).sum() for kernel in kernels)
        return metrics | {"loss": metrics["loss"] + penalty, "score": metrics["loss"]}


train = partial(train_network, Trainer)
