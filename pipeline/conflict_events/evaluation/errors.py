"""Errors to read: what was expected, what was read, why, and where."""

from __future__ import annotations

from dataclasses import dataclass

CAUSES: dict[str, str] = {
    "missed": "missed",
    "spurious": "read where there is none",
    "wrong_label": "wrong label",
    "wrong_borders": "wrong borders",
    "wrong_label_and_borders": "wrong label and borders",
    "left_out": "in text that cleaning leaves out",
    "wrong_number": "wrong number",
    "wrong_bounds": "right number, wrong bounds",
    "wrong_outcome": "wrong outcome",
    "wrong_kind": "in an event of the wrong kind",
    "told_twice": "the same toll counted twice",
    "part_as_whole": "a part counted as a toll of its own",
    "tally_as_event": "a running statistic counted",
    "wrong_type": "wrong event type",
    "wrong_role": "wrong role",
    "none_read": "coded, nothing read",
    "none_coded": "read, nothing coded",
    "too_many": "more than coded",
    "too_few": "fewer than coded",
    "one_event_too_many": "right without one of the events",
    "in_background": "the coded number was read as background",
    "in_tally": "the coded number was read as a running statistic",
    "open_number": "no number read for the words",
    "not_separated": "killed and injured read as one figure",
    "not_annotated": "the model gave no annotation",
    "far": "places, but none near the coded point",
    "unresolved": "no place with a point",
    "wrong_admin1": "another governorate or province",
    "wrong_country": "another country",
    "wrong_actor": "coded actor not among those read",
}
"""Causes and their words. A cause is told by what was read, not guessed."""


@dataclass(frozen=True, slots=True)
class EvaluationError:
    """Something that was read wrongly.

    article: its number in the evaluation. subject: the figure that it lowers. cause: a key of ``CAUSES``. group: label,
    outcome or role. gold, read: what is right, and what was read. start, end: where in the article's text.
    """

    article: int
    subject: str
    cause: str
    group: str = ""
    gold: str = ""
    read: str = ""
    start: int | None = None
    end: int | None = None
