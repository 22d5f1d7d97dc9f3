"""Segment reader: one open segment with its deleted documents, its fields ready for the kernels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from indexer import kernels
from indexer.errors import IndexDamagedError
from indexer.kernels.edits import Spellings
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.file import FieldArrays, SegmentFile
from indexer.storage.segment.vectors import VectorFile
from indexer.storage.toc import Toc


class NumberedValues(NamedTuple):
    """A column by its distinct values, rising: ``numbers`` has the index into ``values`` of each document's own."""

    values: list[Any]
    numbers: Array


class SegmentReader:
    """One open segment, immutable, so that threads share it; arrays are decoded when they are first asked for.

    ``documents`` counts the deleted ones too. ``deleted`` has a byte for each document, 1 where it is deleted, and is
    ``None`` where none is; ``deleted_numbers`` are their numbers.
    """

    def __init__(self, file: SegmentFile, deleted: Array | None = None) -> None:
        self.file = file
        self.documents = file.documents
        self.deleted_numbers = () if deleted is None else tuple(deleted.tolist())
        self.deleted = None if deleted is None or not len(deleted) else _mask(deleted, file.documents)
        self._decoded: dict[tuple[str, str], Any] = {}

    def arrays(self, name: str) -> FieldArrays:
        """Return the arrays of an indexed field; raises IndexDamagedError."""
        arrays: FieldArrays = self._once("arrays", name, self.file.field)
        return arrays

    def field(self, name: str) -> kernels.Field:
        """Return an indexed field for the kernels; raises IndexDamagedError."""
        try:
            field: kernels.Field = self._decoded["field", name]  # the usual case first: every term asks
        except KeyError:
            field = self._once("field", name, self._open_field)
        return field

    def spellings(self, name: str) -> Spellings:
        """Return the spellings of a field's terms; raises IndexDamagedError."""
        spellings: Spellings = self._once("spellings", name, lambda name: Spellings.of(*self.arrays(name)[:2]))
        return spellings

    @property
    def body_starts(self) -> Array:
        """The position where the body of each document begins; raises IndexDamagedError."""
        body_starts: Array = self._once("body starts", "", lambda _: self.file.body_starts())
        return body_starts

    def column(self, name: str) -> NumberedValues:
        """Return a column by its distinct values: whole numbers, or texts as bytes."""
        values: NumberedValues = self._once("column", name, self._read_column)
        return values

    @property
    def vectors(self) -> VectorFile | None:
        """The vectors of the documents, None where no encoder has read them; raises IndexDamagedError."""
        vectors: VectorFile | None = self._once("vectors", "", lambda _: self._open_vectors())
        return vectors

    def with_field(self, name: str) -> Array:
        """Return a byte for each document, 1 where the field has any term."""
        mask: Array = self._once("with field", name, lambda name: _mask(self.arrays(name).docs, self.documents))
        return mask

    def is_deleted(self, document: int) -> bool:
        """Return whether a document is deleted."""
        return self.deleted is not None and bool(self.deleted[document])

    def _once(self, kind: str, name: str, decode: Callable[[str], Any]) -> Any:
        try:
            return self._decoded[kind, name]
        except KeyError:
            return self._decoded.setdefault((kind, name), decode(name))

    def _open_vectors(self) -> VectorFile | None:
        path = self.file.path.with_suffix(".vec")
        return VectorFile(path, self.documents) if path.exists() else None

    def _open_field(self, name: str) -> kernels.Field:
        try:
            return kernels.Field(*self.arrays(name))
        except (ValueError, TypeError) as problem:
            raise IndexDamagedError(f"{self.file.path}: field {name}: {problem}") from problem

    def _read_column(self, name: str) -> NumberedValues:
        if self.file.layout.columns[name] == "text":
            codes, texts = self.file.codes(name)
            return NumberedValues(list(texts), codes)
        values, numbers = np.unique(self.file.numbers(name), return_inverse=True)
        return NumberedValues(values.tolist(), numbers.astype(np.uint16))


def open_segments(folder: Path, toc: Toc) -> tuple[SegmentReader, ...]:
    """Return readers of the segments that a table of contents names; raises IndexDamagedError."""
    return tuple(SegmentReader(*entry.open(folder, toc.layout)) for entry in toc.segments)


def _mask(documents: Array, count: int) -> Array:
    """Return a byte for each of ``count`` documents, 1 for those in ``documents``."""
    if int(documents.max(initial=0)) >= max(count, 1):
        raise IndexDamagedError(f"document {int(documents.max())} of {count}; rebuild the index")
    mask = np.zeros(count, np.uint8)
    mask[documents] = 1
    mask.flags.writeable = False
    return mask
