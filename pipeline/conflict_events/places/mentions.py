"""Reading what stands beside a place name in a Doc: "X village in western Y countryside", "X, Y and Z", "Y: …"."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Span

from conflict_events.places.resolve import PlaceMention
from conflict_events.places.words import place_words

# How many words may stand between two names that belong together.
_REACH = 12
_WITHIN = frozenset(["in", "of", "at", "within", "inside", "across", "throughout"])
_PLACING = _WITHIN - {"of"} | {"near", "on", "outside", "from", "to", "towards", "toward", "around", "between", "off"}
_BESIDE = frozenset(["near", "around", "towards", "toward", "to", "from", "and", "or", "between"])
_FILLERS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "'s",
        "’s",
        "'",
        "’",
        "and",
        "its",
        "their",
        "his",
        "own",
        "adjacent",
        "nearby",
        "surrounding",
        "populated",
        "several",
        "some",
        "other",
        "administrative",
        "border",
        "newly",
        "same",
    ]
)
_PUNCTUATION = frozenset({",", "-", "–", "—", "/", "،", "&", '"', "“", "”", "'", "‘", "’"})
_TENSE = frozenset({".", ":", ";", "!", "?", "|", "•"})


def place_mentions(doc: Doc, locations: Sequence[Span]) -> list[PlaceMention]:
    """The mentions of ``locations``, which must be in the order of the text, with what stands beside each."""
    count = len(locations)
    within: list[set[int]] = [set() for _ in range(count)]
    maybe: list[set[int]] = [set() for _ in range(count)]
    beside: list[set[int]] = [set() for _ in range(count)]
    for index in range(count - 1):
        _link(doc, locations, index, within, maybe, beside)
    # "X in Y in Z": what holds Y holds X; "X, Y and Z villages in W": W holds all of the list.
    containers = {other for others in within for other in others}
    for index in range(count - 2, -1, -1):
        for other in tuple(beside[index]):
            # In "X in Y and V in W" the list is X and V: what holds V does not hold Y.
            if other == index + 1 and not within[index] and index not in containers:
                within[index] |= within[other]
                maybe[index] |= maybe[other]
        for other in tuple(within[index]):
            within[index] |= {further for further in within[other] if further != index}
    _datelines(doc, locations, within, maybe)
    placed = {ent.text for ent in locations if _called_place(doc, ent)}
    return [
        PlaceMention(
            text=ent.text,
            position=ent.start,
            kind=kind_beside(doc, ent),
            within=tuple(sorted(within[index])),
            maybe_within=tuple(sorted(maybe[index] - within[index])),
            beside=tuple(sorted(beside[index])),
            placed=ent.text in placed,
        )
        for index, ent in enumerate(locations)
    ]


def kind_beside(doc: Doc, ent: Span) -> str | None:
    """The kind of place that a word right before or behind ``ent`` tells: "village of X", "X's western countryside"."""
    words = place_words()
    for position in range(ent.end, min(ent.end + 4, len(doc))):
        word = doc[position].lower_
        if word in words.beside:
            if words.beside[word] is not None:
                return words.beside[word]
        elif word in words.inside:
            # "X border crossing", "X air base": the last word says what it is.
            behind = doc[position + 1].lower_ if position + 1 < len(doc) else ""
            if words.inside[word] is not None and words.inside.get(behind) is None:
                return words.inside[word]
        elif word not in words.directions and word not in ("'s", "’s", "and"):
            break
    kind: str | None = None
    for position in range(ent.start - 1, max(ent.start - 5, -1), -1):
        word = doc[position].lower_
        if word in words.beside:
            if words.beside[word] is not None:
                return words.beside[word]
                # "in northern rural X" and "countryside of X" speak of X; "village in X" of another place.
        elif word in ("of", "the") or word in words.directions or doc[position].is_quote:
            continue
        else:
            break
    return kind


def _called_place(doc: Doc, ent: Span) -> bool:
    """Whether a word for a place or a direction stands right before a name, or a word for a kind of place behind it."""
    words = place_words()
    behind = doc[ent.end].lower_ if ent.end < len(doc) else ""
    if behind in words.beside or behind in words.inside:
        return True
    for position in range(ent.start - 1, max(ent.start - 5, -1), -1):
        token = doc[position]
        if token.lower_ in words.beside or token.lower_ in words.directions or token.lower_ in _PLACING:
            return True
        if token.lower_ not in _FILLERS and not token.is_quote:
            return "\n" in token.text  # a dateline or a line of a list
    return True


def _link(
    doc: Doc,
    locations: Sequence[Span],
    index: int,
    within: list[set[int]],
    maybe: list[set[int]],
    beside: list[set[int]],
) -> None:
    """What the words between a name and the next one say about the two."""
    ent, after = locations[index], locations[index + 1]
    gap = list(doc[ent.end : after.start])
    if len(gap) > _REACH or any(token.text in _TENSE or "\n" in token.text for token in gap):
        return
    words = place_words()
    left = [
        token.lower_
        for token in gap
        if token.lower_ not in words.beside
        and token.lower_ not in words.directions
        and token.lower_ not in words.inside
        and token.lower_ not in _FILLERS
        and not token.is_space
    ]
    plain = [token.lower_ for token in gap]
    possessive = bool(plain) and plain[0] in ("'s", "’s")
    if possessive and not [word for word in left if word not in _PUNCTUATION]:
        within[index + 1].add(index)  # "Syria's Idlib", "Homs' eastern desert"
    elif not left and ("in" in plain or "of" in plain):
        within[index].add(index + 1)
    elif not [word for word in left if word not in _WITHIN]:
        if left:
            within[index].add(index + 1)
        elif "and" in plain:
            beside[index].add(index + 1)
        else:
            maybe[index].add(index + 1)
    elif "(" in left:
        maybe[index].add(index + 1)
    elif all(word in _PUNCTUATION for word in left):
        beside[index].add(index + 1)
        if "and" not in plain:
            maybe[index].add(index + 1)
    elif all(word in _PUNCTUATION or word in _WITHIN for word in left):
        within[index].add(index + 1)
    elif all(word in _PUNCTUATION or word in _WITHIN or word in _BESIDE for word in left):
        beside[index].add(index + 1)
    elif any(word in _WITHIN for word in left[-1:]) and len(gap) <= 6:
        maybe[index].add(index + 1)


def _datelines(doc: Doc, locations: Sequence[Span], within: list[set[int]], maybe: list[set[int]]) -> None:
    """A name that opens a paragraph and is followed by a colon or a dash holds what the paragraph tells: "Homs: …"."""
    place_words()
    current: list[int] = []
    known: set[int] = set()
    place = 0
    starts_line = True
    by_start = {ent.start: index for index, ent in enumerate(locations)}
    while place < len(doc):
        token = doc[place]
        if "\n" in token.text:
            starts_line = True
            current = []
            place += 1
            continue
        index = by_start.get(place)
        if index is not None:
            ent = locations[index]
            if starts_line and _ends_dateline(doc, ent):
                current = [index]
                known.add(index)
            elif index not in known:
                maybe[index] |= {other for other in current if other not in within[index]}
            place = ent.end
            starts_line = False
            continue
        starts_line = starts_line and (token.is_punct or token.is_space)
        place += 1


def _ends_dateline(doc: Doc, ent: Span) -> bool:
    words = place_words()
    for position in range(ent.end, min(ent.end + 4, len(doc))):
        token = doc[position]
        if token.text in (":", "–", "—", "-", "|"):
            return True
        if token.lower_ not in words.beside:
            return False
    return False
