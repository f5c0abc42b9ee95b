"""What an event is, by what happened, who did it and to whom: short reports through the shipped pipeline."""

from __future__ import annotations

import datetime as dt

import pytest

import conflict_events
from conflict_events.records import annotation
from conflict_events.schema import Event


@pytest.fixture(scope="module")
def nlp():  # type: ignore[no-untyped-def]
    return conflict_events.load()


def events(nlp, text: str) -> list[Event]:  # type: ignore[no-untyped-def]
    return annotation(nlp(text)).events


@pytest.mark.parametrize(
    ("text", "sub_event_type"),
    [
        ("Gunmen shot dead the mayor of Tafas on Sunday.", "Attack"),
        ("The army regained control of the town of Saraqib from rebels on Monday.", "Government regains territory"),
        ("ISIS seized the town of Al-Sokhna from regime forces on Monday.", "Non-state actor overtakes territory"),
        ("Security forces opened fire on protesters in Karbala, killing three.", "Excessive force against protesters"),
        ("Police defused a bomb near a school in Mosul on Monday.", "Disrupted weapons use"),
        ("Unidentified men set fire to a warehouse of an aid group in Taiz.", "Looting/property destruction"),
    ],
)
def test_the_type_follows_what_happened_and_to_whom(nlp, text: str, sub_event_type: str) -> None:  # type: ignore[no-untyped-def]
    assert [event.sub_event_type for event in events(nlp, text)] == [sub_event_type]


@pytest.mark.parametrize(
    "text",
    [
        "Measles killed 14 children in Marib on Monday.",
        "A court in Koblenz sentenced a former officer to life in prison for the killing of 27 people in Damascus.",
        "A new film tells of the siege of Homs, in which 2,000 people were killed.",
        "The army will hold a military exercise near Homs next week with rockets and aircraft.",
    ],
)
def test_a_disease_a_court_a_film_and_an_exercise_are_no_violence(nlp, text: str) -> None:  # type: ignore[no-untyped-def]
    assert [event.event_type for event in events(nlp, text) if event.event_type] == []


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("The army has pledged not to bomb Tafas.", "expected"),
        ("The Interior Ministry denied that six of its officers had been killed in Homs.", "denied"),
        ("Shelling killed ten people in Idlib. The Defence Ministry denied that it was responsible.", "asserted"),
    ],
)
def test_a_promise_and_a_denial_assert_nothing(nlp, text: str, certainty: str) -> None:  # type: ignore[no-untyped-def]
    assert [event.certainty for event in events(nlp, text)] == [certainty]


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_dates_and_types_do_not_hang_on_capitals(nlp, change) -> None:  # type: ignore[no-untyped-def]
    event = events(nlp, change("Shelling killed four civilians in Sarmin on 3 March 2024."))[0]
    assert (event.sub_event_type, event.date.start) == ("Shelling/artillery/missile attack", dt.date(2024, 3, 3))


def test_a_line_above_the_text_dates_it(nlp) -> None:  # type: ignore[no-untyped-def]
    event = events(nlp, "14 October 2022\n\nShelling killed four civilians in Sarmin on Wednesday.")[0]
    assert event.date.start == dt.date(2022, 10, 12)
