"""Reviewed records as training data in the source form, for ``conflict-events train --add``."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator

from conflict_events.corpus import Label, LabelledArticle, LabelledCasualty, LabelledEvent, LabelledTally
from conflict_events.corpus.check import check_article
from conflict_events.corpus.parse import parse, parse_written_number
from conflict_events.corpus.parts import part_of
from conflict_events.corpus.records import OTHER, ActorWords, LabelRole, LocationWords
from conflict_events.corpus.scheme import load_scheme
from conflict_events.corpus.write import write_article
from conflict_events.review.forms import written_number
from conflict_events.schema import Annotation, Casualty, EntityLabel, Event, Mention, Outcome, Quantity, Tally

_SEPARATORS = frozenset(";\n")
_BRACKETS = frozenset("();\n")


class NotTrainableError(ValueError):
    """The source form cannot hold the article; the message says why."""


def source_form(annotation: Annotation) -> str:
    """A reviewed article in the source form. Raises NotTrainableError where it cannot be written down whole."""
    text = annotation.article.text
    if text is None:
        raise NotTrainableError("the results hold no text")
    for event in annotation.events:
        if (event.event_type, event.sub_event_type) not in load_scheme().event_types:
            raise NotTrainableError(f"event {event.id} has no type; give it one")
    try:
        article = _Article(annotation, text).labelled()
        written = write_article(article)
        articles, problems = parse(written, article.id)
    except ValueError as error:
        raise NotTrainableError(str(error)) from None
    problems = [*problems, *(one for found in articles for one in check_article(found))]
    wrong = [problem.message for problem in problems if problem.severity == "error"]
    if wrong:
        raise NotTrainableError("; ".join(wrong))
    return written


class _Article:
    """Gathers labels; those that a person's record rests on come before the machine's where they overlap."""

    def __init__(self, annotation: Annotation, text: str) -> None:
        self._annotation = annotation
        self._text = text
        self._labels: list[Label] = []

    def labelled(self) -> LabelledArticle:
        record = self._annotation
        for block, event in enumerate(record.events):
            self._casualties(event.casualties, block, ("bg",) if event.kind == "background" else ())
            for actor in event.actors:
                self._label(actor.mention, "ACTOR")
            for location in event.locations:
                self._label(location.mention, "LOCATION")
            for weapon in event.weapons:
                self._label(weapon, "WEAPON")
        for number, tally in enumerate(record.tallies, len(record.events)):
            self._casualties(tally.parts, number, ("tally",))
        for entity in record.entities:
            if entity.label != "CASUALTY":
                self._label(entity, entity.label)
            else:
                self._left(entity, entity.quantity)
        article = LabelledArticle(
            id=record.article.id,
            outlet=record.article.outlet or OTHER,
            outlet_name=" ".join((record.article.outlet or "").split()) or None,
            country=_country(record),
            title=" ".join((record.article.title or "").split()) or None,
            date=record.article.published,
            url=record.article.url,
            part="train",  # what a user corrects is never what the model is evaluated on
            text=self._text,
            labels=sorted(self._labels, key=lambda label: label.start),
            events=[self._event(event) for event in record.events],
            tallies=[_tally(tally) for tally in record.tallies],
        )
        return _named(_with_plain_lines(article))

    def _casualties(self, casualties: Iterable[Casualty], block: int, roles: tuple[LabelRole, ...]) -> None:
        for casualty in casualties:
            if casualty.mention is not None:
                self._label(casualty.mention, "CASUALTY", casualty.outcome, roles, block)
            if casualty.victim is not None and casualty.victim.mention != casualty.mention:
                label = next(
                    (one.label for one in self._annotation.entities if _same(one, casualty.victim.mention)), None
                )
                if label is not None:
                    self._label(casualty.victim.mention, label)
            part: tuple[LabelRole, ...] = roles if "part" in roles else (*roles, "part")
            self._casualties(casualty.includes, block, part)

    def _event(self, event: Event) -> LabelledEvent:
        date = event.date.text if event.date.basis == "text" and event.date.text else None
        actors = [one for one in event.actors if self._has(one.mention, "ACTOR")]
        locations = [one for one in event.locations if self._has(one.mention, "LOCATION")]
        return LabelledEvent(
            kind=event.kind,
            event_type=event.event_type or "",
            sub_event_type=event.sub_event_type or "",
            certainty=event.certainty,
            dates=[date] if date and "\n" not in date else [],
            actors=[ActorWords(role=one.role, words=one.mention.text) for one in actors],
            locations=[LocationWords(role=one.role, words=one.mention.text) for one in locations],
            weapons=[weapon.text for weapon in event.weapons if self._has(weapon, "WEAPON")],
            casualties=list(_written(event.casualties)),
        )

    def _has(self, mention: Mention, label: EntityLabel) -> bool:
        """Whether the words carry that label, as words of an event's line must: of two labels the first one stands."""
        if _SEPARATORS.intersection(mention.text):
            return False
        return any(_same(one, mention) and one.label == label for one in self._labels)

    def _left(self, mention: Mention, quantity: Quantity | None) -> None:
        """A number that no figure rests on counts nobody anew; in the headline it is the toll that says the same."""
        if 0 < mention.end <= self._text.find("\n"):
            for block, event in enumerate(self._annotation.events):
                for casualty in event.casualties:
                    if casualty.quantity == quantity and event.kind != "background":
                        self._label(mention, "CASUALTY", casualty.outcome, ("head",), block)
                        return
        self._label(mention, "CASUALTY", roles=("aside",))

    def _label(
        self,
        mention: Mention,
        label: EntityLabel,
        outcome: Outcome | None = None,
        roles: tuple[LabelRole, ...] = (),
        block: int | None = None,
    ) -> None:
        words = self._text[mention.start : mention.end]
        if "\n" in words or not words or words != words.strip():
            return
        if any(one.start < mention.end and mention.start < one.end for one in self._labels):
            return
        self._labels.append(
            Label(
                start=mention.start, end=mention.end, text=words, label=label, outcome=outcome, roles=roles, block=block
            )
        )


def _named(article: LabelledArticle) -> LabelledArticle:
    """The article under an id of the corpus' form; of no outlet's code and no country where the corpus' rules would
    not train on it."""
    scheme = load_scheme()
    known = article.outlet in scheme.outlets and bool(article.country) and bool(article.title)
    if known and part_of(article, scheme.parts) == article.part:
        given: dict[str, object] = {"outlet_name": None}
    else:
        kept = article.country not in scheme.parts.test_countries
        given = {"outlet": OTHER, "country": article.country if kept else None}
    outlet = given.get("outlet", article.outlet)
    return article.model_copy(update={**given, "id": f"{outlet}-{zlib.crc32(article.id.encode()):010d}"})


def _country(record: Annotation) -> str | None:
    """The country of most of the article's places."""
    found = Counter(
        one.place.country
        for event in record.events
        for one in event.locations
        if one.place is not None and one.place.country in load_scheme().countries
    )
    return found.most_common(1)[0][0] if found else None


def _same(one: Mention, other: Mention) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _with_plain_lines(article: LabelledArticle) -> LabelledArticle:
    """The article with its line breaks as the source form has them, and the labels moved accordingly."""
    text = article.text
    if "\r\n" not in text:
        return article
    labels = [
        label.model_copy(
            update={
                "start": label.start - text.count("\r\n", 0, label.start),
                "end": label.end - text.count("\r\n", 0, label.end),
            }
        )
        for label in article.labels
    ]
    return article.model_copy(update={"text": text.replace("\r\n", "\n"), "labels": labels})


def _written(casualties: Iterable[Casualty]) -> Iterator[LabelledCasualty]:
    for casualty in casualties:
        number = _number(casualty.quantity)
        victim = casualty.victim.mention.text if casualty.victim else None
        yield LabelledCasualty(
            outcome=casualty.outcome,
            written=number,
            quantity=casualty.quantity,
            victim=None if victim is None or _BRACKETS.intersection(victim) else victim,
            includes=list(_written(casualty.includes)),
        )


def _number(quantity: Quantity) -> str:
    """A quantity in the codes of the source form; the nearest that claims no more where it has none of its own."""
    if quantity.modifier == "vague":
        for word, low in load_scheme().vague_numbers.items():
            if low == quantity.low and quantity.best is None:
                return word
    written = written_number(quantity)
    if parse_written_number(written) is not None:
        return written
    if quantity.low is not None and quantity.high is not None:
        return f"{quantity.low}..{quantity.high}"
    if quantity.low is not None:
        return f"{quantity.low}+"
    return "?" if quantity.best is None else f"~{quantity.best}"


def _tally(tally: Tally) -> LabelledTally:
    total = tally.total or Quantity()
    place = tally.place_text if tally.place_text and "\n" not in tally.place_text else None
    return LabelledTally(
        outcome=tally.outcome,
        written=_number(total),
        total=total,
        place=place,
        since=tally.since,
        until=tally.until,
        operations=tally.operations,
        parts=list(_written(tally.parts)),
    )
