"""The number normaliser: what a phrase says about how many, and where such phrases are in a text.

>>> from conflict_events.numbers import parse_quantity
>>> parse_quantity("between five and six")
Quantity(low=5, best=None, high=6, modifier='range')
"""

from conflict_events.numbers.finder import (
    QuantitySpan,
    TextQuantity,
    find_in_text,
    find_quantities,
    parse_number,
    parse_quantity,
)
from conflict_events.numbers.tables import Tables, default_tables, read_tables

__all__ = [
    "QuantitySpan",
    "Tables",
    "TextQuantity",
    "default_tables",
    "find_in_text",
    "find_quantities",
    "parse_number",
    "parse_quantity",
    "read_tables",
]
