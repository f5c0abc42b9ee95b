"""Which language an article is in, told offline: only English is read."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from importlib import resources
from typing import Any

_SAMPLE = 4000
_ENOUGH_LETTERS, _ENOUGH_WORDS = 40, 6
_ENGLISH_SHARE = 0.12
"""From this share of words of English grammar on, a text is English: other languages have below 0.05 of them."""
_SURE = 0.95


def foreign_language(text: str) -> str | None:
    """The name of the language that a text is in where it is not English, "Arabic"; None for English, or if unsure.

    Headlines and texts of a few words are too short to tell.
    """
    sample = text[:_SAMPLE]
    letters = sum(character.isalpha() for character in sample)
    if letters < _ENOUGH_LETTERS:
        return None
    latin = sum(character.isascii() and character.isalpha() for character in sample) > letters / 2
    words = re.findall(r"[^\W\d_]+", sample)
    plain = [word for word in words if word.islower()]
    if latin and len(plain) < max(_ENOUGH_WORDS, len(words) / 3):
        return None  # a list of names is in no language
    english = sum(word.casefold() in _english_words() for word in words) / max(len(words), 1)
    if latin and english >= _ENGLISH_SHARE:
        return None
    code: str
    code, probability = _identifier().classify(sample)
    if code == "en" or (latin and probability < _SURE):
        return None
    return _names().get(code, code)


def language_name(code: str) -> str:
    """The English name of a language by its code; the code where none is known."""
    return _names().get(code, code)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    return frozenset(row["word"] for row in _table("english_words.csv"))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {row["code"]: row["language"] for row in _table("languages.csv")}


def _table(name: str) -> list[dict[str, str]]:
    content = (resources.files("conflict_events") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(content)))
