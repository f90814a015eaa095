"""What jobs share that differ in plain values, as plain values: filling it in takes no OmegaConf.

OmegaConf needs 15 ms to copy, resolve and write down the config of a job, Python 0.1.
"""

import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from fcnn.config.parsing import without_hydra

MISSING = "???"
_REFERENCE = re.compile(r"\$\{([a-z_]\w*(?:\.\w+)*)\}")
"""The value of another key."""
_CONSTANT = re.compile(r"(?:[^$\\]|\$\{(?:oc\.env|now|project_dir|checkout|command):)*")
"""What is the same in all jobs of a sweep, because it depends on no key."""

Sections = dict[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """The sections of a composed config, without Hydra's node.

    Attributes:
        pickled: The sections as plain values, interpolations as texts.
        constants: The values of interpolations that are the same in all jobs.
        references: The keys that interpolations stand for.
    """

    pickled: bytes
    constants: dict[Path, Any]
    references: dict[Path, Path]

    @classmethod
    def make(cls, cfg: DictConfig) -> "Template | None":
        """Make the template of a composed config, None if only OmegaConf can resolve it."""
        cfg = without_hydra(cfg)
        sections = cast(Sections, OmegaConf.to_container(cfg, resolve=False))
        constants: dict[Path, Any] = {}
        references: dict[Path, Path] = {}
        for path, value in _iterate_leaves(sections):
            if _is_plain(value):
                continue
            if reference := _REFERENCE.fullmatch(str(value)):
                references[path] = tuple(reference[1].split("."))
            elif not isinstance(value, str) or not _CONSTANT.fullmatch(value):
                return None
            else:
                try:
                    constants[path] = OmegaConf.select(cfg, ".".join(path), throw_on_missing=True)
                except OmegaConfBaseException:
                    return None
        return cls(pickle.dumps(sections), constants, references)

    def fill(self, values: Iterable[tuple[str, Any]]) -> tuple[Sections, Sections] | None:
        """Give keys the values of a job.

        Args:
            values: Dotted keys, each with a plain value, no mapping.

        Returns:
            The sections as composed and as resolved; None if only OmegaConf knows what they are.
        """
        composed = pickle.loads(self.pickled)
        changed = set()
        for key, value in values:
            *parents, name = path = tuple(key.split("."))
            section = _find(composed, tuple(parents))
            is_leaf = isinstance(section, dict) and not isinstance(section.get(name, {}), dict)
            if not is_leaf or not _is_plain(value):
                return None
            section[name] = value
            changed.add(path)
        resolved = pickle.loads(pickle.dumps(composed))
        for path, value in self.constants.items():
            if path not in changed:
                _find(resolved, path[:-1])[path[-1]] = value
        for path, target in self.references.items():
            if path not in changed:
                value = _find(composed, target)
                if value is None or isinstance(value, dict) or not _is_plain(value):
                    return None
                _find(resolved, path[:-1])[path[-1]] = value
        return composed, resolved


def _find(sections: Sections, path: Path) -> Any:
    """The value at a path, None if there is none."""
    value: Any = sections
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _iterate_leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _iterate_leaves(item, (*path, str(name)))
    else:
        yield path, value


def _is_plain(value: Any) -> bool:
    """Whether a value stands for itself: neither missing nor an interpolation nor a mapping."""
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return "${" not in value and value != MISSING
    return value is None or isinstance(value, bool | int | float)
