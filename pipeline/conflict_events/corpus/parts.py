"""Which part of the corpus an article belongs to: what is evaluated is never trained on."""

from __future__ import annotations

import zlib

from conflict_events.corpus.records import LabelledArticle, Part
from conflict_events.corpus.scheme import PartRule, load_scheme


def part_of(article: LabelledArticle, rule: PartRule | None = None) -> Part:
    """The part of an article, for good: held-out outlets and countries are ``test``; else what its header says; else
    the CRC-32 of its id (UTF-8) modulo ``rule.modulus`` decides.

    A header that says otherwise for a held-out outlet or country is overruled, and the checker refuses it.
    """
    rule = rule or load_scheme().parts
    if article.outlet in rule.test_outlets or article.country in rule.test_countries:
        return "test"
    if article.part is not None:
        return article.part
    remainder = zlib.crc32(article.id.encode()) % rule.modulus
    if remainder in rule.test_remainders:
        return "test"
    return "dev" if remainder in rule.dev_remainders else "train"


def is_unseen(article: LabelledArticle, rule: PartRule | None = None) -> bool:
    """Whether the article is of an outlet or country that no model is trained on."""
    rule = rule or load_scheme().parts
    return article.outlet in rule.test_outlets or article.country in rule.test_countries
