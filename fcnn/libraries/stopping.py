"""Early stopping of a network that is trained alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fcnn.config.training import EarlyStopping
from fcnn.network import Weights


@dataclass(frozen=True)
class Ending:
    """Where early stopping has a training.

    Attributes:
        kept_epoch: The epoch whose weights are kept, the best so far.
        end_epoch: The epoch that ended the training; 0 as long as none has.
    """

    kept_epoch: int
    end_epoch: int


class Stopper:
    """Applies the rule of `keras.callbacks.EarlyStopping` to one network.

    Args:
        rule: When training ends; it never does if its patience is None.
    """

    def __init__(self, rule: EarlyStopping) -> None:
        self.rule = rule
        self.weights: Weights = []
        """Those of the best epoch so far; empty without early stopping."""
        self._best, self._wait = np.float32(np.inf), 0
        self._kept_epoch = self._end_epoch = 0

    @property
    def ending(self) -> Ending | None:
        """Where the training stands; None without early stopping."""
        if self.rule.patience is None:
            return None
        return Ending(self._kept_epoch, self._end_epoch)

    def update(self, epoch: int, score: float, get_weights: Callable[[], Weights]) -> bool:
        """Take in the validation loss after an epoch, and return whether training ends.

        Args:
            epoch: Number of the epoch, from 1.
            score: The validation loss.
            get_weights: Copies the current weights.
        """
        if self.rule.patience is None:
            return False
        is_lower = bool(np.float32(score) + np.float32(self.rule.min_delta) < self._best)
        if is_lower or epoch == 1:
            self._kept_epoch, self.weights = epoch, get_weights()
        if is_lower:
            self._best, self._wait = np.float32(score), 0
            return False
        self._wait += 1
        if self._wait >= self.rule.patience and epoch > 1:
            self._end_epoch = epoch
        return self._end_epoch > 0
