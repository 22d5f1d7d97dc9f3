"""One segment of an index, open: its fields for the kernels, its columns and its stored fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Self

import numpy as np

from indexer import kernels
from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.layout import FieldArrays, SegmentFile

_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in stubs


class NumberedValues(NamedTuple):
    """A column by its distinct values: for each document the number of its own."""

    values: list[Any]
    numbers: Array


class SegmentReader:
    """One open segment and its deleted documents; nothing of it changes, so threads share it.

    ``documents`` counts the deleted ones too; ``deleted`` has a byte for each document, 1 where it is
    deleted, and is ``None`` where none is.
    """

    def __init__(self, segment: SegmentFile, deleted: Array | None = None) -> None:
        self.file = segment
        self.documents = segment.documents
        self.deleted_numbers = () if deleted is None else tuple(deleted.tolist())
        self.deleted = _mask(deleted, segment.documents)
        self.text_names = segment.layout.texts
        self._kept: dict[tuple[str, str], Any] = {}
        self._stored_names = segment.layout.stored
        self._records = segment.array("stored/records", "u1").data
        # As native numbers, for a buffer that Python can index.
        self._record_ends = segment.array("stored/record_ends", "u8").astype(np.uint64, copy=False).view(np.uint64).data

    def with_deletions(self, deleted: Array | None) -> Self:
        """Return the same segment with other deleted documents; what was read of it is shared."""
        other = type(self)(self.file, deleted)
        other._kept = self._kept
        return other

    def arrays(self, name: str) -> FieldArrays:
        """Return the arrays of an indexed field, of no terms when the segment has no such field."""
        held: FieldArrays = self._keep("arrays", name, self.file.field)
        return held

    def field(self, name: str) -> kernels.Field:
        """Return an indexed field for the kernels; raises IndexDamagedError."""
        try:
            held: kernels.Field = self._kept["field", name]  # at once: it is asked for with every term
        except KeyError:
            held = self._keep("field", name, self._open_field)
        return held

    def has_field(self, name: str) -> bool:
        """Say whether the segment has the field's terms."""
        return name in self.file.fields

    def numbered(self, column: str) -> NumberedValues:
        """Return a column by its distinct values (numbers, or bytes), rising."""
        held: NumberedValues = self._keep("numbered", column, self._number)
        return held

    def has_column(self, name: str) -> bool:
        """Say whether the segment has the column."""
        return name in self.file.layout.columns

    def with_field(self, name: str) -> Array:
        """Return a byte for each document, 1 where the field has any term."""
        held: Array = self._keep("with field", name, self._documents_with)
        return held

    def record(self, document: int) -> dict[str, Any]:
        """Return the small stored fields of a document; raises IndexDamagedError."""
        return dict(self._stored_pairs(document))

    def _stored_pairs(self, document: int) -> Iterable[tuple[str, Any]]:
        if document < 0:
            raise IndexError(document)
        ends = self._record_ends
        content = self._records[ends[document] : ends[document + 1]]
        try:
            values, _ = _scan(str(content, "utf-8", "surrogatepass"), 0)
        except (ValueError, StopIteration, RecursionError) as problem:
            raise self._wrong_record() from problem
        if type(values) is not list or len(values) != len(self._stored_names):
            raise self._wrong_record()
        pairs = zip(self._stored_names, values, strict=False)
        return [pair for pair in pairs if pair[1] is not None] if None in values else pairs

    def _wrong_record(self) -> IndexDamagedError:
        return IndexDamagedError(f"{self.file.path}: a stored record is not what was written; rebuild the index")

    def stored_fields(self, document: int) -> dict[str, Any]:
        """Return the stored fields of a document, long texts packed until they are asked for."""
        pairs = self._stored_pairs(document)
        if not self.text_names:
            return dict(pairs)
        fields = StoredFields(pairs)
        fields.segment = self
        fields.document = document
        return fields

    def _keep(self, kind: str, name: str, make: Callable[[str], Any]) -> Any:
        try:
            return self._kept[kind, name]
        except KeyError:
            return self._kept.setdefault((kind, name), make(name))

    def _open_field(self, name: str) -> kernels.Field:
        try:
            return kernels.Field(*self.arrays(name))
        except (ValueError, TypeError) as problem:
            raise IndexDamagedError(f"{self.file.path}: field {name}: {problem}") from problem

    def _number(self, column: str) -> NumberedValues:
        if self.file.layout.columns[column].kind == "text":
            coded = self.file.codes(column)
            return NumberedValues(list(coded.values), coded.codes)
        values, numbers = np.unique(self.file.numbers(column), return_inverse=True)
        return NumberedValues(values.tolist(), numbers.astype(np.uint16))

    def _documents_with(self, name: str) -> Array:
        mask: Array = _mask(self.arrays(name).docs, self.documents, always=True)
        return mask

    def is_deleted(self, document: int) -> bool:
        """Say whether a document is deleted."""
        return self.deleted is not None and bool(self.deleted[document])


def _mask(documents: Array | None, count: int, *, always: bool = False) -> Any:
    """Return a byte for each of ``count`` documents, 1 for those in ``documents``; ``None`` for none of them."""
    if documents is None or not (len(documents) or always):
        return None
    if int(documents.max(initial=0)) >= max(count, 1):
        raise IndexDamagedError(f"document {int(documents.max())} of {count}; rebuild the index")
    mask = np.zeros(count, np.uint8)
    mask[documents] = 1
    mask.flags.writeable = False
    return mask


class StoredFields(dict[str, Any]):
    """The stored fields of a document; a long text is unpacked when it is asked for.

    To any other use than looking up one field it is the whole dictionary.
    """

    __slots__ = ("document", "segment")

    segment: SegmentReader
    document: int

    def __missing__(self, name: str) -> str:
        if name not in self.segment.text_names:
            raise KeyError(name)
        text: str = self.setdefault(name, self.segment.file.text(name, self.document))
        return text

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.segment.text_names

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field, or ``default``."""
        return self[name] if name in self else default  # noqa: SIM401, what it does

    def _whole(self) -> None:
        for name in self.segment.text_names:
            self[name]

    def __iter__(self) -> Iterator[str]:
        self._whole()
        return super().__iter__()

    def __len__(self) -> int:
        self._whole()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._whole()
        if isinstance(other, StoredFields):
            other._whole()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __repr__(self) -> str:
        self._whole()
        return super().__repr__()

    def keys(self) -> Any:
        """Return the names of all fields."""
        self._whole()
        return super().keys()

    def values(self) -> Any:
        """Return all values, texts unpacked."""
        self._whole()
        return super().values()

    def items(self) -> Any:
        """Return all fields, texts unpacked."""
        self._whole()
        return super().items()

    def copy(self) -> dict[str, Any]:
        """Return all fields as a plain dictionary."""
        return dict(self.items())
