"""What a grid of configs has in common and what differs: axes, labels, fingerprints. Pure functions on flat params.

Params are strings by config key, as `fcnn.config.hyperparameters` gives them and as MLflow gives them back, so that the
report labels a run with the very words that the run was named with.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

Params = Mapping[str, str]

SEED = "training.seed"

_WORDS = {
    "library": "{}",
    "dataset.name": "{}",
    "dataset.n_points": "{} points",
    "dataset.seed": "data seed {}",
    "model.activation": "{}",
    "model.kernel_initializer": "{}",
    "optimizer.name": "{}",
    "training.epochs": "{} epochs",
}
_MAIN = (
    "dataset.name",
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


def fingerprint(params: Params, numerics_version: int) -> str:
    """Hash of all that can change a run's result, 16 hexadecimal digits."""
    return _hash({**params, "numerics": str(numerics_version)})


def cell(params: Params) -> str:
    """Hash that runs share when they are equal but for the seed."""
    return _hash({key: value for key, value in params.items() if key != SEED})


def _hash(params: Params) -> str:
    return hashlib.sha256(json.dumps(dict(params), sort_keys=True).encode()).hexdigest()[:16]


def axes(grid: Sequence[Params], first: Iterable[str | None] = ()) -> dict[str, list[str]]:
    """The keys in which the params of a grid differ, each with its values in order; the seed is no axis.

    `first` names the keys to begin with. A key that only some params have (an optimizer's own) is an axis where those differ.
    """
    keys = dict.fromkeys([*first, *(key for params in grid for key in params)])
    found = {key: ordered(params[key] for params in grid if key in params) for key in keys if key and key != SEED}
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
    return label(grid[0], [key for key in _MAIN if len({params.get(key) for params in grid}) == 1])


def _words(params: Params, key: str) -> str:
    if key == "model.hidden_units":
        return params.get("model.units", params[key])
    name = key.rpartition(".")[2].replace("_", " ")
    return _WORDS.get(key, name + " {}").format(params[key])
