"""The sentences of the blog post that this began with, checked against the runs of its studies.

Each check compares final validation losses, or epochs to a loss, within seeds (see `fcnn.analysis.statistics`), and answers
`holds`, `does not hold` or `cannot be told` (always where a cell that it is about has fewer than six seeds), with its figures.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from fcnn.analysis.ranking import default_targets, first_epochs
from fcnn.analysis.selection import Selection, select
from fcnn.analysis.statistics import LEVEL, seeds_needed, wilcoxon
from fcnn.params import SEED_KEY, hyperparameter_label
from fcnn.tracking.reader import Reader

HOLDS, REJECTED, INCONCLUSIVE = "holds", "does not hold", "cannot be told"
LARGE = 10.0
"""From which factor on a difference between losses counts as large."""
GOOD = 1e-3
"""What counts as a low loss on `prod`, whose plateau is at 0.1."""
LOSS, EPOCHS = "final_val_loss", "epochs"
AXES = {"activation_size": ["model.activation", "model.hidden_units"]}
OTHERS = ["optimizer.name", "optimizer.learning_rate"]


class Runs:
    """One study's finished runs: final losses, and epochs to the target (infinite where it is not reached), by seed and cell."""

    def __init__(self, name: str, selection: Selection, curves: pd.DataFrame) -> None:
        targets = default_targets(selection, curves)
        runs = selection.runs.join(
            first_epochs(curves, targets).rename(EPOCHS), on="run_id"
        ).fillna({EPOCHS: math.inf})
        self.runs, self.axes, self.target = runs, AXES.get(name, OTHERS), float(targets.max())
        self.seeds, self.data = len(selection.seeds), selection.data

    def of(self, column: str, *cell: str) -> Any:
        """One cell's values by seed, or with its first value alone those of all cells that have it, a column each.

        Raises:
            ValueError: there are no such runs, several of a seed, or too few seeds for any test.
        """
        given, others = self.axes[: len(cell)], self.axes[len(cell) :]
        mine = self.runs[(self.runs[given] == list(cell)).all(axis="columns")]
        if mine.empty:
            raise ValueError(f"no runs of a seed with {', '.join(cell)}")
        if mine.duplicated([SEED_KEY, *others]).any():
            raise ValueError(
                f"several runs of a seed with the same {' and '.join(map(hyperparameter_label, self.axes))}"
            )
        fewest, needed = mine.groupby(self.axes)[SEED_KEY].nunique().min(), seeds_needed(1)
        if fewest < needed:
            raise ValueError(
                f"{', '.join(cell)}: a cell has {fewest} seeds, {needed} are the least that can tell"
            )
        return mine.set_index([SEED_KEY, *others])[column].unstack(others)


def _less(
    first: "pd.Series[float]", second: "pd.Series[float]", least: float = 1.0
) -> tuple[str, float]:
    """Whether the first is smaller within seeds by a factor of `least`, and the median factor by which the second is larger."""
    both = pd.concat([first, second], axis=1).dropna().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        differences = np.nan_to_num(
            np.log10(both[:, 1]) - np.log10(both[:, 0]), nan=0.0, posinf=9.0, neginf=-9.0
        )
    factor = 10 ** float(np.median(differences)) if len(both) else math.nan
    if not len(both) or wilcoxon(differences) >= LEVEL:
        return INCONCLUSIVE, factor
    return (HOLDS if factor > 1 and factor >= least else REJECTED), factor


def _all(found: Iterable[str]) -> str:
    """Holds if all do; fails if one fails."""
    verdicts = set(found)
    return REJECTED if REJECTED in verdicts else INCONCLUSIVE if INCONCLUSIVE in verdicts else HOLDS


def _small_layers(runs: Runs) -> tuple[str, str]:
    losses = {
        one: [runs.of(LOSS, one, units) for units in ("[2]", "[16]")]
        for one in ("sigmoid", "tanh", "relu")
    }
    words = [
        f"{one}: {small.median():.2g} with 2 units, {large.median():.2g} with 16"
        for one, (small, large) in losses.items()
    ]
    return _all(
        _less(large, small, LARGE)[0] for small, large in losses.values()
    ), "final loss, " + "; ".join(words)


def _relu(runs: Runs) -> tuple[str, str]:
    epochs = {one: runs.of(EPOCHS, one, "[16]") for one in ("relu", "tanh", "sigmoid")}
    words = ", ".join(f"{one} {_epoch(values)}" for one, values in epochs.items())
    return _all(
        _less(epochs["relu"], epochs[one])[0] for one in ("tanh", "sigmoid")
    ), f"epochs to {runs.target:.2g} with 16 units, {words}"


def _robust(runs: Runs) -> tuple[str, str]:
    medians = {one: runs.of(LOSS, one).median() for one in ("adam", "rmsprop")}
    good = all(one.max() < GOOD and one.max() / one.min() < LARGE for one in medians.values())
    words = "; ".join(f"{key} {_rates(one)}" for key, one in medians.items())
    return HOLDS if good else REJECTED, f"median loss by learning rate, {words}"


def _adagrad(runs: Runs) -> tuple[str, str]:
    medians, plateau = runs.of(LOSS, "adagrad").median(), 0.5 * runs.of(LOSS, "sgd").median().max()
    good = medians.min() < plateau / LARGE and medians.max() / medians.min() > LARGE
    return HOLDS if good else REJECTED, f"median loss by learning rate, adagrad {_rates(medians)}"


def _sgd_behind(runs: Runs) -> tuple[str, str]:
    found = {
        rate: _less(runs.of(LOSS, "adam", "0.01"), runs.of(LOSS, "sgd", rate), LARGE)
        for rate in ("0.001", "0.01")
    }
    words = ", ".join(f"sgd at {rate} {factor:.0f} times" for rate, (_, factor) in found.items())
    return _all(verdict for verdict, _ in found.values()), f"loss over Adam's at 0.01, {words}"


def _sgd_close(runs: Runs) -> tuple[str, str]:
    factor = _less(runs.of(LOSS, "adam", "0.01"), runs.of(LOSS, "sgd", "0.05"))[1]
    adam, sgd = runs.of(EPOCHS, "adam", "0.01"), runs.of(EPOCHS, "sgd", "0.05")
    words = f"loss {factor:.2g} times Adam's at 0.01; epochs to {runs.target:.2g}: sgd {_epoch(sgd)}, adam {_epoch(adam)}"
    return _all([HOLDS if factor < LARGE else REJECTED, _less(adam, sgd)[0]]), words


Check = Callable[[Runs], tuple[str, str]]
SENTENCES: list[tuple[str, str, Check]] = [
    ("Small layers get stuck", "activation_size", _small_layers),
    ("relu gets there faster than tanh and sigmoid", "activation_size", _relu),
    (
        "Adam and RMSprop reach a low loss with little influence of the learning rate",
        "optimizer_learning_rate",
        _robust,
    ),
    ("Adagrad does so only with a proper learning rate", "optimizer_learning_rate", _adagrad),
    ("SGD stays behind with learning rates up to 0.01", "sgd_adam_learning_rate", _sgd_behind),
    ("SGD comes close to Adam at 0.05, and is still slower", "sgd_adam_learning_rate", _sgd_close),
]


def claims(uri: str) -> pd.DataFrame:
    """Judges by the finished runs in the store at `uri`; see `judged`."""
    reader, studies = Reader(uri), dict[str, Runs]()
    for name in dict.fromkeys(name for _, name, _ in SENTENCES):
        plan = reader.plan(name)
        runs = reader.runs(name, plan)
        if not runs.empty and (runs["status"] == "FINISHED").any():
            selection = select(runs, plan)
            studies[name] = Runs(
                name, selection, reader.curves(list(selection.runs["run_id"]), ["val_loss"])
            )
    return evaluate_claims(studies)


def evaluate_claims(studies: Mapping[str, Runs]) -> pd.DataFrame:
    """One row a sentence: `sentence`, `verdict`, `figures` and `seeds`."""
    rows = []
    for sentence, name, check in SENTENCES:
        verdict, figures, seeds = INCONCLUSIVE, f"study {name}: it has no finished runs", 0
        if name in studies:
            seeds, data = studies[name].seeds, studies[name].data
            try:
                if len(data) > 1:
                    raise ValueError(
                        f"its losses are on different data ({'; '.join(data)}) and are not compared"
                    )
                verdict, figures = check(studies[name])
            except ValueError as error:
                figures = f"study {name}: {error}"
        rows.append({"sentence": sentence, "verdict": verdict, "figures": figures, "seeds": seeds})
    return pd.DataFrame(rows)


def _epoch(epochs: "pd.Series[float]") -> str:
    median = epochs.median()
    return "never" if math.isinf(median) else f"{median:.0f}"


def _rates(medians: "pd.Series[float]") -> str:
    return ", ".join(f"{loss:.2g} at {rate}" for rate, loss in medians.items())
