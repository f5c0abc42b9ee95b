"""The role of an actor in an event is chosen by weighted signals that can be read, changed and fitted again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events import extensions
from conflict_events.components.events import Events
from conflict_events.evaluation.cases import EventCase
from conflict_events.events.fit_roles import Case, fit, role_in
from conflict_events.events.role_choice import ALWAYS, ROLES, RoleWeights
from conflict_events.events.role_signals import Candidate, EventView
from conflict_events.events.rules import EventRules

SENTENCES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "parsed_sentences.jsonl").read_text(encoding="utf8").splitlines()
]
HEAD = f"signal,{','.join(ROLES)}\n"


@pytest.fixture(scope="module")
def nlp() -> Language:
    extensions.register()
    return spacy.blank("en")


@pytest.fixture(scope="module")
def rules() -> EventRules:
    return EventRules.load()


def parsed(nlp: Language, row: dict[str, Any]) -> Doc:
    keys = ("words", "spaces", "tags", "pos", "deps", "heads")
    doc = Doc(nlp.vocab, **{key: row[key] for key in keys})
    doc.set_ents([Span(doc, start, end, label="ACTOR") for start, end in row["actors"]])
    return doc


def candidates(rules: EventRules, doc: Doc, casualties: Any = ()) -> list[Candidate]:
    view = EventView.of(doc, [doc[:]], casualties, rules.ruled_roles.table.tells_attack)
    return rules.role_signals.candidates(view)


def test_most_sentences_are_read_as_a_reader_reads_them(nlp: Language, rules: EventRules) -> None:
    right = read = gold = 0
    for row in SENTENCES:
        doc = parsed(nlp, row)
        found = {(span.text, role) for role, span in rules.actor_roles(doc, [doc[:]])}
        right, read, gold = right + len(found & set(row["roles"].items())), read + len(found), gold + len(row["roles"])
    assert 2 * right / (read + gold) > 0.7


def test_signals_say_what_was_seen_and_where(nlp: Language, rules: EventRules) -> None:
    doc = nlp("Lions Front attacked a post and killed two soldiers")
    doc.set_ents([Span(doc, 0, 2, label="ACTOR"), Span(doc, 8, 9, label="ACTOR")])
    front, soldiers = candidates(rules, doc, [{"trigger": 6, "victim": [8, 9], "agents": [1]}])
    assert {"telling: agent of a casualty", "telling: before attack", "telling: opens its sentence"} >= {
        signal for signal in front.signals if "agent" in signal or "opens" in signal
    }
    assert "telling: harmed, read target" in soldiers.signals
    assert "rules target" in soldiers.signals


def test_mentions_of_one_actor_are_one_candidate(nlp: Language, rules: EventRules) -> None:
    doc = nlp("Lions Front shelled a post ; LF said so")
    doc.set_ents([Span(doc, 0, 2, label="ACTOR"), Span(doc, 6, 7, label="ACTOR")])
    for ent in doc.ents:
        ent._.actor = {"id": "lions", "name": "Lions Front", "kind": "rebel", "side": None, "country": None}
    (one,) = candidates(rules, doc)
    assert [seen.ent.text for seen in one.mentions] == ["Lions Front", "LF"]
    assert "mentions 2" in one.signals


def test_a_second_name_in_brackets_is_the_same_actor(nlp: Language, rules: EventRules) -> None:
    doc = nlp("Lions Front ( LF ) shelled a post")
    doc.set_ents([Span(doc, 0, 2, label="ACTOR"), Span(doc, 3, 4, label="ACTOR")])
    assert len(candidates(rules, doc)) == 1


def test_weights_are_a_table_that_can_be_changed(nlp: Language, rules: EventRules) -> None:
    doc = nlp("Lions Front attacked a post")
    doc.set_ents([Span(doc, 0, 2, label="ACTOR")])
    for role in ROLES[1:]:
        row = ",".join("9" if name == role else "0" for name in ROLES)
        changed = rules.with_role_weights(f"{HEAD}{ALWAYS},{row}\n")
        assert changed.actor_roles(doc, [doc[:]]) == [(role, doc.ents[0])]
    nobody = rules.with_role_weights(f"{HEAD}{ALWAYS},9,0,0,0,0\n")
    assert nobody.actor_roles(doc, [doc[:]]) == []


def test_without_weights_the_rules_decide(nlp: Language, rules: EventRules) -> None:
    bare = rules.with_role_weights("")
    for row in SENTENCES[:20]:
        doc = parsed(nlp, row)
        assert bare.actor_roles(doc, [doc[:]]) == rules.ruled_roles(doc, [doc[:]])


def test_a_table_survives_being_written_and_read() -> None:
    weights = RoleWeights({ALWAYS: np.arange(5.0), "telling: read target 3": np.array([0.5, -1, 2, 0, 0])})
    again = RoleWeights.from_text(weights.to_text())
    assert {k: v.tolist() for k, v in again.table.items()} == {k: v.tolist() for k, v in weights.table.items()}
    assert again.probabilities(["telling: read target 3", "never seen"]).sum() == pytest.approx(1)


@pytest.mark.parametrize("text", ["signal,none\nalways,1\n", HEAD + "other,0,0,0,0,0\n"])
def test_a_table_without_its_columns_or_first_row_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="lacks"):
        RoleWeights.from_text(text)


def test_the_weights_are_saved_with_a_pipeline(tmp_path: Path) -> None:
    own = Events().from_bytes(f"{HEAD}{ALWAYS},0,1,0,0,0\n".encode())
    own.to_disk(tmp_path / "events")
    again = Events().from_disk(tmp_path / "events")
    assert again.rules.role_weights is not None
    assert again.rules.role_weights.table[ALWAYS].tolist() == [0, 1, 0, 0, 0]
    assert Events().from_disk(tmp_path / "nothing").rules.source == EventRules.load().source


def test_what_is_fitted_tells_the_roles_of_its_cases() -> None:
    pytest.importorskip("sklearn")
    told = {"perpetrator": "by", "target": "against", "party": "between", "claimant": "claims", "none": "says"}
    cases = [Case(frozenset({word, "seen"}), role) for role, word in told.items() for _ in range(40)]
    weights = fit(cases)
    for role, word in told.items():
        assert ROLES[int(weights.probabilities([word, "seen"]).argmax())] == role


def test_labels_name_an_actor_by_one_of_its_mentions_or_by_their_words(nlp: Language, rules: EventRules) -> None:
    doc = nlp("former commander of the Lions")
    doc.set_ents([Span(doc, 0, 2, label="ACTOR"), Span(doc, 4, 5, label="ACTOR")])
    commander, lions = candidates(rules, doc)
    event = EventCase("incident", roles={"target": ("commander",), "perpetrator": ("gunmen",)})
    assert role_in(event, commander) == "target"
    assert role_in(event, lions) == "none"
