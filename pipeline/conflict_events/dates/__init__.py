"""Dates in text: the phrases of news that name days, read against the day on which the text was written.

:class:`DateReader` finds them (``read``); the calendar arithmetic is dateutil's. Names and words are in
``data/date_words.csv``. This package is the one place in which events' days, weekdays and months are read;
which of them dates an event is decided in :mod:`conflict_events.events.dates`.

>>> import datetime as dt
>>> reader = DateReader(DateWords.load())
>>> [(f.first.isoformat(), f.last.isoformat()) for f in reader.read("over the weekend", dt.date(2022, 11, 2))]
[('2022-10-29', '2022-10-30')]
"""

from .found import SLACK, Found
from .reader import DateReader
from .words import COLUMNS, FILE, DateWords

__all__ = ["COLUMNS", "FILE", "SLACK", "DateReader", "DateWords", "Found"]
