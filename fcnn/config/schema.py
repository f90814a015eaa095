"""The typed config of a run: what may be set, to what, and the checks that refuse the rest.

Hydra composes the files of `conf/`, where the defaults stand; `parsing` makes these frozen dataclasses of the result.
Neither TensorFlow nor MLflow is imported here, so a wrong config costs no waiting.
"""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from omegaconf import OmegaConf
from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config import optimizers
from fcnn.config.errors import FcnnError
from fcnn.config.fields import (
    STRICT,
    Activation,
    Initializer,
    LibraryName,
    Name,
    NonNegativeFloat,
    PointCount,
    PositiveInt,
    Seed,
    SklearnTable,
    StudyName,
    TableTask,
    UnitInterval,
)
from fcnn.targets import TARGET_FUNCTIONS

CHECKOUT = Path(__file__).resolve().parents[2]
if TYPE_CHECKING:
    TargetFunctionName = str
else:
    TargetFunctionName = Literal[tuple(TARGET_FUNCTIONS)]
# The default store lies in the checkout whatever the working directory is; conf/ asks for it as ${checkout:}.
OmegaConf.register_new_resolver("checkout", lambda: str(CHECKOUT), replace=True)


class ConfigError(FcnnError, ValueError):
    """A config that cannot be run. The message is one line: key, value, what is allowed."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Model:
    """Shape and start of the network."""

    hidden_units: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    activation: Activation
    kernel_initializer: Initializer


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Training:
    """How long, in which portions and from which seed the network trains."""

    epochs: PositiveInt
    batch_size: PositiveInt
    seed: Seed
    validation_points: PointCount


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SyntheticDataset:
    """Points of a ground truth; the seed is the data's own, so that every run of a study sees the same points."""

    name: TargetFunctionName
    n_points: PointCount
    noise: NonNegativeFloat
    seed: Seed

    def __post_init__(self) -> None:
        if TARGET_FUNCTIONS[self.name].n_classes and self.noise > 1:
            raise ValueError(
                f"dataset.noise={self.noise}: should be at most 1, it is the share of flipped labels"
            )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CsvDataset:
    """A table of one's own. `features=null` takes every column but the target.

    `digest` is the hash of the file that was planned with, which the sweeper sets; another file is refused.
    """

    name: Literal["csv"]
    path: Name
    target: Name
    features: Annotated[tuple[Name, ...], Field(min_length=1)] | None
    task: TableTask
    validation_share: UnitInterval
    seed: Seed
    digest: str | None = None  # configs that older runs keep have it not


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SklearnDataset:
    """A table that comes with scikit-learn."""

    name: Literal["sklearn"]
    table: SklearnTable
    validation_share: UnitInterval
    seed: Seed


Dataset = Annotated[SyntheticDataset | CsvDataset | SklearnDataset, Field(discriminator="name")]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Study:
    """A named grid: its MLflow experiment, what it is about, and which axes its plots show as colour and line style."""

    name: StudyName | None
    description: Name
    colour: str | None
    style: str | None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Tracking:
    """Where runs are recorded, and the folder that keeps them while a server is away; the sweeper sets `parent_run_id`."""

    uri: Annotated[str, Field(min_length=1)]
    outbox: Annotated[str, Field(min_length=1)] = str(
        CHECKOUT / "outbox"
    )  # configs that older runs keep have it not
    save_model: bool
    parent_run_id: str | None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Config:
    """All of a run: what can change its result (see `hyperparameters`), its study and where it is recorded."""

    library: LibraryName
    dataset: Dataset
    model: Model
    optimizer: optimizers.Optimizer
    training: Training
    tracking: Tracking
    study: Study
    force: bool = (
        False  # these two cannot change a result, and configs that older runs keep have them not
    )
    dry_run: bool = False

    @property
    def experiment(self) -> str:
        """Name of the MLflow experiment: the study's, else `grid` in a sweep and `single` outside one."""
        return self.sweep_experiment if self.study.name or self.tracking.parent_run_id else "single"

    @property
    def sweep_experiment(self) -> str:
        """Name of the experiment of a sweep over this config."""
        return self.study.name or "grid"

    def __post_init__(self) -> None:
        optimizers.check(self.optimizer, self.library)
        keys = hyperparameters(self)
        for axis in ("colour", "style"):
            key = getattr(self.study, axis)
            if key is not None and key not in keys:
                raise ValueError(
                    f"study.{axis}={key}: not a hyperparameter; choose from {', '.join(keys)}"
                )


SECTIONS = ("library", "dataset", "model", "optimizer", "training")
"""The nodes of all that can change the result of a run."""


def hyperparameters(config: Config) -> dict[str, str]:
    """All that can change the result of a run, flat: `{"library": "keras", "model.hidden_units": "[16, 16]", ...}`."""
    library, *sections = SECTIONS
    flat = {library: str(config.library)}
    for section in sections:
        for key, value in dataclasses.asdict(getattr(config, section)).items():
            flat[f"{section}.{key}"] = str(list(value) if isinstance(value, tuple) else value)
    return flat
