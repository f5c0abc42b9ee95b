"""Intervals and tests: they repeat with the seed, hold what they should, and see a difference that is there."""

from __future__ import annotations

import numpy as np
import pytest

from conflict_events.evaluation.bootstrap import Bootstrap
from conflict_events.evaluation.calibration import bins, calibration_error
from conflict_events.evaluation.compare import FigureDifference
from conflict_events.evaluation.measures import HEADLINES, improvement, subjects
from conflict_events.evaluation.observations import Column, Key, Observations, ratio


def share(hits: list[float]) -> Column:
    """One row an article, right (1) or not (0)."""
    counts = np.array([[hit, 1.0, 0.0] for hit in hits])
    return Column("share", np.arange(len(hits)), counts)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    column = share([1.0] * 60 + [0.0] * 40)
    first, again, other = (Bootstrap(100, 500, seed).intervals(column)[""] for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_interval_is_near_the_normal_one_for_a_share_of_many_rows() -> None:
    low, high = Bootstrap(400, 4000, 0).intervals(share([1.0] * 300 + [0.0] * 100))[""]
    error = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert low == pytest.approx(0.75 - error, abs=0.01)
    assert high == pytest.approx(0.75 + error, abs=0.01)


def test_cases_of_one_article_are_drawn_together() -> None:
    """Ten articles that are wholly right or wrong say less than a hundred rows of their own would."""
    clustered = Column("share", np.arange(10), np.array([[10.0 * (i % 2), 10.0, 0.0] for i in range(10)]))
    low, high = Bootstrap(10, 2000, 0).intervals(clustered)[""]
    single_low, single_high = Bootstrap(100, 2000, 0).intervals(share([0.0, 1.0] * 50))[""]
    assert high - low > 2 * (single_high - single_low)


def test_all_right_is_not_certain() -> None:
    """Wilson's interval for 12 of 12: 12 / (12 + 1.96²)."""
    low, high = Bootstrap(12, 200, 0).intervals(share([1.0] * 12))[""]
    assert (low, high) == (pytest.approx(0.7575, abs=1e-4), 1.0)
    assert Bootstrap(12, 200, 0).intervals(share([0.0] * 12))[""] == (0.0, pytest.approx(0.2425, abs=1e-4))


def test_one_article_has_no_interval() -> None:
    assert Bootstrap(1, 100, 0).intervals(share([1.0]))[""] == (None, None)
    assert Bootstrap(5, 0, 0).intervals(share([1.0] * 5))[""] == (None, None)


def test_a_difference_that_is_there_is_seen_and_one_of_chance_is_not() -> None:
    worse, better = share([1.0] * 50 + [0.0] * 50), share([1.0] * 70 + [0.0] * 30)
    bootstrap = Bootstrap(100, 1000, 0)
    seen = bootstrap.difference(worse, better, "")
    assert seen.value == pytest.approx(0.2)
    assert seen.low is not None
    assert seen.low > 0
    assert seen.p == pytest.approx(1 / 1001), "no swap of 20 articles that all got better gives as much"
    swapped = share([1.0] * 49 + [0.0] + [1.0] + [0.0] * 49)
    unseen = bootstrap.difference(worse, swapped, "")
    assert (unseen.value, unseen.p) == (0.0, 1.0)


def test_paired_test_has_the_exact_p_of_a_sign_test() -> None:
    """Four articles that changed, all for the better: two of the 16 ways to swap are as far from 0, so p is 1/8."""
    before, after = share([0.0] * 4), share([1.0] * 4)
    p = Bootstrap(4, 20_000, 0).difference(before, after, "").p
    assert p == pytest.approx(1 / 8, abs=0.01)


def test_figures_are_ratios_of_sums_over_articles() -> None:
    observations = Observations([{"outlet": "a"}, {"outlet": "b"}])
    observations.prf(0, "entity", 1, 2, 4)
    observations.prf(1, "entity", 3, 3, 3, {"label": "ACTOR"})
    columns = observations.columns()
    assert ratio("prf", "precision", columns[Key("entity")].totals()) == pytest.approx(4 / 5)
    assert ratio("prf", "recall", columns[Key("entity")].totals()) == pytest.approx(4 / 7)
    assert ratio("prf", "f1", columns[Key("entity")].totals()) == pytest.approx(8 / 12)
    assert columns[Key("entity", "outlet", "a")].totals().tolist() == [1, 2, 4]
    assert columns[Key("entity", "label", "ACTOR")].totals().tolist() == [3, 3, 3]


@pytest.mark.parametrize(
    ("subject", "first", "second", "expected"),
    [("casualty", 0.8, 0.9, 0.1), ("killed_mean_error", 2.0, 1.5, 0.5), ("killed_bias", -1.0, 0.5, 0.5)],
)
def test_better_depends_on_the_measure(subject: str, first: float, second: float, expected: float) -> None:
    assert improvement(subject, first, second) == pytest.approx(expected)


def test_verdict_needs_more_than_chance() -> None:
    bootstrap = Bootstrap(100, 1000, 0)
    difference = bootstrap.difference(share([1.0] * 50 + [0.0] * 50), share([1.0] * 51 + [0.0] * 49), "")
    assert FigureDifference(Key("killed_exact"), "", 0.5, 0.51, difference, 0.01).verdict == "same"


def test_every_headline_has_a_title() -> None:
    for name in HEADLINES:
        assert name in subjects() or name.rpartition("_")[0] in subjects()


def test_calibration() -> None:
    scored = [(0.9, True)] * 8 + [(0.9, False)] * 2 + [(0.2, False)] * 10
    assert [(one.cases, one.right) for one in bins(scored)] == [(10, 0.0), (10, 0.8)]
    assert calibration_error(scored) == pytest.approx(0.5 * 0.2 + 0.5 * 0.1)
    assert calibration_error([]) is None
