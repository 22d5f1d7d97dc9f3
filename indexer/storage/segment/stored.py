"""Stored documents: the record and the long texts of a document as bytes, with the offsets of the words of each text.

A document is one line of JSON, then each long text in UTF-8, followed by its gaps. The line is an array: the values of
the record, then for each text its bytes and those of its gaps. A gap tells where a word starts, one byte a word: 0
after the next blanks, which is where 97 of 100 words start; else its distance in characters from the word before; 255
where that is 0 or above 254, and the distance follows as four bytes. So words take 0.1 bits each, compressed.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, NamedTuple

import numpy as np

from indexer.storage.segment.arrays import Array
from indexer.storage.segment.frames import MAX_DOCUMENT_BYTES
from indexer.storage.segment.layout import Json

FAR_GAP: Final = 255
"""The gap of a word whose distance follows in four bytes."""

_BLANKS: Final = re.compile("[ \n]+")
_encode_record: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Without the search for an encoding and for spaces around, which takes longer than a record.
_scan: Final[Callable[[str, int], tuple[Json, int]]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in stubs


class StoredText(NamedTuple):
    """A long text, and the gaps between its words."""

    text: str
    gaps: bytes

    def word_starts(self) -> list[int]:
        """Return the offset of each word in characters; raises ValueError for gaps that lead out of the text."""
        padded, at, starts, gaps = f" {self.text}", 0, [], iter(self.gaps)
        for gap in gaps:
            if gap == FAR_GAP:
                at += int.from_bytes(bytes(islice(gaps, 4)).ljust(4, b"\xff"), "little")
            elif gap:
                at += gap
            else:
                at = blanks.end() if (blanks := _BLANKS.search(padded, at)) else len(padded)
            if at >= len(padded):
                raise ValueError("a word starts after the end of its text")
            starts.append(at - 1)
        return starts


class StoredDocument(NamedTuple):
    """What is stored of a document: its record, in the order of the layout, and its long texts likewise."""

    record: list[Json]
    texts: list[StoredText]


def encode_document(record: Sequence[Json], texts: Sequence[tuple[str, Sequence[int]]]) -> bytes:
    """Return a document as bytes: its record, and each long text with where its words start.

    Lone surrogates of texts become question marks. Raises ValueError or TypeError for values that JSON does not know,
    word starts that fall or lie outside the text, and documents above MAX_DOCUMENT_BYTES.
    """
    parts = []
    for text, starts in texts:
        words = starts if isinstance(starts, array) else array("I", starts)
        parts += [text.encode("utf-8", "replace"), encode_gaps(text, words)]
    line = _encode_record([*record, *map(len, parts)]).encode("utf-8", "surrogatepass")
    content = b"".join((line, b"\n", *parts))
    if len(content) > MAX_DOCUMENT_BYTES:
        raise ValueError(f"a document of {len(content)} bytes, at most {MAX_DOCUMENT_BYTES} can be kept")
    return content


def decode_document(content: bytes, stored: int, texts: int) -> StoredDocument:
    """Return the document with so many stored values and texts; raises ValueError for other bytes."""
    at = content.find(b"\n") + 1
    try:
        values, _ = _scan(str(content[:at], "utf-8", "surrogatepass"), 0)
    except (StopIteration, RecursionError) as problem:
        raise ValueError("no record") from problem
    if type(values) is not list or len(values) != stored + 2 * texts:
        raise ValueError("a record of another length")
    parts = []
    for size in values[stored:]:
        if type(size) is not int or not 0 <= size <= len(content) - at:
            raise ValueError("a text of another length")
        parts.append(content[at : at + size])
        at += size
    if at != len(content):
        raise ValueError("more than was written")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return StoredDocument(values[:stored], [StoredText(text.decode(), gaps) for text, gaps in pairs])


def encode_gaps(text: str, starts: array[int]) -> bytes:
    """Return the gaps of the words that start at these offsets; raises ValueError when those fall or leave the text."""
    places = np.array(starts, np.int64)
    if not places.size:
        return b""
    distances = places.copy()
    distances[0] += 1
    distances[1:] -= places[:-1]
    least = distances.min()
    if least < 0 or places[-1] >= len(text):
        raise ValueError("the starts of words must rise, within their text")
    begins = _are_behind_blanks(text)
    is_near = begins.take(places)
    begins[places] = False
    passed = places.searchsorted(begins.nonzero()[0])  # words before which something else is behind blanks
    is_near[passed[: passed.searchsorted(len(places))]] = False
    if not least:
        is_near &= distances > 0
    at = (~is_near).nonzero()[0]
    gaps = np.zeros(len(places), np.uint8)
    gaps[at] = np.minimum(distances[at], FAR_GAP)
    if least and distances.max() < FAR_GAP:
        return gaps.tobytes()
    far = at[(distances[at] == 0) | (distances[at] >= FAR_GAP)]
    gaps[far] = FAR_GAP
    return _with_distances(gaps.tobytes(), far.tolist(), distances)


def _are_behind_blanks(text: str) -> Array:
    """Return for each character whether it is none of the blanks, but behind one, or the first of the text."""
    padded = f" {text}"
    chars = np.frombuffer(padded.encode("utf-16-le", "surrogatepass"), "<u2")
    if len(chars) > len(padded):  # characters that take four bytes
        chars = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), "<u4")
    blank: Array = chars == ord(" ")
    blank |= chars == ord("\n")
    behind: Array = blank[:-1] > blank[1:]
    return behind


def _with_distances(gaps: bytes, far: Sequence[int], distances: Array) -> bytes:
    """Return the gaps with the distance, in four bytes, of each of the ``far`` words behind its gap."""
    cuts = zip([0, *(at + 1 for at in far)], [*(at + 1 for at in far), len(gaps)], strict=True)
    parts = [gaps[begin:end] for begin, end in cuts]
    wide = [int(distances[at]).to_bytes(4, "little") for at in far]
    return b"".join(part for pair in zip(parts, [*wide, b""], strict=True) for part in pair)
