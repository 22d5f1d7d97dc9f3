"""Which arrays a segment has, and one open segment.

A segment holds at most 65,536 documents, numbered from 0. An indexed field F has a sorted dictionary of terms and, for
each term, its documents, frequencies and (when it keeps them) positions::

    F/terms u1  F/term_ends u4[T+1]     term t is terms[term_ends[t]:term_ends[t+1]]
    F/starts u4[T+1]                    its postings are those from starts[t] to starts[t+1]
    F/docs u2[P]  F/tfs u1[P]           a frequency of 255 stands in F/tf_over, at its posting in F/tf_over_at
    F/position_starts u4[T+1]           F/positions u2 or u4: those of the postings of a term follow each other
    F/lengths u1[N]                     the length of the field in each document, in Whoosh's steps

A column C has numbers (``column/C/values``) or codes into its sorted distinct values (``column/C/codes``,
``value_bytes``, ``value_ends``). Small stored fields are one JSON array a document (``stored/records``,
``record_ends``). A long text X is packed by itself (``text/X/…``, see :mod:`.texts`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from indexer.errors import IndexDamagedError
from indexer.kernels import MAX_DOCUMENTS as MAX_DOCUMENTS
from indexer.storage.segment.arrays import Array, ArrayFile, ArrayFileWriter, count
from indexer.storage.segment.texts import Unpacker, WordOffsets

Kind: TypeAlias = Literal["int", "unsigned", "float", "text"]
Json: TypeAlias = Any

NUMBER_TYPES: Final[Mapping[str, type[np.number[Any]]]] = {
    "int": np.int64,
    "unsigned": np.uint64,
    "float": np.float64,
}
"""Of what type the numbers of a column are; whole ones take four bytes where that is enough."""

_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {"int": ("i4", "i8"), "unsigned": ("u8",), "float": ("f8",)}


@dataclass(frozen=True, slots=True)
class IndexedField:
    """How a field is indexed; without ``scorable`` its lengths are not kept."""

    positions: bool = False
    scorable: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds, and the value of a document that has none."""

    kind: Kind
    default: int | float | str = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """What the documents of an index have."""

    fields: Mapping[str, IndexedField] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    stored: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class FieldArrays(NamedTuple):
    """The arrays of an indexed field, in the order in which the kernels take them."""

    terms: Array
    term_ends: Array
    starts: Array
    docs: Array
    tfs: Array
    tf_over_at: Array
    tf_over: Array
    lengths: Array
    position_starts: Array | None
    positions: Array | None


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """What a segment knows of a field as a whole; deleted documents count, as they do in Whoosh."""

    positions: bool
    scorable: bool
    total_length: int
    min_length: int
    max_length: int
    documents: int


class CodedColumn(NamedTuple):
    """A column of texts: for each document the number of its value; the values are sorted."""

    codes: Array
    values: tuple[bytes, ...]


class SegmentFile:
    """One segment, mapped. Threads may share it. Raises IndexDamagedError whenever it is not what was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.arrays = ArrayFile(path)
        try:
            self.documents, self.fields, self.layout = _described(self.arrays.meta)
            self._stored = _Pieces(self.arrays, "stored/records", "stored/record_ends", self.documents)
            self._texts = {name: _Texts(self.arrays, name, self.documents) for name in self.layout.texts}
        except (ValueError, TypeError, LookupError, AttributeError) as problem:
            raise IndexDamagedError(f"{path}: not a segment of an index") from problem

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.name

    def array(self, name: str, *dtypes: str) -> Array:
        """Return one of its arrays, read-only; raises IndexDamagedError when there is none or of no type of ``dtypes``."""
        return self.arrays.array(name, *dtypes)

    def verify(self) -> None:
        """Read every byte; raises IndexDamagedError, naming what is not as it was written."""
        self.arrays.verify()

    def verify_documents_of_terms(self, name: str) -> None:
        """Read what tells the documents of each term of a field; raises IndexDamagedError for what is not as it was written."""
        for part in ("terms", "term_ends", "starts", "docs"):
            self.arrays.verify_array(f"{name}/{part}")

    def forget(self) -> None:
        """Let what was read be no longer counted as memory of this process; it may be read again."""
        self.arrays.forget()

    def close(self) -> None:
        """Let go of the file."""
        self.arrays.close()

    # -- terms

    def field(self, name: str) -> FieldArrays:
        """Return the arrays of an indexed field; a field that this segment does not know is one without terms."""
        if name not in self.fields:
            return no_terms(self.documents)
        array = self.arrays.array
        positions = self.fields[name].positions
        arrays = FieldArrays(
            terms=array(f"{name}/terms", "u1"),
            term_ends=array(f"{name}/term_ends", "u4"),
            starts=array(f"{name}/starts", "u4"),
            docs=array(f"{name}/docs", "u2"),
            tfs=array(f"{name}/tfs", "u1"),
            tf_over_at=array(f"{name}/tf_over_at", "u4"),
            tf_over=array(f"{name}/tf_over", "u4"),
            lengths=array(f"{name}/lengths", "u1"),
            position_starts=array(f"{name}/position_starts", "u4") if positions else None,
            positions=array(f"{name}/positions", "u2", "u4") if positions else None,
        )
        if not _agree(arrays, self.documents):
            raise IndexDamagedError(f"{self.path}: the arrays of {name} do not agree")
        return arrays

    # -- columns

    def numbers(self, name: str) -> Array:
        """Return a column of numbers, the default for every document when this segment has no such column."""
        values = self.arrays.array(f"column/{name}/values", *_NUMBERS[self.layout.columns[name].kind])
        if len(values) != self.documents:
            raise IndexDamagedError(f"{self.path}: column {name} is not what was written")
        return values

    def codes(self, name: str) -> CodedColumn:
        """Return a column of texts."""
        codes = self.arrays.array(f"column/{name}/codes", "u1", "u2", "u4")
        content = self.arrays.array(f"column/{name}/value_bytes", "u1").tobytes()
        ends = self.arrays.array(f"column/{name}/value_ends", "u4")
        if len(codes) != self.documents or not _follow_each_other(ends, len(content)):
            raise IndexDamagedError(f"{self.path}: column {name} is not what was written")
        if int(codes.max(initial=0)) >= len(ends) - 1 and self.documents:
            raise IndexDamagedError(f"{self.path}: column {name} is not what was written")
        places = ends.tolist()
        return CodedColumn(codes, tuple(content[a:b] for a, b in pairwise(places)))

    # -- documents

    def record(self, document: int) -> list[Json]:
        """Return the small stored fields of a document, in the order of ``layout.stored``."""
        try:
            record = json.loads(bytes(self._stored.piece(document)))
        except (ValueError, RecursionError) as problem:
            raise IndexDamagedError(f"{self.path}: a stored record is not what was written") from problem
        if not isinstance(record, list) or len(record) != len(self.layout.stored):
            raise IndexDamagedError(f"{self.path}: a stored record is not what was written")
        return record

    def text(self, name: str, document: int) -> str:
        """Return a long text; raises KeyError when there is none of that name."""
        try:
            return self._texts[name].text(document)
        except IndexDamagedError as problem:
            raise IndexDamagedError(f"{self.path}: {name}: {problem}") from problem

    def word_starts(self, name: str, document: int) -> Array:
        """Return where the words of a long text start, in characters (u4)."""
        try:
            return self._texts[name].starts.of(document)
        except IndexDamagedError as problem:
            raise IndexDamagedError(f"{self.path}: {name}: {problem}") from problem

    def starts_at(self, name: str, document: int, positions: Sequence[int]) -> list[int]:
        """Return where the words of a long text at ``positions`` (rising) start; -1 for one that is not there."""
        try:
            return self._texts[name].starts.at(document, positions)
        except IndexDamagedError as problem:
            raise IndexDamagedError(f"{self.path}: {name}: {problem}") from problem

    def dictionary(self, name: str) -> bytes:
        """Return the dictionary that the texts of this name were packed with."""
        return self._texts[name].dictionary


class _Pieces:
    """Pieces of bytes that follow each other, one a document."""

    def __init__(self, arrays: ArrayFile, content: str, ends: str, documents: int) -> None:
        # Plain buffers: one item of an array takes as long as the whole of this.
        self._content = arrays.array(content, "u1").data
        self._ends = arrays.array(ends, "u8").astype(np.uint64, copy=False).view(np.uint64).data
        self._path = arrays.path
        if len(self._ends) != documents + 1:
            raise ValueError(ends)

    def piece(self, document: int) -> memoryview:
        """Return the bytes of a document, not copied; raises IndexError when there is no such document."""
        if not 0 <= document < len(self._ends) - 1:
            raise IndexError(document)
        start, end = self._ends[document], self._ends[document + 1]
        if not start <= end <= len(self._content):
            raise IndexDamagedError(f"{self._path}: a document is not what was written")
        return self._content[start:end]


class _Texts:
    """The long texts of one name."""

    def __init__(self, arrays: ArrayFile, name: str, documents: int) -> None:
        self._frames = _Pieces(arrays, f"text/{name}/frames", f"text/{name}/frame_ends", documents)
        ends = arrays.array(f"text/{name}/word_ends", "u4")
        self.starts = WordOffsets(
            arrays.array(f"text/{name}/word_starts", "u1"),
            arrays.array(f"text/{name}/far_at", "u4"),
            arrays.array(f"text/{name}/far", "u4"),
            ends,
        )
        self.dictionary = arrays.array(f"text/{name}/dictionary", "u1").tobytes()
        self._unpacker = Unpacker(self.dictionary)
        if len(ends) != documents + 1:
            raise ValueError(name)

    def text(self, document: int) -> str:
        return self._unpacker.unpack(self._frames.piece(document))


def no_terms(documents: int) -> FieldArrays:
    """Return the arrays of a field that no document has."""
    zero = np.zeros(1, np.uint32)
    none = zero[:0]
    return FieldArrays(
        terms=np.zeros(0, np.uint8),
        term_ends=zero,
        starts=zero,
        docs=np.zeros(0, np.uint16),
        tfs=np.zeros(0, np.uint8),
        tf_over_at=none,
        tf_over=none,
        lengths=np.zeros(documents, np.uint8),
        position_starts=zero,
        positions=np.zeros(0, np.uint16),
    )


def _agree(arrays: FieldArrays, documents: int) -> bool:
    """Return whether the arrays of a field have lengths that fit each other; what they hold is not read."""
    terms = len(arrays.term_ends)
    return (
        terms > 0
        and len(arrays.starts) == terms
        and len(arrays.docs) == len(arrays.tfs)
        and len(arrays.tf_over_at) == len(arrays.tf_over)
        and len(arrays.lengths) == documents
        and (arrays.position_starts is None or len(arrays.position_starts) == terms)
    )


def _follow_each_other(ends: Array, size: int) -> bool:
    """Return whether ``ends`` cut ``size`` bytes into pieces."""
    return bool(len(ends) and ends[0] == 0 and ends[-1] == size and (ends[1:] >= ends[:-1]).all())


# -- what the table of contents says besides


def description(documents: int, fields: Mapping[str, FieldStatistics], layout: Layout) -> dict[str, object]:
    """Return what is written of a segment beside its arrays, as JSON."""
    return {
        "documents": documents,
        "fields": {name: asdict(each) for name, each in fields.items()},
        "columns": {name: asdict(each) for name, each in layout.columns.items()},
        "stored": list(layout.stored),
        "texts": list(layout.texts),
    }


def _described(meta: Mapping[str, Json]) -> tuple[int, dict[str, FieldStatistics], Layout]:
    """Return what :func:`description` wrote; raises some builtin error for anything else."""
    documents = count(meta["documents"])
    if documents > MAX_DOCUMENTS:
        raise ValueError(documents)
    fields = {_name(name): _statistics(record) for name, record in meta["fields"].items()}
    layout = Layout(
        fields={name: IndexedField(each.positions, each.scorable) for name, each in fields.items()},
        columns={_name(name): _column(record) for name, record in meta["columns"].items()},
        stored=tuple(map(_name, meta["stored"])),
        texts=tuple(map(_name, meta["texts"])),
    )
    return documents, fields, layout


def _statistics(record: Mapping[str, Json]) -> FieldStatistics:
    flags = [record["positions"], record["scorable"]]
    if not all(isinstance(each, bool) for each in flags):
        raise TypeError(record)
    numbers = [count(record[name]) for name in ("total_length", "min_length", "max_length", "documents")]
    return FieldStatistics(*flags, *numbers)


def _column(record: Mapping[str, Json]) -> Column:
    expected = {"int": int, "unsigned": int, "float": int | float, "text": str}[record["kind"]]
    if not isinstance(record["default"], expected):
        raise TypeError(record)
    return Column(record["kind"], record["default"])


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


# -- deleted documents


def write_deletions(path: Path, documents: Array) -> None:
    """Write the numbers of the deleted documents of a segment, which rise, into a file of their own."""
    with ArrayFileWriter(path) as file:
        file.add("deleted", documents.astype(np.uint16))
        file.finish({})


def read_deletions(path: Path, documents: int) -> Array:
    """Return the numbers (u2, rising) of the deleted documents; raises IndexDamagedError.

    Every byte is compared: the next writer makes a new file of them, and would call a damaged one good.
    """
    file = ArrayFile(path)
    file.verify()
    deleted = file.array("deleted", "u2")
    if len(deleted) and (int(deleted[-1]) >= documents or (deleted[1:] <= deleted[:-1]).any()):
        raise IndexDamagedError(f"{path}: not the deletions of its segment")
    return deleted
