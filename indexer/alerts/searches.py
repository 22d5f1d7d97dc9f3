"""Saved searches: a file of them, one a line, ``name = query`` or a permalink.

    # what the desk follows
    wheat = القمح OR الحبوب
    قطر = قطر country:السعودية -رياضة
    https://news.example/?q=%D8%A7%D9%84%D9%86%D9%81%D8%B7&source=okaz

Lines and not TOML: queries are full of quotation marks and run from right to left, and a line that cannot be read costs
no other one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from indexer.alerts.permalinks import request_of
from indexer.errors import AkhbarError, InputError
from indexer.query.limits import MAX_QUERY_CHARS
from indexer.request import SearchRequest

MAX_FILE_BYTES: Final = 1 << 20
MAX_NAME_CHARS: Final = 100

_INVISIBLE: Final = "\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks of direction that editors leave at the ends of Arabic words."""
_MARGIN: Final = " \t\r\u00a0" + _INVISIBLE
_COMMENTS: Final = ("#", ";")
_ADDRESSES: Final = ("http://", "https://")
_QUOTATION_MARKS: Final = frozenset('"“”')


class SavedSearch(NamedTuple):
    """A search with the name that its news are told under."""

    name: str
    request: SearchRequest


class BadLine(NamedTuple):
    """A line that is no search: its number, from 1, and what was expected."""

    number: int
    reason: str


def read_searches(path: Path, *, today: datetime.date) -> tuple[list[SavedSearch], list[BadLine]]:
    """Return the searches in a file, and the lines that are none. Raises InputError for what is no such file."""
    searches: dict[str, tuple[int, SavedSearch]] = {}
    bad = []
    for number, line in _lines(path):
        try:
            search = read_line(line, today=today)
            if search.name in searches:
                raise InputError(
                    f"the name {search.name!r} is that of line {searches[search.name][0]}; give it another"
                )
            searches[search.name] = number, search
        except AkhbarError as problem:
            bad.append(BadLine(number, str(problem)))
    return [search for _, search in searches.values()], bad


def read_line(line: str, *, today: datetime.date) -> SavedSearch:
    """Return the search in one line; without a name, the query is its name. Raises InputError.

    The first ``=`` ends the name, so a query with one in it needs a name.

    >>> read_line("wheat = القمح", today=datetime.date(2024, 1, 1)).name
    'wheat'
    """
    name, equals, query = ("", "=", line) if line.startswith(_ADDRESSES) else line.partition("=")
    name, query = one_line(name.strip(_MARGIN)), query.strip(_MARGIN)
    if query.startswith(_ADDRESSES):
        request = request_of(query, today=today)
        name = name or request.query or query
    else:
        query = query if equals else line.strip(_MARGIN)
        if not name or not query:
            raise InputError("expected NAME = QUERY")
        if equals and (name.endswith("-") or _QUOTATION_MARKS & {*name}):
            raise InputError("a query with = in it needs a name; expected NAME = QUERY")
        request = SearchRequest(query, sort="newest")
    _check_query(request.query, is_filtered=request != SearchRequest(request.query, sort="newest"))
    return SavedSearch(one_line(name)[:MAX_NAME_CHARS], request)


def _check_query(query: str, *, is_filtered: bool) -> None:
    if len(query) > MAX_QUERY_CHARS:
        raise InputError(f"a query of {len(query)} characters; expected at most {MAX_QUERY_CHARS}")
    if not is_filtered and not any(map(str.isalnum, query)):
        raise InputError(f"{query!r}: expected a query with a word in it")


def one_line(text: str) -> str:
    """Return text on one line, without what could command a terminal or turn a line around."""
    plain = "".join(letter if letter.isprintable() or letter in "\u200c\u200d" else " " for letter in text)
    return " ".join(plain.split())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that are neither empty nor comments, with their numbers."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        text = content.decode("utf-8")
    except OSError as problem:
        raise InputError(f"{path}: {problem.strerror}; expected a file of searches, NAME = QUERY a line") from problem
    except UnicodeDecodeError as problem:
        broken = content.count(b"\n", 0, problem.start) + 1
        raise InputError(f"{path}:{broken}: not UTF-8; save the file in UTF-8") from problem
    if len(content) > MAX_FILE_BYTES:
        raise InputError(f"{path}: longer than {MAX_FILE_BYTES >> 20} MiB; expected a file of searches")
    for number, line in enumerate(text.split("\n"), 1):
        if (kept := line.strip(_MARGIN)) and not kept.startswith(_COMMENTS):
            yield number, kept
