"""The config of a job as Hydra sees it once the sweep has made decisions."""

from omegaconf import DictConfig, open_dict

from fcnn.config.tables import TableDataset
from fcnn.params import DIGEST_KEY
from fcnn.training.jobs import Job


def complete_cfg(cfg: DictConfig, job: Job) -> DictConfig:
    """Complete the composed config of a job, as if it had been composed as one of its sweep."""
    with open_dict(cfg):
        cfg.hydra.job.id = job.number
        cfg.hydra.job.num = job.number
        cfg.hydra.overrides.task = list_overrides(job)
        cfg.tracking.parent_run_id = job.config.tracking.parent_run_id
        if isinstance(job.config.dataset, TableDataset):
            cfg.dataset.digest = job.config.dataset.digest
    return cfg


def list_overrides(job: Job) -> list[str]:
    """The command line of a job: what it was composed of, and what its sweep has decided.

    Another process has to find the same csv file, and the parent run.
    """
    lines = list(job.overrides)
    dataset = job.config.dataset
    if isinstance(dataset, TableDataset):
        lines.append(f"{DIGEST_KEY}='{dataset.digest}'")
    return [*lines, f"tracking.parent_run_id={job.config.tracking.parent_run_id}"]
