"""Features that repeat the target of a table, whatever they are called and however written."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schema import CsvDataset
from fcnn.errors import ConfigError


def check_copies(
    dataset: CsvDataset, numbers: dict[str, NDArray[np.float64]], target: NDArray[Any]
) -> list[str]:
    """Refuse copies of the target under its own name, and return a note on those under others.

    Args:
        dataset: The table's config.
        numbers: Values of each feature, shape (n_rows,).
        target: Values or classes, shape (n_rows,).

    Raises:
        ConfigError: A feature repeats the target, and has its name but for case or a number.
    """
    is_copy = _encodes_classes if dataset.task == "classification" else _has_same_values
    copies = [column for column, values in numbers.items() if is_copy(values, target)]
    for column in copies:
        # pandas numbers columns of the same name, and may have written the file itself.
        if _normalise_name(column) == _normalise_name(dataset.target):
            raise ConfigError(
                f"dataset: column {column} repeats the target, {dataset.target}, "
                "which must not be a feature; dataset.features names the columns to use"
            )
    return [
        f"{dataset.path}: column {column} repeats the target, {dataset.target}, in every row, "
        "and gives the answer away; dataset.features names the columns to use"
        for column in copies
    ]


def _has_same_values(values: NDArray[np.float64], target: NDArray[np.float64]) -> bool:
    # 0.3 and 3e-1 may be read as neighbouring numbers.
    return bool(np.abs(values - target).max() <= 1e-9 * np.ptp(target))


def _encodes_classes(values: NDArray[np.float64], classes: NDArray[Any]) -> bool:
    """Tell whether each value belongs to one class and each class to one value."""
    distinct, codes = np.unique(values, return_inverse=True)
    names, numbers = np.unique(classes, return_inverse=True)
    n_pairs = len(np.unique(codes * len(names) + numbers))
    return len(distinct) == len(names) == n_pairs


def _normalise_name(column: str) -> str:
    return re.sub(r"\.\d+$", "", column.strip()).casefold()
