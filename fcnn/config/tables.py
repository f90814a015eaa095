"""The config of tables: of the user's own, and of those that come with scikit-learn.

Defaults are for configs saved before the keys existed; `conf/dataset/` has those of new runs.
"""

from typing import Annotated, Literal

from pydantic import ValidationInfo, field_validator
from pydantic.dataclasses import dataclass

from fcnn.config.declarations import Notation, PerMember
from fcnn.config.fields import (
    REGRESSION_TABLES,
    STRICT,
    CommentMark,
    DayFirst,
    DecimalMark,
    Fraction,
    Header,
    MissingValues,
    Name,
    NameOrNames,
    Names,
    Scaling,
    Seed,
    Separator,
    SklearnTable,
    Switch,
    TableName,
    TableTask,
    ThousandsSeparator,
)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TableDataset:
    """A table of your own; `csv` is its name before version 0.2.0.

    It is a file of csv or tsv, compressed or not, or of Parquet.

    `features=None` takes every column but `target` and `group`. `stratify` gives each class the
    same share of all parts, where the target has classes. `digest` is the hash of the parsed
    columns when the sweep was planned, set by the sweeper; jobs refuse a table with other contents.
    """

    name: TableName
    path: Name
    target: NameOrNames
    features: Names | None
    task: TableTask
    group: Name | None = None
    missing: MissingValues = "error"
    missing_indicator: Switch = False
    scaling: Scaling = "standard"
    separator: Annotated[Separator, Notation()] = "auto"
    decimal: Annotated[DecimalMark, Notation()] = "auto"
    thousands: Annotated[ThousandsSeparator, Notation()] = "auto"
    encoding: Annotated[Name, Notation()] = "auto"
    comment: Annotated[CommentMark, Notation()] = "auto"
    header: Annotated[Header, Notation()] = "auto"
    day_first: Annotated[DayFirst, Notation()] = "auto"
    validation_share: Fraction
    seed: Annotated[Seed, PerMember()]
    test_share: Fraction = 0.0
    stratify: Switch = False
    digest: str | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of all target columns."""
        return (self.target,) if isinstance(self.target, str) else self.target

    @field_validator("stratify")
    @classmethod
    def _stratify_classes_only(cls, stratify: bool, info: ValidationInfo) -> bool:
        return stratify and info.data.get("task") == "classification"

    def __post_init__(self) -> None:
        if len(self.targets) > 1 and self.task == "classification":
            raise ValueError(
                f"dataset.target={list(self.targets)}: a classification has one target; several "
                "are for dataset.task=regression"
            )
        if len(set(self.targets)) < len(self.targets):
            raise ValueError(f"dataset.target={list(self.targets)}: a column is repeated")
        if self.missing_indicator and self.missing != "median":
            raise ValueError(
                "dataset.missing_indicator=true: needs dataset.missing=median; with "
                f"dataset.missing={self.missing} no gaps are filled"
            )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SklearnDataset:
    """A table that is part of scikit-learn."""

    name: Literal["sklearn"]
    table: SklearnTable
    scaling: Scaling = "standard"
    validation_share: Fraction
    seed: Annotated[Seed, PerMember()]
    test_share: Fraction = 0.0
    stratify: Switch = False

    @field_validator("stratify")
    @classmethod
    def _stratify_classes_only(cls, stratify: bool, info: ValidationInfo) -> bool:
        return stratify and info.data.get("table") not in REGRESSION_TABLES
