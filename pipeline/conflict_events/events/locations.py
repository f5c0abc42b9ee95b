"""Where an event happened: which of its LOCATION entities are the site, which are close by, which lie around it.

The words beside a name decide (``data/location_patterns.csv``): "near X" and "the road between X and Y" are close by,
"X province" and "the countryside of X" lie around, "from X" is no place of the event. In a chain ("A in B in C",
"A, B, C") the first is the site and what follows lies around it; in a list ("A, B and C") all have one role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc, Span

from conflict_events.entity_spans import entities_in

from .matching import Found, PhraseTable, Word, forms, read_rows, words
from .telling import nearest, telling

FILE, COUNTRIES, PROVINCES, ALIASES, CAPITALS = (
    "location_patterns.csv",
    "country_names.csv",
    "admin1_names.csv",
    "place_aliases.csv",
    "countries.csv",
)
COLUMNS = ("words", "position", "role")
#: what the reader works with; ``area`` is a place around that is the site where nothing smaller is named, ``beside`` is
#: near a town but within a province, ``dateline`` is where an outlet says it reports from or about
_ROLES = frozenset({"site", "near", "within", "area", "beside", "dateline", "origin", "none"})
_RANK: Mapping[str, int] = {"site": 4, "near": 3, "within": 2, "area": 1, "dateline": 0, "origin": -1, "none": -2}
_LONG = frozenset({"road", "river", "border"})
_WINDOW = 6  # words before a name that can say its role
_CHAIN = 9  # words between the links of "A in B in C" at most
_LIST = frozenset({",", "and", "or", "&", "/", ";", "the"})
_AND = frozenset({"and", "or", "&", "/"})
_SUBJECTS = frozenset({"nsubj"})
_INTO = frozenset({"in", "of", "within", "inside", "at"})


@dataclass(frozen=True)
class LocationWords:
    """Words before and after a name of a place and what they make of it; names of countries and of provinces."""

    before: PhraseTable[str] = field(repr=False)
    after: PhraseTable[str] = field(repr=False)
    countries: frozenset[str] = field(repr=False)
    provinces: frozenset[str] = field(repr=False)
    capitals: frozenset[str] = field(repr=False)
    undergoing: frozenset[str] = field(repr=False)

    @classmethod
    def from_texts(cls, tables: Mapping[str, str]) -> LocationWords:
        """Read the CSV tables; a place of ``place_aliases.csv`` named like its ``admin1`` is a province too."""
        sides: dict[str, list[tuple[str, str]]] = {"before": [], "after": [], "subject": []}
        for row in read_rows(FILE, tables[FILE], COLUMNS):
            if row["position"] not in sides or row["role"] not in _ROLES:
                raise ValueError(f"{FILE}: position {row['position']!r} or role {row['role']!r} is unknown.")
            sides[row["position"]].extend((form, row["role"]) for form in forms(row["words"]))
        undergoing = sides.pop("subject")
        provinces = read_rows(PROVINCES, tables[PROVINCES], ("name", "aliases"))
        places = read_rows(ALIASES, tables[ALIASES], ("name", "admin1", "aliases"))
        provinces += [row for row in places if row["name"] == row["admin1"]]
        return cls(
            PhraseTable(sides["before"]),
            PhraseTable(sides["after"]),
            frozenset(row["name"].casefold() for row in read_rows(COUNTRIES, tables[COUNTRIES], ("name",))),
            frozenset(name.casefold() for row in provinces for name in (row["name"], *forms(row["aliases"])))
            | frozenset(row["admin1"].casefold() for row in places),
            frozenset(row["capital"].casefold() for row in read_rows(CAPITALS, tables[CAPITALS], ("capital",))) - {""},
            frozenset(form for form, _ in undergoing),
        )


@dataclass
class _Mention:
    """A name in a sentence: its words' positions, what stands before and after, and the role given so far."""

    ent: Span
    first: int
    last: int
    before: str | None
    after: str | None
    close: bool
    unknown: bool
    role: str = "site"


class LocationRoles:
    """Reads the roles of locations."""

    def __init__(
        self,
        table: LocationWords,
        tells_attack: Callable[[Span], bool] = bool,
        speaks: Callable[[str], bool] = lambda word: False,
    ) -> None:
        self.table = table
        self.tells_attack = tells_attack
        self.speaks = speaks

    def __call__(
        self, doc: Doc, sentences: Sequence[Span], casualties: Iterable[Mapping[str, Any]] = ()
    ) -> list[tuple[str, Span]]:
        """Each place of the event, once, in its role: the first mention of each name in it.

        Where a name has several roles the nearest to the event holds. The site stands where the harm is told
        (:mod:`.telling`), else in the sentence nearest to it; what other sentences name is at most around it. Where
        there is no site, the first area is it.
        """
        told = telling(sentences, casualties, self.tells_attack)
        chosen: dict[str, tuple[str, Span]] = {}
        for sentence in told:
            self._add(doc, sentence, chosen)
        for sentence in nearest(sentences, told):
            placed = any(_RANK[role] >= _RANK["near"] for role, _ in chosen.values())
            self._add(doc, sentence, chosen, around=placed)
        everything = sorted(chosen.values(), key=lambda item: item[1].start)
        found = [item for item in everything if item[0] not in ("origin", "none")]
        found = self._beside_roads(found)
        if not any(role in ("site", "near") for role, _ in found):
            origin = next((ent for role, ent in everything if role == "origin" and not self._is_country(ent)), None)
            if origin is not None:
                found = sorted([*found, ("site", origin)], key=lambda item: item[1].start)
            elif found:
                found = self._promoted(found)
            else:
                # "soldiers hailing from X island": what is named in passing still says which part of the world.
                found = [("within", ent) for role, ent in everything if not self._is_country(ent)]
        return [(role if role in ("site", "near") else "within", ent) for role, ent in found]

    def _add(self, doc: Doc, sentence: Span, chosen: dict[str, tuple[str, Span]], around: bool = False) -> None:
        """Put the places of a sentence among ``chosen``, by the name of each; only areas where ``around``."""
        for mention in self._sentence(doc, sentence):
            name = _name(mention.ent)
            if around and (name in chosen or mention.role not in ("within", "area")):
                continue
            if name not in chosen or _RANK[mention.role] > _RANK[chosen[name][0]]:
                chosen[name] = (mention.role, mention.ent)

    def _beside_roads(self, found: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
        """A road or river passes many places: where a site is named too, it happened near the road."""
        if not any(role == "site" and _kind(ent) not in _LONG for role, ent in found):
            return found
        return [("near" if role == "site" and _kind(ent) in _LONG else role, ent) for role, ent in found]

    def _sentence(self, doc: Doc, sentence: Span) -> list[_Mention]:
        ents = [ent for ent in entities_in(sentence) if ent.label_ == "LOCATION"]
        if not ents:
            return []
        text = words(doc, sentence.start, sentence.end)
        at = {word.token: index for index, word in enumerate(text)}
        before, after = list(self.table.before.find(text)), list(self.table.after.find(text))
        linked = any(_kind(ent) is not None for ent in entities_in(doc))
        mentions: list[_Mention] = []
        for ent in ents:
            positions = [at[index] for index in range(ent.start, ent.end) if index in at]
            if positions:
                left, right = _left(before, text, positions[0], ent), _right(after, text, positions[-1])
                unknown = linked and _kind(ent) is None
                close = unknown and (_called_a_place(before, text, positions[0], ent) or _placed_behind(ent))
                mentions.append(_Mention(ent, positions[0], positions[-1], left, right, close, unknown))
        for index, mention in enumerate(mentions):
            mention.role = self._role(mentions, index, text)
        return mentions

    def _role(self, mentions: Sequence[_Mention], index: int, text: Sequence[Word]) -> str:
        mention = mentions[index]
        if _is_dateline(mention, text):
            return "none" if self._is_country(mention.ent) else "dateline"
        if mention.after == "none" or self._only_speaks(mention.ent):
            return "none"
        country = self._is_country(mention.ent)
        previous = mentions[index - 1] if index else None
        between = [word.text for word in text[previous.last + 1 : mention.first]] if previous else []
        if previous is not None and between and previous.role != "dateline":
            role = self._linked(mentions, index, between, text)
            if role is not None:
                return "within" if country and role in ("site", "area") else role
        if mention.before in ("none", "origin"):
            return mention.before
        if mention.unknown and mention.after is None and not mention.close:
            return "none"  # neither the tables nor the words beside it call it a place
        if mention.before == "near" or (mention.before == "beside" and not self._is_province(mention)):
            return "near"
        if country or mention.before in ("within", "beside") or mention.after == "within":
            return "within"
        if previous is not None and previous.role in ("site", "near", "area", "within"):
            tokens = mention.ent.doc[previous.ent.end : mention.ent.start]
            if _chained(between) and not any(token.pos_ in ("VERB", "AUX", "NUM") for token in tokens):
                return "within"
        if mention.after == "near":
            return "near"
        if mention.after == "area" or self._is_province(mention):
            return "area"
        return "site"

    def _linked(
        self, mentions: Sequence[_Mention], index: int, between: Sequence[str], text: Sequence[Word]
    ) -> str | None:
        """The role that a name has from the one before it: in a list, in "A, B", in brackets."""
        mention, previous = mentions[index], mentions[index - 1]
        if list(between) == ["to"] and previous.role == "near":
            return "near"  # "the area stretching from A to B"
        if "(" in between[:3] and len(between) <= 3:
            return previous.role if previous.role in ("none", "origin") else "within"
        extra = [word for word in between if word not in _LIST]
        if mention.after in ("within", "area") and not set(between) & _AND and previous.role in ("site", "near"):
            return "within" if len(extra) <= 2 else None
        if len(extra) > 1 or (mention.before in ("near", "beside") and extra):
            return None
        if extra and not self._settlement(extra[0]):
            return None
        if set(between) & _AND:
            following = text[mention.last + 1].text if mention.last + 1 < len(text) else ""
            if previous.role in ("within", "area") and (mention.after == "site" or following in _INTO):
                return None  # "A in X province and B in Y" begins anew
            # "X province and Y" names something new after an area; two names side by side share their role.
            if mention.after in (None, previous.after) or previous.after is None:
                return previous.role if mention.after != "within" else "within"
            return None
        if "," in between:
            if self._list_goes_on(mentions, index, text):
                return previous.role
            return previous.role if previous.role == "none" else "within"
        return None

    def _list_goes_on(self, mentions: Sequence[_Mention], index: int, text: Sequence[Word]) -> bool:
        """Whether "A, B" is followed by ", C and D": then it lists, where "A, B, C" goes from small to large."""
        for left, right in zip(mentions[index:], mentions[index + 1 :], strict=False):
            between = [word.text for word in text[left.last + 1 : right.first]]
            if not between or any(word not in _LIST and not self._settlement(word) for word in between):
                return False
            if set(between) & _AND:
                return True
        return False

    def _only_speaks(self, ent: Span) -> bool:
        """Whether a capital or country stands for its government ("Moscow has retaliated"), or a name is one who
        speaks ("Santos has vowed")."""
        if ent.root.dep_ not in _SUBJECTS:
            return False
        if self.speaks(ent.root.head.lower_):
            return True
        if not (_name(ent) in self.table.capitals or self._is_country(ent)):
            return False
        return ent.root.head.pos_ in ("VERB", "AUX") and ent.root.head.lower_ not in self.table.undergoing

    def _settlement(self, word: str) -> bool:
        return any(found.value == "site" for found in self.table.after.find([Word(word, 0)]))

    def _is_country(self, ent: Span) -> bool:
        return _kind(ent) == "country" or _name(ent) in self.table.countries

    def _is_province(self, mention: _Mention) -> bool:
        if mention.after == "site":
            return False
        return _kind(mention.ent) in ("admin1", "country") or _name(mention.ent) in self.table.provinces

    def _promoted(self, found: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
        """Where only areas are named, the first that is no country is the site; then a dateline's town."""
        for wanted in ("area", "dateline"):
            for index, (role, ent) in enumerate(found):
                if role != wanted or self._is_country(ent):
                    continue
                if role == "dateline" and (len(found) > 2 or _followed_by_area(ent)):
                    continue
                return [*found[:index], ("site", ent), *found[index + 1 :]]
        return found


def _left(before: Sequence[Found[str]], text: Sequence[Word], first: int, ent: Span) -> str | None:
    """The role that the nearest phrase before the name gives; the longest of those that end at one place."""
    start = text[max(0, first - _WINDOW)].token
    best: Found[str] | None = None
    for found in before:
        if found.start < start or found.end > ent.start:
            continue
        between = ent.doc[found.end : ent.start]
        if any(token.ent_type_ == "LOCATION" or token.text in ",.;:" for token in between):
            continue
        if best is None or found.end > best.end:
            best = found
    return best.value if best else None


def _called_a_place(before: Sequence[Found[str]], text: Sequence[Word], first: int, ent: Span) -> bool:
    """Whether a word for a place or a direction stands right before a name, articles and adjectives left aside."""
    start = text[max(0, first - _WINDOW)].token
    for found in before:
        if start <= found.start and found.end <= ent.start and found.value not in ("none", "origin"):
            between = ent.doc[found.end : ent.start]
            if all(token.pos_ in ("DET", "ADJ", "ADV") or token.is_quote or token.text == "-" for token in between):
                return True
    return False


def _placed_behind(ent: Span) -> bool:
    """Whether a known place follows that a name lies in: "X, Aden", "X in Aden", "X (Aden)"."""
    behind = ent.doc[ent.end : ent.end + 2]
    following = next(
        (other for other in entities_in(ent.sent) if other.start == ent.end + 1 and other.label_ == ent.label_), None
    )
    return (
        bool(behind)
        and behind[0].text in (",", "(", "in", "of")
        and following is not None
        and _kind(following) is not None
    )


def _right(after: Sequence[Found[str]], text: Sequence[Word], last: int) -> str | None:
    """The role that the words right after the name give."""
    if last + 1 >= len(text):
        return None
    token = text[last + 1].token
    return next((found.value for found in after if found.start == token), None)


def _chained(between: Sequence[str]) -> bool:
    return 0 < len(between) <= _CHAIN and bool(set(between) & _INTO) and not set(between) & _AND


def _is_dateline(mention: _Mention, text: Sequence[Word]) -> bool:
    """A name at the head of a report before a colon, dash or bracket: "Homs province:", "HOMS, Syria (Agency) –"."""
    ent = mention.ent
    if mention.first > 4:
        return False
    upcoming = [word.text for word in text[mention.last + 1 : mention.last + 3]]
    following = ent.doc[ent.end].text if ent.end < len(ent.doc) else ""
    letters = [char for char in ent.text if char.isalpha()]
    capitals = len(letters) > 2 and all(char.isupper() for char in letters)
    heads = mention.first == 0 or ent.doc[text[0].token].ent_type_ == "LOCATION"
    return heads and (
        ":" in upcoming or following in ("–", "—") or capitals or "sana" in upcoming or upcoming[:1] == ["("]
    )


def _followed_by_area(ent: Span) -> bool:
    return ent.end < len(ent.doc) and ent.doc[ent.end].lower_ in ("province", "governorate", "provinces")


def _kind(ent: Span) -> str | None:
    place = ent._.place if Span.has_extension("place") else None
    return place.get("kind") if place else None


def _name(ent: Span) -> str:
    return ent.text.casefold().replace("’", "'")
