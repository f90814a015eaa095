"""A model of a table takes and gives what its file has, whatever library trained it."""

import json
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.pyfunc import scoring_server
from mlflow.types import DataType
from packaging.version import Version
from running import run_script

import fcnn
from fcnn.api.prediction_files import predict_file
from fcnn.data import frame_file
from fcnn.errors import ConfigError
from fcnn.tracking.reader import Reader

N = 90
OPTIONS = [
    *("dataset=table", "dataset.path=houses.csv", "dataset.missing=median", "training.epochs=3"),
    *("training.batch_size=20", "model.hidden_units=[5]"),
]
CLASSES = ["dataset.target=kind", "dataset.task=classification", "dataset.features=[area,city,age]"]


def make_houses():
    rng = np.random.default_rng(0)
    houses = pd.DataFrame(
        {
            "area": rng.integers(20, 200, N),
            "city": rng.choice(["Köln", "Bonn", "Ulm"], N),
            "built": pd.Series(pd.date_range("1990-01-03", periods=N)).dt.strftime("%d.%m.%Y"),
            "seen at": 1_700_000_000 + rng.integers(0, 180, N),
            "age": rng.integers(0, 90, N).astype(float),
        }
    )
    houses.loc[::7, "age"] = np.nan
    houses["price"] = houses["area"] * 3000.0 + 5e4 * (houses["city"] == "Ulm")
    houses["kind"] = np.where(houses["price"] > 3e5, "dear", "cheap")
    return houses


def train(tmp_path, uri, *overrides):
    """Train one network on the houses, and return its run."""
    houses = make_houses()
    houses.to_csv(tmp_path / "houses.csv", index=False)
    result = run_script("train", *OPTIONS, *overrides, cwd=tmp_path, uri=uri)
    assert result.returncode == 0, result.stderr
    client = mlflow.MlflowClient(uri)
    (run,) = client.search_runs(["1"])
    return client.get_run(run.info.run_id), houses


def validation_loss(predicted, houses, uri, run):
    """The loss of predictions in the file's own units, as the run recorded it."""
    rows = Reader(uri).arrays(run.info.run_id)["val_rows"]
    schema = Reader(uri).table_schema(run.info.run_id)
    if schema.classes:
        return np.mean(
            [-np.log(predicted[f"probability of {houses['kind'][row]}"][row]) for row in rows]
        )
    errors = (predicted["price"] - houses["price"])[rows]
    return np.mean((errors / schema.y_scale.deviation[0]) ** 2)


def model_address(run):
    return f"models:/{run.outputs.model_outputs[0].model_id}"


@pytest.mark.parametrize(
    ("library", "task"),
    [
        ("keras", "regression"),
        ("tensorflow", "classification"),
        ("torch", "regression"),
        ("sklearn", "classification"),
    ],
)
def test_loaded_model_takes_the_file_and_gives_the_recorded_loss(tmp_path, uri, library, task):
    if library == "torch":
        pytest.importorskip("torch")
    overrides = CLASSES if task == "classification" else ["dataset.target=price"]
    run, houses = train(tmp_path, uri, f"library={library}", *overrides)
    mlflow.set_tracking_uri(uri)
    model = mlflow.pyfunc.load_model(model_address(run))
    predicted = model.predict(houses)
    recorded = run.data.metrics["val_loss"]
    assert validation_loss(predicted, houses, uri, run) == pytest.approx(recorded, abs=1e-5)
    names = model.metadata.signature.inputs.input_names()
    assert names == [
        "area",
        "city",
        *([] if task == "classification" else ["built", "seen at"]),
        "age",
        *([] if task == "classification" else ["kind"]),
    ]
    assert model.input_example is not None
    assert model.metadata.signature.outputs.input_types()[0] == (
        DataType.string if task == "classification" else DataType.double
    )
    for types in (
        {"area": "int32", "age": "float32"},
        {"area": "Int64", "age": "Float64", "city": "category"},
        {"area": "uint8", "age": "double[pyarrow]", "city": "object"},
    ):
        again = model.predict(houses.astype(types).set_index("price", drop=False))
        np.testing.assert_allclose(again.iloc[:, -1], predicted.iloc[:, -1], rtol=1e-5)
        if Version(mlflow.__version__) >= Version("3.17"):  # older ones number the rows anew
            assert list(again.index) == list(houses["price"])


def test_model_holds_no_code_and_serves_the_recorded_loss(tmp_path, uri):
    run, houses = train(tmp_path, uri, "dataset.target=price")
    mlflow.set_tracking_uri(uri)
    folder = mlflow.artifacts.download_artifacts(model_address(run))
    suffixes = {path.suffix for path in Path(folder).rglob("*")}
    assert not {".pkl", ".py", ".pickle"} & suffixes
    served = houses.drop(columns="price")
    body = json.loads(served.to_json(orient="split", index=False))
    model = mlflow.pyfunc.load_model(folder)
    # What the server of `mlflow models serve` does with a request.
    answer = scoring_server.invocations(
        json.dumps({"dataframe_split": body}),
        "application/json",
        model,
        model.metadata.get_input_schema(),
    )
    predicted = pd.DataFrame(json.loads(answer.response)["predictions"])
    loss = validation_loss(predicted, houses, uri, run)
    assert loss == pytest.approx(run.data.metrics["val_loss"], abs=1e-5)


def test_best_network_predicts_a_data_frame_without_its_file(tmp_path, uri, monkeypatch):
    run, houses = train(tmp_path, uri, *CLASSES)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "houses.csv").unlink()
    network = fcnn.load("single").best()
    labels = network.predict(houses[["age", "city", "area"]])
    assert set(labels) <= {"dear", "cheap"}
    assert list(network.classes_) == ["cheap", "dear"]
    probabilities = network.predict_proba(houses)
    np.testing.assert_array_equal(labels == "dear", probabilities[:, 1] > 0.5)
    with pytest.raises(ConfigError, match="column city is missing"):
        network.predict(houses[["area", "age"]])
    assert run.info.run_id == network.run_id


def test_command_writes_predictions_beside_the_rows_of_a_file_in_another_notation(tmp_path, uri):
    run, houses = train(tmp_path, uri, "dataset.target=price", "dataset.features=[area,city,built]")
    new = houses[["built", "city", "area"]].head(5)
    new.to_csv(tmp_path / "new.tsv", sep="\t", index=False)
    result = run_script("predict", run.info.run_id, "new.tsv", cwd=tmp_path, uri=uri)
    assert result.stdout == "5 rows with their predictions: new.predicted.csv\n", result.stderr
    written = pd.read_csv(tmp_path / "new.predicted.csv")
    assert list(written.columns) == ["built", "city", "area", "predicted price"]
    mlflow.set_tracking_uri(uri)
    model = mlflow.pyfunc.load_model(model_address(run))
    np.testing.assert_allclose(written["predicted price"], model.predict(new)["price"])
    german = {"sep": ";", "decimal": ","}
    new.assign(area=new["area"] + 0.5).to_csv(tmp_path / "neu.csv", index=False, **german)
    predict_file(uri, run.info.run_id, str(tmp_path / "neu.csv"), tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv", **german)
    assert list(written["area"]) == list(new["area"] + 0.5)
    assert written["predicted price"].dtype == float
    new.assign(area="wide").to_csv(tmp_path / "wrong.csv", index=False)
    result = run_script("predict", run.info.run_id, "wrong.csv", "out.csv", cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stdout, result.stderr) == (
        1,
        "",
        "wrong.csv: column area should hold a number, not wide in row 1\n",
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras and PyArrow
def test_study_of_a_data_frame_is_resumed_reported_and_rerun_without_it(tmp_path, uri, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setattr(frame_file, "project_dir", lambda: tmp_path)
    houses = make_houses()
    options = {
        "overrides": ["training.epochs=2", "dataset.missing=median"],
        "seeds": 2,
        "data": houses,
        "target": "price",
    }
    axes = {"model.hidden_units": [[3], [4]]}
    fcnn.Study("frames", axes, **options).run()
    again = fcnn.Study("frames", axes, **options | {"data": houses.copy()})
    again.run()
    runs = again.runs()
    assert len(runs) == 4
    assert set(runs["run_id"]) == {
        run.info.run_id
        for run in mlflow.MlflowClient(uri).search_runs(["1"], "tags.`mlflow.parentRunId` != ''")
    }
    (file,) = (tmp_path / "outputs" / "frames").iterdir()
    file.unlink()
    assert len(again.best().predict(houses)) == N
    assert [path for path in again.report(tmp_path / "report") if path.name == "index.html"]
    result = run_script("rerun", runs["run_id"][0], cwd=tmp_path, uri=uri)
    assert "loss: the same bits in all 2 epochs" in result.stdout
    assert file.exists()


@pytest.mark.parametrize(
    ("data", "target", "reason"),
    [
        ([[1, 2]], "price", "data: should be a pandas DataFrame, not list"),
        (make_houses(), None, "data and target: a table needs both"),
        (make_houses(), "rent", "column rent is not in the data frame; it has area, city"),
        (make_houses()[:0], "price", "data: has no rows"),
        (make_houses(), make_houses().price, "target: should be the name of a column, or a list"),
        (make_houses(), 7.5, "target: should be the name of a column, or a list"),
        (make_houses(), 7, "column 7 is not in the data frame; it has area, city"),
        (make_houses().assign(c=1j), "price", "data: column c: "),
        (make_houses().assign(c=[[1]] * 90), "price", "column c holds lists or structures"),
        (pd.DataFrame({"a": [1, "x"], "y": [1, 2]}), "y", "data: .*column a"),
    ],
)
def test_data_frame_that_cannot_be_used_is_refused(tmp_path, monkeypatch, data, target, reason):
    monkeypatch.setattr(frame_file, "project_dir", lambda: tmp_path)
    with pytest.raises(ConfigError, match=reason):
        fcnn.Study("frames", {"model.hidden_units": [[3], [4]]}, data=data, target=target)
