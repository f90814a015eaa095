"""The page as a browser reads it: one file, no network, no text of a user as markup."""

import hashlib
import html.parser
import io
import json
import re
from dataclasses import replace
from importlib.resources import files

import pandas as pd
import pytest
from matplotlib.figure import Figure
from words import rendered

from fcnn.analysis.failures import Failure
from fcnn.analysis.selection import select
from fcnn.analysis.spread import spread_curves
from fcnn.plots.drawing import CURVES, Drawing, Picture
from fcnn.plots.interactive_overlay import plot_interactive_overlay
from fcnn.plots.plotly_library import to_html
from fcnn.plots.report_data import ReportData
from fcnn.report.page import Page
from fcnn.report.tables import Table
from fcnn.tracking.plan import Plan

PLAN = Plan("parent", ["model.activation", "model.hidden_units"], {}, set())
NASTY = "<script>alert(1)</script> | *b*"


class PageParser(html.parser.HTMLParser):
    """Every start tag with its attributes, and the text outside of scripts and styles."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.open_tag = [], "", None

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open_tag = tag

    def handle_endtag(self, tag):
        self.open_tag = None

    def handle_data(self, data):
        if self.open_tag not in ("script", "style"):
            self.text += data


@pytest.fixture
def overlay():
    figure, file = Figure(), io.BytesIO()
    figure.savefig(file)
    files = {"png": file.getvalue()}
    return Picture("overlay", "what it shows", order=CURVES, figure=figure, files=files)


@pytest.fixture
def page(overlay, runs_of, curves_of, grid):
    selection = select(runs_of(grid), PLAN)
    run_ids = selection.finished["run_id"]
    curves = curves_of({run_id: 1.0 + number for number, run_id in enumerate(run_ids)})
    rows = pd.DataFrame(
        {
            "cell": ["tanh", NASTY],
            "median loss": [0.00123456, float("inf")],
            "epochs": [float("nan"), 7],
        }
    )
    selection = replace(selection, differs_from_latest_sweep=["epochs"])
    cells = spread_curves(selection, curves)
    return Page(
        data=ReportData("demo", selection, curves, cells, run=None, description=NASTY),
        failures=[Failure("tanh, seed 3", "0123abcd", NASTY)],
        drawing=Drawing(
            pictures=[overlay],
            interactive={"overlay": to_html(plot_interactive_overlay(cells, selection), "overlay")},
            errors=["figure points could not be drawn: ValueError: <b>"],
            missing_characters=set(),
        ),
        tables=[Table("Ranking", "how to read it", rows)],
        conclusion="What matters most is the activation.",
    )


@pytest.fixture
def written(page, monkeypatch):
    monkeypatch.setattr("sys.argv", ["/somewhere/scripts/report.py", "study=demo"])
    index, markdown = (text.decode() for text in page.encode().values())
    tags = PageParser()
    tags.feed(index)
    return index, tags, markdown


def test_page_is_one_file_that_fetches_nothing(written):
    text, tags, _ = written
    assert len(text) < 2e6
    for tag, attributes in tags.tags:
        for markup in (attributes.get("src"), attributes.get("href")):
            assert markup is None or markup.startswith("data:"), tag
    metas = [attributes.get("content", "") for tag, attributes in tags.tags if tag == "meta"]
    (policy,) = [content for content in metas if "default-src" in content]
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_pictures_have_alternative_texts(written):
    images = [attributes for tag, attributes in written[1].tags if tag == "img"]
    assert [image["alt"] for image in images] == ["what it shows"]
    assert images[0]["src"].startswith("data:image/png;base64,")


def test_no_text_of_a_user_becomes_markup(written):
    text, tags, markdown = written
    assert "<script>alert" not in text
    assert NASTY in tags.text
    assert NASTY in rendered(markdown).text
    assert not {"script", "em"} & set(rendered(markdown).tags)


def test_page_says_how_many_runs_there_are_and_why_some_failed(written):
    counts = (
        "18 of 18 runs finished; 3 seeds, each on a data sample of its own. Sweeps that differ in "
        "epochs are shown together; "
    )
    assert counts in written[1].text
    assert "tanh, seed 3 (0123abcd): " in written[1].text
    assert "What failed" in written[2]


def test_tables_have_headings_and_round_to_three_digits(written):
    _, tags, markdown = written
    assert [attributes.get("scope") for tag, attributes in tags.tags if tag == "th"] == ["col"] * 3
    for value in ("0.00123", "∞", "–"):
        assert value in tags.text
    (first,) = [line for line in markdown.splitlines() if line.startswith("| tanh")]
    assert [cell.strip() for cell in first.split("|")[1:-1]] == ["tanh", "0.00123", "–"]


def test_page_and_markdown_begin_with_the_conclusion(written):
    page, _, markdown = written
    for text in (page, markdown):
        assert "What matters most is the activation." in text.partition("Ranking")[0]


def test_page_names_the_command_and_the_versions_that_made_it(written):
    for text in (written[1].text, written[2]):
        assert "matplotlib 3" in text
        assert "python scripts/report.py study=demo" in text


def parse_plot(text):
    """Return data and layout of the interactive plot from its script."""
    call = text[re.search(r"Plotly\.newPlot\(\s*\"overlay\",\s*", text).end() :]
    data, end = json.JSONDecoder().raw_decode(call)
    layout, _ = json.JSONDecoder().raw_decode(call[end:].lstrip(", \n"))
    return data, layout


def test_interactive_plot_has_line_band_and_extremes_of_each_cell_under_one_name(written):
    data, _ = parse_plot(written[0])
    lines = [trace for trace in data if trace.get("showlegend") is not False]
    assert [line["name"] for line in lines] == [
        f"{act}, 2-{units}-1" for act in ("sigmoid", "tanh", "relu") for units in (4, 16)
    ]
    assert len(data) == 18
    for line in lines:
        # A click on the legend hides all three.
        assert [trace["legendgroup"] for trace in data].count(line["legendgroup"]) == 3
        assert "%{fullData.name}" in line["hovertemplate"]


def test_interactive_lines_are_medians_over_seeds(page, runs_of, grid):
    data, _ = parse_plot(page.drawing.interactive["overlay"])
    labels = page.data.selection.finished["label"]
    for trace in data[0::3]:
        losses = [1.0 + number for number, label in enumerate(labels) if label == trace["name"]]
        median = sorted(losses)[1]
        assert trace["y"] == pytest.approx([median / epoch for epoch in range(1, 11)], rel=1e-3)


def test_menus_choose_metric_and_scale(written):
    data, layout = parse_plot(written[0])
    metrics, scales = layout["updatemenus"]
    assert [button["label"] for button in metrics["buttons"]] == ["loss", "validation loss"]
    assert [button["args"][0]["yaxis.type"] for button in scales["buttons"]] == ["log", "linear"]
    values = metrics["buttons"][1]["args"][0]["y"]
    assert len(values) == len(data)
    assert values[0] == pytest.approx([2 * value for value in data[0]["y"]], rel=1e-3)


def test_page_says_that_losses_on_different_data_are_not_compared(page, runs_of):
    assert "Losses on different data" not in page.counts
    several = select(runs_of([["dataset.noise=0.1"], ["dataset.noise=0.2"]]), None)
    warning = "Losses on different data are not compared: there are 2 sets of data, which differ in"
    assert f"{warning} noise" in replace(page, data=replace(page.data, selection=several)).counts


def test_page_goes_from_the_answer_to_the_details(written):
    parts = ["What matters most", "Curves", "Ranking", "How it was made"]
    places = [written[1].text.index(part) for part in parts]
    assert places == sorted(places)


def test_library_of_the_plot_is_the_one_that_was_vendored():
    folder = files("fcnn.plots") / "plotly_basic"
    checksum = hashlib.sha256((folder / "plotly-basic.min.js").read_bytes()).hexdigest()
    assert f"`{checksum}`" in (folder / "README.md").read_text()
    assert (folder / "LICENSE").read_text().startswith("MIT License")
