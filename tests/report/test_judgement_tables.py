import pandas as pd
import pytest
from mlflow import MlflowClient
from running import run_script

from fcnn.report.judgement_tables import print_scores
from tests.tracking.test_table_models import CLASSES, OPTIONS, make_houses


def test_scores_of_network_and_baseline_are_printed_alike():
    rows = [("RMSE [price]", 14308.2, 87432.1), ("RMSE [rate]", 4.2e-05, 1), ("R2", 0.973, -9e-05)]
    scores = pd.DataFrame(rows, columns=["measure", "network", "baseline"])
    printed = print_scores(scores)
    assert printed["network"].tolist() == ["14308", "4.20e-05", "0.973"]
    assert printed["baseline"].tolist() == ["87432", "1.00e+00", "0.000"]


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_report_judges_the_winner_on_the_test_sample_and_says_how_to_use_it(tmp_path, uri, task):
    make_houses().to_csv(tmp_path / "houses.csv", index=False)
    target = CLASSES if task == "classification" else ["dataset.target=price"]
    grid = ["-m", "study.name=houses", "training.seed=0,1"]
    trained = run_script("train", *grid, *OPTIONS, *target, cwd=tmp_path, uri=uri)
    assert trained.returncode == 0, trained.stderr
    result = run_script("report", "study=houses", "output=r", cwd=tmp_path, uri=uri)
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "r" / "houses"
    scores = pd.read_csv(folder / "test_sample.csv")
    measures = ["RMSE [price]", "MAE [price]", "R2"]
    if task == "classification":
        measures = ["accuracy", "balanced accuracy", "log loss", "ROC AUC"]
    assert list(scores["measure"]) == measures
    assert list(scores.columns) == ["measure", "network", "baseline"]
    features = {"area", "city", "age"}
    if task == "regression":
        features |= {"built", "seen at", "kind"}
    assert set(pd.read_csv(folder / "inputs.csv")["feature"]) == features
    assert (folder / "test_sample.png").exists()
    assert (folder / "inputs.png").exists()
    page = (folder / "index.html").read_text()
    assert "on 18 rows that it was neither trained nor chosen on: 20% of the rows validate" in page
    within = " within each class" if task == "classification" else ""
    assert f"split at random{within} by dataset.seed=" in page
    runs = pd.read_csv(folder / "runs.csv")
    (best,) = [run_id for run_id in runs["run_id"] if f"predict.py {run_id} new.csv" in page]
    (model,) = MlflowClient(uri).get_run(best).outputs.model_outputs
    assert f"models:/{model.model_id}" in page
