"""The overview as one HTML page that needs nothing else: no network, no other file.

The page's own style and script are allowed by their hash alone (Content-Security-Policy), and its script writes texts
as texts, so that nothing an article holds can run.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from markupsafe import Markup

from conflict_events import __version__
from conflict_events.overview.entries import Corpus
from conflict_events.overview.packing import CHUNK, chunks, columns, findings
from conflict_events.pages import environment, pack, script, source_hash, theme
from conflict_events.pages.outlines import outlines_around

SHARED = ("packed.js", "elements.js")
SCRIPTS = (
    "model.js",
    "sums.js",
    "facets.js",
    "timeline.js",
    "map.js",
    "list.js",
    "saving.js",
    "main.js",
)
"""The parts of the page's script, in the order in which they need each other."""


def write_overview(corpus: Corpus, path: Path, source: str) -> None:
    """Write the page of ``corpus`` to ``path``; ``source`` names what it was made of. OSError where it cannot be."""
    path.write_text(render_overview(corpus, source), encoding="utf-8", newline="\n")


def render_overview(corpus: Corpus, source: str) -> str:
    """The page as HTML."""
    style, code = theme() + _file("overview.css"), script(SHARED, [_file(name) for name in SCRIPTS])
    points = {
        (entry.where.latitude, entry.where.longitude)
        for entry in corpus.entries
        if entry.where and entry.where.latitude is not None and entry.where.longitude is not None
    }
    settings = {
        "merged": corpus.merged,
        "chunk": CHUNK,
        "articles": corpus.articles,
        "policy": corpus.policy,
        "source": source,
    }
    # What is packed is base64, and in our own files no end tag can stand (a test sees to it).
    page = environment("overview/templates").get_template("page.html.j2")
    return page.render(
        corpus=corpus,
        unit="incident" if corpus.merged else "event",
        source=source,
        data=Markup(pack({**columns(corpus), "settings": settings, "loose": list(findings(corpus))})),
        chunks=[Markup(chunk) for chunk in chunks(corpus.entries)],
        outlines=Markup(pack(outlines_around(points))),
        style=Markup(style),
        script=Markup(code),
        style_hash=source_hash(style),
        script_hash=source_hash(code),
        version=__version__,
    )


def _file(name: str) -> str:
    return (resources.files("conflict_events") / "overview" / "templates" / name).read_text(encoding="utf-8")
