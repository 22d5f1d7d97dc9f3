"""The terms of a field as documents come in: each gets a number when it is first seen."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from indexer.engines.whoosh import kernels

Term: TypeAlias = str | bytes | None

_TERM_BYTES: Final = 180  # what Python holds for a term: a key, its bytes, a place in a dict and a list


class Vocabulary(dict[Term, int]):
    """The number of each term, given when it is first seen; ``None`` has 0. Terms of equal bytes are one."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self.encoded: list[bytes] = [b""]
        self._measured = 0
        self._size = 0

    def __missing__(self, term: Term) -> int:
        try:
            encoded = term.encode()  # type: ignore[union-attr]  # the common case at once
        except (AttributeError, UnicodeEncodeError):
            number = self._unusual(term)
        else:
            number = len(self.encoded)
            self.encoded.append(encoded)
        self[term] = number
        return number

    def _unusual(self, term: Term) -> int:
        """Return the number of a term that is no text of UTF-8: the one of the text that has its bytes."""
        if isinstance(term, str):
            return self[term.encode("utf-8", "replace").decode()]
        if not isinstance(term, bytes):
            raise TypeError(f"a term must be text or bytes, not {type(term).__name__}")
        try:
            return self[term.decode()]
        except UnicodeDecodeError:
            self.encoded.append(term)
            return len(self.encoded) - 1

    @property
    def memory_bytes(self) -> int:
        """What the terms take, about."""
        self._size += 2 * sum(map(len, self.encoded[self._measured :]))
        self._measured = len(self.encoded)
        return self._size + _TERM_BYTES * len(self.encoded)


def numbers_by(vocabulary: Vocabulary) -> Callable[[Sequence[Term]], array[int]]:
    """Return what gives the numbers of terms: in C where that was built, it knows a term by its address."""
    try:
        if kernels.TIER != "native":
            raise ImportError
        from indexer.engines.whoosh.segment._numbering import Numbers
    except ImportError:
        return lambda terms: array("I", list(map(vocabulary.__getitem__, terms)))
    numbers_of = Numbers(vocabulary).of
    return lambda terms: array("I", numbers_of(terms))
