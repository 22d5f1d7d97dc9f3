"""SQLite's full-text index FTS5: the body in it, the small fields in a table beside it."""

# ruff: noqa: D102 - the protocol in engine.py describes the methods

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from documents import Document
from engine import PAGE, Hit
from questions import Question

# Words of letters and digits of any script, and of what an exact term may hold beside them.
_TOKENIZER = "ascii tokenchars '.,''%&+-_@#/:'"
_SNIPPET_WORDS = 34  # some 200 characters of Arabic

_BEST = """SELECT id, title, date, source FROM (SELECT rowid FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT ?) AS best
           CROSS JOIN shown ON shown.number = best.rowid"""
_FILTERED = """SELECT id, title, date, source FROM articles CROSS JOIN shown ON shown.number = articles.rowid
               WHERE articles MATCH ? AND date BETWEEN ? AND ? AND source = ? ORDER BY rank LIMIT ?"""
_NEWEST = """SELECT id, title, date, source FROM articles CROSS JOIN shown ON shown.number = articles.rowid
             WHERE articles MATCH ? ORDER BY date DESC LIMIT ?"""
_MARKED = f"""SELECT id, title, date, source, marked FROM
              (SELECT rowid, snippet(articles, 0, '<b>', '</b>', '…', {_SNIPPET_WORDS}) AS marked
               FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT ?) AS best
              CROSS JOIN shown ON shown.number = best.rowid"""  # noqa: S608, a number of ours
_COUNT = "SELECT count(*) FROM articles WHERE articles MATCH ?"
_COUNT_FILTERED = """SELECT count(*) FROM articles CROSS JOIN shown ON shown.number = articles.rowid
                     WHERE articles MATCH ? AND date BETWEEN ? AND ? AND source = ?"""
_NUMBERS = "SELECT rowid FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT ?"


class SqliteFts5:
    """FTS5 of the SQLite that Python brings; it has no fuzzy questions. See :class:`engine.Engine`."""

    version = f"SQLite {sqlite3.sqlite_version} FTS5"

    def create(self, folder: Path) -> None:
        self.open(folder)
        self._run(f'CREATE VIRTUAL TABLE articles USING fts5(body, tokenize = "{_TOKENIZER}")')
        self._run("CREATE TABLE shown (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, date TEXT, source TEXT)")
        self.begin()

    def open(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "articles.db", isolation_level=None)

    def _run(self, statement: str, values: Sequence[object] = ()) -> Any:
        return self._connection.execute(statement, values)

    def begin(self) -> None:
        self._run("BEGIN")

    def add(self, documents: Sequence[Document]) -> None:
        (last,) = self._run("SELECT coalesce(max(number), 0) FROM shown").fetchone()
        numbered = list(enumerate(documents, last + 1))
        self._connection.executemany(
            "INSERT INTO articles (rowid, body) VALUES (?, ?)", [(number, each.body) for number, each in numbered]
        )
        self._connection.executemany(
            "INSERT INTO shown VALUES (?, ?, ?, ?, ?)", [(number, *each[:4]) for number, each in numbered]
        )

    def delete(self, ids: Sequence[str]) -> None:
        wanted = [(each,) for each in ids]
        self._connection.executemany(
            "DELETE FROM articles WHERE rowid = (SELECT number FROM shown WHERE id = ?)", wanted
        )
        self._connection.executemany("DELETE FROM shown WHERE id = ?", wanted)

    def commit(self) -> None:
        self._run("COMMIT")

    def search(self, question: Question) -> Any:
        if question.kind in ("filter", "sort", "fuzzy"):
            return self.page(question)  # what is asked for stands in the other table
        return self._run(_NUMBERS, (_match(question), PAGE)).fetchall()

    def page(self, question: Question) -> list[Hit]:
        return [Hit(*row) for row in self._rows(question)]

    def _rows(self, question: Question) -> Any:
        wanted = _match(question)
        match question.kind:
            case "fuzzy":
                return []
            case "filter":
                values = (wanted, question.first, question.last, question.source, PAGE)
                return self._run(_FILTERED, values).fetchall()
            case "sort":
                return self._run(_NEWEST, (wanted, PAGE)).fetchall()
            case _:
                return self._run(_BEST, (wanted, PAGE)).fetchall()

    def snippets(self, question: Question) -> list[str]:
        rows = self._run(_MARKED, (_match(question), PAGE)).fetchall()
        for row in rows:
            Hit(*row[:4])
        return [row[4] for row in rows]

    def total(self, question: Question) -> int | None:
        if question.kind == "fuzzy":
            return None
        if question.kind == "filter":
            values = (_match(question), question.first, question.last, question.source)
            return int(self._run(_COUNT_FILTERED, values).fetchone()[0])
        return int(self._run(_COUNT, (_match(question),)).fetchone()[0])


def _match(question: Question) -> str:
    quoted = [f'"{term}"' for term in question.terms]
    match question.kind:
        case "and":
            return " AND ".join(quoted)
        case "or":
            return " OR ".join(quoted)
        case "phrase":
            return f'"{" ".join(question.terms)}"'
        case "prefix":
            return f"{quoted[0]} *"
        case _:
            return quoted[0]
