"""Columns of a table as the inputs of a network: gaps filled, words one-hot.

scikit-learn's transformers do the work. What they learn is kept as plain values, of which the same
transformers are made again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.data.columns import Column, Kind
from fcnn.data.levels import choose_levels

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer


@dataclass(frozen=True)
class Feature:
    """What is kept of a feature column.

    Attributes:
        name: Its name.
        kind: Numbers, booleans, dates or words.
        median: Of the training rows; what fills gaps. Words have none.
        has_gaps: Whether the table has gaps here.
        levels: Of words, those that have an input; "" is a gap. Any other sets none of them.
        date_format: Of dates that are texts, their format.
    """

    name: str
    kind: Kind
    median: float | None = None
    has_gaps: bool = False
    levels: tuple[str, ...] = ()
    date_format: str | None = None


@dataclass(frozen=True)
class TableEncoder:
    """Turns feature columns into inputs; fitted on the training rows of a table.

    Inputs are numbers, booleans and dates in the order of the features, then the indicators of
    gaps, then the levels of words.
    """

    features: tuple[Feature, ...]
    has_indicators: bool = False

    @classmethod
    def fit(
        cls, columns: Sequence[Column], train: NDArray[np.int64], has_indicators: bool
    ) -> "TableEncoder":
        """Learn medians from the training rows, and the levels of words from all rows."""
        features = (_fit_feature(column, train, has_indicators) for column in columns)
        return cls(tuple(features), has_indicators)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the feature columns."""
        return tuple(feature.name for feature in self.features)

    @property
    def measured(self) -> tuple[Feature, ...]:
        """The features that are numbers, which are scaled: the first inputs."""
        return tuple(feature for feature in self.features if feature.kind != "word")

    @property
    def input_names(self) -> tuple[str, ...]:
        """What each input stands for: `area`, `age is missing`, `city=Paris`."""
        names = [feature.name for feature in self.measured]
        names += [f"{feature.name} is missing" for feature in self._indicated]
        names += [
            f"{feature.name}={level}" if level else f"{feature.name} is missing"
            for feature in self._words
            for level in feature.levels
        ]
        return tuple(names)

    @property
    def input_places(self) -> dict[str, list[int]]:
        """The places of the inputs that each feature has become."""
        owners = [feature.name for feature in self.measured]
        owners += [feature.name for feature in self._indicated]
        owners += [feature.name for feature in self._words for _ in feature.levels]
        return {
            name: [place for place, owner in enumerate(owners) if owner == name]
            for name in self.names
        }

    def encode(self, values: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Encode feature columns, whose values are as in `Column`.

        Args:
            values: By name, each (n,).

        Returns:
            Inputs in the columns' own units, (n, n_inputs).
        """
        import pandas as pd

        frame = pd.DataFrame({feature.name: values[feature.name] for feature in self.features})
        if frame.empty:  # which scikit-learn refuses
            return np.empty((0, len(self.input_names)))
        return np.asarray(self._transformer.transform(frame), dtype=np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return all that is needed to encode again, as JSON has it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> "TableEncoder":
        """Make the encoder again of what `to_dict` returned."""
        features = [
            Feature(**(feature | {"levels": tuple(feature["levels"])}))
            for feature in state["features"]
        ]
        return cls(tuple(features), state["has_indicators"])

    @property
    def _words(self) -> list[Feature]:
        return [feature for feature in self.features if feature.kind == "word"]

    @property
    def _indicated(self) -> list[Feature]:
        if not self.has_indicators:
            return []
        return [feature for feature in self.measured if feature.has_gaps]

    @cached_property
    def _transformer(self) -> "ColumnTransformer":
        """The transformers, fitted to the one row that has the medians and first levels."""
        import pandas as pd
        from sklearn.compose import ColumnTransformer
        from sklearn.impute import MissingIndicator, SimpleImputer
        from sklearn.preprocessing import OneHotEncoder

        words = [feature.name for feature in self._words]
        levels = [np.array(feature.levels, dtype=object) for feature in self._words]
        encoder = OneHotEncoder(categories=levels, handle_unknown="ignore", sparse_output=False)
        transformers = [
            ("numbers", SimpleImputer(strategy="median"), [part.name for part in self.measured]),
            ("gaps", MissingIndicator(features="all"), [part.name for part in self._indicated]),
            ("words", encoder, words),
        ]
        row = {
            feature.name: [feature.levels[0] if feature.kind == "word" else feature.median]
            for feature in self.features
        }
        return ColumnTransformer(transformers, sparse_threshold=0).fit(pd.DataFrame(row))


def _fit_feature(column: Column, train: NDArray[np.int64], has_indicators: bool) -> Feature:
    has_gaps = bool(column.missing.any())
    if column.kind == "word":
        levels = choose_levels(column.values)
        levels += ("",) if has_gaps and has_indicators else ()
        return Feature(column.name, "word", has_gaps=has_gaps, levels=levels)
    values = column.values[train]
    values = values[~np.isnan(values)]
    # Where all gaps are in the training rows, any number does: no weight will be trained for it.
    median = float(np.median(values)) if len(values) else 0.0
    date_format = column.date_formats[0] if column.date_formats else None
    return Feature(column.name, column.kind, median, has_gaps, date_format=date_format)
