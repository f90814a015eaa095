"""What people look at, in a real browser: the report's page from disk, and MLflow's own UI on a finished study."""

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
SECONDS = 90


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
    for script, given in (("train", arguments), ("report", ["study=activation_size"])):
        assert run_script(script, *given, cwd=folder, uri=uri).returncode == 0
    return folder, uri


@pytest.fixture
def browser(tmp_path):
    driver = browsing.browser(tmp_path / "profile", 1400, 1000)
    yield driver
    driver.quit()


def shows(browser, *texts):
    """Waits until the page has all these texts."""
    WebDriverWait(browser, SECONDS).until(
        lambda browser: all(
            text in browser.find_element(By.TAG_NAME, "body").text for text in texts
        ),
        f"the page should show {texts}",
    )


@pytest.fixture
def page(browser, study):
    browser.get((study[0] / "reports" / "activation_size" / "index.html").as_uri())
    WebDriverWait(browser, SECONDS).until(
        lambda browser: browser.find_elements(By.CSS_SELECTOR, ".legendtoggle")
    )
    return browser


def test_page_draws_its_curves_without_an_error_or_a_request(page):
    assert page.find_elements(By.CSS_SELECTOR, "#overlay .scatterlayer .trace")
    assert [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert (
        page.execute_script(
            "return performance.getEntriesByType('resource').filter(one => !one.name.startsWith('data:')).length"
        )
        == 0
    )


def test_click_on_a_name_hides_its_line_and_band(page):
    lines = "return document.querySelectorAll('#overlay .scatterlayer .trace').length"
    before = page.execute_script(lines)
    page.execute_script(
        "const at = document.querySelector('.legendtoggle');"
        "for (const kind of ['mousedown', 'mouseup']) at.dispatchEvent(new MouseEvent(kind, {bubbles: true}));"
    )
    WebDriverWait(page, SECONDS).until(lambda page: page.execute_script(lines) == before - 2)


def test_page_fits_a_phone(page):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True},
    )
    WebDriverWait(page, SECONDS).until(
        lambda page: page.execute_script("return document.documentElement.scrollWidth") <= 400
    )


def contrast(first, second):
    """WCAG 2.2's contrast ratio of two colours `(r, g, b)`."""

    def luminance(colour):
        parts = [value / 255 for value in colour]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_texts_have_enough_contrast(page):
    colours = page.execute_script(
        "return [...document.querySelectorAll('main *, footer *')].filter(one => one.innerText && !one.closest('#overlay'))"
        ".map(one => getComputedStyle(one).color)"
    )
    assert colours
    for colour in set(colours):
        text = tuple(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
        assert contrast(text, (0xF4, 0xF4, 0xF4)) >= 4.5  # the darkest background there is


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
    shows(
        browser, "Activation and size of one hidden layer", "sweep of 12 runs", "13 matching runs"
    )

    browser.get(f"{ui}/experiments/{experiment}/runs/{parent.info.run_id}")
    shows(browser, "hyperparameter", "sigmoid, tanh, relu", "Best run:", "tanh, 2-16-1, seed 1")

    browser.get(f"{ui}/experiments/{experiment}/runs/{child.info.run_id}")
    shows(browser, "model.activation", "tanh", "prod", "fcnn.versions")

    browser.get(f"{ui}/experiments/{experiment}/runs/{child.info.run_id}/model-metrics")
    WebDriverWait(browser, SECONDS).until(
        lambda browser: (
            len(browser.find_elements(By.CSS_SELECTOR, ".js-plotly-plot .scatterlayer .trace")) >= 2
        )
    )
    shows(browser, "loss", "val_loss")

    other = next(run for run in runs if run.info.run_name == "relu, 2-2-1, seed 0")
    ids = json.dumps([child.info.run_id, other.info.run_id])
    browser.get(
        f"{ui}/compare-runs?{urllib.parse.urlencode({'runs': ids, 'experiments': json.dumps([experiment])})}"
    )
    shows(
        browser, "tanh, 2-16-1, seed 1", "relu, 2-2-1, seed 0", "model.hidden_units", "[16]", "[2]"
    )
