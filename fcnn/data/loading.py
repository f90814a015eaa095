"""The data of a config, whatever it comes from."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from fcnn.config.schema import Config, Dataset, SyntheticDataset
from fcnn.config.tables import SklearnDataset, TableDataset
from fcnn.data.dataset import Data
from fcnn.data.synthetic import sample_dataset
from fcnn.data.table_file import with_digest

if TYPE_CHECKING:
    from fcnn.data.tables import Table


def load_data(config: Config) -> Data:
    """Load the data of a config; configs with the same data share the arrays.

    Synthetic data has `training.validation_points` validation points and as many test points, a
    table is split by `dataset.validation_share` and `dataset.test_share`.

    Raises:
        ConfigError: The table cannot be read, or has columns that a network cannot use.

    Example:
        >>> load_data(config).x.shape  # dataset=prod, dataset.n_points=2500
        (2500, 2)
    """
    # With the digest of a table that has changed meanwhile, this is another data set.
    return _load_dataset(with_digest(config).dataset, config.training.validation_points)


# As many as a population has members by default: each seed may have a sample of its own.
@lru_cache(maxsize=32)
def _load_dataset(dataset: Dataset, validation_points: int) -> Data:
    if isinstance(dataset, SyntheticDataset):
        return sample_dataset(dataset, validation_points)
    # What reads tables takes half a second to import, and few configs need it.
    from fcnn.data.tables import split_table

    return split_table(dataset, _read_table(replace(dataset, seed=0)))


@lru_cache(maxsize=4)
def _read_table(dataset: TableDataset | SklearnDataset) -> "Table":
    """Read a table once for all of its splits; `dataset.seed` is not looked at."""
    from fcnn.data.sklearn_table import read_sklearn_table
    from fcnn.data.user_table import read_table

    return read_table(dataset) if isinstance(dataset, TableDataset) else read_sklearn_table(dataset)
