"""What a headline rests on: how many seeds and data, and which losses are cut."""

from fcnn.analysis.data_rule import are_on_tables, are_sampled
from fcnn.analysis.paired import LEVEL, MIN_SEEDS
from fcnn.analysis.selection import Selection
from fcnn.config.data_seed import FOLLOWS_SEED
from fcnn.quantities import count


def describe_cut(selection: Selection) -> list[str]:
    """Say how many losses are higher than what is compared."""
    shown, is_loss = selection.shown, selection.measure.is_logarithmic
    n_cut = int(shown["cut" if is_loss else "diverged"].sum())
    if not n_cut:
        return []
    runs = f"{n_cut} of {len(shown)} runs"
    if not is_loss:
        return [f"{runs} diverged; they count as the lowest accuracy on the same data."]
    is_class = shown["settled_accuracy"].notna()
    limit = "the loss of the constant prediction"
    if is_class.all():
        limit = f"ten times {limit}"
    elif is_class.any():
        limit += " (for classes ten times it)"
    return [
        f"{runs} diverged or ended above {limit}; they count as that, so their losses are higher "
        "than is said here."
    ]


def describe_seeds(selection: Selection) -> list[str]:
    """Say what is missing for a test, and how often the seeds were looked at."""
    n_seeds = len(selection.seeds)
    if n_seeds < MIN_SEEDS:
        seeds = count(n_seeds, "seed", ("is", "are"))
        return [
            f"{seeds} too few for any test, which takes {MIN_SEEDS}; ten are usual "
            "('training.seed=range(10)')."
        ]
    if selection.n_looks > 1:
        return [
            f"Seeds came in {selection.n_looks} sweeps, each of which could be looked at, so the "
            f"level is {LEVEL} divided by {selection.n_looks}."
        ]
    return []


def describe_data(selection: Selection) -> str:
    """Say on how many data samples all this rests."""
    is_sampled = are_sampled(selection.shown)
    if not is_sampled.any():
        return "All rows train in every run, so this is about fitting these rows only."
    has_several = len(selection.data_labels) > 1
    if are_on_tables(selection.shown).all():
        return _describe_splits(selection, "each table" if has_several else "the table")
    if selection.data_rule != FOLLOWS_SEED or len(selection.seeds) == 1:
        if has_several:
            return "All runs share one sample of each data set, so this holds for these only."
        return "All runs share one data sample, so this holds for that sample only."
    samples = "samples of each data set" if has_several else "data samples"
    if not is_sampled.all():
        samples += " that is not trained on whole"
    return f"This rests on {len(selection.seeds)} {samples}, one for each seed."


def _describe_splits(selection: Selection, table: str) -> str:
    """Say on how many splits of tables all this rests, and what they cannot tell."""
    if selection.data_rule != FOLLOWS_SEED or len(selection.seeds) == 1:
        return f"All runs share one split of {table}, so this holds for that split only."
    return (
        f"This rests on {len(selection.seeds)} splits of {table}, one for each seed. They share "
        "rows, so intervals are about other splits of these rows, not about new rows."
    )
