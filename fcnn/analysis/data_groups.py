"""Groups of runs whose losses are comparable, because they are measured on the same data."""

from collections.abc import Mapping, Sequence

from fcnn.params import (
    DATASET_KEYS,
    DIGEST_KEY,
    Params,
    differing_keys,
    format_label,
    validation_params,
)


def label_data(
    grid: Sequence[Params], axes: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Describe the data on which the loss of each run is measured.

    Args:
        grid: the hyperparameters of each run.
        axes: the keys in which the runs differ, with their values.

    Returns:
        A label for each run, the same for comparable runs, and the axes that describe the data.
    """
    measured = [validation_params(params) for params in grid]
    differing = differing_keys(measured)
    data_keys = {*DATASET_KEYS, DIGEST_KEY, *(key for data in measured for key in data)}
    data_axes = [axis for axis in axes if axis in data_keys]
    groups = [tuple(data.get(key) for key in differing) for data in measured]
    labels: dict[tuple[str | None, ...], str] = {}
    for group, params in zip(groups, grid, strict=True):
        if group in labels:
            continue
        label = format_label(params, data_axes if differing else DATASET_KEYS)
        if label in labels.values():
            # The digest distinguishes two files of the same name.
            label = format_label(params, dict.fromkeys([*data_axes, DIGEST_KEY]))
        labels[group] = label
    return [labels[group] for group in groups], data_axes
