"""Rows as ACLED, UCDP GED, GTD and Airwars publish them, from one event each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflict_events.exports import FORMATS, code_events, load_codebook
from conflict_events.exports.codebook import KEYS
from conflict_events.exports.ged import priogrid
from conflict_events.schema import Annotation, Casualty, EventActor, EventLocation, Quantity, Victim
from made_records import QUDS, SOKHNEH, annotations, exactly, made_annotation, words


def rows(target: str, *options: str, **event: Any) -> list[dict[str, Any]]:
    book = load_codebook(target).with_options(options)
    return list(code_events([made_annotation("a1", **event)], target, book))


def row(target: str, *options: str, **event: Any) -> dict[str, Any]:
    (only,) = rows(target, *options, **event)
    return only


CIVILIANS = EventActor(role="target", mention=words("civilians"))
BY_ISIS = made_annotation().events[0].actors[0]


def killed(number: int, mention: str, status: str, **more: Any) -> Casualty:
    victim = Victim(mention=words(mention), status=status, **more)  # type: ignore[arg-type]
    return Casualty(outcome="killed", quantity=exactly(number), mention=words("16"), victim=victim)


@pytest.mark.parametrize("target", FORMATS)
def test_columns_are_the_projects_then_ours(target: str) -> None:
    book = load_codebook(target)
    assert list(row(target)) == [*book.columns, *KEYS]
    assert (row(target)["article_id"], row(target)["event_id"]) == ("a1", "a1-e1")


@pytest.mark.parametrize(("target", "count"), [("acled", 31), ("ged", 49), ("gtd", 135)])
def test_there_are_as_many_columns_as_the_project_publishes(target: str, count: int) -> None:
    assert len(load_codebook(target).columns) == count


def test_acled() -> None:
    coded = row("acled")
    expected = {
        "event_id_cnty": "SYR-a1-e1",
        "event_date": "2023-05-02",
        "year": 2023,
        "time_precision": 1,
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "Islamic State (Syria)",
        "inter1": "Rebel group",
        "inter2": "Political militia",
        "interaction": "Rebel group-Political militia",
        "civilian_targeting": None,
        "iso": 760,
        "region": "Middle East",
        "country": "Syria",
        "admin1": "Homs",
        "location": "Al-Sokhna",
        "latitude": 34.886,
        "longitude": 38.87,
        "geo_precision": 2,
        "source": "SOHR",
        "source_scale": "Other",
        "fatalities": 16,
        "rules_applied": "stated;representative_place;date_published",
    }
    assert {column: coded[column] for column in expected} == expected


def test_acled_by_the_numbers_used_before_2024() -> None:
    coded = row("acled", "inter=code")
    assert (coded["inter1"], coded["inter2"], coded["interaction"]) == ("2", "3", "23")


def test_acled_civilian_targeting() -> None:
    coded = row("acled", event_type="Violence against civilians", sub_event_type="Attack", actors=[BY_ISIS, CIVILIANS])
    assert (coded["actor2"], coded["inter2"]) == ("Civilians (Syria)", "Civilians")
    assert coded["civilian_targeting"] == "Civilian targeting"
    assert "civilian_targeting" in coded["rules_applied"].split(";")


def test_acled_divides_the_dead_among_places_where_asked() -> None:
    places = [
        EventLocation(role="site", mention=words("Al-Sokhna"), place=SOKHNEH),
        EventLocation(role="site", mention=words("Homs"), place=SOKHNEH.model_copy(update={"name": "Homs"})),
    ]
    casualties = [killed(5, "combatants", "combatant")]
    split = rows("acled", "split_locations=true", locations=places, casualties=casualties)
    assert [(one["location"], one["fatalities"]) for one in split] == [("Al-Sokhna", 3), ("Homs", 2)]
    assert len({one["event_id_cnty"] for one in split}) == 2
    assert [one["fatalities"] for one in rows("acled", locations=places, casualties=casualties)] == [5]


def test_acled_an_area_is_known_less_exactly() -> None:
    coded = row("acled", locations=[EventLocation(role="within", mention=words("Homs"))])
    assert (coded["location"], coded["latitude"], coded["geo_precision"]) == ("Homs", None, None)


def test_a_place_that_does_not_agree_with_the_others_is_another_one_of_its_name() -> None:
    far = SOKHNEH.model_copy(update={"name": "Jaru", "admin1": "Rondonia", "country": "Brazil"})
    homs = SOKHNEH.model_copy(update={"name": "Homs", "kind": "admin1"})
    places = [
        EventLocation(role="site", mention=words("Al-Sokhna"), place=far),
        EventLocation(role="near", mention=words("Al-Sokhna"), place=SOKHNEH),
        EventLocation(role="within", mention=words("Homs"), place=homs),
    ]
    coded = row("acled", "location_names=gazetteer", locations=places)
    assert (coded["country"], coded["admin1"], coded["location"]) == ("Syria", "Homs", "Sokhneh")
    other = SOKHNEH.model_copy(update={"admin1": "Hama"})
    places[0] = places[0].model_copy(update={"place": other})
    assert row("acled", locations=places)["admin1"] == "Homs"


def test_recalled_and_denied_events_are_not_coded() -> None:
    for target in ("acled", "ged", "gtd"):
        assert rows(target, kind="background") == []
        assert rows(target, certainty="denied") == []


def test_a_claim_says_so() -> None:
    assert "claimed" in row("acled", certainty="claimed")["rules_applied"]
    assert row("ged", certainty="claimed")["event_clarity"] == 1


def test_ged_one_sided() -> None:
    coded = row("ged", actors=[BY_ISIS, CIVILIANS], casualties=[killed(4, "civilians", "civilian")])
    expected = {
        "type_of_violence": 3,
        "side_a": "IS",
        "side_b": "Civilians",
        "deaths_a": 0,
        "deaths_b": 0,
        "deaths_civilians": 4,
        "deaths_unknown": 0,
        "best": 4,
        "high": 4,
        "low": 4,
        "where_prec": 2,
        "date_prec": 1,
        "country_id": 652,
        "region": "Middle East",
    }
    assert {column: coded[column] for column in expected} == expected
    assert "one_sided" in coded["rules_applied"]


def test_ged_deaths_by_side_with_parts() -> None:
    """Nine of the sixteen are of one group; the other seven are of no known side."""
    coded = row("ged")
    assert (coded["deaths_b"], coded["deaths_unknown"], coded["best"]) == (9, 7, 16)
    assert (coded["type_of_violence"], coded["side_a"]) == (2, "IS")


def test_ged_needs_a_death_and_an_organised_actor() -> None:
    injured = Casualty(outcome="injured", quantity=exactly(3), mention=words("Two"))
    assert rows("ged", casualties=[injured]) == []
    assert rows("ged", actors=[CIVILIANS]) == []


def test_priogrid_numbers_cells_from_the_south_west() -> None:
    assert priogrid(-90, -180) == 1
    assert priogrid(34.886, 38.87) == 249 * 720 + 437 + 1


def test_gtd() -> None:
    coded = row(
        "gtd",
        event_type="Explosions/Remote violence",
        sub_event_type="Suicide bomb",
        actors=[BY_ISIS, CIVILIANS],
        casualties=[
            killed(4, "civilians", "civilian"),
            Casualty(
                outcome="killed",
                quantity=exactly(1),
                victim=Victim(mention=words("ISIS"), actor=BY_ISIS.actor, status="combatant"),
            ),
            Casualty(outcome="injured", quantity=Quantity(modifier="none"), victim=Victim(mention=words("civilians"))),
        ],
    )
    expected = {
        "iyear": 2023,
        "imonth": 5,
        "iday": 2,
        "country": 200,
        "country_txt": "Syria",
        "region": 10,
        "provstate": "Homs",
        "city": "Sokhneh",
        "vicinity": 1,
        "suicide": 1,
        "attacktype1": 3,
        "attacktype1_txt": "Bombing/Explosion",
        "targtype1": 14,
        "gname": "Islamic State of Iraq and the Levant (ISIL)",
        "nkill": 5,
        "nkillter": 1,
        "nwound": None,
        "crit3": 1,
        "doubtterr": 0,
    }
    assert {column: coded[column] for column in expected} == expected
    assert {"attackers_included", "unstated"} <= set(coded["rules_applied"].split(";"))


def test_gtd_leaves_out_what_states_do() -> None:
    army = EventActor(role="perpetrator", mention=words("ISIS"), actor=QUDS.model_copy(update={"kind": "state forces"}))
    forces = army.model_copy(update={"mention": army.mention.model_copy(update={"text": "the Turkish army"})})
    assert rows("gtd", actors=[forces, CIVILIANS]) == []


def test_airwars_counts_who_is_no_combatant() -> None:
    child = Casualty(
        outcome="killed",
        quantity=exactly(1),
        victim=Victim(mention=words("people"), status="civilian", traits=["child"]),
    )
    civilians = killed(4, "civilians", "civilian").model_copy(update={"includes": [child]})
    coded = row("airwars", casualties=[civilians, killed(16, "combatants", "combatant")])
    expected = {
        "civilians_killed_min": 4,
        "civilians_killed_max": 4,
        "civilians_injured_min": 0,
        "children_killed_min": 1,
        "children_killed_max": 1,
        "women_killed_min": None,
        "belligerents_killed_min": 16,
        "suspected_belligerent": "ISIS",
    }
    assert {column: coded[column] for column in expected} == expected
    assert rows("airwars", casualties=[killed(16, "combatants", "combatant")]) == []


def test_plain_columns_keep_bounds_as_the_text_gives_them() -> None:
    coded = row("csv")
    assert (coded["killed_low"], coded["killed_best"], coded["killed_high"]) == (16, 16, 16)
    assert (coded["perpetrator"], coded["location"], coded["location_role"]) == ("Islamic State", "Sokhneh", "near")


@given(record=annotations, target=st.sampled_from(FORMATS))
@settings(max_examples=100, deadline=None)
def test_any_annotation_can_be_coded_and_every_rule_is_explained(record: Annotation, target: str) -> None:
    book = load_codebook(target)
    for coded in code_events([record], target, book):
        assert all(rule in book.rules for rule in coded["rules_applied"].split(";") if rule)  # type: ignore[union-attr]
        assert coded["article_id"] == record.article.id
