"""`make pictures`: screenshots of a report's page and of MLflow's UI.

Usage: pictures.py STUDY_FOLDER FOLDER
"""

import sys
import tempfile
from pathlib import Path

import browsing
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from serving import serving

TIMEOUT_SECONDS = 60


def main(study: Path, folder: Path, scratch: Path) -> None:
    """Save the screenshots of the report in the folder of a study."""
    browser = browsing.open_browser(scratch / "profile", 1100, 1250)

    def wait(selector: str) -> None:
        WebDriverWait(browser, TIMEOUT_SECONDS).until(
            lambda browser: browser.find_elements(By.CSS_SELECTOR, selector)
        )

    def click(selector: str) -> None:
        wait(selector)
        element = browser.find_elements(By.CSS_SELECTOR, selector)[0]
        browser.execute_script("arguments[0].click()", element)

    browser.get((study / "reports" / "activation_size" / "index.html").as_uri())
    wait(".legendtoggle")
    browser.save_screenshot(str(folder / "page.png"))
    with serving(scratch, f"sqlite:///{study}/mlflow.db") as server:
        browser.set_window_size(1500, 900)
        query = "workflowType=machine_learning&compareRunsMode=CHART"
        browser.get(f"{server.uri}/#/experiments/1/runs?{query}")
        click("[data-component-id*='runnamecellrenderer']")
        click("[data-component-id='mlflow.assistant.chat_panel.close']")
        wait(".js-plotly-plot .scatterlayer .trace")
        browser.save_screenshot(str(folder / "ui.png"))
    browser.quit()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute(), Path(scratch))
