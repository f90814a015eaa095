"""Data sets: points sampled from a ground truth, or the rows of a table."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import TableTask
from fcnn.config.schema import CsvDataset, Dataset, SklearnDataset, SyntheticDataset
from fcnn.data.tables import Table, read
from fcnn.errors import ConfigError
from fcnn.targets import TARGET_FUNCTIONS, Task, task_of

Array = NDArray[np.float32]
Classes = NDArray[np.int64]

LOW, HIGH = -2.0, 2.0
"""Both inputs of a synthetic data set are uniform on [LOW, HIGH]."""
FAR, TOO_FAR = 1e4, 1e18
"""Deviations from the training rows at which a value of a table is told, and at which its square leaves single precision."""


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
    `x_scale` and `y_scale` are of a table's columns, where those were standardised, and `x_val_own` are its validation points in
    its own units; `notes` say in a line each what a user should know of a table.
    """

    x: Array
    y: Array
    x_val: Array
    y_val: Array
    classes: tuple[str, ...] = ()
    x_scale: Scale | None = None
    y_scale: Scale | None = None
    x_val_own: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()

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
def load_dataset(dataset: Dataset, validation_points: int) -> Data:
    """The data of a config; `validation_points` is for synthetic data, tables are split by a share of their own.

    Raises:
        ConfigError: the table cannot be read, or has columns that a network cannot use.
    """
    match dataset:
        case SyntheticDataset():
            return _synthetic(dataset, validation_points)
        case CsvDataset():
            return _split(dataset, read(dataset))
        case SklearnDataset():
            return _split(dataset, _bundled(dataset))


def _synthetic(dataset: SyntheticDataset, validation_points: int) -> Data:
    truth = TARGET_FUNCTIONS[dataset.name]
    training, validation = (
        np.random.default_rng(seed) for seed in np.random.SeedSequence(dataset.seed).spawn(2)
    )
    x, y = _sample(dataset, dataset.n_points, training)
    x_val, y_val = _sample(dataset, validation_points, validation)
    classes = tuple(str(number) for number in range(truth.n_classes))
    return Data(x, y, x_val, y_val, classes)


def _sample(dataset: SyntheticDataset, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    truth = TARGET_FUNCTIONS[dataset.name]
    x = rng.uniform(LOW, HIGH, size=(n, 2))
    y = truth(x)
    if truth.n_classes:
        # A flipped label is one of the other classes, each as likely as the others.
        flipped = rng.random(n) < dataset.noise
        y = np.where(flipped, (y + rng.integers(1, truth.n_classes, size=n)) % truth.n_classes, y)
        return x.astype(np.float32), encode_classes(y.astype(np.int64), truth.n_classes)
    y = y + dataset.noise * rng.standard_normal(n)
    return x.astype(np.float32), y[:, np.newaxis].astype(np.float32)


def encode_classes(classes: Classes, n_classes: int) -> Array:
    """Class numbers (n,) as targets: (n, 1) of 0 and 1 for two classes, one-hot (n, n_classes) for several."""
    if n_classes == 2:
        return classes[:, np.newaxis].astype(np.float32)
    return np.eye(n_classes, dtype=np.float32)[classes]


def class_numbers(y: Array, task: Task) -> Classes:
    """Class numbers (n,) of targets or probabilities (n, n_outputs)."""
    return (y[:, 0] > 0.5).astype(np.int64) if task is Task.BINARY else y.argmax(axis=1)


def _bundled(dataset: SklearnDataset) -> Table:
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{dataset.table}")()
    task: TableTask = (
        "regression" if dataset.table in ("diabetes", "linnerud") else "classification"
    )
    names = tuple(map(str, getattr(bunch, "target_names", ("target",))))
    x = np.asarray(bunch.data, dtype=np.float64)
    features = tuple(map(str, bunch.feature_names))

    def written(row: int, column: str) -> str:
        return str(x[row, features.index(column)])

    if task == "classification":
        target = np.asarray(bunch.target_names)[bunch.target]
        return Table(dataset.table, features, ("target",), x, target, task, written)
    return Table(dataset.table, features, names, x, bunch.target, task, written)


def _split(dataset: CsvDataset | SklearnDataset, table: Table) -> Data:
    """Splits rows by seed; features, and values to be regressed, get mean 0 and variance 1 on the training rows."""
    n_rows = len(table.x)
    order = np.random.default_rng(dataset.seed).permutation(n_rows)
    n_val = round(n_rows * dataset.validation_share)
    if n_val < 2 or n_rows - n_val < 2:
        raise ConfigError(
            f"dataset.validation_share={dataset.validation_share}: of {n_rows} rows, too few are left on one side"
        )
    train, validation = order[n_val:], order[:n_val]
    inputs, x_scale, notes = _standardise(table, table.x, table.features, train)
    rows = inputs[train], inputs[validation]
    own, told = table.x[validation], (*table.notes, *notes)
    if table.task == "regression":
        values = np.asarray(table.target, dtype=np.float64).reshape(n_rows, -1)
        constant = _constant(values[train])
        if constant.any():
            where = "" if _constant(values).any() else " in the training rows"
            index = int(constant.argmax())
            raise ConfigError(
                f"dataset: the target {table.targets[index]} is constant{where}, {values[train[0], index]:g}: "
                f"there is nothing to learn{_other_rows(where)}"
            )
        y, y_scale, notes = _standardise(table, values, table.targets, train)
        return Data(
            *(rows[0], y[train], rows[1], y[validation]),
            x_scale=x_scale,
            y_scale=y_scale,
            x_val_own=own,
            notes=(*told, *notes),
        )
    names, numbers, notes = _class_numbers(table, train)
    y = encode_classes(numbers, len(names))
    return Data(
        *(rows[0], y[train], rows[1], y[validation]),
        classes=names,
        x_scale=x_scale,
        x_val_own=own,
        notes=(*told, *notes),
    )


def _class_numbers(
    table: Table, train: NDArray[np.int64]
) -> tuple[tuple[str, ...], Classes, tuple[str, ...]]:
    """The sorted names of the classes, the class of each row as a place among them, and what a user should know of them.

    Raises:
        ConfigError: there is one class only, or nearly each row has its own.
    """
    names, numbers = np.unique(table.target, return_inverse=True)
    if len(names) < 2:
        raise ConfigError("dataset: the target has one class only")
    if len(names) > len(numbers) / 2:
        raise ConfigError(
            f"dataset: the target has {len(names)} classes in {len(numbers)} rows; values are for dataset.task=regression"
        )
    trained = np.unique(numbers[train])
    if len(trained) < 2:
        where = " in the training rows"
        raise ConfigError(
            f"dataset: the target has one class only{where}, {names[trained[0]]}{_other_rows(where)}"
        )
    unseen = [str(name) for name in np.delete(names, trained)]
    notes = []
    if unseen:
        which = f"class {unseen[0]} is" if len(unseen) == 1 else f"classes {_listed(unseen)} are"
        notes.append(
            f"{table.name}: {which} in validation rows only, and no network can know of it{_other_rows(which)}"
        )
    return tuple(map(str, names)), numbers.astype(np.int64), tuple(notes)


def _other_rows(where: str) -> str:
    return "; another dataset.seed or dataset.validation_share gives other rows" if where else ""


def _listed(names: list[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _constant(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which columns (n_columns,) of `values` (n, n_columns) vary by no more than a few rounding errors of their size."""
    deviation = (values - values[0]).std(axis=0)
    return np.asarray(deviation <= 10 * np.finfo(np.float64).eps * np.abs(values).max(axis=0))


def _standardise(
    table: Table, values: NDArray[np.float64], names: tuple[str, ...], train: NDArray[np.int64]
) -> tuple[Array, Scale, tuple[str, ...]]:
    """Columns with mean 0 and variance 1 over the training rows, how, and what a user should know of them.

    A column that is constant there has no deviation to be divided by: it is kept within 1 of its mean, so that what it may be in a
    validation row, for which no weight was trained, does not carry the loss away.

    Raises:
        ConfigError: single precision cannot hold the column.
    """
    mean, deviation = values[train].mean(axis=0), values[train].std(axis=0)
    constant = _constant(values[train])
    scale = Scale(
        mean, np.where(constant, np.maximum(1, np.abs(values - mean).max(axis=0)), deviation)
    )
    scaled = (values - scale.mean) / scale.deviation
    notes = []
    everywhere = constant & _constant(values)
    for columns, where in ((everywhere, ""), (constant & ~everywhere, " in the training rows")):
        if columns.any():
            named = _listed([names[index] for index in np.flatnonzero(columns)])
            which = f"column {named} is" if columns.sum() == 1 else f"columns {named} are"
            notes.append(f"{table.name}: {which} constant{where}, and of no use to a network")
    lower, upper = np.quantile(values, [0.25, 0.75], axis=0)
    for index, name in enumerate(names):
        row = int(np.abs(scaled[:, index]).argmax())
        far, spread = abs(scaled[row, index]), (upper - lower)[index] / scale.deviation[index]
        flat = 0 < spread < np.finfo(np.float32).eps and not constant[index]
        if far <= FAR and not flat:
            continue
        cell = f"{table.written(row, name)} in row {row + 1}"
        if far > TOO_FAR or flat:
            reason = (
                "beside which single precision cannot tell half of its values apart"
                if flat
                else f"{far:.1g} deviations from the training rows"
            )
            raise ConfigError(f"dataset: column {name} is too large: {cell}, {reason}")
        notes.append(
            f"{table.name}: column {name} has {cell}, {far:.1g} deviations from the training rows"
        )
    return np.asarray(scaled, dtype=np.float32), scale, tuple(notes)
