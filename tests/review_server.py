"""A review that runs: results on disk, the real server on a port of its own, and a client that speaks plain HTTP."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import uvicorn

from conflict_events.records import sum_bounds
from conflict_events.review.review import Review
from conflict_events.review.server import make_app
from conflict_events.review.store import DecisionLog, log_path
from conflict_events.schema import (
    Annotation,
    Article,
    Casualty,
    Entity,
    Event,
    EventActor,
    EventLocation,
    Mention,
    ModelInfo,
    Quantity,
)

TOKEN = "token-of-the-tests"
TEXT = "Five killed near Idlib\n\nFive soldiers were killed and two civilians injured by gunmen near Idlib on Sunday."


def mention(words: str, text: str = TEXT, *, last: bool = True) -> Mention:
    start = text.rindex(words) if last else text.index(words)
    return Mention(start=start, end=start + len(words), text=words)


def exact(number: int) -> Quantity:
    return Quantity(low=number, best=number, high=number, modifier="exact")


def annotation(number: int = 0, text: str = TEXT, *, events: int = 1) -> Annotation:
    """A report with ``events`` events, each of five killed and two injured."""
    figures = [
        Casualty(outcome="killed", quantity=exact(5), mention=mention("Five", text)),
        Casualty(outcome="injured", quantity=exact(2), mention=mention("two", text)),
    ]
    read = [
        Event(
            id=f"report-{number}-e{i}",
            kind="incident",
            event_type="Battles",
            sub_event_type="Armed clash",
            actors=[EventActor(role="perpetrator", mention=mention("gunmen", text))],
            locations=[EventLocation(role="near", mention=mention("Idlib", text))],
            casualties=figures,
            fatalities=sum_bounds(figures, "killed"),
            injuries=sum_bounds(figures, "injured"),
        )
        for i in range(1, events + 1)
    ]
    labels = {"Five": "CASUALTY", "two": "CASUALTY", "gunmen": "ACTOR", "Idlib": "LOCATION"}
    return Annotation(
        article=Article(id=f"report-{number}", outlet="sohr", title=f"Report {number}", text=text),
        entities=[
            Entity.model_validate({**mention(words, text).model_dump(), "label": label})
            for words, label in labels.items()
        ],
        events=read,
        model=ModelInfo(name="m", version="1"),
    )


def write_results(path: Path, annotations: list[Annotation]) -> Path:
    path.write_text("".join(f"{one.model_dump_json()}\n" for one in annotations), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


class Client:
    """A browser of sorts: keeps its cookies, sends Host and Origin as told."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.requests = 0

    def send(self, method: str, path: str, body: str | None = None, **headers: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given: dict[str, str | None] = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()) or None,
            "Origin": f"http://127.0.0.1:{self.port}" if method == "POST" else None,
            "Content-Length": str(len(body.encode())) if body is not None else None,
        }
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body.encode() if body is not None else None)
        answer = connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("set-cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, text)
        connection.close()
        return found

    def get(self, path: str) -> Answer:
        answer = self.send("GET", path)
        return self.get(answer.headers["location"]) if answer.status == 303 else answer

    def post(self, path: str, /, **fields: object) -> Answer:
        self.requests += 1
        fields = {"request": f"{id(self)}-{self.requests}", **fields}
        answer = self.send("POST", path, urlencode({name: str(value) for name, value in fields.items()}))
        return self.get(answer.headers["location"]) if answer.status == 303 else answer

    def enter(self, coder: str | None = None) -> Client:
        assert self.send("GET", f"/?token={TOKEN}").status == 303
        if coder:
            self.post("/coder", coder=coder)
        return self

    def decide(self, item: str, do: str, event: str, /, *, order: str = "", **fields: object) -> Answer:
        """Decide as the page of the record would: with what it knows of the article."""
        path = f"/record/{item}?{urlencode({'event': event, 'order': order})}"
        seen = re.search(r'name="seen" value="(\d+)"', self.get(path).body)
        assert seen
        return self.post(path, **{"do": do, "event": event, "seen": seen[1], **fields})


def key(answer: Answer, title: str) -> str:
    """The key of an article on the page of the queue."""
    found = re.search(rf"/record/([0-9a-f]+)[^>]*><bdi>{re.escape(title)}<", answer.body)
    assert found, answer.body
    return found[1]


@dataclass(frozen=True)
class Running:
    port: int
    results: Path
    review: Review

    def client(self, coder: str | None = None) -> Client:
        return Client(self.port).enter(coder)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/?token={TOKEN}"


@contextmanager
def serving(results: Path) -> Iterator[Running]:
    review = Review(results, DecisionLog(log_path(results)))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = make_app(review, coder="ann", token=TOKEN, port=port)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Running(port, results, review)
        server.should_exit = True
        thread.join(timeout=10)
