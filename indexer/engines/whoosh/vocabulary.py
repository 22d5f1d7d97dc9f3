"""Vocabulary of one generation: its terms by prefix and by spelling, the commonest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from indexer.engines import TermCount
from indexer.engines.whoosh.expansion import prefix_range
from indexer.engines.whoosh.schema import term_bytes
from indexer.kernels import Field
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

Find: TypeAlias = Callable[[Field], Array]
"""Returns the numbers of the terms that are wanted."""


class Vocabulary:
    """The terms of all segments together; threads may share it."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> tuple[TermCount, ...]:
        """Return the commonest terms that begin with ``prefix``."""
        wanted = term_bytes(prefix)
        return self._commonest(space, lambda field: np.arange(*prefix_range(field, wanted)), limit)

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, shared_prefix: int
    ) -> tuple[TermCount, ...]:
        """Return the commonest terms within an edit distance of ``text``."""
        wanted = term_bytes(text)
        return self._commonest(space, lambda field: np.array(field.within(wanted, distance, shared_prefix), int), limit)

    def _commonest(self, space: str, find: Find, limit: int) -> tuple[TermCount, ...]:
        counts: Counter[bytes] = Counter()
        for segment in self._segments:
            field = segment.field(space)
            numbers = find(field)
            offsets = segment.arrays(space).posting_offsets
            frequencies = offsets[numbers + 1] - offsets[numbers]
            counts.update(dict(zip(map(field.term, numbers.tolist()), frequencies.tolist(), strict=True)))
        found = sorted((-count, term) for term, count in counts.items() if term)[:limit]
        return tuple(TermCount(term.decode("utf-8", "replace"), -count) for count, term in found)
