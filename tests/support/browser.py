"""A person at a screen: Chromium on the real server, with the words in which the journeys are told.

Nothing waits for a fixed time. At the end of a journey the browser must not have complained in its console, and no
request may have left this machine. With `HUIYIN_SHOTS=1` the journeys renew their pictures in `docs/images/`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait
from support import needs
from support.server import PASSWORD, Server

IMAGES = Path(__file__).parents[2] / "docs" / "images"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-proxy-server",
    "--lang=zh-CN",
)
DESKTOP, PHONE = (1440, 900), (390, 844)
WAIT = 20


class Browser:
    """One window. People come to it one after the other; each keeps the session of the first sign-in."""

    def __init__(self, driver: webdriver.Chrome, server: Server, journey: str, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self.server = server
        self.journey = journey
        self.sessions: dict[str, list[dict[str, Any]]] = {}
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Shanghai"})
        self.resize(DESKTOP)

    # Going somewhere

    def resize(self, size: tuple[int, int]) -> None:
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def open(self, path: str) -> None:
        self.driver.get(self.server.url + path)
        self._settle()

    def become(self, user: str, path: str = "/") -> None:
        """Hand the screen to another person, who signs in the first time and goes to `path`."""
        self.driver.delete_all_cookies()
        if user in self.sessions:
            for cookie in self.sessions[user]:
                self.driver.add_cookie(cookie)
            self.open(path)
            return
        self.open("/sign-in")
        self.fill(user=user, password=PASSWORD)
        self.press("form[action='/sign-in'] button")
        assert "/sign-in" not in self.driver.current_url, self.text
        self.sessions[user] = self.driver.get_cookies()
        if path != "/":
            self.open(path)

    def be_nobody(self) -> None:
        """A visitor without an account."""
        self.driver.delete_all_cookies()
        self.open("/")

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """What is done inside leads to another page; go on when that one is there."""
        self.driver.execute_script("window.seenBefore = true")
        yield
        self.wait(lambda: self.driver.execute_script("return !window.seenBefore"), "the page did not change")
        self._settle()

    def _settle(self) -> None:
        self.wait(lambda: self.driver.execute_script("return document.readyState") == "complete", "loading")
        self._listen()

    # Looking

    def wait(self, condition: Any, what: str) -> Any:
        try:
            return WebDriverWait(self.driver, WAIT, 0.05, [WebDriverException]).until(lambda _: condition())
        except TimeoutException:
            picture = self.folder / "failed.png"
            self.driver.save_screenshot(str(picture))
            raise AssertionError(f"{what}; on {self.driver.current_url}, see {picture}") from None

    def find(self, selector: str) -> WebElement:
        return self.wait(lambda: next(iter(self.all(selector)), None), f"{selector} is not there")

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    @property
    def text(self) -> str:
        return str(self.driver.execute_script("return document.body.innerText"))

    def sees(self, *words: str, within: str = "body") -> None:
        """All of the words come into sight."""
        for word in words:
            self.wait(lambda word=word: word in self.find(within).text, f"“{word}” is not in {within}")

    def misses(self, *words: str, within: str = "body") -> None:
        shown = self.find(within).text
        assert not [word for word in words if word in shown], shown

    # Doing

    def press(self, selector: str) -> None:
        """Press what leads to another page."""
        with self.leaving():
            self.click(self.find(selector))

    def confirm(self, selector: str) -> None:
        """Press what asks once more before it leads to another page, and agree."""
        with self.leaving():
            self.click(self.find(selector))
            self.click(self.find("dialog button[value=ok]"))

    def click(self, element: WebElement) -> None:
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()

    def follow(self, words: str) -> None:
        """Follow the link with these words, preferably one of the page and not of the menu."""
        with self.leaving():
            self.click(self._link(words))

    def _link(self, words: str) -> WebElement:
        holds = f"a[contains(normalize-space(), '{words}')]"

        def shown() -> WebElement | None:
            found = self.driver.find_elements(By.XPATH, f"//main//{holds}")
            found += self.driver.find_elements(By.XPATH, f"//{holds}")
            return next((link for link in found if link.is_displayed()), None)

        return self.wait(shown, f"no link “{words}”")

    def download(self, words: str, name: str) -> str:
        """Follow a link that gives a file; its text."""
        file = self.folder / "downloads" / name
        self.click(self._link(words))
        self.wait(file.exists, f"{name} was not downloaded")
        return file.read_text(encoding="utf-8-sig")

    def fill(self, within: str = "main", /, **values: Any) -> None:
        """Fill fields by their names, in this order: a later one may only appear by an earlier one."""
        for name, value in values.items():
            self._fill(f"{within} [name='{name.replace('__', '-')}']", value)

    def _fill(self, selector: str, value: Any) -> None:
        field = self.find(selector)
        kind = field.get_attribute("type")
        if field.tag_name == "select":
            if field.get_attribute("value") != str(value):
                self._change(field, lambda: Select(field).select_by_value(str(value)))
        elif kind in ("radio", "checkbox"):
            for one in [value] if isinstance(value, str) else ["true"] if value is True else value:
                box = self.find(f"{selector}[value='{one}']")
                if not box.is_selected():
                    self._change(box, lambda box=box: self.click(box))
        elif kind == "file":
            self._change(field, lambda: field.send_keys(str(value)))
        elif kind in ("date", "datetime-local"):
            script = (
                "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}))"
            )
            self._change(field, lambda: self.driver.execute_script(script, field, str(value)))
        else:
            field.clear()
            self._change(field, lambda: field.send_keys(str(value)))

    def _change(self, field: WebElement, change: Any) -> None:
        """Change a field; where that asks the server for the form anew, wait for it."""
        redraws = field.get_attribute("hx-post") is not None and field.get_attribute("type") != "file"
        body = self.find("#form-body") if redraws else None
        change()
        if body is not None:
            self.driver.execute_script("document.activeElement.blur()")
            self.wait(lambda: _gone(body), "the form was not drawn anew")
            self.wait(lambda: not self.all(".htmx-request, .htmx-settling"), "the form did not settle")

    # Keeping

    def shot(self, name: str, full: bool = False) -> None:
        """Keep a picture of the screen for the papers; `full` is the whole page, up to three screens."""
        if os.environ.get("HUIYIN_SHOTS") != "1":
            return
        size = self.driver.execute_script("return [innerWidth, innerHeight, document.documentElement.scrollHeight]")
        self.driver.execute_script("document.activeElement && document.activeElement.blur()")
        if full:
            self.resize((size[0], min(max(size[1:]), 3 * size[1])))
        IMAGES.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(IMAGES / f"{self.journey}{name}.png"))
        if full:
            self.resize((size[0], size[1]))

    def _listen(self) -> None:
        """Take over what the browser has noted: its console and its requests."""
        for entry in self.driver.get_log("browser"):
            if entry["level"] in ("SEVERE", "WARNING"):
                self.complaints.append(f"{self.driver.current_url}: {entry['message']}")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])

    def forgive(self, words: str) -> None:
        """A complaint that the story has provoked, such as the status of a refused form."""
        self._listen()
        kept = [line for line in self.complaints if words not in line]
        assert len(kept) < len(self.complaints), f"nothing in the console says “{words}”"
        self.complaints = kept

    def close(self) -> None:
        """Judge what was heard."""
        self._listen()
        assert not self.complaints, "\n".join(self.complaints)
        strangers = {url for url in self.requests if not url.startswith((self.server.url, "data:", "blob:", "chrome:"))}
        assert not strangers, strangers


def _gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except WebDriverException:  # stale, or its document is just being left
        return True
    return False


def chromium(folder: Path) -> webdriver.Chrome:
    """A fresh browser with a profile of its own."""
    program, driver = needs.chromium()
    options = webdriver.ChromeOptions()
    options.binary_location = str(program)
    downloads: Mapping[str, Any] = {"download.default_directory": str(folder / "downloads")}
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", downloads)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    spoken = {**os.environ, "LANGUAGE": "zh_CN"}
    return webdriver.Chrome(options=options, service=Service(str(driver), env=spoken))


@pytest.fixture
def browser(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The screen of one journey, whose number stands in its module as JOURNEY."""
    number = request.module.JOURNEY
    driver = chromium(tmp_path)
    made = Browser(driver, server, f"journey-{number}-" if number else "", tmp_path)
    try:
        yield made
        made.close()
    finally:
        driver.quit()
