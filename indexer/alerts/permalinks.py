"""Permalinks: the address of a page of results, read as the search that it stands for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from indexer.dates.periods import read_period
from indexer.errors import InputError
from indexer.request import SearchRequest

_LISTS: Final = {
    "source": "sources",
    "category": "categories",
    "author": "authors",
    "country": "countries",
    "language": "languages",
    "undo": "undo",
}
_TEXTS: Final = {"match": "match", "syntax": "syntax"}
_DAYS: Final = {"from": "date_from", "to": "date_to"}
_NEEDLESS: Final = frozenset(
    "sort copies lang page size cursor hit at tashkeel copy text facets facet_limit histogram half_life explain forms"
    " q2 q3 period by scale meaning".split()
)
"""Parameters that decide how a page shows its hits, not which articles these are."""

_MAX_PARAMETERS: Final = 500


def request_of(address: str, *, today: datetime.date) -> SearchRequest:
    """Return the search of a permalink, newest articles first. Raises InputError for an address without one.

    >>> request_of("https://news.example/?q=%D9%82%D9%85%D8%AD&source=A&page=2", today=datetime.date(2024, 1, 1)).query
    'قمح'
    """
    try:
        given = parse_qs(urlsplit(address).query, max_num_fields=_MAX_PARAMETERS)
    except ValueError as problem:
        raise InputError(f"this address cannot be read: {problem}") from problem
    fields = dict(_fields({name: values for name, values in given.items() if name not in _NEEDLESS}, today))
    if not fields:
        raise InputError("no search stands in this address; expected one of a page of results, with q= in it")
    return SearchRequest(**fields, sort="newest")


def _fields(given: Mapping[str, Sequence[str]], today: datetime.date) -> list[tuple[str, Any]]:
    """Return the fields of a request with their values. Raises InputError for a parameter that is none."""
    fields: list[tuple[str, Any]] = []
    for name, values in given.items():
        if name == "q":
            fields.append(("query", values[0].strip()))
        elif name in _LISTS:
            fields.append((_LISTS[name], values))
        elif name in _TEXTS:
            fields.append((_TEXTS[name], values[0]))
        elif name in _DAYS:
            fields.append((_DAYS[name], _day(name, values[0], today)))
        elif name == "links":
            fields.append(("links", values[0] != "off"))
        else:
            raise InputError(f"the parameter {name!r:.40} of this address is none of a saved search")
    return fields


def _day(name: str, text: str, today: datetime.date) -> datetime.date:
    period = read_period(text, today=today)
    if period is None:
        raise InputError(f"{name}={text!r:.40} in this address is no date")
    return period.first if name == "from" else period.last
