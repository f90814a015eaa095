"""Predictions for the rows of a file, from the network of a run."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from fcnn.api.trained import load_network
from fcnn.config.tables import TableDataset
from fcnn.data.columns import Column
from fcnn.data.encoder import Feature
from fcnn.data.number_formats import MARKS
from fcnn.data.table_file import TableFile, read_table_file
from fcnn.data.table_schema import TableSchema
from fcnn.errors import ConfigError
from fcnn.tracking.existing_store import check_exists
from fcnn.tracking.reader import Reader


def predict_file(uri: str, run_id: str, path: str, result: Path) -> int:
    """Write the rows of a file with the predictions of a run's network beside them.

    Args:
        uri: Address of the store.
        run_id: Id of a run on a table.
        path: A file in any notation that `dataset=table` finds by itself.
        result: The csv file to write.

    Returns:
        The number of rows.

    Raises:
        ConfigError: The store has no such run, the run is not on a table, the file is not what its
            network takes, or the result cannot be written.
        StoreError: The store cannot be read.
    """
    check_exists(uri)
    predictor = load_network(Reader(uri), run_id).predictor
    if predictor is None:
        raise ConfigError(f"{run_id}: was trained on synthetic data, which has no columns")
    file = _read_rows(path, predictor.schema)
    features = {feature.name: feature for feature in predictor.schema.encoder.features}
    frame = pd.DataFrame(
        {
            name: _values_for(features[name], column)
            for name, column in file.columns.items()
            if name in features
        }
    )
    try:
        predicted = predictor.predict(frame)
    except ConfigError as error:
        raise ConfigError(*(f"{path}: {line}" for line in error.args)) from None
    predicted = predicted.rename(
        columns={name: f"predicted {name}" for name in predictor.schema.targets}
    )
    rows = pd.DataFrame({name: column.texts for name, column in file.columns.items()})
    _write_csv(pd.concat([rows, predicted], axis="columns"), result, file.number_format.decimal)
    return len(rows)


def _write_csv(table: pd.DataFrame, path: Path, decimal: str) -> None:
    """Write a csv file whole or not at all.

    Args:
        table: Rows as written, and predictions.
        path: The file.
        decimal: The decimal mark of the rows, which predictions have, too.

    Raises:
        ConfigError: It cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        table.to_csv(
            part, index=False, sep=";" if decimal == "comma" else ",", decimal=MARKS[decimal]
        )
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from None


def _read_rows(path: str, schema: TableSchema) -> TableFile:
    """Read a file that should have the columns that a network was trained on."""
    first, *others = schema.encoder.names
    return read_table_file(
        TableDataset(
            name="table",
            path=path,
            target=first,
            features=tuple(others) or None,
            task="regression",
            validation_share=0.0,
            seed=0,
        )
    )


def _values_for(feature: Feature, column: Column) -> NDArray[Any] | list[str]:
    """Return a column as the feature that it should be, or as texts, of which that can be told."""
    is_ambiguous = len(column.date_formats) > 1
    if feature.kind == "word" or column.kind == "word" or column.faults or is_ambiguous:
        return column.texts
    same = column.kind == feature.kind or {column.kind, feature.kind} == {"number", "boolean"}
    return column.values if same else column.texts
