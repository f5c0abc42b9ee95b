"""When an event happened: words of the text against the day of publication."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.events.rules import EventRules
from conflict_events.schema import Date

RULES = EventRules.load()
NLP = spacy.blank("en")
WEDNESDAY = dt.date(2023, 5, 10)


def read(text: str, published: dt.date | None = WEDNESDAY) -> dict[str, Any]:
    doc = NLP(text)
    return RULES.event_date(doc, [doc[:]], published)


@pytest.mark.parametrize(
    ("text", "start", "end", "precision", "words"),
    [
        ("Two died on Sunday.", "2023-05-07", "2023-05-07", "day", "Sunday"),
        ("Two died early Wednesday.", "2023-05-10", "2023-05-10", "day", "early Wednesday"),
        ("Two died last Wednesday.", "2023-05-03", "2023-05-03", "day", "last Wednesday"),
        ("Two died yesterday evening.", "2023-05-09", "2023-05-09", "day", "yesterday evening"),
        ("Two died today.", "2023-05-10", "2023-05-10", "day", "today"),
        ("Two died last night.", "2023-05-09", "2023-05-10", "day", "last night"),
        ("Two died two days ago.", "2023-05-08", "2023-05-08", "day", "two days ago"),
        ("Two died a few days ago.", "2023-05-04", "2023-05-08", "week", "a few days ago"),
        ("On 9 May 2020, two died.", "2020-05-09", "2020-05-09", "day", "9 May 2020"),
        ("On May 9th, 2020, two died.", "2020-05-09", "2020-05-09", "day", "May 9th, 2020"),
        ("On July 2, two died.", "2022-07-02", "2022-07-02", "day", "July 2"),
        ("Around 3 May 2020 two died.", "2020-05-03", "2020-05-03", "day", "3 May 2020"),
        ("Between 5 and 7 April two died.", "2023-04-05", "2023-04-07", "week", "5 and 7 April"),
        ("Two died this week.", "2023-05-08", "2023-05-10", "week", "this week"),
        ("Two died in March.", "2023-03-01", "2023-03-31", "month", "in March"),
        ("Two died in 2019.", "2019-01-01", "2019-12-31", "year", "in 2019"),
        ("02/01/2004: A bomb exploded.", "2004-02-01", "2004-02-01", "day", "02/01/2004"),
        ("On 25/01/2004 a bomb exploded.", "2004-01-25", "2004-01-25", "day", "25/01/2004"),
        ("On 2020-02-03 a bomb exploded.", "2020-02-03", "2020-02-03", "day", "2020-02-03"),
    ],
)  # fmt: skip
def test_dates_in_the_text(text: str, start: str, end: str, precision: str, words: str) -> None:
    assert read(text) == {"start": start, "end": end, "precision": precision, "basis": "text", "text": words}


@pytest.mark.parametrize(
    "text",
    [
        "Two people died.",
        "Talks are due next Sunday; two people died.",
        "Two people died, the ninth attack since March 2021.",
        "The sun and the mon may 5 be.",
        "Two died on 9 May 2031.",
    ],
)
def test_without_a_date_the_article_dates_the_event(text: str) -> None:
    day = WEDNESDAY.isoformat()
    assert read(text) == {"start": day, "end": day, "precision": "day", "basis": "published", "text": None}


@pytest.mark.parametrize(
    ("text", "published", "start", "basis", "words"),
    [
        ("TRIPOLI, 4 May 2020 - Two died on Sunday.", None, "2020-05-03", "text", "Sunday"),
        ("KABUL, May 3 (AFP) — Two died in the capital.", dt.date(2021, 5, 4), "2021-05-03", "published", None),
        ("Tripoli, 4 May 2020 - Two died.", None, "2020-05-04", "published", None),
        (
            "In Tripoli, 4 May 2020 was a day of mourning - two died on Sunday.",
            None,
            "2020-05-04",
            "text",
            "4 May 2020",
        ),
    ],
)
def test_the_dateline_dates_the_article_and_not_the_event(
    text: str, published: dt.date | None, start: str, basis: str, words: str | None
) -> None:
    date = read(text, published)
    assert (date["start"], date["basis"], date["text"]) == (start, basis, words)


def test_without_any_date_it_is_unknown() -> None:
    expected = {"start": None, "end": None, "precision": "unknown", "basis": "none", "text": None}
    assert read("Two people died on Sunday.", None) == expected


def test_a_day_is_preferred_to_a_month_and_an_earlier_sentence_to_a_later_one() -> None:
    doc = NLP("The worst in March. Two died on Monday. Three died on Tuesday.")
    sentences = [doc[0:5], doc[5:10], doc[10:]]
    assert RULES.event_date(doc, sentences, WEDNESDAY)["start"] == "2023-05-08"


@given(st.text(max_size=300), st.dates(min_value=dt.date(1970, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_any_text_gives_a_valid_date_not_after_publication(text: str, published: dt.date) -> None:
    date = Date.model_validate(read(text, published))
    assert date.start is not None
    assert date.end is not None
    assert date.start <= date.end
    assert date.start <= published + dt.timedelta(days=1)


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_the_last_one_on_or_before_publication(published: dt.date, weekday: int) -> None:
    name = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[weekday]
    start = dt.date.fromisoformat(read(f"Two died on {name}.", published)["start"])
    assert start.weekday() == weekday
    assert 0 <= (published - start).days <= 6


@pytest.mark.parametrize("published", [None, dt.date(2013, 5, 20)])
def test_the_day_that_a_coded_note_opens_with_is_its_events(published: dt.date | None) -> None:
    date = read("05/14/2013: Assailants fired on a bus in Mosul. Two of the wounded died on 17 May 2013.", published)
    assert (date["start"], date["basis"], date["text"]) == ("2013-05-14", "text", "05/14/2013")
