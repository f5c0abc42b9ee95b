"""The component ``actor_linker``: gives every ACTOR the actor it means."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events import extensions
from conflict_events.actors.spotting import ActorSpotter
from conflict_events.actors.table import ActorTable
from conflict_events.components.place_linker import demonym_countries, home_country
from conflict_events.entity_spans import set_entities

_GROUPS = frozenset({"rebel", "jihadist", "militia", "gang"})
_DEFINITE = frozenset({"the", "these", "those"})
_PROXY, _REGIME = "proxy", "regime"
_THEIRS = [["and", whose] for whose in ("their", "its", "his")] + [["with", "their"], ["with", "its"]]


class ActorLinker:
    """Sets ``Span._.actor`` of every ACTOR entity to the plain form of :class:`conflict_events.schema.Actor`.

    Names of the table that the recogniser left out become ACTOR entities first
    (:class:`conflict_events.actors.spotting.ActorSpotter`).

    The day the article was published decides between actors that succeeded each other, and the country that most of
    its places lie in decides whom "the army" or "civilians" means; so ``place_linker`` should run before. ``None``
    means that neither name nor description is known; the text of the entity is then all there is to say.

    >>> import spacy
    >>> from spacy.tokens import Span
    >>> nlp = spacy.blank("en")
    >>> linker = nlp.add_pipe("actor_linker", config={"country": "Syria"})
    >>> doc = nlp.make_doc("Two members of ISIS were killed by regime forces")
    >>> doc.ents = [Span(doc, 3, 4, label="ACTOR"), Span(doc, 7, 9, label="ACTOR")]
    >>> [ent._.actor["name"] for ent in linker(doc).ents]
    ['Islamic State', 'Military Forces of Syria']

    Config:
        actors: path of a table of actors that replaces the package's own (CSV).
        extra: paths of tables whose rows are added to it, or replace rows of the same id.
        country: the country taken where neither places nor outlet nor demonyms tell one.

    Like those of ``place_linker``, the tables are read when a pipeline is loaded and not saved with it.
    """

    def __init__(self, actors: str | None = None, extra: Sequence[str] = (), country: str | None = None) -> None:
        extensions.register()
        self.table = load_actors(actors, tuple(extra))
        self.country = country
        self.spot = ActorSpotter(self.table)

    def __call__(self, doc: Doc) -> Doc:
        spotted = self.spot(doc)
        if spotted:
            set_entities(doc, [*doc.ents, *spotted])
        date = published(doc)
        country = self.context_country(doc)
        self._mend_borders(doc, date, country)
        before: Span | None = None
        for ent in doc.ents:
            if ent.label_ == "ACTOR":
                words = self._whose(ent, before, country) or ent.text
                entry = self.table.lookup(words, date, country)
                ent._.actor = entry.actor().model_dump() if entry is not None else None
                before = ent
        self._take_up(doc)
        return doc

    def _take_up(self, doc: Doc) -> None:
        """Let "the insurgents" be the armed group that the article has named, where it names only one."""
        ents = [ent for ent in doc.ents if ent.label_ == "ACTOR"]
        named = [ent for ent in ents if self._is_group(ent)]
        if len({ent._.actor["id"] for ent in named}) != 1:
            return
        for ent in ents:
            if ent.start > named[0].start and self._is_taken_up(ent):
                ent._.actor = dict(named[0]._.actor)

    def _is_group(self, ent: Span) -> bool:
        actor = ent._.actor
        return actor is not None and actor["kind"] in _GROUPS and self.table.holds(actor["id"])

    def _is_taken_up(self, ent: Span) -> bool:
        actor = ent._.actor
        if ent.start == 0 or ent.doc[ent.start - 1].lower_ not in _DEFINITE or ent[-1].text not in group_nouns():
            return False
        described = self.table.descriptions
        reading = described.read(ent.text) if described is not None else None
        if reading is not None and (reading.demonym or reading.backing):
            return False  # "the Syrian rebels", "the Turkish-backed militants" are told by whose they are
        return actor is None or not self.table.holds(actor["id"])

    def _mend_borders(self, doc: Doc, date: dt.date | None, country: str | None) -> None:
        """By the guidelines a name stands without the words that describe it, and these are no party beside it."""
        ents = [ent for ent in doc.ents if ent.label_ == "ACTOR"]
        starts = {ent.start for ent in ents}
        mended = {ent.start: self._mended(ent, starts, date, country) for ent in ents}
        proxies = [found for ent in ents if (found := self._proxies(ent, starts)) is not None]
        if not proxies and all(mended[ent.start] == ent for ent in ents):
            return
        others = [ent for ent in doc.ents if ent.label_ != "ACTOR"]
        set_entities(doc, [*others, *(ent for ent in mended.values() if ent is not None), *proxies])

    def _proxies(self, ent: Span, starts: Collection[int]) -> Span | None:
        """The "proxies" of "Turkish forces and their proxies", which the recogniser may leave out."""
        doc, start = ent.doc, ent.end + 2
        if start in starts or [token.lower_ for token in doc[ent.end : start]] not in _THEIRS:
            return None
        phrases = self.table.descriptions.phrases(_PROXY) if self.table.descriptions is not None else frozenset()
        size = next((size for size in (2, 1) if doc[start : start + size].text.casefold() in phrases), 0)
        return Span(doc, start, start + size, label=ent.label) if size else None

    def _mended(self, ent: Span, starts: Collection[int], date: dt.date | None, country: str | None) -> Span | None:
        described = self.table.descriptions
        if described is None or len(ent) == 1:
            return ent
        name = self.table.name_within(ent.text, date, country)
        if name is not None:
            first = next((i for i in range(ent.start + 1, ent.end) if ent.doc[i : ent.end].text == name), None)
            return ent if first is None else Span(ent.doc, first, ent.end, label=ent.label)
        behind = ent.end
        while behind < len(ent.doc) and ent.doc[behind].is_quote:
            behind += 1
        return None if behind in starts and described.is_backing(ent.text) else ent

    def _whose(self, ent: Span, before: Span | None, country: str | None) -> str | None:
        """What "their proxy factions" means beside the party whose they are: "Turkey-backed factions"."""
        described = self.table.descriptions
        if described is None or before is None or [t.lower_ for t in ent.doc[before.end : ent.start]] not in _THEIRS:
            return None
        reading, master = described.read(ent.text), before._.actor
        if reading is None or reading.party != _PROXY or reading.backing or master is None or not master["country"]:
            return None
        return f"{_REGIME if master['country'] == country else master['country']}-backed {ent[-1].text}"

    def context_country(self, doc: Doc) -> str | None:
        """See :func:`context_country`."""
        return context_country(doc, self.country)


def context_country(doc: Doc, default: str | None = None) -> str | None:
    """The country that the article is about: of most of its places, else of its outlet, else of its demonyms."""
    places: Counter[str] = Counter()
    for ent in doc.ents:
        place = ent._.place if ent.label_ == "LOCATION" else None
        if place is not None and place.get("country"):
            places[place["country"]] += 1
    if places:
        return places.most_common(1)[0][0]
    home = home_country(doc) or default
    if home is not None:
        return home
    demonyms = demonym_countries()
    told = Counter(demonyms[token.text] for token in doc if token.ent_type_ == "ACTOR" and token.text in demonyms)
    return told.most_common(1)[0][0] if told else None


def published(doc: Doc) -> dt.date | None:
    """The day the Doc's article was published, or ``None`` where it is not known."""
    article = doc._.article
    value = article.get("published") if isinstance(article, Mapping) else None
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


@cache
def group_nouns() -> frozenset[str]:
    """Common nouns that may take up the name of an armed group."""
    text = (files("conflict_events") / "data" / "group_nouns.csv").read_text(encoding="utf8")
    return frozenset(word for row in csv.DictReader(text.splitlines()) for word in row["word"].split("|"))


@lru_cache(maxsize=4)
def load_actors(path: str | None, extra: tuple[str, ...]) -> ActorTable:
    """A table of actors; the same one for all components of a process that ask for the same tables."""
    return ActorTable.load(path, [Path(table) for table in extra])


@Language.factory(
    "actor_linker",
    assigns=["span._.actor"],
    requires=["doc.ents"],
    default_config={"actors": None, "extra": [], "country": None},
)
def make_actor_linker(
    nlp: Language, name: str, actors: str | None, extra: list[str], country: str | None
) -> Callable[[Doc], Doc]:
    """Make an :class:`ActorLinker` from a pipeline's config.

    Raises:
        FileNotFoundError: a table given by path is missing.
        ValueError: a table lacks a column, or a date is no ISO date.
    """
    return ActorLinker(actors, extra, country)
