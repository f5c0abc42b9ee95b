"""The same text under several ids: syndicated, posted again, edited by a few words.

Copies are found by content alone: MinHash (Broder 1997) over runs of three words, bands of four hashes, and then the
overlap of the runs themselves. What is compared is what a record keeps of a text: its title apart, the sentences of its
events and its places.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: Words of a run, hashes of a signature, hashes of a band.
RUN = 3
HASHES = 32
BAND = 4
#: Share of runs in common (Jaccard) from which two texts are copies.
COPY = 0.8
#: A text with fewer runs says too little to be called a copy.
SHORTEST = 20
_PRIME = (1 << 31) - 1


def copies(texts: Mapping[str, Sequence[str]], order: Mapping[str, object]) -> dict[str, str]:
    """For each article that is a copy, the article it is a copy of: the first by ``order``, then by id.

    Args:
        texts: the words of each article, by its id.
        order: what orders the articles, as the day of publication; an article that is not in it comes last.
    """
    runs = {article: found for article, words in texts.items() if len(found := _runs(words)) >= SHORTEST}
    ranked = sorted(runs, key=lambda article: (article not in order, str(order.get(article, "")), article))
    bands: dict[bytes, list[str]] = defaultdict(list)
    originals: dict[str, str] = {}
    for article in ranked:
        keys = list(_bands(runs[article]))
        near = dict.fromkeys(other for key in keys for other in bands[key])
        best = max(near, key=lambda other: (_jaccard(runs[article], runs[other]), other), default=None)
        if best is not None and _jaccard(runs[article], runs[best]) >= COPY:
            originals[article] = best
            continue
        for key in keys:
            bands[key].append(article)
    return originals


def _runs(words: Sequence[str]) -> NDArray[np.int64]:
    """The runs of words as sorted 31-bit hashes."""
    joined = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    hashes = [int.from_bytes(hashlib.blake2b(run.encode(), digest_size=4).digest(), "big") % _PRIME for run in joined]
    return np.unique(np.array(hashes, dtype=np.int64))


def _bands(runs: NDArray[np.int64]) -> Iterator[bytes]:
    generator = np.random.default_rng(1)
    factors, shifts = generator.integers(1, _PRIME, (HASHES, 1)), generator.integers(0, _PRIME, (HASHES, 1))
    signature = ((runs * factors + shifts) % _PRIME).min(axis=1)
    for at in range(0, HASHES, BAND):
        yield at.to_bytes(2, "big") + signature[at : at + BAND].tobytes()


def _jaccard(left: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    shared = len(np.intersect1d(left, right, assume_unique=True))
    return shared / (len(left) + len(right) - shared)
