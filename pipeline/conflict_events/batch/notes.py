"""What is to be said at the end of a run of what was read: assumptions, texts told twice, files of other kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from conflict_events.reading import InputArticle, ReadError
from conflict_events.seen_ids import SeenIds

TOLD_AGAIN = "the same text as one before, under another id: its events are told twice (see merge)"


@dataclass
class Notes:
    """``counts`` says for how many articles something was assumed, ``unread`` how many files of each other kind."""

    counts: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    _texts: SeenIds = field(default_factory=SeenIds)

    def taking(self, items: Iterable[InputArticle | ReadError]) -> Iterator[InputArticle | ReadError]:
        """The items, counted as they pass."""
        for item in items:
            if isinstance(item, ReadError):
                self.unread.update([item.unread_kind] if item.unread_kind else ())
            else:
                self.counts.update(item.notes)
                if item.text in self._texts:
                    self.counts[TOLD_AGAIN] += 1
                self._texts.add(item.text)
            yield item
