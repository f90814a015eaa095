"""Trains one network, or every network of a grid; `python scripts/train.py --help` says how."""

import logging
import signal
import sys
import traceback

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from fcnn.parsing import parse
from fcnn.tracking.store import StoreError, redact

log = logging.getLogger("fcnn")


@hydra.main(version_base="1.3", config_path="../conf", config_name="train")
def main(cfg: DictConfig) -> float:
    """Trains and records one config; gives its last validation loss, which a searching sweeper minimises."""
    from fcnn import experiment  # not before the config is known to be good: MLflow and TensorFlow take seconds
    from fcnn.tracking.recorder import DivergedError

    config = parse(cfg)
    number = HydraConfig.get().job.num if config.tracking.parent_run_id else 0
    try:
        return experiment.run(experiment.Job(config, OmegaConf.to_yaml(cfg), number))
    except (DivergedError, StoreError) as error:
        if config.tracking.parent_run_id is None:
            raise SystemExit(str(error)) from None
        raise  # the sweep goes on, and lists it at the end
    except Exception:
        if config.tracking.parent_run_id:  # of a sweep's failures Hydra would show the first one only
            log.error(redact(traceback.format_exc()))
        raise


def _terminate(number: int, frame: object) -> None:
    """Ends as an exception does, so that running jobs are closed as KILLED."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminate)
    try:
        main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(128 + signal.SIGINT)
