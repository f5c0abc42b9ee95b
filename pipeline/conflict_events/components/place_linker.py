"""The component ``place_linker``: gives every LOCATION the place it means."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from conflict_events import extensions
from conflict_events.actors.table import ActorTable
from conflict_events.entity_spans import set_entities
from conflict_events.places.gazetteer import Gazetteer
from conflict_events.places.loading import load_gazetteer
from conflict_events.places.mentions import place_mentions
from conflict_events.places.resolve import FIRM, THRESHOLD, PlaceContext, PlaceResolver, ResolvedPlace
from conflict_events.places.spotting import mend_places

#: How much the country of the outlet, a country's demonym and the country's own name say about where an article plays.
_OUTLET_WEIGHT = 1.0
_DEMONYM_WEIGHT = FIRM
_ABROAD_WEIGHT = 0.3
#: What a state sends over its borders, and who fled over them: "Turkish warplanes" tell no country, "Afghan
#: soldiers" do.
_ABROAD = frozenset(
    [
        "aircraft",
        "aircrafts",
        "airstrike",
        "airstrikes",
        "air",
        "artillery",
        "bombardment",
        "coalition",
        "drone",
        "drones",
        "fire",
        "forces",
        "helicopter",
        "helicopters",
        "jets",
        "missile",
        "missiles",
        "occupation",
        "planes",
        "refugee",
        "refugees",
        "raid",
        "raids",
        "shelling",
        "shells",
        "strike",
        "strikes",
        "troops",
        "uav",
        "warplane",
        "warplanes",
    ]
)
_HYPHEN = re.compile("(-)")
#: What a demonym only names: "the US dollar" speaks of no place.
_MONEY = frozenset(["dollar", "dollars"])
#: Score of a country that only the parties of an event tell.
_CLUE_SCORE = 0.5


class PlaceLinker:
    """Sets ``Span._.place`` of every LOCATION entity to the plain form of :class:`conflict_events.schema.Place`.

    Names that the recogniser ran together or left out beside their area are mended first
    (:mod:`conflict_events.places.spotting`). All names of an article are resolved together
    (:mod:`conflict_events.places.resolve`). ``None`` means that no place fits well enough.

    >>> import spacy
    >>> from spacy.tokens import Span
    >>> nlp = spacy.blank("en")
    >>> linker = nlp.add_pipe("place_linker")
    >>> doc = nlp.make_doc("ISIS cells attacked a post near Al-Sokhna city in Homs countryside")
    >>> doc.ents = [Span(doc, 6, 9, label="LOCATION"), Span(doc, 11, 12, label="LOCATION")]
    >>> [(ent._.place["name"], ent._.place["admin1"]) for ent in linker(doc).ents]
    [('Sokhneh', 'Homs'), ('Homs', 'Homs')]

    Config:
        gazetteer: path of a table of places that replaces the package's own (Parquet or CSV).
        extra: paths of tables whose rows are added to it, or replace rows of the same id.
        country: where the articles play if neither outlet nor text tells; ``None`` for anywhere.
        threshold: score (0 to 1) under which a name stays unresolved.

    The tables are read from the package or from the given paths whenever a pipeline is loaded, not saved with it: they
    are the same for all pipelines, and a user who corrects a table wants the correction everywhere.
    """

    def __init__(
        self,
        gazetteer: str | None = None,
        extra: Sequence[str] = (),
        country: str | None = None,
        threshold: float = THRESHOLD,
    ) -> None:
        extensions.register()
        self.resolver = PlaceResolver(shared_gazetteer(gazetteer, tuple(extra)), demonym_countries().keys())
        self.country = country
        self.threshold = threshold

    def __call__(self, doc: Doc) -> Doc:
        demonyms = demonym_countries()
        persons = titled_names(doc)
        mended = [
            self._as_party(ent)
            for ent in mend_places(doc, self.resolver.gazetteer, _is_party)
            # "the Libyan capital" and "President Biden" name no place
            if ent.label_ != "LOCATION" or not (ent.text in demonyms or ent.text in persons or _is_word(ent))
        ]
        if mended != list(doc.ents):
            set_entities(doc, mended)
        locations = [ent for ent in doc.ents if ent.label_ == "LOCATION"]
        for ent, resolved in zip(locations, self.resolve(doc, locations), strict=True):
            ent._.place = resolved.place().model_dump() if resolved is not None else None
        return doc

    def _as_party(self, ent: Span) -> Span:
        """``ent``, or the party that it names where no place is spelt so: "Hezbollah" is not Lebanon."""
        if ent.label_ != "LOCATION" or _parties().named(ent.text) is None:
            return ent
        if any(match.quality >= 1.0 for match in self.resolver.gazetteer.matches(ent.text)):
            return ent
        return Span(ent.doc, ent.start, ent.end, label="ACTOR")

    def resolve(self, doc: Doc, locations: Sequence[Span]) -> list[ResolvedPlace | None]:
        """The place of each of ``locations``, with the runner-up that the record leaves out."""
        if not locations:
            return []
        mentions = place_mentions(doc, locations)
        return self.resolver.resolve(mentions, PlaceContext(self.countries(doc), self.threshold))

    def countries(self, doc: Doc) -> dict[str, float]:
        """Weight of each country that the article may be about, from its outlet and the demonyms in the text."""
        weights: dict[str, float] = {}
        home = home_country(doc) or self.country
        if home is not None:
            weights[home] = _OUTLET_WEIGHT
        told = _telling_words()
        clues, demonyms = _clues(), demonym_countries()
        for country in clue_phrases(doc):
            weights[country] = min(weights.get(country, 0.0) + _DEMONYM_WEIGHT, 2.0)
        texts = [*(token.text for token in doc), ""]
        for index, text in enumerate(texts[:-1]):
            # "Saudi-led", "pro-Houthi": a hyphenated word tells something of its own, or nothing.
            following = texts[index + 1]
            hyphened = following == "-"
            word = doc[index : index + 3].text if hyphened else text
            if word not in clues and (hyphened or word not in told):
                continue
            clue = None if _in_longer_name(doc[index]) else clues.get(word)
            hinted = clue or (None if hyphened else told.get(word))
            if hinted is not None and following.lower() not in _MONEY:
                abroad = following.lower() in _ABROAD and word in demonyms
                weight = _ABROAD_WEIGHT if abroad else _DEMONYM_WEIGHT
                weights[hinted] = min(weights.get(hinted, 0.0) + weight, 2.0)
        return weights


def titled_names(doc: Doc) -> frozenset[str]:
    """The words labelled LOCATION that a title shows to be a person's name somewhere in ``doc``: "President Biden"."""
    titles = _titles()
    return frozenset(
        ent.text
        for ent in doc.ents
        if ent.label_ == "LOCATION"
        and ent.start > 0
        and (doc[ent.start - 1].text in titles or doc[max(0, ent.start - 2) : ent.start].text in titles)
    )


def _is_word(ent: Span) -> bool:
    """Whether an entity holds only words of grammar: "by", "home to"."""
    return all(token.is_stop and token.text.islower() for token in ent)


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    """Titles that stand before a person's name, from ``data/person_titles.csv``."""
    text = resources.files("conflict_events").joinpath("data/person_titles.csv").read_text(encoding="utf-8")
    return frozenset(word for row in csv.DictReader(text.splitlines()) for word in row["words"].split("|"))


def _in_longer_name(token: Token) -> bool:
    """Whether a word is only a part of a place's name: "Umm al-Karami" is not about the politician."""
    following = token.doc[token.i + 1 : token.i + 2]
    return token.ent_type_ == "LOCATION" and (
        token.ent_iob_ == "I" or any(other.ent_iob_ == "I" for other in following)
    )


def clue_phrases(doc: Doc) -> Iterator[str]:
    """The country of each phrase of several words that tells one ("Giants Brigade"), as often as it stands there."""
    phrases = _phrases()
    texts = [token.text for token in doc]
    for index, text in enumerate(texts):
        for words, country in phrases.get(text, ()):
            if texts[index : index + len(words)] == words:
                yield country
                break


def country_clue(doc: Doc, start: int, end: int) -> tuple[int, int, str] | None:
    """The words between two tokens that tell a country without naming a place, and the country.

    A party at home in one country ("LNA") tells it, and the demonym of a party that is not sent abroad ("Afghan
    soldiers", but not "Turkish warplanes" nor "US dollar"). ``None`` where they tell none, or several.
    """
    homes, clues, demonyms = _homes(), _clues(), demonym_countries()
    own: dict[str, tuple[int, int]] = {}
    weak: dict[str, tuple[int, int]] = {}
    for index in range(start, end):
        size = 3 if index + 2 < end and doc[index + 1].text == "-" else 1
        word = doc[index : index + size].text
        if word in clues or (size == 1 and word in homes):
            own.setdefault(clues.get(word) or homes[word], (index, index + size))
        elif (
            size == 1
            and word in demonyms
            and doc[index].ent_type_ == "ACTOR"
            and (index + 1 >= end or doc[index + 1].lower_ not in _ABROAD)
        ):
            weak.setdefault(demonyms[word], (index, index + 1))
    told = own or weak
    if len(told) != 1:
        return None
    country, (first, last) = next(iter(told.items()))
    return first, last, country


def country_place(country: str) -> dict[str, Any] | None:
    """Plain form of a country's place, for where nothing smaller is known; ``None`` where the table lacks it."""
    for match in shared_gazetteer(None, ()).matches(country):
        if match.entry.kind == "country" and match.entry.country == country:
            entry = match.entry
            return ResolvedPlace(entry, _CLUE_SCORE, entry.kind, entry.name).place().model_dump()
    return None


@lru_cache(maxsize=4)
def shared_gazetteer(path: str | None, extra: tuple[str, ...]) -> Gazetteer:
    """A gazetteer; the same one for all components of a process that ask for the same tables."""
    return load_gazetteer(path, [Path(table) for table in extra])


@lru_cache(maxsize=1)
def demonym_countries() -> Mapping[str, str]:
    """The country of each demonym ("Syrian", "Israelis"), from ``data/demonyms.csv``."""
    text = resources.files("conflict_events").joinpath("data/demonyms.csv").read_text(encoding="utf-8")
    return {row["demonym"]: row["country"] for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=1)
def _parties() -> ActorTable:
    return ActorTable.load()


def _is_party(name: str) -> bool:
    """Whether a party is known by a name, or a demonym or a description says that one is meant."""
    return _parties().lookup(name) is not None or name in demonym_countries()


@lru_cache(maxsize=1)
def _homes() -> Mapping[str, str]:
    """The names of parties that belong to one country ("Houthi", "QSD")."""
    return _parties().homes()


@lru_cache(maxsize=1)
def _telling_words() -> Mapping[str, str]:
    """Words that tell a country: demonyms and the names of parties that belong to one country."""
    return {**_homes(), **demonym_countries()}


@lru_cache(maxsize=1)
def _clues() -> Mapping[str, str]:
    """Other words that tell a country ("Saudi-led"), from ``data/country_clues.csv``."""
    text = resources.files("conflict_events").joinpath("data/country_clues.csv").read_text(encoding="utf-8")
    return {row["word"]: row["country"] for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, list[tuple[list[str], str]]]:
    """The clues of several words, and names of parties of several words at home in one country, by their first word."""
    known = {**_parties().home_phrases(), **{word: home for word, home in _clues().items() if " " in word}}
    phrases: dict[str, list[tuple[list[str], str]]] = {}
    for phrase in sorted(known, key=len, reverse=True):
        words = [part for word in phrase.split() for part in _HYPHEN.split(word) if part]
        phrases.setdefault(words[0], []).append((words, known[phrase]))
    return phrases


@lru_cache(maxsize=1)
def outlet_countries() -> Mapping[str, str]:
    """The country that each outlet mostly reports from, from ``data/outlet_countries.csv``."""
    text = resources.files("conflict_events").joinpath("data/outlet_countries.csv").read_text(encoding="utf-8")
    return {row["outlet"]: row["country"] for row in csv.DictReader(text.splitlines())}


def home_country(doc: Doc) -> str | None:
    """The country that the Doc's outlet mostly reports from, or ``None`` where it is not known."""
    article = doc._.article
    if not isinstance(article, Mapping):
        return None
    if article.get("country"):
        return str(article["country"])
    for name in ("outlet", "profile"):
        country = outlet_countries().get(str(article.get(name) or "").casefold())
        if country is not None:
            return country
    return None


@Language.factory(
    "place_linker",
    assigns=["span._.place"],
    requires=["doc.ents"],
    default_config={"gazetteer": None, "extra": [], "country": None, "threshold": THRESHOLD},
)
def make_place_linker(
    nlp: Language, name: str, gazetteer: str | None, extra: list[str], country: str | None, threshold: float
) -> Callable[[Doc], Doc]:
    """Make a :class:`PlaceLinker` from a pipeline's config.

    Raises:
        FileNotFoundError: a table given by path is missing.
        ValueError: a table lacks a column.
    """
    return PlaceLinker(gazetteer, extra, country, threshold)
