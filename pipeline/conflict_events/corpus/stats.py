"""How much of what the corpus holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, Field

from conflict_events.corpus.parts import part_of
from conflict_events.corpus.records import LabelledArticle


class Statistics(BaseModel):
    """Counts over a corpus. ``words`` are runs of text between white space."""

    articles: int = 0
    words: int = 0
    without_labels: int = 0
    without_casualties: int = 0
    without_events: int = 0
    labels: Counter[str] = Field(default_factory=Counter)
    outcomes: Counter[str] = Field(default_factory=Counter)
    roles: Counter[str] = Field(default_factory=Counter)
    articles_by_outlet: Counter[str] = Field(default_factory=Counter)
    words_by_outlet: Counter[str] = Field(default_factory=Counter)
    articles_by_country: Counter[str] = Field(default_factory=Counter)
    articles_by_part: Counter[str] = Field(default_factory=Counter)
    articles_by_year: Counter[str] = Field(default_factory=Counter)
    event_kinds: Counter[str] = Field(default_factory=Counter)
    event_types: Counter[str] = Field(default_factory=Counter)
    tallies: int = 0
    modifiers: Counter[str] = Field(default_factory=Counter)


def statistics(articles: Iterable[LabelledArticle]) -> Statistics:
    """Count labels, outlets, countries, parts, events and the modifiers of their casualties."""
    found = Statistics()
    for article in articles:
        words = len(article.text.split())
        found.articles += 1
        found.words += words
        found.without_labels += not article.labels
        found.without_casualties += not any(label.label == "CASUALTY" for label in article.labels)
        found.without_events += not article.events and not article.tallies
        found.articles_by_outlet[article.outlet] += 1
        found.words_by_outlet[article.outlet] += words
        found.articles_by_country[article.country or "–"] += 1
        found.articles_by_part[part_of(article)] += 1
        found.articles_by_year[str(article.date.year) if article.date else "–"] += 1
        for label in article.labels:
            found.labels[label.label] += 1
            if label.outcome is not None:
                found.outcomes[label.outcome] += 1
                found.roles.update(label.roles or ("counts",))
        for event in article.events:
            found.event_kinds[event.kind] += 1
            found.event_types[f"{event.event_type} / {event.sub_event_type}"] += 1
        found.tallies += len(article.tallies)
        parts = [casualty for event in article.events for casualty in event.casualties]
        parts += [casualty for tally in article.tallies for casualty in tally.parts]
        found.modifiers.update(casualty.quantity.modifier for casualty in parts)
    return found
