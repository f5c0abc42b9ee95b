"""Cuts an article into scenes: stretches of text that tell of one event, of an earlier one, or of a statistic.

A scene is found from the article's blocks (headline, paragraphs, lists), from phrases that open another event
("Meanwhile", "In a separate attack"), that look back ("a few days ago", "last month", a date before the article's) or
that sum over a period ("since early 2024"). The phrases stand in ``data/discourse_cues.csv``.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from spacy.tokens import Doc, Span

from conflict_events.casualties.article_dates import ArticleDates, weekday_of
from conflict_events.casualties.patterns import MONTH_NAME, pattern, violent
from conflict_events.entity_spans import entities_in

#: A phrase of time among the first words of a sentence dates all of it.
_OPENING = 4
#: Words of a line that only says where what follows happened.
_DATELINE = 7
_REPORTS = {"reported", "documented", "monitored", "published", "said", "recorded", "observed", "confirmed"}


_OPENING_DATE = re.compile(rf"\W*(?:also |and |earlier )?(?:on|in|since)\s+(?:\w+,?\s+){{0,2}}?{MONTH_NAME}\b")
#: "The Observatory documented, in February, four attacks that …"
_REPORTED_DATE = re.compile(
    r"[^.;]{0,50}?\b(?:documented|reported|monitored|recorded|registered|published)\W+(?:on|in|earlier in|back in)\s+"
    rf"(?:\w+,?\s+){{0,2}}?{MONTH_NAME}\b"
)


#: "SOHR activists had documented the death of six": a report before the one that is told.
_REPORTED_BEFORE = re.compile(
    r"\W*(?:[\w'’-]+ ){1,8}had (?:already |also |earlier |previously )?(?:documented|reported|monitored|recorded)\b"
)


#: "Before that, the group claimed an attack on a camp."
_BEFORE_THAT = re.compile(r"\W*(?:before|prior to) that\b")
#: "That attack killed 13": the one that the sentence before recalls.
_THAT_ATTACK = re.compile(
    r"\W*(?:that|the earlier|the previous) (?:attack|bombing|assault|incident|blast|raid|strike)\b"
)


def _opens_list(text: str) -> bool:
    return text.rstrip().endswith(":") or " as follows" in text or "distributed as" in text


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The phrases as one expression, which is many times as fast as one after the other."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b" if phrases else r"(?!)")


@dataclass(frozen=True)
class Cues:
    """The phrases of ``discourse_cues.csv`` by kind: ``shift``, ``background``, ``tally``, ``update``."""

    phrases: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls) -> Cues:
        """The cues shipped with the package."""
        text = (files("conflict_events") / "data" / "discourse_cues.csv").read_text(encoding="utf8")
        found: dict[str, list[str]] = {}
        for row in csv.DictReader(text.splitlines()):
            found.setdefault(row["cue"], []).append(row["phrase"])
        return cls({kind: tuple(phrases) for kind, phrases in found.items()})

    def find(self, kind: str, text: str) -> re.Match[str] | None:
        """The phrase of ``kind`` that stands first in ``text`` (lower-cased), or ``None``."""
        return _any_of(self.phrases.get(kind, ())).search(text)


@dataclass
class Scene:
    """A stretch of sentences. ``kind``: headline, event, update, claim, background or tally."""

    kind: str
    explicit: bool = False
    sentences: list[Span] = field(default_factory=list)


@dataclass
class Scenes:
    """The scenes of one Doc, and which one each sentence belongs to (by its first token)."""

    scenes: list[Scene]
    of_sentence: dict[int, int]
    #: When the article's own events happened.
    dates: ArticleDates
    #: First tokens of the sentences in a list that breaks down the figure before it.
    listed: set[int] = field(default_factory=set)

    def has_dateline(self, scene: int) -> bool:
        """Whether a scene after the first opens with a place of its own ("Aleppo province:")."""
        first = self.scenes[scene].sentences[0]
        return scene > 0 and len(first) < _DATELINE and first.text.rstrip().endswith(":")

    def at(self, sentence: Span) -> int:
        """The index of the scene of ``sentence``."""
        return self.of_sentence.get(sentence.start, 0)


def read_scenes(doc: Doc, cues: Cues) -> Scenes:
    """Cut ``doc`` into scenes; needs sentences, and uses ``doc._.blocks`` where they are set."""
    return _Reader(doc, cues).read()


class _Reader:
    def __init__(self, doc: Doc, cues: Cues) -> None:
        self.doc = doc
        self.cues = cues
        self.scenes: list[Scene] = []
        self.of_sentence: dict[int, int] = {}
        self.listed: set[int] = set()
        self._named: dict[int, tuple[int, set[str]]] = {}
        self.places = sorted(
            (ent.start, ent.text.casefold())
            for ent in doc.ents
            if ent.label_ == "LOCATION" and doc[ent.end : ent.end + 2].text.casefold() != "-based"
        )
        self.quantities = sorted(int(quantity["start"]) for quantity in doc._.quantities or [])
        self.dates = ArticleDates(doc)

    def read(self) -> Scenes:
        block_of: dict[int, dict[str, object]] = {}
        for block in self.doc._.blocks or []:
            for i in range(int(block["start"]), int(block["end"])):
                block_of[i] = block
        previous_block: object = None
        tally_list = False
        breakdown: int | None = None
        pending: list[Span] = []
        for sentence in self.doc.sents:
            if not any(t.is_alpha for t in sentence):
                continue
            block = block_of.get(sentence.start) or next(
                (block_of[i] for i in range(sentence.start, sentence.end) if i in block_of), None
            )
            kind = str(block["kind"]) if block else "paragraph"
            opens_block = block is not previous_block
            previous_block = block
            text = sentence.text.casefold()
            if kind in ("headline", "caption"):
                self._put(sentence, "headline", opens_block and not self._current("headline"))
                continue
            if kind == "dateline":
                pending.append(sentence)
                continue
            if kind == "byline":
                continue
            if kind in ("list_item", "list_intro") and breakdown is not None and not tally_list:
                # A list that breaks down the figure before it belongs to the same event.
                self.scenes[breakdown].sentences.append(sentence)
                self.of_sentence[sentence.start] = breakdown
                self.listed.add(sentence.start)
                continue
            breakdown = None
            if kind in ("list_item", "list_intro") and (tally_list or self._is_tally(text)):
                tally_list = True
                self._put(sentence, "tally", not self._current("tally"))
                continue
            if kind not in ("list_item", "list_intro"):
                tally_list = False
            follows = self._list_follows(sentence, block_of)
            if self._is_tally(text, follows) or (
                self._current("tally") and (follows or self._goes_on(text, opens_block))
            ):
                tally_list = _opens_list(text) or follows
                self._put(sentence, "tally", not self._current("tally"))
                continue
            self._event(sentence, text, opens_block, kind)
            if _opens_list(text) and any(t.like_num for t in sentence):
                breakdown = self.of_sentence[sentence.start]
            for line in pending:
                self.scenes[self.of_sentence[sentence.start]].sentences.insert(0, line)
                self.of_sentence[line.start] = self.of_sentence[sentence.start]
            pending = []
        return Scenes(self.scenes, self.of_sentence, self.dates, self.listed)

    def _event(self, sentence: Span, text: str, opens_block: bool, kind: str) -> None:
        body = any(s.kind in ("event", "update", "claim") for s in self.scenes)
        if body and self._is_background(sentence, text, opens_block):
            self._put(sentence, "background", opens_block or not self._current("background"), explicit=True)
            return
        if self._current("background") and (not opens_block or pattern("also_counted").search(text)):
            self._put(sentence, "background", False)
            return
        update = self.cues.find("update", text) is not None and any(
            w in text for w in ("toll", "number", "killed", "dead", "death", "fatalit", "injur", "wound")
        )
        shift = self._opening(text, "shift")
        if not any(s.kind in ("event", "update") for s in self.scenes):
            update = update or self._headline_updates()
            self._put(sentence, "update" if update else "event", True)
            return
        current = self.scenes[-1]
        claim = self.cues.find("claim", text) is not None and violent(sentence) and not opens_response(text)
        if claim:
            self._put(sentence, "claim", not self._current("claim"))
        elif shift:
            self._put(sentence, "event", True, explicit=True)
        elif opens_block and self._new_place(sentence, current):
            self._put(sentence, "event", True)
        elif current.kind in ("background", "tally", "headline", "claim"):
            self._resume(sentence)
        else:
            if update and current.kind == "event" and len(self.scenes) <= 2:
                current.kind = "update"
            self._put(sentence, current.kind, False)

    def _headline_updates(self) -> bool:
        """Whether the headline announces a new figure for an event told before."""
        text = " ".join(s.text for scene in self.scenes if scene.kind == "headline" for s in scene.sentences).casefold()
        return (
            self.cues.find("update", text) is not None
            or re.search(r"\b(?:toll|death) (?:toll )?update|\bupdated?\b.{0,12}\btoll", text) is not None
        )

    def _resume(self, sentence: Span) -> None:
        """Go on with the last event scene after an aside."""
        index = next(i for i in range(len(self.scenes) - 1, -1, -1) if self.scenes[i].kind in ("event", "update"))
        self.scenes[index].sentences.append(sentence)
        self.of_sentence[sentence.start] = index

    def _current(self, kind: str) -> bool:
        return bool(self.scenes) and self.scenes[-1].kind == kind

    def _put(self, sentence: Span, kind: str, new: bool, explicit: bool = False) -> None:
        if new or not self.scenes or self.scenes[-1].kind not in (kind, "update" if kind == "event" else kind):
            self.scenes.append(Scene(kind, explicit))
        self.scenes[-1].sentences.append(sentence)
        self.of_sentence[sentence.start] = len(self.scenes) - 1

    def _opening(self, text: str, kind: str) -> bool:
        head = text.lstrip(" •-–*“\"'")[:60]
        return any(head.startswith(p) for p in self.cues.phrases.get(kind, ()))

    def _is_tally(self, text: str, list_follows: bool = False) -> bool:
        """Whether a sentence gives statistics as a whole; single numbers over a period are told by their syntax."""
        if self.cues.find("statistics", text) is not None:
            return True
        if pattern("period").search(text) is None:
            return False
        return list_follows or _opens_list(text) or pattern("counting").search(text) is not None

    def _list_follows(self, sentence: Span, block_of: dict[int, dict[str, object]]) -> bool:
        """Whether a list of figures by place, month or group comes next ("• Al-Hasakah: Ten attacks left …")."""
        end = sentence.end
        while end < len(self.doc) and end not in block_of:
            end += 1
        block = block_of.get(end)
        if block is None or block["kind"] != "list_item" or block_of.get(sentence.start) is block:
            return False
        line = self.doc[end : int(str(block["end"]))]
        label = next((t.i for t in line[:_DATELINE] if t.text == ":"), end - 1)
        named = any(e.start < label and e.label_ == "LOCATION" for e in entities_in(line)) or any(
            re.match(MONTH_NAME, t.lower_) for t in line[: label - end]
        )
        following = bisect_right(self.quantities, label)
        return named and any(start <= label + _OPENING for start in self.quantities[following : following + 1])

    def _goes_on(self, text: str, opens_block: bool) -> bool:
        """Whether a sentence after a statistic continues it ("These attacks left 25 fatalities", "… as follows:")."""
        if _opens_list(text) or re.search(r"\bdistribut(?:ed|ion)\b", text):
            return True
        if pattern("also_counted").search(text) is not None:
            return True
        return not opens_block and pattern("going_on").match(text) is not None

    def _is_background(self, sentence: Span, text: str, opens_block: bool) -> bool:
        if self._looks_back(sentence, text):
            return True
        if opens_block and _REPORTED_BEFORE.match(text):
            return True
        if opens_block and text.lstrip().startswith("yesterday") and not self.dates.yesterday_before(sentence):
            return True
        if _BEFORE_THAT.match(text) or (self._current("background") and re.search(r"\bthat attack\b", text)):
            return True
        if _THAT_ATTACK.match(text) and self._before_looks_back(sentence):
            return True
        if self._opens_on_earlier_weekday(sentence):
            return True
        opening = _OPENING_DATE.match(text) or _REPORTED_DATE.match(text)
        if opening is None:
            return re.match(r"\W*(?:back )?in (?:19|20)\d\d\b", text) is not None
        undated = self.dates.today is None
        if any(t.lower_ in _REPORTS for t in sentence[:14]) and undated:
            return True
        earlier = self.dates.opens_on_earlier_day(text, sentence)
        if earlier is not None:
            return earlier
        day = self.dates.date_in(text)
        if day is None or undated:
            return undated and (text.lstrip().startswith("in ") or not self._dated_by_day())
        return self.dates.is_earlier(day)

    def _looks_back(self, sentence: Span, text: str) -> bool:
        """Whether a phrase such as "two years ago" dates the sentence, not only a clause or a noun in it."""
        phrase = self.cues.find("background", text)
        if phrase is None:
            return False
        span = sentence.char_span(phrase.start(), phrase.end(), alignment_mode="expand")
        if span is None or span.start - sentence.start <= _OPENING:
            return True
        node = span.root
        while node.head.i != node.i:
            if node.dep_ in ("relcl", "acl") or (
                node.dep_ == "advcl" and any(c.lower_ in ("since", "than", "as") for c in node.children)
            ):
                return False
            node = node.head
        return True

    def _before_looks_back(self, sentence: Span) -> bool:
        """Whether the sentence before dates an attack back ("the worst since a March 2016 attack on the town")."""
        before = self.doc[max(0, sentence.start - 1)].sent if sentence.start else sentence
        return pattern("period").search(before.text.casefold()) is not None

    def _opens_on_earlier_weekday(self, sentence: Span) -> bool:
        """Whether a sentence begins "On Tuesday" where the events told before it are Wednesday's."""
        opening = sentence[:4]
        day = next((day for token in opening if (day := weekday_of(token)) is not None), None)
        on = any(token.lower_ in ("on", "last") for token in opening)
        return on and day is not None and self.dates.days_before(day, sentence) > 0

    def _dated_by_day(self) -> bool:
        """Whether the first event has a calendar date; where it has none ("on Wednesday"), a later one looks back."""
        first = next(s for s in self.scenes if s.kind in ("event", "update", "claim"))
        return any(self.dates.has_date(s) for s in first.sentences)

    def _new_place(self, sentence: Span, scene: Scene) -> bool:
        """Whether a paragraph opens at a place that the scene has not named, and tells of violence there."""
        here = self._names(sentence)
        before = self._names_before(scene) if here else set()
        return bool(here) and bool(before) and not here & before and violent(sentence)

    def _names(self, sentence: Span) -> set[str]:
        first, last = (bisect_left(self.places, (place, "")) for place in (sentence.start, sentence.end))
        return {name.replace("al-", "") for _, name in self.places[first:last]}

    def _names_before(self, scene: Scene) -> set[str]:
        """The places that a scene has named, by those of its sentences that came since it was last asked."""
        count, names = self._named.get(id(scene), (0, set()))
        new = scene.sentences if len(scene.sentences) - count > 1 else (scene.sentences[0], scene.sentences[-1])
        names |= {name for sentence in new for name in self._names(sentence)}
        self._named[id(scene)] = (len(scene.sentences), names)
        return names


def opens_response(text: str) -> bool:
    """Whether a claim is one of responsibility, which tells of no further event."""
    return "responsib" in text or "claimed the attack" in text


def kinds(scenes: Iterable[Scene]) -> list[str]:
    """The kinds of ``scenes``, in order."""
    return [scene.kind for scene in scenes]
