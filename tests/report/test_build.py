"""A report of which something cannot be drawn says so in one line and has all the rest."""

import base64
import re

import mlflow
import numpy as np
import pandas as pd
import pytest
from running import run_script
from words import PageText, rendered

from fcnn.errors import FcnnError
from fcnn.plots.drawing import FIGURE_NAMES
from fcnn.report.build import build

# pyarrow's own, when it takes a frame with times.
pytestmark = pytest.mark.filterwarnings("ignore:Series.values returning:DeprecationWarning")
GRID = ["-m", "study.name=demo", "training.epochs=2", "model.activation=tanh,relu"]
FIGURES = {"effects", "surface", "heatmap", "overlay", "points"}


@pytest.fixture(scope="module")
def study(make_folder):
    """Folder and store of a study of two runs with a report."""
    folder = make_folder("drawn")
    uri = f"sqlite:///{folder}/mlflow.db"
    assert run_script("train", *GRID, cwd=folder, uri=uri).returncode == 0
    assert run_script("report", "study=demo", cwd=folder, uri=uri).returncode == 0
    return folder, uri


def break_figures(monkeypatch, *names):
    """Make these figures fail as a bug in them would."""

    def draw(*arguments):
        raise ValueError("Contour levels\nmust be <increasing>")

    for name in names:
        monkeypatch.setattr(f"fcnn.plots.figures.{name}.draw", draw)


@pytest.mark.undrawn
@pytest.mark.parametrize("name", ["surface", "heatmap", "overlay"])
def test_figure_that_fails_is_named_and_the_others_are_drawn(study, monkeypatch, caplog, name):
    folder, uri = study
    report = folder / "reports" / "demo"
    build(uri, "demo", report)
    break_figures(monkeypatch, name)
    files = build(uri, "demo", report).files
    line = f"figure {name} could not be drawn: ValueError: Contour levels must be <increasing>"
    assert line in caplog.messages
    assert {path.stem for path in files if path.suffix == ".png"} == FIGURES - {name}
    # Pictures of the previous report are gone.
    assert {path.stem for path in report.glob("*.png")} == FIGURES - {name}
    assert ("overlay.svg" in [path.name for path in files]) == (name != "overlay")
    assert (report / "overlay.svg").exists() == (name != "overlay")
    page = PageText((report / "index.html").read_text())
    assert line in page.text
    assert page.tags.count("img") == 4
    markdown = (report / "report.md").read_text()
    assert line in rendered(markdown).text
    assert f"({name}.png)" not in markdown


@pytest.mark.undrawn
def test_interactive_plot_that_fails_is_named_and_the_overlay_replaces_it(
    study, monkeypatch, caplog
):
    def fail(*arguments):
        raise KeyError("run_id")

    monkeypatch.setattr("fcnn.plots.figures.overlay.draw_interactive", fail)
    build(study[1], "demo", study[0] / "without")
    line = "interactive overlay could not be drawn: KeyError: 'run_id'"
    assert line in caplog.messages
    text = (study[0] / "without" / "index.html").read_text()
    assert line in PageText(text).text
    assert '<figure class="paper">' not in text
    assert "Plotly" not in text.replace("plotly", "")


@pytest.mark.undrawn
def test_report_without_any_figure_has_its_tables_and_fails(study, monkeypatch):
    break_figures(monkeypatch, *FIGURE_NAMES)
    monkeypatch.setattr("fcnn.plots.figures.overlay.draw_interactive", lambda *_: 1 / 0)
    with pytest.raises(FcnnError, match=r"study=demo: no figure could be drawn; tables are in"):
        build(study[1], "demo", study[0] / "none")
    assert {"index.html", "report.md", "ranking.csv"} <= {
        path.name for path in (study[0] / "none").iterdir()
    }


@pytest.mark.undrawn
def test_report_that_the_store_cannot_keep_is_written_all_the_same(study, monkeypatch, caplog):
    folder, uri = study
    break_figures(monkeypatch, *FIGURE_NAMES)
    (kept,) = folder.glob("mlruns/demo/*/artifacts/report")
    moved = kept.rename(kept.with_name("moved"))
    kept.write_text("")
    try:
        files = build(uri, "demo", folder / "unkept").files
    finally:
        kept.unlink()
        moved.rename(kept)
    assert folder / "unkept" / "index.html" in files
    assert "; the report is not kept with its sweep" in caplog.text


def test_page_has_the_very_pictures_that_are_in_the_folder(study, tmp_path):
    files = build(study[1], "demo", tmp_path).files
    page = (tmp_path / "index.html").read_text()
    pictures = [path for path in files if path.suffix == ".png"]
    assert {path.stem for path in pictures} == FIGURES
    for path in pictures:
        contents = [file.read_bytes() for file in files if file.stem == path.stem]
        assert any(base64.b64encode(content).decode() in page for content in contents)


def test_same_study_gives_the_same_files(study, tmp_path):
    first, second = (build(study[1], "demo", tmp_path / name).files for name in "ab")
    assert [path.name for path in first] == [path.name for path in second]
    for path, other_path in zip(first, second, strict=True):
        assert path.read_bytes() == other_path.read_bytes(), path.name


def test_winner_is_registered_on_request_once_and_loads_as_the_champion(study):
    folder, uri = study
    client = mlflow.MlflowClient(uri)
    for _ in range(2):
        report = run_script("report", "study=demo", "register='my best'", cwd=folder, uri=uri)
        assert report.returncode == 0, report.stderr
    assert "mlflow.pyfunc.load_model('models:/my best@champion') loads it" in report.stdout
    (version,) = client.search_model_versions("name = 'my best'")
    champion = client.get_model_version_by_alias("my best", "champion")
    assert champion.run_id == version.run_id
    ranking = pd.read_csv(folder / "reports" / "demo" / "ranking.csv")
    assert client.get_run(champion.run_id).info.run_name == f"{ranking['cell'][0]}, seed 0"
    mlflow.set_tracking_uri(uri)
    model = mlflow.pyfunc.load_model("models:/my best@champion")
    assert model.predict(np.zeros((3, 2), dtype=np.float32)).shape == (3, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["study=demo", "register=a/b"], "register=a/b: should be a name without '/' and ':'"),
        (["register=best"], "register=best: needs study=NAME, whose winner it is"),
    ],
)
def test_name_that_cannot_be_registered_is_refused_in_one_line(study, arguments, message):
    report = run_script("report", *arguments, cwd=study[0], uri=study[1])
    assert report.returncode == 1
    assert report.stderr.strip() == message


def test_command_says_in_one_line_what_it_could_not_draw_and_succeeds(study, tmp_path):
    folder, uri = study
    mlflow.set_tracking_uri(uri)
    files = list((folder / "mlruns").rglob("network.npz"))
    assert len(files) == 2
    encoded = [file.read_bytes() for file in files]
    try:
        for file in files:
            file.unlink()
        report = run_script("report", "study=demo", cwd=tmp_path, uri=uri, undrawn=True)
    finally:
        for file, content in zip(files, encoded, strict=True):
            file.write_bytes(content)
    assert report.returncode == 0
    (line,) = report.stderr.splitlines()
    assert re.fullmatch(
        r"figure surface could not be drawn: .*network\.npz of run \w+ is not where .*", line
    )
    assert not (tmp_path / "reports" / "demo" / "surface.png").exists()
    assert (tmp_path / "reports" / "demo" / "overlay.png").exists()
