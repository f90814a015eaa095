"""The sections of a composed config as plain values, and the YAML of them that runs keep."""

import re
from dataclasses import dataclass
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from fcnn.config.yaml_text import format_yaml

PlainSections = dict[str, Any]


@dataclass(frozen=True)
class Sections:
    """What Hydra composed for a run, without its own node.

    Attributes:
        composed: With interpolations as texts.
        resolved: With their values.
    """

    composed: PlainSections
    resolved: PlainSections

    @classmethod
    def of(cls, cfg: DictConfig) -> "Sections":
        """Return the sections of a composed config.

        Raises:
            OmegaConfBaseException: An interpolation has no value.
        """
        cfg = without_hydra(cfg)
        composed, resolved = (OmegaConf.to_container(cfg, resolve=each) for each in (False, True))
        return cls(cast(PlainSections, composed), cast(PlainSections, resolved))

    def to_yaml(self) -> str:
        """Return the YAML that is recorded with a run: resolved, without `tracking`.

        A copy of the run may be in another store, and the address of a store may hold a password.
        """
        recorded = {key: value for key, value in self.resolved.items() if key != "tracking"}
        if isinstance(recorded.get("study"), dict):
            # They are the sweep's, and may change later.
            recorded["study"] = {k: v for k, v in recorded["study"].items() if k != "claims"}
        return format_yaml(escape_interpolations(recorded))


def without_hydra(cfg: DictConfig) -> DictConfig:
    """Return the config without Hydra's own node."""
    return OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key != "hydra"])


def escape_interpolations(value: Any) -> Any:
    """Return plain values with everything that looks like an interpolation made literal."""
    if isinstance(value, str):
        return re.sub(r"(\\*)\$\{", r"\1\1\\${", value)
    if isinstance(value, dict):
        return {key: escape_interpolations(item) for key, item in value.items()}
    return list(map(escape_interpolations, value)) if isinstance(value, list) else value
