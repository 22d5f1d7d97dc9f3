"""What every word of a text is found by, as numbers, chunk by chunk: ``walker``.

A chunk is what stands between two spaces or line feeds. Most chunks were met before, so a walk over a text is one look-up
a chunk. There are two tiers: C, which also reads chunks of plain Arabic letters itself, and Python.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import accumulate, chain, count
from operator import add, itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from analyzers import native, tokenizer
from analyzers.arabic.normalizer import PLAIN_LETTERS, PLAIN_MARKS, normalize
from analyzers.chains import Chain
from analyzers.characters import FORMULAS, JOINERS, MARKS

if TYPE_CHECKING:
    import analyzers._walking as _walking

# A chunk takes some 150 bytes in C with its terms, 400 in Python. Of the 3.2 million chunks of 10,000 articles 290,000 are different.
MAX_CHUNKS: Final = 1 << 19
MAX_CHUNKS_IN_PYTHON: Final = 200_000
MAX_LETTERS: Final = 64

Given = tuple[str | int | None, ...]
"""What a chunk gives, flat: of each of its words the exact term, the stem (None: a stop word) and where it starts in the chunk."""

Walked = tuple[bytes, bytes, bytes, list[str | None]]
"""The numbers of the exact terms, of the stems, and the starts of all words, four bytes each; the vocabulary."""

_OTHER, _SEPARATOR, _MARK = range(3)
_CODES: Final = 0x2100  # all Arabic letters and marks, Latin, and most of what stands round words


class Walker(Protocol):
    """Walks over texts, one at a time."""

    def walk(self, text: str) -> Walked:
        """Return the words of ``text`` as numbers of terms in a vocabulary, where 0 is None."""


def walker(work_out: Callable[[str], Given], arabic: Chain) -> Walker:
    """Return a walker in C where that was built, else one in Python; ``work_out`` says what a chunk gives."""
    load_extension: type[_walking.Walker] | None = native.load_extension("analyzers._walking", "Walker")
    return (
        load_extension(kinds(), arabic.stem, arabic.stop_words, work_out, MAX_CHUNKS)
        if load_extension
        else PythonWalker(work_out, MAX_CHUNKS_IN_PYTHON)
    )


class PythonWalker:
    """Walks over texts in Python."""

    def __init__(self, work_out: Callable[[str], Given], most: int) -> None:
        self._work_out = work_out
        self._most = most
        self._chunks = _Chunks(work_out, 2 * most)

    def walk(self, text: str) -> Walked:
        """Return the words of ``text`` as numbers of terms in a vocabulary, where 0 is None."""
        if len(self._chunks) > self._most or len(self._chunks.vocabulary) > 2 * self._most:
            self._chunks = _Chunks(self._work_out, 2 * self._most)
        chunks = tokenizer.chunks(text)
        found = list(map(self._chunks.__getitem__, chunks))
        flat: list[Any] = list(chain.from_iterable(found))
        begins = map(add, accumulate(map(len, chunks), initial=0), count())
        places = zip(begins, map(_starts_in, found), strict=False)  # the last beginning is the end of the text
        starts = [begin + start for begin, starts in places for start in starts]
        exact, stems, starts_held = (array("I", each).tobytes() for each in (flat[_EXACT], flat[_STEMS], starts))
        return exact, stems, starts_held, self._chunks.vocabulary


_EXACT, _STEMS = slice(0, None, 3), slice(1, None, 3)
_starts_in: Callable[[Any], tuple[int, ...]] = itemgetter(slice(2, None, 3))


class _Chunks(dict[str, tuple[int, ...]]):
    """What chunks give, as numbers; worked out when looked up, and remembered for at most ``most`` short ones."""

    def __init__(self, work_out: Callable[[str], Given], most: int) -> None:
        super().__init__({"": ()})
        self._work_out = work_out
        self._most = most
        self._numbers: dict[str | int | None, int] = {None: 0}
        self.vocabulary: list[str | None] = [None]

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        given: list[Any] = list(self._work_out(chunk))
        given[_EXACT] = map(self._number, given[_EXACT])
        given[_STEMS] = map(self._number, given[_STEMS])
        found = tuple(given)
        if len(chunk) <= MAX_LETTERS and len(self) <= self._most:
            self[chunk] = found
        return found

    def _number(self, term: str | None) -> int:
        number = self._numbers.setdefault(term, len(self.vocabulary))
        if number == len(self.vocabulary):
            self.vocabulary.append(term)
        return number


def kinds() -> bytes:
    """Return for each of the first characters of Unicode what it is to the walker in C, two bytes each.

    A letter of the Arabic alphabet is the letter that it is compared by. A separator is no part of any word, wherever it stands;
    about any other character the tokenizer has to be asked.
    """
    table = array("H", [_OTHER]) * _CODES
    inside = MARKS | JOINERS | set(FORMULAS)
    for code in range(_CODES):
        character = chr(code)
        if not (character.isalnum() or character == "_" or character in inside):
            table[code] = _SEPARATOR
    for mark in PLAIN_MARKS:
        table[ord(mark)] = _MARK
    for letter in PLAIN_LETTERS:
        table[ord(letter)] = ord(normalize(letter))
    return table.tobytes()
