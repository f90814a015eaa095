"""What identifies a table of the user's: its contents, and the columns that are learned from."""

from dataclasses import replace
from functools import lru_cache

from fcnn.config.schema import Config
from fcnn.config.tables import TableDataset
from fcnn.data.column_checks import find_useless
from fcnn.data.table_file import name_as_read, read_table_file, with_digest


def with_table_identity(config: Config) -> Config:
    """Return the config with the digest of its table, and its columns in one spelling.

    Names are without blanks around them. `dataset.features` is null where it lists what null stands
    for: every column that a network can learn from, in the order of the file. One target in a list
    is the target alone.

    Raises:
        ConfigError: The table cannot be read.
    """
    config = with_digest(config)
    dataset = config.dataset
    if not isinstance(dataset, TableDataset):
        return config
    spelled = dataset
    names = (*dataset.targets, *(dataset.features or ()), dataset.group or "")
    if dataset.features or any(name != name.strip() for name in names):
        spelled = replace(_spell_columns(replace(dataset, seed=0)), seed=dataset.seed)
    if len(spelled.targets) == 1:
        spelled = replace(spelled, target=spelled.targets[0])
    return config if spelled == dataset else replace(config, dataset=spelled)


@lru_cache(maxsize=32)
def _spell_columns(dataset: TableDataset) -> TableDataset:
    """Return the config with the names of the file, and with null for all useful columns."""
    file = read_table_file(dataset)
    dataset = name_as_read(dataset, file)
    if not dataset.features:
        return dataset
    useful = tuple(
        name
        for name, column in file.columns.items()
        if name not in (*dataset.targets, dataset.group) and not find_useless(column)
    )
    return replace(dataset, features=None) if dataset.features == useful else dataset
