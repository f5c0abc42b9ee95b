"""From a Doc that the pipeline has read to the records of ``schema.py``.

>>> import conflict_events
>>> nlp = conflict_events.load()  # doctest: +SKIP
>>> annotation(nlp("Three civilians were killed in Idlib.")).events[0].fatalities.best  # doctest: +SKIP
3
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events.cleaning import Alignment
from conflict_events.reading import stable_id
from conflict_events.schema import (
    Actor,
    Annotation,
    Article,
    Bounds,
    Casualty,
    Date,
    Entity,
    Event,
    EventActor,
    EventLocation,
    Finding,
    Mention,
    ModelInfo,
    Place,
    Quantity,
    Tally,
    Victim,
)
from conflict_events.summary import Summaries
from conflict_events.tokenizer import source_text

SpanData = Sequence[int]


def model_info(nlp: Language) -> ModelInfo:
    """Name and version of the pipeline."""
    return ModelInfo(name=str(nlp.meta.get("name", "")), version=str(nlp.meta.get("version", "")))


def annotation(doc: Doc, model: ModelInfo | None = None, *, keep_text: bool = False) -> Annotation:
    """The record of one Doc. ``keep_text`` keeps the article's own text in it."""
    return _Records(doc).annotation(model or ModelInfo(name="", version=""), keep_text)


class _Records:
    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = source_text(doc)
        source_map = doc._.source_map
        self.alignment = Alignment(source_map["runs"]) if source_map else None
        self.meta: dict[str, Any] = dict(doc._.article or {})
        self.id = str(self.meta.get("id") or stable_id(self.text))
        self.actor_of = {(e.start, e.end): e._.actor for e in doc.ents if e.label_ == "ACTOR"}
        self.place_of = {(e.start, e.end): e._.place for e in doc.ents if e.label_ == "LOCATION"}

    def annotation(self, model: ModelInfo, keep_text: bool) -> Annotation:
        meta = self.meta
        article = Article(
            id=self.id,
            outlet=meta.get("outlet"),
            title=meta.get("title"),
            published=meta.get("published"),
            url=meta.get("url"),
            language=meta.get("language") or "en",
            source=meta.get("source"),
            text=self.text if keep_text else None,
        )
        return Annotation(
            article=article,
            entities=[self._entity(ent) for ent in self.doc.ents],
            events=[self._event(event, i) for i, event in enumerate(self.doc._.events or [], 1)],
            tallies=[self._tally(tally, i) for i, tally in enumerate(self.doc._.tallies or [], 1)],
            findings=[self._finding(finding) for finding in self.doc._.findings or []],
            model=model,
            score=self.doc._.counts_score,
        )

    def mention(self, span: SpanData) -> Mention:
        """The original's words for the tokens ``span[0]`` to ``span[1]``."""
        tokens = self.doc[span[0] : span[1]]
        return Mention(**self._words(tokens))

    def _words(self, tokens: Span) -> dict[str, Any]:
        start, end = tokens.start_char, tokens.end_char
        if self.alignment is not None:
            start, end = self.alignment.to_source(start, end)
        return {"start": start, "end": end, "text": self.text[start:end]}

    def _entity(self, ent: Span) -> Entity:
        quantity = None
        if ent.label_ == "CASUALTY":
            found = next(
                (q for q in self.doc._.quantities or [] if (q["start"], q["end"]) == (ent.start, ent.end)), None
            )
            quantity = None if found is None else _quantity(found)
        return Entity(
            **self._words(ent),
            label=ent.label_,  # type: ignore[arg-type]
            quantity=quantity,
            actor=_actor(self.actor_of.get((ent.start, ent.end))),
            place=_place(self.place_of.get((ent.start, ent.end))),
        )

    def _event(self, event: dict[str, Any], number: int) -> Event:
        casualties = [self._casualty(c) for c in event["casualties"]]
        record = Event(
            id=f"{self.id}-e{number}",
            kind=event["kind"],
            event_type=event.get("event_type"),
            sub_event_type=event.get("sub_event_type"),
            certainty=event.get("certainty") or "asserted",
            date=Date(**(event.get("date") or {})),
            actors=[self._event_actor(a) for a in event["actors"]],
            locations=[
                EventLocation(
                    role=item["role"],
                    mention=self.mention(item["span"]),
                    place=_place(item.get("place") or self.place_of.get(tuple(item["span"]))),
                )
                for item in event["locations"]
            ],
            weapons=[self.mention(span) for span in event["weapons"]],
            casualties=casualties,
            fatalities=sum_bounds(casualties, "killed"),
            injuries=sum_bounds(casualties, "injured"),
            evidence=[self.mention(span) for span in event["evidence"]],
            score=event.get("score"),
        )
        return record.model_copy(update={"summary": Summaries.load()(record)})

    def _event_actor(self, item: dict[str, Any]) -> EventActor:
        return EventActor(
            role=item["role"],
            mention=self.mention(item["span"]),
            actor=_actor(item.get("actor") or self.actor_of.get(tuple(item["span"]))),
        )

    def _casualty(self, item: dict[str, Any]) -> Casualty:
        victim = item.get("victim")
        agent = item.get("perpetrator")
        return Casualty(
            outcome=item["outcome"],
            quantity=_quantity(item["quantity"]),
            mention=self.mention(item["span"]) if item.get("span") else None,
            victim=None
            if victim is None
            else Victim(
                mention=self.mention(victim["span"]),
                actor=_actor(self.actor_of.get(tuple(victim["span"]))),
                status=victim["status"],
                traits=victim["traits"],
            ),
            perpetrator=self._event_actor(agent) if agent else None,
            includes=[self._casualty(part) for part in item.get("includes", ())],
            score=item.get("score"),
        )

    def _tally(self, tally: dict[str, Any], number: int) -> Tally:
        place = tally.get("place")
        parent = tally.get("parent")
        return Tally(
            id=f"{self.id}-t{number}",
            parent=None if parent is None else f"{self.id}-t{parent + 1}",
            outcome=tally["outcome"],
            place=_place(self._place_named(place)) if place else None,
            place_text=self.mention(tally.get("place_words") or place).text if place else None,
            since=tally.get("since"),
            until=tally.get("until"),
            operations=tally.get("operations"),
            total=None if tally.get("total") is None else _quantity(tally["total"]),
            parts=[self._casualty(part) for part in tally["parts"]],
            evidence=[self.mention(span) for span in tally["evidence"]],
        )

    def _place_named(self, span: SpanData) -> dict[str, Any] | None:
        """The place of a LOCATION, or of another one of the same words where no LOCATION holds these."""
        found: dict[str, Any] | None = self.place_of.get((span[0], span[1]))
        if found is not None:
            return found
        words = self.doc[span[0] : span[1]].text.casefold()
        same = (place for at, place in self.place_of.items() if self.doc[at[0] : at[1]].text.casefold() == words)
        return next((place for place in same if place is not None), None)

    def _finding(self, finding: dict[str, Any]) -> Finding:
        refs = [f"{self.id}-{kind}{index + 1}" for kind, index in finding.get("refs", ())]
        return Finding(
            code=finding["code"],
            message=finding["message"],
            expected=finding.get("expected"),
            found=finding.get("found"),
            mentions=[self.mention(span) for span in finding.get("mentions", ())],
            refs=refs,
        )


def sum_bounds(casualties: Iterable[Casualty], outcome: str) -> Bounds | None:
    """The sum over top-level casualties of one outcome, ``None`` where none states a number.

    A bound that a summand leaves open stays open, but for the lower one: people whose number is not known at all
    ("a number of soldiers") add nothing to it. ``killed_or_injured`` 0 ("no casualties") is 0 killed and 0 injured; any
    other number of it says nothing about either alone.
    """
    chosen = [
        c.quantity
        for c in casualties
        if c.outcome == outcome or (c.outcome == "killed_or_injured" and c.quantity.high == 0)
    ]
    if all((q.low, q.best, q.high) == (None, None, None) for q in chosen):
        return None
    return Bounds(
        low=_total([0 if (q.low, q.best, q.high) == (None, None, None) else q.low for q in chosen]),
        best=_total([q.best for q in chosen]),
        high=_total([q.high for q in chosen]),
    )


def _total(values: list[int | None]) -> int | None:
    return None if None in values else sum(value for value in values if value is not None)


def _quantity(data: dict[str, Any]) -> Quantity:
    return Quantity(low=data["low"], best=data["best"], high=data["high"], modifier=data["modifier"])


def _actor(data: dict[str, Any] | None) -> Actor | None:
    return None if not data else Actor(**data)


def _place(data: dict[str, Any] | None) -> Place | None:
    return None if not data else Place(**data)
