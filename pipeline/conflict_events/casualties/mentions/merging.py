"""Mentions that speak of the same people: shared numbers, tolls and the deaths in them, the wounded who died."""

from __future__ import annotations

from spacy.tokens import Doc

from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.patterns import pattern
from conflict_events.casualties.words import words


def merge_shared(mentions: list[CasualtyMention], doc: Doc) -> list[CasualtyMention]:
    """ "Ten killed and injured" names ten people who were killed or injured, not ten of each."""
    merged: list[CasualtyMention] = []
    alike: dict[object, list[CasualtyMention]] = {}  # by their number, else by their noun
    for mention in _without_told_hits(mentions):
        number = mention.group.number
        before = alike.setdefault(mention.group.head.i if number is None else number, [])
        twin = next((m for m in before if _shared(m, mention, doc)), None)
        if twin is not None:
            twin.outcome = "killed_or_injured"
            twin.shared = True
        elif not any(_same(m, mention) for m in before):
            merged.append(mention)
            before.append(mention)
    return merged


def _without_told_hits(mentions: list[CasualtyMention]) -> list[CasualtyMention]:
    """Leave out that somebody was hit where the same words say what became of him ("was shot and killed").

    So with the wounds of the dead: "two men were found dead with bullet wounds".
    """
    told = [m for m in mentions if m.frame != "hit_verb" and m.outcome in ("killed", "injured", "killed_or_injured")]
    known = {
        "hit_verb": {m.group.head.i for m in told},
        "wound_noun": {m.group.head.i for m in told if m.outcome == "killed"},
    }
    return [m for m in mentions if m.group.head.i not in known.get(m.frame, ())]


def within_tolls(mentions: list[CasualtyMention]) -> list[CasualtyMention]:
    """Leave out the deaths that a toll of their own sentence already counts, and keep them as its parts.

    "The toll has risen to eight, after a wounded woman succumbed"; "a man died, bringing the number of dead to four". A
    toll over a longer period counts others' deaths, and takes up none.
    """
    kept = []
    tolls = [m for m in mentions if m.toll]
    for mention in mentions:
        toll = next((t for t in tolls if t is not mention and _counts(t, mention)), None)
        if toll is None:
            kept.append(mention)
        elif mention.group.number is not None and mention.group.number not in {p.number for p in toll.group.parts}:
            toll.group.parts.append(mention.group)
    return kept


def _counts(toll: CasualtyMention, mention: CasualtyMention) -> bool:
    if mention.toll or mention.outcome != toll.outcome or mention.negated or toll.group.number is None:
        return False
    sentence = toll.trigger.sent
    if mention.trigger.sent.start != sentence.start or mention.group.number == toll.group.number:
        return False
    if pattern("period").search(sentence.text.casefold()):
        return False
    low, high = sorted((toll.trigger.i, mention.trigger.i))
    link = {t.lower_ for t in sentence.doc[low:high]} | {sentence[0].lower_}
    return bool(link & words("toll_links"))


def without_survived(mentions: list[CasualtyMention]) -> list[CasualtyMention]:
    """Drop the injuries that only describe people who died: "a wounded woman succumbed", "a girl hurt by a mine died".

    Evacuating the wounded does not displace them either.
    """
    dead = {m.group.head.i for m in mentions if m.outcome == "killed"}
    harmed = dead | {m.group.head.i for m in mentions if m.outcome == "injured"}
    mentions = [
        m
        for m in mentions
        if not m.trigger.lower_.startswith("evacuat")
        or (m.group.head.i not in harmed and m.group.head.lower_ not in ("patients", "wounded", "casualties"))
    ]
    died = {m.group.number for m in mentions if m.outcome == "killed" and m.group.number is not None}
    mentions = [
        m  # "four of the wounded died" tells of four dead
        for m in mentions
        if m.outcome != "injured" or m.group.number not in died or m.trigger.i != m.group.end - 1
    ]
    return [
        m
        for m in mentions
        if m.outcome != "injured" or m.trigger.dep_ not in ("amod", "acl", "relcl") or m.group.head.i not in dead
    ]


def _same(first: CasualtyMention, second: CasualtyMention) -> bool:
    if first.outcome != second.outcome:
        return False
    if first.group.number is not None or second.group.number is not None:
        return first.group.number == second.group.number
    return first.group.head.i == second.group.head.i


def _shared(first: CasualtyMention, second: CasualtyMention, doc: Doc) -> bool:
    if {first.outcome, second.outcome} != {"killed", "injured"} or first.group.number is None:
        return False
    if first.group.number != second.group.number:
        return False
    low, high = sorted((first.trigger.i, second.trigger.i))
    between = doc[low + 1 : high]
    joined = any(t.lower_ in words("coordination") for t in between)  # not "four of the wounded died"
    return joined and all(t.lower_ in words("coordination") or t.pos_ == "ADV" for t in between)
