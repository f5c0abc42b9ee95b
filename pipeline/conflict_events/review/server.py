"""The local page: routes from addresses to what is shown and decided."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from conflict_events.review import lookup
from conflict_events.review.agreement import Difference, agreement, differences
from conflict_events.review.corrections import CorrectionError, corrected
from conflict_events.review.forms import operation_of, read_number, written_number
from conflict_events.review.incidents import Suggestions, said
from conflict_events.review.map import HEIGHT, WIDTH, View, draw, moves, view_of
from conflict_events.review.operations import NO_EVENT, Accept, Blind, Delete, Operation, SameIncident, Settle
from conflict_events.review.outcome import changes
from conflict_events.review.queue import ORDERS, QueueItem, Wanted
from conflict_events.review.review import Review, ReviewedArticle
from conflict_events.review.security import Gate
from conflict_events.review.standing import standing
from conflict_events.review.store import ConflictError
from conflict_events.review.views import STATIC, Piece, environment, event_lines, pieces, static_file
from conflict_events.schema import Event

PAGE = 50  # articles of the queue on one page
PAIRS = 20  # pairs that may be one incident on one page
_LONGEST_LOOK = 3600.0  # seconds; who left the desk did not look longer
_LONGEST_NAME = 40
_GOES_ON = (Accept, Delete)

Form = dict[str, str]


def make_app(review: Review, *, coder: str, token: str, port: int) -> ASGIApp:
    """The page of a review behind its gate. ``coder`` is who decides where a browser has not said another name."""
    pages = _Pages(review, coder)
    app = Starlette(
        routes=[
            Route("/", _page(pages.queue)),
            Route("/next", _page(pages.next)),
            Route("/record/{key}", _page(pages.record), methods=["GET"]),
            Route("/record/{key}", _page(pages.decide), methods=["POST"]),
            Route("/undo", _page(pages.undo), methods=["POST"]),
            Route("/redo", _page(pages.redo), methods=["POST"]),
            Route("/coder", _page(pages.rename), methods=["POST"]),
            Route("/coders", _page(pages.coders)),
            Route("/map/{key}", _page(pages.map)),
            Route("/incidents", _page(pages.incidents), methods=["GET"]),
            Route("/incidents", _page(pages.same), methods=["POST"]),
            Route("/places", _page(pages.places)),
            Route("/actors", _page(pages.actors)),
            Route("/number", _page(pages.number)),
            Route("/settle", _page(pages.settle), methods=["POST"]),
            Route("/favicon.ico", _no_icon),
            Route("/static/{name}", _page(pages.static)),
        ]
    )
    return Gate(app, token=token, port=port)


def _page(handle: Callable[[Request, Form], Response]) -> Callable[[Request], Any]:
    """An endpoint that reads the form of a POST and does the work off the event loop."""

    async def endpoint(request: Request) -> Response:
        form: Form = {}
        if request.method == "POST":
            try:
                body = (await request.body()).decode("utf-8")
                form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=100))
            except ValueError:
                return PlainTextResponse("The form could not be read.\n", 400)
        return await run_in_threadpool(handle, request, form)

    return endpoint


async def _no_icon(request: Request) -> Response:
    return Response(status_code=204)


class _Pages:
    def __init__(self, review: Review, coder: str) -> None:
        self._review = review
        self._coder = coder
        self._lock = threading.Lock()
        self._suggestions = Suggestions(review)

    # --- what is shown --------------------------------------------------------------------------------------------

    def queue(self, request: Request, form: Form) -> Response:
        """The articles looked for, with how many are done."""
        wanted, coder = Wanted.of(request.query_params), self._coder_of(request)
        self._refresh()
        items = list(self._review.items(wanted))
        standings = [self._review.standing_of(item, coder) for item in items]
        first = PAGE * max(0, _number(request.query_params.get("page", "")))
        rows = list(zip(items, standings, strict=True))
        state = request.query_params.get("state", "")
        if state in ("open", "done", "flagged"):
            rows = [row for row in rows if (row[1].flagged if state == "flagged" else row[1].done == (state == "done"))]
        return self._html(
            request,
            "queue.html.j2",
            rows=rows[first : first + PAGE],
            found=len(rows),
            first=first,
            page=first // PAGE,
            pages=-(-len(rows) // PAGE),
            state=state,
            done=sum(one.done for one in standings),
            all=len(items),
            outlets=self._review.outlets,
            findings=self._review.findings,
            orders=ORDERS,
        )

    def next(self, request: Request, form: Form) -> Response:
        """Goes to the first article that is not done."""
        self._refresh()
        return self._go_on(request, None)

    def record(self, request: Request, form: Form) -> Response:
        """One event beside its article."""
        item = self._review.item(request.path_params["key"])
        if item is None:
            return self._missing(request)
        return self._record(request, item)

    def _record(self, request: Request, item: QueueItem, message: str = "", status: int = 200) -> Response:
        coder = self._coder_of(request)
        article = self._review.article(item, coder)
        hidden = Wanted.of(request.query_params).blind and not article.decisions
        if hidden:
            article = put_away(article)
        event = article.event(request.query_params.get("event", ""))
        if event is None:
            waiting = [one for one in article.standing.waiting if one != NO_EVENT]
            event = article.event(waiting[0]) if waiting else next(iter(article.annotation.events), None)
        return self._html(
            request,
            "record.html.j2",
            status,
            item=item,
            article=article,
            event=event,
            event_id=event.id if event else NO_EVENT,
            events=event_lines(article),
            paragraphs=_paragraphs(article, event, hidden),
            hidden=hidden,
            compared=list(changes(article.machine, article.annotation))
            if article.blind and article.standing.done
            else None,
            message=message,
            request_id=secrets.token_hex(16),
        )

    def map(self, request: Request, form: Form) -> Response:
        """A piece of the record's page: the map of an event's places, or of the view that the address asks for."""
        item = self._review.item(request.path_params["key"])
        if item is None:
            return self._missing(request)
        article = self._review.article(item, self._coder_of(request))
        if Wanted.of(request.query_params).blind and not article.decisions:
            article = put_away(article)
        event = article.event(request.query_params.get("event", ""))
        view = View.of(request.query_params) or view_of(article.annotation, event)
        return self._html(
            request, "map.html.j2", drawing=draw(view, event), width=WIDTH, height=HEIGHT, moves=list(moves(view))
        )

    def coders(self, request: Request, form: Form) -> Response:
        """How far the coders agree, and where they differ."""
        return self._html(
            request,
            "coders.html.j2",
            agreements=agreement(self._review),
            differences=_by_article(differences(self._review)),
        )

    def incidents(self, request: Request, form: Form) -> Response:
        """Pairs of reports that may tell one incident, those first that nobody decided."""
        done = said(self._review.log.decisions(self._coder_of(request)))
        pairs = self._suggestions.all()
        left = [one for one in pairs if one.pair not in done]
        return self._html(
            request,
            "incidents.html.j2",
            pairs=left[:PAIRS],
            all=len(pairs),
            decided=len(pairs) - len(left),
            request_id=secrets.token_hex(8),
        )

    # --- what is decided ------------------------------------------------------------------------------------------

    def decide(self, request: Request, form: Form) -> Response:
        """Saves a decision and goes on, or says why not."""
        item = self._review.item(request.path_params["key"])
        if item is None:
            return self._missing(request)
        coder = self._coder_of(request)
        try:
            article = self._review.article(item, coder)
            seen: int | None = _number(form.get("seen", ""), -1)
            if Wanted.of(request.query_params).blind and not article.decisions and seen == article.last:
                seen = self._review.decide(item, Blind(event=NO_EVENT), coder=coder, seen=seen)
            operation = operation_of({**form, "article": item.article}, article.text, lookup.TABLES)
            self._review.decide(
                item,
                operation,
                coder=coder,
                seen=seen,
                request=_request_name(form),
                sampling=Wanted.of(request.query_params).sampling,
                seconds=_seconds(form),
            )
        except CorrectionError as error:
            return self._record(request, item, str(error), 422)
        except ConflictError as error:
            return self._record(request, item, str(error), 409)
        self._refresh()
        if isinstance(operation, _GOES_ON):
            article = self._review.article(item, coder)
            if article.blind and article.standing.done:  # first a look at what the machine had said
                return self._to(request, item)
            return self._go_on(request, article, operation.event)
        return self._to(request, item, operation.event)

    def undo(self, request: Request, form: Form) -> Response:
        """Takes back the coder's last decision and shows its record."""
        return self._after_step(request, self._review.log.undo(self._coder_of(request), _request_name(form)))

    def redo(self, request: Request, form: Form) -> Response:
        """Does again what was taken back last and shows its record."""
        return self._after_step(request, self._review.log.redo(self._coder_of(request), _request_name(form)))

    def _after_step(self, request: Request, step: tuple[str, Operation] | None) -> Response:
        item = self._review.item_of(step[0]) if step else None
        self._refresh()
        if step is None or item is None:
            return self._html(request, "message.html.j2", message="There is nothing (more) to undo or redo.")
        if isinstance(step[1], SameIncident):
            return RedirectResponse("/incidents", 303)
        return self._to(request, item, step[1].event)

    def settle(self, request: Request, form: Form) -> Response:
        """Of coders who differ about an article, takes one's record."""
        item = self._review.item(form.get("key", ""))
        if item is None or form.get("coder", "") not in self._review.log.coders():
            return self._missing(request)
        operation = Settle(event=NO_EVENT, coder=form["coder"])
        self._review.decide(item, operation, coder=self._coder_of(request), seen=None, request=_request_name(form))
        return RedirectResponse("/coders", 303)

    def same(self, request: Request, form: Form) -> Response:
        """Saves whether two events tell one incident."""
        item, other = self._review.item(form.get("key", "")), self._review.item_of(form.get("other_article", ""))
        if item is None or other is None or form.get("same") not in ("yes", "no"):
            return self._missing(request)
        operation = SameIncident(
            event=form.get("event", "")[:200],
            other_article=other.article,
            other_event=form.get("other_event", "")[:200],
            same=form["same"] == "yes",
        )
        self._review.decide(item, operation, coder=self._coder_of(request), seen=None, request=_request_name(form))
        return RedirectResponse("/incidents", 303)

    def rename(self, request: Request, form: Form) -> Response:
        """Who decides from now on in this browser."""
        name = " ".join(form.get("coder", "").split())
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            return self._html(
                request, "message.html.j2", 422, message=f"A name has 1 to {_LONGEST_NAME} letters; give another."
            )
        answer = RedirectResponse("/", 303)
        answer.set_cookie("coder", name.encode().hex(), httponly=True, samesite="strict", path="/", max_age=365 * 86400)
        return answer

    # --- what is looked up ----------------------------------------------------------------------------------------

    def places(self, request: Request, form: Form) -> Response:
        """Places by name, as JSON."""
        found = lookup.places(request.query_params.get("q", ""))
        return JSONResponse(
            [
                {"id": one.id, "name": ", ".join(filter(None, (one.name, one.admin1, one.country))), "note": one.kind}
                for one in found
            ]
        )

    def actors(self, request: Request, form: Form) -> Response:
        """Actors by name, as JSON."""
        found = lookup.actors(request.query_params.get("q", ""))
        return JSONResponse([{"id": one.id, "name": one.name, "note": one.kind} for one in found])

    def number(self, request: Request, form: Form) -> Response:
        """How words read as a number of people, as the form writes it."""
        try:
            return JSONResponse({"number": written_number(read_number(request.query_params.get("q", "")[:200]))})
        except CorrectionError:
            return JSONResponse({"number": ""})

    def static(self, request: Request, form: Form) -> Response:
        """One of the page's own files: no name but theirs is known."""
        name = request.path_params["name"]
        if name not in STATIC:
            return self._missing(request)
        return Response(static_file(name), media_type=STATIC[name])

    # --- helpers --------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        with self._lock:
            self._review.refresh()

    def _coder_of(self, request: Request) -> str:
        try:
            name = bytes.fromhex(request.cookies.get("coder", "")).decode("utf-8")
        except ValueError:
            return self._coder
        return name if 0 < len(name) <= _LONGEST_NAME and name.isprintable() else self._coder

    def _go_on(self, request: Request, here: ReviewedArticle | None, event: str = NO_EVENT) -> Response:
        """To the article's next event that waits, else to the next article with one."""
        coder, wanted = self._coder_of(request), Wanted.of(request.query_params)
        if here is not None and here.standing.waiting:
            return self._to(request, here.item, _after(here, event))
        items = list(self._review.items(wanted))
        at = next((i for i, item in enumerate(items) if here is not None and item.key == here.item.key), -1)
        for item in [*items[at + 1 :], *items[: at + 1]]:
            if not self._review.standing_of(item, coder).done:
                return self._to(request, item)
        return RedirectResponse("/?" + urlencode({**wanted.parameters(), "finished": "yes"}), 303)

    @staticmethod
    def _to(request: Request, item: QueueItem, event: str = NO_EVENT) -> Response:
        parameters = Wanted.of(request.query_params).parameters() | ({"event": event} if event else {})
        return RedirectResponse(f"/record/{item.key}{'?' if parameters else ''}{urlencode(parameters)}", 303)

    def _missing(self, request: Request) -> Response:
        return self._html(request, "message.html.j2", 404, message="There is no such page here.")

    def _html(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        wanted = Wanted.of(request.query_params)
        return HTMLResponse(
            environment()
            .get_template(template)
            .render(
                coder=self._coder_of(request),
                wanted=wanted,
                query=urlencode(wanted.parameters()),
                finished="finished" in request.query_params,
                htmx_config=_HTMX,
                **values,
            ),
            status,
        )


def put_away(article: ReviewedArticle) -> ReviewedArticle:
    """The article as one sees it who is to code it without the machine's answer."""
    blind = Blind(event=NO_EVENT)
    return replace(article, annotation=corrected(article.annotation, blind), standing=standing((), (blind,)))


def _paragraphs(article: ReviewedArticle, event: Event | None, hidden: bool) -> list[list[Piece]]:
    if article.text is None:
        return []
    annotation = article.annotation
    if hidden or (article.blind and not article.standing.done):
        annotation = annotation.model_copy(update={"entities": []})
    return pieces(article.text, annotation, event)


#: htmx as a strict policy allows it; an answer that refuses is shown too.
_HTMX = json.dumps(
    {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        # A key pressed at once finds the new page ready.
        "defaultSettleDelay": 0,
        "scrollIntoViewOnBoost": False,
        "responseHandling": [{"code": "...", "swap": True}],
    }
)


def _by_article(found: list[Difference]) -> list[tuple[str, str, tuple[str, str], list[Difference]]]:
    """Key, title and coders of each article on which coders differ, with how."""
    grouped: dict[tuple[str, str, tuple[str, str]], list[Difference]] = {}
    for one in found:
        grouped.setdefault((one.key, one.title, one.coders), []).append(one)
    return [(*head, rows) for head, rows in grouped.items()]


def _after(article: ReviewedArticle, event: str) -> str:
    """The first event that waits behind ``event``, else the first that waits."""
    order = list(article.standing.events)
    waiting = article.standing.waiting
    behind = [one for one in waiting if event in order and one in order and order.index(one) > order.index(event)]
    return (behind or list(waiting))[0]


def _number(value: str, otherwise: int = 0) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 15 else otherwise


def _seconds(form: Form) -> float | None:
    return min(_number(form.get("milliseconds", "")) / 1000, _LONGEST_LOOK) or None


def _request_name(form: Form) -> str:
    return form.get("request", "")[:64] or secrets.token_hex(16)
