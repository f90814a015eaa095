"""A real browser without a window."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = (shutil.which(name) for name in ("chromium", "chromedriver"))
TIMEOUT_SECONDS = 90


def open_browser(profile: Path, width: int, height: int) -> webdriver.Chrome:
    """Open Chromium, which keeps what pages log, with a profile folder; the caller quits it."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (
        "headless=new",
        "no-sandbox",
        "hide-scrollbars",
        "disable-gpu",
        "disable-background-networking",
        "disable-dev-shm-usage",
        f"user-data-dir={profile}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_window_size(width, height)
    return driver


def wait_for_texts(browser: webdriver.Chrome, *texts: str) -> None:
    """Wait until the page has all these texts."""
    WebDriverWait(browser, TIMEOUT_SECONDS).until(
        lambda browser: all(
            text in browser.find_element(By.TAG_NAME, "body").text for text in texts
        ),
        f"the page should show {texts}",
    )


def set_width(page: webdriver.Chrome, width: int) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )


def check_width(page: webdriver.Chrome, width: int) -> None:
    """Nothing reaches beyond the window, once the plots have been drawn for its width."""
    set_width(page, width)
    WebDriverWait(page, TIMEOUT_SECONDS).until(
        lambda page: page.execute_script("return document.documentElement.scrollWidth") <= width
    )


def read_font_sizes(page: webdriver.Chrome) -> list[float]:
    """The heights of all texts in pixels, those of plots included."""
    return page.execute_script(
        "return [...document.querySelectorAll('body *')]"
        ".filter(element => !element.closest('script, style') && [...element.childNodes]"
        ".some(node => node.nodeType == 3 && node.textContent.trim()))"
        ".map(element => parseFloat(getComputedStyle(element).fontSize))"
    )


def linear(channel: float) -> float:
    """Return the linear value of an sRGB channel from 0 to 255."""
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def luminance(colour: Iterable[float]) -> float:
    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: Iterable[float], second: Iterable[float]) -> float:
    """Return WCAG 2.2's contrast ratio of two colours `(r, g, b)`."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)
