"""The history of one network in training: pure values, without MLflow or logging."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fcnn.libraries.base import Chunk
from fcnn.network import Weights
from fcnn.tracking.divergence import find_divergence

Metrics = dict[str, NDArray[np.float32]]
"""One array of shape (epochs,) per metric."""


class TrainingHistory:
    """What training has given so far of one network.

    Args:
        n_epochs: The epochs that its run asks for; its population may train longer.
        member: Its place in the chunks of its population.
    """

    def __init__(self, n_epochs: int, member: int) -> None:
        self.n_epochs = n_epochs
        self.member = member
        self.epoch = 0
        self.weights: Weights = []
        self.diverged_epoch: int | None = None
        self._parts: list[Metrics] = []

    def append(self, chunks: Sequence[Chunk]) -> Metrics | None:
        """Add the chunks that belong to the run, whose last epoch is the end of one.

        Returns:
            The metrics of the new epochs, `first_new_epoch` to `epoch`; None without any.
        """
        chunks = [chunk for chunk in chunks if chunk.last_epoch <= self.n_epochs]
        if not chunks:
            return None
        metrics = {
            key: np.concatenate([chunk.metrics[key][:, self.member] for chunk in chunks])
            for key in chunks[0].metrics
        }
        self._parts.append(metrics)
        self.epoch = chunks[-1].last_epoch
        self.weights = chunks[-1].weights[self.member]
        if self.diverged_epoch is None:
            self.diverged_epoch = find_divergence(chunks[0].first_epoch, metrics)
        return metrics

    @property
    def is_complete(self) -> bool:
        """Whether the network has trained for all epochs of its run."""
        return self.epoch == self.n_epochs

    @property
    def has_result(self) -> bool:
        """Whether the outcome of the run is known: all epochs are trained, or it diverged."""
        return self.is_complete or self.diverged_epoch is not None

    @property
    def metrics(self) -> Metrics:
        """All metrics from epoch 1 on."""
        return {key: np.concatenate([part[key] for part in self._parts]) for key in self._parts[0]}

    @property
    def latest(self) -> dict[str, float]:
        """The metrics of the last epoch; NaN before the first."""
        if not self._parts:
            return {"loss": float("nan"), "val_loss": float("nan")}
        return {key: float(values[-1]) for key, values in self._parts[-1].items()}
