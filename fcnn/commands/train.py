"""`scripts/train.py` and `fcnn-train`: train one network, or every network of a grid."""

import atexit
import gc
import logging
import os
import signal
import sys
import threading
from contextlib import nullcontext
from typing import NoReturn

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from fcnn.composition.arguments import check_arguments
from fcnn.composition.search_options import register_search
from fcnn.config.command_line import arrange_arguments, exit_on_user_error
from fcnn.config.locations import conf_dir
from fcnn.config.parsing import parse
from fcnn.config.sections import Sections
from fcnn.data import with_digest
from fcnn.imports import importing
from fcnn.signals import TRAINING_THREAD, answer_signals
from fcnn.status import inherit_status, show_status
from fcnn.training.jobs import make_job

ANSWER = "interrupted; ending what trains"
INTERRUPTED = "what has finished is recorded, and the same command goes on\n"


@hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name="train")
def train(cfg: DictConfig) -> float:
    """Train and record one config, alone or as a job of a foreign launcher or sweeper.

    Returns:
        Its last validation loss, which a searching sweeper minimises; infinite if it diverged.
    """
    is_worker_job = OmegaConf.select(cfg, "tracking.parent_run_id") is not None
    with inherit_status() if is_worker_job else nullcontext():
        return _train(cfg)


def _train(cfg: DictConfig) -> float:
    # MLflow and TensorFlow take seconds to import: not before the config is known to be good.
    with show_status("starting MLflow"), importing():
        from fcnn.training.single import run_single, run_worker_job

    config = with_digest(parse(cfg))
    # A job of a sweep that fails leaves the others, also of one of Hydra's own sweepers.
    is_multirun = HydraConfig.get().mode is RunMode.MULTIRUN
    with nullcontext() if is_multirun else exit_on_user_error():
        if config.tracking.parent_run_id is None:
            return run_single(make_job(Sections.of(cfg), config))
        return run_worker_job(make_job(Sections.of(cfg), config, number=HydraConfig.get().job.num))


def main() -> None:
    """Run the command line of this process; an interrupt ends it with one line."""
    # Only their owner may read the configs, logs and stores that this process makes.
    os.umask(0o077)
    # At its end Python would look through all that TensorFlow has made, for a second.
    atexit.register(gc.freeze)
    # A log that cannot be written, on a full disk, is no reason for a traceback.
    logging.raiseExceptions = False
    answer_signals(ANSWER)
    Plugins.instance()  # loads all of them
    register_search()
    try:
        with exit_on_user_error():
            sys.argv[1:] = arrange_arguments(sys.argv[1:])
            check_arguments(sys.argv[1:])
            train()
    except KeyboardInterrupt:
        _exit_interrupted(128 + signal.SIGINT)
    except SystemExit as error:
        if error.code == 128 + signal.SIGTERM:
            _exit_interrupted(128 + signal.SIGTERM)
        raise


def _exit_interrupted(code: int) -> NoReturn:
    """End the process although threads may still train, for which Python would wait."""
    sys.stderr.write(INTERRUPTED)
    if any(thread.name.startswith(TRAINING_THREAD) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
