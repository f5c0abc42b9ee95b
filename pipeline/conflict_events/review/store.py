"""The log of decisions: one SQLite file beside the results, to which rows are only ever added.

Undo and redo are rows too, so that nothing that was decided is lost. A decision is answered only when it lies on the
disk (write-ahead log, synchronised); a process that is killed in the middle of saving leaves the row whole or not at
all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from conflict_events.review.operations import OPERATION, Operation

APPLICATION = 0x63657276  # "cerv", in the header of the file
_BUSY = 10.0  # seconds to wait for another writer

_SCHEMA = """
create table decisions (
    id integer primary key autoincrement,
    at text not null,
    coder text not null,
    article text not null,
    act text not null check (act in ('do', 'undo', 'redo')),
    target integer references decisions(id),
    operation text,
    original text,
    sampling text not null default '',
    seconds real,
    request text not null unique
);
create index decisions_of_article on decisions (coder, article, id);
create index decisions_of_target on decisions (target, id);
create table originals (digest text primary key, article text not null, annotation text not null);
create trigger decisions_stay before update on decisions begin select raise(abort, 'the log is only added to'); end;
create trigger decisions_remain before delete on decisions begin select raise(abort, 'the log is only added to'); end;
create trigger originals_stay before update on originals begin select raise(abort, 'the log is only added to'); end;
create trigger originals_remain before delete on originals begin select raise(abort, 'the log is only added to'); end;
"""
_UNDONE = (
    """(select act from decisions as later where later.target = decisions.id order by later.id desc limit 1) = 'undo'"""
)


class ReviewError(ValueError):
    """The log cannot be used; the message says what to do."""


class ConflictError(ValueError):
    """Somebody decided about the same article in the meantime; nothing was saved."""


@dataclass(frozen=True)
class Decision:
    """A row of the log that stands: ``operation`` of ``coder`` about ``article``.

    ``original`` is the digest of the machine's record it was made about, ``sampling`` how the record was chosen
    (``random`` for the sample that accuracy is told from), ``seconds`` how long the page was looked at.
    """

    id: int
    at: dt.datetime
    coder: str
    article: str
    operation: Operation
    original: str
    sampling: str
    seconds: float | None


def log_path(results: Path) -> Path:
    """Where the log of some results lies: beside them."""
    return results.with_name(results.name + ".review.sqlite")


class DecisionLog:
    """The decisions of all coders about the results beside which the log lies."""

    def __init__(self, path: Path) -> None:
        """Opens the log at ``path``, or begins one. Raises ReviewError where another file is in its place."""
        self.path = path
        try:
            with self._connection() as connection:
                connection.execute("pragma journal_mode=wal")
                connection.execute("begin immediate")
                found = connection.execute("pragma application_id").fetchone()[0]
                if found == 0 and not connection.execute("select 1 from sqlite_master").fetchone():
                    for statement in _SCHEMA.replace("; end;", "\0 end;").split(";\n"):
                        if statement.strip():
                            connection.execute(statement.replace("\0", ";"))
                    connection.execute(f"pragma application_id={APPLICATION}")
                elif found != APPLICATION:
                    raise ReviewError(f"{path} is no log of `conflict-events review`; move it away")
                connection.execute("commit")
        except sqlite3.Error as error:
            raise ReviewError(
                f"{path} cannot be used ({error}); check the path, its permissions and the disk"
            ) from None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None)) as connection:
            connection.execute("pragma synchronous=full")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    def save(
        self,
        operation: Operation,
        *,
        coder: str,
        article: str,
        original: str,
        request: str,
        seen: int | None = None,
        sampling: str = "",
        seconds: float | None = None,
    ) -> int:
        """Save a decision and give its number, once it is on the disk.

        ``original`` is the machine's record as JSON, which is kept with the log; ``request`` is a name of this saving,
        so that one that is sent twice is saved once; ``seen`` is the last row about the article that the coder knew.

        Raises ConflictError where there is a newer one.
        """
        digest = hashlib.sha256(original.encode()).hexdigest()
        with self._writing() as connection:
            saved = connection.execute("select id from decisions where request = ?", [request]).fetchone()
            if saved:
                return int(saved[0])
            if seen is not None and seen != self._last(connection, coder, article):
                raise ConflictError("this article was changed in another window; nothing was saved, look at it again")
            connection.execute("insert or ignore into originals values (?, ?, ?)", [digest, article, original])
            cursor = connection.execute(
                "insert into decisions (at, coder, article, act, operation, original, sampling, seconds, request)"
                " values (?, ?, ?, 'do', ?, ?, ?, ?, ?)",
                [_now(), coder, article, operation.model_dump_json(), digest, sampling, seconds, request],
            )
            return int(cursor.lastrowid or 0)

    def saved(self, request: str) -> int | None:
        """The number of the row that a request made, ``None`` where it made none."""
        with self._connection() as connection:
            row = connection.execute("select id from decisions where request = ?", [request]).fetchone()
        return None if row is None else int(row[0])

    def undo(self, coder: str, request: str) -> tuple[str, Operation] | None:
        """Take back the coder's last decision that stands: its article and what it was; ``None`` for none."""
        query = f"""
            select id, article, operation from decisions where coder = ? and act = 'do' and not coalesce({_UNDONE}, 0)
            order by id desc limit 1"""
        return self._step("undo", query, coder, request)

    def redo(self, coder: str, request: str) -> tuple[str, Operation] | None:
        """Do again what the coder took back last; ``None`` where there is nothing, or something was decided since."""
        query = f"""
            select id, article, operation from decisions where coder = ? and act = 'do' and {_UNDONE}
            and (select max(id) from decisions as step where step.target = decisions.id and step.act = 'undo')
                > (select max(id) from decisions as last where last.coder = decisions.coder and last.act = 'do')
            order by id limit 1"""
        return self._step("redo", query, coder, request)

    def _step(self, act: str, query: str, coder: str, request: str) -> tuple[str, Operation] | None:
        with self._writing() as connection:
            done = connection.execute(
                "select o.article, o.operation from decisions d join decisions o on o.id = d.target"
                " where d.request = ?",
                [request],
            ).fetchone()
            if done:
                return done[0], OPERATION.validate_json(done[1])
            found = connection.execute(query, [coder]).fetchone()
            if not found:
                return None
            connection.execute(
                "insert into decisions (at, coder, article, act, target, request) values (?, ?, ?, ?, ?, ?)",
                [_now(), coder, found[1], act, found[0], request],
            )
            return found[1], OPERATION.validate_json(found[2])

    def decisions(self, coder: str | None = None, article: str | None = None) -> list[Decision]:
        """The decisions that stand, in the order in which they were made."""
        query = "select id, at, coder, article, operation, original, sampling, seconds from decisions where act = 'do'"
        query += f" and not coalesce({_UNDONE}, 0)"
        given: list[str] = []
        for column, value in (("coder", coder), ("article", article)):
            if value is not None:
                query += f" and {column} = ?"
                given.append(value)
        with self._connection() as connection:
            rows = connection.execute(query + " order by id", given).fetchall()
        return [
            Decision(
                row[0], dt.datetime.fromisoformat(row[1]), row[2], row[3], OPERATION.validate_json(row[4]), *row[5:]
            )
            for row in rows
        ]

    def last(self, coder: str, article: str) -> int:
        """The number of the last row of ``coder`` about ``article``, of whichever kind; 0 where there is none."""
        with self._connection() as connection:
            return self._last(connection, coder, article)

    @staticmethod
    def _last(connection: sqlite3.Connection, coder: str, article: str) -> int:
        row = connection.execute("select max(id) from decisions where coder = ? and article = ?", [coder, article])
        return int(row.fetchone()[0] or 0)

    def changed_since(self, number: int) -> tuple[int, set[tuple[str, str]]]:
        """The number of the last row, and which (coder, article) have rows after ``number``."""
        with self._connection() as connection:
            rows = connection.execute("select id, coder, article from decisions where id > ?", [number]).fetchall()
        return max((row[0] for row in rows), default=number), {(row[1], row[2]) for row in rows}

    def original(self, digest: str) -> str:
        """The machine's record that decisions were made about, as JSON."""
        with self._connection() as connection:
            row = connection.execute("select annotation from originals where digest = ?", [digest]).fetchone()
        if row is None:
            raise ReviewError(f"{self.path} lacks the record that a decision was made about; restore it from a copy")
        return str(row[0])

    def coders(self) -> list[str]:
        """Everybody who decided something, by name."""
        with self._connection() as connection:
            return [row[0] for row in connection.execute("select distinct coder from decisions order by coder")]


def _now() -> str:
    return dt.datetime.now(dt.timezone.utc).isoformat(timespec="milliseconds")
