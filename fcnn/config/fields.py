"""Types of single config values: a choice of names, or a number in a range."""

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from fcnn.activations import ACTIVATIONS

if TYPE_CHECKING:
    Activation = str
else:
    Activation = Literal[tuple(ACTIVATIONS)]
"""Activation function of the hidden layers."""
Initializer = Literal[
    "random_uniform",
    "random_normal",
    "truncated_normal",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
]
"""Distribution of the initial kernels; `fcnn.initializers` has the formulas."""
BiasInitializer = Literal["zeros", "uniform"]
"""Distribution of the initial biases: zeros, or uniform as scikit-learn draws them."""
Normalization = Literal["none", "batch", "layer"]
"""What the activities of hidden layers are normalised over."""
Loss = Literal["auto", "mse", "mae", "huber", "log_cosh", "cross_entropy"]
"""Loss that is minimised; `auto` is mse for values, and the cross-entropy for classes."""
LOSSES_OF_VALUES: tuple[Loss, ...] = ("mse", "mae", "huber", "log_cosh")
"""Those of them whose targets are values."""
PLAIN_LOSSES: tuple[Loss, ...] = ("auto", "mse", "cross_entropy")
"""Those of them that every library has, and that runs are compared by."""
ClassWeight = Literal["balanced"]
"""How much the points of each class count."""
TableTask = Literal["regression", "classification"]
"""Task of a table; whether it has two classes or several follows from its target column."""
SklearnTable = Literal["breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine"]
"""Tables that are part of scikit-learn; none is downloaded."""
REGRESSION_TABLES = ("diabetes", "linnerud")
"""Those of them whose targets are values; the others have classes."""
Scaling = Literal["standard", "minmax", "none"]
"""How columns are scaled: to mean 0 and variance 1, to 0 and 1, or not; over training rows."""
MissingValues = Literal["error", "drop", "median"]
"""What becomes of gaps: they are refused, their rows are left out, or they are filled."""

NOT_A_NAME = "not_a_name"
"""Type of pydantic's error for a name that YAML or Hydra reads as another kind of value."""
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
"""Unknown keys, infinity and NaN are errors."""


def _check_single_precision(value: float) -> float:
    """Refuse numbers that are infinite in single precision, in which networks compute."""
    if value > 3e38:
        raise PydanticCustomError("too_large", "should be at most 3e38")
    return value


def check_study_name(name: str) -> str:
    """Refuse names that are not the name of a folder, or that lead out of it."""
    if not re.fullmatch(r"\w[\w.-]{0,99}", name):
        raise ValueError(
            f"study={name}: should be a name of at most 100 letters, digits, '_', '-' and '.', "
            "a letter, digit or '_' first"
        )
    return name


def _restore_name(value: object) -> object:
    """Turn a name of digits, which Hydra reads as an integer, into text again.

    Other values are refused, because their spelling is lost: 1e3 and 1000.0 are the same number.
    """
    if isinstance(value, bool | float) or value is None:
        raise PydanticCustomError(NOT_A_NAME, "should be a name")
    return str(value) if isinstance(value, int) else value


def _restore_names(value: object) -> object:
    """Restore a name, or each of a list of names."""
    if not isinstance(value, list | tuple):
        return _restore_name(value)
    if not value:
        raise PydanticCustomError("no_names", "should be a name, or a list of names")
    return tuple(_restore_name(item) for item in value)


def _name_character(names: dict[str, str]) -> BeforeValidator:
    """Take a character for its name, which needs no quotes in a shell."""
    return BeforeValidator(
        lambda value: names.get(value, value) if isinstance(value, str) else value
    )


def _check_comment(mark: str) -> str:
    if not mark.strip() or "\n" in mark or "\r" in mark:
        raise ValueError("dataset.comment: should be auto, none, or what a comment begins with")
    return mark


def _read_saved_models(value: object) -> object:
    """Take the switch that this was before version 0.2.0."""
    return {True: "all", False: "none"}[value] if isinstance(value, bool) else value


def _format_flag(value: object) -> object:
    """Take a boolean for its text."""
    return str(value).lower() if isinstance(value, bool) else value


Name = Annotated[str, BeforeValidator(_restore_name)]
"""Name of a user's column, file or study."""
Names = Annotated[tuple[Name, ...], Field(min_length=1)]
NameOrNames = Annotated[str | tuple[str, ...], BeforeValidator(_restore_names)]
TableName = Annotated[Literal["table", "csv"], AfterValidator(lambda _: "table")]
"""The kind of data set that is a table of the user's; `csv` is its name before version 0.2.0."""
Separator = Annotated[
    Literal["auto", "comma", "semicolon", "tab", "pipe", "blank"],
    _name_character({",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "blank"}),
]
DecimalMark = Annotated[
    Literal["auto", "point", "comma"], _name_character({".": "point", ",": "comma"})
]
ThousandsSeparator = Annotated[
    Literal["auto", "none", "comma", "point", "blank", "apostrophe"],
    _name_character({",": "comma", ".": "point", " ": "blank", "'": "apostrophe"}),
]
CommentMark = Annotated[Name, AfterValidator(_check_comment)]
Header = Annotated[Literal["auto", "true", "false"], BeforeValidator(_format_flag)]
"""Whether the first row of a file names its columns."""
SavedModels = Annotated[Literal["best", "all", "none"], BeforeValidator(_read_saved_models)]
"""Which runs have their networks stored as models of MLflow's."""
DayFirst = Annotated[Literal["auto", "true", "false"], BeforeValidator(_format_flag)]
"""Whether 1/2/2020 is in February."""
StudyName = Annotated[Name, AfterValidator(check_study_name)]
# Strict, because pydantic would take `true` for 1.
Fraction = Annotated[float, Field(ge=0, lt=1, strict=True)]
PositiveFloat = Annotated[float, Field(gt=0, strict=True), AfterValidator(_check_single_precision)]
NonNegativeFloat = Annotated[
    float, Field(ge=0, strict=True), AfterValidator(_check_single_precision)
]
NonPositiveFloat = Annotated[float, Field(ge=-1e3, le=0, strict=True)]
ShareUpToOne = Annotated[float, Field(gt=0, le=1, strict=True)]
UnitInterval = Annotated[float, Field(gt=0, lt=1, strict=True)]
PositiveInt = Annotated[int, Field(ge=1, lt=2**31, strict=True)]
PointCount = Annotated[int, Field(ge=2, lt=2**31, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**63, strict=True)]
Switch = Annotated[bool, Field(strict=True)]
