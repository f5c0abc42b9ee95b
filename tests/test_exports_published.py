"""The tables of codes against rows that the projects published (``data/published_codes.csv``, with the source of each).

A row is ``taken`` (the tables hold its value), ``refused`` (the codebook file says why), or a ``rule`` that the test
which it names shows.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from conflict_events.exports import load_codebook
from conflict_events.exports.acled_names import acled_names
from conflict_events.exports.codebook import country_codes

HERE = Path(__file__).parent
with (HERE / "data" / "published_codes.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))
TESTS = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_exports_*.py"))


def country_value(table: str, country: str) -> str:
    """What the tables give for a country, under the name of the published table."""
    codes = country_codes()[country]
    values = {
        "country_codes.gtd": codes.gtd,
        "country_codes.gw": codes.gw,
        "country_codes.acled_region": codes.acled_region,
        "gtd.country_txt": codes.gtd_name,
        "acled.country": codes.acled_name,
        "ged.country": codes.ged_name,
    }
    return str(values[table])


def ours(table: str, key: str) -> set[str]:
    """The values that the tables give, at any time and place."""
    names = acled_names()
    if table == "acled.inter":
        return {str(names.inter(key, country)) for country in (None, "Elsewhere")}
    if table == "actors.acled_name":
        return {names.spelled(key, day) for day in (dt.date(2022, 3, 1), dt.date(2023, 6, 1))}
    return {country_value(table, key)}


def test_the_list_is_whole() -> None:
    assert len(PUBLISHED) == 285
    assert all(row["source"] for row in PUBLISHED)


@pytest.mark.parametrize(
    "row", [row for row in PUBLISHED if row["settled"] == "taken"], ids=lambda row: f"{row['table']}-{row['key']}"
)
def test_codes_and_names_are_the_published_ones(row: dict[str, str]) -> None:
    assert row["value"] in ours(row["table"], row["key"])


def test_what_is_refused_has_a_reason_in_the_codebook() -> None:
    reasons = load_codebook("acled").refused | load_codebook("ged").refused
    assert {row["key"] for row in PUBLISHED if row["settled"] == "refused"} == set(reasons)
    assert all(len(reason) > 20 for reason in reasons.values())


def test_rules_are_shown_by_tests() -> None:
    for row in PUBLISHED:
        if row["settled"] == "rule":
            assert f"def {row['test']}(" in TESTS, row


@pytest.mark.parametrize(
    ("name", "day", "label"),
    [
        ("Military Forces of Mozambique (2015-)", "2022-03-01", "Military Forces of Mozambique (1990-)"),
        ("Military Forces of Nepal (2018-)", "2022-03-01", "Military Forces of Nepal (2015-)"),
        ("Police Forces of Honduras (2014-)", "2021-03-01", "Police Forces of Honduras (2010-2022)"),
        ("Police Forces of Honduras (2014-)", "2022-03-01", "Police Forces of Honduras (2022-)"),
        ("Military Forces of Burundi (2020-)", "2022-03-01", "Military Forces of Burundi (2005-)"),
        (
            "Military Forces of the United Kingdom (2019-)",
            "2022-03-01",
            "Military Forces of the United Kingdom (2010-)",
        ),
        ("Military Forces of Yemen (2022-)", "2022-05-01", "Military Forces of Yemen (2012-2022)"),
        ("Military Forces of Burkina Faso (2022-)", "2022-02-01", "Military Forces of Burkina Faso (2015-2022)"),
        ("Military Forces of Burkina Faso (2022-)", "2022-03-05", "Military Forces of Burkina Faso (2022-)"),
        ("Military Forces of Syria (2000-)", "2020-05-09", "Military Forces of Syria (2000-2024)"),
        ("Military Forces of Somalia (2017-)", "2021-05-09", "Military Forces of Somalia (2017-2022)"),
        ("Police Forces of Pakistan (2018-)", "2021-05-09", "Police Forces of Pakistan (2018-2022)"),
        ("Military Forces of China", "2022-05-09", "Military Forces of China (2012-)"),
        ("Police Forces of Algeria", "2022-05-09", "Police Forces of Algeria (2019-)"),
    ],
)
def test_regimes(name: str, day: str, label: str) -> None:
    """Forces of states are named after their government's years, closed where asked for and it has ended."""
    when = dt.date.fromisoformat(day)
    assert acled_names().spelled(name, when, closed=True) == label
    assert "-)" in acled_names().spelled(name, when)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2014-05-01", "Houthi Movement"),
        ("2015-10-01", "Military Forces of Yemen (2015-2016) Supreme Revolutionary Committee"),
        ("2020-05-01", "Military Forces of Yemen (2016-) Supreme Political Council"),
    ],
)
def test_the_houthis_change_their_name(day: str, name: str) -> None:
    ours = "Military Forces of Yemen (2016-) Supreme Political Council"
    assert acled_names().spelled(ours, dt.date.fromisoformat(day), closed=True) == name


@pytest.mark.parametrize(
    ("name", "country", "label"),
    [
        ("Military Forces of Turkey (2016-)", "Syria", "External/Other forces"),
        ("Military Forces of Turkey (2016-)", "Turkey", "State forces"),
        ("Police Forces of the United States (2021-)", "United States", "State forces"),
        ("Government of Turkey (2016-)", "Turkey", "State forces"),
        ("Unidentified Tribal Militia (Yemen)", "Yemen", "Identity militia"),
        ("Unidentified Clan Militia (Lebanon)", "Lebanon", "Identity militia"),
        ("Unidentified Communal Militia (Nigeria)", "Nigeria", "Identity militia"),
        ("Unidentified Military Forces", "Syria", "External/Other forces"),
        ("Unidentified Armed Group (Syria)", "Syria", "Political militia"),
        ("Military Forces of Libya (2014-) Haftar Faction", "Libya", "State forces"),
    ],
)
def test_classes_of_actors(name: str, country: str, label: str) -> None:
    assert acled_names().inter(name, country) == label
