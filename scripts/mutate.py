"""Changes the code in small ways, and says which changes no test of their folder notices.

    python scripts/mutate.py                              # 300 mutants, a random printed seed
    python scripts/mutate.py --mutants 40 --seed 7 fcnn/analysis

A mutant is killed if a test of its folder fails; those that run whole commands are left out. Each
is tested in a copy of the checkout, by a process that is forked with the libraries imported.
"""

import argparse
import ast
import os
import random
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import mlflow  # noqa: F401  # as the children need them
import pytest
import statsmodels.api  # noqa: F401

from fcnn.config.locations import project_dir

FOLDERS = ["fcnn/tracking", "fcnn/training", "fcnn/analysis"]
SLOW_TESTS = ["interrupted", "killed_workers", "rerun", "resume", "store_faults", "sweep"]
"""Tests that run whole commands, which take a minute each."""
MAX_SECONDS = 300
PAIRS: list[tuple[type[ast.AST], type[ast.AST]]] = [
    *[(ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn)],
    *[(ast.Is, ast.IsNot), (ast.Add, ast.Sub), (ast.Mult, ast.Div), (ast.And, ast.Or)],
]
SWAPS = dict(PAIRS) | {second: first for first, second in PAIRS}


def mutate(node: ast.AST) -> ast.AST | None:
    """Return a mutant of a node alone; None if it has none."""
    mutant = deepcopy(node)
    match mutant:
        case ast.Compare(ops=[operator, *_]) if type(operator) in SWAPS:
            mutant.ops[0] = SWAPS[type(operator)]()  # type: ignore[call-overload]
        case ast.BinOp(op=operator) | ast.BoolOp(op=operator) if type(operator) in SWAPS:
            mutant.op = SWAPS[type(operator)]()  # type: ignore[assignment]
        case ast.Constant(value=bool(value)):
            mutant.value = not value
        case ast.Constant(value=int(value) | float(value)):
            mutant.value = value + 1
        case ast.If(test=test) | ast.IfExp(test=test):
            mutant.test = ast.UnaryOp(ast.Not(), test)
        case ast.Return(value=ast.expr()):
            mutant.value = ast.Constant(None)
        case ast.Expr(value=ast.Call()):
            return ast.Pass()
        case _:
            return None
    return mutant


def list_mutants(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.AST, ast.AST, str, int]]:
    """Yield each node that has a mutant, the mutant, and its parent, field, and place in it."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            for place, node in enumerate(value if isinstance(value, list) else [value]):
                mutant = mutate(node) if isinstance(node, ast.AST) else None
                if mutant is not None:
                    yield node, mutant, parent, field, place


def write_mutant(path: Path, number: int) -> str:
    """Write the mutant `number` of a file over it, and describe it in a line."""
    tree = ast.parse(path.read_text())
    node, mutant, parent, field, place = list(list_mutants(tree))[number]
    old, new = (ast.unparse(each).partition("\n")[0][:70] for each in (node, mutant))
    if isinstance(nodes := getattr(parent, field), list):
        nodes[place] = mutant
    else:
        setattr(parent, field, mutant)
    path.write_text(ast.unparse(ast.fix_missing_locations(tree)))
    return f"line {getattr(node, 'lineno', '?')}: {old}  ->  {new}"


def list_tests(root: Path, file: str) -> list[str]:
    """List the tests of the folder of a file: its own and those that import it come first."""
    package, _, stem = file.removesuffix(".py").replace("/", ".").rpartition(".")
    own = re.compile(rf"test_{stem}\.py|from {package}(\.{stem} import| import .*\b{stem}\b)")
    folder = root / "tests" / Path(file).parent.name
    tests = [path for path in folder.glob("test_*.py") if path.stem[5:] not in SLOW_TESTS]
    return sorted(
        map(str, tests), key=lambda path: (not own.search(path + Path(path).read_text()), path)
    )


def passes(root: Path, tests: list[str]) -> bool:
    """Whether tests pass, in a forked process with the libraries that this one has imported."""
    child = os.fork()
    if child == 0:
        exit_code = 1
        try:
            os.chdir(root)
            sys.dont_write_bytecode = True  # two mutants of a second would share it
            sys.path[:] = [str(root), *(path for path in sys.path if path != str(project_dir()))]
            for name in [name for name in sys.modules if name.partition(".")[0] == "fcnn"]:
                del sys.modules[name]
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            signal.alarm(MAX_SECONDS)
            options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--assert=plain"]
            exit_code = int(pytest.main([*options, *tests]))
        finally:
            os._exit(exit_code)
    return os.waitpid(child, 0)[1] == 0


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ignored = shutil.ignore_patterns(".*", "mlruns", "outputs", "reports", "__pycache__")
        shutil.copytree(project_dir(), root, ignore=ignored, dirs_exist_ok=True)
        paths = [path for each in arguments.folders for path in sorted((root / each).glob("*.py"))]
        mutants = [
            (path, number)
            for path in paths
            for number, _ in enumerate(list_mutants(ast.parse(path.read_text())))
        ]
        random.Random(arguments.seed).shuffle(mutants)
        n_killed = 0
        for count, (path, number) in enumerate(mutants[: arguments.mutants], 1):
            code, file = path.read_text(), str(path.relative_to(root))
            line = write_mutant(path, number)
            survives = passes(root, list_tests(root, file))
            path.write_text(code)
            n_killed += not survives
            if survives:
                print(f"survived: {file} {line}", flush=True)
            if count % 10 == 0 or count == arguments.mutants:
                print(f"{n_killed} of {count} killed ({n_killed / count:.0%})", flush=True)


if __name__ == "__main__":
    main()
