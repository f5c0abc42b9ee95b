"""P-codes: the codes of divisions in OCHA's Common Operational Datasets, by which humanitarian data are joined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

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
    import pyarrow.parquet as pq

    columns = ["id", "name", "kind", "country", "admin1"]
    with (resources.files("conflict_events") / "data" / "places.parquet").open("rb") as file:
        places = pq.read_table(file, columns=columns, filters=[("kind", "in", ["admin1", "admin2"])])
    rows = (tuple(str(value) for value in row.values()) for row in places.to_pylist())
    return {
        (country, kind, admin1, name): identifier
        for identifier, name, kind, country, admin1 in rows
        if _PCODE.fullmatch(identifier)
    }
