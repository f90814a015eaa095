"""What a single value of a config may be: a name to choose, or a number in a range."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

Activation = Literal["relu", "sigmoid", "tanh"]
"""Activation function of the hidden layers."""
Initializer = Literal["random_uniform", "glorot_uniform", "he_normal"]
"""Distribution of the initial kernels; biases start at zero. `fcnn.network` has the formulas."""
LibraryName = Literal["keras", "tensorflow", "torch", "sklearn"]
"""Library that trains the network."""
TableTask = Literal["regression", "classification"]
"""Task of a table; two classes or several is what its target column says."""
SklearnTable = Literal["breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine"]
"""Tables that come with scikit-learn, none of them fetched from anywhere."""

NO_NAME = "no_name"
"""Type of the error of a name that was read as something else."""
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


def _single(value: float) -> float:
    """Networks compute in single precision, where larger numbers are infinite."""
    if value > 3e38:
        raise PydanticCustomError("too_large", "should be at most 3e38")
    return value


def _study_name(name: str) -> str:
    """It becomes a folder, so it must not lead out of one."""
    if not re.fullmatch(r"\w[\w.-]{0,99}", name):
        raise ValueError(
            f"study={name}: a name is needed of letters, digits, '_', '-' and '.', at most 100, a letter or digit first"
        )
    return name


def _name(value: object) -> object:
    """A name of digits, which Hydra reads as a number; what it may have written otherwise (1e3, True) is refused."""
    if isinstance(value, bool | float) or value is None:
        raise PydanticCustomError(NO_NAME, "should be a name")
    return str(value) if isinstance(value, int) else value


Name = Annotated[str, BeforeValidator(_name)]
"""What users call their columns, files and studies."""
StudyName = Annotated[Name, AfterValidator(_study_name)]
# Strict, because `true` is no number.
Fraction = Annotated[float, Field(ge=0, lt=1, strict=True)]
PositiveFloat = Annotated[float, Field(gt=0, strict=True), AfterValidator(_single)]
NonNegativeFloat = Annotated[float, Field(ge=0, strict=True), AfterValidator(_single)]
UnitInterval = Annotated[float, Field(gt=0, lt=1, strict=True)]
PositiveInt = Annotated[int, Field(ge=1, lt=2**31, strict=True)]
PointCount = Annotated[int, Field(ge=2, lt=2**31, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**63, strict=True)]
