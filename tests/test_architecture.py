"""Imports run downwards only, and each heavy library has one door."""

import ast

import pytest

from fcnn.config.locations import project_dir

# The house, from the ground up. A module may import from the floors below its room's, and from its own room.
FLOORS = [
    {"fcnn.targets", "fcnn.signals", "fcnn.escaping"},
    {"fcnn.errors"},
    {"fcnn.config"},
    {"fcnn.data"},
    {"fcnn.network"},
    {"fcnn.params"},
    {"fcnn.libraries", "fcnn.tracking"},
    {"fcnn.training", "fcnn.analysis"},
    {"fcnn.plots"},
    {"fcnn.report"},
    {"fcnn.composition"},
    {"fcnn.api", "hydra_plugins"},
    {"fcnn.commands"},
    {"scripts"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(
    path
    for folder in ("fcnn", "hydra_plugins", "scripts")
    for path in (project_dir() / folder).rglob("*.py")
)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, "absolute imports only"
            yield from (
                [f"fcnn.{alias.name}" for alias in node.names]
                if node.module == "fcnn"
                else [node.module]
            )


def room(module):
    return next((room for room in FLOOR if module == room or module.startswith(room + ".")), None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(project_dir())))
def test_imports_run_downwards_only(path):
    module = ".".join(path.relative_to(project_dir()).with_suffix("").parts)
    own = room(module)
    if module != "fcnn.__init__":
        assert own, f"{module} is in no room"
        without_hydra = {
            name: room(name)
            for name in imports(path)
            if name.partition(".")[0] in ("fcnn", "hydra_plugins", "scripts")
        }
        assert [
            name
            for name, other in without_hydra.items()
            if other != own and (other is None or FLOOR[other] >= FLOOR[own])
        ] == []


@pytest.mark.parametrize(
    ("library", "door"),
    [
        ("mlflow", "fcnn/tracking"),
        ("tensorflow", "fcnn/libraries"),
        ("keras", "fcnn/libraries"),
        ("matplotlib", "fcnn/plots"),
    ],
)
def test_heavy_library_has_one_door(library, door):
    users = [
        path for path in FILES if any(name.partition(".")[0] == library for name in imports(path))
    ]
    assert [
        path
        for path in users
        if not path.is_relative_to(project_dir() / door)
        and path.parent != project_dir() / "scripts"
    ] == []


def test_files_have_at_most_320_lines_and_functions_80():
    for path in FILES:
        text = path.read_text()
        assert text.count("\n") <= 320, path
        functions = [
            node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)
        ]
        assert [
            node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 80
        ] == [], path
