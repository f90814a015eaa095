"""`make pictures`: what a browser shows of a report's page and of MLflow's UI, into a folder. Usage: pictures.py STUDY_FOLDER FOLDER."""

import shutil
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from serving import serving

SECONDS = 60


def main(study: Path, folder: Path) -> None:
    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in ("headless=new", "no-sandbox", "hide-scrollbars", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{flag}")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))

    def wait(selector: str) -> None:
        WebDriverWait(browser, SECONDS).until(lambda browser: browser.find_elements(By.CSS_SELECTOR, selector))

    def click(selector: str) -> None:
        wait(selector)
        browser.execute_script("arguments[0].click()", browser.find_elements(By.CSS_SELECTOR, selector)[0])

    browser.set_window_size(1100, 1250)
    browser.get((study / "reports" / "activation_size" / "index.html").as_uri())
    wait(".legendtoggle")
    browser.save_screenshot(str(folder / "page.png"))
    with tempfile.TemporaryDirectory() as artifacts, serving(Path(artifacts), f"sqlite:///{study}/mlflow.db") as server:
        browser.set_window_size(1500, 900)
        browser.get(f"{server.uri}/#/experiments/1/runs?workflowType=machine_learning&compareRunsMode=CHART")
        for selector in ("[data-component-id*='runnamecellrenderer']", "[data-component-id='mlflow.assistant.chat_panel.close']"):
            click(selector)
        wait(".js-plotly-plot .scatterlayer .trace")
        browser.save_screenshot(str(folder / "ui.png"))
    browser.quit()


main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
