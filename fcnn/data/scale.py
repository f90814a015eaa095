"""How columns were scaled."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Scale:
    """How columns were scaled: `(values - mean) / deviation`, both of shape (n_columns,).

    `mean` and `deviation` are those of the training rows, or what takes their places in another
    scaling: least value and range, 0 and 1.
    """

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
