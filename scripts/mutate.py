"""Changes the code in small ways, and says which changes no test of their folder notices.

    python scripts/mutate.py                              # 300 mutants, a random printed seed
    python scripts/mutate.py --mutants 40 --seed 7 fcnn/analysis

The tests of a folder are traced once. A mutant is killed if a test that runs its line fails, or the
tests take far longer than they did. It is tested in a copy of the checkout, by a process that is
forked with the libraries imported.
"""

import argparse
import ast
import gc
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fcnn.config.locations import project_dir
from tests import preloaded  # noqa: F401  # what the forked processes need

FOLDERS = ["fcnn/analysis", "fcnn/tracking", "fcnn/training"]
MAX_SECONDS = 60.0
"""How much of the tests that run a line is run, quickest first, in seconds of the code as it is."""
PAIRS: list[tuple[type[ast.AST], type[ast.AST]]] = [
    *[(ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn)],
    *[(ast.Is, ast.IsNot), (ast.Add, ast.Sub), (ast.Mult, ast.Div), (ast.And, ast.Or)],
]
SWAPS: dict[Any, Any] = dict(PAIRS) | {second: first for first, second in PAIRS}
TRACER = """
import os, sys, threading
def _trace(frame, event, argument, seen=set(), out=os.open({out!r}, 1089)):
    path, test = frame.f_code.co_filename, os.environ.get("PYTEST_CURRENT_TEST", "")
    if not path.startswith({folder!r}):
        return None
    key = "\\t".join((path, str(frame.f_lineno), test.rpartition(" ")[0]))
    if key not in seen:
        os.write(out, (key + "\\n").encode())
        seen.add(key)
    return _trace
sys.settrace(_trace)
threading.settrace(_trace)
"""
"""Notes which test runs which line, in every process; 1089 is O_WRONLY | O_CREAT | O_APPEND."""


class Mutant(NamedTuple):
    """A node that can change, where it is in the tree, and the lines from its statement to it."""

    node: ast.AST
    change: ast.AST
    parent: ast.AST
    field: str
    place: int
    lines: range


def mutate(node: ast.AST) -> ast.AST | None:
    """Return a mutant of a node alone; None if it has none that a test could notice."""
    mutant = deepcopy(node)
    match mutant:
        case ast.If(test=ast.Name("TYPE_CHECKING")) | ast.Return(value=ast.Constant(None | False)):
            return None
        case ast.Compare(ops=[operator, *_]) if type(operator) in SWAPS:
            mutant.ops[0] = SWAPS[type(operator)]()
        case ast.BinOp(op=operator) | ast.BoolOp(op=operator) if type(operator) in SWAPS:
            mutant.op = SWAPS[type(operator)]()
        case ast.Constant(bool(value)):
            mutant.value = not value
        case ast.Constant(int(value) | float(value)):
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


def list_mutants(tree: ast.AST) -> Iterator[Mutant]:
    """Yield the mutants of a module, in the same order for the same code."""
    starts = {tree: 1}
    for parent in ast.walk(tree):
        if parent not in starts or (isinstance(parent, ast.keyword) and parent.arg == "strict"):
            continue
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            for place, node in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(node, ast.AST):
                    starts[node] = node.lineno if isinstance(node, ast.stmt) else starts[parent]
                    if (change := mutate(node)) is not None:
                        lines = range(starts[node], getattr(node, "lineno", starts[node]) + 1)
                        yield Mutant(node, change, parent, field, place, lines)


def write_mutant(path: Path, number: int) -> tuple[range, str]:
    """Write a mutant of a file over it; its lines, and a line that describes it."""
    tree = ast.parse(path.read_text())
    mutant = list(list_mutants(tree))[number]
    old, new = (ast.unparse(each).partition("\n")[0][:70] for each in (mutant.node, mutant.change))
    if isinstance(nodes := getattr(mutant.parent, mutant.field), list):
        nodes[mutant.place] = mutant.change
    else:
        setattr(mutant.parent, mutant.field, mutant.change)
    path.write_text(ast.unparse(ast.fix_missing_locations(tree)))
    return mutant.lines, f"{mutant.lines[-1]}: {old}  ->  {new}"


class Times:
    """A plugin of pytest that notes how many seconds each test takes that passes."""

    def __init__(self, path: Path) -> None:
        self.file, self.setup = path.open("w"), 0.0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a line for a test that passed."""
        if report.when == "setup":
            self.setup = report.duration
        elif report.when == "call" and report.passed:
            line = f"{report.nodeid}\t{self.setup + report.duration}"
            print(line, file=self.file, flush=True)


def passes(root: Path, tests: list[str], seconds: float, *plugins: object) -> bool:
    """Whether tests pass in time, in a forked process with the libraries of this one."""
    child = os.fork()
    if child == 0:
        exit_code = 1
        try:
            os.chdir(root)
            os.environ |= {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
            sys.dont_write_bytecode = True  # two mutants of a second would share it
            sys.path[:] = [str(root), *(path for path in sys.path if path != str(project_dir()))]
            for name in [name for name in sys.modules if name.split(".")[0] in ("fcnn", "tests")]:
                del sys.modules[name]
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            signal.alarm(int(seconds))
            options = ["-q", "-n", "0", "-p", "no:cacheprovider", "--assert=plain"]
            stop = [] if plugins else ["-x"]
            exit_code = int(pytest.main([*options, *stop, *tests], plugins))
        finally:
            os._exit(exit_code)
    return os.waitpid(child, 0)[1] == 0


class Traces:
    """Which tests of a folder run which lines, and how many seconds each test takes."""

    def __init__(self, root: Path, folder: str) -> None:
        package, lines, times = root / "fcnn/__init__.py", root / "lines", root / "times"
        code = package.read_text()
        package.write_text(TRACER.format(out=str(lines), folder=str(root / folder)) + code)
        passes(root, [f"tests/{Path(folder).name}"], 3600, Times(times))
        package.write_text(code)
        self.tests: dict[tuple[str, int], set[str]] = defaultdict(set)
        for path, line, test in (text.split("\t") for text in lines.read_text().splitlines()):
            self.tests[path, int(line)].add(test)
        pairs = (text.split("\t") for text in times.read_text().splitlines())
        self.seconds = {test: float(seconds) for test, seconds in pairs}

    def choose(self, path: Path, lines: range) -> tuple[list[str], float]:
        """Choose tests of the last of the lines that any test runs; also their seconds.

        What is run at import is tested by all that run a line of its file.
        """
        keys = [(str(path), line) for line in reversed(lines)]
        found = next((self.tests[key] for key in keys if key in self.tests), set())
        if "" in found:
            found = set().union(*(self.tests[key] for key in self.tests if key[0] == str(path)))
        chosen, total = [], 0.0
        for test in sorted(found & self.seconds.keys(), key=self.seconds.__getitem__):
            if chosen and total + self.seconds[test] > MAX_SECONDS:
                break
            chosen.append(test)
            total += self.seconds[test]
        return chosen, total


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    gc.freeze()  # what the forked processes collect no garbage in, they need not copy
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        ignored = shutil.ignore_patterns(".*", "mlruns", "outputs", "reports", "__pycache__")
        shutil.copytree(project_dir(), root, ignore=ignored, dirs_exist_ok=True)
        mutants = [
            (folder, path, number)
            for folder in arguments.folders
            for path in sorted((root / folder).glob("*.py"))
            for number, _ in enumerate(list_mutants(ast.parse(path.read_text())))
        ]
        sample = random.Random(arguments.seed).sample(mutants, arguments.mutants)
        n_killed = count = 0
        for folder in arguments.folders:
            traces = Traces(root, folder)
            for path, number in [(path, number) for name, path, number in sample if name == folder]:
                code = path.read_text()
                lines, line = write_mutant(path, number)
                tests, seconds = traces.choose(path, lines)
                killed = bool(tests) and not passes(root, tests, 60 + 3 * seconds)
                path.write_text(code)
                count, n_killed = count + 1, n_killed + killed
                if not killed:
                    print(
                        f"survived: {path.relative_to(root)}:{line}, {len(tests)} tests", flush=True
                    )
            print(f"{n_killed} of {count} killed ({n_killed / count:.0%})", flush=True)


if __name__ == "__main__":
    main()
