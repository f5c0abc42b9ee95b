"""Figures: the casualty mentions of an article in text order, with what signals look at again and again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from spacy.tokens import Doc, Span

from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.mentions.phrases import Group
from conflict_events.casualties.scenes import Scenes


@dataclass(frozen=True, eq=False)
class Figure:
    """One mention of harmed people, as the links see it; equal to itself only.

    Attributes:
        index: its place among the figures of the article.
        quantity: ``low``, ``best``, ``high`` (people, ``None`` where open) and ``modifier``.
        sentence: which sentence of the article it stands in, from 0; headlines count.
        paragraph: which block of the article it stands in, from 0.
        scene: index of its stretch of text, and ``scene_kind`` what that stretch tells.
    """

    index: int
    mention: CasualtyMention
    quantity: dict[str, Any]
    sentence: int
    paragraph: int
    scene: int
    scene_kind: str

    @property
    def outcome(self) -> str:
        return self.mention.outcome

    @property
    def group(self) -> Group:
        return self.mention.group

    @property
    def value(self) -> int | None:
        """The number to compare by: best where known, else low."""
        best = self.quantity["best"]
        return int(best) if best is not None else self.quantity["low"]

    @property
    def numbered(self) -> bool:
        """Whether a number word other than an article gives the people ("nine", not "a")."""
        quantity = self.group.quantity
        return quantity is not None and not quantity["article"]


class Layout:
    """Which sentence and which block each token stands in, and where the body begins."""

    def __init__(self, doc: Doc, scenes: Scenes) -> None:
        self.doc = doc
        self.scenes = scenes
        self.sentences: list[Span] = list(doc.sents)
        self.sentence_of = {s.start: i for i, s in enumerate(self.sentences)}

    @cached_property
    def block_of(self) -> dict[int, int]:
        """Block index by token."""
        found: dict[int, int] = {}
        for number, block in enumerate(self.doc._.blocks or []):
            for i in range(int(block["start"]), int(block["end"])):
                found[i] = number
        return found

    @cached_property
    def headlines(self) -> frozenset[int]:
        """Sentences that stand in a headline, dateline, byline or caption."""
        outside = {"headline", "dateline", "byline", "caption"}
        blocks = [b for b in self.doc._.blocks or [] if b["kind"] in outside]
        tokens = {i for b in blocks for i in range(int(b["start"]), int(b["end"]))}
        return frozenset(i for i, s in enumerate(self.sentences) if s.start in tokens)

    @cached_property
    def body(self) -> int:
        """The first sentence with at least four words under the headline and the dateline."""
        for i, sentence in enumerate(self.sentences):
            if i not in self.headlines and sum(t.is_alpha for t in sentence) > 3:
                return i
        return 0

    def figure(self, index: int, mention: CasualtyMention, quantity: dict[str, Any]) -> Figure:
        """The figure of a mention."""
        sentence = mention.trigger.sent
        scene = self.scenes.at(sentence)
        kind = self.scenes.scenes[scene].kind if self.scenes.scenes else "event"
        return Figure(
            index,
            mention,
            quantity,
            self.sentence_of[sentence.start],
            self.block_of.get(mention.trigger.i, 0),
            scene,
            kind,
        )
