"""A TensorFlow that the program around fcnn has started, whose settings can no longer change."""

import os
import sys
import warnings

from fcnn.errors import FcnnError

THREADS_VARIABLE = "TF_NUM_INTRAOP_THREADS"


def check_running_tensorflow() -> None:
    """Warn if TensorFlow runs with other threads than fcnn gives it; call it before training.

    `fcnn.libraries.runtime` has each operation computed by one thread. TensorFlow reads that when
    it executes its first operation. With several threads it splits the sums of large operations
    (20,000 points by 256 units, for example) otherwise, which changes the last bits.

    Raises:
        FcnnError: Keras was imported with another backend.
    """
    keras, tensorflow = sys.modules.get("keras"), sys.modules.get("tensorflow")
    if keras is not None and keras.config.backend() != "tensorflow":
        raise FcnnError(
            f"library=keras: Keras runs with {keras.config.backend()} in this process; set "
            "KERAS_BACKEND=tensorflow before it is imported"
        )
    if tensorflow is None or "fcnn.libraries.runtime" in sys.modules:
        return
    n_threads = int(os.environ.get(THREADS_VARIABLE, "1"))
    if n_threads == 1 and THREADS_VARIABLE in os.environ:
        return
    try:
        tensorflow.config.threading.set_intra_op_parallelism_threads(n_threads)
    except RuntimeError:
        warnings.warn(
            "TensorFlow was used before fcnn, and its threads can no longer be set: runs with "
            "large layers and batches may differ in their last bits from those of the command "
            f"line. Set {THREADS_VARIABLE}=1, or train with fcnn first",
            stacklevel=4,
        )
