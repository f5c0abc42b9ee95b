"""Annotations as one HTML page that needs nothing else: no network, no other file, no JavaScript to be of use.

Everything from an article is written by jinja2 with escaping; the page's own style and script are allowed by their hash
alone (Content-Security-Policy), so that nothing an article holds can run.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from conflict_events import __version__
from conflict_events.pages import environment, source_hash, theme
from conflict_events.show.articles import ShownArticle
from conflict_events.show.cards import page_article
from conflict_events.show.index import write_index
from conflict_events.show.wording import (
    date_words,
    place_words,
    printable,
    toll_words,
    type_words,
)

MOST_IN_FULL = 12
"""So many articles are written one below the other; more are packed behind an index."""


def write_page(articles: Iterable[ShownArticle], path: Path) -> int:
    """Write the page of ``articles`` to ``path``; how many they are, nothing is written for none.

    OSError where it cannot be written.
    """
    found = iter(articles)
    first = list(itertools.islice(found, MOST_IN_FULL + 1))
    if len(first) > MOST_IN_FULL:
        section = _templates().get_template("article.html.j2").module.article_section  # type: ignore[attr-defined]
        own = [_file("page.js"), _file("index.js")]
        style = _style() + _file("index.css")
        return write_index(itertools.chain(first, found), path, lambda article: str(section(article)), style, own)
    if first:
        path.write_text(render_page(first), encoding="utf-8", newline="\n")
    return len(first)


def render_page(articles: Sequence[ShownArticle]) -> str:
    """The page of ``articles``, one below the other, as HTML."""
    style, script = _style(), _file("page.js")
    pages = [page_article(number, shown) for number, shown in enumerate(articles, 1)]
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            articles=pages,
            outlines=dict.fromkeys(one for article in pages for one in article.outlines),
            # Our own files, and no end tag can stand in them (a test sees to it).
            style=Markup(style),
            script=Markup(script),
            style_hash=source_hash(style),
            script_hash=source_hash(script),
            version=__version__,
        )
    )


def _templates() -> Environment:
    templates = environment("show/templates")
    templates.filters |= {
        "plain": printable,
        "toll": toll_words,
        "type": type_words,
        "when": date_words,
        "place": place_words,
        "web": web_address,
    }
    return templates


def _style() -> str:
    return theme() + _file("page.css")


def _file(name: str) -> str:
    return (resources.files("conflict_events") / "show" / "templates" / name).read_text(encoding="utf-8")


def web_address(url: str | None) -> str | None:
    """``url`` where it is one of the web; a link to anything else (``javascript:``) is not written."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
