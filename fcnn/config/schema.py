"""The typed config of a run: its keys, their ranges, and checks across keys.

Hydra composes the files of `conf/`, which hold the defaults; `parsing` turns the result into these
frozen dataclasses. Neither TensorFlow nor MLflow is imported here, so a wrong config fails fast.
"""

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from fcnn.config.claims import Claim, parse_claims
from fcnn.config.declarations import PerMember, find_unsupported
from fcnn.config.fields import (
    STRICT,
    Name,
    NonNegativeFloat,
    PointCount,
    SavedModels,
    Seed,
    StudyName,
)
from fcnn.config.locations import project_dir
from fcnn.config.model import Model
from fcnn.config.optimizers import Optimizer
from fcnn.config.schedules import Constant, Schedule
from fcnn.config.tables import SklearnDataset, TableDataset
from fcnn.config.training import Training
from fcnn.library_names import LibraryName
from fcnn.targets import TARGET_FUNCTIONS

if TYPE_CHECKING:
    TargetFunctionName = str
else:
    TargetFunctionName = Literal[tuple(TARGET_FUNCTIONS)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SyntheticDataset:
    """Points of a function of two inputs, uniform on [-2, 2] x [-2, 2].

    By default `seed` follows `training.seed`: runs of the same seed see the same points.
    """

    name: TargetFunctionName
    n_points: PointCount
    noise: NonNegativeFloat
    seed: Annotated[Seed, PerMember()]

    def __post_init__(self) -> None:
        if TARGET_FUNCTIONS[self.name].n_classes and self.noise > 1:
            raise ValueError(
                f"dataset.noise={self.noise}: should be at most 1, "
                "it is the share of flipped labels"
            )


Dataset = Annotated[SyntheticDataset | TableDataset | SklearnDataset, Field(discriminator="name")]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Study:
    """A named grid: its MLflow experiment, its description, and how plots show it.

    `colour` and `style` are the hyperparameters that plots show as colour and line style. `claims`
    are what is expected of it; runs do not keep them, only their sweep does.
    """

    name: StudyName | None
    description: Name
    colour: str | None
    style: str | None
    claims: Annotated[tuple[Claim, ...], BeforeValidator(parse_claims)] = dataclasses.field(
        default=(), hash=False
    )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Tracking:
    """Where runs are recorded.

    `outbox` is the folder that keeps finished networks while the store is unavailable.
    `save_model` says which runs have a model beside their weights: all, none, or of each cell the
    best and the median one. The sweeper sets `parent_run_id`, the MLflow run of its sweep.
    """

    uri: Annotated[str, Field(min_length=1)]
    # A default for configs saved before this key existed.
    outbox: Annotated[str, Field(min_length=1)] = Field(
        default_factory=lambda: str(project_dir() / "outbox")
    )
    save_model: SavedModels
    parent_run_id: str | None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Config:
    """The whole config of a run: its hyperparameters, its study, and where it is recorded."""

    library: LibraryName
    dataset: Dataset
    model: Model
    optimizer: Optimizer
    training: Training
    tracking: Tracking
    study: Study
    # Defaults for configs saved before the keys existed; the last two cannot change a result.
    schedule: Schedule = Constant()
    force: bool = False
    dry_run: bool = False

    @property
    def experiment(self) -> str:
        """Name of the MLflow experiment: the study's, else `grid` in a sweep, `single` outside."""
        return self.sweep_experiment if self.study.name or self.tracking.parent_run_id else "single"

    @property
    def sweep_experiment(self) -> str:
        """Name of the MLflow experiment of a sweep over this config."""
        return self.study.name or "grid"

    @property
    def records_score(self) -> bool:
        """Whether `score` and `val_score` are recorded beside the loss.

        They are where the loss is not comparable with that of other configs: the plain mean squared
        error or cross-entropy.
        """
        has_penalty = bool(self.model.l1 or self.model.l2)
        return has_penalty or not self.training.minimises_score

    def __post_init__(self) -> None:
        self._check_support()
        if self.schedule.warmup_epochs >= self.training.epochs:
            raise ValueError(
                f"schedule.warmup_epochs={self.schedule.warmup_epochs}: should be less than "
                f"training.epochs, which is {self.training.epochs}"
            )
        if self.model.normalization == "batch" and self.training.batch_size == 1:
            raise ValueError(
                "model.normalization=batch: needs batches of several points, "
                "training.batch_size is 1"
            )
        keys = flatten_hyperparameters(self)
        for axis in ("colour", "style"):
            key = getattr(self.study, axis)
            if key is not None and key not in keys:
                raise ValueError(
                    f"study.{axis}={key}: not a hyperparameter; choose from {', '.join(keys)}"
                )

    def _check_support(self) -> None:
        """Refuse what the library lacks, naming the libraries that have it."""
        for section in SECTIONS[1:]:
            for key, value, only in find_unsupported(getattr(self, section), self.library, section):
                *others, last = only.libraries
                libraries = f"{', '.join(others)} and {last} have" if others else f"{last} has"
                raise ValueError(
                    f"{key}={value}: library={self.library} does not have it, {libraries}"
                )


SECTIONS = ("library", "dataset", "model", "optimizer", "schedule", "training")
"""The sections whose keys can change the result of a run."""


def flatten_hyperparameters(config: Config) -> dict[str, str]:
    """Return every key that can change the result of a run, flat, with its value as text.

    Example:
        >>> flatten_hyperparameters(config)
        {"library": "keras", "dataset.name": "prod", "model.hidden_units": "[16, 16]", ...}
    """
    return {key: as_text(value) for key, value in flatten_config(config).items()}


def as_text(value: Any) -> str:
    """Return a value as params have it; a tuple as a list, and no zero is negative."""
    if isinstance(value, float) and value == 0:
        value = 0.0
    return str(list(value) if isinstance(value, tuple) else value)


def flatten_config(config: Config) -> dict[str, Any]:
    """Return the same keys with Python values; lists instead of tuples."""
    library, *sections = SECTIONS
    values: dict[str, Any] = {library: config.library}
    for section in sections:
        values |= _flatten(getattr(config, section), section)
    return values


def _flatten(section: object, prefix: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in vars(section).items():
        key = f"{prefix}.{name}"
        if dataclasses.is_dataclass(value):
            values |= _flatten(value, key)
        else:
            values[key] = list(value) if isinstance(value, tuple) else value
    return values
