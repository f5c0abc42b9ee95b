"""The Global Terrorism Database's columns. See ``data/codebooks/gtd.toml`` for the rules."""

from __future__ import annotations

from collections.abc import Iterator

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.counting import Count, count_all
from conflict_events.exports.gtd_words import codes_in, group_name
from conflict_events.exports.reading import EventReading, Party
from conflict_events.exports.row import Cell, Row
from conflict_events.schema import Casualty

_UNKNOWN = -9  # GTD's code for what is not known
_UNKNOWN_NUMBER = -99  # the same, for numbers of perpetrators
#: Attacks that no army or police makes: whoever of them is named was hit (codebook: sub-state actors alone attack).
_NEVER_BY_STATES = frozenset({"Remote explosive/landmine/IED", "Suicide bomb"})
#: What states' forces do about an attack: they are neither its makers nor its targets.
_STATES_STOPPED = frozenset({"Arrests", "Disrupted weapons use"})


def code_gtd(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row for an attack by somebody who is not a state; none for what states do."""
    attackers, states = _sorted_attackers(reading, codebook)
    attacked = reading.parties("perpetrator") or len(reading.parties("party")) > 1
    sub_type = reading.event.sub_event_type
    if states and not attackers and attacked and sub_type not in _NEVER_BY_STATES | _STATES_STOPPED:
        return
    if sub_type == "Arrests" and not codes_in("attempt", reading.evidence or ""):
        return  # an arrest is an attack only where somebody was caught attacking
    targets = reading.targets if sub_type in _STATES_STOPPED else [*states, *reading.targets]
    killed = count_all(reading.event.casualties, "killed", codebook, reading.event.event_type)
    wounded = count_all(reading.event.casualties, "injured", codebook, reading.event.event_type)
    rules = [*killed.rules, *wounded.rules]
    values = {
        **_when_and_where(reading, codebook),
        **_kind(reading, codebook, rules),
        **_targets(reading, targets, codebook),
        **_perpetrators(reading, attackers, rules),
        **_weapons(reading, codebook, rules),
        **_harm(reading, attackers, (killed, wounded), codebook, rules),
        "addnotes": reading.annotation.article.url,
        "scite1": _citation(reading),
        "dbsource": "conflict-events",
        **dict.fromkeys(("property", "INT_LOG", "INT_IDEO", "INT_MISC", "INT_ANY"), _UNKNOWN),
    }
    yield Row(values, rules)


def _sorted_attackers(reading: EventReading, codebook: Codebook) -> tuple[list[Party], list[Party]]:
    """Attackers whom GTD counts, and the states' forces among those who are said to have attacked.

    Who claims an attack made it, unless others than states are said to have. Forces that are named alone, without being
    said to have attacked, were attacked.
    """
    states = [party for party in reading.attackers if party.kind in codebook.coded.not_by]
    others = [party for party in reading.attackers if party not in states and not party.is_civilian]
    claimants = [party for party in reading.parties("claimant") if party.kind not in codebook.coded.not_by]
    return others or claimants, states


def _when_and_where(reading: EventReading, codebook: Codebook) -> dict[str, Cell]:
    codes, place, start = reading.codes, reading.place, reading.start
    return {
        "eventid": reading.event.id,
        "iyear": start.year if start else 0,
        "imonth": start.month if start and reading.precision in ("day", "week", "month") else 0,
        "iday": start.day if start and reading.precision == "day" else 0,
        "approxdate": reading.event.date.text if reading.precision != "day" else None,
        "country": codes.gtd if codes else None,
        "country_txt": (codes.gtd_name if codes else None) or reading.country,
        "region": codes.gtd_region if codes else None,
        "region_txt": codes.gtd_region_txt if codes else None,
        "provstate": reading.admin("admin1"),
        "city": place.name if place and not reading.is_area else "Unknown",
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "specificity": _specificity(reading, codebook),
        "vicinity": int(reading.location is not None and reading.location.role == "near"),
        "location": reading.location.mention.text if reading.location else None,
        "summary": reading.evidence,
    }


def _kind(reading: EventReading, codebook: Codebook, rules: list[str]) -> dict[str, Cell]:
    """Criteria, success and types of attack."""
    event, words = reading.event, reading.evidence or ""
    battle = event.event_type == "Battles" and not reading.harms_civilians
    types = codes_in("attacktype", words) or [str(codebook.map("attacktype", event.sub_event_type))]
    failed = not reading.somebody_harmed and bool(codes_in("success", words))
    suicide = event.sub_event_type == "Suicide bomb" or any("suicide" in w.text.casefold() for w in event.weapons)
    kidnapping = any(code.startswith(_HOSTAGES) for code in types[:1])
    taken = count_all(event.casualties, "captured", codebook, event.event_type) if kidnapping else None
    rules.extend(["doubt_battle"] if battle else [])
    rules.extend(["no_success"] if failed or event.sub_event_type == "Disrupted weapons use" else [])
    values: dict[str, Cell] = {
        "extended": int(types[0].startswith("6 ")),
        "crit1": 1,
        "crit2": 1,
        "crit3": int(not battle),
        "doubtterr": int(battle),
        "alternative": 1 if battle else None,
        "alternative_txt": "Insurgency/Guerilla Action" if battle else None,
        "multiple": 0,
        "success": int("no_success" not in rules),
        "suicide": int(suicide),
        "ishostkid": int(kidnapping),
        "nhostkid": taken.best if taken else None,
    }
    for number, code in enumerate(types[:3], 1):
        values.update(_coded_pair(f"attacktype{number}", code))
    return values


_HOSTAGES = ("4 ", "5 ", "6 ")


def _perpetrators(reading: EventReading, attackers: list[Party], rules: list[str]) -> dict[str, Cell]:
    groups = [group_name(party.name, reading.country) for party in attackers if party.kind not in _NO_GROUP]
    groups = list(dict.fromkeys(groups))
    if not groups:
        rules.append("unknown_perpetrator")
    claimed = bool(reading.parties("claimant"))
    caught = [casualty for casualty in reading.event.casualties if casualty.outcome in ("arrested", "captured")]
    of_attackers = [casualty.quantity.best for casualty in caught if _is_one_of(reading, casualty, attackers)]
    return {
        "gname": groups[0] if groups else "Unknown",
        "gname2": groups[1] if len(groups) > 1 else None,
        "gname3": groups[2] if len(groups) > 2 else None,
        "guncertain1": int(reading.event.certainty == "claimed") if groups else 0,
        "individual": 0,
        "nperps": _UNKNOWN_NUMBER,
        "nperpcap": sum(number or 0 for number in of_attackers) if of_attackers else _UNKNOWN_NUMBER,
        "claimed": int(claimed),
    }


#: Kinds of actors that are no group of their own.
_NO_GROUP = frozenset({None, "unidentified", "civilians", "protesters", "rioters"})


def _is_one_of(reading: EventReading, casualty: Casualty, parties: list[Party]) -> bool:
    victim = casualty.victim
    names = {party.name for party in parties}
    return victim is not None and reading.party(victim.mention, victim.actor).name in names


def _harm(
    reading: EventReading, attackers: list[Party], counts: tuple[Count, Count], codebook: Codebook, rules: list[str]
) -> dict[str, Cell]:
    killed, wounded = counts
    attackers_killed = _of_attackers(reading, attackers, "killed", codebook)
    attackers_wounded = _of_attackers(reading, attackers, "injured", codebook)
    if attackers_killed.best or attackers_wounded.best:
        rules.append("attackers_included")
    return {
        "nkill": killed.best,
        "nkillter": attackers_killed.best,
        "nwound": wounded.best,
        "nwoundte": attackers_wounded.best,
    }


def _of_attackers(reading: EventReading, attackers: list[Party], outcome: str, codebook: Codebook) -> Count:
    """How many of the attackers themselves met an outcome."""
    chosen: list[Casualty] = []
    for casualty in reading.casualties(outcome):
        if _is_one_of(reading, casualty, attackers):
            chosen.append(casualty)
        else:
            chosen.extend(part for part in casualty.includes if _is_one_of(reading, part, attackers))
    return count_all(chosen, outcome, codebook, reading.event.event_type)


def _targets(reading: EventReading, targets: list[Party], codebook: Codebook) -> dict[str, Cell]:
    """Up to three targets: by the words for them, else by their kind, else by what the report says was hit."""
    values: dict[str, Cell] = {}
    for number, party in enumerate(targets[:3], 1):
        values.update(_coded_pair(f"targtype{number}", _target_type(reading, party, codebook)))
        values[f"target{number}"] = party.text
        if party.kind and not party.is_civilian:
            values[f"corp{number}"] = party.name
    if not targets:
        hit = codes_in("targtype", reading.evidence or "")
        harmed = codebook.map("targtype", "civilians") if reading.somebody_harmed else codebook.map("targtype", None)
        values.update(_coded_pair("targtype1", hit[0] if hit else harmed))
    return values


def _target_type(reading: EventReading, party: Party, codebook: Codebook) -> str | None:
    if party.is_civilian or party.kind is None:
        named = codes_in("targtype", party.text)
        if named:
            return named[0]
        for casualty in reading.event.casualties:
            for trait in casualty.victim.traits if casualty.victim else ():
                if trait in codebook.maps["targtype"]:
                    return codebook.map("targtype", trait)
        return codebook.map("targtype", "civilians")
    return codebook.map("targtype", party.kind)


def _weapons(reading: EventReading, codebook: Codebook, rules: list[str]) -> dict[str, Cell]:
    """Weapons by their words, then by the words for the attack, then by its type; those of the attack's type first."""
    named = " ; ".join(weapon.text for weapon in reading.event.weapons)
    found = codes_in("weaptype", f"{named} ; {reading.evidence or ''}")
    if not found:
        attack = codebook.map("attacktype", reading.event.sub_event_type)
        found = [codebook.map("weapon_of_attack", attack) or codebook.maps["weaptype"][""]]
        rules.append("weapon_inferred")
    values: dict[str, Cell] = {}
    for number, code in enumerate(found[:4], 1):
        values.update(_coded_pair(f"weaptype{number}", code))
    values["weapdetail"] = named.replace(" ; ", "; ") or None
    return values


def _coded_pair(column: str, code: str | None) -> dict[str, Cell]:
    """A code and its words: ``"3 Bombing/Explosion"`` fills ``column`` and ``column_txt``."""
    if code is None:
        return {}
    number, _, words = code.partition(" ")
    return {column: int(number), f"{column}_txt": words}


def _specificity(reading: EventReading, codebook: Codebook) -> int:
    table = codebook.maps["specificity"]
    location = reading.location
    if location is None or reading.place is None:
        return int(table["none"])
    if reading.place.kind in ("admin1", "country"):
        return int(table["admin1" if reading.place.kind == "admin1" else "none"])
    if reading.is_area:
        return int(table["area"])
    return int(table["no_point" if location.place is None else "site"])


def _citation(reading: EventReading) -> str | None:
    article = reading.annotation.article
    parts = (f'"{article.title}"' if article.title else None, article.outlet)
    words = ", ".join(part for part in parts if part)
    return f"{words}, {article.published:%B %d, %Y}." if words and article.published else words or None
