"""Feeds and exports of sites: RSS, Atom, RDF, WordPress (WXR)."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from conflict_events.reading.files import InputFile
from conflict_events.reading.markup import html_to_text, local_name, parse_xml
from conflict_events.reading.records import Columns, ReadError, Record

_BODIES = ("encoded", "content")
_SUMMARIES = ("description", "summary")
_DAYS = ("post_date_gmt", "post_date", "published", "pubDate", "date", "issued", "updated")
_POST_TYPES = ("post", "page")


def read_feed(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """One record an entry, with the feed's title as the outlet."""
    try:
        root = parse_xml(file.content())
    except ValueError as error:
        yield ReadError(file.source, f"is not XML ({error}); save the feed or the export again")
        return
    entries = [element for element in root.iter() if local_name(element) in ("item", "entry")]
    if local_name(root) not in ("rss", "feed", "RDF") or not entries:
        yield ReadError(
            file.source,
            f"is no feed with entries (RSS, Atom, a WordPress export) but {local_name(root)!r}; "
            "convert it to CSV or JSON lines",
        )
        return
    outlet = _outlet(root)
    others = 0
    for number, entry in enumerate(entries, 1):
        kind = _first(entry, ("post_type",))
        if kind and kind not in _POST_TYPES:
            others += 1
            continue
        yield _entry(entry, f"{file.source}#{number}", f"{file.stem}-{number}", outlet)
    if others:
        yield ReadError(
            file.source,
            f"{others} of its items are no articles (pictures, menus) and were not read; nothing is to be done",
        )


def _entry(entry: Any, source: str, name: str, outlet: str | None) -> Record:
    title = html_to_text(_first(entry, ("title",)) or "") or None
    body, notes = _first(entry, _BODIES), ()
    if not body:
        body, notes = _first(entry, _SUMMARIES), ("the feed holds the summary only",)  # type: ignore[assignment]
    text = html_to_text(body or "")
    if title and text and title not in text[: len(title) + 200]:
        text = f"{title}\n\n{text}"
    status = _first(entry, ("status",))
    if status and status not in ("publish", "private"):
        notes = (*notes, f"not published there ({status})")  # type: ignore[assignment]
    values = {
        "id": _first(entry, ("post_id", "guid", "id")),
        "text": text,
        "title": title,
        "published": _day(entry),
        "outlet": _source(entry) or outlet,
        "url": _link(entry),
    }
    return Record(values, source, name, notes)


def _first(entry: Any, names: tuple[str, ...]) -> str | None:
    """The first child of one of the names that holds anything, in the names' order."""
    for name in names:
        for child in entry:
            if local_name(child) == name:
                inner = "".join(child.itertext()) if len(child) == 0 or child.get("type") != "xhtml" else _markup(child)
                if inner.strip():
                    return inner.strip()
    return None


def _markup(element: Any) -> str:
    from lxml import etree

    return "".join(etree.tostring(child, encoding="unicode") for child in element)


def _day(entry: Any) -> object:
    for name in _DAYS:
        written = _first(entry, (name,))
        if not written or written.startswith("0000"):
            continue
        try:
            return parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError):
            return written
    return None


def _link(entry: Any) -> str | None:
    found: str | None = None
    for child in entry:
        if local_name(child) == "link":
            address = child.get("href") or (child.text or "").strip()
            if address and child.get("rel", "alternate") == "alternate":
                return str(address)
            found = found or address or None
    return found


def _source(entry: Any) -> str | None:
    """The outlet that an aggregator (Google News) names for an entry."""
    for child in entry:
        if local_name(child) == "source":
            return (child.text or "").strip() or _first(child, ("title",))
    return None


def _outlet(root: Any) -> str | None:
    channel = next((child for child in root if local_name(child) == "channel"), root)
    return html_to_text(_first(channel, ("title",)) or "") or None
