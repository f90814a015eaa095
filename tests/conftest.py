"""Shared: configs composed from the real conf/, stores that are real SQLite files."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from fcnn.config import CHECKOUT, Config
from fcnn.parsing import parse

Compose = Callable[..., Config]

SLOWEST = ("test_server", "test_faults", "test_launchers", "test_commands", "test_population_launcher", "test_browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest go first: what one worker begins last, the others wait for."""
    items.sort(key=lambda item: SLOWEST.index(item.path.stem) if item.path.stem in SLOWEST else len(SLOWEST))


@pytest.fixture(scope="session")
def config() -> Iterator[Compose]:
    """`config("optimizer=sgd", "training.epochs=2")`: a config as the command line would give it."""
    with initialize_config_dir(str(CHECKOUT / "conf"), version_base="1.3"):
        yield cache(lambda *overrides: parse(compose("train", overrides=["tracking.uri=sqlite:///unused.db", *overrides])))


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with its tables and nothing in them: making one takes seconds, copying it nothing."""
    from fcnn.tracking import store

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    store.connect(f"sqlite:///{path}")
    return path


@pytest.fixture
def uri(tmp_path: Path, empty_store: Path) -> str:
    """A fresh store of the test's own."""
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"
