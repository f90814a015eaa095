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
from fcnn.tracking.divergence import describe_divergence
from fcnn.tracking.names import DIVERGED, PARENT
from fcnn.tracking.reader import Reader
from fcnn.training.checks import check_installed


@dataclass(frozen=True)
class RecordedRun:
    """A run of a network as the store has it.

    Attributes:
        run_id: Its id in MLflow.
        config: Its config, with the digest of the table that it was trained on. A table with other
            contents is refused wherever it is read.
        status: MLflow's status.
        tags: Its tags.
    """

    run_id: str
    config: Config
    status: str
    tags: Mapping[str, str]

    def check_network(self) -> None:
        """Check that the run has a trained network.

        Raises:
            ConfigError: It diverged, or has not finished.
        """
        reason = "" if self.status == "FINISHED" else f"its status is {self.status}"
        if DIVERGED in self.tags:
            reason = f"it {describe_divergence(int(self.tags[DIVERGED]))}"
        if reason:
            raise ConfigError(f"{self.run_id}: has no network, {reason}")


def read_recorded(reader: Reader, run_id: str) -> RecordedRun:
    """Read a run.

    Raises:
        ConfigError: The store has no such run, or its config can no longer be read.
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
    if isinstance(config.dataset, TableDataset):
        # Version 0.1.0 had it among the params only.
        digest = run.data.params.get(DIGEST_KEY)
        config = replace(config, dataset=replace(config.dataset, digest=digest))
    return RecordedRun(run_id, config, run.info.status, run.data.tags)


def read_trainable(reader: Reader, run_id: str, table: str | None = None) -> RecordedRun:
    """Read a run, with a config that can be trained here.

    Args:
        reader: The open store.
        run_id: Id of the run.
        table: Path of its table, by default the recorded one.

    Raises:
        ConfigError: As of `read_recorded`; or its library or table is not here, or the table has
            other contents now.
        StoreError: The store cannot be read.
    """
    run = read_recorded(reader, run_id)
    check_installed(f"library={run.config.library}")
    if table is None:
        _restore_frame(reader, run.tags.get(PARENT), run.config)
    config = _locate_table(run.config, table)
    if isinstance(config.dataset, TableDataset):
        read_table_file(config.dataset)
    return replace(run, config=config)


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
