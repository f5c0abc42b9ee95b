"""From scored pairs to groups, without chains.

Agglomerative clustering by average linkage: two groups join where the mean probability over all pairs between them, 0
for a pair that was no candidate, reaches the threshold. One good pair between two attacks thus never joins what stands
around them. No group holds two events of one article, as the article tells these apart, or a pair that is vetoed.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, int]


@dataclass
class _State:
    """Groups while they join; numbers beyond the last report are groups that were joined."""

    members: dict[int, list[int]]
    near: dict[int, dict[int, float]]
    articles: dict[int, set[str]]
    barred: dict[int, set[int]]
    fixed: dict[int, bool] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)

    def may_join(self, left: int, right: int) -> bool:
        """Whether no rule keeps two groups apart."""
        if self.fixed.get(left) and self.fixed.get(right):
            return False
        return not (self.articles[left] & self.articles[right]) and right not in self.barred[left]

    def join(self, left: int, right: int, number: int) -> dict[int, float]:
        """Join two groups under a new number; its linkage to every other."""
        sizes = self.sizes.pop(left), self.sizes.pop(right)
        self.sizes[number] = sum(sizes)
        self.members[number] = sorted(self.members.pop(left) + self.members.pop(right))
        self.articles[number] = self.articles.pop(left) | self.articles.pop(right)
        self.barred[number] = self.barred.pop(left) | self.barred.pop(right)
        for other in self.barred[number]:
            if other in self.barred:
                self.barred[other].add(number)
        self.fixed[number] = self.fixed.pop(left, False) or self.fixed.pop(right, False)
        a, b = self.near.pop(left), self.near.pop(right)
        linkage = {}
        for other in sorted(set(a) | set(b)):
            if other not in self.members:
                continue
            linkage[other] = (a.get(other, 0.0) * sizes[0] + b.get(other, 0.0) * sizes[1]) / sum(sizes)
            self.near[other].pop(left, None)
            self.near[other].pop(right, None)
            self.near[other][number] = linkage[other]
        self.near[number] = linkage
        return linkage


def cluster(
    articles: Sequence[str],
    scores: Mapping[Pair, float],
    vetoed: Iterable[Pair],
    threshold: float,
    seeds: Sequence[Sequence[int]] = (),
    fixed: Sequence[bool] = (),
    copies: Collection[int] = (),
) -> list[list[int]]:
    """Groups of reports, each in rising order, ordered by their first; the same whatever the order of ``scores``.

    Args:
        articles: the article of each report.
        scores: probability for each candidate pair (left < right).
        vetoed: pairs that never stand in one group.
        threshold: mean probability at which two groups join.
        seeds: groups that are there from the start: copies, and incidents of an earlier run.
        fixed: for each seed, whether it is an incident of an earlier run: two of these never join.
        copies: reports that have no scores of their own and count in no mean: their originals speak for them.
    """
    state, owner = _start(articles, seeds, fixed, copies)
    _link(state, owner, scores, vetoed)
    heap = [(-p, a, b) for a, row in state.near.items() for b, p in row.items() if a < b and p >= threshold]
    heapq.heapify(heap)
    number = len(articles) + len(seeds)
    while heap:
        _, left, right = heapq.heappop(heap)
        if left not in state.members or right not in state.members or not state.may_join(left, right):
            continue
        for other, linkage in state.join(left, right, number).items():
            if linkage >= threshold:
                heapq.heappush(heap, (-linkage, other, number))
        number += 1
    return sorted(state.members.values())


def _start(
    articles: Sequence[str], seeds: Sequence[Sequence[int]], fixed: Sequence[bool], copies: Collection[int]
) -> tuple[_State, dict[int, int]]:
    owner = {report: report for report in range(len(articles))}
    members: dict[int, list[int]] = {}
    holds = dict.fromkeys(range(len(articles), len(articles) + len(seeds)), False)
    for number, seed in enumerate(seeds, len(articles)):
        members[number] = sorted(seed)
        holds[number] = bool(fixed and fixed[number - len(articles)])
        owner.update(dict.fromkeys(seed, number))
    members |= {report: [report] for report, group in owner.items() if report == group}
    state = _State(
        members,
        {group: {} for group in members},
        {group: {articles[report] for report in reports} for group, reports in members.items()},
        {group: set() for group in members},
        holds,
        {group: max(1, sum(report not in copies for report in reports)) for group, reports in members.items()},
    )
    return state, owner


def _link(state: _State, owner: Mapping[int, int], scores: Mapping[Pair, float], vetoed: Iterable[Pair]) -> None:
    sums: dict[Pair, float] = {}
    for (left, right), score in scores.items():
        a, b = sorted((owner[left], owner[right]))
        if a != b:
            sums[a, b] = sums.get((a, b), 0.0) + score
    for (a, b), total in sums.items():
        mean = total / (state.sizes[a] * state.sizes[b])
        state.near[a][b] = state.near[b][a] = mean
    for left, right in vetoed:
        a, b = owner[left], owner[right]
        if a != b:
            state.barred[a].add(b)
            state.barred[b].add(a)
