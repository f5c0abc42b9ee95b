"""Which articles of the inputs are to be done, and the key that tells whether one was done before."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from conflict_events.reading import InputArticle

_NUMBERED = re.compile(r"-\d+$")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Selection:
    """Which of the articles read are to be annotated.

    ``since``: only those published on that day or later; one without a date is left out. ``limit``: the first so many.
    """

    since: dt.date | None = None
    limit: int | None = None

    def takes(self, article: InputArticle) -> bool:
        """Whether the article's date allows it."""
        return self.since is None or (article.published is not None and article.published >= self.since)


def printable(article: InputArticle) -> InputArticle:
    """``article`` with lone surrogates, which no file can hold, replaced by U+FFFD; offsets stay."""
    values = {name: getattr(article, name) for name in ("id", "text", "title", "outlet", "url", "source")}
    changed = {
        name: _SURROGATE.sub("\ufffd", value) for name, value in values.items() if value and _SURROGATE.search(value)
    }
    return replace(article, **changed) if changed else article  # type: ignore[arg-type]  # all are text


def article_key(article: InputArticle) -> str:
    """What tells on a later run whether an article was done: its content, and its id without a running number.

    The number is left out because the reader numbers the rows of a file, and files of one name: a row put in between
    moves all later numbers, yet those articles are done. 16 hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=8)
    published = article.published.isoformat() if article.published else None
    for part in (_NUMBERED.sub("", article.id), article.text, article.title, article.outlet, article.url, published):
        digest.update((part or "").encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def chunked(
    articles: Iterable[InputArticle], count: int = 32, characters: int = 120_000
) -> Iterator[list[InputArticle]]:
    """``articles`` in order, in lists of at most ``count`` of them and about ``characters`` characters of text."""
    chunk: list[InputArticle] = []
    size = 0
    for article in articles:
        if chunk and (len(chunk) >= count or size + len(article.text) > characters):
            yield chunk
            chunk, size = [], 0
        chunk.append(article)
        size += len(article.text)
    if chunk:
        yield chunk
