"""Reports to incidents: copies, candidates, scores, groups. The only place that knows their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from conflict_events.merging.blocking import candidates
from conflict_events.merging.clustering import Pair, cluster
from conflict_events.merging.copies import copies
from conflict_events.merging.features import Features, columns_of
from conflict_events.merging.matcher import VETOES, Matcher, vetoes
from conflict_events.merging.reports import Report, reports_of
from conflict_events.schema import Annotation

#: Pairs less probable than this are not kept.
KEPT = 0.05

Key = tuple[str, str]


@dataclass(frozen=True)
class Merged:
    """Reports, in order, and what was made of them.

    ``groups`` are indices into ``reports``; ``scores`` and ``vetoed`` (by the veto's name) are of candidate pairs;
    ``originals`` names for each copied article the article it copies; ``ids`` are those of an earlier run by group.
    """

    reports: Sequence[Report]
    groups: Sequence[Sequence[int]]
    scores: Mapping[Pair, float]
    vetoed: Mapping[Pair, str]
    originals: Mapping[str, str]
    known: Mapping[Key, str] = field(default_factory=dict)


def merge(
    annotations: Iterable[Annotation], matcher: Matcher | None = None, known: Mapping[Key, str] | None = None
) -> Merged:
    """Group the events of annotated articles by what they tell of.

    Args:
        annotations: each article once; an article that comes again is left out.
        matcher: the package's own without.
        known: the incident of each (article id, event id) of an earlier run: these stay together, and two of its
            incidents stay apart.
    """
    matcher = matcher or Matcher.load()
    known = known or {}
    articles: dict[str, list[Report]] = {}
    for annotation in annotations:
        if annotation.article.id not in articles:
            articles[annotation.article.id] = list(reports_of(annotation))
    reports = [report for article in sorted(articles) for report in articles[article]]
    originals = _originals(articles)
    scores, vetoed = score_pairs(reports, matcher, originals)
    seeds, fixed = _seeds(reports, originals, articles, known)
    copied = {number for number, report in enumerate(reports) if report.article_id in originals}
    groups = cluster([r.article_id for r in reports], scores, vetoed, matcher.threshold, seeds, fixed, copied)
    return Merged(reports, groups, scores, vetoed, originals, known)


def score_pairs(
    reports: Sequence[Report], matcher: Matcher, originals: Mapping[str, str] | None = None
) -> tuple[dict[Pair, float], dict[Pair, str]]:
    """The probability of each candidate pair, and the vetoes among those that would else be probable."""
    originals = originals or {}
    columns = columns_of(reports)
    features_of = Features(columns)
    scores: dict[Pair, float] = {}
    vetoed: dict[Pair, str] = {}
    copied = np.array([report.article_id in originals for report in reports], dtype=bool)
    for left, right in candidates(columns):
        told = ~(copied[left] | copied[right])
        left, right = left[told], right[told]
        if not len(left):
            continue
        features = features_of(left, right)
        found = matcher.probabilities(features)
        barred = vetoes(columns, features, found, left, right)
        for at in np.flatnonzero(found >= KEPT):
            pair = (int(left[at]), int(right[at]))
            if barred[at]:
                vetoed[pair] = VETOES[barred[at]]
            else:
                scores[pair] = float(found[at])
    return scores, vetoed


def _originals(articles: Mapping[str, Sequence[Report]]) -> dict[str, str]:
    texts = {article: reports[0].article_words[2 * len(reports[0].title) :] for article, reports in articles.items()}
    days = {article: reports[0].published for article, reports in articles.items() if reports[0].published}
    found = copies(texts, days)
    return {copy: first for copy, first in found.items() if _agree(articles[copy][0], articles[first][0])}


def _agree(copy: Report, first: Report) -> bool:
    """Whether days and tolls of the first events agree: where they do not, an outlet has worded two attacks alike."""
    if copy.exact_day and first.exact_day and copy.start != first.start:
        return False
    return (copy.killed, copy.injured) == (first.killed, first.injured)


def _seeds(
    reports: Sequence[Report],
    originals: Mapping[str, str],
    articles: Mapping[str, Sequence[Report]],
    known: Mapping[Key, str],
) -> tuple[list[list[int]], list[bool]]:
    """Groups that are there from the start: incidents of an earlier run, and each event with those of its copies."""
    at = {report.key: number for number, report in enumerate(reports)}
    groups: dict[object, list[int]] = {}
    owner: dict[int, object] = {}
    for number, report in enumerate(reports):
        if report.key in known:
            owner[number] = known[report.key]
            groups.setdefault(known[report.key], []).append(number)
    for copy in sorted(originals):
        for mine, first in _same_events(articles[copy], articles[originals[copy]]):
            if at[mine] in owner:
                continue
            group = owner.setdefault(at[first], at[first])
            groups.setdefault(group, [at[first]]).append(at[mine])
            owner[at[mine]] = group
    seeds = [(members, isinstance(group, str)) for group, members in groups.items()]
    return [members for members, _ in seeds], [is_known for _, is_known in seeds]


def _same_events(copy: Sequence[Report], original: Sequence[Report]) -> list[tuple[Key, Key]]:
    """The events of a copy with the same events of its original: by their words, each once."""
    free = list(original)
    pairs = []
    for report in copy:
        best = max(free, key=lambda other: (_alike(report, other), -other.rank), default=None)
        if best is not None and _alike(report, best) > 0:
            free.remove(best)
            pairs.append((report.key, best.key))
    return pairs


def _alike(left: Report, right: Report) -> float:
    a, b = set(left.event_words), set(right.event_words)
    same = len(a & b) / len(a | b) if a | b else 1.0
    return same + (left.killed == right.killed) * 0.25 + (left.relation == right.relation) * 0.25
