"""Write docs/hyperparameters.md from the declarations: `python scripts/hyperparameters.py`."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Sequence
from inspect import getdoc
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt
from omegaconf import OmegaConf
from pydantic.fields import FieldInfo

from fcnn.config.declarations import Notation, Only, Padded, PerMember, WhetherNot
from fcnn.config.locations import conf_dir, project_dir
from fcnn.config.model import Model
from fcnn.config.optimizers import OPTIMIZERS
from fcnn.config.schedules import SCHEDULES
from fcnn.config.schema import SyntheticDataset
from fcnn.config.tables import SklearnDataset, TableDataset
from fcnn.config.training import EarlyStopping, Training
from scripts.hyperparameter_sentences import HEADER, SENTENCES

ALL = "all"
SET_BY_FCNN = ("name", "digest")
"""Keys that nobody sets: the choice of an option, and what the sweeper notes."""
_BOUNDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
_TYPES = {bool: "true, false", int: "whole numbers", float: "numbers", str: "text"}


def write_page() -> str:
    """Return the page as Markdown."""
    parts = [HEADER]
    parts += ["## Model", *_write_table(list(_rows(Model, "model", "train.yaml")))]
    training = [
        *_rows(Training, "training", "train.yaml"),
        *_rows(EarlyStopping, "training.early_stopping", "train.yaml"),
    ]
    parts += ["## Training", *_write_table(training)]
    parts += ["## Optimizers", *_write_options(get_args(OPTIMIZERS), "optimizer")]
    parts += ["## Schedules", *_write_options(get_args(SCHEDULES), "schedule")]
    datasets = (SyntheticDataset, TableDataset, SklearnDataset)
    parts += ["## Data", *_write_options(datasets, "dataset")]
    return "\n".join(parts).rstrip() + "\n"


def _write_options(kinds: Sequence[type], section: str) -> list[str]:
    """Write a table of the options of a group, and one of their keys."""
    lines = [
        "",
        f"| `{section}=` | What it does | Keys of its own | Libraries |",
        "|---|---|---|---|",
    ]
    names = [{field.name for field in dataclasses.fields(kind)} for kind in kinds]
    shared = set.intersection(*names)
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for kind in kinds:
        plain, notes = _split(get_type_hints(kind, include_extras=True)["name"])
        names_of_kind = get_args(plain)
        name = names_of_kind[0]
        own_rows = list(_rows(kind, section, f"{section}/{name}.yaml", _libraries(notes)))
        own = [row[0] for row in own_rows if row[0].strip("`").rpartition(".")[2] not in shared]
        label = ", ".join(f"`{option}`" for option in names_of_kind)
        cells = (label, _summarise(kind), ", ".join(own), _libraries(notes))
        lines.append(f"| {' | '.join(cells)} |")
        for row in own_rows:
            rows[row[0]].append(row)
    return [*lines, *_write_table([_merge(same) for same in rows.values()])]


def _summarise(kind: type) -> str:
    """Return the first paragraph of what a class says of itself."""
    return " ".join((getdoc(kind) or "").partition("\n\n")[0].split())


def _merge(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Join what a key is with several options, which may differ in defaults and roles."""
    columns = [list(dict.fromkeys(column)) for column in zip(*rows, strict=True)]
    key, values, defaults, sentence, libraries, role = columns
    widest = ALL if ALL in libraries else max(libraries, key=len)
    return (key[0], values[0], ", ".join(defaults), sentence[0], widest, "; ".join(role))


def _write_table(rows: list[tuple[str, ...]]) -> list[str]:
    head = ["", "| Key | Values | Default | What it does | Libraries | In a program |"]
    return [*head, "|---|---|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows), ""]


def _rows(kind: Any, section: str, file: str, libraries: str = ALL) -> Iterator[tuple[str, ...]]:
    """Yield a row for each key of a section: key, values, default, sentence, libraries, role.

    Args:
        kind: The dataclass of the section.
        section: Its key.
        file: The file with its defaults, in `conf/`.
        libraries: Those that have the section.
    """
    hints = get_type_hints(kind, include_extras=True)
    for field in dataclasses.fields(kind):
        plain, notes = _split(hints[field.name])
        if dataclasses.is_dataclass(plain) or field.name in SET_BY_FCNN:
            continue
        key = f"{section}.{field.name}"
        path = key if file == "train.yaml" else field.name
        yield (
            f"`{key}`",
            _values(plain, notes),
            _default(path, file),
            SENTENCES[key],
            _libraries(notes, libraries),
            _role(notes),
        )


def _split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a plain type and what is declared beside it."""
    return (get_args(hint)[0], hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())


def _values(plain: Any, notes: tuple[Any, ...]) -> str:
    """Say in words which values a key may have."""
    if get_origin(plain) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(plain))
    arguments = [kind for kind in get_args(plain) if kind is not Ellipsis]
    if get_origin(plain) is tuple:
        return f"list of {_values(*_split(arguments[0]))}"
    if arguments:
        kinds = [_values(*_split(kind)) for kind in arguments if kind is not NoneType]
        return ", or ".join([*kinds, *(["null"] if NoneType in arguments else [])])
    bounds = [text for note in notes for text in _bounds(note)]
    return " ".join([_TYPES[plain], " and ".join(bounds)]).strip()


def _bounds(note: Any) -> Iterator[str]:
    for item in note.metadata if isinstance(note, FieldInfo) else [note]:
        if isinstance(item, Gt | Ge | Lt | Le):
            ((name, bound),) = dataclasses.asdict(item).items()
            if abs(bound) < 2**31:
                yield f"{_BOUNDS[name]} {bound}"


def _default(path: str, file: str) -> str:
    """Return a default from the files that Hydra composes."""
    config: Any = OmegaConf.load(conf_dir() / file)
    for base in config.get("defaults", []):
        if str(base).startswith("/"):
            shared = f"{base[1:].removesuffix('@_here_')}.yaml"
            config = OmegaConf.merge(OmegaConf.load(conf_dir() / shared), config)
    values: Any = OmegaConf.to_container(config)
    for name in path.split("."):
        values = values[name]
    if values == "???":
        return ""
    return f"`{'null' if values is None else str(values).lower()}`"


def _libraries(notes: tuple[Any, ...], otherwise: str = ALL) -> str:
    """Return the libraries that have a key, and those that have some of its values."""
    restrictions = [note for note in notes if isinstance(note, Only)]
    if not restrictions:
        return otherwise
    clauses = []
    for note in restrictions:
        libraries = ", ".join(note.libraries)
        values = ", ".join(str(value).lower() for value in note.values or ())
        clauses.append(f"{libraries} ({values})" if values else libraries)
    return "; ".join(clauses)


def _role(notes: tuple[Any, ...]) -> str:
    """Say whether networks that differ in a key train as one program."""
    if any(isinstance(note, Notation) for note in notes):
        return "identifies nothing"
    role = next((note for note in notes if isinstance(note, PerMember)), None)
    match role:
        case Padded():
            return "widths up to the same multiple of 16 vary"
        case WhetherNot():
            off = "null" if role.off is None else role.off
            return f"varies, {off} apart"
        case None:
            return "same"
    return "varies"


if __name__ == "__main__":
    (project_dir() / "docs" / "hyperparameters.md").write_text(write_page())
