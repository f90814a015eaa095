"""MLflow models between data frames: a network with what the columns of its table mean.

MLflow's generic flavour calls this module with the columns of the table, whatever library trained
the network; the library's own flavour stays beside it and takes encoded inputs. No file of it
holds code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from mlflow import pyfunc
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import AnyType, ColSpec, DataType, Schema, TensorSpec

from fcnn.config.fields import Activation
from fcnn.data.table_schema import TableSchema
from fcnn.network import collect_weights, name_weights
from fcnn.prediction import TablePredictor, read_labels
from fcnn.tracking import npz
from fcnn.tracking.mlflow_internals import save_example
from fcnn.tracking.names import ARRAYS_FILE, TABLE_FILE

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "table"
"""Folder of a model with what this module loads."""


@dataclass(frozen=True, eq=False)
class TableFlavour:
    """Saves a model of a library's flavour so that MLflow's generic one takes data frames.

    It stands where MLflow expects the module of a flavour.

    Attributes:
        library_flavour: The module of the library's own flavour.
        predictor: The network.
    """

    library_flavour: Any
    predictor: TablePredictor

    __name__ = __name__

    def save_model(self, path: str, mlflow_model: Model, **options: Any) -> None:
        """Save the library's model, and what this module needs beside it.

        Args:
            path: Folder of the model.
            mlflow_model: Its description.
            options: Of the library's flavour.
        """
        import pandas as pd

        self.library_flavour.save_model(path=path, mlflow_model=mlflow_model, **options)
        schema = self.predictor.schema
        folder = Path(path) / FOLDER
        folder.mkdir()
        (folder / TABLE_FILE).write_text(schema.to_json(), encoding="utf-8")
        arrays = name_weights(self.predictor.weights)
        arrays["activation"] = np.array(self.predictor.activation)
        (folder / ARRAYS_FILE).write_bytes(npz.dump(arrays))
        environment = mlflow_model.flavors[pyfunc.FLAVOR_NAME].get(pyfunc.ENV, {})
        pyfunc.add_to_model(
            mlflow_model,
            loader_module=__name__,
            data=FOLDER,
            conda_env=environment.get("conda"),
            python_env=environment.get("virtualenv"),
        )
        mlflow_model.signature = make_signature(schema)
        save_example(mlflow_model, pd.DataFrame(dict(schema.example)), path)
        mlflow_model.save(str(Path(path) / "MLmodel"))


class TableModel:
    """What `mlflow.pyfunc.load_model` gives for the model of a table."""

    def __init__(self, predictor: TablePredictor) -> None:
        self.predictor = predictor

    def predict(
        self, frame: "pd.DataFrame", params: Mapping[str, Any] | None = None
    ) -> "pd.DataFrame":
        """Predict the targets of rows; see `fcnn.prediction.TablePredictor.predict`."""
        return self.predictor.predict(frame)


def _load_pyfunc(path: str) -> TableModel:
    """Load a model, as MLflow calls it.

    Args:
        path: The folder `FOLDER` of the model.
    """
    schema = TableSchema.from_json((Path(path) / TABLE_FILE).read_text(encoding="utf-8"))
    arrays = npz.load(str(Path(path) / ARRAYS_FILE))
    activation: Activation = arrays["activation"].item()
    return TableModel(TablePredictor(schema, collect_weights(arrays), activation))


def make_signature(schema: TableSchema) -> ModelSignature:
    """Make the signature of a model: the columns of its table, and its predictions.

    Input columns are of any type; the model itself refuses what it cannot take. MLflow would refuse
    64-bit whole numbers for `double`, categories and columns of nothing but gaps for `string`,
    zeros and ones for `boolean`, and dates as a file writes them for `datetime`.
    """
    any_type = AnyType()  # type: ignore[no-untyped-call]
    inputs: list[ColSpec | TensorSpec] = [ColSpec(any_type, name) for name in schema.encoder.names]
    if schema.classes:
        numbers = [f"probability of {name}" for name in schema.classes]
        has_numbers = np.issubdtype(read_labels(schema.classes).dtype, np.integer)
        label_type = DataType.long if has_numbers else DataType.string
        outputs: list[ColSpec | TensorSpec] = [ColSpec(label_type, schema.targets[0])]
    else:
        numbers, outputs = list(schema.targets), []
    outputs += [ColSpec(DataType.double, name) for name in numbers]
    return ModelSignature(Schema(inputs), Schema(outputs))
