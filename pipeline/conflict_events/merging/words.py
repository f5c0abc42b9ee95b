"""Words of reports, and how much they say: TF-IDF over the reports that are merged, with our own corpus behind them.

How rare a word is, a handful of articles cannot say by itself. So the number of articles of our own corpus that hold it
(``data/merging_words.csv``) is added to that of the reports at hand.
"""

from __future__ import annotations

import csv
import io
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from conflict_events.merging.sparse import SparseRows, sparse_rows

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")


def words_of(text: str) -> Iterator[str]:
    """The words of a text, folded: no case, no accents, no possessive.

    >>> list(words_of("Al-Ra‘i’s 12 dead"))
    ['al', 'ra', 'i', '12', 'dead']
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    for match in _WORD.finditer(plain):
        word = match[0].replace("’", "'")
        yield sys.intern(word.removesuffix("'s"))


@lru_cache(maxsize=1)
def known_words() -> tuple[int, Mapping[str, int]]:
    """The number of articles of our own corpus, and in how many of them each word stands; rarer words are left out."""
    file = resources.files("conflict_events") / "data" / "merging_words.csv"
    rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    counts = {row["word"]: int(row["articles"]) for row in rows}
    return counts.pop("", 0), counts


def document_counts(texts: Sequence[Sequence[str]]) -> Counter[str]:
    """In how many texts each word stands."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(text))
    return counts


def word_matrix(texts: Sequence[Sequence[str]]) -> tuple[SparseRows, NDArray[np.float64]]:
    """TF-IDF of ``texts``: (1 + log tf) · log((1 + N) / (1 + df)), rows of unit length, and their lengths before.

    The product of two rows is their cosine. N and df count ``texts`` and our own corpus together.
    """
    articles, background = known_words()
    counts = document_counts(texts)
    everything = math.log(1 + len(texts) + articles)
    weight = {word: everything - math.log(1 + count + background.get(word, 0)) for word, count in counts.items()}
    rows = sparse_rows([{w: (1 + math.log(n)) * weight[w] for w, n in Counter(text).items()} for text in texts])
    lengths = row_lengths(rows)
    values = rows.values / np.repeat(np.where(lengths > 0, lengths, 1.0), rows.sizes)
    return SparseRows(rows.starts, rows.columns, values.astype(np.float32)), lengths


def row_lengths(rows: SparseRows) -> NDArray[np.float64]:
    """The Euclidean length of each row."""
    of = np.repeat(np.arange(len(rows.sizes)), rows.sizes)
    squares = np.bincount(of, weights=rows.values.astype(np.float64) ** 2, minlength=len(rows.sizes))
    found: NDArray[np.float64] = np.sqrt(squares)
    return found
