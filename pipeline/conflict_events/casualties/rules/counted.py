"""People counted once, and how two groups of people stand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.mentions.phrases import Group
from conflict_events.places.gazetteer import kilometres

#: Places nearer to each other than this may belong to one scene.
ONE_SCENE_KM = 25.0


@dataclass(eq=False)
class Counted:
    """People counted once: a mention with the parts and repetitions that belong to it; equal to itself only."""

    mention: CasualtyMention
    quantity: dict[str, Any]
    role: str = "count"
    scene: int = 0
    parts: list[Counted] = field(default_factory=list)
    repeats: list[CasualtyMention] = field(default_factory=list)

    @property
    def value(self) -> int | None:
        """The number to compare by: best where known, else low."""
        best = self.quantity["best"]
        return int(best) if best is not None else self.quantity["low"]

    @property
    def group(self) -> Group:
        return self.mention.group


def bounds(quantity: dict[str, Any] | None, value: int | None = None) -> dict[str, Any]:
    """The bounds and the modifier of a quantity; without one, exactly ``value``."""
    if quantity is None:
        return {"low": value, "best": value, "high": value, "modifier": "none"}
    return {key: quantity[key] for key in ("low", "best", "high", "modifier")}


def is_generic(entry: Counted) -> bool:
    """Whether the noun does not say what kind of people they are."""
    return entry.mention.group.kind in ("generic", "unknown")


def of_other_party(first: Group, second: Group) -> bool:
    """Whether both groups belong to named parties, and to different ones."""
    return first.party is not None and second.party is not None and first.party != second.party


def is_clash(first: str, second: str) -> bool:
    """Whether of two kinds of people one are attackers and the others surely not."""
    return "attacker" in (first, second) and first != second and "unknown" not in (first, second)


def is_named_victim(group: Group) -> bool:
    """Whether somebody is named by office, kinship or name alone ("the mayor", "his aide"): no attackers are."""
    return group.kind == "unknown" and (group.quantity is None or group.quantity["article"]) and not group.pronoun


def may_be_one_scene(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two places may be one scene: near each other, or one an area that holds the other."""
    for area, inner in ((first, second), (second, first)):
        if area["kind"] == "country" and area["country"] == inner["country"]:
            return True
        if str(area["kind"]).startswith("admin") and area["admin1"] == inner["admin1"]:
            return True
    if None in (first["lat"], second["lat"]):
        return True
    return kilometres(first["lat"], first["lon"], second["lat"], second["lon"]) < ONE_SCENE_KM
