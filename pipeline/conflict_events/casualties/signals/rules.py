"""What the reading by rules makes of each mention, as one signal among others."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.mentions.phrases import Phrases
from conflict_events.casualties.rules.counted import Counted
from conflict_events.casualties.rules.resolver import Resolver
from conflict_events.casualties.scenes import Scenes

#: Frames that the rules were not written for.
_NOT_READ = frozenset({"hit_verb", "fatal_adverb", "recognised"})
_IF_NOTHING_ELSE = frozenset({"hospital_noun", "treated_verb"})


@dataclass(frozen=True)
class RuleReading:
    """The role of each mention (by identity) and the mention that it takes up."""

    roles: dict[int, str]
    takes_up: dict[int, int]


def read_by_rules(
    doc: Doc, mentions: list[CasualtyMention], lexicon: Lexicon, phrases: Phrases, scenes: Scenes
) -> RuleReading:
    """Have the rules read ``mentions``, which stay as they are."""
    before = [(m, m.background, m.group.kind) for m in mentions]
    injured = any(
        m.outcome in ("injured", "killed_or_injured") and m.frame not in _NOT_READ | _IF_NOTHING_ELSE for m in mentions
    )
    known = [m for m in mentions if m.frame not in _NOT_READ and not (injured and m.frame in _IF_NOTHING_ELSE)]
    counted = Resolver(doc, lexicon, phrases, scenes).resolve(known)
    roles: dict[int, str] = {}
    takes_up: dict[int, int] = {}

    def put(entry: Counted, whole: Counted | None) -> None:
        kind = scenes.scenes[entry.scene].kind if scenes.scenes else "event"
        recalled = kind == "background" and entry.role in ("count", "part")
        roles[id(entry.mention)] = "background" if recalled else entry.role
        if whole is not None:
            takes_up[id(entry.mention)] = id(whole.mention)
        for part in entry.parts:
            put(part, entry)
        for repeat in entry.repeats:
            roles[id(repeat)] = "repeat"
            takes_up[id(repeat)] = id(entry.mention)

    for entry in counted:
        if entry.role != "part":
            put(entry, None)
    for mention, background, kind in before:
        if id(mention) not in roles and id(mention) in {id(m) for m in known}:
            roles[id(mention)] = (
                "negated"
                if mention.negated
                else "hypothetical"
                if mention.hypothetical
                else "background"
                if mention.background
                else "open"
            )
        mention.background, mention.group.kind = background, kind
    return RuleReading(roles, takes_up)
