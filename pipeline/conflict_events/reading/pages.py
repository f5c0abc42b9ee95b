"""Web pages: HTML, and pages saved with all that belongs to them (MHTML)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from typing import Any

from conflict_events.reading.encodings import decode
from conflict_events.reading.files import InputFile
from conflict_events.reading.markup import html_to_text
from conflict_events.reading.press import looks_like_export, split_export
from conflict_events.reading.records import Columns, ReadError, Record


def read_html(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """One article: the main text by trafilatura, with title, date and site name; or a press database's articles."""
    decoded = decode(file.content())
    if decoded is None:
        yield ReadError(file.source, "is not HTML text (it holds binary data); save the page again as HTML")
        return
    yield from page_articles(decoded[0], file, decoded[1])


def read_mhtml(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """The article of a page that a browser saved as one file."""
    message = email.message_from_bytes(file.content(), policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_content()
            address = part.get("Content-Location") or message.get("Snapshot-Content-Location")
            text = page.decode("utf-8", "replace") if isinstance(page, bytes) else str(page)
            yield from page_articles(text, file, (), url=_web_address(address))
            return
    yield ReadError(file.source, "holds no web page; open it in a browser and save the page again")


def page_articles(
    page: str, file: InputFile, notes: tuple[str, ...], *, url: str | None = None, source: str | None = None
) -> Iterator[Record | ReadError]:
    """The article of a page, or the articles of a press database's export."""
    where = source or file.source
    if "Document" in page or "DOCUMENTS" in page:
        text = html_to_text(page)
        if looks_like_export(text):
            yield from split_export(text, where, file.stem, notes)
            return
    record = extract_html(page)
    if record is None:
        yield ReadError(where, "no article was found in this page; save the article's text as .txt instead")
        return
    yield Record({**record, "url": record["url"] or url}, where, file.stem, notes, dated_by_name=source is None)


def _web_address(address: str | None) -> str | None:
    return address if address and address.startswith(("http://", "https://")) else None


def extract_html(page: str) -> dict[str, Any] | None:
    """Text, title, date, outlet and url of an HTML page's article; ``None`` where there is none."""
    import trafilatura

    extracted = trafilatura.bare_extraction(page, include_comments=False, include_tables=False, with_metadata=True)
    if extracted is None:
        return None
    data: dict[str, Any] = extracted if isinstance(extracted, dict) else extracted.as_dict()
    text = data.get("text")
    if not text:
        return None
    title = data.get("title")
    if title and title not in text[: len(title) + 200]:  # the headline belongs to what the article says
        text = f"{title}\n\n{text}"
    return {
        "text": text,
        "title": title,
        "published": data.get("date"),
        "outlet": data.get("sitename"),
        "url": data.get("url"),
    }
