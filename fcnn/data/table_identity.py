"""What identifies a table of the user's: its contents, and the columns that are learned from."""

from dataclasses import replace
from functools import lru_cache

from fcnn.config.schema import Config
from fcnn.config.tables import TableDataset
from fcnn.data.column_checks import find_useless
from fcnn.data.table_file import read_table_file, with_digest


def with_table_identity(config: Config) -> Config:
    """Return the config with the digest of its table, and its columns in one spelling.

    `dataset.features` is null where it lists what null stands for: every column that a network can
    learn from, in the order of the file. One target in a list is the target alone.

    Raises:
        ConfigError: The table cannot be read.
    """
    config = with_digest(config)
    dataset = config.dataset
    if not isinstance(dataset, TableDataset):
        return config
    if len(dataset.targets) == 1:
        dataset = replace(dataset, target=dataset.targets[0])
    if dataset.features and dataset.features == _list_useful(replace(dataset, seed=0)):
        dataset = replace(dataset, features=None)
    return replace(config, dataset=dataset)


@lru_cache(maxsize=32)
def _list_useful(dataset: TableDataset) -> tuple[str, ...]:
    return tuple(
        name
        for name, column in read_table_file(dataset).columns.items()
        if name not in (*dataset.targets, dataset.group) and not find_useless(column)
    )
