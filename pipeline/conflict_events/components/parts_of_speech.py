"""Parts of speech by look-up, as an attribute ruler of one-word rules would set them.

spaCy's attribute ruler matches its patterns over the whole Doc and sets the attributes of each match one by one; of all
it sets (lemmas, morphology, …) the pipeline reads the part of speech alone. What a rule asks of a word is its tag, its
form and its relation, so each kind of word is decided once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, LOWER, TAG  # type: ignore[import-not-found]
from spacy.parts_of_speech import IDS as PARTS  # type: ignore[import-not-found]
from spacy.tokens import Doc

_ASKED = ("TAG", "LOWER", "DEP")


@dataclass(frozen=True)
class _Rule:
    """The values that tag, lower-case form and relation may have (``None``: any), and the part of speech it gives."""

    asked: tuple[frozenset[int] | None, ...]
    part: int

    def fits(self, word: tuple[int, ...]) -> bool:
        return all(values is None or mark in values for values, mark in zip(self.asked, word, strict=True))


@dataclass(frozen=True)
class PartsOfSpeech:
    """The part of speech of each token of a tagged and parsed Doc."""

    rules: tuple[_Rule, ...]
    known: dict[tuple[int, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, patterns: Iterable[Mapping[str, Any]], vocab: Any) -> PartsOfSpeech | None:
        """From an attribute ruler's patterns; ``None`` where one that sets a part of speech asks more of a text than
        tag, form and relation of one word."""
        rules: list[_Rule] = []
        for entry in patterns:
            if "POS" not in entry["attrs"] and not {"TAG", "DEP"}.isdisjoint(entry["attrs"]):
                return None
            if "POS" not in entry["attrs"]:
                continue
            for pattern in entry["patterns"]:
                rule = _rule(pattern, str(entry["attrs"]["POS"]), vocab) if entry["index"] in (0, -1) else None
                if rule is None:
                    return None
                rules.append(rule)
        # Of several rules that fit a word the last one holds.
        return cls(tuple(reversed(rules)))

    def __call__(self, doc: Doc) -> NDArray[np.int64]:
        """spaCy's number of each token's part of speech; 0 where no rule fits."""
        marks: Any = doc.to_array([TAG, LOWER, DEP])
        words: list[tuple[int, ...]] = list(map(tuple, marks.reshape(-1, 3).tolist()))
        known = self.known
        for word in set(words).difference(known):
            known[word] = next((rule.part for rule in self.rules if rule.fits(word)), 0)
        return np.array([known[word] for word in words], dtype="int64")


def _rule(pattern: Any, part: str, vocab: Any) -> _Rule | None:
    if len(pattern) != 1 or not set(_ASKED).issuperset(pattern[0]) or part not in PARTS:
        return None
    asked: list[frozenset[int] | None] = []
    for name in _ASKED:
        value = pattern[0].get(name)
        if isinstance(value, dict) and set(value) == {"IN"}:
            asked.append(frozenset(map(vocab.strings.add, value["IN"])))
        elif isinstance(value, str):
            asked.append(frozenset({vocab.strings.add(value)}))
        elif value is None:
            asked.append(None)
        else:
            return None
    return _Rule(tuple(asked), int(PARTS[part]))
