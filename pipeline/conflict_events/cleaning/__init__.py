"""Cleaning that never loses its place.

:func:`clean` reads a saved page as its article: boilerplate is left out, disguised words are read as the plain word,
and every character of the result knows where it came from.

>>> cleaned = clean("Two members of IS*IS were kil*led.")
>>> cleaned.text
'Two members of ISIS were killed.'
>>> start, end = cleaned.to_source(25, 31)
>>> cleaned.source[start:end]
'kil*led'
"""

from conflict_events.cleaning.alignment import AlignedText, Alignment, Edit
from conflict_events.cleaning.disguise import DisguisedWords
from conflict_events.cleaning.layout import same_headline
from conflict_events.cleaning.page import Cleaner, CleanText, Dropped, Segment, clean, plain_title

__all__ = [
    "AlignedText",
    "Alignment",
    "CleanText",
    "Cleaner",
    "DisguisedWords",
    "Dropped",
    "Edit",
    "Segment",
    "clean",
    "plain_title",
    "same_headline",
]
