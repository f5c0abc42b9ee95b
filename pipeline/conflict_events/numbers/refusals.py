"""Numbers that are no quantities: labels, dates, times, years, ages, measures, money, fractions, pronouns.

Each check is one function, asked in turn by :func:`is_no_quantity`.
"""

from __future__ import annotations

from conflict_events.numbers.grammar import Reading
from conflict_events.numbers.lexer import HYPHENS
from conflict_events.numbers.phrases import QUOTES, Words

#: signs that tie a number to what stands right beside it: dates, times, addresses, ratios
_TIES = frozenset("/:@=_\\&")
_MONEY = frozenset("$€£¥₹₺₽")
_UNITS = frozenset("°º%‰′″")
_OLDEST = 110
_YEARS = range(1850, 2101)


def is_no_quantity(words: Words, reading: Reading) -> bool:
    """Whether the number read here does not say how many."""
    return (
        _in_compound(words, reading)
        or _rest_of_absurd(words, reading)
        or _identifier(words, reading)
        or _label(words, reading)
        or _measure(words, reading)
        or _date(words, reading)
        or _time(words, reading)
        or _age(words, reading)
        or _fraction_or_ordinal(words, reading)
        or _pronoun(words, reading)
    )


def _single_digits(words: Words, reading: Reading) -> bool:
    return reading.core_end == reading.core + 1 and words.token(reading.core).kind == "digits"


def _rest_of_absurd(words: Words, reading: Reading) -> bool:
    """The scale of a number that is too large to count people: "9,000 billion"."""
    word = words.tables.numbers.get(words.lower(reading.core))
    before = words.token(reading.core - 1)
    return (
        word is not None
        and word.kind == "scale"
        and reading.core > 0
        and (before.kind == "digits" or before.lower in words.tables.numbers)
    )


def _in_compound(words: Words, reading: Reading) -> bool:
    """Part of a longer word or sign: "24-year-old", "three-day", "AK-47", "7:30", "2/3", "9.5.2020", "35°"."""
    start, end = reading.core, reading.core_end
    first, before, after = words.token(start), words.token(start - 1), words.token(end)
    if first.glued:
        if before.lower in HYPHENS or before.lower == ".":
            joined = before.glued and words.token(start - 2).kind in ("word", "digits", "mixed")
            if joined or (before.lower == "." and first.kind == "digits"):
                return not _after_dateline(words, reading)
        elif before.lower in _TIES or before.lower in ("+", "°"):
            return True
    if words.lower(reading.start - 1) == "=" and words.token(reading.start).glued:
        return True
    if after.glued and (after.kind == "mixed" or after.lower in _UNITS):
        return True
    if after.glued and after.lower in _TIES:
        return words.token(end + 1).glued
    return words.compound_hyphen(end) and not words.counts_members(end) and end == reading.end


def _after_dateline(words: Words, reading: Reading) -> bool:
    """A dateline ends in a hyphen and the sentence begins with the number: "DAMASCUS-Ten civilians …"."""
    word = words.token(reading.core).kind == "word" and words.capital(reading.core)
    return word and words.people_right_after(reading.core_end)


def _identifier(words: Words, reading: Reading) -> bool:
    """Part of a run of three or more groups of digits that is not one number: a phone number, a row of a table."""
    start, end = reading.core, reading.core_end
    if words.token(start).kind != "digits" or words.token(end - 1).kind != "digits":
        return False
    first, last = start, end
    while words.token(first - 1).kind == "digits":
        first -= 1
    while words.token(last).kind == "digits":
        last += 1
    return last - first >= 3 and (first, last) != (start, end)


# Labels ---------------------------------------------------------------------------------------------------------------


def _label(words: Words, reading: Reading) -> bool:
    """Such as "Route 5", "No. 5", "Article Seven", "Resolutions 2139 and 2254", "[1]", "1) …", "Kurdistan 24"."""
    start, end = reading.core, reading.core_end
    digits = words.digits_only(start, end)
    if words.lower(start - 1) in ("#", "№"):
        return True
    if (
        words.lower(start - 1) == "."
        and words.token(start - 1).glued
        and words.is_kind("label_abbreviation", start - 2)
    ):
        return True
    if digits and (_enumerates(words, start, end) or _bracketed(words, start, end) or _closes_name(words, start, end)):
        return True
    before = start - 1
    while digits and words.is_kind("list_joint", before) and words.token(before - 1).kind == "digits":
        before -= 2
    if not words.is_kind("name_head", before) or words.people_right_after(end):
        return words.lower(before) == "no" and words.token(start).kind == "word"
    return digits or words.lower(before) == "no" or (words.capital(before) and words.capital(start))


def _enumerates(words: Words, start: int, end: int) -> bool:
    """The number of a list item: "1. …", "2) …" at the start of a line."""
    return words.breaks(start - 1) and words.lower(end) in (")", ".") and not words.breaks(end + 1)


def _bracketed(words: Words, start: int, end: int) -> bool:
    """A footnote, a thread counter, or a line of its own: "[2 of 3]", "Sources (10)", "4" between line breaks."""
    before, after = words.lower(start - 1), words.lower(end)
    if before == "[" or after == "]":
        return not words.people_right_after(end)
    if before == "(" and after == ")":
        of_people = words.is_person(start - 2) or words.is_kind("outcome", start - 2)
        return not of_people and not words.people_right_after(end + 1)
    return words.breaks(start - 1) and words.token(end).kind == "line"


def _closes_name(words: Words, start: int, end: int) -> bool:
    """A number that closes a name: "Kurdistan 24", "Promise 4"."""
    before = start - 1
    if words.token(before).kind != "word" or not words.capital(before) or words.breaks(before - 1):
        return False
    if words.token(end).kind not in ("sign", "line", "end") or words.lower(end) in HYPHENS:
        return False
    ordinary = any(words.is_kind(kind, before) for kind in ("function", "verb", "outcome", "harm", "change"))
    return not ordinary and words.noun(before) is None


# Measures -------------------------------------------------------------------------------------------------------------


def _measure(words: Words, reading: Reading) -> bool:
    """Distances, weights, money, percentages: "12 km", "$500", "500 Syrian pounds", "ten per cent"."""
    before, at = reading.core - 1, reading.core_end
    if (
        words.lower(before) in _MONEY
        or words.is_kind("currency_before", before)
        or words.is_kind("measure_before", before)
    ):
        return True
    if words.lower(at) == "of" or (words.lower(at) in HYPHENS and words.token(at).glued):
        at += 1  # "hundreds of metres", "a three-kilogram bag"
    if words.is_kind("currency", at) or (words.is_kind("currency_of", at) and words.is_kind("currency", at + 1)):
        return True
    if words.lower(at) == "per" and words.is_kind("currency", at + 1):  # "per cent"
        return True
    if not words.is_kind("measure", at):
        return False
    if len(words.lower(at)) <= 2 and words.capital(at):  # "5 M …" is no metre
        return False
    return not (words.is_kind("measure_or_word", at) and words.people_follow(at + 1))


# Dates and times ------------------------------------------------------------------------------------------------------


def _date(words: Words, reading: Reading) -> bool:
    """Such as "9 May 2020", "May 9", "9th of May", "Sunday 5", "5-7 May", "since 2011", "2012-2014"."""
    start, end = reading.core, reading.core_end
    if reading.kind == "range":
        if _is_year(words, start) and _is_year(words, end - 1):
            return True
        months = _is_month(words, start - 1) or _is_month(words, end)
        return months and words.digits_only(start, end)
    if end != start + 1:
        return False
    if _is_month(words, end) or (words.lower(end) == "of" and _is_month(words, end + 1)):
        return True
    if words.token(start).kind != "digits":
        return False
    value = _value(words, start)
    if words.is_kind("list_joint", end) and words.token(end + 1).kind == "digits" and _is_month(words, end + 2):
        return value <= 31  # "2 and 3 May"
    if _is_year(words, start):
        return _is_date_year(words, reading)
    if _is_month(words, start - 1) and value <= 31:
        return words.token(start - 2).kind != "digits"  # in "9 May 12 people" the day is the 9
    return words.is_kind("weekday", start - 1) and value <= 31 and not words.people_right_after(end)


def _is_month(words: Words, index: int) -> bool:
    """A month name, also shortened with a point; those that are words too ("may", "march") need their capital."""
    if words.lower(index) == "." and words.token(index).glued and len(words.lower(index - 1)) <= 4:
        index -= 1
    if words.is_kind("month_or_word", index) and not words.capital(index):
        return False
    return words.is_kind("month", index)


def _is_year(words: Words, index: int) -> bool:
    text = words.token(index).text
    return len(text) == 4 and text.isdecimal() and int(text) in _YEARS


def _is_date_year(words: Words, reading: Reading) -> bool:
    """Whether a possible year is one: after a word of time or a date, or with nothing that it counts after it."""
    before = reading.core - 1
    if words.is_kind("temporal", before) and reading.start == reading.core:
        return True
    if _is_month(words, before):
        return True
    dated = words.token(before - 1).kind in ("digits", "mixed") or _is_month(words, before - 1)
    if words.lower(before) == "," and dated:
        return True
    if reading.start < reading.core and words.head(reading.core_end)[0] in ("people", "things"):
        return False
    return not words.people_right_after(reading.core_end)


def _time(words: Words, reading: Reading) -> bool:
    """Such as "3 p.m.", "three o'clock", "at 1341", "0430 GMT", "between 0930 and 1010"."""
    start, end = reading.core, reading.core_end
    if words.is_kind("clock", end):
        return True
    if words.lower(end) in ("a", "p") and words.lower(end + 1) == "." and words.token(end + 1).glued:
        return words.lower(end + 2) == "m"
    if words.people_right_after(end):
        return False
    if reading.kind == "range":
        return _clock_digits(words, start) and _clock_digits(words, end - 1) and words.head(end)[0] == "unknown"
    text = words.token(start).text
    if not _single_digits(words, reading):
        return False
    if text[0] == "0" and len(text) > 1:
        return True
    return _clock_digits(words, start) and words.is_kind("clock_before", reading.start - 1)


def _clock_digits(words: Words, index: int) -> bool:
    """Four digits that can be a time of day: "0930", "1815"."""
    text = words.token(index).text
    return len(text) == 4 and text.isdecimal() and int(text[:2]) <= 24 and int(text[2:]) < 60


# Ages -----------------------------------------------------------------------------------------------------------------


def _age(words: Words, reading: Reading) -> bool:
    """Such as "aged 12", "at the age of 12", "12 years old", "Ahmed, 24, …", "children under 18"."""
    start, end, begin = reading.core, reading.core_end, reading.start
    before = begin - 1
    if words.is_kind("age_joint", before):
        before -= 1
    if words.is_kind("age_before", before) and not words.is_kind("outcome", end):
        return True
    at = end + 1 if words.lower(end) in HYPHENS else end
    if words.is_kind("age_after", at):
        marker = at + 2 if words.lower(at + 1) in HYPHENS else at + 1
        if words.is_kind("age_marker", marker) or (words.lower(at + 1) == "of" and words.lower(at + 2) == "age"):
            return True
    if begin < start and words.is_kind("age_limit", start - 1) and words.is_person(begin - 1):
        return not words.is_kind("outcome", begin - 1) and not words.people_follow(end)
    return _age_in_apposition(words, reading)


def _age_in_apposition(words: Words, reading: Reading) -> bool:
    """Such as "Ahmed Hassan, 24, …", "Omar (31)"."""
    start, end = reading.core, reading.core_end
    if not _single_digits(words, reading) or _value(words, start) > _OLDEST or words.token(start - 2).kind != "word":
        return False
    opening, closing = words.lower(start - 1), words.lower(end)
    name = words.capital(start - 2) and words.noun(start - 2) is None
    if opening == "(":
        return name and closing in (")", ",")
    if opening != ",":
        return False
    if closing in (".", ""):
        return name
    return closing in (",", ")", ";") and words.token(end + 1).kind != "digits"


# Fractions and pronouns -----------------------------------------------------------------------------------------------


def _fraction_or_ordinal(words: Words, reading: Reading) -> bool:
    """Part of a fraction or an ordinal: "two thirds", "thirty-first", "twenty second"."""
    at = reading.core_end
    hyphen = words.lower(at) in HYPHENS and words.token(at).glued
    if hyphen:
        at += 1
    return _ordinal(words, at) and (hyphen or not words.people_follow(at + 1))


def _ordinal(words: Words, index: int) -> bool:
    entry = words.tables.numbers.get(words.lower(index))
    return entry is not None and entry.kind == "ordinal"


def _pronoun(words: Words, reading: Reading) -> bool:
    """Such as "this one", "the second one", "one of the attackers said", "one of the deadliest attacks"."""
    index = reading.core
    if words.lower(index) != "one" or reading.core_end != index + 1:
        return False
    if words.lower(index + 1) != "of":
        determined = words.is_kind("before_one", index - 1) or _ordinal(words, index - 1)
        return determined and words.noun(index + 1) is None and not words.people_right_after(index + 1)
    at = words.past("determiner", index + 2)
    superlative = words.lower(at).endswith("est") and len(words.lower(at)) > 5 and words.noun(at) is None
    return superlative or words.is_kind("superlative", at) or _speaks(words, at)


def _speaks(words: Words, index: int) -> bool:
    """Whether the noun phrase from ``index`` on is the subject of a verb of saying."""
    for at in range(index, index + 7):
        token = words.token(at)
        if token.kind not in ("word", "mixed") and token.lower not in QUOTES and token.lower not in HYPHENS:
            return False
        if words.is_kind("speech", at):
            return True
        ended = words.is_kind("verb", at) or words.is_kind("auxiliary", at) or words.is_kind("outcome", at)
        if ended and at > index:
            return False
    return False


def _value(words: Words, index: int) -> int:
    """The digits of a lexeme as an int, separators ignored: for comparison with days and ages."""
    return int("".join(char for char in words.token(index).text if char.isdecimal()))
