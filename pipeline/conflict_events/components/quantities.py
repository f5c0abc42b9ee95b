"""The component ``quantities``: every phrase of a Doc that can count people, read as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

import srsly
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import ensure_path

from conflict_events import extensions
from conflict_events.numbers import QuantitySpan, Tables, find_quantities, read_tables
from conflict_events.numbers.tables import Counts
from conflict_events.schema import Modifier


class QuantityData(TypedDict):
    """One entry of ``Doc._.quantities``: a :class:`conflict_events.numbers.QuantitySpan` as plain data."""

    start: int
    end: int
    low: int | None
    best: int | None
    high: int | None
    modifier: Modifier
    number: bool
    article: bool
    counts: Counts
    compound: bool


class Quantities:
    """Sets ``Doc._.quantities``.

    ``tables`` is a folder with tables of the user's own (CSV, named and formed as those in ``conflict_events/data``);
    each takes the place of the packaged one. The tables are saved with the pipeline, so that it reads the same
    numbers wherever it is loaded, and the folder is needed only once.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("quantities")
    >>> nlp("At least nine soldiers were killed.")._.quantities[0]["low"]
    9
    """

    def __init__(self, name: str = "quantities", *, tables: str | Path | None = None) -> None:
        self.name = name
        self._folder = tables
        self._tables: Tables | None = None

    @property
    def tables(self) -> Tables:
        """The tables in use: those that were loaded with the pipeline, else those of the folder and the package.

        Raises ``ValueError`` when they have to be read from a folder that does not exist, or are malformed.
        """
        if self._tables is None:
            self._tables = read_tables(self._folder)
        return self._tables

    def __call__(self, doc: Doc) -> Doc:
        doc._.quantities = [as_data(span) for span in find_quantities(doc, self.tables)]
        return doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The tables as bytes."""
        data: bytes = srsly.msgpack_dumps({"tables": dict(self.tables.source)})
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Quantities:
        """Take the tables from what :meth:`to_bytes` gave."""
        self._tables = Tables.from_texts(srsly.msgpack_loads(data)["tables"])
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write each table to the folder ``path`` as the CSV file that it is."""
        folder = ensure_path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.tables.source.items():
            (folder / name).write_text(text, encoding="utf8", newline="\n")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Quantities:
        """Take the tables from the folder that :meth:`to_disk` wrote."""
        self._tables = read_tables(path)
        return self


def as_data(span: QuantitySpan) -> QuantityData:
    """The plain-data form of a quantity span, as it stands in ``Doc._.quantities``."""
    quantity = span.quantity
    return {
        "start": span.start,
        "end": span.end,
        "low": quantity.low,
        "best": quantity.best,
        "high": quantity.high,
        "modifier": quantity.modifier,
        "number": span.number,
        "article": span.article,
        "counts": span.counts,
        "compound": span.compound,
    }


@Language.factory(
    "quantities",
    assigns=["doc._.quantities"],
    default_config={"tables": None},
)
def make_quantities(nlp: Language, name: str, tables: str | None) -> Quantities:
    """Make the component; ``tables`` is an optional folder of the user's own tables."""
    extensions.register()
    return Quantities(name, tables=tables)
