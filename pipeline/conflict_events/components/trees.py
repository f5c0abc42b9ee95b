"""Trees for tokens that no parser has seen.

spaCy's tokenizer can leave a Doc without a parse in a state in which walking a token's children reads foreign memory
(after a special case such as an emoticon was merged). Flat trees, in which each sentence hangs on its first token, make
every Doc safe to walk until a parser replaces them, and keep the sentence borders.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, SENT_START  # type: ignore[import-not-found]
from spacy.tokens import Doc

Tree = NDArray[np.int64]


def sentence_borders(doc: Doc) -> list[tuple[int, int]]:
    """First and last token (exclusive) of each sentence, by the sentence starts that are set."""
    if not len(doc):
        return []
    marks: Any = doc.to_array([SENT_START])
    marks[0] = 1
    return _between(np.flatnonzero(marks == 1).tolist(), len(doc))


def _between(starts: Sequence[int], length: int) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], length], strict=True)) if starts else []


def flat_trees(doc: Doc, borders: Sequence[tuple[int, int]] | None = None) -> Tree:
    """Heads (relative) and dependency labels of flat trees, one row a token; ``borders`` are those of the sentences."""
    values = np.zeros((len(doc), 2), dtype="int64")
    root, label = (doc.vocab.strings.add(name) for name in ("ROOT", "dep"))
    for start, end in sentence_borders(doc) if borders is None else borders:
        values[start:end, 0] = start - np.arange(start, end)
        values[start, 1] = root  # without it spaCy sees no sentence start
        values[start + 1 : end, 1] = label
    return values


def plant_flat_trees(doc: Doc, starts: Collection[int] | None = None) -> None:
    """Give ``doc`` flat trees, and with them sentences that begin at the tokens ``starts``.

    Without ``starts``, the sentence starts that are set stay.
    """
    if len(doc):
        trees = flat_trees(doc, None if starts is None else _between(sorted({0, *starts}), len(doc)))
        doc.from_array([HEAD, DEP], trees.astype("uint64"))  # type: ignore[arg-type]
