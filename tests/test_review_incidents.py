"""Whether two reports tell one incident: suggested by merging, said by a coder, held to by merging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")
pytest.importorskip("uvicorn", reason="the extra `review` is not installed")

from typer.testing import CliRunner

from conflict_events.cli import app
from conflict_events.merging import incidents, merge, read_incidents
from conflict_events.merging.decisions import Decided, DecisionsError, held_to, read_decisions
from conflict_events.review.export import write_export
from conflict_events.review.incidents import Suggestions, agreed
from conflict_events.review.outcome import outcomes
from made_reports import article, together, told
from review_server import Running, serving, write_results

MARKET = "Russian warplanes bombed the vegetable market of Saraqib at noon, killing five people of the Haddad family."
REPORTS = [
    article("a", told(MARKET, killed=5), title="Five killed in Saraqib market", outlet="sohr"),
    article("b", told("A mine killed two shepherds near Saraqib.", day="2023-05-02", killed=2, by=None), outlet="npa"),
    article("c", told("An air raid hit a village near Saraqib at night.", killed=3, by=None), outlet="anha"),
    article("d", told("A rocket killed three in a market.", day="2023-05-03", killed=3, by=None), outlet="snhr"),
    article("e", told("A mine exploded under a tractor at Tabqa.", "Tabqa", "2023-05-03", 1, None), outlet="sana"),
    article("f", told("Gunmen shot at a bus in the desert.", "Sokhneh", "2023-05-03", 3, "IS"), outlet="wire"),
]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with serving(write_results(tmp_path / "r.jsonl", REPORTS)) as found:
        yield found


def forms(page: str) -> list[dict[str, str]]:
    """The fields of each form of the page that says whether a pair is one."""
    return [
        dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        for form in re.findall(r'<form method="post" action="/incidents">.*?</form>', page, re.DOTALL)
    ]


def is_one(path: Path, form: dict[str, str]) -> bool:
    """Whether both events of a form stand in one incident of a file."""
    return any({form["event"], form["other_event"]} <= group for group in together(list(read_incidents(path))))


def test_a_pair_that_merging_doubts_is_decided_undone_exported_and_held_to(running: Running, tmp_path: Path) -> None:
    client = running.client()
    first = Suggestions(running.review).all()[0]
    shown = forms(client.get("/incidents").body)
    answer = shown[1] if first.joined else shown[0]  # the opposite of what merging made of it
    assert answer["same"] == ("no" if first.joined else "yes")

    after = client.post("/incidents", **answer)
    assert "1 of" in after.body
    assert answer["event"] not in [f["event"] for f in forms(after.body) if f["other_event"] == answer["other_event"]]
    assert "0 of" in client.post("/undo").body
    assert "1 of" in client.post("/redo").body

    lines = list(write_export(running.review, tmp_path / "out"))
    assert any("incidents.csv: 1 pairs" in line for line in lines)
    results, decided = str(running.results), str(tmp_path / "out" / "incidents.csv")
    for name, more in (("before.jsonl", []), ("after.jsonl", ["--decided", decided])):
        run = CliRunner().invoke(app, ["merge", results, "--output", str(tmp_path / name), *more])
        assert run.exit_code == 0, run.output
    assert is_one(tmp_path / "before.jsonl", answer) == first.joined
    assert is_one(tmp_path / "after.jsonl", answer) != first.joined


def test_coders_who_differ_about_a_pair_decide_nothing_and_remarks_finish_no_article(running: Running) -> None:
    ann, ben = running.client("ann"), running.client("ben")
    yes, no = forms(ann.get("/incidents").body)[:2]
    ann.post("/incidents", **yes)
    assert [one.same for one, _ in agreed(running.review)] == [True]
    ben.post("/incidents", **no)
    assert list(agreed(running.review)) == []
    assert [one.taken for one in outcomes(running.review)] == [None] * len(REPORTS)


@pytest.mark.parametrize("change", [{"same": "maybe"}, {"other_article": "../../x"}, {"key": "nobody"}])
def test_a_pair_that_is_not_there_is_refused(running: Running, change: dict[str, str]) -> None:
    client = running.client()
    form = forms(client.get("/incidents").body)[0] | change
    assert client.post("/incidents", **form).status == 404
    assert running.review.log.decisions() == []


def test_what_people_said_stands_above_weights_vetoes_and_earlier_incidents() -> None:
    def groups(*decided: Decided, known: dict[tuple[str, str], str] | None = None) -> set[frozenset[str]]:
        return together(list(incidents(held_to(merge(REPORTS, known=known), decided), "lowest")))

    market, bus = ("a", "a-e1"), ("f", "f-e1")  # 200 km apart
    assert not any({"a-e1", "f-e1"} <= group for group in groups())
    assert any({"a-e1", "f-e1"} <= group for group in groups(Decided(market, bus, True)))
    known = {market: "old", bus: "old"}
    assert any({"a-e1", "f-e1"} <= group for group in groups(known=known))
    assert not any({"a-e1", "f-e1"} <= group for group in groups(Decided(bus, market, False), known=known))
    two = {market: "one", bus: "two"}
    assert any({"a-e1", "f-e1"} <= group for group in groups(Decided(bus, market, True), known=two))
    assert groups(Decided(("nobody", ""), bus, True)) == groups()


def test_an_incident_that_is_taken_apart_leaves_its_id_to_one_of_both() -> None:
    market, bus = ("a", "a-e1"), ("f", "f-e1")
    merged = held_to(merge(REPORTS, known={market: "old", bus: "old"}), [Decided(market, bus, False)])
    assert [incident.id for incident in incidents(merged, "lowest")].count("old") == 1


def test_a_table_of_decisions_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "decided.csv"
    path.write_text("left_article,left_event\na,b\n", encoding="utf-8")
    with pytest.raises(DecisionsError, match="lacks the columns right_article"):
        read_decisions(path)
    path.write_text("left_article,left_event,right_article,right_event,same\na,a-e1,b,b-e1,perhaps\n", encoding="utf-8")
    with pytest.raises(DecisionsError, match=r"decided\.csv:2"):
        read_decisions(path)
