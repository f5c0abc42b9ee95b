"""Trees for tokens that no parser has seen.

spaCy's tokenizer can leave a Doc without a parse in a state in which walking a token's children reads foreign memory
(after a special case such as an emoticon was merged). Flat trees, in which each sentence hangs on its first token, make
every Doc safe to walk until a parser replaces them, and keep the sentence borders.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD  # type: ignore[import-not-found]
from spacy.tokens import Doc

Tree = NDArray[np.int64]


def sentence_borders(doc: Doc) -> list[tuple[int, int]]:
    """First and last token (exclusive) of each sentence, by the sentence starts that are set."""
    starts = [token.i for token in doc if token.is_sent_start or token.i == 0]
    return list(zip(starts, [*starts[1:], len(doc)], strict=True)) if starts else []


def flat_trees(doc: Doc) -> Tree:
    """Heads (relative) and dependency labels of flat trees, one row a token."""
    values = np.zeros((len(doc), 2), dtype="int64")
    root, label = (doc.vocab.strings.add(name) for name in ("ROOT", "dep"))
    for start, end in sentence_borders(doc):
        values[start:end, 0] = start - np.arange(start, end)
        values[start, 1] = root  # without it spaCy sees no sentence start
        values[start + 1 : end, 1] = label
    return values


def plant_flat_trees(doc: Doc) -> None:
    """Give ``doc`` flat trees; its sentence starts must be set."""
    if len(doc):
        doc.from_array([HEAD, DEP], flat_trees(doc).astype("uint64"))  # type: ignore[arg-type]
