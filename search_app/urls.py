"""URL parameters of pages: reading them, and writing addresses in which one of them is changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

from indexer import MAX_NAME_CHARS, cut_query

DATE_FILTERS = ("from", "to")
COLUMN_FILTERS = ("source", "category", "author", "country", "language")
"""Filters that may be given several times: any of the values."""

FILTERS = (*DATE_FILTERS, *COLUMN_FILTERS, "story")
NAMES = (
    "q",
    *FILTERS,
    "sort",
    "match",
    "syntax",
    "links",
    "meaning",
    "undo",
    "copies",
    *("q2", "q3", "period", "by", "scale"),
    "lang",
    "page",
    "hit",
    "at",
    "tashkeel",
    "copy",
    "text",
)
"""The parameters that pages keep in their links, in the order in which they are written."""

REPEATABLE = (*COLUMN_FILTERS, "undo")
"""Parameters that may be given several times; ``undo`` names readings of the query that are not to be made."""

COMPARED = ("q", "q2", "q3")
"""The queries of the page of coverage, side by side."""

POSITIONS = ("page", "hit", "at", "tashkeel", "copy", "text", "q2", "q3", "period", "by", "scale")
"""Parameters that name a position within one answer, or a way to show it; a link to another answer drops them."""

MAX_VALUES = 50

_RANK: Final = {name: rank for rank, name in enumerate(NAMES)}

# Arabic stands in a link as it is: browsers encode it when they follow the link, and a page of results, which repeats
# its query in a hundred links, has a fifth less to send. Signs of direction are encoded.
_ENCODED: Final = re.compile(
    "[^A-Za-z0-9_.~\N{ARABIC COMMA}\N{ARABIC QUESTION MARK}-\N{ARABIC LETTER YEH BARREE WITH HAMZA ABOVE}]+"
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The known parameters of an address, in canonical order; immutable, every change returns a new object.

    >>> search = Parameters((("q", "عام"), ("page", "3")))
    >>> search.replace("sort", "newest").toggle("source", "A").query_string()
    'q=عام&source=A&sort=newest'
    """

    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def has_search(self) -> bool:
        """Whether there is a query or a filter."""
        return bool(self.only("q", *FILTERS).pairs)

    def first(self, name: str) -> str:
        """Return the first value of ``name``, or an empty string."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of ``name``, in the order given."""
        return tuple(value for key, value in self.pairs if key == name)

    def only(self, *names: str) -> Parameters:
        """Return only the parameters called ``names``."""
        return Parameters(tuple(pair for pair in self.pairs if pair[0] in names))

    def without(self, *names: str) -> Parameters:
        """Return the parameters without those called ``names`` and without positions."""
        return _canonical(pair for pair in self.pairs if pair[0] not in (*names, *POSITIONS))

    def replace(self, name: str, value: str) -> Parameters:
        """Return the parameters with ``value`` alone as ``name`` (an empty one removes it), without positions.

        Another query is read anew: what was undone of the old one goes with it.
        """
        replaced = (name, "undo") if name == "q" else (name,)
        return _canonical((*self.without(*replaced).pairs, (name, value)))

    def with_position(self, name: str, value: str) -> Parameters:
        """Return the parameters with ``name`` set to ``value`` (an empty one removes it); positions are kept."""
        return _canonical((*(pair for pair in self.pairs if pair[0] != name), (name, value)))

    def toggle(self, name: str, value: str) -> Parameters:
        """Return the parameters with one value of ``name`` added, or removed if it was there, without positions."""
        rest = self.without().pairs
        if (name, value) in rest:
            return _canonical(pair for pair in rest if pair != (name, value))
        return _canonical((*rest, (name, value)))

    def toggles(self, name: str, values: Sequence[str], path: str) -> Iterator[str]:
        """Yield the address of :meth:`toggle` for each of ``values``."""
        chosen = frozenset(self.all(name))
        added = self.without()._written_around(name, values, path)
        for value, address in zip(values, added, strict=True):
            yield self.toggle(name, value).address(path) if value in chosen else address

    def replacements(self, name: str, values: Sequence[str], path: str) -> Iterator[str]:
        """Yield the address of :meth:`replace` for each of ``values``."""
        return self.replace(name, "")._written_around(name, values, path)

    def positions(self, name: str, values: Sequence[str], path: str) -> Iterator[str]:
        """Yield the address of :meth:`with_position` for each of ``values``."""
        return self.with_position(name, "")._written_around(name, values, path)

    def _written_around(self, name: str, values: Iterable[str], path: str) -> Iterator[str]:
        """Yield the address with each of ``values`` added as ``name``, as it is for an empty one.

        What they share is written once.
        """
        before = _query_string(pair for pair in self.pairs if _RANK[pair[0]] <= _RANK[name])
        after = _query_string(pair for pair in self.pairs if _RANK[pair[0]] > _RANK[name])
        start, end = f"{path}?{before}{'&' if before else ''}{name}=", f"&{after}" if after else ""
        for value in values:
            yield f"{start}{encode_value(value)}{end}" if value else self.address(path)

    def between(self, periods: Iterable[tuple[str, str]], path: str) -> Iterator[str]:
        """Yield the address with each first and last day as the filter; what they share is encoded once."""
        rest = self.without(*DATE_FILTERS).pairs
        query = _query_string(pair for pair in rest if pair[0] == "q")
        after = _query_string(pair for pair in rest if pair[0] != "q")
        start, end = f"{path}?{query}{'&' if query else ''}", f"&{after}" if after else ""
        for first, last in periods:
            yield f"{start}from={first}&to={last}{end}"

    def query_string(self) -> str:
        """Return the encoded query string, without a question mark; see :func:`encode_value`."""
        return _query_string(self.pairs)

    def address(self, path: str) -> str:
        """Return ``path`` followed by these parameters as its query string."""
        return f"{path}?{self.query_string()}" if self.pairs else path


def read_parameters(args: MultiDict[str, str]) -> Parameters:
    """Return the known parameters of a request; empty values, unknown names and repeated values are dropped.

    The query is cut to the characters that a search reads of it, and other values to the longest name it allows.
    """
    pairs = [(name, value.strip()) for name in NAMES for value in _values(args, name)]
    return _canonical(
        (name, cut_query(value) if name in (*COMPARED, "text") else value[:MAX_NAME_CHARS]) for name, value in pairs
    )


def _values(args: MultiDict[str, str], name: str) -> list[str]:
    return args.getlist(name)[: MAX_VALUES if name in REPEATABLE else 1]


@lru_cache(maxsize=1024)
def encode_value(value: str) -> str:
    """Return ``value`` as it stands in a link: percent-encoded but for Arabic.

    >>> encode_value("أسعار & «أرباح»")
    'أسعار+%26+%C2%ABأرباح%C2%BB'
    """
    return _ENCODED.sub(lambda found: quote_plus(found[0], errors="replace"), value)


def _query_string(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{name}={encode_value(value)}" for name, value in pairs)


def _canonical(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Return ``pairs`` in the order of ``NAMES``, each once, without empty values."""
    return Parameters(tuple(sorted(dict.fromkeys(pair for pair in pairs if pair[1]), key=lambda pair: _RANK[pair[0]])))
