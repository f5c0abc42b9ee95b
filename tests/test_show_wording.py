"""Records said in words: a number never loses its bounds, and what is open is said to be open."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.schema import Actor, Bounds, Casualty, Date, Event, Mention, Place, Quantity, Tally, Victim
from conflict_events.show.tallies import tally_trees
from conflict_events.show.wording import (
    bounds_words,
    casualty_words,
    date_words,
    isolated,
    place_words,
    printable,
    quantity_words,
    tally_words,
    toll_words,
)


@pytest.mark.parametrize(
    ("low", "best", "high", "modifier", "said"),
    [
        (5, 5, 5, "exact", "5"),
        (0, 0, 0, "exact", "0"),
        (1200, 1200, 1200, "exact", "1,200"),
        (9, 9, None, "at_least", "at least 9"),
        (9, 9, None, "more_than", "more than 9"),
        (None, 10, 10, "at_most", "at most 10"),
        (None, None, 9, "fewer_than", "at most 9"),
        (None, 25, None, "about", "about 25"),
        (10, None, 15, "range", "10 to 15"),
        (3, None, None, "vague", "3 or more"),
        (None, None, None, "none", "no number stated"),
    ],
)
def test_quantities(low: int | None, best: int | None, high: int | None, modifier: str, said: str) -> None:
    assert quantity_words(Quantity(low=low, best=best, high=high, modifier=modifier)) == said  # type: ignore[arg-type]


NUMBERS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=3, max_size=3).map(sorted)


@given(NUMBERS, st.sets(st.sampled_from(["low", "best", "high"])))
def test_every_known_bound_is_said(numbers: list[int], known: set[str]) -> None:
    bounds = {name: value for name, value in zip(("low", "best", "high"), numbers, strict=True) if name in known}
    said = bounds_words(Bounds(**bounds))
    assert all(f"{value:,}" in said for value in bounds.values())
    exact = {"low", "high"} <= known and numbers[0] == numbers[2]
    assert said.replace(",", "").isdigit() == exact  # a bare number is said only of what is known exactly


def test_an_event_without_numbers_is_not_said_to_have_none_killed() -> None:
    assert toll_words(Event(id="e1", kind="incident")) == "no number stated"
    assert toll_words(Event(id="e1", kind="incident", fatalities=Bounds(low=0, best=0, high=0))) == "0 killed"


def test_only_what_is_stated_is_in_the_toll() -> None:
    event = Event(id="e1", kind="incident", injuries=Bounds(low=5, best=None, high=None))
    assert toll_words(event) == "5 or more injured"


def test_other_outcomes_are_in_the_toll_and_never_summed() -> None:
    def some(outcome: str, number: int) -> Casualty:
        return Casualty(outcome=outcome, quantity=Quantity(low=number, best=number, high=number))  # type: ignore[arg-type]

    event = Event(id="e1", kind="incident", casualties=[some("killed_or_injured", 25), some("captured", 2)])
    assert toll_words(event) == "25 killed or injured, 2 captured"
    none, zero = some("killed_or_injured", 0), Bounds(low=0, best=0, high=0)
    event = Event(id="e2", kind="incident", casualties=[none], fatalities=zero, injuries=zero)
    assert toll_words(event) == "0 killed, 0 injured"


def test_a_casualty_is_said_with_its_victims() -> None:
    army = Actor(id="a", name="Syrian Arab Army", kind="state forces")
    victim = Victim(mention=Mention(start=0, end=8, text="soldiers"), actor=army, status="combatant")
    some = Casualty(outcome="killed_or_injured", quantity=Quantity(low=2, best=2, modifier="at_least"), victim=victim)
    assert casualty_words(some) == "at least 2 killed or injured: soldiers [Syrian Arab Army; combatant]"
    assert casualty_words(Casualty(outcome="injured", quantity=Quantity())) == "injured, no number stated"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (Date(), "not stated"),
        (Date(text="on  Eid"), '"on Eid", not resolved to a day'),
        (Date(start=dt.date(2024, 3, 3), precision="day", basis="text", text="on Sunday"), '2024-03-03 ("on Sunday")'),
        (
            Date(start=dt.date(2024, 3, 3), precision="day", basis="published"),
            "2024-03-03 (day of publication; the text gives no date)",
        ),
        (Date(start=dt.date(2024, 2, 1), end=dt.date(2024, 2, 29), precision="month"), "2024-02"),
        (Date(start=dt.date(2024, 1, 1), end=dt.date(2024, 12, 31), precision="year"), "2024"),
        (Date(start=dt.date(2024, 3, 4), end=dt.date(2024, 3, 10), precision="week"), "2024-03-04 to 2024-03-10"),
    ],
)
def test_dates_say_what_they_rest_on(date: Date, said: str) -> None:
    assert date_words(date) == said


def test_places_say_how_well_they_match() -> None:
    place = Place(id="p", name="Homs", kind="admin1", admin1="Homs", country="Syria", lat=34.3, lon=38.3, score=0.97)
    assert place_words(place) == "Homs, Syria; 34.3000, 38.3000; match 0.97"
    assert place_words(None) == "not resolved to a place"


def test_tallies_say_period_and_operations() -> None:
    tally = Tally(
        id="t", place_text="Homs desert", since="early 2024", operations=1, total=Quantity(low=3, best=3, high=3)
    )
    assert tally_words(tally) == "3 killed, Homs desert, since early 2024, 1 operation"
    assert tally_words(Tally(id="t")) == "killed, no total stated"


PARENTS = st.lists(st.none() | st.integers(min_value=0, max_value=7), max_size=7)


@given(PARENTS)
def test_each_tally_stands_in_the_trees_exactly_once(parents: list[int | None]) -> None:
    tallies = [Tally(id=f"t{i}", parent=None if parent is None else f"t{parent}") for i, parent in enumerate(parents)]
    waiting, seen = list(tally_trees(tallies)), []
    while waiting:
        node = waiting.pop()
        seen.append(node.tally.id)
        waiting += node.children
        assert all(child.tally.parent == node.tally.id for child in node.children)
    assert sorted(seen) == [tally.id for tally in tallies]


@given(st.text())
def test_printable_text_keeps_its_length_and_steers_nothing(text: str) -> None:
    safe = printable(text)
    assert len(safe) == len(text)
    assert not set(safe) & set("\x00\x07\x08\x0d\x1b\x7f\x9b\u202a\u202b\u202d\u202e\u2066\u2067")
    safe.encode("utf-8")


def test_words_from_right_to_left_are_isolated() -> None:
    assert isolated("Homs") == "Homs"
    assert isolated("حمص") == "\u2068حمص\u2069"
