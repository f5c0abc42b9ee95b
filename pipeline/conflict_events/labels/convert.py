"""Label files in, label files out, with a note of everything that did not come through as it stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from conflict_events.corpus.records import Label, LabelledArticle
from conflict_events.labels.formats import Format, detect, format_named
from conflict_events.labels.records import Conversion, LabelFormatError, Notes, OffsetUnit, RawText
from conflict_events.labels.settle import settle
from conflict_events.schema import Annotation, Casualty, Outcome


def import_labels(
    paths: Sequence[Path],
    *,
    format_name: str | None = None,
    outlet: str = "other",
    labels: Mapping[str, str] | None = None,
    offset_unit: OffsetUnit | None = None,
    annotator: str | None = None,
    unchecked: bool = False,
) -> Conversion:
    """Articles of label files in the project's form.

    paths: files (for brat also folders). format_name: a key of ``FORMATS``; guessed from each file where left out.
    outlet: outlet of the texts that name none. labels: the tool's label names to the project's.
    offset_unit: what offsets count, where the file counts otherwise than its format says.
    annotator: whose labels are taken where a text has those of several; without, those that come last.
    unchecked: take also what nobody has confirmed (a model's suggestions without an answer) and what is known to be
    labelled in part only, as if the rest held no label.
    Raises LabelFormatError where a file is not in its format, FileNotFoundError where there is none.
    """
    reading = Notes()
    raws: list[RawText] = []
    places: list[int] = []  # how many notes of reading come before each text's own
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder")
        form = format_named(format_name) if format_name else detect(path)
        for raw in _read(form, path, reading):
            raws.append(raw)
            places.append(len(reading))
    chosen = {
        raw.text: raw for raw in raws if raw.annotator is not None and annotator in (None, raw.annotator)
    }  # of one text the last
    articles: list[LabelledArticle] = []
    seen: dict[str, str] = {}
    notes, told = Notes(), 0
    for raw, place in zip(raws, places, strict=True):
        notes.extend(reading[told:place])
        told = place
        reason = _reason_to_skip(raw, chosen, annotator, unchecked)
        if reason is not None:
            notes.add("skipped", raw.source, *reason)
            continue
        if offset_unit is not None:
            raw.unit = offset_unit
        article = settle(raw, notes, outlet=outlet, labels=labels)
        _number_id(article, raw, seen, notes)
        articles.append(article)
    notes.extend(reading[told:])
    return Conversion(articles, notes)


def _reason_to_skip(
    raw: RawText, chosen: Mapping[str, RawText], annotator: str | None, unchecked: bool
) -> tuple[str, str] | None:
    """What of the text is left out and why; ``None`` where it is read."""
    if not raw.text.strip():
        return "text", "it is empty"
    if any("\ud800" <= character <= "\udfff" for character in raw.text):
        return "text", "it holds half of a surrogate pair, which no file can keep"
    if raw.annotator is not None and raw.text not in chosen:
        return f"labels of {raw.annotator}", f"{annotator} did not label this text"
    if raw.annotator is not None and chosen[raw.text] is not raw:
        theirs, ours = ({(one.start, one.end, one.label) for one in some.spans} for some in (chosen[raw.text], raw))
        others = f"of several, those of {chosen[raw.text].annotator} are read; {len(ours ^ theirs)} labels differ"
        return f"labels of {raw.annotator}", others
    if raw.unchecked is not None and not unchecked:
        return f"{len(raw.spans)} labels", f"{raw.unchecked}; --unchecked takes them"
    return None


def _number_id(article: LabelledArticle, raw: RawText, seen: dict[str, str], notes: Notes) -> None:
    """Give the article a number where another has its id."""
    if article.id in seen:
        number = 2
        while f"{article.id}-{number}" in seen:
            number += 1
        notes.add("changed", raw.source, f"id {article.id}", f"is that of {seen[article.id]} too; now -{number}")
        article.id = f"{article.id}-{number}"
    seen[article.id] = raw.source


def _read(form: Format, path: Path, notes: Notes) -> Iterator[RawText]:
    """The texts of a file, with one kind of error for whatever a malformed record does to its reader."""
    try:
        yield from form.read(path, notes)
    except LabelFormatError:
        raise
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise LabelFormatError(
            f"{path}: a record is not as {form.title} writes it ({what}); is the format right?"
        ) from None


def export_labels(
    articles: Iterable[LabelledArticle], path: Path, *, format_name: str, suggested: bool = False
) -> Notes:
    """Write articles for an annotation tool; the notes say what its format has no place for.

    ``suggested``: the labels are a model's. They are marked so, and not read as labelled data until someone was over
    them.
    """
    form = format_named(format_name)
    if form.write is None:
        raise LabelFormatError(f"{form.title} is read only; choose another format to export")
    notes = Notes()
    listed = list(articles)
    for article in listed:
        if (article.events or article.tallies) and not form.events:
            what = f"{len(article.events)} events, {len(article.tallies)} tallies"
            notes.add("dropped", article.id, what, f"{form.title} holds labels only")
        stated = sum(label.outcome is not None for label in article.labels)
        if stated and not form.outcomes:
            notes.add(
                "dropped", article.id, f"outcomes of {stated} CASUALTY labels", f"{form.title} has no place for them"
            )
        linked = sum(label.block is not None for label in article.labels)
        if linked and not (form.outcomes and form.events):
            what = f"links of {linked} CASUALTY labels to their events (@N)"
            notes.add("dropped", article.id, what, f"{form.title} has no place for them")
        roles = sum(bool(label.roles) and label.outcome is None for label in article.labels)
        if roles and not form.outcomes:
            notes.add("dropped", article.id, f"roles of {roles} labels", f"{form.title} has no place for them")
        lost = [key for key in ("country", "title", "date", "url", "part") if getattr(article, key) is not None]
        if lost and not form.events:
            notes.add("dropped", article.id, ", ".join(lost), f"{form.title} has no place for them")
    path.parent.mkdir(parents=True, exist_ok=True)
    form.write(listed, path, notes, suggested)
    return notes


def labelled_from_annotation(annotation: Annotation, text: str | None = None) -> LabelledArticle:
    """What a model read in an article, as labels to correct. Outcomes come from the casualties read.

    ``text`` is needed where the record does not hold it; LabelFormatError where neither does.
    """
    text = text if text is not None else annotation.article.text
    if text is None:
        raise LabelFormatError(f"article {annotation.article.id}: the record does not hold its text; annotate with it")
    outcomes: dict[tuple[int, int], Outcome] = {}

    def note(casualties: Iterable[Casualty]) -> None:
        for casualty in casualties:
            if casualty.mention is not None:
                outcomes.setdefault((casualty.mention.start, casualty.mention.end), casualty.outcome)
            note(casualty.includes)

    for event in annotation.events:
        note(event.casualties)
    for tally in annotation.tallies:
        note(tally.parts)
    labels = [
        Label(
            start=entity.start,
            end=entity.end,
            text=entity.text,
            label=entity.label,
            outcome=outcomes.get((entity.start, entity.end)) if entity.label == "CASUALTY" else None,
        )
        for entity in annotation.entities
    ]
    return LabelledArticle(
        id=annotation.article.id,
        outlet=annotation.article.outlet or "other",
        title=annotation.article.title,
        date=annotation.article.published,
        url=annotation.article.url,
        text=text,
        labels=labels,
    )
