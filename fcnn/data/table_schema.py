"""What a table's columns mean to a network: kept with each run, so that it takes new rows."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import MissingValues
from fcnn.data.encoder import TableEncoder
from fcnn.data.frame_values import read_frame_column
from fcnn.data.number_formats import DEFAULT_FORMAT, NumberFormat
from fcnn.data.scale import Scale
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

MAX_COMPLAINTS = 10
"""Lines of a message about new rows."""


@dataclass(frozen=True, eq=False)
class TableSchema:
    """How rows of a table become inputs, and outputs predictions.

    Attributes:
        encoder: Turns columns into inputs in their own units.
        x_scale: How the inputs are scaled.
        targets: Names of the target columns.
        classes: Names of the classes, empty for regression.
        y_scale: How the targets are scaled, None for classes.
        number_format: How texts write numbers.
        missing: What the config says about gaps. New rows with gaps are refused by `error`, have
            no prediction by `drop`, and are filled by `median`.
        example: The features of a few rows, by name.
    """

    encoder: TableEncoder
    x_scale: Scale
    targets: tuple[str, ...]
    classes: tuple[str, ...]
    y_scale: Scale | None
    number_format: NumberFormat = DEFAULT_FORMAT
    missing: MissingValues = "error"
    example: Mapping[str, list[Any]] = field(default_factory=dict)

    def encode(self, frame: "pd.DataFrame") -> NDArray[np.float64]:
        """Encode rows.

        Args:
            frame: At least the feature columns, of texts or values of any type.

        Returns:
            Inputs in the columns' own units, (n, n_inputs); NaN in rows without a prediction.

        Raises:
            ConfigError: A column is missing, or holds what the network cannot take; up to
                `MAX_COMPLAINTS` lines, with column, row and value.
        """
        absent = [name for name in self.encoder.names if name not in frame.columns]
        if absent:
            listed = ", ".join(absent[:MAX_COMPLAINTS])
            subject = f"column {listed} is" if len(absent) == 1 else f"columns {listed} are"
            raise ConfigError(
                f"{subject} missing; the network was trained on "
                f"{', '.join(self.encoder.names[:MAX_COMPLAINTS])}"
            )
        repeated = frame.columns[
            frame.columns.duplicated() & frame.columns.isin(self.encoder.names)
        ]
        if len(repeated):
            raise ConfigError(f"column {repeated[0]} is there more than once")
        values: dict[str, NDArray[Any]] = {}
        gaps = np.zeros(len(frame), dtype=bool)
        complaints: list[str] = []
        for feature in self.encoder.features:
            column = read_frame_column(frame[feature.name], feature, self.number_format)
            values[feature.name] = column.values
            gaps |= column.missing
            complaints += column.complaints
            if self.missing == "error" and column.missing.any():
                row = int(column.missing.argmax())
                complaints.append(
                    f"column {feature.name} has no value in row {row + 1}, and the network was "
                    "trained with dataset.missing=error"
                )
        if complaints:
            raise ConfigError(*complaints[:MAX_COMPLAINTS])
        inputs = self.encoder.encode(values)
        if self.missing == "drop":
            inputs[gaps] = np.nan
        return inputs

    def scale(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale inputs (n, n_inputs) as the network takes them."""
        return (inputs - self.x_scale.mean) / self.x_scale.deviation

    def restore(self, outputs: NDArray[np.floating]) -> NDArray[np.float64]:
        """Bring outputs (n, n_outputs) of a regression to the targets' own units."""
        values = outputs.astype(np.float64)
        if self.y_scale is None:
            return values
        return values * self.y_scale.deviation + self.y_scale.mean

    def to_json(self) -> str:
        """Return all of it as JSON."""
        state = {
            "encoder": self.encoder.to_dict(),
            "x_scale": _scale_to_dict(self.x_scale),
            "targets": self.targets,
            "classes": self.classes,
            "y_scale": self.y_scale and _scale_to_dict(self.y_scale),
            "number_format": asdict(self.number_format),
            "missing": self.missing,
            "example": dict(self.example),
        }
        return json.dumps(state, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "TableSchema":
        """Make it again of what `to_json` returned."""
        state = json.loads(text)
        return cls(
            encoder=TableEncoder.from_dict(state["encoder"]),
            x_scale=_scale_from_dict(state["x_scale"]),
            targets=tuple(state["targets"]),
            classes=tuple(state["classes"]),
            y_scale=state["y_scale"] and _scale_from_dict(state["y_scale"]),
            number_format=NumberFormat(**state["number_format"]),
            missing=state["missing"],
            example=state["example"],
        )


def _scale_to_dict(scale: Scale) -> dict[str, list[float]]:
    return {"mean": scale.mean.tolist(), "deviation": scale.deviation.tolist()}


def _scale_from_dict(state: Mapping[str, list[float]]) -> Scale:
    return Scale(np.array(state["mean"]), np.array(state["deviation"]))
