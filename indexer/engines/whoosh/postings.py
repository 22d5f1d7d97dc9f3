"""The terms and postings of a segment as Whoosh walks over them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import whoosh.codec.base
import whoosh.formats
import whoosh.matching
import whoosh.query.spans
import whoosh.reading
import whoosh.system
from whoosh.util.numeric import byte_to_length

from indexer import kernels
from indexer.engines.whoosh.schema import term_bytes
from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

"""The frequency byte of a posting whose frequency stands in the overflow."""

LENGTHS: Final[tuple[int, ...]] = tuple(byte_to_length(step) for step in range(256))
"""The length of a field for each byte that stands for one."""

TERMS_AT_ONCE: Final = 4096


class TermsReader(whoosh.codec.base.TermsReader):
    """The terms of a segment, field by field, and their postings."""

    def __init__(self, segment: SegmentReader) -> None:
        self._segment = segment
        self._fields = sorted(segment.file.fields)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        name, text = term
        return name in self._segment.file.fields and self._segment.field(name).find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of the fields that have terms, sorted."""
        return self._fields

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        """Return a place in the terms of a field that can be moved."""
        return Cursor(self._segment, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield all terms, with their fields."""
        for name in self._fields:
            yield from ((name, text) for _, text in texts(self._segment, name))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field from ``prefix`` on, then those of the fields behind it."""
        for name in self._fields[bisect_left(self._fields, fieldname) :]:
            first = self._segment.field(name).lower_bound(prefix) if name == fieldname else 0
            yield from ((name, text) for _, text in texts(self._segment, name, first))

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield all terms with what is known of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield what :meth:`terms_from` does, with what is known of each."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """Return what is known of a term; raises KeyError when there is none."""
        return Postings(self._segment, fieldname, self._number(fieldname, text)).info()

    def frequency(self, fieldname: str, text: bytes) -> int:
        """Return how often a term occurs; raises KeyError when there is none."""
        return self._segment.field(fieldname).weight(self._number(fieldname, text))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return in how many documents a term occurs; raises KeyError when there is none."""
        return self._segment.field(fieldname).frequency(self._number(fieldname, text))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Matcher:
        """Return the postings of a term as Whoosh walks over them; raises TermNotFound."""
        try:
            number = self._number(fieldname, text)
        except KeyError as problem:
            raise whoosh.reading.TermNotFound(f"No term {fieldname}:{text!r}") from problem
        return Matcher(Postings(self._segment, fieldname, number), format_, (fieldname, text), scorer)

    def _number(self, fieldname: str, text: bytes) -> int:
        number = self._segment.field(fieldname).find(text)
        if number < 0:
            raise KeyError((fieldname, text))
        return number


def texts(segment: SegmentReader, field: str, first: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield the numbers and the bytes of the terms of a field from ``first`` to before ``end``."""
    arrays = segment.arrays(field)
    count = len(arrays.term_ends) - 1
    for begin in range(first, count if end is None else min(end, count), TERMS_AT_ONCE):
        stop = min(begin + TERMS_AT_ONCE, count if end is None else end)
        ends = arrays.term_ends[begin : stop + 1].tolist()
        content = arrays.terms[ends[0] : ends[-1]].tobytes()
        for number, (start, last) in enumerate(pairwise(ends), begin):
            yield number, content[start - ends[0] : last - ends[0]]


class Cursor(whoosh.codec.base.FieldCursor):
    """A place in the sorted terms of a field."""

    def __init__(self, segment: SegmentReader, name: str, field: Any) -> None:
        self._segment = segment
        self._name = name
        self._field = field
        self._terms = segment.field(name)
        self._at = 0

    def first(self) -> Any:
        """Go to the first term; return it."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> Any:
        """Go to the first term that is not before ``term``; return it."""
        self._at = self._terms.lower_bound(term if isinstance(term, bytes) else self._field.to_bytes(term))
        return self.text()

    def next(self) -> Any:
        """Go to the next term; return it."""
        self._at = min(self._at + 1, self._terms.count)
        return self.text()

    def text(self) -> Any:
        """Return the term at this place, ``None`` behind the last one."""
        return self._field.from_bytes(self._terms.term(self._at)) if self.is_valid() else None

    term = text

    def term_info(self) -> Any:
        """Return what is known of the term at this place."""
        return Postings(self._segment, self._name, self._at).info() if self.is_valid() else None

    def is_valid(self) -> bool:
        """Say whether there is a term at this place."""
        return self._at < self._terms.count

    def within(self, text: str, distance: int, prefix: int) -> Iterator[str]:
        """Yield the terms at most ``distance`` letters away that share the first ``prefix`` ones."""
        terms, from_bytes = self._terms, self._field.from_bytes
        return (from_bytes(terms.term(number)) for number in terms.within(term_bytes(text), distance, prefix))


# -- postings


class Postings:
    """The postings of one term of a segment; nothing of it changes, what is dear is read when it is asked for."""

    def __init__(self, segment: SegmentReader, field: str, number: int) -> None:
        self._arrays = segment.arrays(field)
        self._field = segment.field(field)
        self._scorable = segment.file.fields[field].scorable
        self._number = number
        self._first = int(self._arrays.starts[number])
        self._end = int(self._arrays.starts[number + 1])
        self._last_document = segment.documents - 1

    @cached_property
    def documents(self) -> list[int]:
        """The numbers of its documents, rising."""
        documents: list[int] = self._arrays.docs[self._first : self._end].tolist()
        if documents and max(documents) > self._last_document:
            raise IndexDamagedError(f"document {max(documents)} of {self._last_document + 1}; rebuild the index")
        return documents

    @cached_property
    def frequencies(self) -> list[int]:
        """How often it occurs in each of them."""
        frequencies: list[int] = self._frequencies.tolist()
        return frequencies

    @cached_property
    def _frequencies(self) -> Array:
        arrays = self._arrays
        counts = arrays.tfs[self._first : self._end].astype(np.uint32)
        many = np.flatnonzero(counts == kernels.OVERFLOW_MARK)
        at = np.searchsorted(arrays.tf_over_at, many + self._first)
        for row, over in zip(many.tolist(), at.tolist(), strict=True):
            if over < len(arrays.tf_over_at) and int(arrays.tf_over_at[over]) == row + self._first:
                counts[row] = arrays.tf_over[over]
        return counts

    @cached_property
    def _ends(self) -> Array:
        return np.cumsum(self._frequencies, dtype=np.int64)

    def positions(self, row: int) -> list[int]:
        """Return where it stands in the document of a posting; raises IndexDamagedError."""
        starts, positions = self._arrays.position_starts, self._arrays.positions
        if starts is None or positions is None:
            return []
        end = int(starts[self._number]) + int(self._ends[row])
        if end > int(starts[self._number + 1]) or end > len(positions):
            raise IndexDamagedError("the positions of a term are not what was written; rebuild the index")
        places: list[int] = positions[end - int(self._frequencies[row]) : end].tolist()
        return places

    def info(self) -> Any:
        """Return what Whoosh knows of a term."""
        counts = self._frequencies
        return whoosh.reading.TermInfo(
            weight=float(counts.sum()),
            df=len(counts),
            minlength=self.lengths[0],
            maxlength=self.lengths[1],
            maxweight=self.most,
            minid=self.documents[0] if self.documents else None,
            maxid=self.documents[-1] if self.documents else 0,
        )

    @cached_property
    def most(self) -> float:
        """How often it occurs where it occurs most."""
        return float(self._frequencies.max(initial=0))

    @cached_property
    def lengths(self) -> tuple[int, int]:
        """The shortest and the longest field it stands in, in Whoosh's steps; 0 for a field without lengths."""
        if not self._scorable or not self.documents:
            return 0, 0
        lengths = self._arrays.lengths[self._arrays.docs[self._first : self._end]]
        return LENGTHS[int(lengths.min())], LENGTHS[int(lengths.max())]


class Matcher(whoosh.matching.LeafMatcher):
    """The postings of a term, one after another; they are one block to Whoosh."""

    def __init__(self, postings: Postings, format_: Any, term: tuple[str, bytes], scorer: Any, row: int = 0) -> None:
        self._postings = postings
        self._documents = postings.documents
        self._row = row
        self._term = term
        self.format = format_
        self.scorer = scorer

    def is_active(self) -> bool:
        """Say whether it stands on a posting."""
        return self._row < len(self._documents)

    def reset(self) -> None:
        """Go to the first posting."""
        self._row = 0

    def copy(self) -> Matcher:
        """Return another one at the same place."""
        return Matcher(self._postings, self.format, self._term, self.scorer, self._row)

    def id(self) -> int:
        """Return the number of the document; behind the last one still that one's, as Whoosh's matchers rely on."""
        documents, row = self._documents, self._row
        return documents[row] if row < len(documents) else documents[-1]

    def all_ids(self) -> Iterator[int]:
        """Return the numbers of the documents from here on."""
        return iter(self._documents[self._row :])

    def next(self) -> bool:
        """Go to the next posting."""
        if not self.is_active():
            raise whoosh.matching.ReadTooFar
        self._row += 1
        return not self.is_active()

    def skip_to(self, id: int) -> bool:
        """Go to the first posting from here on whose document is not before ``id``."""
        if not self.is_active():
            raise whoosh.matching.ReadTooFar
        self._row = bisect_left(self._documents, id, self._row)
        return not self.is_active()

    def skip_to_quality(self, minquality: float) -> int:
        """Go behind the last posting when none can score more than ``minquality``."""
        if not self.is_active() or self.block_quality() > minquality:
            return 0
        self._row = len(self._documents)
        return 1

    def weight(self) -> float:
        """Return how often the term occurs in the document."""
        return float(self._postings.frequencies[self._row])

    # -- what else is known of a posting

    def value_as(self, astype: str) -> Any:
        """Return the frequency, weight or positions of the term in the document."""
        if not self.supports(astype):
            raise AttributeError(f"{self.format!r} has no {astype}")
        match astype:
            case "frequency":
                return self._postings.frequencies[self._row]
            case "weight":
                return self.weight()
            case "positions":
                return self._postings.positions(self._row)
            case "position_boosts":
                return [(position, 1.0) for position in self._postings.positions(self._row)]
        return super().value_as(astype)

    def items_as(self, astype: str) -> Iterator[tuple[int, Any]]:
        """Yield the documents from here on with the value of each."""
        while self.is_active():
            yield self.id(), self.value_as(astype)
            self.next()

    def value(self) -> bytes:
        """Return the posting as the field's format would keep it."""
        packed: bytes
        if self.supports("positions"):
            packed = self.format.encode(self._postings.positions(self._row))
        elif isinstance(self.format, whoosh.formats.Existence):
            packed = b""
        else:
            packed = whoosh.system.pack_uint(self._postings.frequencies[self._row])
        return packed

    def spans(self) -> list[Any]:
        """Return the places of the term in the document; raises AttributeError for a field without positions."""
        return [whoosh.query.spans.Span(position) for position in self.value_as("positions")]

    # -- the block

    def block_min_id(self) -> int:
        """Return the number of the first document."""
        return self._documents[0]

    def block_max_id(self) -> int:
        """Return the number of the last document."""
        return self._documents[-1]

    def block_min_length(self) -> int:
        """Return the length of the shortest field the term stands in."""
        return self._postings.lengths[0]

    def block_max_length(self) -> int:
        """Return the length of the longest field the term stands in."""
        return self._postings.lengths[1]

    def block_max_weight(self) -> float:
        """Return how often the term occurs where it occurs most."""
        return self._postings.most
