import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

from fcnn.imports import postpone
from fcnn.libraries.runtime import POSTPONED


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose module `part` counts in a file how often it has run."""
    folder = tmp_path / "a_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("from a_package import part")
    (folder / "part.py").write_text(
        "from pathlib import Path\n"
        "with Path(__file__).with_name('runs').open('a') as file:\n"
        "    file.write('run ')\n"
        "value = 1 / int(Path(__file__).with_name('number').read_text())\n"
    )
    (folder / "number").write_text("2")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    postpone("a_package.part")
    yield folder
    for name in ("a_package", "a_package.part"):
        sys.modules.pop(name, None)


def test_a_postponed_module_runs_once_when_something_of_it_is_used(package):
    part = import_module("a_package").part
    assert part.__file__ == str(package / "part.py")
    assert not hasattr(part, "__wrapped__")
    assert not (package / "runs").exists()
    assert part.value == 0.5
    assert not hasattr(part, "other")
    assert "value" in dir(part)
    assert (package / "runs").read_text() == "run "


def test_a_postponed_module_is_listed_whole(package):
    assert "value" in dir(import_module("a_package").part)


def test_a_postponed_module_that_fails_runs_again(package):
    (package / "number").write_text("0")
    part = import_module("a_package").part
    with pytest.raises(ZeroDivisionError):
        _ = part.value
    (package / "number").write_text("4")
    assert part.value == 0.25


def test_keras_has_the_modules_that_are_postponed():
    assert all(map(find_spec, POSTPONED))
