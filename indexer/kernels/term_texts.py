"""Texts of the terms of an article: the tokens of its terms with blanks between, for an index that takes such texts.

Terms are numbers in a vocabulary, 0 a gap, and ``tokens`` has the token of each as bytes. An article of 330 words is
2,000 tokens, so this is done in C where the extension was built: in .03 ms, and in .35 by Python.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from analyzers import load_extension

NO_TERM: Final = 0
_BAR: Final = "|"

_term_texts_in_c = load_extension("indexer.kernels._native", "term_texts")


class Weighting(NamedTuple):
    """How terms count: what a place in the title adds, and the early frequency of a term by its first place in the body.

    ``early_frequencies`` has that of the places from each of ``bounds`` on, where the next bound has not begun. The first
    bound is 0. A term of the title alone has 1.
    """

    title_bonus: int
    bounds: array[int]
    early_frequencies: array[int]


class TermTexts(NamedTuple):
    """What is written of the terms of an article.

    ``counts`` has each token once with a bar and its weighted frequency, ``early`` with its early one. ``places`` has the
    token of each position, the mark in place of the last gap of the title, ``title`` those of the title without
    the gaps at its end. ``numbers`` are those of all terms, each once (uint32).
    """

    counts: bytes
    early: bytes
    places: bytes
    title: bytes
    numbers: npt.NDArray[np.uint32]


def term_texts(
    numbers: array[int], body_start: int, tokens: list[bytes], mark: bytes, weighting: Weighting
) -> TermTexts:
    """Return the texts of an article, by the number of the term at each position; the body begins at ``body_start``."""
    make = _term_texts_in_c or term_texts_in_python
    counts, early, places, title, found = make(numbers, body_start, tokens, mark, *weighting)
    return TermTexts(counts, early, places, title, np.frombuffer(found, np.uint32))


def term_texts_in_python(
    numbers: array[int],
    body_start: int,
    tokens: list[bytes],
    mark: bytes,
    title_bonus: int,
    bounds: array[int],
    early_frequencies: array[int],
) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Return what the function in C returns: the fields of :class:`TermTexts`."""
    title, body = numbers[:body_start].tolist(), numbers[body_start:].tolist()
    frequencies = _weighted_frequencies(title, body, title_bonus)
    early = _early_frequencies(title, body, bounds, early_frequencies)
    if title[-1:] == [NO_TERM]:
        title.pop()
    places = b" ".join([*_tokens_of(title, tokens), mark, *_tokens_of(body, tokens)])
    while title[-1:] == [NO_TERM]:
        title.pop()
    found = array("I", frequencies).tobytes()
    return _counts(frequencies, tokens), _counts(early, tokens), places, b" ".join(_tokens_of(title, tokens)), found


def _tokens_of(numbers: Iterable[int], tokens: Sequence[bytes]) -> Iterable[bytes]:
    return map(tokens.__getitem__, numbers)


def _weighted_frequencies(title: Sequence[int], body: Sequence[int], title_bonus: int) -> dict[int, int]:
    frequencies = Counter(title)
    for each in frequencies:
        frequencies[each] += title_bonus
    frequencies.update(body)
    frequencies.pop(NO_TERM, None)
    return frequencies


def _early_frequencies(
    title: Sequence[int], body: Sequence[int], bounds: Sequence[int], frequencies: Sequence[int]
) -> dict[int, int]:
    found = dict.fromkeys(chain(title, body), 1)
    ends = [*bounds, len(body)][1:]
    # From the last step to the first, so that of several places of a term the first one counts.
    for begin, end, frequency in reversed([*zip(bounds, ends, frequencies, strict=True)]):
        found.update(dict.fromkeys(body[begin:end], frequency))
    found.pop(NO_TERM, None)
    return found


def _counts(frequencies: Mapping[int, int], tokens: Sequence[bytes]) -> bytes:
    """Return the tokens of terms, each with its frequency behind a bar."""
    counts = [f"{_BAR}{frequency} ".encode() for frequency in frequencies.values()]
    return b"".join(chain.from_iterable(zip(_tokens_of(frequencies, tokens), counts, strict=True)))[:-1]
