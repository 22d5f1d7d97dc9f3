"""Stock Whoosh as the oracle: an index in memory by its own writer, and its searches with its plain bugs mended.

What is mended finds wrong documents, or raises, or scores a document by another one; each has a test that shows it.
Surprising scores are left as they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import whoosh.filedb.filestore
import whoosh.index
import whoosh.matching
import whoosh.query
import whoosh.query.qcolumns
from whoosh.matching import binary, combo, wrappers
from whoosh.query import compound

Fields = Mapping[str, Any]


class Answer(NamedTuple):
    """All that Whoosh finds: pairs of a score and a document number in order, and how many there are."""

    hits: list[tuple[Any, int]]
    total: int


def stock_index(schema: Any, batches: Sequence[Sequence[Fields]], deleted: Sequence[int]) -> Any:
    """Return an index in memory, a segment for each batch of documents, ``deleted`` ones marked afterwards."""
    # Its temporary files lie in one place for all indexes of a name, whatever process they are in.
    name = f"oracle{uuid.uuid4().hex}"
    index = whoosh.index.FileIndex.create(whoosh.filedb.filestore.RamStorage(), schema, name)
    for batch in batches:
        writer = index.writer()
        for fields in batch:
            writer.add_document(**fields)
        writer.commit(merge=False)
    if deleted:
        writer = index.writer()
        for document in deleted:
            writer.delete_document(document)
        writer.commit(merge=False)
    return index


def answer(searcher: Any, query: Any, **options: Any) -> Answer:
    """Return what Whoosh finds, looking at every match."""
    with mended():
        results = searcher.search(query, **{"limit": None, **options})
        return Answer([(score, document) for score, document in results.top_n], len(results))


# -- what is mended


@contextmanager
def mended() -> Iterator[None]:
    """Mend Whoosh's classes as long as the block lasts; for one thread at a time."""
    held = [(owner, name, owner.__dict__.get(name)) for owner, name, _ in _MENDED]
    for owner, name, better in _MENDED:
        setattr(owner, name, better)
    try:
        yield
    finally:
        for owner, name, old in held:
            if old is None:
                delattr(owner, name)
            else:
                setattr(owner, name, old)


def _find_first_not(self: Any) -> None:
    if self.a.is_active() and self.b.is_active():
        self._find_next()


def _skip_not(self: Any, document: int) -> None:
    if not self.a.is_active():
        raise whoosh.matching.ReadTooFar
    if document <= self.a.id():
        return
    self.a.skip_to(document)
    self._find_first()


_array_skip_to = combo.ArrayUnionMatcher.skip_to


def _skip_array(self: Any, document: int) -> None:
    if document > self._docnum:
        _array_skip_to(self, document)


def _find_next_inverse(self: Any) -> None:
    while self._id < self.limit:
        if self.child.is_active() and self.child.id() < self._id:
            self.child.skip_to(self._id)
        if not self.missing(self._id) and not (self.child.is_active() and self.child.id() == self._id):
            return
        self._id += 1


def _skip_both(self: Any, document: int) -> bool:
    if not self.a.is_active():
        raise whoosh.matching.ReadTooFar
    self.a.skip_to(document)
    if self.a.is_active() and self.b.is_active():
        self.b.skip_to(self.a.id())
    return False


_every_matcher = whoosh.query.Every.matcher
_constant_matcher = whoosh.query.ConstantScoreQuery.matcher
_column_matcher = whoosh.query.qcolumns.ColumnQuery.matcher


def _every(self: Any, searcher: Any, context: Any = None) -> Any:
    matcher = _every_matcher(self, searcher, context)
    return matcher if self.boost else wrappers.ConstantScoreWrapperMatcher(matcher, 0.0)


def _constant(self: Any, searcher: Any, context: Any = None) -> Any:
    matcher = _constant_matcher(self, searcher, context)
    return matcher if self.score else wrappers.ConstantScoreWrapperMatcher(matcher, 0.0)


def _column(self: Any, searcher: Any, context: Any = None) -> Any:
    matcher = _column_matcher(self, searcher, context)
    matcher._score = 1.0
    deleted = frozenset(filter(searcher.reader().is_deleted, range(searcher.doc_count_all())))
    return wrappers.FilterMatcher(matcher, deleted, exclude=True)


def _column_size(self: Any, reader: Any) -> int:
    return int(reader.doc_count_all())


_array_matcher = compound.PreloadedOr._matcher


def _preloaded(self: Any, subqueries: Any, searcher: Any, context: Any) -> Any:
    if context is None or context.weighting is not None:
        return compound.DefaultOr._matcher(self, subqueries, searcher, context)
    return _array_matcher(self, subqueries, searcher, context)


_MENDED: tuple[tuple[Any, str, Any], ...] = (
    (binary.AndNotMatcher, "_find_first", _find_first_not),
    (binary.AndNotMatcher, "skip_to", _skip_not),
    (binary.AndMaybeMatcher, "skip_to", _skip_both),
    (combo.ArrayUnionMatcher, "skip_to", _skip_array),
    (wrappers.InverseMatcher, "_find_next", _find_next_inverse),
    (whoosh.query.Every, "matcher", _every),
    (whoosh.query.ConstantScoreQuery, "matcher", _constant),
    (whoosh.query.qcolumns.ColumnQuery, "matcher", _column),
    (whoosh.query.qcolumns.ColumnQuery, "estimate_size", _column_size),
    (compound.PreloadedOr, "_matcher", _preloaded),
)
