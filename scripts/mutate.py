"""Says which small changes in the functions of a folder its tests do not notice.

`python scripts/mutate.py fcnn/analysis --mutants 40 --seed 7` takes a copy of what git has staged.
"""

import argparse
import ast
import os
import random
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

MAX_TESTS, MAX_SECONDS = 40, 300.0  # of a mutant: those tests that come by the fewest switches
OPTIONS = ["-oaddopts=-m 'not verify'", "-pno:terminal", "-pno:cacheprovider", "--assert=plain"]
PAIRS: list[type] = [ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn]
PAIRS += [ast.Is, ast.IsNot, ast.And, ast.Or, ast.Add, ast.Sub, ast.Mult, ast.Div]
SWITCH = """import builtins, contextlib, os
def is_original(number, noted=set(), notes=os.open("{}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)):
    note = f"{{number}} {{os.environ.get('PYTEST_CURRENT_TEST', '').rpartition(' ')[0]}}\\n"
    if note not in noted and not noted.add(note):
        with contextlib.suppress(OSError):  # of a test that fills the disk
            os.write(notes, note.encode())
    return os.environ.get("MUTANT") != str(number)
builtins.is_original = is_original
"""  # at every mutant; notes the tests that come by, in the commands that they run, too


class Mutator(ast.NodeTransformer):
    """Puts switches into the code of `path`, and says in `mutants` what they do."""

    path, mutants = Path(), list[str]()

    def _switch(self, node: ast.expr, mutant: ast.expr) -> ast.expr:
        call = ast.parse(f"is_original({len(self.mutants)})", mode="eval").body
        self.mutants.append(f"{self.path}:{node.lineno}: {ast.unparse(mutant)}")
        return ast.copy_location(ast.IfExp(call, node, mutant), node)

    def visit(self, node: Any) -> Any:
        """Return a node with its switches."""
        mutant: Any = deepcopy(node)
        match node if getattr(node, "arg", "") == "strict" else self.generic_visit(node):
            case ast.Compare(ops=[op]) | ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in PAIRS:
                (mutant.op,) = mutant.ops = [PAIRS[PAIRS.index(type(op)) ^ 1]()]
                return self._switch(node, mutant)
            case ast.Constant(value=int(value) | float(value)):
                mutant.value = value is not True and value + 1
                return self._switch(node, mutant)
            case ast.If(test=test) | ast.IfExp(test=test):
                node.test = self._switch(test, ast.UnaryOp(ast.Not(), mutant.test))
            case ast.Expr(value=ast.Call() as old) | ast.Return(value=ast.expr() as old):
                if not isinstance(old, ast.Constant):
                    node.value = self._switch(old, ast.Constant(None))
        return node


def passes(mutant: str, seconds: float | None, *arguments: str) -> bool:
    """Whether tests pass in time, in a forked process with the libraries of this one."""
    os.environ["MUTANT"] = mutant
    run = get_context("fork").Process(target=lambda: sys.exit(pytest.main([*OPTIONS, *arguments])))
    run.start()
    run.join(seconds)
    run.kill()
    return run.exitcode == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mutants", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    with TemporaryDirectory() as root:
        subprocess.run(["git", "checkout-index", "--all", f"--prefix={root}/"], check=True)
        os.chdir(root)
        sys.path[0] = os.environ["PYTHONPATH"] = root
        mutator, notes, package = Mutator(), Path(root, "notes"), Path("fcnn/__init__.py")
        for mutator.path in sorted(arguments.folder.glob("*.py")):
            mutator.path.write_text(ast.unparse(mutator.visit(ast.parse(mutator.path.read_text()))))
        package.write_text(SWITCH.format(notes) + package.read_text())
        __import__("tests.preloaded")  # of the copy
        assert passes("", None, f"tests/{arguments.folder.name}"), "fails without a mutant, too"
        visits = [line.split(" ", 1) for line in notes.read_text().splitlines()]
        n_visits = Counter(test for _, test in visits)
        numbers = {*map(str, range(len(mutator.mutants)))} - {n for n, test in visits if not test}
        sample = random.Random(arguments.seed).sample(sorted(numbers), arguments.mutants)
        n_alive = 0
        for number in sample:
            tests = sorted({test for n, test in visits if n == number}, key=n_visits.__getitem__)
            if not tests or passes(number, MAX_SECONDS, "-x", *tests[:MAX_TESTS]):
                n_alive += 1
                print(f"{len(tests)} tests pass with {mutator.mutants[int(number)]}", flush=True)
        print(f"seed {arguments.seed}: {len(sample) - n_alive} of {len(sample)} killed")
