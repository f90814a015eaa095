"""The tables that come with scikit-learn."""

import numpy as np

from fcnn.config.fields import REGRESSION_TABLES
from fcnn.config.schema import SklearnDataset
from fcnn.data.tables import Table


def read_sklearn_table(dataset: SklearnDataset) -> Table:
    """Read one of scikit-learn's tables; class labels are its own names of the classes."""
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{dataset.table}")()
    x = np.asarray(bunch.data, dtype=np.float64)
    features = tuple(map(str, bunch.feature_names))

    def format_cell(row: int, column: str) -> str:
        return str(x[row, features.index(column)])

    if dataset.table in REGRESSION_TABLES:
        targets = tuple(map(str, getattr(bunch, "target_names", ("target",))))
        return Table(dataset.table, features, targets, x, bunch.target, "regression", format_cell)
    labels = np.asarray(bunch.target_names)[bunch.target]
    return Table(dataset.table, features, ("target",), x, labels, "classification", format_cell)
