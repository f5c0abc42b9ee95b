"""Names and descriptions of parties find the actor that they mean."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.actors import ActorTable, describe_victim
from conflict_events.schema import Actor

DAY = dt.date(2020, 5, 9)
TABLE = ActorTable.load()


def acled(name: str, country: str | None = "Syria", date: dt.date | None = DAY) -> str | None:
    entry = TABLE.lookup(name, date, country)
    return None if entry is None else entry.acled_name


def test_the_table_is_large_enough_and_consistent() -> None:
    assert len(TABLE) >= 250
    assert len({entry.id for entry in TABLE.entries}) == len(TABLE)
    for entry in TABLE.entries:
        assert entry.kind
        assert entry.valid_from is None or entry.valid_to is None or entry.valid_from <= entry.valid_to, entry.id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ISIS", "Islamic State (Syria)"),
        ("Daesh", "Islamic State (Syria)"),
        ("ISIS cells", "Islamic State (Syria)"),
        ("suspected IS militants", "Islamic State (Syria)"),
        ("داعش", "Islamic State (Syria)"),
        ("SDF", "QSD: Syrian Democratic Forces"),
        ("QSD", "QSD: Syrian Democratic Forces"),
        ("Liwaa Al-Quds", "LaQ: Quds Brigade"),
        ("Liwa al-Quds militia", "LaQ: Quds Brigade"),
        ("لواء القدس", "LaQ: Quds Brigade"),
        ("National Defence", "QDW: National Defense Forces"),
        ("the National Defense Forces", "QDW: National Defense Forces"),
        ("Hay’at Tahrir Al-Sham", "HTS: Hayat Tahrir al Sham"),
        ("Hayyaat Tahrir Al-Sham", "HTS: Hayat Tahrir al Sham"),
        ("Jaish Al-Islam", "JaI: Jaysh al Islam"),
        ("Soqour Al-Sham", "Suqor al Sham"),
        ("Al-Sultan Murad", "Sultan Murad Division"),
        ("Al-Sultan Murad faction of the National Army", "Sultan Murad Division"),
        ("National Army factions", "JWS: Syrian National Army"),
        ("International Coalition Forces", "Global Coalition Against Daesh"),
        ("4th Division", "Military Forces of Syria (2000-) 4th Armored Division"),
        ("Hezbollah", "Hezbollah"),
        ("PKK militants", "PKK: Kurdistan Workers Party"),
        ("“Al-Fath Al-Mubin”", "Al Fateh Al Mubin Operations Room"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert acled(name) == expected


@pytest.mark.parametrize(
    ("description", "country", "expected"),
    [
        ("regime forces", "Syria", "Military Forces of Syria (2000-)"),
        ("the Syrian Army", "Syria", "Military Forces of Syria (2000-)"),
        ("Syrian regime soldiers", "Syria", "Military Forces of Syria (2000-)"),
        ("Russian warplanes", "Syria", "Military Forces of Russia (2000-)"),
        ("Russian", "Syria", "Military Forces of Russia (2000-)"),
        ("Russian military police", "Syria", "Military Forces of Russia (2000-) Military Police"),
        ("Turkish drones", "Syria", "Military Forces of Turkey (2016-)"),
        ("Turkish border guards", "Syria", "Military Forces of Turkey (2016-) Gendarmerie"),
        ("Israeli jets", "Syria", "Military Forces of Israel (2009-)"),
        ("US forces", "Syria", "Global Coalition Against Daesh"),
        ("U.S.", "Syria", "Global Coalition Against Daesh"),
        ("US forces", "Somalia", "Military Forces of the United States (2017-)"),
        ("Turkish-backed factions", "Syria", "JWS: Syrian National Army"),
        ("pro-Turkey rebels", "Syria", "JWS: Syrian National Army"),
        ("Iranian-backed Syrian militiamen", "Syria", "Militia (Pro-Iran)"),
        ("regime-backed gunmen", "Syria", "Militia (Pro-Government)"),
        ("pro-regime fighters", "Syria", "Militia (Pro-Government)"),
        ("unidentified gunmen", "Syria", "Unidentified Armed Group (Syria)"),
        ("unknown assailants", "Nigeria", "Unidentified Armed Group (Nigeria)"),
        ("opposition factions", "Syria", "Opposition Rebels (Syria)"),
        ("police", "Turkey", "Police Forces of Turkey (2016-)"),
        ("Philippine police", "Philippines", "Police Forces of the Philippines (2016-)"),
        ("Afghan government", "Afghanistan", "Government of Afghanistan (2014-)"),
        ("Afghan military forces", "Afghanistan", "Military Forces of Afghanistan (2014-)"),
        ("Saudi-led coalition", "Yemen", "Operation Restoring Hope"),
        ("pro-Houthi forces", "Yemen", "Military Forces of Yemen (2016-) Supreme Political Council"),
        ("LNA air force", "Libya", "Military Forces of Libya (2014-) Haftar Faction"),
        ("gendarmerie forces", "Burkina Faso", "Police Forces of Burkina Faso (2015-)"),
        ("civilians", "Syria", "Civilians (Syria)"),
        ("truffle pickers", "Syria", "Civilians (Syria)"),
        ("three children", "Yemen", "Civilians (Yemen)"),
        ("two Iraqis", "Syria", "Civilians (Iraq)"),
        ("Palestinian", "Palestine", "Civilians (Palestine)"),
        ("protesters", "Lebanon", "Protesters (Lebanon)"),
        ("tribal militias", "Yemen", "Unidentified Tribal Militia (Yemen)"),
    ],
)
def test_descriptions(description: str, country: str, expected: str) -> None:
    assert acled(description, country) == expected


@pytest.mark.parametrize(
    "text",
    ["people", "fighters", "members", "combatants", "victims", "Wardens of the Blue Gate", "", "…", "both sides"],
)
def test_the_unknown_stays_open(text: str) -> None:
    assert acled(text) is None


def test_a_general_actor_needs_a_country() -> None:
    assert acled("unidentified gunmen", None) is None
    assert acled("Turkish drones", None) == "Military Forces of Turkey (2016-)"


@pytest.mark.parametrize(
    ("name", "date", "expected"),
    [
        ("Syrian army", "2024-12-07", "Military Forces of Syria (2000-)"),
        ("Syrian army", "2024-12-09", "Military Forces of Syria (2024-)"),
        ("General Security", "2022-01-01", "HTS: Hayat Tahrir al Sham"),
        ("General Security", "2025-03-01", "Police Forces of Syria (2024-) General Security"),
        ("Israeli forces", "2020-05-09", "Military Forces of Israel (2009-)"),
        ("Israeli forces", "2024-05-09", "Military Forces of Israel (2022-)"),
    ],
)
def test_the_date_decides_between_successors(name: str, date: str, expected: str) -> None:
    assert acled(name, "Syria", dt.date.fromisoformat(date)) == expected


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("Syria", "Islamic State (Syria)"),
        ("Iraq", "Islamic State (Iraq)"),
        ("Egypt", "Islamic State (Egypt)"),
        ("Sri Lanka", None),
    ],
)
def test_the_country_decides_between_branches(country: str, expected: str | None) -> None:
    entry = TABLE.lookup("ISIS", DAY, country)
    assert entry is not None
    assert entry.acled_name == expected
    assert entry.kind == "jihadist"


@given(st.text(max_size=60), st.sampled_from([None, "Syria", "Mali"]))
def test_any_text_can_be_looked_up(text: str, country: str | None) -> None:
    entry = TABLE.lookup(text, DAY, country)
    assert entry is None or Actor.model_validate(entry.actor().model_dump())


@pytest.mark.parametrize(
    ("text", "status", "traits"),
    [
        ("civilians", "civilian", []),
        ("children", "civilian", ["child"]),
        ("two children and a woman", "civilian", ["child", "woman"]),
        ("11 years-old child", "civilian", ["child"]),
        ("little girls", "civilian", ["child", "woman"]),
        ("journalist", "civilian", ["journalist"]),
        ("medical staff", "civilian", ["medic"]),
        ("displaced people", "civilian", ["displaced"]),
        ("farmers", "civilian", ["farmer"]),
        ("regime soldiers", "combatant", ["military"]),
        ("policemen", "combatant", ["police"]),
        ("ISIS fighters", "combatant", []),
        ("civilians and fighters", "mixed", []),
        ("former opposition commander", "civilian", ["former combatant"]),
        ("people", "unknown", []),
        ("", "unknown", []),
    ],
)
def test_victims(text: str, status: str, traits: list[str]) -> None:
    assert describe_victim(text) == (status, traits)


def test_users_add_and_replace_actors(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "id,name,acled_name,kind,country,valid_from,aliases\n"
        ",Wardens of the Blue Gate,Blue Gate Militia,militia,Syria,2020-01-01,Blue Gate|الباب الأزرق\n",
        encoding="utf-8",
    )
    mine = ActorTable.load(extra=[table])
    found = mine.lookup("Blue Gate fighters", DAY, "Syria")
    assert found is not None
    assert found.acled_name == "Blue Gate Militia"
    assert mine.lookup("الباب الأزرق") == found
    assert len(mine) == len(TABLE) + 1


def test_errors_of_a_users_table_say_what_to_do(tmp_path: Path) -> None:
    table = tmp_path / "bad.csv"
    table.write_text("name,valid_from\nX,9 May 2020\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 2.*2024-12-08"):
        ActorTable.load(extra=[table])
    table.write_text("actor\nX\n", encoding="utf-8")
    with pytest.raises(ValueError, match="name"):
        ActorTable.load(extra=[table])
    with pytest.raises(FileNotFoundError, match="CSV"):
        ActorTable.load(extra=[tmp_path / "absent.csv"])


# -- the component -----------------------------------------------------------------------------------------------


def marked(nlp: spacy.language.Language, text: str, article: dict[str, object]) -> spacy.tokens.Doc:
    """A Doc of ``text`` in which [square brackets] mark actors and <angle brackets> locations."""
    plain, spans = "", []
    for part in re.split(r"(\[[^]]*\]|<[^>]*>)", text):
        if part[:1] in "[<" and part:
            spans.append((len(plain), len(plain) + len(part) - 2, "ACTOR" if part[0] == "[" else "LOCATION"))
            part = part[1:-1]
        plain += part
    doc = nlp.make_doc(plain)
    doc._.article = article
    doc.ents = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in spans]
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def test_the_linker_uses_date_and_place() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("place_linker")
    nlp.add_pipe("actor_linker")
    text = "[Unknown gunmen] attacked the [army] near <Saraqib> in <Idlib>."
    before = marked(nlp, text, {"published": "2023-05-01", "outlet": "sohr"})
    after = marked(nlp, text, {"published": "2025-05-01", "outlet": "sohr"})
    assert [ent._.actor["name"] for ent in before.ents[:2]] == [
        "Unidentified Armed Group (Syria)",
        "Military Forces of Syria",
    ]
    assert before.ents[1]._.actor["id"] != after.ents[1]._.actor["id"]
    yemen = marked(nlp, "[Unknown gunmen] attacked a post in <Marib>, <Yemen>.", {"published": None, "outlet": None})
    assert yemen.ents[0]._.actor["country"] == "Yemen"


def test_actors_survive_saving_and_processes(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ACTOR", "pattern": "ISIS"}, {"label": "ACTOR", "pattern": "somebody"}])
    nlp.add_pipe("actor_linker", config={"country": "Syria"})
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    docs = list(again.pipe(["ISIS shot somebody."] * 4, n_process=2, batch_size=2))
    assert [doc.ents[0]._.actor["kind"] for doc in docs] == ["jihadist"] * 4
    assert [doc.ents[1]._.actor for doc in docs] == [None] * 4
