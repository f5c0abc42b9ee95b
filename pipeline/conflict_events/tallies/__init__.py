"""Running statistics over a period or a region, as text gives them: in prose, in lists, by region or by month.

:func:`read_tallies` reads them from the sentences that the reading of casualties took for statistics. Three steps, each
of which can be tried alone: :mod:`~conflict_events.tallies.period` (since when, until when),
:mod:`~conflict_events.tallies.sentence` (one sentence as groups of people with their parts, and a number of
operations), :mod:`~conflict_events.tallies.passage` (sentences and list items as tallies and tallies within them).
"""

from conflict_events.tallies.passage import Tally, read_tallies
from conflict_events.tallies.period import Period, period_of
from conflict_events.tallies.sentence import Group, Statement, read_statement
from conflict_events.tallies.words import TallyWords

__all__ = [
    "Group",
    "Period",
    "Statement",
    "Tally",
    "TallyWords",
    "period_of",
    "read_statement",
    "read_tallies",
]
