"""Stores a trained network in its library's MLflow flavour."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from mlflow.entities import LoggedModel, LoggedModelOutput, LoggedModelStatus
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import Schema, TensorSpec

from fcnn.data import Data
from fcnn.errors import StoreError
from fcnn.library_names import LibraryName
from fcnn.prediction import TablePredictor
from fcnn.targets import Task
from fcnn.tracking.client import StoreClient
from fcnn.tracking.names import MODEL
from fcnn.tracking.run_files import RunFiles
from fcnn.tracking.table_model import TableFlavour
from fcnn.tracking.tidying import delete_unfinished_models

MODEL_NAME = "model"
"""Name of a model whose run has none."""
FORBIDDEN = "/:.%\"'"
"""Characters that MLflow takes in no name of a model."""
FLAVOURS: dict[LibraryName, tuple[str, tuple[str, ...]]] = {
    "keras": ("keras", ("keras", "tensorflow")),
    "tensorflow": ("tensorflow", ("tensorflow",)),
    "torch": ("pytorch", ("torch",)),
    "sklearn": ("sklearn", ("scikit-learn",)),
}
"""MLflow's flavour of each library, and the packages that loading it requires."""


def store_model(
    store: RunFiles,
    run_id: str,
    library: LibraryName,
    model: Any,
    data: Data,
    fault: str = "",
    predictor: TablePredictor | None = None,
) -> str:
    """Store the network of a run in its library's MLflow flavour, under the name of the run.

    Inputs have shape (n, n_inputs): float32, or float64 for the columns of a table in their own
    units. With a predictor MLflow's generic flavour takes data frames instead. Every format is safe
    to load: none executes code from the file.

    Args:
        store: The open store.
        run_id: The run.
        library: Library of the model, which decides its flavour.
        model: The trained model.
        data: What it was trained on.
        fault: What is wrong with the model, if anything; becomes a tag of the run.
        predictor: The network with what the columns of its table mean.

    Returns:
        Where MLflow loads it from.
    """
    flavour, packages = FLAVOURS[library]
    options, signature = _describe(library, model, data)
    module: Any = import_module(f"mlflow.{flavour}")
    module = TableFlavour(module, predictor) if predictor else module
    # MLflow would infer the requirements, which takes seconds a model.
    options |= {"signature": signature, "pip_requirements": _pin_versions(packages)}
    logged = _create_model(store.client, run_id)
    model_id = logged.model_id
    try:
        _store_files(store, run_id, logged, partial(module.save_model, **options))
    except Exception:
        with suppress(StoreError):
            store.client.finalize_logged_model(model_id, LoggedModelStatus.FAILED)
        raise
    store.client.finalize_logged_model(model_id, LoggedModelStatus.READY)
    if fault:
        store.client.set_tag(run_id, MODEL, fault)
    return f"models:/{model_id}"


def _create_model(client: StoreClient, run_id: str) -> LoggedModel:
    """Create the model of a run, without files yet, in place of those that are half stored."""
    run = client.get_run(run_id)
    delete_unfinished_models(client, run)
    name = clean_name(run.info.run_name)
    return client.create_logged_model(run.info.experiment_id, name=name, source_run_id=run_id)


def _store_files(
    store: RunFiles, run_id: str, logged: LoggedModel, save: Callable[..., None]
) -> None:
    """Store the files of a model, and link it to its run.

    `mlflow.models.Model.log` does the same, but first reads all curves of the run, for metrics of
    a step that our runs have not.
    """
    description = Model(
        artifact_path=logged.artifact_location,
        model_uuid=logged.model_id,
        run_id=run_id,
        model_id=logged.model_id,
    )
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        with store.guard.translate_errors():
            save(path=path, mlflow_model=description)
        store.client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
        store.client.log_model_artifacts(logged.model_id, path)


def _describe(
    library: LibraryName, model: Any, data: Data
) -> tuple[dict[str, Any], ModelSignature]:
    """Return the options of the library's flavour, and the signature of its own model."""
    # The columns of a table may have offsets far above their spread.
    input_dtype = np.dtype(np.float64 if data.x_scale else np.float32)
    output_dtype = np.dtype(np.float64 if data.y_scale else np.float32)
    outputs = TensorSpec(output_dtype, (-1, data.n_outputs))
    options: dict[str, Any] = {"model": model}
    if library == "tensorflow":
        # MLflow calls the function of this name in a SavedModel.
        options["saved_model_kwargs"] = {"signatures": model.__call__}
    elif library == "torch":
        example = np.zeros((2, data.n_inputs), dtype=input_dtype)
        options = {"pytorch_model": model, "serialization_format": "pt2", "input_example": example}
    elif library == "sklearn":
        options = {"sk_model": model, "serialization_format": "skops"}
        if data.task is not Task.REGRESSION:
            outputs = TensorSpec(np.dtype(np.int64), (-1,))  # scikit-learn predicts class numbers
        elif data.n_outputs == 1:
            outputs = TensorSpec(output_dtype, (-1,))
    inputs = TensorSpec(input_dtype, (-1, data.n_inputs))
    return options, ModelSignature(inputs=Schema([inputs]), outputs=Schema([outputs]))


def clean_name(name: str) -> str:
    """Return a name as MLflow takes it for a model: `learning rate 0·001` of `0.001`."""
    for character in FORBIDDEN:
        name = name.replace(character, "·" if character == "." else "_")
    return name or MODEL_NAME


@cache
def _pin_versions(packages: tuple[str, ...]) -> list[str]:
    return [f"{package}=={version(package)}" for package in packages]
