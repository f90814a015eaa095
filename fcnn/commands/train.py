"""`scripts/train.py` and `fcnn-train`: train one network, or every network of a grid."""

import atexit
import gc
import logging
import signal
import sys
from contextlib import nullcontext

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.types import RunMode
from omegaconf import DictConfig

from fcnn.composition.arguments import check_arguments
from fcnn.config.command_line import check_flags, exit_on_user_error
from fcnn.config.locations import conf_dir
from fcnn.config.parsing import parse
from fcnn.data import with_digest
from fcnn.training.jobs import make_job
from hydra_plugins.fcnn_sweeper.options import register_search

INTERRUPTED = "interrupted; what has finished is recorded, and the same command goes on\n"


@hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name="train")
def train(cfg: DictConfig) -> float:
    """Train and record one config, alone or as a job of a foreign launcher or sweeper.

    Returns:
        Its last validation loss, which a searching sweeper minimises; infinite if it diverged.
    """
    # MLflow and TensorFlow take seconds to import: not before the config is known to be good.
    from fcnn.training.single import run_single, run_worker_job

    config = with_digest(parse(cfg))
    # A job of a sweep that fails leaves the others, also of one of Hydra's own sweepers.
    is_multirun = HydraConfig.get().mode is RunMode.MULTIRUN
    with nullcontext() if is_multirun else exit_on_user_error():
        if config.tracking.parent_run_id is None:
            return run_single(make_job(cfg, config))
        return run_worker_job(make_job(cfg, config, number=HydraConfig.get().job.num))


def main() -> None:
    """Run the command line of this process; an interrupt ends it with one line."""
    # At its end Python would look through all that TensorFlow has made, for a second.
    atexit.register(gc.freeze)
    # A log that cannot be written, on a full disk, is no reason for a traceback.
    logging.raiseExceptions = False
    # As an exception, so that open runs end as KILLED.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    Plugins.instance()  # loads all of them
    register_search()
    try:
        with exit_on_user_error():
            check_flags(sys.argv[1:])
            check_arguments(sys.argv[1:])
            train()
    except KeyboardInterrupt:
        sys.stderr.write(INTERRUPTED)
        sys.exit(128 + signal.SIGINT)
    except SystemExit as error:
        if error.code == 128 + signal.SIGTERM:
            sys.stderr.write(INTERRUPTED)
        raise
