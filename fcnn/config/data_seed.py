"""The rule by which a study draws its data: a sample for each seed, or one sample for all.

The rule is a text, as parent runs record it: `training.seed`, which `dataset.seed` follows, or the
number at which `dataset.seed` is fixed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from fcnn.config.schema import Config

DATA_SEED_KEY = "dataset.seed"
FOLLOWS_SEED = "training.seed"
"""The rule that each seed has a data sample of its own."""
GRID_OF_DATA_SEEDS = (
    "dataset.seed is no axis: by default each training.seed has a data sample of its own, so "
    "'training.seed=range(10)' gives ten samples; dataset.seed=0 fixes one for all"
)
_INTERPOLATION = re.compile(r"\$\{\s*(\.\.)?training\.seed\s*\}")


def find_data_seed_rule(composed: Mapping[str, Any], config: Config) -> str:
    """Find the rule of a config.

    Args:
        composed: The sections as Hydra composed them, unresolved.
        config: The typed config that they were checked to be.

    Returns:
        `training.seed` if the data follow it, else the number that `dataset.seed` is.
    """
    follows = _is_seed_reference(composed["dataset"].get("seed"))
    return FOLLOWS_SEED if follows else str(config.dataset.seed)


def follows_seed(cfg: DictConfig) -> bool:
    """Whether `dataset.seed` of an unresolved config is the interpolation `${training.seed}`."""
    dataset = OmegaConf.to_container(cfg.dataset, resolve=False)
    return isinstance(dataset, dict) and _is_seed_reference(dataset.get("seed"))


def _is_seed_reference(composed: object) -> bool:
    """Whether a value, as composed, is the interpolation `${training.seed}`."""
    return isinstance(composed, str) and bool(_INTERPOLATION.fullmatch(composed.strip()))


def infer_data_seed_rule(seeds: Sequence[tuple[str, str]]) -> str:
    """Infer the rule of runs for which none is recorded, such as those of version 0.1.0.

    It is that of the newest run: its data seed is fixed, unless it equals its own seed and more
    runs have such a pair than have its data seed.

    Args:
        seeds: `dataset.seed` and `training.seed` of each run, the newest first; not empty.
    """
    data_seed, training_seed = seeds[0]
    n_following = sum(data == training for data, training in seeds)
    n_fixed = sum(data == data_seed for data, _ in seeds)
    return FOLLOWS_SEED if data_seed == training_seed and n_following > n_fixed else data_seed


def fits_data_seed_rule(rule: str, data_seed: str, training_seed: str) -> bool:
    """Whether a run with these seeds, as text, has the data that the rule asks for."""
    return data_seed == (training_seed if rule == FOLLOWS_SEED else rule)
