"""The noun phrases around a number, judged by words alone: what is counted, and where people are named."""

from __future__ import annotations

from collections.abc import Sequence

from conflict_events.numbers.lexer import DASHES, HYPHENS, Lexeme
from conflict_events.numbers.tables import Counts, Noun, Tables

#: how many lexemes after a number its noun is looked for
REACH = 8
QUOTES = frozenset("\"'“”‘’«»„`*_")
POSSESSIVE = ("'s", "’s")
_END = Lexeme(0, 0, "", "", "end", False)


class Words:
    """A text's lexemes with the tables at hand. Positions outside the text read as an empty lexeme of kind ``end``."""

    def __init__(self, tokens: Sequence[Lexeme], tables: Tables) -> None:
        self.tokens = tokens
        self.tables = tables

    def token(self, index: int) -> Lexeme:
        """The lexeme at ``index``."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else _END

    def lower(self, index: int) -> str:
        """The lexeme at ``index`` in lower case."""
        return self.token(index).lower

    def is_kind(self, kind: str, index: int) -> bool:
        """Whether the context table lists the lexeme at ``index`` under ``kind``."""
        return self.lower(index) in self.tables.context[kind]

    def function_word(self, index: int) -> bool:
        """Whether a function word stands at ``index``; in capitals it is a name ("an IS fighter", "two US men")."""
        text = self.token(index).text
        return self.is_kind("function", index) and not (len(text) > 1 and text.isupper())

    def past(self, kind: str, index: int) -> int:
        """The first index from ``index`` on whose lexeme is not of ``kind``."""
        while self.is_kind(kind, index):
            index += 1
        return index

    def capital(self, index: int) -> bool:
        """Whether the lexeme at ``index`` begins with a capital letter."""
        return self.token(index).text[:1].isupper()

    def breaks(self, index: int) -> bool:
        """Whether the text or the line ends at ``index``."""
        return self.token(index).kind in ("end", "line")

    def digits_only(self, start: int, end: int) -> bool:
        """Whether the number is written in digits, signs between them aside."""
        return all(self.token(index).kind in ("digits", "sign") for index in range(start, end))

    def compound_hyphen(self, index: int) -> bool:
        """Whether the lexeme at ``index`` is a hyphen inside a compound ("pro-government")."""
        return (
            self.lower(index) in HYPHENS
            and self.token(index).glued
            and self.token(index + 1).glued
            and self.token(index + 1).kind in ("word", "mixed", "digits")
        )

    def counts_members(self, end: int) -> bool:
        """Whether a number that ends at ``end`` counts people inside a compound: "a five-member family"."""
        return self.compound_hyphen(end) and self.is_kind("compound", end + 1)

    # Nouns ------------------------------------------------------------------------------------------------------------

    def noun(self, index: int) -> Noun | None:
        """The known noun at ``index``; none where it is a possessive or only the first part of a compound."""
        token = self.token(index)
        if token.kind != "word" or token.lower.endswith(POSSESSIVE) or self.compound_hyphen(index + 1):
            return None
        return self.tables.nouns.get(token.lower)

    def is_person(self, index: int) -> bool:
        """Whether a known person noun stands at ``index``."""
        noun = self.noun(index)
        return noun is not None and noun.counts == "people"

    def head(self, index: int, *, one: bool = False) -> tuple[Counts, int]:
        """What the noun phrase from ``index`` on is made of, and the index of the noun that says so (or -1).

        The last known noun before the phrase ends decides ("three police vehicles" are things). A plural noun ends the
        search, unless ``one`` thing is counted ("one United States soldier"). Words for outcomes ("two dead", "three
        of whom were wounded") mean people.
        """
        found: tuple[Counts, int] = ("unknown", -1)
        first = self._past_partitive(index)
        if self.lower(first) == "whom":
            return "people", first
        at = first
        while at < first + REACH and not self.breaks(at):
            if found[0] == "unknown" and self.is_kind("outcome", at):
                if self.noun(at + 1) is None:
                    return "people", at
                at += 1  # "three wounded soldiers": the noun decides
                continue
            token = self.token(at)
            if token.kind == "sign":
                skipped = self._inner_sign(at)
                if not skipped:
                    break
                at += skipped
                continue
            noun = self.noun(at)
            if noun is None:
                if self._ends_phrase(at, start=at == first):
                    break
                if found[0] == "people" and not one:
                    found = ("unknown", -1)  # "two local archives": a singular person noun only described the next
                at += 1
                continue
            if found[0] == "time" and noun.counts != "people":
                break  # "an eight hour gun battle" counts hours, "two night guards" people
            found = (noun.counts, at)
            if noun.plural and not one and not self._taken_over(at):
                break
            at += 1
        if found[0] == "things" and not one and self._organisation(found[1]):
            return "unknown", -1
        return found

    def _inner_sign(self, index: int) -> int:
        """How many lexemes a sign inside a noun phrase takes: quotes, dashes, "YPG/SDF", "Army (ANA) …"; else 0."""
        lower = self.lower(index)
        if lower in DASHES or lower in QUOTES or (lower == "/" and self.token(index).glued):
            return 1
        if lower == "(":
            for closing in range(index + 2, index + 5):
                if self.lower(closing) == ")" and self.token(index + 1).text.isupper():
                    return closing - index + 1
        return 0

    def _organisation(self, index: int) -> bool:
        """Whether a singular noun is part of a name that goes on: "twelve Communist Party of … members"."""
        noun = self.noun(index)
        return noun is not None and not noun.plural and self.capital(index) and self.lower(index + 1) == "of"

    def _past_partitive(self, index: int) -> int:
        """Past "of", "of the", "of its" to where the noun phrase goes on."""
        return self.past("determiner", index + 1) if self.lower(index) == "of" else index

    def _ends_phrase(self, index: int, *, start: bool) -> bool:
        """Whether a noun phrase ends before ``index``: at a function word, a number, or a verb of its own."""
        if self.compound_hyphen(index - 1) or self.compound_hyphen(index + 1):
            return False  # "home-made", "off-duty"
        if self.token(index).kind == "digits":
            return not start  # "two of the 3 gunmen"
        return self.function_word(index) or self.is_kind("verb", index)

    def _taken_over(self, index: int) -> bool:
        """Whether the word after a plural noun takes over as head ("police cars", "civilians vehicles")."""
        following = self.noun(index + 1)
        return following is not None and following.plural and not self.is_kind("verb", index + 1)

    def people_follow(self, end: int) -> bool:
        """Whether the noun phrase from ``end`` on is people."""
        return self.head(end)[0] == "people"

    def people_right_after(self, end: int) -> bool:
        """Whether one of the next three words names people or their harm, and nothing comes between."""
        for at in range(end, end + 3):
            noun = self.noun(at)
            if noun is not None:
                return noun.counts == "people"
            if self.function_word(at) or self.token(at).kind != "word":
                return False
            if self.is_kind("outcome", at):
                return True
        return False

    def heads_phrase(self, index: int, noun: Noun) -> bool:
        """Whether the person noun at ``index`` is the head of its noun phrase, judged by what follows it."""
        following = self.token(index + 1)
        if following.kind != "word":
            return not self.compound_hyphen(index + 1)
        if following.lower in ("and", "or") and noun.use != "head":
            return self._new_phrase(index + 2)
        after = self.noun(index + 1)
        if after is not None and after.counts == "things" and noun.use != "head":
            return False  # "a suspected Islamist killing"
        if self.function_word(index + 1) or self.is_kind("verb", index + 1) or self.is_kind("outcome", index + 1):
            return True
        if after is not None:
            return after.counts == "people" and after.plural and noun.use == "head"
        if following.lower.endswith(POSSESSIVE):
            return False
        verbal = following.text.islower() and following.lower.endswith(("ed", "ly"))
        return noun.use == "head" or (noun.use == "modifier" and verbal)

    def _new_phrase(self, index: int) -> bool:
        """Whether what follows "and" is a phrase of its own ("a civilian and a soldier"), no second modifier."""
        noun = self.noun(index)
        if noun is not None and noun.counts == "people":
            return self.heads_phrase(index, noun)
        return self.function_word(index) or self.is_kind("verb", index) or self.lower(index) in self.tables.numbers
