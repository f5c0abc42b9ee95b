"""The ACLED event type of an event, from its trigger words and from who is involved.

``data/event_triggers.csv`` lists words and phrases, each with the *signal* it gives ("shelling", "demonstration", …);
who takes part gives more signals (``armed_target``, ``state_perpetrator``, ``harm``, …). ``data/event_type_rules.csv``
lists, in their order, which signals make which sub-event type. A signal that stands in the lead (the event's first
sentence with a trigger) also counts as ``lead:signal``.

The order follows ACLED's codebook (Armed Conflict Location & Event Data Project, "ACLED Codebook", sections on event
types): demonstrations first, one-sided remote violence by its weapon, remote violence inside a battle stays a battle, a
change of control is coded above the clash it came with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span

from .matching import PhraseTable, Word, forms, read_rows, words

TRIGGERS, RULES, TYPES, PARTIES = (
    "event_triggers.csv",
    "event_type_rules.csv",
    "acled_event_types.csv",
    "party_words.csv",
)
_CONDITIONS = ("", "prefix")
#: a heading of a coded note ("Movement of forces:") ends within so many words
_HEADING_WORDS = 6
#: between a verb of capture and the name of what is captured may stand so many words ("the strategic town of X")
_OBJECT_WORDS = 6
_PREPOSITIONS = frozenset({"in", "at", "on", "from", "by", "near", "with", "to", "for", "after", "during", "against"})
_STATUSES = ("state", "armed", "civilian", "crowd")
_SPEECH_ROLES = frozenset({"claimant"})


class Trigger(NamedTuple):
    """What a phrase of the trigger table gives, and where it must stand."""

    signal: str
    condition: str


@dataclass(frozen=True)
class TypeRule:
    """All of ``needs`` and none of ``without`` make an event of ``sub_event_type``; of none where that is empty."""

    needs: frozenset[str]
    without: frozenset[str]
    sub_event_type: str


@dataclass(frozen=True)
class TypeTables:
    """Triggers, rules, the event type of each sub-event type, and words that say what a party is."""

    triggers: PhraseTable[Trigger] = field(repr=False)
    rules: tuple[TypeRule, ...] = field(repr=False)
    event_types: Mapping[str, str] = field(repr=False)
    parties: PhraseTable[str] = field(repr=False)

    @classmethod
    def from_texts(cls, tables: Mapping[str, str]) -> TypeTables:
        """Read the four CSV tables. Raises ``ValueError`` for a sub-event type or signal that is none."""
        types = {row["sub_event_type"]: row["event_type"] for row in read_rows(TYPES, tables[TYPES], ("event_type",))}
        rows = read_rows(TRIGGERS, tables[TRIGGERS], ("words", "signal", "condition"))
        for row in rows:
            if row["condition"] not in _CONDITIONS:
                raise ValueError(f"{TRIGGERS}: condition {row['condition']!r} is none of {_CONDITIONS}.")
        rules = tuple(
            TypeRule(frozenset(row["needs"].split()), frozenset(row["without"].split()), row["sub_event_type"])
            for row in read_rows(RULES, tables[RULES], ("needs", "without", "sub_event_type"))
        )
        for rule in rules:
            if rule.sub_event_type and rule.sub_event_type not in types:
                raise ValueError(f"{RULES}: {rule.sub_event_type!r} is no sub-event type of {TYPES}.")
        parties = read_rows(PARTIES, tables[PARTIES], ("words", "status"))
        for row in parties:
            if row["status"] not in _STATUSES:
                raise ValueError(f"{PARTIES}: status {row['status']!r} is none of {', '.join(_STATUSES)}.")
        return cls(
            PhraseTable(
                (form, Trigger(row["signal"], row["condition"])) for row in rows for form in forms(row["words"])
            ),
            rules,
            types,
            PhraseTable((form, row["status"]) for row in parties for form in forms(row["words"])),
        )


class EventTypes:
    """Classifies events."""

    def __init__(self, tables: TypeTables) -> None:
        self.tables = tables

    def __call__(
        self,
        doc: Doc,
        sentences: Sequence[Span],
        actors: Sequence[tuple[str, Span]] = (),
        casualties: Iterable[Mapping[str, Any]] = (),
    ) -> tuple[str | None, str | None]:
        """``(event_type, sub_event_type)`` of the event told in ``sentences``; both ``None`` where none is coded."""
        signals = self.signals(doc, sentences, actors, casualties)
        for rule in self.tables.rules:
            if rule.needs <= signals and not rule.without & signals:
                return self.tables.event_types.get(rule.sub_event_type), rule.sub_event_type or None
        return None, None

    def signals(
        self,
        doc: Doc,
        sentences: Sequence[Span],
        actors: Sequence[tuple[str, Span]] = (),
        casualties: Iterable[Mapping[str, Any]] = (),
    ) -> frozenset[str]:
        """Everything that the rules may ask for."""
        found: set[str] = set()
        lead = True  # a dateline or heading alone says nothing: the first sentence with a trigger leads
        for sentence in sentences:
            text = words(doc, sentence.start, sentence.end)
            known = len(found)
            for match in self.tables.triggers.find(text):
                signal, condition = match.value
                if condition == "prefix" and not (lead and _is_heading(doc, text, match.start, match.end)):
                    continue
                if signal in ("capture", "entry") and not _takes_place(doc, match.end):
                    continue
                if signal == "capture":
                    signal = "territory"
                found.add(signal)
                if lead:
                    found.add(f"lead:{signal}")
            lead = lead and len(found) == known
        found |= self._parties(doc, actors)
        found |= self._harm(doc, casualties)
        return frozenset(found)

    def _parties(self, doc: Doc, actors: Sequence[tuple[str, Span]]) -> set[str]:
        found: set[str] = set()
        first_target = True
        for role, span in actors:
            if role in _SPEECH_ROLES:
                continue
            status = self.status(span)
            if role == "target" and first_target:
                first_target = False
                found.add("first_civilian" if status in ("civilian", "crowd") else "first_armed")
            found.add(f"{status}_{role}")
            if status == "state":
                found |= {f"armed_{role}", "state"}
            if status == "crowd":
                found.add(f"civilian_{role}")
        return found

    def status(self, span: Span) -> str:
        """``state``, ``armed``, ``civilian`` or ``crowd``: from the linked actor's kind, else from the words.

        Words for people who are not armed go before the kind: a mayor is a civilian, though of the government.

        The last word that the table knows decides ("civilian police", "former fighters" but "militia members"); a name
        that it does not know is that of an armed party, because people are named by common nouns.
        """
        text = words(span.doc, span.start, span.end)
        told = self._last(text)
        if told in ("civilian", "crowd"):
            return told
        actor = span._.actor if Span.has_extension("actor") else None
        if actor and actor.get("kind"):
            parts = str(actor["kind"]).lower().replace("_", " ").split()
            known = self._last([Word(part, index) for index, part in enumerate(parts)])
            if known is not None:
                return known
        if text and span.start > 0 and span.doc[span.start - 1].lower_ in ("former", "ex"):
            return "civilian"
        if told is not None:
            return told
        return "armed" if any(token.text[:1].isupper() for token in span) else "civilian"

    def _last(self, text: Sequence[Word]) -> str | None:
        """The status that the last phrase of ``text`` gives; a phrase inside a longer one does not count."""
        status: str | None = None
        end = -1
        for found in self.tables.parties.find(text):
            if found.start >= end:
                status, end = found.value, found.end
        return status

    def _harm(self, doc: Doc, casualties: Iterable[Mapping[str, Any]]) -> set[str]:
        found: set[str] = set()
        for item in casualties:
            outcome = item.get("outcome")
            quantity = item.get("quantity") or {}
            if quantity.get("high") == 0:
                continue
            if outcome in ("killed", "injured", "killed_or_injured"):
                found.add("harm")
            if outcome in ("killed", "killed_or_injured"):
                found.add("killed")
        return found


def _is_heading(doc: Doc, text: Sequence[Word], start: int, end: int) -> bool:
    """Whether a phrase opens a coded note as its heading: at the beginning and before a colon."""
    return (
        bool(text)
        and start <= text[0].token + _HEADING_WORDS
        and end < len(doc)
        and doc[end].text == ":"
        and not any(doc[i].text in ".,;" for i in range(text[0].token, start))
    )


def _takes_place(doc: Doc, end: int) -> bool:
    """Whether a place is what the verb before ``end`` takes: its name follows, with no preposition but "of" between."""
    for index in range(end, min(end + _OBJECT_WORDS, len(doc))):
        token = doc[index]
        if token.ent_type_ == "LOCATION":
            return True
        if token.ent_type_ or token.pos_ in ("VERB", "PUNCT", "NUM") or token.lower_ in _PREPOSITIONS:
            return False
    return False
