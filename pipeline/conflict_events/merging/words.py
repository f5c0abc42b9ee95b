"""Words of reports, and how much they say: TF-IDF over the reports that are merged."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
_SHORTEST = 2


def words_of(text: str) -> Iterator[str]:
    """The words of a text, folded: no case, no accents, no possessive.

    >>> list(words_of("Al-Ra‘i’s 12 dead"))
    ['al', 'ra', 'i', '12', 'dead']
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    for match in _WORD.finditer(plain):
        word = match[0].replace("’", "'")
        yield word.removesuffix("'s")


@dataclass(frozen=True)
class WordMatrix:
    """A row of TF-IDF weights of unit length for each text, as compressed sparse rows.

    ``starts`` (texts + 1), ``columns`` and ``values`` (entries); a text's columns stand in rising order.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]

    def cosine(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """The cosine of each pair of rows, 0 where a text has no words."""
        found = np.zeros(len(left))
        for begin in range(0, len(left), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            found[part] = self._cosine(left[part], right[part])
        return found

    def _cosine(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        width = int(self.columns.max()) + 1 if len(self.columns) else 1
        keys_a, values_a, _ = self._entries(left, width)
        keys_b, values_b, pairs_b = self._entries(right, width)
        if not len(keys_a) or not len(keys_b):
            return np.zeros(len(left))
        at = np.minimum(np.searchsorted(keys_a, keys_b), len(keys_a) - 1)
        same = keys_a[at] == keys_b
        weights = values_a[at[same]] * values_b[same]
        return np.bincount(pairs_b[same], weights=weights, minlength=len(left)).astype(np.float64)

    def _entries(
        self, rows: NDArray[np.int64], width: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        sizes = self.starts[rows + 1] - self.starts[rows]
        pairs = np.repeat(np.arange(len(rows)), sizes)
        offsets = np.arange(len(pairs)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        at = np.repeat(self.starts[rows], sizes) + offsets
        return pairs * width + self.columns[at], self.values[at], pairs


_CHUNK = 50_000
#: Texts that are imagined beside those at hand: words of all of a few texts still weigh something, while those that an
#: outlet puts into each of its hundreds of reports weigh next to nothing.
UNSEEN = 50


def word_matrix(texts: Sequence[Sequence[str]]) -> WordMatrix:
    """TF-IDF of ``texts``: (1 + log tf) · log((1 + N + UNSEEN) / (1 + df)), rows of unit length."""
    in_texts: Counter[str] = Counter()
    for text in texts:
        in_texts.update(set(text))
    columns = {word: number for number, word in enumerate(sorted(in_texts))}
    idf = {word: np.log((1 + len(texts) + UNSEEN) / (1 + count)) for word, count in in_texts.items()}
    starts = [0]
    all_columns: list[int] = []
    all_values: list[float] = []
    for text in texts:
        counts = Counter(text)
        entries = sorted((columns[word], (1 + np.log(count)) * idf[word]) for word, count in counts.items())
        norm = sum(value * value for _, value in entries) ** 0.5 or 1.0
        all_columns.extend(column for column, _ in entries)
        all_values.extend(value / norm for _, value in entries)
        starts.append(len(all_columns))
    return WordMatrix(
        np.array(starts, dtype=np.int64), np.array(all_columns, dtype=np.int32), np.array(all_values, dtype=np.float32)
    )
