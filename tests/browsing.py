"""A real browser without a window."""

import shutil
from pathlib import Path

from selenium import webdriver

CHROMIUM, DRIVER = (shutil.which(name) for name in ("chromium", "chromedriver"))


def open_browser(profile: Path, width: int, height: int) -> webdriver.Chrome:
    """Open Chromium, which keeps what pages log, with a profile folder; the caller quits it."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (
        "headless=new",
        "no-sandbox",
        "hide-scrollbars",
        "disable-gpu",
        "disable-dev-shm-usage",
        f"user-data-dir={profile}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_window_size(width, height)
    return driver
