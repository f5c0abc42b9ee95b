"""What words of a report mean in GTD's codes, and the names of groups that GTD uses.

``data/codebooks/gtd_words.csv`` holds, by column, a code and a pattern of words; of several codes that fit, the order
of the table is that of the codebook: attack types by GTD's hierarchy, weapons by what they do most. Letters that
outlets put between others to pass filters ("expl*osive") are left out first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from conflict_events.exports.acled_names import table

_MASK = re.compile(r"(?<=\w)[*·•_](?=\w)")


def codes_in(column: str, text: str) -> list[str]:
    """The codes of ``column`` whose words stand in ``text``, in the table's order.

    >>> codes_in("weaptype", "Gunmen opened fire and threw a gre*nade")
    ['6 Explosives', '5 Firearms']
    """
    plain = " ".join(_MASK.sub("", text).split())
    return list(dict.fromkeys(code for code, pattern in _patterns()[column] if pattern.search(plain)))


def group_name(name: str, country: str | None) -> str:
    """The name in GTD's list of a group by its canonical name; the name itself where GTD's is not known.

    >>> group_name("Islamic State", "Afghanistan"), group_name("Abu Sayyaf", None)
    ('Khorasan Chapter of the Islamic State', 'Abu Sayyaf Group (ASG)')
    """
    groups = _groups()
    return groups.get((name, country or "")) or groups.get((name, "")) or name


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for row in table("gtd_words.csv"):
        flags = re.RegexFlag(0) if "[A-Z]" in row["pattern"] else re.IGNORECASE
        found.setdefault(row["column"], []).append((row["code"], re.compile(row["pattern"], flags)))
    return found


@lru_cache(maxsize=1)
def _groups() -> Mapping[tuple[str, str], str]:
    return {(row["actor"], row["country"]): row["gtd_name"] for row in table("gtd_groups.csv")}
