"""A report of which something cannot be drawn: said in one line, the rest is there."""

import re

import mlflow
import pytest
from running import run_script
from words import PageText, rendered

from fcnn.errors import FcnnError
from fcnn.plots import figures
from fcnn.report.build import build

# pyarrow's own, when it takes a frame with times.
pytestmark = pytest.mark.filterwarnings("ignore:Series.values returning:DeprecationWarning")
GRID = ["-m", "study.name=mine", "training.epochs=2", "model.activation=tanh,relu"]


@pytest.fixture(scope="module")
def swept(tmp_path_factory, empty_store):
    """Folder and store of a study of two runs with a report."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "mlflow.db").write_bytes(empty_store.read_bytes())
    uri = f"sqlite:///{folder}/mlflow.db"
    for script, arguments in (("train", GRID), ("report", ["study=mine"])):
        assert run_script(script, *arguments, cwd=folder, uri=uri).returncode == 0
    return folder, uri


def breaks(monkeypatch, *names):
    """Makes these figures fail as a bug in them would."""

    def draw(*arguments):
        raise ValueError("Contour levels\nmust be <increasing>")

    for name in names:
        monkeypatch.setattr(f"fcnn.plots.figures.{name}.draw", draw)


@pytest.mark.undrawn
@pytest.mark.parametrize("name", ["surface", "heatmap", "overlay"])
def test_figure_that_fails_is_named_and_the_others_are_there(swept, monkeypatch, caplog, name):
    folder, uri = swept
    build(uri, "mine", folder / "reports" / "mine")
    breaks(monkeypatch, name)
    files = build(uri, "mine", folder / "reports" / "mine")
    line = f"figure {name} could not be drawn: ValueError: Contour levels must be <increasing>"
    assert line in caplog.messages
    draw_all = {path.stem for path in files if path.suffix == ".png"}
    assert draw_all == {"surface", "heatmap", "overlay", "points"} - {name}
    # Pictures of the report before are gone.
    kept = {path.stem for path in (folder / "reports" / "mine").glob("*.png")}
    assert kept == draw_all
    assert ("overlay.svg" in [path.name for path in files]) == (name != "overlay")
    assert (folder / "reports" / "mine" / "overlay.svg").exists() == (name != "overlay")
    page = PageText((folder / "reports" / "mine" / "index.html").read_text())
    assert line in page.text
    assert page.tags.count("img") == 3
    markdown = (folder / "reports" / "mine" / "report.md").read_text()
    assert line in rendered(markdown).text
    assert f"({name}.png)" not in markdown


@pytest.mark.undrawn
def test_interactive_plot_that_fails_is_named_and_the_figures_stand_for_it(
    swept, monkeypatch, caplog
):
    def fail(*arguments):
        raise KeyError("run_id")

    monkeypatch.setattr("fcnn.report.build.interactive", fail)
    build(swept[1], "mine", swept[0] / "without")
    line = "the interactive plot could not be drawn: KeyError: 'run_id'"
    assert line in caplog.messages
    text = (swept[0] / "without" / "index.html").read_text()
    assert line in PageText(text).text
    assert '<figure class="paper">' not in text
    assert "Plotly" not in text.replace("plotly", "")


@pytest.mark.undrawn
def test_report_without_any_figure_has_its_tables_and_fails(swept, monkeypatch):
    breaks(monkeypatch, *figures.NAMES)
    monkeypatch.setattr("fcnn.report.build.interactive", lambda *_: 1 / 0)
    with pytest.raises(FcnnError, match=r"study=mine: no figure could be drawn; tables are in"):
        build(swept[1], "mine", swept[0] / "none")
    assert {"index.html", "report.md", "ranking.csv"} <= {
        path.name for path in (swept[0] / "none").iterdir()
    }


def test_command_says_in_one_line_what_it_could_not_draw_and_succeeds(swept, tmp_path):
    folder, uri = swept
    mlflow.set_tracking_uri(uri)
    files = list((folder / "mlruns").rglob("network.npz"))
    assert len(files) == 2
    read_once = [file.read_bytes() for file in files]
    try:
        for file in files:
            file.unlink()
        report = run_script("report", "study=mine", cwd=tmp_path, uri=uri, undrawn=True)
    finally:
        for file, content in zip(files, read_once, strict=True):
            file.write_bytes(content)
    assert report.returncode == 0
    (line,) = report.stderr.splitlines()
    assert re.fullmatch(
        r"figure surface could not be drawn: .*network\.npz of run \w+ is not where .*", line
    )
    assert not (tmp_path / "reports" / "mine" / "surface.png").exists()
    assert (tmp_path / "reports" / "mine" / "overlay.png").exists()
