"""The last lines of a command: what a study has shown, and where it is to be seen."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fcnn.analysis.comparisons import compare_values
from fcnn.analysis.design import build_design
from fcnn.analysis.numbers import format_intervals, format_numbers
from fcnn.analysis.ranking import default_targets, rank_cells
from fcnn.config.schema import Config
from fcnn.errors import ConfigError, StoreError
from fcnn.escaping import printable
from fcnn.printing import format_paragraph, format_table
from fcnn.report.claims_table import make_claims_table
from fcnn.report.headline import write_headline
from fcnn.report.reading import read_report_data
from fcnn.status import show_status
from fcnn.tracking.links import format_study_links
from fcnn.tracking.reader import Reader
from fcnn.tracking.redaction import redact

log = logging.getLogger("fcnn")

N_CELLS = 5
"""How many cells the leaderboard has."""


@dataclass(frozen=True)
class Summary:
    """What a study has shown.

    Attributes:
        ranking: its cells, the best first, of `rank_cells`.
        headline: the sentences at the top of its report; empty without a sweep.
        claims: what it was expected to show, with verdicts; None if it states nothing.
    """

    ranking: pd.DataFrame
    headline: str
    claims: pd.DataFrame | None = None


def log_closing_lines(config: Config) -> None:
    """Log what the study of this config has shown and where it is to be seen.

    Nothing is logged of a store that is away, and nothing but links where all runs diverged, which
    is said already. The networks are trained and recorded: whatever else goes wrong is one warning.
    """
    from fcnn.training.delivery import list_waiting  # reports do without all that records

    if list_waiting(config.tracking):
        return
    study = config.sweep_experiment
    # A store that is gone is not created here: networks wait for it.
    reader = Reader(config.tracking.uri, allow_unavailable=True)
    with suppress(StoreError):
        try:
            with show_status("comparing the runs"):
                lines = ["", *format_summary(read_summary(reader, study))]
        except StoreError:
            raise
        except ConfigError:
            lines = []
        except Exception as error:
            log.warning(f"study={study} is not summarised: {redact(printable(error))}")
            lines = []
        for line in [*lines, *format_links(reader, study)]:
            log.info(line)


def read_summary(reader: Reader, study: str) -> Summary:
    """Summarise a study as its report does, without drawing anything.

    Args:
        reader: the open store.
        study: the study's name.

    Raises:
        ConfigError: none of its runs has finished.
    """
    data = read_report_data(reader, study)
    selection = data.selection
    ranking = rank_cells(selection, data.curves, default_targets(selection))
    headline = ""
    if selection.latest_sweep:
        values = compare_values(build_design(selection.grid))
        headline = write_headline(selection, ranking, values)
    claims = make_claims_table(data, None)
    return Summary(ranking, headline, claims.rows if claims else None)


def format_summary(summary: Summary, *, with_figures: bool = False) -> list[str]:
    """Format what a study has shown: a leaderboard, the headline, and the claims' verdicts.

    Args:
        summary: what it has shown.
        with_figures: whether the figures that verdicts rest on are shown with them.
    """
    blocks = [_format_leaderboard(summary.ranking)]
    if summary.headline:
        blocks.append(format_paragraph(summary.headline))
    if summary.claims is not None:
        rows = list(_list_verdicts(summary.claims, with_figures))
        blocks.append(format_table(["claims", ""], rows, box=None))
    return [line for block in blocks for line in [*block, ""]]


def format_links(reader: Reader, study: str, files: Iterable[Path] = ()) -> list[str]:
    """Format links to a study's page and to its runs and charts in MLflow's UI.

    Args:
        reader: the open store.
        study: the study's name.
        files: what a report has written.

    Returns:
        Lines, none of which a terminal has to break for a link to open.
    """
    pages = [file.absolute().as_uri() for file in files if file.name == "index.html"]
    return [*pages, *format_study_links(reader.client, reader.uri, study)]


def _format_leaderboard(ranking: pd.DataFrame) -> list[str]:
    """The best cells; where losses are not comparable, the best on each set of data."""
    best = (ranking if "data" not in ranking else ranking[ranking["rank"] == 1]).head(N_CELLS)
    settled = next(name for name in map(str, ranking) if name.startswith("settled "))
    table = best.assign(interval=format_intervals(best["low"], best["high"]))
    table[settled] = format_numbers(best[settled])
    table["test loss"] = _format_test_losses(best)
    numbers = [settled, "interval", "test loss", "seeds"]
    columns = [*(["data"] if "data" in best else []), "cell", *numbers]
    return format_table(columns, table[columns].itertuples(index=False), numbers, box=None)


def _list_verdicts(claims: pd.DataFrame, with_figures: bool) -> Iterator[tuple[str, str]]:
    columns = ["sentence", "verdict", "figures", "seeds"]
    for sentence, verdict, figures, seeds in claims[columns].astype(str).to_numpy():
        yield verdict, sentence
        if with_figures and figures:
            yield "", f"{figures}; seeds: {seeds}"


def _format_test_losses(ranking: pd.DataFrame) -> list[str]:
    """The test loss of the best cell; those of the others would invite a choice."""
    return format_numbers(ranking.get("test loss", [float("nan")] * len(ranking)))
