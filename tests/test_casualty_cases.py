"""What a careful reader writes down of hard sentences: ``tests/data/casualty_cases.jsonl``.

Each case is a short text with the casualties that it tells by the annotation guidelines (``docs/annotation.md``),
written down before any model read it. ``expected`` lists them; ``also_right`` holds other readings that the guidelines
allow: where sources disagree, for instance, what matters is that their figures are never added. A quantity is low, best
and high as in ``schema.Quantity``; ``includes`` are parts of a figure.

A case that the default model reads wrongly says why in ``known_gap``, and must fail: who mends the reader takes the
mark away. ``docs/counts.md`` groups the gaps by cause.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

from conflict_events import models
from conflict_events.reading import InputArticle
from conflict_events.records import annotation
from conflict_events.schema import Annotation, Casualty

CASES = Path(__file__).parent / "data" / "casualty_cases.jsonl"
COUNTED = ("incident", "update")
"""Casualties of these kinds of event are counted; whatever else a text tells must stay out of them."""
LEAST_READ = 0.9
"""Share of the cases that must be read rightly."""

Bounds = tuple[int | None, int | None, int | None]


@dataclass
class Story:
    """What a text tells: people by kind of event and outcome, the parts of those figures, and running tallies."""

    people: dict[tuple[str, str], list[Bounds]] = field(default_factory=dict)
    parts: Counter[tuple[str, Bounds]] = field(default_factory=Counter)
    tallies: set[tuple[str, Bounds]] = field(default_factory=set)

    def add(self, kind: str, outcome: str, bounds: Bounds) -> None:
        self.people.setdefault((kind, outcome), []).append(bounds)

    def sums(self, kinds: Iterable[str]) -> dict[tuple[str, str], Bounds]:
        """People by kind and outcome; a bound that one group leaves open stays open in the sum."""
        return {key: _sum(groups) for key, groups in sorted(self.people.items()) if key[0] in kinds}


def _sum(groups: list[Bounds]) -> Bounds:
    low, best, high = (
        None if None in column else sum(n for n in column if n is not None) for column in zip(*groups, strict=True)
    )
    return low, best, high


def _bounds(quantity: dict[str, Any]) -> Bounds:
    return quantity["low"], quantity["best"], quantity["high"]


def expected_story(casualties: list[dict[str, Any]]) -> Story:
    """The story that a list of a case's ``expected`` stands for."""
    story = Story()
    for casualty in casualties:
        if casualty["kind"] == "tally":
            story.tallies.add((casualty["outcome"], _bounds(casualty)))
        else:
            story.add(casualty["kind"], casualty["outcome"], _bounds(casualty))
        story.parts.update((casualty["kind"], _bounds(part)) for part in casualty.get("includes", ()))
    return story


def _inside(casualties: Iterable[Casualty]) -> Iterator[Casualty]:
    for casualty in casualties:
        yield casualty
        yield from _inside(casualty.includes)


def told_story(read: Annotation) -> Story:
    """The story that an annotation tells. What is denied or only expected has not happened."""
    story = Story()
    for event in read.events:
        if event.certainty in ("denied", "expected"):
            continue
        for casualty in event.casualties:
            quantity = casualty.quantity
            story.add(event.kind, casualty.outcome, (quantity.low, quantity.best, quantity.high))
            inside = (part.quantity for part in _inside(casualty.includes))
            story.parts.update((event.kind, (part.low, part.best, part.high)) for part in inside)
    for tally in read.tallies:
        if tally.total is not None:
            story.tallies.add((tally.outcome, (tally.total.low, tally.total.best, tally.total.high)))
        inside = (part.quantity for part in _inside(tally.parts))
        story.parts.update(("tally", (part.low, part.best, part.high)) for part in inside)
    return story


def differences(expected: Story, told: Story) -> list[str]:
    """How the two stories differ, in words.

    Background is compared where the case names any; tallies and parts that the case does not name are allowed.
    """
    kinds = {*COUNTED, *(kind for kind, _ in expected.people)}
    wanted, found = expected.sums(kinds), told.sums(kinds)
    lines = [
        f"{kind} {outcome}: expected {wanted.get((kind, outcome))}, read {found.get((kind, outcome))}"
        for kind, outcome in sorted({*wanted, *found})
        if wanted.get((kind, outcome)) != found.get((kind, outcome))
    ]
    lines += [f"no tally of {outcome} {bounds}" for outcome, bounds in expected.tallies - told.tallies]
    lines += [f"no part of {kind} {bounds}" for kind, bounds in (expected.parts - told.parts)]
    return lines


def problems(case: dict[str, Any], read: Annotation) -> list[str]:
    """Why what was read is none of the right readings of ``case``; empty where it is one."""
    readings = [case["expected"], *case.get("also_right", ())]
    told = told_story(read)
    found = [differences(expected_story(reading), told) for reading in readings]
    return [] if not all(found) else found[0]


def article(case: dict[str, Any]) -> InputArticle:
    return InputArticle(id=case["id"], text=case["text"], outlet=case.get("outlet"))


@cache
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines())


def _marked() -> Iterator[Any]:
    for case in cases():
        gap = case.get("known_gap")
        yield pytest.param(case, id=case["id"], marks=[pytest.mark.xfail(reason=gap, strict=True)] if gap else [])


@pytest.fixture(scope="module")
def pipeline() -> Language:
    """The default model."""
    return spacy.load(models.resolve())


@pytest.fixture(scope="module")
def annotations(pipeline: Language) -> dict[str, Annotation]:
    """The default model's reading of every case, by id."""
    docs = (pipeline.tokenizer.article_doc(article(case)) for case in cases())
    return {case["id"]: annotation(doc) for case, doc in zip(cases(), pipeline.pipe(docs), strict=True)}


@pytest.mark.parametrize("case", list(_marked()))
def test_case(case: dict[str, Any], annotations: dict[str, Annotation]) -> None:
    assert problems(case, annotations[case["id"]]) == []


def test_nearly_all_cases_are_read() -> None:
    read = sum("known_gap" not in case for case in cases())
    assert len(cases()) >= 300
    assert read / len(cases()) >= LEAST_READ


def test_cases_are_distinct() -> None:
    assert max(Counter(case["id"] for case in cases()).values()) == 1
    assert max(Counter(case["text"] for case in cases()).values()) == 1
