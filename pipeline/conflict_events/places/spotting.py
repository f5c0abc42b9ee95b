"""Place names that a recogniser left out or ran together, mended by the gazetteer.

* "Ftireh front in Idleb": capitalised words before "in" and an area that holds a place of that name;
* "Jandairis - Deir Balot road": two names with a dash between them are two places;
* "Salh, Taizz": a division, a country or a city behind a place and a comma or bracket;
* "in Faryab": the same behind a preposition of place, as long as the text writes the name as the table does;
* "Bait Jan" of which only "Bait" is labelled: the longer name, where the table holds it;
* "the town of Sawran", "Halba highway": a capitalised name behind "town of", or before a word for a kind of place where
  the table holds it.

A name that the recogniser took for a party or a number gives way where the text and the table agree that it is a place,
and no party of that name is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from spacy.tokens import Doc, Span

from conflict_events.places.gazetteer import Gazetteer, kilometres
from conflict_events.places.words import place_words, without_feature

_DASHES = frozenset({"-", "–", "—", "/"})
_INTO = frozenset({"in", "of", "at", "("})
_FILLERS = frozenset({"the", ",", "("})
_OPENING = frozenset({",", "("})
_AT = frozenset({"in", "near"})
# People that a town must have whose name is taken for a place behind another place, and behind a preposition.
_TOWN, _CITY = 20_000, 50_000
_LONGEST = 4
_SETTLED = frozenset({"settlement", "city", "neighbourhood"})
_REACH = 8
_EXACT = 0.97
_ROAD_KM = 200.0


def mend_places(doc: Doc, gazetteer: Gazetteer, is_party: Callable[[str], bool] = bool) -> list[Span]:
    """All entities of ``doc``, with run-together places taken apart and places that were left out added.

    ``is_party`` says whether a party is known by a name; names of no known party may turn out to be places. By default
    every name may be a party's, and none is looked at.
    """
    ents: list[Span] = []
    for ent in doc.ents:
        ents += _apart(ent, gazetteer) if ent.label_ == "LOCATION" else [ent]
    doubtful = [ent for ent in ents if ent.label_ != "LOCATION" and _is_name(ent) and not is_party(ent.text)]
    ents = [ent for ent in ents if ent not in doubtful]
    taken = _tokens(ents)
    ents = [_whole(ent, gazetteer, taken) if ent.label_ == "LOCATION" else ent for ent in ents]
    taken = _tokens(ents)
    for ent in tuple(ents):
        if ent.label_ == "LOCATION":
            found = _before(doc, ent, gazetteer, taken)
            if found is not None:
                ents.append(found)
                taken.update(range(found.start, found.end))
    for search in (_by_kind, _well_known):
        for found in search(doc, ents, gazetteer, taken):
            ents.append(found)
            taken.update(range(found.start, found.end))
    ents += [ent for ent in doubtful if taken.isdisjoint(range(ent.start, ent.end))]
    return sorted(ents, key=lambda ent: ent.start)


def _tokens(ents: Sequence[Span]) -> set[int]:
    return {index for ent in ents for index in range(ent.start, ent.end)}


def _is_name(ent: Span) -> bool:
    """Whether an entity is a name by its letters alone: capitalised words without a number among them."""
    return all(_name_part(ent.doc, token.i) and not token.like_num for token in ent) and ent[0].is_alpha


def _apart(ent: Span, gazetteer: Gazetteer) -> Sequence[Span]:
    """``ent``, or the two names that a dash parts: with spaces around it, or with a place on both of its sides."""
    doc = ent.doc
    for token in ent[1:-1]:
        if token.text in _DASHES and not gazetteer.matches(ent.text):
            spaced = doc[token.i - 1].whitespace_ and token.whitespace_
            first = Span(doc, ent.start, token.i, label=ent.label)
            if not spaced and not _two_places(first.text, doc[token.i + 1 : ent.end].text, gazetteer):
                continue
            return [first, *_apart(Span(doc, token.i + 1, ent.end, label=ent.label), gazetteer)]
    return [ent]


def _whole(ent: Span, gazetteer: Gazetteer, taken: set[int]) -> Span:
    """``ent`` with the capitalised word behind it that the table's name goes on with."""
    doc = ent.doc
    if ent.end >= len(doc) or ent.end in taken or not doc[ent.end].text[:1].isupper() or len(doc[ent.end]) < 3:
        return ent
    longer = Span(doc, ent.start, ent.end + 1, label=ent.label_)
    return longer if any(match.quality >= _EXACT for match in gazetteer.matches(longer.text)) else ent


def _two_places(name: str, other: str, gazetteer: Gazetteer) -> bool:
    """Whether two names are places that a road may join: "the Sidon-Beirut highway"."""
    here, there = (
        [match.entry for match in gazetteer.matches(part) if match.quality >= _EXACT]
        for part in (name, without_feature(other)[0])
    )
    return len(name) > 2 and any(
        kilometres(one.lat, one.lon, two.lat, two.lon) < _ROAD_KM for one in here for two in there
    )


def _before(doc: Doc, area: Span, gazetteer: Gazetteer, taken: set[int]) -> Span | None:
    """The unlabelled name before "in" and ``area``, where ``area`` holds a place so named."""
    words = place_words()
    place, linked = area.start - 1, False
    while place >= 0 and area.start - place <= _REACH:
        word = doc[place].lower_
        if word in _INTO:
            linked = True
        elif not (word in _FILLERS or word in words.directions or word in words.beside):
            break
        place -= 1
    end = place + 1
    if not linked or place < 0 or place in taken:
        return None
    start = end
    while start > 0 and end - start < _LONGEST and start - 1 not in taken and _name_part(doc, start - 1):
        start -= 1
    for first in range(start, end):
        name = doc[first:end]
        if name.text[:1].isupper() and _held(name.text, area.text, gazetteer):
            return Span(doc, first, end, label="LOCATION")
    return None


def _name_part(doc: Doc, place: int) -> bool:
    token = doc[place]
    return token.text[:1].isupper() or token.lower_ in ("al", "el", "-", "’", "'", "as", "ash", "an", "ar")


def _held(name: str, area: str, gazetteer: Gazetteer) -> bool:
    """Whether a place spelt ``name`` lies in an area spelt ``area``."""
    inside = [match.entry for match in gazetteer.matches(name) if match.quality >= _EXACT and len(name) > 2]
    around = [match.entry for match in gazetteer.matches(area) if match.quality >= _EXACT and match.entry.is_area]
    return any(
        one.country == other.country and one.id != other.id and one.admin1 == other.admin1
        for one in inside
        for other in around
        if other.kind in ("admin1", "admin2", "admin3") and not (one.is_area and one.kind == other.kind)
    )


def _by_kind(doc: Doc, ents: Sequence[Span], gazetteer: Gazetteer, taken: set[int]) -> Iterator[Span]:
    """Unlabelled names that a word beside them calls a place: "the town of Sawran", "the Halba highway"."""
    words = place_words()
    inside = {word for word, kind in words.inside.items() if kind}
    institutions = {word for word, kind in words.institutions.items() if kind}
    telling = words.beside.keys() | inside | institutions
    for index, word in enumerate(token.lower_ for token in doc):
        if word not in telling:
            continue
        kind = words.beside.get(word) or words.institutions.get(word)
        if kind in _SETTLED and index + 1 < len(doc) and doc[index + 1].text == "of":
            start = index + 2
            end = start
            while end < len(doc) and end - start < _LONGEST and end not in taken and _name_part(doc, end):
                end += 1
            if end > start and doc[end - 1].text[:1].isupper():
                yield Span(doc, start, end, label="LOCATION")
        else:
            end = start = index
            while start > 0 and end - start < _LONGEST and start - 1 not in taken and _name_part(doc, start - 1):
                start -= 1
            for first in range(start, end):
                name = doc[first:end]
                if name.text[:1].isupper() and _held_somewhere(name.text, gazetteer):
                    feature = index + 1 if word in inside else end
                    yield Span(doc, first, feature, label="LOCATION")
                    break


def _held_somewhere(name: str, gazetteer: Gazetteer) -> bool:
    """Whether the table spells a place so, and not a country: "the Syria front" is no place of its own."""
    return len(name) > 3 and any(
        match.quality >= 1.0 and match.entry.kind != "country" for match in gazetteer.matches(name)
    )


def _well_known(doc: Doc, ents: Sequence[Span], gazetteer: Gazetteer, taken: set[int]) -> Iterator[Span]:
    """Unlabelled names of divisions, countries and cities behind a place ("Salh, Taizz") or a preposition ("in X")."""
    ends = {ent.end for ent in ents if ent.label_ == "LOCATION"}
    beside = place_words().beside
    for token in doc:
        place = token.i + 1
        if place >= len(doc) or place in taken or not doc[place].text[:1].isupper():
            continue
        if token.text in _OPENING:
            before = token.i
            while before > 0 and before not in ends and doc[before - 1].lower_ in beside:
                before -= 1
            least = _TOWN if before in ends else None
        else:
            least = _CITY if token.lower_ in _AT else None
        if least is None:
            continue
        end = place
        while end < len(doc) and end not in taken and _name_part(doc, end):
            end += 1
        name = doc[place:end]
        if 0 < len(name) <= _LONGEST and _famous(name.text, gazetteer, least):
            yield Span(doc, place, end, label="LOCATION")
            ends.add(end)


def _famous(name: str, gazetteer: Gazetteer, least: int) -> bool:
    """Whether a country, a first-level division or a town of that many people is spelt ``name``."""
    return len(name) > 3 and any(
        match.quality >= 1.0 and (match.entry.kind in ("country", "admin1") or match.entry.population >= least)
        for match in gazetteer.matches(name)
    )
