"""P-codes: the codes of divisions in OCHA's Common Operational Datasets, by which humanitarian data are joined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_PCODE = re.compile(r"[A-Z]{2}\d{2,6}")


def pcode(country: str | None, level: int, admin1: str | None, name: str | None) -> str | None:
    """The p-code of a division of level 1 or 2; ``None`` where the gazetteer holds none for it.

    >>> pcode("Syria", 1, "Homs", "Homs")
    'SY04'
    """
    if country is None or name is None:
        return None
    return _codes().get((country, f"admin{level}", admin1 or "", name))


@lru_cache(maxsize=1)
def _codes() -> Mapping[tuple[str, str, str, str], str]:
    from conflict_events.places.ready import open_ready_table

    columns = ["id", "name", "kind", "country", "admin1"]
    places = open_ready_table().read(columns=columns).to_pydict()
    return {
        (country, kind, admin1, name): identifier
        for identifier, name, kind, country, admin1 in zip(*(places[column] for column in columns), strict=True)
        if kind in ("admin1", "admin2") and _PCODE.fullmatch(identifier)
    }
