"""Term interner: gives each distinct term of a field an id, in the order in which terms are first seen.

Id 0 is the gap, a position without a term (``None``). Terms of equal bytes are one term.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from analyzers import EncodedTerms
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.dictionary import Dictionary

Term: TypeAlias = str | bytes | None

_UNKNOWN: Final = 0xFFFFFFFF
_MAX_TABLES: Final = 32  # source vocabularies known at once: one for each process that analyses, up to so many
_SOURCE_TERM_BYTES: Final = 50  # half of what Python takes for a term of a source: two fields share its list
_TERM_BYTES: Final = 140  # what Python takes for a term: a key, a number, an entry of a dict; its bytes come on top


class TermInterner:
    """The id of each term of a field."""

    def __init__(self) -> None:
        self._ids = _TermIds()
        self._tables: deque[tuple[list[str | None], Array]] = deque(maxlen=_MAX_TABLES)

    def ids(self, terms: Sequence[Term]) -> array[int]:
        """Return the ids of ``terms``, new ones for new terms. Raises TypeError for a value of another type."""
        if isinstance(terms, EncodedTerms):
            return self._remap(terms)
        return array("I", map(self._ids.__getitem__, terms))

    def dictionary(self) -> Dictionary:
        """Return all terms by their ids. No term can be added while the dictionary is in use."""
        return Dictionary(np.frombuffer(self._ids.content, np.uint8), np.frombuffer(self._ids.ends, np.uint32))

    @property
    def memory_bytes(self) -> int:
        """An estimate of the memory in use."""
        own = 3 * len(self._ids.content) + _TERM_BYTES * len(self._ids.ends)
        return own + sum(table.nbytes + _SOURCE_TERM_BYTES * len(terms) for terms, table in self._tables)

    def _remap(self, terms: EncodedTerms) -> array[int]:
        """Return the ids of terms that come as ids of another vocabulary. Raises IndexError for an unknown source id."""
        source_ids = np.frombuffer(terms.term_ids, np.uint32)
        table = self._table(terms.vocabulary)
        ids = table.take(source_ids)
        if ids.size and ids.max() == _UNKNOWN:
            for source_id in source_ids[ids == _UNKNOWN].tolist():
                table[source_id] = self._ids[terms.vocabulary[source_id]]
            ids = table.take(source_ids)
        return array("I", ids.tobytes())

    def _table(self, source: list[str | None]) -> Array:
        """Return the array that maps the ids of a source vocabulary to ours, with an entry for each of its terms."""
        for at, (vocabulary, table) in enumerate(self._tables):
            if vocabulary is source:
                if len(table) < len(source):
                    table = np.append(table, np.full(len(source), _UNKNOWN, np.uint32))
                    self._tables[at] = vocabulary, table
                return table
        table = np.full(2 * len(source), _UNKNOWN, np.uint32)
        self._tables.append((source, table))
        return table


class _TermIds(dict[Term, int]):
    """Ids by term: looking a new term up adds it. Term t is ``content[ends[t]:ends[t + 1]]``."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self.content = bytearray()
        self.ends = array("I", [0, 0])

    def __missing__(self, term: Term) -> int:
        try:
            self.content += term.encode()  # type: ignore[union-attr]  # the common case at once
        except (AttributeError, UnicodeEncodeError):
            term_id = self._id_of_unusual(term)
        else:
            ends = self.ends
            ends.append(len(self.content))
            term_id = len(ends) - 2
        self[term] = term_id
        return term_id

    def _id_of_unusual(self, term: Term) -> int:
        """Return the id of bytes, or of text with surrogates: that of the text with the same bytes, if there is one."""
        if isinstance(term, str):
            return self[term.encode("utf-8", "replace").decode()]
        if not isinstance(term, bytes):
            raise TypeError(f"a term must be text or bytes, not {type(term).__name__}")
        try:
            return self[term.decode()]
        except UnicodeDecodeError:
            self.content += term
            self.ends.append(len(self.content))
            return len(self.ends) - 2
