"""A coder who knows what is true and says it through the page's own addresses, one decision after another."""

from __future__ import annotations

from urllib.parse import urlencode

from conflict_events.schema import Annotation, Event
from made_outlet import Figure, MadeArticle
from review_server import Client, Running

CODER = "ann"
_TYPE = "Explosions/Remote violence / Shelling/artillery/missile attack"


def review(running: Running, articles: list[MadeArticle]) -> int:
    """Correct and accept the articles' records, and give the number of decisions."""
    coder = _Coder(running)
    for article in articles:
        coder.review(article)
    return coder.decisions


class _Coder:
    def __init__(self, running: Running) -> None:
        self._running = running
        self._client: Client = running.client(CODER)
        self.decisions = 0

    def review(self, article: MadeArticle) -> None:
        item = self._running.review.item_of(article.id)
        assert item
        self._key, self._article = item.key, article.id
        main = self._main(article)
        for event in self._record(article).events:
            if event.id != main and event.kind != "background":
                self._set_aside(event, article)
        self._correct(main, article)
        for event in self._record(article).events:
            self._decide("accept", event.id)

    def _main(self, article: MadeArticle) -> str:
        """The event that the article tells: the one with its figures, else a new one."""
        words = {(figure.words.start, figure.words.end) for figure in article.figures}
        told = [event for event in self._record(article).events if event.kind != "background"]
        for event in told:
            if words & {(c.mention.start, c.mention.end) for c in event.casualties if c.mention}:
                return event.id
        if told and not article.recalled:
            return told[0].id
        known = {event.id for event in self._record(article).events}
        evidence = article.figures[0].words
        self._decide("add", "", start=evidence.start, end=evidence.end)
        (new,) = (event.id for event in self._record(article).events if event.id not in known)
        self._decide("describe", new, kind="incident", type=_TYPE)
        return new

    def _set_aside(self, event: Event, article: MadeArticle) -> None:
        """An event that the article does not report: recalled, or none at all."""
        recalled = {(words.start, words.end) for words in article.recalled}
        if recalled & {(c.mention.start, c.mention.end) for c in event.casualties if c.mention}:
            self._decide("describe", event.id, kind="background")
        else:
            self._decide("delete", event.id)

    def _correct(self, event_id: str, article: MadeArticle) -> None:
        left = list(article.figures)
        event = next(one for one in self._record(article).events if one.id == event_id)
        for path in reversed(range(len(event.casualties))):
            casualty = event.casualties[path]
            right = next((f for f in left if f.outcome == casualty.outcome and casualty.mention == f.words), None)
            if right is None:
                self._decide("drop_figure", event_id, path=path)
                continue
            left.remove(right)
            if casualty.quantity.best != right.number:
                self._decide("figure", event_id, path=path, number=right.number)
        for figure in left:
            self._add(event_id, figure)

    def _add(self, event_id: str, figure: Figure) -> None:
        words = figure.words
        self._decide("figure", event_id, outcome=figure.outcome, number=figure.number, start=words.start, end=words.end)

    def _record(self, article: MadeArticle) -> Annotation:
        item = self._running.review.item_of(article.id)
        assert item
        return self._running.review.article(item, CODER).annotation

    def _decide(self, do: str, event: str, **fields: object) -> None:
        """Send what the page's form would send; the page that is shown next is not asked for."""
        self.decisions += 1
        seen = self._running.review.log.last(CODER, self._article)
        form = {"do": do, "event": event, "seen": seen, "request": f"scripted-{self.decisions}", **fields}
        answer = self._client.send("POST", f"/record/{self._key}", urlencode(form))
        assert answer.status == 303, answer.body
