"""The codes of the source form, read from ``data/corpus.toml`` and the tables beside it."""

from __future__ import annotations

import csv
import sys
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib


class PartRule(BaseModel):
    """Which articles are evaluated: by outlet, by country, else by CRC-32 of the id modulo ``modulus``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    test_outlets: tuple[str, ...]
    test_countries: tuple[str, ...]
    modulus: int = Field(gt=0)
    test_remainders: tuple[int, ...]
    dev_remainders: tuple[int, ...]


class Hints(BaseModel):
    """Words by which the checker finds labels that were probably missed or cut wrongly."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    casualty_words: tuple[str, ...]
    number_words: tuple[str, ...]
    weapon_words: tuple[str, ...]
    location_ends: tuple[str, ...]
    location_starts: tuple[str, ...]
    actor_starts: tuple[str, ...]


class Scheme(BaseModel):
    """Every code that the source form knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: dict[str, str]
    outcomes: dict[str, str]
    roles: dict[str, str]
    vague_numbers: dict[str, int]
    outlets: dict[str, str]
    parts: PartRule
    hints: Hints
    event_types: frozenset[tuple[str, str]]
    countries: frozenset[str]


@lru_cache(maxsize=1)
def load_scheme() -> Scheme:
    """The scheme shipped with the package (read once; the value is immutable)."""
    data = files("conflict_events") / "data"
    codes = tomllib.loads((data / "corpus.toml").read_text(encoding="utf-8"))
    types = csv.DictReader((data / "acled_event_types.csv").read_text(encoding="utf-8").splitlines())
    countries = csv.DictReader((data / "country_names.csv").read_text(encoding="utf-8").splitlines())
    return Scheme(
        **codes,
        event_types=frozenset((row["event_type"], row["sub_event_type"]) for row in types),
        countries=frozenset(row["name"] for row in countries),
    )
