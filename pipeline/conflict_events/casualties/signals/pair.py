"""Signals of a figure and one that was told before it."""

from __future__ import annotations

from collections.abc import Iterator

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.rules.counted import Counted, is_clash, is_named_victim, of_other_party
from conflict_events.casualties.signals.mention import Seen
from conflict_events.casualties.signals.view import View
from conflict_events.casualties.words import words


def numbers(figure: Figure, other: Figure, view: View) -> Iterator[Seen]:
    """How the two numbers compare."""
    one, two = figure.value, other.value
    if one is None or two is None:
        yield "number=open", ""
    elif one == two:
        yield f"number=equal-{'1' if one == 1 else '2-4' if one < 5 else '5+'}", str(one)
    elif one < two:
        yield f"number=less{'-half' if one * 2 < two else ''}", f"{one} < {two}"
    else:
        yield f"number=more{'-double' if one > two * 2 else ''}", f"{one} > {two}"
    if figure.quantity["modifier"] == "vague":
        yield "vague", ""
    if other.quantity["modifier"] == "vague":
        yield "before-vague", ""


def people(figure: Figure, other: Figure, view: View) -> Iterator[Seen]:
    """Whether the same people may be meant, by what they are called."""
    here, there = figure.group, other.group
    if view.doc[here.end - 1].lower_ == view.doc[there.end - 1].lower_ and here.kind != "number":
        yield "same-noun", view.doc[here.end - 1].text
    if here.kind == there.kind:
        yield "same-kind", here.kind
    elif is_clash(here.kind, there.kind):
        yield "clash", f"{here.kind}/{there.kind}"
    elif {here.kind, there.kind} == {"civilian", "combatant"}:
        yield "civilian-combatant", ""
    if there.kind in ("generic", "unknown"):
        yield "before-generic", there.head.text
    if here.kind in ("generic", "unknown"):
        yield "generic", here.head.text
    if of_other_party(here, there):
        yield "other-party", f"{here.party}/{there.party}"
    elif here.party and here.party == there.party:
        yield "same-party", here.party
    if here.definite:
        yield "definite", here.head.text
    if here.additive:
        yield "additive", here.head.text
    if here.pronoun:
        yield "pronoun", here.head.text
    if here.of_group:
        yield "of-group", here.head.text
    if not figure.numbered:
        yield "one" if other.numbered else "one-and-one", here.head.text
    if is_named_victim(here) and here.proper:
        yield "name", here.head.text
    if figure.outcome != other.outcome:
        yield "inside-killed-or-injured", ""
    if here.proper and there.proper and view.doc[here.end - 1].text == view.doc[there.end - 1].text:
        yield "same-name", view.doc[here.end - 1].text


def distance(figure: Figure, other: Figure, view: View) -> Iterator[Seen]:
    """How far apart they stand."""
    gap = figure.sentence - other.sentence
    if figure.mention.trigger.i == other.mention.trigger.i:
        yield "same-word", figure.mention.trigger.text
    name = "0" if gap == 0 else "1" if gap == 1 else "2-3" if gap < 4 else "4-9" if gap < 10 else "10+"
    yield f"sentences-apart={name}", ""
    if figure.paragraph == other.paragraph:
        yield "same-paragraph", ""
    yield ("same-scene" if figure.scene == other.scene else "other-scene"), ""
    if other.sentence <= view.layout.body:
        yield "before-in-lead", ""
    yield f"before-told-in={other.scene_kind}", ""


def setting(figure: Figure, other: Figure, view: View) -> Iterator[Seen]:
    """Whether places, days and parties of the two sentences are the same."""
    if figure.sentence != other.sentence:
        same = view.same_place(figure, other)
        if same is not None:
            yield ("same-place" if same else "other-place"), ""
        here, there = view.of(figure), view.of(other)
        if here.weekdays and there.weekdays:
            yield ("same-day" if here.weekdays & there.weekdays else "other-day"), ""
        if here.actors and there.actors:
            yield ("shared-actor" if here.actors & there.actors else "no-shared-actor"), ""
    if view.rules._another_attack(figure.mention, _counted(other)):
        yield "another-attack", ""
    if figure.sentence != other.sentence and view.rules._elsewhere(figure.mention, [_counted(other)]):
        yield "elsewhere", ""
    if view.once(figure, _known_attack):
        yield "known-attack", ""


def cues(figure: Figure, other: Figure, view: View) -> Iterator[Seen]:
    """Words that join a figure to one told before."""
    found = view.rules._part_of(figure.mention, [_counted(other)])
    if found is not None:
        yield "part-words", ""
    if view.once(figure, _among):
        yield "among", ""
    if view.rules._told_earlier(figure.mention, other.mention):
        yield "earlier-report", ""
    if view.once(figure, _victims_again):
        yield "victims-again", figure.group.head.text
    rising = view.of(figure).words & words("grows")
    if rising and figure.mention.toll:
        yield "toll-grows", min(rising)
    if figure.mention.toll:
        yield "toll", figure.mention.trigger.text
    if figure.mention.trigger.sent.start in view.scenes.listed:
        yield "in-breakdown", ""
    if view.once(figure, _other_figure):
        yield "other-source", ""


def rules(figure: Figure, other: Figure, view: View) -> Iterator[Seen]:
    """Whether the reading by rules lets the figure take up the other."""
    taken = view.by_rules.takes_up.get(id(figure.mention))
    role = view.by_rules.roles.get(id(figure.mention))
    if taken is not None:
        own = taken == id(other.mention) or taken == view.by_rules.takes_up.get(id(other.mention))
        yield f"rules-{role}{'' if own else '-of-another'}", ""
    if view.by_rules.takes_up.get(id(other.mention)) == id(figure.mention):
        yield "rules-whole", ""
    if view.by_rules.roles.get(id(other.mention)) == "old":
        yield "rules-before-old", ""


def _among(figure: Figure, view: View) -> bool:
    before = {t.lower_ for t in view.doc[max(0, figure.group.start - 6) : figure.group.start]}
    return not before.isdisjoint(("among", "including", "included"))


def _known_attack(figure: Figure, view: View) -> bool:
    return any(view.rules._known_attack(agent) for agent in figure.mention.agents)


def _victims_again(figure: Figure, view: View) -> bool:
    return view.rules._victims_again(figure.group)


def _other_figure(figure: Figure, view: View) -> bool:
    return view.rules._other_figure(figure.mention)


def _counted(figure: Figure) -> Counted:
    return Counted(figure.mention, figure.quantity, scene=figure.scene)


PAIR_SIGNALS = (numbers, people, distance, setting, cues, rules)
