"""A lead that tells the whole toll, and the paragraphs under it that tell its parts, place by place.

"Fourteen civilians were killed in Idlib. … The raids on Mehambel killed 13. … A woman was killed in Khan Sheikhoun."
What comes later adds up to the lead's figure, so it breaks that down and adds nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from spacy.tokens import Doc

from conflict_events.casualties.patterns import pattern
from conflict_events.casualties.rules.counted import Counted, is_clash, may_be_one_scene, of_other_party
from conflict_events.casualties.scenes import Scenes
from conflict_events.casualties.words import words
from conflict_events.entity_spans import entities_in

#: Smallest whole that later figures may add up to by chance only rarely: two figures, and the first of several.
_LEAST_WHOLE, _LEAST_OF_SOME = 4, 8
#: How far the parts of "nearly 250" or "about 100" may be from the whole.
_ROUNDED = 0.05
#: Within how many words of the harmed those of them who died are told.
_NEAR = 40


def fold_breakdowns(counted: Sequence[Counted], scenes: Scenes, doc: Doc) -> None:
    """Make the figures that break a lead's figure down its parts, and drop a vague lead told exactly later."""
    for outcome in ("killed", "injured"):
        told = [c for c in counted if c.mention.outcome == outcome and c.role == "count" and _reported(c, scenes)]
        if len(told) < 2:
            continue
        lead, later = told[0], told[1:]
        start = lead.mention.trigger.sent.start
        if any(c.mention.trigger.sent.start <= start for c in later):
            _fold_by_group(told, start, scenes, doc)
            continue
        if lead.quantity["best"] is None:
            exact = [c for c in later if c.quantity["best"] is not None and not c.group.additive]
            if exact and lead.quantity["low"] and sum(c.value or 0 for c in exact) >= lead.quantity["low"]:
                lead.role = "old"  # "wounding dozens … at least 35 were injured"
            continue
        later = [c for c in later if not is_clash(lead.group.kind, c.group.kind)]
        noun = doc[lead.group.end - 1].lower_
        alike = [c for c in later if doc[c.group.end - 1].lower_ in (noun, *_numbers(c, doc))]
        if _fold(lead, later, start, scenes) or _fold(lead, alike, start, scenes):
            continue
        if _sums_up(lead, scenes):
            _fold_what_fits(lead, [c for c in later if _of_the_same_kind(c, lead)], start)
        elif _announced(lead, counted):
            here = [c for c in later if c.scene == lead.scene and _of_the_same_kind(c, lead)]
            _fold_what_fits(lead, [c for c in here if _of_the_same_attack(c, lead, scenes)], start)
    _fold_the_harmed(counted, scenes)
    _fold_accounts(counted, scenes)


def _fold_by_group(told: Sequence[Counted], start: int, scenes: Scenes, doc: Doc) -> None:
    """Fold what is told later of each group of a lead that lists several: "five officers and three militants"."""
    leads = [c for c in told if c.mention.trigger.sent.start == start]
    later = [c for c in told if c.mention.trigger.sent.start > start]
    for lead in leads:
        noun, kind = doc[lead.group.end - 1].lower_, lead.group.kind
        alike = [
            c
            for c in later
            if c.role == "count"
            and (doc[c.group.end - 1].lower_ == noun or (kind == c.group.kind and kind not in ("generic", "unknown")))
        ]
        if _fold(lead, alike, start, scenes):
            continue
        again = next((c for c in alike if c.value == lead.value and (c.value or 0) > 2), None)
        if again is not None and len(alike) == 1:
            again.role = "part"
            lead.repeats.append(again.mention)


def _sums_up(lead: Counted, scenes: Scenes) -> bool:
    """Whether the sentence of a figure tells of several attacks at once: "Separate attacks in Iraq killed six"."""
    sentence = lead.mention.trigger.sent
    first = scenes.of_sentence.get(sentence.start) == next(
        (i for i, scene in enumerate(scenes.scenes) if scene.kind not in ("headline", "tally")), None
    )
    text = sentence.text.casefold()
    told = pattern("several_attacks").search(text) or pattern("summing_up").match(text)
    subjects = (
        token.lower_
        for token in sentence
        if token.i < lead.mention.trigger.i
        and (token.dep_ == "nsubj" or (token.dep_ == "conj" and token.head.dep_ == "nsubj"))
    )
    return first and (told is not None or bool(words("several_attacks") & set(subjects)))


def _announced(lead: Counted, counted: Sequence[Counted]) -> bool:
    """Whether the headline gives the lead's figure as that of the article."""
    headline = [c for c in counted if c.role == "headline" and c.mention.outcome == lead.mention.outcome]
    return len(headline) == 1 and headline[0].value == lead.value and (lead.value or 0) >= _LEAST_WHOLE


def _of_the_same_kind(entry: Counted, lead: Counted) -> bool:
    """Whether a later figure may be of people of the lead's figure, by their kind and their party."""
    kinds = {entry.group.kind, lead.group.kind}
    alike = len(kinds) == 1 or bool(kinds & {"generic", "unknown"})
    return alike and not of_other_party(entry.group, lead.group)


def _of_the_same_attack(entry: Counted, lead: Counted, scenes: Scenes) -> bool:
    """Whether a later figure is told as of the lead's attack: not as of another one, nor at another place."""
    if scenes.scenes[entry.scene].explicit or entry.group.additive:
        return False
    sentences = (entities_in(c.mention.trigger.sent) for c in (entry, lead))
    here, there = ([e._.place for e in found if e.label_ == "LOCATION" and e._.place] for found in sentences)
    return not (here and there) or any(may_be_one_scene(a, b) for a in here for b in there)


def _fold_what_fits(lead: Counted, later: Sequence[Counted], start: int) -> None:
    """Hang the figures on the lead one by one, as long as they fit into what is left of it."""
    known = [part for part in lead.parts if part.mention.trigger.sent.start > start and part.value]
    left = (lead.value or 0) - sum(part.value or 0 for part in known)
    for entry in later:
        if entry.value == lead.value:
            entry.role = "part"
            lead.repeats.append(entry.mention)
        elif 0 < (entry.value or 0) <= left:
            left -= entry.value or 0
            entry.role = "part"
            lead.parts.append(entry)


def _numbers(entry: Counted, doc: Doc) -> tuple[str, ...]:
    """The last word of a number without a noun: "four of these were killed"."""
    number = entry.group.number
    return () if number is None else (doc[number[1] - 1].lower_,)


def _reported(entry: Counted, scenes: Scenes) -> bool:
    return bool(entry.value) and scenes.scenes[entry.scene].kind != "background"


def _fold(lead: Counted, later: Sequence[Counted], start: int, scenes: Scenes) -> bool:
    """Hang ``later`` on ``lead`` where all of it, or what comes first, adds up to it, with the parts known before."""
    whole = lead.value or 0
    if whole < _LEAST_WHOLE or not later:
        return False
    known = [part for part in lead.parts if part.mention.trigger.sent.start > start and part.value]
    again = [entry for entry in later if entry.value == whole or any(part.value == entry.value for part in known)]
    new = [entry for entry in later if entry not in again]
    pieces = [piece.value or 0 for piece in (*known, *new)]
    # "A citizen was killed in X. … A citizen was killed in Y." were taken for one person.
    singles = sum(
        1
        for piece in (*known, *new)
        for again_told in piece.repeats
        if piece.value == 1 and scenes.at(again_told.trigger.sent) != piece.scene
    )
    total = sum(pieces)
    rounded = lead.quantity["modifier"] == "about" and abs(whole - total) <= _ROUNDED * whole
    if len(pieces) + singles >= 2 and (whole in (total, total + singles) or rounded):
        parts: Sequence[Counted] = new
    else:
        parts = _some(whole, pieces, known, new)
        if not parts:
            return False
    for entry in (*parts, *again):
        entry.role = "part"
        if entry in again:
            twin = next((part for part in known if part.value == entry.value), lead)
            twin.repeats.append(entry.mention)
        else:
            lead.parts.append(entry)
    return True


def _some(whole: int, pieces: Sequence[int], known: Sequence[Counted], new: Sequence[Counted]) -> Sequence[Counted]:
    """Those of the new figures that come one after the other and add up to the whole; none where it is small."""
    if whole < _LEAST_OF_SOME:
        return ()
    sums = list(accumulate(pieces))
    if whole in sums[1:]:
        return new[: max(0, sums.index(whole) + 1 - len(known))]
    values = [entry.value or 0 for entry in new]
    for first in range(len(values)):
        for last in range(first + 2, len(values) + 1):
            if sum(values[first:last]) == whole:
                return new[first:last]
    return ()


def _fold_the_harmed(counted: Sequence[Counted], scenes: Scenes) -> None:
    """Drop a later figure of injured people that holds the dead too.

    "One was killed and seven injured. … Eight who were hurt came to hospital; one of these died."
    """
    told = [c for c in counted if c.role == "count" and _reported(c, scenes) and c.quantity["best"] is not None]
    dead = next((c for c in told if c.mention.outcome == "killed"), None)
    for entry in told if dead is not None else ():
        # The larger number was taken for the toll, and the smaller one for a part of it.
        lead = next((p for p in entry.parts if dead and _beside(p, dead) and p in counted), None)
        if lead is not None and dead is not None and entry.value == (lead.value or 0) + (dead.value or 0):
            entry.parts.remove(lead)
            lead.role = "count"
            told.insert(0, lead)
            break
    hurt = next((c for c in told if c.mention.outcome == "injured"), None)
    if dead is None or hurt is None or not _beside(hurt, dead):
        return
    harmed = (dead.value or 0) + (hurt.value or 0)
    for entry in told:
        later = entry.mention.trigger.sent.start > hurt.mention.trigger.sent.start
        if not later or entry.mention.outcome != "injured" or entry.value != harmed:
            continue
        entry.role = "part"
        hurt.repeats.append(entry.mention)
        for died in told:
            among = died.group.of_group and 0 < died.mention.trigger.i - entry.mention.trigger.i < _NEAR
            if among and died.mention.outcome == "killed" and (died.value or 0) <= (dead.value or 0):
                died.role = "part"
                dead.repeats.append(died.mention)


def _beside(hurt: Counted, dead: Counted) -> bool:
    """Whether a sentence tells of both the injured and the dead."""
    same = hurt.mention.trigger.sent.start == dead.mention.trigger.sent.start
    return same and hurt.mention.outcome == "injured"


def _fold_accounts(counted: Sequence[Counted], scenes: Scenes) -> None:
    """Drop the other half of a toll told again: "five killed, 18 injured. … Five dead and 22 wounded, it said"."""
    for first in [c for c in counted if c.role == "count" and _reported(c, scenes)]:
        start = first.mention.trigger.sent.start
        for repeat in first.repeats:
            again = repeat.trigger.sent.start
            numbered = repeat.group.quantity is not None and not repeat.group.quantity["article"]
            if again == start or not numbered or (repeat.group.quantity or {}).get("best") in (None, 0, 1, 2):
                continue
            for other in counted:
                if (
                    other.role != "count"
                    or other.mention.outcome not in ("killed", "injured")
                    or other.mention.outcome == first.mention.outcome
                    or other.mention.trigger.sent.start != again
                ):
                    continue
                told = next(
                    (
                        c
                        for c in counted
                        if (c.role == "count" or c in other.parts)
                        and c.mention.outcome == other.mention.outcome
                        and c.mention.trigger.sent.start == start
                        and not is_clash(c.group.kind, other.group.kind)
                    ),
                    None,
                )
                if told is not None:
                    other.parts = [part for part in other.parts if part is not told]
                    told.role = "count"
                    other.role = "part"
                    told.repeats.append(other.mention)
