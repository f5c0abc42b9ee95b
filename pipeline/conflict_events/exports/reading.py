"""An event as coders look at it: who attacked whom, where, when, and in whose words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from conflict_events.actors.table import ActorEntry, ActorTable
from conflict_events.exports.codebook import Codebook, CountryCodes, country_codes
from conflict_events.schema import Actor, Annotation, Casualty, Event, EventLocation, Mention, Place

_SITES = ("site", "near", "within")
#: Kinds of places that are areas: a point stands for them only roughly.
_AREAS = frozenset({"country", "admin1", "admin2", "admin3", "region", "desert", "sea", "zone", "plain", "river"})


@lru_cache(maxsize=1)
def actor_table() -> ActorTable:
    """The package's actor table, which knows the names that ACLED and UCDP use."""
    return ActorTable.load()


@dataclass(frozen=True)
class Party:
    """A side of an event: its words, and its entry in the actor table where it has one."""

    text: str
    kind: str | None
    name: str
    acled_name: str
    ged_name: str
    is_bare: bool = False
    """Whether its words describe people without naming anybody ("gunmen", "the army", "residents")."""

    @property
    def is_civilian(self) -> bool:
        """Whether it takes no part in the fighting."""
        return self.kind in ("civilians", "aid workers", "protesters")


@dataclass(frozen=True)
class EventReading:
    """One event of an annotation."""

    annotation: Annotation
    event: Event

    def parties(self, *roles: str) -> list[Party]:
        """The parties in one of ``roles``, in text order, each once."""
        found: dict[str, Party] = {}
        for item in self.event.actors:
            if item.role in roles:
                party = self.party(item.mention, item.actor)
                found.setdefault(party.name.casefold(), party)
        return list(found.values())

    @cached_property
    def attackers(self) -> list[Party]:
        """Who attacked; the first of two who fought where nobody is said to have attacked."""
        return self.parties("perpetrator") or self.parties("party")[:1]

    @cached_property
    def targets(self) -> list[Party]:
        """Who was attacked, the rest of those who fought, and else the victims."""
        found = self.parties("target")
        fighters = self.parties("party")
        found += fighters if self.parties("perpetrator") else fighters[1:]
        if not found:
            for casualty in self.event.casualties:
                if casualty.victim is not None and casualty.victim.status in ("civilian", "combatant"):
                    party = self.party(casualty.victim.mention, casualty.victim.actor)
                    if casualty.victim.status == "civilian" and not party.is_civilian:
                        party = self._civilians()
                    found.append(party)
        attackers = {party.name for party in self.attackers}
        unique = {party.name: party for party in found if party.name not in attackers}
        return list(unique.values())

    @cached_property
    def fallen(self) -> list[Party]:
        """Fighters of a named side among the dead and hurt."""
        victims = [casualty.victim for casualty in self.event.casualties if casualty.victim is not None]
        found = [self.party(victim.mention, victim.actor) for victim in victims if victim.status == "combatant"]
        return [party for party in found if party.kind is not None and not party.is_civilian]

    @property
    def harms_civilians(self) -> bool:
        """Whether a target or a victim is civilian."""
        return any(party.is_civilian for party in self.targets) or any(
            casualty.victim is not None and casualty.victim.status == "civilian" for casualty in self.event.casualties
        )

    @property
    def somebody_harmed(self) -> bool:
        """Whether anybody is reported killed or hurt."""
        return any(
            casualty.outcome in ("killed", "injured", "killed_or_injured") and casualty.quantity.high != 0
            for casualty in self.event.casualties
        )

    def casualties(self, outcome: str) -> list[Casualty]:
        """The top-level casualties of an outcome."""
        return [casualty for casualty in self.event.casualties if casualty.outcome == outcome]

    # --- where ------------------------------------------------------------------------------------------------------

    def sites(self) -> list[EventLocation]:
        """The places where it happened; those close by, or the areas around, where no site is named.

        Resolved places come before others, and of areas the smallest first; a country or province said to be the site
        gives way to a place in it. A place that does not agree with the rest
        of the event's places is another of its name: its words stay, without a point.
        """
        best: list[EventLocation] = []
        for role in _SITES:
            found = [item for item in self.event.locations if item.role == role]
            agreeing = [self._without_namesake(item) for item in found]
            if role == "within":
                agreeing = sorted(agreeing, key=_size)
            else:
                agreeing = sorted(agreeing, key=lambda item: (_is_wide(item), not item.place))
            if agreeing and (not best or (_is_wide(best[0]) and not _is_wide(agreeing[0]))):
                best = agreeing
        return best or list(self.event.locations)

    def _without_namesake(self, item: EventLocation) -> EventLocation:
        if item.place is None or self.agrees(item.place):
            return item
        return item.model_copy(update={"place": None})

    def agrees(self, place: Place) -> bool:
        """Whether a place lies in the country of most of the event's places, and in a first-order area that the text
        names for the event, where it names any."""
        return (self._main_country in (None, place.country)) and (
            not self._named_areas or place.admin1 in self._named_areas or place.admin1 is None
        )

    @cached_property
    def _main_country(self) -> str | None:
        countries = Counter(item.place.country for item in self.event.locations if item.place and item.place.country)
        ranked = countries.most_common(2)
        if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
            return None
        return ranked[0][0]

    @cached_property
    def _named_areas(self) -> frozenset[str]:
        places = [item.place for item in self.event.locations if item.place is not None and item.place.kind == "admin1"]
        in_country = [place for place in places if self._main_country in (None, place.country)]
        return frozenset(place.admin1 or place.name for place in in_country)

    @cached_property
    def location(self) -> EventLocation | None:
        """The place of the event, in its most exact form."""
        found = self.sites()
        return found[0] if found else None

    @property
    def place(self) -> Place | None:
        """The gazetteer's entry of the place, or of the area around it where the place itself is not resolved."""
        found = [item.place for item in (*self.sites(), *self.event.locations) if item.place is not None]
        return next((place for place in found if self.agrees(place)), next(iter(found), None))

    def admin(self, level: str) -> str | None:
        """``admin1``, ``admin2``, ``admin3`` or ``country`` of the place, else of the areas named around it."""
        places = [self.place, *(item.place for item in self.event.locations if item.role == "within")]
        return next((value for place in places if place and (value := getattr(place, level))), None)

    @property
    def country(self) -> str | None:
        """The country where it happened."""
        return self.admin("country")

    @property
    def codes(self) -> CountryCodes | None:
        """The country's codes."""
        return country_codes().get(self.country or "")

    @property
    def is_area(self) -> bool:
        """Whether only an area is known, or its place is one."""
        location = self.location
        return location is None or location.role == "within" or (location.place is not None and is_area(location.place))

    # --- when -------------------------------------------------------------------------------------------------------

    @property
    def start(self) -> dt.date | None:
        """First day; the day of publication where the text dates nothing."""
        return self.event.date.start or self.annotation.article.published

    @property
    def end(self) -> dt.date | None:
        """Last day."""
        return self.event.date.end or self.start

    @property
    def date_rules(self) -> list[str]:
        """The rule that dated the event, where it was not the text."""
        published = self.event.date.start is None and self.annotation.article.published is not None
        return ["date_published"] if published or self.event.date.basis == "published" else []

    @property
    def precision(self) -> str:
        """How well the day is known; the day of publication is taken for a day's knowledge, as coders do."""
        if self.event.date.start is None and self.start is not None:
            return "day"
        return self.event.date.precision

    # --- in whose words ---------------------------------------------------------------------------------------------

    @property
    def evidence(self) -> str | None:
        """The sentences it was read from."""
        return " ".join(" ".join(item.text.split()) for item in self.event.evidence) or None

    @property
    def kind_rules(self) -> list[str]:
        """The rules for updates and claims that apply."""
        rules = ["update"] if self.event.kind == "update" else []
        return [*rules, "claimed"] if self.event.certainty == "claimed" else rules

    def party(self, mention: Mention, actor: Actor | None) -> Party:
        """The party that words mean, by the record's actor or else by the table's reading of the words.

        Words that name no country ("gunmen", "protesters") mean those of the country where it happened.
        """
        table = actor_table()
        entry = table.lookup(mention.text, self.start, self.country)
        general = actor is not None and ":" in actor.id and entry is not None and entry.kind == actor.kind
        if actor is not None and (entry is None or entry.name != actor.name) and not (general and not _nation(mention)):
            entry = table.get(actor.id) or table.get(actor.name) or _entry(actor)
        if entry is None:
            entry = _backed(mention, self.start, self.country)
        name = entry.name if entry else mention.text
        return Party(
            text=mention.text,
            kind=entry.kind if entry else None,
            name=name,
            acled_name=(entry.acled_name if entry else None) or name,
            ged_name=(entry.ged_name if entry else None) or name,
            is_bare=entry is not None and ":" in entry.id and not _nation(mention),
        )

    def _civilians(self) -> Party:
        name = f"Civilians ({self.country})" if self.country else "Civilians"
        return Party("civilians", "civilians", name, name, "Civilians")


def readings(annotation: Annotation, codebook: Codebook) -> Iterator[EventReading]:
    """The events of an annotation that a codebook codes, by their kind, certainty and type."""
    coded = codebook.coded
    for event in annotation.events:
        if event.kind not in coded.kinds or event.certainty not in coded.certainties:
            continue
        if coded.event_types is not None and event.event_type not in (*coded.event_types, None):
            continue
        if event.sub_event_type in coded.not_sub_event_types:
            continue
        yield EventReading(annotation, event)


def is_area(place: Place) -> bool:
    """Whether a place is an area rather than a spot."""
    return place.kind in _AREAS


def _is_wide(item: EventLocation) -> bool:
    """Whether a location is a whole country or province."""
    return item.place is not None and item.place.kind in ("country", "admin1", "region")


def _size(item: EventLocation) -> int:
    order = ("country", "region", "admin1", "admin2", "admin3")
    kind = item.place.kind if item.place else "country"
    return -order.index(kind) if kind in order else -len(order)


def _nation(mention: Mention) -> bool:
    """Whether words name a nation or a backer: "Turkish forces", "regime soldiers"."""
    descriptions = actor_table().descriptions
    reading = descriptions.read(mention.text) if descriptions is not None else None
    return reading is not None and (reading.demonym is not None or reading.backing is not None)


def _backed(mention: Mention, day: dt.date | None, country: str | None) -> ActorEntry | None:
    """Whose side words name that say no more: "pro-Houthi" are the Houthis' forces."""
    descriptions = actor_table().descriptions
    reading = descriptions.read(mention.text) if descriptions is not None else None
    if reading is None or reading.backing is None:
        return None
    return actor_table().lookup(f"pro-{reading.backing} forces", day, country)


def _entry(actor: Actor) -> ActorEntry:
    return ActorEntry(actor.id, actor.name, None, None, actor.kind, actor.side, actor.country, None, None, None, ())
