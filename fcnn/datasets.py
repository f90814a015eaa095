"""Data sets: points sampled from a ground truth, or the rows of a table."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fcnn.config import Bundled, ConfigError, Csv, Dataset, Synthetic
from fcnn.config.choices import TableTask
from fcnn.truths import TRUTHS, Task, task_of

Array = NDArray[np.float32]
Classes = NDArray[np.int64]

LOW, HIGH = -2.0, 2.0
"""Both inputs of a synthetic data set are uniform on [LOW, HIGH]."""


@dataclass(frozen=True, eq=False)
class Scale:
    """How columns were standardised: to `(values - mean) / deviation`, both of shape (n_columns,)."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Data:
    """Points to train on and points never trained on.

    Shapes: `x` (n_points, n_inputs), `y` (n_points, n_outputs), `x_val` and `y_val` the same with the number of validation
    points. Targets are values (regression), 0 or 1 (binary) or one-hot rows (multiclass); `classes` names the classes.
    `x_scale` and `y_scale` are of a table's columns, where those were standardised.
    """

    x: Array
    y: Array
    x_val: Array
    y_val: Array
    classes: tuple[str, ...] = ()
    x_scale: Scale | None = None
    y_scale: Scale | None = None

    @property
    def task(self) -> Task:
        """What the number of classes makes it."""
        return task_of(len(self.classes))

    @property
    def n_inputs(self) -> int:
        """Width of the network's input."""
        return int(self.x.shape[1])

    @property
    def n_outputs(self) -> int:
        """Width of the network's output."""
        return int(self.y.shape[1])


@lru_cache(maxsize=16)
def load(dataset: Dataset, validation_points: int) -> Data:
    """The data of a config; `validation_points` is for synthetic data, tables are split by a share of their own.

    Raises:
        ConfigError: the table cannot be read, or has columns that a network cannot use.
    """
    match dataset:
        case Synthetic():
            return _synthetic(dataset, validation_points)
        case Csv():
            return _csv(dataset)
        case Bundled():
            return _bundled(dataset)


def _synthetic(dataset: Synthetic, validation_points: int) -> Data:
    truth = TRUTHS[dataset.name]
    training, validation = (
        np.random.default_rng(seed) for seed in np.random.SeedSequence(dataset.seed).spawn(2)
    )
    x, y = _sample(dataset, dataset.n_points, training)
    x_val, y_val = _sample(dataset, validation_points, validation)
    classes = tuple(str(number) for number in range(truth.n_classes))
    return Data(x, y, x_val, y_val, classes)


def _sample(dataset: Synthetic, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    truth = TRUTHS[dataset.name]
    x = rng.uniform(LOW, HIGH, size=(n, 2))
    y = truth(x)
    if truth.n_classes:
        # A flipped label is one of the other classes, each as likely as the others.
        flipped = rng.random(n) < dataset.noise
        y = np.where(flipped, (y + rng.integers(1, truth.n_classes, size=n)) % truth.n_classes, y)
        return x.astype(np.float32), encode(y.astype(np.int64), truth.n_classes)
    y = y + dataset.noise * rng.standard_normal(n)
    return x.astype(np.float32), y[:, np.newaxis].astype(np.float32)


def encode(classes: Classes, n_classes: int) -> Array:
    """Class numbers (n,) as targets: (n, 1) of 0 and 1 for two classes, one-hot (n, n_classes) for several."""
    if n_classes == 2:
        return classes[:, np.newaxis].astype(np.float32)
    return np.eye(n_classes, dtype=np.float32)[classes]


def class_numbers(y: Array, task: Task) -> Classes:
    """Class numbers (n,) of targets or probabilities (n, n_outputs)."""
    return (y[:, 0] > 0.5).astype(np.int64) if task is Task.BINARY else y.argmax(axis=1)


def _csv(dataset: Csv) -> Data:
    import pandas as pd  # takes a quarter of a second, and few configs need it

    try:
        table = pd.read_csv(BytesIO(contents(dataset.path)[0]))
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"dataset.path={dataset.path}: is no csv table: {str(error).splitlines()[0]}"
        ) from None
    features = list(
        dataset.features or [column for column in table.columns if column != dataset.target]
    )
    if dataset.target in features:
        raise ConfigError(
            f"dataset.features={features}: column {dataset.target} is the target, which a network is not to be told"
        )
    for column in (dataset.target, *features):
        if column not in table.columns:
            raise ConfigError(
                f"dataset: column {column} is not in {dataset.path}; it has {', '.join(map(str, table.columns))}"
            )
        missing = table[column].isna()
        if missing.any():
            raise ConfigError(
                f"dataset: column {column} has {missing.sum()} missing values, the first in row {missing.argmax() + 1}"
            )
    numeric = features if dataset.task == "classification" else [*features, dataset.target]
    for column in numeric:
        if not pd.api.types.is_numeric_dtype(table[column]):
            way = (
                "dataset.task=classification takes it as classes"
                if column == dataset.target
                else "dataset.features names those to take"
            )
            raise ConfigError(
                f"dataset: column {column} holds text, a network needs numbers; {way}"
            )
        if not np.isfinite(table[column]).all():
            raise ConfigError(f"dataset: column {column} has infinite values")
    if dataset.task == "classification" and pd.api.types.is_float_dtype(table[dataset.target]):
        raise ConfigError(
            f"dataset: column {dataset.target} holds fractions, classes are whole numbers or words"
        )
    return _table(
        dataset,
        table[features].to_numpy(np.float64),
        table[dataset.target].to_numpy(),
        dataset.task,
    )


@lru_cache(maxsize=4)
def contents(path: str) -> tuple[bytes, str]:
    """A csv file as this process first saw it, and its hash: what is trained on is what is recorded, though the file may change.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        found = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"dataset.path={path}: cannot be read: {error.strerror}") from None
    return found, hashlib.sha256(found).hexdigest()[:16]


def _bundled(dataset: Bundled) -> Data:
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{dataset.table}")()
    names = getattr(bunch, "target_names", ())
    task: TableTask = (
        "regression" if dataset.table in ("diabetes", "linnerud") else "classification"
    )
    target = np.asarray(names)[bunch.target] if task == "classification" else bunch.target
    return _table(dataset, np.asarray(bunch.data, dtype=np.float64), target, task)


def _table(
    dataset: Csv | Bundled, x: NDArray[np.float64], target: NDArray[np.generic], task: TableTask
) -> Data:
    """Splits rows by seed; features, and values to be regressed, get mean 0 and variance 1 on the training rows."""
    order = np.random.default_rng(dataset.seed).permutation(len(x))
    n_val = round(len(x) * dataset.validation_share)
    if n_val < 2 or len(x) - n_val < 2:
        raise ConfigError(
            f"dataset.validation_share={dataset.validation_share}: of {len(x)} rows, too few are left on one side"
        )
    train, validation = order[n_val:], order[:n_val]
    inputs, x_scale = _standardise(x, train)
    if task == "regression":
        y, y_scale = _standardise(np.asarray(target, dtype=np.float64).reshape(len(x), -1), train)
        return Data(
            inputs[train], y[train], inputs[validation], y[validation], (), x_scale, y_scale
        )
    names, classes = np.unique(target, return_inverse=True)
    if len(names) < 2:
        raise ConfigError("dataset: the target has one class only")
    if len(names) > len(x) / 2:
        raise ConfigError(
            f"dataset: the target has {len(names)} classes in {len(x)} rows; values are for dataset.task=regression"
        )
    y = encode(classes.astype(np.int64), len(names))
    return Data(
        inputs[train], y[train], inputs[validation], y[validation], tuple(map(str, names)), x_scale
    )


def _standardise(values: NDArray[np.float64], train: NDArray[np.int64]) -> tuple[Array, Scale]:
    deviation = values[train].std(axis=0)
    scale = Scale(values[train].mean(axis=0), np.where(deviation > 0, deviation, 1))
    return np.asarray((values - scale.mean) / scale.deviation, dtype=np.float32), scale
