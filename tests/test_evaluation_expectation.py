"""What the first screen of a report says: how often totals are right, how far off, which way, what scores buy."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from conflict_events.evaluation.bootstrap import wilson
from conflict_events.evaluation.coded_table import CountPoint
from conflict_events.evaluation.expectation import Expectation, expectation, risk_coverage
from conflict_events.evaluation.report import Run, document, render_page
from conflict_events.evaluation.report.terminal import expectation_words, off_words
from conflict_events.schema import Annotation, ModelInfo
from test_evaluation_report import facts, run, tiny  # noqa: F401  (a fixture)


def read(score: float | None = None) -> Annotation:
    """An annotation of which only the score is asked for."""
    return Annotation(article={"id": "a"}, model=ModelInfo(name="m", version="1"), score=score)  # type: ignore[arg-type]


def expected(*totals: tuple[int, int | None, int, int | None]) -> Expectation:
    """What articles of (killed coded, read, injured coded, read) let one expect."""
    points = []
    for number, (killed, killed_read, injured, injured_read) in enumerate(totals):
        points.append(CountPoint(number, "killed", killed, killed_read))
        points.append(CountPoint(number, "injured", injured, injured_read))
    found = expectation(points, [read() for _ in totals])
    assert found is not None
    return found


def test_an_article_is_right_where_all_its_totals_are() -> None:
    found = expected((5, 5, 2, 2), (5, 5, 2, 3), (4, 5, 0, 0), (0, 0, 0, 0))
    assert (found.right, found.articles, found.of_ten) == (2, 4, "five")
    assert (found.low, found.high) == wilson(2, 4)


def test_numbers_where_nobody_was_harmed_are_invented() -> None:
    found = expected((0, 3, 0, 0), (0, 0, 0, 0), (5, 9, 0, 0))
    assert (found.harmless, found.invented) == (2, 1)


def test_bias_tells_too_many_from_too_few_and_an_unread_article_adds_nobody() -> None:
    killed, injured = expected((10, 12, 4, 2), (10, 11, 0, 0), (5, None, 0, 0)).biases
    assert (killed.too_high, killed.too_low, killed.coded, killed.read) == (2, 1, 25, 23)
    assert killed.excess == pytest.approx(-0.08)
    assert injured.excess == pytest.approx(-0.5)
    assert expected((0, 2, 0, 0)).biases[0].excess is None


@pytest.mark.parametrize(
    ("right", "articles", "words"),
    [(0, 30, "none"), (30, 30, "all"), (1, 30, "hardly any"), (29, 30, "nearly all"), (18, 30, "six")],
)
def test_all_and_none_are_said_only_where_it_is_so(right: int, articles: int, words: str) -> None:
    totals = [(1, 1, 0, 0)] * right + [(1, 2, 0, 0)] * (articles - right)
    assert expected(*totals).of_ten == words


@pytest.mark.parametrize(
    ("bias", "words"),
    [
        ({"excess": 0.087, "read": 100}, "8.7% too high"),
        ({"excess": -0.2, "read": 8}, "20.0% too low"),
        ({"excess": 0.0, "read": 8}, "right"),
        ({"excess": None, "read": 0}, "right: none"),
        ({"excess": None, "read": 12}, "12 where there were none"),
    ],
)
def test_bias_in_words(bias: dict[str, Any], words: str) -> None:
    assert off_words(bias) == words


def test_the_terminal_says_it_in_one_line(run: Run) -> None:  # noqa: F811
    told = document(run)["expectation"][1]
    words = f"({told['right']} of {told['articles']}); added up: killed {off_words(told['biases'][0])}, injured"
    assert words in expectation_words(told)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=60))
def test_the_curve_ends_with_all_and_never_parts_articles_of_one_score(scored: list[tuple[float, bool]]) -> None:
    curve = risk_coverage(scored)
    assert curve[-1].articles == len(scored)
    assert curve[-1].right == sum(right for _, right in scored) / len(scored)
    for kept in curve:
        chosen = [right for score, right in scored if score >= kept.score]
        assert (kept.articles, kept.right) == (len(chosen), sum(chosen) / len(chosen))


def test_the_first_screen_says_it_in_words_and_errors_come_before_the_figures(run: Run) -> None:  # noqa: F811
    tree = html.document_fromstring(render_page(run, document(run)))
    sections = [section.get("id") for section in tree.iter("section")]
    assert sections[:5] == ["expect", "causes", "errors", "articles", "comparison"]
    assert sections[-1] == "methods"
    told = document(run)["expectation"][1]
    first = " ".join(tree.get_element_by_id("expect").find_class("expect")[1].text_content().split())
    assert first.startswith(f"Of ten articles of this kind, {told['of_ten']} ha")
    assert f"({told['right']} of {told['articles']}; 95%:" in first


def test_data_without_totals_says_so() -> None:
    tree = html.document_fromstring(
        render_page(tiny("A man died in Tafas.", "Tafas"), document(tiny("Tafas", "Tafas")))
    )
    assert "nothing can be said of totals" in tree.get_element_by_id("expect").text_content()
