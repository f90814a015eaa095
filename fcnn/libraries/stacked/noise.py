"""Random numbers of each member that depend on nothing but its seed, the step and the place.

A counter-based generator: a hash of (seed, step, layer, row, unit) gives 32 bits, in any order and
in any population. The hash is lowbias32 (Wellons 2018, https://nullprogram.com/blog/2018/07/31/).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from fcnn.libraries.runtime import tf

_STREAM = 2
"""Of a seed's generators; `fcnn.network` has those of initial weights and batch order."""
_STEP_FACTOR = 0x9E3779B9


def member_keys(seeds: Sequence[int]) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    """Return the key of each member's stream, shape (P,), from its seed, `training.seed`."""
    return np.array(
        [np.random.SeedSequence(seed, spawn_key=(_STREAM,)).generate_state(1)[0] for seed in seeds],
        dtype=np.uint32,
    )


def random_bits(keys: Any, step: Any, layer: int, n_rows: int, n_units: int) -> Any:
    """Draw 32 bits for each output of a hidden layer.

    Args:
        keys: Key of each member, uint32, shape (P,).
        step: Updates before this one, a scalar.
        layer: Number of the hidden layer, from 0.
        n_rows: Points of a batch, padding included.
        n_units: Units of the layer, padding included.

    Returns:
        Integers, uint32, shape (P, n_rows, n_units).
    """
    places = np.arange(n_rows)[:, np.newaxis] * 65_536 + np.arange(n_units)
    step_key = _mix(keys + tf.cast(step, tf.uint32) * _uint32(_STEP_FACTOR)) + _uint32(layer)
    key = _mix(step_key)[:, tf.newaxis, tf.newaxis]
    mixed_places = _mix(tf.constant(places.astype(np.uint32)))[tf.newaxis]
    return _mix(tf.bitwise.bitwise_xor(mixed_places, key))


def standard_normal(bits: Any) -> Any:
    """Turn random bits into a standard normal sample (Box and Muller 1958)."""
    radius = tf.sqrt(-2.0 * tf.math.log(_unit_interval(bits) + 2.0**-25))
    return radius * tf.cos(2 * math.pi * _unit_interval(_mix(bits)))


def _unit_interval(bits: Any) -> Any:
    """Return multiples of 2**-24 in [0, 1), of the upper 24 bits."""
    return tf.cast(tf.bitwise.right_shift(bits, _uint32(8)), tf.float32) * 2.0**-24


def _mix(x: Any) -> Any:
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = tf.bitwise.bitwise_xor(x, tf.bitwise.right_shift(x, _uint32(shift)))
        x = x * _uint32(factor)
    return tf.bitwise.bitwise_xor(x, tf.bitwise.right_shift(x, _uint32(16)))


def _uint32(value: int) -> Any:
    return tf.constant(value, tf.uint32)
