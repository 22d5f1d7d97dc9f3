"""How a page's state is written in its address: the parameters of a search, changed one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

FILTERS = ("from", "to", "source", "category")
REPEATABLE = frozenset({"source", "category"})
NAMES = ("q", *FILTERS, "sort", "match", "syntax", "links", "lang", "page", "at", "tashkeel")
"""Every parameter that a page keeps in its links, in the order in which they are written."""

PLACES = ("page", "at", "tashkeel")
"""Parameters that name a place within one answer: another answer starts without them."""

MAX_QUERY_CHARS = 512
MAX_VALUES = 50


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of an address that mean something, in canonical order; a change returns new ones.

    >>> search = Parameters((("q", "عام"), ("page", "3")))
    >>> search.changed("sort", "newest").toggled("source", "دار").encoded() == "q=%D8%B9%D8%A7%D9%85&source=%D8%AF%D8%A7%D8%B1&sort=newest"
    True
    """

    pairs: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        """Return the value of ``name``, or an empty string."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of ``name``, in the order given."""
        return tuple(value for key, value in self.pairs if key == name)

    def only(self, *names: str) -> Parameters:
        """Return the parameters called ``names``."""
        return Parameters(tuple(pair for pair in self.pairs if pair[0] in names))

    def without(self, *names: str) -> Parameters:
        """Return the parameters not called ``names``, at the start of the new answer."""
        return _ordered(pair for pair in self.pairs if pair[0] not in (*names, *PLACES))

    def changed(self, name: str, value: str) -> Parameters:
        """Return the parameters with ``name`` set to ``value`` alone, at the start of the new answer."""
        return _ordered((*self.without(name).pairs, (name, value)))

    def placed(self, name: str, value: str) -> Parameters:
        """Return the parameters with the place ``name`` set, within the same answer; an empty value removes it."""
        return _ordered((*(pair for pair in self.pairs if pair[0] != name), (name, value)))

    def toggled(self, name: str, value: str) -> Parameters:
        """Return the parameters with one value of ``name`` added, or taken away if it was there."""
        rest = self.without().pairs
        if (name, value) in rest:
            return _ordered(pair for pair in rest if pair != (name, value))
        return _ordered((*rest, (name, value)))

    def encoded(self) -> str:
        """Return the query string, percent-encoded and without its question mark."""
        return urlencode(self.pairs, errors="replace")

    def on(self, path: str) -> str:
        """Return the address of ``path`` with these parameters."""
        return f"{path}?{self.encoded()}" if self.pairs else path


def read_parameters(args: MultiDict[str, str]) -> Parameters:
    """Return the known parameters of an address; empty ones, unknown ones and repetitions are dropped.

    The query is kept to its first 512 characters, as many as are read of it.
    """
    pairs = [(name, value.strip()) for name in NAMES for value in _values(args, name)]
    return _ordered((name, value[:MAX_QUERY_CHARS] if name == "q" else value) for name, value in pairs)


def _values(args: MultiDict[str, str], name: str) -> list[str]:
    return args.getlist(name)[: MAX_VALUES if name in REPEATABLE else 1]


def _ordered(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Return ``pairs`` in canonical order, each once and none empty."""
    return Parameters(
        tuple(sorted(dict.fromkeys(pair for pair in pairs if pair[1]), key=lambda pair: NAMES.index(pair[0])))
    )
