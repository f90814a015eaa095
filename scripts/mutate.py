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
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

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


class Mutator(ast.NodeTransformer):
    """Counts the mutants of a module, and puts the one of a number in its place.

    Attributes:
        count: How many mutants the module has.
        lines: Of the mutant, from the first line of its statement.
        change: What it changes.
    """

    def __init__(self, path: Path, number: int | None = None) -> None:
        self.count, self.lines, self.change = 0, range(0), ""
        self._number, self._start = number, 1
        tree = ast.parse(path.read_text())
        nodes = [*ast.walk(tree)]
        kept: list[Any] = [node for node in nodes if getattr(node, "arg", "") == "strict"]
        for name in ("annotation", "returns", "decorator_list"):
            fields = [getattr(node, name, None) or [] for node in nodes]
            kept += [
                part for each in fields for part in (each if isinstance(each, list) else [each])
            ]
        self._kept = set(kept)
        self.code = ast.unparse(ast.fix_missing_locations(self.visit(tree)))

    def visit(self, node: ast.AST) -> Any:
        """Return a node as it shall be."""
        if node in self._kept:
            return node
        if isinstance(node, ast.stmt):
            self._start = node.lineno
        if (mutant := mutate(node)) is not None:
            self.count += 1
            if self.count - 1 == self._number:
                self.lines = range(self._start, getattr(node, "lineno", self._start) + 1)
                old, new = (ast.unparse(each).partition("\n")[0][:70] for each in (node, mutant))
                self.change = f"{self.lines[-1]}: {old}  ->  {new}"
                return mutant
        return self.generic_visit(node)


def passes(root: Path, arguments: list[str], seconds: float) -> bool:
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
            exit_code = int(pytest.main([*options, *arguments]))
        finally:
            os._exit(exit_code)
    return os.waitpid(child, 0)[1] == 0


class Traces:
    """Which tests of a folder run which lines, and how many seconds each test takes."""

    def __init__(self, root: Path, folder: str) -> None:
        package, lines = root / "fcnn/__init__.py", root / "lines"
        code = package.read_text()
        package.write_text(TRACER.format(out=str(lines), folder=str(root / folder)) + code)
        passes(root, [f"tests/{Path(folder).name}", f"--junitxml={root}/times.xml"], 3600)
        package.write_text(code)
        self.seconds = {
            f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name']}": float(
                case.attrib["time"]
            )
            for case in ElementTree.parse(root / "times.xml").iter("testcase")
            if not len(case)  # one that failed or was skipped says so
        }
        self.tests: dict[tuple[str, int], set[str]] = defaultdict(set)
        for path, line, test in (text.split("\t") for text in lines.read_text().splitlines()):
            self.tests[path, int(line)].add(test)

    def choose(self, path: Path, lines: range) -> tuple[list[str], float]:
        """Choose tests of the last of these lines that any test runs; also their seconds.

        What is run at import is tested by all that run a line of its file.
        """
        keys = [(str(path), line) for line in reversed(lines)]
        names = next((self.tests[key] for key in keys if key in self.tests), set())
        if "" in names:
            names = set().union(*(self.tests[key] for key in self.tests if key[0] == str(path)))
        chosen: list[str] = []
        total = 0.0
        for test in sorted(names & self.seconds.keys(), key=self.seconds.__getitem__):
            if not chosen or total + self.seconds[test] <= MAX_SECONDS:
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
    gc.freeze()  # the forked processes need not copy what they collect no garbage in
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        ignored = shutil.ignore_patterns(".*", "mlruns", "outputs", "reports", "__pycache__")
        shutil.copytree(project_dir(), root, ignore=ignored, dirs_exist_ok=True)
        mutants = [
            (folder, path, number)
            for folder in arguments.folders
            for path in sorted((root / folder).glob("*.py"))
            for number in range(Mutator(path).count)
        ]
        n_mutants = min(arguments.mutants, len(mutants))
        sample = random.Random(arguments.seed).sample(mutants, n_mutants)
        n_killed = count = 0
        for folder in arguments.folders:
            traces = Traces(root, folder)
            for path, number in [(path, number) for name, path, number in sample if name == folder]:
                code, mutant = path.read_text(), Mutator(path, number)
                path.write_text(mutant.code)
                tests, seconds = traces.choose(path, mutant.lines)
                killed = bool(tests) and not passes(root, ["-x", *tests], 60 + 3 * seconds)
                path.write_text(code)
                count, n_killed = count + 1, n_killed + killed
                if not killed:
                    place = f"{path.relative_to(root)}:{mutant.change}"
                    print(f"survived {len(tests)} tests: {place}", flush=True)
            print(f"{n_killed} of {count} killed ({n_killed / count:.0%})", flush=True)


if __name__ == "__main__":
    main()
