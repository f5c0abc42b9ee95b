"""Who stands as actor 1 and actor 2 in ACLED's rows, and who beside them.

Rules after the ACLED Codebook 2024, "Actors" and "Event aggregation":

- Only names of ACLED's list are actors. Words that name nobody ("people", "fighters") are civilians where they say so,
  an unidentified armed group where somebody must have fought, and nothing else.
- Civilians are no actors of battles. In remote violence that was aimed at fighters they are associated with the target.
- Who attacked civilians, or set off an explosion, without being known is an unidentified armed group.
- Demonstrations have protesters or rioters as their first actor; whoever intervened is the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from conflict_events.actors.victims import describe_victim
from conflict_events.exports.acled_names import acled_names, table
from conflict_events.exports.codebook import Codebook
from conflict_events.exports.reading import EventReading, Party


@dataclass(frozen=True)
class Actor:
    """An actor of a row: its name in ACLED's list and its class ("Rebel group")."""

    name: str
    inter: str | None


@dataclass(frozen=True)
class Side:
    """One side of a row; without an actor where nobody stood on it."""

    actor: Actor | None = None
    associates: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sides:
    """The classes of actors of one event, sorted by side."""

    first: Sequence[Actor]
    second: Sequence[Actor]


def acled_sides(reading: EventReading, codebook: Codebook, event_type: str | None, sub_type: str | None) -> list[Side]:
    """Side 1 and side 2 of an event of a type."""
    namer = _Namer(reading, codebook)
    attackers, targets = _told_sides(reading, sub_type)
    sides = _Sides(namer.actors(attackers), namer.actors(targets))
    first, second = _BY_TYPE.get(event_type or "", _as_told)(sides, namer, sub_type)
    first, second = _under_umbrella(_most_exact(first), _most_exact(second))
    return [_side(first), _side([actor for actor in second if actor.name not in {one.name for one in first}])]


def _told_sides(reading: EventReading, sub_type: str | None) -> tuple[list[Party], list[Party]]:
    """Attackers and targets as the text tells them.

    Whoever is near a hidden explosive was hit by it, unless said to have laid it. A claim is of the claimant's own act
    where nobody else is said to have acted.
    """
    attackers, targets = reading.attackers, reading.targets
    if sub_type == "Remote explosive/landmine/IED" and not reading.parties("perpetrator"):
        attackers, targets = [], _unique([*attackers, *targets])
    if not attackers:
        attacked = {party.name for party in targets}
        attackers = [party for party in reading.parties("claimant") if party.name not in attacked]
    states = {party.name for party in (*attackers, *targets) if party.kind in _STATES and not party.is_bare}
    if states:  # "Turkish forces sent military reinforcements": no second army
        attackers, targets = (
            [party for party in side if party.kind not in _STATES or not party.is_bare] for side in (attackers, targets)
        )
    if all(party.is_civilian for party in targets):  # who fell with the bystanders fought
        known = {party.name for party in attackers}
        targets = _unique([*targets, *(party for party in reading.fallen if party.name not in known)])
    return attackers, targets


def _unique(parties: Iterable[Party]) -> list[Party]:
    return list({party.name: party for party in parties}.values())


def _most_exact(actors: Sequence[Actor]) -> list[Actor]:
    """The actors without those of whom a unit is named too: "the regime's Air Force Intelligence"."""
    return [
        actor
        for actor in actors
        if not any(other is not actor and other.name.startswith(f"{actor.name} ") for other in actors)
    ]


def _under_umbrella(first: list[Actor], second: list[Actor]) -> tuple[list[Actor], list[Actor]]:
    """The sides, with a joint operation before its members, on the side on which they act."""
    umbrellas = _umbrellas()
    for operation in [actor for actor in (*first, *second) if actor.name in umbrellas]:
        members = umbrellas[operation.name]
        sides = [[actor for actor in side if actor != operation] for side in (first, second)]
        if any(actor.name.startswith(members) for actor in sides[0]):
            first, second = [operation, *sides[0]], sides[1]
        elif any(actor.name.startswith(members) for actor in sides[1]):
            first, second = sides[0], [operation, *sides[1]]
    return first, second


@lru_cache(maxsize=1)
def _umbrellas() -> Mapping[str, tuple[str, ...]]:
    """Joint operations and the beginnings of their members' names."""
    found: dict[str, tuple[str, ...]] = {}
    for row in table("acled_umbrellas.csv"):
        found[row["operation"]] = (*found.get(row["operation"], ()), row["member"])
    return found


_UNIDENTIFIED = "Unidentified Armed Group"


@lru_cache(maxsize=1)
def _unidentified() -> Mapping[str, str]:
    """Names of unknown attackers in countries where ACLED has another one than an unidentified armed group."""
    return {row["country"]: row["name"] for row in table("acled_unidentified.csv")}


@dataclass(frozen=True)
class _Namer:
    """Names and classes of the parties of one event."""

    reading: EventReading
    codebook: Codebook

    def actors(self, parties: Iterable[Party]) -> list[Actor]:
        found = (self.actor(party) for party in parties)
        return list({actor.name: actor for actor in found if actor is not None}.values())

    def actor(self, party: Party) -> Actor | None:
        if party.kind is None:
            return self.civilians() if describe_victim(party.text)[0] == "civilian" else None
        if party.kind == "unidentified" and party.is_bare and party.acled_name.startswith(_UNIDENTIFIED):
            return self.unidentified()
        closed = self.codebook.options.get("regimes") == "closed"
        name = acled_names().spelled(party.acled_name, self.reading.start, closed)
        return Actor(name, inter_of(name, party.kind, self.reading.country, self.codebook))

    def civilians(self) -> Actor:
        return self._general("Civilians")

    def unidentified(self) -> Actor:
        """An unknown attacker: of a gang where ACLED takes armed men for such, as in Mexico."""
        special = _unidentified().get(self.reading.country or "")
        if special is not None:
            return Actor(special, inter_of(special, "gang", self.reading.country, self.codebook))
        return self._general(_UNIDENTIFIED)

    def demonstrators(self, kind: str) -> Actor:
        return self._general(kind)

    def _general(self, words: str) -> Actor:
        country = self.reading.country
        name = f"{words} ({country})" if country else words
        return Actor(name, inter_of(f"{words} (", None, country, self.codebook))


def inter_of(name: str, kind: str | None, country: str | None, codebook: Codebook) -> str | None:
    """The class of an actor by its name in ACLED's list, else by its kind."""
    return acled_names().inter(name, country) or codebook.map("inter", kind)


def _side(actors: Sequence[Actor]) -> Side:
    """The first actor, those of the list that are no mere civilians before others; the rest are associated with it."""
    if not actors:
        return Side()
    head, *rest = actors
    return Side(head, tuple(actor.name for actor in rest))


def _fighters(actors: Iterable[Actor]) -> list[Actor]:
    return [actor for actor in actors if actor.inter not in _UNARMED]


def _unarmed(actors: Iterable[Actor]) -> list[Actor]:
    return [actor for actor in actors if actor.inter in _UNARMED]


_Pair = tuple[Sequence[Actor], Sequence[Actor]]  # the actors of side 1 and of side 2


def _battle(sides: _Sides, namer: _Namer, sub_type: str | None) -> _Pair:
    first, second = _fighters(sides.first), _fighters(sides.second)
    if not first and len(second) > 1:
        return second[:1], second[1:]
    return first or [namer.unidentified()], second or [namer.unidentified()]


def _remote(sides: _Sides, namer: _Namer, sub_type: str | None) -> _Pair:
    """Civilians whom nobody reports hurt are no actors: shells on "civilian houses" hit no person."""
    first = _fighters(sides.first)
    second = [*_fighters(sides.second), *(_unarmed(sides.second) if namer.reading.somebody_harmed else [])]
    return first or [namer.unidentified()], second


def _against_civilians(sides: _Sides, namer: _Namer, sub_type: str | None) -> _Pair:
    first = _fighters(sides.first)
    civilians = namer.civilians()
    return first or [namer.unidentified()], _civilians_first([civilians, *sides.second])


def _civilians_first(actors: Sequence[Actor]) -> list[Actor]:
    """Civilians of a country before those who are counted among them (journalists, officials)."""
    return sorted(actors, key=lambda actor: actor.inter not in _UNARMED)


def _demonstration(kind: str, sides: _Sides, namer: _Namer) -> _Pair:
    everybody = [*sides.first, *sides.second]
    crowd = [actor for actor in everybody if actor.inter == kind] or [namer.demonstrators(kind)]
    others = [actor for actor in everybody if actor not in crowd]
    return crowd, others


def _protest(sides: _Sides, namer: _Namer, sub_type: str | None) -> _Pair:
    crowd, others = _demonstration("Protesters", sides, namer)
    if sub_type == "Peaceful protest":
        return [*crowd, *others], []
    return crowd, _fighters(others)


def _riot(sides: _Sides, namer: _Namer, sub_type: str | None) -> _Pair:
    return _demonstration("Rioters", sides, namer)


def _strategic(sides: _Sides, namer: _Namer, sub_type: str | None) -> _Pair:
    """As told; what is looted, and who is arrested, is of civilians where nobody else is named."""
    first, second = _as_told(sides, namer, sub_type)
    if sub_type in _OF_CIVILIANS and first and not _fighters(second):
        return first, [namer.civilians(), *second]
    return first, second


def _as_told(sides: _Sides, namer: _Namer, sub_type: str | None) -> _Pair:
    if not sides.first:
        return sides.second[:1], sides.second[1:]
    return sides.first, sides.second


_UNARMED = frozenset({"Civilians", "Protesters"})
_STATES = frozenset({"state forces", "police"})
_OF_CIVILIANS = frozenset({"Looting/property destruction", "Arrests"})
_BY_TYPE = {
    "Battles": _battle,
    "Explosions/Remote violence": _remote,
    "Violence against civilians": _against_civilians,
    "Protests": _protest,
    "Riots": _riot,
    "Strategic developments": _strategic,
}
