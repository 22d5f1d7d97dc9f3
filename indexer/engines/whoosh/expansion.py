"""Expansion of queries for several terms in one segment: prefixes, patterns, words near another.

Each function returns the numbers of the terms (u4, rising), without the empty term, as Whoosh does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
import whoosh.query

from indexer.engines.whoosh.postings import texts
from indexer.engines.whoosh.schema import term_bytes
from indexer.kernels import Field
from indexer.kernels.edits import prefix_range
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

Query = Any
Numbers = Array


class NotExpandableError(Exception):
    """The query expands itself in its own way; Whoosh has to do it."""


def expand(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    """Return the terms that ``query`` stands for; raises NotExpandableError, and Whoosh's errors for a wrong query."""
    expander = _EXPANDERS.get(type(query))
    if expander is None:
        raise NotExpandableError(type(query).__name__)
    return expander(query, segment, field)


def _expand_prefix(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    return numbers_with_prefix(segment.field(query.fieldname), field.to_bytes(query.text))


def _expand_pattern(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    """Return the terms that a pattern matches, looking only at those that begin as it does."""
    match = re.compile(query._get_pattern()).match
    prefix = query._find_prefix(query.text)
    terms = segment.field(query.fieldname)
    first, end = prefix_range(terms, field.to_bytes(prefix)) if prefix else (0, terms.count)
    return _array(
        number for number, text in texts(segment, query.fieldname, first, end) if text and match(field.from_bytes(text))
    )


def _expand_fuzzy(query: Query, segment: SegmentReader, field: Any) -> Numbers:
    if field.spelling_fieldname(query.fieldname) != query.fieldname:
        raise NotExpandableError(query.fieldname)
    try:
        return numbers_within(segment, query.fieldname, term_bytes(query.text), query.maxdist, query.prefixlength)
    except (ValueError, TypeError) as problem:
        raise NotExpandableError(query.maxdist) from problem


def numbers_with_prefix(terms: Field, prefix: bytes) -> Numbers:
    """Return the terms that begin with ``prefix``."""
    first, end = prefix_range(terms, prefix)
    return _without_empty(terms, np.arange(first, max(first, end), dtype=np.uint32))


def numbers_within(segment: SegmentReader, field: str, term: bytes, distance: int, prefix: int) -> Numbers:
    """Return the terms of a field within an edit distance of ``term`` that share its first ``prefix`` letters."""
    terms = segment.field(field)
    return _without_empty(terms, np.array(segment.spellings(field).within(terms, term, distance, prefix), np.uint32))


def _without_empty(terms: Field, numbers: Numbers) -> Numbers:
    return numbers[1:] if len(numbers) and numbers[0] == 0 and not terms.term(0) else numbers


def _array(numbers: Iterable[int]) -> Numbers:
    return np.fromiter(numbers, np.uint32)


_EXPANDERS: Final[dict[type, Callable[[Query, SegmentReader, Any], Numbers]]] = {
    whoosh.query.Prefix: _expand_prefix,
    whoosh.query.Wildcard: _expand_pattern,
    whoosh.query.FuzzyTerm: _expand_fuzzy,
}
