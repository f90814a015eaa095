"""The finished runs of a study, as claims look at them."""

import math
from typing import Any

import pandas as pd

from fcnn.analysis.ranking import default_targets, epochs_to_target
from fcnn.analysis.selection import Selection
from fcnn.analysis.significance import seeds_needed
from fcnn.params import SEED_KEY, hyperparameter_label

LOSS, EPOCHS = "final_val_loss", "epochs"
CELL_KEYS = {"activation_size": ["model.activation", "model.hidden_units"]}
DEFAULT_CELL_KEYS = ["optimizer.name", "optimizer.learning_rate"]


class StudyRuns:
    """The finished runs of one study, with the epochs that each needs to reach the target.

    Args:
        study: the study's name.
        selection: its runs.
        curves: their curves, with the columns `run_id`, `epoch` and `val_loss`.
    """

    def __init__(self, study: str, selection: Selection, curves: pd.DataFrame) -> None:
        targets = default_targets(selection)
        epochs = epochs_to_target(curves, targets).rename(EPOCHS)
        runs = selection.finished.join(epochs, on="run_id")
        self.runs = runs.fillna({EPOCHS: math.inf})
        self.cell_keys = CELL_KEYS.get(study, DEFAULT_CELL_KEYS)
        self.target = float(targets.max())
        self.n_seeds = len(selection.seeds)
        self.data_labels = selection.data_labels

    def by_seed(self, column: str, *cell: str) -> Any:
        """Return a column of the runs of one cell, by seed.

        Args:
            column: `final_val_loss` or `epochs`, which is infinite if the target is never reached.
            cell: values of the cell keys. With the first value alone the result is a frame with a
                column for each cell that has it.

        Raises:
            ValueError: there are no such runs, several of a seed, or too few seeds for any test.
        """
        keys, other_keys = self.cell_keys[: len(cell)], self.cell_keys[len(cell) :]
        is_in_cell = (self.runs[keys] == list(cell)).all(axis="columns")
        runs = self.runs[is_in_cell]
        if runs.empty:
            raise ValueError(f"no runs of a seed with {', '.join(cell)}")
        if runs.duplicated([SEED_KEY, *other_keys]).any():
            labels = " and ".join(map(hyperparameter_label, self.cell_keys))
            raise ValueError(f"several runs of a seed with the same {labels}")
        fewest = runs.groupby(self.cell_keys)[SEED_KEY].nunique().min()
        needed = seeds_needed(1)
        if fewest < needed:
            raise ValueError(
                f"{', '.join(cell)}: a cell has {fewest} seeds, {needed} are the least that can "
                "tell"
            )
        return runs.set_index([SEED_KEY, *other_keys])[column].unstack(other_keys)
