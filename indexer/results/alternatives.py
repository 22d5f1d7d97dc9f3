"""Alternatives to a search: corrections, searches that find more, and completions of a text that is being typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from indexer.request import SearchRequest

RungKind = Literal[
    "spelling", "any_form", "links", "as_words", "without_dates", "without_filter", "fewer_words", "meaning"
]
SuggestionKind = Literal["word", "phrase", "title", "source"]


class Change(NamedTuple):
    """A part of a query, ``query[start:end]`` in code points, as ``typed``, and what was probably ``meant``."""

    start: int
    end: int
    typed: str
    meant: str


class Correction(NamedTuple):
    """A query with words changed to others of the index, and how many articles have all of its words."""

    text: str
    changes: tuple[Change, ...]
    articles: int


class Rung(NamedTuple):
    """A search that finds more: what is changed, the request, and how many articles have all of its words.

    Of the kind ``meaning`` it counts the articles near in meaning, whatever their words.
    ``value`` is the corrected query, the word that is left out, the names that are no longer a filter, or the dates
    that are left out.
    """

    kind: RungKind
    value: str
    request: SearchRequest
    articles: int


class Suggestion(NamedTuple):
    """A text that may go into the box instead of the one typed, and how many articles have its words.

    ``text`` is the whole text, of a ``title`` the title alone, and of a ``source`` a clause that selects it. ``id`` is
    that of the article with the title, else empty.
    """

    text: str
    kind: SuggestionKind
    articles: int
    id: str = ""


def with_changes(query: str, changes: Sequence[Change]) -> str:
    """Return ``query`` with the changes made.

    >>> with_changes("رياظه اليوم", [Change(0, 5, "رياظه", "رياضة")])
    'رياضة اليوم'
    """
    for change in reversed(changes):
        query = query[: change.start] + change.meant + query[change.end :]
    return query
