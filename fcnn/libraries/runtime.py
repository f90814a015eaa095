"""TensorFlow set up for small networks: quiet, single-threaded on a CPU, with the same bits alone and stacked."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Thread pools cost networks this small more than they give. Whoever trains in several threads asks for more of the first.
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Holds back what C++ code writes to file descriptor 2, and shows it if the body fails."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(saved, 2)
            caught.seek(0)
            os.write(2, caught.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


with _quiet_stderr():
    import keras
    import tensorflow as tf

    # This rewrite turns x / sqrt(y) into x * rsqrt(y), which rounds differently in the tail of a vector: a network's bits
    # would depend on where in the stack it lies.
    tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
    logging.getLogger("absl").setLevel(logging.ERROR)
    tf.get_logger().setLevel(
        "ERROR"
    )  # each run compiles its own functions, which TensorFlow warns of
    tf.constant(0.0) + 0.0  # the first operation makes the device, which talks too

__all__ = ["keras", "tf"]
