"""Families of stems in an index: looks up the commonest alike stems by the pieces that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice
from math import ceil
from typing import Final

import numpy as np

from indexer.engines.whoosh.fifo_cache import FifoCache
from indexer.ranking.family import FAMILY_SIZE, MAX_STEMS, MIN_DICE, PADDING, letters_of, pieces
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

MAX_FAMILIES: Final = 4096
MOST_OF_A_SEGMENT: Final = 2 * MAX_STEMS
"""So many stems of each segment are counted, its commonest; a million articles have two million, most of them once."""
_OWNER_BITS: Final = 15  # MAX_STEMS are 2 ** 15
_UNKNOWN: Final = 1 << 40  # the code of a letter that no stem has: no piece with it is a number in use


class Families:
    """The families of one generation; threads may share it. Takes about 10 MB, from the first look-up on."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._found: FifoCache[str, tuple[str, ...]] = FifoCache(MAX_FAMILIES)

    def family(self, stem: str) -> tuple[str, ...]:
        """Return the FAMILY_SIZE commonest stems that are alike, without ``stem`` itself."""
        found = self._found.get(stem)
        return self._found.put(stem, self._pieces.family(stem)) if found is None else found

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


class PieceIndex:
    """An inverted index from a piece of three letters to the stems that have it, which are numbered as given.

    A piece is a number to the base of the alphabet. ``_ranges`` says for each where its stems are in ``_owners``, rising.
    """

    def __init__(self, stems: Sequence[str]) -> None:
        self._stems = stems
        letters = list(map(letters_of, stems))
        text = "".join([PADDING + each + PADDING for each in letters])
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        counts = np.bincount(points)
        alphabet = np.flatnonzero(counts)
        self._codes = {chr(point): code for code, point in enumerate(alphabet.tolist())}
        code_of = np.zeros(len(counts), np.uint64)
        code_of[alphabet] = range(len(alphabet))
        codes = code_of[points]
        lengths = np.array([len(each) for each in letters], np.int64) + 2 * len(PADDING)
        owners = np.arange(len(stems), dtype=np.uint64).repeat(lengths)
        whole = np.ones(len(text), bool)  # a piece does not reach into the next stem
        whole[lengths.cumsum() - 1] = whole[lengths.cumsum() - 2] = False
        starts = np.flatnonzero(whole)
        base = np.uint64(len(alphabet))
        keys = (codes[starts] * base + codes[starts + 1]) * base + codes[starts + 2]
        pairs = np.sort(keys << _OWNER_BITS | owners[starts])  # np.unique takes five times as long
        pairs = pairs[np.diff(pairs, prepend=~pairs[:1]) != 0]
        self._owners = (pairs & (MAX_STEMS - 1)).astype(np.uint16)
        keys = pairs >> _OWNER_BITS
        begins = np.flatnonzero(np.diff(keys, prepend=~keys[:1]))
        ends = np.append(begins, len(keys))[1:]
        bounds = zip(begins.tolist(), ends.tolist(), strict=True)
        self._ranges: dict[int, tuple[int, int]] = dict(zip(keys[begins].tolist(), bounds, strict=True))
        self._sizes = np.bincount(self._owners, minlength=len(stems))
        self._least = int(self._sizes.min(initial=255))

    def _range(self, piece: str) -> tuple[int, int]:
        """Return from where to where in ``_owners`` the stems with a piece are."""
        one, two, three = (self._codes.get(char, _UNKNOWN) for char in piece)
        base = len(self._codes)
        return self._ranges.get((one * base + two) * base + three, (0, 0))

    def family(self, stem: str) -> tuple[str, ...]:
        """Return the first FAMILY_SIZE stems that are alike, without ``stem`` itself."""
        own = pieces(letters) if (letters := letters_of(stem)) else frozenset()
        ranges = [(begin, end) for begin, end in map(self._range, own) if begin < end]
        if not ranges:
            return ()
        shared = np.bincount(np.concatenate([self._owners[begin:end] for begin, end in ranges]))
        # First those that share enough for the shortest stem: few are left to be compared with their own length.
        likely = np.flatnonzero(shared >= ceil(MIN_DICE * (len(own) + self._least) / 2))
        alike = likely[2 * shared[likely] >= MIN_DICE * (len(own) + self._sizes[likely])]
        members = (self._stems[number] for number in alike[: FAMILY_SIZE + 1].tolist())
        return tuple(member for member in members if member != stem)[:FAMILY_SIZE]
