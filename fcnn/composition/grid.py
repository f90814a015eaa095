"""From override lines to the jobs of a grid: which axes, which values, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from fcnn.composition.arguments import check_arguments
from fcnn.errors import ConfigError

_ONE_VALUE_PER_SWEEP = ("study", "tracking", "force", "dry_run")


@dataclass(frozen=True)
class Grid:
    """The jobs of a grid, each as its override lines, and its swept keys in the order given."""

    jobs: list[list[str]]
    swept_keys: list[str]

    @property
    def axis_keys(self) -> list[str]:
        """The config keys that the axes may set; a group, `optimizer`, sets `optimizer.name`."""
        return [key for key in self.swept_keys for key in (key, f"{key}.name")]


def make_grid(overrides: Sequence[Override]) -> Grid:
    """Multiply out the axes of a sweep; where two lines set the same key, the later one counts.

    Raises:
        ConfigError: An axis is empty, or a range.
    """
    last = {override.get_key_element(): override for override in overrides}
    axes = [override for override in last.values() if override.is_sweep_override()]
    for override in axes:
        if not override.is_discrete_sweep():
            raise ConfigError(
                f"{override.input_line}: a grid has values; a range is for a search, "
                "hydra/sweeper=optuna or in Python search=20"
            )
    jobs = [list(lines) for lines in product(*map(_list_lines, last.values()))]
    if not jobs:
        raise ConfigError("the grid is empty: one of its axes has no values")
    return Grid(jobs, [override.key_or_group for override in axes])


def parse_sweep(cfg: DictConfig, arguments: Sequence[str], loader: ConfigLoader) -> list[Override]:
    """The overrides of a sweep: the axes of the study's file, then the arguments.

    Raises:
        ConfigError: The study has no name, or an axis is not written as text or may not be one.
    """
    choice = cfg.hydra.runtime.choices.get("study")
    if choice and not cfg.study.name:
        raise ConfigError(
            f"study={choice}: study.name is missing, in its file or on the command line; "
            "runs are found again by it"
        )
    axes = list_file_axes(cfg)
    check_arguments(axes)
    overrides = OverridesParser.create(config_loader=loader).parse_overrides([*axes, *arguments])
    for override in overrides:
        section = override.key_or_group.partition(".")[0]
        if override.is_sweep_override() and section in _ONE_VALUE_PER_SWEEP:
            raise ConfigError(
                f"{override.key_or_group}: one value for the whole sweep; "
                "for several studies or stores run it several times"
            )
    return overrides


def list_file_axes(cfg: DictConfig) -> list[str]:
    """The axes of the study's file as override lines: `model.activation=relu,tanh`.

    Raises:
        ConfigError: An axis is not written as one text.
    """
    params = cfg.hydra.sweeper.get("params") or {}
    return [_format_file_axis(str(key), values) for key, values in params.items()]


def _format_file_axis(key: str, values: Any) -> str:
    if isinstance(values, str | int | float):
        return f"{key}={values}"
    text = ",".join(map(str, values)) if OmegaConf.is_list(values) else "0,1,2"
    raise ConfigError(
        f"{key}={values}: an axis is its key with dots, and one text with commas: '{text}'"
    )


def _list_lines(override: Override) -> list[str]:
    """The override once for each of its values."""
    key = override.get_key_element()
    if override.is_sweep_override():
        return [f"{key}={value}" for value in override.sweep_string_iterator()]
    return [f"{key}={override.get_value_element_as_str()}"]
