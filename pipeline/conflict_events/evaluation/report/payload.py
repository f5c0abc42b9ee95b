"""The errors that the page shows, packed small: an index of all of them, and their contexts in chunks read on demand.

Each is JSON, gzip, base64. Contexts are windows of the article's text around its errors, so that a page of thousands of
articles stays small. Offsets count UTF-16 units within a window, as JavaScript counts.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from conflict_events.evaluation.errors import CAUSES, EvaluationError
from conflict_events.evaluation.measures import subjects
from conflict_events.evaluation.report.document import Run
from conflict_events.show.wording import one_line, printable

AROUND = 220
"""Characters of context on each side of an error."""

BEGINNING = 1500
"""Characters of a text's beginning that stand for the context of an error whose place is not known."""

CHUNK = 100
"""Articles in a chunk."""

LONGEST = 600
"""Characters of gold and read words that are shown; what is longer is cut, and whole in the tables."""


@dataclass(frozen=True)
class Payload:
    """The packed index, and the packed chunks of contexts in order."""

    index: str
    chunks: tuple[str, ...]
    errors: int


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a text, from ``start``, without characters that could steer a browser's layout."""

    start: int
    text: str


def payload(run: Run) -> Payload:
    """What the page needs to show every error of a run."""
    numbers = {name: place for place, name in enumerate(subjects())}
    causes = {name: place for place, name in enumerate(CAUSES)}
    groups: dict[str, int] = {}
    status = _status(run)
    by_article: dict[int, list[tuple[int, EvaluationError]]] = {}
    for model, evaluation in enumerate(run.evaluations):
        for error in evaluation.errors:
            by_article.setdefault(error.article, []).append((model, error))
    rows: list[list[Any]] = []
    windows: list[list[str]] = []
    for number, article in enumerate(run.articles):
        found = by_article.get(number, [])
        cut = context_windows(article.text, [(error.start, error.end) for _, error in found])
        windows.append([window.text for window in cut])
        for model, error in found:
            rows.append(
                [
                    model,
                    number,
                    numbers[error.subject],
                    causes[error.cause],
                    groups.setdefault(error.group, len(groups)),
                    _short(error.gold),
                    _short(error.read),
                    status.get((model, error), 0),
                    *_within(cut, error),
                ]
            )
    rows.sort(key=lambda row: (row[1], row[0], row[2], row[9] if len(row) > 9 else -1))
    index = {
        "subjects": [subject.title for subject in subjects().values()],
        "subject_keys": list(subjects()),
        "causes": list(CAUSES.values()),
        "cause_keys": list(CAUSES),
        "groups": list(groups),
        "models": [evaluation.predictions.label for evaluation in run.evaluations],
        "chunk": CHUNK,
        "articles": _articles(run),
        "errors": rows,
    }
    parts = [windows[start : start + CHUNK] for start in range(0, len(windows), CHUNK)]
    return Payload(pack(index), tuple(pack(part) for part in parts), len(rows))


def pack(data: Any) -> str:
    """Data as JSON, gzip (without a time, so that equal data give equal text), base64."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return base64.b64encode(gzip.compress(text, 9, mtime=0)).decode("ascii")


def context_windows(text: str, spans: Iterable[tuple[int | None, int | None]]) -> list[Window]:
    """Windows of the text that hold the spans with what is around them; for an unknown place, the text's beginning."""
    wanted = sorted(
        (max(0, (start or 0) - AROUND), min(len(text), BEGINNING if end is None else end + AROUND))
        for start, end in set(spans)
    )
    joined: list[tuple[int, int]] = []
    for start, end in wanted:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return [Window(start, printable(text[start:end]) + ("…" if end < len(text) else "")) for start, end in joined]


def utf16(text: str) -> int:
    """The length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _within(windows: Sequence[Window], error: EvaluationError) -> list[int]:
    """The window of an error and its place in it; without a place, the window of the text's beginning alone."""
    if error.start is None or error.end is None:
        return [0]
    place = max(number for number, window in enumerate(windows) if window.start <= error.start)
    window = windows[place]
    start, end = (utf16(window.text[: offset - window.start]) for offset in (error.start, error.end))
    return [place, start, end]


def _status(run: Run) -> dict[tuple[int, EvaluationError], int]:
    """1 for errors of the first model that the second does not make, 2 for those that only the second makes."""
    if run.comparison is None:
        return {}
    fixed = {(0, error): 1 for changed in run.comparison.changed for error in changed.fixed}
    return fixed | {(1, error): 2 for changed in run.comparison.changed for error in changed.new}


def _articles(run: Run) -> list[list[Any]]:
    """For each article: id, outlet, data, title, and its errors by model."""
    counts = [Counter(error.article for error in evaluation.errors) for evaluation in run.evaluations]
    return [
        [
            _short(article.id),
            _short(article.outlet or ""),
            article.data,
            _short(article.title or ""),
            [count[number] for count in counts],
        ]
        for number, article in enumerate(run.articles)
    ]


def _short(text: str) -> str:
    words = one_line(printable(text))
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
