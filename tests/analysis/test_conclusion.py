import pytest
from known_effects import PLAN, activation_size_grid, set_effects

from fcnn.analysis.comparisons import compare_values
from fcnn.analysis.conclusion import conclude
from fcnn.analysis.design import build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.analysis.selection import select


@pytest.fixture
def conclusion_of(runs_of):
    def conclusion(n_seeds, **effects):
        runs = set_effects(runs_of(activation_size_grid(n_seeds)), **effects)
        design = build_design(select(runs, PLAN))
        return conclude(design, estimate_importance(design).shares, compare_values(design))

    return conclusion


def test_conclusion_names_what_matters_most_and_how_many_seeds_would_tell(conclusion_of):
    three, nine, ten = (conclusion_of(n_seeds, noise=0.01) for n_seeds in (3, 9, 10))
    assert three.startswith("What matters most is activation: ")
    too_few = (
        "0 of 4 comparisons of single values are beyond chance with 3 seeds, too few for all of "
        "these, which takes at least 7"
    )
    for_cells = (
        "; telling every cell from the best takes at least 10 seeds ('training.seed=range(10)')."
    )
    of_four = " of 4 comparisons of single values are beyond chance with"
    assert three.endswith(too_few + for_cells)
    assert nine.endswith(f"{of_four} 9 seeds{for_cells}")
    assert ten.endswith(f"{of_four} 10 seeds.")


def test_conclusion_does_not_praise_a_hyperparameter_if_the_seed_matters_more(conclusion_of):
    conclusion = conclusion_of(9, seed_effect=2)
    assert conclusion.startswith(
        "No hyperparameter alone matters most: of the variance of the log loss "
    )
    assert " %: seed. " in conclusion
