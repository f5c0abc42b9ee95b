"""The training data: its source form read, written, checked and counted (docs/training-data.md).

``python -m conflict_events.corpus check FILE...`` reports every problem with file and line;
``python -m conflict_events.corpus stats FILE...`` counts labels, outlets, countries and event types.
"""

from conflict_events.corpus.check import check_article, check_files
from conflict_events.corpus.parse import parse, read_corpus, read_source, source_files
from conflict_events.corpus.parts import is_unseen, part_of
from conflict_events.corpus.records import (
    CorpusError,
    Label,
    LabelledArticle,
    LabelledCasualty,
    LabelledEvent,
    LabelledTally,
    Part,
    Problem,
)
from conflict_events.corpus.stats import Statistics, statistics
from conflict_events.corpus.write import write_article, write_corpus

__all__ = [
    "CorpusError",
    "Label",
    "LabelledArticle",
    "LabelledCasualty",
    "LabelledEvent",
    "LabelledTally",
    "Part",
    "Problem",
    "Statistics",
    "check_article",
    "check_files",
    "is_unseen",
    "parse",
    "part_of",
    "read_corpus",
    "read_source",
    "source_files",
    "statistics",
    "write_article",
    "write_corpus",
]
