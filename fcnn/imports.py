"""Imports of large packages, which take seconds."""

import atexit
import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

N_ALLOCATIONS = 100_000
"""Objects that are made before Python looks for garbage; by default at most 2,000."""


@contextmanager
def importing() -> Iterator[None]:
    """Import packages in the body of a `with`, without looking for garbage meanwhile.

    A package is made of hundreds of thousands of objects that stay. Python would look through all
    of them over and over, which takes a quarter of the time, and will look at none of them later.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def collect_garbage_rarely() -> None:
    """Look for garbage rarely, and not at the end: for a process that mostly imports."""
    gc.set_threshold(N_ALLOCATIONS, 20, 50)
    atexit.register(gc.freeze)


def postpone(*modules: str) -> None:
    """Let modules run when something of them is first used, rather than when they are imported.

    For parts of large packages that these import for users who may want them, and we do not.
    """
    sys.meta_path.insert(0, _PostponingFinder(modules))


class _PostponingFinder(MetaPathFinder):
    """Finds a few modules, with a loader that waits until they are used."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = frozenset(modules)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._modules:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader = _PostponingLoader(spec.loader)
        return spec


class _PostponingLoader(Loader):
    """Makes a module that `loader` runs when it is used."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = RLock()
        self._has_begun = False

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _PostponedModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing yet."""

    def run(self, module: ModuleType) -> None:
        """Run a module once; this thread may ask for more of it meanwhile, others wait."""
        with self._lock:
            if self._has_begun:
                return
            self._has_begun = True
            try:
                self._loader.exec_module(module)
            except BaseException:
                self._has_begun = False
                raise


class _PostponedModule(ModuleType):
    """A module that runs when it is asked for more than what every module has.

    Not `importlib.util.LazyLoader`, whose modules run when anybody asks where their file is, as
    TensorFlow does of all that are imported.
    """

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):
            self._run()
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> Iterable[str]:
        self._run()
        return self.__dict__

    def _run(self) -> None:
        self.__spec__.loader.run(self)  # type: ignore[union-attr]
