"""Stores a trained network in its library's MLflow flavour."""

from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import Schema, TensorSpec

from fcnn.choices import LibraryName
from fcnn.truths import Task

NAME = "model"


def log(library: LibraryName, model: Any, task: Task, n_inputs: int, n_outputs: int, run_id: str, model_id: str) -> None:
    """Logs the model with its signature: float32 (n, n_inputs) -> what the library's own model gives.

    All formats are safe to load: none runs code of the file. Naming the requirements spares MLflow from finding them out,
    which takes seconds a model.
    """
    outputs: tuple[np.dtype[Any], tuple[int, ...]] = (np.dtype(np.float32), (-1, n_outputs))
    options: dict[str, Any] = {"model": model}
    match library:
        case LibraryName.KERAS:
            import mlflow.keras as flavor

            requirements: tuple[str, ...] = ("keras", "tensorflow")
        case LibraryName.TENSORFLOW:
            import mlflow.tensorflow as flavor

            requirements = ("tensorflow",)
            # MLflow asks a SavedModel for a function of this name.
            options["saved_model_kwargs"] = {"signatures": model.__call__}
        case LibraryName.TORCH:
            import mlflow.pytorch as flavor

            requirements = ("torch",)
            options = {"pytorch_model": model, "serialization_format": "pt2"}
            options["input_example"] = np.zeros((2, n_inputs), dtype=np.float32)
        case LibraryName.SKLEARN:
            import mlflow.sklearn as flavor

            requirements = ("scikit-learn",)
            options = {"sk_model": model, "serialization_format": "skops"}
            if task is not Task.REGRESSION:
                outputs = (np.dtype(np.int64), (-1,))  # scikit-learn predicts class numbers
            elif n_outputs == 1:
                outputs = (np.dtype(np.float32), (-1,))
    Model.log(
        artifact_path=None,
        model_id=model_id,
        flavor=flavor,
        run_id=run_id,
        signature=ModelSignature(inputs=Schema([TensorSpec(np.dtype(np.float32), (-1, n_inputs))]), outputs=Schema([TensorSpec(*outputs)])),
        pip_requirements=_pinned(requirements),
        **options,
    )


@cache
def _pinned(packages: tuple[str, ...]) -> list[str]:
    return [f"{package}=={version(package)}" for package in packages]
