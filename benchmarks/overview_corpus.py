"""Makes a corpus of invented incidents, to see how the overview bears many: ``overview_corpus.py 20000 OUT.jsonl``.

Places are settlements and governorates of the gazetteer, words and figures are drawn at random with a fixed seed.
``--events`` writes results of ``annotate`` (one article an event) in place of incidents.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from conflict_events.merging.figures import disagreements, figures
from conflict_events.merging.reports import Report, reports_of
from conflict_events.places.ready import open_ready_table
from conflict_events.schema import Annotation, Incident
from conflict_events.summary import Summaries

OUTLETS = ("sohr", "north-press", "sana", "syrian-observer", "enab-baladi", None)
ACTORS = (
    ("islamic-state", "Islamic State", "jihadist", "ISIS cells"),
    ("military:syria:2000", "Military Forces of Syria", "state forces", "regime forces"),
    ("sdf", "Syrian Democratic Forces", "rebel", "SDF fighters"),
    ("unidentified:syria", "Unidentified Armed Group (Syria)", "unidentified", "unidentified gunmen"),
    ("military:russia", "Military Forces of Russia", "foreign forces", "Russian planes"),
    ("hts", "Hayat Tahrir al-Sham", "rebel", "HTS members"),
)
TYPES = (
    ("Battles", "Armed clash"),
    ("Explosions/Remote violence", "Remote explosive/landmine/IED"),
    ("Explosions/Remote violence", "Air/drone strike"),
    ("Violence against civilians", "Attack"),
    (None, None),
)
FIRST = dt.date(2019, 1, 1)
DAYS = 5 * 365


def places() -> list[dict[str, Any]]:
    """Places of Syria with a point: mostly settlements, some governorates, as in real reports."""
    columns = ["id", "name", "kind", "country", "admin1", "admin2", "lat", "lon"]
    table = open_ready_table().read(columns=columns).to_pandas()
    table = table[(table.country == "Syria") & table.lat.notna()]
    many = table[table.kind == "settlement"].sample(1500, random_state=1)
    wide = pd.concat([table[table.kind == "admin1"]] * 8)
    rows = pd.concat([many, wide]).astype(object)
    return list(rows.where(rows.notna(), None).to_dict("records"))


def made_annotation(number: int, chance: random.Random, known: list[dict[str, Any]], **fixed: Any) -> Annotation:
    """An article with one event; ``fixed`` may give the day, place, type and killed of another article's event."""
    day = fixed.get("day") or FIRST + dt.timedelta(days=int(DAYS * chance.random() ** 1.3))
    place = fixed.get("place") or known[min(int(chance.expovariate(1 / 180)), len(known) - 1)]
    event_type, sub_event_type = fixed.get("type") or chance.choice(TYPES)
    killed = fixed.get("killed", int(chance.paretovariate(1.3)) - 1 if chance.random() < 0.8 else None)
    by, on = chance.sample(ACTORS, 2)
    words = f"{killed} people" if killed is not None else "people"
    text = f"{by[3].capitalize()} attacked {on[3]} in {place['name']} and killed {words}, a made-up report says."

    def mention(part: str) -> dict[str, Any]:
        return {"start": text.index(part), "end": text.index(part) + len(part), "text": part}

    def actor(one: tuple[str, str, str, str]) -> dict[str, Any]:
        return {"id": one[0], "name": one[1], "kind": one[2]}

    casualties = []
    bounds = None
    if killed is not None:
        high = killed if chance.random() < 0.85 else None
        bounds = {"low": killed, "best": killed, "high": high}
        status = chance.choice(("civilian", "combatant", "unknown"))
        victim = {"mention": mention("people"), "status": status, "traits": ["child"] if chance.random() < 0.1 else []}
        quantity = {**bounds, "modifier": "exact" if high is not None else "at_least"}
        casualties = [{"outcome": "killed", "quantity": quantity, "mention": mention(str(killed)), "victim": victim}]
    located = chance.random() < 0.95
    name = f"made-{number}"
    event = {
        "id": f"{name}-e1",
        "kind": chance.choices(("incident", "update", "background"), (90, 5, 5))[0],
        "certainty": chance.choices(("asserted", "claimed", "denied"), (94, 5, 1))[0],
        "event_type": event_type,
        "sub_event_type": sub_event_type,
        "date": {"start": day, "end": day, "precision": "day", "basis": "text", "text": "on Monday"},
        "actors": [
            {"role": "perpetrator", "mention": mention(by[3].capitalize()), "actor": actor(by)},
            {"role": "target", "mention": mention(on[3]), "actor": actor(on)},
        ],
        "locations": [
            {
                "role": chance.choice(("site", "site", "near")) if place["kind"] != "admin1" else "within",
                "mention": mention(place["name"]),
                "place": {**place, "score": 0.9} if located else None,
            }
        ],
        "casualties": casualties,
        "fatalities": bounds,
        "evidence": [mention(text)],
        "score": round(chance.betavariate(6, 2), 3),
    }
    annotation = Annotation.model_validate(
        {
            "article": {
                "id": name,
                "outlet": chance.choice(OUTLETS),
                "title": f"Made-up report {number} from {place['name']}",
                "published": day + dt.timedelta(days=chance.choice((0, 0, 1, 1, 2))),
                "url": f"https://example.org/{number}",
            },
            "events": [event],
            "model": {"name": "made up", "version": "0"},
        }
    )
    annotation.events[0].summary = Summaries.load()(annotation.events[0])
    return annotation


def made_incidents(count: int, seed: int = 1) -> Iterator[Incident]:
    """Incidents of one to four reports, some of which disagree on the killed."""
    chance = random.Random(seed)
    known = places()
    for number in range(count):
        first = made_annotation(number * 10, chance, known)
        event = first.events[0]
        place = event.locations[0].place.model_dump() if event.locations[0].place else None
        group = [first]
        for other in range(chance.choices((0, 1, 2, 3), (70, 18, 8, 4))[0]):
            best = event.fatalities.best if event.fatalities else None
            killed = best if best is None or chance.random() < 0.8 else best + 1
            fixed = {"day": event.date.start, "place": place, "killed": killed}
            group.append(made_annotation(number * 10 + other + 1, chance, known, **fixed))
        yield made_incident(f"i{number:06}", group)


def made_incident(name: str, group: list[Annotation]) -> Incident:
    """The incident of some articles' first events."""
    reports: list[Report] = [next(reports_of(item), None) or _none(item) for item in group]
    event = group[0].events[0]
    killed, injured = figures(reports, "killed", "lowest"), figures(reports, "injured", "lowest")
    location = event.locations[0]
    return Incident.model_validate(
        {
            "id": name,
            "kind": event.kind,
            "date": event.date,
            "date_reports": len(group),
            "place": location.place,
            "place_reports": len(group),
            "event_type": event.event_type,
            "sub_event_type": event.sub_event_type,
            "actors": [
                {"role": one.role, "name": one.actor.name, "actor": one.actor, "reports": 1}
                for one in event.actors
                if one.actor
            ],
            "casualties": event.casualties,
            "killed": killed,
            "injured": injured,
            "reports": [
                {
                    "article_id": item.article.id,
                    "event_id": item.events[0].id,
                    "outlet": item.article.outlet,
                    "published": item.article.published,
                    "relation": "reports" if item.events[0].kind != "background" else "recalls",
                    "title": item.article.title,
                    "url": item.article.url,
                }
                for item in group
            ],
            "findings": disagreements(killed, injured, name),
            "event": event,
            "event_article": group[0].article.id,
            "score": 0.9 if len(group) > 1 else None,
        }
    )


def _none(item: Annotation) -> Report:
    changed = item.model_copy(update={"events": [item.events[0].model_copy(update={"certainty": "asserted"})]})
    return next(reports_of(changed))


def main() -> None:
    """Write the corpus that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("output", type=Path)
    parser.add_argument("--events", action="store_true")
    arguments = parser.parse_args()
    with arguments.output.open("w", encoding="utf-8") as file:
        if arguments.events:
            chance, known = random.Random(1), places()
            for number in range(arguments.count):
                file.write(made_annotation(number, chance, known).model_dump_json() + "\n")
        else:
            for incident in made_incidents(arguments.count):
                file.write(incident.model_dump_json() + "\n")


if __name__ == "__main__":
    main()
