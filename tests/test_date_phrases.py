"""Phrases of dates and the days they name, told from a Wednesday.

The kinds of phrases are those of the English date suites of Recognizers-Text and dateparser, as news uses them.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.dates import DateReader, DateWords

READER = DateReader(DateWords.load())
WEDNESDAY = dt.date(2022, 11, 2)

WRITTEN = """
on Tuesday, 15 March 2022 | 2022-03-15
on Tuesday 15 March | 2022-03-15
on Thursday 20/10/2022 | 2022-10-20
on Tuesday (March 15) | 2022-03-15
on Saturday 9 October | 2021-10-09
15th of March, 2022 | 2022-03-15
the fifteenth of March 2022 | 2022-03-15
the twenty-first of March | 2022-03-21
March 15th, 2022 | 2022-03-15
March 15 2022 | 2022-03-15
Mar. 15, 2022 | 2022-03-15
15 Mar 2022 | 2022-03-15
15-Mar-2022 | 2022-03-15
15-Mar-22 | 2022-03-15
15 March ’22 | 2022-03-15
2022 March 15 | 2022-03-15
2022-03-15 | 2022-03-15
2022/03/15 | 2022-03-15
2022.3.15 | 2022-03-15
2022-03-15T11:30 | 2022-03-15
27-10-2022 | 2022-10-27
27.10.2022 | 2022-10-27
27/10/2022 | 2022-10-27
10/27/2022 | 2022-10-27
27/10/22 | 2022-10-27
27.10.22 | 2022-10-27
27/10/98 | 1998-10-27
05/03/2022 | 2022-05-03
on 27/10 | 2022-10-27
on 10/27 | 2022-10-27
15 of October | 2022-10-15
October 15 | 2022-10-15
15 October | 2022-10-15
15 december | 2021-12-15
20 Kanun al-Thani 2022 | 2022-01-20
on the 15th. | 2022-10-15
on the 15th of last month | 2022-10-15
on the 1st of this month | 2022-11-01
Friday the 14th | 2022-10-14
29 February 2020 | 2020-02-29
"""

SPANS = """
between 28 September and 2 October | 2022-09-28 | 2022-10-02
from September 28 to October 2, 2022 | 2022-09-28 | 2022-10-02
from 28 December 2021 to 2 January 2022 | 2021-12-28 | 2022-01-02
from 28 December to 2 January | 2021-12-28 | 2022-01-02
between 5 and 7 April | 2022-04-05 | 2022-04-07
from the 5th to the 7th of April | 2022-04-05 | 2022-04-07
on April 5-7 | 2022-04-05 | 2022-04-07
on 5, 6 and 7 April | 2022-04-05 | 2022-04-07
on April 5 and 6, 2021 | 2021-04-05 | 2021-04-06
between Saturday and Monday | 2022-10-29 | 2022-10-31
from Friday night to Saturday morning | 2022-10-28 | 2022-10-29
on Saturday and Sunday | 2022-10-29 | 2022-10-30
over the weekend | 2022-10-29 | 2022-10-30
last weekend | 2022-10-29 | 2022-10-30
in the past 20 days | 2022-10-13 | 2022-11-02
over the last three weeks | 2022-10-12 | 2022-11-02
in the last two months | 2022-09-02 | 2022-11-02
during the past three days | 2022-10-30 | 2022-11-02
in the past fifteen days | 2022-10-18 | 2022-11-02
in the past 24 hours | 2022-11-01 | 2022-11-02
in the past 72 hours | 2022-10-30 | 2022-11-02
since Monday | 2022-10-31 | 2022-11-02
in the last week of July | 2022-07-25 | 2022-07-31
in the first week of October | 2022-10-03 | 2022-10-09
in the second week of August 2021 | 2021-08-09 | 2021-08-15
in the last week of last month | 2022-10-24 | 2022-10-30
in the first half of October | 2022-10-01 | 2022-10-15
in early October | 2022-10-01 | 2022-10-10
in mid-October 2021 | 2021-10-11 | 2021-10-20
in late February 2020 | 2020-02-21 | 2020-02-29
at the end of October | 2022-10-21 | 2022-10-31
between March and May 2022 | 2022-03-01 | 2022-05-31
from November to January 2022 | 2021-11-01 | 2022-01-31
from March to May | 2022-03-01 | 2022-05-31
in October | 2022-10-01 | 2022-10-31
in the month of October | 2022-10-01 | 2022-10-31
last month | 2022-10-01 | 2022-10-31
last week | 2022-10-24 | 2022-10-30
this week | 2022-10-31 | 2022-11-02
last year | 2021-01-01 | 2021-12-31
in 2019 | 2019-01-01 | 2019-12-31
in early 2019 | 2019-01-01 | 2019-04-30
in the summer of 2019 | 2019-06-01 | 2019-08-31
in the first half of 2019 | 2019-01-01 | 2019-06-30
in the third quarter of 2019 | 2019-07-01 | 2019-09-30
between 2017 and 2019 | 2017-01-01 | 2019-12-31
a few days ago | 2022-10-27 | 2022-10-31
"""

RELATIVE = """
today | 2022-11-02
yesterday | 2022-11-01
yesterday evening | 2022-11-01
the day before yesterday | 2022-10-31
two days ago | 2022-10-31
12 days ago | 2022-10-21
six hours ago | 2022-11-02
on Monday | 2022-10-31
on monday | 2022-10-31
on Mon. | 2022-10-31
on Wednesday | 2022-11-02
last Wednesday | 2022-10-26
late on Tuesday | 2022-11-01
Tuesday’s strike | 2022-11-01
on Tuesday last week | 2022-10-25
on Tuesday of last week | 2022-10-25
last week’s Tuesday | 2022-10-25
on Monday this week | 2022-10-31
Friday a week ago | 2022-10-21
on the last Monday of January 2013 | 2013-01-28
the first Friday of October | 2022-10-07
on the second Sunday in June 2021 | 2021-06-13
the last Thursday of last month | 2022-10-27
"""


def cases(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split(" | ")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("phrase", "day"), [*cases(WRITTEN), *cases(RELATIVE)])
def test_a_day(phrase: str, day: str) -> None:
    found = next(iter(READER.read(f"Shelling killed four {phrase}", WEDNESDAY)))
    assert (found.first.isoformat(), found.last.isoformat(), found.precision) == (day, day, "day")


@pytest.mark.parametrize(("phrase", "first", "last"), cases(SPANS))
def test_a_span(phrase: str, first: str, last: str) -> None:
    found = next(iter(READER.read(f"Shelling killed four {phrase}.", WEDNESDAY)))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "on 30 February 2022", "on 0 March 2022", "in 0000-00-00", "on 15 March 99999", "in the year 99999",
        "on 45/10/2022", "on 2022-13-45", "the 5th division", "on the 15th anniversary", "10-15 fighters died",
        "5/6 of them fled", "march on Homs", "it may 5 or 6 be", "the second attack", "the last half", "1.5.2 of them",
        "since March 2021", "on 15 March 2031", "the Free May brigade",
    ],
)  # fmt: skip
def test_what_is_absurd_or_no_date_is_none(text: str) -> None:
    assert list(READER.read(f"Shelling killed four {text} people.", WEDNESDAY)) == []


@pytest.mark.parametrize("phrase", ["on Sunday", "yesterday", "on 15 March", "last week", "over the weekend"])
def test_without_an_anchor_only_a_full_date_is_read(phrase: str) -> None:
    assert list(READER.read(phrase, None)) == []
    assert [f.first.year for f in READER.read(f"{phrase} and 3 May 2020", None)] == [2020]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2022, 11, 2)), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d"]))
def test_a_written_day_is_that_day(day: dt.date, order: str) -> None:
    for text in (day.strftime(order), day.strftime(f"%A, {order}"), day.strftime(order).upper()):
        found = next(iter(READER.read(f"on {text}: two died", WEDNESDAY)))
        assert found.first == found.last == day


@given(st.text(max_size=200))
def test_any_text_is_read_in_order_and_never_into_the_future(text: str) -> None:
    found = list(READER.read(text, WEDNESDAY))
    assert all(f.first <= f.last and f.first <= WEDNESDAY + dt.timedelta(days=1) for f in found)
    assert [f.start for f in found] == sorted(f.start for f in found)


_BESIDE = """5 15th 2022 2019 ’22 5/6/2022 2022-03-15 5-6 the of in on week weekend half quarter month between and to
- , ( )"""
PIECES = [*(word for words in READER.words.kinds.values() for word in words), *_BESIDE.split()]
WRITTEN_PIECES = st.sampled_from([*PIECES, *map(str.title, PIECES), *map(str.upper, PIECES)])


@given(words=st.lists(WRITTEN_PIECES, max_size=7), spaced=st.booleans())
def test_readers_that_are_left_out_would_find_nothing(words: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(words)
    left_out = [pattern for needed, pattern, _ in READER.steps if needed not in (None, *READER.needs.told(text))]
    assert not any(pattern.search(text) for pattern in left_out)
