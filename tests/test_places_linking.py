"""Names in an article are resolved together, and stay open where nothing fits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from conflict_events.components.place_linker import PlaceLinker
from conflict_events.places.relations import locate_relation, precision_of
from conflict_events.schema import Place


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("place_linker")
    return nlp


def marked(nlp: Language, text: str, outlet: str | None = None) -> Doc:
    """A Doc of ``text`` in which [square brackets] mark the locations."""
    plain, spans = "", []
    for part in re.split(r"(\[[^]]*\])", text):
        if part.startswith("["):
            spans.append((len(plain), len(plain) + len(part) - 2))
            part = part[1:-1]
        plain += part
    doc = nlp.make_doc(plain)
    doc._.article = {"id": "test", "outlet": outlet}
    found = [doc.char_span(start, end, label="LOCATION", alignment_mode="expand") for start, end in spans]
    doc.ents = [span for span in found if span is not None]
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def places(doc: Doc) -> dict[str, Any]:
    return {ent.text: ent._.place and (ent._.place["admin1"], ent._.place["kind"]) for ent in doc.ents}


def test_villages_of_the_desert_are_not_their_namesakes(nlp: Language) -> None:
    doc = marked(
        nlp,
        "Cells raided posts in [Al-Taiba] and [Al-Kawm] villages near [Al-Sokhna] city in the eastern countryside of "
        "[Homs], and a post on the road to [Al-Rasafa] in western [Al-Raqqa] countryside.",
    )
    assert places(doc) == {
        "Al-Taiba": ("Homs", "settlement"),
        "Al-Kawm": ("Homs", "settlement"),
        "Al-Sokhna": ("Homs", "settlement"),
        "Homs": ("Homs", "admin1"),
        "Al-Rasafa": ("Ar-Raqqa", "settlement"),
        "Al-Raqqa": ("Ar-Raqqa", "admin1"),
    }


@pytest.mark.parametrize(
    ("text", "admin1"),
    [
        ("A shell fell on [Aziziyeh] village in [Hama] countryside.", "Hama"),
        ("A shell fell on [Aziziyeh] village in [Homs] countryside.", "Homs"),
        ("[Homs] province: a shell fell on the village of [Aziziyeh].", "Homs"),
        ("[Aleppo] province: a mine exploded in [Samuqa].", "Aleppo"),
    ],
)
def test_the_governorate_beside_the_name_decides(nlp: Language, text: str, admin1: str) -> None:
    doc = marked(nlp, text, "sohr")
    village = next(ent for ent in doc.ents if ent.text in ("Aziziyeh", "Samuqa"))
    assert village._.place["admin1"] == admin1


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Protesters gathered in [Tripoli], [Lebanon].", "Tripoli", "Lebanon"),
        ("LNA forces shelled [Tripoli] while GNA troops held the airport, [Libya].", "Tripoli", "Libya"),
        ("Gunmen killed two men in [Acapulco], [Guerrero].", "Acapulco", "Mexico"),
        ("A bomb went off in [Kano], in northern [Nigeria].", "Kano", "Nigeria"),
        ("Police in [Paris] said the suspect had left [France].", "Paris", "France"),
    ],
)
def test_the_country_follows_from_the_text(nlp: Language, text: str, name: str, country: str) -> None:
    doc = marked(nlp, text)
    assert next(ent._.place for ent in doc.ents if ent.text == name)["country"] == country


def test_a_city_is_the_town_of_that_name_and_a_quarter_lies_close_to_it(nlp: Language) -> None:
    # A hamlet of that name lies beside the Ashrafiyeh of Aleppo city.
    doc = marked(nlp, "Two factions fought in the [Al-Ashrafieh] neighbourhood of [Afrin] city in [Syria].")
    assert doc.ents[1]._.place["admin2"] == "Afrin"
    assert doc.ents[0]._.place is None


def test_a_town_goes_before_one_that_bears_its_name_among_others(nlp: Language) -> None:
    doc = marked(nlp, "An Israeli was hurt when a Palestinian attacked shoppers in the town of [Kfar Saba].")
    assert (doc.ents[0]._.place["name"], doc.ents[0]._.place["country"]) == ("Kfar Saba", "Israel")


def test_the_seat_of_a_district_goes_before_a_hamlet_of_its_name(nlp: Language) -> None:
    doc = marked(nlp, "Tanks entered the town of [al-Rai] in [Aleppo] province")
    assert doc.ents[0]._.place["admin3"] == "Ar-Ra'ee"


def test_of_names_that_sound_alike_the_nearer_spelling_is_meant(nlp: Language) -> None:
    doc = marked(nlp, "Two civilians were killed in [Kafriya] and [Foua] in [Idlib]")
    assert doc.ents[0]._.place["name"] == "Kafraya"


def test_refugees_do_not_tell_where_an_article_plays(nlp: Language) -> None:
    doc = marked(nlp, "Palestinian refugees marched through the [Ein al Hilweh] refugee camp.")
    assert doc.ents[0]._.place["country"] == "Lebanon"


def test_a_name_cut_short_is_completed(nlp: Language) -> None:
    doc = marked(nlp, "A soldier was shot dead in [Bait] Jan in [Rural Damascus].")
    assert [(ent.text, ent._.place["admin1"]) for ent in doc.ents] == [
        ("Bait Jan", "Rural Damascus"),
        ("Rural Damascus", "Rural Damascus"),
    ]


def test_a_feature_named_after_a_place_lies_there(nlp: Language) -> None:
    doc = marked(
        nlp, "Planes struck positions in [Al-Sokhna] and [Al-Rasafa Deserts] and [Deir Ezzor desert] in [Syria]."
    )
    found = places(doc)
    assert found["Al-Rasafa Deserts"] == ("Ar-Raqqa", "desert")
    assert found["Deir Ezzor desert"] == ("Deir-ez-Zor", "desert")
    doc = marked(nlp, "Operations in the [Syrian desert], the [Syrian Badia] and at the [Iraqi borders] go on.")
    assert list(places(doc).values()) == [("Homs", "desert"), ("Homs", "desert"), None]


def test_what_the_gazetteer_lacks_stays_open(nlp: Language) -> None:
    doc = marked(nlp, "A mine exploded near [Qurrat Zumbalqa] in the countryside of [Idlib].", "sohr")
    assert doc.ents[0]._.place is None
    assert doc.ents[1]._.place["admin1"] == "Idleb"


def test_a_namesake_elsewhere_is_not_taken_for_a_place_that_the_text_puts_in_a_governorate(nlp: Language) -> None:
    # The only Rukban of the table lies at the Jordanian border.
    doc = marked(nlp, "A mine exploded in [Rukban] village in the western countryside of [Idlib].", "sohr")
    assert doc.ents[0]._.place is None


def test_a_governorate_lies_in_no_zone_and_a_demonym_is_no_place(nlp: Language) -> None:
    doc = marked(
        nlp, "A blast hit [Ras Al-Ain] city in [Al-Hasakah] within [Peace Spring] areas; [Syrian] media said.", "sohr"
    )
    found = places(doc)
    assert found["Al-Hasakah"] == ("Al-Hasakeh", "admin1")
    assert found["Ras Al-Ain"] == ("Al-Hasakeh", "settlement")
    assert found["Peace Spring"] == (None, "zone")
    assert "Syrian" not in found


def test_a_name_that_two_large_towns_share_stays_open_without_a_country(nlp: Language) -> None:
    assert marked(nlp, "A grenade was thrown in [Tripoli].").ents[0]._.place is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They gathered outside the house of a minister in [el Mina].", ("El Mina", "Lebanon")),
        ("They gathered outside the house of a minister in [Al Mina].", None),
        ("A bomb went off near [Yusufiyah].", ("Yusufiyah", "Iraq")),
        ("[Aydin Governorship] made masks mandatory.", ("Aydin", "Turkey")),
        ("Mikati called for calm in [Tripoli].", ("Tripoli", "Lebanon")),
        ("Haftar called for calm in [Tripoli].", ("Tripoli", "Libya")),
        ("Men were shot in [Umm al-Karami] and in [Tripoli].", None),
    ],
)
def test_what_speaks_for_a_country_where_the_text_names_none(
    nlp: Language, text: str, found: tuple[str, str] | None
) -> None:
    place = marked(nlp, text).ents[-1]._.place
    assert (place and (place["name"].split(" ")[0], place["country"])) == (found and (found[0].split(" ")[0], found[1]))


def test_a_countrys_division_is_known_without_another_clue(nlp: Language) -> None:
    doc = marked(nlp, "Shells fell on [Bani Siyah] ([Raizh], [Sadah]).")
    assert doc.ents[-1]._.place["country"] == "Yemen"


def test_scores_are_between_zero_and_one_and_values_are_plain(nlp: Language) -> None:
    doc = marked(nlp, "Clashes in [Saraqib], [Binnish] and [Ariha] in [Idlib].", "sohr")
    for ent in doc.ents:
        place = ent._.place
        assert type(place) is dict
        assert 0 < Place(**place).score <= 1


def test_a_saved_pipeline_works_without_importing_us(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    doc = marked(again, "A shell fell on [Al-Bab] city in [Aleppo] countryside.")
    assert places(doc)["Al-Bab"] == ("Aleppo", "settlement")


def test_places_survive_several_processes() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "LOCATION", "pattern": "Saraqib"}, {"label": "LOCATION", "pattern": "Idlib"}])
    nlp.add_pipe("place_linker")
    texts = ["Clashes in Saraqib in Idlib."] * 4
    docs = list(nlp.pipe(texts, n_process=2, batch_size=2))
    assert [doc.ents[0]._.place["admin1"] for doc in docs] == ["Idleb"] * 4


def test_users_may_bring_their_own_places(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("name,country,admin1,lat,lon\nHill 717,Syria,Lattakia,35.7,36.1\n", encoding="utf-8")
    nlp = spacy.blank("en")
    nlp.add_pipe("place_linker", config={"extra": [str(table)], "country": "Syria"})
    doc = marked(nlp, "Shells fell on [Hill 717].")
    assert doc.ents[0]._.place["lat"] == 35.7


# -- described points --------------------------------------------------------------------------------------------

HOMS = Place(id="C2528", name="Homs", kind="settlement", country="Syria", lat=34.73, lon=36.71, score=1)
HAMA = Place(id="C2987", name="Hama", kind="settlement", country="Syria", lat=35.13, lon=36.75, score=1)
IDLEB = Place(id="SY07", name="Idleb", kind="admin1", country="Syria", lat=35.93, lon=36.63, score=1)


@pytest.mark.parametrize(
    ("words", "given", "lat", "lon", "precision"),
    [
        ("20 km south of", [HOMS], 34.550, 36.710, 2),
        ("about 20 kilometres north-east of", [HOMS], 34.857, 36.865, 2),
        ("five hundred metres, or 500 m west of", [HOMS], 34.730, 36.705, 2),
        ("10 miles east of", [HOMS], 34.730, 36.886, 2),
        ("east of", [HOMS], 34.730, 36.765, 2),
        ("on the road between", [HOMS, HAMA], 34.930, 36.730, 2),
        ("near", [HOMS], 34.730, 36.710, 2),
        ("in the countryside of", [HOMS], 34.730, 36.710, 3),
        ("in", [HOMS], 34.730, 36.710, 1),
        ("in the south of", [IDLEB], 35.930, 36.630, 4),
    ],
)
def test_described_points(words: str, given: list[Place], lat: float, lon: float, precision: int) -> None:
    point = locate_relation(words, given)
    assert point is not None
    assert (point.lat, point.lon) == pytest.approx((lat, lon), abs=0.002)
    assert point.precision == precision
    assert point.radius_km > 0


def test_a_place_without_a_point_gives_none() -> None:
    nowhere = Place(id="X", name="X", kind="settlement", score=1)
    assert locate_relation("near", [nowhere]) is None
    assert locate_relation("between", [HOMS, nowhere]) is None
    assert locate_relation("near", []) is None


@pytest.mark.parametrize(
    ("kind", "grade"), [("settlement", 1), ("admin3", 3), ("admin1", 4), ("desert", 5), ("country", 6)]
)
def test_grades_of_precision(kind: str, grade: int) -> None:
    assert precision_of(Place(id="x", name="x", kind=kind, score=1)) == grade


# -- names that are no place -----------------------------------------------------------------------------------------


def _linked(text: str) -> dict[str, str | None]:
    """The names in square brackets that stay LOCATIONs, with the places they are taken for."""
    linker = PlaceLinker()
    plain, spans = "", []
    for part in text.replace("]", "[").split("["):
        spans.append((len(plain), len(plain) + len(part)))
        plain += part
    doc = spacy.blank("en")(plain)
    doc.set_ents([doc.char_span(start, end, label="LOCATION") for start, end in spans[1::2]])
    doc = linker(doc)
    return {ent.text: ent._.place and ent._.place["name"] for ent in doc.ents if ent.label_ == "LOCATION"}


def test_a_likeness_of_sound_alone_makes_no_place() -> None:
    assert _linked("[Biden] met the Syrian opposition .")["Biden"] is None
    assert _linked("A shell fell in [Bweiden] village in [Daraa] countryside .")["Daraa"] == "Dar'a"


def test_a_likeness_of_sound_leads_to_no_other_country() -> None:
    assert _linked("Soldiers died in [Bachira], in the east of [Colombia] .")["Bachira"] is None


def test_titled_names_are_persons_wherever_they_stand() -> None:
    assert _linked("President [Biden] spoke . [Biden] said that [Homs] was far .") == {"Homs": "Homs"}


def test_parties_and_words_of_grammar_are_no_places() -> None:
    assert _linked("Strikes hit [Hezbollah] close [by] and in [Beirut] .").keys() == {"Beirut"}
