"""Reviewing under attack: nobody is let in who should not be, and nothing that was saved is lost."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

pytest.importorskip("starlette", reason="the extra `review` is not installed")
pytest.importorskip("uvicorn", reason="the extra `review` is not installed")

from conflict_events.review.operations import Accept
from conflict_events.review.security import MOST_BYTES
from conflict_events.review.store import DecisionLog, log_path
from review_server import TEXT, TOKEN, Client, Running, annotation, key, serving, write_results

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=alert(1)>{{ 7*7 }}\"'><b>"
KILLS = 20
PAGES = (
    "/",
    "/next",
    "/coders",
    "/places?q=Idlib",
    "/actors?q=Army",
    "/number?q=five",
    "/static/review.js",
    "/favicon.ico",
)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    hostile = annotation(1, f"{SCRIPT} \u202e {TEXT}")
    hostile.article.title = hostile.article.outlet = SCRIPT
    hostile.article.url = "javascript:alert(1)"
    hostile.events[0].summary = hostile.events[0].event_type = SCRIPT
    results = write_results(tmp_path / "r.jsonl", [annotation(0), hostile])
    with serving(results) as found:
        yield found


def saved(running: Running) -> int:
    return len(running.review.log.decisions())


# --- who is let in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_shown_without_the_token(running: Running, path: str) -> None:
    stranger = Client(running.port)
    answer = stranger.send("GET", path)
    assert answer.status == 403
    assert "Report" not in answer.body
    assert stranger.send("GET", f"{path}{'&' if '?' in path else '?'}token=wrong").status == 403
    stranger.cookies = {f"conflict-events-review-{running.port}": "wrong"}
    assert stranger.send("GET", path).status == 403


def test_nothing_is_saved_without_the_token(running: Running) -> None:
    item = key(running.client().get("/"), "Report 0")
    stranger = Client(running.port)
    for path in (f"/record/{item}", "/undo", "/redo", "/coder", "/settle", f"/record/{item}?token={TOKEN}"):
        assert stranger.send("POST", path, "do=delete&event=report-0-e1&seen=0").status == 403
    assert saved(running) == 0


def test_the_token_goes_from_the_address_into_a_cookie_that_no_script_and_no_other_site_gets(running: Running) -> None:
    answer = Client(running.port).send("GET", f"/?token={TOKEN}")
    assert answer.status == 303
    assert TOKEN not in answer.headers["location"]
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=strict" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", None])
def test_another_name_for_this_computer_is_refused(running: Running, host: str | None) -> None:
    client = running.client()
    forged = None if host is None else host.format(port=running.port)
    assert client.send("GET", "/", Host=forged).status in (400, 421)
    assert client.send("GET", f"/?token={TOKEN}", Host=forged).status in (400, 421)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}", None]
)
def test_a_form_of_another_site_saves_nothing(running: Running, origin: str | None) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    forged = None if origin is None else origin.format(port=running.port)
    for path in (f"/record/{item}", "/undo", "/redo", "/coder", "/settle"):
        assert client.send("POST", path, "do=delete&event=report-0-e1&seen=0", Origin=forged).status == 403
    assert saved(running) == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_do_nothing(running: Running, method: str) -> None:
    assert running.client().send(method, "/").status == 405


def test_too_much_at_once_is_refused(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    body = "do=note&event=report-0-e1&seen=0&text=" + "x" * MOST_BYTES
    assert client.send("POST", f"/record/{item}", body).status == 413
    assert saved(running) == 0


# --- what may be named ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/%2e%2e/server.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/review.js%00.py",
        "/record/../../etc/passwd",
        "/record/..%2f..%2fr.jsonl",
        "/record/report-0",
        "/r.jsonl",
        "/r.jsonl.review.sqlite",
    ],
)
def test_no_file_can_be_named(running: Running, path: str) -> None:
    answer = running.client().send("GET", path)
    assert answer.status == 404
    assert "root:" not in answer.body
    assert "import" not in answer.body


# --- what articles may hold -------------------------------------------------------------------------------------------


def test_hostile_text_stays_text(running: Running) -> None:
    client = running.client()
    running.review.refresh()
    item = running.review.item_of("report-1")
    assert item
    client.decide(item.key, "note", "report-1-e1", text=SCRIPT)
    for path in (
        "/",
        f"/record/{item.key}",
        f"/?search={SCRIPT.replace(' ', '+')}",
        f"/record/{item.key}?event={SCRIPT}",
    ):
        page = client.send(
            "GET", path.replace(" ", "%20").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
        ).body
        assert "<script>" not in page
        assert "<img" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page
        assert "49" not in re.sub(r'value="[0-9a-f]+"|/record/[0-9a-f]+', "", page)


def test_the_policy_lets_no_script_and_no_other_host_in(running: Running) -> None:
    for path in ("/", "/static/review.js", "/no-such-page"):
        headers = running.client().send("GET", path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers
    page = html.document_fromstring(running.client().get("/").body)
    assert [script.get("src") for script in page.iter("script")] == ["/static/htmx.min.js", "/static/review.js"]
    attributes = {name for element in page.iter("*") for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\nb", "\u202eeve"])
def test_a_coders_name_is_one_that_can_be_read(running: Running, name: str) -> None:
    client = running.client()
    client.post("/coder", coder=name)
    assert client.cookies.get("coder") in (None, b"a b".hex())


# --- two writers ------------------------------------------------------------------------------------------------------


def test_of_two_browsers_at_one_article_the_second_is_told_and_loses_nothing(running: Running) -> None:
    one, other = running.client(), running.client()
    item = key(one.get("/"), "Report 0")
    fields = {"do": "figure", "event": "report-0-e1", "path": "0", "seen": 0}
    assert one.post(f"/record/{item}", **fields, number="6").status == 200
    refused = other.post(f"/record/{item}", **fields, number="7")
    assert refused.status == 409
    assert "another window" in refused.body
    assert 'value="6"' in refused.body
    assert saved(running) == 1


def test_a_decision_whose_answer_was_lost_may_be_sent_again(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    fields = {"do": "delete", "event": "report-0-e1", "seen": 0, "request": "once"}
    assert client.post(f"/record/{item}", **fields).status == 200
    assert client.post(f"/record/{item}", **fields).status == 200
    assert saved(running) == 1


def test_many_writers_at_once_are_all_kept(running: Running) -> None:
    paths = log_path(running.results)
    kept: list[int] = []
    lock = threading.Lock()

    def write(coder: str) -> None:
        log = DecisionLog(paths)  # as another process would
        for number in range(20):
            row = log.save(
                Accept(event=f"{coder}-{number}"),
                coder=coder,
                article="report-0",
                original="{}",
                request=f"{coder}{number}",
            )
            with lock:
                kept.append(row)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("ann", "ben", "cem", "dan")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [decision.id for decision in DecisionLog(paths).decisions()]
    assert len(kept) == 80


# --- kill -9 ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork and no SIGKILL")
@pytest.mark.parametrize("moment", range(KILLS))
def test_killed_in_the_middle_of_saving_nothing_that_was_answered_is_lost(tmp_path: Path, moment: int) -> None:
    path = tmp_path / "log"
    DecisionLog(path)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:  # saves and answers until it is killed
        try:
            log = DecisionLog(path)
            for number in range(100_000):
                given = {"coder": "ann", "article": "a", "original": "x" * 5000, "request": f"r{number}"}
                row = log.save(Accept(event=f"e{number}"), **given)  # type: ignore[arg-type]
                os.write(write_end, f"{row}\n".encode())
        finally:
            os._exit(1)
    os.close(write_end)
    assert os.read(read_end, 2) == b"1\n"
    time.sleep(random.Random(moment).uniform(0, 0.05))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    rest = b""
    while chunk := os.read(read_end, 1 << 16):
        rest += chunk
    os.close(read_end)
    answered = [1, *(int(line) for line in rest.splitlines())]
    decisions = DecisionLog(path).decisions()
    assert [one.id for one in decisions][: len(answered)] == answered
    assert len(decisions) - len(answered) in (0, 1)  # saved, and killed before it could say so
    assert DecisionLog(path).original(decisions[0].original) == "x" * 5000
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    again = DecisionLog(path)
    last = decisions[-1]
    # The browser sends again what was not answered: it is there once.
    again.save(last.operation, coder="ann", article="a", original="x" * 5000, request=f"r{len(decisions) - 1}")
    assert len(again.decisions()) == len(decisions)


def test_after_a_restart_everything_is_there(running: Running) -> None:
    client = running.client()
    item = key(client.get("/"), "Report 0")
    client.decide(item, "accept", "report-0-e1")
    with serving(running.results) as later:
        assert "<b>1</b> of 2 done" in later.client().get("/").body
