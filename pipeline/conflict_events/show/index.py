"""Many articles as one page: an index to search, sort and filter, and each article packed until it is looked at."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from conflict_events import __version__
from conflict_events.counting import counted, total
from conflict_events.pages import environment, pack, script, source_hash
from conflict_events.schema import Bounds, Event
from conflict_events.show.articles import ShownArticle
from conflict_events.show.cards import page_article
from conflict_events.show.small_map import Outlines, located
from conflict_events.show.wording import bounds_words, one_line, printable
from conflict_events.summary import Summaries

CHUNK = 25
"""Articles that are unpacked together: a few milliseconds."""
SHARED = ("packed.js", "elements.js")


@dataclass
class _Lines:
    """What the index knows of each article; filled while the articles are written."""

    found: list[dict[str, Any]] = field(default_factory=list)
    outlines: dict[str, Outlines] = field(default_factory=dict)

    def packed(self) -> Markup:
        maps = {name: [one.divisions, one.countries, one.coast] for name, one in self.outlines.items()}
        return Markup(pack({"lines": self.found, "maps": maps}))  # base64


def write_index(
    articles: Iterable[ShownArticle], path: Path, article_html: Callable[[Any], str], style: str, own: Iterable[str]
) -> int:
    """Write the index of ``articles`` and the articles themselves to ``path``; how many they are.

    ``article_html`` renders a :class:`~conflict_events.show.cards.PageArticle`. Articles are held one chunk at a time.
    What is at ``path`` is replaced when all is well.
    """
    lines = _Lines()
    code = script(SHARED, own)
    template = environment("show/templates").get_template("index.html.j2")
    page = template.stream(
        chunks=_chunks(articles, lines, article_html),
        lines=lines,
        style=Markup(style),
        script=Markup(code),
        style_hash=source_hash(style),
        script_hash=source_hash(code),
        version=__version__,
    )
    page.enable_buffering(20)
    temporary = path.with_name(f".{path.name}.writing")
    try:
        with temporary.open("wb") as file:
            page.dump(file, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return len(lines.found)


def _chunks(articles: Iterable[ShownArticle], lines: _Lines, article_html: Callable[[Any], str]) -> Iterator[Markup]:
    numbered = enumerate(articles, 1)
    while group := list(itertools.islice(numbered, CHUNK)):
        lines.found += [index_line(shown) for _, shown in group]
        pages = [page_article(number, shown) for number, shown in group]
        lines.outlines |= {one.name: one for page in pages for one in page.outlines}
        yield Markup(pack([article_html(page) for page in pages]))


def index_line(shown: ShownArticle) -> dict[str, Any]:
    """What the index knows of an article: who told it when, where and how many, and what is doubtful about it.

    Its people are those of incidents and updates that are asserted or claimed; its place is that of the first of them.
    """
    annotation = shown.annotation
    article = annotation.article
    told = counted(annotation.events) or annotation.events
    people = counted(annotation.events)
    killed, injured = total(event.fatalities for event in people), total(event.injuries for event in people)
    place, region = _place(told)
    return {
        "id": printable(article.id),
        "title": printable(one_line(article.title or article.id)),
        "outlet": printable(article.outlet) if article.outlet else None,
        "day": article.published.isoformat() if article.published else None,
        "place": place,
        "region": region,
        "killed": _said(killed),
        "injured": _said(injured),
        "events": len(annotation.events),
        "findings": sorted({finding.code for finding in annotation.findings}),
        "score": annotation.score,
        "sentences": [printable(event.summary or Summaries.load()(event)) for event in annotation.events],
        "ids": [printable(event.id) for event in annotation.events],
    }


def _place(events: Iterable[Event]) -> tuple[str | None, str | None]:
    for event in events:
        for place, _ in located(event):
            region = ", ".join(name for name in (place.admin1, place.country) if name)
            return printable(place.name), printable(region) or None
    return None, None


def _said(number: Bounds | None) -> list[Any] | None:
    """The words of a sum, and the number that orders it."""
    if number is None:
        return None
    order = next((value for value in (number.best, number.low, number.high) if value is not None), None)
    return [bounds_words(number), order]
