"""Casualties and events: which answers which, and what is counted."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.evaluation import casualties, events, tallies
from conflict_events.evaluation.cases import CasualtyCase, EventCase, TallyCase
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.matching import (
    EVENT_THRESHOLD,
    assign,
    casualty_agreement,
    event_agreement,
    same_people,
)
from conflict_events.evaluation.observations import Key, Observations, ratio
from conflict_events.evaluation.quantities import qualifier_of, size_of, written
from conflict_events.schema import Quantity


def exactly(number: int) -> Quantity:
    return Quantity(low=number, best=number, high=number, modifier="exact")


def killed(number: int, victim: str | None = None, *includes: CasualtyCase) -> CasualtyCase:
    return CasualtyCase("killed", exactly(number), victim, includes=includes)


def injured(number: int, victim: str | None = None) -> CasualtyCase:
    return CasualtyCase("injured", exactly(number), victim)


def event(*told: CasualtyCase, kind: str = "incident", **more: object) -> EventCase:
    return EventCase(kind=kind, casualties=told, **more)  # type: ignore[arg-type]


@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=5))
def test_assignment_has_the_highest_sum(values: list[list[int]]) -> None:
    pairs = assign(range(len(values)), range(3), lambda i, j: float(values[i][j]))
    best = max(
        sum(values[i][j] for i, j in zip(rows, columns, strict=False))
        for rows in permutations(range(len(values)))
        for columns in permutations(range(3))
    )
    assert sum(values[i][j] for i, j in pairs) == best
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_agreement_at_the_threshold_is_no_pair() -> None:
    assert assign(["a"], ["b"], lambda *_: 0.25, 0.25) == []
    assert assign([], ["b"], lambda *_: 1.0) == []


def test_equal_cases_are_paired_in_order() -> None:
    assert assign(["x", "x"], ["x", "x"], lambda a, b: float(a == b)) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("civilians", "civilian", True),
        ("regime soldiers", "soldiers", True),
        ("ISIS members", "the members of ISIS", True),
        ("a child", "a woman", False),
        ("soldiers", None, True),
    ],
)
def test_same_people(one: str, other: str | None, same: bool) -> None:
    assert same_people(one, other) is same


def test_casualties_of_two_outcomes_agree_only_in_number_and_victims() -> None:
    assert casualty_agreement(killed(3, "soldiers"), injured(3, "soldiers")) > 0
    assert casualty_agreement(killed(3, "soldiers"), injured(2, "soldiers")) == 0
    assert casualty_agreement(killed(3), injured(3)) == 0


def observed(
    gold: list[EventCase], read: list[EventCase], gold_tallies: tuple[TallyCase, ...] = ()
) -> tuple[dict[str, float], list[EvaluationError]]:
    """The figures over all cases by name, and the errors."""
    observations, errors = Observations([{}]), list[EvaluationError]()
    casualties.observe(0, gold, read, gold_tallies, observations, errors)
    events.observe(0, gold, read, observations, errors, Counter())
    figures = {}
    for key, column in observations.columns().items():
        measure = "f1" if column.kind == "prf" else ""
        figures[key.subject + (f"[{key.value}]" if key.dimension else "")] = float(
            ratio(column.kind, measure, column.totals())
        )
    return figures, [error for error in errors if error.subject == "casualty"]


def test_casualties_compare_bags_of_outcome_and_number_over_incidents_and_updates() -> None:
    gold = [event(killed(2, "farmers"), injured(1)), event(killed(4), kind="background")]
    read = [event(injured(1)), event(killed(2, "peasants"), kind="update"), event(killed(4))]
    figures, _ = observed(gold, read)
    assert figures["casualty"] == pytest.approx(2 * 2 / (2 + 3))
    assert figures["casualty_any_kind"] == 1.0
    assert figures["casualty[injured]"] == 1.0
    assert figures["casualty_victim"] == pytest.approx(2 * 1 / (2 + 3)), "peasants are no farmers"
    assert figures["killed_exact"] == 0.0
    assert figures["killed_bias"] == 4.0
    assert figures["injured_exact"] == 1.0


def test_an_open_number_is_its_lower_bound() -> None:
    at_least = CasualtyCase("killed", Quantity(low=9, best=9), "people")
    several = CasualtyCase("killed", Quantity(low=3), "people")
    figures, errors = observed([event(at_least)], [event(killed(9, "people"))])
    assert (figures["casualty"], figures["quantity_number"], figures["quantity_exact"]) == (1.0, 1.0, 0.0)
    assert [error.cause for error in errors] == ["wrong_bounds"]
    assert observed([event(several)], [event(killed(3))])[0]["killed_exact"] == 1.0


@pytest.mark.parametrize(
    ("gold", "read", "cause"),
    [
        ([event(killed(9))], [event(killed(8))], "wrong_number"),
        ([event(killed(9))], [event(CasualtyCase("killed", Quantity()))], "open_number"),
        ([event(killed(9, "soldiers"))], [event(injured(9, "soldiers"))], "wrong_outcome"),
        ([event(killed(9))], [event()], "missed"),
        ([event()], [event(killed(9))], "spurious"),
        ([event(killed(9))], [event(killed(9), kind="background")], "wrong_kind"),
        ([event(killed(9), kind="background")], [event(killed(9))], "wrong_kind"),
        ([event(killed(9))], [event(killed(9)), event(killed(9))], "told_twice"),
        ([event(killed(9, "people", killed(3, "women")))], [event(killed(9), killed(3, "women"))], "part_as_whole"),
    ],
)
def test_each_wrong_casualty_has_one_cause(gold: list[EventCase], read: list[EventCase], cause: str) -> None:
    assert [error.cause for error in observed(gold, read)[1]] == [cause]


def test_a_running_statistic_counted_with_the_events_is_told() -> None:
    tally = TallyCase("killed", exactly(148), "Homs")
    assert [error.cause for error in observed([], [event(killed(148))], (tally,))[1]] == ["tally_as_event"]


def test_events_are_one_where_they_tell_the_same() -> None:
    gold = event(
        killed(2, "soldiers"),
        event_type="Battles",
        sub_event_type="Armed clash",
        roles={"perpetrator": ("ISIS cells",), "site": ("Homs desert",)},
    )
    other = event(killed(1), event_type="Protests", sub_event_type="Peaceful protest", roles={"site": ("Aleppo",)})
    assert event_agreement(gold, gold) == 1.0
    assert event_agreement(gold, other) < EVENT_THRESHOLD
    half = event(killed(2), event_type="Battles", sub_event_type="Armed clash", roles={"site": ("Homs",)})
    assert EVENT_THRESHOLD < event_agreement(gold, half) < 1.0


def test_words_count_in_the_role_of_the_right_event() -> None:
    first = event(killed(2), roles={"perpetrator": ("ISIS",), "site": ("Al-Sokhna",)})
    second = event(killed(7), roles={"site": ("Idlib",)})
    swapped = [
        event(killed(2), roles={"perpetrator": ("I.S.I.S",), "site": ("Idlib",)}),
        event(killed(7), roles={"site": ("al-Sokhna",)}),
    ]
    figures, _ = observed([first, second], swapped)
    assert figures["event"] == 1.0
    assert figures["role[perpetrator]"] == 1.0
    assert figures["role[site]"] == 0.0
    assert figures["role_in_article[site]"] == 1.0


def test_events_without_counterpart_and_of_the_wrong_kind() -> None:
    gold = [event(killed(5), kind="update"), event(killed(70))]
    figures, _ = observed(gold, [event(killed(5))])
    assert figures["event"] == pytest.approx(2 / 3)
    assert figures["event_with_kind[update]"] == 0.0
    assert figures["event_kind"] == 0.0


def test_tallies_compare_totals_places_and_parts() -> None:
    gold = [TallyCase("killed", exactly(31), "Deir Ezzor", 17, (killed(29), killed(2))), TallyCase("killed", None)]
    read = [TallyCase("killed", exactly(31), "Deir ezzor", 16, (killed(29),)), TallyCase("killed", exactly(5), "Homs")]
    observations, errors = Observations([{}]), list[EvaluationError]()
    tallies.observe(0, gold, read, observations, errors)
    columns = observations.columns()
    assert columns[Key("tally")].totals().tolist() == [1, 2, 1]
    assert columns[Key("tally_place")].totals().tolist() == [1, 2, 2]
    assert columns[Key("tally_part")].totals().tolist() == [1, 1, 2]
    assert columns[Key("tally_operations")].totals().tolist() == [0, 1, 0]
    assert [error.cause for error in errors] == ["missed", "spurious"]


@pytest.mark.parametrize(
    ("low", "best", "high", "qualifier", "form"),
    [
        (9, 9, 9, "exact", "9"),
        (9, 9, None, "at least", "9+"),
        (None, 25, None, "about", "~25"),
        (10, None, 15, "range", "10..15"),
        (None, 10, 10, "at most", "<=10"),
        (3, None, None, "vague", "3+ (vague)"),
        (None, None, None, "no number", "?"),
    ],
)
def test_qualifier_is_told_by_the_bounds(
    low: int | None, best: int | None, high: int | None, qualifier: str, form: str
) -> None:
    quantity = Quantity(low=low, best=best, high=high)
    assert (qualifier_of(quantity), written(quantity)) == (qualifier, form)


def test_size_classes_have_no_gap() -> None:
    assert [size_of(number) for number in (0, 1, 2, 4, 5, 9, 10, 24, 25, 99, 100, 5000)] == [
        "0",
        "1",
        "2–4",
        "2–4",
        "5–9",
        "5–9",
        "10–24",
        "10–24",
        "25–99",
        "25–99",
        "100+",
        "100+",
    ]
