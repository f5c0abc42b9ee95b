"""Named observations about an actor in an event, from which its role is chosen (:mod:`.role_choice`).

A signal is a few words, such as ``telling: read perpetrator 3``: where something was seen, and what. ``telling`` is a
sentence that says who was harmed or how (:mod:`.telling`), ``beside`` one right next to it, ``event`` another sentence
of the event. ``read`` is what the rules make of one mention (:mod:`.role_reading`), ``rules`` what they make of the
actor in the event (:mod:`.roles`). Signals never decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from spacy.tokens import Doc, Span, Token

from conflict_events.entity_spans import entities_in

from .role_reading import ACTING, BYSTANDER, STRONG, Reading, RoleReader, actor_of
from .roles import RuledRoles, identity, is_alias, is_general, people
from .telling import telling

#: Steps up the parse from a mention that its path may have.
_STEPS = 5
#: So many actors in one event are a crowd.
_CROWD = 6
_MENTIONS = 3  # more mentions than this count as this many
_SIDES = 2  # more others than this count as this many
_BETWEEN = 2  # tokens between the members of a list
_BEFORE = frozenset(
    {"by", "against", "targeting", "between", "and", "from", "of", "to", "with", "on", "in", "for", "as", "including"}
) | {","}
_BEHIND = frozenset(["and", "'s", "’s", ",", "in", "at"])
_LIST = frozenset({"and", ",", "&", "or"})
_PERFECT = frozenset({"has", "have", "had"})
_SMALL = frozenset({"DET", "NUM", "ADJ"})


@dataclass(frozen=True)
class Seen:
    """One mention of an actor: where it stands, what the rules read, and its own signals."""

    ent: Span
    where: str
    reading: Reading | None
    signals: tuple[str, ...]

    @property
    def read(self) -> str:
        """The role that the rules read, ``nothing`` where they read none."""
        return "nothing" if self.reading is None else self.reading.role

    @property
    def acts(self) -> bool:
        """Whether it is said to do something, more than to stand there."""
        return self.reading is not None and self.reading.role in ACTING and self.reading != BYSTANDER


@dataclass(frozen=True)
class Candidate:
    """An actor that may take part in an event: its mentions there, and all that was seen of it."""

    mentions: tuple[Seen, ...]
    signals: frozenset[str]


@dataclass(frozen=True)
class EventView:
    """What the signals look at: the sentences of an event, where each stands (by its first token), who was harmed."""

    doc: Doc
    sentences: tuple[Span, ...]
    casualties: tuple[Mapping[str, Any], ...] = field(repr=False)
    where: Mapping[int, str] = field(repr=False)
    victims: frozenset[int] = field(repr=False)
    agents: frozenset[int] = field(repr=False)
    triggers: frozenset[int] = field(repr=False)

    @classmethod
    def of(
        cls,
        doc: Doc,
        sentences: Sequence[Span],
        casualties: Iterable[Mapping[str, Any]],
        is_attack: Callable[[Span], bool],
    ) -> EventView:
        """The view of an event told in ``sentences``, with the casualties read in them."""
        items = tuple(casualties)
        told = {span.start for span in telling(sentences, items, is_attack)}
        where: dict[int, str] = {}
        for index, span in enumerate(sentences):
            near = any(one.start in told for one in sentences[max(0, index - 1) : index + 2])
            where[span.start] = "telling" if span.start in told else "beside" if near else "event"
        victims, agents = people(items)
        triggers = frozenset(item["trigger"] for item in items if item.get("trigger") is not None)
        return cls(doc, tuple(sentences), items, where, frozenset(victims), frozenset(agents), triggers)

    def harms(self, ent: Span) -> bool:
        """Whether the words of ``ent`` are among those who were harmed."""
        return not self.victims.isdisjoint(range(ent.start, ent.end))


@dataclass(frozen=True)
class _Cast:
    """Who else is in the event: who acts, who of them has a name, who strikes where the harm is told; the kinds of the
    harmed; the role that the rules give each; who is named most often."""

    acting: frozenset[str]
    named: frozenset[str]
    striking: frozenset[str]
    harmed: tuple[str, ...]
    ruled: Mapping[str, str]
    leading: str | None
    crowd: bool


class RoleSignals:
    """Works out the actors of an event and their signals."""

    def __init__(self, reader: RoleReader, rules: RuledRoles) -> None:
        self.reader = reader
        self.rules = rules

    def candidates(self, view: EventView) -> list[Candidate]:
        """The actors named in an event, each once, in the order of their first mention."""
        groups: dict[str, list[Seen]] = {}
        aliases: dict[str, str] = {}
        for sentence in view.sentences:
            before: Seen | None = None
            for ent in (ent for ent in entities_in(sentence) if ent.label_ == "ACTOR"):
                name = identity(ent)
                if before is not None and is_alias(before.ent, ent):
                    other = identity(before.ent)
                    aliases.setdefault(name, aliases.get(other, other))
                seen = self._seen(ent, sentence, view, before)
                groups.setdefault(aliases.get(name, name), []).append(seen)
                before = seen
        cast = self._cast(view, groups)
        return [
            Candidate(tuple(group), frozenset(_of_mentions(group) | _of_actor(name, group, cast)))
            for name, group in groups.items()
        ]

    def _cast(self, view: EventView, groups: Mapping[str, Sequence[Seen]]) -> _Cast:
        acting = frozenset(
            name for name, group in groups.items() if any(one.acts and one.where != "event" for one in group)
        )
        strikes = Reading("perpetrator", STRONG)
        counts = Counter({name: len(group) for name, group in groups.items()})
        leading, often = counts.most_common(1)[0] if counts else (None, 0)
        return _Cast(
            acting,
            frozenset(name for name in acting if not is_general(groups[name][0].ent)),
            frozenset(
                name
                for name, group in groups.items()
                if any(one.reading == strikes and one.where == "telling" for one in group)
            ),
            tuple(sorted({kind_of(one.ent) for group in groups.values() for one in group if view.harms(one.ent)})),
            {identity(ent): role for role, ent in self.rules(view.doc, view.sentences, view.casualties)},
            leading if often > 1 else None,
            len(groups) >= _CROWD,
        )

    # -- one mention -------------------------------------------------------------------------------------------------

    def _seen(self, ent: Span, sentence: Span, view: EventView, before: Seen | None) -> Seen:
        reading = self.reader.read(ent, sentence, view.victims, view.agents) or self.reader.taking_part(ent, sentence)
        seen = Seen(ent, view.where[sentence.start], reading, ())
        signals = [*self._reading(seen, view), *self._path(ent, view), *self._neighbours(ent, sentence)]
        own = [f"{seen.where}: {signal}" for signal in signals]
        if before is not None and _listed(before.ent, ent):
            own.append(f"listed after {before.read}, read {seen.read}")
        return replace(seen, signals=tuple(own))

    def _reading(self, seen: Seen, view: EventView) -> Iterator[str]:
        """What the rules read, beside the kind of actor and whether it was harmed."""
        kind, reading = kind_of(seen.ent), seen.reading
        yield f"kind {kind}"
        yield f"kind {kind}, read {'bystander' if reading == BYSTANDER else seen.read}"
        if reading is not None:
            yield "read bystander" if reading == BYSTANDER else f"read {reading.role} {reading.strength}"
        if view.harms(seen.ent):
            yield f"harmed, read {seen.read}"
        if not view.agents.isdisjoint(range(seen.ent.start, seen.ent.end)):
            yield "agent of a casualty"

    def _path(self, ent: Span, view: EventView) -> Iterator[str]:
        """The way up the parse from a mention to the first word with a frame, or to what harmed somebody."""
        steps: list[str] = []
        token = ent.root
        for _ in range(_STEPS):
            head = token.head
            if head is token:
                yield " ".join(["path", *steps, "root"])
                return
            if token.dep_ != "pobj":
                steps.append(f"prep:{token.lower_}" if token.dep_ in ("prep", "agent") else token.dep_)
            if head.i in view.triggers:
                yield " ".join(["path", *steps, "harm"])
            frame = self._frame(head)
            if frame is not None:
                yield " ".join(["path", *steps, frame + _voice(head)])
                return
            token = head
        yield "path long"

    def _neighbours(self, ent: Span, sentence: Span) -> Iterator[str]:
        """The words right before and behind a mention, articles and numbers left aside."""
        doc, first = ent.doc, ent.start
        while first > sentence.start and doc[first - 1].pos_ in _SMALL:
            first -= 1
        if first == sentence.start:
            yield "opens its sentence"
        elif doc[first - 1].lower_ in _BEFORE:
            yield f"after {doc[first - 1].lower_}"
        if ent.end >= sentence.end:
            return
        behind = doc[ent.end]
        meaning = self._frame(behind) or self.reader.table.containers.get(behind.lower_)
        if meaning is not None:
            yield f"before {meaning}"
        elif behind.lower_ in _BEHIND:
            yield f"before {behind.lower_}"

    def _frame(self, token: Token) -> str | None:
        if token.pos_ in ("VERB", "AUX"):
            return self.reader.table.verbs.get(token.lower_)
        frame = self.reader.table.nouns.get(token.lower_)
        return None if frame is None else f"{frame} noun"


def _of_mentions(group: Sequence[Seen]) -> set[str]:
    return {signal for one in group for signal in one.signals}


def _of_actor(name: str, group: Sequence[Seen], cast: _Cast) -> set[str]:
    """The signals of an actor as a whole, among the others."""
    kind, general = kind_of(group[0].ent), is_general(group[0].ent)
    best = max((one for one in group if one.reading), key=_strength, default=None)
    read = best.read if best else "nothing"
    ruled = [cast.ruled[identity(one.ent)] for one in group if identity(one.ent) in cast.ruled]
    rule = ruled[0] if ruled else "none"
    signals = {
        f"rules {rule}",
        f"rules {rule}, kind {kind}",
        f"rules {rule}, harmed {' '.join(cast.harmed) or 'nobody'}",
        f"others act {min(len(cast.acting - {name}), _SIDES)}, read {read}",
        f"others strike {min(len(cast.striking - {name}), 1)}, read {read}",
        f"mentions {min(len(group), _MENTIONS)}",
        f"best read {read} {_strength(best) if best else 0}, kind {kind}",
    }
    signals |= {f"rules {rule}, {one.where}" for one in group}
    signals |= {f"harmed {other}, kind {kind}" for other in cast.harmed or ("nobody",)}
    signals |= {f"also read {one.read}, {read}" for one in group if one.reading and one.read != read}
    if general:
        signals.add(f"general, named act {min(len(cast.named - {name}), 1)}")
    if name == cast.leading:
        signals.add(f"named most often, read {read}")
    if cast.crowd:
        signals.add(f"crowd, read {read}")
    return signals


def _strength(one: Seen) -> int:
    return 0 if one.reading is None else one.reading.strength


def _listed(before: Span, ent: Span) -> bool:
    """Whether a mention goes on a list that the one before it is in: "X, Y and Z"."""
    between = [token for token in ent.doc[before.end : ent.start] if token.pos_ not in _SMALL]
    return len(between) <= _BETWEEN and any(token.lower_ in _LIST for token in between)


def _voice(verb: Token) -> str:
    if verb.pos_ not in ("VERB", "AUX") or verb.tag_ != "VBN":
        return ""
    return "" if any(child.lower_ in _PERFECT for child in verb.children) else " passive"


def kind_of(ent: Span) -> str:
    """The kind of an actor; ``name`` or ``people`` where the tables do not hold it."""
    actor = actor_of(ent)
    if actor is None:
        return "people" if ent.text.islower() else "name"
    return str(actor["kind"])
