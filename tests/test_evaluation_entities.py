"""Entities: the figures are those of two independent scorers; every wrong span has a cause."""

from __future__ import annotations

from collections import Counter

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example

from conflict_events.evaluation.cases import SpanCase
from conflict_events.evaluation.entities import NOTHING, borders, exact, observe, partial, types
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.observations import Key, Observations, ratio

LABELS = ["ACTOR", "CASUALTY", "LOCATION", "WEAPON"]
SCHEMES = {"strict": exact, "exact": borders, "partial": partial, "ent_type": types}


@st.composite
def flat_spans(draw: st.DrawFn) -> list[SpanCase]:
    """Spans that do not overlap, as the annotation guidelines ask, in a text of 30 characters."""
    cuts = draw(st.lists(st.integers(0, 30), unique=True, max_size=14).map(sorted))
    return [
        SpanCase(start, end, draw(st.sampled_from(LABELS))) for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]


def dicts(spans: list[SpanCase]) -> list[dict[str, object]]:
    """As nervaluate takes them: its ends are inclusive."""
    return [{"label": span.label, "start": span.start, "end": span.end - 1} for span in spans]


@given(st.lists(st.tuples(flat_spans(), flat_spans()), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_figures_equal_those_of_nervaluate(articles: list[tuple[list[SpanCase], list[SpanCase]]]) -> None:
    gold, read = [list(side) for side in zip(*articles, strict=True)]
    if not gold[0]:
        gold[0] = [SpanCase(0, 1, "ACTOR")]  # it cannot tell the form of its input from an empty first article
    theirs = Evaluator([dicts(spans) for spans in gold], [dicts(spans) for spans in read], LABELS, "dict").evaluate()
    for scheme, count in SCHEMES.items():
        result = theirs["overall"][scheme]
        right = sum(count(one, other) for one, other in zip(gold, read, strict=True))
        assert right == result.correct + 0.5 * result.partial, scheme
        assert sum(map(len, read)) == result.actual
        assert sum(map(len, gold)) == result.possible


@given(flat_spans(), flat_spans())
@settings(max_examples=100, deadline=None)
def test_figures_by_label_equal_those_of_nervaluate(gold: list[SpanCase], read: list[SpanCase]) -> None:
    gold = gold or [SpanCase(0, 1, "ACTOR")]
    theirs = Evaluator([dicts(gold)], [dicts(read)], LABELS, "dict").evaluate()["entities"]
    columns = observed(gold, read)[0].columns()
    for label, schemes in theirs.items():
        for name, scheme in (("entity", "strict"), ("entity_partial", "partial"), ("entity_type", "ent_type")):
            column = columns[Key(name, "label", label)]
            found = {m: float(ratio("prf", m, column.totals())) for m in ("precision", "recall", "f1")}
            for measure, value in found.items():
                expected = getattr(schemes[scheme], measure)
                assert (0.0 if value != value else value) == pytest.approx(expected), (label, scheme, measure)


@given(flat_spans(), flat_spans())
@settings(max_examples=50, deadline=None)
def test_exact_figures_equal_those_of_spacys_scorer(gold: list[SpanCase], read: list[SpanCase]) -> None:
    vocab = spacy.blank("en").vocab
    docs = []
    for spans in (read, gold):
        doc = Doc(vocab, words=list("x" * 30), spaces=[False] * 30)
        doc.ents = [Span(doc, span.start, span.end, label=span.label) for span in spans]
        docs.append(doc)
    scores = Scorer.score_spans([Example(*docs)], "ents")
    totals = observed(gold, read)[0].columns()[Key("entity")].totals()
    for measure, name in (("precision", "ents_p"), ("recall", "ents_r"), ("f1", "ents_f")):
        if gold:
            value = float(ratio("prf", measure, totals))
            assert (0.0 if value != value else value) == pytest.approx(scores[name] or 0.0)


def observed(
    gold: list[SpanCase], read: list[SpanCase], text: str = "x" * 30, left_out: list[tuple[int, int]] | None = None
) -> tuple[Observations, list[EvaluationError], Counter[tuple[str, str]]]:
    observations, errors, confusion = Observations([{}]), list[EvaluationError](), Counter[tuple[str, str]]()
    observe(0, gold, read, text, lambda: left_out or [], observations, errors, confusion)
    return observations, errors, confusion


def test_each_wrong_span_has_one_cause() -> None:
    gold = [
        SpanCase(0, 4, "ACTOR"),
        SpanCase(6, 9, "LOCATION"),
        SpanCase(12, 15, "WEAPON"),
        SpanCase(18, 20, "ACTOR"),
        SpanCase(25, 27, "CASUALTY"),
    ]
    read = [
        SpanCase(0, 4, "ACTOR"),
        SpanCase(6, 9, "ACTOR"),
        SpanCase(13, 15, "WEAPON"),
        SpanCase(17, 20, "WEAPON"),
        SpanCase(28, 30, "CASUALTY"),
    ]
    _, errors, confusion = observed(gold, read)
    assert [(error.cause, error.group) for error in errors] == [
        ("wrong_label", "LOCATION"),
        ("wrong_borders", "WEAPON"),
        ("wrong_label_and_borders", "ACTOR"),
        ("missed", "CASUALTY"),
        ("spurious", "CASUALTY"),
    ]
    assert confusion == {
        ("ACTOR", "ACTOR"): 1,
        ("LOCATION", "ACTOR"): 1,
        ("WEAPON", "WEAPON"): 1,
        ("ACTOR", "WEAPON"): 1,
        ("CASUALTY", NOTHING): 1,
        (NOTHING, "CASUALTY"): 1,
    }


def test_labels_in_text_that_cleaning_leaves_out_are_misses_and_counted_apart() -> None:
    gold = [SpanCase(0, 4, "ACTOR"), SpanCase(20, 24, "ACTOR")]
    observations, errors, _ = observed(gold, gold[:1], left_out=[(15, 30)])
    columns = observations.columns()
    assert float(ratio("prf", "recall", columns[Key("entity")].totals())) == 0.5
    assert float(ratio("prf", "recall", columns[Key("entity_in_read_text")].totals())) == 1.0
    assert [error.cause for error in errors] == ["left_out"]


def test_scores_of_entities_give_a_brier_score() -> None:
    gold = [SpanCase(0, 4, "ACTOR")]
    read = [SpanCase(0, 4, "ACTOR", score=0.9), SpanCase(6, 8, "ACTOR", score=0.4)]
    totals = observed(gold, read)[0].columns()[Key("entity_brier")].totals()
    assert float(ratio("mean", "", totals)) == pytest.approx((0.1**2 + 0.4**2) / 2)
