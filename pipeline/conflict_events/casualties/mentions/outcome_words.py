"""The words of a Doc that tell what became of people, each with its outcome and frame."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.harm_phrases import HarmPhrase, phrase_at
from conflict_events.casualties.mentions.phrases import Phrases
from conflict_events.casualties.words import words

#: Frames of verbs whose subject or object are the people.
VERBAL = frozenset({"victim_object", "victim_subject", "victim_subject_or_object"})
_SPECIAL = (
    "captive_noun",
    "limb_noun",
    "loss_noun",
    "hospital_noun",
    "treated_verb",
    "loss_verb",
    "flight_verb",
    "fall_verb",
)


class OutcomeWords:
    """Finds the outcome words of one Doc. ``phrase_of`` holds the phrase of those verbs that stand in one."""

    def __init__(self, doc: Doc, lexicon: Lexicon, phrases: Phrases) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.phrases = phrases
        self.phrase_of: dict[int, HarmPhrase] = {}

    def all(self) -> Iterator[tuple[Token, str, str]]:
        for token in self.doc:
            lower = token.lower_
            readings = self._with_particle(token) or self.lexicon.outcomes.get(lower)
            if token.pos_ == "VERB" and any(c.lower_ in ("fatally", "mortally") for c in token.children):
                yield token, "killed", "victim_object"
            elif readings:
                chosen = self._reading(token, readings)
                if chosen is not None:
                    yield token, *chosen
            elif lower in self.lexicon.manner and self.deadly(token):
                yield token, "killed", "victim_object"
            elif (phrase := phrase_at(token, self.lexicon.phrases.get(lower, ()))) is not None:
                self.phrase_of[token.i] = phrase
                yield token, phrase.outcome, phrase.frame
            elif self._fatally(token):
                yield token, "killed", "fatal_adverb"
            elif lower in words("hitting") and self._wounds_somebody(token):
                yield token, "injured", "victim_object"
            elif lower in words("hitting") and self._hits_somebody(token):
                yield token, "injured", "hit_verb"
            elif lower in ("number", "total") and (outcome := self._number_outcome(token)) is not None:
                yield token, outcome, "toll_noun"
            elif lower in ("victims", "names") and self._listed_dead(token):
                yield token, "killed", "count_noun"
            elif lower in ("it", "figure", "count") and (outcome := self._resumed_toll(token)) is not None:
                yield token, outcome, "toll_noun"

    def _listed_dead(self, token: Token) -> bool:
        """Whether "victims" are those whom somebody keeps a list of: "documents 1,013 victims by name"."""
        if token.lower_ != "victims" or token.dep_ not in ("dobj", "nsubjpass", "attr"):
            return False
        if any(c.lower_ == "in" for c in token.head.children):
            return False  # "three victims are listed in stable condition"
        number = self.phrases.number_of(token)
        verbs = [token.head, token.head.head]
        return number is not None and not number["article"] and any(v.lower_ in words("records") for v in verbs)

    def _resumed_toll(self, token: Token) -> str | None:
        """The outcome that "it" counts where a sentence goes on with a toll told before ("On Sunday it rose to 74")."""
        verb = token.head
        if token.dep_ != "nsubj" or verb.lower_ not in words("grows") or token.sent.start == 0:
            return None
        before = self.doc[token.sent.start - 1].sent
        told = [t for t in before if t.lower_ in ("toll", "number", "killed", "dead", "deaths", "fatalities", "died")]
        counted = any(before.start <= q["start"] < before.end and not q["article"] for q in self.phrases.quantities)
        return "killed" if told and counted else None

    def _with_particle(self, token: Token) -> list[tuple[str, str]] | None:
        """The readings of a verb with its particle ("wiped out", "rounded up"), where the table holds the pair."""
        if token.lower_ not in self.lexicon.with_particles:
            return None
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        particle = next((c for c in token.children if c.dep_ == "prt"), following)
        return None if particle is None else self.lexicon.outcomes.get(f"{token.lower_} {particle.lower_}")

    def _wounds_somebody(self, token: Token) -> bool:
        """Whether somebody is hit by a bullet or in a limb ("shot in the leg", "hit by shrapnel"), and lives."""
        for child in token.children:
            objects = {o.lower_ for o in child.children if o.dep_ == "pobj"}
            by_missile = child.lower_ == "by" and objects & words("missiles_of_wounds")
            if by_missile or (child.lower_ == "in" and objects & words("limbs")):
                sentence = {self.lexicon.outcomes.get(t.lower_, [("", "")])[0][0] for t in token.sent if t.i > token.i}
                return not sentence & {"killed", "injured"}
        return False

    def _hits_somebody(self, token: Token) -> bool:
        """Whether somebody is hit by a bullet or a blade, of which he may live or die ("shot in the leg", "grazed").

        What became of him, if the text tells it, is another figure for the same people. "Shot at", "shot down" and a
        house that was hit hurt nobody.
        """
        if token.pos_ != "VERB" or token.dep_ == "compound":
            return False
        following = self.doc[token.i + 1].lower_ if token.i + 1 < len(self.doc) else ""
        if self._misses(token):
            return False
        after = self.doc[token.i + 2].lower_ if token.i + 2 < len(self.doc) else ""
        if following in words("coordination") and after in self.lexicon.outcomes:
            return False  # "shot and killed two"
        if token.lower_ in words("wounding"):
            return True
        if self._strikes_people(token):
            return True
        subjects = {c.lower_ for c in token.children if c.dep_ == "nsubj"}
        for child in token.children:
            objects = {o.lower_ for o in child.children if o.dep_ == "pobj"}
            if (child.lower_ in ("by", "with") and objects & words("projectiles")) or (
                child.lower_ in ("in", "on", "through") and objects & words("body_parts")
            ):
                return True
        return bool(subjects & words("projectiles"))

    def _misses(self, token: Token) -> bool:
        """Whether a verb of hitting goes at, down or into something: "shot at the patrol", "shot down".

        With people as its object it hits them wherever they were: "shot a soldier at the front", "four men were shot at
        a club"; but not in "were shot at by guards".
        """
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        passive = any(c.dep_ == "auxpass" for c in token.children)
        people = [c for c in token.children if c.dep_ == ("nsubjpass" if passive else "dobj")]
        place = [c for c in token.children if c.lower_ == "at" and any(o.dep_ == "pobj" for o in c.children)]
        if people and place and (passive or following is None or following.lower_ != "at"):
            return False
        if following is not None and following.lower_ in words("no_hit"):
            return self.doc[following.i + 1 : following.i + 2].text != "least"  # "were hit at least once"
        return any(c.lower_ in words("no_hit") and c.dep_ in ("prt", "prep") for c in token.children)

    def _strikes_people(self, token: Token) -> bool:
        """Whether a verb that may hit things hits a number of people: "four men were hit", "striking five people"."""
        passive = any(c.dep_ == "auxpass" for c in token.children)
        heads = [c for c in token.children if c.dep_ == ("nsubjpass" if passive else "dobj")]
        if any(c.dep_ == "agent" for c in token.children):
            return False  # by what they were hit says whether it hurt them
        for head in heads:
            number = self.phrases.number_of(head)
            if number is None or number["article"]:
                continue
            if head.i in self.phrases.number_at:  # "opened fire, hitting two"
                return not words("shots").isdisjoint(t.lower_ for t in token.sent)
            return number["counts"] == "people" and self.phrases.is_person(head)
        return False

    def _fatally(self, token: Token) -> bool:
        """Whether an adverb alone says that some of those hit died: "four men were shot, one of them fatally"."""
        if token.lower_ not in ("fatally", "mortally") or token.i == 0:
            return False
        before = self.doc[token.i - 1]
        return before.i in self.phrases.number_at or before.lower_ in words("again")

    def _reading(self, token: Token, readings: list[tuple[str, str]]) -> tuple[str, str] | None:
        frames = {frame: outcome for outcome, frame in readings}
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        lower = token.lower_
        if lower == "dead" and self._part_of_manner(token):
            return None
        if lower in words("care_places") and not any(c.lower_ in words("care_words") for c in token.children):
            return None  # "a community center", "taken into care"
        if token.dep_ == "compound" and not (
            lower == "body" and following is not None and following.lower_ == "remains"
        ):
            if following is not None and following.lower_ in ("toll", "tolls"):
                return None
            if frames.keys() & {"event_noun", "body_noun", "count_noun"} and token.head.lower_ not in (
                "people",
                "persons",
            ):
                return None
        for frame in ("event_noun", "wound_noun"):
            if frame in frames and token.pos_ in ("NOUN", "PROPN"):
                return frames[frame], frame
        for frame in _SPECIAL:
            if frame in frames:
                return frames[frame], frame
        if token.pos_ in ("VERB", "AUX") or (token.tag_ in ("VBN", "VBD", "VBG")):
            for frame in VERBAL:
                if frame in frames:
                    return frames[frame], frame
        for frame in ("predicate", "count_noun", "body_noun", "toll_noun", "life_noun", "throat_noun"):
            if frame in frames:
                if frame == "predicate" and "count_noun" in frames and self._is_noun(token):
                    return frames["count_noun"], "count_noun"
                return frames[frame], frame
        for frame in VERBAL:
            if frame in frames:
                return frames[frame], frame
        return None

    def _is_noun(self, token: Token) -> bool:
        return token.pos_ == "NOUN" and token.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass", "conj", "attr")

    def deadly(self, token: Token) -> bool:
        """Whether a verb of manner is completed by "dead" or "to death" ("shot the driver dead", "found dead"), or by
        what was done with the bodies ("were shot and their bodies hung from poles").
        """
        bodies = any(
            t.lower_ in words("bodies") and [self.doc[t.i - 2].lower_, self.doc[t.i - 1].tag_] == ["and", "PRP$"]
            for t in self.doc[token.i + 1 : token.sent.end]
        )
        shot = token.lower_ in words("shooting")
        return (bodies and shot) or self._completion(token) is not None

    def _completion(self, token: Token) -> Token | None:
        dead = next((c for c in token.children if _completes(c)), None)
        if dead is not None and not self._counted_dead(dead, token):
            return dead
        for i in range(token.i + 1, min(token.i + 12, len(self.doc))):
            word = self.doc[i]
            if word.is_sent_start or word.lower_ in self.lexicon.manner or word.text in (";", "."):
                return None
            if word.lower_ == "dead" and word.i - token.i <= 10 and not self._counted_dead(word, token):
                return word
            if word.lower_ == "death" and self.doc[i - 1].lower_ == "to":
                return word
            if word.lower_ == "alive" and token.lower_ in words("burning"):
                return word
            if (
                word.lower_ == "down"
                and token.lower_ in ("gunned", "gunning", "guns", "gun", "mowed", "cut")
                and i - token.i <= 6
            ):
                return word
            if word.lower_ in self.lexicon.outcomes and word.lower_ != "dead":
                return None
        return None

    def _counted_dead(self, dead: Token, verb: Token) -> bool:
        """ "left five dead" is read at "dead" itself, "shot dead five" at the verb."""
        return verb.lower_ in words("counted_dead")

    def _part_of_manner(self, token: Token) -> bool:
        if _completes(token) and token.head.lower_ in self.lexicon.manner:
            return not self._counted_dead(token, token.head)
        for i in range(token.i - 1, max(-1, token.i - 12), -1):
            word = self.doc[i]
            if word.lower_ in self.lexicon.manner:
                completion = self._completion(word)
                return completion is not None and completion.i == token.i
            if word.is_sent_start:
                return False
        return False

    def _number_outcome(self, token: Token) -> str | None:
        """The outcome in "the number of victims", "the number of fighters killed", "the number of injured"."""
        of_noun = self.phrases.of_noun(token)
        if of_noun is None:
            return None
        nouns = [
            of_noun,
            *(c for c in of_noun.children if c.dep_ in ("acl", "conj", "amod") and abs(c.i - of_noun.i) < 3),
        ]
        nouns += [c for c in token.children if c.dep_ in ("amod", "acl") and 0 < c.i - of_noun.i < 3]
        for word in nouns:
            for outcome, _ in self.lexicon.outcomes.get(word.lower_, ()):
                if outcome in ("killed", "injured", "killed_or_injured"):
                    return outcome
        return "killed" if of_noun.lower_ == "victims" else None


def _completes(token: Token) -> bool:
    """Whether "dead" says what came of the verb before: "shot the headman, his wife and three children dead"."""
    return token.lower_ == "dead" and token.dep_ in ("oprd", "advcl") and token.i > token.head.i
