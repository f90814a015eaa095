"""What a grid of configs has in common and what differs: axes, labels, fingerprints. Pure functions on flat params.

Params are strings by config key, as `fcnn.config.hyperparameters` gives them and as MLflow gives them back, so that the
report labels a run with the very words that the run was named with.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from fcnn.config import Config, Csv, hyperparameters
from fcnn.datasets import contents, load
from fcnn.escaping import printable
from fcnn.network import NUMERICS_VERSION, layer_sizes

Params = Mapping[str, str]

SEED = "training.seed"
DATASET = ("dataset.name", "dataset.table", "dataset.path")
"""What a data set is called by."""
DIGEST = "dataset.digest"
"""Hash of a csv file: which table `dataset.path` named when a run was trained."""
VALIDATION_POINTS = "training.validation_points"
_SAME_SAMPLE = ("dataset.n_points", "dataset.features")
"""Keys of a data set that leave its validation sample and the targets in it as they are.

Training points come from a generator of their own, and a table is split by its rows whatever its
columns.
"""

_SAY_ALL = (
    "library",
    "dataset.name",
    "dataset.table",
    "model.activation",
    "model.kernel_initializer",
    "optimizer.name",
)
_WORDS = dict.fromkeys(_SAY_ALL, "{}") | {
    "dataset.n_points": "{} points",
    "training.epochs": "{} epochs",
}
_MAIN = (
    *DATASET,
    "dataset.n_points",
    "library",
    "model.activation",
    "model.hidden_units",
    "model.kernel_initializer",
    "optimizer.name",
    "optimizer.learning_rate",
    "training.batch_size",
    "training.epochs",
)


def units(sizes: Sequence[int]) -> str:
    """Layer sizes as people write them: `2-16-16-1`."""
    return "-".join(str(size) for size in sizes)


def identity(config: Config) -> dict[str, str]:
    """All that can change the result, as flat params: the hyperparameters, and a hash of the csv file that they name."""
    table = {DIGEST: contents(config.dataset.path)[1]} if isinstance(config.dataset, Csv) else {}
    return hyperparameters(config) | table


def fingerprint(config: Config) -> str:
    """Hash of a run's identity and of the version of our numerics, 16 hexadecimal digits."""
    return _hash(identity(config) | {"numerics": str(NUMERICS_VERSION)})


def cell(params: Params) -> str:
    """Hash that runs share when they are equal but for the seed."""
    return _hash({key: value for key, value in params.items() if key != SEED})


def _hash(params: Params) -> str:
    return hashlib.sha256(json.dumps(dict(params), sort_keys=True).encode()).hexdigest()[:16]


def measured_on(params: Params) -> dict[str, str]:
    """What decides on which sample, of which truth or target, a run's validation loss is measured.

    Losses can be compared where all of this is the same. Whatever a data set has and is not known
    to leave the sample alone (`_SAME_SAMPLE`) counts. A csv file is told by its contents where
    these are known, not by how its path is spelled; a table has a `validation_share` instead of
    `training.validation_points`.
    """
    other_spelling = {"dataset.path"} if DIGEST in params else set()
    left_out = {*_SAME_SAMPLE, *other_spelling}
    data = {
        key: value
        for key, value in params.items()
        if key.startswith("dataset.") and key not in left_out
    }
    if VALIDATION_POINTS in params and "dataset.validation_share" not in params:
        data[VALIDATION_POINTS] = params[VALIDATION_POINTS]
    return data


def axes(grid: Sequence[Params], first: Iterable[str | None] = ()) -> dict[str, list[str]]:
    """The keys in which the params of a grid differ, each with its values in order; the seed is no axis.

    `first` names the keys to begin with. A key that only some params have (an optimizer's own) is an axis where those differ.
    """
    keys = dict.fromkeys([*first, *(key for params in grid for key in params)])
    found = {
        key: ordered(params[key] for params in grid if key in params)
        for key in keys
        if key and key != SEED
    }
    return {key: values for key, values in found.items() if len(values) > 1}


def ordered(values: Iterable[str]) -> list[str]:
    """Distinct values: numbers and lists of numbers ascending, words in order of appearance."""
    distinct = list(dict.fromkeys(values))
    try:
        return sorted(distinct, key=ast.literal_eval)
    except (ValueError, SyntaxError, TypeError):
        return distinct


def label(params: Params, keys: Iterable[str]) -> str:
    """What `keys` are in these params, in words: `tanh, 2-16-1, seed 3`."""
    return ", ".join(_words(params, key) for key in keys if key in params)


def shared(grid: Sequence[Params]) -> str:
    """The main hyperparameters that are the same in all params of a grid, in words."""
    same = {
        key: value
        for key, value in grid[0].items()
        if all(params.get(key) == value for params in grid)
    }
    return label(same, _MAIN)


def name(key: str) -> str:
    """What a hyperparameter is called: `optimizer`, `learning rate`."""
    if key == "dataset.seed":
        return "data seed"
    section, _, last = key.rpartition(".")
    return section if last == "name" else last.replace("_", " ")


def _words(params: Params, key: str) -> str:
    if key == "model.hidden_units":
        return params.get("model.units", params[key])
    if key == "dataset.path":
        return printable(PurePath(params[key]).name)
    return _WORDS.get(key, name(key) + " {}").format(printable(params[key]))


def describe(config: Config, keys: Iterable[str]) -> str:
    """A config in the words of the original's `mdlDescription`: `units: 2-16-16-1, optimizer: adam, learning_rate: 0.005`.

    A key is `units`, `lib`, `optimizer`, `dataset`, or the last part of any hyperparameter's key.

    Raises:
        ValueError: there is no such key, or it is not one hyperparameter's alone.
    """
    data = load(config.dataset, config.training.validation_points)
    params = hyperparameters(config)
    words = {
        "lib": config.library,
        "units": units(layer_sizes(data, config.model)),
        "optimizer": config.optimizer.name,
    }
    words |= {"dataset": config.dataset.name} | params
    lasts = [key.rpartition(".")[2] for key in params]
    words |= {
        last: value
        for last, value in zip(lasts, params.values(), strict=True)
        if lasts.count(last) == 1
    }
    try:
        return ", ".join(f"{key}: {words[key]}" for key in keys)
    except KeyError as error:
        raise ValueError(f"{error.args[0]}: should be one of {', '.join(words)}") from None
