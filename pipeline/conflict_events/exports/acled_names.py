"""Actors as ACLED spells and classes them.

Three tables of ``data/codebooks/`` hold the facts, each read off rows that ACLED has published:

``acled_names.csv``    where ACLED's spelling differs from the actor table's, and for which days
``acled_regimes.csv``  the governments by whose first year the forces of a state are named; units with own years
``acled_inter.csv``    the class of an actor by its name; ``abroad``: its class outside its own country
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_STATE_FORCES = re.compile(
    r"(?P<whose>(?:Military Forces|Police Forces|Government) of )(?:the )?(?P<country>[^(]+?)"
    r"(?: \(\d{4}-(?:\d{4})?\)(?P<unit> .+)?)?"
)
#: Letters that Unicode does not take apart, and marks of ʿayn and hamza.
_LETTERS = str.maketrans("ıłŁøØđĐ", "ilLoOdD", "‘’ʿʾʻʼ")
_YEARS = re.compile(r" \(\d{4}-(?:\d{4})?\)")


@dataclass(frozen=True)
class _Period:
    first_day: dt.date | None
    last_day: dt.date | None

    def holds(self, day: dt.date | None) -> bool:
        if day is None:
            return self.first_day is None and self.last_day is None
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class _Spelling:
    name: str
    period: _Period


@dataclass(frozen=True)
class _Regime:
    period: _Period
    first_year: str
    article: str


@dataclass(frozen=True)
class _Class:
    match: str
    name: str
    inter: str
    abroad: str | None

    def fits(self, name: str) -> bool:
        if self.match == "start":
            return name.startswith(self.name)
        return self.name in name if self.match == "within" else name == self.name


class AcledNames:
    """ACLED's spellings, regimes and classes of actors.

    >>> names = acled_names()
    >>> names.spelled("Abu Sayyaf", None)
    'ASG: Abu Sayyaf'
    >>> names.spelled("Military Forces of Syria (2000-)", dt.date(2020, 5, 9), closed=True)
    'Military Forces of Syria (2000-2024)'
    >>> names.inter("Military Forces of Turkey (2016-)", "Syria")
    'External/Other forces'
    """

    def __init__(
        self,
        spellings: Mapping[str, list[_Spelling]],
        regimes: Mapping[tuple[str, str], list[_Regime]],
        classes: Iterable[_Class],
    ) -> None:
        self._spellings = spellings
        self._regimes = regimes
        self._classes = tuple(classes)

    @classmethod
    def load(cls) -> AcledNames:
        """The tables that the package ships."""
        spellings: dict[str, list[_Spelling]] = {}
        for row in table("acled_names.csv"):
            spellings.setdefault(row["name"], []).append(_Spelling(row["acled_name"], _period(row)))
        regimes: dict[tuple[str, str], list[_Regime]] = {}
        for row in table("acled_regimes.csv"):
            regime = _Regime(_period(row), row["first"], row["article"])
            regimes.setdefault((row["country"], row["unit"]), []).append(regime)
        classes = (_Class(row["match"], row["name"], row["inter"], row["abroad"] or None) for row in table(_INTER))
        return cls(spellings, regimes, classes)

    def spelled(self, name: str, day: dt.date | None, closed: bool = False) -> str:
        """``name`` as ACLED writes it for an event of ``day``.

        Forces of a state are named after the first year of the government of that day; with ``closed``, a government
        that has ended has its last year too, as in downloads made after its end.
        """
        for spelling in self._spellings.get(name, ()):
            if spelling.period.holds(day) or spelling.period == _Period(None, None):
                name = spelling.name
                break
        found = _STATE_FORCES.fullmatch(name)
        if found is None or day is None:
            return name
        country, unit = found["country"], found["unit"] or ""
        known = self._regimes.get((country, unit.strip())) or self._regimes.get((country, "")) or []
        regime = next((one for one in known if one.period.holds(day)), None)
        if regime is None:
            return name
        last = regime.period.last_day
        years = f"{regime.first_year}-{last.year if closed and last else ''}"
        article = f"{regime.article} " if regime.article else ""
        return f"{found['whose']}{article}{country} ({years}){unit}"

    def inter(self, name: str, country: str | None) -> str | None:
        """The class of an actor in an event in ``country``; ``None`` where its name does not tell."""
        plain = _YEARS.sub("", name)
        row = next((row for row in self._classes if row.fits(plain)), None)
        if row is None:
            return None
        home = _STATE_FORCES.fullmatch(_YEARS.sub("", name, count=1)) if row.abroad else None
        if row.abroad is None or home is None or country is None:
            return row.inter
        at_home = home["country"] == country or home["country"].startswith(f"{country} ")
        return row.inter if at_home else row.abroad


_INTER = "acled_inter.csv"


@lru_cache(maxsize=1)
def acled_names() -> AcledNames:
    """The package's tables."""
    return AcledNames.load()


def folded(text: str) -> str:
    """``text`` without diacritics and signs of romanisation, as ACLED writes names of places and actors.

    >>> folded("Séléka"), folded("Ash Shaykh ‘Uthmān"), folded("Diyarbakır")
    ('Seleka', 'Ash Shaykh Uthman', 'Diyarbakir')
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def table(name: str) -> Iterable[dict[str, str]]:
    """The rows of a table of ``data/codebooks``."""
    file = resources.files("conflict_events") / "data" / "codebooks" / name
    return csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))


def _period(row: Mapping[str, str]) -> _Period:
    first, last = (dt.date.fromisoformat(row[key]) if row[key] else None for key in ("valid_from", "valid_to"))
    return _Period(first, last)
