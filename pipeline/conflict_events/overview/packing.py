"""Entries as the page holds them: what filters, map, timeline and tables need in columns, all else in chunks.

The columns are read when the page opens; a chunk is unpacked when one of its entries is looked at. Both are JSON,
compressed by gzip and written in base64, so that 20,000 incidents are some megabytes and open at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from conflict_events.overview.entries import Corpus, Entry, Told
from conflict_events.pages import pack
from conflict_events.schema import Bounds
from conflict_events.show.page import web_address
from conflict_events.show.wording import bounds_words, date_words, printable

CHUNK = 400
"""Entries a chunk: one takes a few milliseconds to unpack."""

_EPOCH = dt.date(1970, 1, 1)


def chunks(entries: Sequence[Entry]) -> list[str]:
    """The details of ``entries``, packed, :data:`CHUNK` at a time."""
    return [pack([_details(entry) for entry in entries[at : at + CHUNK]]) for at in range(0, len(entries), CHUNK)]


class _Words:
    """Each text once; a column holds its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str | None) -> int | None:
        return None if text is None else self.numbers.setdefault(printable(text), len(self.numbers))


def columns(corpus: Corpus) -> dict[str, Any]:
    """What is known of all entries at once, one list a column; texts are numbers of ``words``."""
    words = _Words()
    rows = [_row(entry, words) for entry in corpus.entries]
    names = rows[0].keys() if rows else ()
    return {"words": list(words.numbers), **{name: [row[name] for row in rows] for name in names}}


def _row(entry: Entry, words: _Words) -> dict[str, Any]:
    where = entry.where
    date = entry.date
    return {
        "id": printable(entry.id),
        "summary": printable(entry.summary),
        "kind": words(entry.kind),
        "certainty": words(entry.certainty),
        "counted": int(entry.counted),
        "start": _day(date.start),
        "end": _day(date.end or date.start),
        "dated": words(date.precision if date.start else "unknown"),
        "type": words(entry.event_type),
        "sub": words(entry.sub_event_type),
        "place": words(where.name) if where else None,
        "precision": words(where.precision if where else "unknown"),
        "radius": where.radius_km if where else 0,
        "admin1": words(where.admin1) if where else None,
        "country": words(where.country) if where else None,
        "lat": _degrees(where.latitude) if where else None,
        "lon": _degrees(where.longitude) if where else None,
        "actors": [number for role, name in entry.actors for number in (words(role), words(name))],
        "killed": _bounds(entry.killed),
        "injured": _bounds(entry.injured),
        "others": [[words(outcome), *(_bounds(number) or ())] for outcome, number in entry.others],
        "harms": [
            [words(harm.by), words(harm.group), words(harm.outcome), *(_bounds(harm.number) or ())]
            for harm in entry.harms
        ],
        "reports": [_short_report(report, words) for report in entry.reports],
        "findings": [words(code) for code, _ in entry.findings],
        "score": entry.score,
        "link": entry.link_score,
    }


def _short_report(report: Told, words: _Words) -> list[Any]:
    """Outlet, day, relation, whether it is a copy or was replaced, and the bounds of its killed."""
    return [
        words(report.outlet),
        _day(report.published),
        words(report.relation),
        int(report.copy_of is not None or report.superseded),
        _bounds(report.killed),
    ]


def _details(entry: Entry) -> dict[str, Any]:
    return {
        "when": printable(date_words(entry.date)),
        "where": printable(entry.where.words) if entry.where else None,
        "figures": [[depth, printable(said), _plain(quote)] for depth, said, quote in entry.figures],
        "weapons": [printable(weapon) for weapon in entry.weapons],
        "words": [printable(sentence) for sentence in entry.words],
        "from": printable(entry.words_article),
        "findings": [[code, printable(message)] for code, message in entry.findings],
        "reports": [_report(report) for report in entry.reports],
    }


def _report(report: Told) -> dict[str, Any]:
    return {
        "article": printable(report.article_id),
        "event": _plain(report.event_id),
        "outlet": _plain(report.outlet),
        "published": report.published.isoformat() if report.published else None,
        "relation": report.relation,
        "title": _plain(report.title),
        "url": web_address(report.url),
        "copy": _plain(report.copy_of),
        "replaced": report.superseded,
        "killed": _said(report.killed, report.killed_words),
        "injured": _said(report.injured, report.injured_words),
    }


def _said(number: Bounds | None, words: str | None) -> list[str | None] | None:
    return None if number is None else [bounds_words(number), _plain(words)]


def _plain(text: str | None) -> str | None:
    return None if text is None else printable(text)


def _day(day: dt.date | None) -> int | None:
    return None if day is None else (day - _EPOCH).days


def _degrees(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _bounds(number: Bounds | None) -> list[int | None] | None:
    return None if number is None else [number.low, number.best, number.high]


def findings(corpus: Corpus) -> Iterable[dict[str, str | None]]:
    """What does not add up in the articles and belongs to none of their events."""
    return (
        {
            "article": printable(item.article_id),
            "title": _plain(item.title),
            "code": item.code,
            "message": printable(item.message),
        }
        for item in corpus.loose
    )
