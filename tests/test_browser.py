"""The report's page from disk and MLflow's own UI on a finished study, in a real browser."""

import json
import re
import urllib.parse
import urllib.request

import browsing
import mlflow
import numpy as np
import pytest
from running import run_script
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from serving import serving

from fcnn.analysis.selection import select
from fcnn.analysis.spread import spread_curves
from fcnn.plots.drawing import draw_all
from fcnn.plots.report_data import ReportData
from fcnn.report.files import write_files
from fcnn.report.page import Page
from fcnn.tracking.plan import Plan

pytestmark = pytest.mark.skipif(
    not (browsing.CHROMIUM and browsing.DRIVER),
    reason="no browser: neither chromium nor chromedriver is on the path",
)
DARKEST_BACKGROUND = (0xF4, 0xF4, 0xF4)


@pytest.fixture(scope="module")
def study(make_folder):
    """Folder and store of a finished study of 12 runs with its report, and the links to it."""
    folder = make_folder("browsed")
    uri = f"sqlite:///{folder}/mlflow.db"
    arguments = [
        "study=activation_size",
        "training.epochs=5",
        "training.seed=0,1",
        "model.hidden_units=[2],[16]",
    ]
    assert run_script("train", *arguments, cwd=folder, uri=uri).returncode == 0
    report = run_script("report", "study=activation_size", cwd=folder, uri=uri)
    assert report.returncode == 0
    return (
        folder,
        uri,
        dict(re.findall(r"^  (runs|charts) +http://[^/]+(/\S+)$", report.stdout, re.M)),
    )


@pytest.fixture(scope="module")
def open_browser(tmp_path_factory):
    driver = browsing.open_browser(tmp_path_factory.mktemp("profile"), 1400, 1000)
    yield driver
    driver.quit()


@pytest.fixture
def browser(open_browser):
    """The browser as it was opened, with no message logged."""
    open_browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    open_browser.get("about:blank")
    open_browser.get_log("browser")
    return open_browser


@pytest.fixture
def page(browser, study):
    browser.get((study[0] / "reports" / "activation_size" / "index.html").as_uri())
    WebDriverWait(browser, browsing.TIMEOUT_SECONDS).until(
        lambda browser: browser.find_elements(By.CSS_SELECTOR, ".legendtoggle")
    )
    return browser


def test_page_draws_its_curves_without_an_error_or_a_request(page):
    assert page.find_elements(By.CSS_SELECTOR, "#overlay .scatterlayer .trace")
    assert [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"] == []
    n_requests = page.execute_script(
        "return performance.getEntriesByType('resource')"
        ".filter(entry => !entry.name.startsWith('data:')).length"
    )
    assert n_requests == 0


def test_click_on_a_name_hides_its_line_and_band(page):
    count_traces = "return document.querySelectorAll('#overlay .scatterlayer .trace').length"
    n_traces = page.execute_script(count_traces)
    page.execute_script(
        "const name = document.querySelector('.legendtoggle');"
        "for (const kind of ['mousedown', 'mouseup'])"
        "  name.dispatchEvent(new MouseEvent(kind, {bubbles: true}));"
    )
    WebDriverWait(page, browsing.TIMEOUT_SECONDS).until(
        lambda page: 0 < page.execute_script(count_traces) < n_traces
    )


def test_page_fits_a_screen_and_a_phone(page):
    browsing.check_width(page, 1300)
    browsing.check_width(page, 400)


def test_verdicts_are_in_sight_on_a_phone(page):
    browsing.set_width(page, 400)
    edges = page.execute_script(
        "return [...document.querySelectorAll('th')]"
        ".filter(cell => ['verdict', 'could be the best'].includes(cell.innerText))"
        ".map(cell => cell.getBoundingClientRect().right)"
    )
    assert len(edges) >= 2
    assert max(edges) <= 400


def test_legend_stands_whole_below_the_axis_on_a_phone(page):
    browsing.set_width(page, 400)
    page.execute_script(
        "const name = n => ({x: [1], y: [1], name: 'the name of another cell, ' + n});"
        "Plotly.addTraces('overlay', [...Array(6).keys()].map(name));"
    )
    WebDriverWait(page, browsing.TIMEOUT_SECONDS).until(
        lambda page: page.execute_script(
            "const box = name =>"
            "    document.querySelector('#overlay ' + name).getBoundingClientRect();"
            "const legend = box('.legend'), plot = box('.main-svg');"
            "return plot.width < 400 && box('.xtitle').bottom <= legend.top"
            "    && legend.bottom <= plot.bottom + 1"
            "    && !document.querySelector('#overlay .legend .scrollbar')?.height?.baseVal?.value"
        )
    )


def test_all_texts_are_at_least_eleven_pixels_high(page):
    browsing.set_width(page, 1300)
    assert min(browsing.read_font_sizes(page)) >= 11
    # Pictures have texts of eight points, at a hundred pixels for an inch.
    n_shrunk = page.execute_script(
        "return [...document.querySelectorAll('.wide > img')]"
        ".filter(image => image.offsetParent)"
        ".filter(image => image.width < parseFloat(image.style.width) - 1).length"
    )
    assert n_shrunk == 0


def test_a_hint_stands_where_a_table_scrolls(page):
    browsing.set_width(page, 1300)
    page.execute_script("dispatchEvent(new Event('resize'))")
    boxes = page.execute_script(
        "return [...document.querySelectorAll('main .scroller')].map(scroller => {"
        "  const box = scroller.querySelector('.wide'), hint = scroller.querySelector('.hint');"
        "  return [box.scrollWidth > box.clientWidth + 1, hint.offsetParent !== null];"
        "})"
    )
    assert boxes
    for scrolls, has_hint in boxes:
        assert scrolls == has_hint


@pytest.fixture
def search_page(browser, runs_of, curves_of, tmp_path):
    """The page of a search of eight trials of three hyperparameters."""
    initializer = "model.kernel_initializer"
    runs = runs_of(
        [
            [
                f"{initializer}={name}",
                f"optimizer.learning_rate={rate}",
                f"model.hidden_units=[{n}]",
            ]
            for name in ("he_normal", "he_uniform")
            for rate in (0.0001, 0.1)
            for n in (4, 16)
        ]
    )
    runs["final_val_loss"] = np.geomspace(1e-5, 0.1, len(runs))
    plan = Plan("parent", [initializer], {}, set(), set(runs["fingerprint"]), {"parent"})
    selection = select(runs, plan)
    curves = curves_of(dict(zip(runs["run_id"], runs["final_val_loss"], strict=True)))
    data = ReportData("search", selection, curves, spread_curves(selection, curves), run=None)
    write_files(tmp_path, Page(data, [], draw_all(data), [], "").encode())
    browser.get((tmp_path / "index.html").as_uri())
    return browser


def test_page_of_a_search_draws_its_trials(search_page):
    browsing.check_width(search_page, 1300)
    assert len(search_page.find_elements(By.CSS_SELECTOR, "#parallel .trace")) == 8
    assert len(search_page.find_elements(By.CSS_SELECTOR, "#history .point")) == 8
    # Plotly hides a name that would stand out at the left.
    shown = search_page.execute_script(
        "return [...document.querySelectorAll('#parallel .xtick text')]"
        ".map(name => name.style.display != 'none')"
    )
    assert shown == [True] * 4
    assert min(browsing.read_font_sizes(search_page)) >= 11
    assert [entry for entry in search_page.get_log("browser") if entry["level"] == "SEVERE"] == []
    browsing.check_width(search_page, 400)


def test_texts_have_enough_contrast(page):
    colours = page.execute_script(
        "return [...document.querySelectorAll('main *, footer *')]"
        ".filter(element => element.innerText && !element.closest('#overlay'))"
        ".map(element => getComputedStyle(element).color)"
    )
    assert colours
    for colour in set(colours):
        channels = colour.removeprefix("rgb(").removesuffix(")").split(",")
        assert browsing.contrast_ratio(map(int, channels), DARKEST_BACKGROUND) >= 4.5


@pytest.fixture(scope="module")
def ui(study):
    """Address of MLflow's UI on the study's store."""
    with serving(study[0], study[1]) as server:
        yield f"{server.uri}/#"


def test_printed_links_open_the_study_as_its_cells(browser, study, ui):
    address, links = ui.removesuffix("/#"), study[2]
    browser.get(address + links["runs"])
    browsing.wait_for_texts(
        browser,
        *("Cells of the study", "12 matching runs", "Sort: settled_val_loss"),
        *("settled_val_loss", "test_loss", "model.activation", "relu, 2-16-1, seed 0"),
        "Group: model.activation: relu, model.hidden_units: [16]",
    )
    assert "sweep of 12 runs" not in browser.find_element(By.TAG_NAME, "body").text

    browser.get(address + links["charts"])
    lines = ".js-plotly-plot .scatterlayer .trace path.js-line"
    WebDriverWait(browser, browsing.TIMEOUT_SECONDS).until(
        lambda browser: len(browser.find_elements(By.CSS_SELECTOR, lines)) >= 2 * 6
    )
    browsing.wait_for_texts(browser, "model.activation: relu, model.hidden_units: [16] (val_loss)")


def test_mlflow_shows_the_study_as_people_look_for_it(browser, study, ui):
    client = mlflow.MlflowClient(study[1])
    experiment = client.get_experiment_by_name("activation_size").experiment_id
    runs = client.search_runs([experiment])
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    child = next(run for run in runs if run.info.run_name == "tanh, 2-16-1, seed 1")

    browser.get(f"{ui}/experiments/{experiment}/runs?workflowType=machine_learning")
    browsing.wait_for_texts(
        browser, "Activation and size of one hidden layer", "sweep of 12 runs", "13 matching runs"
    )

    browser.get(f"{ui}/experiments/{experiment}/runs/{parent.info.run_id}")
    browsing.wait_for_texts(
        browser, "hyperparameter", "sigmoid, tanh, relu", "Best run:", "the median run of the cell"
    )

    browser.get(f"{ui}/experiments/{experiment}/runs/{child.info.run_id}")
    browsing.wait_for_texts(browser, "model.activation", "tanh", "prod", "fcnn.versions")

    browser.get(f"{ui}/experiments/{experiment}/runs/{child.info.run_id}/model-metrics")
    traces = ".js-plotly-plot .scatterlayer .trace"
    WebDriverWait(browser, browsing.TIMEOUT_SECONDS).until(
        lambda browser: len(browser.find_elements(By.CSS_SELECTOR, traces)) >= 2
    )
    browsing.wait_for_texts(browser, "loss", "val_loss")

    (model, *_) = client.search_logged_models([experiment])
    browser.get(f"{ui}/experiments/{experiment}/models/{model.model_id}")
    browsing.wait_for_texts(browser, model.name, "Ready", model.source_run_id)

    other = next(run for run in runs if run.info.run_name == "relu, 2-2-1, seed 0")
    compared = {"runs": [child.info.run_id, other.info.run_id], "experiments": [experiment]}
    query = urllib.parse.urlencode({key: json.dumps(ids) for key, ids in compared.items()})
    browser.get(f"{ui}/compare-runs?{query}")
    browsing.wait_for_texts(
        browser, "tanh, 2-16-1, seed 1", "relu, 2-2-1, seed 0", "model.hidden_units", "[16]", "[2]"
    )
