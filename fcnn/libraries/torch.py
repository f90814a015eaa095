"""PyTorch: an `nn.Module`, a plain loop, `torch.optim`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from fcnn.choices import Activation
from fcnn.config import SGD, Adagrad, Adam, Config, Optimizer, RMSprop
from fcnn.datasets import Data
from fcnn.libraries import Chunk, chunked
from fcnn.network import Weights, batch_order, initial_weights, layer_sizes
from fcnn.truths import Task

ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    Activation.RELU: nn.ReLU,
    Activation.SIGMOID: nn.Sigmoid,
    Activation.TANH: nn.Tanh,
}
OUTPUTS: dict[Task, Callable[[], nn.Module]] = {
    Task.REGRESSION: nn.Identity,
    Task.BINARY: nn.Sigmoid,
    Task.MULTICLASS: lambda: nn.Softmax(dim=1),
}
LOSSES: dict[Task, Callable[[Any, Any], Any]] = {
    Task.REGRESSION: functional.mse_loss,
    Task.BINARY: functional.binary_cross_entropy_with_logits,
    Task.MULTICLASS: functional.cross_entropy,
}
HITS: dict[Task, Callable[[Any, Any], Any]] = {
    Task.BINARY: lambda logits, y: (logits > 0) == (y > 0.5),
    Task.MULTICLASS: lambda logits, y: logits.argmax(dim=1) == y.argmax(dim=1),
}
"""Which points are put into their class."""


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


def torch_optimizer(parameters: Any, config: Optimizer) -> torch.optim.Optimizer:
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


def train(configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
    """Trains in a plain loop over epochs and batches; see `fcnn.libraries.Library`."""
    (config,) = configs
    training = TorchTraining(config, data)
    return chunked(training.epochs(), training.weights, stops)


def model(config: Config, data: Data, weights: Weights) -> nn.Sequential:
    """An `nn.Sequential` with its output activation; see `fcnn.libraries.Library`."""
    return nn.Sequential(*network(weights, config.model.activation), OUTPUTS[data.task]()).eval()


class TorchTraining:
    """One network on its way."""

    def __init__(self, config: Config, data: Data) -> None:
        torch.set_num_threads(1)  # threads cost networks this small more than they give
        self.config, self.data = config, data
        sizes = layer_sizes(data.n_inputs, config.model.hidden_units, data.n_outputs)
        start = initial_weights(sizes, config.model.kernel_initializer, config.training.seed)
        self.network = network(start, config.model.activation)
        self.optimizer = torch_optimizer(self.network.parameters(), config.optimizer)

    def weights(self) -> Weights:
        """The network's weights as they are now."""
        return [parameter.detach().numpy().T.copy() for parameter in self.network.parameters()]

    def epochs(self) -> Iterator[dict[str, float]]:
        """Trains, and yields each epoch's metrics."""
        training = self.config.training
        x, y, x_val, y_val = (torch.from_numpy(values) for values in (self.data.x, self.data.y, self.data.x_val, self.data.y_val))
        for epoch in range(1, training.epochs + 1):
            totals: dict[str, Any] = {}
            order = torch.from_numpy(batch_order(len(x), training.seed, epoch))
            for batch in order.split(training.batch_size):
                metrics = self._metrics(x[batch], y[batch])
                self.optimizer.zero_grad()
                metrics["loss"].backward()
                self.optimizer.step()
                for key, value in metrics.items():
                    totals[key] = totals.get(key, 0) + value.detach() * len(batch) / len(x)
            with torch.no_grad():
                validated = self._metrics(x_val, y_val)
            yield {key: float(value) for key, value in totals.items()} | {f"val_{key}": float(value) for key, value in validated.items()}

    def _metrics(self, x: Any, y: Any) -> dict[str, Any]:
        task, logits = self.data.task, self.network(x)
        metrics = {"loss": LOSSES[task](logits, y)}
        if task in HITS:
            metrics["accuracy"] = HITS[task](logits, y).float().mean()
        return metrics
