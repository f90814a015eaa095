"""The space of a search, and what makes one that can be searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hydra.core.override_parser.types import Override

from fcnn.config.schema import Config
from fcnn.errors import ConfigError
from fcnn.params import DIGEST_KEY, config_params, differing_keys, validation_params


@dataclass(frozen=True)
class SearchSpace:
    """What is searched, and what is fixed.

    `fixed` are overrides of one value, `seeds` the overrides by seed, `searched` the axes. `config`
    is one of the configs that were checked, `tables` the names of csv files by digest, `data_seed`
    the rule of the data (see `fcnn.config.data_seed`).
    """

    searched: dict[str, Override]
    fixed: list[str]
    seeds: dict[int, list[str]]
    config: Config
    tables: dict[str, str]
    data_seed: str


def sample_combinations(values: Mapping[str, list[str]]) -> list[list[tuple[str, str]]]:
    """Combinations with each value once, beside the first values of the other axes.

    Which of all combinations will be tried, nobody knows before.
    """
    first = {key: texts[0] for key, texts in values.items()}
    combinations = [first]
    for key, texts in values.items():
        combinations += [first | {key: text} for text in texts[1:]]
    return [list(combination.items()) for combination in combinations]


def check_data(searched: Mapping[str, Override], configs: Sequence[Config]) -> None:
    """Check that all trials have the same data: otherwise the search looks for the easiest.

    Raises:
        ConfigError: Losses on what is searched cannot be compared.
    """
    samples = [validation_params(config_params(config)) for config in configs]
    intervals = [key for key, override in searched.items() if not override.is_discrete_sweep()]
    keys = [*differing_keys(samples), *(key for key in intervals if key in samples[0])]
    if keys:
        key = "dataset.path" if keys[0] == DIGEST_KEY else keys[0]
        raise ConfigError(
            f"hydra/sweeper=optuna: {key} has several values, but losses on different data cannot "
            "be compared; a search takes one, a study's grid several"
        )
