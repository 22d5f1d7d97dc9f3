"""Days without a field in a query: ``2024-01..2024-03``, and days in words such as «آخر 7 أيام» and «أمس».

Headlines hold such words too («إغلاق المعبر في آخر 7 أيام»), so they are a condition only at the beginning or the end of
a query, with two other words at most, and not behind a preposition. «آخر شهر», which may be the last month of several,
is one only at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from analyzers import normalize
from indexer.dates.ranges import days_beginnings, is_singular_length
from indexer.query.lexer import QueryToken
from indexer.query.reading import QueryReading
from indexer.query.vocabulary import Field, is_preposition

MAX_OTHER_WORDS: Final = 2
"""How many other words may stand beside days in words that are a condition.

Of 77,874 headlines 253 hold such days at an end, 16 of them with four other words, 6 with three, none with less."""
_DAY: Final = r"\d{4}(?:-\d{1,2}){0,2}"
_RANGE: Final = re.compile(rf"{_DAY}\.\.{_DAY}")

IsKnown = Callable[[Field, str], bool]


def merge_days(tokens: Sequence[QueryToken], reading: QueryReading, is_known: IsKnown) -> list[QueryToken]:
    """Return ``tokens`` with a token of kind ``days`` for each range of days and for days in words."""
    letters = normalize(reading.query)  # all words without blanks: most queries have none of those wanted
    if ".." not in reading.query and not any(word in letters for word in days_beginnings()):
        return list(tokens)
    merged: list[QueryToken] = []
    at = 0
    while at < len(tokens):
        size = _days_at(tokens, at, reading, is_known) if tokens[at].kind == "chunk" else 0
        if size:
            start, end = tokens[at].start, tokens[at + size - 1].end
            merged.append(QueryToken("days", reading.query[start:end], start, end))
        else:
            merged.append(tokens[at])
        at += size or 1
    return merged


def _days_at(tokens: Sequence[QueryToken], at: int, reading: QueryReading, is_known: IsKnown) -> int:
    """Return of how many tokens from ``at`` on the days consist that are named there; 0 for none."""
    token = tokens[at]
    is_value = at > 0 and tokens[at - 1].kind in ("field", "minus")
    if is_value or reading.is_undone(token.start, "date"):
        return 0
    if ".." in token.text:
        return int(_RANGE.fullmatch(token.name) is not None and is_known("date", token.name))
    if normalize(token.text) not in days_beginnings():
        return 0
    for size in (3, 2, 1):
        run = tokens[at : at + size]
        text = reading.query[token.start : run[-1].end]
        is_run = len(run) == size and all(part.kind == "chunk" for part in run)
        if is_run and is_known("date", text) and _is_condition(tokens, at, at + size, text, reading):
            return size
    return 0


def _is_condition(tokens: Sequence[QueryToken], first: int, end: int, text: str, reading: QueryReading) -> bool:
    """Return whether ``tokens[first:end]``, which are ``text``, are no part of a sentence with the words around them."""
    before, after = (
        sum(len([*reading.split_words(token.text)]) for token in part if token.kind in ("chunk", "phrase"))
        for part in (tokens[:first], tokens[end:])
    )
    if (before and after) or before + after > MAX_OTHER_WORDS or (after and is_singular_length(text)):
        return False
    return not (first > 0 and is_preposition(tokens[first - 1].text))
