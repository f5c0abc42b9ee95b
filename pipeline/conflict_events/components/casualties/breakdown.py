"""A lead that tells the whole toll, and the paragraphs under it that tell its parts, place by place.

"Fourteen civilians were killed in Idlib. … The raids on Mehambel killed 13. … A woman was killed in Khan Sheikhoun."
What comes later adds up to the lead's figure, so it breaks that down and adds nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from .counted import Counted, is_clash
from .scenes import Scenes

#: Smallest whole that two later figures may add up to by chance only rarely.
_LEAST_WHOLE = 4
#: How far the parts of "nearly 250" or "about 100" may be from the whole.
_ROUNDED = 0.05


def fold_breakdowns(counted: Sequence[Counted], scenes: Scenes) -> None:
    """Make the figures that break a lead's figure down its parts, and drop a vague lead told exactly later."""
    for outcome in ("killed", "injured"):
        told = [c for c in counted if c.mention.outcome == outcome and c.role == "count" and _reported(c, scenes)]
        if len(told) < 2:
            continue
        lead, later = told[0], told[1:]
        start = lead.mention.trigger.sent.start
        if any(c.mention.trigger.sent.start <= start for c in later):
            continue  # a lead that lists several groups
        if lead.quantity["best"] is None:
            exact = [c for c in later if c.quantity["best"] is not None]
            if exact and lead.quantity["low"] and sum(c.value or 0 for c in exact) >= lead.quantity["low"]:
                lead.role = "old"  # "wounding dozens … at least 35 were injured"
            continue
        if any(is_clash(lead.group.kind, c.group.kind) for c in later):
            continue
        _fold(lead, later, start)


def _reported(entry: Counted, scenes: Scenes) -> bool:
    return bool(entry.value) and scenes.scenes[entry.scene].kind != "background"


def _fold(lead: Counted, later: Sequence[Counted], start: int) -> None:
    """Hang ``later`` on ``lead`` where it adds up to it, with the parts of the lead that other sentences tell."""
    known = [part for part in lead.parts if part.mention.trigger.sent.start > start and part.value]
    again = [entry for entry in later if any(part.value == entry.value for part in known)]
    new = [entry for entry in later if entry not in again]
    pieces = [piece.value or 0 for piece in (*known, *new)]
    # "A citizen was killed in X. … A citizen was killed in Y." were taken for one person.
    singles = sum(1 for piece in (*known, *new) for _ in piece.repeats if piece.value == 1)
    whole = lead.value or 0
    if len(pieces) + singles < 2 or whole < _LEAST_WHOLE:
        return
    total = sum(pieces)
    rounded = lead.quantity["modifier"] == "about"
    if whole not in (total, total + singles) and not (rounded and abs(whole - total) <= _ROUNDED * whole):
        return
    for entry in later:
        entry.role = "part"
        if entry in again:
            next(part for part in known if part.value == entry.value).repeats.append(entry.mention)
        else:
            lead.parts.append(entry)
