"""Records said in words, the same in the terminal and on the page.

A number is never said without its bounds, and what the text leaves open is said to be open.
"""

from __future__ import annotations

import unicodedata

from conflict_events.places.precision import precision
from conflict_events.schema import (
    Annotation,
    Bounds,
    Casualty,
    Date,
    Event,
    EventActor,
    EventLocation,
    Place,
    Quantity,
    Tally,
    Victim,
)

NO_NUMBER = "no number stated"
NOT_STATED = "not stated"

_OUTCOMES = {"killed_or_injured": "killed or injured"}
_ACTOR_ROLES = ("perpetrator", "target", "party", "claimant")
_LOCATION_ROLES = ("site", "near", "within")
_KINDS = {"incident": "incidents", "update": "updates", "background": "background"}
_DATE_FORMS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
# Marks that embed, override or isolate a writing direction; one that is left open would turn the words after it.
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def quantity_words(quantity: Quantity) -> str:
    """How many people a text says: "5", "at least 9", "about 25", "10 to 15", "3 or more".

    >>> quantity_words(Quantity(low=9, best=9, modifier="at_least"))
    'at least 9'
    >>> quantity_words(Quantity(low=3, modifier="vague"))
    '3 or more'
    """
    if quantity.modifier == "more_than" and quantity.low is not None and quantity.high is None:
        return f"more than {quantity.low:,}"
    return _bounds(quantity.low, quantity.best, quantity.high)


def bounds_words(bounds: Bounds | None) -> str:
    """A sum of people: as :func:`quantity_words`; "no number stated" where there is none."""
    return NO_NUMBER if bounds is None else _bounds(bounds.low, bounds.best, bounds.high)


def _bounds(low: int | None, best: int | None, high: int | None) -> str:
    if best is None:
        if low is None:
            return NO_NUMBER if high is None else f"at most {high:,}"
        if high is None:
            return f"{low:,} or more"
        return f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if low == best == high:
        return f"{best:,}"
    if low == best:
        return f"at least {best:,}" if high is None else f"{best:,} (at most {high:,})"
    if high == best:
        return f"at most {best:,}" if low is None else f"{best:,} (at least {low:,})"
    if low is None:
        return f"about {best:,}" if high is None else f"about {best:,} (at most {high:,})"
    return f"about {best:,} (at least {low:,})" if high is None else f"about {best:,} ({low:,} to {high:,})"


def outcome_words(outcome: str) -> str:
    """An outcome as one reads it: "killed or injured"."""
    return _OUTCOMES.get(outcome, outcome)


def victim_read(victim: Victim) -> str:
    """What the words for a victim were read as, where that says more than they do: "Syrian Army; combatant"."""
    words = victim.mention.text.casefold()
    read = [victim.actor.name] if victim.actor and victim.actor.name.casefold() != words else []
    read += [] if victim.status == "unknown" else [victim.status]
    return "; ".join([*read, *victim.traits])


def victim_words(victim: Victim) -> str:
    """Who was harmed: the words of the text, and what they were read as: "soldiers [Syrian Army; combatant]"."""
    words, read = one_line(victim.mention.text), victim_read(victim)
    return f"{words} [{read}]" if read else words


def actor_words(actor: EventActor) -> str:
    """A party: "ISIS cells [Islamic State]"; the words alone where the actor table does not hold it."""
    words = one_line(actor.mention.text)
    if actor.actor is None or actor.actor.name.casefold() == words.casefold():
        return words
    return f"{words} [{actor.actor.name}]"


def casualty_words(casualty: Casualty) -> str:
    """One figure: "at least 3 injured: regime forces"."""
    quantity = quantity_words(casualty.quantity)
    outcome = outcome_words(casualty.outcome)
    words = f"{outcome}, {quantity}" if quantity == NO_NUMBER else f"{quantity} {outcome}"
    return f"{words}: {victim_words(casualty.victim)}" if casualty.victim else words


def toll_words(event: Event) -> str:
    """The sums of an event: "5 killed, at least 3 injured, 2 captured"; "no number stated" where the text gives none.

    What is neither killed nor injured is not summed: each such figure is said by itself.
    """
    sums = [(event.fatalities, "killed"), (event.injuries, "injured")]
    stated = [f"{bounds_words(bounds)} {outcome}" for bounds, outcome in sums if bounds is not None]
    for casualty in event.casualties:
        number = quantity_words(casualty.quantity)
        # "No casualties" is 0 killed and 0 injured, which the sums say.
        said = casualty.outcome in ("killed", "injured") or (number == "0" and len(stated) == len(sums))
        if not said and number != NO_NUMBER:
            stated.append(f"{number} {outcome_words(casualty.outcome)}")
    return ", ".join(stated) if stated else NO_NUMBER


def type_words(event: Event) -> str:
    """ACLED's event and sub-event type: "Battles / Armed clash"."""
    types = [name for name in (event.event_type, event.sub_event_type) if name]
    return " / ".join(types) if types else "type not recognised"


def date_words(date: Date) -> str:
    """When, and what that rests on: '2024-03-03 ("on Sunday")', "2024-03-04 (day of publication)", "not stated"."""
    said = f'"{one_line(date.text)}"' if date.text else None
    if date.start is None:
        return f"{said}, not resolved to a day" if said else NOT_STATED
    if date.precision in _DATE_FORMS:
        when = f"{date.start:{_DATE_FORMS[date.precision]}}"
    elif date.end and date.end != date.start:
        when = f"{date.start} to {date.end}"
    else:
        when = f"{date.start}"
    basis = said or ("day of publication; the text gives no date" if date.basis == "published" else None)
    return f"{when} ({basis})" if basis else when


def place_words(place: Place | None) -> str:
    """A gazetteer entry: "Al-Sukhnah, Tadmor, Homs, Syria; 34.8872, 38.8721; match 0.93"; says where there is none."""
    if place is None:
        return "not resolved to a place"
    names = list(dict.fromkeys(name for name in (place.name, place.admin2, place.admin1, place.country) if name))
    words = [", ".join(names)]
    if place.lat is not None and place.lon is not None:
        words.append(f"{place.lat:.4f}, {place.lon:.4f}")
    words.append(f"match {place.score:.2f}")
    return "; ".join(words)


def where_words(place: Place | None, role: str = "site") -> str:
    """How precisely a place is known: "in Sokhneh; the spot itself is not known", "somewhere in Homs (governorate)"."""
    if place is None:
        return "not resolved to a place"
    if place.lat is None or place.lon is None:
        return f"{place.name}; no point is known"
    exact = precision(place, role)
    if exact.is_area:
        return f"{'near' if role == 'near' else 'somewhere in'} {place.name} ({exact.name})"
    if role == "near":
        return f"near {place.name}; the spot itself is not known"
    if role == "within" or exact.name == "town":
        return f"in {place.name}; the spot itself is not known"
    return f"at {place.name}"


def tally_words(tally: Tally) -> str:
    """What a tally counts: "41 killed, Syrian desert, since early 2024, 12 operations"."""
    total = NO_NUMBER if tally.total is None else quantity_words(tally.total)
    outcome = outcome_words(tally.outcome)
    words = [f"{outcome}, no total stated" if total == NO_NUMBER else f"{total} {outcome}"]
    place = one_line(tally.place_text) if tally.place_text else tally.place.name if tally.place else None
    words += [place] if place else []
    words += [f"since {one_line(tally.since)}"] if tally.since else []
    words += [f"until {one_line(tally.until)}"] if tally.until else []
    if tally.operations is not None:
        words.append(f"{tally.operations:,} operation{'' if tally.operations == 1 else 's'}")
    return ", ".join(words)


def contents_words(annotation: Annotation) -> str:
    """What an article holds: "3 events: 2 incidents, 1 background; 1 tally; no findings"."""
    kinds = [(kind, sum(event.kind == kind for event in annotation.events)) for kind in _KINDS]
    told = ", ".join(_count(number, kind, _KINDS[kind]) for kind, number in kinds if number)
    events = _count(len(annotation.events), "event", "events")
    return "; ".join(
        [
            f"{events}: {told}" if told else events,
            _count(len(annotation.tallies), "tally", "tallies"),
            _count(len(annotation.findings), "finding", "findings"),
        ]
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number or 'no'} {one if number == 1 else more}"


def in_order(event: Event) -> tuple[list[EventActor], list[EventLocation]]:
    """The actors and locations of an event as one tells them: who acted first, where it was first."""
    actors = sorted(event.actors, key=lambda actor: _ACTOR_ROLES.index(actor.role))
    return actors, sorted(event.locations, key=lambda location: _LOCATION_ROLES.index(location.role))


def one_line(text: str) -> str:
    """``text`` with its runs of white space as one space."""
    return " ".join(text.split())


def printable(text: str) -> str:
    """``text`` with each character that could steer a terminal or turn the direction of other words as "\ufffd".

    Carriage returns and the like become spaces. The length stays the same, so that offsets still hold; Arabic and
    Hebrew letters stay as they are.
    """
    return "".join(_printable(character) for character in text)


def _printable(character: str) -> str:
    if character in _DIRECTION_MARKS:
        return "\ufffd"
    # Cc: escape and other control characters; Cs: half of a character, which no encoding can write.
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs"):
        return character
    return " " if character.isspace() else "\ufffd"


def is_right_to_left(text: str) -> bool:
    """Whether ``text`` holds letters that are written from right to left."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def isolated(text: str) -> str:
    """``text``, kept from turning the direction of its neighbours (Unicode FSI … PDI) where it holds such letters."""
    return f"\u2068{text}\u2069" if is_right_to_left(text) else text
