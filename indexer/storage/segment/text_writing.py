"""Stored records and long texts of a segment while documents come in.

The frames of the first long text go to the file at once; of the other texts they are held in memory until the end. The
first texts wait, unpacked, until there are enough of them to train a dictionary.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from indexer.kernels import OVERFLOW_MARK
from indexer.storage.segment.arrays import ArrayFileWriter, ArrayOutput
from indexer.storage.segment.texts import (
    MIN_SAMPLE_BYTES,
    SAMPLE_BYTES,
    Packer,
    encode_text,
    train_dictionary,
)

_FRAMES_AT_ONCE: Final = 1 << 17  # bytes
_WORDS_AT_ONCE: Final = 1 << 18


class PieceBuffer:
    """Pieces of bytes, one a document, in memory until they are written."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.ends = array("Q", [0])

    @property
    def memory_bytes(self) -> int:
        """Its memory, estimated."""
        return len(self.content) + 8 * len(self.ends)

    def add(self, piece: bytes) -> None:
        """Add the bytes of one document."""
        self.content += piece
        self.ends.append(self.ends[-1] + len(piece))

    def write(self, file: ArrayFileWriter, content: str, ends: str) -> None:
        """Write the pieces and where they end."""
        file.add(content, self.content)
        file.add(ends, np.frombuffer(self.ends, np.uint64))


class TextBuffer:
    """The long texts of one name; ``dictionary`` is what they are packed with, b"" when one is still to be trained.

    ``stream``: write frames to the file at once; only one array can grow there at a time.
    """

    def __init__(self, file: ArrayFileWriter, name: str, dictionary: bytes, *, stream: bool) -> None:
        self._file = file
        self._name = name
        self._dictionary = dictionary
        self._packer: Packer | None = None
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._frames = PieceBuffer()
        self._frames_file = file.open_array(f"text/{name}/frames", "u1") if stream else None
        self._starts = array("I")
        self._distances = bytearray()
        self._far_at, self._far, self._word_ends = array("I"), array("I"), array("I", [0])

    @property
    def memory_bytes(self) -> int:
        """Its memory, estimated."""
        words = 24 * len(self._starts) + len(self._distances) + 4 * (len(self._word_ends) + 2 * len(self._far))
        return self._waiting_size + self._frames.memory_bytes + words

    @property
    def dictionary(self) -> bytes:
        """The dictionary of the texts, as far as it is known already."""
        return self._packer.dictionary if self._packer else self._dictionary

    def prepare(self, text: str, word_starts: Sequence[int]) -> Callable[[], None]:
        """Return what adds the text of one document; raises ValueError for word starts that fall."""
        content = encode_text(text)
        starts = array("I", word_starts)
        numbers = np.frombuffer(starts, np.uint32)
        if (numbers[1:] < numbers[:-1]).any():
            raise ValueError(f"{self._name}: the starts of words must rise")
        return lambda: self._add(content, starts)

    def _add(self, content: bytes, starts: array[int]) -> None:
        self._starts += starts
        self._word_ends.append(self._word_ends[-1] + len(starts))
        if len(self._starts) >= _WORDS_AT_ONCE:
            self._encode_words()
        if self._packer is not None:
            self._pack(self._packer, content)
            return
        self._waiting.append(content)
        self._waiting_size += len(content)
        if self._waiting_size >= (MIN_SAMPLE_BYTES if self._dictionary else SAMPLE_BYTES):
            self._pack_waiting()

    def _encode_words(self) -> None:
        """Turn the starts of words into distances, those of many documents at once."""
        encoded, starts = len(self._distances), np.frombuffer(self._starts, np.uint32)
        distances = np.diff(starts, prepend=np.uint32(0))
        ends = np.frombuffer(self._word_ends, np.uint32)
        firsts = ends[(ends >= encoded) & (ends < self._word_ends[-1])] - np.uint32(encoded)
        distances[firsts] = starts[firsts]
        far = np.flatnonzero(distances >= OVERFLOW_MARK)
        self._far_at.frombytes((far + encoded).astype(np.uint32).tobytes())
        self._far.frombytes(distances[far].tobytes())
        self._distances += np.minimum(distances, OVERFLOW_MARK).astype(np.uint8).data
        self._starts = array("I")

    def _pack(self, packer: Packer, content: bytes) -> None:
        self._frames.add(packer.pack(content))
        if self._frames_file is not None and len(self._frames.content) >= _FRAMES_AT_ONCE:
            self._write_frames(self._frames_file)

    def _write_frames(self, output: ArrayOutput) -> None:
        output.write(self._frames.content)
        self._frames.content.clear()

    def _pack_waiting(self) -> None:
        are_few = self._waiting_size < MIN_SAMPLE_BYTES
        self._packer = Packer(b"" if are_few else self._dictionary or train_dictionary(self._waiting))
        for content in self._waiting:
            self._pack(self._packer, content)
        self._waiting, self._waiting_size = [], 0

    def finish(self) -> None:
        """Write what is not written yet."""
        if self._packer is None:
            self._pack_waiting()
        frames = self._frames_file or self._file.open_array(f"text/{self._name}/frames", "u1")
        self._write_frames(frames)
        frames.close()
        self._file.add(f"text/{self._name}/frame_ends", np.frombuffer(self._frames.ends, np.uint64))
        self._encode_words()
        self._file.add(f"text/{self._name}/word_starts", self._distances)
        for part, numbers in (("far_at", self._far_at), ("far", self._far), ("word_ends", self._word_ends)):
            self._file.add(f"text/{self._name}/{part}", np.frombuffer(numbers, np.uint32))
        self._file.add(f"text/{self._name}/dictionary", self.dictionary)
