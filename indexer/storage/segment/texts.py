"""Long texts, packed one by one, and where their words start.

Each text is a zstandard frame, so one is unpacked without its neighbours; a dictionary made from the first texts
stands in for the neighbours. A word's start is kept as its distance in characters from the start before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import zstandard

from analyzers import load_extension
from indexer.errors import IndexDamagedError
from indexer.results.locator import chosen
from indexer.storage.segment.arrays import Array

MAX_TEXT_BYTES: Final = 1 << 26
"""The longest text; a frame that claims more is damaged."""

FAR: Final = 255
"""A distance in one byte that means: it stands in ``far``."""

LEVEL: Final = 1
DICTIONARY_BYTES: Final = 1 << 16
SAMPLE_BYTES: Final = 1 << 22
"""How much of texts a dictionary is made from."""

MIN_SAMPLE_BYTES: Final = 1 << 18
"""Texts that are fewer are packed without a dictionary: it would take more than it saves."""

_MAX_SAMPLE: Final = 1 << 13


class WordStarts(NamedTuple):
    """The starts of the words of many texts, as they are kept."""

    distances: Array
    far_at: Array
    far: Array


# -- packing


class Packer:
    """Packs texts, all with one dictionary (empty: none)."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self.dictionary = dictionary
        held = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        if held:
            held.precompute_compress(level=LEVEL)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=held, write_dict_id=False)

    def pack(self, content: bytes) -> bytes:
        """Return the UTF-8 of a text as a frame, ``b""`` for an empty one."""
        return self._compressor.compress(content) if content else b""


def encoded_text(text: str) -> bytes:
    """Return a text as UTF-8, what has none as a question mark; raises ValueError for one that is too long."""
    content = text.encode("utf-8", "replace")
    if len(content) > MAX_TEXT_BYTES:
        raise ValueError(f"a text of {len(content)} bytes, at most {MAX_TEXT_BYTES} can be kept")
    return content


def trained_dictionary(texts: Iterable[bytes]) -> bytes:
    """Return a dictionary for texts like these, made from parts of them; empty when nothing is to be learned.

    A trained one packs better than one that is cut from the texts.
    """
    samples: list[bytes | bytearray | memoryview] = []
    size = 0
    for text in texts:
        samples.append(text[:_MAX_SAMPLE])
        size += len(samples[-1])
        if size >= SAMPLE_BYTES:
            break
    try:
        return zstandard.train_dictionary(DICTIONARY_BYTES, samples, level=LEVEL, d=8, k=1024, steps=1).as_bytes()
    except zstandard.ZstdError:  # too few of them, or all alike
        return b""


def word_distances(starts: Array, ends: Array) -> WordStarts:
    """Return the distances between the starts of words, which rise; document d's are ``starts[ends[d-1]:ends[d]]``."""
    steps = np.diff(starts.astype(np.int64), prepend=0)
    first = np.append(0, ends[:-1]).astype(np.int64)
    first = first[first < ends]  # a document without words has no first one
    steps[first] = starts[first]
    far_at = np.flatnonzero(steps >= FAR)
    return WordStarts(
        np.minimum(steps, FAR).astype(np.uint8), far_at.astype(np.uint32), steps[far_at].astype(np.uint32)
    )


# -- unpacking


class Unpacker:
    """Unpacks what a :class:`Packer` with the same dictionary packed; threads may share it."""

    def __init__(self, dictionary: bytes = b"") -> None:
        self._dictionary = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._idle: deque[zstandard.ZstdDecompressor] = deque(maxlen=16)

    def unpack(self, frame: bytes | memoryview) -> str:
        """Return the text in a frame; raises IndexDamagedError for what is none, or claims to be too long."""
        try:
            return self.unpack_bytes(frame).decode("utf-8")
        except UnicodeDecodeError as problem:
            raise IndexDamagedError("a packed text is not UTF-8") from problem

    def unpack_bytes(self, frame: bytes | memoryview) -> bytes:
        """Return the UTF-8 in a frame; raises IndexDamagedError for what is none, or claims to be too long."""
        if not frame:
            return b""
        try:
            size = zstandard.get_frame_parameters(frame).content_size
            if size > MAX_TEXT_BYTES:
                raise IndexDamagedError("a packed text claims to be too long")
            return self._decompressed(frame)
        except zstandard.ZstdError as problem:
            raise IndexDamagedError("a packed text cannot be unpacked") from problem

    def _decompressed(self, frame: bytes | memoryview) -> bytes:
        try:
            decompressor = self._idle.pop()
        except IndexError:
            decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary)
        content = decompressor.decompress(frame, allow_extra_data=False)
        self._idle.append(decompressor)
        return content


class Starts:
    """Where the words of the texts of a segment start; the words of document d are those from ``ends[d]`` to ``ends[d + 1]``.

    Its methods raise IndexDamagedError for what is not what was written, and IndexError where there is no such document.
    """

    def __init__(self, distances: Array, far_at: Array, far: Array, ends: Array) -> None:
        if len(far) != len(far_at) or not len(ends):
            raise ValueError("the starts of words do not fit each other")
        self._arrays = distances, far_at, far
        self._ends = ends
        starts = load_extension("indexer.storage.segment._starts", "Starts")
        self._at_in_c: Callable[[int, Sequence[int]], list[int]] | None
        self._at_in_c = starts(distances, far_at, far, ends).at if starts else None

    def of(self, document: int) -> Array:
        """Return where the words of a document start (u4)."""
        return self._first_of(document)

    def at(self, document: int, positions: Sequence[int]) -> list[int]:
        """Return where its words at ``positions`` (rising) start; -1 for one that is not there. No more is read than that takes."""
        if self._at_in_c is None:
            return self._at_in_numpy(document, positions)
        try:
            return self._at_in_c(document, positions)
        except ValueError as problem:
            raise IndexDamagedError("the starts of words are not what was written") from problem

    def _at_in_numpy(self, document: int, positions: Sequence[int]) -> list[int]:
        starts = self._first_of(document, positions[-1] + 1 if positions else 0)
        if positions and positions[-1] < len(starts):
            found: list[int] = starts[list(positions)].tolist()
            return found
        return chosen(starts.tolist(), positions)

    def _first_of(self, document: int, most: int | None = None) -> Array:
        if not 0 <= document < len(self._ends) - 1:
            raise IndexError(document)
        start, end = int(self._ends[document]), int(self._ends[document + 1])
        distances, far_at, far = self._arrays
        if not start <= end <= len(distances):
            raise IndexDamagedError("the starts of words are not what was written")
        return starts_of(distances[start:end][:most], far_at, far, start)


def starts_of(distances: Array, far_at: Array, far: Array, first: int) -> Array:
    """Return the starts of the words of one text (u4).

    ``first`` is the number of its first word; raises IndexDamagedError when a far distance is missing.
    """
    if not len(far_at):
        return np.cumsum(distances, dtype=np.uint32)
    steps = distances.astype(np.uint32)
    begin, end = np.searchsorted(far_at, (first, first + len(distances)))
    if begin < end:
        at = far_at[begin:end].astype(np.int64) - first
        if at.min() < 0 or at.max() >= len(steps) or len(far) != len(far_at):
            raise IndexDamagedError("the starts of words are not what was written")
        steps[at] = far[begin:end]
    return np.cumsum(steps, dtype=np.uint32)
