"""Functions on the params of runs: fingerprints, cells, and the labels of a grid.

Params are strings by config key, as `fcnn.config.schema.flatten_hyperparameters` returns them
and as MLflow stores them, so a report labels a run with the very words of the run's name.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import PurePath

from fcnn.config.data_seed import DATA_SEED_KEY
from fcnn.config.neutral import drop_neutral
from fcnn.config.schema import Config, flatten_hyperparameters
from fcnn.data import with_table_identity
from fcnn.data.frame_file import is_kept_frame
from fcnn.escaping import printable, shorten_number
from fcnn.network import NUMERICS_VERSION

Params = Mapping[str, str]

SEED_KEY = "training.seed"
DATASET_KEYS = ("dataset.name", "dataset.table", "dataset.path")
"""Keys of the name of a data set."""
PATH_KEY, DIGEST_KEY = "dataset.path", "dataset.digest"
"""Keys of the path of a csv file and of the hash of its contents, which identifies it."""
VALIDATION_POINTS_KEY = "training.validation_points"
HIDDEN_UNITS_KEY, UNITS_KEY = "model.hidden_units", "model.units"
DERIVED_KEYS = (UNITS_KEY, "model.parameters")
"""Params that follow from the hyperparameters."""
MAX_PARAM_LENGTH = 6_000
"""Characters of a param that MLflow stores."""
MAX_LABEL_LENGTH = 400
"""Characters of a value in a label."""

# Training points have a generator of their own, and a table is split by rows, whatever its columns.
# Which sample it is does not count: seeds are replicates.
_KEYS_BESIDE_VALIDATION = (
    *("dataset.n_points", "dataset.features", "dataset.missing_indicator", DATA_SEED_KEY),
)
_SELF_EXPLANATORY_KEYS = (
    "library",
    "dataset.name",
    "dataset.table",
    PATH_KEY,
    "model.activation",
    "model.kernel_initializer",
    "optimizer.name",
    "schedule.name",
)
_VALUE_FORMATS = dict.fromkeys(_SELF_EXPLANATORY_KEYS, "{}") | {
    "dataset.n_points": "{} points",
    "training.epochs": "{} epochs",
}
MAIN_KEYS = (
    *DATASET_KEYS,
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


def format_layer_sizes(sizes: Sequence[int]) -> str:
    """Join layer sizes as people write them: `2-16-16-1`."""
    return "-".join(str(size) for size in sizes)


def config_params(config: Config) -> dict[str, str]:
    """Return the hyperparameters as recorded: with what identifies a table, and truncated."""
    return {
        key: truncate_with_hash(value, MAX_PARAM_LENGTH)
        for key, value in flatten_hyperparameters(with_table_identity(config)).items()
    }


def truncate_with_hash(text: str, length: int) -> str:
    """Truncate a text to `length` characters; a hash keeps different texts different."""
    if len(text) <= length:
        return text
    suffix = f"... ({hashlib.sha256(text.encode()).hexdigest()[:8]})"
    return text[: length - len(suffix)] + suffix


def compute_fingerprint(config: Config) -> str:
    """Hash everything that can change a run's result, 16 hexadecimal digits.

    This covers the hyperparameters that are neither neutral nor without effect, the contents of a
    table (not its path), and the version of the numerics.
    """
    return fingerprint_of_params(flatten_hyperparameters(with_table_identity(config)))


def fingerprint_of_params(params: Params) -> str:
    """Return the fingerprint of a config with these hyperparameters."""
    return _hash_with_numerics({key: value for key, value in params.items() if key != PATH_KEY})


def cell_id(params: Params) -> str:
    """Hash the cell of a run: what runs share that are equal but for the seed and the data seed.

    Params derived from the hyperparameters do not count, nor those at their neutral values, nor
    the path of a csv file whose digest is known.
    """
    ignored = {SEED_KEY, DATA_SEED_KEY, *DERIVED_KEYS}
    ignored |= {PATH_KEY} if DIGEST_KEY in params else set()
    params = drop_neutral(params)
    return _hash({key: value for key, value in params.items() if key not in ignored})


def _hash_with_numerics(params: Params) -> str:
    return _hash(drop_neutral(params) | {"numerics": str(NUMERICS_VERSION)})


def _hash(params: Params) -> str:
    """Hash params to 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(dict(params), sort_keys=True).encode()).hexdigest()[:16]


def table_names(grid: Iterable[Params]) -> dict[str, str]:
    """Name each csv file of a grid by as much of its path as tells it from the others.

    Files whose paths are the same, or do not suffice to tell them apart, get the digest as well, as
    data frames do. A file with several paths is named by the first.

    Returns:
        Names by digest.
    """
    paths: dict[str, PurePath] = {}
    for params in grid:
        if DIGEST_KEY in params and PATH_KEY in params:
            paths.setdefault(params[DIGEST_KEY], _shown_path(params[PATH_KEY]))
    names = {}
    for digest, path in paths.items():
        others = [other for key, other in paths.items() if key != digest]
        names[digest] = _shortest_suffix(path, others) or f"{path.name} ({digest})"
    return names


def _shown_path(path: str) -> PurePath:
    """Return the path of a table; the file of a data frame has a name that nobody gave it."""
    return PurePath("data frame" if is_kept_frame(path) else path)


def _shortest_suffix(path: PurePath, others: Sequence[PurePath]) -> str | None:
    """Return the shortest end of a path that none of the others has, if any."""
    for length in count(1):
        suffix = path.parts[-length:]
        if all(other.parts[-length:] != suffix for other in others):
            return str(PurePath(*suffix))
        if length >= len(path.parts):
            break
    return None


def with_table_name(params: Params, names: Mapping[str, str]) -> dict[str, str]:
    """Replace the path of a csv file by its name, as `table_names` returns it."""
    if PATH_KEY not in params:
        return dict(params)
    name = names.get(params.get(DIGEST_KEY, ""), _shown_path(params[PATH_KEY]).name)
    return dict(params) | {PATH_KEY: name}


def validation_params(params: Params) -> dict[str, str]:
    """Select the params that determine which kind of validation data and targets a loss refers to.

    Losses are comparable where these params are equal. A csv file is identified by its contents
    where these are known, and a table has `dataset.validation_share` instead of
    `training.validation_points`.
    """
    ignored = {*_KEYS_BESIDE_VALIDATION}
    if DIGEST_KEY in params:
        ignored.add(PATH_KEY)
    if params.get("dataset.missing") == "drop":
        ignored.discard("dataset.features")  # which rows have gaps depends on the columns
    selected = {
        key: value
        for key, value in drop_neutral(params).items()
        if key.startswith("dataset.") and key not in ignored
    }
    if VALIDATION_POINTS_KEY in params and "dataset.validation_share" not in params:
        selected[VALIDATION_POINTS_KEY] = params[VALIDATION_POINTS_KEY]
    return selected


def differing_keys(grid: Sequence[Params]) -> list[str]:
    """Return the keys whose value differs between params, or that only some of them have."""
    keys = dict.fromkeys(key for params in grid for key in params)
    return [key for key in keys if len({params.get(key) for params in grid}) > 1]


def format_label(params: Params, keys: Iterable[str]) -> str:
    """Format the values of some keys in words: `tanh, 2-16-1, seed 3`."""
    return ", ".join(_format_value(params, key) for key in keys if key in params)


def format_shared(grid: Sequence[Params]) -> str:
    """Format the main hyperparameters that have the same value throughout a grid."""
    shared = {
        key: value
        for key, value in grid[0].items()
        if all(params.get(key) == value for params in grid)
    }
    return format_label(shared, MAIN_KEYS)


def hyperparameter_label(key: str) -> str:
    """Return the name of a hyperparameter in words: `optimizer`, `learning rate`."""
    section, _, name = key.rpartition(".")
    return section if name == "name" else name.replace("_", " ")


def _format_value(params: Params, key: str) -> str:
    if key == HIDDEN_UNITS_KEY:
        return params.get(UNITS_KEY, params[key])
    value = truncate_with_hash(shorten_number(printable(params[key])), MAX_LABEL_LENGTH)
    return _VALUE_FORMATS.get(key, hyperparameter_label(key) + " {}").format(value)
