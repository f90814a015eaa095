"""The claims of a study: sentences with the comparisons that would show them.

Claims say nothing about how runs are trained: they enter neither fingerprints nor params. Whether
a grid has the cells that a claim names is checked by `fcnn.claims`; `fcnn.analysis.claims` judges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from fcnn.config.claim_measures import MEASURES, ClaimMeasure
from fcnn.config.fields import STRICT
from fcnn.errors import ConfigError

KEY = "study.claims"

if TYPE_CHECKING:
    MeasureName = str
else:
    MeasureName = Literal[tuple(MEASURES)]

Scalar = bool | int | float | str | None
Value = Scalar | list[Scalar]
Cells = Annotated[dict[str, Value], Field(min_length=1)]
"""Keys and values of a grid: all cells that have them. A list is the value of one key."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Condition:
    """What has to be true for a claim to hold: an inequality, or a similarity.

    An inequality has `lower` and `higher`: `higher` is more than `factor` times (shares: more than
    `difference` above) `lower`. A similarity has `similar`, several groups of cells of which the
    highest is less than `factor` times (`difference` above) the lowest; `axis`, with the cells
    `where` it is varied, stands for one group for each of its values.

    `target` is the validation loss to which epochs are counted; None takes that of the report.
    """

    measure: MeasureName
    lower: Cells | None = None
    higher: Cells | None = None
    similar: Annotated[list[Cells], Field(min_length=2)] | None = None
    axis: str | None = None
    where: Cells | None = None
    factor: Annotated[float, Field(gt=0, strict=True)] | None = None
    difference: Annotated[float, Field(gt=-1, lt=1, strict=True)] | None = None
    target: Annotated[float, Field(gt=0, strict=True)] | None = None

    @property
    def compared(self) -> ClaimMeasure:
        """What is compared, and how."""
        return MEASURES[self.measure]

    @property
    def threshold(self) -> float:
        """The factor or the difference; of an inequality 1 or 0 if it is not stated."""
        if self.compared.is_ratio:
            return 1.0 if self.factor is None else self.factor
        return 0.0 if self.difference is None else self.difference

    @property
    def groups(self) -> dict[str, dict[str, Value]]:
        """The groups of cells that are named, by where they are written."""
        names = {"lower": self.lower, "higher": self.higher, "where": self.where}
        names |= {f"similar[{place}]": cells for place, cells in enumerate(self.similar or [])}
        return {name: cells for name, cells in names.items() if cells}

    def __post_init__(self) -> None:
        forms = [
            self.lower is not None or self.higher is not None,
            self.similar is not None,
            self.axis is not None,
        ]
        if sum(forms) != 1:
            raise ValueError("should have lower and higher, or similar, or axis")
        for name, other in (("lower", "higher"), ("higher", "lower")):
            if getattr(self, name) is None and getattr(self, other) is not None:
                raise ValueError(f"has {other}, but not {name}")
        if self.where is not None and self.axis is None:
            raise ValueError("where goes with axis, whose values are compared")
        if self.target is not None and not self.compared.takes_target:
            names = [name for name, measure in MEASURES.items() if measure.takes_target]
            raise ValueError(f"target={self.target} goes with measure={' or '.join(names)}")
        self._check_threshold()

    def _check_threshold(self) -> None:
        is_ratio = self.compared.is_ratio
        name, other = ("factor", "difference") if is_ratio else ("difference", "factor")
        if getattr(self, other) is not None:
            raise ValueError(f"{other}: {self.measure} is compared by {name}")
        if self.lower is not None:
            return
        least = 1 if is_ratio else 0
        value = getattr(self, name)
        if value is None:
            raise ValueError(f"{name} is missing: it is the limit of what counts as similar")
        if value <= least:
            raise ValueError(f"{name}={value}: should be above {least}")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Claim:
    """A sentence, and the conditions that all have to be true for it to hold."""

    sentence: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)]


_CLAIM = TypeAdapter(Claim)


def parse_claims(claims: object) -> tuple[Claim, ...]:
    """Return the typed claims of a list of mappings.

    A claim of one condition has its keys beside `sentence`. Of several `conditions`, what stands
    beside them is true of each.

    Raises:
        ConfigError: One of them is wrong; the message is one line with its place in the list.
    """
    if claims is None:
        return ()
    if not isinstance(claims, Sequence) or isinstance(claims, str | bytes):
        raise ConfigError(f"{KEY}={claims}: should be a list, each item with a sentence")
    return tuple(_parse_claim(claim, f"{KEY}[{place}]") for place, claim in enumerate(claims))


def dump_claims(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return claims as plain data, of which `parse_claims` makes the same claims again."""
    return [_drop_missing(asdict(claim)) for claim in claims]


def _drop_missing(claim: dict[str, Any]) -> dict[str, Any]:
    conditions = [
        {key: value for key, value in condition.items() if value is not None}
        for condition in claim["conditions"]
    ]
    return claim | {"conditions": conditions}


def _parse_claim(claim: object, place: str) -> Claim:
    if isinstance(claim, Claim):
        return claim
    if not isinstance(claim, Mapping):
        raise ConfigError(f"{place}={claim}: should have a sentence, a measure, lower and higher")
    try:
        return _CLAIM.validate_python(_with_conditions(claim, place))
    except ValidationError as error:
        details = error.errors()[0]
        raise ConfigError(_describe(details, place, is_flat="conditions" not in claim)) from None


def _with_conditions(claim: Mapping[Any, Any], place: str) -> dict[str, Any]:
    shared = {str(key): value for key, value in claim.items()}
    own = {"sentence": shared.pop("sentence")} if "sentence" in shared else {}
    conditions = shared.pop("conditions", [{}])
    if not isinstance(conditions, Sequence) or not all(
        isinstance(condition, Mapping) for condition in conditions
    ):
        raise ConfigError(f"{place}.conditions={conditions}: should be a list of conditions")
    merged = [shared | {str(key): value for key, value in each.items()} for each in conditions]
    return own | {"conditions": merged}


def _describe(error: ErrorDetails, place: str, *, is_flat: bool) -> str:
    """Return one line about an error of pydantic's: where, which value, what is allowed."""
    path = list(error["loc"])
    if is_flat and path[:1] == ["conditions"]:
        del path[:2]
    # A value that fits none of several types has an error for each, with the type as its last part.
    depth = 3 if path[:1] == ["conditions"] else 1
    cells, path = path[depth:], path[:depth]
    key = place + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    value = error["input"]
    match error["type"]:
        case "value_error":
            return f"{key}: {error['ctx']['error']}"
        case "missing":
            return f"{key}: is missing"
        case "unexpected_keyword_argument":
            fields = ", ".join(["sentence", "conditions", *Condition.__dataclass_fields__])
            return f"{key}: there is no such key; choose from {fields}"
        case "literal_error":
            return f"{key}={value}: should be one of {', '.join(MEASURES)}"
        case "too_short" if path[-1:] in (["conditions"], ["similar"]):
            return f"{key}={value}: should have at least {error['ctx']['min_length']} items"
        case "list_type" if path[-1:] == ["similar"]:
            return f"{key}={value}: should be a list of groups of cells"
        case "dict_type" | "too_short":
            return f"{key}={value}: should name cells by keys and values of the grid"
        case _ if cells:
            return f"{key}: {value} should be one value of a key: a number, a text or a list"
    allowed = error["msg"].removeprefix("Input ").removeprefix("String ")
    return f"{key}={value}: {allowed}"
