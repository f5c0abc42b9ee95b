"""The words that casualty reading rests on, loaded from the tables in ``conflict_events/data``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from conflict_events.casualties.mentions.harm_phrases import HarmPhrase, read_phrases
from conflict_events.numbers import default_tables

TABLES = ("outcome_words", "manner_of_death", "clause_cues", "victim_words", "harm_phrases")


@dataclass
class Lexicon:
    """Outcome words, cues and victim words, by lower-cased form.

    ``outcomes`` maps a form to its readings ``(outcome, frame)``; which of them holds is decided by the syntax.
    """

    outcomes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    #: Verbs that are outcome words together with a particle ("wiped out").
    with_particles: frozenset[str] = frozenset()
    manner: set[str] = field(default_factory=set)
    cues: dict[str, set[str]] = field(default_factory=dict)
    victims: dict[str, str] = field(default_factory=dict)
    #: What a verb tells of people together with the words it stands with, by its form.
    phrases: dict[str, tuple[HarmPhrase, ...]] = field(default_factory=dict)
    things: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()

    @classmethod
    def from_tables(cls, tables: dict[str, str]) -> Lexicon:
        """Build from the CSV text of each table in :data:`TABLES`."""
        lexicon = cls()
        for row in _rows(tables["outcome_words"]):
            for form in row["forms"].split("|"):
                lexicon.outcomes.setdefault(form, []).append((row["outcome"], row["frame"]))
        lexicon.with_particles = frozenset(form.split()[0] for form in lexicon.outcomes if " " in form)
        for row in _rows(tables["manner_of_death"]):
            lexicon.manner.update(row["forms"].split("|"))
        for row in _rows(tables["clause_cues"]):
            lexicon.cues.setdefault(row["cue"], set()).update(row["words"].split("|"))
        for row in _rows(tables["victim_words"]):
            for form in row["words"].split("|"):
                lexicon.victims[form] = row["class"]
        lexicon.phrases = read_phrases(tables["harm_phrases"])
        nouns = default_tables().nouns
        lexicon.things = frozenset(word for word, noun in nouns.items() if noun.counts in ("things", "time"))
        lexicon.persons = frozenset(word for word, noun in nouns.items() if noun.counts == "people")
        return lexicon


def package_tables() -> dict[str, str]:
    """The tables shipped with the package, as CSV text."""
    folder = files("conflict_events") / "data"
    return {name: (folder / f"{name}.csv").read_text(encoding="utf8") for name in TABLES}


def own_tables(folder: str | Path | None) -> dict[str, str]:
    """The tables that a folder holds, as CSV text. Raises ``ValueError`` where it is no folder."""
    if folder is None:
        return {}
    if not Path(folder).is_dir():
        raise ValueError(f"[components.casualties] tables: there is no folder {folder}")
    return {
        name: (Path(folder) / f"{name}.csv").read_text(encoding="utf8")
        for name in TABLES
        if (Path(folder) / f"{name}.csv").is_file()
    }


def _rows(text: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(text.splitlines())
