"""Which decimal mark and thousands separator a file has."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fcnn.config.tables import TableDataset
from fcnn.data.number_formats import (
    FORMATS,
    NumberFormat,
    cast_numbers,
    drop_missing,
    find_numbers,
    trim,
)
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

WITH_THOUSANDS = NumberFormat("comma", "point")
"""The format in which 1.234 is above 1000."""


def choose_format(
    dataset: TableDataset, columns: "Mapping[str, pa.ChunkedArray[Any]]", is_default: bool
) -> tuple[NumberFormat, tuple[str, ...]]:
    """Choose the format of the numbers of a file.

    Where the default reading of the file was right, this is the first format that the config
    allows: a decimal point. Otherwise it is the only one in which all columns that can be numbers
    are numbers.

    Args:
        dataset: The table's config.
        columns: Texts by name.
        is_default: Whether fields are separated by commas, as is the default.

    Returns:
        The format, and a note on what was decided.

    Raises:
        ConfigError: Two formats fit, and give different numbers.
    """
    allowed = list_formats(dataset)
    first, *others = allowed
    if (is_default and dataset.decimal == dataset.thousands == "auto") or not others:
        return first, ()
    settled, unsettled = [], {}
    for name, cells in columns.items():
        present = drop_missing(trim(cells))
        if _fits(present, first):
            settled.append(present)
        elif any(_fits(present, other) for other in others):
            unsettled[name] = present
    if not unsettled:
        return first, _describe_thousands(dataset, columns, others)
    fitting = [
        other
        for other in others
        if all(_fits(present, other) for present in (*settled, *unsettled.values()))
    ]
    for name, present in unsettled.items():
        _check_agreement(dataset, name, present, fitting)
    if not fitting:
        return first, ()
    return fitting[0], (f"{dataset.path}: its numbers are read with {fitting[0]}",)


def list_formats(dataset: TableDataset) -> list[NumberFormat]:
    """List the formats that a config allows, the default one first."""
    allowed = [
        candidate
        for candidate in FORMATS
        if dataset.decimal in ("auto", candidate.decimal)
        and dataset.thousands in ("auto", candidate.thousands)
    ]
    if not allowed:
        raise ConfigError(
            f"dataset.thousands={dataset.thousands}: is the decimal mark, too; numbers need two"
        )
    return allowed


def find_fitting_formats(
    cells: "pa.ChunkedArray[Any]", allowed: Sequence[NumberFormat]
) -> list[NumberFormat]:
    """Find the formats in which all of a column's cells that are not missing are numbers."""
    present = drop_missing(trim(cells))
    return [candidate for candidate in allowed if _fits(present, candidate)]


def _describe_thousands(
    dataset: TableDataset,
    columns: "Mapping[str, pa.ChunkedArray[Any]]",
    others: Sequence[NumberFormat],
) -> tuple[str, ...]:
    """Say that the points of a column may separate thousands, as in 1.234."""
    import pyarrow.compute as pc

    for name, cells in columns.items():
        present = drop_missing(trim(cells))
        if WITH_THOUSANDS not in others or not _fits(present, WITH_THOUSANDS):
            continue
        with_point = present.filter(pc.match_substring(present, "."))
        is_fraction = pc.match_substring_regex(with_point, r"^[+-]?0")
        if len(with_point) and not pc.any(is_fraction).as_py():
            return (
                f"{dataset.path}: column {name} is read with decimal points, "
                f"{with_point[0].as_py()} as a fraction; {WITH_THOUSANDS} reads thousands",
            )
    return ()


def _check_agreement(
    dataset: TableDataset,
    name: str,
    present: "pa.Array[Any]",
    fitting: Sequence[NumberFormat],
) -> None:
    """Refuse a column that two formats read differently."""
    readings = [cast_numbers(present, candidate) for candidate in fitting]
    for candidate, numbers in zip(fitting[1:], readings[1:], strict=True):
        assert readings[0] is not None
        assert numbers is not None
        if not readings[0].equals(numbers):
            raise ConfigError(
                f"dataset.path={dataset.path}: column {name} can be read in several ways, "
                f"such as {present[0].as_py()}; say which: {fitting[0]} or {candidate}"
            )


def _fits(present: "pa.Array[Any]", number_format: NumberFormat) -> bool:
    import pyarrow.compute as pc

    return len(present) > 0 and bool(pc.all(find_numbers(present, number_format)).as_py())
