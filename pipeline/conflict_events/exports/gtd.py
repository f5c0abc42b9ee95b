"""The Global Terrorism Database's columns. See ``data/codebooks/gtd.toml`` for the rules."""

from __future__ import annotations

from collections.abc import Iterator

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.counting import Count, count_all
from conflict_events.exports.reading import EventReading, Party
from conflict_events.exports.row import Cell, Row
from conflict_events.schema import Casualty

_UNKNOWN = -9  # GTD's code for what is not known


def code_gtd(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row for an attack by somebody who is not a state; none for what states do."""
    attackers = reading.attackers
    if any(party.kind in codebook.coded.not_by for party in attackers[:1]):
        return
    event, article, codes, place = reading.event, reading.annotation.article, reading.codes, reading.place
    start = reading.start
    killed = count_all(event.casualties, "killed", codebook, event.event_type)
    wounded = count_all(event.casualties, "injured", codebook, event.event_type)
    attackers_killed = _of_attackers(reading, "killed", codebook)
    attackers_wounded = _of_attackers(reading, "injured", codebook)
    rules = [*killed.rules, *wounded.rules]
    if attackers_killed.best or attackers_wounded.best:
        rules.append("attackers_included")
    battle = event.event_type == "Battles" or not reading.harms_civilians
    if battle:
        rules.append("doubt_battle")
    if not attackers:
        rules.append("unknown_perpetrator")
    suicide = event.sub_event_type == "Suicide bomb" or any("suicide" in w.text.casefold() for w in event.weapons)
    claimed = bool(reading.parties("claimant"))
    kidnapping = event.sub_event_type == "Abduction/forced disappearance"
    taken = count_all(event.casualties, "captured", codebook, event.event_type) if kidnapping else None
    values: dict[str, Cell] = {
        "eventid": reading.event.id,
        "iyear": start.year if start else 0,
        "imonth": start.month if start and reading.precision in ("day", "week", "month") else 0,
        "iday": start.day if start and reading.precision == "day" else 0,
        "approxdate": event.date.text if reading.precision != "day" else None,
        "extended": int(kidnapping),
        "country": codes.gtd if codes else None,
        "country_txt": reading.country,
        "region": codes.gtd_region if codes else None,
        "region_txt": codes.gtd_region_txt if codes else None,
        "provstate": reading.admin("admin1"),
        "city": place.name if place and not reading.is_area else None,
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "specificity": _specificity(reading, codebook),
        "vicinity": int(reading.location is not None and reading.location.role == "near"),
        "location": reading.location.mention.text if reading.location else None,
        "summary": reading.evidence,
        "crit1": 1,
        "crit2": 1,
        "crit3": int(not battle),
        "doubtterr": int(battle),
        "multiple": 0,
        "success": 1,
        "suicide": int(suicide),
        **_coded_pair("attacktype1", codebook.map("attacktype", event.sub_event_type)),
        **_targets(reading, codebook),
        "gname": attackers[0].name if attackers else "Unknown",
        "gname2": attackers[1].name if len(attackers) > 1 else None,
        "gname3": attackers[2].name if len(attackers) > 2 else None,
        "guncertain1": int(event.certainty == "claimed") if attackers else None,
        "individual": 0,
        "nperps": _UNKNOWN,
        "claimed": int(claimed),
        **_weapons(reading, codebook),
        "nkill": killed.best,
        "nkillter": attackers_killed.best,
        "nwound": wounded.best,
        "nwoundte": attackers_wounded.best,
        "property": _UNKNOWN,
        "ishostkid": int(kidnapping),
        "nhostkid": taken.best if taken else None,
        "addnotes": article.url,
        "scite1": _citation(reading),
        "dbsource": "conflict-events",
        "INT_LOG": _UNKNOWN,
        "INT_IDEO": _UNKNOWN,
        "INT_MISC": _UNKNOWN,
        "INT_ANY": _UNKNOWN,
    }
    yield Row(values, rules)


def _of_attackers(reading: EventReading, outcome: str, codebook: Codebook) -> Count:
    """How many of the attackers themselves met an outcome."""
    names = {party.name for party in reading.attackers}

    def theirs(casualty: Casualty) -> bool:
        victim = casualty.victim
        return victim is not None and reading.party(victim.mention, victim.actor).name in names

    chosen: list[Casualty] = []
    for casualty in reading.casualties(outcome):
        if theirs(casualty):
            chosen.append(casualty)
        else:
            chosen.extend(part for part in casualty.includes if theirs(part))
    return count_all(chosen, outcome, codebook, reading.event.event_type)


def _targets(reading: EventReading, codebook: Codebook) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    parties = reading.targets[:3]
    for number, party in enumerate(parties, 1):
        values.update(_coded_pair(f"targtype{number}", _target_type(reading, party, codebook)))
        values[f"target{number}"] = party.text
        if party.kind and not party.is_civilian:
            values[f"corp{number}"] = party.name
    if not parties:
        values.update(_coded_pair("targtype1", codebook.map("targtype", None)))
    return values


def _target_type(reading: EventReading, party: Party, codebook: Codebook) -> str | None:
    if party.is_civilian:
        for casualty in reading.event.casualties:
            for trait in casualty.victim.traits if casualty.victim else ():
                if trait in codebook.maps["targtype"]:
                    return codebook.map("targtype", trait)
    return codebook.map("targtype", party.kind)


def _weapons(reading: EventReading, codebook: Codebook) -> dict[str, Cell]:
    table = codebook.maps["weaptype"]
    found: dict[str, None] = {}
    for weapon in reading.event.weapons:
        words = weapon.text.casefold()
        found.setdefault(next((table[word] for word in table if word and word in words), table[""]))
    if not found:
        found.setdefault(table[""])
    values: dict[str, Cell] = {}
    for number, code in enumerate(list(found)[:4], 1):
        values.update(_coded_pair(f"weaptype{number}", code))
    values["weapdetail"] = "; ".join(weapon.text for weapon in reading.event.weapons) or None
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
    return int(table["near" if location.role == "near" else "site"])


def _citation(reading: EventReading) -> str | None:
    article = reading.annotation.article
    parts = (f'"{article.title}"' if article.title else None, article.outlet)
    words = ", ".join(part for part in parts if part)
    return f"{words}, {article.published:%B %d, %Y}." if words and article.published else words or None
