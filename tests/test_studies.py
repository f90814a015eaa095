"""`scripts/studies.py` on real stores: what goes is gone, what others need stays."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import ViewType
from running import in_terminal, run_script

SWEEP = ["-m", "training.epochs=1", "dataset.n_points=50", "training.batch_size=50"]


@pytest.fixture(scope="module")
def folder(make_folder):
    """Two studies: `wide` takes one of its runs from `narrow`."""
    folder = make_folder("studies")
    for name, units in (("narrow", "[2],[3]"), ("wide", "[3],[4]")):
        arguments = [*SWEEP, f"study.name={name}", f"model.hidden_units={units}"]
        assert studies_or_train("train", *arguments, cwd=folder).returncode == 0
    return folder


@pytest.fixture
def copy(folder, tmp_path):
    """A store of the test's own, with files of its own."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    columns = ("runs", "artifact_uri"), ("experiments", "artifact_location")
    with closing(sqlite3.connect(copy / "mlflow.db")) as database:
        for table, column in (*columns, ("logged_models", "artifact_location")):
            database.execute(
                f"update {table} set {column} = replace({column}, ?, ?)", (str(folder), str(copy))
            )
        database.commit()
    return copy


def studies_or_train(name, *arguments, cwd):
    return run_script(name, *arguments, cwd=cwd, uri=f"sqlite:///{cwd}/mlflow.db")


def studies(folder, *arguments):
    return studies_or_train("studies", *arguments, cwd=folder)


def client_of(folder):
    uri = f"sqlite:///{folder}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    return mlflow.MlflowClient(uri)


def units_of(client, name):
    experiment = client.get_experiment_by_name(name)
    runs = client.search_runs([experiment.experiment_id]) if experiment else []
    children = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    return sorted(run.data.params["model.hidden_units"] for run in children)


def test_list_has_runs_dates_sizes_and_who_needs_them(folder):
    result = studies(folder, "list")
    assert (result.returncode, result.stderr) == (0, "")
    headings, narrow, wide = (line.split() for line in result.stdout.splitlines())
    # No run has failed, was interrupted or trains.
    assert headings == ["study", "runs", "finished", "latest", "size", "needed", "by"]
    assert narrow[:3] == ["narrow", "2", "2"]
    assert narrow[-2:] == ["kB", "wide"]
    assert wide[:3] == ["wide", "1", "1"]
    assert wide[-1] == "kB"
    assert narrow[3].count("-") == 2


def test_links_are_those_of_each_study(folder):
    result = studies(folder, "links", "http://127.0.0.1:5001")
    client = client_of(folder)
    assert result.stdout.splitlines() == [
        f"{name}: http://127.0.0.1:5001/#/experiments/"
        f"{client.get_experiment_by_name(name).experiment_id}/runs"
        "?workflowType=machine_learning&viewStateShareKey=cells"
        for name in ("narrow", "wide")
    ]


def test_deleting_a_study_leaves_the_runs_that_another_needs(copy):
    result = studies(copy, "delete", "study=narrow", "--yes")
    assert (result.returncode, result.stderr) == (0, "")
    going, staying, last = result.stdout.splitlines()
    assert going.startswith("narrow: 1 run and 1 sweep go, ")
    assert staying == "1 run stays: wide needs it"
    assert last == "deleted"
    client = client_of(copy)
    assert units_of(client, "narrow") == ["[3]"]
    assert units_of(client, "wide") == ["[4]"]
    again = studies_or_train(
        "train", *SWEEP, "study.name=wide", "model.hidden_units=[3],[4]", cwd=copy
    )
    assert "2 of 2 runs are there" in again.stdout
    assert studies(copy, "list").stdout.splitlines()[1].split()[-1] == "wide"


def test_deleted_study_is_erased_with_its_files_and_its_name_is_free(copy):
    assert studies(copy, "delete", "wide", "--yes").returncode == 0
    client = client_of(copy)
    everything = client.search_experiments(view_type=ViewType.ALL)
    assert {experiment.name for experiment in everything} == {"Default", "narrow"}
    assert not (copy / "mlruns" / "wide").exists()
    train = studies_or_train(
        "train", *SWEEP, "study.name=wide", "model.hidden_units=[3],[4]", cwd=copy
    )
    assert "1 of 2 runs are there, training 1" in train.stdout


def test_nothing_is_deleted_without_a_terminal_or_with_another_answer(copy):
    uri = f"sqlite:///{copy}/mlflow.db"
    result = studies(copy, "delete", "wide")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "--yes" in result.stderr
    code, sent = in_terminal(
        "studies", "delete", "wide", cwd=copy, uri=uri, answers={"[y/N]": "n\n"}
    )
    assert code == 1
    assert "Delete wide for good? [y/N]" in sent
    assert units_of(client_of(copy), "wide") == ["[4]"]
    code, sent = in_terminal(
        "studies", "delete", "wide", cwd=copy, uri=uri, answers={"[y/N]": "y\n"}
    )
    assert (code, "deleted" in sent) == (0, True)
    assert units_of(client_of(copy), "wide") == []


def test_study_whose_runs_nobody_trains_any_more_is_closed_by_hand(copy):
    client = client_of(copy)
    experiment_id = client.get_experiment_by_name("wide").experiment_id
    tags = {"fcnn.fingerprint": "a", "fcnn.process": '{"machine": "of another"}'}
    run_id = client.create_run(experiment_id, tags=tags).info.run_id
    refused = studies(copy, "delete", "wide", "--yes")
    assert refused.stderr.startswith("wide: 1 of its runs are running; wait for them, or `close wi")
    closed = studies(copy, "close", "wide", "--yes")
    assert closed.returncode == 0
    assert closed.stdout.startswith("wide: 1 run RUNNING, the latest since 20")
    assert client.get_run(run_id).info.status == "KILLED"
    assert studies(copy, "delete", "wide", "--yes").returncode == 0


def test_renamed_study_keeps_its_runs_and_is_reported_by_its_new_name(copy):
    result = studies(copy, "rename", "wide", "broad")
    assert (result.returncode, result.stdout) == (0, "wide is broad now, with 1 run\n")
    client = client_of(copy)
    assert units_of(client, "broad") == ["[4]"]
    assert client.get_experiment_by_name("wide") is None
    assert studies_or_train("report", "study=broad", cwd=copy).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("delete", "nope", "--yes"), "nope: should be one of narrow, wide\n"),
        (("close", "wide", "--yes"), "wide: none of its runs is RUNNING\n"),
        (("rename", "wide", "narrow"), "narrow: the store has an experiment of this name\n"),
        (("rename", "wide", "a/b"), "study=a/b: should be a name of at most 100 letters"),
        (("list", "training.epochs=3"), "training.epochs=3: nothing but tracking.uri goes with"),
    ],
)
def test_what_cannot_be_done_is_one_line(folder, arguments, message):
    result = studies(folder, *arguments)
    assert result.returncode == 1
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def test_list_without_a_store_makes_none(tmp_path: Path):
    result = run_script("studies", "list", cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert result.returncode == 1
    assert list(tmp_path.iterdir()) == []
