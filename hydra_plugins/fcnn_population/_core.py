"""One launch: compose the jobs, train them together, complete each through Hydra as a job of its own."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from hydra.core.utils import JobReturn, configure_log, run_job, setup_globals
from omegaconf import DictConfig, OmegaConf, open_dict

from fcnn.config.composing import Composer
from fcnn.config.parsing import ours, parse
from fcnn.interrupts import uninterrupted

if TYPE_CHECKING:
    from hydra_plugins.fcnn_population import PopulationLauncher


def launch(launcher: "PopulationLauncher", job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> list[JobReturn]:
    """Gives the returns of all jobs in the order of their overrides; a job that fails leaves the others whole."""
    from fcnn.experiment import cluster, local
    from fcnn.experiment.jobs import Job

    assert launcher.hydra_context is not None
    assert launcher.config is not None
    context, master = launcher.hydra_context, launcher.config
    setup_globals()
    configure_log(master.hydra.hydra_logging, master.hydra.verbose)
    Path(str(master.hydra.sweep.dir)).mkdir(parents=True, exist_ok=True)
    composer = Composer(context.config_loader, master)

    @uninterrupted()
    def composed(number: int) -> DictConfig:
        cfg = composer.compose(job_overrides[number - initial_job_idx])
        with open_dict(cfg):
            cfg.hydra.job.id = cfg.hydra.job.num = number
        return cfg

    @uninterrupted()
    def hydra_job(number: int, complete: Callable[[], float]) -> JobReturn:
        result = run_job(
            hydra_context=context,
            task_function=lambda cfg: complete(),
            config=composed(number),
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )
        configure_log(master.hydra.hydra_logging, master.hydra.verbose)
        return result

    jobs = []
    for number in range(initial_job_idx, initial_job_idx + len(job_overrides)):
        cfg = composed(number)
        jobs.append(Job(parse(cfg), OmegaConf.to_yaml(ours(cfg)), number))
    if launcher.backend == "ray":
        trained = cluster.run(jobs, address=launcher.address, max_population=launcher.max_population)
    else:
        trained = local.run(jobs, workers=launcher.workers, max_population=launcher.max_population)
    with closing(trained):
        returns = {job.number: hydra_job(job.number, complete) for job, complete in trained}
    return [returns[job.number] for job in jobs]
