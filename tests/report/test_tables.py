import numpy as np
import pandas as pd

from fcnn.analysis.selection import select
from fcnn.report.tables import make_tables
from fcnn.tracking.plan import Plan

PLAN = Plan("parent", ["model.activation"], {}, set())


def straight_curves(runs, last):
    """Curves of twenty epochs from a validation loss of 1 to `last`."""
    losses = np.linspace(1, last, 20)
    return pd.concat(
        pd.DataFrame({"run_id": run_id, "epoch": np.arange(1, 21), "val_loss": losses})
        for run_id in runs["run_id"]
    )


def tanh_and_relu(n_seeds):
    return [
        [f"model.activation={name}", f"training.seed={seed}"]
        for name in ("tanh", "relu")
        for seed in range(n_seeds)
    ]


def tables_of(runs, last, plan=PLAN):
    curves = straight_curves(runs, last)
    return make_tables(select(runs, plan, curves), curves, None)


def test_headline_says_first_that_no_run_has_learned(runs_of):
    runs = runs_of(tanh_and_relu(3)).assign(constant_loss=1.0)
    assert tables_of(runs, 0.9)[1].startswith("No run gets halfway from the loss of the constant ")
    assert tables_of(runs, 0.1)[1].startswith("Both cells have the same validation loss, 0.1")


def test_runs_outside_any_sweep_are_ranked_and_nothing_is_concluded_from_them(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    tables, conclusion = make_tables(select(runs, None), straight_curves(runs, 0.1), None)
    assert (list(tables), conclusion) == (["ranking"], "")


def test_page_has_words_where_csv_files_have_numbers(runs_of):
    runs = runs_of(tanh_and_relu(3)).assign(**{"training.epochs": "20"})
    curves = straight_curves(runs, 0.1)
    tables, _ = make_tables(select(runs, PLAN, curves), curves, 0.001)
    ranking, differences = tables["ranking"], tables["differences"]
    assert set(ranking.rows["epochs to target"]) == {"> 20"}
    assert np.isinf(ranking.csv_rows["epochs to target"]).all()
    assert {"low", "high"} <= set(ranking.csv_rows)
    assert "interval" in ranking.rows
    assert differences.rows["verdict"].tolist() == ["identical in every seed"]
    assert list(differences.csv_rows)[:4] == ["hyperparameter", "first", "second", "factor"]


def test_notes_say_where_the_constant_predictions_loss_comes_from(runs_of):
    runs = runs_of(tanh_and_relu(2))
    assert "without a record" not in tables_of(runs, 0.1)[0]["ranking"].note
    older = runs.assign(constant_loss=np.nan)
    assert "4 runs are without a record" in tables_of(older, 0.1)[0]["ranking"].note


def test_single_runs_are_ranked_and_no_pairs_of_them_are_shown(runs_of):
    rates = [0.001 * number for number in range(1, 8)]
    runs = runs_of([[f"optimizer.learning_rate={rate}"] for rate in rates])
    tables, headline = tables_of(runs, 0.1)
    assert list(tables) == ["ranking"]
    assert "1 seed is too few for any test" in headline


def test_small_search_is_ranked_and_the_headline_says_what_importance_takes(runs_of):
    runs = runs_of(
        [
            [f"optimizer.learning_rate={rate}", f"training.seed={seed}"]
            for rate in (0.001, 0.002, 0.003)
            for seed in range(8)
        ]
    )
    search = Plan("parent", [], {}, set(), set(runs["fingerprint"]), search_sweeps={"parent"})
    tables, conclusion = make_tables(select(runs, search), straight_curves(runs, 0.1), None)
    assert list(tables) == ["ranking"]
    assert "Pairs of values are not compared: a search" in conclusion
    assert "3 trials of a search are too few" in conclusion


def test_grid_beside_a_search_is_judged_without_it(runs_of):
    grid = runs_of(tanh_and_relu(6)).assign(sweep="grid")
    search = runs_of(
        [[f"optimizer.learning_rate=0.{number}"] for number in range(1, 6)], start="2026-02-02"
    ).assign(sweep="search")
    of_grid, of_search = set(grid["fingerprint"]), set(search["fingerprint"])
    plan = Plan("search", [], {}, set(), of_grid | of_search, {"search"}, of_grid)
    both = pd.concat([search, grid], ignore_index=True)
    tables, conclusion = make_tables(select(both, plan), straight_curves(both, 0.1), None)
    alone, conclusion_alone = make_tables(select(grid, PLAN), straight_curves(grid, 0.1), None)
    assert len(tables["ranking"].rows) == 7
    for name in ("differences", "importance"):
        pd.testing.assert_frame_equal(tables[name].rows, alone[name].rows)
    of_values = "There is an effect of activation: "
    assert of_values in conclusion
    assert of_values in conclusion_alone
    assert "about the grid's 12 runs without the search's 5" in conclusion


def test_search_has_importance_of_its_own_beside_its_ranking(runs_of):
    rates = [0.001 * number for number in range(1, 31)]
    runs = runs_of(
        [
            [f"optimizer.learning_rate={rate:.3f}", f"model.activation={name}"]
            for rate, name in zip(rates, ("tanh", "relu") * 15, strict=True)
        ]
    ).iloc[::-1]
    runs["final_val_loss"] = [10 ** (-100 * rate) for rate in rates]
    search = Plan("parent", [], {}, set(), set(runs["fingerprint"]), search_sweeps={"parent"})
    tables, headline = make_tables(select(runs, search), straight_curves(runs, 0.1), None)
    assert list(tables) == ["ranking", "search_importance"]
    importance = tables["search_importance"]
    assert importance.heading == "Importance in this search"
    assert importance.rows["source"].iloc[0] == "learning rate"
    assert "From 30 trials" in importance.note
    assert "Importance is not shown" not in headline
