"""Many articles on one page: an index to search, sort and filter; each article unpacked when it is looked at."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from typer.testing import CliRunner

from conflict_events.cli import app
from conflict_events.counting import total
from conflict_events.schema import Bounds
from conflict_events.show.articles import ShownArticle
from conflict_events.show.index import CHUNK, index_line
from conflict_events.show.page import MOST_IN_FULL, write_page
from made_reports import article, told
from test_show_browser import PHONE, Browser, pytestmark  # noqa: F401  (skips where there is no browser)
from test_show_page import SCRIPT, example, hostile

COUNT = CHUNK + 5
TOWNS = ("Saraqib", "Sokhneh", "Tabqa")


def made(number: int) -> ShownArticle:
    """An article of its own day, town and toll."""
    words = f"Jets struck the mill of report {number}."
    annotation = article(
        f"r{number:02}",
        told(words, TOWNS[number % 3], f"2023-05-{number + 1:02}", killed=number, evidence=[]),
        title=f"Report {number}",
        outlet=("sohr", "sana")[number % 2],
        published=f"2023-05-{number + 1:02}",
    )
    annotation.score = number / COUNT
    return ShownArticle(annotation, words)


def articles() -> list[ShownArticle]:
    """The example, a hostile one, and so many that there is more than one chunk."""
    return [*(made(number) for number in range(COUNT)), example(), hostile()]


def unpacked(page: Path, name: str) -> Any:
    packed = html.parse(str(page)).getroot().get_element_by_id(name).text
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def test_the_line_of_an_article_holds_what_counts() -> None:
    annotation = article(
        "a",
        told("One.", "Saraqib", killed=3, fatalities=Bounds(low=3, best=3)),
        told("Two.", "Ariha", killed=2, kind="update"),
        told("Three.", "Tabqa", killed=40, kind="background"),
        told("Four.", "Tabqa", killed=7, certainty="denied"),
    )
    line = index_line(ShownArticle(annotation))
    assert (line["killed"], line["injured"]) == (["at least 5", 5], None)
    assert (line["place"], line["region"], line["events"]) == ("Saraqib", "Idlib, Syria", 4)


def test_a_sum_stays_open_where_one_of_its_figures_is() -> None:
    assert total([Bounds(low=5, best=5, high=5), None, Bounds(low=9, best=9)]) == Bounds(low=14, best=14)
    assert total([None, None]) is None
    assert total([]) is None


def test_few_articles_are_written_in_full_and_many_behind_an_index(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert write_page(articles()[:MOST_IN_FULL], page) == MOST_IN_FULL
    assert 'id="a2"' in page.read_text(encoding="utf-8")
    assert write_page(articles(), page) == COUNT + 2
    assert "<article" not in page.read_text(encoding="utf-8")
    assert [len(unpacked(page, f"chunk-{at}")) for at in range(2)] == [CHUNK, COUNT + 2 - CHUNK]
    assert [line["id"] for line in unpacked(page, "data")["lines"]][:2] == ["r00", "r01"]
    assert list(tmp_path.iterdir()) == [page]
    assert write_page([], page) == 0


@pytest.mark.parametrize("wanted", ["r03", "r03-e1", "r03-e1-c1", "r03-e1-a1", "r03-e1-l1"])
def test_every_row_of_the_tables_leads_to_its_article(tmp_path: Path, wanted: str) -> None:
    results = tmp_path / "results.jsonl"
    lines = [made(number).annotation.model_dump_json() for number in range(5)]
    results.write_text("\n".join(lines), encoding="utf-8")
    answer = CliRunner().invoke(app, ["show", str(results), "--id", wanted])
    assert answer.exit_code == 0, answer.output
    assert "Report 3" in answer.output
    assert "Report 0" not in answer.output


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "index.html"
    write_page(articles(), path)
    return path


def opened(browser: Browser, page: Path, **settings: Any) -> None:
    """Leave the page before, with all its requests, and open the index."""
    browser.loaded = False
    browser.send("Page.navigate", url="about:blank")
    while not browser.loaded:
        browser._receive()
    browser.complaints.clear()
    browser.requests.clear()
    browser.open(page, **settings)
    browser.wait_for("document.getElementById('main').getAttribute('aria-busy') === 'false'")


def set_field(browser: Browser, field: str, value: str) -> None:
    found = f"document.getElementById({json.dumps(field)})"
    browser.value(f"{found}.value = {json.dumps(value)}; {found}.dispatchEvent(new Event('input'))")


def titles(browser: Browser) -> list[str]:
    found: list[str] = browser.value("[...document.querySelectorAll('#lines .title a')].map((one) => one.textContent)")
    return found


def test_the_index_is_searched_filtered_and_sorted(browser: Browser, page: Path) -> None:
    opened(browser, page)
    assert browser.value("document.title") == f"{COUNT + 2} articles – conflict-events"
    browser.click("[data-sort='killed']")
    assert titles(browser)[:2] == [f"Report {COUNT - 1}", f"Report {COUNT - 2}"]
    set_field(browser, "outlet", "sana")
    set_field(browser, "region", "Idlib, Syria")
    set_field(browser, "score", "0.5")
    assert titles(browser) == ["Report 9", "Report 3"]
    browser.click("#clear")
    set_field(browser, "text", "r04-e1")
    assert titles(browser) == ["Report 4"]
    browser.click("#clear")
    set_field(browser, "from", "2023-05-03")
    set_field(browser, "to", "2023-05-04")
    assert sorted(titles(browser)) == ["Report 2", "Report 3"]
    browser.click("#clear")
    browser.click("#findings")
    assert len(titles(browser)) == 2  # the example and the hostile one


def test_an_article_is_unpacked_when_it_is_opened(browser: Browser, page: Path) -> None:
    opened(browser, page)
    assert browser.value("document.querySelector('section.article') === null")
    set_field(browser, "text", "r27")
    browser.click("#lines a")
    browser.wait_for("document.querySelector('#a28 .current') !== null")
    assert browser.value("document.querySelector('#a28 h1').textContent.trim()") == "Report 27"
    assert browser.value("document.querySelector('.small-map use').getBoundingClientRect().width > 10")
    assert browser.value("document.getElementById('index').hidden")
    browser.click("#ways a")
    browser.wait_for("!document.getElementById('index').hidden")
    assert browser.complaints == []
    # Chromium draws the icon of a date field from a data URL of its own.
    assert [url.partition("#")[0] for url in browser.requests if not url.startswith("data:")] == [page.as_uri()]


def test_hostile_articles_run_nothing_when_unpacked(browser: Browser, page: Path) -> None:
    opened(browser, page)
    browser.value(f"location.hash = '#a{COUNT + 2}'")
    browser.wait_for(f"document.querySelector('#a{COUNT + 2}') !== null")
    assert browser.value(f"document.querySelector('#a{COUNT + 2} h1').textContent.trim()") == f"</title>{SCRIPT}"
    assert browser.value("document.title").endswith("conflict-events")
    assert browser.complaints == []


def test_the_index_fits_a_phone(browser: Browser, page: Path) -> None:
    opened(browser, page, size=PHONE)
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")
    browser.value("location.hash = '#a1'")
    browser.wait_for("document.querySelector('#a1') !== null")
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")
