"""Outlet profiles: which one an article gets, and what a user's own file does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conflict_events.cleaning import clean
from conflict_events.profiles import OutletProfile, ProfileError, Profiles, load_profiles, read_profile

PROFILES = load_profiles()

MINE = """
id = "valley_post"
name = "The Valley Post"
names = ["Valley Post Online"]
domains = ["valleypost.example"]
text_cues = ['told the Valley Post']
drop_lines = ['buy our calendar.{0,40}']
end_headings = ['more from the valley']
self_names = ["the Valley Post"]
"""


def test_the_package_brings_its_outlets() -> None:
    assert {profile.id for profile in PROFILES} >= {
        "anha",
        "enab",
        "general",
        "gtd",
        "npa",
        "sana",
        "snhr",
        "sohr",
        "syrian_observer",
        "wire",
    }


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"outlet": "sohr"}, "sohr"),
        ({"outlet": "SOHR"}, "sohr"),
        ({"outlet": "Syrian Observatory for Human Rights"}, "sohr"),
        ({"outlet": "NPA Syria"}, "npa"),
        ({"outlet": "Times of Israel (AFP)"}, "wire"),
        ({"outlet": "Syrian Arab News Agency"}, "sana"),
        ({"outlet": "The Syrian Observer"}, "syrian_observer"),
        ({"outlet": "Hawar News"}, "anha"),
        ({"outlet": "Enab Baladi"}, "enab"),
        ({"outlet": "Osanago Daily"}, "general"),  # holds the letters of SANA, not its name
        ({"url": "https://www.syriahr.com/en/1/?x=1"}, "sohr"),
        ({"url": "npasyria.com/en/1"}, "npa"),
        ({"url": "https://news.snhr.org/2023/01/21/x"}, "snhr"),
        ({"url": "https://notsana.sy.example/"}, "general"),
        ({"url": "http://[broken"}, "general"),
        ({"url": "https://sana.sy/en/?p=1", "outlet": "someone"}, "sana"),
        ({"outlet": "snhr", "url": "https://sana.sy/en/?p=1"}, "snhr"),  # an id is the user's word
        ({"title": "Two killed - North press agency"}, "npa"),
        ({"text": "SOHR activists reported that a shell hit the town."}, "sohr"),
        ({"text": "RAQQA, Syria (North Press) – A shell hit the town."}, "npa"),
        ({"text": "Homs, SANA- A shell hit the town."}, "sana"),
        ({"text": "ANHA’s correspondent said that a shell hit the town."}, "anha"),
        ({"text": "05/04/2017: A shell hit the town."}, "gtd"),
        ({"text": "KABUL (Reuters) - A shell hit the town."}, "wire"),
        ({"text": "A shell hit the town, the Syrian Observatory for Human Rights (SOHR) said."}, "general"),
        ({}, "general"),
    ],
)
def test_an_outlet_is_recognised(given: dict[str, str], found: str) -> None:
    assert PROFILES.recognise(**given).id == found


def test_a_text_with_cues_of_two_outlets_equally_is_of_neither() -> None:
    assert PROFILES.recognise(text="SOHR activists spoke. A man told North Press of it.").id == "general"


def test_a_users_file_adds_an_outlet_that_extends_the_general_profile(tmp_path: Path) -> None:
    path = tmp_path / "valley.toml"
    path.write_text(MINE, encoding="utf-8")
    profiles = load_profiles([path])
    profile = profiles.recognise(url="https://www.valleypost.example/1")
    assert profile.id == "valley_post"
    page = (
        "Two killed in the valley\n\nTwo people were killed in the valley on Monday when a mine went off.\n\n"
        "Buy our calendar now\n\nShare on Facebook\n\nMore from the valley\n\nTen killed in a flood"
    )
    assert clean(page, profile).text == (
        "Two killed in the valley\n\nTwo people were killed in the valley on Monday when a mine went off."
    )


def test_the_example_in_the_documentation_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parent.parent / "docs" / "outlet-profiles.md").read_text(encoding="utf-8")
    (toml,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (python,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "valley.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(python, {"page": "Gate (VP) - Two people were killed in the valley on Monday.\n\nBuy our calendar now"})
    assert capsys.readouterr().out.splitlines() == [
        "dateline Gate (VP) -",
        "paragraph Two people were killed in the valley on Monday.",
        "boilerplate Buy our calendar now",
    ]


def test_a_folder_of_files_is_read_and_replaces_by_id(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'id = "sohr"\nname = "My own SOHR"\ndomains = ["syriahr.com"]\n', encoding="utf-8"
    )
    profiles = load_profiles([tmp_path])
    assert profiles["sohr"].name == "My own SOHR"
    assert len(profiles) == len(PROFILES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'id = "x"', "'name'"),
        (b'id = "x"\nname = "X"\ndatelines = ["("]', "no regular expression"),
        (b'id = "x"\nname = "X"\nbylnes = []', "'bylnes'"),
        (b"id = ", "not TOML"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_field(content: bytes, said: str) -> None:
    with pytest.raises(ProfileError, match=said) as caught:
        read_profile(content, "mine.toml")
    assert str(caught.value).startswith("mine.toml")


def test_a_missing_file_an_unknown_base_and_an_unknown_id_are_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="no such file"):
        load_profiles([tmp_path / "none.toml"])
    with pytest.raises(ProfileError, match="extends 'nowhere'"):
        Profiles([PROFILES["general"], OutletProfile(id="x", name="X", extends="nowhere")])
    with pytest.raises(ProfileError, match="there are anha"):
        PROFILES["nowhere"]
    with pytest.raises(ProfileError, match="no profile 'general'"):
        Profiles([OutletProfile(id="x", name="X")])


def test_profiles_survive_as_plain_data() -> None:
    again = Profiles.from_data(PROFILES.to_data())
    assert [profile.model_dump() for profile in again] == [profile.model_dump() for profile in PROFILES]


def test_every_profile_says_how_the_outlet_calls_itself() -> None:
    assert all(profile.self_names for profile in PROFILES if profile.id not in ("general", "gtd"))
    assert "SOHR activists" in PROFILES["sohr"].self_names
