"""Numbers of people: how far what was read is from what is right."""

from __future__ import annotations

from conflict_events.schema import Quantity

_SIZES = ((0, "0"), (1, "1"), (4, "2–4"), (9, "5–9"), (24, "10–24"), (99, "25–99"))


def size_of(number: int) -> str:
    """The size class of a count of people, as figures are grouped by it."""
    return next((name for limit, name in _SIZES if number <= limit), "100+")


def size_classes() -> list[str]:
    """The size classes, smallest first."""
    return [name for _, name in _SIZES] + ["100+"]


def qualifier_of(quantity: Quantity) -> str:
    """How a quantity is qualified, told by its bounds (docs/annotation.md): gold numbers name no modifier.

    >>> qualifier_of(Quantity(low=9, best=9))
    'at least'
    >>> qualifier_of(Quantity(best=25))
    'about'
    """
    low, best, high = quantity.low, quantity.best, quantity.high
    if best is not None and low == best == high:
        return "exact"
    if best is None:
        if low is not None and high is not None:
            return "range"
        return "vague" if low is not None else "at most" if high is not None else "no number"
    if low == best and high is None:
        return "at least"
    if high == best and low is None:
        return "at most"
    return "about"


def written(quantity: Quantity | None) -> str:
    """A quantity in the form in which labelled articles write it: ``9+``, ``~25``, ``10..15``, ``?``."""
    if quantity is None:
        return "?"
    low, best, high = quantity.low, quantity.best, quantity.high
    match qualifier_of(quantity):
        case "exact":
            return str(best)
        case "at least":
            return f"{low}+"
        case "about":
            return f"~{best}"
        case "range":
            return f"{low}..{high}"
        case "at most":
            return f"<={high}"
        case "vague":
            return f"{low}+ (vague)"
        case _:
            return "?"
