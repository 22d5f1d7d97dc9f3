"""Sketch: a few bytes of an article's words, by which near copies are found without reading the articles again.

A sketch (MinHash: Broder 1997) is made of the pairs of neighbouring stems of a body. Each of its lanes is a byte of the
smallest of all pairs under a hash function of its own, so that two articles agree in a lane about as often as they share
pairs: the share of equal lanes estimates the Jaccard similarity of the pairs.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

import numpy as np

from analyzers import EncodedTerms
from indexer.schema import SKETCH_COLUMNS
from indexer.storage.segment.arrays import Array

WHOLE_LANES: Final = 24
LEAD_LANES: Final = 7
SKETCH_BYTES: Final = 32
"""The lanes of the whole body, those of its lead, and one byte for how many pairs of stems it has."""

LEAD_STEMS: Final = 24
"""The lead: so many stems of the beginning. One paper prints the first paragraphs of what another prints whole. With 20
twice as many receptions of one governor and telegrams of one king are taken for copies (benchmarks/retrieval/copies.py)."""

MIN_STEMS: Final = 12
"""Shorter bodies have no sketch and are never copies: they share a formula, not a story."""

SIZE_STEPS: Final = 15
"""Steps of the size byte for each doubling of the number of pairs: 240 for 65,536."""

_MOST_PAIRS: Final = 1 << 16

# The finalizer of MurmurHash3. The factors of the lanes are powers of an odd number, since a hash times an odd number is
# another permutation of all hashes, and two of these powers are never a small multiple of each other.
_PAIR_FACTOR: Final = np.uint32(0xC2B2AE35)
_MIX_FACTOR: Final = np.uint32(0x85EBCA6B)
_LANE_FACTORS: Final = np.array(
    [[pow(0x915F77F5, lane, 1 << 32)] for lane in range(1, WHOLE_LANES + LEAD_LANES + 1)], np.uint32
)
_WHOLE_FACTORS: Final = _LANE_FACTORS[:WHOLE_LANES]
_LEAD_FACTORS: Final = _LANE_FACTORS[WHOLE_LANES:]
_LANE_SHIFT: Final = np.uint32(8)  # the highest bits of a smallest hash are nearly always 0
_PAIRS_AT_ONCE: Final = 1 << 14  # 24 lanes of them fit into the cache of a core
_FOUR_NUMBERS: Final = struct.Struct("<4q")


class SketchMaker:
    """Makes sketches; it keeps the hash of each stem of the vocabulary that terms came in last, and of no other."""

    def __init__(self) -> None:
        self._vocabulary: list[str | None] = []
        self._table: Array = np.zeros(0, np.uint32)  # 0: not asked for yet

    def sketch(self, stems: Sequence[str | None]) -> bytes:
        """Return the sketch of a body by its stems in order, of zeros for less than MIN_STEMS.

        >>> text = [f"stem{number}" for number in range(300)]
        >>> one, other = SketchMaker().sketch(text), SketchMaker().sketch([*text[:100], "another", *text[110:]])
        >>> sum(a == b for a, b in zip(one, other)) > 25
        True
        """
        return self.sketches([stems])[0]

    def sketches(self, bodies: Iterable[Sequence[str | None]]) -> list[bytes]:
        """Return the sketch of each of some bodies: of many at once in half of the time."""
        hashes = [self._hashes(stems)[: _MOST_PAIRS + 1] for stems in bodies]
        sketches = [bytes(SKETCH_BYTES)] * len(hashes)
        waiting: list[int] = []
        pairs = 0
        for at, each in enumerate(hashes):
            if len(each) >= MIN_STEMS:
                waiting.append(at)
                pairs += len(each)
            if waiting and (pairs >= _PAIRS_AT_ONCE or at == len(hashes) - 1):
                for number, row in zip(waiting, _lanes([hashes[number] for number in waiting]), strict=True):
                    sketches[number] = row.tobytes()
                waiting, pairs = [], 0
        return sketches

    def _hashes(self, stems: Sequence[str | None]) -> Array:
        """Return the hashes of the stems, without gaps."""
        if not isinstance(stems, EncodedTerms):
            return np.array([_hash(stem) for stem in stems if stem is not None], np.uint32)
        table = self._table_for(stems.vocabulary)
        ids = np.frombuffer(stems.term_ids, np.uint32)
        ids = ids[ids > 0]
        hashes = table.take(ids)
        if not hashes.all():
            for term_id in ids[hashes == 0].tolist():
                table[term_id] = _hash(stems.vocabulary[term_id] or "")
            hashes = table.take(ids)
        return hashes

    def _table_for(self, vocabulary: list[str | None]) -> Array:
        """Return the array of the hashes of a vocabulary, with an entry for each term."""
        if self._vocabulary is not vocabulary:
            self._vocabulary, self._table = vocabulary, np.zeros(0, np.uint32)
        if len(self._table) < len(vocabulary):
            self._table = np.append(self._table, np.zeros(len(vocabulary), np.uint32))
        return self._table


def sketch_columns(sketch: bytes) -> dict[str, int]:
    """Return a sketch as values of SKETCH_COLUMNS."""
    return dict(zip(SKETCH_COLUMNS, _FOUR_NUMBERS.unpack(sketch), strict=True))


def _lanes(bodies: Sequence[Array]) -> Array:
    """Return the sketches of bodies by the hashes of their stems, of which each has two at least: a row for each."""
    counts = np.array([len(hashes) - 1 for hashes in bodies])
    ends = np.cumsum(counts)
    firsts = ends - counts
    pairs = _hash_pairs(bodies[0] if len(bodies) == 1 else np.concatenate(bodies))
    if len(bodies) > 1:  # the pairs of the last stem of a body and the first of the next one are left out
        pairs = np.delete(pairs, (ends + np.arange(len(bodies)))[:-1])
    # A lead of fewer pairs has its last one again.
    leads = pairs[firsts[:, None] + np.minimum(np.arange(LEAD_STEMS - 1), counts[:, None] - 1)]
    lanes = np.empty((len(bodies), SKETCH_BYTES), np.uint8)
    lanes[:, :WHOLE_LANES] = _low_bytes(np.minimum.reduceat(_WHOLE_FACTORS * pairs, firsts, axis=1)).T
    lanes[:, WHOLE_LANES:-1] = _low_bytes((leads[:, None] * _LEAD_FACTORS).min(axis=2))
    lanes[:, -1] = [round(SIZE_STEPS * math.log2(count)) for count in counts.tolist()]
    return lanes


def _low_bytes(smallest: Array) -> Array:
    return (smallest >> _LANE_SHIFT).astype(np.uint8)


def _hash(stem: str) -> int:
    """Return the hash of a stem, the same in every process; never 0."""
    return crc32(stem.encode("utf-8", "replace")) or 1


def _hash_pairs(hashes: Array) -> Array:
    """Return the hash of each pair of neighbours, its bits mixed as in MurmurHash3."""
    pairs: Array = hashes[:-1] * _PAIR_FACTOR
    pairs += hashes[1:]
    pairs ^= pairs >> np.uint32(15)
    pairs *= _MIX_FACTOR
    pairs ^= pairs >> np.uint32(13)
    return pairs


def sketches_of(columns: Sequence[Array]) -> Array:
    """Return the sketches in the values of SKETCH_COLUMNS, a row of SKETCH_BYTES for each article."""
    rows: Array = np.stack([column.astype("<i8") for column in columns], axis=1)
    return rows.view(np.uint8)
