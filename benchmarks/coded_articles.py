"""How often the events of an article reach the incident that coders placed.

Usage: ``python benchmarks/coded_articles.py CODED ANNOTATIONS``

CODED holds one article a line with ``source_id``, ``text`` and ``incidents`` (``location_en``, ``lat``, ``lon``), as
coders of civilian harm write them; ANNOTATIONS the annotations of the same articles, by ``article.id``. An article
names a coded place if some words of its text have the romanisation key of the place's name (``docs/places.md``), or
are one name with it by the same rules; the name is the first part of ``location_en``, without words such as "village".
Counted are the articles that name the place of an incident with a point. Right are those with an event that has a
place within 10 km of the point of such an incident.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conflict_events.places.gazetteer import kilometres
from conflict_events.places.keys import romanisation
from conflict_events.places.words import place_words, without_feature

RIGHT_KM = 10.0
_WORD = re.compile(r"[\w’'‘`-]+")
_LONGEST = 4


def coded_name(location: str) -> str:
    """The name of a coded place: its first part, without the words that stand beside names.

    >>> coded_name("Tal al-Laban village, Tal Tamer")
    'Tal al-Laban'
    """
    words = place_words()
    first = re.split(r"[,(]|\bnear\b|\bin\b", location)[0]
    kept = [
        word for word in first.split() if word.casefold() not in words.beside and word.casefold() not in ("the", "of")
    ]
    return without_feature(" ".join(kept))[0]


def names(text: str, place: str) -> bool:
    """Whether some words of ``text`` spell ``place``, however they spell it."""
    rules = romanisation()
    key = rules.key(place)
    if len(key) < 3:
        return False
    words = _WORD.findall(text)
    for start, word in enumerate(words):
        if not (word[:1].isupper() or word[:3] in ("al-", "el-", "as-", "ar-", "an-", "ad-", "at-", "az-", "ash")):
            continue
        for size in range(1, _LONGEST + 1):
            said = " ".join(words[start : start + size])
            if rules.key(said) == key or rules.same_name(said, place):
                return True
    return False


def named_incidents(article: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The incidents with a point whose place the article names."""
    for incident in article["incidents"]:
        place = coded_name(incident["location_en"] or "")
        if place and incident["lat"] is not None and names(article["text"], place):
            yield incident


def distance(incident: dict[str, Any], events: list[dict[str, Any]]) -> float | None:
    """Kilometres from the incident to the nearest place of the events; ``None`` where they have none."""
    points = [
        (place["lat"], place["lon"])
        for event in events
        for location in event["locations"]
        if (place := location["place"]) and place["lat"] is not None
    ]
    return min((kilometres(*point, incident["lat"], incident["lon"]) for point in points), default=None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("coded", type=Path, help="coded articles, one JSON object a line")
    parser.add_argument("annotations", type=Path, help="annotations of the same articles, one a line")
    parser.add_argument("--misses", action="store_true", help="print the articles whose incident is not reached")
    options = parser.parse_args()
    events = {}
    for line in options.annotations.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        events[record["article"]["id"]] = record["events"]
    halves = [[0, 0], [0, 0]]
    for number, line in enumerate(options.coded.read_text(encoding="utf-8").splitlines()):
        article = json.loads(line)
        incidents = list(named_incidents(article))
        if not incidents:
            continue
        apart = [distance(incident, events.get(article["source_id"], [])) for incident in incidents]
        right = any(one is not None and one <= RIGHT_KM for one in apart)
        halves[number % 2][0] += right
        halves[number % 2][1] += 1
        if options.misses and not right:
            said = [incident["location_en"] for incident in incidents]
            print(f"  {number} {article['source_id']} {said} {[one and round(one) for one in apart]}")
    right, total = (sum(half[index] for half in halves) for index in (0, 1))
    parts = ", ".join(f"{half[0]}/{half[1]}" for half in halves)
    print(
        f"{options.coded.name}: the point within {RIGHT_KM:.0f} km of a place of an event in {right} of the {total} "
        f"articles that name the coded place ({right / max(1, total):.1%}; even and odd articles {parts})"
    )


if __name__ == "__main__":
    main()
