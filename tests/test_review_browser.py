"""Reviewing in a real browser: the whole way by keyboard and mouse; skipped where there is no Chromium.

Set AXE_SCRIPT to a copy of axe-core's axe.min.js to have the pages checked for accessibility as well.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")
pytest.importorskip("uvicorn", reason="the extra `review` is not installed")

from conflict_events.schema import Annotation
from review_server import TEXT, Running, annotation, exact, serving, write_results
from test_show_browser import DESKTOP, PHONE, Browser, pytestmark  # noqa: F401  (skips where there is no browser)

EMOJI = "\U0001f534 "  # two UTF-16 units, one character of the record
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


class Page(Browser):
    """A browser that is led over the review's pages."""

    def visit(self, address: str, size: tuple[int, int] = DESKTOP) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=size[0], height=size[1], deviceScaleFactor=1, mobile=size == PHONE,
        )  # fmt: skip
        self.loaded = False
        self.send("Page.navigate", url=address)
        while not self.loaded:
            self._receive()
        self.wait_for("typeof htmx === 'object' && document.readyState === 'complete'")

    def forget(self) -> None:
        """Leave the page and what it complained of and asked for: a request of it may come late."""
        self.loaded = False
        self.send("Page.navigate", url="about:blank")
        while not self.loaded:
            self._receive()
        self.complaints.clear()
        self.requests.clear()

    def keys(self, text: str) -> None:
        """Type each character."""
        for character in text:
            self.send("Input.dispatchKeyEvent", type="keyDown", key=character, text=character)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=character)

    def text(self, selector: str) -> str:
        found = self.value(f"document.querySelector({json.dumps(selector)})?.textContent ?? ''")
        return " ".join(str(found).split())

    def wait_for_text(self, selector: str, words: str) -> None:
        self.wait_for(
            f"(document.querySelector({json.dumps(selector)})?.textContent ?? '').includes({json.dumps(words)})"
        )

    def click_word(self, word: str) -> None:
        """Click a word of the article that carries no label."""
        x, y = self.value(
            f"""(() => {{
                for (const piece of document.querySelectorAll('.text .s')) {{
                    const at = piece.textContent.lastIndexOf({json.dumps(word)});
                    if (at < 0) continue;
                    const range = document.createRange();
                    range.setStart(piece.firstChild, at);
                    range.setEnd(piece.firstChild, at + {len(word)});
                    piece.scrollIntoView({{block: 'center'}});
                    const box = range.getClientRects()[0];
                    return [box.x + box.width / 2, box.y + box.height / 2];
                }}
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    opened = Page(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture
def running(tmp_path: Path, page: Page) -> Iterator[Running]:
    records = [annotation(0, EMOJI + TEXT), annotation(1, events=2), annotation(2, events=0)]
    with serving(write_results(tmp_path / "r.jsonl", records)) as found:
        page.forget()
        yield found
        assert page.complaints == []
        assert {urlsplit(url).netloc for url in page.requests} <= {f"127.0.0.1:{found.port}"}


def record_of(running: Running, number: int = 0) -> Annotation:
    item = running.review.item_of(f"report-{number}")
    assert item
    return running.review.article(item, "ann").annotation


def to_first(page: Page, running: Running, size: tuple[int, int] = DESKTOP) -> None:
    page.visit(running.address, size)
    page.visit(f"http://127.0.0.1:{running.port}/next?order=given", size)
    page.wait_for_text("h1", "Report 0")


def test_all_articles_are_accepted_by_one_key(page: Page, running: Running) -> None:
    to_first(page, running)
    for title, event in (("Report 0", "report-0-e1"), ("Report 1", "report-1-e1"), ("Report 1", "report-1-e2")):
        page.wait_for_text("h1", title)
        page.wait_for(f"document.querySelector('#accept [name=event]')?.value === {json.dumps(event)}")
        page.keys("a")
    page.wait_for_text("#summary", "No event")
    page.keys("a")
    page.wait_for_text("#progress", "3 of 3 done")


def test_a_figure_is_corrected_by_key_and_the_words_clicked_and_undone(page: Page, running: Running) -> None:
    to_first(page, running)
    page.keys("1")
    page.wait_for("document.querySelector('#f-0 details').open")
    page.click_word("two")
    page.wait_for("document.querySelector('#f-0 .number').value === '2'")
    page.press("Enter", "\r")
    page.wait_for_text("#f-0 summary", "2 killed")
    [event] = record_of(running).events
    assert event.casualties[0].quantity == exact(2)
    assert event.casualties[0].mention
    assert event.casualties[0].mention.text == "two"  # counted in characters, whatever stands before
    page.keys("u")
    page.wait_for_text("#f-0 summary", "5 killed")
    page.keys("r")
    page.wait_for_text("#f-0 summary", "2 killed")
    page.send("Page.reload")
    page.wait_for_text("#f-0 summary", "2 killed")


def test_a_party_is_added_from_a_word_without_a_label_and_an_actor_found_by_name(page: Page, running: Running) -> None:
    to_first(page, running)
    page.click_word("soldiers")
    page.keys("p")
    page.keys("Islamic State")
    page.wait_for("document.querySelector('#new-party .found button') !== null")
    page.click("#new-party .found button")
    page.wait_for("document.querySelector('#new-party [name=actor]').value !== ''")
    page.press("Enter", "\r")
    page.wait_for_text("#a-1", "soldiers")
    actor = record_of(running).events[0].actors[1]
    assert actor.mention.text == "soldiers"
    assert actor.actor is not None


def test_a_place_is_found_in_the_gazetteer(page: Page, running: Running) -> None:
    to_first(page, running)
    page.click("#l-0 summary")
    page.value("document.querySelector('#l-0 .search').focus()")
    page.keys("Idlib")
    page.wait_for("document.querySelector('#l-0 .found button') !== null")
    page.click("#l-0 .found button")
    page.press("Enter", "\r")
    page.wait_for_text("#l-0 summary", "match")
    place = record_of(running).events[0].locations[0].place
    assert place is not None
    assert place.country == "Syria"


def test_a_click_on_the_map_sets_the_place(page: Page, running: Running) -> None:
    to_first(page, running)
    page.wait_for("document.querySelector('#map svg') !== null")
    page.click("#l-0 summary")
    page.click("#map [aria-label=nearer]")
    page.wait_for("document.querySelector('#map svg').dataset.across === '4.8'")  # 100 degrees wide, no longer 200
    across = page.value("Number(document.querySelector('#map svg').dataset.across)")
    width = page.value("document.querySelector('#map svg').getBoundingClientRect().width")
    page.click("#map svg")  # at half its height, four pixels from its western edge
    page.wait_for("document.querySelector('#l-0 [name=point]').value !== ''")
    latitude, longitude = map(float, page.value("document.querySelector('#l-0 [name=point]').value").split(","))
    assert abs(latitude - 20) * across < 3
    assert abs(longitude - 20 + (240 - 4 * 480 / width) / across) * across < 3
    page.press("Enter", "\r")
    page.wait_for("document.querySelector('#map circle.spot') !== null")
    place = record_of(running).events[0].locations[0].place
    assert place is not None
    assert (place.lat, place.lon) == (latitude, longitude)
    page.value("document.querySelector('#l-0 details').open = true")
    page.click("#map .here")  # by keyboard or with one finger: the cross in the middle
    page.wait_for("document.activeElement.name === 'point'")


def test_an_event_is_split_and_merged_again(page: Page, running: Running) -> None:
    to_first(page, running)
    page.keys("s")
    page.wait_for("document.querySelector('#split').open")
    page.click("#split .of-split[value='1']")
    page.click("#split button")
    page.wait_for("document.querySelectorAll('.events li').length === 2")
    assert [len(event.casualties) for event in record_of(running).events] == [1, 1]
    page.keys("m")
    page.wait_for("document.querySelector('#join').open")
    page.click("#join button")
    page.wait_for("document.querySelectorAll('.events li').length === 1")
    assert [len(event.casualties) for event in record_of(running).events] == [2]


def test_a_missed_event_is_added_by_its_words(page: Page, running: Running) -> None:
    page.visit(running.address)
    page.visit(f"http://127.0.0.1:{running.port}/?order=given")
    page.click("tbody tr:nth-child(3) a")
    page.wait_for_text("#summary", "No event")
    page.click_word("soldiers")
    page.keys("i")
    page.wait_for("document.querySelector('#add').open")
    page.click("#add button")
    page.wait_for("document.querySelectorAll('.events li').length === 1")
    [event] = record_of(running, 2).events
    assert event.evidence[0].text == "soldiers"


def test_pointing_at_a_figure_lights_its_words_and_back(page: Page, running: Running) -> None:
    to_first(page, running)
    page.value("document.querySelector('#f-0 summary').focus()")
    page.wait_for_text(".text .lit", "Five")
    page.value("document.querySelector('.text [data-rests~=\"f-1\"]').focus()")
    page.wait_for("document.querySelector('#f-1').classList.contains('lit')")
    page.press("Enter", "\r")  # chooses the words
    page.wait_for_text(".text .chosen", "two")
    page.press("Escape")
    page.wait_for("document.querySelector('.text .chosen') === null")


def test_the_keys_are_shown_and_do_nothing_while_one_types(page: Page, running: Running) -> None:
    to_first(page, running)
    page.keys("?")
    page.wait_for("document.querySelector('#help').open")
    page.keys("a")
    page.click("#help button")
    page.keys("n")
    page.wait_for("document.activeElement.name === 'text'")
    page.keys("aud?")
    assert page.value("document.querySelector('#note textarea').value") == "aud?"
    assert running.review.log.decisions() == []


def test_two_windows_at_one_article_lose_nothing(page: Page, running: Running) -> None:
    to_first(page, running)
    other = running.client()
    item = running.review.item_of("report-0")
    assert item
    other.decide(item.key, "figure", "report-0-e1", path="0", number="6")
    page.keys("d")
    page.wait_for_text("#message", "another window")
    page.wait_for_text("#f-0 summary", "6 killed")
    assert len(record_of(running).events) == 1
    page.complaints.clear()  # the browser notes the refusal


@SIZES
def test_nothing_is_wider_than_the_screen_and_nothing_bars_anybody(
    page: Page, running: Running, size: tuple[int, int]
) -> None:
    to_first(page, running, size)
    other = running.client("ben")
    item = running.review.item_of("report-0")
    assert item
    running.client().decide(item.key, "accept", "report-0-e1")
    other.decide(item.key, "figure", "report-0-e1", path="0", number="6")
    other.decide(item.key, "accept", "report-0-e1")
    for path in ("/", f"/record/{item.key}", "/coders", "/incidents"):
        page.visit(f"http://127.0.0.1:{running.port}{path}", size)
        page.value("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.value("document.documentElement.scrollWidth <= innerWidth"), path
        picture(page, f"{path.split('/')[1] or 'queue'}-{size[0]}")
        assert serious(page) == [], path


def serious(page: Page) -> list[Any]:
    """What axe-core finds that is serious or worse; nothing where there is no axe-core."""
    script = os.environ.get("AXE_SCRIPT")
    if not script:
        return []
    page.value(Path(script).read_text(encoding="utf-8") + ";0")
    answer = page.send("Runtime.evaluate", expression="axe.run()", awaitPromise=True, returnByValue=True)
    found = answer["result"]["value"]["violations"]
    return [
        (one["id"], one["help"], [node["html"][:200] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        data = page.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        Path(folder, f"{name}.png").write_bytes(base64.b64decode(data))
