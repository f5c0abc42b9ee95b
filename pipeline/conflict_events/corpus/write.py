"""Writing the source form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from conflict_events.corpus.parse import EVENTS_LINE, OPENING, TEXT_LINE, UNSTATED
from conflict_events.corpus.records import Label, LabelledArticle, LabelledCasualty, LabelledEvent, LabelledTally
from conflict_events.corpus.scheme import load_scheme

_SPECIAL = re.compile(r"[{}\\]|^(?:=(?===)|-(?=-- (?:text|events)$))", re.MULTILINE)


def write_article(article: LabelledArticle) -> str:
    """The article in the source form; reading it back gives an equal record.

    Raises ValueError where the form cannot hold it: labels that overlap, a carriage return before a line feed, or a
    value with a line break.
    """
    if "\r\n" in article.text:
        raise ValueError(f"article {article.id}: write line breaks as \\n; shift the labels accordingly")
    lines = [OPENING + article.id]
    for key in ("outlet", "outlet_name", "country", "date", "title", "url", "part"):
        value = getattr(article, key)
        if value is not None and str(value):
            if "\n" in str(value):
                raise ValueError(f"article {article.id}: {key} has a line break; replace it by a space")
            lines.append(f"{key}: {value}")
    lines += [TEXT_LINE, write_text(article.text, article.labels), EVENTS_LINE]
    for event in article.events:
        lines += _event(event)
    for tally in article.tallies:
        lines += _tally(tally)
    return "\n".join(lines) + "\n"


def write_corpus(articles: Iterable[LabelledArticle]) -> str:
    """A file of the source form."""
    return "\n".join(write_article(article) for article in articles)


def write_text(text: str, labels: Iterable[Label]) -> str:
    """The text with its labels in braces; ValueError where labels overlap or lie outside the text."""
    scheme = load_scheme()
    codes = {name: code for code, name in scheme.labels.items()}
    outcomes = {name: code for code, name in scheme.outcomes.items()}
    marks: list[tuple[int, str]] = []
    previous = 0
    for label in sorted(labels, key=lambda label: label.start):
        if label.start < previous or label.end > len(text) or label.end <= label.start:
            raise ValueError(f"label {label.label} {label.start}–{label.end} overlaps another or lies outside the text")
        previous = label.end
        head = codes[label.label]
        if label.label == "CASUALTY":
            link = [] if label.block is None else [f"@{label.block + 1}"]
            head = " ".join([head, outcomes.get(label.outcome or "", UNSTATED), *label.roles, *link])
        marks += [(label.start, f"{{{head}:"), (label.end, "}")]
    escapes = {match.start() for match in _SPECIAL.finditer(text)}
    pieces: list[str] = []
    position = 0
    # An escape at a label's start belongs behind the opening brace, so marks go first at equal positions.
    inserts = [(at, 0, mark) for at, mark in marks] + [(at, 1, "\\") for at in sorted(escapes)]
    for at, _, insert in sorted(inserts, key=lambda item: (item[0], item[1])):
        pieces += [text[position:at], insert]
        position = at
    pieces.append(text[position:])
    return "".join(pieces)


def _casualty(casualty: LabelledCasualty) -> str:
    parts = "; ".join(_casualty(part) for part in casualty.includes)
    return " ".join(filter(None, [casualty.written, casualty.victim, f"({parts})" if parts else None]))


def _event(event: LabelledEvent) -> list[str]:
    lines = [f"{event.kind} | {event.event_type} / {event.sub_event_type}"]
    lines += [f"  date: {date}" for date in event.dates]
    if event.certainty != "asserted":
        lines.append(f"  certainty: {event.certainty}")
    grouped: list[tuple[str, list[str]]] = []
    for role, words in [
        *((actor.role, actor.words) for actor in event.actors),
        *((place.role, place.words) for place in event.locations),
    ]:
        if grouped and grouped[-1][0] == role:
            grouped[-1][1].append(words)
        else:
            grouped.append((role, [words]))
    if event.weapons:
        grouped.append(("weapon", event.weapons))
    lines += [f"  {key}: {'; '.join(values)}" for key, values in grouped]
    lines += [f"  {casualty.outcome}: {_casualty(casualty)}" for casualty in event.casualties]
    return lines


def _tally(tally: LabelledTally) -> list[str]:
    lines = [" ".join(filter(None, [f"tally | {tally.outcome} {tally.written}", tally.victim]))]
    for key in ("place", "parent", "since", "until", "operations"):
        value = getattr(tally, key)
        if value is not None:
            lines.append(f"  {key}: {value}")
    lines += [f"  {casualty.outcome}: {_casualty(casualty)}" for casualty in tally.parts]
    return lines
