"""Records as other programs write them: Telegram, WordPress, the Guardian, NewsAPI, trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conflict_events.reading.markup import html_to_text, is_html
from conflict_events.reading.records import ReadError, Record

#: Where a document keeps its list of records.
LISTS = ("articles", "records", "data", "items", "results", "posts", "response.results", "articles.results")

_CUT = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+(\d+) chars\]\s*$")


def reach(record: object, path: str) -> Any:
    """The value at a path of keys and places in lists (``content.rendered``, ``articles.0.text``); None without."""
    for key in path.split("."):
        if isinstance(record, Mapping):
            record = record.get(key)
        elif isinstance(record, list) and key.isdigit() and int(key) < len(record):
            record = record[int(key)]
        else:
            return None
    return record


def read_layout(record: Mapping[str, Any], source: str, name: str, notes: tuple[str, ...]) -> Record | None:
    """The article of a record whose layout is known; None for any other."""
    for layout in (_wordpress, _guardian, _newsapi, _trafilatura):
        found = layout(record)
        if found is not None:
            values, said = found
            return Record(values, source, name, (*notes, *said))
    return None


_Found = tuple[dict[str, Any], tuple[str, ...]]


def _wordpress(record: Mapping[str, Any]) -> _Found | None:
    """A post of the WordPress REST API (``/wp-json/wp/v2/posts``)."""
    body = reach(record, "content.rendered")
    if not isinstance(body, str):
        return None
    title = html_to_text(str(reach(record, "title.rendered") or ""))
    return {
        "id": record.get("id"),
        "text": _with_title(title, html_to_text(body)),
        "title": title,
        "published": record.get("date") or record.get("date_gmt"),
        "outlet": reach(record, "_embedded.site.name"),
        "url": record.get("link"),
    }, ()


def _guardian(record: Mapping[str, Any]) -> _Found | None:
    """An item of the Guardian's content API."""
    if "webPublicationDate" not in record:
        return None
    body = reach(record, "fields.bodyText") or html_to_text(str(reach(record, "fields.body") or ""))
    title = reach(record, "fields.headline") or record.get("webTitle")
    return {
        "id": record.get("id"),
        "text": _with_title(title, body) if body else None,
        "title": title,
        "published": record["webPublicationDate"],
        "outlet": reach(record, "fields.publication") or "The Guardian",
        "url": record.get("webUrl"),
    }, () if body else ("ask the API for show-fields=bodyText",)


def _newsapi(record: Mapping[str, Any]) -> _Found | None:
    """An article of NewsAPI, whose texts end after 200 characters."""
    body = record.get("content")
    if not ({"publishedAt", "source", "content"} <= record.keys() and isinstance(body, str)):
        return None
    source = record["source"]
    cut = _CUT.search(body)
    note = f"the text is cut: NewsAPI left out {cut[1]} characters, read the article at its address" if cut else None
    return {
        "text": body[: cut.start()] if cut else body,
        "title": record.get("title"),
        "published": record["publishedAt"],
        "outlet": source.get("name") if isinstance(source, Mapping) else source,
        "url": record.get("url"),
    }, (note,) if note else ()


def _trafilatura(record: Mapping[str, Any]) -> _Found | None:
    """What ``trafilatura --json`` writes, where ``source`` is the address."""
    if "source-hostname" not in record or "text" not in record:
        return None
    return {
        "id": record.get("id") or record.get("fingerprint"),
        "text": record["text"],
        "title": record.get("title"),
        "published": record.get("date"),
        "outlet": record.get("sitename") or record["source-hostname"] or record.get("hostname"),
        "url": record.get("source") or record.get("url"),
        "language": record.get("language"),
    }, ()


def telegram_messages(data: object, source: str, stem: str) -> Iterator[Record | ReadError] | None:
    """The messages of Telegram's ``result.json``, of one chat or of all; None where ``data`` is no such export."""
    if not isinstance(data, Mapping):
        return None
    chats = reach(data, "chats.list")
    listed = chats if isinstance(chats, list) else [data]
    if not all(isinstance(chat, Mapping) and isinstance(chat.get("messages"), list) for chat in listed) or not listed:
        return None
    return _messages(listed, source, stem)


def _messages(chats: list[Mapping[str, Any]], source: str, stem: str) -> Iterator[Record | ReadError]:
    without_text = 0
    for chat in chats:
        for message in chat["messages"]:
            text = telegram_text(message.get("text")) if isinstance(message, Mapping) else None
            if text is None or not text.strip():
                without_text += not (isinstance(message, Mapping) and message.get("type") == "service")
                continue
            number = message.get("id")
            outlet = message.get("forwarded_from") or chat.get("name") or message.get("from")
            values = {
                "text": text,
                "published": message.get("date") or message.get("date_unixtime"),
                "outlet": outlet,
            }
            yield Record(values, f"{source}#{number}", f"{stem}-{chat.get('id', '')}-{number}")
    if without_text:
        reason = f"{without_text} of its messages have no text (pictures, videos); read them yourself"
        yield ReadError(source, reason)


def telegram_text(text: object) -> str | None:
    """A message's text, which Telegram splits at bold words and links; None where it is anything else."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return None
    parts = [part if isinstance(part, str) else reach(part, "text") for part in text]
    return "".join(parts) if all(isinstance(part, str) for part in parts) else None


def plain_text(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without its HTML tags, and a note where it had some."""
    if not is_html(text):
        return text, ()
    return html_to_text(text), ("HTML tags taken out",)


def _with_title(title: object, body: str) -> str:
    """The headline belongs to what the article says."""
    if not isinstance(title, str) or not title.strip() or title in body[: len(title) + 200]:
        return body
    return f"{title}\n\n{body}"
