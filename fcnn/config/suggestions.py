"""What was probably meant by a key, an option or a value that there is not."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import cast

from omegaconf import DictConfig, OmegaConf

from fcnn.config.locations import conf_dir

SYNONYMS = {
    "learning_rate": ("lr", "rate", "alpha", "eta", "learning_rate_init", "learningrate", "step"),
    "hidden_units": (
        *("units", "hidden", "hidden_size", "hidden_sizes", "hidden_layers", "hidden_layer_sizes"),
        *("layers", "layer_sizes", "layer", "neurons", "width", "widths", "nodes", "size", "sizes"),
    ),
    "activation": ("act", "activation_function", "activations", "nonlinearity"),
    "kernel_initializer": ("init", "initializer", "initialiser", "kernel_initialiser"),
    "epochs": ("epoch", "n_epochs", "num_epochs", "max_epochs", "max_iter", "iterations", "steps"),
    "batch_size": ("batch", "bs", "batchsize", "minibatch", "minibatch_size"),
    "seed": ("random_state", "random_seed", "seeds", "rng"),
    "n_points": ("points", "n_samples", "samples", "n", "size_of_data", "num_points"),
    "epsilon": ("eps",),
    "target": ("label", "y", "target_column"),
    "features": ("columns", "x", "feature_columns"),
    "path": ("file", "filename", "csv", "data"),
}
"""What other libraries and papers call a key, by our own name of it."""
_KEY_OF_SYNONYM = {synonym: key for key, synonyms in SYNONYMS.items() for synonym in synonyms}
_RANGE = re.compile(r"\s*(\d+)\s*(?:-|–|\.{2,3}|:|to)\s*(\d+)\s*", re.IGNORECASE)


def suggest_keys(key: str, section: DictConfig) -> list[str]:
    """Return the whole keys that may be meant by one that a section does not have.

    Args:
        key: The whole key, with dots.
        section: The section that its last part should belong to; `hydra` is none of ours.
    """
    *path, name = key.split(".")
    siblings = [str(sibling) for sibling in section if is_own_key(sibling, name)]
    meant = _KEY_OF_SYNONYM.get(_normalise(name), name)
    if meant in siblings:
        return [".".join([*path, meant])]
    config = cast(DictConfig, section._get_root())
    in_sections = _find_in_sections(meant, config) if not path or meant != name else []
    if in_sections:
        return in_sections
    return [".".join([*path, near]) for near in _match(name, siblings)]


def suggest_options(key: str) -> list[str]:
    """Return the options of a group that have a key: `optimizer=sgd` of `optimizer.momentum`."""
    group, _, name = key.partition(".")
    files = sorted((conf_dir() / group).glob("*.yaml")) if name.isidentifier() else []
    # `in` would not see a key that is still to be given.
    return [f"{group}={file.stem}" for file in files if name in [*OmegaConf.load(file)]]


def suggest_choice(text: str, choices: Iterable[str]) -> str:
    """Return `; did you mean adam?` where a choice was written in another way, else nothing."""
    by_normal_form = {_normalise(choice): choice for choice in choices}
    normal_form = _normalise(text)
    if normal_form in by_normal_form:
        return f"; did you mean {by_normal_form[normal_form]}?"
    near = _match(normal_form, sorted(by_normal_form))
    return f"; did you mean {by_normal_form[near[0]]}?" if near else ""


def suggest_values(key: str, value: object) -> str:
    """Return how a range of integers is written, where a value looks like one, else nothing."""
    bounds = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if bounds is None or int(bounds[1]) >= int(bounds[2]):
        return ""
    first, last = bounds.groups()
    return f"; a grid of {first} to {last} is -m '{key}=range({first},{int(last) + 1})'"


def _match(word: str, choices: list[str]) -> list[str]:
    return get_close_matches(word, choices, 1)


def _normalise(word: str) -> str:
    """Return a word without what people write in several ways: case, `-`, `_` and blanks."""
    return re.sub(r"[\s_-]+", "_", word.strip().lower())


def is_own_key(sibling: object, name: str) -> bool:
    """Whether a key of a section is one of ours, and not the one that is asked about."""
    return sibling not in (name, "hydra") and not str(sibling).startswith("_")


def _find_in_sections(name: str, config: DictConfig) -> list[str]:
    """Return the whole keys of this name in the sections of a config.

    Without `name` itself: that of an optimizer or a data set is chosen as an option of a group.
    """
    if name == "name":
        return []
    return [
        f"{title!s}.{name}"
        for title, section in config.items_ex(resolve=False)
        if title != "hydra" and isinstance(section, DictConfig) and name in section
    ]
