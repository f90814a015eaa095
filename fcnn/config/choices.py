"""What a single value of a config may be: a name to choose, or a number in a range."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Activation(StrEnum):
    """Activation function of the hidden layers."""

    RELU = "relu"
    SIGMOID = "sigmoid"
    TANH = "tanh"


class Initializer(StrEnum):
    """Distribution of the initial kernels; biases start at zero. `fcnn.network` has the formulas."""

    RANDOM_UNIFORM = "random_uniform"
    GLOROT_UNIFORM = "glorot_uniform"
    HE_NORMAL = "he_normal"


class LibraryName(StrEnum):
    """Library that trains the network."""

    KERAS = "keras"
    TENSORFLOW = "tensorflow"
    TORCH = "torch"
    SKLEARN = "sklearn"


class TableTask(StrEnum):
    """Task of a table; two classes or several is what its target column says."""

    REGRESSION = "regression"
    CLASSIFICATION = "classification"


class BundledTable(StrEnum):
    """Tables that come with scikit-learn, none of them fetched from anywhere."""

    BREAST_CANCER = "breast_cancer"
    DIABETES = "diabetes"
    DIGITS = "digits"
    IRIS = "iris"
    LINNERUD = "linnerud"
    WINE = "wine"


STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


def _single(value: float) -> float:
    """Networks compute in single precision, where larger numbers are infinite."""
    if value > 3e38:
        raise PydanticCustomError("too_large", "should be at most 3e38")
    return value


# Strict, because `true` is no number.
Fraction = Annotated[float, Field(ge=0, lt=1, strict=True)]
Positive = Annotated[float, Field(gt=0, strict=True), AfterValidator(_single)]
NotNegative = Annotated[float, Field(ge=0, strict=True), AfterValidator(_single)]
Share = Annotated[float, Field(gt=0, lt=1, strict=True)]
Count = Annotated[int, Field(ge=1, lt=2**31, strict=True)]
Points = Annotated[int, Field(ge=2, lt=2**31, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**63, strict=True)]
