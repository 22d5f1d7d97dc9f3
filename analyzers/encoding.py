"""Term encoder: encodes texts as term ids, and caches the result for each chunk.

A chunk stands between two spaces or line feeds. Most chunks of a text were met before, so that encoding it costs one
look-up a chunk. There are two encoders: one in C, which also analyses chunks of plain Arabic letters, and one in
Python.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import accumulate, chain, count
from operator import add, itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from analyzers import tokenizer
from analyzers.arabic.compounds import may_be_compound
from analyzers.arabic.normalizer import PLAIN_LETTERS, PLAIN_MARKS, normalize
from analyzers.chains import Chain
from analyzers.characters import JOINERS, MARKS
from analyzers.extension import load_extension

if TYPE_CHECKING:
    import analyzers._native as _native

# A cached chunk takes some 150 bytes in C with its terms, 400 in Python. 10,000 articles have 3.2 million chunks,
# 290,000 of them different.
MAX_CHUNKS: Final = 1 << 19
MAX_CHUNKS_IN_PYTHON: Final = 200_000
MAX_CHUNK_LETTERS: Final = 64
"""Longer chunks are not cached."""

ChunkTerms = tuple[str | int | None, ...]
"""The words of a chunk, flat: for each its exact term, its stem (None: a stop word) and its offset in the chunk."""

EncodedText = tuple[bytes, bytes, bytes, list[str | None]]
"""The ids of the exact terms, the ids of the stems and the offsets of all words (uint32 each); the vocabulary."""

_OTHER, _SEPARATOR, _MARK = range(3)
_CLASSIFIED: Final = 0x2100  # all Arabic letters and marks, Latin, and most of what stands round words


class TermEncoder(Protocol):
    """Encodes texts, one at a time."""

    def encode(self, text: str) -> EncodedText:
        """Return the words of ``text`` as ids in a vocabulary, where id 0 is None.

        The vocabulary grows with each text. When the cache is full, both start anew, with another vocabulary.
        """


def term_encoder(analyze_chunk: Callable[[str], ChunkTerms], arabic: Chain) -> TermEncoder:
    """Return an encoder in C where the extension is there, else one in Python."""
    native: type[_native.TermEncoder] | None = load_extension("analyzers._native", "TermEncoder")
    if native is None:
        return PythonTermEncoder(analyze_chunk, MAX_CHUNKS_IN_PYTHON)
    return native(character_classes(), arabic.stem, arabic.stop_words, may_be_compound, analyze_chunk, MAX_CHUNKS)


class PythonTermEncoder:
    """The :class:`TermEncoder` in Python; it caches ``max_chunks`` chunks, at most twice as many within one text."""

    def __init__(self, analyze_chunk: Callable[[str], ChunkTerms], max_chunks: int) -> None:
        self._analyze_chunk = analyze_chunk
        self._max_chunks = max_chunks
        self._chunks = _ChunkCache(analyze_chunk, 2 * max_chunks)

    def encode(self, text: str) -> EncodedText:
        """Return the words of ``text`` as :meth:`TermEncoder.encode` does."""
        if len(self._chunks) > self._max_chunks or len(self._chunks.vocabulary) > 2 * self._max_chunks:
            self._chunks = _ChunkCache(self._analyze_chunk, 2 * self._max_chunks)
        chunks = tokenizer.chunks(text)
        encoded = list(map(self._chunks.__getitem__, chunks))
        flat: list[Any] = list(chain.from_iterable(encoded))
        chunk_offsets = map(add, accumulate(map(len, chunks), initial=0), count())
        offsets_in_chunks = map(_offsets_in, encoded)
        # The last chunk offset is the end of the text.
        pairs = zip(chunk_offsets, offsets_in_chunks, strict=False)
        starts = [chunk_offset + offset for chunk_offset, offsets in pairs for offset in offsets]
        exact, stems, packed_starts = (array("I", part).tobytes() for part in (flat[_EXACT], flat[_STEMS], starts))
        return exact, stems, packed_starts, self._chunks.vocabulary


_EXACT, _STEMS = slice(0, None, 3), slice(1, None, 3)
_offsets_in: Callable[[Any], tuple[int, ...]] = itemgetter(slice(2, None, 3))


class _ChunkCache(dict[str, tuple[int, ...]]):
    """The :data:`ChunkTerms` of chunks with ids for terms, analysed on first access; at most ``limit`` are kept."""

    def __init__(self, analyze_chunk: Callable[[str], ChunkTerms], limit: int) -> None:
        super().__init__({"": ()})
        self._analyze_chunk = analyze_chunk
        self._limit = limit
        self._ids: dict[str | int | None, int] = {None: 0}
        self.vocabulary: list[str | None] = [None]

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        terms: list[Any] = list(self._analyze_chunk(chunk))
        terms[_EXACT] = map(self._term_id, terms[_EXACT])
        terms[_STEMS] = map(self._term_id, terms[_STEMS])
        encoded = tuple(terms)
        if len(chunk) <= MAX_CHUNK_LETTERS and len(self) <= self._limit:
            self[chunk] = encoded
        return encoded

    def _term_id(self, term: str | None) -> int:
        term_id = self._ids.setdefault(term, len(self.vocabulary))
        if term_id == len(self.vocabulary):
            self.vocabulary.append(term)
        return term_id


def character_classes() -> bytes:
    """Return the class of each of the first 0x2100 characters of Unicode, for the encoder in C (uint16 each).

    The class of a letter of the Arabic alphabet is the code of the letter it is folded to. A separator is no part of
    any word, wherever it stands; a chunk with any other character is left to the tokenizer.
    """
    table = array("H", [_OTHER]) * _CLASSIFIED
    inside = MARKS | JOINERS
    for code in range(_CLASSIFIED):
        character = chr(code)
        if not (character.isalnum() or character == "_" or character in inside):
            table[code] = _SEPARATOR
    for mark in PLAIN_MARKS:
        table[ord(mark)] = _MARK
    for letter in PLAIN_LETTERS:
        table[ord(letter)] = ord(normalize(letter))
    return table.tobytes()
