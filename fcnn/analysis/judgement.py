"""How good a network is on the test rows of its table, in the target's own units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.config.fields import Activation
from fcnn.data.table_schema import TableSchema
from fcnn.network import collect_weights
from fcnn.prediction import TablePredictor
from fcnn.targets import Task

N_REPEATS = 10
"""How often each feature is permuted."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """A network on rows that it was neither trained nor chosen on.

    Attributes:
        predictor: The network.
        inputs: Encoded test rows in their own units, (n, n_inputs).
        true: Targets in their own units (n, n_targets), or numbers of classes (n,).
        constant: What a constant prediction says: means of the training rows in the targets' units
            (n_targets,), or shares of the classes among them (n_classes,).
    """

    predictor: TablePredictor
    inputs: NDArray[np.float64]
    true: NDArray[Any]
    constant: NDArray[np.float64]

    @property
    def schema(self) -> TableSchema:
        """What the columns mean."""
        return self.predictor.schema

    @property
    def is_regression(self) -> bool:
        """Whether the targets are numbers."""
        return self.predictor.task is Task.REGRESSION

    @cached_property
    def predicted(self) -> NDArray[np.float64]:
        """Values in the targets' units, or probabilities of the classes."""
        return self.predictor.compute_outputs(self.inputs)

    @cached_property
    def importances(self) -> pd.DataFrame:
        """How much each feature matters, as `permute_features` returns it."""
        return permute_features(self)


def make_judgement(
    arrays: Mapping[str, NDArray[Any]], schema: TableSchema, activation: Activation
) -> Judgement | None:
    """Make the judgement of a run from what it keeps; None without a test sample.

    Args:
        arrays: Has the weights, `x_test`, `test_true` and `constant`.
        schema: What the columns of its table mean.
        activation: Activation of the hidden layers.
    """
    if "x_test" not in arrays or "constant" not in arrays:
        return None
    predictor = TablePredictor(schema, collect_weights(arrays), activation)
    inputs = arrays["x_test"] * schema.x_scale.deviation + schema.x_scale.mean
    true, constant = arrays["test_true"].astype(np.float64), arrays["constant"]
    match predictor.task:
        case Task.REGRESSION:
            return Judgement(predictor, inputs, schema.restore(true), schema.restore(constant))
        case Task.BINARY:
            shares = np.array([1 - constant[0], constant[0]], dtype=np.float64)
            return Judgement(predictor, inputs, (true[:, 0] > 0.5).astype(np.int64), shares)
        case Task.MULTICLASS:
            shares = constant.astype(np.float64)
            return Judgement(predictor, inputs, true.argmax(axis=1), shares)


def score(judgement: Judgement) -> pd.DataFrame:
    """Compute scikit-learn's metrics of the network, beside those of a constant prediction.

    Returns:
        Columns `measure`, `network` and `baseline`, and `target` where there are several. The
        baseline is the mean of the training rows, or their most frequent class; its log loss and
        ROC AUC are those of their shares of classes.
    """
    if judgement.is_regression:
        parts = [
            _score_values(name, true, predicted, constant)
            for name, true, predicted, constant in zip(
                judgement.schema.targets,
                judgement.true.T,
                judgement.predicted.T,
                judgement.constant,
                strict=True,
            )
        ]
        scores = pd.concat(parts, ignore_index=True)
        return scores.drop(columns="target") if len(parts) == 1 else scores
    constant = np.tile(judgement.constant, (len(judgement.true), 1))
    return pd.DataFrame(
        {
            "measure": list(_class_measures(judgement)),
            "network": [
                compute(judgement.true, judgement.predicted)
                for compute in _class_measures(judgement).values()
            ],
            "baseline": [
                compute(judgement.true, constant) for compute in _class_measures(judgement).values()
            ],
        }
    )


def _score_values(
    name: str, true: NDArray[Any], predicted: NDArray[Any], constant: float
) -> pd.DataFrame:
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    baseline = np.full_like(true, constant)
    measures = {
        f"RMSE [{name}]": root_mean_squared_error,
        f"MAE [{name}]": mean_absolute_error,
        "R2": r2_score,
    }
    return pd.DataFrame(
        {
            "target": name,
            "measure": list(measures),
            "network": [float(compute(true, predicted)) for compute in measures.values()],
            "baseline": [float(compute(true, baseline)) for compute in measures.values()],
        }
    )


def _class_measures(
    judgement: Judgement,
) -> dict[str, Callable[[NDArray[Any], NDArray[np.float64]], float]]:
    """Measures of probabilities (n, n_classes) against class numbers (n,)."""
    from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss, roc_auc_score

    labels = range(len(judgement.schema.classes))
    measures: dict[str, Callable[[NDArray[Any], NDArray[np.float64]], float]] = {
        "accuracy": lambda true, shares: accuracy_score(true, shares.argmax(axis=1)),
        "balanced accuracy": lambda true, shares: balanced_accuracy_score(
            true, shares.argmax(axis=1)
        ),
        "log loss": lambda true, shares: log_loss(true, shares, labels=labels),
    }
    if len(labels) == 2 and len(np.unique(judgement.true)) == 2:
        measures["ROC AUC"] = lambda true, shares: roc_auc_score(true, shares[:, 1])
    return measures


def permute_features(judgement: Judgement) -> pd.DataFrame:
    """Compute how much worse the network gets when a feature's values are permuted.

    Breiman (2001), section 10, by `sklearn.inspection.permutation_importance`. All inputs of a
    feature are permuted together.

    Returns:
        Columns `feature`, `increase` of the root mean squared error in the target's unit (of
        several targets, in deviations of each) or of the log loss, and `deviation` over
        `N_REPEATS` permutations; the most important feature first.
    """
    from sklearn.inspection import permutation_importance

    encoder = judgement.schema.encoder
    places = encoder.input_places
    # Columns of row numbers, one for each feature: permuting one moves all inputs of a feature.
    numbers = np.repeat(np.arange(len(judgement.inputs))[:, np.newaxis], len(places), axis=1)

    def compute_score(_: object, rows: NDArray[np.int64], true: NDArray[Any]) -> float:
        inputs = judgement.inputs.copy()
        for feature, columns in enumerate(places.values()):
            inputs[:, columns] = judgement.inputs[rows[:, [feature]], columns]
        return -_loss(judgement, judgement.predictor.compute_outputs(inputs), true)

    result = permutation_importance(
        _Fitted(),
        numbers,
        judgement.true,
        scoring=compute_score,
        n_repeats=N_REPEATS,
        random_state=0,
    )
    frame = pd.DataFrame(
        {
            "feature": list(places),
            "increase": result.importances_mean,
            "deviation": result.importances_std,
        }
    )
    return frame.sort_values("increase", ascending=False, kind="stable", ignore_index=True)


class _Fitted:
    """Stands for an estimator: the score itself knows the network."""

    def fit(self) -> None:
        """Do nothing: it is fitted."""


def _loss(judgement: Judgement, predicted: NDArray[np.float64], true: NDArray[Any]) -> float:
    from sklearn.metrics import log_loss

    if not judgement.is_regression:
        return float(log_loss(true, predicted, labels=range(len(judgement.schema.classes))))
    errors = predicted - true
    if errors.shape[1] > 1 and judgement.schema.y_scale is not None:
        errors /= judgement.schema.y_scale.deviation
    return float(np.sqrt(np.mean(errors**2)))
