"""Sketch: a few bytes of an article's words, by which near copies are found without reading the articles again.

A sketch (MinHash: Broder 1997) is made of the pairs of neighbouring stems of a body. Each of its lanes is a byte of the
smallest of all pairs under a hash function of its own, so that two articles agree in a lane about as often as they share
pairs: the share of equal lanes estimates the Jaccard similarity of the pairs.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Final
from zlib import crc32

import numpy as np

from analyzers import EncodedTerms
from indexer.schema import SKETCH_COLUMNS, Document
from indexer.storage.segment.arrays import Array

WHOLE_LANES: Final = 24
LEAD_LANES: Final = 7
SKETCH_BYTES: Final = 32
"""The lanes of the whole body, those of its lead, and one byte for how many pairs of stems it has."""

LEAD_STEMS: Final = 20
"""The lead: so many stems of the beginning. One paper prints the first paragraphs of what another prints whole."""

MIN_STEMS: Final = 12
"""Shorter bodies have no sketch and are never copies: they share a formula, not a story."""

SIZE_STEPS: Final = 15
"""Steps of the size byte for each doubling of the number of pairs: 240 for 65,536."""

_MOST_PAIRS: Final = 1 << 16
_MAX_TABLES: Final = 32  # source vocabularies known at once: one for each process that analyses, up to so many

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


class SketchMaker:
    """Makes sketches; it keeps the hash of each stem of the vocabularies that terms come in."""

    def __init__(self) -> None:
        self._tables: deque[tuple[list[str | None], Array]] = deque(maxlen=_MAX_TABLES)

    def columns(self, document: Document) -> dict[str, int]:
        """Return the sketch of an article as values of SKETCH_COLUMNS."""
        sketch = self.sketch(document.terms["stem"][document.body_start :])
        return dict(zip(SKETCH_COLUMNS, np.frombuffer(sketch, "<i8").tolist(), strict=True))

    def sketch(self, stems: Sequence[str | None]) -> bytes:
        """Return the sketch of a body by its stems in order, of zeros for less than MIN_STEMS.

        >>> text = [f"stem{number}" for number in range(300)]
        >>> one, other = SketchMaker().sketch(text), SketchMaker().sketch([*text[:100], "another", *text[110:]])
        >>> sum(a == b for a, b in zip(one, other)) > 25
        True
        """
        hashes = self._hashes(stems)
        if len(hashes) < MIN_STEMS:
            return bytes(SKETCH_BYTES)
        pairs = _hash_pairs(hashes[: _MOST_PAIRS + 1])
        smallest = np.empty(WHOLE_LANES + LEAD_LANES, np.uint32)
        np.minimum.reduce(_WHOLE_FACTORS * pairs, axis=1, out=smallest[:WHOLE_LANES])
        np.minimum.reduce(_LEAD_FACTORS * pairs[: LEAD_STEMS - 1], axis=1, out=smallest[WHOLE_LANES:])
        size = round(SIZE_STEPS * math.log2(len(pairs)))
        return (smallest >> _LANE_SHIFT).astype(np.uint8).tobytes() + bytes([size])

    def _hashes(self, stems: Sequence[str | None]) -> Array:
        """Return the hashes of the stems, without gaps."""
        if not isinstance(stems, EncodedTerms):
            return np.array([_hash(stem) for stem in stems if stem is not None], np.uint32)
        ids = np.frombuffer(stems.term_ids, np.uint32)
        ids = ids[ids > 0]
        table = self._table(stems.vocabulary)
        hashes = table.take(ids)
        if not hashes.all():
            for term_id in ids[hashes == 0].tolist():
                table[term_id] = _hash(stems.vocabulary[term_id] or "")
            hashes = table.take(ids)
        return hashes

    def _table(self, vocabulary: list[str | None]) -> Array:
        """Return the array of the hashes of a vocabulary, 0 where none was asked for, with an entry for each term."""
        for at, (known, table) in enumerate(self._tables):
            if known is vocabulary:
                if len(table) < len(vocabulary):
                    table = np.append(table, np.zeros(len(vocabulary), np.uint32))
                    self._tables[at] = vocabulary, table
                return table
        table = np.zeros(2 * len(vocabulary), np.uint32)
        self._tables.append((vocabulary, table))
        return table


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
