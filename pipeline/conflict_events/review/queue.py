"""Which article comes next: by doubt, at random, or by what one looks for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from conflict_events.schema import Annotation

Order = Literal["doubt", "random", "given"]
ORDERS: tuple[Order, ...] = get_args(Order)
_SEED = "conflict-events review"
_NO_SCORE = 2.0  # behind everything that has a score, which is at most 1


@dataclass(frozen=True)
class QueueItem:
    """What the queue knows of an article; ``key`` stands for its id in addresses."""

    key: str
    number: int
    article: str
    title: str
    outlet: str
    published: str
    events: tuple[str, ...]
    findings: tuple[str, ...]
    score: float | None
    words: str

    @property
    def doubt(self) -> tuple[float, int, int]:
        """Sorts the most doubtful first: lowest score; where there is no score, most findings."""
        return (_NO_SCORE if self.score is None else self.score, -len(self.findings), self.number)

    @property
    def lot(self) -> str:
        """Sorts at random, and always alike, so that a sample can be gone on with."""
        return hashlib.sha256(f"{_SEED}\0{self.article}".encode()).hexdigest()


@dataclass(frozen=True)
class Wanted:
    """What a coder looks for. ``search`` is looked for in titles, places, parties and
    dates; with ``blind`` the coder codes without seeing the machine's answer."""

    order: Order = "doubt"
    finding: str = ""
    outlet: str = ""
    search: str = ""
    blind: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """What an address asks for; what it cannot ask for is left out."""
        order: Order = next((order for order in ORDERS if order == query.get("order")), "doubt")
        finding, outlet, search = (query.get(name, "")[:200] for name in ("finding", "outlet", "search"))
        return cls(order, finding, outlet, search, query.get("blind") == "yes")

    @property
    def sampling(self) -> str:
        """``random`` where the article was drawn from all of them, and a figure of accuracy can rest on it."""
        return "random" if self in (Wanted("random"), Wanted("random", blind=True)) else ""

    def parameters(self) -> dict[str, str]:
        """As an address says it."""
        given = {"order": self.order, "finding": self.finding, "outlet": self.outlet, "search": self.search}
        given |= {"blind": "yes" if self.blind else ""}
        return {name: value for name, value in given.items() if value and (name, value) != ("order", "doubt")}

    def takes(self, item: QueueItem) -> bool:
        """Whether the article is one of those looked for."""
        return (
            (not self.finding or self.finding in item.findings)
            and (not self.outlet or self.outlet == item.outlet)
            and all(word in item.words for word in self.search.casefold().split())
        )


def queue_item(annotation: Annotation, number: int) -> QueueItem:
    """What the queue keeps of an annotation."""
    article = annotation.article
    scores = [event.score for event in annotation.events if event.score is not None]
    told: list[str] = [article.id, article.title or "", article.outlet or "", str(article.published or "")]
    for event in annotation.events:
        told += [event.summary or "", event.sub_event_type or "", str(event.date.start or "")]
        told += [name for one in event.actors for name in (one.mention.text, one.actor.name if one.actor else "")]
        told += [
            name
            for one in event.locations
            for name in (one.mention.text, *((one.place.name, one.place.admin1 or "") if one.place else ()))
        ]
    return QueueItem(
        key=hashlib.sha256(article.id.encode()).hexdigest()[:20],
        number=number,
        article=article.id,
        title=" ".join((article.title or article.id).split()),
        outlet=article.outlet or "",
        published=str(article.published or ""),
        events=tuple(event.id for event in annotation.events),
        findings=tuple(dict.fromkeys(finding.code for finding in annotation.findings)),
        score=min(scores, default=None) if annotation.score is None else annotation.score,
        words=" ".join(told).casefold(),
    )


def in_order(items: Iterable[QueueItem], wanted: Wanted) -> Iterator[QueueItem]:
    """The articles looked for, in the order looked for."""
    found = [item for item in items if wanted.takes(item)]
    if wanted.order == "doubt":
        found.sort(key=lambda item: item.doubt)
    elif wanted.order == "random":
        found.sort(key=lambda item: item.lot)
    yield from found
