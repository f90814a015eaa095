"""The config of a recorded run, with its table where it is now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fcnn.config.parsing import parse_yaml
from fcnn.config.schema import Config, Tracking
from fcnn.config.tables import TableDataset
from fcnn.data.frame_file import is_kept_frame, write_frame
from fcnn.data.table_file import read_table_file
from fcnn.errors import ConfigError
from fcnn.params import DIGEST_KEY, PATH_KEY
from fcnn.tracking.names import PARENT
from fcnn.tracking.reader import Reader
from fcnn.training.checks import check_installed


@dataclass(frozen=True)
class RecordedRun:
    """A run of a network as the store has it.

    Attributes:
        run_id: Its id in MLflow.
        config: Its config, with the path of its table as it is from here.
        status: MLflow's status.
        tags: Its tags.
        params: Its params.
    """

    run_id: str
    config: Config
    status: str
    tags: Mapping[str, str]
    params: Mapping[str, str]

    @property
    def has_its_table(self) -> bool:
        """Whether its table has the contents that it was trained on; true of other data."""
        dataset = self.config.dataset
        if not isinstance(dataset, TableDataset):
            return True
        file = read_table_file(dataset)
        return self.params.get(DIGEST_KEY) in (file.digest, file.bytes_digest)


def read_recorded(reader: Reader, run_id: str, table: str | None = None) -> RecordedRun:
    """Read a run, with a config that can be trained here.

    Args:
        reader: The open store.
        run_id: Id of the run.
        table: Path of its table, by default the recorded one.

    Raises:
        ConfigError: The store has no such run, or its config can no longer be trained.
        StoreError: The store cannot be read.
    """
    recorded = reader.get_run(run_id)
    if recorded is None:
        raise ConfigError(
            f"{run_id}: the store has no trained network with this id "
            "(the parent run of a sweep is not one)"
        )
    run, config_yaml = recorded
    tracking = Tracking(uri=reader.uri, save_model="none", parent_run_id=None)
    try:
        config = parse_yaml(config_yaml, tracking)
    except ConfigError as error:
        raise ConfigError(f"{run_id}: {error}") from None
    check_installed(f"library={config.library}")
    if table is None:
        _restore_frame(reader, run.data.tags.get(PARENT), config)
    config = _locate_table(config, table)
    return RecordedRun(run_id, config, run.info.status, run.data.tags, run.data.params)


def _locate_table(config: Config, table: str | None) -> Config:
    """Return the config with the path of its table as it is from here.

    Raises:
        ConfigError: The config has no path, or there is no file.
    """
    if not isinstance(config.dataset, TableDataset):
        if table is not None:
            raise ConfigError(f"{PATH_KEY}={table}: the run was not trained on a file")
        return config
    recorded = config.dataset.path
    if table is not None:
        return replace(config, dataset=replace(config.dataset, path=table))
    if not Path(recorded).exists():
        where = "" if Path(recorded).is_absolute() else f", seen from {Path.cwd()}"
        raise ConfigError(
            f"{PATH_KEY}={recorded}: there is no such file{where}; {PATH_KEY}=FILE says where it is"
        )
    return config


def _restore_frame(reader: Reader, parent_run_id: str | None, config: Config) -> None:
    """Fetch the data frame of a run's sweep, where another machine made it."""
    dataset = config.dataset
    if not isinstance(dataset, TableDataset) or not is_kept_frame(dataset.path):
        return
    path = Path(dataset.path)
    if parent_run_id and not path.exists():
        write_frame(path, reader.load_table(parent_run_id, path.name))
