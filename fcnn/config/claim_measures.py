"""What claims compare. A measure that is a column of the runs is added by a line in the table."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ClaimMeasure:
    """A value of each run, and how groups of runs are compared in it.

    Attributes:
        noun: What it is called in sentences.
        column: The column of `Selection.shown` that has it, or that `fcnn.analysis.claim_values`
            computes. A loss of one epoch is `final_` and the name of its metric.
        is_ratio: Whether it is compared by a factor, as losses and epochs are; shares are
            compared by a difference.
        interval: That of means of seeds by Student's t, of their median, or of shares of runs.
        takes_target: Whether a claim may state the loss to which epochs are counted, which is
            computed whatever `column` says.
        needs_test_sample: Whether it is measured on the test sample.
        needs_classes: Whether only classifications have it.
        compares_data: Whether runs on different data are compared.
    """

    noun: str
    column: str
    is_ratio: bool = True
    interval: Literal["mean", "median", "share"] = "mean"
    takes_target: bool = False
    needs_test_sample: bool = False
    needs_classes: bool = False
    compares_data: bool = False


MEASURES = {
    "loss": ClaimMeasure("settled loss", "settled"),
    "test_loss": ClaimMeasure("test loss", "final_test_loss", needs_test_sample=True),
    "training_loss": ClaimMeasure("training loss", "final_loss"),
    "epochs_to_target": ClaimMeasure(
        "epochs to the target", "epochs_to_target", interval="median", takes_target=True
    ),
    # Each network is stuck on its own data.
    "share_stuck": ClaimMeasure(
        "share stuck", "stuck", is_ratio=False, interval="share", compares_data=True
    ),
    "accuracy": ClaimMeasure(
        "settled accuracy", "settled_accuracy", is_ratio=False, needs_classes=True
    ),
}
"""Measures by the name that a claim has for them; `docs/claims.md` says how each is computed."""
