"""Stores a trained network in its library's MLflow flavour."""

from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import Schema, TensorSpec

from fcnn.config import LibraryName

NAME = "model"


def log(library: LibraryName, model: Any, n_inputs: int, n_outputs: int, run_id: str) -> None:
    """Logs the model with its signature: float32 (n, n_inputs) -> float32 (n, n_outputs).

    Naming the requirements spares MLflow from finding them out, which takes seconds a model.
    """
    match library:
        case LibraryName.KERAS:
            import mlflow.keras

            flavor, requirements = mlflow.keras, ("keras", "tensorflow")
    Model.log(
        artifact_path=None,
        name=NAME,
        flavor=flavor,
        run_id=run_id,
        model=model,
        signature=_signature(n_inputs, n_outputs),
        pip_requirements=_pinned(requirements),
    )


def _signature(n_inputs: int, n_outputs: int) -> ModelSignature:
    inputs, outputs = (Schema([TensorSpec(np.dtype(np.float32), (-1, width))]) for width in (n_inputs, n_outputs))
    return ModelSignature(inputs=inputs, outputs=outputs)


@cache
def _pinned(packages: tuple[str, ...]) -> list[str]:
    return [f"{package}=={version(package)}" for package in packages]
