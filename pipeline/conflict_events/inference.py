"""How the networks run once they are trained: the same figures, in less time.

:func:`quicken` changes how the models of a loaded pipeline compute, not what they are: it can be saved and trained as
before, and a prediction differs by rounding only.

- Matrix products go through numpy's BLAS where that is faster than thinc's own. Which one is, depends on processor and
  build, so it is measured (:func:`products`).
- A word's embedding depends on the word alone; it is computed once and looked up after that.
- The encoder reads some hundred rows at a time, whose layers stay in the processor's cache.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, NORM, ORTH, PREFIX, SHAPE, SPACY, SUFFIX  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps

Floats: TypeAlias = NDArray[np.float32]
_Backprop: TypeAlias = Callable[[Any], Any]

#: Rows that the encoder reads at a time: at 288 values of 4 bytes a row they fit a second-level cache of 1 MB.
BLOCK = 768
#: Words whose embeddings are kept: at 96 values of 4 bytes each, 19 MB a model.
KEPT_WORDS = 50_000
#: What an embedding may be made of to be a matter of the word alone, with its norm and the space after it.
_OF_THE_WORD = frozenset({NORM, ORTH, PREFIX, SUFFIX, SHAPE, SPACY, IS_SPACE})
#: Odd numbers that mix a word's three marks into one key.
_MIX = np.array([1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)
_TRIALS = 3


def quicken(nlp: Language) -> Language:
    """Let the networks of ``nlp``, and of pipelines that its components hold, predict faster; returns ``nlp``."""
    ops = products()
    for model in _models(nlp):
        for node in model.walk():
            # Models on a graphics card, and those of other frameworks, stay as they are.
            if type(node.ops) is NumpyOps:
                node.ops = ops
        for node in model.walk():
            _quicken_tok2vec(node)
    return nlp


@lru_cache(maxsize=1)
def products() -> NumpyOps:
    """The operations whose matrix products are the faster ones on this machine, measured on an encoder's layer."""
    own, numpys = NumpyOps(), NumpyOps(use_blis=False)
    rows = np.ones((BLOCK // 2, 288), dtype="f")
    weights = np.ones((288, 288), dtype="f")

    def seconds(ops: NumpyOps) -> float:
        ops.gemm(rows, weights, trans2=True)
        times = []
        for _ in range(_TRIALS):
            started = time.perf_counter()
            ops.gemm(rows, weights, trans2=True)
            times.append(time.perf_counter() - started)
        return min(times)

    return numpys if seconds(numpys) < seconds(own) else own


def _models(nlp: Language) -> Iterator[Model[Any, Any]]:
    pipes: list[Any] = [pipe for _, pipe in nlp.pipeline]
    for pipe in pipes:
        if isinstance(getattr(pipe, "model", None), Model):
            yield pipe.model
        if isinstance(getattr(pipe, "inner", None), Language):
            yield from _models(pipe.inner)


def _quicken_tok2vec(node: Model[Any, Any]) -> None:
    """Replace how a token-to-vector model of hash embeddings and a window encoder predicts; others stay."""
    if len(node.layers) != 2 or isinstance(node._func, _Quick):
        return
    embed, encode = node.layers
    windows = encode.name.startswith("with_array(residual(expand_window") and encode.attrs.get("pad")
    if windows and _is_of_words(embed):
        node._func = _Quick(node._func, Embeddings(embed), encode)


def _is_of_words(embed: Model[Any, Any]) -> bool:
    names = [layer.name for layer in embed.layers]
    return (
        len(names) == 5
        and names[:2] == ["extract_features", "list2ragged"]
        and names[2].startswith("with_array(ints-getitem>>hashembed")
        and names[3].startswith("with_array(maxout")
        and names[4] == "ragged2list"
        and _OF_THE_WORD.issuperset(_columns(embed))
    )


def _columns(embed: Model[Any, Any]) -> list[int]:
    from spacy.attrs import intify_attr

    return [intify_attr(column) for column in embed.layers[0].attrs["columns"]]


class _Quick:
    """A token-to-vector model's forward pass: as it was in training, from kept embeddings in blocks otherwise."""

    def __init__(self, trained: Callable[..., Any], embeddings: Embeddings, encode: Model[Any, Any]) -> None:
        self.trained = trained
        self.embeddings = embeddings
        self.encode = encode

    def __call__(self, model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], _Backprop]:
        # A copy of the model has other weights than those whose embeddings are kept.
        if is_train or model.layers[0] is not self.embeddings.embed or not docs:
            self.embeddings.forget()
            outputs, backprop = self.trained(model, docs, is_train)
            return outputs, backprop
        self.embeddings.check()
        return self._encoded([self.embeddings(doc) for doc in docs]), _no_backprop

    def _encoded(self, embedded: list[Floats]) -> list[Floats]:
        layer = self.encode.layers[0]
        pad = int(self.encode.attrs["pad"])
        gap = np.zeros((pad, embedded[0].shape[1]), dtype="f")
        flat = np.concatenate([part for rows in embedded for part in (gap, rows)] + [gap])
        encoded = np.empty_like(flat)
        for start in range(0, len(flat), BLOCK):
            end = min(start + BLOCK, len(flat))
            # As far as the windows of all layers reach, rows beside the block count for those in it.
            first = max(0, start - pad)
            encoded[start:end] = layer.predict(flat[first : end + pad])[start - first : end - first]
        outputs, position = [], 0
        for rows in embedded:
            position += pad
            outputs.append(encoded[position : position + len(rows)])
            position += len(rows)
        return outputs


def _no_backprop(gradient: Any) -> Any:
    raise ValueError("no training step was asked for: call the model with is_train=True")


class Embeddings:
    """The embeddings of words by (orth, norm, space after), kept up to :data:`KEPT_WORDS`."""

    def __init__(self, embed: Model[Any, Any]) -> None:
        self.embed = embed
        self._places: dict[int, int] = {}
        self._rows: Floats | None = None
        self._weights: list[Any] = []

    def check(self) -> None:
        """Drop what is kept where the weights are others than it was made with."""
        weights = [node.get_param(name) for node in self.embed.walk() for name in node.param_names]
        if len(weights) != len(self._weights) or any(a is not b for a, b in zip(weights, self._weights, strict=True)):
            self.forget()
            self._weights = weights

    def forget(self) -> None:
        """Drop what is kept: the weights change."""
        self._places = {}
        self._rows = None

    def __call__(self, doc: Doc) -> Floats:
        """One row a token."""
        keys = self._keys(doc)
        places = self._places
        if missing := [i for i, key in enumerate(keys) if key not in places]:
            new = {keys[i]: i for i in missing}
            if len(places) + len(new) > KEPT_WORDS:
                self.forget()
                places, new = self._places, {key: i for i, key in enumerate(keys)}
            self._add(new, doc)
        assert self._rows is not None or not keys
        found = [places[key] for key in keys]
        return self._rows[found] if self._rows is not None else np.zeros((0, self._width()), dtype="f")

    @staticmethod
    def _keys(doc: Doc) -> list[int]:
        marks: NDArray[np.uint64] = doc.to_array([ORTH, NORM, SPACY]).astype(np.uint64).reshape(-1, 3)
        keys: list[int] = (marks * _MIX).sum(axis=1, dtype=np.uint64).tolist()
        return keys

    def _add(self, new: dict[int, int], doc: Doc) -> None:
        columns, _, hashed, mixed, _ = self.embed.layers
        features = doc.to_array(columns.attrs["columns"]).astype(np.uint64).reshape(len(doc), -1)
        rows = features[list(new.values())]
        vectors = mixed.layers[0].predict(hashed.layers[0].predict(rows))
        for key in new:
            self._places[key] = len(self._places)
        kept = len(self._places) - len(new)
        if self._rows is None or len(self._places) > len(self._rows):
            grown = np.empty((max(1024, 2 * len(self._places)), vectors.shape[1]), dtype="f")
            if self._rows is not None:
                grown[:kept] = self._rows[:kept]
            self._rows = grown
        self._rows[kept : kept + len(new)] = vectors

    def _width(self) -> int:
        return int(self.embed.get_dim("nO"))
