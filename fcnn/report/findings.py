"""The sentences of the blog post that this began with, checked against the runs of its studies.

Each check compares final validation losses, or epochs to a loss, within seeds (see `fcnn.report.statistics`), and answers
`holds`, `does not hold` or `cannot be told` (always with fewer than six seeds), with the figures that it answers from.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fcnn.report.selection import Selection, select
from fcnn.report.statistics import LEVEL, default_target, first_epochs, seeds_needed, wilcoxon
from fcnn.tracking.reader import Reader

HOLDS, HOLDS_NOT, UNTOLD = "holds", "does not hold", "cannot be told"
LARGE = 10.0
"""From which factor on a difference between losses counts as large."""
GOOD = 1e-3
"""What counts as a low loss on `prod`, whose plateau is at 0.1."""


@dataclass(frozen=True)
class Runs:
    """One study's finished runs: final losses and epochs to the target, by seed and cell."""

    selection: Selection
    curves: pd.DataFrame

    def losses(self, **values: str) -> "pd.Series[float]":
        """Final validation loss by seed of the one cell with these values (`optimizer__name="sgd"`)."""
        return self._one(values).set_index("training.seed")["final_val_loss"].sort_index()

    def epochs(self, **values: str) -> "pd.Series[float]":
        """Epoch of the first validation loss below the study's target by seed; infinite where there is none."""
        reached = first_epochs(self.curves, default_target(self.selection)).rename("reached")
        runs = self._one(values).join(reached, on="run_id").set_index("training.seed")
        return runs["reached"].fillna(math.inf).sort_index()

    def _one(self, values: dict[str, str]) -> pd.DataFrame:
        runs = self.selection.runs
        for key, value in values.items():
            runs = runs[runs[key.replace("__", ".")] == value]
        if runs.empty or runs["training.seed"].duplicated().any():
            raise ValueError(f"{'no' if runs.empty else 'several'} runs of a seed with {', '.join(values.values())}")
        return runs


def _less(first: "pd.Series[float]", second: "pd.Series[float]") -> tuple[str, float]:
    """Whether the first is smaller within seeds, and the median factor by which the second is larger."""
    both = pd.concat([first, second], axis=1, join="inner").to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        differences = np.nan_to_num(np.log10(both[:, 1]) - np.log10(both[:, 0]), nan=0.0, posinf=9.0, neginf=-9.0)
    factor = 10 ** float(np.median(differences)) if len(both) else math.nan
    if not len(both) or wilcoxon(differences) >= LEVEL:
        return UNTOLD, factor
    return (HOLDS if factor > 1 else HOLDS_NOT), factor


def _all(verdicts: list[str]) -> str:
    """Holds if all do; fails if one fails."""
    return HOLDS_NOT if HOLDS_NOT in verdicts else UNTOLD if UNTOLD in verdicts else HOLDS


def _small_layers(runs: Runs) -> tuple[str, str]:
    verdicts, words = [], []
    for activation in ("sigmoid", "tanh", "relu"):
        small, large = (runs.losses(model__activation=activation, model__hidden_units=units) for units in ("[2]", "[16]"))
        verdict, factor = _less(large, small)
        verdicts.append(HOLDS_NOT if verdict == HOLDS and factor < LARGE else verdict)
        words.append(f"{activation}: {small.median():.2g} with 2 units, {large.median():.2g} with 16")
    return _all(verdicts), "final loss, " + "; ".join(words)


def _relu(runs: Runs) -> tuple[str, str]:
    epochs = {
        activation: runs.epochs(model__activation=activation, model__hidden_units="[16]") for activation in ("relu", "tanh", "sigmoid")
    }
    verdicts = [_less(epochs["relu"], epochs[other])[0] for other in ("tanh", "sigmoid")]
    target = default_target(runs.selection)
    return _all(verdicts), f"epochs to {target:.2g} with 16 units, " + ", ".join(f"{key} {_epoch(one)}" for key, one in epochs.items())


def _by_rate(runs: Runs, optimizer: str) -> "pd.Series[float]":
    mine = runs.selection.runs[runs.selection.runs["optimizer.name"] == optimizer]
    if mine.empty:
        raise ValueError(f"no runs with {optimizer}")
    return mine.groupby("optimizer.learning_rate")["final_val_loss"].median()


def _robust(runs: Runs) -> tuple[str, str]:
    medians = {optimizer: _by_rate(runs, optimizer) for optimizer in ("adam", "rmsprop")}
    good = all(len(one) and one.max() < GOOD and one.max() / one.min() < LARGE for one in medians.values())
    return HOLDS if good else HOLDS_NOT, "median loss by learning rate, " + "; ".join(
        f"{key} {_rates(one)}" for key, one in medians.items()
    )


def _adagrad(runs: Runs) -> tuple[str, str]:
    medians, plateau = _by_rate(runs, "adagrad"), 0.5 * _by_rate(runs, "sgd").max()
    best = medians.min()
    return (
        HOLDS if best < plateau / LARGE and medians.max() / best > LARGE else HOLDS_NOT,
        f"median loss by learning rate, adagrad {_rates(medians)}",
    )


def _sgd_behind(runs: Runs) -> tuple[str, str]:
    best = runs.losses(optimizer__name="adam", optimizer__learning_rate="0.01")
    found = {rate: _less(best, runs.losses(optimizer__name="sgd", optimizer__learning_rate=rate)) for rate in ("0.001", "0.01")}
    verdicts = [HOLDS_NOT if verdict == HOLDS and factor < LARGE else verdict for verdict, factor in found.values()]
    return _all(verdicts), "loss over Adam's at 0.01, " + ", ".join(
        f"sgd at {rate} {factor:.0f} times" for rate, (_, factor) in found.items()
    )


def _sgd_close(runs: Runs) -> tuple[str, str]:
    adam, sgd = ({"optimizer__name": name, "optimizer__learning_rate": rate} for name, rate in (("adam", "0.01"), ("sgd", "0.05")))
    factor = _less(runs.losses(**adam), runs.losses(**sgd))[1]
    verdict, _ = _less(runs.epochs(**adam), runs.epochs(**sgd))
    close = HOLDS if factor < LARGE else HOLDS_NOT
    words = f"loss {factor:.2g} times Adam's at 0.01; epochs to {default_target(runs.selection):.2g}: "
    return _all([close, verdict]), words + f"sgd {_epoch(runs.epochs(**sgd))}, adam {_epoch(runs.epochs(**adam))}"


Check = Callable[[Runs], tuple[str, str]]
SENTENCES: list[tuple[str, str, Check]] = [
    ("Small layers get stuck", "activation_size", _small_layers),
    ("relu gets there faster than tanh and sigmoid", "activation_size", _relu),
    ("Adam and RMSprop reach a low loss with little influence of the learning rate", "optimizer_learning_rate", _robust),
    ("Adagrad does so only with a proper learning rate", "optimizer_learning_rate", _adagrad),
    ("SGD stays behind with learning rates up to 0.01", "sgd_adam_learning_rate", _sgd_behind),
    ("SGD comes close to Adam at 0.05, and is still slower", "sgd_adam_learning_rate", _sgd_close),
]


def findings(uri: str) -> pd.DataFrame:
    """Judges by the finished runs in the store at `uri`; see `judged`."""
    reader, studies = Reader(uri), dict[str, Runs]()
    for study in dict.fromkeys(study for _, study, _ in SENTENCES):
        plan = reader.plan(study)
        runs = reader.runs(study, plan)
        if not runs.empty and (runs["status"] == "FINISHED").any():
            selection = select(runs, plan)
            studies[study] = Runs(selection, reader.curves(list(selection.runs["run_id"]), ["val_loss"]))
    return judged(studies)


def judged(studies: Mapping[str, Runs]) -> pd.DataFrame:
    """One row a sentence: `sentence`, `verdict`, `figures` and `seeds`."""
    rows = []
    for sentence, study, check in SENTENCES:
        verdict, figures, seeds = UNTOLD, f"study {study}: it has no finished runs", 0
        if study in studies:
            seeds = len(studies[study].selection.seeds)
            try:
                verdict, figures = check(studies[study])
            except ValueError as error:
                figures, seeds = f"study {study}: {error}", 0
        rows.append({"sentence": sentence, "verdict": verdict if seeds >= seeds_needed(1) else UNTOLD, "figures": figures, "seeds": seeds})
    return pd.DataFrame(rows)


def _epoch(epochs: "pd.Series[float]") -> str:
    median = epochs.median()
    return "never" if math.isinf(median) else f"{median:.0f}"


def _rates(medians: "pd.Series[float]") -> str:
    return ", ".join(f"{loss:.2g} at {rate}" for rate, loss in medians.items())
