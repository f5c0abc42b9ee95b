"""Incidents across articles: what several outlets tell of one occurrence, brought together.

==============  ======================================================================================================
``reports``     what one article tells of one event, as far as merging looks at it
``words``       TF-IDF of reports' words
``copies``      the same text under several ids
``blocking``    which pairs are looked at
``features``    what speaks for and against a pair
``matcher``     the probability of a pair, and vetoes
``clustering``  groups, without chains
``merge``       all of these in their order
``figures``     how many, by a policy
``records``     incidents
``review``      pairs that a person should look at
``explain``     why two events are or are not one incident
``files``       incidents as files
``fit``         the matcher's weights from pairs whose truth is known
==============  ======================================================================================================
"""

from conflict_events.merging.files import IncidentsError, read_incidents, write_incidents
from conflict_events.merging.merge import Merged, merge
from conflict_events.merging.records import incidents

__all__ = ["IncidentsError", "Merged", "incidents", "merge", "read_incidents", "write_incidents"]
