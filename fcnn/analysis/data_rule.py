"""The data samples that a report speaks of: those of its newest sweep's rule."""

from collections.abc import Sequence

import pandas as pd

from fcnn.config.data_seed import (
    DATA_SEED_KEY,
    FOLLOWS_SEED,
    fits_data_seed_rule,
    infer_data_seed_rule,
)
from fcnn.params import SEED_KEY
from fcnn.quantities import count
from fcnn.tracking.frames import latest_per_group
from fcnn.tracking.plan import Plan

VALIDATION_SHARE_KEY = "dataset.validation_share"
SHARE_KEYS = [VALIDATION_SHARE_KEY, "dataset.test_share"]
"""The shares of a table's rows that do not train; where both are 0, no seed changes the data."""


def find_data_rule(runs: pd.DataFrame, plan: Plan | None) -> str:
    """Find the rule by which the runs of a report have to draw their data.

    It is that of the newest sweep. Runs outside sweeps, as in the experiment `single`, have
    recorded none: theirs is inferred from the seeds of the newest run and of those that agree with
    it (see `fcnn.config.data_seed.infer_data_seed_rule`).

    Args:
        runs: all runs of a study, the newest first, with the columns of `Reader.runs`.
        plan: what its sweeps planned, None without a sweep.

    Returns:
        `training.seed`, or the number at which the data are fixed.
    """
    if plan is not None:
        return plan.data_seed
    pairs = _list_seeds(runs) if DATA_SEED_KEY in runs else []
    return infer_data_seed_rule(pairs) if pairs else FOLLOWS_SEED


def split_by_data_rule(runs: pd.DataFrame, rule: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide the runs of a study into those whose data fit a rule, and the others.

    A run that has recorded no data seed fits any rule.

    Args:
        runs: all runs, with the columns of `Reader.runs`.
        rule: as `find_data_rule` returns it.
    """
    is_fitting = pd.Series(True, index=runs.index)
    if DATA_SEED_KEY in runs:
        fits = [fits_data_seed_rule(rule, *seeds) for seeds in _list_seeds(runs)]
        is_fitting = pd.Series(fits, index=runs.index, dtype=bool) | runs[DATA_SEED_KEY].isna()
    return runs[is_fitting].reset_index(drop=True), runs[~is_fitting].reset_index(drop=True)


def are_sampled(runs: pd.DataFrame) -> "pd.Series[bool]":
    """Tell the runs whose data depend on `dataset.seed` from those that all rows of a table train.

    Args:
        runs: rows of `Reader.runs`; runs on synthetic data have no shares.
    """
    shares = runs.reindex(columns=SHARE_KEYS).apply(pd.to_numeric)
    return pd.Series(~are_on_tables(runs) | (shares.fillna(0.0) > 0).any(axis=1), dtype=bool)


def are_on_tables(runs: pd.DataFrame) -> "pd.Series[bool]":
    """Tell the runs on tables, whose seeds split the same rows, from those on functions."""
    return runs.reindex(columns=[VALIDATION_SHARE_KEY])[VALIDATION_SHARE_KEY].notna()


def name_sample(runs: pd.DataFrame) -> str:
    """Call what a data seed gives: of tables a `split`, of functions a `data sample`."""
    return "split" if are_on_tables(runs).all() else "data sample"


def describe_data_samples(runs: pd.DataFrame, rule: str, n_seeds: int) -> str:
    """Say on how many data samples the runs of a report are: `each on a data sample of its own`.

    Args:
        runs: the runs that it shows.
        rule: its rule.
        n_seeds: how many seeds it has.
    """
    if not are_sampled(runs).any():
        return "all on the same rows"
    sample = name_sample(runs)
    if rule != FOLLOWS_SEED:
        return f"all on one {sample}, fixed by {DATA_SEED_KEY}={rule}"
    return f"each on a {sample} of its own" if n_seeds > 1 else f"on one {sample}"


def describe_left_out(left_out: pd.DataFrame, rule: str) -> str:
    """Say how many complete runs of a study its report leaves out, and why; empty if none.

    Args:
        left_out: the runs that do not fit the rule, the newest first.
        rule: the rule of the report.
    """
    is_complete = (left_out["status"] == "FINISHED") | left_out["diverged_epoch"].notna()
    n_runs = len(latest_per_group(left_out[is_complete], ["fingerprint"]))
    if not n_runs:
        return ""
    runs = count(n_runs, "run", ("is", "are"))
    following = f"follows {SEED_KEY}" if rule == FOLLOWS_SEED else f"is {rule}"
    return f"{runs} left out: in the newest runs {DATA_SEED_KEY} {following}"


def _list_seeds(runs: pd.DataFrame) -> Sequence[tuple[str, str]]:
    """Return `dataset.seed` and `training.seed` of each run."""
    return list(zip(runs[DATA_SEED_KEY], runs[SEED_KEY], strict=True))
