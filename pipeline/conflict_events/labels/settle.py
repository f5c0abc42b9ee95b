"""From a tool's spans to labels of the project's form: units, line ends, borders, overlaps, label names.

The rule throughout: a label is kept where it is certain what it covers, shifted where the words it covers are certain,
and dropped otherwise; each shift and drop is noted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import cast, get_args

from conflict_events.corpus.records import Label, LabelledArticle, LabelRole
from conflict_events.labels.carried import restore
from conflict_events.labels.records import Notes, RawSpan, RawText
from conflict_events.schema import EntityLabel, Outcome

# Names that other schemes give the same thing; anything else is the user's to map (--map).
SAME_LABEL: Mapping[str, EntityLabel] = {
    **{name: name for name in get_args(EntityLabel)},
    **{name.lower(): name for name in get_args(EntityLabel)},
}


def utf16_to_codepoints(text: str) -> list[int]:
    """For each UTF-16 offset of ``text`` the code point offset; the middle of a surrogate pair maps to its start."""
    table: list[int] = []
    for position, character in enumerate(text):
        table.append(position)
        if ord(character) > 0xFFFF:
            table.append(position)
    table.append(len(text))
    return table


def codepoints_to_utf16(text: str) -> list[int]:
    """For each code point offset of ``text`` (and its end) the UTF-16 offset."""
    table, units = [], 0
    for character in text:
        table.append(units)
        units += 2 if ord(character) > 0xFFFF else 1
    table.append(units)
    return table


def settle(raw: RawText, notes: Notes, *, outlet: str, labels: Mapping[str, str] | None = None) -> LabelledArticle:
    """The text as an article with flat, clean labels.

    ``labels`` maps the tool's label names to the project's; a name that is neither mapped nor known is dropped, noted.
    """
    text = raw.text
    # Positions of the carriage returns that go: those before a line feed.
    returns = [at for match in re.finditer(r"\r+(?=\n)", text) for at in range(match.start(), match.end())]
    if returns:
        notes.add(
            "changed", raw.source, f"{len(returns)} \\r", "line breaks are \\n here; labels after them move along"
        )
        _settle_line_ends(raw, returns, notes)
    names = {**SAME_LABEL, **(labels or {})}
    found: list[Label] = []
    for span in raw.spans:
        shown = f"{span.label} {span.start}–{span.end}" + (f" {span.surface!r}" if span.surface else "")
        name = names.get(span.label)
        if name not in get_args(EntityLabel):
            notes.add("dropped", raw.source, shown, f"unknown label; map it, as in --map {span.label}=ACTOR")
            continue
        place = _place(raw, span, shown, notes)
        if place is None:
            continue
        start, end = (at - bisect_left(returns, at) for at in place)
        found.append(_label(raw, span, cast(EntityLabel, name), start, end, shown, notes))
    text = re.sub(r"\r+\n", "\n", text)
    for label in found:
        label.text = text[label.start : label.end]
    article = LabelledArticle(
        id=raw.id,
        outlet=raw.outlet or outlet,
        title=raw.title,
        text=text,
        labels=_flat(found, raw.source, notes),
    )
    return restore(article, raw, notes)


def _settle_line_ends(raw: RawText, returns: list[int], notes: Notes) -> None:
    r"""Let offsets that count ``\r\n`` as one character, as browsers do, count it as two.

    Told by where labels begin and end: at borders of words if ``\r`` is left out of the count, within words if not.
    Labels whose words the file states need no such guess (:func:`_find_surface`).
    """
    unstated = [span for span in raw.spans if span.surface is None]
    if raw.unit != "codepoint" or not unstated:
        return
    gone = set(returns)
    kept = [at for at in range(len(raw.text)) if at not in gone]
    kept.append(len(raw.text))

    def moved(at: int) -> int:
        return kept[at] if 0 <= at < len(kept) else at

    as_is = sum(_on_borders(raw.text, span.start, span.end) for span in unstated)
    as_one = sum(_on_borders(raw.text, moved(span.start), moved(span.end - 1) + 1) for span in unstated)
    differ = sum(moved(span.start) != span.start or moved(span.end - 1) + 1 != span.end for span in unstated)
    if differ and as_one == len(unstated) > as_is:
        for span in unstated:
            span.start, span.end = moved(span.start), moved(span.end - 1) + 1
        notes.add("shifted", raw.source, f"{differ} labels", "their offsets count \\r\\n as one character")
    elif differ and as_one == as_is:
        notes.add(
            "doubtful", raw.source, f"{differ} labels", "whether their offsets count \\r is not certain; they do here"
        )


def _on_borders(text: str, start: int, end: int) -> bool:
    if not 0 <= start < end <= len(text) or text[start].isspace() or text[end - 1].isspace():
        return False
    inside = [at for at in (start, end) if 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()]
    return not inside


def _place(raw: RawText, span: RawSpan, shown: str, notes: Notes) -> tuple[int, int] | None:
    """Code point offsets of the span in ``raw.text``, trimmed of white space, or ``None`` (noted)."""
    text = raw.text
    start, end = span.start, span.end
    if raw.unit == "utf16":
        table = utf16_to_codepoints(text)
        if 0 <= start < len(table) and 0 <= end < len(table):
            start, end = table[start], table[end]
        if (start, end) != (span.start, span.end):
            notes.add("shifted", raw.source, shown, f"UTF-16 offsets, read as characters {start}–{end}")
    if span.surface is not None and text[max(start, 0) : max(end, 0)] != span.surface:
        moved = _find_surface(text, start, span.surface)
        if moved is None:
            notes.add("dropped", raw.source, shown, "its words do not stand at its offsets, nor near them")
            return None
        notes.add("shifted", raw.source, shown, f"its words stand at {moved[0]}–{moved[1]}")
        start, end = moved
    if not 0 <= start < end <= len(text):
        notes.add("dropped", raw.source, shown, "offsets are empty or lie outside the text")
        return None
    words = text[start:end]
    trimmed_start = start + len(words) - len(words.lstrip())
    trimmed_end = end - (len(words) - len(words.rstrip()))
    if trimmed_start >= trimmed_end:
        notes.add("dropped", raw.source, shown, "covers white space only")
        return None
    if (trimmed_start, trimmed_end) != (start, end):
        notes.add("shifted", raw.source, shown, f"white space at its border left out: {trimmed_start}–{trimmed_end}")
    if "\n" in text[trimmed_start:trimmed_end]:
        notes.add("dropped", raw.source, shown, "goes over a line break")
        return None
    return trimmed_start, trimmed_end


def _find_surface(text: str, start: int, surface: str) -> tuple[int, int] | None:
    """Where ``surface`` stands nearest to ``start``; ``None`` where it does not, or two places are as near."""
    if not surface.strip():
        return None
    places: list[int] = []
    position = text.find(surface)
    while position >= 0:
        places.append(position)
        position = text.find(surface, position + 1)
    places.sort(key=lambda place: abs(place - start))
    if not places or (len(places) > 1 and abs(places[0] - start) == abs(places[1] - start)):
        return None
    return places[0], places[0] + len(surface)


def _label(raw: RawText, span: RawSpan, name: EntityLabel, start: int, end: int, shown: str, notes: Notes) -> Label:
    outcome: Outcome | None = None
    roles: tuple[LabelRole, ...] = ()
    if name != "CASUALTY":
        stated = [str(value) for value in (span.outcome, *span.roles, span.block) if value is not None]
        if stated:
            notes.add("dropped", raw.source, f"{shown}: {', '.join(stated)}", "only a CASUALTY has these")
    else:
        if span.outcome in get_args(Outcome):
            outcome = cast(Outcome, span.outcome)
        elif span.outcome is not None:
            notes.add("changed", raw.source, shown, f"unknown outcome {span.outcome!r} left out")
        unknown = [role for role in span.roles if role not in get_args(LabelRole)]
        if unknown:
            notes.add("changed", raw.source, shown, f"unknown roles left out: {', '.join(unknown)}")
        known = tuple(dict.fromkeys(role for role in span.roles if role in get_args(LabelRole)))
        roles = cast(tuple[LabelRole, ...], known)
    block = span.block if name == "CASUALTY" else None
    return Label(start=start, end=end, text="", label=name, outcome=outcome, roles=roles, block=block)


def _flat(labels: list[Label], source: str, notes: Notes) -> list[Label]:
    """Labels without overlaps: the longest stays, among equally long ones the first; the others are noted."""
    kept: list[Label] = []
    for label in sorted(labels, key=lambda label: (label.start - label.end, label.start)):
        other = next((one for one in kept if one.start < label.end and label.start < one.end), None)
        if other is None:
            kept.append(label)
            continue
        shown = f"{label.label} {label.start}–{label.end} {label.text!r}"
        same = (other.start, other.end, other.label) == (label.start, label.end, label.label)
        reason = "stands twice" if same else f"overlaps {other.label} {other.text!r}, which is as long or longer"
        notes.add("dropped", source, shown, reason)
    return sorted(kept, key=lambda label: label.start)
