"""How Whoosh is kept from executing what it finds in an index.

Whoosh 2.7.4 reads its table of contents, posting blocks and stored fields with ``pickle``, which
runs whatever a planted file asks for. Its loaders are replaced by one that builds numbers, texts
and collections of them, and knows no class or function by name. The one kind of object that Whoosh
keeps in an index, the segment, is written as plain values and built from them again.

A planted file can still claim sizes that take memory and time, as any compressed file can.
"""

from __future__ import annotations

import io
import pickle
import re
from typing import IO, Any, Final

import whoosh.codec.whoosh3
import whoosh.columns
import whoosh.compat
import whoosh.externalsort
import whoosh.filedb.structfile
import whoosh.formats
import whoosh.index
import whoosh.legacy
from whoosh.codec.whoosh3 import W3Codec, W3Segment

from indexer.errors import IndexDamagedError

PROTOCOL: Final = 4
"""The first protocol that has its own codes for bytes and sets; older ones call functions for them."""

MAX_DOCUMENTS: Final = 1 << 31
_SEGMENT_ID = re.compile(r"[a-z0-9]{1,40}")


class ForeignPickleError(IndexDamagedError, pickle.UnpicklingError):
    """A file of the index asks for something that no index needs."""


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise ForeignPickleError(
            f"a file of the index asks for {f'{module}.{name}'[:80]!r}, as none written here does; rebuild it"
        )


def load(file: IO[bytes], *_: object, **__: object) -> Any:
    """Return the value pickled in ``file``, a list of segments from their records.

    Raises ForeignPickleError for whatever names a class or a function, and for a list of anything else.
    """
    value = _PlainUnpickler(file).load()
    return [_segment(each) for each in value] if isinstance(value, list) else value


def loads(data: bytes, *_: object, **__: object) -> Any:
    """Return the value pickled in ``data``; raises ForeignPickleError for whatever names a class or a function."""
    return _PlainUnpickler(io.BytesIO(data)).load()


def dump(value: object, file: IO[bytes], *_: object) -> None:
    """Pickle ``value`` into ``file``, a list of segments as their records."""
    pickle.dump([_record(each) for each in value] if isinstance(value, list) else value, file, PROTOCOL)


def dumps(value: object, *_: object) -> bytes:
    """Return ``value`` pickled."""
    return pickle.dumps(value, PROTOCOL)


def disarm() -> None:
    """Make every loader of Whoosh that an index reaches use :func:`load` and :func:`loads`."""
    for module in (whoosh.compat, whoosh.codec.whoosh3, whoosh.columns, whoosh.formats):
        module.dumps, module.loads = dumps, loads
    for module in (whoosh.compat, whoosh.externalsort):
        module.dump, module.load = dump, load
    whoosh.compat.pickle = _SchemaPickles
    whoosh.filedb.structfile.load_pickle, whoosh.filedb.structfile.dump_pickle = load, dump
    whoosh.index.pickle = _SchemaPickles
    # An old table of contents brings its own unpickler, which loads anything.
    whoosh.legacy.toc_loaders.clear()


class _SchemaPickles:
    """The part of the ``pickle`` module that ``whoosh.index`` uses: for the schema alone.

    The schema is code of ours that is always handed in, so nothing of it is written or read.
    """

    PicklingError = pickle.PicklingError
    loads = staticmethod(loads)

    @staticmethod
    def dumps(*_: object) -> bytes:
        return b""


def _record(segment: W3Segment) -> tuple[object, ...]:
    lengths, deleted = dict(segment._fieldlengths), set(segment.deleted_docs())
    return segment.segid, segment.doc_count_all(), lengths, deleted, segment.is_compound()


def _segment(record: object) -> W3Segment:
    """Return the segment that ``record`` describes; raises ForeignPickleError when it describes none."""
    match record:
        case (str(segid), int(documents), dict(lengths), set(deleted), bool(compound)) if (
            _SEGMENT_ID.fullmatch(segid)
            and 0 <= documents < MAX_DOCUMENTS
            and all(isinstance(name, str) and isinstance(length, int) for name, length in lengths.items())
            and all(isinstance(each, int) and 0 <= each < documents for each in deleted)
        ):
            segment = W3Segment(W3Codec(), "MAIN", documents, segid, deleted or None)
            segment._fieldlengths = lengths
            segment.compound = compound
            return segment
    raise ForeignPickleError("the index lists something that is no segment; rebuild it")


disarm()
