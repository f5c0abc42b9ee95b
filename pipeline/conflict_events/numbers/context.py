"""What a number in a text is: a count of people, of things, of time, or no quantity at all.

Ordinals, ages, dates, times, years, measures, money, labels ("Route 5") and set phrases are no quantities; counts of
things and of time are, but say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from conflict_events.numbers.grammar import Reading
from conflict_events.numbers.lexer import DASHES, HYPHENS, Lexeme
from conflict_events.numbers.tables import Counts, Noun, Tables

_END = Lexeme(0, 0, "", "", "end", False)
_REACH = 8
_QUOTES = frozenset("\"'“”‘’«»„`*_")
_MONEY_SIGNS = frozenset("$€£¥₹₺₽")
_POSSESSIVE = ("'s", "’s")


class Context:
    """The lexemes around a reading, and the questions asked about them."""

    def __init__(self, tokens: Sequence[Lexeme], tables: Tables) -> None:
        self.tokens = tokens
        self.tables = tables

    def token(self, index: int) -> Lexeme:
        return self.tokens[index] if 0 <= index < len(self.tokens) else _END

    def lower(self, index: int) -> str:
        return self.token(index).lower

    def is_kind(self, kind: str, index: int) -> bool:
        return self.tables.has(kind, self.lower(index))

    # Noun phrases -------------------------------------------------------------------------------------------------

    def noun(self, index: int) -> Noun | None:
        """The noun at ``index``; "children's" and hyphenated compounds ("ex-soldier") included."""
        token = self.token(index)
        if token.kind != "word":
            return None
        if token.lower.endswith(_POSSESSIVE):
            return None
        if self._glued_hyphen(index + 1):
            return None  # first part of a compound: decided by its last part
        return self.tables.nouns.get(token.lower)

    def _glued_hyphen(self, index: int) -> bool:
        return (
            self.lower(index) in HYPHENS
            and self.token(index).glued
            and self.token(index + 1).glued
            and self.token(index + 1).kind in ("word", "mixed", "digits")
        )

    def head(self, index: int, *, one: bool = False) -> tuple[Counts, int]:
        """What the noun phrase from ``index`` on is made of, and the index of the noun that says so.

        The last known noun before the phrase ends decides ("three police vehicles" are things); a plural people noun
        ends the search at once. Words for outcomes ("two dead", "three of them wounded") mean people.
        """
        found: tuple[Counts, int] = ("unknown", -1)
        first = self._past_partitive(index)
        if first > index and self.lower(first) == "whom":
            return "people", first
        for at in range(first, first + _REACH):
            token = self.token(at)
            lower = token.lower
            if token.kind in ("end", "line"):
                break
            if found[0] == "unknown" and self.tables.has("outcome", lower):
                if self._adjectival(at):
                    continue
                return "people", at
            if token.kind == "sign":
                if lower in DASHES or lower in _QUOTES or (lower == "/" and token.glued):
                    continue
                break
            noun = self.noun(at)
            if noun is None:
                if self.tables.has("function", lower) or self.tables.has("verb", lower) or token.kind == "digits":
                    break
                continue
            if found[0] == "time" and noun.counts != "people":
                break  # "an eight hour gun battle" counts hours, "two night guards" people
            found = (noun.counts, at)
            if noun.plural and not one and not self._noun_follows(at, noun):
                break
        return found

    def _adjectival(self, index: int) -> bool:
        """An outcome word that describes the noun after it: "three wounded soldiers", "two armed men"."""
        following = self.noun(index + 1)
        return following is not None

    def _noun_follows(self, index: int, noun: Noun) -> bool:
        """Whether a noun that takes over as head stands right after ("two civilians vehicles", "police cars")."""
        following = self.noun(index + 1)
        return following is not None and (following.plural or noun.use != "head")

    def _past_partitive(self, index: int) -> int:
        """Past "of", "of the", "of its", "other", "more" to where the noun phrase goes on."""
        if self.lower(index) != "of":
            return index
        index += 1
        while self.lower(index) in ("the", "its", "their", "his", "her", "our", "those", "these", "whom", "all", "my"):
            if self.lower(index) in ("whom",):
                return index
            index += 1
        return index

    # Articles -----------------------------------------------------------------------------------------------------

    def article_counts(self, index: int) -> bool:
        """Whether the article before ``index`` counts a person: a singular person noun heads its noun phrase."""
        at = index
        last: Noun | None = None
        for step in range(7):
            token = self.token(at)
            lower = token.lower
            if token.kind in ("end", "line"):
                return False
            if token.kind == "sign":
                if lower in HYPHENS or lower in _QUOTES or (lower == "," and step and self._adjective_list(at)):
                    at += 1
                    continue
                return False
            noun = self.noun(at)
            if noun is not None:
                if noun.counts == "people":
                    if self._heads(at, noun):
                        return not noun.plural
                elif noun.plural and noun.counts == "things":
                    return False
                last = noun
            elif self.tables.has("function", lower) and not self._glued_hyphen(at + 1):
                return False
            elif self.tables.has("verb", lower) and (last is not None or step > 0):
                return False
            elif last is not None and last.counts == "things" and lower.endswith("ed"):
                return False
            elif lower.endswith(_POSSESSIVE) and step == 0 and self.tables.nouns.get(lower[:-2]) is not None:
                pass
            at += 1
        return False

    def _adjective_list(self, index: int) -> bool:
        """A comma between adjectives: "a young, unarmed man"."""
        return not self.is_kind("function", index + 1) and self.noun(index - 1) is None

    def _heads(self, index: int, noun: Noun) -> bool:
        """Whether the person noun at ``index`` is the head of its noun phrase, judged by what follows it."""
        following = self.token(index + 1)
        if following.kind in ("end", "line", "sign", "digits", "mixed"):
            return not (following.lower in HYPHENS and self._glued_hyphen(index + 1))
        if following.lower in ("and", "or") and noun.use != "head":
            return self._new_phrase(index + 2)
        if self.is_kind("function", index + 1) or self.is_kind("verb", index + 1):
            return True
        if self.is_kind("outcome", index + 1):
            return True
        after = self.noun(index + 1)
        if after is not None:
            return after.counts == "people" and after.plural and noun.use == "head"
        if following.lower.endswith(_POSSESSIVE):
            return False
        if noun.use == "head":
            return True
        if following.lower.endswith(("ed", "ly")):
            return True
        return noun.use == "modifier" and following.text[:1].isupper()

    def _new_phrase(self, index: int) -> bool:
        """Whether what follows "and" is a phrase of its own ("a civilian and a soldier"), no second modifier."""
        noun = self.noun(index)
        if noun is not None and noun.counts == "people":
            return self._heads(index, noun)
        return (
            self.is_kind("function", index) or self.is_kind("verb", index) or self.lower(index) in self.tables.numbers
        )

    def another_counts(self, index: int) -> bool:
        """Whether "another" right before ``index`` is itself a harmed person: "wounding another", "another was hurt"."""
        at = index
        while self.lower(at) in ("was", "is", "has", "had", "been", "remains"):
            at += 1
        if self.is_kind("outcome", at):
            return at > index or self.noun(at + 1) is None
        following = self.token(index)
        ends = following.kind in ("end", "line") or following.lower in (".", ",", ";", ")", "(", "in", "and", "while")
        return ends and self.is_kind("harm", index - 2)

    def harmed(self, reading: Reading) -> bool:
        """Whether the words around a number with no noun say that it counts people: "wounding 80", "12 were hurt"."""
        at = reading.end
        while self.lower(at) in (
            "was",
            "were",
            "is",
            "are",
            "has",
            "have",
            "had",
            "been",
            "be",
            "also",
            "being",
            "more",
        ):
            at += 1
        if at > reading.end and self.is_kind("outcome", at):
            return True
        return self.is_kind("harm", reading.start - 1)

    # Refusals -----------------------------------------------------------------------------------------------------

    def refused(self, reading: Reading) -> bool:
        """Whether the number is no quantity here."""
        start, end = reading.core, reading.core_end
        if self._identifier(start, end):
            return True
        if (
            self._label(start, end)
            or self._glued_to_word(start, end, reading.end)
            or self.lower(reading.start - 1) == "="
        ):
            return True
        if self._measure(start, end) or self._date_or_time(reading) or self._age(reading):
            return True
        if self._fraction_or_ordinal(end):
            return True
        return self.lower(start) == "one" and end == start + 1 and self._pronoun(start)

    def _identifier(self, start: int, end: int) -> bool:
        """Part of a run of three or more digit groups that is not one number: a phone number, a row of a table."""
        if self.token(start).kind != "digits" or self.token(end - 1).kind != "digits":
            return False
        first, last = start, end
        while self.token(first - 1).kind == "digits":
            first -= 1
        while self.token(last).kind == "digits":
            last += 1
        return last - first >= 3 and (first, last) != (start, end)

    def _digits(self, start: int, end: int) -> bool:
        return all(
            self.token(index).kind == "digits" for index in range(start, end) if self.token(index).kind != "sign"
        )

    def people_follow(self, end: int) -> bool:
        return self.head(end)[0] == "people"

    def _label(self, start: int, end: int) -> bool:
        """ "Route 5", "No. 5", "Article Seven", "[1]", "1) …", "AK-47"."""
        previous = self.token(start - 1)
        before = start - 1
        if previous.lower in ("#", "№"):
            return True
        if previous.lower == "." and self.lower(start - 2) in (
            "no",
            "nos",
            "nr",
            "art",
            "st",
            "fig",
            "tel",
            "vol",
            "km",
        ):
            return True
        if previous.lower == "[" and self.lower(end) == "]" and self._digits(start, end):
            return True
        if previous.kind in ("end", "line") and self.lower(end) in (")", ".") and self._digits(start, end):
            return self.token(end + 1).kind != "line" and self.token(end + 1).kind != "end"
        if self._bracketed(start, end) or self._title(start, end):
            return True
        while (
            self._digits(start, end)
            and self.lower(before) in ("and", "or", ",", "&")
            and (self.token(before - 1).kind == "digits")
        ):
            before -= 2  # "Resolutions 2139 and 2254"
        previous = self.token(before)
        if not self.is_kind("name_head", before) or previous.glued and self.lower(start - 2) in ("'",):
            return False
        if self.lower(before) == "no" and self.token(start).kind == "word":
            return True
        if self.is_kind("month", before):
            return False
        if self._digits(start, end):
            return not self._people_right_after(end)
        return (
            previous.text[:1].isupper() and self.token(start).text[:1].isupper() and not self._people_right_after(end)
        )

    def _bracketed(self, start: int, end: int) -> bool:
        """A footnote, a thread counter, or a line of its own: "[2 of 3]", "Sources (10)", "4" between line breaks."""
        if not self._digits(start, end):
            return False
        before, after = self.token(start - 1), self.token(end)
        if before.lower == "[" or after.lower == "]":
            return not self._people_right_after(end)
        if before.lower == "(" and after.lower == ")":
            noun = self.noun(start - 2)
            counted = (noun is not None and noun.counts == "people") or self.is_kind("outcome", start - 2)
            return not counted and not self._people_right_after(end + 1)
        return before.kind in ("line", "end") and after.kind == "line"

    def _title(self, start: int, end: int) -> bool:
        """A number that closes a name: "Kurdistan 24", "Promise 4"."""
        previous, following = self.token(start - 1), self.token(end)
        if previous.kind != "word" or not previous.text[:1].isupper() or following.kind not in ("sign", "line", "end"):
            return False
        if following.lower in HYPHENS or self.token(start - 2).kind in ("end", "line"):
            return False
        ordinary = any(self.is_kind(kind, start - 1) for kind in ("function", "verb", "outcome", "harm", "change"))
        return self._digits(start, end) and not ordinary and self.noun(start - 1) is None

    def _people_right_after(self, end: int) -> bool:
        for at in range(end, end + 3):
            noun = self.noun(at)
            if noun is not None:
                return noun.counts == "people"
            if self.is_kind("function", at) or self.token(at).kind != "word":
                return False
            if self.is_kind("outcome", at):
                return True
        return False

    def _glued_to_word(self, start: int, end: int, reading_end: int) -> bool:
        """Part of a compound or a name: "24-year-old", "three-day", "AK-47", "7:30", "2/3", "9.5.2020"."""
        first, after = self.token(start), self.token(end)
        previous = self.token(start - 1)
        if first.glued and (previous.lower in HYPHENS or previous.lower in ("/", ":", ".", "\\", "_", "&", "@", "=")):
            if previous.glued and self.token(start - 2).kind in ("word", "digits", "mixed"):
                return not self._after_dateline(start, end)
            if previous.lower in ("/", ":", "@", "=", "_", "\\") or (previous.lower == "." and first.kind == "digits"):
                return True
        if first.glued and previous.lower in ("+", "°"):
            return True
        if after.kind == "mixed" and after.glued:
            return True
        if after.glued and after.lower in ("/", ":", "°", "º", "@", "_", "\\", "=", "%", "‰", "′", "″"):
            return self.token(end + 1).glued or after.lower in ("°", "º", "%", "‰", "′", "″")
        return self._glued_hyphen(end) and not self.is_compound(end) and end == reading_end

    def _after_dateline(self, start: int, end: int) -> bool:
        """ "DAMASCUS-Ten civilians …": a dateline ends in a hyphen, and the sentence begins with the number."""
        first = self.token(start)
        return first.kind == "word" and first.text[:1].isupper() and self._people_right_after(end)

    def is_compound(self, end: int) -> bool:
        """Whether the number counts people inside a compound: "a five-member family", "a two-man crew"."""
        return (
            self.lower(end) in HYPHENS
            and self.token(end).glued
            and self.token(end + 1).glued
            and (self.is_kind("compound", end + 1))
        )

    def _measure(self, start: int, end: int) -> bool:
        """Distances, weights, money and percentages."""
        if self.lower(start - 1) in _MONEY_SIGNS or self.lower(start - 1) in ("usd", "eur", "gbp", "syp", "us$", "rs"):
            return True
        if self.is_kind("measure_before", start - 1):
            return True
        at = end
        if self.lower(at) in HYPHENS and self.token(at).glued:
            at += 1
        if self.is_kind("currency", at) or (self.lower(at) == "per" and self.lower(at + 1) in ("cent", "cents")):
            return not (self.lower(at) == "us")
        if self.is_kind("currency_of", at) and self.is_kind("currency", at + 1):
            return True
        if not self.is_kind("measure", at):
            return False
        word = self.token(at)
        if word.lower in ("m", "g", "st", "'", "th", "x") and word.text != word.lower:
            return False
        return not (
            word.lower in ("points", "light", "local", "story", "square", "times") and self.people_follow(at + 1)
        )

    def _day_month(self, start: int, end: int) -> bool:
        """ "9 May", "May 9", "9th of May", "May 9, 2020"."""
        if end != start + 1:
            return False
        before, after = self.token(start - 1), self.token(end)
        if self._month(start - 1) and not (self.token(start - 2).kind == "digits" and not self._year_like(start)):
            return self.token(start).kind == "digits" and (
                int(_value(self.token(start).text)) <= 31 or self._year_like(start)
            )
        if self._month(end) and before.kind != "end":
            return self.token(start).kind == "digits" or after.text[:1].isupper()
        if self._month(end):
            return True
        return after.lower == "of" and self._month(end + 1)

    def _month(self, index: int) -> bool:
        """A month name; "may" and "march" are months only with a capital."""
        token = self.token(index)
        if token.lower in ("may", "march", "mar", "sun", "sat", "dec", "jan") and token.text == token.lower:
            return False
        if token.lower == "." and self.token(index).glued:
            return self.is_kind("month", index - 1) and len(self.lower(index - 1)) <= 4
        return self.is_kind("month", index)

    def _year_like(self, index: int) -> bool:
        token = self.token(index)
        return (
            token.kind == "digits" and token.text.isdigit() and len(token.text) == 4 and 1850 <= int(token.text) <= 2100
        )

    def _date_or_time(self, reading: Reading) -> bool:
        start, end = reading.core, reading.core_end
        if self._day_month(start, end):
            return True
        first = self.token(start)
        if end > start + 1 and reading.kind == "range":
            if self._year_like(start) and self._year_like(end - 1):
                return True
            if self._month(start - 1) or self._month(end):
                return self._digits(start, end) or self.token(end).text[:1].isupper()
        if end == start + 1 and first.kind == "digits":
            if self._year_like(start) and self._year(reading, start):
                return True
            if self.is_kind("weekday", start - 1) and int(_value(first.text)) <= 31:
                return not self._people_right_after(end)
            if self._month(start - 2) and self.lower(start - 1) == ",":
                return True
            if self._military_time(reading):
                return True
            if first.text[0] == "0" and len(first.text) > 1:
                return len(first.text) > 2 or not self._people_right_after(end)
        return self._clock(end)

    def _year(self, reading: Reading, start: int) -> bool:
        if self.is_kind("temporal", start - 1) or self.lower(start - 1) in ("(", "/", "’", "'"):
            return True
        if self._month(start - 1):
            return True
        if self.lower(start - 1) == "," and (
            self.token(start - 2).kind in ("digits", "mixed") or self._month(start - 2)
        ):
            return True
        return not self._people_right_after(start + 1)

    def _military_time(self, reading: Reading) -> bool:
        """ "at 1341", "at about 2030": four digits that are a time of day, after "at" or a word like it."""
        text = self.token(reading.core).text
        if len(text) != 4 or not text.isdigit() or int(text[:2]) > 24 or int(text[2:]) > 59:
            return False
        before = self.lower(reading.start - 1)
        return before in ("at", "until", "by") and not self._people_right_after(reading.core_end)

    def _clock(self, end: int) -> bool:
        lower = self.lower(end)
        if lower in ("am", "pm"):
            return True
        if (
            lower in ("a", "p")
            and self.lower(end + 1) == "."
            and self.lower(end + 2) == "m"
            and self.token(end + 1).glued
        ):
            return True
        return lower in ("o'clock", "o’clock", "oclock")

    def _age(self, reading: Reading) -> bool:
        """ "aged 12", "12 years old", "Ahmed, 24, …", "children under 18"."""
        start, end = reading.core, reading.core_end
        begin = reading.start
        if self.is_kind("age_before", begin - 1) and not self.is_kind("outcome", end):
            return True
        if self.lower(begin - 1) == "of" and self.lower(begin - 2) in ("age", "ages"):
            return True
        for at in range(begin - 1, begin - 3, -1):
            if self.is_kind("age_before", at) and self.lower(at + 1) in (
                "between",
                "from",
                "about",
                "around",
                "under",
                "over",
            ):
                return True
        after = end
        if self.lower(after) in HYPHENS:
            after += 1
        if self.is_kind("age_after", after):
            following = after + 2 if self.lower(after + 1) in HYPHENS else after + 1
            if self.is_kind("age_marker", following):
                return True
            if self.lower(after + 1) == "of" and self.lower(after + 2) == "age":
                return True
        if begin < start and self.lower(start - 1) in ("under", "over", "below", "above", "than"):
            person = self.noun(begin - 1)
            if person is not None and person.counts == "people" and not self.people_follow(end):
                return True
        return self._age_in_apposition(start, end)

    def _age_in_apposition(self, start: int, end: int) -> bool:
        if end != start + 1 or self.token(start).kind != "digits" or int(_value(self.token(start).text)) > 110:
            return False
        opening, closing = self.lower(start - 1), self.lower(end)
        named = self.token(start - 2)
        if opening == "(" and closing in (")", ","):
            return named.kind == "word" and named.text[:1].isupper() and self.tables.nouns.get(named.lower) is None
        if opening == "," and closing in (".", "") and not named.text[:1].isupper():
            return False
        if opening == "," and closing in (",", ")", ";", ".", ""):
            return named.kind == "word" and not (self.token(end + 1).kind == "digits")
        return False

    def _fraction_or_ordinal(self, end: int) -> bool:
        """ "two thirds", "thirty-first", "twenty second": the number is part of a fraction or an ordinal."""
        at = end
        hyphen = self.lower(at) in HYPHENS and self.token(at).glued
        if hyphen:
            at += 1
        entry = self.tables.numbers.get(self.lower(at))
        return entry is not None and entry.kind == "ordinal" and (hyphen or not self.people_follow(at + 1))

    def _pronoun(self, index: int) -> bool:
        """ "this one", "one's", "one of the attackers said", "one of the deadliest attacks"."""
        if self.is_kind("before_one", index - 1) and not self._people_right_after(index + 1):
            return True
        if self.lower(index + 1) == "of":
            at = index + 2
            while self.lower(at) in ("the", "its", "their", "his", "her", "our", "those", "these", "my"):
                at += 1
            lower = self.lower(at)
            if self.is_kind("superlative", at) or (lower.endswith("est") and len(lower) > 5 and self.noun(at) is None):
                return True
            return self._speaks(at)
        return False

    def _speaks(self, index: int) -> bool:
        """Whether the noun phrase from ``index`` on is the subject of a verb of saying."""
        for at in range(index, index + 7):
            if self.token(at).kind not in ("word", "mixed") and self.lower(at) not in _QUOTES | HYPHENS:
                return False
            if self.is_kind("speech", at):
                return True
            if self.is_kind("verb", at) or (self.is_kind("outcome", at) and at > index):
                return False
        return False

    # Vague words --------------------------------------------------------------------------------------------------

    def meets(self, needs: str, reading: Reading) -> bool:
        """Whether what follows a vague word is what it needs to count people."""
        end = reading.end
        if needs == "of":
            return self.lower(end) == "of"
        if needs == "person":
            if self.lower(end) == "of" and self.lower(end + 1) in ("them", "whom", "those", "these"):
                return True
            kind, at = self.head(end)
            return kind == "people" and (self.noun(at) is not None or (at == end and not self.lower(at).endswith("ly")))
        if needs == "both":
            return self._both(end)
        if needs == "casualty":
            return self._no_casualty(end)
        return True

    def _both(self, end: int) -> bool:
        if self.lower(end) in ("were", "died", "was", "are", "have", "had"):
            return True
        return self._people_right_after(end) or (self.lower(end) == "of" and self.lower(end + 1) in ("them", "whom"))

    def _no_casualty(self, end: int) -> bool:
        """ "No casualties", "no civilian deaths", "no reports of injuries"; not "no information", "no militants"."""
        for at in range(end, end + 4):
            if self.is_kind("casualty", at):
                return True
            if self.is_kind("casualty_report", at) and self.lower(at + 1) in ("of", "on", "about"):
                return any(self.is_kind("casualty", ahead) for ahead in range(at + 2, at + 7))
            noun = self.noun(at)
            if noun is not None and noun.counts == "people" and self._heads(at, noun):
                return True
            if self.token(at).kind != "word" or (self.is_kind("function", at) and self.lower(at) != "or"):
                return False
        return False


def _value(text: str) -> int:
    """Digits as an int, separators ignored; used for comparisons only."""
    digits = "".join(char for char in text if char.isdecimal())
    return int(digits) if digits else 0
