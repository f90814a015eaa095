"""The settled loss of each run: what runs are ranked and compared by.

The last epoch's loss depends on the last batches; the mean logarithm over the last tenth of the
epochs hardly does. In simulations on real curves it finds three times as many of the differences
between factors 1.3 and 5 with five seeds.
"""

import numpy as np
import pandas as pd

from fcnn.analysis.comparable import comparable_losses, log_losses
from fcnn.analysis.constants import find_constant_losses
from fcnn.analysis.measure import LOSS, Measure
from fcnn.settling import CLASSES_CUT, SETTLED_SHARE

STUCK_SHARE = 0.5
"""A run is stuck above this share of the way from the noise floor to the constant prediction."""


def settle_runs(runs: pd.DataFrame, curves: pd.DataFrame | None = None) -> pd.DataFrame:
    """Add to each run what its curve comes to.

    Args:
        runs: rows of `Reader.runs`, with the column `data`.
        curves: a row for each run and epoch with `val_loss`, and `val_accuracy` for classes.
            Without curves the values of the last epoch count as settled.

    Returns:
        The runs with further columns. `diverged`; `settled`, the mean log10 validation loss over
        the last tenth of the epochs, of a run with early stopping that of the epoch that it kept,
        cut at the constant prediction's (for classes at `CLASSES_CUT` times it), which is also what
        a diverged run has; `loss`, 10 to the power of it; `cut`, whether it is a tenth above that;
        `settled_accuracy`, the mean over the last tenth, for a run that diverged the lowest on the
        same data; `fall`, by how much the settled loss is below the mean of the tenth before;
        `stuck`; and those of `find_constant_losses`.
    """
    if curves is None:
        finals = {"val_loss": "final_val_loss", "val_accuracy": "final_val_accuracy"}
        curves = pd.DataFrame({name: runs[column] for name, column in finals.items()})
        curves["val_loss"] = comparable_losses(runs, "final_val_loss")
        curves = curves.assign(run_id=runs["run_id"], epoch=1)
    tails = _summarise_tails(curves).reindex(runs["run_id"]).set_axis(runs.index)
    baselines = find_constant_losses(runs, curves)
    diverged = runs["diverged_epoch"].notna()
    is_class = runs["final_val_accuracy"].notna().groupby(runs["data"]).transform("any")
    cut = log_losses(np.where(is_class, CLASSES_CUT, 1.0) * baselines["constant_loss"])
    # Early stopping keeps the weights of one epoch, and so its loss alone.
    last = tails["settled"].mask(runs["kept_epoch"].notna())
    final_losses = comparable_losses(runs, "final_val_loss")
    uncut = last.fillna(log_losses(final_losses)).mask(diverged)
    # Where nobody knows a cut, what diverged is as bad as the worst that did not.
    cut = cut.fillna(uncut.groupby(runs["data"]).transform("max"))
    settled = uncut.clip(upper=cut).where(uncut.notna(), cut)
    lowest = tails["lowest"].fillna(final_losses)
    accuracies = tails["accuracy"].fillna(runs["final_val_accuracy"]).mask(diverged)
    floor = baselines["noise_floor"]
    limit = floor + STUCK_SHARE * (baselines["constant_loss"] - floor)
    return runs.drop(columns=baselines.columns, errors="ignore").assign(
        diverged=diverged,
        settled=settled,
        loss=10**settled,
        cut=diverged | (uncut - settled > np.log10(1.1)),
        settled_accuracy=accuracies.fillna(accuracies.groupby(runs["data"]).transform("min")),
        fall=(tails["before"] - tails["settled"]).mask(diverged),
        # Classes that are learned and then overfitted are not stuck.
        stuck=~diverged & (lowest.where(is_class, 10**uncut) > limit),
        **baselines,
    )


def runs_with_measure(runs: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return the runs that have what is compared.

    Raises:
        ValueError: none has it.
    """
    if measure is LOSS:
        return runs
    runs = runs[runs["final_val_accuracy"].notna()]
    if runs.empty:
        raise ValueError("no run has an accuracy, which only classes have")
    return runs


def score_runs(runs: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Add the column `score`: the settled value of the measure, signed so that less is better."""
    sign = 1 if measure.is_logarithmic else -1
    return runs.assign(score=sign * runs[measure.column])


def _summarise_tails(curves: pd.DataFrame) -> pd.DataFrame:
    """Summarise the curve of each run.

    Returns:
        A row for each run, by its id: `settled` and `before`, the mean log10 validation losses over
        the last tenth of the epochs and the tenth before; `lowest`, the smallest validation loss;
        `accuracy`, the mean validation accuracy over the last tenth.
    """
    curves = curves.reset_index(drop=True)
    losses = comparable_losses(curves, "val_loss")
    n_epochs = curves.groupby("run_id")["epoch"].transform("max")
    n_tail = np.ceil(SETTLED_SHARE * n_epochs)
    from_end = n_epochs - curves["epoch"]
    is_tail = from_end < n_tail
    is_before = ~is_tail & (from_end < 2 * n_tail)
    values = pd.DataFrame(
        {
            "settled": log_losses(losses).where(is_tail),
            "before": log_losses(losses).where(is_before),
            "accuracy": curves.get("val_accuracy", np.nan),
        }
    )
    values["accuracy"] = values["accuracy"].where(is_tail)
    by_run = values.groupby(curves["run_id"]).mean()
    return by_run.assign(lowest=losses.groupby(curves["run_id"]).min())
