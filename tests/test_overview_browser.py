"""The overview in a real browser: numbers that add up rightly, filters that act together; skipped without Chromium."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conflict_events.merging.merge import merge
from conflict_events.merging.records import incidents
from conflict_events.overview.entries import from_annotations, from_incidents
from conflict_events.overview.page import write_overview
from conflict_events.schema import Annotation, Bounds, Casualty, Finding, Quantity
from conflict_events.show.wording import bounds_words
from made_reports import article, mention, told
from test_show_browser import DESKTOP, PHONE, Browser, pytestmark  # noqa: F401  (skips where there is no browser)
from test_show_page import hostile

READY = "document.getElementById('main').getAttribute('aria-busy') === 'false'"


class Page(Browser):
    """A browser on an overview page."""

    def visit(self, path: Path, size: tuple[int, int] = DESKTOP) -> None:
        """Leave the page before, forget what it said, and open this one."""
        self.loaded = False
        self.send("Page.navigate", url="about:blank")
        while not self.loaded:
            self._receive()
        self.complaints.clear()
        self.requests.clear()
        self.open(path, size=size)
        self.wait_for(READY)

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.value(
            f"[...document.querySelectorAll({json.dumps(selector)})].map((one) => one.textContent.trim())"
        )
        return found

    def text(self, selector: str) -> str:
        return " ".join(self.texts(selector)[0].split())

    def set(self, selector: str, value: str) -> None:
        """Put a value into a field, as a reader does."""
        field = f"document.querySelector({json.dumps(selector)})"
        kind = "input" if selector == "#text" else "change"
        self.value(f"{field}.value = {json.dumps(value)}; {field}.dispatchEvent(new Event('{kind}'))")

    def totals(self) -> list[str]:
        drawn = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.send("Runtime.evaluate", expression=drawn, awaitPromise=True)
        return self.texts("#numbers b")


def toll(low: int | None, best: int | None, high: int | None) -> dict[str, object]:
    """An event's killed, by its bounds."""
    quantity = Quantity(low=low, best=best, high=high)
    casualty = Casualty(outcome="killed", quantity=quantity, mention=mention("so many"))
    return {"casualties": [casualty], "fatalities": Bounds(low=low, best=best, high=high)}


def corpus() -> list[Annotation]:
    """Three attacks that count, one of them told by two outlets that disagree, one recalled and one denied."""
    market = "Market of Saraqib struck by Russian jets"
    words = "Russian jets struck the market of Saraqib with four missiles at noon, a medic said."
    doubtful = article(
        "c", told("A mine went off near Sokhneh.", "Sokhneh", "2023-06-10", by="IS", score=0.2, **toll(9, 9, None))
    )
    doubtful.findings = [Finding(code="headline_disagrees", message="the headline says 12", refs=["c-e1"])]
    return [
        article("a", told(words, killed=5, score=0.9), title=market, outlet="sohr"),
        article("b", told(words, killed=8, score=0.9), title=market, outlet="sana", published="2023-05-03"),
        doubtful,
        article("d", told("Gunmen fired at a bus in Tabqa.", "Tabqa", "2023-07-01", by=None, score=0.8), outlet="sohr"),
        article("e", told("Years ago 70 died in Ariha.", "Ariha", "2019-01-01", 70, kind="background")),
        article("f", told("It denied that 40 died.", "Tell Rifaat", "2023-06-01", 40, certainty="denied")),
    ]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    opened = Page(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("merged") / "page.html"
    write_overview(from_incidents(incidents(merge(corpus()))), path, "incidents.jsonl")
    return path


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "page.html"
    write_overview(from_annotations([*corpus(), hostile().annotation]), path, "results.jsonl")
    return path


def test_the_page_adds_what_counts_and_says_what_is_not_known(page: Page, merged: Path) -> None:
    page.visit(merged)
    assert page.totals() == ["3", "at least 14", "not stated"]  # 5 of the lowest, at least 9, none stated; 70, 40 not
    killed = page.text("#numbers button:nth-child(2) small")
    assert killed == "in 2 incidents that state a number; 1 incident states none; 1 open upwards"
    page.set("#counting", "all")
    assert page.totals()[:2] == ["3", "at least 14"]
    assert "1 incident recalled, denied or expected is in this selection and not added" in page.text("#rule")
    assert page.complaints == []
    # Chromium draws the icon of a date field from a data URL of its own.
    assert [url for url in page.requests if not url.startswith("data:")] == [merged.as_uri()]


def test_what_is_not_merged_is_said_to_count_twice(page: Page, plain: Path) -> None:
    page.visit(plain)
    assert "the same attack may be told twice" in page.text(".notice")
    assert page.totals()[1] == "at least 22"  # 5 + 8 of one attack, at least 9
    assert page.value("document.title") == "7 events – conflict-events"
    assert page.complaints == []


def test_findings_and_doubtful_records_come_first(page: Page, merged: Path) -> None:
    page.visit(merged)
    assert "A mine" not in page.text("#worst")  # the sentence is made of the record
    assert page.texts("#worst li .read") == ["sources disagree; score 0.90", "score 0.20"]
    assert page.texts("#entries .sentence")[0].startswith("Russia")
    page.click("#worst li:nth-child(2) button")
    page.wait_for("document.querySelector('#entries details[open] blockquote') !== null")
    assert page.text("#entries details[open] blockquote") == "A mine went off near Sokhneh."


def test_a_number_leads_to_its_incidents_and_their_words(page: Page, merged: Path) -> None:
    page.visit(merged)
    page.click(".of-attacker tbody tr:nth-child(2) td:nth-child(3) button")
    assert page.text("#chosen .chip").startswith("Attackers: Military Forces of Russia")
    assert page.texts("#entries .toll") == ["5 killed"]
    assert page.value("document.activeElement.id") == "list"
    page.click("#entries summary")
    page.wait_for("document.querySelectorAll('#entries .reports tbody tr').length === 2")
    assert page.texts("#entries .reports td:nth-child(4)") == ["5 5", "8 8"]
    assert "sources disagree on the killed: sohr: 5; sana: 8" in page.text("#entries .body dl")


def test_filters_act_together(page: Page, merged: Path) -> None:
    page.visit(merged)
    box = page.value(
        "(() => { const b = document.querySelector('.time').getBoundingClientRect();"
        " scrollTo(0, b.top - 100); return [b.left, b.width, 100 + b.height / 2] })()"
    )
    left, width, y = box[0], box[1], page.value("document.querySelector('.time').getBoundingClientRect().top + 60")
    mouse = {"button": "left", "clickCount": 1, "buttons": 1}
    page.send("Input.dispatchMouseEvent", type="mousePressed", x=left + 2, y=y, **mouse)
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=left + width / 2, y=y, **mouse)
    page.send("Input.dispatchMouseEvent", type="mouseReleased", x=left + width / 2, y=y, **mouse)
    assert page.totals()[:2] == ["1", "5"]  # May only: the map and every table follow
    assert page.texts(".of-admin1 tbody th") == ["Idlib, Syria"]
    assert page.text("#map-says").startswith("1 place;")
    assert page.value("document.getElementById('from').value") == "2023-05-01"
    page.set("#text", "Tabqa")
    assert page.totals()[0] == "0"
    page.click("#clear")
    assert page.totals()[0] == "3"
    page.set("#text", "medic")  # a word of the article, and of no record
    page.wait_for("document.querySelectorAll('#entries > li').length === 1")
    assert page.texts("#entries .where") == ["Saraqib"]


def test_a_place_on_the_map_leads_to_what_happened_there(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    mines = [article(f"m{dead}", told("A mine went off.", "Sokhneh", "2023-06-10", dead)) for dead in (2, 3)]
    write_overview(from_annotations([*mines, article("c", told("Elsewhere.", None))]), path, "results.jsonl")
    page.visit(path)
    page.value("document.getElementById('map').scrollIntoView({block: 'center'})")
    box = page.value("(b => [b.x, b.y, b.width, b.height])(document.getElementById('map').getBoundingClientRect())")
    for kind in ("mousePressed", "mouseReleased"):
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2  # the only place is in the middle
        page.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    assert page.text("#place").startswith("Sokhneh Homs, Syria")
    assert "In this town; the spot itself is not known." in page.text("#place")
    assert "2 events: 5 killed" in page.text("#place")
    page.click("#place button")
    assert page.texts("#entries .toll") == ["3 killed", "2 killed"]
    page.click("#clear")
    assert page.totals()[0] == "3"
    page.click("#within")
    assert page.totals()[0] == "2"  # what has no place is not on the map


def test_outlets_are_compared_where_they_tell_the_same_incident(page: Page, merged: Path) -> None:
    page.visit(merged)
    rows = {row.split("|")[0]: row.split("|")[1:] for row in page.value(
        "[...document.querySelectorAll('.outlets tbody tr')]"
        ".map((row) => [...row.children].map((cell) => cell.textContent.trim()).join('|'))"
    )}  # fmt: skip
    # incidents, only there, first of several, median days after, lowest, highest, same
    assert rows["sana"] == ["1", "0", "0 of 1", "1", "0", "1", "0"]
    assert rows["sohr"] == ["3", "2", "1 of 1", "0", "1", "0", "0"]


def test_the_selection_is_saved_as_csv(page: Page, merged: Path, tmp_path: Path) -> None:
    page.visit(merged)
    session, page.session = page.session, None
    page.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page.session = session
    page.set("#text", "Saraqib")
    page.totals()
    page.click("#save")
    end = time.monotonic() + 20
    # The browser makes the file before it writes it.
    while not (found := [file for file in tmp_path.glob("*.csv") if file.read_bytes().endswith(b"\r\n")]):
        assert time.monotonic() < end, "nothing was saved"
        page.value("1")
    rows = list(csv.DictReader(io.StringIO(found[0].read_text(encoding="utf-8-sig"))))
    assert [(row["place"], row["killed_best"], row["outlets"], row["words"][:12]) for row in rows] == [
        ("Saraqib", "5", "sohr; sana", "Russian jets")
    ]


def test_figures_are_said_in_the_words_of_the_package(page: Page, tmp_path: Path) -> None:
    bounds = [
        (low, best, high)
        for low in (None, 3)
        for best in (None, 3, 5)
        for high in (None, 5, 1200)
        if [n for n in (low, best, high) if n is not None] == sorted(n for n in (low, best, high) if n is not None)
    ]
    made = [article(f"n{at:02}", told("So many died.", day=None, **toll(*one))) for at, one in enumerate(bounds)]
    path = tmp_path / "page.html"
    write_overview(from_annotations(made), path, "results.jsonl")
    page.visit(path)
    said = [bounds_words(Bounds(low=low, best=best, high=high)) for low, best, high in bounds]
    expected = {words if words == "no number stated" else f"{words} killed" for words in said}
    assert set(page.texts("#entries .toll")) == expected


@pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, True), (PHONE, False), ((320, 640), True)], ids=["desktop", "phone", "narrow"]
)
def test_it_fits_the_screen(page: Page, merged: Path, size: tuple[int, int], dark: bool) -> None:
    page.visit(merged, size)
    scheme = "dark" if dark else "light"
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    assert page.value("document.documentElement.scrollWidth <= innerWidth")
    page.click("#entries summary")
    page.wait_for("document.querySelector('#entries blockquote') !== null")
    assert page.value("document.documentElement.scrollWidth <= innerWidth")
    ink, paper = page.value(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        ".map((words) => Number(words.match(/\\d+/)[0]))"
    )
    assert (ink > paper) == dark


def test_by_keyboard_and_for_a_screen_reader(page: Page, merged: Path) -> None:
    page.visit(merged)
    names = page.value(
        "[...document.querySelectorAll('button, input, select, canvas, svg.time')].filter((one) => !("
        "one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length)).map((one) => one.outerHTML)"
    )
    assert names == []
    page.value("document.querySelector('.of-admin1 .key').focus()")
    page.press("Enter", "\r")
    assert page.totals()[0] == "1"
    assert page.value("document.querySelector('.of-admin1 .key').getAttribute('aria-pressed')") == "true"
    page.value("document.querySelector('#places summary').focus()")
    page.press("Enter", "\r")
    page.wait_for("document.querySelectorAll('#places tbody tr').length === 1")


def test_in_print_the_filters_are_not_there_and_the_selection_is(page: Page, merged: Path) -> None:
    page.visit(merged)
    page.send("Emulation.setEmulatedMedia", media="print")
    assert page.value("getComputedStyle(document.getElementById('form')).display") == "none"
    assert page.value("document.getElementById('entries').getBoundingClientRect().height > 0")
    page.send("Emulation.setEmulatedMedia", media="")
