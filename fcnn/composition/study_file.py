"""The grid that a study's file asks for by itself, whatever the command line overrides."""

from collections.abc import Sequence
from typing import Any, cast

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from fcnn.composition.grid import list_file_axes, make_grid
from fcnn.config.loader import CachingConfigLoader
from fcnn.config.schema import SECTIONS
from fcnn.params import DIGEST_KEY, SEED_KEY, Params


def list_file_grid(cfg: DictConfig, arguments: Sequence[str], loader: ConfigLoader) -> list[Params]:
    """List the params of the cells that the file of a study asks for.

    They are not checked: a file may lack what the command line has to give, such as a path.

    Args:
        cfg: The config of the sweep, as composed with its arguments.
        arguments: The overrides of the command line.
        loader: Composes the study again, without the arguments.

    Returns:
        The params of each cell; none without a study, or if the grid of the sweep is that of the
        file, because there are no arguments.
    """
    choice = cfg.hydra.runtime.choices.get("study")
    if not choice or set(arguments) <= {f"study={choice}"}:
        return []
    own = loader.load_configuration("train", [f"study={choice}"], RunMode.MULTIRUN)
    axes = OverridesParser.create(config_loader=loader).parse_overrides(list_file_axes(own))
    # A range, which only a search takes, names no cells.
    grid = make_grid([axis for axis in axes if axis.key_or_group != SEED_KEY and _has_values(axis)])
    compose = CachingConfigLoader(loader).load_sweep_config
    return [_flatten(compose(own, job)) for job in grid.jobs]


def _has_values(axis: Override) -> bool:
    return axis.is_discrete_sweep() or not axis.is_sweep_override()


def _flatten(cfg: DictConfig) -> dict[str, str]:
    """Return the params of a composed config that is not complete."""
    library, *sections = SECTIONS
    params = {library: str(cfg[library])}
    for section in sections:
        try:
            values = cast(dict[str, Any], OmegaConf.to_container(cfg[section], resolve=True))
        except OmegaConfBaseException:  # such as an environment variable that is not set
            continue
        params |= {f"{section}.{key}": str(value) for key, value in values.items()}
    # The contents of a csv file are known of jobs only.
    params.pop(DIGEST_KEY, None)
    return params
