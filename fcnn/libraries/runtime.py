"""TensorFlow set up for small networks: quiet, single-threaded, bit-identical in a stack."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from fcnn.imports import postpone

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Thread pools cost networks this small more than they gain. `base.load_library` sets the first
# variable for callers that train in several threads.
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Hold back what C++ code writes to file descriptor 2, and show it if the body fails."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as captured:
        os.dup2(captured.fileno(), 2)
        try:
            yield
        except Exception:  # an interrupt needs no such explanation
            os.dup2(saved, 2)
            captured.seek(0)
            os.write(2, captured.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


POSTPONED = (
    *("keras.wrappers", "keras.src.wrappers"),
    *("keras.visualization", "keras.src.visualization"),
)
"""What imports scikit-learn, `scipy.stats` and Matplotlib: a quarter of the time of Keras."""

postpone(*POSTPONED)
with _quiet_stderr():
    import keras
    import tensorflow as tf

    # This rewrite turns x / sqrt(y) into x * rsqrt(y), which rounds differently in the tail of a
    # vector: a network's bits would depend on its position in the stack.
    tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
    logging.getLogger("absl").setLevel(logging.ERROR)
    # Each run compiles functions of its own, which TensorFlow warns about.
    tf.get_logger().setLevel("ERROR")
    # The first operation creates the device, which logs messages too.
    tf.constant(0.0) + 0.0

__all__ = ["keras", "tf"]
