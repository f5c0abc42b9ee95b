"""``findings``: numbers in an article that do not add up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from conflict_events.extensions import register


@Language.factory("findings", requires=["doc._.events", "doc._.tallies"], assigns=["doc._.findings"])
def make_findings(nlp: Language, name: str) -> Findings:
    """The component; it needs ``events`` and ``tallies`` before it."""
    return Findings(name)


class Findings:
    """Sets ``doc._.findings``: plain data; ``refs`` are ``("e" or "t", index)``."""

    def __init__(self, name: str = "findings") -> None:
        register()
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Check the sums of ``doc``."""
        doc._.findings = [
            *_headline(doc),
            *_tally_parts(doc._.tallies or []),
            *_regions(doc._.tallies or []),
            *_event_parts(doc._.events or []),
            *_decreased(doc),
        ]
        return doc


def _exact(quantity: dict[str, Any] | None) -> int | None:
    return (
        quantity["best"] if quantity is not None and quantity["low"] == quantity["best"] == quantity["high"] else None
    )


def _sum(quantities: Iterable[dict[str, Any]]) -> int | None:
    values = [_exact(q) for q in quantities]
    return None if not values or None in values else sum(v for v in values if v is not None)


def _headline(doc: Doc) -> list[dict[str, Any]]:
    """The headline's sum against the events that the article reports."""
    events = [(i, e) for i, e in enumerate(doc._.events or []) if e["kind"] != "background"]
    heads = [c for c in doc._.casualties or [] if c["role"] == "headline" and c["parent"] is None and c["span"]]
    found = []
    for outcome, parts in (
        ("killed", ("killed",)),
        ("injured", ("injured",)),
        ("killed_or_injured", ("killed", "injured", "killed_or_injured")),
    ):
        said = _sum(c["quantity"] for c in heads if c["outcome"] == outcome)
        body = [c for _, e in events for c in e["casualties"] if c["outcome"] in parts]
        if said is None or any(c["span"] in [h["span"] for h in heads] for c in body):
            continue
        read = _sum(c["quantity"] for c in body)
        if read is not None and read != said:
            words = outcome.replace("_", " ")
            found.append(
                {
                    "code": "headline_disagrees",
                    "message": f"the headline says {said} {words}, the text adds up to {read}",
                    "expected": said,
                    "found": read,
                    "mentions": [c["span"] for c in heads if c["outcome"] == outcome],
                    "refs": [("e", i) for i, e in events if e["casualties"]],
                }
            )
    return found


def _tally_parts(tallies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for i, tally in enumerate(tallies):
        total, parts = _exact(tally["total"]), _sum(p["quantity"] for p in tally["parts"])
        if total is None or parts is None or len(tally["parts"]) < 2 or parts == total:
            continue
        if parts < total and not tally["complete"]:
            continue  # "including …" names some of them
        found.append(
            {
                "code": "parts_do_not_add_up",
                "message": f"the parts add up to {parts}, not {total}",
                "expected": total,
                "found": parts,
                "mentions": [one["span"] for one in (tally, *tally["parts"]) if one["span"]],
                "refs": [("t", i)],
            }
        )
    return found


def _regions(tallies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for i, tally in enumerate(tallies):
        regions = [(j, t) for j, t in enumerate(tallies) if t["parent"] == i and t["outcome"] == tally["outcome"]]
        total, added = _exact(tally["total"]), _sum(t["total"] for _, t in regions if t["total"])
        if len(regions) > 1 and all(t["total"] for _, t in regions) and None not in (total, added) and added != total:
            found.append(
                {
                    "code": "regions_do_not_add_up",
                    "message": f"the regions add up to {added}, not {total}",
                    "expected": total,
                    "found": added,
                    "mentions": [one["span"] for one in (tally, *(t for _, t in regions)) if one["span"]],
                    "refs": [("t", i), *(("t", j) for j, _ in regions)],
                }
            )
    return found


def _event_parts(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for i, event in enumerate(events):
        for casualty in event["casualties"]:
            same = [c for c in casualty["includes"] if c["outcome"] == casualty["outcome"]]
            total, parts = _exact(casualty["quantity"]), [_exact(c["quantity"]) for c in same]
            largest = max((p for p in parts if p is not None), default=0)
            if total is not None and largest > total:
                found.append(
                    {
                        "code": "parts_exceed_total",
                        "message": f"a part ({largest}) is larger than the whole ({total})",
                        "expected": total,
                        "found": largest,
                        "mentions": [c["span"] for c in (casualty, *same) if c["span"]],
                        "refs": [("e", i)],
                    }
                )
    return found


def _decreased(doc: Doc) -> list[dict[str, Any]]:
    """A toll that an update gives lower than the one that it replaces."""
    found = []
    items = doc._.casualties or []
    for i, event in enumerate(doc._.events or []):
        if event["kind"] != "update":
            continue
        for casualty in event["casualties"]:
            now = casualty["quantity"]["best"]
            before = [
                c
                for c in items
                if c["role"] == "old" and c["outcome"] == casualty["outcome"] and c["scene"] in event["scenes"]
            ]
            highest = max((c["quantity"]["best"] or 0 for c in before), default=0)
            if now is not None and highest > now:
                found.append(
                    {
                        "code": "toll_decreased",
                        "message": f"the toll of {highest} is now given as {now}",
                        "expected": highest,
                        "found": now,
                        "mentions": [c["span"] for c in (casualty, *before) if c["span"]],
                        "refs": [("e", i)],
                    }
                )
    return found
