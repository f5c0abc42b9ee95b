"""``tallies``: running statistics over a period or region, with their nesting, kept apart from events.

Outlets close reports with statistics ("since early 2024 … has increased to 148; as follows: • 19 members …, - Homs
desert: 28 operations left 72 fatalities: • 52 combatants, including three …"). The reading is
:mod:`conflict_events.tallies`; this is the component around it.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from conflict_events.components.victims import VictimReader
from conflict_events.extensions import register
from conflict_events.tallies import TallyWords, read_tallies


@Language.factory("tallies", requires=["doc._.casualties"], assigns=["doc._.tallies"])
def make_tallies(nlp: Language, name: str) -> Tallies:
    """The component; it needs ``casualties`` before it."""
    return Tallies(name)


class Tallies:
    """Sets ``doc._.tallies``: plain-data tallies, ``parent`` the index of the tally they belong to."""

    def __init__(self, name: str = "tallies") -> None:
        register()
        self.name = name
        self.words = TallyWords.load()

    def __call__(self, doc: Doc) -> Doc:
        """Read the tallies of ``doc``."""
        doc._.tallies = [tally.as_data() for tally in read_tallies(doc, self.words, VictimReader(doc).after)]
        return doc
