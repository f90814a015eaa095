"""What a run was trained with: commands without secrets, and what differs from an earlier run."""

import platform
import subprocess
import sys
from importlib.metadata import version

import pytest

from fcnn.tracking import provenance


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("/home/me/fcnn/scripts/report.py", "python scripts/report.py"),
        ("/home/me/.venv/bin/fcnn-report", "fcnn-report"),
    ],
)
def test_command_line_is_what_was_typed_without_secrets(monkeypatch, program, shown):
    uri = "tracking.uri=http://me:hunter2@host"
    monkeypatch.setattr(sys, "argv", [program, "study=depth", uri, "a=b c"])
    assert provenance.command() == f"{shown} study=depth tracking.uri=http://host 'a=b c'"


def test_call_of_a_notebook_stands_for_its_command_line_until_it_returns():
    own = provenance.command()
    with provenance.record_call("fcnn.train(token='hunter2')"):
        call = provenance.command()
    assert call.startswith("fcnn.train(token=")
    assert "hunter2" not in call
    assert provenance.command() == own


def test_tags_name_versions_arithmetic_and_machine():
    tags = provenance.environment_tags()
    versions = tags["fcnn.versions"].split(", ")
    assert versions[:2] == [f"python {platform.python_version()}", f"numpy {version('numpy')}"]
    assert f"mlflow {version('mlflow')}" in versions
    assert versions[-1].startswith("numerics ")
    names = [pair.partition(" ")[0] for pair in tags["fcnn.arithmetic"].split(", ")]
    assert names == ["instructions", *provenance.ARITHMETIC_VARIABLES]
    assert tags["fcnn.machine"].startswith(f"{platform.system()}, {platform.machine()}, ")


def test_only_what_both_runs_recorded_is_compared():
    tags = provenance.environment_tags()
    assert provenance.differences(tags) == []
    assert provenance.differences({}) == []
    keras = f"keras {version('keras')}"
    older = tags["fcnn.versions"].replace(keras, "keras 3.0.0")
    without = tags["fcnn.versions"].replace(f"{keras}, ", "")
    expected = [f"keras 3.0.0, now {version('keras')}"]
    assert provenance.differences({"fcnn.versions": older}) == expected
    expected = [f"keras (none), now {version('keras')}"]
    assert provenance.differences({"fcnn.versions": without}) == expected
    now = tags["fcnn.machine"]
    assert provenance.differences({"fcnn.machine": "VAX"}) == [f"machine VAX, now {now}"]


def test_commit_is_that_of_the_checkout_with_a_plus_for_changes(tmp_path, monkeypatch):
    def git(*arguments):
        identity = ["-c", "user.name=me", "-c", "user.email=me@host"]
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    monkeypatch.setattr(provenance, "is_installed", lambda: False)
    monkeypatch.setattr(provenance, "project_dir", lambda: tmp_path)
    provenance.environment_tags.cache_clear()
    try:
        git("init", "--quiet")
        assert provenance.environment_tags()["fcnn.commit"] == "unknown"  # there is none yet
        provenance.environment_tags.cache_clear()
        (tmp_path / "code.py").write_text("1")
        git("add", ".")
        git("commit", "--quiet", "--message", "First")
        (tmp_path / "notes.txt").write_text("not tracked")
        commit = git("rev-parse", "--short=12", "HEAD").strip()
        assert provenance.environment_tags()["fcnn.commit"] == commit
        (tmp_path / "code.py").write_text("2")
        provenance.environment_tags.cache_clear()
        assert provenance.environment_tags()["fcnn.commit"] == f"{commit}+"
        monkeypatch.setattr(provenance, "is_installed", lambda: True)
        provenance.environment_tags.cache_clear()
        assert provenance.environment_tags()["fcnn.commit"] == "unknown"
    finally:
        provenance.environment_tags.cache_clear()
