"""What a page shows of an article: its text in blocks, and each event, tally and finding as a card."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from conflict_events.schema import Casualty, Entity, Event, EventActor, Finding, Mention, Quantity
from conflict_events.show.articles import ShownArticle, event_mentions, mentions
from conflict_events.show.marks import Mark, Token, paragraphs
from conflict_events.show.small_map import Outlines, SmallMap, small_map
from conflict_events.show.tallies import TallyNode, tally_trees
from conflict_events.show.wording import (
    NO_NUMBER,
    actor_words,
    contents_words,
    in_order,
    one_line,
    outcome_words,
    place_words,
    printable,
    quantity_words,
    tally_words,
    victim_read,
    where_words,
)
from conflict_events.summary import Summaries

FOLDED_FROM = 3
"""So many paragraphs of boilerplate in a row are folded away."""

_ROLES = {
    "perpetrator": "by",
    "target": "against",
    "party": "parties",
    "claimant": "according to",
    "site": "at",
    "near": "near",
    "within": "within",
}


@dataclass(frozen=True)
class Quote:
    """Words of the article, with the id of the element that holds them where the text is on the page."""

    text: str
    target: str | None


@dataclass(frozen=True)
class Row:
    """A line of a card: what it is, the words it rests on, and what these were read as.

    All mentions of one actor or place in one role are one line.
    """

    role: str
    quotes: tuple[Quote, ...]
    read: str | None = None


@dataclass(frozen=True)
class Figure:
    """A number of people with the words it came from, and the parts that are never added to it.

    It reads "5 killed" or "injured, no number stated": ``main`` and ``rest``.
    """

    id: str
    main: str
    rest: str
    victim: Quote | None
    victim_read: str
    perpetrator: str | None
    quote: Quote | None
    parts: tuple[Figure, ...]


@dataclass(frozen=True)
class EventCard:
    """An event as the page shows it; ``summary`` is the sentence it opens with."""

    id: str
    number: int
    event: Event
    summary: str
    map: SmallMap | None
    actors: tuple[Row, ...]
    locations: tuple[Row, ...]
    weapons: tuple[Quote, ...]
    figures: tuple[Figure, ...]
    evidence: tuple[Quote, ...]


@dataclass(frozen=True)
class TallyCard:
    """A tally as the page shows it, with those that belong to it."""

    id: str
    number: int
    words: str
    quote: Quote | None
    figures: tuple[Figure, ...]
    warnings: tuple[str, ...]
    children: tuple[TallyCard, ...]


@dataclass(frozen=True)
class FindingCard:
    """A finding as the page shows it; ``refs`` are names and ids of the events and tallies concerned."""

    finding: Finding
    quotes: tuple[Quote, ...]
    refs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Block:
    """Paragraphs that follow each other; those of a ``folded`` block were all left out as boilerplate."""

    folded: bool
    paragraphs: tuple[list[Token], ...]


@dataclass(frozen=True)
class PageArticle:
    """One article of the page."""

    number: int
    shown: ShownArticle
    title: str
    blocks: tuple[Block, ...]
    events: tuple[EventCard, ...]
    tallies: tuple[TallyCard, ...]
    findings: tuple[FindingCard, ...]
    contents: str

    @property
    def outlines(self) -> tuple[Outlines, ...]:
        """The outlines of its maps, each once."""
        return tuple(dict.fromkeys(card.map.outlines for card in self.events if card.map))


def page_article(number: int, shown: ShownArticle) -> PageArticle:
    """The article that stands as the ``number``-th on the page; ids of its elements hold the number."""
    return _Builder(number, shown).build()


def _blocks(lines: Iterable[list[Token]]) -> Iterator[Block]:
    """Paragraphs in blocks, so that a long menu is folded away and a single line that was left out is not."""
    for left_out, group in itertools.groupby(lines, key=_is_left_out):
        found = tuple(group)
        yield Block(left_out and len(found) >= FOLDED_FROM, found)


def _is_left_out(tokens: list[Token]) -> bool:
    """Whether all that a paragraph says was left out."""
    depth = 0
    for token in tokens:
        if token.kind == "open":
            depth += 1 if depth or (token.mark is not None and token.mark.left_out) else 0
        elif token.kind == "close":
            depth -= 1 if depth else 0
        elif not depth and not token.text.isspace():
            return False
    return True


@dataclass
class _Builder:
    number: int
    shown: ShownArticle
    back: dict[tuple[int, int], str] = field(default_factory=dict)

    def build(self) -> PageArticle:
        annotation = self.shown.annotation
        events = tuple(self._event(event, number) for number, event in enumerate(annotation.events, 1))
        numbers = {tally.id: number for number, tally in enumerate(annotation.tallies, 1)}
        tallies = tuple(self._tally(node, numbers) for node in tally_trees(annotation.tallies))
        findings = tuple(self._finding(finding) for finding in annotation.findings)
        text = self.shown.text
        return PageArticle(
            number=self.number,
            shown=self.shown,
            title=one_line(annotation.article.title or annotation.article.id),
            blocks=() if text is None else tuple(_blocks(paragraphs(printable(text), self._marks()))),
            events=events,
            tallies=tallies,
            findings=findings,
            contents=contents_words(annotation),
        )

    def _marks(self) -> Iterator[Mark]:
        annotation = self.shown.annotation
        entities = {(entity.start, entity.end): entity for entity in annotation.entities}
        left_out = {(start, end): reason for start, end, reason in self.shown.left_out}
        spans = {(mention.start, mention.end) for mention in mentions(annotation)}
        rests, passages = (
            _event_numbers(annotation.events, event_mentions),
            _event_numbers(annotation.events, _evidence),
        )
        for start, end in sorted(spans | left_out.keys()):
            entity = entities.get((start, end))
            reason = left_out.get((start, end))
            yield Mark(
                start,
                end,
                label=entity.label if entity else None,
                back=self.back.get((start, end)),
                note=_entity_note(entity) if entity else f"left out: {reason}" if reason else None,
                left_out=reason is not None,
                events=rests.get((start, end), ()),
                passage=passages.get((start, end), ()),
            )

    def _quote(self, mention: Mention) -> Quote:
        here = self.shown.text is not None and mention.end > mention.start and not mention.text.isspace()
        target = f"w{self.number}-{mention.start}-{mention.end}" if here else None
        return Quote(one_line(printable(mention.text)), target)

    def _event(self, event: Event, number: int) -> EventCard:
        card = f"e{self.number}-{number}"
        actors, locations = in_order(event)
        return EventCard(
            id=card,
            number=number,
            event=event,
            summary=event.summary or Summaries.load()(event),
            map=small_map(event),
            actors=self._rows((one.role, one.mention, _actor_read(one)) for one in actors),
            locations=self._rows((one.role, one.mention, place_words(one.place)) for one in locations),
            weapons=tuple(self._quote(weapon) for weapon in event.weapons),
            figures=self._figures(event.casualties, card),
            evidence=tuple(self._quote(evidence) for evidence in event.evidence),
        )

    def _rows(self, found: Iterable[tuple[str, Mention, str | None]]) -> tuple[Row, ...]:
        """Lines of a card; what is read as the same in the same role is one, with each of its words once."""
        rows: dict[tuple[str, str], list[Mention]] = {}
        reads: dict[tuple[str, str], str | None] = {}
        for role, mention, read in found:
            words = one_line(mention.text).casefold()
            key = (role, read if read and read != where_words(None) else words)
            rows.setdefault(key, [])
            reads[key] = read
            if words not in (one_line(one.text).casefold() for one in rows[key]):
                rows[key].append(mention)
        return tuple(
            Row(_ROLES[key[0]], tuple(self._quote(one) for one in found), reads[key]) for key, found in rows.items()
        )

    def _figures(self, casualties: Iterable[Casualty], parent: str) -> tuple[Figure, ...]:
        return tuple(self._figure(casualty, f"{parent}-f{i}") for i, casualty in enumerate(casualties, 1))

    def _figure(self, casualty: Casualty, name: str) -> Figure:
        if casualty.mention is not None:
            self.back.setdefault((casualty.mention.start, casualty.mention.end), name)
        number, outcome = quantity_words(casualty.quantity), outcome_words(casualty.outcome)
        main, rest = (outcome, number) if number == NO_NUMBER else (number, outcome)
        return Figure(
            id=name,
            main=main,
            rest=rest,
            victim=self._quote(casualty.victim.mention) if casualty.victim else None,
            victim_read=victim_read(casualty.victim) if casualty.victim else "",
            perpetrator=actor_words(casualty.perpetrator) if casualty.perpetrator else None,
            quote=self._quote(casualty.mention) if casualty.mention else None,
            parts=self._figures(casualty.includes, name),
        )

    def _tally(self, node: TallyNode, numbers: dict[str, int]) -> TallyCard:
        number = numbers[node.tally.id]
        name = f"t{self.number}-{number}"
        total = self._total_words(node)
        if total is not None:
            self.back.setdefault((total.start, total.end), name)
        return TallyCard(
            id=name,
            number=number,
            words=tally_words(node.tally),
            quote=self._quote(total) if total else None,
            figures=self._figures(node.tally.parts, name),
            warnings=tuple(
                finding.message for finding in self.shown.annotation.findings if finding.refs[:1] == [node.tally.id]
            ),
            children=tuple(self._tally(child, numbers) for child in node.children),
        )

    def _total_words(self, node: TallyNode) -> Mention | None:
        """The words a tally's total came from: the CASUALTY of that quantity in its first evidence, else that whole.

        A record of a tally names no words of its total alone.
        """
        if not node.tally.evidence:
            return None
        evidence = node.tally.evidence[0]
        total = node.tally.total
        fitting = [entity for entity in self.shown.annotation.entities if _says(entity, total, evidence)]
        return fitting[0] if total and len(fitting) == 1 else evidence

    def _finding(self, finding: Finding) -> FindingCard:
        annotation = self.shown.annotation
        names = {event.id: (f"event {i}", f"e{self.number}-{i}") for i, event in enumerate(annotation.events, 1)}
        names |= {tally.id: (f"tally {i}", f"t{self.number}-{i}") for i, tally in enumerate(annotation.tallies, 1)}
        return FindingCard(
            finding=finding,
            quotes=tuple(self._quote(mention) for mention in finding.mentions),
            refs=tuple(names[ref] for ref in finding.refs if ref in names),
        )


def _evidence(event: Event) -> Iterable[Mention]:
    return event.evidence


def _event_numbers(
    events: Sequence[Event], words_of: Callable[[Event], Iterable[Mention]]
) -> dict[tuple[int, int], tuple[int, ...]]:
    """For each range of the text the numbers of the events whose words it is."""
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    for number, event in enumerate(events, 1):
        for span in {(mention.start, mention.end) for mention in words_of(event)}:
            found[span] = (*found.get(span, ()), number)
    return found


def _says(entity: Entity, total: Quantity | None, evidence: Mention) -> bool:
    inside = evidence.start <= entity.start and entity.end <= evidence.end
    return inside and entity.label == "CASUALTY" and total is not None and entity.quantity == total


def _entity_note(entity: Entity) -> str:
    if entity.actor is not None:
        return f"{entity.label}: {entity.actor.name}, {entity.actor.kind}"
    if entity.place is not None:
        return f"{entity.label}: {place_words(entity.place)}"
    if entity.quantity is not None:
        return f"{entity.label}: {quantity_words(entity.quantity)}"
    return entity.label


def _actor_read(actor: EventActor) -> str | None:
    """What an actor's words were read as, where the table of actors holds it."""
    if actor.actor is None:
        return None
    return ", ".join(part for part in (actor.actor.name, actor.actor.kind, actor.actor.country) if part)
