"""Why two events are, or are not, one incident."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from conflict_events.merging.features import FEATURES, Features, columns_of
from conflict_events.merging.matcher import VETOES, Matcher, vetoes
from conflict_events.merging.merge import Merged

#: Points below which a feature is not named.
LEAST = 0.05


class NotFoundError(ValueError):
    """No report has the id that was given; the message says which ids there are."""


@dataclass(frozen=True)
class Reason:
    """One feature of a pair: its value, 0 where it is not so, and the points that it adds to the log-odds.

    Points below 0 speak against one incident; they are counted from a pair of which nothing is known.
    """

    feature: str
    meaning: str
    value: float
    points: float


@dataclass(frozen=True)
class Explanation:
    """Two reports, whether they stand in one incident, the probability by themselves, a veto, and what was weighed."""

    left: str
    right: str
    together: bool
    candidate: bool
    score: float
    veto: str
    reasons: tuple[Reason, ...]


def explain(merged: Merged, left: str, right: str, matcher: Matcher | None = None) -> list[Explanation]:
    """Every pair of the reports that two ids name (of an event, or of an article for all its events), best first.

    Raises NotFoundError for an id that no report has.
    """
    matcher = matcher or Matcher.load()
    pairs = [(min(a, b), max(a, b)) for a in _named(merged, left) for b in _named(merged, right) if a != b]
    if not pairs:
        raise NotFoundError(f"{left} and {right} name one event; give two")
    group = {report: number for number, reports in enumerate(merged.groups) for report in reports}
    columns = columns_of(merged.reports)
    first, second = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    features = Features(columns)(first, second)
    scores = matcher.probabilities(features)
    barred = vetoes(columns, features, scores, first, second)
    found = []
    for at, (a, b) in enumerate(pairs):
        reasons = [
            Reason(name, matcher.meanings[name], float(value), float(points))
            for name, value, points in zip(
                FEATURES, features[at], matcher.trees.contributions(features[at]), strict=True
            )
        ]
        said = sorted((r for r in reasons if abs(r.points) >= LEAST), key=lambda r: -abs(r.points))
        candidate = (a, b) in merged.scores or (a, b) in merged.vetoed
        names = (_name(merged, a), _name(merged, b))
        veto = "told apart in one article" if _one_article(merged, a, b) else VETOES[barred[at]]
        found.append(Explanation(*names, group[a] == group[b], candidate, float(scores[at]), veto, tuple(said)))
    return sorted(found, key=lambda item: (not item.together, -item.score))


def lines(explanation: Explanation) -> Iterator[str]:
    """An explanation in words, for a terminal."""
    verdict = "one incident" if explanation.together else "two incidents"
    yield f"{explanation.left}  and  {explanation.right}: {verdict} (probability {explanation.score:.2f})"
    if explanation.veto:
        yield f"  kept apart: {explanation.veto}"
    elif not explanation.together and not explanation.candidate:
        yield "  never compared, or too improbable to keep: not near in time, and neither in place nor in rare words"
    for reason in explanation.reasons:
        said = reason.meaning if reason.value else f"not so: {reason.meaning}"
        yield f"  {reason.points:+6.2f}  {said} ({reason.feature} {reason.value:.2f})"


def _named(merged: Merged, name: str) -> list[int]:
    found = [at for at, report in enumerate(merged.reports) if name in (report.event_id, report.article_id)]
    if not found:
        raise NotFoundError(f"no event or article {name!r} in these results; give an id as in the table of events")
    return found


def _name(merged: Merged, at: int) -> str:
    return merged.reports[at].event_id or merged.reports[at].article_id


def _one_article(merged: Merged, left: int, right: int) -> bool:
    return merged.reports[left].article_id == merged.reports[right].article_id
