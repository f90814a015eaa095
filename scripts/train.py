"""Trains one network, or every network of a grid; `python scripts/train.py --help` says how."""

import logging

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from fcnn.parsing import parse

log = logging.getLogger("fcnn")


@hydra.main(version_base="1.3", config_path="../conf", config_name="train")
def main(cfg: DictConfig) -> float:
    """Trains and records one config; gives its last validation loss, which a searching sweeper minimises."""
    from fcnn import experiment  # not before the config is known to be good: MLflow and TensorFlow take seconds
    from fcnn.tracking.recorder import DivergedError
    from fcnn.tracking.store import StoreError

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
            log.exception("%s", " ".join(HydraConfig.get().overrides.task))
        raise


if __name__ == "__main__":
    main()
