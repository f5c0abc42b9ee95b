"""What signals look at: one article with its layout, dates and word tables, each thing worked out once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Literal

from spacy.tokens import Doc, Span

from conflict_events.casualties.article_dates import weekdays
from conflict_events.casualties.figures import Figure, Layout
from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.phrases import Phrases
from conflict_events.casualties.patterns import MONTHS, pattern
from conflict_events.casualties.rules.counted import may_be_one_scene
from conflict_events.casualties.rules.resolver import Resolver
from conflict_events.casualties.scenes import Scenes
from conflict_events.casualties.signals.recollection import Recollection
from conflict_events.casualties.signals.rules import RuleReading
from conflict_events.casualties.signals.running_totals import RunningTotals
from conflict_events.casualties.words import words

#: Words of crime from which on an article is a crime report.
_CRIME_WORDS = 3
#: Words below which a text is a brief note.
_BRIEF = 80
#: Kinds of actors that tell of war.
_AT_WAR = frozenset({"rebel", "militia", "jihadist", "coalition", "state forces", "peacekeepers", "private military"})
Register = Literal["brief", "crime", "report"]
#: Topics that look back: the lists of words that tell them.
TOPICS = ("court", "memory", "account", "diplomacy")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Sentence:
    """What signals ask of a sentence."""

    def __init__(self, span: Span, entities: list[Span]) -> None:
        self.span = span
        self.entities = entities
        self.text = span.text.casefold()

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(t.lower_ for t in self.span)

    @cached_property
    def years(self) -> frozenset[str]:
        return frozenset(_YEAR.findall(self.text))

    @cached_property
    def months(self) -> frozenset[str]:
        found = (match[0].split()[-1] for match in pattern("month_alone").finditer(self.text))
        return frozenset(name for name in MONTHS for word in found if word.endswith(name))

    @cached_property
    def weekdays(self) -> frozenset[int]:
        return frozenset(weekdays(self.span))

    @cached_property
    def places(self) -> tuple[Span, ...]:
        return tuple(e for e in self.entities if e.label_ == "LOCATION")

    @cached_property
    def place_names(self) -> frozenset[str]:
        return frozenset(e.text.casefold() for e in self.places)

    @cached_property
    def known_places(self) -> tuple[dict[str, Any], ...]:
        return tuple(place for e in self.places if (place := e._.place))

    @cached_property
    def actors(self) -> frozenset[str]:
        return frozenset(
            str(e._.actor["id"]) if e._.actor else e.text.casefold() for e in self.entities if e.label_ == "ACTOR"
        )


class View:
    """One article, for signals."""

    def __init__(self, doc: Doc, lexicon: Lexicon, phrases: Phrases, scenes: Scenes, layout: Layout) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.phrases = phrases
        self.scenes = scenes
        self.layout = layout
        self.recollection = Recollection(doc, scenes.dates)
        self.totals = RunningTotals(doc)
        self.rules = Resolver(doc, lexicon, phrases, scenes)
        self.by_rules = RuleReading({}, {})
        self._sentences: dict[int, Sentence] = {}
        self._asked: dict[tuple[Figure, Callable[[Figure, View], bool]], bool] = {}
        published = (doc._.article or {}).get("published")
        self.year: str | None = published[:4] if published else None
        self.month: str | None = MONTHS[int(published[5:7]) - 1] if published else None

    def once(self, figure: Figure, ask: Callable[[Figure, View], bool]) -> bool:
        """What ``ask`` says of a figure, which is held against many others."""
        key = (figure, ask)
        if key not in self._asked:
            self._asked[key] = ask(figure, self)
        return self._asked[key]

    def sentence(self, number: int) -> Sentence:
        """A sentence by its number."""
        if number not in self._sentences:
            span = self.layout.sentences[number]
            self._sentences[number] = Sentence(span, self.phrases.entities_in(span))
        return self._sentences[number]

    def of(self, figure: Figure) -> Sentence:
        """The sentence of a figure."""
        return self.sentence(figure.sentence)

    @cached_property
    def lead(self) -> Sentence:
        """The first sentence of the body."""
        return self.sentence(self.layout.body)

    @cached_property
    def topic(self) -> frozenset[str]:
        """The words of the headlines and of the first two sentences of the body."""
        title = str((self.doc._.article or {}).get("title") or "").casefold()
        found = set(re.findall(r"[a-z]+", title))
        body = self.layout.body
        for number in (*sorted(self.layout.headlines)[:3], body, body + 1):
            if number < len(self.layout.sentences):
                found |= self.sentence(number).words
        return frozenset(found)

    @cached_property
    def looks_back(self) -> Mapping[str, str]:
        """By what the topic looks back, talks or sums up rather than telling of an attack, with the word for it."""
        found = {name: self.topic & words(f"topic_{name}") for name in TOPICS}
        return {name: min(said) for name, said in found.items() if said}

    @cached_property
    def register(self) -> Register:
        """How the text tells: as a coder's brief note, as local news of crime, or as a report.

        Notes count once. Crime reports name victims by age, tell of one shooting many times over, and give the wounded
        by their condition. The same signal means other things in each, so each has its own weights (domain adaptation
        by feature augmentation, Daumé 2007).
        """
        said = [t.lower_ for t in self.doc if t.is_alpha]
        if len(said) < _BRIEF:
            return "brief"
        crime = sum(word in words("crime_register") for word in said)
        war = sum(word in words("war_register") for word in said)
        war += sum(e.label_ == "ACTOR" and bool(e._.actor) and e._.actor["kind"] in _AT_WAR for e in self.doc.ents)
        return "crime" if crime >= _CRIME_WORDS and crime > war else "report"

    @cached_property
    def accident(self) -> frozenset[str]:
        return self.topic & words("no_violence")

    def same_place(self, one: Figure, other: Figure) -> bool | None:
        """Whether the sentences of two figures name places that may be one; ``None`` where either names none."""
        here, there = self.of(one), self.of(other)
        if not here.places or not there.places:
            return None
        if here.place_names & there.place_names:
            return True
        if not here.known_places or not there.known_places:
            return None
        return any(may_be_one_scene(a, b) for a in here.known_places for b in there.known_places)
