"""From conflict news to structured events with evidence.

>>> import conflict_events
>>> nlp = conflict_events.load()  # doctest: +SKIP
>>> conflict_events.annotate("Two civilians were killed in Homs.").events  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conflict_events.api import Corpus, annotate, load, read

__version__ = "0.1.0"
__all__ = ["Corpus", "__version__", "annotate", "load", "read"]


def __getattr__(name: str) -> Any:
    # spaCy and pandas take seconds to import: only what is asked for is loaded.
    if name in ("Corpus", "annotate", "load", "read"):
        from conflict_events import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
