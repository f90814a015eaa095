"""What counts as the loss that a run has settled at, for training and for reports."""

import numpy as np

SETTLED_SHARE = 0.1
"""The share of a run's epochs, the last ones, over which its loss is averaged."""
CLASSES_CUT = 10.0
"""Losses of classes are cut at this multiple of the constant prediction's: a network that overfits
is surer of its errors, so that its loss may rise above that of the constant prediction."""
SMALLEST_LOSS = float(np.finfo(np.float32).tiny)
"""What a loss of exactly 0 counts as, whose logarithm would hide all others."""
