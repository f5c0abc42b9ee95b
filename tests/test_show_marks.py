"""Marked-up text: every range opens once by its name, nothing crosses, no character is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conflict_events.show.marks import Mark, Token, paragraphs


def written(tokens: list[Token]) -> str:
    signs = {"open": lambda token: f"<{token.mark.name}>" if token.first else "<…>", "close": lambda _: "</>"}
    return "".join(signs.get(token.kind, lambda token: token.text)(token) for token in tokens)


def test_nested_ranges() -> None:
    (tokens,) = paragraphs("Two men died.", [Mark(0, 3, "CASUALTY"), Mark(0, 13), Mark(4, 7, "ACTOR")])
    assert written(tokens) == "<0-13><0-3>Two</> <4-7>men</> died.</>"


def test_crossing_ranges_are_cut() -> None:
    (tokens,) = paragraphs("abcdef", [Mark(0, 4), Mark(2, 6)])
    assert written(tokens) == "<0-4>ab<2-6>cd</></><…>ef</>"


def test_a_range_over_two_paragraphs_is_named_in_the_first() -> None:
    assert [written(tokens) for tokens in paragraphs("one\n\n  \ntwo", [Mark(1, 10)])] == ["o<1-10>ne</>", "<…>tw</>o"]


TEXT = st.text(alphabet="ab \n", max_size=40)
RANGES = st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=12)


@given(TEXT, RANGES)
def test_any_ranges(text: str, ranges: list[tuple[int, int]]) -> None:
    marks = [Mark(min(pair), max(pair)) for pair in sorted({(min(pair), max(pair)) for pair in ranges})]
    opened: list[str] = []
    shown = []
    for tokens in paragraphs(text, marks):
        depth = 0
        for token in tokens:
            depth += {"open": 1, "close": -1, "text": 0}[token.kind]
            assert depth >= 0
            if token.mark and token.first:
                opened.append(token.mark.name)
        assert depth == 0
        shown.append("".join(token.text for token in tokens))
    assert shown == [line for line in text.split("\n") if line.strip()]
    assert len(opened) == len(set(opened))
    assert {mark.name for mark in marks if text[mark.start : mark.end].strip()} <= set(opened)
