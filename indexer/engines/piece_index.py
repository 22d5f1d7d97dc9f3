"""Piece index: finds the stems that look alike among the commonest ones, by the pieces of three letters that they share."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

import numpy as np

from indexer.engines.fifo_cache import FifoCache
from indexer.ranking.family import FAMILY_SIZE, MAX_STEMS, MIN_DICE, PADDING, letters_of, pieces

MAX_FAMILIES: Final = 4096
"""So many families are kept, those looked up last."""

_OWNER_BITS: Final = 15  # MAX_STEMS are 2 ** 15
_UNKNOWN: Final = 1 << 40  # the code of a letter that no stem has: no piece with it is a number in use


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
        self._found: FifoCache[str, tuple[str, ...]] = FifoCache(MAX_FAMILIES)

    def _range(self, piece: str) -> tuple[int, int]:
        """Return from where to where in ``_owners`` the stems with a piece are."""
        one, two, three = (self._codes.get(char, _UNKNOWN) for char in piece)
        base = len(self._codes)
        return self._ranges.get((one * base + two) * base + three, (0, 0))

    def family(self, stem: str) -> tuple[str, ...]:
        """Return the first FAMILY_SIZE stems that are alike, without ``stem`` itself, from a cache."""
        found = self._found.get(stem)
        return self._found.put(stem, self._look_up(stem)) if found is None else found

    def _look_up(self, stem: str) -> tuple[str, ...]:
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
