"""The spaCy component ``casualties``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from conflict_events.casualties.lexicon import Lexicon, own_tables, package_tables
from conflict_events.casualties.links.reading import read_casualties
from conflict_events.casualties.links.weights import (
    LinkWeights,
    package_weights,
    read_outlet_weights,
    read_weights,
    write_outlet_weights,
    write_weights,
)
from conflict_events.casualties.scenes import Cues
from conflict_events.entity_spans import set_entities
from conflict_events.extensions import register

WEIGHTS_FILE = "link_weights.csv"
OUTLETS_FILE = "outlet_weights.csv"


@Language.factory(
    "casualties",
    default_config={"tables": None},
    requires=["token.dep", "doc._.quantities"],
    assigns=["doc._.casualties", "doc.ents"],
)
def make_casualties(nlp: Language, name: str, tables: str | None) -> Casualties:
    """The component; it needs sentences, a dependency parse, and ``quantities`` before it.

    ``tables`` is a folder whose CSV files take the place of the package's of the same name.
    """
    return Casualties(name, tables)


class Casualties:
    """Sets ``doc._.casualties`` and makes ``doc.ents`` hold the words of each casualty number.

    Each item of ``doc._.casualties`` is plain data::

        outcome, quantity {low, best, high, modifier},
        span      [start, end] tokens of the quantity, or None
        victim    [start, end] tokens of whom it happened to, or None
        kind      civilian, combatant, attacker, generic or unknown, as the victim words say
        trigger   the token of the outcome word
        agents    tokens of who did it, as the outcome word's syntax says
        role      count, part, repeat, old, headline, tally, background, negated or hypothetical
        scene     index into doc._.scenes
        parent    index of the casualty that a part or repeat belongs to, or None
        relation  how it stands to the others: new, same, part, whole, died, survived, earlier, period or none
        score     how likely that relation is among the possible ones, 0 to 1
        reasons   the signals that weighed most: [name, weight, words]
        runner_up the next likely relation

    ``doc._.counts_score`` is the probability that the totals of killed and injured are right. The weights of the
    relations are a table, ``link_weights.csv``, which is saved with the pipeline; what was learned of an outlet's own
    habits is another, ``outlet_weights.csv``.
    """

    def __init__(self, name: str = "casualties", tables: str | Path | None = None) -> None:
        register()
        self.name = name
        self.lexicon = Lexicon.from_tables(package_tables() | own_tables(tables))
        self.cues = Cues.load()
        self.weights = LinkWeights(package_weights())

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Save the weights of the links as a table."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / WEIGHTS_FILE).write_text(write_weights(self.weights.general), encoding="utf8")
        if self.weights.by_outlet:
            (folder / OUTLETS_FILE).write_text(write_outlet_weights(self.weights.by_outlet), encoding="utf8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Casualties:
        """Load the weights of the links, where the pipeline has some of its own."""
        table, outlets = Path(path) / WEIGHTS_FILE, Path(path) / OUTLETS_FILE
        if table.is_file():
            own = read_outlet_weights(outlets.read_text(encoding="utf8")) if outlets.is_file() else {}
            self.weights = LinkWeights(read_weights(table.read_text(encoding="utf8")), own)
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The tables of weights as bytes, for processes that read in parallel."""
        tables = (write_weights(self.weights.general), write_outlet_weights(self.weights.by_outlet))
        return json.dumps(tables).encode("utf8")

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Casualties:
        """Take the tables of weights from bytes."""
        general, outlets = json.loads(data)
        self.weights = LinkWeights(read_weights(general), read_outlet_weights(outlets))
        return self

    def __call__(self, doc: Doc) -> Doc:
        """Read the casualties of ``doc``."""
        reading = read_casualties(doc, self.lexicon, self.cues, self.weights)
        doc._.scenes = reading.scenes
        doc._.counts_score = reading.score
        doc._.casualties = reading.items
        _label(doc)
        return doc


def _label(doc: Doc) -> None:
    """Let the numbers that were read as casualties be CASUALTY entities, beside those of the recogniser."""
    read = [
        Span(doc, c["span"][0], c["span"][1], label="CASUALTY")
        for c in doc._.casualties
        if c["span"] and c["role"] not in ("hypothetical",)
    ]
    set_entities(doc, [*filter_spans(read), *doc.ents])
