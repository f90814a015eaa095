"""Runs that failed or were interrupted, and why."""

from typing import NamedTuple

import pandas as pd

from fcnn.quantities import count
from fcnn.tracking.frames import latest_per_group
from fcnn.tracking.names import INTERRUPTED
from fcnn.tracking.plan import Plan


class Failure(NamedTuple):
    """A run that did not finish."""

    name: str
    run_id: str
    reason: str
    is_interrupted: bool = False
    sweep: str | None = None


def find_failures(runs: pd.DataFrame, finished: pd.DataFrame) -> list[Failure]:
    """Return the runs that failed or were interrupted, oldest first; divergence is a result.

    Of several attempts at the same config only the newest is returned, and none if one of the
    `finished` runs has the same fingerprint.

    Args:
        runs: all runs of a study, newest first.
        finished: the finished runs in a report.
    """
    is_unfinished = runs["status"].isin(["FAILED", "KILLED"]) & runs["diverged_epoch"].isna()
    is_replaced = runs["fingerprint"].isin(set(finished["fingerprint"]))
    latest = runs[is_unfinished & ~is_replaced].drop_duplicates("fingerprint")
    return [
        Failure(
            name=row["name"],
            run_id=row["run_id"],
            reason=row["error"] or _default_reason(row["status"]),
            is_interrupted=row["status"] == "KILLED",
            sweep=row["sweep"],
        )
        for _, row in latest.iloc[::-1].iterrows()
    ]


def _default_reason(status: str) -> str:
    return INTERRUPTED if status == "KILLED" else "no reason is recorded"


def describe_unfinished(runs: pd.DataFrame, plan: Plan | None) -> list[str]:
    """Say why no run of a study has finished, and how to resume it.

    Args:
        runs: all runs of the study, newest first.
        plan: what its sweeps planned.
    """
    latest = latest_per_group(runs, ["fingerprint"])
    is_diverged = latest["diverged_epoch"].notna()
    failed = latest[(latest["status"] == "FAILED") & ~is_diverged]
    interrupted = latest[latest["status"] == "KILLED"]
    n_diverged = int(is_diverged.sum())
    clauses = []
    if n_diverged:
        clauses.append(
            f"{count(n_diverged, 'run')} diverged, for which a lower learning rate is the usual "
            "remedy"
        )
    if len(failed):
        reason = failed["error"].iloc[0] or _default_reason("FAILED")
        clauses.append(f"{len(failed)} failed, the newest because: {reason}")
    if len(interrupted):
        clauses.append(f"{count(len(interrupted), 'run', ('was', 'were'))} interrupted")
        clauses.append(describe_resuming(plan.command if plan else ""))
    return clauses


def describe_resuming(command: str) -> str:
    """Say which command trains what was interrupted; `command` is empty if it is not known."""
    return "the same command goes on" + (f": {command}" if command else "")
