"""The figures of a Doc and what signals look at, made ready for linking."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from conflict_events.casualties.figures import Figure, Layout
from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.links.features import Features
from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.mentions.reader import MentionReader
from conflict_events.casualties.rules.resolver import _one_person
from conflict_events.casualties.scenes import Cues, Scenes, read_scenes
from conflict_events.casualties.signals.rules import read_by_rules
from conflict_events.casualties.signals.view import View

#: Roles by rules of people who were counted before; those beside them were, too.
_TOLD_BEFORE = frozenset({"part", "repeat", "old"})


@dataclass(frozen=True)
class ReadArticle:
    """The mentions of an article, those of them that are figures to link, and their features."""

    doc: Doc
    mentions: list[CasualtyMention]
    headline: list[Figure]
    figures: list[Figure]
    features: Features
    scenes: Scenes


def read_article(doc: Doc, lexicon: Lexicon, cues: Cues, of_known_outlet: bool = False) -> ReadArticle:
    """Read the figures of ``doc``, which needs a parse, quantities and linked places.

    of_known_outlet: whether its outlet has weights of its own, so that its words are signals too.
    """
    scenes = read_scenes(doc, cues)
    reader = MentionReader(doc, lexicon)
    mentions = reader.read()
    singular = _one_person(mentions)
    layout = Layout(doc, scenes)
    view = View(doc, lexicon, reader.phrases, scenes, layout)
    view.by_rules = read_by_rules(doc, mentions, lexicon, reader.phrases, scenes)
    view.rules.mentions = [m for m in mentions if id(m) not in singular]
    headline: list[Figure] = []
    figures: list[Figure] = []
    mentions = _with_those_beside(mentions, view)
    for mention in mentions:
        if id(mention) in singular:
            continue
        quantity = view.rules._quantity(mention)
        if quantity is None:
            continue
        if mention.toll and mention.group.kind == "unknown":
            mention.group.kind = view.rules._toll_kind(mention) or "unknown"
        figure = layout.figure(len(figures), mention, quantity)
        if figure.scene_kind == "headline":
            headline.append(figure)
        else:
            figures.append(figure)
    return ReadArticle(doc, mentions, headline, figures, Features(view, figures, of_known_outlet), scenes)


def _with_those_beside(mentions: list[CasualtyMention], view: View) -> list[CasualtyMention]:
    """The mentions with the people that "along with", "in addition to" adds to the first of their sentence."""
    found: list[CasualtyMention] = []
    done: set[int] = set()
    for mention in mentions:
        found.append(mention)
        sentence = mention.trigger.sent.start
        told_before = view.by_rules.roles.get(id(mention)) in _TOLD_BEFORE
        if sentence not in done and not told_before:
            beside = view.rules.people_beside(mention)
            done.update([sentence] if beside else [])
            found += beside
    told = {m.group.number for m in found if m.frame == "besides"}
    return [m for m in found if m.frame != "recognised" or m.group.number not in told]
