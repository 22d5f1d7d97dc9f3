"""Stored documents of a segment while they come in.

Their frames go to the file at once. The first documents wait, unpacked, until there are enough of them to train a
dictionary, or to be worth the one that the index has already.
"""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np

from indexer.storage.segment.arrays import ArrayFileWriter
from indexer.storage.segment.frames import SAMPLE_BYTES, Packer, is_worth, train_dictionary

FRAMES: Final = "stored/frames"
FRAME_ENDS: Final = "stored/frame_ends"
DICTIONARY: Final = "stored/dictionary"
_FRAMES_AT_ONCE: Final = 1 << 17  # bytes


class StoredBuffer:
    """The stored documents of a new segment; ``dictionary`` is that of the index, b"" when it has none.

    Nothing else can grow in the file until :meth:`finish`.
    """

    def __init__(self, file: ArrayFileWriter, dictionary: bytes) -> None:
        self._file = file
        self._given = dictionary
        self._packer: Packer | None = None
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._frames = bytearray()
        self._ends = array("Q", [0])
        self._output = file.open_array(FRAMES, "u1")

    @property
    def memory_bytes(self) -> int:
        """Its memory, estimated."""
        return self._waiting_size + len(self._frames) + 8 * len(self._ends)

    @property
    def dictionary(self) -> bytes:
        """The dictionary of the documents, as far as it is known already."""
        return self._packer.dictionary if self._packer else self._given

    def add(self, content: bytes) -> None:
        """Add a document, see :func:`.stored.encode_document`."""
        if self._packer:
            self._pack(self._packer, content)
            return
        self._waiting.append(content)
        self._waiting_size += len(content)
        if self._waiting_size >= SAMPLE_BYTES:
            self._pack_waiting()

    def _pack_waiting(self) -> None:
        given = self._given if is_worth(self._given, self._waiting_size) else b""
        self._packer = Packer(given or train_dictionary(self._waiting))
        for content in self._waiting:
            self._pack(self._packer, content)
        self._waiting, self._waiting_size = [], 0

    def _pack(self, packer: Packer, content: bytes) -> None:
        frame = packer.pack(content)
        self._frames += frame
        self._ends.append(self._ends[-1] + len(frame))
        if len(self._frames) >= _FRAMES_AT_ONCE:
            self._write_frames()

    def _write_frames(self) -> None:
        self._output.write(self._frames)
        self._frames.clear()

    def finish(self) -> None:
        """Write what is not written yet."""
        if not self._packer:
            self._pack_waiting()
        self._write_frames()
        self._output.close()
        self._file.add(FRAME_ENDS, np.frombuffer(self._ends, np.uint64))
        self._file.add(DICTIONARY, self.dictionary)
