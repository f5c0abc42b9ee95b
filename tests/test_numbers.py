"""The number normaliser. ``data/number_cases.csv`` is its specification: each row is one test.

A row without context is a phrase for ``parse_quantity``; where no modifier is given, the phrase is no quantity.
In a row with context the phrase stands in ⟦⟧: ``find_quantities`` has to find exactly these words with these values,
or, where no modifier is given, nothing in them.
"""

from __future__ import annotations

import csv
import doctest
from pathlib import Path

import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from conflict_events.numbers import (
    Tables,
    default_tables,
    find_in_text,
    find_quantities,
    parse_number,
    parse_quantity,
    read_tables,
)
from conflict_events.schema import Quantity

with (Path(__file__).parent / "data" / "number_cases.csv").open(encoding="utf8", newline="") as file:
    CASES = list(csv.DictReader(file))
PHRASES = [case for case in CASES if not case["context"]]
SENTENCES = [case for case in CASES if case["context"]]
NLP = spacy.blank("en")


def expected(case: dict[str, str]) -> Quantity | None:
    if not case["modifier"]:
        return None
    bounds = {name: int(case[name]) if case[name] else None for name in ("low", "best", "high")}
    return Quantity(**bounds, modifier=case["modifier"])


def name(case: dict[str, str]) -> str:
    return case["context"] or case["phrase"] or "(nothing)"


def test_the_table_of_cases_is_as_large_as_promised() -> None:
    assert len(CASES) >= 300
    assert sum(not case["modifier"] for case in SENTENCES) >= 80
    assert {"word2number", "text2num", "ACLED", "GTD", "SOHR"} <= {case["source"] for case in CASES}


@pytest.mark.parametrize("case", PHRASES, ids=name)
def test_phrase(case: dict[str, str]) -> None:
    assert parse_quantity(case["phrase"]) == expected(case)


@pytest.mark.parametrize("case", [case for case in PHRASES if case["modifier"] in ("", "exact")], ids=name)
def test_a_cardinal_phrase_has_one_value(case: dict[str, str]) -> None:
    number = parse_number(case["phrase"])
    if number is not None:
        assert expected(case) == Quantity(low=number, best=number, high=number, modifier="exact")


@pytest.mark.parametrize("case", SENTENCES, ids=name)
def test_sentence(case: dict[str, str]) -> None:
    before, rest = case["context"].split("⟦")
    phrase, after = rest.split("⟧")
    doc = NLP(before + phrase + after)
    start, end = len(before), len(before) + len(phrase)
    found = {
        (span.start_char, span.end_char): quantity
        for quantity in find_quantities(doc)
        if (span := doc[quantity.start : quantity.end]).start_char < end and span.end_char > start
    }
    if not case["modifier"]:
        assert found == {}
        return
    assert list(found) == [(start, end)]
    assert found[start, end].quantity == expected(case)
    assert found[start, end].counts == case["counts"]


def test_kinds_of_span() -> None:
    doc = NLP("Several men, a child and three guards of a two-man patrol were hurt.")
    spans = find_quantities(doc)
    assert [(doc[span.start : span.end].text, span.number, span.article, span.compound) for span in spans] == [
        ("Several", False, False, False),
        ("a", False, True, False),
        ("three", True, False, False),
        ("two", True, False, True),
    ]


def test_the_tokenizer_does_not_matter() -> None:
    """A range or a number is found whether the tokenizer splits it or not."""
    split = Doc(NLP.vocab, words=["10", "-", "15", "soldiers", "died"], spaces=[False, False, True, True, False])
    whole = Doc(NLP.vocab, words=["10-15", "soldiers", "died"])
    for doc, end in ((split, 3), (whole, 1)):
        (span,) = find_quantities(doc)
        assert (span.start, span.end, span.quantity.low, span.quantity.high) == (0, end, 10, 15)
        assert span.counts == "people"


def test_a_quantity_does_not_cross_lines() -> None:
    assert [found.quantity.best for found in find_in_text("Killed: two\nhundred homes burned")] == [2, 100]


# Numbers in words -----------------------------------------------------------------------------------------------------

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905


def below_hundred(number: int, *, hyphen: bool) -> str:
    if number < 20:
        return ONES[number]
    tens, ones = divmod(number, 10)
    return TENS[tens - 2] + (("-" if hyphen else " ") + ONES[ones] if ones else "")


def in_words(number: int, *, british: bool, hyphen: bool, comma: bool) -> str:
    """``number`` below a thousand million in English words.

    british: "and" before what is below a hundred; comma: a comma before each group of a hundred or more.
    """
    if number < 100:
        return below_hundred(number, hyphen=hyphen)
    words = ""
    for size, scale in ((1_000_000, "million"), (1000, "thousand"), (1, "")):
        group, number = divmod(number, size)
        if not group:
            continue
        hundreds, rest = divmod(group, 100)
        text = f"{ONES[hundreds]} hundred" if hundreds else ""
        if rest:
            link = " and " if british and (hundreds or (words and not scale)) else " " if hundreds else ""
            text += link + below_hundred(rest, hyphen=hyphen)
        joint = ", " if comma and hundreds else " "
        words += (joint if words else "") + text.strip() + (f" {scale}" if scale else "")
    return words


def test_the_renderer_writes_english() -> None:
    assert in_words(1_234_567, british=True, hyphen=True, comma=True) == (
        "one million two hundred and thirty-four thousand, five hundred and sixty-seven"
    ).replace("million two", "million, two")
    assert in_words(2_000_005, british=True, hyphen=False, comma=False) == "two million and five"
    assert in_words(120, british=False, hyphen=False, comma=False) == "one hundred twenty"


@settings(deadline=None)  # the first example reads the tables
@given(st.integers(0, 10**7), st.booleans(), st.booleans(), st.booleans())
@example(10**7, True, True, True)
@example(101, True, False, False)
@example(100_100, False, True, True)
def test_numbers_in_words_are_read_back(number: int, british: bool, hyphen: bool, comma: bool) -> None:
    words = in_words(number, british=british, hyphen=hyphen, comma=comma)
    assert parse_number(words) == number
    assert parse_number(words.title()) == number


@settings(deadline=None)
@given(st.integers(0, 2000), st.booleans())
def test_numbers_in_words_are_found_whole(number: int, british: bool) -> None:
    words = in_words(number, british=british, hyphen=True, comma=False)
    text = f"In the raid {words} people were killed."
    (found,) = find_in_text(text)
    assert text[found.start : found.end] == words
    assert (found.quantity.best, found.counts) == (number, "people")


@settings(deadline=None)
@given(st.integers(1000, 10**9), st.sampled_from([",", " ", "\u00a0", "\u202f", "'", "٬"]))
def test_digits_with_separators_are_read_back(number: int, separator: str) -> None:
    assert parse_number(f"{number:,}".replace(",", separator)) == number


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"]))
def test_digits_of_other_scripts_are_read_back(number: int, digits: str) -> None:
    assert parse_number("".join(digits[int(digit)] for digit in str(number))) == number


@settings(deadline=None)
@given(
    st.integers(0, 10**6), st.integers(1, 1000), st.sampled_from(["{}-{}", "{} to {}", "between {} and {}", "{}–{}"])
)
def test_ranges_keep_both_ends(low: int, more: int, form: str) -> None:
    quantity = parse_quantity(form.format(low, low + more))
    assert quantity == Quantity(low=low, high=low + more, modifier="range")


# Robustness -----------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "a",
        "an",
        "another",
        "no",
        "one",
        "two",
        "twenty",
        "hundred",
        "thousand",
        "million",
        "dozen",
        "half",
        "score",
        "and",
        "or",
        "to",
        "of",
        "between",
        "from",
        "at",
        "least",
        "more",
        "than",
        "up",
        "some",
        "several",
        "dozens",
        "number",
        ".",
        ",",
        ";",
        ":",
        "-",
        "–",
        "(",
        ")",
        "[",
        "]",
        "/",
        "%",
        "$",
        "'",
        "\n",
        "5",
        "12",
        "2,500",
        "1.5",
        "2013",
        "3rd",
        "May",
        "people",
        "children",
        "km",
        "year",
        "old",
        "killed",
        "\xa0",
        "٣",
        "½",
        "é",
    ]
)


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_is_read_without_error(text: str) -> None:
    parse_number(text)
    parse_quantity(text)
    reached = 0
    for found in find_in_text(text):
        assert reached <= found.start < found.end <= len(text)
        reached = found.end
    doc = NLP(text)
    for span in find_quantities(doc):
        assert 0 <= span.start < span.end <= len(doc)


# Tables ---------------------------------------------------------------------------------------------------------------


def test_person_nouns_are_many_and_in_both_numbers() -> None:
    tables = default_tables()
    people = [word for word, noun in tables.nouns.items() if noun.counts == "people"]
    assert len(people) >= 1000
    for word in ("civilian", "children", "shepherds", "policeman", "body", "corpses", "victims", "persons", "Kurds"):
        assert tables.nouns[word.lower()].counts == "people"


def test_a_table_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "person_nouns.csv").write_text("singular,plural,use\nwizard,wizards,head\n", encoding="utf8")
    tables = read_tables(tmp_path)
    assert [found.counts for found in find_in_text("two wizards and three soldiers", tables)] == ["people", "unknown"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no folder .*nowhere"):
        read_tables(tmp_path / "nowhere")


def test_a_missing_column_is_named() -> None:
    source = {**default_tables().source, "nouns.csv": "singular,plural\nhouse,houses\n"}
    with pytest.raises(ValueError, match=r"nouns\.csv lacks the column\(s\) class"):
        Tables.from_texts(source)


def test_a_missing_kind_of_context_word_is_named() -> None:
    source = {**default_tables().source, "context_words.csv": "kind,word\nverb,fled\n"}
    with pytest.raises(ValueError, match=r"context_words\.csv has no words of the kind\(s\) about, "):
        Tables.from_texts(source)


def test_an_unknown_need_is_named() -> None:
    source = {
        **default_tables().source,
        "vague_quantities.csv": "phrase,low,best,high,modifier,needs\nno,0,0,0,exact,luck\n",
    }
    with pytest.raises(ValueError, match="needs 'luck' of 'no'"):
        Tables.from_texts(source)


@pytest.mark.parametrize("path", [Path(__file__).parent.parent / "docs" / "numbers.md"], ids=lambda path: path.name)
def test_the_examples_of_the_docs(path: Path) -> None:
    results = doctest.testfile(str(path), module_relative=False)
    assert results.attempted > 5
    assert results.failed == 0


@pytest.mark.parametrize(
    "number",
    [
        "1" + "0" * 400,
        "9" * 5000,
        "9" * 400 + ".5 million",
        "9" * 400 + "k",
        "9,000,000,000,000",
        "9,000 billion",
        "Two trillion",
        "Two quadrillion",
    ],
)
def test_a_figure_beyond_all_people_is_no_count_not_even_in_part(number: str) -> None:
    assert find_in_text(f"{number} people were killed.") == []


def test_an_older_table_of_context_words_is_still_read(tmp_path: Path) -> None:
    rows = default_tables().source["context_words.csv"].splitlines()
    older = [row for row in rows if not row.startswith("bound_joint,")]
    assert len(older) < len(rows)
    (tmp_path / "context_words.csv").write_text("\n".join(older), encoding="utf8")
    found = parse_quantity("at least 15", read_tables(tmp_path))
    assert found is not None
    assert (found.low, found.high) == (15, None)
