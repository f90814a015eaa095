"""The studies of a store: what goes with one, and what others need."""

from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType
from recording import recording

from fcnn.errors import ConfigError
from fcnn.tracking.mlflow_internals import get_local_folder
from fcnn.tracking.plan import SweepPlan
from fcnn.tracking.studies import StudyManager
from fcnn.tracking.writer import Writer


def train(uri, config, study, recorded, planned, end=True):
    """A sweep that records these fingerprints, each with a file of 10 bytes and a model."""
    writer, ids = Writer(uri), {}
    first, plan = config(f"study.name={study}"), SweepPlan({}, planned)
    with writer.open_sweep(first, plan, len(recorded)) as sweep:
        child = config(f"study.name={study}", f"tracking.parent_run_id={sweep}")
        for fingerprint in recorded:
            with recording(writer, child, fingerprint=fingerprint, config_yaml="x: 1") as run:
                run.log_points(1, {"val_loss": np.ones(1, np.float32)})
            ids[fingerprint] = run.run_id
            info = writer.client.get_run(run.run_id).info
            writer.client.create_logged_model(info.experiment_id, source_run_id=run.run_id)
    return sweep, ids


@pytest.fixture
def studies(uri, config):
    """`narrow` has the runs a and b; `wide` plans b and c, and has c."""
    narrow = train(uri, config, "narrow", ["a", "b"], ["a", "b"])
    wide = train(uri, config, "wide", ["c"], ["b", "c"])
    return {"narrow": narrow, "wide": wide}


def test_summary_counts_networks_and_names_who_needs_them(uri, studies):
    narrow, wide = StudyManager(Writer(uri)).summaries()
    assert (narrow.name, narrow.statuses, narrow.needed_by) == ("narrow", {"FINISHED": 2}, ["wide"])
    assert (wide.name, wide.statuses, wide.needed_by) == ("wide", {"FINISHED": 1}, [])
    client = MlflowClient(uri)
    sweep, ids = studies["narrow"]
    starts = [client.get_run(run_id).info.start_time for run_id in (sweep, *ids.values())]
    assert narrow.latest_ms == max(starts)
    folders = [
        get_local_folder(client.get_run(run_id).info.artifact_uri)
        for run_id in (sweep, *ids.values())
    ]
    files = [file for folder in folders for file in Path(folder).rglob("*") if file.is_file()]
    assert narrow.n_bytes == sum(file.stat().st_size for file in files) > 0


def test_links_are_of_the_studies_that_have_runs(uri, studies):
    client = MlflowClient(uri)
    client.create_experiment("empty")
    links = StudyManager(Writer(uri)).links("http://127.0.0.1:5001")
    assert list(links) == ["narrow", "wide"]
    experiment_id = client.get_experiment_by_name("wide").experiment_id
    assert links["wide"].startswith(f"http://127.0.0.1:5001/#/experiments/{experiment_id}/runs?")
    own = StudyManager(Writer(uri)).links(None)["wide"]
    assert own.partition("#")[2] == links["wide"].partition("#")[2]


def test_deletion_takes_runs_models_and_files_but_not_what_others_need(uri, studies):
    client, manager = MlflowClient(uri), StudyManager(Writer(uri))
    deletion = manager.plan_deletion("narrow")
    sweep, ids = studies["narrow"]
    assert {run.info.run_id for run in deletion.runs} == {sweep, ids["a"]}
    assert [model.source_run_id for model in deletion.models] == [ids["a"]]
    assert (deletion.n_networks, deletion.n_kept, deletion.needed_by) == (1, 1, ["wide"])
    assert deletion.n_bytes > 0
    folder = Path(get_local_folder(client.get_run(ids["a"]).info.artifact_uri))
    kept_folder = Path(get_local_folder(client.get_run(ids["b"]).info.artifact_uri))
    assert manager.delete(deletion)
    experiment_id = client.get_experiment_by_name("narrow").experiment_id
    left = client.search_runs([experiment_id], run_view_type=ViewType.ALL)
    assert [run.info.run_id for run in left] == [ids["b"]]
    assert (folder.exists(), kept_folder.exists()) == (False, True)


def test_study_that_nobody_needs_goes_with_its_experiment_and_its_folder(uri, studies):
    client, manager = MlflowClient(uri), StudyManager(Writer(uri))
    folder = get_local_folder(client.get_run(studies["wide"][0]).info.artifact_uri)
    manager.delete(manager.plan_deletion("wide"))
    names = {each.name for each in client.search_experiments(view_type=ViewType.ALL)}
    assert "wide" not in names
    assert "narrow" in names
    # The folder of its experiment is gone, too.
    assert not Path(folder).parents[1].exists()
    (narrow,) = StudyManager(Writer(uri)).summaries()
    assert narrow.needed_by == []


def test_renamed_study_keeps_its_runs_and_needs(uri, studies):
    client = MlflowClient(uri)
    assert StudyManager(Writer(uri)).rename("wide", "wider") == 1
    narrow, wider = StudyManager(Writer(uri)).summaries()
    assert (narrow.needed_by, wider.name) == (["wider"], "wider")
    for run_id in (studies["wide"][0], *studies["wide"][1].values()):
        assert client.get_run(run_id).data.tags["fcnn.study"] == "wider"


def test_names_that_are_taken_or_unknown_and_studies_in_training_are_refused(uri, studies, config):
    client = MlflowClient(uri)
    client.delete_experiment(client.create_experiment("deleted"))
    manager = StudyManager(Writer(uri))
    for taken in ("narrow", "deleted"):
        with pytest.raises(ConfigError, match=f"^{taken}: the store has an experiment of this"):
            manager.rename("wide", taken)
    with pytest.raises(ConfigError, match=r"^depth: should be one of narrow, wide$"):
        manager.plan_deletion("depth")
    with recording(Writer(uri), config("study.name=wide"), fingerprint="d"):
        running = StudyManager(Writer(uri))
        with pytest.raises(ConfigError, match=r"^wide: 1 of its runs are running; wait"):
            running.plan_deletion("wide")
        assert running.plan_deletion("narrow").n_kept == 1


def test_study_that_is_closed_by_hand_has_no_running_runs_and_says_so(uri, studies, config):
    with recording(Writer(uri), config("study.name=wide"), fingerprint="d") as left:
        manager = StudyManager(Writer(uri))
        running = manager.find_running("wide")
        assert [run.info.run_id for run in running] == [left.run_id]
        manager.close(running)
        closed = MlflowClient(uri).get_run(left.run_id)
        assert closed.info.status == "KILLED"
        assert closed.data.tags["fcnn.error"] == "interrupted: closed by hand"
    with pytest.raises(ConfigError, match=r"^narrow: none of its runs is RUNNING$"):
        manager.find_running("narrow")


def test_store_without_studies_says_so(uri):
    with pytest.raises(ConfigError, match=r"^depth: should be one of no study at all$"):
        StudyManager(Writer(uri)).plan_deletion("depth")
