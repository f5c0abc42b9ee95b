"""What corrected records teach: reviewed on the page, exported, learned from, and read better the next time."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")
pytest.importorskip("scipy", reason="the extra `train` is not installed")

import spacy
from spacy.language import Language
from typer.testing import CliRunner

import scripted_review
from conflict_events.casualties.lexicon import Lexicon, package_tables
from conflict_events.casualties.links.article import read_article
from conflict_events.casualties.links.further import FurtherFit, between, corrected_gold, fit_further
from conflict_events.casualties.links.learning import Gold
from conflict_events.casualties.links.weights import (
    LinkWeights,
    read_outlet_weights,
    write_outlet_weights,
)
from conflict_events.casualties.scenes import Cues
from conflict_events.cli import app
from conflict_events.corpus import parse
from conflict_events.corpus.align import doc_maker
from conflict_events.models import resolve
from conflict_events.reading import InputArticle
from conflict_events.records import annotation, model_info
from conflict_events.review.export import TRAINING, write_export
from conflict_events.schema import Annotation
from made_outlet import MadeArticle, articles
from review_server import serving, write_results

OTHER_OUTLET = """\
A toll of nine was given after a bomb in Mosul on Sunday: three people killed and six wounded, police said. The market
was closed for the rest of the day, and soldiers searched the cars that left the town. Nobody has claimed the attack.
"""
REVIEWED = """\
=== other-0001
outlet: other
outlet_name: Valley Courier
--- text
A bomb hit a market in {L:Homs} on Monday. The toll is {C k @1:twelve}, {C i @1:seven} of them wounded, medics said.

{C u aside:Forty} people were killed in {L:Raqqa}, where {C u:two} others were injured in a raid.
--- events
incident | Explosions/Remote violence / Remote explosive/landmine/IED
  within: Homs
  killed: 5
  injured: 7
"""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(resolve())


def read(nlp: Language, given: list[InputArticle]) -> list[Annotation]:
    docs = nlp.pipe([nlp.tokenizer.article_doc(article) for article in given])  # type: ignore[attr-defined]
    return [annotation(doc, model_info(nlp), keep_text=True) for doc in docs]


def made_inputs(made: list[MadeArticle]) -> list[InputArticle]:
    return [InputArticle(id=one.id, text=one.text, title=one.title, outlet=one.outlet) for one in made]


def totals(record: Annotation) -> tuple[int, int]:
    counted = [event for event in record.events if event.kind != "background"]
    killed = sum(event.fatalities.best or 0 for event in counted if event.fatalities)
    return killed, sum(event.injuries.best or 0 for event in counted if event.injuries)


def right(records: list[Annotation], made: list[MadeArticle]) -> int:
    wanted = [(one.total("killed"), one.total("injured")) for one in made]
    return sum(totals(record) == true for record, true in zip(records, wanted, strict=True))


def test_an_outlet_that_counts_the_wounded_into_its_toll_is_read_better_after_60_reviewed_articles(
    nlp: Language, tmp_path: Path
) -> None:
    """The whole way: annotate, correct on the page, export, train --add, annotate again."""
    reviewed = articles("courier", 60, seed=1, learning=True)
    records = read(nlp, made_inputs(reviewed))
    assert right(records, reviewed) <= 6
    results = write_results(tmp_path / "r.jsonl", records)
    with serving(results) as running:
        scripted_review.review(running, reviewed)
        list(write_export(running.review, tmp_path / "out"))
    corpus = tmp_path / "corpus.txt"
    corpus.write_text(REVIEWED.replace("outlet_name: Valley Courier", "part: dev"), encoding="utf-8")
    given = [
        "train",
        "--add",
        str(tmp_path / "out" / TRAINING),
        "--no-recogniser",
        "--output",
        str(tmp_path / "models"),
    ]
    answer = CliRunner().invoke(app, [*given, "--corpus", str(corpus), "--name", "learned"])
    assert answer.exit_code == 0, answer.output
    assert "valley courier" in " ".join(answer.output.split())
    learned = spacy.load(tmp_path / "models" / "learned-0.1.0")

    new = articles("courier", 14, seed=2, learning=False)
    assert right(read(learned, made_inputs(new)), new) >= 10
    other = InputArticle(id="x", text=OTHER_OUTLET, outlet="Another Paper")
    assert read(learned, [other])[0].events == read(nlp, [other])[0].events  # of other outlets nothing was learned


def test_what_a_corrected_article_says_of_each_figure(nlp: Language) -> None:
    [article], problems = parse(REVIEWED)
    assert problems == []
    with nlp.select_pipes(disable=["casualties", "events", "tallies", "findings"]):
        (doc,) = nlp.pipe([doc_maker(nlp)(article)])
    assert doc._.article["outlet"] == "Valley Courier"
    found = read_article(doc, Lexicon.from_tables(package_tables()), Cues.load(), of_known_outlet=True)
    gold = {
        doc[f.group.number[0]].text: one
        for f, one in zip(found.figures, corrected_gold(found, article), strict=True)
        if f.group.number
    }
    assert gold["twelve"] == Gold("new", 0)
    assert gold["seven"] == Gold("survived", 0)  # five and seven are twelve
    assert gold["Forty"] == Gold("aside")  # counts nobody, and nobody said why
    assert gold["two"] == Gold(None)  # an outcome that nobody stated teaches nothing


def test_what_reads_no_more_of_the_articles_left_out_is_not_learned(nlp: Language) -> None:
    (article,), _ = parse(REVIEWED)
    known = LinkWeights({"new:": 3.0, "none:": -3.0})
    weights, [fit] = fit_further(nlp, [article], known)
    assert not fit.kept
    assert weights == known
    assert isinstance(fit, FurtherFit)


def test_an_outlets_weights_are_added_to_the_general_ones_and_survive_the_table() -> None:
    own = read_outlet_weights(write_outlet_weights({"valley courier": {"none:word=toll": 2.0, "same~number": -0.5}}))
    weights = LinkWeights({"none:word=toll": 1.0, "new:": 0.5}, own)
    assert weights.of("Valley Courier") == {"none:word=toll": 3.0, "same~number": -0.5, "new:": 0.5}
    assert weights.of("Another Paper") == weights.of(None) == weights.general
    half = between(LinkWeights({"new:": 0.0}), LinkWeights({"new:": 1.0}, own), 0.5)
    assert half.general == {"new:": 0.5}
    assert half.by_outlet == own
    with pytest.raises(ValueError, match="lacks the columns"):
        read_outlet_weights("outlet,weight\na,1\n")


def test_a_model_keeps_the_weights_of_outlets(nlp: Language, tmp_path: Path) -> None:
    component = nlp.get_pipe("casualties")
    before = component.weights  # type: ignore[attr-defined]
    own = LinkWeights(before.general, {"valley courier": {"none:word=toll": 2.0}})
    try:
        component.weights = own  # type: ignore[attr-defined]
        data = component.to_bytes()  # type: ignore[attr-defined]
        component.to_disk(tmp_path)  # type: ignore[attr-defined]
        component.weights = before  # type: ignore[attr-defined]
        assert component.from_bytes(data).weights.by_outlet == own.by_outlet  # type: ignore[attr-defined]
        component.weights = before  # type: ignore[attr-defined]
        assert component.from_disk(tmp_path).weights.by_outlet == own.by_outlet  # type: ignore[attr-defined]
    finally:
        component.weights = before  # type: ignore[attr-defined]
