"""The page in a real browser: headless Chromium, driven over its DevTools pipe; skipped where there is none."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conflict_events.show.page import write_page
from test_show_page import SCRIPT, example, hostile

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), None)
DESKTOP = (1280, 800)
PHONE = (390, 800)
PATIENCE = 30.0  # seconds for one answer, on a busy computer

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason=f"no browser: install one of {', '.join(BROWSERS)}"),
    pytest.mark.skipif(sys.platform == "win32", reason="the DevTools pipe is driven by POSIX file descriptors"),
]


class Browser:
    """A page in headless Chromium. What it complains of is kept in ``complaints``."""

    def __init__(self, profile: Path) -> None:
        read_commands, self.write_end = os.pipe()
        self.read_end, write_answers = os.pipe()
        assert BROWSER
        # Chromium reads its commands from descriptor 3 and answers on 4; a shell puts the pipes there.
        script = f'exec "$0" "$@" 3<&{read_commands} 4>&{write_answers}'
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
        ]
        flags += ["--no-first-run", "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", script, BROWSER, *flags],
            pass_fds=(read_commands, write_answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_commands)
        os.close(write_answers)
        self.numbers = itertools.count(1)
        self.rest = b""
        self.session: str | None = None
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.loaded = False
        targets = self.send("Target.getTargets")["targetInfos"]
        target = next(info["targetId"] for info in targets if info["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> Any:
        """The answer to a DevTools command."""
        number = next(self.numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def _receive(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.read_end], [], [], max(0, end - time.monotonic()))
            chunk = os.read(self.read_end, 1 << 16) if ready else b""
            if not chunk:
                raise TimeoutError("the browser does not answer")
            self.rest += chunk
        line, _, self.rest = self.rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, parameters: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self.loaded = True
        elif event == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif event in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening"):
            self.complaints.append(json.dumps(parameters))
        elif event == "Log.entryAdded":
            self.complaints.append(parameters["entry"]["text"])

    def open(self, path: Path, *, size: tuple[int, int] = DESKTOP, javascript: bool = True) -> None:
        """Load a file and wait until it has loaded."""
        width, height = size
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=size == PHONE
        )
        self.send("Emulation.setScriptExecutionDisabled", value=not javascript)
        # Scrolling at once, not smoothly, so that positions can be read.
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        self.loaded = False
        self.send("Page.navigate", url=path.as_uri())
        while not self.loaded:
            self._receive()

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives on the page."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.value(expression):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.05)

    def press(self, key: str, text: str | None = None) -> None:
        """Press and release a key."""
        code = {"Enter": 13, "Escape": 27, "Tab": 9}[key]
        pressed = {"text": text} if text else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **pressed)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Click the middle of an element with the mouse."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.value(f"{element}.scrollIntoView({{block: 'center'}})")
        x, y = self.value(
            f"(() => {{ const r = {element}.getClientRects()[0]; return [r.x + 4, r.y + r.height / 2] }})()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def close(self) -> None:
        """End the browser."""
        with contextlib.suppress(OSError, TimeoutError, AssertionError):
            self.session = None
            self.send("Browser.close")
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read_end)
        os.close(self.write_end)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page([example(), hostile()], path)
    return path


IN_VIEW = """(() => {
  const box = document.querySelector(%s).getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.width > 0;
})()"""


def in_view(selector: str) -> str:
    return IN_VIEW % json.dumps(selector)


def test_the_page_loads_without_complaint_and_asks_for_nothing(browser: Browser, page: Path) -> None:
    browser.complaints.clear()
    browser.requests.clear()
    browser.open(page)
    assert browser.value("document.querySelectorAll('.card').length") == 6  # 4 events, 1 list of tallies, 1 event
    assert browser.value("document.querySelectorAll('a.figure').length") >= 15
    assert browser.complaints == []
    assert browser.requests == [page.as_uri()]


def test_hostile_text_runs_nothing(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert browser.value("document.title") == "2 articles – conflict-events"
    assert browser.value("document.querySelector('#a2 h1').textContent.trim()") == f"</title>{SCRIPT}"


def test_a_script_from_elsewhere_is_refused(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.value(
        "(() => { const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s) })()"
    )
    assert browser.value("window.ran === undefined")
    browser.complaints.clear()  # the refusal


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_click_on_a_figure_shows_its_words(browser: Browser, page: Path, size: tuple[int, int]) -> None:
    browser.open(page, size=size)
    figure = "#e1-1-f2 > a.figure"
    target = browser.value(f"document.querySelector({json.dumps(figure)}).hash")
    browser.click(figure)
    browser.wait_for("document.querySelectorAll('.text .chosen').length > 0")
    assert browser.value("document.querySelector('.text .chosen').textContent") == "at least three"
    assert browser.value(in_view(target))
    assert browser.value("document.activeElement.id") == target[1:]


def test_keyboard_alone_leads_there_and_back(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.value("document.querySelector('#t1-1 a.figure').focus()")
    browser.press("Enter", "\r")
    browser.wait_for("document.querySelector('.text .chosen')?.textContent === '41'")
    browser.press("Escape")
    assert browser.value("document.activeElement.matches('#t1-1 a.figure')")
    assert browser.value(in_view("#t1-1 a.figure"))


def test_a_number_in_the_text_leads_to_its_figure(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.click('.text a[href="#t1-1-f3"]')
    browser.wait_for("document.querySelector('#t1-1-f3.chosen') !== null")
    assert browser.value(in_view("#t1-1-f3"))


def test_without_javascript_the_words_are_marked_all_the_same(browser: Browser, page: Path) -> None:
    browser.open(page, javascript=False)
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    browser.value("location.hash = document.querySelector('#e1-1-f2 > a.figure').hash")
    browser.wait_for("document.querySelector(':target')?.textContent === 'at least three'")
    assert browser.value("document.querySelectorAll('.chosen').length") == 0
    marked, plain = (
        browser.value(f"getComputedStyle(document.querySelector({json.dumps(selector)})).backgroundColor")
        for selector in (".text :target", ".text a.casualty:not(:target)")
    )
    assert marked != plain
    assert browser.value(in_view(":target"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 640)], ids=["desktop", "phone", "narrow"])
def test_nothing_is_wider_than_the_screen(browser: Browser, page: Path, size: tuple[int, int]) -> None:
    browser.open(page, size=size)
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")


def test_the_text_stays_beside_its_events_on_a_desktop_and_above_them_on_a_phone(browser: Browser, page: Path) -> None:
    boxes = "['.text', '.cards'].map((s) => document.querySelector(s).getBoundingClientRect()).map((b) => [b.x, b.y])"
    browser.open(page)
    text, cards = browser.value(boxes)
    assert text[0] < cards[0]
    assert text[1] == cards[1]
    browser.open(page, size=PHONE)
    text, cards = browser.value(boxes)
    assert text[0] == cards[0]
    assert text[1] < cards[1]


def test_on_a_phone_sentences_and_findings_come_before_the_text(browser: Browser, page: Path) -> None:
    browser.open(page, size=PHONE)
    tops = "['.sentences', '.findings', '.text'].map((s) => document.querySelector(s).getBoundingClientRect().top)"
    assert sorted(browser.value(tops)) == browser.value(tops)


def test_only_the_words_of_the_chosen_event_are_tinted(browser: Browser, page: Path) -> None:
    tinted = "[...document.querySelectorAll('#a1 .text .on.m')].map((word) => word.textContent)"
    browser.open(page)
    assert browser.value(tinted)[:2] == ["Five", "regime forces"]
    browser.click("#a1 .sentences li:nth-child(4) a")
    browser.wait_for("document.querySelector('#e1-4.current') !== null")
    assert browser.value(tinted) == ["unidentified gunmen", "two", "shepherds", "Palmyra"]
    clear, filled = (
        browser.value(f"getComputedStyle(document.querySelector({json.dumps(selector)})).backgroundColor")
        for selector in ("#a1 .text .casualty:not(.on)", "#a1 .text .casualty.on")
    )
    assert clear == "rgba(0, 0, 0, 0)" != filled
    browser.click("#a1 .text [data-events='3']")
    browser.wait_for("document.querySelector('#e1-3.current') !== null")


def test_in_print_the_whole_text_is_there(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.send("Emulation.setEmulatedMedia", media="print")
    assert browser.value("getComputedStyle(document.querySelector('.text')).maxHeight") == "none"
    assert browser.value("getComputedStyle(document.querySelector('.hint')).display") == "none"
    browser.send("Emulation.setEmulatedMedia", media="")
