"""What a hyperparameter is to a compiled program and to each library, declared beside its range.

    l2: Annotated[NonNegativeFloat, WhetherNot(off=0.0), Only("keras", "torch")] = 0.0

A field says with `PerMember`, `WhetherNot` or `Padded` how the members of a population may differ
in it; without any of them its value is part of the program. `Notation`, `UnusedWhen`, `Synonyms`
and `AtMost` say which values mean the same. `Only` names the libraries that have it. A default is
the field's neutral value: a config that says it is the config that does not have the key. How
configs are grouped, which of them a library refuses and what identifies a run follow from a walk
over these declarations, so a new hyperparameter is declared once.
"""

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class PerMember:
    """The value is a number of each member: a tensor of the program, and no part of it."""


@dataclass(frozen=True)
class WhetherNot(PerMember):
    """As `PerMember`, but members for which the value is `off` have a program without the term.

    A program with the term would give them the same bits, but take longer: compiling another one
    takes half a second, and with dropout 100 epochs of ten networks of [16, 16] take half a second
    more. Two programs also train on two cores.
    """

    off: Any = 0.0


@dataclass(frozen=True)
class Padded(PerMember):
    """Widths of layers: the program has those that they are padded to."""


@dataclass(frozen=True)
class Notation:
    """The key says how something is written, not what it is.

    It enters neither program nor cell nor fingerprint, whatever its value.
    """


@dataclass(frozen=True)
class UnusedWhen:
    """The value has no effect where another key, of any section, has one of these values.

    The config is then the one with `as_if` in its place.
    """

    key: str
    values: tuple[Any, ...]
    as_if: Any


@dataclass(frozen=True)
class Synonyms:
    """Values that mean what another value means."""

    values: tuple[Any, ...]
    meaning: Any


@dataclass(frozen=True)
class AtMost:
    """Numbers above that of another key, where the config has it, mean that number."""

    key: str


class Only:
    """The libraries that have a hyperparameter, or some of its values.

    Args:
        libraries: Names of the libraries.
        values: The values that other libraries lack. By default these are all values but the
            field's neutral one.
    """

    def __init__(self, *libraries: str, values: tuple[Any, ...] | None = None) -> None:
        self.libraries, self.values = libraries, values

    def refuses(self, library: str, value: Any, neutral: Any) -> bool:
        """Return whether the library lacks this value of a field with this neutral value."""
        if library in self.libraries:
            return False
        return value != neutral if self.values is None else value in self.values


def restrict_values(libraries_of_value: Mapping[Any, tuple[str, ...]]) -> tuple[Only, ...]:
    """Return what to declare beside a field each of whose values some libraries have."""
    groups = sorted(
        set(libraries_of_value.values()), key=lambda libraries: (len(libraries), libraries)
    )
    return tuple(
        Only(
            *libraries,
            values=tuple(value for value, own in libraries_of_value.items() if own == libraries),
        )
        for libraries in groups
    )


@dataclass(frozen=True)
class Declaration:
    """What is declared beside a field.

    Attributes:
        name: The field's name.
        notes: All that is declared beside it.
        neutral: Its default, `dataclasses.MISSING` without any.
        nested: The dataclass that the field holds, if any.
    """

    name: str
    notes: tuple[Any, ...]
    neutral: Any
    nested: type | None

    @cached_property
    def role(self) -> PerMember | None:
        """How members may differ in it; None where its value is part of the program."""
        return next((note for note in self.notes if isinstance(note, PerMember)), None)

    @cached_property
    def is_notation(self) -> bool:
        """Whether it says how something is written, not what it is."""
        return any(isinstance(note, Notation) for note in self.notes)


@cache
def declarations_of(kind: Any) -> tuple[Declaration, ...]:
    """Return the declarations of the fields of `kind`, a dataclass, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_declare(field, hints[field.name]) for field in dataclasses.fields(kind))


def _declare(field: "dataclasses.Field[Any]", hint: Any) -> Declaration:
    is_annotated = get_origin(hint) is Annotated
    metadata = hint.__metadata__ if is_annotated else ()
    plain = get_args(hint)[0] if is_annotated else hint
    nested = plain if dataclasses.is_dataclass(plain) and isinstance(plain, type) else None
    return Declaration(field.name, metadata, field.default, nested)


def structure_of(node: Any, pad: Callable[[int], int]) -> Hashable:
    """Return what of a config, or of a section of it, is part of the compiled program.

    Args:
        node: A dataclass of the config, or a plain value.
        pad: Rounds the width of a layer up.
    """
    if not dataclasses.is_dataclass(node):
        return tuple(node) if isinstance(node, list) else node
    kind: Any = type(node)
    parts: list[Hashable] = [kind.__name__]
    for declaration in declarations_of(kind):
        value = getattr(node, declaration.name)
        match declaration.role:
            case WhetherNot(off=off):
                parts.append(value != off)
            case Padded():
                parts.append(tuple(map(pad, value)))
            case None if not declaration.is_notation:
                parts.append(structure_of(value, pad))
    return tuple(parts)


def find_unsupported(node: Any, library: str, prefix: str) -> Iterator[tuple[str, Any, Only]]:
    """Yield the key and value of all that the library lacks, and which libraries have it."""
    kind: Any = type(node)
    for declaration in declarations_of(kind):
        key, value = f"{prefix}.{declaration.name}", getattr(node, declaration.name)
        if declaration.nested:
            yield from find_unsupported(value, library, key)
        for note in declaration.notes:
            if isinstance(note, Only) and note.refuses(library, value, declaration.neutral):
                yield key, value, note


def neutral_values(kind: type, prefix: str) -> dict[str, Any]:
    """Return the neutral values of a section of this kind, by key."""
    values: dict[str, Any] = {}
    for declaration in declarations_of(kind):
        key = f"{prefix}.{declaration.name}"
        if declaration.nested:
            values |= neutral_values(declaration.nested, key)
        elif declaration.neutral is not dataclasses.MISSING and not declaration.is_notation:
            values[key] = declaration.neutral
    return values


def list_notes(kind: type, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield all that is declared in a section of this kind, each note with its key."""
    for declaration in declarations_of(kind):
        key = f"{prefix}.{declaration.name}"
        if declaration.nested:
            yield from list_notes(declaration.nested, key)
        yield from ((key, note) for note in declaration.notes)
