"""A dense corpus for merging: one outlet and one region within a month, several attacks a day near each other.

Articles are put together from short sentences written for this; the incidents that each tells are marked as they are
made. Names of towns are those of Idlib and Aleppo; the attacks are made up.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

TOWNS = (
    *("Saraqib", "Ariha", "Maarat al-Numan", "Kafr Nabl", "Jisr al-Shughur", "Binnish", "Sarmin", "Taftanaz", "Atarib"),
    *(
        "Khan Shaykhun",
        "Kafr Takharim",
        "Harem",
        "Salqin",
        "Darat Izza",
        "Maarrat Misrin",
        "Hass",
        "Kafr Oweid",
        "Al-Bara",
    ),
)
ATTACKS = (
    ("air strikes", "Russian warplanes", "launched air strikes on {spot} in {town}", "Air strikes on {town}"),
    ("shelling", "Regime forces", "shelled {spot} in {town} with artillery", "Shelling of {town}"),
    ("rockets", "Regime forces", "fired rockets at {spot} in {town}", "Rockets hit {town}"),
    ("drone", "A regime drone", "targeted {spot} in {town} with an explosive charge", "Drone attack on {town}"),
    ("shooting", "Unidentified gunmen", "opened fire at {spot} in {town}", "Gunmen open fire in {town}"),
    ("bomb", "Unknown people", "detonated an explosive device at {spot} in {town}", "Explosion in {town}"),
)
SPOTS = (
    *("a bakery", "the main market", "a school", "a camp of displaced people", "a farm", "a bus", "a checkpoint"),
    *("the western neighbourhood", "a clinic", "a petrol station", "a mosque", "a house", "the road to the highway"),
)
VICTIMS = ("civilians", "members of one family", "workers", "children", "fighters", "farmers", "displaced people")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TIMES = ("in the morning", "at noon", "in the evening", "after midnight", "at dawn", "in the afternoon")
CLOSING = (
    "Ambulances brought the wounded to hospitals nearby.",
    "Shops stayed closed for the rest of the day.",
    "Rescuers of the Civil Defence searched the rubble.",
    "Reconnaissance aircraft were seen over the area.",
    "No party claimed responsibility.",
    "Residents fled towards the border.",
)
FIRST = dt.date(2023, 3, 1)
DAYS = 30


def _count(number: int, people: str) -> str:
    singular = {
        "children": "child",
        "members of one family": "member of one family",
        "displaced people": "displaced man",
    }
    one = singular.get(people, people.removesuffix("s"))
    return f"one {one} was" if number == 1 else f"{WORDS[number]} {people} were"


def _attack(random_: random.Random, number: int, day: dt.date) -> dict[str, Any]:
    _, who, what, headline = random_.choice(ATTACKS)
    killed, injured = random_.choice((0, 1, 1, 2, 2, 3, 4, 5, 7)), random_.choice((0, 1, 2, 3, 5, 8, 11))
    if killed + injured == 0:
        injured = 2
    return {
        "code": f"D{number:03}",
        "day": day,
        "town": random_.choice(TOWNS),
        "spot": random_.choice(SPOTS),
        "who": who,
        "what": what,
        "headline": headline,
        "people": random_.choice(VICTIMS),
        "killed": killed,
        "injured": injured,
        "time": random_.choice(TIMES),
    }


def _toll(item: dict[str, Any], verb: tuple[str, str] = ("killed", "injured")) -> str:
    parts = []
    if item["killed"]:
        parts.append(f"{_count(item['killed'], item['people'])} {verb[0]}")
    if item["injured"]:
        parts.append(
            f"{_count(item['injured'], 'people' if item['killed'] else item['people'])} {verb[1]}".replace(
                "one people was", "one person was"
            )
        )
    return " and ".join(parts)


def _sentences(random_: random.Random, item: dict[str, Any], kind: str) -> tuple[str, str]:
    """Title and lead of one telling: a first report, a second one of the day, or an update of the next day."""
    what = item["what"].format(**item)
    weekday = f"{item['day']:%A}"
    toll = _toll(item)
    title = item["headline"].format(**item)
    if kind == "update":
        item = item | {"killed": item["killed"] + 1, "injured": max(0, item["injured"] - 1)}
        number = WORDS[item["killed"]]
        return (
            f"Death toll in {item['town']} rises to {number}",
            f"The death toll of the attack on {item['spot']} in {item['town']} on {weekday} has risen to {number}, "
            f"after one of the injured died of wounds in hospital.",
        )
    who = item["who"] if item["who"].startswith("R") else item["who"][0].lower() + item["who"][1:]
    leads = (
        f"{item['who']} {what} on {weekday} {item['time']}; {toll}.",
        f"On {weekday} {item['time']}, {who} {what}, and {toll}.",
        f"{toll[0].upper() + toll[1:]} on {weekday} {item['time']}, when {who} {what}.",
    )
    return (f"{title}: {toll}" if kind == "first" else f"{title} on {weekday}"), random_.choice(leads)


def dense_corpus(articles: int = 320, seed: int = 17) -> Iterator[dict[str, Any]]:
    """Articles with ``id``, ``outlet``, ``title``, ``published``, ``text``, ``incidents`` (codes) and ``tolls``: by
    code, the killed and injured as this article tells them."""
    random_ = random.Random(seed)
    made, number = 0, 0
    while made < articles:
        day = FIRST + dt.timedelta(days=number % DAYS)
        item = _attack(random_, number, day)
        number += 1
        tellings = ["first", *random_.choice(((), (), ("again",), ("again",), ("update",), ("again", "update")))]
        for kind in tellings:
            if kind == "update" and not item["killed"]:
                continue
            title, lead = _sentences(random_, item, kind)
            body = [lead, *random_.sample(CLOSING, 2)]
            published = day + dt.timedelta(days=kind == "update")
            tolls = {item["code"]: [item["killed"] + (kind == "update"), max(0, item["injured"] - (kind == "update"))]}
            yield {
                "id": f"dense-{made:03}",
                "outlet": "sohr",
                "title": title,
                "published": published.isoformat(),
                "text": f"{title}\n\n" + "\n\n".join(body),
                "incidents": [{"code": item["code"]}],
                "tolls": tolls,
            }
            made += 1
