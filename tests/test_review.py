"""Reviewing: decisions make a new record, the log keeps them, the page saves them, and the export tells the outcome."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

pytest.importorskip("starlette", reason="the extra `review` is not installed")
pytest.importorskip("uvicorn", reason="the extra `review` is not installed")

from conflict_events.cli import app
from conflict_events.corpus.check import check_files
from conflict_events.review.agreement import alpha, wilson
from conflict_events.review.corrections import CorrectionError, corrected
from conflict_events.review.forms import read_number, written_number
from conflict_events.review.operations import (
    Accept,
    Add,
    Delete,
    Describe,
    Join,
    NestFigure,
    SetFigure,
    SetParty,
    Split,
)
from conflict_events.review.queue import Wanted, in_order, queue_item
from conflict_events.review.review import Review
from conflict_events.review.standing import standing
from conflict_events.review.store import ConflictError, DecisionLog, ReviewError, log_path
from conflict_events.schema import Annotation, Quantity
from review_server import TEXT, Client, Running, annotation, exact, key, mention, serving, write_results

EVENT = "report-0-e1"


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_corrected_number_changes_the_sums_and_the_summary_and_not_the_record_given() -> None:
    before = annotation()
    copy = before.model_copy(deep=True)
    after = corrected(before, SetFigure(event=EVENT, path=(0,), quantity=read_number("6+")))
    [event] = after.events
    assert event.fatalities
    assert (event.fatalities.low, event.fatalities.high) == (6, None)
    assert event.summary
    assert "at least 6 killed" in event.summary
    assert before == copy


def test_a_part_is_never_added_to_its_whole() -> None:
    three = SetFigure(event=EVENT, outcome="killed", quantity=exact(3))
    added = corrected(annotation(), three)
    assert added.events[0].fatalities
    assert added.events[0].fatalities.best == 8
    nested = corrected(added, NestFigure(event=EVENT, path=(2,), under=(0,)))
    assert nested.events[0].fatalities
    assert nested.events[0].fatalities.best == 5
    alone = corrected(nested, NestFigure(event=EVENT, path=(0, 0)))
    assert alone.events[0].fatalities
    assert alone.events[0].fatalities.best == 8


def test_a_part_that_exceeds_its_whole_or_is_of_another_outcome_is_refused() -> None:
    nine = corrected(annotation(), SetFigure(event=EVENT, outcome="killed", quantity=exact(9)))
    with pytest.raises(CorrectionError, match="more than its whole"):
        corrected(nine, NestFigure(event=EVENT, path=(2,), under=(0,)))
    with pytest.raises(CorrectionError, match="change the outcome"):
        corrected(annotation(), NestFigure(event=EVENT, path=(1,), under=(0,)))
    with pytest.raises(CorrectionError, match="part of itself"):
        corrected(annotation(), NestFigure(event=EVENT, path=(0,), under=(0,)))


def test_split_and_join_keep_every_figure_once() -> None:
    split = corrected(annotation(), Split(event=EVENT, new="new", figures=(1,)))
    assert [(one.id, len(one.casualties)) for one in split.events] == [(EVENT, 1), ("new", 1)]
    assert split.events[1].fatalities is None
    joined = corrected(split, Join(event=EVENT, other="new"))
    assert joined.events[0].casualties == annotation().events[0].casualties
    assert len(joined.events[0].actors) == 1


def test_two_events_that_tell_the_same_figure_do_not_double_it_when_joined() -> None:
    joined = corrected(annotation(events=2), Join(event=EVENT, other="report-0-e2"))
    assert joined.events[0].fatalities
    assert joined.events[0].fatalities.best == 5


@pytest.mark.parametrize(
    "operation",
    [
        Delete(event="none"),
        SetFigure(event=EVENT, path=(7,), quantity=exact(1)),
        SetFigure(event=EVENT, quantity=exact(1)),
        SetParty(event=EVENT, index=4, role="target"),
        Split(event=EVENT, new=EVENT, figures=(0,)),
        Add(event=EVENT, evidence=mention("Five")),
    ],
    ids=lambda operation: operation.do,
)
def test_a_decision_that_does_not_fit_is_refused(operation: Delete) -> None:
    with pytest.raises(CorrectionError):
        corrected(annotation(), operation)


@pytest.mark.parametrize("written", ["5", "9+", "~25", "<=10", "10..15", "?", "0", "8/9/12", "-/9/12"])
def test_a_number_is_read_as_it_is_written(written: str) -> None:
    assert written_number(read_number(written)) == written


def test_a_number_may_be_written_in_words_and_nonsense_is_refused() -> None:
    assert read_number("at least nine") == Quantity(low=9, best=9, modifier="at_least")
    for wrong in ("many thanks", "-3", "9/8/7", ""):
        with pytest.raises(CorrectionError):
            read_number(wrong)


def test_an_event_corrected_after_it_was_accepted_waits_again() -> None:
    accept, edit = Accept(event="e"), Describe(event="e", kind="update")
    assert standing(["e"], [accept]).done
    assert standing(["e"], [accept, edit]).waiting == ("e",)
    assert standing(["e"], [edit, accept]).done
    assert standing(["e", "f"], [accept]).waiting == ("f",)
    assert standing(["e"], [Delete(event="e")]).done
    assert standing([], []).waiting == ("",)
    assert standing([], [Accept(event="")]).done


# --- the log ----------------------------------------------------------------------------------------------------------


def save(log: DecisionLog, name: str, *, coder: str = "ann", **given: object) -> int:
    values = {"coder": coder, "article": "report-0", "original": "{}", "request": name, **given}
    return log.save(Accept(event=name), **values)  # type: ignore[arg-type]


def events_of(log: DecisionLog) -> list[str]:
    return [decision.operation.event for decision in log.decisions()]


def test_undo_and_redo_go_back_and_forth_over_everything(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    for name in "abc":
        save(log, name)
    for step in "123":
        log.undo("ann", step)
    assert events_of(log) == []
    assert log.undo("ann", "4") is None
    for step in "56":
        log.redo("ann", step)
    assert events_of(log) == ["a", "b"]
    log.undo("ann", "7")
    save(log, "d")
    assert log.redo("ann", "8") is None  # something else was decided since
    assert events_of(log) == ["a", "d"]
    log.undo("ann", "9")
    log.undo("ann", "10")
    log.redo("ann", "11")
    assert events_of(log) == ["a"]
    log.redo("ann", "12")
    assert events_of(log) == ["a", "d"]
    assert log.redo("ann", "13") is None


def test_one_coder_does_not_undo_what_another_did(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    save(log, "a")
    save(log, "b", coder="ben")
    assert log.undo("ann", "1") is not None
    assert log.undo("ann", "2") is None
    assert events_of(log) == ["b"]


def test_a_decision_sent_twice_is_saved_once(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    assert save(log, "a") == save(log, "a")
    assert events_of(log) == ["a"]


def test_who_has_not_seen_the_last_decision_overwrites_nothing(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    first = save(log, "a", seen=0)
    with pytest.raises(ConflictError):
        save(log, "b", seen=0)
    save(log, "c", seen=first)
    assert events_of(log) == ["a", "c"]


def test_the_log_lets_nothing_be_changed_or_taken_out(tmp_path: Path) -> None:
    import sqlite3

    log = DecisionLog(tmp_path / "log")
    save(log, "a")
    with sqlite3.connect(tmp_path / "log") as connection:
        for statement in ("update decisions set coder = 'eve'", "delete from decisions", "delete from originals"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                connection.execute(statement)


def test_another_file_in_the_place_of_the_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.review.sqlite"
    path.write_text("my notes, of more than sixteen letters")
    with pytest.raises(ReviewError):
        DecisionLog(path)
    assert path.read_text().startswith("my notes")


# --- the queue --------------------------------------------------------------------------------------------------------


def test_the_most_doubtful_come_first_and_a_random_order_is_always_the_same() -> None:
    scores = [0.9, None, 0.1, 0.5]
    records = []
    for number, score in enumerate(scores):
        record = annotation(number)
        records.append(record.model_copy(update={"events": [record.events[0].model_copy(update={"score": score})]}))
    items = [queue_item(record, number) for number, record in enumerate(records)]
    assert [item.number for item in in_order(items, Wanted())] == [2, 3, 0, 1]
    lots = [item.number for item in in_order(items, Wanted("random"))]
    assert lots == [item.number for item in in_order(reversed(items), Wanted("random"))]
    assert sorted(lots) == [0, 1, 2, 3]


def test_only_a_sample_of_everything_counts_as_random() -> None:
    assert Wanted("random").sampling == "random"
    assert Wanted("random", search="idlib").sampling == ""
    assert Wanted("doubt").sampling == ""


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    results = write_results(tmp_path / "r.jsonl", [annotation(0), annotation(1, events=2), annotation(2, events=0)])
    with serving(results) as found:
        yield found


def test_accepting_goes_on_through_all_events_until_nothing_is_left(running: Running) -> None:
    client = running.client()
    page = client.get("/next?order=given")
    seen = []
    for _ in range(4):
        seen.append(re.search(r'name="event" value="([^"]*)"', page.body)[1])  # type: ignore[index]
        address = re.search(r'action="(/record/[^"]*)" id="accept"', page.body)[1].replace("&amp;", "&")  # type: ignore[index]
        row = re.search(r'name="seen" value="(\d+)"', page.body)[1]  # type: ignore[index]
        page = client.post(address, do="accept", event=seen[-1], seen=row)
    assert seen == ["report-0-e1", "report-1-e1", "report-1-e2", ""]
    assert "Nothing is left to do" in page.body
    assert "<b>3</b> of 3 done" in page.body


def test_a_figure_is_corrected_by_the_words_chosen(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    words = mention("two")
    client.decide(item, "figure", EVENT, path="0", start=words.start, end=words.end)
    [event] = review_of(running).events
    assert event.casualties[0].quantity == exact(2)
    assert event.casualties[0].mention == words


def review_of(running: Running, coder: str = "ann", number: int = 0) -> Annotation:
    item = running.review.item_of(f"report-{number}")
    assert item
    return running.review.article(item, coder).annotation


def test_everything_of_a_record_can_be_corrected_through_the_page(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    client.decide(
        item, "describe", EVENT, kind="update", certainty="claimed", type="Violence against civilians / Attack",
        date="2024-03-03..2024-03-04",
    )  # fmt: skip
    civilians = mention("civilians")
    client.decide(item, "figure", EVENT, path="1", words_are="victim", start=civilians.start, end=civilians.end)
    client.decide(item, "figure", EVENT, path="1", status="civilian")
    client.decide(item, "party", EVENT, role="target", start=civilians.start, end=civilians.end)
    client.decide(item, "party", EVENT, index="0", new_actor="The Masked Men")
    client.decide(item, "place", EVENT, index="0", point="35.93, 36.63", role="site")
    client.decide(item, "note", EVENT, text="<b>look</b>")
    [event] = review_of(running).events
    assert (event.kind, event.certainty, event.sub_event_type) == ("update", "claimed", "Attack")
    assert (str(event.date.start), str(event.date.end)) == ("2024-03-03", "2024-03-04")
    assert event.casualties[1].victim
    assert event.casualties[1].victim.status == "civilian"
    assert [one.mention.text for one in event.actors] == ["gunmen", "civilians"]
    assert event.actors[0].actor
    assert event.actors[0].actor.name == "The Masked Men"
    assert event.locations[0].role == "site"
    assert event.locations[0].place
    assert event.locations[0].place.lat == 35.93
    assert "&lt;b&gt;look&lt;/b&gt;" in client.get(f"/record/{item}").body


def test_places_and_actors_are_found_by_name(running: Running) -> None:
    client = running.client()
    place = json.loads(client.get("/places?q=Idlib").body)[0]
    assert "Idleb" in place["name"]
    actor = json.loads(client.get("/actors?q=Islamic%20State").body)[0]
    item = key(client.get("/"), "Report 0")
    client.decide(item, "place", EVENT, index="0", place=place["id"])
    client.decide(item, "party", EVENT, index="0", actor=actor["id"])
    [event] = review_of(running).events
    assert event.locations[0].place
    assert event.locations[0].place.id == place["id"]
    assert event.actors[0].actor
    assert event.actors[0].actor.id == actor["id"]


def test_what_cannot_be_saved_says_why_and_changes_nothing(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    wrong: list[dict[str, object]] = [
        {"do": "figure", "path": "0", "number": "many thanks"},
        {"do": "figure", "path": "0", "start": 5, "end": 99999},
        {"do": "figure", "path": "x"},
        {"do": "place", "index": "0", "point": "91,0"},
        {"do": "describe", "kind": "war"},
        {"do": "describe", "date": "2024-02-30"},
        {"do": "unheard-of"},
    ]
    for fields in wrong:
        do = str(fields.pop("do"))
        answer = client.decide(item, do, EVENT, **fields)
        assert answer.status == 422, fields
        assert 'role="alert"' in answer.body
    assert review_of(running) == annotation()


def test_undo_and_redo_show_the_record_they_concern(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    client.decide(item, "delete", EVENT)
    assert review_of(running).events == []
    assert f'name="event" value="{EVENT}"' in client.post("/undo").body
    assert len(review_of(running).events) == 1
    client.post("/redo")
    assert review_of(running).events == []
    assert "nothing" in client.post("/redo").body


def test_a_new_run_of_annotate_keeps_the_decisions_and_shows_what_changed(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    client.decide(item, "figure", EVENT, path="0", number="7")
    again = corrected(annotation(), SetFigure(event=EVENT, path=(0,), quantity=exact(4)))
    write_results(running.results, [again])
    with serving(running.results) as later:
        page = later.client().get(f"/record/{item}").body
        assert "reads this article otherwise now" in page
        assert review_of(later).events[0].casualties[0].quantity == exact(7)


# --- several coders, and out ------------------------------------------------------------------------------------------


def test_alpha_is_that_of_the_textbook() -> None:
    # Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section A: binary data, two observers.
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(list(zip(one, other, strict=True))) == pytest.approx(0.095, abs=0.0005)
    assert alpha([("a", "a")]) is None
    assert wilson(1.0, 10) == pytest.approx((0.7225, 1.0), abs=0.0005)


def test_coders_who_differ_are_shown_and_one_is_taken(running: Running, tmp_path: Path) -> None:
    ann, ben = running.client(), running.client("ben")
    item = key(ann.get("/"), "Report 0")
    ann.decide(item, "accept", EVENT)
    ben.decide(item, "figure", EVENT, path="0", number="6")
    ben.decide(item, "accept", EVENT)
    page = ann.get("/coders").body
    assert "5/5/5" in page
    assert "6/6/6" in page
    lines = exported(running, tmp_path / "one")
    assert lines[0].review is None  # nobody decided
    ann.post("/settle", key=item, coder="ben")
    lines = exported(running, tmp_path / "two")
    assert lines[0].review
    assert lines[0].review.reviewed_by == "ben"
    assert [(one.field, one.before, one.after) for one in lines[0].review.changes] == [("killed", "5/5/5", "6/6/6")]


def test_who_codes_blind_sees_the_machines_answer_only_when_done(running: Running, tmp_path: Path) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    page = client.get(f"/record/{item}?order=random&blind=yes").body
    assert "report-0-e1" not in page
    assert "data-range" not in page
    words = mention("Five soldiers were killed")
    where = f"/record/{item}?order=random&blind=yes"
    client.post(where, do="add", event="", seen=0, start=words.start, end=words.end)
    [event] = review_of(running).events
    five = mention("Five")

    def decide(do: str, **fields: object) -> str:
        page = client.get(where).body
        assert "What the machine said" not in page
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen
        return client.post(where, do=do, event=event.id, seen=seen[1], **fields).body

    decide("figure", path="", outcome="killed", start=five.start, end=five.end)
    decide("describe", type="Battles / Armed clash")
    page = decide("accept")
    assert "What the machine said" in page
    assert "injured: machine <b>2/2/2</b>, you <b>not stated</b>" in page
    assert "killed: machine" not in page
    exported(running, tmp_path / "out")
    report = (tmp_path / "out" / "report.md").read_text()
    assert "1 articles, coded without the machine's answer" in report
    assert re.search(r"\| events that were found \| 1\.00", report)
    assert re.search(r"\| injured \| 0\.00", report)


def exported(running: Running, folder: Path) -> list[Annotation]:
    answer = CliRunner().invoke(app, ["review", "export", str(running.results), "--output", str(folder)])
    assert answer.exit_code == 0, answer.output
    return [Annotation.model_validate_json(line) for line in (folder / "annotations.jsonl").read_text().splitlines()]


def test_the_export_goes_where_results_go_and_trains_a_model(running: Running, tmp_path: Path) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    client.decide(item, "figure", EVENT, order="random", path="0", number="6")
    client.decide(item, "accept", EVENT, order="random")
    first, *rest = exported(running, tmp_path / "out")
    assert first.events[0].fatalities
    assert first.events[0].fatalities.best == 6
    assert all(one.review is None for one in rest)
    source = (tmp_path / "out" / "training.txt").read_text()
    assert "{C k @1:Five} soldiers" in source
    assert "killed: 6" in source
    assert [one for one in check_files([tmp_path / "out" / "training.txt"]) if one.severity == "error"] == []
    report = (tmp_path / "out" / "report.md").read_text()
    assert "1 of 3 articles reviewed" in report
    assert re.search(r"\| killed \| 0\.00 \| 0\.00–0\.\d\d \| 1 \|", report)
    assert re.search(r"\| injured \| 1\.00 \| 0\.\d\d–1\.00 \| 1 \|", report)
    answer = CliRunner().invoke(app, ["export", str(tmp_path / "out" / "annotations.jsonl"), "--target", "acled"])
    assert answer.exit_code in (0, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_the_command_prints_an_address_serves_it_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    results = write_results(tmp_path / "r.jsonl", [annotation()])
    command = [sys.executable, "-m", "conflict_events.cli", "review", str(results), "--no-browser", "--coder", "Zoë"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, ExitStack() as ended:
        ended.callback(process.kill)
        assert process.stdout
        address = urlsplit(process.stdout.readline().strip())
        assert address.hostname == "127.0.0.1"
        assert address.port
        client = Client(address.port)
        page = client.get(f"/?{address.query}").body
        assert "<b>0</b> of 1 done" in page
        assert 'value="Zoë"' in page
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) in (0, 130, -signal.SIGINT)


def test_an_articles_own_score_says_how_doubtful_it_is() -> None:
    assert queue_item(annotation().model_copy(update={"score": 0.0}), 0).score == 0.0


def test_export_before_any_review_and_no_results_say_what_to_do(tmp_path: Path) -> None:
    results = write_results(tmp_path / "r.jsonl", [annotation()])
    for given in (results, tmp_path / "none"):
        answer = CliRunner().invoke(app, ["review", "export", str(given), "--output", str(tmp_path / "out")])
        assert answer.exit_code == 2
    assert not log_path(results).exists()


def test_two_articles_of_one_id_are_refused(tmp_path: Path) -> None:
    results = write_results(tmp_path / "r.jsonl", [annotation(), annotation()])
    with pytest.raises(ReviewError, match="two articles"):
        Review(results, DecisionLog(log_path(results)))


def test_the_text_of_the_tests_is_that_of_the_records() -> None:
    assert all(TEXT[one.start : one.end] == one.text for one in annotation().entities)
