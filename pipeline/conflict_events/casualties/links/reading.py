"""From the decisions about figures to the casualties and stretches of text that events are built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.links.article import ReadArticle, read_article
from conflict_events.casualties.links.confidence import article_score, observations
from conflict_events.casualties.links.decoder import Decision, decode
from conflict_events.casualties.links.options import ASIDES, Counting
from conflict_events.casualties.links.weights import LinkWeights
from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.rules.counted import bounds
from conflict_events.casualties.rules.suicide_attacks import SuicideAttacks
from conflict_events.casualties.scenes import Cues
from conflict_events.casualties.words import words

#: The most signals that a decision is explained by.
_REASONS = 4
_BOUNDS = ("low", "best", "high", "modifier")
_HARMED = frozenset({"killed", "injured", "killed_or_injured"})
_NO_NUMBER: dict[str, Any] = {"low": None, "best": None, "high": None, "modifier": "none"}
_ROLE_OF_ASIDE = {"earlier": "background", "period": "tally", "none": "none"}


@dataclass(frozen=True)
class Reading:
    """The casualties of an article and its stretches of text, as plain data, and how sure it is.

    score: the probability that the totals of killed and injured are right.
    """

    items: list[dict[str, Any]]
    scenes: list[dict[str, Any]]
    score: float


def read_casualties(doc: Doc, lexicon: Lexicon, cues: Cues, known: LinkWeights) -> Reading:
    """Read the casualties of ``doc`` and decide what each of its figures adds."""
    outlet = (doc._.article or {}).get("outlet")
    article = read_article(doc, lexicon, cues, of_known_outlet=known.own(outlet) is not None)
    weights = known.of(outlet)
    decisions, state, probability = decode(article.figures, article.features, weights)
    score = article_score(observations(article, decisions, state, probability))
    return _Writer(article, decisions, state, weights).write(score)


class _Writer:
    def __init__(
        self,
        article: ReadArticle,
        decisions: tuple[Decision, ...],
        state: Counting,
        weights: Mapping[str, float],
    ) -> None:
        self.article = article
        self.decisions = decisions
        self.state = state
        self.weights = weights
        self.items: list[dict[str, Any]] = []
        self.scene_of, self.scenes = self._scenes()

    def write(self, score: float) -> Reading:
        done: set[int] = set()
        for figure in self.article.headline:
            self._put(figure.mention, figure.quantity, "headline", figure.scene, None)
            done.add(id(figure.mention))
        place: dict[int, int] = {}
        pending: list[int] = []
        for figure, decision in zip(self.article.figures, self.decisions, strict=True):
            done.add(id(figure.mention))
            role, parent = self._role(figure.index, decision)
            if parent is None:
                place[figure.index] = self._figure(figure, decision, role, None)
            else:
                pending.append(figure.index)
        for index in pending:
            decision = self.decisions[index]
            role, parent = self._role(index, decision)
            root = self._root(parent)
            place[index] = self._figure(self.article.figures[index], decision, role, place.get(root))
        for mention in self.article.mentions:
            if id(mention) not in done:
                self._unnumbered(mention)
        if (self.article.doc._.article or {}).get("attackers_apart"):
            self._implied_attackers()
        return Reading(self.items, self.scenes, round(score, 3))

    # -- roles -----------------------------------------------------------------------------------------------------

    def _role(self, index: int, decision: Decision) -> tuple[str, int | None]:
        """The role of a figure in the end, and the figure that it hangs on."""
        option = decision.option
        if option.relation in ASIDES:
            figure = self.article.figures[index]
            scene = self.scenes[self.scene_of[figure.sentence]]
            told = option.relation == "earlier" and scene["kind"] == "background"
            told = told or self._says_nobody(figure)
            return ("count" if told else _ROLE_OF_ASIDE[option.relation]), None
        if option.relation == "same":
            return "repeat", option.targets[0]
        if option.relation == "part":
            return "part", option.targets[0]
        if index in self.state.open:
            return "count", None
        whole, alone = self._taken_up_by(index)
        return ("old", None) if alone else ("part", whole)

    def _says_nobody(self, figure: Figure) -> bool:
        """Whether a figure states that there were none, where nobody harmed is told: a toll of 0, not an unknown."""
        stated = self.article.features.view.by_rules.roles.get(id(figure.mention)) == "count"
        harmed = (self.article.figures[i] for i in self.state.open)
        return figure.value == 0 and stated and not any(h.outcome in _HARMED for h in harmed)

    def _taken_up_by(self, index: int) -> tuple[int, bool]:
        """The later figure that took this one up, and whether it took up no other."""
        for later, decision in enumerate(self.decisions):
            if decision.option.relation == "whole" and index in decision.option.targets:
                return later, len(decision.option.targets) == 1
        raise AssertionError("a figure that counts no more was taken up by a later one")

    def _root(self, index: int | None) -> int:
        """The figure that a chain of repetitions and parts ends at."""
        assert index is not None
        while True:
            _, parent = self._role(index, self.decisions[index])
            if parent is None:
                return index
            index = parent

    # -- items -----------------------------------------------------------------------------------------------------

    def _figure(self, figure: Figure, decision: Decision, role: str, parent: int | None) -> int:
        quantity = self._living(figure) if role == "count" else figure.quantity
        scene = self.scene_of[figure.sentence]
        if parent is not None and role == "part":
            scene = self.items[parent]["scene"]
        index = self._put(figure.mention, quantity, role, scene, parent)
        self.items[index] |= {
            "relation": decision.option.relation,
            "score": round(decision.probability, 3),
            "reasons": self._reasons(decision),
            "runner_up": None if decision.runner_up is None else decision.runner_up.relation,
        }
        return index

    def _living(self, figure: Figure) -> dict[str, Any]:
        """The quantity less those of its people who are told dead as figures of their own."""
        dead = 0
        if figure.index in self.state.open:
            died = self.state.died[self.state.open.index(figure.index)]
            dead = sum(self.article.figures[i].value or 0 for i in died)
        if not dead:
            return figure.quantity
        return {
            key: value if key == "modifier" or value is None else max(0, value - dead)
            for key, value in figure.quantity.items()
        }

    def _reasons(self, decision: Decision) -> list[list[Any]]:
        """The signals that spoke most for and against: name, weight, words."""
        seen_in = self.article.features.of_option(decision.figure, decision.option, decision.before)
        weighed = [(name, self.weights[name], seen) for name, seen in seen_in.items() if name in self.weights]
        weighed.sort(key=lambda item: -abs(item[1]))
        return [[name, round(weight, 2), seen] for name, weight, seen in weighed[:_REASONS]]

    def _unnumbered(self, mention: CasualtyMention) -> None:
        quantity = mention.group.quantity
        values = {key: quantity[key] for key in _BOUNDS} if quantity else _NO_NUMBER
        role = "open"
        for name in ("negated", "hypothetical", "background"):
            if getattr(mention, name):
                role = name
                break
        sentence = self.article.features.view.layout.sentence_of[mention.trigger.sent.start]
        self._put(mention, values, role, self.scene_of.get(sentence, 0), None)

    def _put(
        self, mention: CasualtyMention, quantity: dict[str, Any], role: str, scene: int, parent: int | None
    ) -> int:
        group = mention.group
        named = not (group.pronoun or group.kind == "number")
        self.items.append(
            {
                "outcome": mention.outcome,
                "quantity": {key: quantity[key] for key in _BOUNDS},
                "span": list(group.number) if group.number else None,
                "victim": [group.start, group.end] if named else None,
                "kind": group.kind,
                "trigger": mention.trigger.i,
                "agents": [token.i for token in mention.agents],
                "role": role,
                "scene": scene,
                "parent": parent,
            }
        )
        index = len(self.items) - 1
        if role not in ("part", "repeat"):
            for part in group.parts:
                if part.quantity is not None:
                    inner = CasualtyMention(mention.outcome, part, mention.trigger, mention.frame, mention.agents)
                    self._put(inner, part.quantity, "part", scene, index)
        return index

    def _implied_attackers(self) -> None:
        """Count suicide attackers whose death a source of this kind implies, unless its text counts them itself."""
        figures = self.article.figures
        view = self.article.features.view
        told = [figures[i] for i in self.state.open if figures[i].value]
        killed = [figure for figure in told if figure.outcome == "killed"]
        dead = [group for figure in killed for group in (figure.group, *figure.group.parts)]
        dead += [figures[i].group for figure in killed for i in self.state.parts_of(figure.index)]
        taken_alive = sum(
            figure.value or 0
            for figure in told
            if figure.outcome in ("arrested", "captured")
            and view.doc[figure.group.end - 1].lower_ in words("assailants")
        )
        attacks = SuicideAttacks(view.doc, view.lexicon, view.phrases)
        bombers = attacks.uncounted(dead, taken_alive, bool(self.state.open))
        if bombers is not None:
            mention = CasualtyMention("killed", bombers.group, bombers.token, "suicide_attack")
            self._put(mention, bounds(None, bombers.number), "count", 0, None)

    # -- stretches of text -------------------------------------------------------------------------------------------

    def _scenes(self) -> tuple[dict[int, int], list[dict[str, Any]]]:
        """The stretches of text by what was decided of their figures, and the stretch of each sentence.

        A sentence whose figures are all of earlier events is told as background. A sentence with people newly harmed at
        another place than those before it in its stretch opens one of its own ("A bomb killed six in Baghdad. A gunman
        wounded two in Mosul."); one that tells again goes to the stretch of what it tells again.
        """
        layout = self.article.features.view.layout
        told: dict[int, list[int]] = {}
        for figure in self.article.figures:
            told.setdefault(figure.sentence, []).append(figure.index)
        scenes: list[dict[str, Any]] = []
        opened: dict[tuple[int, str], list[int]] = {}
        counted: dict[int, list[Figure]] = {}
        scene_of: dict[int, int] = {}
        for number, scene in enumerate(self.article.scenes.scenes):
            for sentence in scene.sentences:
                index = layout.sentence_of[sentence.start]
                figures = told.get(index, [])
                kind = _told_as(scene.kind, {self.decisions[i].option.relation for i in figures})
                mine = opened.setdefault((number, kind), [])
                new = [self.article.figures[i] for i in figures if self._is_new(i)]
                chosen = self._stretch(figures, new, mine, counted, scene_of)
                if chosen is None:
                    chosen = len(scenes)
                    mine.append(chosen)
                    scenes.append({"kind": kind, "sentences": []})
                scene_of[index] = chosen
                counted.setdefault(chosen, []).extend(new)
                scenes[chosen]["sentences"].append([sentence.start, sentence.end])
        for index in range(len(layout.sentences)):
            scene_of.setdefault(index, 0)
        if not scenes:
            scenes.append({"kind": "event", "sentences": []})
        return scene_of, scenes

    def _is_new(self, index: int) -> bool:
        return index in self.state.open and self.article.figures[index].outcome in _HARMED

    def _stretch(
        self,
        figures: list[int],
        new: list[Figure],
        mine: list[int],
        counted: Mapping[int, list[Figure]],
        scene_of: Mapping[int, int],
    ) -> int | None:
        """Which of the stretches opened so far a sentence goes on with; ``None`` where it opens one."""
        if not mine:
            return None
        if not new:
            taken_up = [target for i in figures for target in self.decisions[i].option.targets]
            told = (scene_of.get(self.article.figures[target].sentence) for target in taken_up)
            return next((place for place in told if place in mine), mine[-1])
        view = self.article.features.view
        for place in reversed(mine):
            before = counted.get(place, [])
            if not before or any(view.same_place(new[0], figure) is not False for figure in before):
                return place
        return None


def _told_as(kind: str, relations: set[str]) -> str:
    if kind in ("event", "update", "claim") and relations and relations <= {"earlier", "period", "none"}:
        return "background" if "earlier" in relations else kind
    if kind == "background" and relations & {"new", "whole", "died", "survived"}:
        return "event"
    return kind
