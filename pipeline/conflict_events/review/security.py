"""Who is let in: this computer's browser that was given the token, and no page of another site.

The server listens on 127.0.0.1 alone. What still can reach it is another program or user of the computer (kept out by
the token), a page of another site in the same browser (by Origin and the cookie's SameSite) and one that has its own
name point to 127.0.0.1 (by Host).
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1 << 18  # of a request's body
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Gate:
    """Lets through what comes from the page itself, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, *, token: str, port: int) -> None:
        self._app = app
        self._token = token
        # Cookies of one computer are shared by all its ports.
        self._cookie = f"conflict-events-review-{port}"
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets here
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        answer = self._refusal(scope)
        await (answer or self._app)(scope, _bounded(receive), send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._hosts or len(headers.getlist("host")) != 1:
            return PlainTextResponse("This is not the address that was printed; open that one.\n", 421)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Not done here.\n", 405)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if given:
            return self._welcome(scope, given)
        if not self._has_cookie(headers):
            return PlainTextResponse("Open the address that `conflict-events review` printed, with its token.\n", 403)
        if scope["method"] == "POST" and headers.getlist("origin") != [f"http://{host}"]:
            return PlainTextResponse("This was sent from another page; nothing was changed.\n", 403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return PlainTextResponse("That is too much at once.\n", 413)
        return None

    def _welcome(self, scope: Scope, given: list[str]) -> Response:
        """Takes the token out of the address into a cookie that no script can read."""
        if scope["method"] != "GET" or not any(self._is_token(token) for token in given):
            return PlainTextResponse("That token is of another run; open the address printed last.\n", 403)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        query.pop("token")
        rest = urlencode(query, doseq=True)
        answer = RedirectResponse(f"/{'?' if rest else ''}{rest}", 303)
        answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return answer

    def _is_token(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self._token.encode())

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return found is not None and self._is_token(found.value)


def _bounded(receive: Receive) -> Receive:
    """Cuts off a body that is longer than it may be, whatever its head said."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            return {"type": "http.disconnect"}
        return message

    return bounded
