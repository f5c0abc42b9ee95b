"""The report: the same numbers everywhere, errors to read, inert whatever the articles hold, and alive in a browser."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from conflict_events.evaluation import Bootstrap, Predictions, evaluate, find_model, predict, read_data
from conflict_events.evaluation.cases import GoldArticle, Reading, SpanCase
from conflict_events.evaluation.compare import compare
from conflict_events.evaluation.provenance import provenance, report_date
from conflict_events.evaluation.report import Run, document, print_summary, render_page, write_json, write_tables
from conflict_events.evaluation.report.charts import accessible
from conflict_events.evaluation.report.document import distance_class, distance_classes
from conflict_events.evaluation.report.payload import context_windows
from conflict_events.fingerprints import fingerprint_code
from conflict_events.schema import Annotation, Entity, Event, ModelInfo

DATA = Path(__file__).parent / "data" / "evaluation"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = (
    '</script><script>document.title="PWNED"</script><img src=x onerror=\'document.title="PWNED"\'> '
    "\u202egnp.exe\u202c \"quoted\" & 'single' {{ 7 * 7 }} Gunmen in \U0001f4a5 Tafas"
)
INFO = ModelInfo(name="m", version="1")


def predictions(label: str, annotations: list[Annotation | None]) -> Predictions:
    return Predictions(label, "m", "1", label, "0" * 64, 0, annotations)


def facts(**more: Any) -> dict[str, Any]:
    return provenance([], [], seed=0, samples=100, command=["conflict-events", "evaluate"], date="2024-05-01") | more


@pytest.fixture(scope="module")
def run() -> Run:
    """The test data, against its annotations and against none at all."""
    data, model = read_data(DATA / "gold.jsonl"), find_model(str(DATA / "annotations.jsonl"))
    assert model is not None
    bootstrap = Bootstrap(4, 100, 0)
    new = evaluate(data.articles, predict(model, data.articles), bootstrap)
    new.predictions.label = "new"
    empty = [Annotation(article={"id": article.id}, model=INFO) for article in data.articles]  # type: ignore[arg-type]
    old = evaluate(data.articles, predictions("old", list(empty)), bootstrap)
    return Run(data.articles, [old, new], facts(), compare(old, new, bootstrap))


def tiny(text: str, words: str, articles: int = 1) -> Run:
    """A run whose model finds nothing in ``articles`` articles of one labelled span each."""
    start = text.index(words)
    gold = Reading(spans=(SpanCase(start, start + len(words), "LOCATION"),))
    listed = [
        GoldArticle(f"{i} {text[:40]}", text, "data", title=text, outlet=f"o{i % 3}", gold=gold)
        for i in range(articles)
    ]
    empty = [Annotation(article={"id": article.id}, model=INFO) for article in listed]  # type: ignore[arg-type]
    result = evaluate(listed, predictions("m", list(empty)), Bootstrap(articles, 50, 0))
    return Run(listed, [result], facts())


def unpacked(page: str, name: str) -> Any:
    found = re.search(rf'id="{name}">([^<]*)</script>', page)
    assert found is not None
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


def page_of(run: Run) -> str:
    return render_page(run, document(run))


def test_page_json_tables_and_terminal_hold_the_same_numbers(run: Run, tmp_path: Path) -> None:
    found = document(run)
    write_json(found, tmp_path / "r.json")
    write_tables(run, found, tmp_path / "csv")
    console = Console(file=StringIO(), width=300)
    print_summary(found, console)
    terminal = console.file.getvalue()  # type: ignore[attr-defined]
    row = next(row for row in json.loads((tmp_path / "r.json").read_text())["figures"] if row["name"] == "casualty_f1")
    new = row["models"][1]
    assert new["value"] == pytest.approx(2 * 5 / (8 + 5))
    shown = f"{new['value']:.3f} [{new['low']:.3f}, {new['high']:.3f}]"
    assert shown in terminal
    assert f"<b>{new['value']:.3f}</b>" in page_of(run)
    with (tmp_path / "csv" / "figures.csv").open(encoding="utf-8", newline="") as file:
        table = {(line["model"], line["name"]): line for line in csv.DictReader(file)}
    assert float(table["new", "casualty_f1"]["figure"]) == new["value"]
    assert table["new", "casualty_f1"]["cases"] == "5"


def test_tables_hold_every_error_and_article(run: Run, tmp_path: Path) -> None:
    written = write_tables(run, document(run), tmp_path)
    assert [path.name for path in written] == [
        "figures.csv",
        "errors.csv",
        "articles.csv",
        "confusion.csv",
        "counts.csv",
        "comparison.csv",
    ]
    with (tmp_path / "errors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(one.errors) for one in run.evaluations)
    part = next(row for row in rows if row["cause"] == "part_as_whole")
    assert (part["model"], part["article_id"], part["words"]) == ("new", "a2", "three")
    with (tmp_path / "articles.csv").open(encoding="utf-8", newline="") as file:
        third = next(row for row in csv.DictReader(file) if (row["model"], row["article_id"]) == ("new", "a3"))
    assert (third["killed_gold"], third["killed_read"]) == ("6", "50")


def test_text_that_begins_like_a_formula_is_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    run = tiny('=HYPERLINK("x") in Tafas', "=HYPERLINK")
    write_tables(run, document(run), tmp_path)
    cells = {cell for row in csv.reader((tmp_path / "errors.csv").open(encoding="utf-8", newline="")) for cell in row}
    assert "'=HYPERLINK" in cells
    assert not any(cell.startswith("=") for cell in cells)


def test_the_same_run_gives_the_same_page(run: Run) -> None:
    assert page_of(run) == page_of(run)


def test_the_index_holds_every_error_with_its_context(run: Run) -> None:
    page = page_of(run)
    index = unpacked(page, "index")
    assert len(index["errors"]) == sum(len(one.errors) for one in run.evaluations)
    causes = dict(enumerate(index["cause_keys"]))
    row = next(row for row in index["errors"] if causes[row[3]] == "part_as_whole")
    window, start, end = row[8:]
    assert index["articles"][row[1]][0] == "a2"
    assert unpacked(page, "chunk-0")[row[1]][window][start:end] == "three"


def test_places_count_utf16_units_as_javascript_does() -> None:
    run = tiny("\U0001f4a5\U0001f4a5 in Tafas", "Tafas")
    page = page_of(run)
    row = unpacked(page, "index")["errors"][0]
    text = unpacked(page, "chunk-0")[0][row[8]]
    assert text.encode("utf-16-le")[2 * row[9] : 2 * row[10]].decode("utf-16-le") == "Tafas"


def test_contexts_of_near_errors_are_one_window() -> None:
    text = "x" * 5000
    windows = context_windows(text, [(1000, 1005), (1300, 1310), (4000, 4010)])
    assert [(window.start, len(window.text.rstrip("…"))) for window in windows] == [(780, 750), (3780, 450)]
    assert len(context_windows(text, [(None, None)])[0].text) == 1501


def test_changed_articles_are_marked(run: Run) -> None:
    index = unpacked(page_of(run), "index")
    status = {(row[0], row[7]) for row in index["errors"]}
    assert (0, 1) in status, "an error of the old model that is gone"
    assert (1, 2) in status, "an error that only the new one makes"
    assert run.comparison is not None
    better = {one.name for one in run.comparison.figures if one.improvement > 0}
    assert {"entity_recall", "casualty_f1", "event_f1"} <= better


def test_figures_lead_to_their_errors(run: Run) -> None:
    page = page_of(run)
    for link in (
        "model=1&amp;subject=entity&amp;group=LOCATION",
        "model=1&amp;subject=casualty&amp;cause=part_as_whole",
    ):
        assert f'href="#errors?{link}' in page


class Elements(HTMLParser):
    """The tags of a page with their attributes, and what is referred to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_page_needs_nothing_from_elsewhere_and_can_be_read_by_a_screen_reader(run: Run) -> None:
    elements = Elements(page_of(run))
    ids = [attributes["id"] for _, attributes in elements.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in elements.tags:
        assert "src" not in attributes, tag
        assert "style" not in attributes, "the page's policy would refuse it"
        if "href" in attributes:
            assert (attributes["href"] or "").startswith("#"), attributes
        if tag == "svg":
            assert attributes["role"] == "img"
            assert set((attributes["aria-labelledby"] or "").split()) <= set(ids)
        if tag == "th":
            assert attributes.get("scope") in ("row", "col")
    tags = [tag for tag, _ in elements.tags]
    assert tags.count("svg") >= 5
    assert tags.count("h1") == tags.count("main") == 1
    assert ("html", {"lang": "en"}) in elements.tags


def test_hostile_text_is_inert(tmp_path: Path) -> None:
    page = page_of(tiny(HOSTILE, "Gunmen"))
    elements = Elements(page)
    executed = [attributes for tag, attributes in elements.tags if tag == "script" and "type" not in attributes]
    assert len(executed) == 1, "the page's own script alone"
    assert not any(name.startswith("on") for _, attributes in elements.tags for name in attributes)
    assert "PWNED" not in page, "articles are in packed data only"
    assert "\u202e" not in page
    assert "\u202e" not in json.dumps(unpacked(page, "chunk-0"), ensure_ascii=False)
    assert "script-src 'sha256-" in page


def test_hostile_names_of_groups_and_models_are_inert() -> None:
    run = tiny("Gunmen in Tafas", "Tafas", 2)
    run.evaluations[0].predictions.label = "<b onclick=x>m"
    for article, outlet in zip(run.articles, ("<script>1</script>", "b"), strict=True):
        object.__setattr__(article, "outlet", outlet)
    again = evaluate(run.articles, run.evaluations[0].predictions, Bootstrap(2, 10, 0))
    elements = Elements(page_of(Run(run.articles, [again], facts())))
    assert [attributes for tag, attributes in elements.tags if tag == "script" and "type" not in attributes] == [{}]
    assert not any("onclick" in attributes for _, attributes in elements.tags)


def test_provenance_names_what_the_figures_rest_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    data, model = read_data(DATA / "coded.csv"), run.evaluations[1].predictions
    found = provenance([data], [model], seed=7, samples=9, command=["conflict-events", "evaluate", "a b"], date="x")
    assert found["command"] == "conflict-events evaluate 'a b'"
    assert found["data"][0]["bytes"] == (DATA / "coded.csv").stat().st_size
    assert re.fullmatch(r"[0-9a-f]{64}", found["data"][0]["sha256"])
    assert found["models"][0]["sha256"] == model.sha256
    assert found["code"]["sha256"] == fingerprint_code()[0]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert report_date(None) == "1970-01-02"
    assert report_date("2024-02-29") == "2024-02-29"
    with pytest.raises(ValueError, match="2024-13-01"):
        report_date("2024-13-01")


def test_two_pictures_on_a_page_have_ids_of_their_own() -> None:
    svg = '<svg width="1"><clipPath id="clip0"/><g clip-path="url(#clip0)" role="graphics"/></svg>'
    assert accessible(svg, "a", "T<", "D") == (
        '<svg width="1" role="img" aria-labelledby="a-title a-desc"><title id="a-title">T&lt;</title>'
        '<desc id="a-desc">D</desc><clipPath id="a-clip0"/><g clip-path="url(#a-clip0)"/></svg>'
    )


def test_classes_of_distances() -> None:
    assert [distance_class(one) for one in (0.2, 10.0, 10.1, 900, None)] == [
        "≤ 1 km",
        "≤ 10 km",
        "≤ 25 km",
        "> 250 km",
        "no place",
    ]
    assert len(distance_classes()) == 9


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 5,000 articles of 200 words with several errors each."""
    draw = random.Random(0)
    vocabulary = ["".join(draw.choices("abcdefghijklmnop", k=draw.randint(2, 10))) for _ in range(20_000)]
    articles, annotations = [], []
    for number in range(5_000):
        text = " ".join(draw.choices(vocabulary, k=200))
        starts = sorted(draw.sample(range(0, len(text) - 20, 20), 12))
        spans = [SpanCase(start, start + 8, draw.choice(("ACTOR", "LOCATION", "CASUALTY"))) for start in starts]
        read = [
            Entity(start=s.start, end=s.end, text=text[s.start : s.end], label="ACTOR") for s in draw.sample(spans, 9)
        ]
        articles.append(GoldArticle(f"article-{number}", text, "data", gold=Reading(spans=tuple(spans), events=())))
        event = Event(id="e", kind="incident")
        annotations.append(
            Annotation(article={"id": str(number)}, entities=read, events=[event], model=INFO)  # type: ignore[arg-type]
        )
    result = evaluate(articles, predictions("large", list(annotations)), Bootstrap(5_000, 200, 0))
    path = tmp_path_factory.mktemp("large") / "report.html"
    path.write_text(page_of(Run(articles, [result], facts())), encoding="utf-8")
    return path


def test_a_page_of_5000_articles_is_under_15_megabytes(large: Path) -> None:
    assert 1_000_000 < large.stat().st_size < 15_000_000


@pytest.fixture
def browse(tmp_path: Path) -> Callable[[Path, str], tuple[str, str]]:
    """Opens a page in headless Chromium: the page as it stands after its script, and what it wrote to the console."""

    def run(path: Path, place: str = "") -> tuple[str, str]:
        assert BROWSER is not None
        options = "headless no-sandbox disable-gpu disable-background-networking dump-dom enable-logging=stderr"
        done = subprocess.run(
            [
                BROWSER,
                *(f"--{option}" for option in options.split()),
                f"--user-data-dir={tmp_path / 'browser'}",
                "--virtual-time-budget=20000",
                f"{path.as_uri()}{place}",
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)

    return run


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
class TestInABrowser:
    """What only a browser shows."""

    def test_page_comes_alive_without_a_word_on_the_console(
        self, run: Run, tmp_path: Path, browse: Callable[[Path, str], tuple[str, str]]
    ) -> None:
        path = tmp_path / "r.html"
        path.write_text(page_of(run), encoding="utf-8")
        dom, console = browse(path, "#errors?model=1&subject=casualty&cause=part_as_whole")
        assert console == ""
        assert 'data-ready="true"' in dom
        assert "Errors 1 to 1 of 1" in dom
        assert "<mark>three</mark>" in dom
        assert dom.count("<svg") >= 5

    def test_hostile_text_is_shown_and_not_run(
        self, tmp_path: Path, browse: Callable[[Path, str], tuple[str, str]]
    ) -> None:
        path = tmp_path / "r.html"
        path.write_text(page_of(tiny(HOSTILE, "Gunmen")), encoding="utf-8")
        dom, console = browse(path, "")
        assert console == ""
        assert "<title>Evaluation: m</title>" in dom
        assert '&lt;/script&gt;&lt;script&gt;document.title="PWNED"' in dom
        assert "<mark>Gunmen</mark>" in dom
        assert "<img" not in dom

    def test_a_page_of_5000_articles_opens(self, large: Path, browse: Callable[[Path, str], tuple[str, str]]) -> None:
        dom, console = browse(large, "")
        assert console == ""
        assert 'data-ready="true"' in dom
        assert dom.count('class="context"') == 25, "one page of errors, the others on demand"
        assert "page 1 of 100" in dom, "fifty articles a page"
