"""How often a report's comparisons err, and what they find, in resamples of real curves.

    python scripts/train.py study=activation_size 'training.seed=range(40)'
    python scripts/train.py study=optimizer_learning_rate 'training.seed=range(40)'
    python scripts/simulate.py

A replicate draws whole seeds with replacement, and is judged as a report judges. What 40 seeds show
counts as the truth. The table goes to `docs/statistics.md`.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from fcnn.analysis.best import compare_with_rest
from fcnn.analysis.design import Design, build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.analysis.paired import LEVEL, PRECISION
from fcnn.config.locations import default_uri, project_dir
from fcnn.params import SEED_KEY
from fcnn.report.reading import read_report_data
from fcnn.tracking.reader import Reader

STUDIES = ("activation_size", "optimizer_learning_rate")
N_SEEDS = (5, 10, 20)
PAGE = project_dir() / "docs" / "statistics.md"
MARKED = re.compile(r"(?<=<!-- simulated -->\n).*(?=<!-- end -->)", re.DOTALL)

Row = dict[str, str]
Scores = NDArray[np.float64]


def reject(differences: Scores, level: float = LEVEL) -> NDArray[np.bool_]:
    """Tell which pairs are beyond chance: paired t tests with Holm's correction.

    This is what `fcnn.analysis.comparisons.compare_pairs` finds, for many replicates at once.

    Args:
        differences: of log10 losses, shape (n_replicates, n_seeds, n_pairs).
        level: the significance level of the pairs of a replicate together.

    Returns:
        Shape (n_replicates, n_pairs).
    """
    is_identical = np.ptp(differences, axis=1) <= PRECISION
    # Equal differences have no spread, for which SciPy warns.
    probed = differences + np.where(is_identical, np.nan, 0.0)[:, np.newaxis]
    p_values = np.nan_to_num(stats.ttest_1samp(probed, 0.0, axis=1).pvalue, nan=1.0)
    order = np.argsort(p_values, axis=1)
    n_pairs = p_values.shape[1]
    passes = np.take_along_axis(p_values, order, axis=1) < level / np.arange(n_pairs, 0, -1)
    rejected = np.zeros(p_values.shape, dtype=np.bool_)
    np.put_along_axis(rejected, order, np.logical_and.accumulate(passes, axis=1), axis=1)
    return rejected


def subtract_pairs(scores: Scores) -> Scores:
    """Return the differences of all pairs of columns, shape (..., n_seeds, n_pairs)."""
    first, second = np.triu_indices(scores.shape[-1], k=1)
    return np.asarray(scores[..., first] - scores[..., second])


def draw(scores: Scores, n_seeds: int, n_replicates: int, rng: np.random.Generator) -> Scores:
    """Draw whole seeds with replacement, shape (n_replicates, n_seeds, ...)."""
    return np.asarray(scores[rng.integers(len(scores), size=(n_replicates, n_seeds))])


def simulate_nulls(
    scores: Scores, name: str, n_replicates: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Yield how often a difference is found where a hyperparameter makes none.

    Args:
        scores: log10 settled losses, shape (n_seeds, n_settings, n_values), where a setting is a
            combination of the other hyperparameters.
        name: of the hyperparameter.
        n_replicates: how many to draw.
        rng: what to draw with.
    """
    equal_means = scores - scores.mean(axis=0)
    sharp, weak = {}, {}
    for n in N_SEEDS:
        shuffled = rng.permuted(draw(scores, n, n_replicates, rng), axis=3)
        sharp[n] = _rate_any(shuffled.mean(axis=2))
        weak[n] = _rate_any(draw(equal_means, n, n_replicates, rng).mean(axis=2))
    yield _row("finds a difference where values are equal (sharp null)", name, sharp)
    yield _row("finds a difference where only means are equal (weak null)", name, weak)


def measure_power(scores: Scores, n_replicates: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return how often each pair of values is found; see `simulate_nulls`.

    Returns:
        A row for each pair: `log_factor`, which all seeds together show, and a column for each
        number of seeds.
    """
    averages = scores.mean(axis=1)
    rates = {
        n: reject(subtract_pairs(draw(averages, n, n_replicates, rng))).mean(axis=0)
        for n in N_SEEDS
    }
    log_factors = np.abs(subtract_pairs(averages).mean(axis=0))
    return pd.DataFrame({"log_factor": log_factors} | rates)


def summarise_power(power: pd.DataFrame, name: str) -> Iterator[Row]:
    """Yield how often pairs are found that differ by a factor of 2, and of 10, or more."""
    for least in (2, 10):
        pairs = power[power["log_factor"] >= np.log10(least)]
        if len(pairs):
            what = f"{name}, {len(pairs)} of {len(power)} pairs"
            rates = {n: float(pairs[n].mean()) for n in N_SEEDS}
            yield _row(f"finds a factor of {least} or more", what, rates)


def _rate_any(samples: Scores) -> float:
    return float(reject(subtract_pairs(samples)).any(axis=1).mean())


def simulate_best(
    scores: Scores, name: str, n_replicates: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Yield the rows of the cells that could be the best.

    Args:
        scores: log10 settled losses, shape (n_seeds, n_cells).
        name: of the study.
        n_replicates: how many to draw.
        rng: what to draw with.
    """
    best = int(scores.mean(axis=0).argmin())
    what = f"{name}, {scores.shape[1]} cells"
    answers, equal_answers = {}, {}
    for n in N_SEEDS:
        samples = draw(scores, n, n_replicates, rng)
        answers[n] = _judge_cells(samples)
        equal_answers[n] = _judge_cells(rng.permuted(samples, axis=2))
    counts = {n: float(answer.sum(axis=1).mean()) for n, answer in answers.items()}
    yield _row("says that so many cells could be the best", what, counts, "{:.1f}")
    lost = {n: float(1 - answer[:, best].mean()) for n, answer in answers.items()}
    yield _row("drops the best cell", what, lost)
    wrong = {n: float((~answer).any(axis=1).mean()) for n, answer in equal_answers.items()}
    yield _row("drops a cell where all are equal", what, wrong)


def _judge_cells(samples: Scores) -> NDArray[np.bool_]:
    answers = [compare_with_rest(pd.DataFrame(sample), LEVEL) for sample in samples]
    return np.array(answers, dtype=bool)


def simulate_importance(
    design: Design, name: str, n_replicates: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Yield how often the interval of each share of the variance contains it."""
    truth = estimate_importance(design).shares.set_index("source")["share"].drop("seed")
    covered = {
        n: [
            _contains(estimate_importance(_resample(design, n, rng)).shares, truth)
            for _ in range(n_replicates)
        ]
        for n in N_SEEDS
    }
    for source in truth.index:
        rates = {n: float(pd.DataFrame(rows)[source].mean()) for n, rows in covered.items()}
        yield _row("has the importance in its interval", f"{name}: {source}", rates)


def _resample(design: Design, n_seeds: int, rng: np.random.Generator) -> Design:
    """Draw whole seeds of a design; a seed that is drawn twice is two seeds."""
    by_seed = [runs for _, runs in design.runs.groupby(SEED_KEY)]
    drawn = rng.integers(len(by_seed), size=n_seeds)
    runs = [by_seed[seed].assign(**{SEED_KEY: str(place)}) for place, seed in enumerate(drawn)]
    return replace(design, runs=pd.concat(runs, ignore_index=True))


def _contains(shares: pd.DataFrame, truth: "pd.Series[float]") -> "pd.Series[bool]":
    rows = shares.set_index("source").loc[truth.index]
    return (rows["low"] <= truth) & (truth <= rows["high"])


def _row(question: str, what: str, values: dict[int, float], form: str = "{:.3f}") -> Row:
    cells = {f"{n} seeds": form.format(value) for n, value in values.items()}
    return {"A report": question, "Of": what} | cells


def simulate_study(
    design: Design, study: str, n_replicates: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Yield all rows of a study but those of power."""
    for factor, label in design.factors.items():
        yield from simulate_nulls(arrange_scores(design, factor), label, n_replicates, rng)
    cells = design.runs.pivot_table(index=SEED_KEY, columns="cell", values="settled").to_numpy()
    yield from simulate_best(cells, study, n_replicates // 10, rng)
    yield from simulate_importance(design, study, n_replicates // 40, rng)


def arrange_scores(design: Design, factor: str) -> Scores:
    """Return the scores of a full grid, shape (n_seeds, n_settings, n_values)."""
    others = [name for name in design.factors if name != factor]
    table = design.runs.pivot_table(
        index=[SEED_KEY, *others], columns=factor, values="settled", observed=True
    )
    n_seeds = design.runs[SEED_KEY].nunique()
    if table.isna().any(axis=None) or len(table) % n_seeds:
        raise SystemExit("a seed lacks a cell: train the study to its end first")
    return table.to_numpy().reshape(n_seeds, -1, table.shape[1])


def simulate(uri: str, n_replicates: int) -> Iterator[Row]:
    """Yield all rows of the table."""
    powers = []
    for study in STUDIES:
        rng = np.random.default_rng(0)
        design = build_design(read_report_data(Reader(uri), study).selection)
        for factor, label in design.factors.items():
            powers.append(measure_power(arrange_scores(design, factor), n_replicates, rng))
            yield from summarise_power(powers[-1], label)
        yield from simulate_study(design, study, n_replicates, rng)
    yield from summarise_power(pd.concat(powers), "all four hyperparameters")


def main() -> None:
    """Simulate both studies and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=4000)
    parser.add_argument("--uri", default=default_uri())
    arguments = parser.parse_args()
    rows = []
    for row in simulate(arguments.uri, arguments.replicates):
        print(*row.values(), sep=" | ", flush=True)
        rows.append(row)
    table = pd.DataFrame(rows).sort_values("A report", kind="stable").astype(str)
    lines = [table.columns, ["---"] * len(table.columns), *table.to_numpy()]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    PAGE.write_text(MARKED.sub(lambda _: text, PAGE.read_text()))


if __name__ == "__main__":
    main()
