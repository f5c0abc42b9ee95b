"""Which sentences of an event tell its attack: those that say who was harmed, and those beside them that say how.

An event is given every sentence that has something to do with it; the parties and places of a background paragraph
are not those of the attack. What stands in the telling sentences comes first, the others are asked only for what those
leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from spacy.tokens import Doc, Span

_HARMED = frozenset({"count", "open", "part", "repeat"})


def telling(
    sentences: Sequence[Span], casualties: Iterable[Mapping[str, Any]], is_attack: Callable[[Span], bool]
) -> list[Span]:
    """The sentences that hold the trigger of one of ``casualties``, and those right beside them that tell an attack.

    All sentences where none holds a trigger.
    """
    triggers = {item["trigger"] for item in casualties if item.get("trigger") is not None}
    harming = [any(span.start <= trigger < span.end for trigger in triggers) for span in sentences]
    if not any(harming):
        return list(sentences)
    beside = [any(harming[max(0, index - 1) : index + 2]) for index in range(len(sentences))]
    return [
        span
        for span, harms, near in zip(sentences, harming, beside, strict=True)
        if harms or (near and is_attack(span))
    ]


def nearest(sentences: Sequence[Span], told: Sequence[Span]) -> list[Span]:
    """The other sentences, the nearest to a telling one first; of two as near the earlier."""
    starts = {span.start for span in told}
    others = [span for span in sentences if span.start not in starts]

    def distance(span: Span) -> tuple[int, int]:
        return min(max(span.start - one.end, one.start - span.end) for one in told), span.start

    return sorted(others, key=distance) if told else others


def told_in(doc: Doc, scenes: Sequence[int]) -> tuple[list[Span], list[Mapping[str, Any]]]:
    """The sentences of the scenes that make an event, and the casualties told in them, its own and their parts."""
    sentences = [doc[start:end] for index in scenes for start, end in doc._.scenes[index]["sentences"]]
    harmed = [c for c in doc._.casualties or () if c["scene"] in scenes and c["role"] in _HARMED]
    return sentences, harmed
