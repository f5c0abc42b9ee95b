"""The component ``actor_linker``: gives every ACTOR the actor it means."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from conflict_events import extensions
from conflict_events.actors.spotting import ActorSpotter
from conflict_events.actors.table import ActorTable
from conflict_events.components.place_linker import demonym_countries, home_country
from conflict_events.entity_spans import set_entities


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
        for ent in doc.ents:
            if ent.label_ == "ACTOR":
                entry = self.table.lookup(ent.text, date, country)
                ent._.actor = entry.actor().model_dump() if entry is not None else None
        return doc

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
