"""Shared: configs composed from the real conf/, stores that are real SQLite files."""

import gc
import logging
import os
import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hydra import compose, initialize_config_dir
from hypothesis import HealthCheck, settings

from fcnn.config.locations import conf_dir
from fcnn.config.parsing import parse
from fcnn.config.schema import Config
from tests.frames import curves_of, grid, rates_by_sizes, runs_of  # noqa: F401
from tests.known_effects import runs_with  # noqa: F401

if TYPE_CHECKING:
    from tests.serving import Server

Compose = Callable[..., Config]

# What a slow machine is told while it waits is no message that a test expects.
logging.getLogger("fcnn.status").setLevel(logging.WARNING)

# The suite takes the same examples each time, `make verify` more of them and others.
EXAMPLES = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("suite", max_examples=50, derandomize=True, **EXAMPLES)
settings.register_profile("verify", max_examples=500, **EXAMPLES)
settings.load_profile("suite")

# Stores commit thousands of times: a disk takes 5 ms or more for each, memory 0.2 ms.
MEMORY, GB_NEEDED = Path("/dev/shm"), 2
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > GB_NEEDED * 1e9:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

SLOWEST = (
    "test_commands",
    "test_store_faults",
    "test_features",
    "test_server",
    "test_faults",
    "test_launchers",
    "test_population_launcher",
    "test_chaos",
    "test_killed_workers",
    "test_wheel",
    "test_keras",
    "test_agreement",
    "test_words",
    "test_resume",
    "test_random_configs",
    "test_api",
    "test_notebook",
    "test_browser",
    "test_csv",
    "test_terminal",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest go first: what one worker begins last, the others wait for."""
    items.sort(
        key=lambda item: (
            SLOWEST.index(item.path.stem) if item.path.stem in SLOWEST else len(SLOWEST)
        )
    )


def pytest_collection_finish() -> None:
    """Nothing looks for garbage in what imports have made: 0.1 s each time, and some look often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)


@pytest.fixture(autouse=True)
def figures_are_drawn(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail tests, unless marked `undrawn`, in which a figure failed: a report goes on without."""
    yield
    if not request.node.get_closest_marker("undrawn"):
        assert [text for text in caplog.messages if "could not be drawn" in text] == []


@pytest.fixture(scope="session")
def config() -> Iterator[Compose]:
    """`config("optimizer=sgd", "training.epochs=2")`: a config as the command line would give it.

    Composing takes 60 ms, so plain values are given to what has been composed of the same groups.
    """

    @cache
    def of_hydra(*overrides: str) -> bytes:
        return pickle.dumps(
            compose("train", overrides=["tracking.uri=sqlite:///unused.db", *overrides])
        )

    @cache
    def composed(*overrides: str) -> Config:
        plain = [
            line
            for line in overrides
            if re.match(r"\w+\.", line) and not line.endswith(("=nan", "=inf"))
        ]
        cfg = pickle.loads(of_hydra(*(line for line in overrides if line not in plain)))
        cfg.merge_with_dotlist(plain)
        return parse(cfg)

    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        yield composed


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store: making one takes seconds, copying it nothing."""
    from fcnn.tracking import store

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    store.connect(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def make_folder(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path
) -> Callable[[str], Path]:
    """`make_folder("viewed")`: a new folder with an empty store, which tests can share."""

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        shutil.copy(empty_store, folder / "mlflow.db")
        return folder

    return make


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> "Iterator[Server]":
    """An MLflow server that runs; a test that stops it starts it again."""
    from tests.serving import serving

    folder = tmp_path_factory.mktemp("served")
    shutil.copy(empty_store, folder)
    with serving(folder, f"sqlite:///{folder}/mlflow.db") as running:
        yield running


@pytest.fixture
def uri(tmp_path: Path, empty_store: Path) -> str:
    """A fresh store of the test's own."""
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.fixture
def store(uri: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A store of the test's own, named by the environment, and a working folder."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.chdir(tmp_path)
    return uri
