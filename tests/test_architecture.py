"""Imports run downwards only, and files, functions and names stay readable."""

import ast

import pytest

from fcnn.config.locations import project_dir

# From the bottom up. A module imports from its own package and from the layers below, never from
# another package of its own layer.
LAYERS = [
    {
        "fcnn.activations",
        "fcnn.targets",
        "fcnn.signals",
        "fcnn.escaping",
        "fcnn.settling",
        "fcnn.imports",
        "fcnn.quantities",
    },
    {"fcnn.errors", "fcnn.status", "fcnn.printing"},
    {"fcnn.config"},
    {"fcnn.data", "fcnn.initializers", "fcnn.learning_rates"},
    {"fcnn.network"},
    {"fcnn.evaluation", "fcnn.prediction"},
    {"fcnn.params"},
    {"fcnn.axes"},
    {"fcnn.claims"},
    {"fcnn.libraries", "fcnn.tracking"},
    {"fcnn.training", "fcnn.analysis"},
    {"fcnn.plots"},
    {"fcnn.report"},
    {"fcnn.composition"},
    {"fcnn.api", "hydra_plugins"},
    {"fcnn.commands"},
    {"scripts"},
]
LAYER_OF = {package: layer for layer, packages in enumerate(LAYERS) for package in packages}
OWN_ROOTS = {"fcnn", "hydra_plugins", "scripts"}
FILES = sorted(path for root in OWN_ROOTS for path in (project_dir() / root).rglob("*.py"))
SOURCES = {str(path.relative_to(project_dir())): path.read_text() for path in FILES}
COMMANDS = [
    path.stem for path in FILES if path.parent.name == "commands" and path.stem != "__init__"
]
MAX_FILE_LINES, MAX_FUNCTION_LINES = 250, 50
VAGUE_WORDS = {
    *("one", "mine", "ours", "theirs", "there", "found", "those", "heard", "came", "alike"),
    *("given", "began", "seen", "said", "left", "told"),
}
"""Names of variables, parameters, functions and classes that say nothing about what they are."""


def find_imports(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, "absolute imports only"
            if node.module == "fcnn":
                yield from (f"fcnn.{alias.name}" for alias in node.names)
            else:
                yield node.module


def find_package(module):
    return next((name for name in LAYER_OF if f"{module}.".startswith(f"{name}.")), None)


@pytest.mark.parametrize("file", SOURCES)
def test_imports_run_downwards_only(file):
    module = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    if module == "fcnn":  # the public API, above all layers
        return
    own = find_package(module)
    assert own, f"{module} is in no layer"
    imported = {
        name: find_package(name)
        for name in find_imports(SOURCES[file])
        if name.partition(".")[0] in OWN_ROOTS
    }
    assert [
        name
        for name, package in imported.items()
        if package != own and (package is None or LAYER_OF[package] >= LAYER_OF[own])
    ] == []


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("mlflow", "fcnn/tracking/"),
        ("tensorflow", "fcnn/libraries/"),
        ("keras", "fcnn/libraries/"),
        ("matplotlib", "fcnn/plots/"),
    ],
)
def test_heavy_library_is_imported_by_one_package_only(library, package):
    users = [
        file
        for file, code in SOURCES.items()
        if library in {name.partition(".")[0] for name in find_imports(code)}
    ]
    assert [file for file in users if not file.startswith((package, "scripts/"))] == []


def list_imported_at_start(module):
    """The modules that importing one imports, directly or through modules of ours."""
    imported, pending = set(), [module]
    while pending:
        file = pending.pop().replace(".", "/")
        code = SOURCES.get(f"{file}.py") or SOURCES.get(f"{file}/__init__.py", "")
        at_start = [
            node for node in ast.parse(code).body if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = set(find_imports(ast.unparse(at_start))) - imported
        imported |= names
        pending += names
    return imported


@pytest.mark.parametrize(
    ("start", "later"),
    [
        *((f"fcnn.commands.{name}", "mlflow pandas tensorflow matplotlib") for name in COMMANDS),
        ("fcnn.api.study", "mlflow pandas tensorflow matplotlib"),
        ("fcnn.api.results", "tensorflow matplotlib plotly jinja2"),
        ("fcnn.report.closing", "tensorflow matplotlib plotly jinja2"),
        ("fcnn.report.build", "tensorflow"),
    ],
)
def test_heavy_libraries_wait_until_they_are_needed(start, later):
    packages = {name.partition(".")[0] for name in list_imported_at_start(start)}
    assert "fcnn" in packages
    assert packages & set(later.split()) == set()


def test_files_and_functions_are_short():
    too_long = []
    for file, code in SOURCES.items():
        if code.count("\n") > MAX_FILE_LINES:
            too_long.append(file)
        for node in ast.walk(ast.parse(code)):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and node.end_lineno - node.lineno >= MAX_FUNCTION_LINES:
                too_long.append(f"{file}: {node.name}")
    assert too_long == []


def test_packages_are_empty_or_re_export():
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    assert [
        file
        for file, code in SOURCES.items()
        if file.endswith("/__init__.py")
        and file != "fcnn/__init__.py"  # resolves the public names when they are asked for
        and not all(isinstance(node, allowed) for node in ast.parse(code).body)
    ] == []


def find_definitions(code):
    """Yield each name that a file defines, with its line; names of keywords are not its own."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name, node.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno


def test_names_say_what_they_are():
    assert [
        f"{file}:{line}: {name}"
        for file, code in SOURCES.items()
        for name, line in find_definitions(code)
        if name.strip("_").lower() in VAGUE_WORDS
    ] == []


def test_nothing_unpickles_but_what_its_own_process_has_pickled():
    users = [file for file, code in SOURCES.items() if "pickle" in find_imports(code)]
    assert sorted(users) == [
        "fcnn/config/loader.py",
        "fcnn/config/template.py",
    ]
    assert [file for file, code in SOURCES.items() if "np.load(" in code] == [
        "fcnn/tracking/npz.py"
    ]
    assert not [file for file, code in SOURCES.items() if "allow_pickle=True" in code]
