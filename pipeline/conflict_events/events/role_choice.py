"""Chooses the role of each actor of an event by weighted signals (:mod:`.role_signals`).

The weights are a table (``data/role_weights.csv``): a multinomial logistic regression, fitted to the corpus by
``python -m conflict_events.events.fit_roles``. Who more likely takes no part than any is left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Span

from .role_signals import Candidate, EventView, RoleSignals, Seen

FILE = "role_weights.csv"
NONE = "none"
ROLES = (NONE, "perpetrator", "target", "party", "claimant")
#: The signal that everybody has.
ALWAYS = "always"
_WHERE = ("telling", "beside", "event")


@dataclass(frozen=True)
class RoleWeights:
    """What each signal says for each of ``ROLES``."""

    table: Mapping[str, NDArray[np.float64]] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> RoleWeights:
        """Read the CSV table: a row a signal, a column a role.

        Raises:
            ValueError: a column or the row ``always`` is missing, or a weight is no number.
        """
        rows = csv.DictReader(io.StringIO(text))
        missing = {"signal", *ROLES} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{FILE} lacks the columns {', '.join(sorted(missing))}.")
        table = {row["signal"]: np.array([float(row[role]) for role in ROLES]) for row in rows}
        if ALWAYS not in table:
            raise ValueError(f"{FILE} lacks the row {ALWAYS!r}.")
        return cls(table)

    def to_text(self) -> str:
        """The table as CSV, by signal."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("signal", *ROLES))
        writer.writerows((signal, *(f"{v:.3f}" for v in values)) for signal, values in sorted(self.table.items()))
        return text.getvalue()

    def probabilities(self, signals: Iterable[str]) -> NDArray[np.float64]:
        """How likely each of ``ROLES`` is, adding up to 1."""
        total = sum((self.table[signal] for signal in signals if signal in self.table), self.table[ALWAYS])
        grown = np.exp(total - total.max())
        shares: NDArray[np.float64] = grown / grown.sum()
        return shares


def choose_roles(
    signals: RoleSignals,
    weights: RoleWeights,
    doc: Doc,
    sentences: Sequence[Span],
    casualties: Iterable[Mapping[str, Any]] = (),
) -> list[tuple[str, Span]]:
    """Each actor of the event that takes part, once, in its role, in the order of the text."""
    view = EventView.of(doc, sentences, casualties, signals.reader.table.tells_attack)
    found = []
    for candidate in signals.candidates(view):
        role = ROLES[int(weights.probabilities(candidate.signals).argmax())]
        if role != NONE:
            found.append((role, _mention(candidate, role)))
    return sorted(found, key=lambda item: item[1].start)


def _mention(candidate: Candidate, role: str) -> Span:
    """The first of the mentions that the rules read in a role, else the first where the harm is told."""

    def doubt(one: Seen) -> tuple[bool, int, int]:
        return one.read != role, _WHERE.index(one.where), one.ent.start

    return min(candidate.mentions, key=doubt).ent
