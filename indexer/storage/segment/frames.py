"""Frames: what is stored of each document, compressed by itself with a dictionary that the documents share.

A document can be decompressed without its neighbours; a dictionary trained on some of them makes up for what neighbours
would give. Of 30,017 news articles (110 MB) frames take this much, in MB; compressing all of them takes 0.8 s at level
3, 2.9 s at level 6 and 4.7 s at level 8:

    level               1      3      6      8
    256 KiB          35.1   30.0   28.0   27.0
    64 KiB                  31.0
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import zstandard

from indexer.errors import IndexDamagedError

MAX_DOCUMENT_BYTES: Final = 1 << 26
"""The size of the longest document; a frame that claims more is damaged."""

LEVEL: Final = 3
MAX_DICTIONARY_BYTES: Final = 1 << 18
SAMPLE_BYTES: Final = MAX_DICTIONARY_BYTES << 6
"""How many bytes of documents wait for a dictionary; the first 4 MB alone make one whose frames are 5 % larger."""

MIN_SAMPLE_BYTES: Final = 1 << 17
"""Documents of fewer bytes are compressed without a dictionary: it would take more room than it saves."""

_TRAINING_BYTES: Final = 1 << 22
_MAX_SAMPLE: Final = 1 << 13


def dictionary_bytes(size: int) -> int:
    """Return how long the dictionary of ``size`` bytes of documents should be, 0 for none.

    With a 64th of 0.1 to 8 MB, dictionary and frames together take least; a 32nd and a 128th take 0 to 5 % more.
    """
    return min(size >> 6, MAX_DICTIONARY_BYTES) if size >= MIN_SAMPLE_BYTES else 0


def is_worth(dictionary: bytes, size: int) -> bool:
    """Return whether a dictionary is long enough for ``size`` bytes of documents, and not too long to be kept with them."""
    return dictionary_bytes(size) <= 2 * len(dictionary) <= 4 * dictionary_bytes(size)


def train_dictionary(documents: Sequence[bytes]) -> bytes:
    """Return a dictionary trained on ``documents``; empty when they are too few or too alike.

    A trained dictionary compresses better than one that is cut from the documents.
    """
    size = sum(map(len, documents))
    samples: list[bytes | bytearray | memoryview]
    samples = [document[:_MAX_SAMPLE] for document in documents[:: -(-size // _TRAINING_BYTES) or 1]]
    if not (length := dictionary_bytes(size)):
        return b""
    try:
        return zstandard.train_dictionary(length, samples, level=LEVEL, d=8, k=1024, steps=1).as_bytes()
    except zstandard.ZstdError:  # too few of them, or all alike
        return b""


class Packer:
    """Compresses documents with one dictionary (empty: none)."""

    def __init__(self, dictionary: bytes) -> None:
        self.dictionary = dictionary
        trained = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        if trained:
            trained.precompute_compress(level=LEVEL)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=trained, write_dict_id=False)

    def pack(self, content: bytes) -> bytes:
        """Return a document as a frame."""
        return self._compressor.compress(content)


class Unpacker:
    """Decompresses what a :class:`Packer` with the same dictionary compressed; safe for many threads.

    ``where`` says in errors which documents they are.
    """

    def __init__(self, where: str, dictionary: bytes) -> None:
        self._where = where
        self._dictionary = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._idle: deque[zstandard.ZstdDecompressor] = deque(maxlen=16)

    def unpack(self, frame: bytes | memoryview) -> bytes:
        """Return the document in a frame; raises IndexDamagedError for other bytes, or above MAX_DOCUMENT_BYTES."""
        try:
            if unpacked_size(frame) > MAX_DOCUMENT_BYTES:
                raise ValueError("too long")
            try:
                decompressor = self._idle.pop()
            except IndexError:
                decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary)
            content = decompressor.decompress(frame, allow_extra_data=False)
            self._idle.append(decompressor)
            return content
        except (zstandard.ZstdError, ValueError) as problem:
            raise IndexDamagedError(f"{self._where}: a packed document is not what was written") from problem


def unpacked_size(frame: bytes | memoryview) -> int:
    """Return the size that a frame claims for its document; raises ZstdError or ValueError for other bytes."""
    return zstandard.get_frame_parameters(frame).content_size
