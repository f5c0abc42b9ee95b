"""``events``: what happened, from the article's scenes and the casualties read in them.

Each scene that tells of violence (or of another ACLED event) is an event; scenes that only tell an earlier one again
are joined to it. The headline is a summary: it adds nothing, and speaks only where the text under it gives no number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events.actors.descriptions import ActorDescriptions
from conflict_events.casualties.patterns import violent
from conflict_events.components.actor_linker import context_country
from conflict_events.components.place_linker import country_clue, country_place
from conflict_events.components.victims import VictimReader
from conflict_events.entity_spans import entities_in
from conflict_events.events import role_choice
from conflict_events.events.rules import EventRules
from conflict_events.events.telling import told_in
from conflict_events.extensions import register

#: How far a headline's round number may be from the text's.
_ROUNDED = 0.1
_SUMMED = ("killed", "injured", "killed_or_injured")


@Language.factory("events", requires=["doc._.casualties", "doc._.scenes"], assigns=["doc._.events"])
def make_events(nlp: Language, name: str) -> Events:
    """The component; it needs ``casualties`` before it, and uses what the linkers left on entities."""
    return Events(name)


class Events:
    """Sets ``doc._.events``: plain-data events, with token spans for mentions.

    The weights of the roles of actors are a table, ``role_weights.csv``, which is saved with the pipeline.
    """

    def __init__(self, name: str = "events") -> None:
        register()
        self.name = name
        self.rules = EventRules.load()
        self.descriptions = ActorDescriptions.load()

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Save the weights of the roles as a table."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / role_choice.FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Events:
        """Load the weights of the roles, where the pipeline has some of its own."""
        table = Path(path) / role_choice.FILE
        return self.from_bytes(table.read_bytes()) if table.is_file() else self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The table of weights as bytes, for processes that read in parallel."""
        return self.rules.source[role_choice.FILE].encode("utf8")

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Events:
        """Take the table of weights from bytes."""
        self.rules = self.rules.with_role_weights(data.decode("utf8"))
        return self

    def __call__(self, doc: Doc) -> Doc:
        """Build the events of ``doc``."""
        doc._.events = _Builder(doc, self.rules, self._general).build()
        return doc

    def _general(self, template: str, country: str, date: dt.date | None) -> dict[str, Any]:
        """Plain form of a general actor ("protesters" in "Syria")."""
        actor: dict[str, Any] = self.descriptions.general(template, country, date).actor().model_dump()
        return actor


class _Builder:
    def __init__(
        self, doc: Doc, rules: EventRules, general: Callable[[str, str, dt.date | None], dict[str, Any]]
    ) -> None:
        self.doc = doc
        self.rules = rules
        self.general = general
        self.victims = VictimReader(doc)
        self.entities = list(doc.ents)  # once a Doc: spaCy makes them anew each time
        self.casualties: list[dict[str, Any]] = doc._.casualties or []
        self.scenes: list[dict[str, Any]] = doc._.scenes or []
        published = (doc._.article or {}).get("published")
        self.published = dt.date.fromisoformat(published) if published else None

    def build(self) -> list[dict[str, Any]]:
        groups = self._joined()
        events = [event for group in groups if (event := self._event(group)) is not None]
        if len(events) > 1:
            # A general remark on violence ("attacks are escalating") is no event: it has neither toll nor site.
            events = [e for e in events if e["casualties"] or _placed(e)] or events[:1]
        self._use_headline(events)
        return events

    # -- which scenes make an event --------------------------------------------------------------------------------

    def _joined(self) -> list[list[int]]:
        """Scenes that tell of one event, as lists of scene indices; headlines and tallies are left out."""
        told = [i for i, scene in enumerate(self.scenes) if scene["kind"] not in ("headline", "tally")]
        if not told:
            told = [i for i, scene in enumerate(self.scenes) if scene["kind"] == "headline"]
        owner = {i: i for i in told}
        by_scene: dict[int | None, list[dict[str, Any]]] = {}
        for c in self.casualties:
            if c["role"] in ("count", "repeat", "old"):
                by_scene.setdefault(self._scene_of(c), []).append(c)
        for i in told:
            mine = by_scene.get(i, [])
            if not mine or any(c["role"] == "count" and c["parent"] is None for c in mine):
                continue
            parents = {
                owner[p]
                for c in mine
                if c["parent"] is not None and (p := self.casualties[c["parent"]]["scene"]) in owner
            }
            parents.discard(i)
            if len(parents) == 1:
                owner[i] = parents.pop()
        groups: dict[int, list[int]] = {}
        for i in told:
            groups.setdefault(owner[i], []).append(i)
        return list(groups.values())

    def _scene_of(self, item: dict[str, Any]) -> int | None:
        return self._scene_by_start.get(self.doc[item["trigger"]].sent.start)

    @cached_property
    def _scene_by_start(self) -> dict[int, int]:
        """Index of the scene by the first token of each of its sentences."""
        found: dict[int, int] = {}
        for index, scene in enumerate(self.scenes):
            for start, _ in scene["sentences"]:
                found.setdefault(start, index)
        return found

    # -- one event -------------------------------------------------------------------------------------------------

    def _event(self, group: list[int]) -> dict[str, Any] | None:
        kinds = [self.scenes[i]["kind"] for i in group]
        sentences, harmed = told_in(self.doc, group)
        counted = [
            c for c in self.casualties if c["scene"] in group and c["parent"] is None and c["role"] in ("count", "open")
        ]
        casualties = [
            self._casualty(c) for c in [c for c in counted if c["role"] == "count"] + self._unnumbered(counted)
        ]
        self._name_others(casualties)
        actors = self.rules.actor_roles(self.doc, sentences, harmed)
        locations = self.rules.location_roles(self.doc, sentences, harmed)
        event_type, sub_event_type = self.rules.classify(self.doc, sentences, actors, casualties)
        if event_type is None and not casualties:
            return None
        certainty, claimant = self.rules.certainty(self.doc, sentences)
        if claimant is not None:
            actors = [*actors, ("claimant", claimant)]
        return {
            "kind": "update" if "update" in kinds else "background" if set(kinds) == {"background"} else "incident",
            "event_type": event_type,
            "sub_event_type": sub_event_type,
            "certainty": "claimed" if kinds == ["claim"] and certainty == "asserted" else certainty,
            "date": self.rules.event_date(self.doc, sentences, self.published),
            "actors": self._actors(actors, sentences, (event_type, sub_event_type), casualties, locations),
            "locations": self._places(locations, sentences),
            "weapons": [
                [e.start, e.end]
                for e in _unrepeated(e for s in sentences for e in entities_in(s) if e.label_ == "WEAPON")
            ],
            "casualties": casualties,
            "evidence": [[s.start, s.end] for s in sentences if self._tells(s, event_type)],
            "score": min((c["score"] for c in casualties if c["score"] is not None), default=None),
            "scenes": group,
        }

    def _actors(
        self,
        actors: list[tuple[str, Span]],
        sentences: list[Span],
        terms: tuple[str | None, str | None],
        casualties: list[dict[str, Any]],
        locations: list[tuple[str, Span]],
    ) -> list[dict[str, Any]]:
        """Those who take part, each once, with the general actors that the type of the event implies."""
        named = _once(actors)
        items: list[dict[str, Any]] = [{"role": role, "span": [ent.start, ent.end]} for role, ent in named]
        country = self._country(locations)
        if country is None:
            return items
        victims = [self.doc[c["victim"]["span"][0] : c["victim"]["span"][1]] for c in casualties if c["victim"]]
        for one in self.rules.implied_actors(self.doc, sentences, terms, named, victims):
            actor = self.general(one.template, country, self.published)
            span = [one.span.start, one.span.end]
            same = next(
                (item for item in items if item["span"] == span and one.template in ("protesters", "rioters")), None
            )
            if same is not None:
                same["actor"] = actor
            else:
                items.append({"role": one.role, "span": span, "actor": actor})
        return sorted(items, key=lambda item: item["span"])

    def _places(self, locations: list[tuple[str, Span]], sentences: list[Span]) -> list[dict[str, Any]]:
        """The places of an event; the country that its words tell where none of them is known."""
        items: list[dict[str, Any]] = [{"role": role, "span": [ent.start, ent.end]} for role, ent in _once(locations)]
        if any(ent._.place for _, ent in locations):
            return items
        for sentence in sentences:
            clue = country_clue(self.doc, sentence.start, sentence.end)
            place = country_place(clue[2]) if clue is not None else None
            if clue is not None and place is not None:
                return [*items, {"role": "within", "span": [clue[0], clue[1]], "place": place}]
        return items

    def _country(self, locations: list[tuple[str, Span]]) -> str | None:
        """The country of the event: of its places, else of the article's."""
        for role in ("site", "near", "within"):
            for told, ent in locations:
                if told == role and ent._.place and ent._.place["country"]:
                    return str(ent._.place["country"])
        return context_country(self.doc)

    def _unnumbered(self, counted: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Victims whose number the text does not give ("members of the regime were killed"): one for each outcome of
        which no number is told."""
        told = {c["outcome"] for c in counted if c["role"] == "count"}
        if "killed_or_injured" in told:
            told |= {"killed", "injured"}
        found: dict[str, dict[str, Any]] = {}
        for item in counted:
            stated = item["role"] == "open" and item["outcome"] in _SUMMED and item["victim"] is not None
            if stated and item["outcome"] not in told:
                found.setdefault(item["outcome"], item)
        return list(found.values())

    def _name_others(self, casualties: list[dict[str, Any]]) -> None:
        """Let "others" be of the party named right before them ("a member of X was killed and two others injured")."""
        before: dict[str, Any] | None = None
        for casualty in casualties:
            victim = casualty["victim"]
            words = "" if victim is None else self.doc[victim["span"][0] : victim["span"][1]].text.casefold()
            if (
                words in ("others", "other", "more", "another")
                and before is not None
                and len({tuple(c["victim"]["span"]) for c in casualties if c["victim"]}) <= 2
            ):
                casualty["victim"] = {**before, "traits": []}
            elif victim is not None:
                before = victim

    def _tells(self, sentence: Span, event_type: str | None) -> bool:
        return any(sentence.start <= c["trigger"] < sentence.end for c in self.casualties) or violent(sentence)

    def _casualty(self, item: dict[str, Any]) -> dict[str, Any]:
        index = next(i for i, c in enumerate(self.casualties) if c is item)
        parts = [c for c in self.casualties if c["parent"] == index and c["role"] == "part"]
        return {
            "outcome": item["outcome"],
            "quantity": item["quantity"],
            "span": item["span"],
            "victim": self.victims.of_casualty(item),
            "perpetrator": self._agent(item),
            "includes": [self._casualty(part) for part in parts],
            "score": item.get("score"),
        }

    def _agent(self, item: dict[str, Any]) -> dict[str, Any] | None:
        for i in item["agents"]:
            token = self.doc[i]
            for ent in self.entities:
                if ent.label_ == "ACTOR" and (
                    ent.start <= i < ent.end
                    or (token.left_edge.i <= ent.start and ent.end <= token.right_edge.i + 1 and ent.start - i <= 6)
                ):
                    return {"role": "perpetrator", "span": [ent.start, ent.end]}
        return None

    # -- the headline ------------------------------------------------------------------------------------------------

    def _use_headline(self, events: list[dict[str, Any]]) -> None:
        """Give the first event the headline's numbers for outcomes of which the text tells none, or older ones."""
        event = next((e for e in events if e["kind"] != "background"), None)
        if event is None or any(self.scenes[i]["kind"] == "headline" for i in event["scenes"]):
            return
        told = {c["outcome"] for e in events if e["kind"] != "background" for c in e["casualties"]}
        for item in self.casualties:
            if (
                item["role"] != "headline"
                or item["parent"] is not None
                or item["outcome"] not in _SUMMED
                or not item["span"]
            ):
                continue
            outcome = item["outcome"]
            if outcome == "killed_or_injured":
                if told & set(_SUMMED):
                    continue
            elif "killed_or_injured" in told:
                continue
            if outcome in told:
                if event["kind"] != "update" or not self._raises(item, event):
                    continue
                event["casualties"] = [c for c in event["casualties"] if c["outcome"] != outcome]
            event["casualties"].append(self._casualty(item))

    def _raises(self, item: dict[str, Any], event: dict[str, Any]) -> bool:
        """Whether an update's headline gives a higher number than its text, which then tells an older toll."""
        value = _value(item["quantity"])
        body = [_value(c["quantity"]) for c in event["casualties"] if c["outcome"] == item["outcome"]]
        if value is None or None in body:
            return False
        # A headline rounds: "Nearly 100 killed" over a text that tells of 95.
        rounded = _ROUNDED if item["quantity"]["modifier"] == "about" else 0.0
        return value * (1 - rounded) > sum(v or 0 for v in body)


def _placed(event: dict[str, Any]) -> bool:
    """Whether an event without a toll is told as one thing that happened: at a site, and an attack on somebody."""
    if event["sub_event_type"] == "Attack" and not any(actor["role"] == "target" for actor in event["actors"]):
        return False
    return any(place["role"] != "within" for place in event["locations"])


def _value(quantity: dict[str, Any]) -> int | None:
    best: int | None = quantity["best"] if quantity["best"] is not None else quantity["low"]
    return best


def _once(items: Any) -> list[tuple[str, Span]]:
    """Each (role, words) once, in text order."""
    seen: set[tuple[str, str]] = set()
    found = []
    for role, ent in sorted(items, key=lambda item: item[1].start):
        key = (role, ent.text.casefold())
        if key not in seen:
            seen.add(key)
            found.append((role, ent))
    return found


def _unrepeated(ents: Any) -> list[Span]:
    seen: set[str] = set()
    found = []
    for ent in ents:
        if ent.text.casefold() not in seen:
            seen.add(ent.text.casefold())
            found.append(ent)
    return found
