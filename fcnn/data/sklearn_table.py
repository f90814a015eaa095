"""The tables that come with scikit-learn."""

import numpy as np

from fcnn.config.fields import REGRESSION_TABLES
from fcnn.config.tables import SklearnDataset
from fcnn.data.columns import Column
from fcnn.data.tables import Table


def read_sklearn_table(dataset: SklearnDataset) -> Table:
    """Read one of scikit-learn's tables; class labels are its own names of the classes."""
    import pyarrow as pa
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{dataset.table}")()
    x = np.asarray(bunch.data, dtype=np.float64)
    columns = tuple(
        Column(str(name), "number", values, pa.chunked_array([values]))
        for name, values in zip(bunch.feature_names, x.T.copy(), strict=True)
    )
    is_regression = dataset.table in REGRESSION_TABLES
    names = getattr(bunch, "target_names", ["target"]) if is_regression else ["target"]
    target = np.asarray(bunch.target)
    if not is_regression:
        target = np.asarray(bunch.target_names)[bunch.target]
    values = {column.name: column.values for column in columns}
    return Table(
        name=dataset.table,
        columns=columns,
        targets=tuple(map(str, names)),
        target=target,
        task="regression" if is_regression else "classification",
        format_cell=lambda row, name: str(values.get(name, target)[row]),
        rows=np.arange(len(x)),
    )
