"""The table of places is complete, fast to load, and answers over all spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from conflict_events.places.gazetteer import Gazetteer, kilometres
from conflict_events.places.loading import load_gazetteer


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def points(gazetteer: Gazetteer, name: str, admin1: str) -> list[tuple[float, float]]:
    return [(place.lat, place.lon) for place in gazetteer.lookup(name) if place.admin1 == admin1]


@pytest.mark.parametrize(
    ("name", "admin1", "lat", "lon"),
    [
        ("Al-Taiba", "Homs", 35.089, 38.915),
        ("Al-Kawm", "Homs", 35.193, 38.856),
        ("Al-Sokhna", "Homs", 34.883, 38.870),
        ("السخنة", "Homs", 34.883, 38.870),
        ("Al-Rasafa", "Ar-Raqqa", 35.627, 38.763),
        ("Kobani", "Aleppo", 36.888, 38.351),
        ("Ain al-Arab", "Aleppo", 36.888, 38.351),
        ("Palmyra", "Homs", 34.566, 38.288),
        ("Tadmur", "Homs", 34.566, 38.288),
        ("Qamishlo", "Al-Hasakeh", 37.052, 41.228),
        ("Al-Tanf", "Homs", 33.506, 38.618),
        ("T4 airport", "Homs", 34.522, 37.627),
        ("Hmeimim", "Lattakia", 35.401, 35.949),
        ("Al-Hol camp", "Al-Hasakeh", 36.378, 41.149),
        ("Tishreen Dam", "Aleppo", 36.38, 38.18),
        ("Koniko gas field", "Deir-ez-Zor", 35.34, 40.32),
        ("Samuqa", "Aleppo", 36.435, 37.246),
        ("Mosul", "Ninewa", 36.34, 43.13),
        ("Hodeidah", "Al Hudaydah", 14.80, 42.95),
        ("Sanliurfa", "Sanliurfa", 37.17, 38.79),
        ("Kyiv", "Kyiv City", 50.45, 30.52),
    ],
)
def test_places_of_reports_are_found_where_they_are(
    gazetteer: Gazetteer, name: str, admin1: str, lat: float, lon: float
) -> None:
    found = [(place.lat, place.lon) for place in gazetteer.lookup(name) if place.admin1 == admin1 or name in ("Kyiv",)]
    assert found
    assert min(kilometres(lat, lon, *point) for point in found) < 6


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Syrian desert", "desert"),
        ("Badia", "desert"),
        ("M4", "road"),
        ("Euphrates Shield", "zone"),
        ("Putin-Erdogan", "zone"),
        ("Jabal al-Zawiya", "mountain"),
        ("Sahil Al-Ghab", "plain"),
        ("Bab al-Hawa crossing", "crossing"),
        ("Syria", "country"),
        ("USA", "country"),
    ],
)
def test_features_and_countries(gazetteer: Gazetteer, name: str, kind: str) -> None:
    assert kind in {place.kind for place in gazetteer.lookup(name)[:3]}


def test_every_governorate_of_syria_has_a_point_and_divisions(gazetteer: Gazetteer) -> None:
    for code in range(1, 15):
        governorate = gazetteer.get(f"SY{code:02}")
        assert governorate is not None
        assert governorate.kind == "admin1"
        assert 32 < governorate.lat < 38
        assert 35 < governorate.lon < 43


def test_namesakes_are_all_returned(gazetteer: Gazetteer) -> None:
    governorates = {place.admin1 for place in gazetteer.lookup("Al-Rasafa") if place.country == "Syria"}
    assert {"Homs", "Hama", "Idleb", "Ar-Raqqa"} & governorates >= {"Hama", "Idleb", "Ar-Raqqa"}


def test_what_is_no_name_finds_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.lookup("") == []
    assert gazetteer.lookup("…") == []
    assert gazetteer.lookup("Xyzzyqq Plughtown") == []


def test_misspellings_are_sought_in_one_area_only(gazetteer: Gazetteer) -> None:
    found = gazetteer.resembling("Kafr Takharimm", "Syria", "Idleb")
    assert "Kafr Takharim" in {match.entry.name for match in found}
    assert gazetteer.resembling("Kafr Takharimm", "Syria", "As-Sweida") == []


@pytest.mark.parametrize(
    ("name", "admin1", "found"),
    [
        ("Turnabah", "Idleb", {"Tranbeh", "Tromba"}),  # two rows for one village
        ("Turnabah", "Aleppo", set()),
        ("Tal Samn", "Ar-Raqqa", {"Tal al-samen Dahham"}),
        ("Mujaydl", "Idleb", set()),  # Majdaliya and its kin are other villages
    ],
)
def test_vowels_wander_only_where_the_division_is_known(
    gazetteer: Gazetteer, name: str, admin1: str, found: set[str]
) -> None:
    assert {match.entry.name for match in gazetteer.in_division(name, "Syria", admin1)} == found
    assert not found or not any(match.entry.name in found for match in gazetteer.matches(name))


def test_a_division_with_two_such_places_tells_nothing(tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    table.write_text(
        "name,country,admin1,lat,lon\nTranbeh,Syria,Idleb,35.8,36.7\nTarnba,Syria,Idleb,35.2,36.4\n", "utf8"
    )
    assert load_gazetteer(table).in_division("Turnabah", "Syria", "Idleb") == []


def test_a_place_without_a_point_tells_its_division_only(gazetteer: Gazetteer) -> None:
    entry = next(place for place in gazetteer.lookup("Ben Ashour") if place.country == "Libya")
    assert (entry.admin1, entry.located) == ("Tripoli", False)


def test_users_add_and_replace_rows(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "id,name,kind,country,admin1,lat,lon,aliases\n"
        ",Farm of the Seven Wells,settlement,Syria,Homs,34.5,38.5,Zumbalqat al-Sabaa|زمبلقة السبعة\n"
        "C2893,Sokhneh (moved),settlement,Syria,Homs,34.0,38.0,Al-Sokhna\n",
        encoding="utf-8",
    )
    gazetteer = load_gazetteer(extra=[table])
    assert [place.lat for place in gazetteer.lookup("Zumbalqat as-Sab'a")] == [34.5]
    assert [place.lat for place in gazetteer.lookup("زمبلقة السبعة")] == [34.5]
    moved = gazetteer.get("C2893")
    assert moved is not None
    assert (moved.lat, moved.lon) == (34.0, 38.0)
    assert len(load_gazetteer(path=table)) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,lat\nX,1\n", "lon"),
        ("name,lat,lon\nX,north,2\n", "line 2"),
        ("name,lat,lon\nX,120,2\n", "exchanged"),
    ],
)
def test_errors_of_a_users_table_say_what_to_do(tmp_path: Path, text: str, message: str) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_gazetteer(extra=[table])
    with pytest.raises(FileNotFoundError, match="name, lat, lon"):
        load_gazetteer(extra=[tmp_path / "absent.csv"])


def test_every_place_is_found_under_its_own_name(gazetteer: Gazetteer) -> None:
    # The keys are stored with the table: this fails when the rules change and the table is not rebuilt.
    for identifier in list(gazetteer.ids())[::101]:
        place = gazetteer.get(identifier)
        assert place is not None
        assert identifier in {found.id for found in gazetteer.lookup(place.name)}, place
