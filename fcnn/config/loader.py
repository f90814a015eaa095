"""Composes the jobs of a grid faster: Hydra composes once for each choice of options and keys."""

import pickle
from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from fcnn.config.hydra_internals import get_overrides_dirname
from fcnn.signals import defer_signals


class CachingConfigLoader:
    """A config loader that gives the jobs of one sweep the configs that Hydra's loader gives.

    Hydra needs 50 ms a job, most of it for the defaults lists, which depend on the options of
    groups but not on plain values. Jobs that differ only in plain values share a composed config.
    It has no claims: they are the sweep's, and would make composing take a third longer.
    """

    def __init__(self, loader: ConfigLoader) -> None:
        self.loader = loader
        self._parse = cache(OverridesParser.create(config_loader=loader).parse_override)
        self._is_group = cache(lambda key: bool(loader.get_group_options(key)))
        self._composed: dict[tuple[str, ...], bytes] = {}

    @defer_signals()
    def load_sweep_config(self, master: DictConfig, overrides: list[str]) -> DictConfig:
        """Return the config of a job, including Hydra's own node.

        Args:
            master: The config of the sweep.
            overrides: The job's overrides.

        Raises:
            HydraException: Hydra cannot compose it.
        """
        values = self.find_values(overrides)
        if values is None:
            return self._load_whole(master, overrides)
        cfg = self._load_shared(master, overrides)
        try:
            for key, value in values:
                OmegaConf.update(cfg, key, value, merge=True)
        except OmegaConfBaseException:
            return self._load_whole(master, overrides)  # for Hydra's message
        cfg.hydra.overrides.task = list(overrides)
        dirname = cfg.hydra.job.config.override_dirname
        cfg.hydra.job.override_dirname = get_overrides_dirname(
            list(map(self._parse, overrides)),
            dirname.exclude_keys,
            dirname.item_sep,
            dirname.kv_sep,
        )
        return cfg

    def find_values(self, overrides: Sequence[str]) -> list[tuple[str, Any]] | None:
        """Find the keys and plain values that a job sets, beside the options of groups.

        None if it does something else too, so that Hydra has to compose it.
        """
        parsed = [self._parse(override) for override in overrides]
        values = [override for override in parsed if not self._is_group(override.key_or_group)]
        changes_hydra = any(override.is_hydra_override() for override in parsed)
        if changes_hydra or not all(map(_sets_plain_value, values)):
            return None
        return [(override.key_or_group, override.value()) for override in values]

    def find_shared(self, overrides: Sequence[str]) -> tuple[str, ...]:
        """Return what jobs that share a composed config have in common: options and keys."""
        keys = [self._parse(line).key_or_group for line in overrides]
        return tuple(
            line if self._is_group(key) else key for key, line in zip(keys, overrides, strict=True)
        )

    def _load_shared(self, master: DictConfig, overrides: list[str]) -> DictConfig:
        """Return a copy of the config of the first job with the same options and the same keys."""
        return self._load_once(self.find_shared(overrides), master, overrides)

    def _load_whole(self, master: DictConfig, overrides: list[str]) -> DictConfig:
        """Return a copy of what Hydra composes for this job alone."""
        return self._load_once(("", *overrides), master, overrides)

    def _load_once(
        self, key: tuple[str, ...], master: DictConfig, overrides: list[str]
    ) -> DictConfig:
        if key not in self._composed:
            cfg = self.loader.load_sweep_config(master, overrides)
            if OmegaConf.select(cfg, "study.claims"):
                cfg.study.claims = []
            self._composed[key] = pickle.dumps(cfg)
        cfg = cast(DictConfig, pickle.loads(self._composed[key]))
        OmegaConf.copy_cache(from_config=master, to_config=cfg)
        return cfg


def _sets_plain_value(override: Override) -> bool:
    """Whether all that the override does is to give an existing key a value, not a mapping."""
    return (
        override.type is OverrideType.CHANGE
        and override.package is None
        and not isinstance(override.value(), dict)
    )
