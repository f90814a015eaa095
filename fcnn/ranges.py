"""What numbers in a config may be."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

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
