"""Where a word counts people: articles, "another", vague words, and numbers without a noun."""

from __future__ import annotations

from conflict_events.numbers.grammar import Reading
from conflict_events.numbers.lexer import HYPHENS
from conflict_events.numbers.phrases import QUOTES, Words
from conflict_events.numbers.tables import Counts, Noun

#: how many lexemes an article is followed to its noun ("a 12-year-old Syrian boy" has seven)
_ARTICLE_REACH = 10


def counted(words: Words, reading: Reading) -> Counts:
    """What the reading counts: by the noun that follows, else by words of harm around it."""
    if reading.kind == "article" or reading.needs == "casualty" or words.counts_members(reading.core_end):
        return "people"
    counts = words.head(reading.end, one=reading.quantity.best == 1)[0]
    if counts == "unknown" and (reading.needs == "nobody" or harmed(words, reading)):
        return "people"
    return counts


def article_counts(words: Words, index: int) -> bool:
    """Whether the article before ``index`` counts a person: a singular person noun heads its noun phrase."""
    last: Noun | None = None
    for at in range(index, index + _ARTICLE_REACH):
        token = words.token(at)
        if words.breaks(at):
            return False
        if token.kind == "sign":
            if token.lower in HYPHENS or token.lower in QUOTES or (at > index and _adjectives_go_on(words, at)):
                continue
            return False
        noun = words.noun(at)
        if noun is not None:
            if noun.counts == "people" and words.heads_phrase(at, noun):
                return not noun.plural
            if noun.counts == "things" and noun.plural and not words.is_person(at + 1):
                return False
            last = noun
        elif _verb_or_function(words, at, first=at == index, after=last):
            return False
    return False


def _verb_or_function(words: Words, at: int, *, first: bool, after: Noun | None) -> bool:
    """Whether the noun phrase has ended before the word at ``at``: "a bomb killed …", "an attack on …"."""
    if words.function_word(at):
        return not words.compound_hyphen(at + 1)
    if words.is_kind("verb", at):
        return not first
    return after is not None and after.counts == "things" and words.lower(at).endswith("ed")


def _adjectives_go_on(words: Words, comma: int) -> bool:
    """Whether the comma stands between adjectives: "a young, unarmed man"."""
    return words.lower(comma) == "," and not words.function_word(comma + 1) and words.noun(comma - 1) is None


def another_counts(words: Words, index: int) -> bool:
    """Whether "another" right before ``index`` is itself someone harmed: "wounding another", "another was hurt"."""
    at = words.past("auxiliary", index)
    if words.is_kind("outcome", at):
        return at > index or words.noun(at + 1) is None
    ends = words.token(index).kind in ("sign", "line", "end") or words.function_word(index)
    return ends and words.is_kind("harm", index - 2)


def harmed(words: Words, reading: Reading) -> bool:
    """Whether words of harm show that a number without a known noun counts people: "wounding 80", "12 were hurt"."""
    before = reading.start - 1
    while words.is_kind("increment", before):
        before -= 1
    if words.is_kind("harm", before):
        return True
    at = reading.end
    for _ in range(3):
        verb = words.past("auxiliary", at)
        if words.lower(verb).endswith("ly") and verb > at:  # "three were seriously injured"
            verb += 1
        if words.is_kind("harm", verb) and (verb > at or at > reading.end):
            return True
        if words.token(at).kind != "word" or words.function_word(at) or words.is_kind("verb", at):
            return False
        at += 1
    return False


def meets(words: Words, reading: Reading) -> bool:
    """Whether what follows a vague word is what it needs to count people (column ``needs`` of its table)."""
    end = reading.end
    of_them = words.lower(end) == "of" and words.is_kind("pronoun", end + 1)
    if reading.needs == "of":
        return words.lower(end) == "of"
    if reading.needs == "person":
        return of_them or _person(words, end)
    if reading.needs == "both":
        return of_them or words.is_kind("auxiliary", end) or words.people_right_after(end)
    if reading.needs == "casualty":
        return _no_casualty(words, end)
    return True


def _person(words: Words, end: int) -> bool:
    """Whether a person noun follows, or an outcome right away ("some dead", but not "some seriously")."""
    counts, at = words.head(end)
    if counts != "people":
        return False
    return words.noun(at) is not None or (at == end and not words.lower(at).endswith("ly"))


def _no_casualty(words: Words, end: int) -> bool:
    """Whether "no" denies harm: "no civilian deaths", "no reports of injuries"; not "no information on casualties"."""
    for at in range(end, end + 4):
        if words.is_kind("casualty", at):
            return True
        if words.is_kind("casualty_report", at) and words.is_kind("about", at + 1):
            return any(words.is_kind("casualty", ahead) for ahead in range(at + 2, at + 7))
        noun = words.noun(at)
        if noun is not None and noun.counts == "people" and words.heads_phrase(at, noun):
            return True
        if words.token(at).kind != "word" or (words.function_word(at) and words.lower(at) != "or"):
            return False
    return False
