"""The pipeline's tokenizer: from a page as it was saved to a ``Doc`` over the article's clean text.

spaCy's English tokenization, with a few more splits, so that the labels' borders are token borders ("SANA-Ten", "80km",
"Hosh-Harbel"). What cleaning did travels with the Doc, as plain data, in ``doc._.source_map``:

``source``
    the text as it was given; offsets in records count its characters
``runs``
    the alignment of clean to source characters, see :class:`conflict_events.cleaning.Alignment`
``segments``
    ``[kind, level, start, end]`` of each block, in clean characters
``dropped``
    ``[start, end, reason]`` of what is no article, in source characters

>>> import spacy
>>> nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})
>>> doc = nlp("Two soldiers were ki*lled.")
>>> doc.text
'Two soldiers were killed.'
>>> source_span(doc, 18, 24)
(18, 25)
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokenizer import Tokenizer as SpacyTokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex, registry

from conflict_events.cleaning import Alignment, Cleaner, CleanText, DisguisedWords, plain_title, same_headline
from conflict_events.extensions import register
from conflict_events.profiles import OutletProfile, Profiles, load_profiles
from conflict_events.reading import InputArticle

#: Characters of one text; more is no article, and would take minutes and gigabytes.
MAX_CHARACTERS = 1_000_000
_RUN = re.compile(r"\S{2000,}")
_PIECE = 500  # characters
_LETTER = "A-Za-zÀ-ɏ"
_QUOTES = "“”„‟\"'’‘«»`"
# People and number words that a typing slip joins ("Fourcivilians").
_PEOPLE = r"(?:civilians|people|persons|soldiers|members|fighters|militants|gunmen|children|women|men|others)\b"
_NUMBERS = tuple(
    word
    for number in ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    for word in (number, number.title())
)
# Beside spaCy's own rules. Hyphens inside names split, as spaCy splits them inside words, also before capitals and
# after figures and brackets; figures split from the words and units that run into them.
_INFIXES = (
    rf"(?<=[{_LETTER}0-9)\]])[-–—/|](?=[{_LETTER}0-9(\[“\"])",
    rf"(?<=[{_LETTER}0-9])[“”\"«»(){{}}\[\]](?=[{_LETTER}0-9])",
    rf"(?<=[{_LETTER}])[.!?](?=[A-Z“][a-z])",
    rf"(?<=[a-z0-9])[,;:](?=[{_LETTER}])",
    rf"(?<=[{_LETTER}]),(?=[0-9])",
    r"(?<=[0-9])\+(?=[0-9])",
    r"(?<=[.…])(?=[A-Z][a-z])(?<![A-Z]\.)",
    r"``|''",
    *(rf"(?<=\b{number})(?={_PEOPLE})" for number in _NUMBERS),
)
_PREFIXES = (r"[-–—|•](?=[^\s-])", r"\+(?=\d)", r"/")
_SUFFIXES = (
    r"(?<=[0-9])(?:[Kk][Mm]s?|kilomet(?:re|er)s?|met(?:re|er)s?|m|mm|cm|kg|tons?|tonnes?|years?|yrs?|people|persons?|civilians?|members?|miles?)",
    rf"(?<=[{_LETTER}0-9)])[-–—|/]",
    r"(?<=[0-9])\+",
)


class Tokenizer:
    """Cleans a text by its outlet's profile and tokenizes what is left.

    Call it with a text, as spaCy does, or use :meth:`article_doc`, which knows the article's outlet, title and date.
    """

    def __init__(
        self, vocab: Any, make: Callable[[], SpacyTokenizer], profiles: Profiles, words: DisguisedWords
    ) -> None:
        """``make`` makes spaCy's tokenizer when it is first needed: one that is read from disk takes its place."""
        register()
        self.vocab = vocab
        self._make = make
        self.profiles = profiles
        self.cleaner = Cleaner(words)

    @cached_property
    def inner(self) -> SpacyTokenizer:
        """spaCy's tokenizer, with the rules."""
        return self._make()

    def __call__(self, text: str) -> Doc:
        """The Doc over the clean form of ``text``; the outlet is told from the text alone.

        Raises:
            ValueError: the text has more than :data:`MAX_CHARACTERS`.
        """
        _check_length(text)
        return self._doc(self.cleaner.clean(text, self.profiles.recognise(text=text)))

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterable[Doc]:
        """A Doc for each of ``texts``."""
        for text in texts:
            yield self(text)

    def article_doc(self, article: InputArticle) -> Doc:
        """The Doc of an article that was read, with ``doc._.article`` set.

        ``published`` is the reader's date, or that of the date line above the article where the reader found none.

        Raises:
            ValueError: the text has more than :data:`MAX_CHARACTERS`.
        """
        _check_length(article.text)
        profile = self.profiles.recognise(article.outlet, article.url, article.title, article.text)
        title = plain_title(self.cleaner.plain(article.title), profile) if article.title else None
        cleaned = self.cleaner.clean(article.text, profile, title)
        doc = self._doc(cleaned)
        published = article.published or _date(cleaned.date_line)
        doc._.article = {
            "id": article.id,
            "outlet": outlet_id(article.outlet, profile),
            "profile": profile.id,
            "attackers_apart": profile.attackers_apart,
            "title": _title(cleaned, title),
            "published": published.isoformat() if published else None,
            "url": article.url,
            "language": article.language,
            "source": article.source,
        }
        return doc

    def _doc(self, cleaned: CleanText) -> Doc:
        doc = self._tokens(cleaned.text)
        doc._.source_map = {
            "source": cleaned.source,
            "runs": cleaned.alignment.runs,
            "segments": [list(segment) for segment in cleaned.segments],
            "dropped": [list(dropped) for dropped in cleaned.dropped],
        }
        return doc

    def _tokens(self, text: str) -> Doc:
        """The Doc over a text; runs without white space that are longer than any word are read in pieces.

        spaCy looks for affixes again after each one that it found, so that a run costs its length squared.
        """
        cuts = {cut for run in _RUN.finditer(text) for cut in (*range(run.start(), run.end(), _PIECE), run.end())}
        if not cuts:
            doc: Doc = self.inner(text)
            return doc
        borders = sorted({0, *cuts, len(text)})
        pieces = [self.inner(text[start:end]) for start, end in itertools.pairwise(borders)]
        tokens = [token for piece in pieces for token in piece]
        return Doc(
            self.vocab, words=[token.text for token in tokens], spaces=[bool(token.whitespace_) for token in tokens]
        )

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Everything but the vocabulary."""
        data: bytes = srsly.msgpack_dumps({"inner": self.inner.to_bytes(exclude=["vocab"]), **self._tables()})
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Tokenizer:
        """Take over what :meth:`to_bytes` gave."""
        loaded = srsly.msgpack_loads(data)
        self.inner = SpacyTokenizer(self.vocab)
        self.inner.from_bytes(loaded["inner"], exclude=["vocab"])
        self._take(loaded)
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write a folder: spaCy's rules, the outlet profiles, the disguised words."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        self.inner.to_disk(folder / "rules", exclude=["vocab"])
        for name, table in self._tables().items():
            srsly.write_json(folder / f"{name}.json", table)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Tokenizer:
        """Take over what :meth:`to_disk` wrote."""
        folder = Path(path)
        # spaCy makes the rules that are there anew for each part of those that it reads.
        self.inner = SpacyTokenizer(self.vocab)
        self.inner.from_disk(folder / "rules", exclude=["vocab"])
        self._take({name: srsly.read_json(folder / f"{name}.json") for name in self._tables()})
        return self

    def _tables(self) -> dict[str, Any]:
        return {"profiles": self.profiles.to_data(), "disguised_words": [list(row) for row in self.cleaner.words.rows]}

    def _take(self, tables: dict[str, Any]) -> None:
        self.profiles = Profiles.from_data(tables["profiles"])
        self.cleaner = Cleaner(DisguisedWords((word, kind) for word, kind in tables["disguised_words"]))


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"the text has {len(text):,} characters, more than {MAX_CHARACTERS:,}: split it into its articles"
        )


@registry.tokenizers("conflict_events.Tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer(profiles: list[str] | None = None) -> Callable[[Language], Tokenizer]:
    """The tokenizer with the package's outlet profiles, and those in the files ``profiles`` before them."""
    paths = list(profiles or ())

    def create(nlp: Language) -> Tokenizer:
        make = partial(english_tokenizer, nlp.vocab, nlp.Defaults)
        return Tokenizer(nlp.vocab, make, load_profiles(paths), DisguisedWords.load())

    return create


def english_tokenizer(vocab: Any, defaults: Any) -> SpacyTokenizer:
    """spaCy's tokenizer by a language's ``defaults`` with the further splits of this module."""
    return SpacyTokenizer(
        vocab,
        rules=defaults.tokenizer_exceptions,
        prefix_search=compile_prefix_regex([*(defaults.prefixes or ()), *_PREFIXES]).search,
        suffix_search=compile_suffix_regex([*(defaults.suffixes or ()), *_SUFFIXES]).search,
        infix_finditer=compile_infix_regex([*(defaults.infixes or ()), *_INFIXES]).finditer,
        token_match=defaults.token_match,
        url_match=defaults.url_match,
    )


def source_span(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """The range of the original text that the characters ``start`` to ``end`` of ``doc.text`` stand for.

    A Doc that no :class:`Tokenizer` made is its own original.
    """
    source_map = doc._.source_map
    return Alignment(source_map["runs"]).to_source(start, end) if source_map else (start, end)


def clean_span(doc: Doc, start: int, end: int) -> tuple[int, int] | None:
    """The characters of ``doc.text`` for a range of the original; ``None`` where cleaning dropped all of it."""
    source_map = doc._.source_map
    return Alignment(source_map["runs"]).to_clean(start, end) if source_map else (start, end)


def source_text(doc: Doc) -> str:
    """The original text of ``doc``."""
    source_map = doc._.source_map
    source: str = source_map["source"] if source_map else doc.text
    return source


def outlet_id(outlet: str | None, profile: OutletProfile) -> str | None:
    """The id of a known outlet; for an unknown one, its name as given."""
    return outlet if profile.id == "general" and outlet else (None if profile.id == "general" else profile.id)


def _title(cleaned: CleanText, title: str | None) -> str | None:
    """The headline as the article prints it, where that is what the page's title says (with the site's name) or where
    there is no title; else the title."""
    headline = next((cleaned.text[s.start : s.end] for s in cleaned.segments if s.kind == "headline"), None)
    if headline and (title is None or same_headline(headline, title)):
        return headline
    return title


def _date(line: str | None) -> dt.date | None:
    if line is None:
        return None
    from dateparser import parse as parse_date  # takes long to import, and few texts have such a line

    found = parse_date(
        line, languages=["en"], settings={"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]}
    )
    return found.date() if found else None
