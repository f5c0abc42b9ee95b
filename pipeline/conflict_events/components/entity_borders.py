"""``entity_borders``: what belongs to a labelled name and what does not, by the annotation guidelines.

Words for settlements and administrative areas, directions and determiners stand outside a LOCATION ("Al-Shajiry
Village" → Al-Shajiry), counts, determiners and quotation marks outside an ACTOR. The recogniser learns this from
examples and slips at times; the rule is exact. The words stand in ``data/entity_borders.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Set
from functools import cache
from importlib.resources import files

from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events.entity_spans import set_entities


@Language.factory("entity_borders", assigns=["doc.ents"], retokenizes=False)
def make_entity_borders(nlp: Language, name: str) -> EntityBorders:
    """The component; it comes after the recogniser."""
    return EntityBorders(name)


class EntityBorders:
    """Trims the ends of entities and joins weapons that touch; an entity of which nothing is left is dropped."""

    def __init__(self, name: str = "entity_borders") -> None:
        self.name = name
        self.words: dict[tuple[str, str], set[str]] = {}
        self.kept: set[str] = set()
        text = (files("conflict_events") / "data" / "entity_borders.csv").read_text(encoding="utf8")
        for row in csv.DictReader(text.splitlines()):
            if row["end"] == "keep":
                self.kept.update(row["words"].split("|"))
            else:
                self.words.setdefault((row["label"], row["end"]), set()).update(row["words"].split("|"))

        self.demonyms = demonyms()

    def __call__(self, doc: Doc) -> Doc:
        """Trim the entities of ``doc``."""
        trimmed = [span for ent in doc.ents if (span := self._trim(doc, ent)) is not None]
        taken = {i for ent in trimmed for i in range(ent.start, ent.end)}
        trimmed = [span for ent in trimmed if (span := self._party(doc, ent, taken)) is not None]
        set_entities(doc, _joined(doc, trimmed))
        return doc

    def _trim(self, doc: Doc, ent: Span) -> Span | None:
        if ent.text.casefold() in self.kept:
            return ent
        first, last = self.words.get((ent.label_, "first"), set()), self.words.get((ent.label_, "last"), set())
        start, end = ent.start, ent.end
        while start < end and (doc[start].lower_ in first or doc[start].is_quote or doc[start].is_space):
            start += 1
        while end > start and (
            doc[end - 1].lower_ in last
            or doc[end - 1].is_quote
            or doc[end - 1].is_space
            or doc[end - 1].text in (",", ".", ":")
        ):
            end -= 1
        if start == end:
            return None
        return ent if (start, end) == (ent.start, ent.end) else Span(doc, start, end, label=ent.label_)

    def _party(self, doc: Doc, ent: Span, taken: Set[int]) -> Span | None:
        """A party named by whose it is: with what it moves in ("Russian convoy"), without what it does and what with
        ("Turkish" in "Turkish drone attack"); nothing where it only tells ("SOHR activists")."""
        if ent.label_ != "ACTOR":
            return ent
        if self._behind(doc, ent.end, "source") and ent.root.text[:1].isupper():
            return None
        if doc[ent.start].text not in self.demonyms:
            return ent
        if len(ent) == 1:
            size = self._behind(doc, ent.end, "carrier")
            end = ent.end + size
            if not size or self._behind(doc, end, "action") or not taken.isdisjoint(range(ent.end, end)):
                return ent
            return Span(doc, ent.start, end, label=ent.label)
        weapons = self.words.get((ent.label_, "weapon"), set())
        if self._behind(doc, ent.end, "action") and all(token.lower_ in weapons for token in ent[1:]):
            return Span(doc, ent.start, ent.start + 1, label=ent.label)
        return ent

    def _behind(self, doc: Doc, start: int, what: str) -> int:
        """How many tokens from ``start`` on are an expression of the table, the longest; 0 where none is."""
        words = self.words.get(("ACTOR", what), set())
        return next((size for size in (2, 1) if doc[start : start + size].text.casefold() in words), 0)


@cache
def demonyms() -> frozenset[str]:
    """Words that say of which country something is."""
    text = (files("conflict_events") / "data" / "demonyms.csv").read_text(encoding="utf8")
    return frozenset(row["demonym"] for row in csv.DictReader(text.splitlines()))


def _joined(doc: Doc, ents: list[Span]) -> list[Span]:
    """Make one weapon of two that touch: "heavy artillery" and "shells" are heavy artillery shells."""
    joined: list[Span] = []
    for ent in ents:
        before = joined[-1] if joined else None
        if before is not None and before.label_ == ent.label_ == "WEAPON" and before.end == ent.start:
            joined[-1] = Span(doc, before.start, ent.end, label=ent.label)
        else:
            joined.append(ent)
    return joined
