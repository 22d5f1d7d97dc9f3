"""Long texts: zstandard frames, one for each text, and the offsets of their words.

A text can be decompressed without its neighbours; a dictionary trained on the first texts makes up for what neighbours
would give. A word's offset is stored as its distance in characters from the word before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

import numpy as np
import zstandard

from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import Array

MAX_TEXT_BYTES: Final = 1 << 26
"""The size of the longest text, in UTF-8; a frame that claims more is damaged."""

LEVEL: Final = 1
DICTIONARY_BYTES: Final = 1 << 16
SAMPLE_BYTES: Final = 1 << 22
"""How many bytes of texts a dictionary is trained on."""

MIN_SAMPLE_BYTES: Final = 1 << 18
"""Texts of fewer bytes are compressed without a dictionary: it would take more room than it saves."""

_MAX_SAMPLE: Final = 1 << 13


# -- writing


class Packer:
    """Compresses texts with one dictionary (empty: none)."""

    def __init__(self, dictionary: bytes) -> None:
        self.dictionary = dictionary
        trained = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        if trained:
            trained.precompute_compress(level=LEVEL)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=trained, write_dict_id=False)

    def pack(self, content: bytes) -> bytes:
        """Return the UTF-8 of a text as a frame, ``b""`` for an empty one."""
        return self._compressor.compress(content) if content else b""


def encode_text(text: str) -> bytes:
    """Return a text as UTF-8, lone surrogates as question marks; raises ValueError above MAX_TEXT_BYTES."""
    content = text.encode("utf-8", "replace")
    if len(content) > MAX_TEXT_BYTES:
        raise ValueError(f"a text of {len(content)} bytes, at most {MAX_TEXT_BYTES} can be kept")
    return content


def train_dictionary(texts: Iterable[bytes]) -> bytes:
    """Return a dictionary trained on ``texts``; empty when they are too few or too alike.

    A trained dictionary compresses better than one that is cut from the texts.
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


# -- reading


class Unpacker:
    """Decompresses what a :class:`Packer` with the same dictionary compressed; safe for many threads.

    ``where`` says in errors which texts they are.
    """

    def __init__(self, where: str, dictionary: bytes) -> None:
        self._where = where
        self._dictionary = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._idle: deque[zstandard.ZstdDecompressor] = deque(maxlen=16)

    def unpack(self, frame: bytes | memoryview) -> str:
        """Return the text in a frame; raises IndexDamagedError for other bytes, or a size above MAX_TEXT_BYTES."""
        if not frame:
            return ""
        try:
            if zstandard.get_frame_parameters(frame).content_size > MAX_TEXT_BYTES:
                raise ValueError("too long")
            try:
                decompressor = self._idle.pop()
            except IndexError:
                decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary)
            content = decompressor.decompress(frame, allow_extra_data=False)
            self._idle.append(decompressor)
            return content.decode()
        except (zstandard.ZstdError, ValueError) as problem:
            raise IndexDamagedError(f"{self._where}: a packed text is not what was written") from problem


class WordOffsets:
    """The offsets of words in the texts of a segment; document d has the words from ``ends[d]`` to ``ends[d + 1]``.

    ``distances`` (u1) has one entry a word; OVERFLOW_MARK means that the distance is in ``far`` (u4), at the index where
    ``far_at`` (u4, rising) has the number of the word.
    Its methods raise IndexDamagedError where the arrays contradict each other, IndexError for an unknown document.
    """

    def __init__(self, where: str, distances: Array, far_at: Array, far: Array, ends: Array) -> None:
        if len(far) != len(far_at) or not len(ends):
            raise ValueError("the offsets of words do not fit each other")
        self._where = where
        self._distances, self._far_at, self._far = distances, far_at, far
        self._bytes = np.ascontiguousarray(distances, np.uint8).data
        self._ends = ends

    def of(self, document: int) -> Array:
        """Return the offsets of all words of a document (u4)."""
        begin, end = self._range(document)
        distances = self._distances[begin:end].astype(np.uint32)
        first, last = np.searchsorted(self._far_at, (begin, end))
        if first < last:
            at = self._far_at[first:last].astype(np.int64) - begin
            if at.min() < 0 or at.max() >= len(distances):
                raise self._damage()
            distances[at] = self._far[first:last]
        return np.cumsum(distances, dtype=np.uint32)

    def distances(self, document: int) -> memoryview:
        """Return the distance (u1) of each word of a document from the word before; OVERFLOW_MARK stands for a longer one."""
        begin, end = self._range(document)
        return self._bytes[begin:end]

    def _range(self, document: int) -> tuple[int, int]:
        """Return the numbers of a document's first word and of the word after its last."""
        if not 0 <= document < len(self._ends) - 1:
            raise IndexError(document)
        begin, end = int(self._ends[document]), int(self._ends[document + 1])
        if not begin <= end <= len(self._bytes):
            raise self._damage()
        return begin, end

    def _damage(self) -> IndexDamagedError:
        return IndexDamagedError(f"{self._where}: the offsets of words are not what was written")
