"""Forms of stems in one generation: the exact terms that stand where a stem stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from indexer.engines import TermCount
from indexer.engines.fifo_cache import FifoCache
from indexer.engines.whoosh.schema import term_bytes
from indexer.kernels.fields import Field
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.file import FieldArrays
from indexer.storage.segment_reader import SegmentReader

MAX_STEMS_KEPT: Final = 4096
_DOCUMENT_SHIFT: Final = 32


class FirstPlaces(NamedTuple):
    """Where each exact term of a segment first stands: places, rising, and the numbers of the terms likewise.

    A place is the number of the document, shifted, and the position in it. Takes 12 bytes a term.
    """

    places: Array
    terms: Array


class WordForms:
    """The forms of the stems of one generation; threads may share it."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._places = lru_cache(None)(lambda at: _first_places(segments[at].arrays("exact")))
        self._stems = lru_cache(None)(lambda at: Field(*segments[at].arrays("stem")))
        self._found: FifoCache[str, tuple[TermCount, ...]] = FifoCache(MAX_STEMS_KEPT)

    def forms(self, stem: str) -> tuple[TermCount, ...]:
        """Return the forms of a stem, from a cache; a cache of the method itself would keep the files of its index."""
        found = self._found.get(stem)
        return self._found.put(stem, self._forms(stem)) if found is None else found

    def _forms(self, stem: str) -> tuple[TermCount, ...]:
        """Return the exact terms that have this stem where they first stand in a segment, the commonest first."""
        counts: Counter[bytes] = Counter()
        for at, segment in enumerate(self._segments):
            exact, arrays = segment.field("exact"), segment.arrays("exact")
            with_stem = _documents_with(self._stems(at), term_bytes(stem), segment)
            for number in _terms_at(self._places(at), self._stems(at), term_bytes(stem)):
                documents = arrays.docs[arrays.posting_offsets[number] : arrays.posting_offsets[number + 1]]
                counts[exact.term(number)] += int(with_stem[documents].sum())
        found = sorted((-count, term) for term, count in counts.items() if term and count)
        return tuple(TermCount(term.decode("utf-8", "replace"), -count) for count, term in found)


def _first_places(exact: FieldArrays) -> FirstPlaces:
    if exact.positions is None or exact.position_offsets is None:
        return FirstPlaces(np.zeros(0, np.int64), np.zeros(0, np.uint32))
    starts, firsts = exact.posting_offsets[:-1], exact.position_offsets[:-1]
    places = _places(exact.docs[starts], exact.positions[firsts])
    terms = places.argsort()
    return FirstPlaces(places[terms], terms.astype(np.uint32))


def _documents_with(stems: Field, stem: bytes, segment: SegmentReader) -> Array:
    """Return a mask of the documents of a segment that have a stem and are not deleted."""
    mask, term = np.zeros(segment.documents, bool), stems.find(stem)
    if term >= 0:
        mask[stems.docs[stems.posting_range(term)]] = True
    if segment.deleted is not None:
        mask &= segment.deleted == 0
    return mask


def _terms_at(first: FirstPlaces, stems: Field, stem: bytes) -> list[int]:
    """Return the numbers of the exact terms whose first place is one of a stem's."""
    term = stems.find(stem)
    if term < 0 or not first.places.size or stems.positions is None or stems.position_offsets is None:
        return []
    of_term = stems.posting_range(term)
    positions = stems.positions[stems.position_offsets[term] : stems.position_offsets[term + 1]]
    documents = stems.docs[of_term].repeat(stems.frequencies(of_term))
    places = _places(documents[: positions.size], positions[: documents.size])  # a damaged file has more of one
    nearest = np.minimum(first.places.searchsorted(places), first.places.size - 1)
    numbers: list[int] = first.terms[nearest[first.places[nearest] == places]].tolist()
    return numbers


def _places(documents: Array, positions: Array) -> Array:
    places: Array = (documents.astype(np.int64) << _DOCUMENT_SHIFT) | positions.astype(np.int64)
    return places
