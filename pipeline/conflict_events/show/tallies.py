"""Tallies as trees: those of the regions under the one of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conflict_events.schema import Tally


@dataclass(frozen=True)
class TallyNode:
    """A tally and those that belong to it."""

    tally: Tally
    children: tuple[TallyNode, ...] = ()


def tally_trees(tallies: Sequence[Tally]) -> list[TallyNode]:
    """The tallies nested by ``parent``, in their order.

    Each is shown exactly once: one whose parent is missing, or that would be its own ancestor, stands at the top.
    """
    parents = {tally.id: tally.parent for tally in tallies}
    tops = [tally for tally in tallies if tally.parent not in parents or _goes_round(tally.id, parents)]
    top_ids = {tally.id for tally in tops}

    def node(tally: Tally) -> TallyNode:
        children = (child for child in tallies if child.parent == tally.id and child.id not in top_ids)
        return TallyNode(tally, tuple(node(child) for child in children))

    return [node(tally) for tally in tops]


def _goes_round(tally_id: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    current: str | None = parents[tally_id]
    while current is not None and current in parents and current not in seen:
        if current == tally_id:
            return True
        seen.add(current)
        current = parents[current]
    return False
