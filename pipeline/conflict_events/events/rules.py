"""All rules about events, loaded once: what kind it is, when and where it happened, who did what.

>>> rules = EventRules.load()
>>> import datetime as dt, spacy
>>> doc = spacy.blank("en")("Two people were killed on Sunday.")
>>> rules.event_date(doc, [doc[:]], dt.date(2024, 5, 14))["start"]
'2024-05-12'
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Span

from . import certainty, dates, implied, locations, role_choice, role_signals, role_words, roles, types

#: the tables that the rules are made of, in ``conflict_events/data``
FILES = (
    types.TRIGGERS,
    types.RULES,
    types.TYPES,
    types.PARTIES,
    role_words.FILE,
    role_choice.FILE,
    implied.FILE,
    locations.FILE,
    locations.COUNTRIES,
    locations.PROVINCES,
    locations.ALIASES,
    locations.CAPITALS,
    dates.FILE,
    certainty.FILE,
)


class EventRules:
    """The rules as methods. ``source`` keeps the CSV texts they were made of, for saving with a pipeline.

    Where the text of ``role_weights.csv`` is empty, the roles of actors are read by rule alone.
    """

    def __init__(self, source: Mapping[str, str]) -> None:
        missing = [name for name in FILES if name not in source]
        if missing:
            raise ValueError(f"The event rules need the table(s) {', '.join(missing)}.")
        self.source = dict(source)
        self.types = types.EventTypes(types.TypeTables.from_texts(source))
        self.dates = dates.EventDates(dates.DateWords.from_text(source[dates.FILE]))
        words = role_words.RoleWords.from_text(source[role_words.FILE])
        self.ruled_roles = roles.RuledRoles(words)
        self.role_signals = role_signals.RoleSignals(self.ruled_roles.reader, self.ruled_roles)
        weights = source[role_choice.FILE]
        self.role_weights = role_choice.RoleWeights.from_text(weights) if weights else None
        self.implied = implied.ImpliedActors(source[implied.FILE])
        places = locations.LocationWords.from_texts(source)
        self.locations = locations.LocationRoles(places, words.tells_attack, words.speaks)
        self._certainty = certainty.CertaintyReader(certainty.CertaintyCues.from_text(source[certainty.FILE]))

    @classmethod
    def load(cls, folder: Path | str | None = None) -> EventRules:
        """The rules that come with the package, with the tables in ``folder`` in their place where it has them.

        Raises ``ValueError`` when ``folder`` is no folder or a table is malformed.
        """
        packaged = resources.files("conflict_events") / "data"
        source = {name: (packaged / name).read_text(encoding="utf8") for name in FILES}
        if folder is not None:
            path = Path(folder)
            if not path.is_dir():
                raise ValueError(f"There is no folder {path} with tables of event rules.")
            source.update({name: (path / name).read_text(encoding="utf8") for name in FILES if (path / name).is_file()})
        return cls(source)

    def with_role_weights(self, text: str) -> EventRules:
        """The same rules with other weights of roles; by rule alone where ``text`` is empty."""
        return EventRules({**self.source, role_choice.FILE: text})

    def classify(
        self,
        doc: Doc,
        sentences: Sequence[Span],
        actors: Sequence[tuple[str, Span]] = (),
        casualties: Iterable[Mapping[str, Any]] = (),
    ) -> tuple[str | None, str | None]:
        """ACLED's ``(event_type, sub_event_type)`` of the event told in ``sentences``; see :mod:`.types`."""
        return self.types(doc, sentences, actors, casualties)

    def event_date(self, doc: Doc, sentences: Sequence[Span], published: dt.date | None) -> dict[str, Any]:
        """When it happened, as plain data of ``schema.Date``; see :mod:`.dates`."""
        return self.dates(doc, sentences, published)

    def actor_roles(
        self, doc: Doc, sentences: Sequence[Span], casualties: Iterable[Mapping[str, Any]] = ()
    ) -> list[tuple[str, Span]]:
        """``(role, ACTOR)`` of those who take part, by weights (:mod:`.role_choice`), by rule where there are none."""
        if self.role_weights is None:
            return self.ruled_roles(doc, sentences, casualties)
        return role_choice.choose_roles(self.role_signals, self.role_weights, doc, sentences, casualties)

    def implied_actors(
        self,
        doc: Doc,
        sentences: Sequence[Span],
        terms: tuple[str | None, str | None],
        actors: Iterable[tuple[str, Span]],
        victims: Iterable[Span] = (),
    ) -> list[implied.Implied]:
        """General actors that an event of the type and sub-event type ``terms`` implies; see :mod:`.implied`."""
        return self.implied(doc, sentences, *terms, actors, victims)

    def location_roles(
        self, doc: Doc, sentences: Sequence[Span], casualties: Iterable[Mapping[str, Any]] = ()
    ) -> list[tuple[str, Span]]:
        """``(role, LOCATION)`` of the places of the event; see :mod:`.locations`."""
        return self.locations(doc, sentences, casualties)

    def certainty(self, doc: Doc, sentences: Sequence[Span]) -> tuple[str, Span | None]:
        """How sure the text is, and who claims it; see :mod:`.certainty`."""
        return self._certainty(doc, sentences)
