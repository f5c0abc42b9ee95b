"""Where an event happened: which of its LOCATION entities are the site, which are close by, which lie around it.

The words beside a name decide (``data/location_patterns.csv``): "near X" and "the road between X and Y" are close by,
"X province" and "the countryside of X" lie around, "from X" is no place of the event. In a chain ("A in B in C",
"A, B, C") the first is the site and what follows lies around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from .matching import PhraseTable, Word, forms, read_rows, words

FILE = "location_patterns.csv"
COLUMNS = ("words", "position", "role")
AREA_KINDS = frozenset({"country", "admin1", "admin2", "admin3", "region", "desert"})
_WINDOW = 6
_LIST_WORDS = frozenset({",", "and", "or", "&", "/", ";"})
_CHAIN_WORDS = frozenset({"in", "of", "at", "within", "inside", "the", ",", "(", "-"})


@dataclass(frozen=True)
class LocationWords:
    """Words before and after a name of a place and what they make of it; ``countries`` are never a site."""

    before: PhraseTable[str] = field(repr=False)
    after: PhraseTable[str] = field(repr=False)
    countries: frozenset[str] = field(repr=False)

    @classmethod
    def from_texts(cls, patterns: str, countries: str) -> LocationWords:
        """Read ``location_patterns.csv`` and ``country_names.csv`` (names of countries, first column ``name``)."""
        rows = read_rows(FILE, patterns, COLUMNS)
        sides: Mapping[str, list[tuple[str, str]]] = {"before": [], "after": []}
        for row in rows:
            if row["position"] not in sides:
                raise ValueError(f"{FILE}: position {row['position']!r} must be before or after.")
            sides[row["position"]].extend((form, row["role"]) for form in forms(row["words"]))
        names = read_rows("country_names.csv", countries, ())
        first = next(iter(names[0])) if names else ""
        return cls(
            PhraseTable(sides["before"]),
            PhraseTable(sides["after"]),
            frozenset(row[first].casefold() for row in names),
        )


class LocationRoles:
    """Reads the roles of locations."""

    def __init__(self, table: LocationWords) -> None:
        self.table = table

    def __call__(self, doc: Doc, sentences: Sequence[Span]) -> list[tuple[str, Span]]:
        """Each place of the sentences that takes part, once, in its role: the first mention of each name."""
        mentions: list[tuple[str, Span]] = []
        for sentence in sentences:
            mentions += self._sentence(doc, sentence)
        chosen: dict[str, tuple[str, Span]] = {}
        rank = {"site": 3, "near": 2, "area": 1, "within": 1, "dateline": 0}
        for role, ent in mentions:
            name = _name(ent)
            if name not in chosen or rank[role] > rank[chosen[name][0]]:
                chosen[name] = (role, ent)
        found = sorted(chosen.values(), key=lambda item: item[1].start)
        if not any(role in ("site", "near") for role, _ in found):
            found = _promote(found)
        return [("within" if role in ("area", "dateline") else role, ent) for role, ent in found]

    def _sentence(self, doc: Doc, sentence: Span) -> list[tuple[str, Span]]:
        ents = [ent for ent in sentence.ents if ent.label_ == "LOCATION"]
        text = words(doc, sentence.start, sentence.end)
        at = {word.token: index for index, word in enumerate(text)}
        before = list(self.table.before.find(text))
        after = list(self.table.after.find(text))
        found: list[tuple[str, Span]] = []
        previous: tuple[str, Span] | None = None
        for ent in ents:
            first = min((at[i] for i in range(ent.start, ent.end) if i in at), default=None)
            if first is None:
                continue
            last = max(at[i] for i in range(ent.start, ent.end) if i in at)
            role = self._role(ent, text, first, last, before, after, previous)
            if role == "none":
                previous = ("none", ent)
                continue
            previous = (role, ent)
            found.append((role, ent))
        return found

    def _role(
        self,
        ent: Span,
        text: Sequence[Word],
        first: int,
        last: int,
        before: list,  # type: ignore[type-arg]
        after: list,  # type: ignore[type-arg]
        previous: tuple[str, Span] | None,
    ) -> str:
        place = ent._.place if Span.has_extension("place") else None
        country = _name(ent) in self.table.countries or (place or {}).get("kind") == "country"
        following = _right(after, text, last)
        if following == "dateline" or _is_dateline(ent, text, first, last):
            return "dateline"
        if previous is not None:
            between = [word.text for word in text if previous[1].end <= word.token < ent.start]
            if between and set(between) <= _LIST_WORDS and ("and" in between or "or" in between or "&" in between):
                if following is None or following == previous[0]:
                    return "within" if country else previous[0]
            if between == [","] and following is None and not country:
                # "A, B and C" lists; "A, B" goes from small to large, which only what follows can tell.
                return self._comma(ent, text, last, previous[0])
            if between and between[0] in ("(",) and previous[0] in ("site", "near", "none", "within", "area"):
                return "within" if previous[0] != "none" else "none"
        left = _left(before, text, first, ent)
        if left == "none":
            return "none"
        if country:
            return "near" if left == "near" else "within"
        if following in ("within", "area") and left != "near":
            return "within"
        if following == "none":
            return "none"
        if left is not None:
            if (
                left == "site"
                and previous is not None
                and previous[0] in ("site", "near")
                and _chained(text, previous[1], ent)
            ):
                return "area"
            return left
        if (
            previous is not None
            and previous[0] in ("site", "near", "within", "area")
            and _chained(text, previous[1], ent)
        ):
            return "within"
        if place and place.get("kind") in ("admin1",) and following != "site":
            return "area"
        return following or "site"

    def _comma(self, ent: Span, text: Sequence[Word], last: int, previous: str) -> str:
        upcoming = [word.text for word in text[last + 1 : last + 3]]
        doc = ent.doc
        if upcoming and upcoming[0] in (",", "and", "or"):
            # another of the list follows
            nxt = next((word for word in text[last + 2 :]), None)
            if nxt is not None and doc[nxt.token].ent_type_ == "LOCATION":
                return previous if upcoming[0] != "," or previous != "site" else previous
        return "within" if previous in ("site", "near") else previous


def _promote(found: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Where only areas are named, the first that is no dateline or country is the site."""
    for index, (role, ent) in enumerate(found):
        if role == "area":
            return [*found[:index], ("site", ent), *found[index + 1 :]]
    return found


def _left(before: list, text: Sequence[Word], first: int, ent: Span) -> str | None:  # type: ignore[type-arg]
    """The role that the words before the name give, the nearest phrase first."""
    best: tuple[int, str] | None = None
    low = max(0, first - _WINDOW)
    start = text[low].token
    for found in before:
        if found.start < start or found.end > ent.start:
            continue
        # No other name may stand between the phrase and this one, but for lists.
        if any(ent.doc[i].ent_type_ == "LOCATION" for i in range(found.end, ent.start)):
            continue
        if any(ent.doc[i].text in ",.;:" for i in range(found.end, ent.start)):
            continue
        if best is None or found.end > best[0]:
            best = (found.end, found.value)
    return best[1] if best else None


def _right(after: list, text: Sequence[Word], last: int) -> str | None:  # type: ignore[type-arg]
    """The role that the words right after the name give."""
    if last + 1 >= len(text):
        return None
    token = text[last + 1].token
    return next((found.value for found in after if found.start == token), None)


def _chained(text: Sequence[Word], previous: Span, ent: Span) -> bool:
    between = [word.text for word in text if previous.end <= word.token < ent.start]
    return len(between) <= 9 and any(word in ("in", "of", "within", "(") for word in between)


def _is_dateline(ent: Span, text: Sequence[Word], first: int, last: int) -> bool:
    """A name at the head of a paragraph before a colon, dash or bracket, as outlets begin a report."""
    if first > 2 and not ent.text.isupper():
        return False
    upcoming = [word.text for word in text[last + 1 : last + 4]]
    doc = ent.doc
    after = doc[ent.end].text if ent.end < len(doc) else ""
    return first <= 4 and (
        (bool(upcoming) and upcoming[0] == ":")
        or after in ("–", "—")
        or (ent.text.isupper() and len(ent.text) > 2)
        or "sana" in upcoming[:3]
    )


def _name(ent: Span) -> str:
    return ent.text.casefold().replace("’", "'")
