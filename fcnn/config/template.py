"""What jobs share that differ in plain values, as plain values: filling it in takes no OmegaConf.

OmegaConf needs 15 ms to copy, resolve and write down the config of a job, Python 0.1.
"""

import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from fcnn.config.sections import PlainSections, Sections, without_hydra

_REFERENCE = re.compile(r"\$\{([a-z_]\w*(?:\.\w+)*)\}")
"""The value of another key."""
_CONSTANT = re.compile(r"(?:[^$\\]|\$\{(?:oc\.env|now|project_dir|checkout|command):)*")
"""What is the same in all jobs of a sweep, because it depends on no key."""

KeyPath = tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """The sections of a composed config.

    Attributes:
        pickled: What is composed and what is resolved of it, as one pair. Only interpolations that
            are the same in all jobs have values; a job's own copy is unpickled.
        references: The keys that other interpolations stand for.
    """

    pickled: bytes
    references: dict[KeyPath, KeyPath]

    @classmethod
    def make(cls, cfg: DictConfig) -> "Template | None":
        """Make the template of a composed config, None if only OmegaConf can resolve it."""
        cfg = without_hydra(cfg)
        composed, resolved = (
            cast(PlainSections, OmegaConf.to_container(cfg, resolve=False)) for _ in range(2)
        )
        references: dict[KeyPath, KeyPath] = {}
        for path, value in _iterate_leaves(composed):
            if _is_plain(value):
                continue
            if reference := _REFERENCE.fullmatch(str(value)):
                references[path] = tuple(reference[1].split("."))
            elif not isinstance(value, str) or not _CONSTANT.fullmatch(value):
                return None
            else:
                try:
                    constant = OmegaConf.select(cfg, ".".join(path), throw_on_missing=True)
                except OmegaConfBaseException:
                    return None
                _set(resolved, path, constant)
        return cls(pickle.dumps((composed, resolved)), references)

    def fill(self, values: Iterable[tuple[str, Any]]) -> Sections | None:
        """Give keys the values of a job.

        Args:
            values: Dotted keys, each with a plain value, no mapping.

        Returns:
            The sections of the job; None if only OmegaConf knows what they are.
        """
        composed, resolved = pickle.loads(self.pickled)
        changed = set()
        for key, value in values:
            *parents, name = path = tuple(key.split("."))
            section = _find(composed, tuple(parents))
            is_leaf = isinstance(section, dict) and not isinstance(section.get(name, {}), dict)
            if not is_leaf or not _is_plain(value):
                return None
            _set(composed, path, value)
            _set(resolved, path, value)
            changed.add(path)
        for path, target in self.references.items():
            if path not in changed:
                value = _find(composed, target)
                if value is None or isinstance(value, dict) or not _is_plain(value):
                    return None
                _set(resolved, path, value)
        return Sections(composed, resolved)


def _find(sections: PlainSections, path: KeyPath) -> Any:
    """The value at a path, None if there is none."""
    value: Any = sections
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _set(sections: PlainSections, path: KeyPath, value: Any) -> None:
    _find(sections, path[:-1])[path[-1]] = value


def _iterate_leaves(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
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
