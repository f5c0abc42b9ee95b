"""A row for an event, in the columns of the project whose codebook is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from conflict_events.exports.acled import code_acled
from conflict_events.exports.airwars import code_airwars
from conflict_events.exports.codebook import KEYS, Codebook
from conflict_events.exports.ged import code_ged
from conflict_events.exports.gtd import code_gtd
from conflict_events.exports.hapi import count_months
from conflict_events.exports.plain import code_plain
from conflict_events.exports.polecat import code_polecat
from conflict_events.exports.readable import code_readable
from conflict_events.exports.reading import EventReading, readings
from conflict_events.exports.row import Row
from conflict_events.exports.sources import SourcedAnnotation, with_sources
from conflict_events.schema import Annotation

#: Exports whose rows are no single events.
AGGREGATES: Mapping[str, Callable[[Iterable[Annotation], Codebook], Iterable[dict[str, Any]]]] = {"hapi": count_months}

Coder = Callable[[EventReading, Codebook], Iterable[Row]]

CODERS: Mapping[str, Coder] = {
    "acled": code_acled,
    "ged": code_ged,
    "gtd": code_gtd,
    "airwars": code_airwars,
    "polecat": code_polecat,
    "readable": code_readable,
    "csv": code_plain,
    "geojson": code_plain,
    "hxl": code_plain,
}


def code_events(
    annotations: Iterable[Annotation], target: str, codebook: Codebook
) -> Iterator[dict[str, str | int | float | dt.date | None]]:
    """The rows of ``target`` for all events that ``codebook`` codes, in order.

    Each row holds the codebook's columns, then :data:`~conflict_events.exports.codebook.KEYS`. ``rules_applied`` names
    the rules that decided the row, separated by ``;``; all are explained in the codebook.
    """
    code = CODERS[target]
    for annotation in annotations:
        if isinstance(annotation, SourcedAnnotation):
            by_source = [list(code_events([item], target, codebook)) for item in annotation.by_source()]
            yield from (with_sources(rows) for rows in zip(*by_source, strict=True))
            continue
        for reading in readings(annotation, codebook):
            for row in code(reading, codebook):
                yield finish(row, reading, codebook)


def finish(row: Row, reading: EventReading, codebook: Codebook) -> dict[str, Any]:
    """A row in the codebook's columns and order.

    Raises KeyError where a coder gave a column, or named a rule, that its codebook does not know.
    """
    rules = list(dict.fromkeys([*row.rules, *reading.kind_rules, *reading.date_rules]))
    unknown = [*(set(row.values) - set(codebook.columns)), *(set(rules) - set(codebook.rules))]
    if unknown:
        raise KeyError(f"codebook {codebook.id} lacks {sorted(unknown)}")
    keys = (reading.annotation.article.id, reading.event.id, ";".join(rules))
    return {column: row.values.get(column) for column in codebook.columns} | dict(zip(KEYS, keys, strict=True))
