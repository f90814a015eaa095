"""The claims of a sweep: checked against its jobs, and handed on with them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from fcnn.claims.checks import check_claims
from fcnn.claims.matching import find_not_asked
from fcnn.config.claims import Claim
from fcnn.params import Params, config_params
from fcnn.training.jobs import Job

AnyJob = TypeVar("AnyJob", bound=Job)


def check_job_claims(
    jobs: Sequence[AnyJob], claims: Sequence[Claim], file_grid: Sequence[Params] = ()
) -> list[AnyJob]:
    """Check the claims of a grid, and return its jobs with the claims as they are recorded.

    Args:
        jobs: The jobs of one study.
        claims: Its claims.
        file_grid: Params of the runs that the study's file alone asks for.

    Raises:
        ConfigError: A claim names what neither grid has; see `fcnn.claims.checks.check_claims`.
    """
    checked = check_claims(claims, [config_params(job.config) for job in jobs], file_grid)
    study = replace(jobs[0].config.study, claims=checked)
    return [replace(job, config=replace(job.config, study=study)) for job in jobs]


def list_claims_not_asked(jobs: Sequence[Job]) -> list[tuple[int, int]]:
    """List the conditions whose cells an override took out of the grid of these jobs."""
    claims = jobs[0].config.study.claims
    return find_not_asked(claims, [config_params(job.config) for job in jobs]) if claims else []
