"""The report's page from disk and MLflow's own UI on a finished study, in a real browser."""

import json
import urllib.parse
import urllib.request

import browsing
import mlflow
import pytest
from running import run_script
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from serving import serving

pytestmark = pytest.mark.skipif(
    not (browsing.CHROMIUM and browsing.DRIVER),
    reason="no browser: neither chromium nor chromedriver is on the path",
)
TIMEOUT_SECONDS = 90
DARKEST_BACKGROUND = (0xF4, 0xF4, 0xF4)


@pytest.fixture(scope="module")
def study(tmp_path_factory, empty_store):
    """Folder and store of a finished study of 12 runs with its report."""
    folder = tmp_path_factory.mktemp("browsed")
    (folder / "mlflow.db").write_bytes(empty_store.read_bytes())
    uri = f"sqlite:///{folder}/mlflow.db"
    arguments = [
        "study=activation_size",
        "training.epochs=5",
        "training.seed=0,1",
        "model.hidden_units=[2],[16]",
    ]
    assert run_script("train", *arguments, cwd=folder, uri=uri).returncode == 0
    assert run_script("report", "study=activation_size", cwd=folder, uri=uri).returncode == 0
    return folder, uri


@pytest.fixture
def browser(tmp_path):
    driver = browsing.open_browser(tmp_path / "profile", 1400, 1000)
    yield driver
    driver.quit()


def wait_for_texts(browser, *texts):
    """Wait until the page has all these texts."""
    WebDriverWait(browser, TIMEOUT_SECONDS).until(
        lambda browser: all(
            text in browser.find_element(By.TAG_NAME, "body").text for text in texts
        ),
        f"the page should show {texts}",
    )


@pytest.fixture
def page(browser, study):
    browser.get((study[0] / "reports" / "activation_size" / "index.html").as_uri())
    WebDriverWait(browser, TIMEOUT_SECONDS).until(
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
    WebDriverWait(page, TIMEOUT_SECONDS).until(
        lambda page: 0 < page.execute_script(count_traces) < n_traces
    )


def test_page_fits_a_phone(page):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True},
    )
    WebDriverWait(page, TIMEOUT_SECONDS).until(
        lambda page: page.execute_script("return document.documentElement.scrollWidth") <= 400
    )


def set_width(page, width):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )


def test_verdicts_are_in_sight_on_a_phone(page):
    set_width(page, 400)
    edges = page.execute_script(
        "return [...document.querySelectorAll('th')]"
        ".filter(cell => ['verdict', 'could be the best'].includes(cell.innerText))"
        ".map(cell => cell.getBoundingClientRect().right)"
    )
    assert len(edges) >= 2
    assert max(edges) <= 400


def test_all_texts_are_at_least_eleven_pixels_high(page):
    set_width(page, 1300)
    sizes = page.execute_script(
        "return [...document.querySelectorAll('body *')]"
        ".filter(element => !element.closest('script, style') && [...element.childNodes]"
        ".some(node => node.nodeType == 3 && node.textContent.trim()))"
        ".map(element => parseFloat(getComputedStyle(element).fontSize))"
    )
    assert sizes
    assert min(sizes) >= 11
    # Pictures have texts of eight points, at a hundred pixels for an inch.
    n_shrunk = page.execute_script(
        "return [...document.querySelectorAll('.wide > img')]"
        ".filter(image => image.offsetParent)"
        ".filter(image => image.width < parseFloat(image.style.width) - 1).length"
    )
    assert n_shrunk == 0


def test_a_hint_stands_where_a_table_scrolls(page):
    set_width(page, 1300)
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


def linear(channel):
    """Return the linear value of an sRGB channel from 0 to 255."""
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def luminance(colour):
    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first, second):
    """Return WCAG 2.2's contrast ratio of two colours `(r, g, b)`."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_texts_have_enough_contrast(page):
    colours = page.execute_script(
        "return [...document.querySelectorAll('main *, footer *')]"
        ".filter(element => element.innerText && !element.closest('#overlay'))"
        ".map(element => getComputedStyle(element).color)"
    )
    assert colours
    for colour in set(colours):
        channels = colour.removeprefix("rgb(").removesuffix(")").split(",")
        assert contrast_ratio(map(int, channels), DARKEST_BACKGROUND) >= 4.5


@pytest.fixture(scope="module")
def ui(study):
    """Address of MLflow's UI on the study's store."""
    with serving(study[0], study[1]) as server:
        yield f"{server.uri}/#"


def test_mlflow_shows_the_study_as_people_look_for_it(browser, study, ui):
    client = mlflow.MlflowClient(study[1])
    experiment = client.get_experiment_by_name("activation_size").experiment_id
    runs = client.search_runs([experiment])
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    child = next(run for run in runs if run.info.run_name == "tanh, 2-16-1, seed 1")

    browser.get(f"{ui}/experiments/{experiment}/runs?workflowType=machine_learning")
    wait_for_texts(
        browser, "Activation and size of one hidden layer", "sweep of 12 runs", "13 matching runs"
    )

    browser.get(f"{ui}/experiments/{experiment}/runs/{parent.info.run_id}")
    wait_for_texts(
        browser, "hyperparameter", "sigmoid, tanh, relu", "Best run:", "the median run of the cell"
    )

    browser.get(f"{ui}/experiments/{experiment}/runs/{child.info.run_id}")
    wait_for_texts(browser, "model.activation", "tanh", "prod", "fcnn.versions")

    browser.get(f"{ui}/experiments/{experiment}/runs/{child.info.run_id}/model-metrics")
    traces = ".js-plotly-plot .scatterlayer .trace"
    WebDriverWait(browser, TIMEOUT_SECONDS).until(
        lambda browser: len(browser.find_elements(By.CSS_SELECTOR, traces)) >= 2
    )
    wait_for_texts(browser, "loss", "val_loss")

    other = next(run for run in runs if run.info.run_name == "relu, 2-2-1, seed 0")
    query = urllib.parse.urlencode(
        {
            "runs": json.dumps([child.info.run_id, other.info.run_id]),
            "experiments": json.dumps([experiment]),
        }
    )
    browser.get(f"{ui}/compare-runs?{query}")
    wait_for_texts(
        browser, "tanh, 2-16-1, seed 1", "relu, 2-2-1, seed 0", "model.hidden_units", "[16]", "[2]"
    )
