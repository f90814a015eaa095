import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.judgement import make_judgement, permute_features, score
from fcnn.data import load_data

N = 200


@pytest.fixture
def judge(config, tmp_path):
    """`judge(frame, weights, ...)`: a network of these weights on the test rows of a table."""

    def make(frame, weights, *overrides):
        frame.to_csv(tmp_path / "t.csv", index=False)
        run = config(
            "dataset=table",
            f"dataset.path={tmp_path / 't.csv'}",
            "dataset.target=y",
            "dataset.scaling=none",
            *overrides,
        )
        data = load_data(run)
        arrays = {f"weights_{index}": np.float32(values) for index, values in enumerate(weights)}
        arrays |= {
            "x_test": data.x_test,
            "test_true": data.y_test,
            "constant": data.y.mean(axis=0, dtype=np.float64),
        }
        return make_judgement(arrays, data.schema, "relu"), frame.iloc[data.test_rows], data

    return make


def make_frame(**columns):
    rng = np.random.default_rng(0)
    x = rng.random((N, 2)).round(3) + 1
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "city": rng.choice(["Ulm", "Bonn"], N)})
    return frame.assign(y=10 * x[:, 0] + (frame["city"] == "Ulm"), **columns)


# One relu unit that gives 10 a + [city=Ulm]: inputs are a, b, city=Bonn, city=Ulm.
EXACT = [[[10.0], [0.0], [0.0], [1.0]], [0.0], [[1.0]], [0.0]]


def test_values_are_scored_in_the_targets_unit_beside_the_mean_of_the_training_rows(judge):
    off = [*EXACT[:3], [3.0]]  # always 3 too much
    judgement, rows, data = judge(make_frame(), off)
    scores = score(judgement).set_index("measure")
    assert list(scores.index) == ["RMSE [y]", "MAE [y]", "R2"]
    assert scores["network"]["RMSE [y]"] == pytest.approx(3, rel=1e-4)
    assert scores["network"]["MAE [y]"] == pytest.approx(3, rel=1e-4)
    mean = float(data.y.mean())
    assert scores["baseline"]["MAE [y]"] == pytest.approx(np.abs(rows["y"] - mean).mean(), rel=1e-4)
    assert scores["network"]["R2"] == pytest.approx(1 - 9 / rows["y"].var(ddof=0), rel=1e-3)
    assert scores["baseline"]["R2"] <= 0


def test_classes_are_scored_beside_the_shares_of_the_training_rows(judge):
    frame = make_frame()
    frame["y"] = np.where(frame["a"] > 1.4, "high", "low")
    # The probability of "low", the second class, is sigmoid(50 (1.4 - a)).
    weights = [[[1.0], [0.0], [0.0], [0.0]], [0.0], [[-50.0]], [70.0]]
    judgement, rows, _ = judge(frame, weights, "dataset.task=classification")
    scores = score(judgement).set_index("measure")
    assert list(scores.index) == ["accuracy", "balanced accuracy", "log loss", "ROC AUC"]
    assert scores["network"][["accuracy", "balanced accuracy", "ROC AUC"]].tolist() == [1, 1, 1]
    share = (rows["y"] == "high").mean()
    assert scores["baseline"]["accuracy"] == pytest.approx(max(share, 1 - share))
    assert scores["baseline"][["balanced accuracy", "ROC AUC"]].tolist() == [0.5, 0.5]
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    assert scores["baseline"]["log loss"] == pytest.approx(entropy, rel=0.05)


def test_probabilities_of_several_classes_sum_to_one_as_scikit_learn_wants_them(judge):
    frame = make_frame()
    frame["y"] = pd.cut(frame["a"], 3, labels=["low", "middle", "high"]).astype(str)
    weights = [[[1.0], [0.0], [0.0], [0.0]], [0.0], [[0.1, 0.7, -0.3]], [0.3, 0.0, 0.9]]
    judgement, _, _ = judge(frame, weights, "dataset.task=classification")
    assert judgement.predicted.sum(axis=1) == pytest.approx(1, abs=1e-15)
    # Both would warn, which fails a test.
    score(judgement)
    permute_features(judgement)


def test_columns_that_matter_come_first_words_as_one_and_others_at_zero(judge):
    judgement, _, _ = judge(make_frame(), EXACT)
    importances = permute_features(judgement)
    assert list(importances["feature"]) == ["a", "city", "b"]
    a, city, b = importances["increase"]
    # Independent values differ by the square root of twice their variance.
    assert a == pytest.approx(10 * np.sqrt(2 / 12), rel=0.2)
    assert city == pytest.approx(np.sqrt(2 * 0.25), rel=0.2)
    assert b == 0


def test_without_a_test_sample_there_is_no_judgement(config, tmp_path):
    make_frame().to_csv(tmp_path / "t.csv", index=False)
    run = config(
        "dataset=table",
        f"dataset.path={tmp_path / 't.csv'}",
        "dataset.target=y",
        "dataset.test_share=0.0",
    )
    assert make_judgement({}, load_data(run).schema, "relu") is None


def test_error_of_several_targets_is_in_deviations_of_each(judge):
    frame = make_frame()
    frame["y"], frame["z"] = frame["a"], 1000 * frame["a"]
    # Both outputs are the scaled `a`, as a difference of two relu units.
    weights = [[[1.0, -1.0], *[[0.0, 0.0]] * 3], [0.0, 0.0], [[1.0, 1.0], [-1.0, -1.0]], [0.0, 0.0]]
    overrides = ["dataset.target=[y,z]", "dataset.scaling=standard"]
    judgement, _, _ = judge(frame, weights, *overrides)
    increases = permute_features(judgement).set_index("feature")["increase"]
    assert increases["a"] == pytest.approx(np.sqrt(2), rel=0.2)
    assert increases["b"] == increases["city"] == 0


def test_several_classes_are_scored_by_the_most_likely(judge):
    frame = make_frame()
    is_below = [frame["a"] < bound for bound in (1.2995, 1.5995)]
    frame["y"] = np.select(is_below, ["low", "middle"], "high")
    # Outputs of high, low and middle, which is 0; the largest is of the right class.
    weights = [[[1.0], [0.0], [0.0], [0.0]], [0.0], [[100.0, -100.0, 0.0]], [-159.95, 129.95, 0.0]]
    judgement, rows, _ = judge(frame, weights, "dataset.task=classification")
    scores = score(judgement).set_index("measure")
    assert list(scores.index) == ["accuracy", "balanced accuracy", "log loss"]
    assert scores["network"][["accuracy", "balanced accuracy"]].tolist() == [1, 1]
    # The constant prediction is the class that most training rows have.
    shares = rows["y"].value_counts(normalize=True)
    assert scores["baseline"]["accuracy"] in shares.tolist()
