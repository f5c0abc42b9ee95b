"""From words to numbers, by each project's rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.exports import TARGETS, Codebook, CodebookError, load_codebook
from conflict_events.exports.codebook import codebook_names
from conflict_events.exports.counting import count_all
from conflict_events.schema import Casualty, Mention, Quantity


def casualty(
    words: str,
    low: int | None,
    best: int | None,
    high: int | None,
    modifier: str = "none",
    outcome: str = "killed",
) -> Casualty:
    quantity = Quantity(low=low, best=best, high=high, modifier=modifier)  # type: ignore[arg-type]
    return Casualty(outcome=outcome, quantity=quantity, mention=Mention(start=0, end=len(words), text=words))  # type: ignore[arg-type]


FIVE = casualty("five", 5, 5, 5, "exact")
AT_LEAST_NINE = casualty("at least nine", 9, 9, None, "at_least")
ABOUT_25 = casualty("about 25", None, 25, None, "about")
UP_TO_TEN = casualty("up to ten", None, 10, 10, "at_most")
RANGE = casualty("between 10 and 15", 10, None, 15, "range")
SEVERAL = casualty("several", 3, None, None, "vague")
DOZENS = casualty("dozens", 24, None, None, "vague")
HUNDREDS = casualty("Hundreds", 200, None, None, "vague")
UNSTATED = casualty("", None, None, None)
NONE = casualty("No", 0, 0, 0, "exact", "killed_or_injured")
TOGETHER = casualty("20", 20, 20, 20, "exact", "killed_or_injured")


@pytest.mark.parametrize(
    ("codebook", "event_type", "casualties", "best", "rules"),
    [
        ("acled", "Battles", [FIVE], 5, ["stated"]),
        ("acled", "Battles", [FIVE, AT_LEAST_NINE], 14, ["stated", "lower_bound"]),
        ("acled", "Battles", [ABOUT_25], 25, ["stated"]),
        ("acled", "Battles", [UP_TO_TEN], 10, ["upper_bound"]),
        ("acled", "Battles", [RANGE], 10, ["lowest"]),
        ("acled", "Battles", [SEVERAL], 10, ["vague"]),
        ("acled", "Violence against civilians", [SEVERAL], 3, ["vague"]),
        ("acled", "Violence against civilians", [DOZENS], 12, ["vague"]),
        ("acled", "Battles", [HUNDREDS], 100, ["vague"]),
        ("acled", "Battles", [UNSTATED], 10, ["unstated"]),
        ("acled", "Violence against civilians", [UNSTATED], 3, ["unstated"]),
        ("acled", "Battles", [TOGETHER], 0, ["unseparated"]),
        ("acled", "Battles", [NONE], 0, ["stated"]),
        ("acled", "Battles", [], 0, ["nothing"]),
        ("ged", "Battles", [SEVERAL], 3, ["vague"]),
        ("ged", "Battles", [DOZENS], 24, ["vague"]),
        ("ged", "Battles", [UNSTATED], 0, ["unstated"]),
        ("gtd", "Battles", [SEVERAL], None, ["vague"]),
        ("gtd", "Battles", [FIVE, UNSTATED], None, ["stated", "unstated"]),
        ("gtd", "Battles", [TOGETHER], None, ["unseparated"]),
        ("gtd", "Battles", [AT_LEAST_NINE], 9, ["lower_bound"]),
        ("ged", "Battles", [UP_TO_TEN], 0, ["upper_bound"]),
        ("gtd", "Battles", [UP_TO_TEN], 10, ["upper_bound"]),
        ("airwars", "Battles", [UNSTATED], None, ["unstated"]),
        ("airwars", "Battles", [SEVERAL], None, ["vague"]),
        ("airwars", "Battles", [DOZENS], None, ["vague"]),
    ],
)
def test_what_is_published_for_words(
    codebook: str, event_type: str, casualties: list[Casualty], best: int | None, rules: list[str]
) -> None:
    count = count_all(casualties, "killed", load_codebook(codebook), event_type)
    assert (count.best, list(count.rules)) == (best, rules)


def test_bounds_stay_where_the_project_publishes_them() -> None:
    ged = load_codebook("ged")
    assert count_all([RANGE, FIVE], "killed", ged, None).high == 20
    assert count_all([RANGE, FIVE], "killed", ged, None).low == 15
    assert count_all([AT_LEAST_NINE], "killed", ged, None).high is None


def test_the_injured_are_not_the_dead() -> None:
    injured = casualty("five", 5, 5, 5, "exact", "injured")
    assert count_all([injured], "killed", load_codebook("acled"), None).best == 0


@given(numbers=st.lists(st.integers(0, 10_000), max_size=6))
@pytest.mark.parametrize("codebook", ["acled", "ged", "gtd", "airwars"])
def test_stated_numbers_are_added_as_they_are_by_everybody(codebook: str, numbers: list[int]) -> None:
    casualties = [casualty(str(number), number, number, number, "exact") for number in numbers]
    assert count_all(casualties, "killed", load_codebook(codebook), None).best == sum(numbers)


def test_every_codebook_names_its_source_and_explains_its_rules() -> None:
    assert codebook_names() == sorted(TARGETS)
    for name in codebook_names():
        book = load_codebook(name)
        assert book.source
        assert len(set(book.columns)) == len(book.columns)
        assert all(rule.text and rule.source for rule in book.rules.values())


def test_a_codebook_of_ones_own_extends_another(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('extends = "acled"\nid = "mine"\n[numbers.vague]\nseveral = 4\n')
    book = load_codebook("acled", own)
    assert (book.id, count_all([SEVERAL], "killed", book, "Battles").best) == ("mine", 4)
    assert count_all([DOZENS], "killed", book, "Battles").best == 12


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x = ", "not TOML"),
        ('extends = "nobody"', "no codebook 'nobody'; there are acled, airwars"),
        ('extends = "acled"\n[numbers]\nrange = "middle"', "'numbers.range'"),
        ('extends = "acled"\nfatalities = 3', "'fatalities': Extra inputs"),
    ],
)
def test_a_codebook_that_cannot_be_used(tmp_path: Path, content: str, message: str) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(content)
    with pytest.raises(CodebookError, match=message):
        load_codebook("acled", own)


def test_options_are_set_by_name() -> None:
    book: Codebook = load_codebook("acled").with_options(["split_locations=true", "inter=code"])
    assert (book.options["split_locations"], book.options["inter"]) == (True, "code")
    with pytest.raises(CodebookError, match="acled has the options: split_locations, inter"):
        book.with_options(["colour=red"])
