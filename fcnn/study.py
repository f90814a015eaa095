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

    `first` names the keys to begin with. A key that follows from those before it (Adam's own learning rate, where the
    optimizer differs) is left out. Numbers and lists of numbers are in ascending order, words in order of appearance.
    """
    common = [key for key in grid[0] if all(key in params for params in grid)] if grid else []
    wanted = [key for key in first if key in common]
    found: dict[str, list[str]] = {}
    distinct = 1
    for key in dict.fromkeys([*wanted, *common]):
        if key == SEED:
            continue
        combinations = len({tuple(params[k] for k in (*found, key)) for params in grid})
        if combinations > distinct:
            found[key] = ordered(params[key] for params in grid)
            distinct = combinations
    return found


def ordered(values: Iterable[str]) -> list[str]:
    """Distinct values: numbers and lists of numbers ascending, words in order of appearance."""
    distinct = list(dict.fromkeys(values))
    try:
        return sorted(distinct, key=ast.literal_eval)
    except (ValueError, SyntaxError, TypeError):
        return distinct


def label(params: Params, keys: Iterable[str]) -> str:
    """What `keys` are in these params, in words: `tanh, 2-16-1, seed 3`."""
    return ", ".join(_words(params, key) for key in keys)


def shared(grid: Sequence[Params]) -> str:
    """The main hyperparameters that are the same in all params of a grid, in words."""
    return label(grid[0], [key for key in _MAIN if len({params.get(key) for params in grid}) == 1])


def _words(params: Params, key: str) -> str:
    if key == "model.hidden_units":
        return params.get("model.units", params[key])
    name = key.rpartition(".")[2].replace("_", " ")
    return _WORDS.get(key, name + " {}").format(params.get(key, "-"))
