"""What the validation losses of a study are measured on, where that is not new data."""

import pandas as pd

from fcnn.analysis.data_rule import VALIDATION_SHARE_KEY


def describe_validation_sample(runs: pd.DataFrame) -> str:
    """Say so where runs were validated on the rows that trained them; else empty.

    Args:
        runs: Rows of `Reader.runs`; runs on synthetic data have no validation share.
    """
    if VALIDATION_SHARE_KEY not in runs:
        return ""
    is_fitted = pd.to_numeric(runs[VALIDATION_SHARE_KEY]) == 0
    if not is_fitted.any():
        return ""
    subject = "All runs are" if is_fitted.all() else f"{is_fitted.sum()} of {len(runs)} runs are"
    return (
        f"{subject} validated on their training rows ({VALIDATION_SHARE_KEY} is 0): those losses "
        "say how well a network fits, not how well it predicts"
    )
