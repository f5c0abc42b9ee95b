"""Annotations as tables: one row a record, joined by ids.

The columns of every table, their types and meanings are in :data:`COLUMNS`, and nowhere else. A table is a
:class:`pyarrow.Table`; :func:`frame` gives it as a pandas DataFrame with nullable types, so that a missing number stays
missing (``<NA>``) and never becomes 0 or a float.

Several mentions in one cell are joined by ``" | "``; their offsets stand in the neighbouring ``…_spans`` column as
``start-end`` joined by ``;``, in the same order. Lists of words are joined by ``"; "``.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from conflict_events.schema import Actor, Annotation, Bounds, Casualty, Event, Mention, Place, Quantity, Tally

if TYPE_CHECKING:
    import pandas as pd

_TEXT, _INT, _FLOAT, _DAY, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.date32(), pa.bool_()

_PLACE_COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("place_id", _TEXT, "id of the place in the gazetteer; null where it is not resolved"),
    ("place", _TEXT, "the gazetteer's name of the place"),
    ("place_kind", _TEXT, "settlement, neighbourhood, admin1, natural, road, base, …"),
    ("admin1", _TEXT, "governorate or province of the place"),
    ("admin2", _TEXT, "district of the place"),
    ("admin3", _TEXT, "subdistrict of the place"),
    ("country", _TEXT, "country of the place, by its English name"),
    ("lat", _FLOAT, "latitude, degrees north"),
    ("lon", _FLOAT, "longitude, degrees east"),
    ("place_score", _FLOAT, "how well the place fits the words, 0 to 1"),
)

#: Columns of each table: name, type, meaning.
COLUMNS: Mapping[str, tuple[tuple[str, pa.DataType, str], ...]] = {
    "articles": (
        ("article_id", _TEXT, "id of the article"),
        ("outlet", _TEXT, "id of a known outlet, else its name as given"),
        ("title", _TEXT, "headline"),
        ("published", _DAY, "day of publication"),
        ("url", _TEXT, "address"),
        ("language", _TEXT, "language code"),
        ("source", _TEXT, "path and row it was read from"),
        ("text", _TEXT, "the article's text; null unless it was asked for"),
        ("n_events", _INT, "events of all kinds in it"),
        ("n_tallies", _INT, "running statistics in it"),
        ("n_findings", _INT, "things in it that do not add up"),
        ("model", _TEXT, "name of the model"),
        ("model_version", _TEXT, "version of the model"),
        ("schema_version", _TEXT, "version of the records' form"),
    ),
    "events": (
        ("event_id", _TEXT, "id of the event"),
        ("article_id", _TEXT, "its article"),
        ("kind", _TEXT, "incident, update (of an earlier toll) or background (an earlier event recalled)"),
        ("summary", _TEXT, "the record as one sentence"),
        ("event_type", _TEXT, "ACLED event type"),
        ("sub_event_type", _TEXT, "ACLED sub-event type"),
        ("certainty", _TEXT, "asserted, claimed, denied or expected"),
        ("date_start", _DAY, "first day it may have happened"),
        ("date_end", _DAY, "last day it may have happened"),
        ("date_precision", _TEXT, "day, week, month, year or unknown"),
        ("date_basis", _TEXT, "what the date rests on: text, published or none"),
        ("date_text", _TEXT, "the words of the date"),
        ("weapons", _TEXT, "words of the weapons"),
        ("weapon_spans", _TEXT, "offsets of the weapons"),
        ("fatalities_low", _INT, "killed, lower bound of the sum; null where open or not stated"),
        ("fatalities_best", _INT, "killed, the number itself"),
        ("fatalities_high", _INT, "killed, upper bound of the sum"),
        ("injuries_low", _INT, "injured, lower bound of the sum"),
        ("injuries_best", _INT, "injured, the number itself"),
        ("injuries_high", _INT, "injured, upper bound of the sum"),
        ("evidence", _TEXT, "the sentences it was read from"),
        ("evidence_spans", _TEXT, "offsets of the evidence"),
        ("score", _FLOAT, "confidence, where the model gives one"),
    ),
    "casualties": (
        ("casualty_id", _TEXT, "id of the casualty"),
        ("article_id", _TEXT, "its article"),
        ("event_id", _TEXT, "its event; null for a part of a tally"),
        ("tally_id", _TEXT, "its tally; null for a casualty of an event"),
        ("parent_casualty_id", _TEXT, "the casualty it is a part of, and must not be added to"),
        ("counted", _FLAG, "true where it adds to its event's sums: in an event, and not a part of another casualty"),
        ("outcome", _TEXT, "killed, injured, killed_or_injured, missing, captured, arrested or displaced"),
        ("low", _INT, "lower bound"),
        ("best", _INT, "the number itself"),
        ("high", _INT, "upper bound"),
        ("modifier", _TEXT, "exact, at_least, more_than, at_most, fewer_than, about, range, vague or none"),
        ("text", _TEXT, "the words of the number; null where one victim has no word for it"),
        ("start", _INT, "first character of these words in the article's original text"),
        ("end", _INT, "the character after them"),
        ("victim", _TEXT, "the words for who was harmed"),
        ("victim_start", _INT, "first character of these words"),
        ("victim_end", _INT, "the character after them"),
        ("victim_actor_id", _TEXT, "id of the victims' group in the actor table"),
        ("victim_actor", _TEXT, "name of the victims' group"),
        ("victim_actor_kind", _TEXT, "kind of the victims' group"),
        ("victim_status", _TEXT, "civilian, combatant, mixed or unknown"),
        ("victim_traits", _TEXT, "what the text says of them: child, woman, journalist, …"),
        ("perpetrator", _TEXT, "the words for who did it, where the text says so of these victims"),
        ("perpetrator_start", _INT, "first character of these words"),
        ("perpetrator_end", _INT, "the character after them"),
        ("perpetrator_actor_id", _TEXT, "id of the perpetrator in the actor table"),
        ("perpetrator_actor", _TEXT, "name of the perpetrator"),
    ),
    "actors": (
        ("event_actor_id", _TEXT, "id of the row"),
        ("article_id", _TEXT, "its article"),
        ("event_id", _TEXT, "its event"),
        ("role", _TEXT, "perpetrator, target, party or claimant"),
        ("text", _TEXT, "the words for the party"),
        ("start", _INT, "first character of these words"),
        ("end", _INT, "the character after them"),
        ("actor_id", _TEXT, "id in the actor table; null where it does not hold the party"),
        ("actor", _TEXT, "name in the actor table"),
        ("actor_kind", _TEXT, "kind of group"),
        ("side", _TEXT, "side in the conflict"),
        ("actor_country", _TEXT, "country of the group"),
    ),
    "locations": (
        ("event_location_id", _TEXT, "id of the row"),
        ("article_id", _TEXT, "its article"),
        ("event_id", _TEXT, "its event"),
        ("role", _TEXT, "site, near or within"),
        ("text", _TEXT, "the words for the place"),
        ("start", _INT, "first character of these words"),
        ("end", _INT, "the character after them"),
        *_PLACE_COLUMNS,
    ),
    "tallies": (
        ("tally_id", _TEXT, "id of the tally"),
        ("article_id", _TEXT, "its article"),
        ("parent_tally_id", _TEXT, "the tally that it is a region or a share of"),
        ("outcome", _TEXT, "killed, injured, …"),
        ("place_text", _TEXT, "the words for its region"),
        *_PLACE_COLUMNS,
        ("since", _TEXT, "start of its period, in the text's words"),
        ("until", _TEXT, "end of its period, in the text's words"),
        ("operations", _INT, "number of operations"),
        ("low", _INT, "total, lower bound"),
        ("best", _INT, "total, the number itself"),
        ("high", _INT, "total, upper bound"),
        ("modifier", _TEXT, "how the total is qualified"),
        ("evidence", _TEXT, "the words it was read from"),
        ("evidence_spans", _TEXT, "offsets of the evidence"),
    ),
    "findings": (
        ("finding_id", _TEXT, "id of the finding"),
        ("article_id", _TEXT, "its article"),
        ("code", _TEXT, "what does not add up: parts_exceed_total, headline_disagrees, …"),
        ("message", _TEXT, "the same in words"),
        ("expected", _INT, "the number that was expected"),
        ("found", _INT, "the number that was found"),
        ("mentions", _TEXT, "the words concerned"),
        ("mention_spans", _TEXT, "offsets of these words"),
        ("refs", _TEXT, "ids of the events or tallies concerned"),
    ),
}

#: The tables' names, in the order in which they are listed everywhere.
TABLES: tuple[str, ...] = tuple(COLUMNS)

#: The Arrow schema of each table; a column's meaning is its field's metadata ``description``.
SCHEMAS: Mapping[str, pa.Schema] = {
    table: pa.schema([pa.field(name, kind, metadata={"description": meaning}) for name, kind, meaning in columns])
    for table, columns in COLUMNS.items()
}

Row = dict[str, Any]


def rows(annotation: Annotation) -> dict[str, list[Row]]:
    """The rows that one annotation adds to each table."""
    return _Rows(annotation).read()


def build_tables(annotations: Iterable[Annotation]) -> dict[str, pa.Table]:
    """The seven tables of ``annotations``, rows in their order."""
    collected: dict[str, list[Row]] = {table: [] for table in TABLES}
    for annotation in annotations:
        for table, new in rows(annotation).items():
            collected[table].extend(new)
    return {table: pa.Table.from_pylist(collected[table], schema=SCHEMAS[table]) for table in TABLES}


def frame(table: pa.Table) -> pd.DataFrame:
    """``table`` as a DataFrame with nullable types: string, Int64, Float64, boolean, and Arrow's date32 for days."""
    import pandas as pd

    types = {
        pa.string(): pd.StringDtype(),
        pa.large_string(): pd.StringDtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
        pa.date32(): pd.ArrowDtype(pa.date32()),
    }
    result: pd.DataFrame = table.to_pandas(types_mapper=types.get)
    return result


def arrow(table: str, data: pd.DataFrame) -> pa.Table:
    """The Arrow table of a DataFrame that :func:`frame` gave, with the columns and types of ``table``."""
    return pa.Table.from_pandas(data, schema=SCHEMAS[table], preserve_index=False)


# Text that a spreadsheet would run as a formula (OWASP, CSV injection), and the same made plain by an apostrophe. One
# that has apostrophes of its own gets another, so that taking one away always gives the text back.
_FORMULA, _PLAIN = r"^('*[=+\-@\t\r])", r"'\1"
_MADE_PLAIN, _AS_IT_WAS = r"^'('*[=+\-@\t\r])", r"\1"


def write_csv_table(table: pa.Table, *, header: bool) -> bytes:
    """A table as CSV in UTF-8. A missing value is an empty cell, an empty text is ``""``.

    The header has a byte order mark before it, by which Excel knows UTF-8; pandas, DuckDB and pyarrow pass over it.
    Text
    that begins like a formula has an apostrophe before it, which :func:`read_csv_table` takes away.
    """
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=header, quoting_style="needed")
    csv.write_csv(_replaced(table, _FORMULA, _PLAIN), sink, options)
    return (codecs.BOM_UTF8 if header else b"") + bytes(sink.getvalue().to_pybytes())


def read_csv_table(table: str, path: str) -> pa.Table:
    """A table back from the CSV file that was written of it, with its types."""
    from pyarrow import csv

    schema = SCHEMAS[table]
    read = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={field.name: field.type for field in schema},
            include_columns=schema.names,
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    ).cast(schema)
    return _replaced(read, _MADE_PLAIN, _AS_IT_WAS)


def _replaced(table: pa.Table, pattern: str, replacement: str) -> pa.Table:
    from pyarrow import compute

    columns = [
        compute.replace_substring_regex(column, pattern=pattern, replacement=replacement)
        if pa.types.is_string(column.type)
        else column
        for column in table.columns
    ]
    return pa.table(columns, schema=table.schema)


class _Rows:
    """The rows of one annotation."""

    def __init__(self, annotation: Annotation) -> None:
        self.annotation = annotation
        self.article_id = annotation.article.id
        self.tables: dict[str, list[Row]] = {table: [] for table in TABLES}

    def read(self) -> dict[str, list[Row]]:
        annotation, article = self.annotation, self.annotation.article
        self._add(
            "articles",
            outlet=article.outlet,
            title=article.title,
            published=article.published,
            url=article.url,
            language=article.language,
            source=article.source,
            text=article.text,
            n_events=len(annotation.events),
            n_tallies=len(annotation.tallies),
            n_findings=len(annotation.findings),
            model=annotation.model.name,
            model_version=annotation.model.version,
            schema_version=annotation.schema_version,
        )
        for event in annotation.events:
            self._event(event)
        for tally in annotation.tallies:
            self._tally(tally)
        for number, finding in enumerate(annotation.findings, 1):
            self._add(
                "findings",
                finding_id=f"{self.article_id}-f{number}",
                code=finding.code,
                message=finding.message,
                expected=finding.expected,
                found=finding.found,
                mentions=_texts(finding.mentions),
                mention_spans=_spans(finding.mentions),
                refs=_joined(finding.refs),
            )
        return self.tables

    def _add(self, table: str, **values: Any) -> None:
        self.tables[table].append({"article_id": self.article_id, **values})

    def _event(self, event: Event) -> None:
        self._add(
            "events",
            event_id=event.id,
            kind=event.kind,
            summary=event.summary,
            event_type=event.event_type,
            sub_event_type=event.sub_event_type,
            certainty=event.certainty,
            date_start=event.date.start,
            date_end=event.date.end,
            date_precision=event.date.precision,
            date_basis=event.date.basis,
            date_text=event.date.text,
            weapons=_texts(event.weapons),
            weapon_spans=_spans(event.weapons),
            **_bounds("fatalities", event.fatalities),
            **_bounds("injuries", event.injuries),
            evidence=_texts(event.evidence),
            evidence_spans=_spans(event.evidence),
            score=event.score,
        )
        for number, item in enumerate(event.actors, 1):
            self._add(
                "actors",
                event_actor_id=f"{event.id}-a{number}",
                event_id=event.id,
                role=item.role,
                **_mention("", item.mention),
                **_actor(item.actor),
                side=item.actor.side if item.actor else None,
                actor_country=item.actor.country if item.actor else None,
            )
        for number, location in enumerate(event.locations, 1):
            self._add(
                "locations",
                event_location_id=f"{event.id}-l{number}",
                event_id=event.id,
                role=location.role,
                **_mention("", location.mention),
                **_place(location.place),
            )
        self._casualties(event.casualties, event.id, event_id=event.id)

    def _casualties(
        self,
        casualties: Sequence[Casualty],
        prefix: str,
        *,
        event_id: str | None = None,
        tally_id: str | None = None,
        parent: str | None = None,
    ) -> None:
        for number, casualty in enumerate(casualties, 1):
            casualty_id = f"{prefix}-c{number}" if parent is None else f"{prefix}.{number}"
            victim, agent = casualty.victim, casualty.perpetrator
            self._add(
                "casualties",
                casualty_id=casualty_id,
                event_id=event_id,
                tally_id=tally_id,
                parent_casualty_id=parent,
                counted=event_id is not None and parent is None,
                outcome=casualty.outcome,
                **_quantity(casualty.quantity),
                **_mention("", casualty.mention),
                victim=victim.mention.text if victim else None,
                victim_start=victim.mention.start if victim else None,
                victim_end=victim.mention.end if victim else None,
                **_actor(victim.actor if victim else None, "victim_"),
                victim_status=victim.status if victim else None,
                victim_traits=_joined(victim.traits) if victim else None,
                perpetrator=agent.mention.text if agent else None,
                perpetrator_start=agent.mention.start if agent else None,
                perpetrator_end=agent.mention.end if agent else None,
                perpetrator_actor_id=agent.actor.id if agent and agent.actor else None,
                perpetrator_actor=agent.actor.name if agent and agent.actor else None,
            )
            self._casualties(casualty.includes, casualty_id, event_id=event_id, tally_id=tally_id, parent=casualty_id)

    def _tally(self, tally: Tally) -> None:
        self._add(
            "tallies",
            tally_id=tally.id,
            parent_tally_id=tally.parent,
            outcome=tally.outcome,
            place_text=tally.place_text,
            **_place(tally.place),
            since=tally.since,
            until=tally.until,
            operations=tally.operations,
            **_quantity(tally.total),
            evidence=_texts(tally.evidence),
            evidence_spans=_spans(tally.evidence),
        )
        self._casualties(tally.parts, tally.id, tally_id=tally.id)


def _texts(mentions: Iterable[Mention]) -> str | None:
    return " | ".join(mention.text for mention in mentions) or None


def _spans(mentions: Iterable[Mention]) -> str | None:
    return ";".join(f"{mention.start}-{mention.end}" for mention in mentions) or None


def _joined(words: Iterable[str]) -> str | None:
    return "; ".join(words) or None


def _bounds(name: str, bounds: Bounds | None) -> Row:
    return {f"{name}_{end}": getattr(bounds, end) if bounds else None for end in ("low", "best", "high")}


def _quantity(quantity: Quantity | None) -> Row:
    return {name: getattr(quantity, name) if quantity else None for name in ("low", "best", "high", "modifier")}


def _mention(prefix: str, mention: Mention | None) -> Row:
    return {f"{prefix}{name}": getattr(mention, name) if mention else None for name in ("text", "start", "end")}


def _actor(actor: Actor | None, prefix: str = "") -> Row:
    return {
        f"{prefix}actor_id": actor.id if actor else None,
        f"{prefix}actor": actor.name if actor else None,
        f"{prefix}actor_kind": actor.kind if actor else None,
    }


def _place(place: Place | None) -> Row:
    return {
        "place_id": place.id if place else None,
        "place": place.name if place else None,
        "place_kind": place.kind if place else None,
        "admin1": place.admin1 if place else None,
        "admin2": place.admin2 if place else None,
        "admin3": place.admin3 if place else None,
        "country": place.country if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "place_score": place.score if place else None,
    }


def columns_in_words() -> Iterator[tuple[str, str, str, str]]:
    """Table, column, type and meaning of every column, for documentation."""
    for table, columns in COLUMNS.items():
        for name, kind, meaning in columns:
            yield table, name, str(kind), meaning
