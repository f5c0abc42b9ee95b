"""An event that several articles tell: one row, with the sources of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field

from conflict_events.schema import Annotation, Article

#: Columns that name a source, of whichever project; they hold the sources of all articles, each once.
SOURCE_COLUMNS = frozenset(
    {"source", "source_article", "source_office", "source_headline", "sources", "outlet", "url", "addnotes"}
)
#: Columns of citations of which a project has three.
_CITATIONS = ("scite1", "scite2", "scite3")


class SourcedAnnotation(Annotation):
    """An annotation whose events are told by other articles too: ``also`` are these."""

    also: list[Article] = Field(default_factory=list)

    def by_source(self) -> Iterator[Annotation]:
        """The annotation once for each of its articles, its own first."""
        for article in (self.article, *self.also):
            yield Annotation(article=article, events=self.events, model=self.model)


def with_sources(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One row of the rows that the sources of one event give: the first, with the sources of all."""
    row = dict(rows[0])
    for column in SOURCE_COLUMNS & row.keys():
        row[column] = "; ".join(dict.fromkeys(str(other[column]) for other in rows if other[column])) or None
    if "source_scale" in row:  # ACLED: "Local partner-Other"
        row["source_scale"] = "-".join(sorted({str(r["source_scale"]) for r in rows if r["source_scale"]})) or None
    if "number_of_sources" in row:
        row["number_of_sources"] = len(rows)
    if _CITATIONS[0] in row:
        found = list(dict.fromkeys(other[_CITATIONS[0]] for other in rows if other[_CITATIONS[0]]))
        row |= dict(zip(_CITATIONS, [*found, None, None, None], strict=False))
    return row
