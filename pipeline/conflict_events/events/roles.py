"""Who did what to whom in an event, by rule: the roles of its ACTOR entities.

Each mention is read by itself (:mod:`.role_reading`); here the mentions of an event are put together. What the rules
find is one of the signals from which the role is chosen (:mod:`.role_choice`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc, Span

from conflict_events.entity_spans import entities_in

from .role_reading import ACTING, BYSTANDER, MIDDLE, STRONG, Reading, RoleReader, actor_of
from .role_words import RoleWords
from .telling import nearest, telling

_SIDES = 2  # who attacked is looked for beyond the telling sentences until so many are named


@dataclass(frozen=True)
class _Told:
    """A mention that takes part: its reading, and whether it is among the harmed and harms nobody itself."""

    ent: Span
    reading: Reading
    harmed: bool


#: Kinds of actors that a text may name by several words that mean different people ("women", "children").
_MANY = frozenset({"civilians"})
_GENERAL = frozenset({"unidentified"})


class RuledRoles:
    """Reads the roles of actors by rule."""

    def __init__(self, table: RoleWords) -> None:
        self.table = table
        self.reader = RoleReader(table)

    def __call__(
        self, doc: Doc, sentences: Sequence[Span], casualties: Iterable[Mapping[str, Any]] = ()
    ) -> list[tuple[str, Span]]:
        """Each actor of the event that takes part, once, in its role: the first of its mentions in that role.

        The sentences that tell the harm come first (:mod:`.telling`). Who attacked is looked for in the others only
        where those do not say it, and then by what is said outright.
        """
        items = list(casualties)
        victims, agents = people(items)
        told = telling(sentences, items, self.table.tells_attack)
        found: list[_Told] = [one for sentence in told for one in self._in_sentence(sentence, victims, agents)]
        for sentence in nearest(sentences, told):
            wanted = _left_open(found)
            if not wanted:
                break
            more = self._in_sentence(sentence, victims, agents)
            found += [
                one for one in more if one.reading.role in wanted and one.reading.strength >= wanted[one.reading.role]
            ]
        return sorted(_each_once(found), key=lambda item: item[1].start)

    def _in_sentence(self, sentence: Span, victims: set[int], agents: set[int]) -> list[_Told]:
        """The readings of the actors of a sentence that take part in what it tells."""
        actors = [ent for ent in entities_in(sentence) if ent.label_ == "ACTOR"]
        read = [self.reader.read(ent, sentence, victims, agents) for ent in actors]
        for index in range(1, len(actors)):
            if is_alias(actors[index - 1], actors[index]):
                pair = [reading for reading in read[index - 1 : index + 1] if reading is not None]
                read[index - 1 : index + 1] = [max(pair, key=lambda item: item.strength) if pair else None] * 2
        found = []
        for ent, reading in zip(actors, read, strict=True):
            reading = reading or self.reader.taking_part(ent, sentence)
            if reading is not None and reading.role != "none":
                positions = set(range(ent.start, ent.end))
                found.append(_Told(ent, reading, bool(positions & victims) and not positions & agents))
        return found


def _left_open(found: Sequence[_Told]) -> Mapping[str, int]:
    """The roles that the sentences read so far leave open, with the strength that a reading of another one needs."""
    open_roles = {} if any(one.reading.role == "target" for one in found) else {"target": STRONG}
    acting = {identity(one.ent) for one in found if _acts(one) and not is_general(one.ent)}
    if not acting:
        return open_roles | {"perpetrator": MIDDLE, "party": MIDDLE, "claimant": MIDDLE}
    return open_roles | {"perpetrator": STRONG} if len(acting) < _SIDES else open_roles


def _acts(one: _Told) -> bool:
    """Whether a mention is said to do something, more than to stand there."""
    return one.reading.role in ACTING and one.reading != BYSTANDER


def _each_once(found: Sequence[_Told]) -> list[tuple[str, Span]]:
    """Each actor in one role, at its first mention in it: mentions that resolve to one actor are one."""
    mentions: dict[str, list[_Told]] = {}
    for one in found:
        mentions.setdefault(identity(one.ent), []).append(one)
    chosen = []
    for group in mentions.values():
        best = max(group, key=lambda one: one.reading.strength)
        if best.reading.role == "perpetrator" and best.reading.strength < STRONG:
            # "a combing operation of the National Defence", in which a mine killed its members.
            best = next((one for one in group if one.harmed and one.reading.role == "target"), best)
        if best.reading.role == "target":
            # Who strikes and is struck back is told as the attacker.
            strikes = (one for one in group if one.reading == Reading("perpetrator", STRONG))
            best = next(strikes, best)
        role = best.reading.role
        chosen.append((role, next(one.ent for one in group if one.reading.role == role)))
    return chosen


def is_general(ent: Span) -> bool:
    """Whether words stand for nobody in particular ("gunmen")."""
    actor = actor_of(ent)
    return ent.text.islower() if actor is None else actor["kind"] in _GENERAL


def identity(ent: Span) -> str:
    """What mentions of one actor have in common: the id it resolves to, else its words."""
    actor = actor_of(ent)
    return _name(ent) if actor is None or actor["kind"] in _MANY else f"id {actor['id']}"


def people(casualties: Iterable[Mapping[str, Any]]) -> tuple[set[int], set[int]]:
    """The tokens of those who were harmed, and of those who are said to have harmed them."""
    victims: set[int] = set()
    agents: set[int] = set()
    for item in casualties:
        victim = item.get("victim")
        if victim:
            victims.update(range(victim[0], victim[1]))
        agents.update(item.get("agents") or ())
    return victims, agents


def is_alias(name: Span, other: Span) -> bool:
    """Whether ``other`` is a second name in brackets: "Syrian Democratic Forces (SDF)"."""
    between = [token.text for token in name.doc[name.end : other.start] if token.text not in "\"'“”"]
    return between == ["("] and other.end < len(name.doc) and name.doc[other.end].text in ')"”'


def _name(ent: Span) -> str:
    return ent.text.casefold().replace("’", "'")
