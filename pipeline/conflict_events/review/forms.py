"""What the page's forms say, as decisions."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from conflict_events.corpus.parse import parse_written_number
from conflict_events.numbers import parse_quantity
from conflict_events.review.corrections import CorrectionError
from conflict_events.review.operations import OPERATION, Operation
from conflict_events.schema import Actor, Date, Mention, Place, Quantity

_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*$")
_THREE = re.compile(r"(\d{1,9}|-)/(\d{1,9}|-)/(\d{1,9}|-)$")
_PASSED_ON = ("do", "event", "kind", "certainty", "outcome", "status", "role", "other", "text")
_FORM_OF_DATE = "a date is written as 2024-03-03, or 2024-03-03..2024-03-05"


@dataclass(frozen=True)
class Tables:
    """Where a form's places and actors are looked up by their ids."""

    place: Callable[[str], Place | None]
    actor: Callable[[str], Actor | None]


def written_number(quantity: Quantity) -> str:
    """A quantity as a person writes it: 5, 9+, ~25, <=10, 10..15, ?; else its three bounds: 8/9/12.

    >>> written_number(Quantity(low=9, best=9, modifier="at_least"))
    '9+'
    """
    low, best, high = quantity.low, quantity.best, quantity.high
    for tried in (f"{best}", f"{best}+", f"~{best}", f"<={best}", f"{low}..{high}", "?"):
        read = parse_written_number(tried)
        if read and (read.low, read.best, read.high) == (low, best, high):
            return tried
    return "/".join("-" if value is None else str(value) for value in (low, best, high))


def read_number(written: str) -> Quantity:
    """The quantity that a person wrote, in figures or in words ("at least nine"). CorrectionError where it is none."""
    written = written.strip()
    try:
        if match := _THREE.match(written):
            low, best, high = (None if value == "-" else int(value) for value in match.groups())
            return Quantity(low=low, best=best, high=high, modifier="range")
        found = parse_written_number(written) or parse_quantity(written)
    except ValidationError:
        found = None
    if found is None:
        raise CorrectionError(
            f"{written!r} is no number of people; write 5, 9+ (at least), ~25 (about), <=10, 10..15, ? (not stated)"
        )
    return found


def operation_of(form: Mapping[str, str], text: str | None, tables: Tables) -> Operation:
    """The decision that a form says. Raises CorrectionError with what is to be filled in otherwise."""
    data: dict[str, Any] = {name: form[name] for name in _PASSED_ON if form.get(name)}
    data.setdefault("event", "")
    words = _words(form, text)
    build = _BUILDERS.get(form.get("do", ""))
    if build is not None:
        data |= build(form, words, tables)
    try:
        return OPERATION.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or "decision"
        raise CorrectionError(f"{field}: {first['msg']}") from None


def _words(form: Mapping[str, str], text: str | None) -> Mention | None:
    if not form.get("start"):
        return None
    try:
        start, end = int(form["start"]), int(form.get("end", ""))
    except ValueError:
        raise CorrectionError("the words are not in the article; choose them again") from None
    if text is None or not 0 <= start < end <= len(text):
        raise CorrectionError("the words are not in the article; choose them again")
    return Mention(start=start, end=end, text=text[start:end])


def _positions(value: str) -> list[int]:
    try:
        return [int(part) for part in re.split(r"[.,]", value) if part]
    except ValueError:
        raise CorrectionError(f"{value!r} is no figure; load the page again") from None


def _figure(form: Mapping[str, str], words: Mention | None, tables: Tables) -> dict[str, Any]:
    given: dict[str, Any] = {"path": _positions(form.get("path", ""))}
    number = form.get("number", "").strip()
    if words is not None and form.get("words_are") == "victim":
        given["victim"] = words
    elif words is not None:
        given["mention"] = words
        number = number or words.text
    if number:
        given["quantity"] = read_number(number)
    return given


def _describe(form: Mapping[str, str], words: Mention | None, tables: Tables) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if form.get("type"):
        event_type, _, sub_event_type = form["type"].partition(" / ")
        given |= {"event_type": event_type, "sub_event_type": sub_event_type}
    if (when := form.get("date", "").strip()) and when != form.get("date_before", ""):
        given["date"] = _date(when, words)
    return given


def _date(when: str, words: Mention | None) -> Date:
    if when == "?":
        return Date()
    first, _, last = when.partition("..")
    try:
        start = dt.date.fromisoformat(first.strip())
        end = dt.date.fromisoformat(last.strip()) if last else start
    except ValueError:
        raise CorrectionError(f"{_FORM_OF_DATE} (? where it is not known)") from None
    if end < start:
        raise CorrectionError("the last day lies before the first; " + _FORM_OF_DATE)
    days = (end - start).days
    precision = "day" if days == 0 else "week" if days < 7 else "month" if days < 31 else "year"
    return Date.model_validate(
        {"start": start, "end": end, "precision": precision, "basis": "text", "text": words.text if words else None}
    )


def _party(form: Mapping[str, str], words: Mention | None, tables: Tables) -> dict[str, Any]:
    given: dict[str, Any] = {"mention": words, **_index(form)}
    if form.get("actor") == "none":
        given["unlink"] = True
    elif form.get("actor"):
        given["actor"] = tables.actor(form["actor"])
        if given["actor"] is None:
            raise CorrectionError("that actor is not in the table; search again")
    elif name := " ".join(form.get("new_actor", "").split()):
        given["actor"] = Actor(id=f"new:{name.casefold()}", name=name, kind="unidentified")
    return given


def _place(form: Mapping[str, str], words: Mention | None, tables: Tables) -> dict[str, Any]:
    given: dict[str, Any] = {"mention": words, **_index(form)}
    if form.get("place") == "none":
        given["unlink"] = True
    elif form.get("place"):
        given["place"] = tables.place(form["place"])
        if given["place"] is None:
            raise CorrectionError("that place is not in the gazetteer; search again")
    elif point := form.get("point", "").strip():
        match = _POINT.match(point)
        if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
            raise CorrectionError("a point is written as latitude, longitude: 34.887, 38.872")
        name = words.text if words else form.get("name", "") or "point"
        given["place"] = Place(
            id=f"point:{match[1]},{match[2]}",
            name=name,
            kind="point",
            lat=float(match[1]),
            lon=float(match[2]),
            score=1,
        )
    return given


def _index(form: Mapping[str, str]) -> dict[str, int]:
    index = _positions(form.get("index", ""))
    return {"index": index[0]} if index else {}


_BUILDERS: Mapping[str, Callable[[Mapping[str, str], Mention | None, Tables], dict[str, Any]]] = {
    "figure": _figure,
    "describe": _describe,
    "party": _party,
    "place": _place,
    "drop_party": lambda form, words, tables: _index(form),
    "drop_place": lambda form, words, tables: _index(form),
    "drop_figure": lambda form, words, tables: {"path": _positions(form.get("path", ""))},
    "nest": lambda form, words, tables: {
        "path": _positions(form.get("path", "")),
        "under": _positions(form.get("under", "")),
    },
    "split": lambda form, words, tables: {
        "figures": _positions(form.get("figures", "")),
        "new": f"{form.get('event', '')}-r{secrets.token_hex(4)}",
    },
    "add": lambda form, words, tables: {
        "evidence": words,
        "event": f"{form.get('article', '')}-r{secrets.token_hex(4)}",
    },
    "flag": lambda form, words, tables: {"on": form.get("on") == "yes"},
    "note": lambda form, words, tables: {"text": form.get("text", "")},
}
