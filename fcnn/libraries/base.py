"""What the libraries have in common: the functions that each offers, and a training loop."""

import math
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import LibraryName
from fcnn.config.schema import Config
from fcnn.data import Data
from fcnn.network import Weights, batch_order, initial_weights_of, layer_sizes
    stopper = Stopper(config.training.early_stopping)
    pending: list[dict[str, Any]] = []
    chunk_started = time.perf_counter()
    for epoch in range(1, epochs + 1):
        (rates,) = learning_rates(config, len(dataset.x), range(epoch, epoch + 1))
        order = batch_order(len(dataset.x), seed, epoch)
        metrics, val_metrics = trainer.train_epoch(order, rates)
        pending.append(metrics | {f"val_{name}": value for name, value in val_metrics.items()})
        score = float(val_metrics.get("score", val_metrics["loss"]))
        has_ended = stopper.update(epoch, score, trainer.get_weights())
        has_ended = has_ended or not math.isfinite(metrics["loss"])
        is_checkpoint = epoch == epochs or epoch in checkpoint_epochs
        is_due = time.perf_counter() - chunk_started > SECONDS_PER_CHUNK
        if has_ended or is_checkpoint or is_due:
            first_epoch = epoch - len(pending) + 1
            yield Chunk(first_epoch, _stack(pending), [stopper.weights], [stopper.ending])
            pending, chunk_started = [], time.perf_counter()
        if has_ended:
            return


def _stack(epochs: Sequence[dict[str, Any]]) -> dict[str, NDArray[np.float32]]:
    """Stack the metrics of several epochs to arrays of shape (epochs, 1)."""
    return {
        name: np.array([[float(metrics[name])] for metrics in epochs], dtype=np.float32)
        for name in epochs[0]
    }
