"""The commands as people type them: real sweeps, read back through MLflow's public client."""

import csv
import json
import os
import re
import signal
import subprocess
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
import yaml
from running import Command, curves, real_script, run_script, without_closing
from words import PageText, rendered

from fcnn.data import load_data
from fcnn.libraries.base import load_library
from fcnn.network import forward
from fcnn.targets import TARGET_FUNCTIONS, task_of
from fcnn.tracking.frames import TEST_METRICS

# What every report has, and what it has where something differs.
ALWAYS = {
    "index.html",
    "report.md",
    "overlay.png",
    "overlay.svg",
    "heatmap.png",
    "surface.png",
    "runs.csv",
    "curves.csv",
    "ranking.csv",
}
COMPARED = {"differences.csv", "effects.png", "importance.csv"}
IMPORTS = ("-X", "importtime")
SUMMARY = {"settled_val_loss", "best_epoch", "parameters"}
SWEEP = [
    "study=activation_size",
    "training.epochs=3",
    "training.seed=0,1",
    "model.hidden_units=[2],[4]",
]


@pytest.fixture(scope="module")
def finished_sweep(tmp_path_factory, empty_store):
    """A study of 12 runs, trained and reported in a fresh folder.

    Returns:
        The folder, the address of the store, and both finished commands.
    """
    folder = tmp_path_factory.mktemp("swept")
    uri = f"sqlite:///{folder}/mlflow.db"
    train = run_script("train", *SWEEP, cwd=folder, uri=uri)
    report = real_script("report", "study=activation_size", cwd=folder, uri=uri, python=IMPORTS)
    messages = [line for line in report.stderr.splitlines() if not line.startswith("import time:")]
    assert (train.returncode, train.stderr) == (0, "")
    assert (report.returncode, messages) == (0, [])
    return folder, uri, train, report


@pytest.fixture
def client(finished_sweep):
    mlflow.set_tracking_uri(finished_sweep[1])
    return mlflow.MlflowClient(finished_sweep[1])


def runs_of(client, name):
    return client.search_runs([client.get_experiment_by_name(name).experiment_id])


def children_of(client, name):
    """The runs of all sweeps of a study."""
    return [run for run in runs_of(client, name) if "mlflow.parentRunId" in run.data.tags]


def split(runs):
    """The parent and its children."""
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    return parent, [run for run in runs if run is not parent]


def test_sweep_is_a_parent_run_with_a_child_for_each_config(client):
    parent, children = split(runs_of(client, "activation_size"))
    assert len(children) == 12
    assert {child.data.tags["mlflow.parentRunId"] for child in children} == {parent.info.run_id}
    assert {run.info.status for run in (parent, *children)} == {"FINISHED"}
    assert len({child.data.tags["fcnn.fingerprint"] for child in children}) == 12
    assert {child.data.tags["fcnn.study"] for child in children} == {"activation_size"}
    assert {child.data.params["model.hidden_units"] for child in children} == {"[2]", "[4]"}


def test_names_say_what_differs(client):
    _, children = split(runs_of(client, "activation_size"))
    names = {child.info.run_name for child in children}
    assert names == {
        f"{act}, 2-{units}-1, seed {seed}"
        for act in ("sigmoid", "tanh", "relu")
        for units in (2, 4)
        for seed in (0, 1)
    }


def test_params_are_the_flat_config_and_metrics_have_the_epoch_as_step(client):
    _, children = split(runs_of(client, "activation_size"))
    for child in children:
        params = child.data.params
        assert params["optimizer.name"] == "adam"
        assert params["optimizer.learning_rate"] == "0.005"
        assert params["training.epochs"] == "3"
        assert params["training.batch_size"] == "100"
        assert params["dataset.name"] == "prod"
        assert params["library"] == "keras"
        assert set(child.data.metrics) == {"loss", "val_loss", "test_loss", *SUMMARY}
        for metric in ("loss", "val_loss"):
            assert [
                point.step for point in client.get_metric_history(child.info.run_id, metric)
            ] == [1, 2, 3]


def test_tracked_curve_and_model_are_those_of_the_config(client, config):
    child = next(
        run
        for run in runs_of(client, "activation_size")
        if run.info.run_name.startswith("tanh, 2-4-1") and run.outputs.model_outputs
    )
    run_config = config(
        "study=activation_size",
        "training.epochs=3",
        f"training.seed={child.data.params['training.seed']}",
        "model.hidden_units=[4]",
        "model.activation=tanh",
    )
    data = load_data(run_config)
    chunks = list(load_library(run_config.library).train([run_config], [data]))
    losses = np.concatenate([chunk.metrics["loss"][:, 0] for chunk in chunks])
    assert [point.value for point in client.get_metric_history(child.info.run_id, "loss")] == [
        float(loss) for loss in losses
    ]

    model = mlflow.keras.load_model(f"models:/{child.outputs.model_outputs[0].model_id}")
    assert type(model).__name__ == "Sequential"
    for loaded, trained in zip(model.get_weights(), chunks[-1].weights[0], strict=True):
        np.testing.assert_array_equal(loaded, trained)
    signature = mlflow.models.get_model_info(
        f"models:/{child.outputs.model_outputs[0].model_id}"
    ).signature
    assert signature.inputs.inputs[0].shape == (-1, 2)
    assert signature.outputs.inputs[0].shape == (-1, 1)


def test_each_run_keeps_its_composed_config_without_where_it_was_recorded(client):
    _, children = split(runs_of(client, "activation_size"))
    kept = yaml.safe_load(
        mlflow.artifacts.load_text(f"runs:/{children[0].info.run_id}/config.yaml")
    )
    assert kept["training"]["epochs"] == 3
    assert "tracking" not in kept


def test_lines_on_a_pipe_count_the_runs(finished_sweep):
    _, _, train, _ = finished_sweep
    first, *lines, last = without_closing(train.stdout).splitlines()
    *_, runs_link, charts_link = train.stdout.splitlines()
    assert first == "0 of 12 runs are there, training 12"
    assert runs_link.split()[0] == "runs"
    assert charts_link.endswith("&compareRunsMode=CHART")
    assert (
        last == "all 12 runs are there; python scripts/report.py study=activation_size draws them"
    )
    assert len(lines) == 12
    assert [line.partition(" ")[0] for line in lines] == [f"[{count}/12]" for count in range(1, 13)]
    (first,) = [line for line in lines if "sigmoid, 2-2-1, seed 0: loss 0.1" in line]
    assert first.endswith("s left")
    assert not lines[-1].endswith("s left")


def test_sweep_and_report_end_with_the_best_cells_the_headline_and_the_verdicts(finished_sweep):
    folder, _, train, report = finished_sweep
    _, leaderboard, headline, claims, _ = train.stdout.split("\n\n")
    _, *of_report = report.stdout.split("\n\n")
    assert of_report[:2] == [leaderboard, headline]
    ranking = pd.read_csv(folder / "reports" / "activation_size" / "ranking.csv")
    headings, *rows = [re.split(r"\s{2,}", line.strip()) for line in leaderboard.splitlines()]
    assert headings == ["cell", "settled loss", "interval", "test loss", "seeds"]
    best = ranking.iloc[0]
    loss, test_loss = best["settled loss"], best["test loss"]
    assert rows[0] == [best["cell"], f"{loss:.3g}", "–", f"{test_loss:.3g}", "2"]
    assert [row[0] for row in rows] == list(ranking["cell"][:5])
    assert {row[3] for row in rows[1:]} == {"–"}  # a test loss is the winner's alone
    assert "relu reaches the same result faster than tanh and sigmoid" in claims
    judged = pd.read_csv(folder / "reports" / "activation_size" / "claims.csv")
    assert judged["figures"][0] in of_report[2]
    assert judged["figures"][0] not in claims


def test_each_job_has_its_own_folder_with_config_and_log(finished_sweep):
    (sweep,) = (finished_sweep[0] / "outputs" / "sweeps").iterdir()
    counts = set()
    for number in range(12):
        assert "epochs: 3" in (sweep / str(number) / ".hydra" / "config.yaml").read_text()
        (line,) = (sweep / str(number) / "train.log").read_text().splitlines()
        assert f"seed {number % 2}: loss" in line
        counts.add(re.search(r"\[(\d+)/12\]", line)[1])
    assert counts == {str(count) for count in range(1, 13)}


def test_report_writes_pictures_and_tables_and_logs_them_to_the_parent_run(finished_sweep, client):
    folder, _, _, report = finished_sweep
    names = ALWAYS | COMPARED | {"points.png", "claims.csv"}
    files, _, headline, _, links = report.stdout.split("\n\n")
    assert {Path(line).name for line in files.splitlines()} == names
    page, _, _, charts_link = links.splitlines()
    assert page == (folder / "reports" / "activation_size" / "index.html").as_uri()
    assert charts_link.endswith("&compareRunsMode=CHART")
    reports = folder / "reports" / "activation_size"
    assert headline in PageText((reports / "index.html").read_text()).text
    assert headline in rendered((reports / "report.md").read_text()).text
    best = pd.read_csv(reports / "ranking.csv")["cell"][0]
    assert headline.startswith(f"“{best}” has the lowest validation loss, ")
    assert {path.name for path in (folder / "reports" / "activation_size").iterdir()} == names
    parent, _ = split(runs_of(client, "activation_size"))
    assert {
        Path(file.path).name for file in client.list_artifacts(parent.info.run_id, "report")
    } == names
    note = parent.data.tags["mlflow.note.content"]
    assert re.search(rf"\*\*Best run:\*\* {re.escape(best)}, seed \d, the median run", note)
    with (folder / "reports" / "activation_size" / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    with (folder / "reports" / "activation_size" / "curves.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 36


def test_plan_of_the_sweep_is_on_its_parent_run(client):
    parent, children = split(runs_of(client, "activation_size"))
    plan = json.loads(mlflow.artifacts.load_text(f"runs:/{parent.info.run_id}/plan.json"))
    assert plan["axes"] == {
        "model.activation": ["sigmoid", "tanh", "relu"],
        "model.hidden_units": ["[2]", "[4]"],
    }
    assert set(plan["fingerprints"]) == {child.data.tags["fcnn.fingerprint"] for child in children}


def test_single_run_and_grid_without_a_study_have_their_own_experiments(
    finished_sweep, client, tmp_path
):
    single = run_script("train", "training.epochs=1", cwd=tmp_path, uri=finished_sweep[1])
    axes = ["optimizer.learning_rate=0.02,0.03", "optimizer=sgd,adam"]
    grid = run_script(
        "train",
        "-m",
        *axes,
        "training.epochs=1",
        "training.seed=1",
        cwd=tmp_path,
        uri=finished_sweep[1],
    )
    assert (single.returncode, single.stderr, grid.returncode, grid.stderr) == (0, "", 0, "")
    (run,) = runs_of(client, "single")
    assert run.info.run_name == "tanh, 2-16-1, adam, learning rate 0.001, seed 0"
    assert single.stdout.startswith(f"{run.info.run_name}: run {run.info.run_id}, loss ")
    assert single.stdout.endswith(f"/runs/{run.info.run_id}?workflowType=machine_learning\n")
    parent, children = split(runs_of(client, "grid"))
    names = {
        f"learning rate {rate}, {name}, seed 1"
        for rate in ("0.02", "0.03")
        for name in ("sgd", "adam")
    }
    assert {
        child.info.run_name for child in children
    } == names  # in the order of the axes as they were typed
    assert parent.data.tags["fcnn.runs"] == "4"


def test_diverged_job_is_a_result_that_is_counted_and_not_trained_again(
    finished_sweep, client, tmp_path
):
    rates = "optimizer.learning_rate=0.01,1e20,0.02"
    grid = ["-m", "study.name=wild", "optimizer=sgd", rates, "model.activation=relu"]
    line = "1 of 3 runs diverged: its loss is no longer finite"
    for is_trained in (True, False):
        sweep = run_script(
            "train", *grid, "training.epochs=20", cwd=tmp_path, uri=finished_sweep[1]
        )
        assert (sweep.returncode, sweep.stderr) == (0, "")
        assert line in sweep.stdout
        assert ("diverged at epoch" in sweep.stdout) == is_trained
        assert ("3 of 3 runs are there, training 0" in sweep.stdout) != is_trained
    parent, children = split(runs_of(client, "wild"))
    assert [run.info.status for run in (parent, *children)] == ["FINISHED"] * 4
    (diverged,) = [child for child in children if "fcnn.diverged_epoch" in child.data.tags]
    assert diverged.data.params["optimizer.learning_rate"] == "1e+20"
    epochs = [point.step for point in client.get_metric_history(diverged.info.run_id, "loss")]
    assert len(epochs) == int(diverged.data.tags["fcnn.diverged_epoch"]) - 1
    assert "test_loss" not in diverged.data.metrics
    assert {file.path for file in client.list_artifacts(diverged.info.run_id)} == {"config.yaml"}
    report = run_script("report", "study=wild", cwd=tmp_path, uri=finished_sweep[1])
    assert report.returncode == 0
    assert (
        "learning rate 1e+20 (1 of 1 seeds diverged)"
        in (tmp_path / "reports" / "wild" / "overlay.svg").read_text()
    )


OF_TASKS = ["prod", "xor", "quadrants"]


@pytest.fixture(scope="module")
def every_library(make_folder):
    """A data set of each task with every library for 2 epochs.

    Returns:
        The folder and a client of its store.
    """
    pytest.importorskip("torch")
    folder = make_folder("every_library")
    return folder, train_with_every_library(OF_TASKS, folder)


def train_with_every_library(names, folder, *overrides):
    uri = f"sqlite:///{folder}/mlflow.db"
    sweep = run_script(
        "train",
        "-m",
        "study.name=everything",
        "library=keras,tensorflow,torch,sklearn",
        f"dataset={','.join(names)}",
        "dataset.n_points=200",
        "training.epochs=2",
        *overrides,
        cwd=folder,
        uri=uri,
    )
    assert (sweep.returncode, sweep.stderr) == (0, "")
    mlflow.set_tracking_uri(uri)
    return mlflow.MlflowClient(uri)


@pytest.mark.parametrize(
    "datasets", [OF_TASKS, pytest.param([*TARGET_FUNCTIONS], marks=pytest.mark.verify)]
)
def test_every_data_set_trains_with_every_library_and_their_curves_agree(every_library, datasets):
    folder, client = every_library
    if datasets != OF_TASKS:
        train_with_every_library(datasets, folder, "tracking.save_model=false")
    curves = {}
    for child in children_of(client, "everything"):
        names = ["loss", "val_loss"]
        if TARGET_FUNCTIONS[child.data.params["dataset.name"]].n_classes:
            names += ["accuracy", "val_accuracy"]
        assert set(child.data.metrics) == {*names, *SUMMARY, *TEST_METRICS[: len(names) // 2]}
        histories = {
            name: [point.value for point in client.get_metric_history(child.info.run_id, name)]
            for name in names
        }
        curves[child.data.params["dataset.name"], child.data.params["library"]] = histories
    assert len(curves) == 4 * len(datasets)
    for (dataset, _), histories in curves.items():
        for name, values in histories.items():
            np.testing.assert_allclose(values, curves[dataset, "keras"][name], rtol=1e-4)


@pytest.mark.parametrize("library", ["keras", "tensorflow", "torch", "sklearn"])
@pytest.mark.parametrize("dataset", OF_TASKS)
def test_model_of_every_library_loads_back_and_predicts_what_the_weights_do(
    every_library, library, dataset
):
    folder, client = every_library
    children = children_of(client, "everything")
    (run,) = [
        run
        for run in children
        if (run.data.params["library"], run.data.params["dataset.name"]) == (library, dataset)
    ]
    (logged,) = run.outputs.model_outputs
    model = client.get_logged_model(logged.model_id)
    assert model.experiment_id == run.info.experiment_id
    assert model.artifact_location.startswith((folder / "mlruns" / "everything").as_uri())
    x = np.random.default_rng(0).uniform(-2, 2, (20, 2)).astype(np.float32)
    outputs = mlflow.pyfunc.load_model(f"models:/{logged.model_id}").predict(x)
    outputs = next(iter(outputs.values())) if isinstance(outputs, dict) else outputs
    with np.load(
        mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/network.npz")
    ) as arrays:
        weights = [arrays[f"weights_{index}"] for index in range(4)]
    expected = forward(weights, x, "tanh", task_of(TARGET_FUNCTIONS[dataset].n_classes))
    if library == "sklearn" and dataset == "xor":
        np.testing.assert_array_equal(outputs, expected[:, 0] > 0.5)
    elif library == "sklearn" and dataset == "quadrants":
        np.testing.assert_array_equal(outputs, expected.argmax(axis=1))
    else:
        np.testing.assert_allclose(
            np.reshape(outputs, expected.shape), expected, rtol=1e-4, atol=1e-6
        )


def test_report_of_several_data_sets_and_of_a_requested_run(every_library):
    folder, client = every_library
    run_id = children_of(client, "everything")[0].info.run_id
    report = run_script(
        "report",
        "study=everything",
        f"report.run={run_id}",
        cwd=folder,
        uri=f"sqlite:///{folder}/mlflow.db",
    )
    assert (report.returncode, report.stderr) == (0, "")
    written = {path.name for path in (folder / "reports" / "everything").iterdir()}
    assert written == ALWAYS | {"effects.png", "importance.csv", "points.png", "network.png"}


def test_same_configs_in_another_process_give_the_same_bits(finished_sweep, tmp_path, uri):
    assert run_script("train", *SWEEP, cwd=tmp_path, uri=uri).returncode == 0
    assert curves(uri, "activation_size") == curves(finished_sweep[1], "activation_size")


def test_report_of_a_run_that_is_not_the_study_s_is_refused(finished_sweep, tmp_path):
    result = run_script(
        "report", "study=activation_size", "report.run=nope", cwd=tmp_path, uri=finished_sweep[1]
    )
    assert (result.returncode, result.stderr) == (
        1,
        "report.run=nope: study activation_size has no finished run of this id\n",
    )
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_own_table_trains_and_reports(finished_sweep, tmp_path, task):
    rng = np.random.default_rng(0)
    rows = [
        f"{a},{b},{c},{a - b if task == 'regression' else 'up' if a > b else 'down'}"
        for a, b, c in rng.normal(50, 10, size=(60, 3))
    ]
    (tmp_path / "mine.csv").write_text("\n".join(["a,b,c,y", *rows]))
    table = [
        "dataset=csv",
        "dataset.path=mine.csv",
        "dataset.target=y",
        f"dataset.task={task}",
        f"study.name=table_{task}",
    ]
    learning = ["training.epochs=100", "training.batch_size=10", "optimizer.learning_rate=0.01"]
    train = run_script("train", *table, *learning, cwd=tmp_path, uri=finished_sweep[1])
    assert (train.returncode, train.stderr) == (0, "")
    report = run_script("report", f"study=table_{task}", cwd=tmp_path, uri=finished_sweep[1])
    assert (report.returncode, report.stderr) == (0, "")
    (run,) = runs_of(mlflow.MlflowClient(finished_sweep[1]), f"table_{task}")
    assert len(run.data.params["dataset.digest"]) == 16
    # The model takes and gives the table's own units; training and reports standardise columns.
    mlflow.set_tracking_uri(finished_sweep[1])
    frame = pd.read_csv(tmp_path / "mine.csv")
    model = mlflow.keras.load_model(f"models:/{run.outputs.model_outputs[0].model_id}")
    predicted = model.predict(frame[["a", "b", "c"]].to_numpy(np.float32), verbose=0)[:, 0]
    if task == "regression":
        assert np.mean((predicted - frame["y"]) ** 2) < 0.05 * frame["y"].var()
    else:
        assert np.mean((predicted > 0.5) == (frame["y"] == "up")) > 0.95
    # Three inputs: no scatter, and predicted against true instead of a surface.
    written = {path.name for path in (tmp_path / "reports" / f"table_{task}").iterdir()}
    assert written == ALWAYS - {"surface.png"} | {
        *("test_sample.png", "test_sample.csv", "inputs.png", "inputs.csv"),
    }


def test_report_of_a_grid_over_targets_compares_within_each_target(finished_sweep, tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{a},{b},{a * b},{1000 * a}" for a, b in rng.normal(size=(60, 2))]
    (tmp_path / "mine.csv").write_text("\n".join(["a,b,product,multiple", *rows]))
    table = ["dataset=csv", "dataset.path=mine.csv", "dataset.features=[a,b]"]
    axes = ["dataset.target=product,multiple", "model.activation=tanh,relu", "training.seed=0,1"]
    overrides = ["-m", "study.name=targets", "training.epochs=20", *table, *axes]
    train = run_script("train", *overrides, cwd=tmp_path, uri=finished_sweep[1])
    assert (train.returncode, train.stderr) == (0, "")
    report = run_script("report", "study=targets", cwd=tmp_path, uri=finished_sweep[1])
    assert (report.returncode, report.stderr) == (0, "")
    folder = tmp_path / "reports" / "targets"
    ranked = pd.read_csv(folder / "ranking.csv")
    assert list(ranked["data"]) == ["target product"] * 2 + ["target multiple"] * 2
    assert list(ranked["rank"]) == [1, 2, 1, 2]
    assert set(pd.read_csv(folder / "differences.csv")["hyperparameter"]) == {"activation"}
    assert "target" not in set(pd.read_csv(folder / "importance.csv")["source"])
    page = (folder / "report.md").read_text()
    assert "Losses on different data are not compared: there are 2 sets of data" in page
    for target in ("product", "multiple"):
        assert f"has the lowest validation loss on target {target}, " in page
    parent, _ = split(runs_of(mlflow.MlflowClient(finished_sweep[1]), "targets"))
    note = parent.data.tags["mlflow.note.content"].partition("**Best run:** ")[2]
    assert note.startswith("target product, ")
    assert ", on target product (the first of 2 sets of data" in note


def test_table_with_text_among_numbers_is_refused_before_any_work(tmp_path):
    (tmp_path / "mine.csv").write_text("a,y\n1,1\nblue,2\n3,3\n")
    table = ["dataset=csv", "dataset.path=mine.csv", "dataset.target=y"]
    result = run_script("train", *table, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert (result.returncode, result.stderr) == (
        1,
        "dataset: column a holds text among its numbers: blue in row 2; dataset.features names "
        "the columns to use\n",
    )
    assert os.listdir(tmp_path) == ["mine.csv"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_sweep_closes_its_runs_as_killed(tmp_path, uri, number):
    process = Command(
        "train",
        "-m",
        "study.name=long",
        "training.epochs=1000000",
        "training.seed=0,1",
        cwd=tmp_path,
        uri=uri,
    )
    client = mlflow.MlflowClient(uri)
    try:
        while not any(
            run.data.metrics
            for run in client.search_runs(
                [experiment.experiment_id for experiment in client.search_experiments()]
            )
        ):
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.1)
        process.send_signal(number)
        output, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 128 + number, output
    assert "Traceback" not in output
    mlflow.set_tracking_uri(uri)
    assert {run.info.status for run in runs_of(mlflow.MlflowClient(uri), "long")} == {"KILLED"}


BAD_TRAINING = {
    "study=nope": "study=nope: should be one of activation_size, ",
    "optimizer=nope": "optimizer=nope: should be one of adadelta, adagrad, adam, ",
    "dataset=nope": "dataset=nope: should be one of and, ",
    "hydra/launcher=nope": "hydra/launcher=nope: should be one of basic, ",
    "model.activation=nope": "model.activation=nope: should be 'celu', 'elu', ",
    "trainig.epochs=3": "trainig: there is no such key; did you mean training?\n",
    "training.epoch=3": "training.epoch: there is no such key; did you mean training.epochs?\n",
    "hydra.launcher.workerss=2": (
        "hydra.launcher.workerss: there is no such key; did you mean hydra.launcher.workers?\n"
    ),
    "optimizer.momentum=0.5": (
        "optimizer.momentum: there is no such key; choose from name, learning_rate, beta_1, "
        "beta_2, epsilon, amsgrad, weight_decay, decay_biases, clipnorm, clipvalue, "
        "global_clipnorm; optimizer=rmsprop and optimizer=sgd have it\n"
    ),
    "lr=0.1": "lr: there is no such key; did you mean optimizer.learning_rate?\n",
    "optimizer.lr=0.1": "optimizer.lr: there is no such key; did you mean optimizer.learning_rate?",
    "optimizer=Adam": "nadam, rmsprop, sgd; did you mean adam?\n",
    "model.activation=ReLU": "'tanh' or 'tanh_shrink'; did you mean relu?\n",
    "training.seed=0-4": (
        "training.seed=0-4: should be a valid integer; "
        "a grid of 0 to 4 is -m 'training.seed=range(0,5)'\n"
    ),
    "study.name=Default": "study.name=Default: is MLflow's own experiment, ",
    "--cfg=jobs": "invalid choice: 'jobs' (choose from ",
    "training.epochs.last=3": "training.epochs.last: there is no such key\n",
    "training.epochs": "training.epochs: has no value; did you mean training.epochs=VALUE?\n",
    "activation_size": "activation_size: has no value; did you mean study=activation_size?\n",
    "study": "study: has no value; did you mean study=VALUE?\n",
    "houses (1).csv": (
        "houses (1).csv: should be KEY=VALUE; a name with blanks needs quotes: \"KEY='A NAME'\"\n"
    ),
    "training.epochs=[1": "training.epochs=[1: cannot be read (",
    "--epochs": (
        "--epochs: there is no such flag; keys and studies are written without dashes, as "
        "study=activation_size\n"
    ),
    "dataset=data/houses.csv": "dataset=data/houses.csv: should be one of and, circle, ",
    "+training.epochs=3": "Could not append to config. An item is already at 'training.epochs'.\n",
    "optimizer.name=sgd": "optimizer.name=sgd: optimizer=sgd chooses one, with its defaults\n",
    "hydra.launcher=basic": (
        "hydra.launcher=basic: hydra/launcher=basic chooses one, with its defaults\n"
    ),
    "hydra.launcher.workers=abc": (
        "hydra.launcher.workers: Value 'abc' of type 'str' could not be converted to Integer\n"
    ),
    "hydra.run.dir=${oc.env:NOBODY_SETS_THIS}": "Environment variable 'NOBODY_SETS_THIS' not found",
    "optimizer=1": "optimizer=1: should be one of adadelta, adagrad, adam, ",
    "study=null": "study=null: should be one of activation_size, ",
    "seed=1": "seed: there is no such key; did you mean dataset.seed or training.seed?\n",
    "wings=2": (
        "wings: there is no such key; choose from library, dataset, optimizer, schedule, tracking, "
        "model, training, study, force, dry_run\n"
    ),
    "training.epochs=0": "training.epochs=0: should be greater than or equal to 1",
    "optimizer.learning_rate=-1": "optimizer.learning_rate=-1: should be greater than 0",
    "optimizer.learning_rate=inf": "should be a finite number",
    "model.hidden_units=[]": "should have at least 1 item",
    "model.hidden_units=[0]": "model.hidden_units: 0 in its list should be",
    "dataset.n_points=1": "should be greater than or equal to 2",
    "training.batch_size=0": "should be greater than or equal to 1",
    "library=nope": "sklearn",
    "dataset.noise=-1": "should be greater than or equal to 0",
}


# All of them in a single run. Studies and grids are checked elsewhere: one of each kind.
ELSEWHERE = [
    "study=nope",
    "trainig.epochs=3",
    "training.epoch=3",
    "training.epochs=0",
    "optimizer.learning_rate=inf",
]


@pytest.mark.parametrize(
    ("mode", "override"),
    [([], override) for override in BAD_TRAINING]
    + [(mode, override) for mode in (["study=activation_size"], ["-m"]) for override in ELSEWHERE],
)
def test_bad_input_is_refused_before_any_work_and_writes_nothing(tmp_path, override, mode):
    result = run_script(
        "train", *mode, override, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db"
    )
    assert result.returncode == 1
    assert BAD_TRAINING[override] in result.stderr
    assert result.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_bad_value_in_a_grid_is_refused_before_the_good_ones_train(tmp_path):
    result = run_script(
        "train", "-m", "training.epochs=5,0", cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db"
    )
    assert (result.returncode, result.stderr) == (
        1,
        "training.epochs=0: should be greater than or equal to 1\n",
    )
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("mode", [[], ["-m"]])
def test_folder_that_cannot_be_made_is_refused_in_one_line(tmp_path, uri, mode):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".hydra").touch()
    (tmp_path / "out" / "0").touch()
    where = ["hydra.run.dir=out", "hydra.sweep.dir=out"]
    result = run_script(
        "train", *mode, "training.epochs=1", "training.seed=0", *where, cwd=tmp_path, uri=uri
    )
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "File exists" in result.stderr or "Not a directory" in result.stderr


@pytest.mark.parametrize("override", ["model.hidden_units=4,8", "training.seed=range(3)"])
def test_several_values_without_a_grid_are_refused_with_both_remedies(tmp_path, override):
    result = run_script("train", override, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    message = f"{override}: several values; for a grid add -m, for a list use brackets and quotes\n"
    assert (result.returncode, result.stderr) == (1, message)
    assert os.listdir(tmp_path) == []


def multirun(params, name="study: {name: mine}", sweeper_key="params"):
    """The file of a study with these axes."""
    return f"{name}\nhydra: {{mode: MULTIRUN, sweeper: {{{sweeper_key}: {params}}}}}".lstrip()


SEED_AXIS = "{training.seed: '0,1'}"
BAD_STUDIES = {
    multirun(SEED_AXIS, name=""): "study=mine: study.name is missing, in its file or on the ",
    f"study: {{name: mine}}\nhydra: {{sweeper: {{params: {SEED_AXIS}}}}}": (
        "training.seed: a grid, of which one run trains none; "
    ),
    multirun("{optimizer: [sgd, adam]}"): "with dots, and one text with commas: 'sgd,adam'\n",
    multirun("{training.seed: [0, 1]}"): (
        "training.seed=[0, 1]: an axis is its key with dots, and one text with "
    ),
    multirun("{model.hidden_units: [[2], [4]]}"): (
        "model.hidden_units=[[2], [4]]: an axis is its key with dots, and "
    ),
    multirun("{training: {seed: '0,1'}}"): (
        "training={'seed': '0,1'}: an axis is its key with dots, and one text with "
    ),
    multirun(SEED_AXIS, name="defaults: [optimizer: sgd]\nstudy: {name: mine}"): (
        "chooses with `- override /optimizer: sgd`"
    ),
    multirun(SEED_AXIS, sweeper_key="parms"): "Key 'parms' not in 'StudySweeperConf'",
    multirun("{model.hidden_units: [2],[4]}"): 'mine.yaml", line 3, column ',
    multirun("{training.seed: '${oc.env:NOBODY_SETS_THIS}'}"): (
        "KeyError raised while resolving interpolation: "
    ),
    multirun("{training.sed: '0,1'}"): (
        "training.sed: there is no such key; did you mean training.seed?"
    ),
}


@pytest.mark.parametrize("text", BAD_STUDIES)
def test_mistake_in_a_study_file_is_refused_before_any_work(tmp_path, text):
    study = tmp_path / "conf" / "study"
    study.mkdir(parents=True)
    (study / "mine.yaml").write_text(f"# @package _global_\n{text}\n")
    options = ["--config-dir", str(tmp_path / "conf"), "study=mine"]
    result = run_script("train", *options, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert BAD_STUDIES[text] in result.stderr
    assert os.listdir(tmp_path) == ["conf"]


def test_interval_in_a_grid_is_refused(tmp_path):
    result = run_script(
        "train",
        "-m",
        "optimizer.learning_rate=interval(0.1,1)",
        cwd=tmp_path,
        uri=f"sqlite:///{tmp_path}/mlflow.db",
    )
    message = (
        "optimizer.learning_rate=interval(0.1,1): a grid has values; a range is for a search, "
        "hydra/sweeper=optuna or in Python search=20\n"
    )
    assert (result.returncode, result.stderr) == (1, message)
    assert os.listdir(tmp_path) == []


def test_two_studies_at_once_are_refused(tmp_path):
    result = run_script(
        "train",
        "-m",
        "study=activation_size,sgd_learning_rate",
        cwd=tmp_path,
        uri=f"sqlite:///{tmp_path}/mlflow.db",
    )
    assert (result.returncode, result.stderr) == (
        1,
        "study: one value for the whole sweep; for several studies or stores run it several "
        "times\n",
    )
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("script", ["train", "report"])
@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("sqlite:////nowhere/mlflow.db", "the folder /nowhere does not exist"),
        ("sqlite:////proc/mlflow.db", "/proc/mlflow.db cannot be written"),
        ("http://me:secret@127.0.0.1:9", "no answer from http://127.0.0.1:9"),
    ],
)
def test_unusable_store_is_refused_in_one_line(tmp_path, script, uri, reason):
    result = run_script(
        script, "study.name=x" if script == "train" else "study=x", cwd=tmp_path, uri=uri
    )
    assert result.returncode == 1
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr
    assert os.listdir(tmp_path) == []


def test_report_of_a_study_without_runs_names_the_existing_studies(finished_sweep, tmp_path):
    result = run_script("report", "study=nope", cwd=tmp_path, uri=finished_sweep[1])
    assert result.returncode == 1
    assert result.stderr.startswith(
        "study=nope: the store has no runs of it; it has activation_size"
    )
    assert os.listdir(tmp_path) == []


def test_report_without_a_study_lists_the_studies_with_their_configs(finished_sweep, tmp_path):
    result = run_script("report", cwd=tmp_path, uri=finished_sweep[1])
    assert (result.returncode, result.stderr) == (0, "")
    (row,) = [
        line.split()
        for line in result.stdout.splitlines()
        if line.split()[:1] == ["activation_size"]
    ]
    assert row == ["activation_size", "12", "12", "0", "0", "0"]
    assert os.listdir(tmp_path) == []


BAD_REPORTS = {
    "report.targett=1": "report.targett: there is no such key; did you mean report.target?\n",
    "report.target=0": "report.target=0: should be greater than 0\n",
    "report.target=true": "report.target=True: should be a valid number\n",
    "studdy=x": "studdy: there is no such key; did you mean study?\n",
    "tracking=server": (
        "tracking=server: is a section, whose keys are set one by one: tracking.KEY=VALUE\n"
    ),
    "findings=true": "findings: there is no such key; choose from ",
    "output=null": "output=None: should be a valid string\n",
    "--study=x": "--study=x: there is no such flag; ",
    "tracking.uri=${oc.env:NOBODY_SETS_THIS}": "KeyError raised while resolving interpolation: ",
}


@pytest.mark.parametrize("wrong", BAD_REPORTS)
def test_wrong_setting_of_a_report_is_refused_in_one_line(tmp_path, wrong):
    result = run_script("report", wrong, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith(BAD_REPORTS[wrong])
    assert os.listdir(tmp_path) == []


def test_report_before_any_run_makes_no_store(tmp_path):
    result = run_script(
        "report", "study=activation_size", cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db"
    )
    assert (result.returncode, result.stderr) == (
        1,
        "tracking.uri: there is no store yet; python scripts/train.py creates it\n",
    )
    assert os.listdir(tmp_path) == []


def imports(result):
    """The packages that a real script of `IMPORTS` has imported."""
    return {
        line.rpartition("|")[2].strip().partition(".")[0]
        for line in result.stderr.splitlines()
        if line.startswith("import time:")
    }


@pytest.mark.parametrize(
    "arguments", [["training.epochs=0"], ["study=activation_size", "training.epochs=0"], ["--help"]]
)
def test_refusal_and_help_import_neither_tensorflow_nor_mlflow(tmp_path, arguments):
    imported = imports(
        real_script(
            "train", *arguments, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db", python=IMPORTS
        )
    )
    assert "hydra" in imported
    assert not imported & {"tensorflow", "mlflow", "keras"}


def test_report_never_imports_tensorflow(finished_sweep):
    imported = imports(finished_sweep[3])
    assert "mlflow" in imported
    assert not imported & {"tensorflow", "keras"}


def test_help_lists_groups_and_examples(tmp_path):
    result = run_script("train", "--help", cwd=tmp_path, uri="sqlite:///unused.db")
    assert result.returncode == 0
    for text in (
        "optimizer: adadelta, adagrad, adam, adamax, adamw, ftrl, lamb, lion, nadam, rmsprop, sgd",
        "study: activation_size",
        "training.seed=0",
        "--shell-completion",
    ):
        assert text in result.stdout


def test_completion_offers_the_studies(tmp_path, monkeypatch):
    monkeypatch.setenv("COMP_LINE", "python scripts/train.py study=")
    monkeypatch.setenv("COMP_POINT", "29")
    result = run_script(
        "train", "--shell-completion", "query=bash", cwd=tmp_path, uri="sqlite:///unused.db"
    )
    assert "study=activation_size" in result.stdout.split()
