"""The data of a config, whatever it comes from."""

from functools import lru_cache

from fcnn.config.schema import Config, CsvDataset, Dataset, SklearnDataset, SyntheticDataset
from fcnn.data.csv_table import read_csv_table
from fcnn.data.dataset import Data
from fcnn.data.sklearn_table import read_sklearn_table
from fcnn.data.synthetic import sample_dataset
from fcnn.data.tables import split_table


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
    return _load_dataset(config.dataset, config.training.validation_points)


@lru_cache(maxsize=16)
def _load_dataset(dataset: Dataset, validation_points: int) -> Data:
    match dataset:
        case SyntheticDataset():
            return sample_dataset(dataset, validation_points)
        case CsvDataset():
            return split_table(dataset, read_csv_table(dataset))
        case SklearnDataset():
            return split_table(dataset, read_sklearn_table(dataset))
