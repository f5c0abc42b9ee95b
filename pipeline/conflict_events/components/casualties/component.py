"""The spaCy component ``casualties``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from conflict_events.entity_spans import set_entities
from conflict_events.extensions import register

from .counted import Counted
from .discourse import Resolver
from .lexicon import Lexicon, own_tables, package_tables
from .mentions import CasualtyMention, MentionReader
from .scenes import Cues, Scenes, read_scenes


@Language.factory(
    "casualties",
    default_config={"tables": None},
    requires=["token.dep", "doc._.quantities"],
    assigns=["doc._.casualties", "doc.ents"],
)
def make_casualties(nlp: Language, name: str, tables: str | None) -> Casualties:
    """The component; it needs sentences, a dependency parse, and ``quantities`` before it.

    ``tables`` is a folder whose CSV files take the place of the package's of the same name.
    """
    return Casualties(name, tables)


class Casualties:
    """Sets ``doc._.casualties`` and makes ``doc.ents`` hold the words of each casualty number.

    Each item of ``doc._.casualties`` is plain data::

        outcome, quantity {low, best, high, modifier},
        span      [start, end] tokens of the quantity, or None
        victim    [start, end] tokens of whom it happened to, or None
        kind      civilian, combatant, attacker, generic or unknown, as the victim words say
        trigger   the token of the outcome word
        agents    tokens of who did it, as the outcome word's syntax says
        role      count, part, repeat, old, headline, tally, background, negated or hypothetical
        scene     index into doc._.scenes
        parent    index of the casualty that a part or repeat belongs to, or None
    """

    def __init__(self, name: str = "casualties", tables: str | Path | None = None) -> None:
        register()
        self.name = name
        self.lexicon = Lexicon.from_tables(package_tables() | own_tables(tables))
        self.cues = Cues.load()

    def __call__(self, doc: Doc) -> Doc:
        """Read the casualties of ``doc``."""
        scenes = read_scenes(doc, self.cues)
        reader = MentionReader(doc, self.lexicon)
        mentions = reader.read()
        resolver = Resolver(doc, self.lexicon, reader.phrases, scenes)
        counted = resolver.resolve(mentions, attackers_apart=bool((doc._.article or {}).get("attackers_apart")))
        doc._.scenes = [
            {"kind": s.kind, "sentences": [[sent.start, sent.end] for sent in s.sentences]} for s in scenes.scenes
        ]
        doc._.casualties = _plain(counted, mentions, scenes)
        _label(doc)
        return doc


def _plain(counted: list[Counted], mentions: list[CasualtyMention], scenes: Scenes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    done: set[int] = set()

    def put(entry: Counted, parent: int | None) -> None:
        index = len(found)
        found.append(_item(entry.mention, entry.quantity, entry.role, entry.scene, parent))
        done.add(id(entry.mention))
        for part in entry.parts:
            put(part, index)
        for repeat in entry.repeats:
            quantity = repeat.group.quantity or {}
            found.append(
                _item(
                    repeat,
                    {k: quantity.get(k) for k in ("low", "best", "high")}
                    | {"modifier": quantity.get("modifier") or "none"},
                    "repeat",
                    entry.scene,
                    index,
                )
            )
            done.add(id(repeat))

    for entry in counted:
        if entry.role != "part":
            put(entry, None)
    for mention in mentions:
        if id(mention) in done:
            continue
        quantity = mention.group.quantity
        role = (
            "negated"
            if mention.negated
            else "hypothetical"
            if mention.hypothetical
            else "background"
            if mention.background
            else "open"
        )
        values = (
            {k: quantity[k] for k in ("low", "best", "high", "modifier")}
            if quantity
            else {"low": None, "best": None, "high": None, "modifier": "none"}
        )
        found.append(_item(mention, values, role, scenes.at(mention.trigger.sent), None))
    return found


def _item(
    mention: CasualtyMention, quantity: dict[str, Any], role: str, scene: int, parent: int | None
) -> dict[str, Any]:
    group = mention.group
    named = not (group.pronoun or group.kind == "number")
    return {
        "outcome": mention.outcome,
        "quantity": quantity,
        "span": list(group.number) if group.number else None,
        "victim": [group.start, group.end] if named else None,
        "kind": group.kind,
        "trigger": mention.trigger.i,
        "agents": [token.i for token in mention.agents],
        "role": role,
        "scene": scene,
        "parent": parent,
    }


def _label(doc: Doc) -> None:
    """Let the numbers that were read as casualties be CASUALTY entities, beside those of the recogniser."""
    read = [
        Span(doc, c["span"][0], c["span"][1], label="CASUALTY")
        for c in doc._.casualties
        if c["span"] and c["role"] not in ("hypothetical",)
    ]
    set_entities(doc, [*filter_spans(read), *doc.ents])
