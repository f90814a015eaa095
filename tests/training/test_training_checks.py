"""Checks before any work: what cannot be trained is one line that names the value."""

import logging
from importlib.metadata import version

import pytest

from fcnn.errors import ConfigError
from fcnn.training import checks
from fcnn.training.checks import (
    check_config,
    check_installed,
    check_launcher_sizes,
    check_writable,
)

IRIS = ["dataset=sklearn", "dataset.table=iris"]
HUGE = "model.hidden_units=[3000000,3000000]"


@pytest.mark.parametrize(
    ("overrides", "line"),
    [
        (["study.name=Default"], "study.name=Default: is MLflow's own experiment"),
        (["dataset=xor", "training.loss=mse"], "training.loss=mse: is for values"),
        ([*IRIS, "training.loss=mse"], "training.loss=mse: is for values"),
        ([HUGE], r"model\.hidden_units=\[3000000, 3000000\]: the run needs about"),
        ([*IRIS, HUGE], r"model\.hidden_units=\[3000000, 3000000\]: the run needs about"),
    ],
)
def test_config_that_cannot_be_trained_is_refused(config, overrides, line):
    with pytest.raises(ConfigError, match=f"^{line}"):
        check_config(config(*overrides))


@pytest.mark.parametrize(
    ("module", "oldest", "is_refused"),
    [
        ("no_such_module", None, True),
        ("numpy", None, False),
        ("numpy", "99", True),
        ("numpy", version("numpy"), False),
    ],
)
def test_library_that_is_missing_or_too_old_is_refused_with_the_command_that_installs_it(
    config, monkeypatch, module, oldest, is_refused
):
    monkeypatch.setitem(checks.EXTRAS, "library=sklearn", (module, "extra"))
    if oldest:
        monkeypatch.setitem(checks.OLDEST, module, oldest)
    run = config("library=sklearn")
    if not is_refused:
        assert check_config(run) == run
        return
    line = r"needs what is not installed; pip install -e '\.\[extra\]' installs it$"
    with pytest.raises(ConfigError, match=f"^library=sklearn: {line}"):
        check_config(run)
    with pytest.raises(ConfigError, match=f"^search: {line}"):
        check_installed("library=sklearn", "search")


def test_sizes_of_the_launcher_are_at_least_1():
    check_launcher_sizes(1, 1)
    for sizes, option in (((0, 1), "max_population=0"), ((1, 0), "workers=0")):
        with pytest.raises(ConfigError, match=rf"^hydra\.launcher\.{option}: should be at least 1"):
            check_launcher_sizes(*sizes)


@pytest.mark.parametrize(("data", "n_points"), [(["dataset.n_points=70"], 70), (IRIS, None)])
def test_batches_larger_than_the_data_are_told_once(config, caplog, data, n_points):
    caplog.set_level(logging.INFO, "fcnn")
    checks._log_once.cache_clear()
    n_points = n_points or len(checks.load_data(config(*data)).x)
    for size in (n_points, n_points + 1, n_points + 1):
        check_config(config(*data, f"training.batch_size={size}"))
    assert caplog.messages == [
        f"training.batch_size={n_points + 1}: more than the {n_points} training points; "
        "each batch has all of them"
    ]


def test_table_is_checked_with_its_digest_and_what_was_decided_about_it_is_told_once(
    config, tmp_path, capsys
):
    rows = [f"{number},{number % 7},{number / 3}" for number in range(40)]
    (tmp_path / "table.csv").write_text("\n".join(["id,x,y", *rows]))
    checks._print_once.cache_clear()
    table = ["dataset=csv", f"dataset.path={tmp_path}/table.csv", "dataset.target=y"]
    checked = [check_config(config(*table, f"training.seed={seed}")) for seed in (0, 1)]
    assert checked[0].dataset.digest == checked[1].dataset.digest != ""
    notes = capsys.readouterr().err.splitlines()
    assert len(notes) == len(set(notes)) > 0


def test_folder_that_cannot_be_made_is_refused(uri, tmp_path):
    check_writable(uri, tmp_path / "new" / "report")
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"/file/report: cannot be written: Not a directory$"):
        check_writable(uri, tmp_path / "file" / "report")
    assert not (tmp_path / "new").exists()
