"""Choosing, for all places that an article names at once, which place each name means.

A name alone rarely decides: Syria has a dozen villages called Taybah. What decides is said beside it ("in the eastern
countryside of Homs"), the dateline, the kind of place ("village", "desert"), the other places of the article, and the
country that it is about. :func:`resolve_places` weighs these for each candidate of each name, chooses the best, and
repeats the choice with what was chosen for the others until nothing changes (iterated conditional modes, Besag 1986).

A name whose best candidate is not good enough stays ``None``: no place is better than a wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from conflict_events.places.gazetteer import ADMIN_KINDS, Gazetteer, PlaceEntry, kilometres
from conflict_events.places.keys import fold
from conflict_events.places.words import without_feature, without_institution
from conflict_events.schema import Place

#: Score under which a name stays unresolved.
THRESHOLD = 0.35
#: Weight of a country in the context from which the text speaks of it rather than of somebody from there.
FIRM = 0.4
#: A runner-up is kept where its score is at least this part of the winner's.
RUNNER_UP = 0.4
_CANDIDATES = 60
_NEIGHBOURS = 100
_ROUNDS = 4
_SETTLED = ("settlement", "neighbourhood")
# What speaks for a place that bears the name as written, against one that bears it among other names.
_OWN_NAME = 1.0
# Spellings of one key; below, names only resemble each other.
_ALIKE = 0.97
#: Part of the leading country's share under which another country is not what the article is about.
_AWAY = 0.6
#: Factor for a place in another country than that of what stands behind its name.
_ABROAD = 0.4
#: Agreement from which two places lie close together.
_CLOSE = 0.8
#: Factor for a name that only resembles a place's, where no word beside it says that it is one.
_UNPLACED = 0.5
#: What stands in towns and bears the town's name at best: "Hajin hospital", but not "Nour square" nor "Raju street".
_IN_TOWN = frozenset({"bridge", "cemetery", "hospital", "market", "mosque", "school", "square", "university"})
_STREETS = frozenset({"street", "square", "roundabout", "avenue", "boulevard"})
#: The word that the table's names of features end with, by the kind that a word beside a name tells.
_NAMED_AFTER = {"desert": "desert", "crossing": "crossing", "base": "air base", "camp": "camp", "dam": "dam"}
#: How good a feature's point is for the place it is named after.
_LENT = 0.9
# How far from the middle of a city its quarters may lie.
_QUARTERS_KM = 20.0
# How far from a city its quarters may lie in another country.
_ACROSS_KM = 12.0
# Candidates that lie closer together than this are one answer: a town and the district that it is the seat of.
_SAME_KM = 10.0
# Districts are named after their seat, and the table gives them its point.
_DISTRICTS = ("admin2", "admin3")
_SEAT_KM = 3.0
# What speaks for the nearer spelling among names that sound alike: "Kafriya" is Kafraya sooner than Kafr Aaya.
_NEARER = 2.0


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place name in an article, with what stands beside it.

    Attributes:
        text: the name as written.
        position: where it stands, counted in words from the start of the article.
        kind: the kind of place that a word beside it tells (see ``data/place_words.csv``).
        within: indices of mentions that the text says it lies in ("X in Y countryside").
        maybe_within: indices of mentions that may contain it or be another name of it ("X, Y"; "X (Y)"; a dateline).
        beside: indices of mentions that it is listed with, or said to be near.
        placed: whether a word right beside it says that it is a place.
    """

    text: str
    position: int = 0
    kind: str | None = None
    within: tuple[int, ...] = ()
    maybe_within: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    placed: bool = True


@dataclass(frozen=True, slots=True)
class PlaceContext:
    """What is known of the article besides its place names.

    Attributes:
        countries: weight of each country that the article may be about (outlet, words such as "Syrian").
        threshold: score under which a name stays unresolved.
    """

    countries: Mapping[str, float] = field(default_factory=dict)
    threshold: float = THRESHOLD


@dataclass(frozen=True, slots=True)
class ResolvedPlace:
    """The place that a name means. ``kind`` is the feature that the name tells, else the entry's; ``score`` 0 to 1."""

    entry: PlaceEntry
    score: float
    kind: str
    name: str
    runner_up: PlaceEntry | None = None
    runner_up_score: float = 0.0

    def place(self) -> Place:
        """The record of this place."""
        entry = self.entry
        return Place(
            id=entry.id if self.kind == entry.kind else f"{entry.id}:{self.kind}",
            name=self.name,
            kind=self.kind,
            admin1=entry.admin1,
            admin2=entry.admin2,
            admin3=entry.admin3,
            country=entry.country,
            lat=entry.lat if entry.located else None,
            lon=entry.lon if entry.located else None,
            score=self.score,
        )


@dataclass(slots=True)
class _Candidate:
    """A place that a mention may be; ``written`` are the words that led to it ("Aydin" of "Aydin Governorship")."""

    entry: PlaceEntry
    quality: float
    feature: str | None
    written: str
    points: float = 0.0


class PlaceResolver:
    """:func:`resolve_places` bound to a gazetteer.

    ``not_places`` are words that name no place by themselves, such as demonyms: "Syrian" is not the town of Sarin.
    """

    def __init__(self, gazetteer: Gazetteer, not_places: Collection[str] = ()) -> None:
        self.gazetteer = gazetteer
        self.not_places = frozenset(not_places)

    def resolve(self, mentions: Sequence[PlaceMention], context: PlaceContext) -> list[ResolvedPlace | None]:
        """The place of each mention, or ``None``; see :func:`resolve_places`."""
        mentions = [self._without_office(mention) for mention in mentions]
        candidates = [self._candidates(mention.text, mention.kind) for mention in mentions]
        countries = self._countries(mentions, candidates, context)
        chosen = self._choose(mentions, candidates, countries)
        retried = False
        for index, _mention in enumerate(mentions):
            best = chosen[index]
            if (
                best is None
                or best.quality < 0.9
                or self._score(index, mentions, candidates, chosen, countries, context)[0] < 0.5
            ):
                more = self._resembling(index, mentions, chosen, countries)
                known = {candidate.entry.id for candidate in candidates[index]}
                more = [candidate for candidate in more if candidate.entry.id not in known]
                if more:
                    candidates[index] += more
                    retried = True
        if retried:
            chosen = self._choose(mentions, candidates, countries)
        resolved: list[ResolvedPlace | None] = []
        for index in range(len(mentions)):
            score, runner_up, runner_up_score = self._score(index, mentions, candidates, chosen, countries, context)
            best = chosen[index]
            if best is None or score < context.threshold:
                resolved.append(None)
                continue
            close = runner_up is not None and runner_up_score >= RUNNER_UP * score
            resolved.append(
                ResolvedPlace(
                    entry=best.entry,
                    score=round(score, 3),
                    kind=best.feature or best.entry.kind,
                    name=f"{best.entry.name} {best.feature}" if best.feature else best.entry.name,
                    runner_up=runner_up if close else None,
                    runner_up_score=round(runner_up_score, 3) if close else 0.0,
                )
            )
        return resolved

    # -- candidates ---------------------------------------------------------------------------------------------

    def _candidates(self, text: str, kind: str | None) -> list[_Candidate]:
        bare, feature = without_feature(text)
        found = self._named(text)
        if bare in self.not_places:
            # "Syrian desert" is in the table, "Iraqi borders" is not; "US" is a country, "Syrian" is no place.
            return [one for one in found if one.quality > 0.95 and (feature or one.entry.kind == "country")]
        if feature is not None and bare != text:
            # "Deir Ezzor desert" is in the table; "Al-Rasafa Deserts" is the desert at Al-Rasafa.
            known = [candidate for candidate in found if candidate.quality > 0.9]
            if known:
                return known
            if feature == "desert":
                known = self._named(f"{bare} desert")
                if known:
                    return known
            if _is_street(text):
                return []
            exact = _ALIKE if feature in _IN_TOWN else 0.0
            found = [one for one in self._named(bare, feature) if one.quality >= exact]
        elif kind == "area":
            # "rural Damascus" and "Damascus countryside" are a governorate of their own.
            named = self._named(f"Rural {text}")
            found = [one for one in named if one.quality >= 1.0 and one.entry.is_area] or found
        elif kind in _NAMED_AFTER:
            found = self._named(f"{text} {_NAMED_AFTER[kind]}") or found
        if not found and feature is None:
            # Of a village that no list holds, the crossing or the air base that is named after it may be known.
            for word in dict.fromkeys(_NAMED_AFTER.values()):
                found += [
                    _Candidate(one.entry, _LENT * one.quality, None, text)
                    for one in self._named(f"{text} {word}")
                    if one.quality >= _ALIKE
                ]
        return _with_seats(found)[:_CANDIDATES]

    def _named(self, name: str, feature: str | None = None) -> list[_Candidate]:
        """The places that bear a name, taken for the ``feature`` that the text names after them."""
        return [_Candidate(match.entry, match.quality, feature, name) for match in self.gazetteer.matches(name)]

    def _without_office(self, mention: PlaceMention) -> PlaceMention:
        """The mention of the place where an office sits, for the office itself ("Aydin Governorship")."""
        seat, office = without_institution(mention.text)
        if seat == mention.text or self.gazetteer.matches(mention.text):
            return mention
        return replace(mention, text=seat, kind=office or mention.kind)

    def _resembling(
        self,
        index: int,
        mentions: Sequence[PlaceMention],
        chosen: Sequence[_Candidate | None],
        countries: Mapping[str, float],
    ) -> list[_Candidate]:
        """Misspellings, sought only where the text says the place lies, or in the country that the article is about."""
        mention = mentions[index]
        areas: list[tuple[str | None, str | None]] = []
        for other in (*mention.within, *mention.maybe_within):
            container = chosen[other]
            if container is not None and container.entry.country and container.entry.admin1:
                areas.append((container.entry.country, container.entry.admin1))
        strict = bool(areas)
        if not areas:
            areas = [(country, None) for country, share in countries.items() if share >= 0.6]
        bare, feature = without_feature(mention.text)
        if bare in self.not_places or feature in _IN_TOWN or _is_street(mention.text):
            return []
        found = []
        for country, admin1 in dict.fromkeys(areas):
            matches = self.gazetteer.in_division(bare, country, admin1) if country and admin1 else []
            matches = matches or self.gazetteer.resembling(bare, country, admin1, *(() if strict else (93.0,)))
            found += [_Candidate(match.entry, match.quality, feature, bare) for match in matches]
        return found

    # -- countries ----------------------------------------------------------------------------------------------

    def _countries(
        self,
        mentions: Sequence[PlaceMention],
        candidates: Sequence[Sequence[_Candidate]],
        context: PlaceContext,
    ) -> dict[str, float]:
        """Share of each country in what the article is about: given weights, countries named, and where names point."""
        weights: dict[str, float] = dict(context.countries)
        voted: set[str] = set()
        for mention, options in zip(mentions, candidates, strict=True):
            if mention.text in voted:
                continue
            voted.add(mention.text)
            country = next((one.entry for one in options if one.entry.kind == "country" and one.quality >= 1.0), None)
            if country is not None and country.country and mention.kind != "city":
                weights[country.country] = weights.get(country.country, 0.0) + 1.5
                continue
            # A name votes for the countries that it may lie in, a name of many countries for none in particular.
            votes: dict[str, float] = {}
            for option in options:
                name = option.entry.country
                if name is not None:
                    vote = (0.3 + _fame(option.entry)) * math.exp(_spelling_points(option))
                    votes[name] = max(votes.get(name, 0.0), vote)
            total = sum(votes.values())
            if total:
                for name, vote in votes.items():
                    weights[name] = weights.get(name, 0.0) + 0.5 * vote / total
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()} if total else {}

    # -- the joint choice ---------------------------------------------------------------------------------------

    def _choose(
        self,
        mentions: Sequence[PlaceMention],
        candidates: Sequence[list[_Candidate]],
        countries: Mapping[str, float],
    ) -> list[_Candidate | None]:
        containers = {other for mention in mentions for other in (*mention.within, *mention.maybe_within)}
        local = [
            [_local_points(option, mention, countries, index in containers) for option in options]
            for index, (mention, options) in enumerate(zip(mentions, candidates, strict=True))
        ]
        chosen: list[_Candidate | None] = [
            options[points.index(max(points))] if options else None
            for options, points in zip(candidates, local, strict=True)
        ]
        contents: dict[int, list[int]] = {}
        for other, mention in enumerate(mentions):
            for container in mention.within:
                contents.setdefault(container, []).append(other)
        agreements = _Agreements()
        for _ in range(_ROUNDS):
            changed = False
            for index, options in enumerate(candidates):
                if not options:
                    continue
                neighbours = agreements.around(_neighbours(index, mentions, candidates, chosen))
                for place, option in enumerate(options):
                    option.points = local[index][place] + self._joint_points(
                        index, option, mentions, chosen, contents, neighbours
                    )
                best = max(options, key=lambda option: option.points)
                if best is not chosen[index]:
                    chosen[index] = best
                    changed = True
            if not changed:
                break
        return chosen

    def _joint_points(
        self,
        index: int,
        option: _Candidate,
        mentions: Sequence[PlaceMention],
        chosen: Sequence[_Candidate | None],
        contents: Mapping[int, Sequence[int]],
        neighbours: Callable[[PlaceEntry], float],
    ) -> float:
        mention = mentions[index]
        points = 0.0
        for other in mention.within:
            container = chosen[other]
            if container is not None:
                if _inside(option.entry, container.entry):
                    points += 5.0
                elif _can_contain(container.entry, option.entry):
                    points -= 4.0
        for other in mention.maybe_within:
            container = chosen[other]
            if container is not None and (
                _inside(option.entry, container.entry) or _apart(option.entry, container.entry) < _SAME_KM
            ):
                points += 3.0
        # A name that contains others should be one that can contain them.
        for other in contents.get(index, ()):
            inner = chosen[other]
            if inner is not None and inner.quality > 0.9 and _inside(inner.entry, option.entry):
                points += 2.0
        return points + neighbours(option.entry)

    def _company(self, index: int, mentions: Sequence[PlaceMention], chosen: Sequence[_Candidate | None]) -> float:
        """Factor for a small place far from everything that the article names around it: likely a namesake of a place
        that the gazetteer lacks."""
        best = chosen[index]
        if best is None or best.entry.is_area or best.entry.listed or best.entry.population > 10_000:
            return 1.0
        mention = mentions[index]
        close = [
            _agreement(best.entry, other.entry)
            for place in _around(index, len(chosen))
            if place != index
            and (other := chosen[place]) is not None
            and other.entry.kind != "country"
            and other.quality > 0.95
            and mentions[place].text != mention.text
            and (
                abs(mentions[place].position - mention.position) < 60
                or place in mention.beside
                or place in mention.maybe_within
            )
        ]
        return 0.45 if len(close) > 1 and max(close) < 0.5 else 0.7 if close and max(close) < 0.3 else 1.0

    def _close(self, index: int, mentions: Sequence[PlaceMention], chosen: Sequence[_Candidate | None]) -> bool:
        """Whether another place that the article names lies close by."""
        best = chosen[index]
        return best is not None and any(
            (other := chosen[place]) is not None
            and mentions[place].text != mentions[index].text
            and other.entry.kind != "country"
            and other.entry.id != best.entry.id
            and _agreement(best.entry, other.entry) >= _CLOSE
            for place in _around(index, len(chosen))
        )

    def _supported(self, index: int, chosen: Sequence[_Candidate | None]) -> bool:
        """Whether another name of the article, a different one, lies in the same country."""
        best = chosen[index]
        return best is not None and any(
            other is not None
            and place != index
            and other.entry.id != best.entry.id
            and other.entry.country == best.entry.country
            and other.quality > 0.9
            for place, other in enumerate(chosen)
        )

    def _score(
        self,
        index: int,
        mentions: Sequence[PlaceMention],
        candidates: Sequence[Sequence[_Candidate]],
        chosen: Sequence[_Candidate | None],
        countries: Mapping[str, float],
        context: PlaceContext,
    ) -> tuple[float, PlaceEntry | None, float]:
        """Score of the choice for a mention, its runner-up elsewhere, and that one's score."""
        best = chosen[index]
        if best is None:
            return 0.0, None, 0.0
        certainty, runner_up = _certainty(best, candidates[index])
        adequacy = min(1.0, best.quality + 0.02)
        mention = mentions[index]
        told = mention.placed or mention.within or mention.maybe_within or mention.beside
        if best.quality < 1.0 and not told and not self._close(index, mentions, chosen):
            adequacy *= _UNPLACED  # "Biden" is not Bweidan: likeness of sound alone makes no place
        contained, agrees = _containment(best, mention, chosen)
        adequacy *= contained
        if not agrees and best.entry.kind != "country":
            leading = max(countries.values(), default=0.0)
            share = countries.get(best.entry.country or "", 0.0)
            if leading:
                adequacy *= min(1.0, 0.25 + 2.0 * share / leading + 0.1 * _fame(best.entry))
            adequacy *= self._company(index, mentions, chosen)
            if best.entry.country not in context.countries and not self._supported(index, chosen):
                away = share < _AWAY * leading or max(context.countries.values(), default=0.0) >= FIRM
                adequacy *= self._alone(best, runner_up, candidates[index], away)
        score = adequacy * (0.35 + 0.65 * certainty)
        if runner_up is None:
            return score, None, 0.0
        return score, runner_up.entry, score * math.exp(min(0.0, runner_up.points - best.points))

    def _alone(
        self, best: _Candidate, runner_up: _Candidate | None, options: Sequence[_Candidate], away: bool
    ) -> float:
        """Factor for a place of a country that neither outlet nor text nor another name speaks for.

        Only a well-known place may stand, and not where another country has a town of that name that is nearly as large
        (Tripoli), or whose name is spelled as in the text and this one's is not ("El Marj" of Lebanon, Al-Marj of
        Libya). ``away`` says that the article is about another country.
        """
        fit = _spelling_points(best)
        rival = (
            runner_up is not None
            and runner_up.entry.country != best.entry.country
            and _people(runner_up.entry) > 0.15 * _people(best.entry)
            and _spelling_points(runner_up) >= fit
        ) or any(option.entry.country != best.entry.country and _spelling_points(option) > fit for option in options)
        foreign = best.entry.country not in self.gazetteer.rules.countries and best.quality < 1.0
        small = best.entry.population < 200_000 and not best.entry.listed
        # Likeness of sound is no ground for a place of another country: "Bachira" of Colombia is not Basra.
        foreign = foreign or (away and best.quality < 1.0)
        if rival or foreign or (small and away) or (small and best.quality < _ALIKE):
            return 0.35
        return 0.5 if small else 0.9


def _certainty(best: _Candidate, options: Sequence[_Candidate]) -> tuple[float, _Candidate | None]:
    """How much of what speaks for any candidate speaks for the chosen place, and the best candidate elsewhere."""
    same = elsewhere = 0.0
    runner_up: _Candidate | None = None
    for option in options:
        share = math.exp(min(0.0, option.points - best.points))
        if option is best or _apart(option.entry, best.entry) < _SAME_KM:
            same = max(same, share)
            continue
        elsewhere += share
        if runner_up is None or option.points > runner_up.points:
            runner_up = option
    return (same / (same + elsewhere) if same else 0.0), runner_up


def _containment(best: _Candidate, mention: PlaceMention, chosen: Sequence[_Candidate | None]) -> tuple[float, bool]:
    """Factor for how a place agrees with what the text says it lies in, and whether it lies there."""
    factor = 1.0
    inside = [
        container
        for other in mention.within
        if (container := chosen[other]) is not None and _can_contain(container.entry, best.entry)
    ]
    # Of "X in the city of Y in Syria" it is Y that X has to lie in.
    narrow = [container for container in inside if container.entry.kind != "country"] or inside
    agrees = any(_inside(best.entry, container.entry) for container in narrow)
    if inside and not agrees:
        factor *= 0.3
    beside = [
        other.entry.country
        for place in mention.maybe_within
        if (other := chosen[place]) is not None and other.quality >= _ALIKE
    ]
    if beside and best.entry.country not in beside:
        factor *= _ABROAD  # "Al-Thawra Hospital (Salh, Taizz)" is not in the Syrian town of that name
    return factor, agrees


def resolve_places(
    mentions: Sequence[PlaceMention], context: PlaceContext, gazetteer: Gazetteer
) -> list[ResolvedPlace | None]:
    """The place that each mention of one article means, chosen jointly; ``None`` where nothing is good enough."""
    return PlaceResolver(gazetteer).resolve(mentions, context)


def _with_seats(found: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates, a town that a district of its name is named after standing for as much as that district.

    Lists often know the seat of a district under one spelling only and without its people, so that a hamlet of that
    name elsewhere would go before it (al-Rai, the subdistrict on the border, and Raee, a hamlet of Afrin).
    """
    districts = [one for one in found if one.entry.kind in _DISTRICTS and one.feature is None]
    if not districts:
        return list(found)
    return [_as_seat(one, districts) for one in found]


def _as_seat(option: _Candidate, districts: Sequence[_Candidate]) -> _Candidate:
    if option.entry.kind != "settlement" or option.quality < _ALIKE:
        return option
    for district in districts:
        if _apart(district.entry, option.entry) < _SEAT_KM and district.entry.country == option.entry.country:
            people = max(option.entry.population, district.entry.population)
            entry = replace(option.entry, population=people, listed=option.entry.listed or district.entry.listed)
            return replace(option, entry=entry, quality=max(option.quality, district.quality))
    return option


def _is_street(name: str) -> bool:
    """Whether a name is that of a street or square: it leads to what it is named after, or remembers it."""
    return name.split()[-1].casefold() in _STREETS


def _fame(entry: PlaceEntry) -> float:
    """How likely a place is to be meant by its bare name, from its population (0 to about 3).

    The population of an area is mostly that of the country around its seat, so it counts for less.
    """
    return 0.35 * math.log10(_people(entry) + 10) + (0.6 if entry.listed else 0.0)


def _people(entry: PlaceEntry) -> float:
    """How many people a name speaks of: those around its seat are not all of them in an area's mind."""
    return entry.population / 4 if entry.is_area else entry.population


def _letters(name: str) -> str:
    """The letters of a name: "Al-Marj" and "Al Marj" are one spelling."""
    return "".join(filter(str.isalnum, fold(name)))


def _spelling_points(option: _Candidate) -> float:
    """How well the name as written fits a candidate: 0 for an exact match, less for what only resembles it."""
    points = 13.0 * (option.quality - 1.0)
    written = _letters(option.written)
    if _letters(option.entry.name) == written:
        return points + _OWN_NAME
    if option.quality >= 1.0:
        return points
    names = (option.entry.name, *option.entry.aliases)
    return points - _NEARER * (1.0 - max(fuzz.ratio(_letters(name), written) for name in names) / 100.0)


def _local_points(
    option: _Candidate, mention: PlaceMention, countries: Mapping[str, float], is_container: bool
) -> float:
    entry = option.entry
    points = _spelling_points(option) + _fame(entry)
    points += 4.0 * countries.get(entry.country or "", 0.0)
    kind = mention.kind
    if option.feature is not None:
        points += 0.3
    elif kind == "settlement":
        points += 1.0 if entry.kind == "settlement" else -0.5 if entry.is_area else 0.0
        if entry.population > 150_000:
            points -= 1.0
    elif kind == "city":
        # A settlement without a known number of people is hardly the city.
        town = 1.0 if entry.population else 0.0
        points += town if entry.kind == "settlement" else -1.5 if entry.kind == "neighbourhood" else -0.5
    elif kind == "neighbourhood":
        points += 1.5 if entry.kind == "neighbourhood" else 0.0
    elif kind in ("admin1", "admin2", "admin3"):
        points += 2.0 if entry.kind == kind else 1.0 if entry.kind in ADMIN_KINDS else -0.5
    elif kind == "area":
        points += {"admin1": 1.5, "admin2": 0.8, "admin3": 0.6}.get(entry.kind, 0.0)
    elif kind is not None:
        points += 1.5 if entry.kind == kind else 0.0
    elif is_container:
        points += {"country": 1.5, "admin1": 1.5, "admin2": 0.5, "admin3": 0.4}.get(entry.kind, 0.0)
    else:
        points += {"country": 1.5, "settlement": 0.6, "admin1": 0.4}.get(entry.kind, 0.2)
    return points


def _inside(entry: PlaceEntry, container: PlaceEntry) -> bool:
    """Whether ``entry`` lies in ``container``; a town contains its neighbourhoods and what lies close around it."""
    kind = container.kind
    if entry.country != container.country:
        # A city may have quarters on the other side of a line: Jerusalem.
        return kind in _SETTLED and entry.kind in _SETTLED and _apart(entry, container) < _ACROSS_KM
    if kind == "country":
        return True
    if kind == "admin1":
        return entry.admin1 == container.admin1
    if kind == "admin2":
        return (entry.admin1, entry.admin2) == (container.admin1, container.admin2) or _apart(entry, container) < 30.0
    if kind in ("admin3", *_SETTLED):
        reach = 40.0 if container.population > 30_000 or kind == "admin3" else 20.0
        if entry.kind == "neighbourhood" and kind in _SETTLED:
            reach = _QUARTERS_KM
        return _apart(entry, container) < reach
    if kind in ("desert", "region", "zone", "mountain", "plain", "river"):
        return entry.admin1 == container.admin1 or _apart(entry, container) < 60.0
    return _apart(entry, container) < 25.0


def _can_contain(container: PlaceEntry, entry: PlaceEntry) -> bool:
    """Whether it speaks against ``entry`` that it does not lie in ``container``: a governorate lies in no zone."""
    if entry.kind == "country":
        return False
    if entry.kind == "admin1":
        return container.kind == "country"
    if entry.kind == "admin2":
        return container.kind in ("country", "admin1")
    return True


def _neighbours(
    index: int,
    mentions: Sequence[PlaceMention],
    candidates: Sequence[Sequence[_Candidate]],
    chosen: Sequence[_Candidate | None],
) -> list[tuple[float, PlaceEntry]]:
    """The places chosen for the names around one, each with how much it has to say about that one."""
    mention = mentions[index]
    found = []
    for other in _around(index, len(chosen)):
        neighbour = chosen[other]
        if other == index or neighbour is None:
            continue
        weight = 1.0 / (1.0 + abs(mentions[other].position - mention.position) / 30.0)
        if other in mention.beside or index in mentions[other].beside:
            weight *= 3.0
        if len(candidates[other]) > 8:
            weight *= 0.6
        found.append((weight, neighbour.entry))
    return found


class _Agreements:
    """How well places go together, each pair worked out once a text: the same names stand around most of its names."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[PlaceEntry, dict[int, float]]] = {}

    def around(self, neighbours: Sequence[tuple[float, PlaceEntry]]) -> Callable[[PlaceEntry], float]:
        """The points that a place has from those around it, which have so much to say."""
        if not neighbours:
            return lambda entry: 0.0
        distinct = {id(entry): entry for _, entry in neighbours}
        weighed = [(weight, id(entry)) for weight, entry in neighbours]
        all_weights = sum([weight for weight, _ in weighed]) + 0.3

        def points(entry: PlaceEntry) -> float:
            _, known = self._known.setdefault(id(entry), (entry, {}))
            for key in distinct.keys() - known.keys():
                known[key] = _agreement(entry, distinct[key])
            return 3.0 * sum([weight * known[key] for weight, key in weighed]) / all_weights

        return points


def _around(index: int, count: int) -> range:
    """The names near one of ``count`` names: as many on each side as may have a say, so that a long text costs no more
    a name than a short one."""
    return range(max(0, index - _NEIGHBOURS), min(count, index + _NEIGHBOURS + 1))


def _apart(a: PlaceEntry, b: PlaceEntry) -> float:
    # A degree of latitude is 111 km: places further apart than that need no trigonometry.
    if abs(a.lat - b.lat) > 2.0 or abs(a.lon - b.lon) > 3.0:
        return 1000.0
    return kilometres(a.lat, a.lon, b.lat, b.lon)


def _agreement(a: PlaceEntry, b: PlaceEntry) -> float:
    """How well two places go together in one article, 0 to 1."""
    if a.country != b.country:
        return 0.0
    if b.kind == "country":
        return 0.25
    apart = _apart(a, b)
    near = 1.0 if apart < 15 else 0.85 if apart < 35 else 0.6 if apart < 70 else 0.35 if apart < 150 else 0.15
    return max(near, 0.65) if a.admin1 is not None and a.admin1 == b.admin1 else near
