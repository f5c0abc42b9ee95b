"""Days of publication, in the forms in which files give them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

_EPOCH_SECONDS = (10**8, 4 * 10**9)  # 1973 to 2096
_FORMS = ("%d-%b-%y", "%d-%b-%Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y/%m/%d")
_NUMERIC = {
    False: ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y"),
    True: ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%y", "%d/%m/%y"),
}
_FIRST_SERIAL, _LAST_SERIAL = 25_569, 73_050  # 1970 to 2099, in days since 30 December 1899
_TWO_NUMBERS = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?!\d)")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_NAME_DATES = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?(0[1-9]|1[0-2])[-_. ]?([0-3]\d)(?!\d)"),
    re.compile(r"(?<!\d)([0-3]?\d)[-_. ]([0-3]?\d)[-_. ]((?:19|20)\d\d)(?!\d)"),
    re.compile(rf"(?<![a-z\d])(\d{{1,2}})[-_. ]?({_MONTH})[-_., ]{{0,2}}((?:19|20)\d\d)(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<![a-z])({_MONTH})[-_. ]?(\d{{1,2}})[-_., ]{{1,2}}((?:19|20)\d\d)(?!\d)", re.IGNORECASE),
)
_DIRECTIVES = {
    "Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{1,2}", "d": r"\d{1,2}", "j": r"\d{1,3}", "b": r"[^\W\d_]{3,4}",
    "B": r"[^\W\d_]{3,}", "H": r"\d{1,2}", "M": r"\d{1,2}", "S": r"\d{1,2}", "%": "%",
}  # fmt: skip
_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|\b)")


def read_date(value: object, *, month_first: bool = False) -> dt.date | None:
    """A date in any usual form: ISO, "9-May-20", "2 February، 2022", 31/12/2023, seconds since 1970; else ``None``.

    A number of five digits is a day as spreadsheets count them. Where both parts of 3/4/2024 may be the month,
    ``month_first`` decides.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, dt.datetime):
        return value.date() if value == value else None  # a missing value of pandas is not equal to itself
    if isinstance(value, dt.date):
        return value
    serial = _spreadsheet_day(value)
    if serial is not None:
        return serial
    if isinstance(value, (int, float)) or (
        isinstance(value, str) and re.fullmatch(r"\d{9,13}(?:\.\d+)?", value.strip())
    ):
        try:
            return _epoch(float(value))
        except OverflowError:  # a number of hundreds of digits
            return None
    if not isinstance(value, str) or not value.strip() or len(value) > 100:
        return None
    text = re.sub(r"[،,]", " ", value).strip()
    iso = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", text)
    if iso:
        return day_of(*map(int, iso.groups()))
    for form in (*_FORMS, *_NUMERIC[month_first]):
        try:
            return dt.datetime.strptime(" ".join(text.split()), form).date()
        except ValueError:
            continue
    if not re.search(r"\d", text):
        return None
    import dateparser  # takes long to import, and most dates are written in ways that need no such reader

    found = dateparser.parse(
        text,
        languages=["en"],
        settings={"DATE_ORDER": "MDY" if month_first else "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
    )
    return found.date() if found else None


def date_in_url(url: str | None) -> dt.date | None:
    """The day in an address such as ``…/2023/01/21/title``, where sites put the day of publication."""
    match = _URL_DATE.search(url or "")
    return day_of(*map(int, match.groups())) if match else None


def _epoch(value: float) -> dt.date | None:
    if not math.isfinite(value):
        return None
    if value >= 10 * _EPOCH_SECONDS[1]:
        value /= 1000  # milliseconds
    if not _EPOCH_SECONDS[0] <= value <= _EPOCH_SECONDS[1]:
        return None
    return dt.datetime.fromtimestamp(value, tz=dt.timezone.utc).date()


def day_of(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _spreadsheet_day(value: object) -> dt.date | None:
    """The day that a number of five digits counts to, as Excel writes dates that lost their format."""
    if isinstance(value, str):
        if not re.fullmatch(r"\s*\d{5}(?:\.\d+)?\s*", value):
            return None
        value = float(value)
    if not isinstance(value, (int, float)) or not _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return None
    return dt.date(1899, 12, 30) + dt.timedelta(days=int(value))


@dataclass(frozen=True)
class DateOrder:
    """In which order a column writes day and month: ``None`` where its rows contradict each other."""

    month_first: bool | None = False
    note: str | None = None


def date_order(values: Iterable[object]) -> DateOrder:
    """The order of day and month in a column, decided by those of its dates that can be read in one way only.

    >>> date_order(["3/4/2024", "3/31/2024"]).month_first
    True
    """
    day_first = month_first = either = 0
    for value in values:
        match = _TWO_NUMBERS.match(value.strip()) if isinstance(value, str) else None
        if match is None:
            continue
        first, second = int(match[1]), int(match[2])
        day_first += first > 12 >= second
        month_first += second > 12 >= first
        either += first <= 12 and second <= 12 and first != second
    if day_first and month_first:
        return DateOrder(None, "the column writes some dates day/month, others month/day: unclear ones are left open")
    if month_first:
        return DateOrder(True, f"dates read as month/day/year, as {month_first} of the column can only be read so")
    if day_first:
        return DateOrder(False, f"dates read as day/month/year, as {day_first} of the column can only be read so")
    note = "dates read as day/month/year: nothing in the column tells which (else: --published %m/%d/%Y)"
    return DateOrder(False, note if either else None)


def is_ambiguous(value: object) -> bool:
    """Whether a written date could be read as day/month and as month/day."""
    match = _TWO_NUMBERS.match(value.strip()) if isinstance(value, str) else None
    return match is not None and int(match[1]) <= 12 and int(match[2]) <= 12 and match[1] != match[2]


def date_in_name(name: str) -> dt.date | None:
    """The one day in a file's name, where it can be read in one way only.

    >>> date_in_name("2023-01-21_sohr"), date_in_name("SOHR 21 Jan 2023"), date_in_name("03-04-2024")
    (datetime.date(2023, 1, 21), datetime.date(2023, 1, 21), None)
    """
    iso, numbers, day_word, word_day = _NAME_DATES
    found = {day_of(*map(int, match.groups())) for match in iso.finditer(name)}
    for match in numbers.finditer(name):
        first, second, year = map(int, match.groups())
        if first > 12 or first == second:
            found.add(day_of(year, second, first))
        elif second > 12:
            found.add(day_of(year, first, second))
    for pattern in (day_word, word_day):
        found |= {read_date(re.sub(r"[-_., ]+", " ", match[0])) for match in pattern.finditer(name)}
    found.discard(None)
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class Published:
    """What the user says of days of publication.

    ``day`` is that of every article that has none of its own; ``pattern`` is how dates are written (``%d.%m.%y``), in
    the records and in the files' names.
    """

    day: dt.date | None = None
    pattern: str | None = None

    @classmethod
    def parse(cls, text: str) -> Published:
        """Read a day (``2023-05-31``) or a pattern (``%d-%m-%Y``). Raises ValueError for anything else."""
        if "%" in text:
            unknown = [name for name in re.findall("%(.?)", text) if name not in _DIRECTIVES]
            if unknown or not re.search("%[Yy]", text):
                raise ValueError(f"{text}: write a pattern of %Y or %y, %m or %b or %B, %d, as %d-%m-%Y")
            return cls(pattern=text)
        try:
            return cls(day=dt.date.fromisoformat(text))
        except ValueError:
            raise ValueError(f"{text}: write a day as 2023-05-31, or a pattern as %d-%m-%Y") from None

    def find(self, text: str) -> dt.date | None:
        """The first day written by the pattern in ``text``."""
        if self.pattern is None:
            return None
        written = re.split("%(.)", self.pattern)
        regex = "".join(_DIRECTIVES[part] if place % 2 else re.escape(part) for place, part in enumerate(written))
        for match in re.finditer(rf"(?<!\d){regex}(?!\d)", text):
            try:
                return dt.datetime.strptime(match[0], self.pattern).date()
            except ValueError:
                continue
        return None
