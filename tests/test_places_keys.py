"""Spellings of one name meet, names of different places do not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.places.keys import arabic_key, fold, is_arabic, romanisation

with (Path(__file__).parent / "data" / "place_spellings.csv").open(encoding="utf-8", newline="") as handle:
    PAIRS = list(csv.DictReader(handle))
SAME = [(row["a"], row["b"]) for row in PAIRS if row["same"] == "yes"]
DIFFERENT = [(row["a"], row["b"]) for row in PAIRS if row["same"] == "no"]


def test_the_table_of_pairs_is_large_enough() -> None:
    assert len(SAME) >= 150
    assert len(DIFFERENT) >= 100


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spellings_of_one_name_meet(a: str, b: str) -> None:
    assert romanisation().same_name(a, b)
    assert romanisation().same_name(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_names_do_not_meet(a: str, b: str) -> None:
    assert not romanisation().same_name(a, b)
    assert not romanisation().same_name(b, a)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Al-Taybah", "tiba"),
        ("at-Tayyibah", "tiba"),
        ("Deir ez-Zor", "dirzur"),
        ("Dayr al-Zawr", "dirzur"),
        ("Deir Ezzor", "dirzur"),
        ("Upper Baqras", "bakras5"),
        ("Baqras Foqani", "bakras5"),
        ("", ""),
        ("…", ""),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert romanisation().key(name) == key


def test_arabic_script_has_one_normal_form() -> None:
    assert arabic_key("الطَّيِّبة") == arabic_key("طيبة") == "ar:طيبه"
    assert is_arabic("الطيبة")
    assert not is_arabic("Al-Taiba")


def test_fold_drops_case_marks_and_possessive() -> None:
    assert fold("Dar‘ā’s") == "dara"
    assert fold("Şanlıurfa") == "shanlıurfa"


@given(st.text(max_size=40))
def test_any_text_has_a_key_and_is_the_same_name_as_itself(text: str) -> None:
    rules = romanisation()
    key = rules.key(text)
    assert rules.key(text.upper()) == rules.key(text.upper().lower()) or not text.isascii()
    assert rules.same_name(text, text) == bool(key)
    assert rules.distance(key, key) == 0


@given(st.sampled_from([a for pair in SAME + DIFFERENT for a in pair]), st.sampled_from([b for _, b in SAME]))
def test_distance_is_symmetric(a: str, b: str) -> None:
    rules = romanisation()
    key_a, key_b = rules.key(a), rules.key(b)
    assert rules.distance(key_a, key_b) == pytest.approx(rules.distance(key_b, key_a))
