"""Stores a trained network in its library's MLflow flavour."""

from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import Schema, TensorSpec

from fcnn.config.fields import LibraryName
from fcnn.data import Data
from fcnn.targets import Task

NAME = "model"
FLAVOURS: dict[LibraryName, tuple[str, tuple[str, ...]]] = {
    "keras": ("keras", ("keras", "tensorflow")),
    "tensorflow": ("tensorflow", ("tensorflow",)),
    "torch": ("pytorch", ("torch",)),
    "sklearn": ("sklearn", ("scikit-learn",)),
}
"""Of each library MLflow's flavour and the packages that it needs."""


def log(library: LibraryName, model: Any, data: Data, run_id: str, model_id: str) -> None:
    """Logs the model with its signature: (n, n_inputs), float32, or float64 of a table's own columns -> what the model gives.

    All formats are safe to load: none runs code of the file. Naming the requirements spares MLflow from finding them out,
    which takes seconds a model.
    """
    flavour, packages = FLAVOURS[library]
    # A table's own units need double precision: its offsets may be far above its spread.
    kind = np.dtype(np.float64 if data.x_scale else np.float32)
    values = np.dtype(np.float64 if data.y_scale else np.float32)
    outputs = TensorSpec(values, (-1, data.n_outputs))
    options: dict[str, Any] = {"model": model}
    if library == "tensorflow":
        # MLflow asks a SavedModel for a function of this name.
        options["saved_model_kwargs"] = {"signatures": model.__call__}
    elif library == "torch":
        example = np.zeros((2, data.n_inputs), dtype=kind)
        options = {"pytorch_model": model, "serialization_format": "pt2", "input_example": example}
    elif library == "sklearn":
        options = {"sk_model": model, "serialization_format": "skops"}
        if data.task is not Task.REGRESSION:
            outputs = TensorSpec(np.dtype(np.int64), (-1,))  # scikit-learn predicts class numbers
        elif data.n_outputs == 1:
            outputs = TensorSpec(values, (-1,))
    inputs = TensorSpec(kind, (-1, data.n_inputs))
    Model.log(
        artifact_path=None,
        model_id=model_id,
        flavor=import_module(f"mlflow.{flavour}"),
        run_id=run_id,
        signature=ModelSignature(inputs=Schema([inputs]), outputs=Schema([outputs])),
        pip_requirements=_pinned(packages),
        **options,
    )


@cache
def _pinned(packages: tuple[str, ...]) -> list[str]:
    return [f"{package}=={version(package)}" for package in packages]
