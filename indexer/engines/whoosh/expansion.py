"""Which terms of a segment a query for several of them stands for: a prefix, a pattern, a range, words like another.

Each function returns the numbers of the terms, rising, for one open segment; the empty term never is among them, as for Whoosh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
import whoosh.fields
import whoosh.query
from whoosh.lang.morph_en import variations

from indexer.engines.whoosh.postings import texts
from indexer.engines.whoosh.schema import term_bytes
from indexer.kernels import Field
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

Query = Any
Numbers = Array
HIGHEST: Final = b"\xff\xff\xff\xff"
"""Where Whoosh ends a range that has no end."""


class NotExpandableError(Exception):
    """The query has its own way of finding terms; Whoosh has to be asked."""


def expanded(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    """Return the terms that ``query`` stands for; raises NotExpandableError, and what Whoosh raises for a wrong query."""
    find = _BY_TYPE.get(type(query))
    if find is None:
        raise NotExpandableError(type(query).__name__)
    return find(query, segment, field)


def _prefixed(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    first, end = _prefix_range(segment.field(query.fieldname), field.to_bytes(query.text))
    return _numbers(segment.field(query.fieldname), first, end)


def _matching(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    """Return the terms that a pattern matches, looking only at those that begin as it does."""
    match = re.compile(query._get_pattern()).match
    prefix = query._find_prefix(query.text)
    terms = segment.field(query.fieldname)
    first, end = _prefix_range(terms, field.to_bytes(prefix)) if prefix else (0, terms.count)
    from_bytes = _decoder(field)
    return _array(
        number for number, text in texts(segment, query.fieldname, first, end) if text and match(from_bytes(text))
    )


def _near(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    if field.spelling_fieldname(query.fieldname) != query.fieldname:
        raise NotExpandableError(query.fieldname)
    terms = segment.field(query.fieldname)
    try:
        found = terms.within(term_bytes(query.text), query.maxdist, query.prefixlength)
    except (ValueError, TypeError) as problem:
        raise NotExpandableError(query.maxdist) from problem
    return _without_empty(terms, np.array(found, np.uint32))


def _varied(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    terms = segment.field(query.fieldname)
    return _array(sorted({number for word in variations(query.text) if (number := _find(terms, field, word)) >= 0}))


def _find(terms: Field, field: Any, word: str) -> int:
    try:
        text = field.to_bytes(word)
    except ValueError:
        return -1
    return terms.find(text) if text else -1


def _between(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    terms = segment.field(query.fieldname)
    try:
        start = b"" if query.start is None else field.to_bytes(query.start)
        end = HIGHEST if query.end is None else field.to_bytes(query.end)
    except ValueError:
        return _numbers(terms, 0, 0)
    return _numbers(terms, _bound(terms, start, after=query.startexcl), _bound(terms, end, after=not query.endexcl))


def _bound(terms: Field, text: bytes, *, after: bool) -> int:
    """Return the number of the first term from ``text`` on, or behind it."""
    return terms.lower_bound(text + b"\0" if after else text)


def _prefix_range(terms: Field, prefix: bytes) -> tuple[int, int]:
    stem = prefix.rstrip(b"\xff")
    end = terms.lower_bound(stem[:-1] + bytes([stem[-1] + 1])) if stem else terms.count
    return terms.lower_bound(prefix), end


def _numbers(terms: Field, first: int, end: int) -> Numbers:
    return _without_empty(terms, np.arange(first, max(first, end), dtype=np.uint32))


def _without_empty(terms: Field, numbers: Numbers) -> Numbers:
    return numbers[1:] if len(numbers) and numbers[0] == 0 and not terms.term(0) else numbers


def _array(numbers: Iterable[int]) -> Numbers:
    return np.fromiter(numbers, np.uint32)


def _decoder(field: Any) -> Callable[[bytes], str]:
    """Return what decodes a term of ``field``."""
    own: Callable[[bytes], str] = field.from_bytes
    plain = type(field).from_bytes is whoosh.fields.FieldType.from_bytes
    return _decoded if plain else own


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


_BY_TYPE: Final[dict[type, Callable[[Query, SegmentReader, Any], Numbers]]] = {
    whoosh.query.Prefix: _prefixed,
    whoosh.query.Wildcard: _matching,
    whoosh.query.Regex: _matching,
    whoosh.query.FuzzyTerm: _near,
    whoosh.query.Variations: _varied,
    whoosh.query.TermRange: _between,
}
