"""Who the counted people are: the words that name them, whether civilian or combatant, and their traits."""

from __future__ import annotations

from typing import Any

from spacy.tokens import Doc, Token

from conflict_events.actors import describe_victim


class VictimReader:
    """Finds the words for victims in one Doc."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.actors = sorted((ent for ent in doc.ents if ent.label_ == "ACTOR"), key=lambda ent: ent.start)

    def after(self, start: int, end: int) -> dict[str, Any] | None:
        """The victims named after a number that ends at token ``start`` ("29 combatants"), within ``end``."""
        for ent in self.actors:
            if start <= ent.start < min(end, start + 6) and not self._broken(start, ent.start):
                return self.victim(ent.start, ent.end)
        for i in range(start, min(end, start + 5)):
            if self.doc[i].pos_ in ("NOUN", "PROPN", "ADJ") and (
                i + 1 >= end or self.doc[i + 1].pos_ not in ("NOUN", "PROPN", "ADJ")
            ):
                return self.victim(i, i + 1)
            if self.doc[i].is_punct:
                return None
        return None

    def victim(self, start: int, end: int, kind: str = "unknown") -> dict[str, Any]:
        """The victims named by tokens ``start`` to ``end``; ``kind`` is what the reader of casualties made of them."""
        found, traits = describe_victim(self.doc[start:end].text)
        status: str = found
        if status == "unknown":
            status = {"civilian": "civilian", "combatant": "combatant", "attacker": "combatant"}.get(kind, "unknown")
        ent = next((e for e in self.actors if (e.start, e.end) == (start, end)), None)
        if status == "unknown" and ent is not None and ent._.actor:
            status = "civilian" if ent._.actor["kind"] == "civilians" else "combatant"
        return {"span": [start, end], "status": status, "traits": list(traits)}

    def of_casualty(self, item: dict[str, Any]) -> dict[str, Any] | None:
        """The victims of an item of ``doc._.casualties``: the party named in their phrase, else its own words."""
        span = item["victim"]
        if span is None:
            return None
        low = item["span"][1] if item["span"] else span[0]
        low = min(low, span[0])
        head = self.doc[span[1] - 1]
        high = max(span[1], min(head.right_edge.i + 1, span[1] + 8))
        for ent in self.actors:
            if low <= ent.start and ent.end <= high and not self._broken(span[1], ent.start):
                return self.victim(ent.start, ent.end, item["kind"])
        if item["span"] and item["span"][0] <= span[0] < item["span"][1]:
            return None
        return self.victim(span[0], span[1], item["kind"])

    def _broken(self, start: int, end: int) -> bool:
        return any(
            t.text in (",", ";", ":", "(")
            or (t.pos_ == "VERB" and not self._is_modifier(t))
            or t.lower_ in ("by", "in", "including")
            for t in self.doc[start:end]
        )

    def _is_modifier(self, verb: Token) -> bool:
        """Whether a participle belongs to a description: "members of the Iranian-backed Fatemiyoun Brigade"."""
        return verb.i > 0 and self.doc[verb.i - 1].text in ("-", "–")
