"""``syntax``: part-of-speech tags and a dependency parse, for the sentences that need them.

The parse is the dearest step of the pipeline, and only sentences that speak of violence, count people, or tell what a
party did are read through it. The component holds one of spaCy's English pipelines and runs it over just these; tokens
of the others stay without tags, each sentence a flat tree. It needs the sentence borders (``structure``), and ``ner``
before it for the sentences that hold a CASUALTY or an ACTOR.
"""

from __future__ import annotations

import csv
import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import srsly
from confection import Config
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, ORTH, POS, SENT_START, SPACY, TAG  # type: ignore[import-not-found]
from spacy.lang.en import English, EnglishDefaults
from spacy.language import Language
from spacy.symbols import NUM, PROPN, PUNCT  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.util import load_config, load_model, minibatch

from conflict_events.casualties.mentions.asides import without_asides
from conflict_events.casualties.mentions.harm_phrases import telling_words
from conflict_events.casualties.patterns import violent
from conflict_events.components.attribute_rules import AttributeRules
from conflict_events.components.trees import flat_trees, sentence_borders
from conflict_events.events import role_words
from conflict_events.events.role_words import RoleWords

#: The components of the English pipeline that are kept.
PARTS = ("tok2vec", "tagger", "parser", "attribute_ruler")
_TABLES = ("outcome_words", "manner_of_death")
#: Frames of words that give nobody a part in an event: who speaks, holds a place, or belongs to somebody.
_NO_DEEDS = frozenset({"speak", "hold", "side", "belong"})


@Language.factory(
    "syntax",
    default_config={"base": None, "everything": False},
    assigns=["token.tag", "token.pos", "token.dep", "token.head"],
    requires=["token.is_sent_start"],
)
def make_syntax(nlp: Language, name: str, base: str | None, everything: bool) -> Syntax:
    """The component; ``base`` is the English pipeline it is built from, needed when a model is made and not after."""
    return Syntax(nlp.vocab, name, base=base, everything=everything)


class Syntax:
    """Sets tags, parts of speech, heads and dependency labels.

    base: name or path of a spaCy English pipeline; taken over by :meth:`initialize`.
    everything: parse every sentence.
    """

    def __init__(self, vocab: Any, name: str = "syntax", *, base: str | None = None, everything: bool = False) -> None:
        self.vocab = vocab
        self.name = name
        self.base = base
        self.everything = everything
        self.words = _words()
        self.phrase_words = _phrase_words()
        self.deeds = _deeds()
        self.inner: Language | None = None
        self._looked_up: tuple[Any, AttributeRules | None] | None = None

    def initialize(self, get_examples: Any = None, *, nlp: Language | None = None, **_: Any) -> None:
        """Take the syntax over from the base pipeline. Raises ``OSError`` where it is not installed."""
        if self.base is None:
            raise ValueError("[components.syntax] names no base: give an English pipeline, such as en_core_web_sm")
        source = load_model(self.base, vocab=self.vocab, exclude=["ner", "lemmatizer", "senter"])
        for pipe in source.pipe_names:
            if pipe not in PARTS:
                source.remove_pipe(pipe)
        self.inner = source

    def __call__(self, doc: Doc) -> Doc:
        """Parse the sentences of ``doc`` that need it."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Parse a stream of Docs, a batch at a time."""
        if self.inner is None:
            raise ValueError(
                "the syntax component is empty: load a trained pipeline, or train one from configs/cpu.cfg"
            )
        for batch in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            docs = list(batch)
            chosen = [
                [i for start, end in self._needed(doc) for i in without_asides(doc, start, end, self.words)]
                for doc in docs
            ]
            excerpts = (_excerpt(doc, tokens) for doc, tokens in zip(docs, chosen, strict=True))
            rules = self._rules()
            left_out = [] if rules is None else ["attribute_ruler"]
            parsed = self.inner.pipe(excerpts, batch_size=batch_size, disable=left_out)
            for doc, tokens, excerpt in zip(docs, chosen, parsed, strict=True):
                _copy(excerpt, tokens, doc, rules)
                yield doc

    def _needed(self, doc: Doc) -> Iterator[tuple[int, int]]:
        """Borders of the sentences to parse."""
        if self.everything:
            yield from sentence_borders(doc)
            return
        lowers = [token.lower_ for token in doc]
        labelled: dict[str, list[tuple[int, int]]] = {"CASUALTY": [], "ACTOR": []}
        for ent in doc.ents:
            if ent.label_ in labelled:
                labelled[ent.label_].append((ent.start, ent.end))
        for start, end in sentence_borders(doc):
            words = lowers[start:end]
            if (
                _within(labelled["CASUALTY"], start, end)
                or not self.words.isdisjoint(words)
                or not self.phrase_words.isdisjoint(words)
                or violent(doc[start:end])
                or (not self.deeds.isdisjoint(words) and _within(labelled["ACTOR"], start, end))
            ):
                yield start, end

    def _rules(self) -> AttributeRules | None:
        """The attribute ruler as a look-up; ``None`` where it has rules that need the ruler."""
        if self.inner is None or "attribute_ruler" not in self.inner.pipe_names:
            return None
        ruler: Any = self.inner.get_pipe("attribute_ruler")
        if self._looked_up is None or self._looked_up[0] is not ruler.matcher:
            self._looked_up = (ruler.matcher, AttributeRules.of(ruler.patterns, self.vocab))
        return self._looked_up[1]

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The syntax pipeline, without its vocabulary."""
        if self.inner is None:
            return b""
        data: bytes = srsly.msgpack_dumps(
            {"config": self.inner.config.to_str(), "inner": self.inner.to_bytes(exclude=["vocab", "tokenizer"])}
        )
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Syntax:
        """Take over what :meth:`to_bytes` gave."""
        if data:
            loaded = srsly.msgpack_loads(data)
            self.inner = _empty(Config().from_str(loaded["config"]), self.vocab)
            self.inner.from_bytes(loaded["inner"], exclude=["vocab", "tokenizer"])
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the syntax pipeline as a spaCy directory, without its vocabulary."""
        if self.inner is not None:
            self.inner.to_disk(Path(path), exclude=["vocab", "tokenizer"])

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Syntax:
        """Read what :meth:`to_disk` wrote."""
        folder = Path(path)
        if (folder / "config.cfg").is_file():
            self.inner = _empty(load_config(folder / "config.cfg"), self.vocab)
            self.inner.from_disk(folder, exclude=["vocab", "tokenizer"])
        return self


class _WithoutTokenizer(English):  # type: ignore[no-untyped-call]
    """English for Docs that are there already: its tokenizer has no rules, which take long to make."""

    class Defaults(EnglishDefaults):
        tokenizer_exceptions: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]
        prefixes: ClassVar[list[str]] = []  # type: ignore[misc]
        suffixes: ClassVar[list[str]] = []  # type: ignore[misc]
        infixes: ClassVar[list[str]] = []  # type: ignore[misc]


def _empty(config: Any, vocab: Any) -> Language:
    # What the base was made from (vectors, look-ups, its own initialisation) is not there at run time.
    config["initialize"] = {}
    return _WithoutTokenizer.from_config(config, vocab=vocab, auto_fill=True)


def _words() -> frozenset[str]:
    found: set[str] = set()
    for table in _TABLES:
        text = (files("conflict_events") / "data" / f"{table}.csv").read_text(encoding="utf8")
        for row in csv.DictReader(text.splitlines()):
            found.update(row["forms"].split("|"))
    return frozenset(found)


def _phrase_words() -> frozenset[str]:
    """The words that verbs tell by what became of people: "taken into custody", "did not survive"."""
    return telling_words((files("conflict_events") / "data" / "harm_phrases.csv").read_text(encoding="utf8"))


def _deeds() -> frozenset[str]:
    """The words that make somebody attacker, attacked, party or claimant of an event."""
    table = RoleWords.from_text((files("conflict_events") / "data" / role_words.FILE).read_text(encoding="utf8"))
    told = {word for word, frame in {**table.nouns, **table.verbs}.items() if frame not in _NO_DEEDS}
    return frozenset(told | {word for word in table.verbs if word.startswith("claim")})


def _excerpt(doc: Doc, tokens: list[int]) -> Doc:
    marks = doc.to_array([ORTH, SPACY, SENT_START])
    orths = marks[:, 0].tolist()
    spaces, starts = (marks[:, 1] == 1).tolist(), (marks[:, 2] == 1).tolist()
    return Doc(
        doc.vocab,
        words=[orths[i] for i in tokens],
        spaces=[spaces[i] for i in tokens],
        sent_starts=[starts[i] or i == 0 for i in tokens],
    )


def _within(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of ``spans``, which are in order, lies between two tokens."""
    at = bisect_left(spans, (start, 0))
    return at < len(spans) and spans[at][1] <= end


def _copy(excerpt: Doc, tokens: list[int], doc: Doc, rules: AttributeRules | None) -> None:
    """Write tags and trees of the excerpt into ``doc``; sentences left out become flat trees, to keep their borders."""
    values = np.zeros((len(doc), 4), dtype="int64")
    values[:, 2:] = flat_trees(doc)
    if tokens:
        positions = np.asarray(tokens)
        read: Any = excerpt.to_array([TAG, POS, DEP]) if rules is None else rules(excerpt)
        heads: Any = excerpt.to_array([HEAD])
        values[positions, 0], values[positions, 1], values[positions, 3] = read.astype("int64").T
        values[positions, 2] = positions[np.arange(len(tokens)) + heads.astype("int64")] - positions
        _hang_asides(doc, values, tokens)
        _join_hyphenated(doc, values, doc.vocab.strings.add("compound"))
    if len(doc):
        doc.from_array([TAG, POS, HEAD, DEP], values.astype("uint64"))  # type: ignore[arg-type]


def _hang_asides(doc: Doc, values: NDArray[np.int64], tokens: list[int]) -> None:
    """Let the tokens of an aside hang on the token before it, without a relation that any rule reads."""
    aside = doc.vocab.strings.add("dep")
    for before, after in itertools.pairwise(tokens):
        if not doc[after].is_sent_start:
            for i in range(before + 1, after):
                values[i, 1] = PROPN if doc[i].is_alpha else NUM if doc[i].like_num else PUNCT
                values[i, 2], values[i, 3] = before - i, aside


def _join_hyphenated(doc: Doc, values: NDArray[np.int64], compound: int) -> None:
    """Let the parts of a hyphenated word hang on its last part.

    The parser often gives each part of "co-chair" or "sub-inspector" the same relation to the same head, which reads as
    three people. ``values`` holds tag, part of speech, head (relative) and relation of each token.
    """
    for i in range(len(doc) - 2, 0, -1):
        if doc[i].text != "-" or doc[i].whitespace_ or doc[i - 1].whitespace_:
            continue
        heads = [j + int(values[j, 2]) for j in (i - 1, i, i + 1)]
        if heads[0] == heads[2] and values[i - 1, 3] == values[i + 1, 3] and heads[2] not in (i - 1, i, i + 1):
            for j in (i - 1, i):
                if heads[j - i + 1] == heads[2]:
                    values[j, 2], values[j, 3] = i + 1 - j, compound
