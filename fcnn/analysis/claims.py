"""The claims of the blog post that fcnn began with, evaluated on the runs of its studies.

Each claim compares final validation losses, or epochs to a loss, within seeds (see
`fcnn.analysis.comparisons`). It holds, does not hold, or cannot be told; the last always if a cell
that it is about has fewer than six seeds.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from fcnn.analysis.significance import LEVEL, wilcoxon_p_value
from fcnn.analysis.study_runs import EPOCHS, LOSS, StudyRuns

HOLDS, REJECTED, INCONCLUSIVE = "holds", "does not hold", "cannot be told"
LARGE_FACTOR = 10.0
"""From which factor on a difference between losses counts as large."""
LOW_LOSS = 1e-3
"""What counts as a low loss on `prod`, whose plateau is at 0.1."""
MAX_LOG_FACTOR = 9.0
"""The logarithm of a factor that is infinite, because one of two runs never reaches its target."""


class Evaluation(NamedTuple):
    """A verdict and the figures that it rests on, as a phrase."""

    verdict: str
    figures: str


@dataclass(frozen=True)
class Claim:
    """A sentence about a study, with the comparison that would show it."""

    sentence: str
    study: str
    evaluate: Callable[[StudyRuns], Evaluation]


class Comparison(NamedTuple):
    """Whether the first of two is smaller, and the median factor by which the second is larger."""

    verdict: str
    factor: float


def _compare(
    first: "pd.Series[float]", second: "pd.Series[float]", least: float = 1.0
) -> Comparison:
    """Compare values within seeds; the first has to be smaller by a factor of at least `least`."""
    paired = pd.concat([first, second], axis=1).dropna().to_numpy()
    if not len(paired):
        return Comparison(INCONCLUSIVE, math.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        differences = np.log10(paired[:, 1]) - np.log10(paired[:, 0])
    differences = np.nan_to_num(differences, nan=0.0, posinf=MAX_LOG_FACTOR, neginf=-MAX_LOG_FACTOR)
    factor = 10 ** float(np.median(differences))
    if wilcoxon_p_value(differences) >= LEVEL:
        return Comparison(INCONCLUSIVE, factor)
    return Comparison(HOLDS if factor > 1 and factor >= least else REJECTED, factor)


def _combine(verdicts: Iterable[str]) -> str:
    """Holds if all verdicts do, does not hold if one does not."""
    distinct = set(verdicts)
    if REJECTED in distinct:
        return REJECTED
    return INCONCLUSIVE if INCONCLUSIVE in distinct else HOLDS


def _small_layers_get_stuck(runs: StudyRuns) -> Evaluation:
    verdicts, figures = [], []
    for activation in ("sigmoid", "tanh", "relu"):
        small, large = (runs.by_seed(LOSS, activation, units) for units in ("[2]", "[16]"))
        verdicts.append(_compare(large, small, LARGE_FACTOR).verdict)
        figures.append(
            f"{activation}: {small.median():.2g} with 2 units, {large.median():.2g} with 16"
        )
    return Evaluation(_combine(verdicts), "final loss, " + "; ".join(figures))


def _relu_is_fastest(runs: StudyRuns) -> Evaluation:
    epochs = {
        activation: runs.by_seed(EPOCHS, activation, "[16]")
        for activation in ("relu", "tanh", "sigmoid")
    }
    verdict = _combine(
        _compare(epochs["relu"], epochs[other]).verdict for other in ("tanh", "sigmoid")
    )
    figures = ", ".join(
        f"{activation} {_format_epoch(values)}" for activation, values in epochs.items()
    )
    return Evaluation(verdict, f"epochs to {runs.target:.2g} with 16 units, {figures}")


def _adam_and_rmsprop_are_robust(runs: StudyRuns) -> Evaluation:
    medians = {name: runs.by_seed(LOSS, name).median() for name in ("adam", "rmsprop")}
    is_robust = all(
        losses.max() < LOW_LOSS and losses.max() / losses.min() < LARGE_FACTOR
        for losses in medians.values()
    )
    figures = "; ".join(f"{name} {_format_losses(losses)}" for name, losses in medians.items())
    return Evaluation(HOLDS if is_robust else REJECTED, f"median loss by learning rate, {figures}")


def _adagrad_needs_a_proper_rate(runs: StudyRuns) -> Evaluation:
    medians = runs.by_seed(LOSS, "adagrad").median()
    plateau = 0.5 * runs.by_seed(LOSS, "sgd").median().max()
    reaches_low_loss = medians.min() < plateau / LARGE_FACTOR
    depends_on_rate = medians.max() / medians.min() > LARGE_FACTOR
    return Evaluation(
        HOLDS if reaches_low_loss and depends_on_rate else REJECTED,
        f"median loss by learning rate, adagrad {_format_losses(medians)}",
    )


def _sgd_stays_behind(runs: StudyRuns) -> Evaluation:
    adam = runs.by_seed(LOSS, "adam", "0.01")
    comparisons = {
        rate: _compare(adam, runs.by_seed(LOSS, "sgd", rate), LARGE_FACTOR)
        for rate in ("0.001", "0.01")
    }
    figures = ", ".join(
        f"sgd at {rate} {comparison.factor:.0f} times" for rate, comparison in comparisons.items()
    )
    return Evaluation(
        _combine(comparison.verdict for comparison in comparisons.values()),
        f"loss over Adam's at 0.01, {figures}",
    )


def _sgd_comes_close(runs: StudyRuns) -> Evaluation:
    factor = _compare(runs.by_seed(LOSS, "adam", "0.01"), runs.by_seed(LOSS, "sgd", "0.05")).factor
    adam, sgd = runs.by_seed(EPOCHS, "adam", "0.01"), runs.by_seed(EPOCHS, "sgd", "0.05")
    is_close = HOLDS if factor < LARGE_FACTOR else REJECTED
    is_slower = _compare(adam, sgd).verdict
    return Evaluation(
        _combine([is_close, is_slower]),
        f"loss {factor:.2g} times Adam's at 0.01; epochs to {runs.target:.2g}: "
        f"sgd {_format_epoch(sgd)}, adam {_format_epoch(adam)}",
    )


CLAIMS = (
    Claim("Small layers get stuck", "activation_size", _small_layers_get_stuck),
    Claim("relu gets there faster than tanh and sigmoid", "activation_size", _relu_is_fastest),
    Claim(
        "Adam and RMSprop reach a low loss with little influence of the learning rate",
        "optimizer_learning_rate",
        _adam_and_rmsprop_are_robust,
    ),
    Claim(
        "Adagrad does so only with a proper learning rate",
        "optimizer_learning_rate",
        _adagrad_needs_a_proper_rate,
    ),
    Claim(
        "SGD stays behind with learning rates up to 0.01",
        "sgd_adam_learning_rate",
        _sgd_stays_behind,
    ),
    Claim(
        "SGD comes close to Adam at 0.05, and is still slower",
        "sgd_adam_learning_rate",
        _sgd_comes_close,
    ),
)


def evaluate_claims(studies: Mapping[str, StudyRuns]) -> pd.DataFrame:
    """Evaluate each claim on the runs of its study.

    Args:
        studies: the studies with finished runs, by name.

    Returns:
        One row for each claim: `sentence`, `verdict`, `figures` and `seeds`.
    """
    rows = []
    for claim in CLAIMS:
        runs = studies.get(claim.study)
        verdict, figures = _evaluate(claim, runs)
        rows.append(
            {
                "sentence": claim.sentence,
                "verdict": verdict,
                "figures": figures,
                "seeds": runs.n_seeds if runs else 0,
            }
        )
    return pd.DataFrame(rows)


def _evaluate(claim: Claim, runs: StudyRuns | None) -> Evaluation:
    if runs is None:
        return Evaluation(INCONCLUSIVE, f"study {claim.study}: it has no finished runs")
    if len(runs.data_labels) > 1:
        data = "; ".join(runs.data_labels)
        reason = f"its losses are on different data ({data}) and are not compared"
        return Evaluation(INCONCLUSIVE, f"study {claim.study}: {reason}")
    try:
        return claim.evaluate(runs)
    except ValueError as error:
        return Evaluation(INCONCLUSIVE, f"study {claim.study}: {error}")


def _format_epoch(epochs: "pd.Series[float]") -> str:
    median = epochs.median()
    return "never" if math.isinf(median) else f"{median:.0f}"


def _format_losses(medians: "pd.Series[float]") -> str:
    return ", ".join(f"{loss:.2g} at {rate}" for rate, loss in medians.items())
