"""A key under which the spellings of one Arabic, Kurdish or Turkish name meet.

Outlets write *al-Taybah*, *Al-Taiba*, *at-Tayyibah* and *Tiba* for one name. :meth:`Romanisation.key` undoes what
romanisation tables and habits do differently: the article, doubled letters, digraphs, diphthongs, final *-ah*, and
the spellings of words that head many names (Tal, Kafr, Ain). Names whose keys are equal are one name.

What is left are differences of degree (*Mzeireb*, *Muzayrib*). :meth:`Romanisation.bucket` reduces a key to its
classes of consonants, so that candidates are found by one look-up, and :meth:`Romanisation.distance` adds up what the
spellings differ in. :meth:`Romanisation.same_name` compares the sum with a budget that grows with the length of the
name: *Sarrin* and *Suran* share their consonants and are two towns.

All tables are data (``data/romanisation.toml``); ``docs/places.md`` explains the rules and their sources.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import zip_longest
from typing import Any, TypeAlias

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

VOWELS = "aeiu"
_CACHE = 100_000
_FAR = float("inf")
_ARABIC = re.compile(r"[\u0621-\u064a\u066e-\u06d3]")
_ARABIC_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640]")
_MARKS = re.compile(r"['’‘`´ʿʾʼ‛\u02bb\u02bc]")
_POSSESSIVE = re.compile(r"['’][sS]$")
_WORD = re.compile(r"[^\W_]+")
_GLUED_ARTICLE = re.compile(r"^e(?:l(?=.{3})|([dnrstz])(?=\1))")
_BAR = "|"
#: What keys of names in Arabic script begin with.
ARABIC = "ar:"

# The consonants of a key, and its vowels with a bar for each consonant.
KeyParts: TypeAlias = tuple[str, str]


def is_arabic(name: str) -> bool:
    """Whether ``name`` holds letters of the Arabic script."""
    return _ARABIC.search(name) is not None


@lru_cache(maxsize=16384)
def fold(name: str) -> str:
    """``name`` without case, diacritics, apostrophes and possessive s: what two exact spellings share."""
    if name.isascii():  # most names, and look-ups are many
        marked = "'" in name or "`" in name
        return (_MARKS.sub("", _POSSESSIVE.sub("", name)) if marked else name).lower()
    name = _MARKS.sub("", _POSSESSIVE.sub("", name))
    decomposed = unicodedata.normalize("NFKD", name.replace("ş", "sh").replace("Ş", "Sh"))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def arabic_key(name: str) -> str:
    """The normal form of a name in Arabic script: no vowel signs, one alef, one ya, no article."""
    name = _ARABIC_MARKS.sub("", name)
    name = re.sub("[أإآٱ]", "ا", name)
    name = name.replace("ى", "ي").replace("ی", "ي").replace("ک", "ك").replace("ة", "ه").replace("ؤ", "و")
    words = [re.sub("^ال(?=..)", "", word) for word in re.findall(r"[^\W\d_]+", name)]
    return ARABIC + "".join(words)


class Romanisation:
    """The rules of one table (see ``data/romanisation.toml``), ready to be applied. Immutable once made."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        digraphs: dict[str, str] = table["digraphs"]
        self.countries = frozenset(table["countries"])
        self._fold: dict[int, str] = {ord(char): to for char, to in table["fold"].items()}
        self._digraphs = digraphs
        self._digraph = re.compile("|".join(sorted(digraphs, key=len, reverse=True)))
        self._vowel_letters = str.maketrans(table["vowels"])
        self._run = re.compile(f"[{VOWELS}]{{2,}}")
        self._double = re.compile(r"(.)\1+")
        self._diphthongs: list[tuple[str, str]] = list(table["diphthongs"].items())
        self._words = {spelling: word for word, spellings in table["words"].items() for spelling in spellings.split()}
        self._qualifiers: dict[str, str] = table["qualifiers"]
        heads = sorted((form for forms in table["glued"].values() for form in forms.split()), key=len, reverse=True)
        self._glued = re.compile(f"(?:{'|'.join(heads)})(?=[^{VOWELS}yw].{{2}})")
        self._plain_articles = frozenset(table["article"]["plain"])
        self._assimilated: dict[str, tuple[str, ...]] = {}
        for letters, forms in table["article"]["assimilated"].items():
            for form in forms.split():
                self._assimilated[form] = (*self._assimilated.get(form, ()), letters)
        classes = {letter: name for name, letters in table["classes"].items() for letter in letters}
        self._bucket = str.maketrans({**classes, **dict.fromkeys(VOWELS, "")})
        self._drop_vowels = str.maketrans(dict.fromkeys(VOWELS, ""))
        self._consonant_cost: dict[str, float] = _symmetric(table["consonant_costs"])
        self._vowel_cost: dict[str, float] = _symmetric(table["vowel_costs"])
        self._gap: dict[str, float] = table["vowel_gap"]
        #: what a vowel costs at least that one of two keys lacks
        self.cheapest_gap: float = min(self._gap.values())
        self._budget = {int(size): float(cost) for size, cost in table["budget"].items()}
        self._fewest_in_division = int(table["in_division"]["consonants"])
        self._vowels_in_division = float(table["in_division"]["vowels"])
        self._long_in_division = str(table["in_division"]["long"])
        self._widest = max(self._budget.values()) + 1e-6
        self._arabic: dict[str, str] = table["arabic"]
        self._word_parts: dict[str, tuple[str, ...]] = {}
        self._bars = _Bars()
        self._slot_costs: dict[tuple[str, str, int, bool], float] = {}
        self._consonants_memo: dict[str, dict[str, float]] = {}
        self._vowels_memo: tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]] = ({}, {})

    # -- keys ---------------------------------------------------------------------------------------------------

    def key(self, name: str) -> str:
        """The romanisation key of ``name``: equal for spellings that differ only in habit; "" where it has no letter.

        >>> romanisation().key("Al-Taybah") == romanisation().key("Tiba") == romanisation().key("at-Tayyibah")
        True
        """
        if not name.isascii() and is_arabic(name):
            name = self.transliterate(name)
        words = _WORD.findall(fold(name))
        if len(words) == 1:
            tokens = self._word(words[0])
        else:
            # OCHA glues the article to the word: "Tal Elamir"; outlets glue and assimilate it: "Deir Ezzor".
            words = words[:1] + [_GLUED_ARTICLE.sub("", word) if word[0] == "e" else word for word in words[1:]]
            tokens = tuple(token for word in self._without_articles(words) for token in self._word(word))
        if len(tokens) == 1:
            return tokens[0]
        # "Upper Baqras" and "Baqras Foqani" are one village: words that tell namesakes apart go last.
        return self._double.sub(_first, "".join(sorted(tokens, key=str.isdigit)))

    def bucket(self, key: str) -> str:
        """The classes of the consonants of ``key``, in order; keys of one name share it."""
        return key.translate(self._bucket)

    def buckets(self, keys: Sequence[str]) -> list[str]:
        """:meth:`bucket` of many keys at once, several times faster."""
        return "\n".join(keys).translate(self._bucket).split("\n") if keys else []

    def transliterate(self, name: str) -> str:
        """``name`` from Arabic script in Latin letters. Short vowels are not written, so they stay away."""
        words = re.findall(r"[^\W_]+", _ARABIC_MARKS.sub("", name))
        latin = []
        for place, word in enumerate(words):
            bare = re.sub("^ال(?=..)", "", word)
            if bare.endswith("ة") and place < len(words) - 1:
                bare = bare[:-1] + "ت"  # the construct state: Maarat al-Numan
            latin.append("".join(self._arabic.get(char, char) for char in bare).replace("-", ""))
        return " ".join(latin)

    def _unglue(self, word: str) -> tuple[str, ...]:
        """The parts of a word that is written together with the word before it: Kafarnabel, Maaratmasrin."""
        match = self._glued.match(word)
        return (match.group(), word[match.end() :]) if match else (word,)

    def _without_articles(self, words: list[str]) -> list[str]:
        kept = []
        for word, following in zip_longest(words, words[1:], fillvalue=""):
            if following and (
                word in self._plain_articles
                or any(following.startswith(letter) for letter in self._assimilated.get(word, ()))
            ):
                continue
            kept.append(word)
        return kept

    def _word(self, word: str) -> tuple[str, ...]:
        """The keys of the parts of a word."""
        parts = self._word_parts.get(word)
        if parts is None:
            if len(self._word_parts) >= _CACHE:
                self._word_parts.clear()
            parts = self._word_parts[word] = tuple(self._make_token(part) for part in self._unglue(word))
        return parts

    def _make_token(self, word: str) -> str:
        canonical = self._words.get(word, word)
        if canonical in self._qualifiers:
            return self._qualifiers[canonical]
        text = canonical.translate(self._fold)
        if text.endswith(("ah", "eh")) and len(text) > 3:
            text = text[:-1]
        text = self._digraph.sub(lambda match: self._digraphs[match.group()], text)
        text = self._double.sub(_first, text.translate(self._vowel_letters))
        return self._run.sub(lambda match: self._vowels(match.group()), text)

    def _vowels(self, run: str) -> str:
        for diphthong, vowel in self._diphthongs:
            run = run.replace(diphthong, vowel)
        return self._double.sub(_first, run)

    # -- distance -----------------------------------------------------------------------------------------------

    def parts(self, key: str) -> KeyParts:
        """``key`` taken apart for :meth:`distance_of`: worth keeping where one key is compared with many."""
        return key.translate(self._drop_vowels), key.translate(self._bars)

    def distance(self, a: str, b: str, *, open_vowels: bool = False) -> float:
        """How far apart two keys of one bucket are; 0 for equal keys, infinity for keys that no budget allows.

        With ``open_vowels`` a vowel that ``a`` lacks costs nothing, for names in Arabic script.
        """
        return self.distance_of(self.parts(a), self.parts(b), open_vowels)

    def distance_of(self, a: KeyParts, b: KeyParts, open_vowels: bool = False) -> float:
        """:meth:`distance` of keys taken apart."""
        consonants = self.consonants_from(a[0])
        apart = consonants.get(b[0])
        if apart is None:
            apart = self.consonant_distance(a[0], b[0])
        if apart == _FAR:
            return _FAR
        vowels = self.vowels_from(a[1], open_vowels).get(b[1])
        return apart + (self.vowel_distance(a[1], b[1], open_vowels) if vowels is None else vowels)

    def distance_in_division(self, a: KeyParts, b: KeyParts) -> float:
        """How far apart two keys taken apart are as names of one division; infinity where they are two names.

        >>> rules = romanisation()
        >>> round(rules.distance_in_division(rules.parts(rules.key("Turnabah")), rules.parts(rules.key("Tranbeh"))), 2)
        0.95
        """
        if a[0] != b[0] or len(a[0]) < self._fewest_in_division:
            return _FAR
        if any(a[1].count(vowel) != b[1].count(vowel) for vowel in self._long_in_division):
            return _FAR
        if a[1].endswith(_BAR) != b[1].endswith(_BAR):
            return _FAR
        return self._over_slots(a[1], b[1], self._vowels_in_division + 1e-9, open_vowels=False)

    def consonants_from(self, consonants: str) -> dict[str, float]:
        """The distances that :meth:`consonant_distance` has found from ``consonants``, by what they lead to."""
        known = self._consonants_memo.get(consonants)
        if known is None:
            if len(self._consonants_memo) >= _CACHE:
                self._consonants_memo.clear()
            known = self._consonants_memo[consonants] = {consonants: 0.0}
        return known

    def vowels_from(self, vowels: str, open_vowels: bool = False) -> dict[str, float]:
        """The distances that :meth:`vowel_distance` has found from ``vowels``, by what they lead to."""
        memo = self._vowels_memo[open_vowels]
        known = memo.get(vowels)
        if known is None:
            if len(memo) >= _CACHE:
                memo.clear()
            known = memo[vowels] = {vowels: 0.0}
        return known

    def consonant_distance(self, a: str, b: str) -> float:
        """The part of :meth:`distance` that the consonants cost; found distances are kept."""
        total = 0.0
        if len(a) != len(b):
            total = _FAR
        elif a != b:
            for one, other in zip(a, b, strict=True):
                if one != other:
                    total += self._consonant_cost.get(one + other, _FAR)
        self.consonants_from(a)[b] = total
        return total

    def vowel_distance(self, a: str, b: str, open_vowels: bool = False) -> float:
        """The part of :meth:`distance` that the vowels cost, infinity beyond all budgets; found distances are kept."""
        total = self._over_slots(a, b, self._widest, open_vowels)
        self.vowels_from(a, open_vowels)[b] = total
        return total

    def _over_slots(self, a: str, b: str, limit: float, open_vowels: bool) -> float:
        slots_a, slots_b = a.split(_BAR), b.split(_BAR)
        last = len(slots_a) - 1
        total = 0.0
        costs = self._slot_costs
        for place, (run_a, run_b) in enumerate(zip(slots_a, slots_b, strict=True)):
            if run_a != run_b:
                memo = (run_a, run_b, 0 if place == 0 else 2 if place == last else 1, open_vowels)
                cost = costs.get(memo)
                total += self._slot_cost(memo) if cost is None else cost
                if total > limit:
                    return _FAR
        return total

    def budget(self, key: str) -> float:
        """The distance up to which another key is the same name as ``key``; it grows with the number of consonants."""
        consonants = len(key.translate(self._drop_vowels))
        return self._budget.get(consonants, self._budget[max(self._budget)] if consonants else 0.0)

    def same_name(self, a: str, b: str) -> bool:
        """Whether two spellings may be one name: their keys are equal or within the budget of the shorter one."""
        key_a, key_b = self.key(a), self.key(b)
        if not key_a or not key_b:
            return False
        if key_a == key_b:
            return True
        arabic_a, arabic_b = is_arabic(a), is_arabic(b)
        if arabic_b and not arabic_a:
            key_a, key_b, arabic_a = key_b, key_a, True
        distance = self.distance(key_a, key_b, open_vowels=arabic_a)
        return distance <= min(self.budget(key_a), self.budget(key_b)) + 1e-9

    def _slot_cost(self, memo: tuple[str, str, int, bool]) -> float:
        run_a, run_b, where, open_vowels = memo
        cost = self._align_vowels(run_a, run_b, self._gap[("initial", "inside", "final")[where]], open_vowels)
        self._slot_costs[memo] = cost
        return cost

    def _align_vowels(self, a: str, b: str, gap: float, open_vowels: bool) -> float:
        """Edit distance of two vowel runs under the table's costs (Wagner and Fischer 1974)."""
        add = 0.0 if open_vowels else gap
        row = [add * size for size in range(len(b) + 1)]
        for char_a in a:
            previous, row = row, [row[0] + gap]
            for place, char_b in enumerate(b):
                change = 0.0 if char_a == char_b else self._vowel_cost.get(char_a + char_b, gap * 2)
                row.append(min(previous[place] + change, previous[place + 1] + gap, row[place] + add))
        return row[-1]


class _Bars(dict[int, str]):
    """A translation that keeps vowels and makes a bar of any other letter."""

    def __missing__(self, code: int) -> str:
        kept = self[code] = chr(code) if chr(code) in VOWELS else _BAR
        return kept


def _first(match: re.Match[str]) -> str:
    """The first letter of a run of equal ones."""
    return match[0][0]


def _symmetric(costs: Mapping[str, float]) -> dict[str, float]:
    return {pair: cost for key, cost in costs.items() for pair in (key, key[::-1])}


def load_romanisation(text: str) -> Romanisation:
    """The rules of a table in TOML.

    Raises:
        KeyError: a section that the rules need is missing.
    """
    return Romanisation(tomllib.loads(text))


@lru_cache(maxsize=1)
def romanisation() -> Romanisation:
    """The rules that the package ships."""
    return load_romanisation(
        resources.files("conflict_events").joinpath("data/romanisation.toml").read_text(encoding="utf-8")
    )


def keys(names: Iterable[str]) -> list[str]:
    """The keys of ``names`` under the package's rules, in order."""
    rules = romanisation()
    return [rules.key(name) for name in names]
