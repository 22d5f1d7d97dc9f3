"""Terms and postings of a segment by Whoosh's interface: a terms reader, a cursor, matchers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import whoosh.codec.base
import whoosh.matching
import whoosh.reading

from indexer.errors import IndexDamagedError
from indexer.ranking.occurrences import FREQUENCY, MOST_FREQUENT
from indexer.storage.segment.lengths import LENGTHS
from indexer.storage.segment_reader import SegmentReader

TERMS_AT_ONCE: Final = 4096


class TermsReader(whoosh.codec.base.TermsReader):
    """The terms of a segment, field by field, and their postings. Unknown terms raise KeyError."""

    def __init__(self, segment: SegmentReader) -> None:
        self._segment = segment
        self._fields = sorted(segment.file.layout.fields)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        name, text = term
        return name in self._fields and self._segment.field(name).find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of the indexed fields, sorted."""
        return self._fields

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        """Return a cursor over the terms of a field."""
        return Cursor(self._segment, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield all terms with their fields."""
        for name in self._fields:
            yield from ((name, text) for _, text in texts(self._segment, name))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field from ``prefix`` on, then those of the fields after it."""
        for name in self._fields[bisect_left(self._fields, fieldname) :]:
            first = self._segment.field(name).lower_bound(prefix) if name == fieldname else 0
            yield from ((name, text) for _, text in texts(self._segment, name, first))

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield all terms with Whoosh's TermInfo of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield what :meth:`terms_from` yields, with Whoosh's TermInfo of each."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """Return Whoosh's TermInfo of a term."""
        return Postings(self._segment, fieldname, self._number(fieldname, text)).info

    def frequency(self, fieldname: str, text: bytes) -> int:
        """Return how often a term occurs."""
        return self._segment.field(fieldname).weight(self._number(fieldname, text))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return the number of documents in which a term occurs."""
        return self._segment.field(fieldname).frequency(self._number(fieldname, text))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> PostingMatcher:
        """Return a matcher over the postings of a term; raises TermNotFound."""
        try:
            number = self._number(fieldname, text)
        except KeyError as problem:
            raise whoosh.reading.TermNotFound(f"No term {fieldname}:{text!r}") from problem
        return PostingMatcher(Postings(self._segment, fieldname, number), format_, (fieldname, text), scorer)

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
    """A movable place in the sorted terms of a field; each move returns the term there, ``None`` behind the last."""

    def __init__(self, segment: SegmentReader, name: str, field: Any) -> None:
        self._segment = segment
        self._name = name
        self._field = field
        self._terms = segment.field(name)
        self._at = 0

    def first(self) -> Any:
        """Move to the first term."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> Any:
        """Move to the first term that is not before ``term``."""
        self._at = self._terms.lower_bound(term if isinstance(term, bytes) else self._field.to_bytes(term))
        return self.text()

    def next(self) -> Any:
        """Move to the next term."""
        self._at = min(self._at + 1, self._terms.count)
        return self.text()

    def text(self) -> Any:
        """Return the term at this place."""
        return self._field.from_bytes(self._terms.term(self._at)) if self.is_valid() else None

    term = text

    def term_info(self) -> Any:
        """Return Whoosh's TermInfo of the term at this place."""
        return Postings(self._segment, self._name, self._at).info if self.is_valid() else None

    def is_valid(self) -> bool:
        """Return whether there is a term at this place."""
        return self._at < self._terms.count


class Postings:
    """The postings of one term of a segment. Immutable; documents and frequencies are decoded on first access."""

    def __init__(self, segment: SegmentReader, field: str, number: int) -> None:
        self._segment = segment
        self._arrays = segment.arrays(field)
        self._field = segment.field(field)
        self._number = number
        self._range = slice(int(self._arrays.posting_offsets[number]), int(self._arrays.posting_offsets[number + 1]))

    @cached_property
    def documents(self) -> list[int]:
        """The numbers of its documents, rising."""
        documents: list[int] = self._arrays.docs[self._range].tolist()
        if max(documents, default=-1) >= self._segment.documents:
            raise IndexDamagedError(f"document {max(documents)} of {self._segment.documents}; rebuild the index")
        return documents

    @cached_property
    def frequencies(self) -> list[int]:
        """How often the term occurs in each of them."""
        arrays = self._arrays
        frequencies = (arrays.occurrences[self._range] & FREQUENCY).astype(np.uint32)
        rows = np.flatnonzero(frequencies == MOST_FREQUENT)
        at = np.searchsorted(arrays.tf_overflow_rows, rows + self._range.start)
        for row, over in zip(rows.tolist(), at.tolist(), strict=True):
            if over < len(arrays.tf_overflow_rows) and int(arrays.tf_overflow_rows[over]) == row + self._range.start:
                frequencies[row] = arrays.tf_overflow[over]
        counts: list[int] = frequencies.tolist()
        return counts

    def occurrence(self, row: int) -> int:
        """Return the occurrence byte of one of its postings."""
        return int(self._arrays.occurrences[self._range.start + row])

    def positions(self, document: int) -> list[int]:
        """Return the positions of the term in one of its documents."""
        return self._field.positions_in(self._number, document)

    @cached_property
    def info(self) -> Any:
        """Whoosh's TermInfo; lengths are in Whoosh's steps."""
        lengths = self._arrays.lengths[self._arrays.docs[self._range]]
        return whoosh.reading.TermInfo(
            weight=float(sum(self.frequencies)),
            df=len(self.frequencies),
            minlength=LENGTHS[lengths.min()] if len(lengths) else 0,
            maxlength=LENGTHS[lengths.max(initial=0)],
            maxweight=float(max(self.frequencies, default=0)),
            minid=self.documents[0] if self.documents else None,
            maxid=self.documents[-1] if self.documents else 0,
        )


class PostingMatcher(whoosh.matching.ListMatcher):
    """Whoosh's matcher over the postings of a term."""

    def __init__(self, postings: Postings, format_: Any, term: tuple[str, bytes], scorer: Any, row: int = 0) -> None:
        super().__init__(
            postings.documents, postings.frequencies, None, format_, scorer, row, None, term, postings.info
        )
        self._postings = postings
        self._i: int = row

    def copy(self) -> PostingMatcher:
        """Return another matcher at the same posting."""
        return PostingMatcher(self._postings, self._format, self._term, self._scorer, self._i)

    def id(self) -> int:
        """Return the number of the document; behind the last one still that, as Whoosh's matchers expect."""
        number: int = self._ids[min(self._i, len(self._ids) - 1)]
        return number

    def next(self) -> None:
        """Move to the next posting; raises ReadTooFar."""
        if not self.is_active():
            raise whoosh.matching.ReadTooFar
        self._i += 1

    def skip_to(self, id: int) -> None:
        """Move to the first posting from here on whose document is not before ``id``; raises ReadTooFar."""
        if not self.is_active():
            raise whoosh.matching.ReadTooFar
        self._i = bisect_left(self._ids, id, self._i)

    def all_ids(self) -> Iterator[int]:
        """Return the numbers of the documents from here on."""
        return iter(self._ids[self._i :])

    def occurrence(self) -> int:
        """Return the occurrence byte of the posting, which :class:`.weighting.Weighting` scores by."""
        return self._postings.occurrence(self._i)

    def block_max_weight(self) -> float:
        """Return how often the term occurs where it occurs most."""
        weight: float = self._terminfo.max_weight()
        return weight

    def value_as(self, astype: str) -> Any:
        """Return the ``frequency``, ``weight`` or ``positions`` of the term in the document."""
        if not self.supports(astype):
            raise AttributeError(f"{self._format!r} has no {astype}")
        match astype:
            case "positions":
                return self._postings.positions(self.id())
            case "position_boosts":
                return [(position, 1.0) for position in self._postings.positions(self.id())]
        return self.weight()

    def spans(self) -> list[Any]:
        """Return the positions as Whoosh's spans; raises AttributeError for a field without positions."""
        return [whoosh.query.spans.Span(position) for position in self.value_as("positions")]
