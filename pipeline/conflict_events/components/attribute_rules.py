"""What spaCy's attribute ruler sets, by look-up.

The ruler matches its patterns over the whole Doc and sets the attributes of each match one by one: lemmas, morphology
and more. This pipeline reads tags, parts of speech and relations only, and most rules ask something of one word; so
each kind of word is decided once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, IS_SPACE, LOWER, POS, TAG  # type: ignore[import-not-found]
from spacy.parts_of_speech import IDS as PARTS  # type: ignore[import-not-found]
from spacy.tokens import Doc

#: What a rule may ask of a word, and what it sets that is read later.
_ASKED = {"TAG": TAG, "LOWER": LOWER, "DEP": DEP, "IS_SPACE": IS_SPACE}
_SET = {"TAG": TAG, "POS": POS, "DEP": DEP}

Word: TypeAlias = tuple[int, ...]
_OTHER = -1
#: For each attribute of ``_SET``, the last rule that sets it (-1 for none) and the value.
_Decision: TypeAlias = list[tuple[int, int]]


@dataclass(frozen=True)
class _Asks:
    """What is asked of a word: for each attribute of ``_ASKED`` the values it must, or must not, have."""

    wanted: tuple[tuple[frozenset[int], bool] | None, ...]

    def fits(self, word: Word) -> bool:
        return all(
            asked is None or (mark in asked[0]) is asked[1] for asked, mark in zip(self.wanted, word, strict=True)
        )


@dataclass(frozen=True)
class _Rule:
    """Words that follow each other, the one among them that the rule changes, and what it sets."""

    rank: int
    words: tuple[_Asks, ...]
    index: int
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class AttributeRules:
    """An attribute ruler's rules for tags, parts of speech and relations."""

    rules: tuple[_Rule, ...]
    _decided: dict[Word, _Decision] = field(default_factory=dict)
    _begins: dict[Word, list[_Rule]] = field(default_factory=dict)
    #: For each attribute of ``_ASKED``, the values that a rule asks about; of all others each is like the next.
    _told_apart: tuple[frozenset[int], ...] = ()

    @classmethod
    def of(cls, patterns: Iterable[Mapping[str, Any]], vocab: Any) -> AttributeRules | None:
        """From a ruler's patterns; ``None`` where one asks what only spaCy's matcher can tell."""
        rules: list[_Rule] = []
        for rank, entry in enumerate(patterns):
            if set(_SET).isdisjoint(entry["attrs"]):
                continue
            values = tuple(_value(name, entry["attrs"].get(name), vocab) for name in _SET)
            for pattern in entry["patterns"]:
                words = tuple(_asks(word, vocab) for word in pattern)
                if None in words or not -len(words) <= entry["index"] < len(words):
                    return None
                asked = tuple(word for word in words if word is not None)
                rules.append(_Rule(rank, asked, entry["index"] % len(words), values))
        asked_of = [word.wanted for rule in rules for word in rule.words] or [(None,) * len(_ASKED)]
        told_apart = (
            frozenset().union(*(asked[0] for asked in column if asked is not None))
            for column in zip(*asked_of, strict=True)
        )
        return cls(tuple(rules), _told_apart=tuple(told_apart))

    def __call__(self, doc: Doc) -> NDArray[np.int64]:
        """spaCy's numbers of tag, part of speech and relation, one row a token, after the rules."""
        asked: Any = doc.to_array(list(_ASKED.values()))
        columns = zip(asked.T.tolist(), self._told_apart, strict=True)
        # What no rule asks about is _OTHER, so that there are few kinds of words to decide.
        words: list[Word] = list(
            zip(*([mark if mark in known else _OTHER for mark in marks] for marks, known in columns), strict=True)
        )
        kinds = {word: index for index, word in enumerate(set(words))}
        for word in kinds:
            if word not in self._decided:
                self._decide(word)
        before: Any = doc.to_array(list(_SET.values()))
        values: NDArray[np.int64] = before.astype("int64")
        if not words:
            return values
        of_kinds = [self._decided[kind] for kind in kinds]
        which = np.array([kinds[word] for word in words])
        for column in range(len(_SET)):
            told = np.array([decision[column][0] >= 0 for decision in of_kinds])[which]
            # As unsigned numbers, and then the same bits read as signed ones.
            new = np.array([decision[column][1] for decision in of_kinds], dtype="uint64").astype("int64")[which]
            values[:, column] = np.where(told, new, values[:, column])
        decided: dict[int, _Decision] = {}
        for rule, at in self._longer(words):
            decided[at] = _later(decided.get(at, self._decided[words[at]]), rule)
        for at, decision in decided.items():
            for column, (rank, value) in enumerate(decision):
                if rank >= 0:
                    values[at, column] = np.uint64(value).astype("int64")
        return values

    def _decide(self, word: Word) -> None:
        decision: _Decision = [(-1, 0)] * len(_SET)
        for rule in self.rules:
            if len(rule.words) == 1 and rule.words[0].fits(word):
                decision = _later(decision, rule)
        self._decided[word] = decision
        longer = [rule for rule in self.rules if len(rule.words) > 1 and rule.words[0].fits(word)]
        if longer:
            self._begins[word] = longer

    def _longer(self, words: list[Word]) -> Iterable[tuple[_Rule, int]]:
        """The rules of several words that fit somewhere, each with the token it changes."""
        for start, word in enumerate(words):
            for rule in self._begins.get(word, ()):
                following = words[start + 1 : start + len(rule.words)]
                if len(following) + 1 == len(rule.words) and all(
                    asks.fits(other) for asks, other in zip(rule.words[1:], following, strict=True)
                ):
                    yield rule, start + rule.index


def _later(decision: _Decision, rule: _Rule) -> _Decision:
    """A decision with what a rule says too; of several rules the last one of the ruler holds."""
    return [
        (rule.rank, value) if value is not None and rule.rank >= rank else (rank, old)
        for (rank, old), value in zip(decision, rule.values, strict=True)
    ]


def _value(name: str, value: Any, vocab: Any) -> int | None:
    if value is None:
        return None
    if name == "POS":
        return int(PARTS[value]) if isinstance(value, str) else int(value)
    return int(vocab.strings.add(value)) if isinstance(value, str) else int(value)


def _asks(word: Mapping[str, Any], vocab: Any) -> _Asks | None:
    if not set(_ASKED).issuperset(word):
        return None
    wanted: list[tuple[frozenset[int], bool] | None] = []
    for name in _ASKED:
        if name not in word:
            wanted.append(None)
            continue
        value = word[name]
        ways = value if isinstance(value, dict) else {"IN": [value]}
        if len(ways) != 1 or not {"IN", "NOT_IN"}.issuperset(ways):
            return None
        ((way, members),) = ways.items()
        marks = [int(item) if isinstance(item, (bool, int)) else int(vocab.strings.add(item)) for item in members]
        wanted.append((frozenset(marks), way == "IN"))
    return _Asks(tuple(wanted))
