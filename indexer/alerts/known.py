"""Known articles: what of an index earlier runs have seen, and what they reported, in a file of SQLite.

One run is one transaction: a run that ends early, by an error or killed, has changed nothing, and a second run at the
same time waits. An article counts as known by its id, 64 bits of a hash of it, so that dates, rebuilds and merges do not
matter. Ids are never forgotten: an article that was deleted and came back is no news.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from indexer.errors import AkhbarError, InputError

LOCK_TIMEOUT_S: Final = 10.0
REPORTS_KEPT: Final = 500
"""How many of the last reported articles are kept, for the feed."""

_APPLICATION: Final = 0x416B6862  # "Akhb", by which SQLite files tell whose they are
_SCHEMA: Final = """
CREATE TABLE known (hash INTEGER PRIMARY KEY);
CREATE TABLE reports (number INTEGER PRIMARY KEY, report TEXT NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class KnownArticles:
    """The articles that earlier runs have seen; what is changed is kept when the block of ``open_known`` ends well."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def is_empty(self) -> bool:
        """Whether there was no earlier run."""
        return self.fact("generation") is None

    def unknown(self, ids: Iterable[str]) -> frozenset[str]:
        """Return those of ``ids`` that no earlier run has seen."""
        known = {number for (number,) in self._connection.execute("SELECT hash FROM known")}
        return frozenset(each for each in ids if _hash(each) not in known)

    def learn(self, ids: Iterable[str]) -> None:
        """Take the articles with these ids as known."""
        self._connection.executemany("INSERT OR IGNORE INTO known VALUES (?)", ((_hash(each),) for each in ids))

    def fact(self, name: str) -> str | None:
        """Return what was remembered under ``name``."""
        found = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def remember(self, facts: Mapping[str, str]) -> None:
        """Remember a value for each name."""
        self._connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def reports(self) -> tuple[str, ...]:
        """Return the last reports, the newest first."""
        return tuple(text for (text,) in self._connection.execute("SELECT report FROM reports ORDER BY number DESC"))

    def add_reports(self, reports: Iterable[str]) -> None:
        """Keep reports, given the oldest first, and let go of the oldest."""
        self._connection.executemany("INSERT INTO reports (report) VALUES (?)", ((each,) for each in reports))
        self._connection.execute(
            "DELETE FROM reports WHERE number <= (SELECT max(number) FROM reports) - ?", (REPORTS_KEPT,)
        )


@contextlib.contextmanager
def open_known(path: Path, *, keep: bool = True, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[KnownArticles]:
    """Open the file of known articles, made where there is none; without ``keep`` all stays as it was.

    Raises AkhbarError while another run has it, and InputError for what is no such file.
    """
    with contextlib.closing(_connect(path if keep or path.exists() else ":memory:", timeout_s)) as connection:
        with _faults_named(path, timeout_s):
            _begin(connection)
        yield KnownArticles(connection)
        with _faults_named(path, timeout_s):
            connection.execute("COMMIT" if keep else "ROLLBACK")


def _connect(path: Path | str, timeout_s: float) -> sqlite3.Connection:
    with _faults_named(path, timeout_s):
        return sqlite3.connect(path, timeout=timeout_s, isolation_level=None)


def _begin(connection: sqlite3.Connection) -> None:
    """Lock the file, and make its tables in a new one."""
    connection.execute("BEGIN IMMEDIATE")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != _APPLICATION:
        raise sqlite3.DatabaseError("the tables of another program")
    if not tables:
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            connection.execute(statement)


@contextlib.contextmanager
def _faults_named(path: Path | str, timeout_s: float) -> Iterator[None]:
    """Turn errors of SQLite into one line that says what to do."""
    try:
        yield
    except sqlite3.Error as problem:
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise AkhbarError(f"{path}: another run has it; waited {timeout_s:g} s, try again later") from problem
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            raise InputError(f"{path}: cannot be written ({problem}); name another file with --state") from problem
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise AkhbarError(f"{path}: {problem}; nothing was marked as reported") from problem
        raise InputError(
            f"{path}: not the known articles of akhbar alert ({problem}); remove it to begin anew, or name another file"
        ) from problem


def _hash(article_id: str) -> int:
    digest = hashlib.blake2b(article_id.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
