"""The whole way from an article's text to its record, with the model that the package ships."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from conflict_events.models import resolve
from conflict_events.reading import InputArticle
from conflict_events.records import annotation, model_info
from conflict_events.schema import Annotation, Casualty

REPORT = (Path(__file__).parent / "data" / "article.txt").read_text(encoding="utf8")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(resolve())


def read(nlp: Language, text: str, **facts: object) -> Annotation:
    article = InputArticle(id=str(facts.pop("id", "a1")), text=text, **facts)  # type: ignore[arg-type]
    doc = next(iter(nlp.pipe([nlp.tokenizer.article_doc(article)])))  # type: ignore[attr-defined]
    return annotation(doc, model_info(nlp))


def tolls(casualties: list[Casualty], outcome: str) -> list[int | None]:
    return [c.quantity.best for c in casualties if c.outcome == outcome]


@pytest.fixture(scope="module")
def report(nlp: Language) -> Annotation:
    return read(nlp, REPORT, id="report")


def test_each_paragraph_of_its_own_place_is_an_event(report: Annotation) -> None:
    assert [event.kind for event in report.events] == ["incident", "incident", "incident", "background"]
    assert tolls(report.events[0].casualties, "killed") == [3]
    assert tolls(report.events[0].casualties, "injured") == [2]
    assert tolls(report.events[1].casualties, "killed") == [1]
    assert tolls(report.events[1].casualties, "injured") == [2]
    assert report.events[2].casualties == []
    assert tolls(report.events[3].casualties, "killed") == [2]


def test_a_part_is_kept_in_its_whole_and_never_added(report: Annotation) -> None:
    (killed,) = [c for c in report.events[0].casualties if c.outcome == "killed"]
    assert [part.quantity.best for part in killed.includes] == [1]
    assert report.events[0].fatalities is not None
    assert report.events[0].fatalities.best == 3


def test_others_are_of_the_party_named_before_them(report: Annotation) -> None:
    (injured,) = [c for c in report.events[0].casualties if c.outcome == "injured"]
    assert injured.victim is not None
    assert injured.victim.mention.text == "regime forces"


def test_a_strike_with_no_stated_toll_has_none_and_not_zero(report: Annotation) -> None:
    assert report.events[2].fatalities is None
    assert report.events[2].injuries is None
    assert report.events[2].sub_event_type == "Air/drone strike"


def test_a_running_statistic_is_a_tally_with_its_regions_and_no_event(report: Annotation) -> None:
    whole, homs, hama = report.tallies
    assert whole.total is not None
    assert (whole.total.best, whole.since, whole.parent) == (50, "early 2023", None)
    assert [part.quantity.best for part in whole.parts] == [30, 12, 7]
    assert [part.quantity.best for part in whole.parts[0].includes] == [4]
    assert [(t.parent, t.operations, t.total and t.total.best) for t in (homs, hama)] == [
        (whole.id, 15, 31),
        (whole.id, 6, 17),
    ]
    killed = sum(e.fatalities.best or 0 for e in report.events if e.fatalities)
    assert killed == 3 + 1 + 2


def test_what_does_not_add_up_is_a_finding(report: Annotation) -> None:
    found = {(f.code, f.expected, f.found) for f in report.findings}
    assert ("headline_disagrees", 9, 8) in found
    assert ("parts_do_not_add_up", 50, 49) in found
    assert ("regions_do_not_add_up", 50, 48) in found


def test_the_headlines_sum_is_no_event(report: Annotation) -> None:
    assert all(c.quantity.best != 9 for event in report.events for c in event.casualties)


def test_every_mention_is_the_articles_own_words(nlp: Language) -> None:
    text = "IS*IS cells kil*led two sold\u00adiers near Palm&shy;yra.\n\nRead also: Nine killed elsewhere"
    read_in = read(nlp, text)
    mentions = list(read_in.entities)
    assert mentions
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
    assert all(mention.end < text.index("Read also") for mention in mentions)
    assert read_in.events[0].fatalities is not None
    assert read_in.events[0].fatalities.best == 2


def test_an_update_replaces_the_toll_and_adds_nothing(nlp: Language) -> None:
    text = (
        "Death toll update | Five people killed in Idlib\n\n"
        "Idlib province: The death toll of the shelling on Ariha city has risen to five, after the death of a woman of "
        "her wounds.\n\nEarlier today, SOHR activists reported that four civilians were killed and nine were injured."
    )
    events = read(nlp, text).events
    assert sum((e.fatalities.best or 0) for e in events if e.fatalities and e.kind != "background") == 5
    assert events[0].kind == "update"


def test_a_claim_of_one_side_is_an_event_that_says_so(nlp: Language) -> None:
    text = (
        "Three soldiers were killed in an ambush near Sabha on Monday.\n\n"
        "Pro-government media claimed that seven ISIS members were killed in a raid on Bishri."
    )
    events = read(nlp, text).events
    assert [(e.certainty, e.fatalities and e.fatalities.best) for e in events] == [("asserted", 3), ("claimed", 7)]


def test_the_same_toll_told_again_is_counted_once(nlp: Language) -> None:
    text = (
        "Six people were killed when a car bomb exploded in Azaz on Friday.\n\n"
        "The blast tore through the market at noon. A doctor said that six people had been killed."
    )
    assert [e.fatalities.best for e in read(nlp, text).events if e.fatalities] == [6]


def test_who_did_it_is_read_where_nobody_was_harmed(nlp: Language) -> None:
    text = "Homs province: On Monday, regime forces with the support of Russian warplanes regained the town of Tadmor."
    (event,) = read(nlp, text).events
    assert ("perpetrator", "regime forces") in {(actor.role, actor.mention.text) for actor in event.actors}


def test_those_who_were_abducted_are_no_abductors(nlp: Language) -> None:
    text = "Gunmen attacked Pieri village on Sunday. Eleven people were killed and 60 children abducted."
    roles = {a.mention.text: a.role for event in read(nlp, text).events for a in event.actors}
    assert (roles["Gunmen"], roles["children"]) == ("perpetrator", "target")


def test_no_casualties_is_zero(nlp: Language) -> None:
    event = read(nlp, "Shells fell on Kafr Nabl in Idlib. No casualties were reported.").events[0]
    assert event.fatalities is not None
    assert (event.fatalities.best, event.injuries and event.injuries.best) == (0, 0)


def test_open_bounds_stay_open(nlp: Language) -> None:
    event = read(nlp, "At least nine civilians and two policemen were killed in Raqqa.").events[0]
    assert event.fatalities is not None
    assert (event.fatalities.low, event.fatalities.best, event.fatalities.high) == (11, 11, None)


def test_ids_are_stable(nlp: Language) -> None:
    first, second = (read(nlp, REPORT, id="same") for _ in range(2))
    assert first.model_dump() == second.model_dump()


def test_empty_and_foreign_texts_give_empty_records(nlp: Language) -> None:
    for text in ("", " \n ", "12 345", "قتل ثلاثة مدنيين", "Прево читалиште"):
        assert read(nlp, text).events == []


def test_a_doc_survives_bytes_with_all_that_was_read(nlp: Language) -> None:
    doc = nlp(REPORT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert annotation(again).model_dump() == annotation(doc).model_dump()


def test_several_processes_read_the_same(nlp: Language) -> None:
    texts = [REPORT, "Two people were killed in Homs.", "Prices rose."] * 2
    one = [annotation(doc).model_dump() for doc in nlp.pipe(texts)]
    two = [annotation(doc).model_dump() for doc in nlp.pipe(texts, n_process=2, batch_size=2)]
    assert one == two


def test_the_model_loads_with_no_import_of_ours() -> None:
    load = f"import spacy; nlp = spacy.load({str(resolve())!r})"
    code = f"{load}; print(len(nlp('Two people were killed in Homs.')._.events))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
