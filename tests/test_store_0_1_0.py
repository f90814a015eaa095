"""A store that version 0.1.0 made is reported, added to, and trained again to nearly its curves."""

import re
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from running import run_script

from fcnn.api.trained import load_network
from fcnn.config.locations import project_dir
from fcnn.errors import ConfigError
from fcnn.tracking.reader import Reader
from fcnn.training.models import ensure_model
from fcnn.training.recorded import read_trainable
from fcnn.training.rerun import rerun

KEPT = project_dir() / "tests" / "store_0_1_0"
SMALL = ["dataset.n_points=200", "tracking.save_model=false"]


def restore(folder):
    """Make the store anew in a folder, and return the folder."""
    shutil.copytree(KEPT, folder, dirs_exist_ok=True)
    for path in (folder / "mlruns").glob("*/*/artifacts/*.yaml"):
        path.write_text(path.read_text().replace("{folder}", str(folder)))
    with closing(sqlite3.connect(folder / "mlflow.db")) as store:
        store.executescript((KEPT / "mlflow.sql").read_text().replace("{folder}", str(folder)))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the store; nothing that a test does here adds a run to it."""
    return restore(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def uri(folder):
    return f"sqlite:///{folder}/mlflow.db"


@pytest.mark.parametrize("study", ["tiny", "table", "rates", "single"])
def test_report_has_all_its_pictures_and_tables(folder, uri, study):
    result = run_script("report", f"study={study}", cwd=folder, uri=uri)
    assert (result.returncode, result.stderr) == (0, "")
    names = {path.name for path in (folder / "reports" / study).iterdir()}
    assert {"overlay.png", "surface.png", "ranking.csv", "runs.csv", "index.html"} <= names


def test_finished_runs_stay_and_are_trained_again_because_numerics_have_changed(tmp_path):
    uri = f"sqlite:///{restore(tmp_path)}/mlflow.db"
    before = set(Reader(uri).runs("single", None)["run_id"])
    result = run_script("train", "training.epochs=3", *SMALL, cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (0, "")
    runs = Reader(uri).runs("single", None)
    assert before < set(runs["run_id"])
    np.testing.assert_allclose(runs["final_val_loss"], runs["final_val_loss"].iloc[0], rtol=1e-4)
    assert runs["fingerprint"].nunique() == len(runs)


@pytest.mark.parametrize("study", ["tiny", "table"])
def test_run_comes_out_with_nearly_the_same_curves(folder, uri, study):
    run_id = Reader(uri).runs(study, None)["run_id"].iloc[0]
    result = run_script("rerun", run_id, cwd=folder, uri=uri)
    assert (result.returncode, result.stderr) == (0, "")
    differences = re.findall(r"(\S+) at most", result.stdout)
    assert all(float(difference) < 1e-4 for difference in differences)
    assert result.stdout.count("loss: ") == 2


def test_table_with_other_contents_is_refused_by_all_that_need_it(tmp_path):
    reader = Reader(f"sqlite:///{restore(tmp_path)}/mlflow.db")
    run_id = reader.runs("table", None)["run_id"].iloc[0]
    read_trainable(reader, run_id)
    changed = (tmp_path / "houses.csv").read_text().replace("1", "2")
    (tmp_path / "houses.csv").write_text(changed)
    reason = "dataset.path=.*houses.csv: its contents have changed since this was planned"
    with pytest.raises(ConfigError, match=reason):
        rerun(reader.uri, run_id)
    with pytest.raises(ConfigError, match=reason):
        ensure_model(reader, run_id)
    # A network of 0.1.0 has kept no scales, so that predicting takes the table, too.
    with pytest.raises(ConfigError, match=reason):
        load_network(reader, run_id).predict([[1.0, 1.0]])


def test_study_whose_artifacts_are_lost_is_reported_from_the_database(tmp_path):
    uri = f"sqlite:///{restore(tmp_path)}/mlflow.db"
    shutil.rmtree(tmp_path / "mlruns" / "tiny")
    result = run_script("report", "study=tiny", cwd=tmp_path, uri=uri, undrawn=True)
    assert result.returncode == 0
    assert "plan.json" in result.stderr
    assert "Traceback" not in result.stderr
    ranking = (tmp_path / "reports" / "tiny" / "ranking.csv").read_text()
    assert len(ranking.splitlines()) == 1 + 4
    listed = run_script("report", cwd=tmp_path, uri=uri)
    assert listed.returncode == 0
    assert {"tiny", "table", "rates", "single"} <= set(listed.stdout.split())
