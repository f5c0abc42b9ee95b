"""Signals of one figure: its words, its sentence, its place in the article."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.patterns import Kind, pattern
from conflict_events.casualties.signals.view import TOPICS, View
from conflict_events.casualties.words import words

#: A signal's name and the words it saw.
Seen = tuple[str, str]
MentionSignal = Callable[[Figure, View], Iterator[Seen]]

#: Sentences of the body by how far down they stand.
_PLACES = ((1, "lead"), (2, "2"), (4, "3-4"), (9, "5-9"), (19, "10-19"), (10**9, "20+"))
_TIMES: tuple[Kind, ...] = ("period", "counting", "raised_total", "other_time", "past", "average")
_SIZES = ((2, "1"), (5, "2-4"), (20, "5-19"), (100, "20-99"), (1000, "100-999"))


def size(figure: Figure, view: View) -> Iterator[Seen]:
    """How large the number is, and how it is qualified."""
    value = figure.value
    name = "open" if value is None else next((n for limit, n in _SIZES if value < limit), "1000+")
    yield f"size={name}", ""
    yield f"modifier={figure.quantity['modifier']}", ""
    if not figure.numbered:
        yield "no-number", figure.group.head.text


def wording(figure: Figure, view: View) -> Iterator[Seen]:
    """How the people are called."""
    group = figure.group
    yield f"outcome={figure.outcome}", figure.mention.trigger.text
    yield f"frame={figure.mention.frame}", figure.mention.trigger.text
    yield f"people={group.kind}", group.head.text
    for name in ("definite", "pronoun", "additive", "of_group", "plural", "proper"):
        if getattr(group, name):
            yield name.replace("_", "-"), group.head.text
    if figure.mention.toll:
        yield "toll", figure.mention.trigger.text
    if figure.mention.agents:
        yield "agent", figure.mention.agents[0].text


def modality(figure: Figure, view: View) -> Iterator[Seen]:
    """Whether the clause says that it did not happen, might happen, or happened to others before."""
    mention = figure.mention
    for name in ("negated", "hypothetical", "background"):
        if getattr(mention, name):
            yield name, mention.trigger.text
    if figure.value == 0:
        yield "zero", mention.trigger.text


def time(figure: Figure, view: View) -> Iterator[Seen]:
    """What dates the clause or its sentence back, or over a period."""
    mention, sentence, recollection = figure.mention, view.of(figure), view.recollection
    if recollection._in_a_past_year(mention):
        yield "past-year", sentence.text[:40]
    if recollection._by_connection(mention):
        yield "looks-back", mention.trigger.text
    if recollection._on_an_earlier_day(mention):
        yield "earlier-day", ""
    if view.totals.is_one(mention):
        yield "running-total", mention.trigger.text
    for kind in _TIMES:
        seen = pattern(kind).search(sentence.text)
        if seen:
            yield f"words-of-{kind.replace('_', '-')}", seen[0]
    seen = pattern("opens_with_past").match(sentence.text)
    if seen:
        yield "opens-with-past", seen[0]
    other = sentence.years - {view.year or ""}
    if other and view.year:
        yield "other-year", min(other)
    elif sentence.years and not view.year:
        yield "some-year", min(sentence.years)
    if sentence.months:
        same = view.month in sentence.months and not other
        yield ("own-month" if same else "other-month" if view.month else "some-month"), min(sentence.months)
    if sentence.weekdays:
        told = view.lead.weekdays
        yield ("day-of-lead" if told & sentence.weekdays else "other-day-than-lead" if told else "day"), ""
    verbs = [mention.trigger, mention.trigger.head]
    aux = {c.lower_ for v in verbs for c in v.children if c.dep_ in ("aux", "auxpass")}
    if "had" in aux:
        yield "past-perfect", "had"
    if aux & {"has", "have"}:
        yield "perfect", "has"


def place_in_article(figure: Figure, view: View) -> Iterator[Seen]:
    """Where in the article it stands, and in what kind of stretch."""
    yield f"told-in={figure.scene_kind}", ""
    if view.scenes.scenes and view.scenes.scenes[figure.scene].explicit:
        yield "opens-anew", ""
    if figure.mention.trigger.sent.start in view.scenes.listed:
        yield "in-breakdown", ""
    if figure.sentence in view.layout.headlines:
        yield "in-headline", ""
        return
    after = figure.sentence - view.layout.body
    yield f"sentence={next(name for limit, name in _PLACES if after < limit)}", ""
    total = max(1, len(view.layout.sentences) - view.layout.body)
    if after > 8 and after / total > 0.66:
        yield "last-third", ""


def topic(figure: Figure, view: View) -> Iterator[Seen]:
    """Whether the article or the sentence is about something else than a new attack."""
    sentence = view.of(figure)
    for name, word in view.looks_back.items():
        yield f"topic-{name}", word
    for name in TOPICS:
        here = sentence.words & words(f"topic_{name}")
        if here:
            yield f"sentence-{name}", min(here)
    if view.accident:
        yield "topic-no-violence", min(view.accident)
    here = sentence.words & words("no_violence")
    if here:
        yield "no-violence", min(here)
    if not pattern("violence").search(sentence.text):
        yield "no-word-of-violence", ""
    lasting = sentence.words & (words("lasting") | words("unrest"))
    if lasting:
        yield "war", min(lasting)
    if view.rules._other_figure(figure.mention):
        yield "other-source", ""
    if sentence.words & words("reporting"):
        yield "reported", ""
    if '"' in sentence.text or "“" in sentence.text:
        yield "quoted", ""
    if view.rules._adding(figure.mention):
        yield "adding-words", ""
    if view.rules._summary(figure.mention):
        yield "summary", ""
    if view.rules._of_the_wounded(figure.mention):
        yield "of-the-wounded", ""


def rules(figure: Figure, view: View) -> Iterator[Seen]:
    """How the reading by rules takes it."""
    role = view.by_rules.roles.get(id(figure.mention), "unread")
    yield f"rules={role}", ""


MENTION_SIGNALS: tuple[MentionSignal, ...] = (size, wording, modality, time, place_in_article, topic, rules)
