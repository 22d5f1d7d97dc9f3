"""Families of stems in an index: looks up the commonest alike stems by the pieces that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np

from indexer.engines.piece_index import PieceIndex
from indexer.ranking.family import MAX_STEMS, letters_of
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

MOST_OF_A_SEGMENT: Final = 2 * MAX_STEMS
"""So many stems of each segment are counted, its commonest; a million articles have two million, most of them once."""


class Families:
    """The families of one generation; threads may share it. Takes about 10 MB, from the first look-up on."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments

    def family(self, stem: str) -> tuple[str, ...]:
        """Return the FAMILY_SIZE commonest stems that are alike, without ``stem`` itself."""
        return self._pieces.family(stem)

    @cached_property
    def _pieces(self) -> PieceIndex:
        return PieceIndex(_stems(self._segments))


def _stems(segments: Sequence[SegmentReader]) -> list[str]:
    """Return the MAX_STEMS commonest stems that may have a family, the commonest first."""
    term_at, frequencies = _terms(segments)
    commonest_first = np.argsort(-frequencies, kind="stable").tolist()  # the bytes of UTF-8 sort as the text does
    stems = (term_at(number).decode("utf-8", "replace") for number in commonest_first)
    return list(islice(filter(letters_of, stems), MAX_STEMS))


def _terms(segments: Sequence[SegmentReader]) -> tuple[Callable[[int], bytes], Array]:
    """Return how to get a stem by its number, in the order of bytes, and how many documents have each."""
    counts = [np.diff(segment.arrays("stem").posting_offsets.astype(np.int64)) for segment in segments]
    if len(segments) == 1:  # without reading each stem, which takes four times as long
        return segments[0].field("stem").term, counts[0]
    total: Counter[bytes] = Counter()
    for segment, own in zip(segments, counts, strict=True):
        term_at = segment.field("stem").term
        common = _commonest(own, MOST_OF_A_SEGMENT)
        total.update(dict(zip(map(term_at, common.tolist()), own[common].tolist(), strict=True)))
    in_order = sorted(total)
    return in_order.__getitem__, np.array([total[name] for name in in_order], np.int64)


def _commonest(counts: Array, most: int) -> Array:
    """Return the numbers of the terms with the greatest counts: ``most`` at most, and none of those that tie beyond."""
    if len(counts) <= most:
        return np.arange(len(counts))
    return np.flatnonzero(counts > np.partition(counts, -most - 1)[-most - 1])
