"""Actors that an event implies without naming them, in the terms of ACLED's codebook.

A demonstration has protesters, whatever the text calls them; violence against civilians has civilians for its victims;
where a mine went off or a body was found and nobody is said to have done it, the party behind it is an unidentified
armed group. ``data/implied_actors.csv`` says which type of event implies which general actor
(``data/actor_templates.csv``), unless an actor of that sort is there already, and which words of the text stand for it:
an actor without words that speak for it is never added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from .matching import PhraseTable, forms, read_rows, words

FILE = "implied_actors.csv"
COLUMNS = ("event_type", "sub_event_type", "template", "role", "instead_of", "unless", "cues")
_TARGETS = "@target"
_CROWD = frozenset({"protesters", "rioters"})
_CIVILIAN = frozenset({"civilians", *_CROWD})
# What ACLED codes as civilians is told by common nouns; a name or a word for people under arms is not among them.
_PERPETRATORS = frozenset({"perpetrator", "party"})


@dataclass(frozen=True)
class Implied:
    """An implied actor: its role, the words that stand for it, and the template of the general actor."""

    role: str
    span: Span
    template: str


@dataclass(frozen=True)
class _Rule:
    event_type: str
    sub_event_type: str
    template: str
    role: str
    instead_of: str
    unless: str
    targets: bool
    cues: PhraseTable[str]


class ImpliedActors:
    """Reads the implied actors of an event."""

    def __init__(self, text: str) -> None:
        self._rules: list[_Rule] = []
        for row in read_rows(FILE, text, COLUMNS):
            cues = [] if row["cues"] == _TARGETS else forms(row["cues"])
            self._rules.append(
                _Rule(
                    row["event_type"],
                    row["sub_event_type"],
                    row["template"],
                    row["role"],
                    row["instead_of"],
                    row["unless"],
                    row["cues"] == _TARGETS,
                    PhraseTable((cue, cue) for cue in cues),
                )
            )

    def __call__(
        self,
        doc: Doc,
        sentences: Sequence[Span],
        event_type: str | None,
        sub_event_type: str | None,
        actors: Iterable[tuple[str, Span]],
        victims: Iterable[Span] = (),
    ) -> list[Implied]:
        """The actors that an event implies beside ``actors`` (its roles and mentions) and the words for its victims."""
        known = list(actors)
        found: list[Implied] = []
        for rule in self._rules:
            if rule.event_type != event_type or (rule.sub_event_type and rule.sub_event_type != sub_event_type):
                continue
            if self._there(rule.unless, known) or any(one.template == rule.template for one in found):
                continue
            span = self._mention(rule, doc, sentences, known, list(victims))
            if span is not None:
                found.append(Implied(rule.role, span, rule.template))
        return found

    def _there(self, sort: str, actors: Sequence[tuple[str, Span]]) -> bool:
        """Whether an actor of a sort is among ``actors``: a kind of actor, or a role."""
        if sort == "perpetrator":
            # One of two parties to a killing may have done it; the victims, civilian or not, did not.
            return any(role in _PERPETRATORS and _kind(span) not in _CIVILIAN for role, span in actors)
        if sort == "target":
            return any(role == "target" for role, _ in actors)
        return any(_kind(span) == sort for _, span in actors)

    def _mention(
        self, rule: _Rule, doc: Doc, sentences: Sequence[Span], actors: Sequence[tuple[str, Span]], victims: list[Span]
    ) -> Span | None:
        if rule.instead_of:
            for role, span in actors:
                if role != "target" and _is_people(span):
                    return span
        if rule.targets:
            targets = [span for role, span in actors if role == "target"] + victims
            return targets[0] if targets else None
        for sentence in sentences:
            for cue in rule.cues.find(words(doc, sentence.start, sentence.end)):
                return doc[cue.start : cue.end]
        return None


def _kind(span: Span) -> str | None:
    actor: Mapping[str, str] | None = span._.actor if Span.has_extension("actor") else None
    return actor["kind"] if actor else None


def _is_people(span: Span) -> bool:
    """Whether words speak of people without a name: civilians, or a common noun that the tables do not know."""
    kind = _kind(span)
    return kind == "civilians" or (kind is None and span.text.islower())
