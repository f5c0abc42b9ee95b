"""Parties and places that the text implies, or that a recogniser left out or ran together.

The Docs hold hand-set entities and no parse, so that each rule is seen alone and no trained pipeline is needed.
"""

from __future__ import annotations

import datetime as dt

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events.actors import ActorTable
from conflict_events.actors.spotting import ActorSpotter
from conflict_events.components.actor_linker import ActorLinker
from conflict_events.components.place_linker import PlaceLinker, country_clue, country_place, shared_gazetteer
from conflict_events.events.rules import EventRules
from conflict_events.places.spotting import mend_places


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en")


@pytest.fixture(scope="module")
def table() -> ActorTable:
    return ActorTable.load()


@pytest.fixture(scope="module")
def rules() -> EventRules:
    return EventRules.load()


@pytest.fixture(scope="module")
def places() -> PlaceLinker:
    return PlaceLinker()


def marked(nlp: Language, text: str, label: str = "LOCATION") -> Doc:
    """A Doc of ``text`` with the names in square brackets as entities."""
    plain, spans = "", []
    for part in text.replace("]", "[").split("["):
        spans.append((len(plain), len(plain) + len(part)))
        plain += part
    doc = nlp(plain)
    doc.set_ents([doc.char_span(start, end, label=label) for start, end in spans[1::2]])
    return doc


# -- actors that the recogniser left out -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spotted"),
    [
        ("A mine went off in a QSD vehicle", ["QSD"]),
        ("It was planted by an unknown armed group yesterday", ["unknown armed group"]),
        ("Two fighters of Ahrar al-Sham were hurt", ["Ahrar al-Sham"]),
        ("An armed group of friends went fishing", []),
        ("The qsd of a word in small letters is none", []),
    ],
)
def test_known_parties_are_spotted(nlp: Language, table: ActorTable, text: str, spotted: list[str]) -> None:
    assert [span.text for span in ActorSpotter(table)(nlp(text))] == spotted


def test_spotting_leaves_entities_alone(nlp: Language, table: ActorTable) -> None:
    doc = marked(nlp, "A base in [QSD Square] was shelled by SDF")
    assert [span.text for span in ActorSpotter(table)(doc)] == ["SDF"]


def test_the_linker_links_what_it_spots(nlp: Language) -> None:
    doc = ActorLinker(country="Syria")(nlp("Shots were fired by unidentified gunmen"))
    assert [(ent.text, ent._.actor["name"]) for ent in doc.ents] == [
        ("unidentified gunmen", "Unidentified Armed Group (Syria)")
    ]


def test_only_parties_tell_the_country_of_an_article(nlp: Language) -> None:
    doc = marked(nlp, "[Protesters] decried the US dollar exchange rate", "ACTOR")
    assert ActorLinker()(doc).ents[0]._.actor is None
    doc = marked(nlp, "[Afghan soldiers] fired at [protesters]", "ACTOR")
    assert ActorLinker()(doc).ents[1]._.actor["name"] == "Protesters (Afghanistan)"


# -- general actors by id ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "country", "date"),
    [
        ("regime forces", "Syria", dt.date(2020, 5, 9)),
        ("the army", "Syria", dt.date(2025, 2, 1)),
        ("protesters", "Lebanon", None),
        ("police", "Ivory Coast", dt.date(2020, 1, 1)),
        ("ISIS", "Iraq", dt.date(2020, 1, 1)),
    ],
)
def test_a_record_finds_its_acled_name_again(
    table: ActorTable, description: str, country: str, date: dt.date | None
) -> None:
    entry = table.lookup(description, date, country)
    assert entry is not None
    assert table.acled_name(entry.actor()) == entry.acled_name


@pytest.mark.parametrize("identifier", ["protesters:atlantis", "nobody:syria", "protesters", ""])
def test_an_unknown_id_is_nobody(table: ActorTable, identifier: str) -> None:
    assert table.get(identifier) is None


# -- actors that the type of an event implies --------------------------------------------------------------------


def linked(nlp: Language, text: str) -> Doc:
    return ActorLinker(country="Syria")(marked(nlp, text, "ACTOR"))


def test_those_who_protest_are_protesters(nlp: Language, rules: EventRules) -> None:
    doc = linked(nlp, "[civilians] protested against prices")
    terms = ("Protests", "Peaceful protest")
    found = rules.implied_actors(doc, [doc[:]], terms, [("party", doc.ents[0])])
    assert [(one.role, one.span.text, one.template) for one in found] == [("party", "civilians", "protesters")]


def test_a_demonstration_nobody_is_named_for(nlp: Language, rules: EventRules) -> None:
    doc = nlp("A demonstration took place in the city")
    found = rules.implied_actors(doc, [doc[:]], ("Protests", "Peaceful protest"), [])
    assert [(one.role, one.span.text, one.template) for one in found] == [("party", "demonstration", "protesters")]


def test_a_body_found_implies_nobody(nlp: Language, rules: EventRules) -> None:
    doc = linked(nlp, "The body of a [regime fighter] was found")
    terms = ("Violence against civilians", "Attack")
    assert rules.implied_actors(doc, [doc[:]], terms, [("target", doc.ents[0])]) == []


def test_nobody_is_added_to_a_named_perpetrator(nlp: Language, rules: EventRules) -> None:
    doc = linked(nlp, "[ISIS cells] killed two [civilians]")
    actors = [("perpetrator", doc.ents[0]), ("target", doc.ents[1])]
    assert rules.implied_actors(doc, [doc[:]], ("Violence against civilians", "Attack"), actors) == []


def test_nobody_is_added_without_words_for_it(nlp: Language, rules: EventRules) -> None:
    doc = nlp("Something happened somewhere")
    assert rules.implied_actors(doc, [doc[:]], ("Violence against civilians", "Attack"), []) == []


def test_a_known_party_without_a_role_takes_part(nlp: Language, rules: EventRules) -> None:
    doc = linked(nlp, "[HTS] set up roadblocks")
    assert rules.ruled_roles(doc, [doc[:]]) == [("party", doc.ents[0])]


@pytest.mark.parametrize(
    "text",
    [
        "A mine went off in areas controlled by [HTS]",
        "A village in the areas of [HTS]",
        "A house inhabited by [civilians] burned",
        "[HTS] said it was raining",
    ],
)
def test_who_holds_or_speaks_takes_no_part(nlp: Language, rules: EventRules, text: str) -> None:
    doc = linked(nlp, text)
    assert rules.ruled_roles(doc, [doc[:]]) == []


# -- places ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Shells fell on the Jandairis - Deir Ballut road", ["Jandairis", "Deir Ballut"]),
        ("They blocked the Sidon-Beirut highway", ["Sidon", "Beirut"]),
        ("They met at Al-Sokhna", ["Al-Sokhna"]),
    ],
)
def test_names_run_together_are_taken_apart(nlp: Language, text: str, names: list[str]) -> None:
    plain = nlp(text)
    first = next(token.i for token in plain[1:] if token.text[0].isupper())
    last = next((token.i for token in plain if token.text in ("road", "highway")), len(plain))
    plain.set_ents([Span(plain, first, last, label="LOCATION")])
    assert [ent.text for ent in mend_places(plain, shared_gazetteer(None, ()))] == names


def test_a_name_before_its_area_is_a_place(nlp: Language) -> None:
    doc = marked(nlp, "Clashes took place on Saraqab front in the eastern countryside of [Idleb]")
    assert [ent.text for ent in mend_places(doc, shared_gazetteer(None, ()))] == ["Saraqab", "Idleb"]


def test_a_name_that_its_area_does_not_hold_is_none(nlp: Language) -> None:
    doc = marked(nlp, "A member of Ahrar in [Idleb] and a man from Saraqab near [Homs]")
    assert [ent.text for ent in mend_places(doc, shared_gazetteer(None, ()))] == ["Idleb", "Homs"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("They met in the town of Sawran on Monday", ["Sawran"]),
        ("They blocked the Halba highway", ["Halba highway"]),
        ("They met Hakkari Governor", ["Hakkari"]),
        ("The Ahrar front said nothing of the Syrian road", []),
        ("The village of his fathers", []),
    ],
)
def test_a_word_for_a_kind_of_place_tells_a_name(nlp: Language, text: str, names: list[str]) -> None:
    assert [ent.text for ent in mend_places(nlp(text), shared_gazetteer(None, ()))] == names


@pytest.mark.parametrize(
    ("text", "label", "labels"),
    [
        ("Forces shelled [Ftireh] in the countryside of Idleb", "ACTOR", {"Ftireh": "LOCATION"}),
        ("Forces shelled [Hamzat] in the countryside of Idleb", "ACTOR", {"Hamzat": "ACTOR"}),
        ("Shells fell on Salh district ([Taizz])", "CASUALTY", {"Taizz": "LOCATION"}),
        ("Shells fell on [Zuhur Jadida] and its people", "ACTOR", {"Zuhur Jadida": "ACTOR"}),
    ],
)
def test_a_name_of_no_known_party_gives_way_to_the_place(
    nlp: Language, places: PlaceLinker, text: str, label: str, labels: dict[str, str]
) -> None:
    doc = marked(nlp, text, label)
    area = next(token for token in doc if token.text in ("Idleb", "Salh", "people"))
    if area.text != "people":
        doc.set_ents([*doc.ents, Span(doc, area.i, area.i + 1, label="LOCATION")])
    found = {ent.text: ent.label_ for ent in places(doc).ents}
    assert labels.items() <= found.items()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A man was shot in [Bait Jan] in Rural [Damascus]", ["Bait Jan", "Rural Damascus"]),
        ("A blast hit [Raju street] in [Afrin] city in [Aleppo]", [None, "Afrin", "Aleppo"]),
        ("Trucks passed the [Bab al-Hawa] border crossing in [Idleb]", ["Bab al-Hawa crossing", "Idleb"]),
    ],
)
def test_what_a_name_means(nlp: Language, places: PlaceLinker, text: str, found: list[str | None]) -> None:
    doc = places(marked(nlp, text))
    assert [ent._.place and ent._.place["name"] for ent in doc.ents] == found


def test_a_demonym_is_no_place(nlp: Language, places: PlaceLinker) -> None:
    doc = places(marked(nlp, "In the outskirts of the [Libyan] capital and in [Sirte]"))
    assert [ent.text for ent in doc.ents] == ["Sirte"]


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("[LNA] positions were hit", ("LNA", "Libya")),
        ("A bomb hurt two [Afghan soldiers]", ("Afghan", "Afghanistan")),
        ("A Saudi-led coalition raid", ("Saudi-led", "Yemen")),
        ("[Turkish warplanes] struck", None),
        ("[Protesters] decried the US dollar", None),
        ("[LNA] fought [Houthi] men", None),
    ],
)
def test_parties_tell_the_country(nlp: Language, text: str, clue: tuple[str, str] | None) -> None:
    doc = marked(nlp, text, "ACTOR")
    found = country_clue(doc, 0, len(doc))
    assert (found and (doc[found[0] : found[1]].text, found[2])) == clue


def test_the_place_of_a_country() -> None:
    place = country_place("Libya")
    assert place is not None
    assert (place["kind"], place["country"], place["score"]) == ("country", "Libya", 0.5)
    assert country_place("Atlantis") is None


# -- roles of places ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("raids on the area stretching from [Mayadin] to [Bukamal]", ["near", "near"]),
        ("residents of [Daret Azza] in [Aleppo] protested", ["site", "within"]),
        ("the column was kept from entering [Daret Azza] town in [Aleppo] countryside", ["site", "within"]),
        ("a soldier hailing from [Suqutra] was hurt", ["within"]),
        ("he was transferred to [Homs] after the blast in [Hama] city", ["site"]),
    ],
)
def test_roles_of_places(nlp: Language, rules: EventRules, text: str, roles: list[str]) -> None:
    doc = marked(nlp, text)
    assert [role for role, _ in rules.location_roles(doc, [doc[:]])] == roles


def test_a_site_goes_before_the_road_it_lies_at(nlp: Language, rules: EventRules, places: PlaceLinker) -> None:
    doc = places(marked(nlp, "a patrol on the [M4 highway] and shelling in [Saraqab] city"))
    assert [role for role, _ in rules.location_roles(doc, [doc[:]])] == ["near", "site"]
