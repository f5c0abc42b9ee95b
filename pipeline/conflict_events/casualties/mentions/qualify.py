"""Whether what a phrase tells happened, did not happen, or happened in another event that the text recalls."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.words import words

_MODALS = frozenset({"could", "may", "might", "would", "will", "can", "should"})
#: So many words up the tree are looked at.
_HIGHEST = 8


class Qualifier:
    """Reads negation, modality and recollection around the outcome words of one Doc."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.opening = _first_sentence(doc)

    def qualify(self, mention: CasualtyMention) -> None:
        """Set ``negated``, ``hypothetical`` and ``background`` of ``mention`` as its clause says."""
        token = mention.trigger
        first = self.doc[max(0, (mention.group.number or (mention.group.start,))[0] - 2) : mention.group.head.i]
        if any(t.lower_ in ("neither", "nor") for t in first):
            mention.negated = True
        for verb in (token, self._shares_with(token)):
            self._by_auxiliaries(mention, verb)
        if self._only_meant(token):
            mention.hypothetical = True
        self._by_governors(mention)

    def _by_auxiliaries(self, mention: CasualtyMention, verb: Token) -> None:
        """Negation, conjunctions and modals that hang on the outcome word or on the verb it shares them with."""
        for child in verb.children:
            if child.dep_ == "neg" and child.lower_ != "only":
                mention.negated = True
            if child.dep_ == "mark" and child.lower_ in ("if", "whether", "unless"):
                mention.hypothetical = True
            if child.dep_ == "aux" and child.lower_ in _MODALS and child.i < verb.i:
                mention.hypothetical = True

    def _by_governors(self, mention: CasualtyMention) -> None:
        """What the words above the outcome word in the tree make of it, as far as its own clause reaches."""
        token = node = mention.trigger
        told = False
        opening = token.sent.start == self.opening
        for _ in range(_HIGHEST):
            head = node.head
            if head.i == node.i:
                break
            if self._denied_above(token, node):
                mention.negated = True
            if head.lower_ == "able" and _managed(head):
                break  # "was able to kill nine": he did
            # "An attempt to foil the attack which left five dead": the clause in the past tells what happened.
            told = told or (node.dep_ == "relcl" and node.tag_ == "VBD")
            if not told and self._unreal_above(token, node):
                mention.hypothetical = mention.hypothetical or self._infinitive(token, node)
            if self._recalled_at(mention, node, opening):
                mention.background = True
            if opening and head.lower_ in words("reactions") | words("inquiries"):
                node = head
                continue  # an article that opens with a reaction tells what it reacts to
            looks_back = head.lower_ in self.lexicon.cues["background"] and head.i < token.i
            if looks_back and node.dep_ in ("prep", "pcomp", "dobj", "xcomp"):
                mention.background = True
            if node.dep_ == "advcl" and any(c.dep_ in ("nsubj", "nsubjpass") for c in node.children):
                break  # a clause with a subject of its own: "accused of robbing … when the police shot, killing one"
            if node.dep_ == "relcl" and head.lower_ not in words("events"):
                break
            node = head

    def _denied_above(self, token: Token, node: Token) -> bool:
        """Whether the verb above denies it: "we do not have many people injured"."""
        head = node.head
        described = node.dep_ == "dobj" and token.dep_ in ("acl", "amod", "relcl")
        had = node is token and node.dep_ == "ccomp" and head.lower_ in ("have", "had", "has")
        return (described or had) and _is_negated(head)

    def _unreal_above(self, token: Token, node: Token) -> bool:
        """Whether a word of planning, threat or fear stands above."""
        lower = node.head.lower_
        if lower not in self.lexicon.cues["hypothetical"]:
            return False
        purpose = node is token and node.dep_ == "advcl" and any(c.lower_ == "to" for c in node.children)
        content = node.dep_ == "ccomp" and lower not in ("fear", "fears", "feared", "expected")
        return node.dep_ in ("xcomp", "acl", "pcomp", "dobj", "prep") or purpose or content

    def _recalled_at(self, mention: CasualtyMention, node: Token, opening: bool) -> bool:
        """Whether an event noun stands as what came before: "after the killing of", "sparked by the killing"."""
        if mention.frame != "event_noun":
            return False
        looks_back = node.lower_ == "over" or (not opening and node.lower_ in ("following", "after"))
        if looks_back and node.dep_ == "prep" and node.head.pos_ == "VERB":
            return True
        return node.dep_ in ("agent", "prep") and node.head.lower_ in words("caused")

    def _only_meant(self, token: Token) -> bool:
        """Whether an infinitive tells what was wanted: "what they wanted was to seize the place and to execute 150".

        "Went on to kill", "managed to kill" and "is said to have killed" tell what was done.
        """
        verb = token.head if token.dep_ == "conj" else token
        if verb.dep_ not in ("xcomp", "ccomp") or verb.head.pos_ != "AUX" or token.tag_ != "VB":
            return False
        infinitive = any(c.lower_ == "to" and c.dep_ == "aux" for c in (*token.children, *verb.children))
        return infinitive and not any(c.lower_ == "have" for c in token.children)

    def _shares_with(self, token: Token) -> Token:
        """The word whose negation and modal also hold for ``token``; itself where it has a clause of its own.

        "Was not killed or wounded" denies both; "was not harmed, but a passer-by was wounded" only the first.
        """
        if token.dep_ == "conj":
            own = any(c.dep_ in ("nsubj", "nsubjpass", "auxpass") for c in token.children)
            return token if own or self.doc[token.i - 1].lower_ == "but" else token.head
        return token.head if token.dep_ in ("acomp", "oprd", "attr", "dobj") else token

    def _infinitive(self, token: Token, node: Token) -> bool:
        return (
            any(c.lower_ == "to" and c.dep_ == "aux" for c in token.children)
            or (node.tag_ == "VBG" and node.dep_ != "advcl")
            or node.dep_ == "dobj"
            or (node.dep_ == "prep" and token.tag_ == "VBG" and node.lower_ in ("from", "of", "at"))
        )


def _managed(able: Token) -> bool:
    """Whether "able" stands in an affirmative past, which tells of what was done: "was able to", not "is able to"."""
    copula = able.head
    return copula.lower_ in ("was", "were") and not any(c.dep_ == "neg" for c in (*able.children, *copula.children))


def _first_sentence(doc: Doc) -> int:
    """The first token of the first sentence under the headline and the dateline."""
    body = next((int(b["start"]) for b in doc._.blocks or [] if b["kind"] not in ("headline", "dateline", "byline")), 0)
    return next((s.start for s in doc.sents if s.end > body and any(t.is_alpha for t in s)), 0)


def _is_negated(verb: Token) -> bool:
    return any(c.dep_ == "neg" for c in verb.children)
