"""Which hyperparameters are factors, and that all tables keep to the same data."""

import numpy as np
import pytest
from known_effects import CSV, PLAN, falling_curves, plan_with_axes, same_target
from scipy import stats

from fcnn.analysis.comparisons import compare_values
from fcnn.analysis.design import build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.analysis.ranking import rank_cells
from fcnn.analysis.selection import select


def rank(selection, target):
    return rank_cells(selection, falling_curves(selection), same_target(selection, target))


@pytest.mark.parametrize(
    "variations", [[["training.seed=0"]], [["training.seed=0"], ["training.seed=1"]]]
)
def test_study_without_axes_or_with_one_run_has_tables_too(runs_of, variations):
    selection = select(runs_of(variations), None)
    design = build_design(selection)
    assert len(rank(selection, 1.0)) == 1
    assert compare_values(design).empty
    assert estimate_importance(design).shares.empty


def test_axes_that_go_together_are_one_factor(runs_of):
    runs = runs_of(
        [
            [f"optimizer={name}", f"optimizer.learning_rate={rate}", f"training.seed={seed}"]
            for name, rate in (("sgd", 0.5), ("adam", 0.25))
            for seed in range(8)
        ]
    )
    losses = runs["optimizer.name"].map({"sgd": 1.0, "adam": 0.001})
    runs["final_val_loss"] = losses * (1 + 0.01 * runs["training.seed"].astype(int))
    plan = plan_with_axes("optimizer.name", "optimizer.learning_rate")
    design = build_design(select(runs, plan))
    first = estimate_importance(design).shares.iloc[0]
    assert first["source"].startswith("optimizer, learning rate")
    assert first["share"] > 0.99
    (row,) = compare_values(design).to_dict("records")
    assert row["factor"] == pytest.approx(1000)
    assert row["seeds"] == 8


@pytest.mark.parametrize("first", ["optimizer.name", "optimizer.learning_rate"])
def test_optimizers_are_compared_with_the_settings_that_each_brings(runs_of, first):
    runs = runs_of(
        [
            [f"optimizer={name}", f"model.activation={activation}", f"training.seed={seed}"]
            for name in ("sgd", "adam", "adamw", "lion")
            for activation in ("tanh", "relu")
            for seed in range(4)
        ]
    )
    selection = select(runs, plan_with_axes(first))
    assert set(selection.axes) == {"optimizer.name", "optimizer.learning_rate", "model.activation"}
    assert not any("weight decay" in label for label in selection.cells["label"])
    design = build_design(selection)
    assert len(design.factors) == 2
    assert design.is_full
    table = compare_values(design)
    assert (table["axis"] != "activation").sum() == 6  # every pair of four optimizers


@pytest.mark.parametrize(
    "data",
    [
        (["dataset=prod"], ["dataset=xor"]),
        (["dataset.noise=0.1"], ["dataset.noise=0.2"]),
        (["training.validation_points=100"], ["training.validation_points=500"]),
        ([*CSV], [*CSV, "dataset.target=z"]),
        ([*CSV], [*CSV, "dataset.task=classification"]),
        ([*CSV, "dataset.digest=a1"], [*CSV, "dataset.path=b.csv", "dataset.digest=b2"]),
        ([*CSV], [*CSV, "dataset.validation_share=0.5"]),
        (["dataset=sklearn", "dataset.table=iris"], ["dataset=sklearn", "dataset.table=wine"]),
    ],
)
def test_every_table_keeps_to_losses_on_the_same_data(runs_of, data):
    runs = runs_of(
        [
            [*overrides, f"model.activation={name}", f"training.seed={seed}"]
            for overrides in data
            for name in ("tanh", "relu")
            for seed in range(8)
        ]
    ).iloc[::-1]
    # On the first data losses are 1000 times larger; relu is twice as good on either.
    factors = np.repeat([1000.0, 500.0, 1.0, 0.5], 8)
    runs["final_val_loss"] = factors * np.tile(np.linspace(1, 1.1, 8), 4)
    selection = select(runs, PLAN)
    first, second = selection.data_labels
    ranking = rank(selection, 1.0)
    assert list(ranking["data"]) == [first, first, second, second]
    assert list(ranking["rank"]) == [1, 2, 1, 2]
    mean = stats.gmean(np.linspace(1, 1.1, 8))
    assert list(ranking["settled loss"]) == pytest.approx(np.array([500, 1000, 0.5, 1]) * mean)
    design = build_design(selection)
    comparisons = compare_values(design)
    assert list(comparisons["axis"]) == ["activation"]
    assert comparisons["factor"].tolist() == pytest.approx([2])
    shares = estimate_importance(design).shares
    assert shares["source"].iloc[0] == "activation"
    assert not {"dataset", "noise", "data seed", "target", "task"} & set(shares["source"])


@pytest.mark.parametrize(
    ("variations", "label"),
    [
        ((["dataset.n_points=100"], ["dataset.n_points=1000"]), "n points"),
        (([*CSV, "dataset.features=[a]"], [*CSV, "dataset.features=[a,b]"]), "features"),
    ],
)
def test_what_the_network_learns_from_is_a_hyperparameter(runs_of, variations, label):
    runs = runs_of(
        [[*overrides, f"training.seed={seed}"] for overrides in variations for seed in range(8)]
    )
    runs["final_val_loss"] = np.repeat([0.1, 1.0], 8) * np.tile(np.linspace(1, 1.1, 8), 2)
    selection = select(runs, PLAN)
    assert "data" not in rank(selection, 1.0)
    design = build_design(selection)
    assert list(compare_values(design)["axis"]) == [label]
    assert estimate_importance(design).shares.set_index("source")["share"][label] > 0.9


def test_axis_that_differs_between_data_only_is_no_factor(runs_of):
    runs = runs_of(
        [
            [f"dataset={data}", f"dataset.n_points={n_points}", f"model.activation={name}", seed]
            for data, n_points in (("prod", 100), ("xor", 200))
            for name in ("tanh", "relu")
            for seed in ("training.seed=0", "training.seed=1")
        ]
    )
    shares = estimate_importance(build_design(select(runs, PLAN))).shares
    assert "n points" not in set(shares["source"])


def test_data_with_cells_of_their_own_do_not_pass_for_a_full_grid(runs_of):
    cells = [
        ("prod", "tanh", 4, 1.0),
        ("prod", "relu", 8, 0.1),
        ("xor", "tanh", 8, 1.0),
        ("xor", "relu", 4, 0.1),
    ]
    runs = runs_of(
        [
            [f"dataset={data}", f"model.activation={name}", f"model.hidden_units=[{units}]", seed]
            for data, name, units, _ in cells
            for seed in ("training.seed=0", "training.seed=1")
        ]
    ).iloc[::-1]
    runs["final_val_loss"] = np.repeat([loss for *_, loss in cells], 2) * np.tile([1, 1.1], 4)
    shares = estimate_importance(build_design(select(runs, PLAN))).shares
    # Either data have two cells, which differ in both axes, so that no interaction is visible.
    assert list(shares["source"]) == ["activation, hidden units", "seed"]
