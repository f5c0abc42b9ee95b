"""Annotations as one HTML page that needs nothing else: no network, no other file, no JavaScript to be of use.

Everything from an article is written by jinja2 with escaping; the page's own style and script are allowed by their hash
alone (Content-Security-Policy), so that nothing an article holds can run.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from markupsafe import Markup

from conflict_events import __version__
from conflict_events.pages import environment, source_hash, theme
from conflict_events.show.articles import ShownArticle
from conflict_events.show.cards import page_article
from conflict_events.show.wording import (
    date_words,
    place_words,
    printable,
    toll_words,
    type_words,
)


def write_page(articles: Sequence[ShownArticle], path: Path) -> None:
    """Write the page of ``articles`` to ``path``. OSError where it cannot be written."""
    path.write_text(render_page(articles), encoding="utf-8", newline="\n")


def render_page(articles: Sequence[ShownArticle]) -> str:
    """The page of ``articles`` as HTML."""
    files = resources.files("conflict_events") / "show" / "templates"
    style = theme() + (files / "page.css").read_text(encoding="utf-8")
    script = (files / "page.js").read_text(encoding="utf-8")
    templates = environment("show/templates")
    templates.filters |= {
        "plain": printable,
        "toll": toll_words,
        "type": type_words,
        "when": date_words,
        "place": place_words,
        "web": web_address,
    }
    pages = [page_article(number, shown) for number, shown in enumerate(articles, 1)]
    return templates.get_template("page.html.j2").render(
        articles=pages,
        # Our own files, and no end tag can stand in them (a test sees to it).
        style=Markup(style),
        script=Markup(script),
        style_hash=source_hash(style),
        script_hash=source_hash(script),
        version=__version__,
    )


def web_address(url: str | None) -> str | None:
    """``url`` where it is one of the web; a link to anything else (``javascript:``) is not written."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
