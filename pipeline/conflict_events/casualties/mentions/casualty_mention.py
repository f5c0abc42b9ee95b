"""One group of people and what became of them, as one phrase of the text says it."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Token

from conflict_events.casualties.mentions.phrases import Group


@dataclass
class CasualtyMention:
    """One group of people and what became of them, as one phrase says it."""

    outcome: str
    group: Group
    trigger: Token
    frame: str
    agents: list[Token] = field(default_factory=list)
    negated: bool = False
    hypothetical: bool = False
    background: bool = False
    toll: bool = False
    shared: bool = False
