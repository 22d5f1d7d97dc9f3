"""A finished segment as the writer sees it: which documents are still live, and runs of them copied when it is merged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from indexer import kernels
from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import Array, ArrayOutput
from indexer.storage.segment.file import FieldArrays, SegmentFile

_BYTES_AT_ONCE: Final = 1 << 22
_TERMS_A_LOOKUP: Final = 32  # looking one term up takes as long as comparing so many in order


class LiveSegment:
    """A segment file and the documents of it that are not deleted; ``is_changed`` once any more were deleted."""

    def __init__(self, file: SegmentFile, deleted: Array | None = None) -> None:
        self.file = file
        self.live = np.ones(file.documents, bool)
        if deleted is not None:
            self.live[deleted] = False
        self.is_changed = False
        self._keys: tuple[FieldArrays, kernels.Field] | None = None

    @property
    def live_count(self) -> int:
        """How many documents are not deleted."""
        return int(np.count_nonzero(self.live))

    @property
    def deleted(self) -> Array:
        """The numbers of the deleted documents, rising."""
        return np.flatnonzero(~self.live)

    def delete(self, documents: Iterable[int]) -> int:
        """Delete documents by number; return how many of them were live."""
        before = self.live_count
        self.live[list(documents)] = False
        deleted = before - self.live_count
        self.is_changed |= deleted > 0
        return deleted

    def delete_keys(self, keys: set[bytes]) -> int:
        """Delete the documents identified by one of ``keys``; return how many were live. Raises IndexDamagedError."""
        arrays, field = self._keys = self._keys or self._open_keys()
        if len(keys) * _TERMS_A_LOOKUP < field.count:
            terms = [number for number in map(field.find, keys) if number >= 0]
        else:
            terms = [number for number in range(field.count) if field.term(number) in keys]
        offsets = arrays.posting_offsets
        documents = [document for term in terms for document in arrays.docs[offsets[term] : offsets[term + 1]].tolist()]
        if max(documents, default=-1) >= self.file.documents:
            raise IndexDamagedError(f"{self.file.path}: {self.file.layout.key} is not what was written")
        return self.delete(documents)

    def _open_keys(self) -> tuple[FieldArrays, kernels.Field]:
        name = self.file.layout.key
        for part in ("terms", "term_ends", "posting_offsets", "docs"):  # documents are deleted by what they say
            self.file.verify_array(f"{name}/{part}")
        arrays = self.file.field(name)
        try:
            return arrays, kernels.Field(*arrays)
        except (ValueError, TypeError) as problem:
            raise IndexDamagedError(f"{self.file.path}: {name} is not what was written") from problem

    # -- merging

    def copy_live(self, output: ArrayOutput, content: Array, ends: Array) -> Array:
        """Write the items of the live documents; return how many each has.

        ``ends``: where the items of each document end, after a 0.
        """
        released = 0
        edges = np.flatnonzero(np.diff(self.live.astype(np.int8), prepend=0, append=0))  # of runs of live documents
        for begin, stop in ends[edges].reshape(-1, 2).tolist():
            for at in range(begin, stop, _BYTES_AT_ONCE):
                end_here = min(at + _BYTES_AT_ONCE, stop)
                output.write(content[at:end_here])
                if end_here - released >= _BYTES_AT_ONCE:
                    self.file.forget()
                    released = end_here
        return np.diff(ends)[self.live]
