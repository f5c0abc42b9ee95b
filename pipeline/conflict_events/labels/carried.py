"""What a format with room for free metadata carries besides labels: the article's headers, its events and tallies.

The links of CASUALTY labels (``block``) count these events and tallies, so that a format keeps both or neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from conflict_events.corpus.parse import EVENTS_LINE, OPENING, TEXT_LINE, parse
from conflict_events.corpus.records import LabelledArticle
from conflict_events.corpus.write import write_article
from conflict_events.labels.records import Notes, RawText

EVENTS = "events"
SUGGESTED = "suggested"
_HEADERS = ("country", "title", "date", "url", "part")


def carried(article: LabelledArticle, *, suggested: bool = False) -> dict[str, str | bool]:
    """The article's id, outlet and other headers, and its events and tallies in the source form; what it has of these.

    ``suggested``: its labels are a model's, which nobody has checked.
    """
    found: dict[str, str | bool] = {"article_id": article.id, "outlet": article.outlet}
    found |= {key: str(value) for key in _HEADERS if (value := getattr(article, key)) is not None}
    if article.events or article.tallies:
        bare = article.model_copy(update={"text": "", "labels": []})
        found[EVENTS] = write_article(bare).partition(f"{EVENTS_LINE}\n")[2]
    if suggested:
        found[SUGGESTED] = True
    return found


def take(raw: RawText, holder: Mapping[str, Any]) -> RawText:
    """Put what ``holder`` carries into ``raw``; other keys are the tool's own and left alone."""
    raw.headers = {key: str(holder[key]) for key in _HEADERS if isinstance(holder.get(key), str)}
    if isinstance(holder.get("outlet"), str) and holder["outlet"].strip():
        raw.outlet = holder["outlet"]
    if isinstance(holder.get(EVENTS), str):
        raw.events = holder[EVENTS]
    return raw


def restore(article: LabelledArticle, raw: RawText, notes: Notes) -> LabelledArticle:
    """The article with what ``raw`` carries; what cannot be read is noted, and a link without its event dropped."""
    values: dict[str, Any] = {}
    for key, value in raw.headers.items():
        try:
            values[key] = dt.date.fromisoformat(value) if key == "date" else " ".join(value.split())
            LabelledArticle.model_validate({"id": "x", "outlet": "x", "text": "", key: values[key]})
        except ValueError:
            values.pop(key, None)
            notes.add("dropped", raw.source, f"{key} {value!r}", "it cannot be read")
    if raw.events:
        form = f"{OPENING}x\noutlet: x\n{TEXT_LINE}\n{EVENTS_LINE}\n{raw.events}"
        articles, problems = parse(form, raw.source)
        if problems or len(articles) != 1:
            reason = problems[0].message if problems else "not in the source form"
            notes.add("dropped", raw.source, "events and tallies", f"they cannot be read: {reason}")
        else:
            values |= {"events": articles[0].events, "tallies": articles[0].tallies}
    article = article.model_copy(update=values)
    blocks = len(article.events) + len(article.tallies)
    for label in article.labels:
        if label.block is not None and not 0 <= label.block < blocks:
            shown = f"@{label.block + 1} of {label.label} {label.start}–{label.end} {label.text!r}"
            notes.add("dropped", raw.source, shown, f"it links to an event that is not there; there are {blocks}")
            label.block = None
    return article
