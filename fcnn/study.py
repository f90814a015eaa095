"""What a grid of configs has in common and what differs: axes, labels, fingerprints. Pure functions on flat params.

Params are strings by config key, as `fcnn.config.hyperparameters` gives them and as MLflow gives them back, so that the
report labels a run with the very words that the run was named with.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import PurePath

from fcnn.config import Config, hyperparameters
from fcnn.datasets import load
from fcnn.escaping import printable
from fcnn.network import NUMERICS_VERSION, layer_sizes
from fcnn.tables import pinned

Params = Mapping[str, str]

SEED = "training.seed"
DATASET = ("dataset.name", "dataset.table", "dataset.path")
"""What a data set is called by."""
VALIDATION_POINTS = "training.validation_points"
_SAME_SAMPLE = ("dataset.n_points", "dataset.features")
"""Keys of a data set that leave its validation sample and the targets in it as they are.

Training points come from a generator of their own, and a table is split by its rows whatever its
columns.
"""
DERIVED = ("model.units", "model.parameters")
"""Params that are no hyperparameters but follow from them."""
NUMERICS_OF_0_1_0 = 2
PATH, DIGEST = "dataset.path", "dataset.digest"
"""Of a csv file where it was found, and the hash of its contents, which is what it is."""
LONGEST = 6_000
"""Characters of a param that MLflow keeps."""
LONGEST_WORDS = 400
"""Characters of a value in a label."""

_SAY_ALL = (
    "library",
    "dataset.name",
    "dataset.table",
    PATH,
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


def params_of(config: Config) -> dict[str, str]:
    """The hyperparameters as they are recorded: with the hash of a csv file, and none longer than MLflow keeps."""
    return {
        key: truncate_with_hash(value, LONGEST)
        for key, value in hyperparameters(pinned(config)).items()
    }


def truncate_with_hash(text: str, length: int) -> str:
    """A text of at most `length` characters; of a longer one the beginning and a hash, so that no two become one."""
    if len(text) <= length:
        return text
    mark = f"... ({hashlib.sha256(text.encode()).hexdigest()[:8]})"
    return text[: length - len(mark)] + mark


def fingerprint(config: Config) -> str:
    """Hash of all that can change a run's result and of the version of our numerics, 16 hexadecimal digits.

    That is the hyperparameters; of a csv file it is the contents, wherever it lies.
    """
    return fingerprint_of(hyperparameters(pinned(config)))


def fingerprint_of(hyperparameters: Params) -> str:
    """The fingerprint of a config that has these; see `fingerprint`."""
    return _fingerprint({key: value for key, value in hyperparameters.items() if key != PATH})


def former_fingerprint(config: Config) -> str:
    """What version 0.1.0 called the same run: of a csv file the path, as it was typed, was part of it."""
    return _fingerprint(hyperparameters(pinned(config)))


def _fingerprint(params: Params) -> str:
    return _hash(dict(params) | {"numerics": str(NUMERICS_VERSION)})


def cell(params: Params) -> str:
    """Hash that runs share when they are equal but for the seed; of a csv file it is the contents that count."""
    without = (SEED, PATH) if DIGEST in params else (SEED,)
    return _hash({key: value for key, value in params.items() if key not in without})


def table_names(grid: Iterable[Params]) -> dict[str, str]:
    """What to call each csv file of a grid, by its digest: no more of its path than tells it from the others.

    Files that lay at one path at different times, or whose paths do not tell, get the digest too. A file that lay at several
    paths is called by the first.
    """
    paths: dict[str, PurePath] = {}
    for params in grid:
        if DIGEST in params and PATH in params:
            paths.setdefault(params[DIGEST], PurePath(params[PATH]))
    names = {}
    for digest, path in paths.items():
        others = [other for key, other in paths.items() if key != digest]
        for length in count(1):
            end = path.parts[-length:]
            if all(other.parts[-length:] != end for other in others):
                names[digest] = str(PurePath(*end))
                break
            if length >= len(path.parts):
                names[digest] = f"{path.name} ({digest})"
                break
    return names


def called(params: Params, names: Mapping[str, str]) -> dict[str, str]:
    """Params in which a csv file's path is what it is called among others; see `table_names`."""
    if PATH not in params:
        return dict(params)
    name = names.get(params.get(DIGEST, ""), PurePath(params[PATH]).name)
    return dict(params) | {PATH: name}


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


def differing_keys(grid: Sequence[Params]) -> list[str]:
    """The keys that some of these params have with another value than others, or do not have."""
    keys = dict.fromkeys(key for params in grid for key in params)
    return [key for key in keys if len({params.get(key) for params in grid}) > 1]


def axes(grid: Sequence[Params], first: Iterable[str | None] = ()) -> dict[str, list[str]]:
    """The keys in which the params of a grid differ, each with its values in order; the seed is no axis.

    Nor is the digest of a csv file, which is told by what it is called. `first` names the keys to begin with. A key that only some params have (an optimizer's own) is an axis where those differ.
    """
    keys = dict.fromkeys([*first, *(key for params in grid for key in params)])
    found = {
        key: ordered(params[key] for params in grid if key in params)
        for key in keys
        if key and key not in (SEED, DIGEST)
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
    value = truncate_with_hash(printable(params[key]), LONGEST_WORDS)
    return _WORDS.get(key, name(key) + " {}").format(value)


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
