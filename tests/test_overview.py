"""The overview: what is added and what never is, how a place's precision is said, one page that needs nothing else."""

from __future__ import annotations

import base64
import gzip
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from typer.testing import CliRunner

from conflict_events.cli import app
from conflict_events.merging.merge import merge
from conflict_events.merging.records import incidents
from conflict_events.overview.entries import Corpus, Entry, from_annotations, from_incidents
from conflict_events.overview.page import SCRIPTS, render_overview
from conflict_events.pages.outlines import CELL, STEPS, outlines_around, package_file
from conflict_events.schema import Annotation, Bounds, Casualty, FiguresPolicy, Finding, Place, Quantity, Victim
from conflict_events.show.wording import where_words
from made_records import made_annotation
from made_reports import article, mention, told
from test_show_page import hostile

STRIKE = "Russian jets struck the market of Saraqib with four missiles at noon, a medic said."


def people(
    number: int, status: Any = "unknown", traits: tuple[str, ...] = (), parts: tuple[Casualty, ...] = ()
) -> Casualty:
    """So many killed."""
    return Casualty(
        outcome="killed",
        quantity=Quantity(low=number, best=number, high=number),
        mention=mention(str(number)),
        victim=Victim(mention=mention("people"), status=status, traits=list(traits)),
        includes=list(parts),
    )


def entry_of(*casualties: Casualty) -> Entry:
    return from_annotations([article("a", told(STRIKE, killed=5, casualties=list(casualties)))]).entries[0]


def harms(entry: Entry, by: str) -> list[tuple[str, int | None]]:
    return [(harm.group, harm.number.best) for harm in entry.harms if harm.by == by]


def two_outlets() -> list[Annotation]:
    title = "Market of Saraqib struck by Russian jets"
    return [
        article("a", told(STRIKE, killed=5), title=title, outlet="sohr"),
        article("b", told(STRIKE, killed=8), title=title, outlet="sana", published="2023-05-03"),
    ]


def merged(annotations: list[Annotation], policy: FiguresPolicy = "lowest") -> Corpus:
    return from_incidents(incidents(merge(annotations), policy))


def unpacked(page: str, name: str) -> Any:
    packed = html.fromstring(page).get_element_by_id(name).text
    return json.loads(gzip.decompress(base64.b64decode(packed)))


@pytest.mark.parametrize(
    ("kind", "certainty", "counted"),
    [
        ("incident", "asserted", True),
        ("incident", "claimed", True),
        ("update", "asserted", True),
        ("incident", "denied", False),
        ("incident", "expected", False),
        ("background", "asserted", False),
    ],
)
def test_only_incidents_and_updates_that_are_told_as_having_happened_count(
    kind: str, certainty: str, counted: bool
) -> None:
    corpus = from_annotations([article("a", told(STRIKE, killed=5, kind=kind, certainty=certainty))])
    assert [entry.counted for entry in corpus.entries] == [counted]


def test_a_part_stands_in_its_own_group_and_never_twice_in_one() -> None:
    child = people(1, "civilian", ("child",))
    entry = entry_of(people(5, "civilian", parts=(child,)))
    assert entry.killed == Bounds(low=5, best=5, high=5)
    assert harms(entry, "status") == [("civilian", 5)]
    assert harms(entry, "trait") == [("child", 1)]
    assert harms(entry_of(people(5, parts=(child,))), "status") == [("civilian", 1)]


def test_traits_of_several_people_are_told_together_as_nobody_knows_how_many_each() -> None:
    assert harms(entry_of(people(3, traits=("woman", "child"))), "trait") == [("woman and child (together)", 3)]
    assert harms(entry_of(people(1, traits=("woman", "medic"))), "trait") == [("woman", 1), ("medic", 1)]


def test_a_finding_belongs_to_its_event_and_a_statistics_finding_to_none() -> None:
    own = Finding(code="headline_disagrees", message="the headline says 9", refs=["a-e1"])
    annotation = article("a", told(STRIKE, killed=5))
    annotation.findings = [own]
    [entry] = from_annotations([annotation]).entries
    assert entry.findings == (("headline_disagrees", "the headline says 9"),)
    corpus = from_annotations([made_annotation("b")])
    assert corpus.entries[0].findings == ()
    assert [finding.message for finding in corpus.loose] == ["the parts add up to 19, not 148"]


@pytest.mark.parametrize(
    ("policy", "killed", "summary"),
    [("lowest", (5, 5, 5), "5 killed"), ("latest", (8, 8, 8), "8 killed"), ("range", (5, None, 8), "5 to 8 killed")],
)
def test_an_incident_shows_the_figure_that_the_policy_took_and_each_outlets_own(
    policy: FiguresPolicy, killed: tuple[int | None, ...], summary: str
) -> None:
    corpus = merged(two_outlets(), policy)
    [entry] = corpus.entries
    assert corpus.merged
    assert entry.killed is not None
    assert (entry.killed.low, entry.killed.best, entry.killed.high) == killed
    assert summary in entry.summary
    assert [(told.outlet, told.killed and told.killed.best, told.killed_words) for told in entry.reports] == [
        ("sohr", 5, "5"),
        ("sana", 8, "8"),
    ]
    assert [code for code, _ in entry.findings] == ["sources_disagree"]


@pytest.mark.parametrize(
    ("kind", "role", "words"),
    [
        ("settlement", "site", "in Kafr; the spot itself is not known"),
        ("settlement", "near", "near Kafr; the spot itself is not known"),
        ("base", "site", "at Kafr"),
        ("admin1", "within", "somewhere in Kafr (governorate)"),
        ("desert", "site", "somewhere in Kafr (area)"),
        ("a kind of tomorrow", "site", "in Kafr; the spot itself is not known"),
    ],
)
def test_how_precise_a_place_is_is_said_in_words(kind: str, role: str, words: str) -> None:
    assert where_words(Place(id="x", name="Kafr", kind=kind, lat=35, lon=36, score=1), role) == words
    assert where_words(Place(id="x", name="Kafr", kind=kind, score=1), role) == "Kafr; no point is known"


def test_outlines_are_those_around_the_places() -> None:
    found = outlines_around([(35.0, 38.0)])
    assert found["divisions"]
    for name in ("land", "countries", "divisions"):
        for line in found[name]:
            x, y = line[0] / STEPS, line[1] / STEPS
            assert 30 - CELL <= x <= 40 + CELL
            assert 30 - CELL <= y <= 40 + CELL
    assert outlines_around([])["land"] == []
    assert package_file().stat().st_size < 500_000


def test_the_page_holds_everything_and_asks_for_nothing() -> None:
    corpus = merged(two_outlets())
    page = render_overview(corpus, "incidents.jsonl")
    data = unpacked(page, "data")
    assert data["summary"] == [corpus.entries[0].summary]
    assert data["killed"] == [[5, 5, 5]]
    [details] = unpacked(page, "chunk-0")
    assert details["words"] == [STRIKE]
    tree = html.fromstring(page)
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert not tree.xpath("//@src | //link | //@style | //*[starts-with(local-name(@*), 'on')]")
    assert "Not merged" not in page
    assert "Not merged" in render_overview(from_annotations(two_outlets()), "results.jsonl")


def test_hostile_text_is_packed_and_never_markup() -> None:
    annotation = hostile().annotation
    annotation.events[0].summary = "</script><script>alert(1)</script>"
    page = render_overview(from_annotations([annotation]), "</title><script>alert(1)</script>")
    assert "<script>alert" not in page
    assert len(html.fromstring(page).xpath("//script[not(@type)]")) == 1


def test_no_end_tag_stands_in_the_pages_own_files() -> None:
    folder = resources.files("conflict_events") / "overview" / "templates"
    files = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir()}
    assert {name for name in files if name.endswith(".js")} == set(SCRIPTS)
    assert all("</" not in files[name] for name in files if not name.endswith(".j2"))


def written(path: Path, annotations: list[Annotation]) -> Path:
    path.write_text("".join(one.model_dump_json() + "\n" for one in annotations), encoding="utf-8")
    return path


def test_the_command_takes_results_and_incidents(tmp_path: Path) -> None:
    results = written(tmp_path / "results.jsonl", two_outlets())
    page, found = tmp_path / "page.html", tmp_path / "incidents.jsonl"
    answer = CliRunner().invoke(app, ["overview", str(results), "--output", str(page)])
    assert answer.exit_code == 0, answer.output
    assert "2 events" in answer.output
    assert "conflict-events merge" in answer.output
    assert CliRunner().invoke(app, ["merge", str(results), "--output", str(found)]).exit_code == 0
    answer = CliRunner().invoke(app, ["overview", str(found), "--output", str(page)])
    assert answer.exit_code == 0, answer.output
    assert "1 incidents" in answer.output
    assert unpacked(page.read_text(encoding="utf-8"), "data")["settings"]["merged"]


@pytest.mark.parametrize(
    ("results", "output", "code", "says"),
    [
        ("none.jsonl", "page.html", 2, "no such file"),
        ("results.jsonl", "page.csv", 2, "end the name in .html"),
        ("results.jsonl", "not/there/page.html", 4, "cannot be written"),
    ],
)
def test_the_command_says_what_to_do(tmp_path: Path, results: str, output: str, code: int, says: str) -> None:
    written(tmp_path / "results.jsonl", two_outlets())
    answer = CliRunner().invoke(app, ["overview", str(tmp_path / results), "--output", str(tmp_path / output)])
    assert answer.exit_code == code
    assert says in answer.output


def test_a_corpus_without_events_is_a_page_too() -> None:
    assert unpacked(render_overview(from_annotations([]), "results.jsonl"), "data")["words"] == []
