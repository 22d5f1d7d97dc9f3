"""Stored records and long texts of a segment while documents come in.

The frames of the first long text go to the file at once; of the other texts they are held in memory until the end. The
first texts wait, unpacked, until there are enough of them to train a dictionary.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from indexer.storage.segment.arrays import Array, ArrayFileWriter, ArrayOutput
from indexer.storage.segment.texts import (
    MIN_SAMPLE_BYTES,
    SAMPLE_BYTES,
    Packer,
    WordDistances,
    encode_text,
    train_dictionary,
    word_distances,
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

    def flush(self, output: ArrayOutput) -> None:
        """Write the bytes that are in memory."""
        output.write(self.content)
        self.content.clear()

    def write(self, file: ArrayFileWriter, content: str, ends: str) -> None:
        """Write the pieces and where they end."""
        file.add(content, self.content)
        file.add(ends, np.frombuffer(self.ends, np.uint64))


class TextBuffer:
    """The long texts of one name; ``dictionary`` is what they are packed with, b"" when one is still to be trained."""

    def __init__(self, file: ArrayFileWriter, name: str, dictionary: bytes) -> None:
        self._file = file
        self._name = name
        self._dictionary = dictionary
        self._packer: Packer | None = None
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._frames = PieceBuffer()
        self._frames_file: ArrayOutput | None = None
        self._words = _WordStartBuffer()

    @property
    def memory_bytes(self) -> int:
        """Its memory, estimated."""
        return self._waiting_size + self._frames.memory_bytes + self._words.memory_bytes

    @property
    def dictionary(self) -> bytes:
        """The dictionary of the texts, as far as it is known already."""
        return self._packer.dictionary if self._packer else self._dictionary

    def stream(self) -> None:
        """From now on write frames to the file at once; only one array can grow there at a time."""
        self._frames_file = self._file.open_array(f"text/{self._name}/frames", "u1")

    def prepare(self, text: str, word_starts: Sequence[int]) -> Callable[[], None]:
        """Return what adds the text of one document; raises ValueError for word starts that fall."""
        content = encode_text(text)
        starts = array("I", word_starts)
        as_numbers = np.frombuffer(starts, np.uint32)
        if (as_numbers[1:] < as_numbers[:-1]).any():
            raise ValueError(f"{self._name}: the starts of words must rise")
        return lambda: self._add(content, starts)

    def _add(self, content: bytes, starts: array[int]) -> None:
        self._words.add(starts)
        if self._packer is not None:
            self._pack(self._packer, content)
            return
        self._waiting.append(content)
        self._waiting_size += len(content)
        if self._waiting_size >= (MIN_SAMPLE_BYTES if self._dictionary else SAMPLE_BYTES):
            self._pack_waiting()

    def _pack(self, packer: Packer, content: bytes) -> None:
        self._frames.add(packer.pack(content))
        if self._frames_file is not None and len(self._frames.content) >= _FRAMES_AT_ONCE:
            self._frames.flush(self._frames_file)

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
        self._frames.flush(frames)
        frames.close()
        self._file.add(f"text/{self._name}/frame_ends", np.frombuffer(self._frames.ends, np.uint64))
        words, ends = self._words.finish()
        self._file.add(f"text/{self._name}/word_starts", words.distances)
        self._file.add(f"text/{self._name}/far_at", words.far_at)
        self._file.add(f"text/{self._name}/far", words.far)
        self._file.add(f"text/{self._name}/word_ends", ends)
        self._file.add(f"text/{self._name}/dictionary", self.dictionary)


class _WordStartBuffer:
    """Where the words of texts start; those of many documents are turned into distances at once."""

    def __init__(self) -> None:
        self._ends = array("I", [0])
        self._starts = array("I")
        self._blocks: list[WordDistances] = []

    @property
    def memory_bytes(self) -> int:
        return 4 * len(self._ends) + 24 * len(self._starts) + self._ends[-1]

    def add(self, starts: array[int]) -> None:
        self._starts += starts
        self._ends.append(self._ends[-1] + len(starts))
        if len(self._starts) >= _WORDS_AT_ONCE:
            self._encode()

    def _encode(self) -> None:
        """Turn the starts that are in memory into distances."""
        encoded = sum(len(block.distances) for block in self._blocks)
        ends = np.frombuffer(self._ends, np.uint32).astype(np.int64)
        ends = ends[np.searchsorted(ends, encoded, side="right") :] - encoded
        block = word_distances(np.frombuffer(self._starts, np.uint32), ends)
        self._blocks.append(block._replace(far_at=block.far_at + np.uint32(encoded)))
        self._starts = array("I")

    def finish(self) -> tuple[WordDistances, Array]:
        """Return the distances and, for each document, where its words end, after a 0."""
        self._encode()
        distances, far_at, far = (np.concatenate(parts) for parts in zip(*self._blocks, strict=True))
        return WordDistances(distances, far_at, far), np.frombuffer(self._ends, np.uint32)
