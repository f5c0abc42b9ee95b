"""Web archives (WARC), as crawlers and the Wayback Machine write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conflict_events.reading.encodings import decode
from conflict_events.reading.files import InputFile
from conflict_events.reading.pages import page_articles
from conflict_events.reading.records import Columns, ReadError, Record


def read_warc(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """The article of each page that was answered; what is no page is counted."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        yield ReadError(file.source, "web archives need warcio; install it: pip install 'conflict-events[formats]'")
        return
    number = others = 0
    with file.open() as stream:
        try:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response":
                    continue
                address = record.rec_headers.get_header("WARC-Target-URI")
                headers = record.http_headers
                kind = (headers.get_header("Content-Type") or "") if headers else ""
                if "html" not in kind or headers.get_statuscode() != "200":
                    others += 1
                    continue
                number += 1
                yield from _page(record.content_stream().read(), file, address, number)
        except ArchiveLoadFailed as error:
            yield ReadError(file.source, f"is no web archive, or breaks off ({error}); save it again")
            return
    if others:
        yield ReadError(
            file.source,
            f"{others} of its records are no pages (pictures, scripts, errors of the site) "
            "and were not read; nothing is to be done",
        )
    elif not number:
        yield ReadError(file.source, "holds no page; crawl the site again with its responses")


def _page(content: bytes, file: InputFile, address: str, number: int) -> Iterator[Record | ReadError]:
    source = f"{file.source}#{address}"
    decoded = decode(content)
    if decoded is None:
        yield ReadError(source, "this page is not HTML text (it holds binary data); save it as HTML")
        return
    for found in page_articles(decoded[0], file, decoded[1], url=address, source=source):
        yield replace(found, name=f"{file.stem}-{number}") if isinstance(found, Record) else found
