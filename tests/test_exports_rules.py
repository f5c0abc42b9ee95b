"""The rules of ACLED, UCDP GED, GTD and Airwars, each on an event that needs it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from conflict_events.exports import code_events, load_codebook
from conflict_events.exports.ged import ged_side, government_number
from conflict_events.exports.gtd_words import codes_in
from conflict_events.schema import Actor, Casualty, Date, EventActor, EventLocation, Mention, Quantity, Victim
from made_records import ISIS, SOKHNEH, exactly, made_annotation, words


def rows(target: str, *options: str, **event: Any) -> list[dict[str, Any]]:
    book = load_codebook(target).with_options(options)
    return list(code_events([made_annotation("a1", **event)], target, book))


def row(target: str, *options: str, **event: Any) -> dict[str, Any]:
    (only,) = rows(target, *options, **event)
    return only


def said(text: str) -> Mention:
    return Mention(start=0, end=len(text), text=text)


def party(role: str, text: str, actor: Actor | None = None) -> EventActor:
    return EventActor(role=role, mention=said(text), actor=actor)  # type: ignore[arg-type]


def killed(number: int, text: str, status: str, **more: Any) -> Casualty:
    victim = Victim(mention=said(text), status=status, **more)  # type: ignore[arg-type]
    return Casualty(outcome="killed", quantity=exactly(number), mention=words("16"), victim=victim)


QUDS = Actor(id="laq-quds-brigade", name="LaQ: Quds Brigade", kind="militia", side="regime", country="Syria")
TURKISH = party("perpetrator", "Turkish forces")
REGIME = party("target", "regime forces")
REMOTE = {"event_type": "Explosions/Remote violence", "sub_event_type": "Shelling/artillery/missile attack"}
IED = {"event_type": "Explosions/Remote violence", "sub_event_type": "Remote explosive/landmine/IED"}
ATTACK = {"event_type": "Violence against civilians", "sub_event_type": "Attack"}


# --- ACLED ----------------------------------------------------------------------------------------------------------


def test_an_interaction_stands_in_acleds_order() -> None:
    by_isis = row("acled", actors=[party("perpetrator", "ISIS", ISIS), REGIME])
    assert (by_isis["inter1"], by_isis["inter2"]) == ("Rebel group", "State forces")
    assert by_isis["interaction"] == "State forces-Rebel group"
    abroad = row("acled", actors=[TURKISH, party("target", "civilians")], casualties=[], **ATTACK)
    assert abroad["interaction"] == "External/Other forces-Civilians"
    assert row("acled", "inter=code", actors=[TURKISH, REGIME], **REMOTE)["interaction"] == "18"
    assert row("acled", actors=[TURKISH], casualties=[], **REMOTE)["interaction"] == "External/Other forces only"


def test_acled_foreign_state_forces_are_external() -> None:
    coded = row("acled", actors=[TURKISH, REGIME], casualties=[], **REMOTE)
    assert (coded["actor1"], coded["inter1"]) == ("Military Forces of Turkey (2016-)", "External/Other forces")
    assert (coded["actor2"], coded["inter2"]) == ("Military Forces of Syria (2000-)", "State forces") or coded[
        "actor2"
    ].startswith("Military Forces of Syria")


def test_acled_a_week_stands_for_its_middle() -> None:
    last_week = Date(start=dt.date(2023, 5, 1), end=dt.date(2023, 5, 7), precision="week", basis="text")
    coded = row("acled", date=last_week)
    assert (coded["event_date"], coded["time_precision"]) == ("2023-05-04", 2)


def test_acled_civilians_are_no_actors_of_battles() -> None:
    coded = row("acled", actors=[party("perpetrator", "ISIS", ISIS), party("target", "civilians"), REGIME])
    names = [coded[column] or "" for column in ("actor1", "actor2", "assoc_actor_1", "assoc_actor_2")]
    assert not any("Civilians" in name for name in names)
    assert coded["civilian_targeting"] is None


def test_acled_civilians_hit_beside_fighters_are_associated_with_them() -> None:
    both = [TURKISH, REGIME, party("target", "civilians")]
    coded = row("acled", actors=both, casualties=[killed(1, "civilian", "civilian")], **REMOTE)
    assert coded["actor2"].startswith("Military Forces of Syria")
    assert coded["assoc_actor_2"] == "Civilians (Syria)"


def test_acled_nobody_hurt_is_no_actor_of_shelling() -> None:
    coded = row("acled", actors=[TURKISH, party("target", "civilians")], casualties=[], **REMOTE)
    assert coded["actor2"] is None


@pytest.mark.parametrize("text", ["people", "fighters", "participants"])
def test_acled_words_that_name_nobody_are_no_actors(text: str) -> None:
    coded = row("acled", actors=[TURKISH, party("target", text)], casualties=[], **REMOTE)
    assert text not in (coded["actor1"], coded["actor2"], coded["assoc_actor_2"])


def test_acled_who_attacked_civilians_unknown_is_an_unidentified_armed_group() -> None:
    coded = row("acled", actors=[], casualties=[killed(2, "civilians", "civilian")], **ATTACK)
    assert (coded["actor1"], coded["actor2"]) == ("Unidentified Armed Group (Syria)", "Civilians (Syria)")
    assert (coded["inter1"], coded["inter2"]) == ("Political militia", "Civilians")
    assert coded["interaction"] == "Political militia-Civilians"


def test_acled_unknown_gunmen_are_a_gang_where_acled_takes_them_for_one() -> None:
    mexico = SOKHNEH.model_copy(update={"name": "Zapopan", "admin1": "Jalisco", "country": "Mexico"})
    there = [EventLocation(role="site", mention=said("Zapopan"), place=mexico)]
    for actors in ([], [party("perpetrator", "armed men")]):
        coded = row("acled", actors=actors, locations=there, casualties=[killed(1, "man", "civilian")], **ATTACK)
        assert (coded["actor1"], coded["inter1"]) == ("Unidentified Gang (Mexico)", "Political militia")


def test_acled_who_passes_a_hidden_explosive_did_not_lay_it() -> None:
    coded = row("acled", actors=[party("party", "Liwaa Al-Quds", QUDS)], casualties=[], **IED)
    assert coded["actor1"] == "Unidentified Armed Group (Syria)"
    assert coded["actor2"] == "LaQ: Quds Brigade"


def test_acled_a_unit_stands_for_its_army() -> None:
    unit = Actor(id="air-force-intelligence", name="Air Force Intelligence", kind="state forces", country="Syria")
    coded = row("acled", actors=[party("perpetrator", "ISIS", ISIS), REGIME, party("target", "intelligence", unit)])
    assert "Air Force Intelligence" in coded["actor2"]
    assert coded["assoc_actor_2"] is None


def test_acled_a_joint_operation_acts_for_its_members() -> None:
    operation = Actor(id="operation-peace-spring", name="Operation Peace Spring", kind="coalition")
    coded = row("acled", actors=[TURKISH, party("target", "OPS", operation)], casualties=[], **REMOTE)
    assert (coded["actor1"], coded["inter1"]) == ("Operation Peace Spring", "Rebel group")
    assert coded["assoc_actor_1"] == "Military Forces of Turkey (2016-)"
    assert coded["actor2"] is None


def test_acled_streets_give_way_to_their_town() -> None:
    street = EventLocation(role="site", mention=said("Nour Street"))
    coded = row("acled", locations=[street, EventLocation(role="within", mention=said("Sokhneh"), place=SOKHNEH)])
    assert (coded["location"], coded["geo_precision"]) == ("Sokhneh", 1)


def test_acled_precision_of_places() -> None:
    def precision(role: str, kind: str) -> int:
        place = SOKHNEH.model_copy(update={"kind": kind})
        location = EventLocation(role=role, mention=said("X"), place=place)  # type: ignore[arg-type]
        return int(row("acled", locations=[location])["geo_precision"])

    assert precision("site", "settlement") == 1
    assert precision("near", "settlement") == 2
    assert precision("within", "admin3") == 2
    assert precision("within", "admin1") == 3


def test_acled_names_without_diacritics() -> None:
    place = SOKHNEH.model_copy(update={"name": "Al Ḩasakah"})
    location = EventLocation(role="site", mention=said("Al-Ḥasakah"), place=place)
    assert row("acled", locations=[location])["location"] == "Al-Hasakah"
    assert row("acled", "fold_names=false", locations=[location])["location"] == "Al-Ḥasakah"
    assert row("acled", "location_names=gazetteer", locations=[location])["location"] == "Al Hasakah"


# --- UCDP GED -------------------------------------------------------------------------------------------------------


def test_ged_numbers_are_of_the_governments_that_act() -> None:
    coded = row("ged", actors=[TURKISH, party("target", "ISIS", ISIS)])
    assert (coded["country"], coded["country_id"]) == ("Syria", 652)
    assert (coded["side_a"], coded["gwnoa"], coded["gwnob"]) == ("Government of Turkey", 640, None)
    between = row("ged", actors=[TURKISH, REGIME])
    assert (between["gwnoa"], between["gwnob"]) == (640, 652)


def test_ged_a_government_is_never_another_one() -> None:
    assert ged_side("Government of Palestine") == "Government of Palestine"
    assert ged_side("Government of Yemen") == "Government of Yemen (North Yemen)"
    assert [government_number(f"Government of {name}") for name in ("Israel", "Yemen (North Yemen)")] == [666, 678]


def test_ged_names_conflicts_of_states() -> None:
    coded = row("ged", actors=[TURKISH, party("target", "ISIS", ISIS)])
    assert coded["conflict_name"] == "Turkey: Islamic State"
    assert coded["dyad_name"] == "Government of Turkey - IS"
    rebels = party("target", "opposition rebels")
    assert row("ged", actors=[party("perpetrator", "regime forces"), rebels])["conflict_name"] == "Syria: Government"


def test_ged_nobody_fights_himself() -> None:
    militia = party("target", "Liwaa Al-Quds", QUDS)  # both sides are the Government of Syria's
    assert rows("ged", actors=[party("perpetrator", "regime forces"), militia]) == []


def test_ged_as_in_its_releases() -> None:
    coded = row("ged", certainty="claimed")
    assert (coded["code_status"], coded["event_clarity"]) == ("Clear", 1)
    assert coded["date_start"] == coded["date_end"] == "2023-05-02 00:00:00.000"
    assert coded["source_article"] == '"sohr,2023-05-03,=Attack, “Homs”"'


def test_ged_an_upper_bound_is_high_and_not_best() -> None:
    ten = Casualty(outcome="killed", quantity=Quantity(best=10, high=10, modifier="at_most"), mention=said("up to ten"))
    coded = row("ged", casualties=[ten])
    assert (coded["low"], coded["best"], coded["high"]) == (0, 0, 10)


# --- GTD ------------------------------------------------------------------------------------------------------------


def gtd(evidence: str, **event: Any) -> dict[str, Any]:
    fields = {"event_type": "Explosions/Remote violence", "sub_event_type": None, "weapons": [], "casualties": []}
    return row("gtd", evidence=[said(evidence)], **(fields | event))


@pytest.mark.parametrize(
    ("evidence", "attack"),
    [
        ("A roadside bomb exploded in the market.", "Bombing/Explosion"),
        ("Gunmen opened fire on a checkpoint.", "Armed Assault"),
        ("Gunmen opened fire and threw grenades at a post.", "Armed Assault"),
        ("Assailants set fire to a school.", "Facility/Infrastructure Attack"),
        ("Assailants threw Molotov cocktails at an office.", "Facility/Infrastructure Attack"),
        ("Attackers threw acid on two women.", "Unarmed Assault"),
        ("Militants kidnapped three engineers.", "Hostage Taking (Kidnapping)"),
        ("A suicide bomber detonated near the convoy of the governor.", "Assassination"),
        ("Two men hijacked an airliner.", "Hijacking"),
        ("The attackers took twenty people hostage in the building.", "Hostage Taking (Barricade Incident)"),
    ],
)
def test_gtd_attack_types(evidence: str, attack: str) -> None:
    assert gtd(evidence)["attacktype1_txt"] == attack


@pytest.mark.parametrize(
    ("evidence", "weapons"),
    [
        ("Assailants threw a petrol bomb at a shop.", ["Incendiary", "Explosives"]),
        ("A car bomb exploded.", ["Explosives", None]),
        ("A suicide bomber struck.", ["Explosives", None]),
        ("Gunmen killed him.", ["Firearms", None]),
        ("They opened fire and threw gre*nades.", ["Explosives", "Firearms"]),
        ("He was stabbed.", ["Melee", None]),
    ],
)
def test_gtd_weapons(evidence: str, weapons: list[str | None]) -> None:
    coded = gtd(evidence)
    assert [coded["weaptype1_txt"], coded["weaptype2_txt"]] == weapons


def test_gtd_a_weapon_that_no_word_names_follows_from_the_attack() -> None:
    coded = gtd("Two people died.", sub_event_type="Remote explosive/landmine/IED")
    assert coded["weaptype1_txt"] == "Explosives"
    assert "weapon_inferred" in coded["rules_applied"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("teachers", 8),
        ("an imam", 15),
        ("journalists", 10),
        ("a doctor", 1),
        ("people", 14),
        ("the Turkish army", 4),
        ("the mayor", 2),
    ],
)
def test_gtd_targets(target: str, code: int) -> None:
    coded = gtd("An explosion.", actors=[party("perpetrator", "ISIS", ISIS), party("target", target)])
    assert coded["targtype1"] == code


def test_gtd_unknowns() -> None:
    coded = gtd("An explosion.", actors=[])
    assert (coded["nperps"], coded["nperpcap"], coded["gname"]) == (-99, -99, "Unknown")


def test_gtd_groups() -> None:
    assert gtd("An explosion.", actors=[party("perpetrator", "unidentified gunmen")])["gname"] == "Unknown"
    by_isis = gtd("An explosion.", actors=[party("perpetrator", "ISIS", ISIS)])
    assert by_isis["gname"] == "Islamic State of Iraq and the Levant (ISIL)"


def test_gtd_a_defused_device_is_no_success() -> None:
    coded = gtd(
        "A bomb was found and defused.", event_type="Strategic developments", sub_event_type="Disrupted weapons use"
    )
    assert (coded["attacktype1_txt"], coded["success"]) == ("Bombing/Explosion", 0)
    assert gtd("A bomb exploded.")["success"] == 1


def test_gtd_who_was_caught_in_the_act_failed() -> None:
    arrest = {"event_type": "Strategic developments", "sub_event_type": "Arrests"}
    police = [party("perpetrator", "police")]
    caught = gtd("Police arrested a man before he could throw a petrol bomb at a shop.", actors=police, **arrest)
    assert (caught["success"], caught["gname"]) == (0, "Unknown")
    fields = {"evidence": [said("Police arrested two men over a bomb plot.")], "casualties": [], "actors": police}
    assert rows("gtd", **(arrest | fields)) == []


def test_gtd_doubt_has_an_alternative() -> None:
    coded = row("gtd", casualties=[killed(2, "fighters", "combatant")])
    assert (coded["doubtterr"], coded["alternative"], coded["alternative_txt"]) == (1, 1, "Insurgency/Guerilla Action")


def test_gtd_near_a_town_is_its_vicinity() -> None:
    near = [EventLocation(role="near", mention=said("Sokhneh"), place=SOKHNEH)]
    assert [gtd("A bomb exploded.", locations=near)[column] for column in ("specificity", "vicinity")] == [1, 1]


def test_gtd_masked_words_are_read() -> None:
    assert codes_in("attacktype", "an expl*osion") == ["3 Bombing/Explosion"]


# --- Airwars --------------------------------------------------------------------------------------------------------


def test_airwars_words() -> None:
    coded = row("airwars", actors=[TURKISH], casualties=[killed(2, "civilians", "civilian")], **REMOTE)
    assert coded["suspected_belligerent"] == "Turkish Military"
    assert (coded["strike_status"], coded["strike_type"]) == ("Single source claim", "Artillery")
    assert "Small arms and light weapons" in coded["cause_of_death"]
    assert coded["geolocation_accuracy"] == "town"
    planted = row("airwars", casualties=[killed(2, "civilians", "civilian")], weapons=[], **IED)
    assert planted["strike_type"] is None
    assert planted["cause_of_death"] == "Planted explosives and unexploded ordnance (UXO)"


def test_airwars_what_is_not_stated_is_blank() -> None:
    def bounds(text: str, **quantity: Any) -> tuple[int | None, int | None]:
        victim = Victim(mention=said("civilians"), status="civilian")
        harmed = Casualty(outcome="killed", quantity=Quantity(**quantity), mention=said(text), victim=victim)
        coded = row("airwars", casualties=[harmed])
        return coded["civilians_killed_min"], coded["civilians_killed_max"]

    assert bounds("several", low=3, modifier="vague") == (None, None)
    assert bounds("", modifier="none") == (None, None)
    assert bounds("up to ten", best=10, high=10, modifier="at_most") == (None, 10)
    assert bounds("between 10 and 15", low=10, high=15, modifier="range") == (10, 15)


def test_airwars_a_child_and_a_woman_are_not_two_children() -> None:
    both = killed(2, "a child and a woman", "civilian", traits=["child", "woman"])
    coded = row("airwars", casualties=[both])
    assert (coded["children_killed_min"], coded["women_killed_min"]) == (None, None)


# --- POLECAT --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "type_and_mode"),
    [(REMOTE, ("ASSAULT", "heavy-weapons")), (ATTACK, ("ASSAULT", None))],
)
def test_a_mode_that_plover_does_not_have_stays_empty(event: dict[str, str], type_and_mode: tuple[str, str]) -> None:
    coded = row("polecat", actors=[TURKISH, REGIME], **event)
    assert (coded["Event Type"], coded["Event Mode"]) == type_and_mode
