"""Codebooks: the rules by which records become another project's coding, read from TOML files."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - Python 3.10
    import tomli as tomllib

#: Columns that every coded row has after the project's own.
KEYS = ("article_id", "event_id", "rules_applied")

Bound = Literal["low", "high"]


class CodebookError(ValueError):
    """A codebook cannot be used; the message names the file and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Part):
    """A rule in words, and where the project states it."""

    text: str
    source: str


class Coded(_Part):
    """What is coded at all. A list that is ``None`` allows everything.

    ``kinds``, ``certainties``, ``event_types``: of the event. ``not_sub_event_types``: left out. ``not_by``: kinds of
    perpetrators whose acts are left out. ``organised``, ``states``, ``victims``: kinds of actors that make a side.
    ``minimum_deaths``: of the highest estimate. ``harm_to``: statuses of victims of whom there must be some.
    """

    kinds: list[str]
    certainties: list[str]
    event_types: list[str] | None = None
    not_sub_event_types: list[str] = Field(default_factory=list)
    not_by: list[str] = Field(default_factory=list)
    minimum_deaths: int = 0
    organised: list[str] = Field(default_factory=list)
    states: list[str] = Field(default_factory=list)
    victims: list[str] = Field(default_factory=list)
    harm_to: list[str] | None = None


class Numbers(_Part):
    """How words become numbers. ``"blank"`` leaves the number open.

    ``lower_bound`` ("at least nine"), ``upper_bound`` ("up to ten"), ``range`` ("10 to 15"): which bound is taken.
    ``unstated``: people were harmed, and no number is given. ``unseparated``: killed or injured, not told apart.
    ``nothing``: nobody is reported harmed. ``vague``: words and their numbers. Events whose type is in ``large`` take
    ``unstated`` and ``vague``, all others ``unstated_small`` and ``vague_small``, where these are given.
    """

    lower_bound: Bound = "low"
    upper_bound: Bound = "high"
    range: Bound = "low"
    unstated: int | Literal["blank"] = "blank"
    unstated_small: int | Literal["blank"] = "blank"
    unseparated: int | Literal["blank"] = "blank"
    nothing: int | Literal["blank"] = 0
    large: list[str] = Field(default_factory=list)
    vague: dict[str, int] = Field(default_factory=dict)
    vague_small: dict[str, int] = Field(default_factory=dict)


class Codebook(_Part):
    """A project's columns and rules."""

    id: str
    title: str
    source: str
    url: str | None = None
    columns: list[str]
    coded: Coded
    numbers: Numbers = Field(default_factory=Numbers)
    options: dict[str, bool | int | str] = Field(default_factory=dict)
    maps: dict[str, dict[str, str]] = Field(default_factory=dict)
    rules: dict[str, Rule]
    #: Codes of the project that are not taken over, and why.
    refused: dict[str, str] = Field(default_factory=dict)

    def map(self, name: str, key: str | None) -> str | None:
        """What table ``name`` gives for ``key``; its entry ``""`` where it holds no other; else ``None``."""
        table = self.maps.get(name, {})
        return table.get(key or "", table.get(""))

    def with_options(self, settings: Iterable[str]) -> Codebook:
        """This codebook with options set as ``name=value``.

        Raises CodebookError for an option that the codebook does not have.
        """
        options = dict(self.options)
        for setting in settings:
            name, equals, value = setting.partition("=")
            if not equals or name not in options:
                known = ", ".join(options) or "none"
                raise CodebookError(f"option {setting!r}: write NAME=VALUE; {self.id} has the options: {known}")
            if isinstance(options[name], bool):
                options[name] = value.casefold() in ("true", "yes", "1")
            else:
                options[name] = value
        return self.model_copy(update={"options": options})


def load_codebook(name: str, own: Path | None = None) -> Codebook:
    """The package's codebook of that name, or ``own``, a TOML file that may extend it (``extends = "acled"``).

    In a file that extends another, tables are merged key by key and everything else is replaced.

    Raises:
        CodebookError: there is no such codebook, or the file does not follow the form.
    """
    if own is None:
        return _check(_packaged(name), f"codebook {name}")
    try:
        data = tomllib.loads(own.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CodebookError(f"{own}: cannot be read ({error.strerror}); name a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(f"{own}: not TOML ({error}); see docs/exports.md") from None
    base = data.pop("extends", None)
    if base is not None:
        data = _merged(_packaged(str(base)), data)
    return _check(data, str(own))


def codebook_names() -> list[str]:
    """The codebooks that come with the package."""
    folder = resources.files("conflict_events") / "data" / "codebooks"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def _packaged(name: str) -> dict[str, Any]:
    if name not in codebook_names():
        raise CodebookError(f"no codebook {name!r}; there are {', '.join(codebook_names())}")
    file = resources.files("conflict_events") / "data" / "codebooks" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _check(data: Mapping[str, Any], source: str) -> Codebook:
    try:
        return Codebook.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise CodebookError(f"{source}: {field!r}: {first['msg']}; see docs/exports.md") from None


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


class CountryCodes(_Part):
    """The numbers, regions and names under which projects list a country.

    ``None`` where a project does not list it; a project's name is ``None`` where it is the gazetteer's.
    """

    name: str
    iso3: str
    iso_numeric: int | None = None
    gw: int | None = None
    gtd: int | None = None
    acled_region: str | None = None
    ged_region: str | None = None
    gtd_region: int | None = None
    gtd_region_txt: str | None = None
    acled_name: str | None = None
    ged_name: str | None = None
    gtd_name: str | None = None


@lru_cache(maxsize=1)
def country_codes() -> Mapping[str, CountryCodes]:
    """The codes of each country, by its name in the gazetteer (``data/codebooks/country_codes.csv``)."""
    file = resources.files("conflict_events") / "data" / "codebooks" / "country_codes.csv"
    reader = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    rows = ({key: value or None for key, value in row.items()} for row in reader)
    return {str(row["name"]): CountryCodes.model_validate(row) for row in rows}
