"""How sure the text is of an event: asserted, claimed by a party to it, denied, or only expected.

A report of a source ("SOHR said", "a medical source told") asserts; what a party to the conflict says of its own deeds
or of its enemy is a claim (``data/certainty_cues.csv``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from conflict_events.entity_spans import entities_in

from .matching import PhraseTable, forms, read_rows, words

FILE = "certainty_cues.csv"
COLUMNS = ("words", "certainty", "needs")
_NEEDS = ("", "actor", "first")
#: a denial or promise that governs its sentence begins within so many tokens
_OPENING = 12


@dataclass(frozen=True)
class CertaintyCues:
    """Words and the certainty they give; ``needs`` is ``actor`` where a party must say it, ``first``
    where the first sentence of the event must open with it."""

    table: PhraseTable[tuple[str, str]] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> CertaintyCues:
        """Read the CSV table."""
        rows = read_rows(FILE, text, COLUMNS)
        for row in rows:
            if row["certainty"] not in ("asserted", "claimed", "denied", "expected") or row["needs"] not in _NEEDS:
                raise ValueError(f"{FILE}: the row {row} has an unknown certainty or need.")
        return cls(
            PhraseTable((form, (row["certainty"], row["needs"])) for row in rows for form in forms(row["words"]))
        )


class CertaintyReader:
    """Reads the certainty of events."""

    def __init__(self, cues: CertaintyCues) -> None:
        self.cues = cues

    def __call__(self, doc: Doc, sentences: Sequence[Span]) -> tuple[str, Span | None]:
        """``(certainty, claimant)``; the claimant is the ACTOR that says it, where one does.

        The event is asserted as soon as one of its sentences that tells it is.
        """
        claim: tuple[str, Span | None] | None = None
        for index, sentence in enumerate(sentences):
            cue = self._sentence(doc, sentence, first=index == 0)
            if cue is not None and (index == 0 or cue[0] == "denied"):
                claim = claim or cue
        return claim or ("asserted", None)

    def _sentence(self, doc: Doc, sentence: Span, *, first: bool) -> tuple[str, Span | None] | None:
        for found in self.cues.table.find(words(doc, sentence.start, sentence.end)):
            certainty, needs = found.value
            if certainty == "asserted":
                return None
            claimant = _speaker(doc, sentence, found.start)
            if needs == "actor" and claimant is None:
                continue
            if needs == "first" and not (first and found.start - sentence.start <= _OPENING):
                continue
            return certainty, claimant
        return None


def _speaker(doc: Doc, sentence: Span, index: int) -> Span | None:
    """The ACTOR that is the subject of the word at ``index``, else the one that ends within three words before it."""
    subjects = [child for child in doc[index].children if child.dep_ in ("nsubj", "nsubjpass")]
    for ent in entities_in(sentence):
        if ent.label_ != "ACTOR":
            continue
        if any(subject.i in range(ent.start, ent.end) for subject in subjects):
            return ent
    for ent in entities_in(sentence):
        if ent.label_ == "ACTOR" and 0 <= index - ent.end <= 2:
            return ent
    return None
