"""How the networks run once they are trained: the same figures, in less time.

:func:`quicken` changes how the models of a loaded pipeline compute, not what they are: it can be saved and trained as
before, and a prediction differs by rounding only.

- Matrix products go through numpy's BLAS where that is faster than thinc's own. Which one is, depends on processor and
  build, so it is measured (:func:`products`).
- A word's embedding depends on the word alone; it is computed once and looked up after that, and so is what the
  encoder's first layer makes of it as the word before, the word itself, and the word after.
- The encoder reads some hundred rows at a time, whose layers stay in the processor's cache, with the pieces of a maxout
  in blocks, which numpy compares in one go.
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

#: Rows that the encoder reads at a time: at 288 values of 4 bytes each they and a layer's weights fit a second-level
#: cache of 1 MB.
BLOCK = 256
#: Words whose embeddings and products are kept: at 960 values of 4 bytes each, 77 MB a model.
KEPT_WORDS = 20_000
_FIRST_KEPT = 1024
#: What an embedding may be made of to be a matter of the word alone, with its norm and the space after it.
_OF_THE_WORD = frozenset({NORM, ORTH, PREFIX, SUFFIX, SHAPE, SPACY, IS_SPACE})
#: Odd numbers that mix a word's three marks into one key.
_MIX = np.array([1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)
_TRIALS = 3
_NO_WORD = 0
_WINDOW_LAYER = "residual(expand_window>>maxout>>layernorm>>dropout)"
#: what thinc adds to a variance before it divides by its root
_LAYER_NORM_EPSILON = 1e-8


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
    rows = np.ones((BLOCK, 288), dtype="f")
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
    if len(node.layers) != 2 or isinstance(node._func, _Quick):
        return
    embed, encode = node.layers
    if _is_of_words(embed) and _is_of_windows(encode):
        node._func = _Quick(node._func, embed, encode)


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


def _is_of_windows(encode: Model[Any, Any]) -> bool:
    """Whether an encoder's layers each read a word with those beside it, and add what they make of them."""
    if not encode.name.startswith("with_array(") or not encode.attrs.get("pad"):
        return False
    layers = encode.layers[0].layers
    return len(layers) > 0 and all(layer.name == _WINDOW_LAYER and _window(layer) == 1 for layer in layers)


def _window(layer: Model[Any, Any]) -> int:
    return next(int(node.attrs["window_size"]) for node in layer.walk() if node.name == "expand_window")


class _Quick:
    """A token-to-vector model's forward pass: as it was in training, from kept embeddings in blocks otherwise."""

    def __init__(self, trained: Callable[..., Any], embed: Model[Any, Any], encode: Model[Any, Any]) -> None:
        self.trained = trained
        self.embed = embed
        self.encode = encode
        self._weights: list[Any] = []
        self._layers: list[_Layer] = []
        self._words: _Words

    def __call__(self, model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], _Backprop]:
        # A copy of the model has other weights than those whose embeddings are kept.
        if is_train or model.layers[0] is not self.embed or not docs:
            self._weights = []  # they change
            outputs, backprop = self.trained(model, docs, is_train)
            return outputs, backprop
        self._check()
        return self._encoded(docs), _no_backprop

    def _check(self) -> None:
        """Drop what is kept where the weights are others than it was made with."""
        nodes = (*self.embed.walk(), *self.encode.walk())
        weights = [node.get_param(name) for node in nodes for name in node.param_names]
        if len(weights) != len(self._weights) or any(a is not b for a, b in zip(weights, self._weights, strict=True)):
            self._weights = weights
            self._layers = [_Layer(layer) for layer in self.encode.layers[0].layers]
            self._words = _Words(self.embed, self._layers[0])

    def _encoded(self, docs: Sequence[Doc]) -> list[Floats]:
        pad = int(self.encode.attrs["pad"])
        gap = np.full(pad, _NO_WORD)
        places = self._words(docs)
        flat = np.concatenate([part for rows in places for part in (gap, rows)] + [gap])
        encoded = np.empty((len(flat), self._words.width), dtype="f")
        for start in range(0, len(flat), BLOCK):
            end = min(start + BLOCK, len(flat))
            # As far as the windows of all layers reach, rows beside the block count for those in it.
            first = max(0, start - pad)
            encoded[start:end] = self._block(flat[first : end + pad])[start - first : end - first]
        outputs, position = [], 0
        for rows in places:
            position += pad
            outputs.append(encoded[position : position + len(rows)])
            position += len(rows)
        return outputs

    def _block(self, places: NDArray[np.intp]) -> Floats:
        """The encoded rows of words that follow each other."""
        first, *others = self._layers
        rows = self._words.embeddings(places)
        rows += first.finished(self._words.sums(places))
        if others:
            windows = np.zeros((len(rows), 3, rows.shape[1]), dtype="f")
        for layer in others:
            windows[1:, 0], windows[:, 1], windows[:-1, 2] = rows[:-1], rows, rows[1:]
            rows += layer.finished(layer.products(windows.reshape(len(rows), -1)))
        return rows


def _no_backprop(gradient: Any) -> Any:
    raise ValueError("no training step was asked for: call the model with is_train=True")


class _Layer:
    """A layer of the encoder: a maxout of a word's window, and the norm of its result."""

    def __init__(self, layer: Model[Any, Any]) -> None:
        maxout = next(node for node in layer.walk() if node.name == "maxout")
        norm = next(node for node in layer.walk() if node.name == "layernorm")
        self.ops: Any = maxout.ops
        # Training has the pieces of each value side by side; here the first pieces of all come first.
        weights = np.asarray(maxout.get_param("W")).transpose(1, 0, 2)
        self.pieces, self.width = weights.shape[:2]
        self.weights: Floats = np.ascontiguousarray(weights).reshape(self.pieces * self.width, -1)
        self.bias: Floats = np.asarray(maxout.get_param("b")).T.ravel()
        self.scale: Floats = np.asarray(norm.get_param("G"))
        self.shift: Floats = np.asarray(norm.get_param("b"))
        self._mean: Floats = np.full(self.width, 1 / self.width, dtype="f")

    def products(self, windows: Floats) -> Floats:
        """The weighted sums of windows, one row each."""
        sums: Floats = self.ops.gemm(windows, self.weights, trans2=True)
        return sums

    def finished(self, sums: Floats) -> Floats:
        """Of weighted sums, which are changed, the highest piece of each value, normed."""
        sums += self.bias
        best = sums[:, : self.width]
        for piece in range(1, self.pieces):
            np.maximum(best, sums[:, piece * self.width : (piece + 1) * self.width], out=best)
        normed: Floats = best - (best @ self._mean)[:, None]
        spread = np.einsum("ij,ij->i", normed, normed)
        spread /= self.width
        spread += _LAYER_NORM_EPSILON
        normed /= np.sqrt(spread)[:, None]
        normed *= self.scale
        normed += self.shift
        return normed


class _Words:
    """What a word's (orth, norm, space after) give, kept up to :data:`KEPT_WORDS`: its embedding, and its shares of the
    first layer's sums as the word before, the word itself and the word after.

    Row 0 is for no word.
    """

    def __init__(self, embed: Model[Any, Any], first: _Layer) -> None:
        self.embed = embed
        self.first = first
        self.width = int(embed.get_dim("nO"))
        # For the word before, the word and the word after, the weights of each of the sums.
        self._shares: Floats = np.concatenate(np.split(first.weights, 3, axis=1))
        self._places: dict[int, int] = {}
        self._rows: Floats = np.zeros((_FIRST_KEPT, self.width + len(self._shares)), dtype="f")

    def __call__(self, docs: Sequence[Doc]) -> list[NDArray[np.intp]]:
        """The place of each word of the Docs; it holds until the next call."""
        keys = [self._keys(doc) for doc in docs]
        new = {key for words in keys for key in words}.difference(self._places)
        if len(self._places) + len(new) > KEPT_WORDS:
            self._places = {}
        places = self._places
        for doc, words in zip(docs, keys, strict=True):
            if missing := {key: i for i, key in enumerate(words) if key not in places}:
                self._add(missing, doc)
        return [np.array([places[key] for key in words], dtype=np.intp) for words in keys]

    def embeddings(self, places: NDArray[np.intp]) -> Floats:
        """One row a place."""
        return self._rows[places, : self.width]

    def sums(self, places: NDArray[np.intp]) -> Floats:
        """The first layer's weighted sums, one row a place."""
        shares = self._rows[places, self.width :]
        size = shares.shape[1] // 3
        sums = shares[:, size : 2 * size]
        sums[1:] += shares[:-1, :size]
        sums[:-1] += shares[1:, 2 * size :]
        return sums

    @staticmethod
    def _keys(doc: Doc) -> list[int]:
        marks: NDArray[np.uint64] = doc.to_array([ORTH, NORM, SPACY]).astype(np.uint64).reshape(-1, 3)
        keys: list[int] = (marks * _MIX).sum(axis=1, dtype=np.uint64).tolist()
        return keys

    def _add(self, new: dict[int, int], doc: Doc) -> None:
        columns, _, hashed, mixed, _ = self.embed.layers
        features = doc.to_array(columns.attrs["columns"]).astype(np.uint64).reshape(len(doc), -1)
        vectors = mixed.layers[0].predict(hashed.layers[0].predict(features[list(new.values())]))
        start = len(self._places) + 1
        end = start + len(new)
        if end > len(self._rows):
            grown = np.zeros((2 * end, self._rows.shape[1]), dtype="f")
            grown[:start] = self._rows[:start]
            self._rows = grown
        self._rows[start:end, : self.width] = vectors
        self._rows[start:end, self.width :] = self.first.ops.gemm(vectors, self._shares, trans2=True)
        self._places.update(zip(new, range(start, end), strict=True))
