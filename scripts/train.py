"""Trains one network, or every network of a grid; `python scripts/train.py --help` says how."""

import atexit
import gc
import logging
import math
import signal
import sys
from contextlib import closing, nullcontext

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.types import RunMode
from omegaconf import DictConfig

from fcnn.config.errors import check_flags, exit_on_user_error
from fcnn.config.parsing import parse, to_keep
from fcnn.data import with_digest
from fcnn.training.checks import check_arguments
from hydra_plugins.fcnn_sweeper.study_sweeper import register_search

INTERRUPTED = "interrupted; what has finished is recorded, and the same command goes on\n"


@hydra.main(version_base="1.3", config_path="../conf", config_name="train")
def main(cfg: DictConfig) -> float:
    """Trains and records one config; gives its last validation loss, which a searching sweeper minimises."""
    from fcnn.training import (
        local,
        resume,
    )  # not before the config is known to be good: MLflow and TensorFlow take seconds
    from fcnn.training.jobs import Job
    from fcnn.training.rerun import rerun

    config = with_digest(parse(cfg))
    in_a_sweep = config.tracking.parent_run_id is not None
    # Where a job of a sweep fails, also of one of Hydra's own sweepers, the others are trained all the same.
    with nullcontext() if HydraConfig.get().mode is RunMode.MULTIRUN else exit_on_user_error():
        if config.rerun is not None:
            print(rerun(config.tracking.uri, config.rerun))
            return math.nan
        there = None if in_a_sweep else resume.single(config)  # which our sweepers have looked up
        if there is not None:
            return there
        job = Job(config, to_keep(cfg), HydraConfig.get().job.num if in_a_sweep else 0)
        with closing(local.run([job])) as results:
            _, complete = next(results)
            return complete()


if __name__ == "__main__":
    atexit.register(
        gc.freeze
    )  # at its end Python would look through all that TensorFlow has made, for a second
    logging.raiseExceptions = (
        False  # a log that cannot be written, on a full disk, is no reason for a traceback
    )
    signal.signal(
        signal.SIGTERM, lambda number, _: sys.exit(128 + number)
    )  # as an exception, so that running jobs are closed as KILLED
    Plugins.instance()  # loads all of them
    register_search()
    try:
        with exit_on_user_error():
            check_flags(sys.argv[1:])
            check_arguments(sys.argv[1:])
            main()
    except KeyboardInterrupt:
        sys.stderr.write(INTERRUPTED)
        sys.exit(128 + signal.SIGINT)
    except SystemExit as error:
        if error.code == 128 + signal.SIGTERM:
            sys.stderr.write(INTERRUPTED)
        raise
