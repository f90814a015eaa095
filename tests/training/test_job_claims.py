"""Claims of a study on their way: from its file through the store to its report."""

import csv
import json

import mlflow
import pytest
from running import run_script

import fcnn

RELU, TANH = {"model.activation": "relu"}, {"model.activation": "tanh"}
CLAIM = {"sentence": "relu is lower", "measure": "loss", "lower": RELU, "higher": TANH}
SHORT = [
    "training.epochs=2",
    "dataset.n_points=50",
    "training.batch_size=50",
    "tracking.save_model=false",
]
STUDY_FILE = """
# @package _global_
study:
  name: own_claims
  claims:
    - sentence: relu is _lower_ than tanh
      measure: loss
      lower: {model.activation: relu}
      higher: {model.activation: tanh}
    - sentence: relu is lower than sigmoid
      measure: loss
      lower: {model.activation: relu}
      higher: {model.activation: sigmoid}
hydra:
  mode: MULTIRUN
  sweeper:
    params:
      model.activation: relu,tanh,sigmoid
      model.hidden_units: "[2],[3]"
      training.seed: range(3)
"""


@pytest.fixture
def folder(tmp_path):
    """A working folder with a study of its own."""
    path = tmp_path / "conf" / "study"
    path.mkdir(parents=True)
    (path / "own_claims.yaml").write_text(STUDY_FILE)
    return tmp_path


def read_plan(uri, study):
    """What the newest sweep of a study recorded, and how many runs the study has."""
    client = mlflow.MlflowClient(uri)
    experiment = client.get_experiment_by_name(study)
    runs = client.search_runs([experiment.experiment_id])
    parents = [run for run in runs if "fcnn.runs" in run.data.tags]
    uri_of_plan = f"{parents[0].info.artifact_uri}/plan.json"
    return json.loads(mlflow.artifacts.load_text(uri_of_plan)), len(runs) - len(parents)


def test_report_shows_verdicts_and_what_an_override_took_out(folder, uri):
    arguments = ["study=own_claims", "model.activation=relu,tanh", *SHORT]
    trained = run_script("train", *arguments, cwd=folder, uri=uri)
    assert (trained.returncode, trained.stderr) == (0, "")
    report = run_script("report", "study=own_claims", cwd=folder, uri=uri)
    assert (report.returncode, report.stderr) == (0, "")
    written = folder / "reports" / "own_claims"
    with (written / "claims.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["sentence"] for row in rows] == [
        "relu is _lower_ than tanh",
        "relu is lower than sigmoid",
    ]
    assert rows[0]["verdict"] in ("holds", "does not hold", "cannot be told")
    assert (rows[0]["seeds"], rows[0]["data samples"]) == ("3", "3")
    assert rows[1]["verdict"] == "not asked here"
    assert rows[1]["figures"] == "settled loss: the newest sweep has no sigmoid"
    for place, sentence in (
        (report.stdout, "not asked here"),
        ((written / "index.html").read_text(), "<td>relu is _lower_ than tanh</td><td>"),
        ((written / "report.md").read_text(), r"| relu is \_lower\_ than tanh |"),
    ):
        assert sentence in place


def test_claim_about_what_the_file_has_not_is_refused_before_any_work(folder, tmp_path):
    file = folder / "conf" / "study" / "own_claims.yaml"
    file.write_text(file.read_text().replace("tanh}", "gelu}"))
    uri = f"sqlite:///{tmp_path}/none.db"
    trained = run_script("train", "study=own_claims", *SHORT, cwd=folder, uri=uri)
    assert (trained.returncode, trained.stdout) == (1, "")
    assert trained.stderr == (
        "study.claims[0].higher: model.activation=gelu: the grid has relu, tanh, sigmoid\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == ["conf"]


def test_finished_study_records_claims_that_were_edited(uri, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)

    def run(*claims):
        study = fcnn.Study("s", {"model.activation": ["relu", "tanh"]}, SHORT, 3, list(claims))
        study.run()
        return study

    assert list(run(CLAIM).claims()["sentence"]) == ["relu is lower"]
    plan, n_runs = read_plan(uri, "s")
    fingerprints = plan["fingerprints"]
    edited = CLAIM | {"sentence": "tanh is lower", "lower": TANH, "higher": RELU}
    assert list(run(edited).claims()["sentence"]) == ["tanh is lower"]
    plan, n_runs_now = read_plan(uri, "s")
    assert (plan["fingerprints"], n_runs_now) == (fingerprints, n_runs)
    assert plan["claims"][0]["sentence"] == "tanh is lower"
    assert list(fcnn.load("s").claims()["sentence"]) == ["tanh is lower"]
    assert run().claims().empty


def test_study_in_python_refuses_claims_that_make_no_sense():
    with pytest.raises(fcnn.ConfigError, match=r"^study.claims\[0\].measure=lss: should be one of"):
        fcnn.Study("s", {"model.activation": ["relu"]}, claims=[CLAIM | {"measure": "lss"}])
