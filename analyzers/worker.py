"""Messages between a process and the workers that analyse texts for it.

A message is a list of byte strings, texts or numbers, so that nothing has to be unpickled. Each process keeps a
vocabulary of its own; an answer carries the terms that are new in the worker's.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import IO, Final

from analyzers.tokens import AnalyzedText, EncodedTerms

_PARTS_OF_BATCH: Final = 6
"""A batch in an answer: whether its vocabulary is a new one, the vocabulary's new terms, then :meth:`_Batch.parts`."""


# A message is the number of its parts, the size of each (uint64), then the parts.


def send(pipe: IO[bytes], parts: Sequence[bytes]) -> None:
    """Write a message of at least one part."""
    pipe.write(array("Q", [len(parts), *map(len, parts)]).tobytes())
    for part in parts:
        pipe.write(part)
    pipe.flush()


def receive(pipe: IO[bytes]) -> list[bytes]:
    """Return the parts of the next message; none at the end of the pipe. Raises EOFError where a message breaks off."""
    head = pipe.read(8)
    if not head:
        return []
    head += _read_exactly(pipe, 8 - len(head))
    sizes = array("Q", _read_exactly(pipe, 8 * array("Q", head)[0]))
    return [_read_exactly(pipe, size) for size in sizes]


def _read_exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content


def encode_texts(texts: Iterable[str]) -> list[bytes]:
    """Return texts as the parts of a request; lone surrogates pass through."""
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def decode_texts(parts: Iterable[bytes]) -> list[str]:
    """Return the texts that :func:`encode_texts` encoded."""
    return [part.decode("utf-8", "surrogatepass") for part in parts]


# -- answers


class _Batch:
    """Analysed texts that share a vocabulary: how many words each has, and the terms and starts of all words."""

    def __init__(self, vocabulary: list[str | None]) -> None:
        self.vocabulary = vocabulary
        self.counts, self.exact, self.stems, self.starts = (array("I") for _ in range(4))

    def add(self, text: AnalyzedText) -> None:
        """Add the words of a text."""
        self.counts.append(len(text.starts))
        self.exact += text.exact.term_ids
        self.stems += text.stems.term_ids
        self.starts += text.starts

    def parts(self) -> Iterator[bytes]:
        """Yield the four arrays as bytes."""
        return (numbers.tobytes() for numbers in (self.counts, self.exact, self.stems, self.starts))


class AnswerEncoder:
    """Encodes the terms of texts as answers, for one :class:`AnswerDecoder` that gets all of them in order."""

    def __init__(self) -> None:
        self._vocabulary: list[str | None] = []
        self._sent = 0

    def encode(self, texts: Iterable[AnalyzedText]) -> list[bytes]:
        """Return the answer to a request: a batch for each vocabulary that the analyzer used."""
        batches: list[_Batch] = []
        for text in texts:
            vocabulary = text.exact.vocabulary
            if not batches or batches[-1].vocabulary is not vocabulary:
                batches.append(_Batch(vocabulary))
            batches[-1].add(text)
        return [part for batch in batches for part in (*self._new_terms(batch.vocabulary), *batch.parts())]

    def _new_terms(self, vocabulary: list[str | None]) -> tuple[bytes, bytes]:
        """Return whether the vocabulary is a new one, and its terms that were not sent yet."""
        is_new = vocabulary is not self._vocabulary
        terms = islice(vocabulary, 1 if is_new else self._sent, None)
        self._vocabulary, self._sent = vocabulary, len(vocabulary)
        return bytes([is_new]), "\n".join(map(str, terms)).encode("utf-8", "surrogatepass")


class AnswerDecoder:
    """Decodes the answers of one :class:`AnswerEncoder`, all of them in order."""

    def __init__(self) -> None:
        self._vocabulary: list[str | None] = [None]

    def decode(self, answer: Sequence[bytes]) -> Iterator[AnalyzedText]:
        """Yield the terms of each text."""
        for first in range(0, len(answer), _PARTS_OF_BATCH):
            is_new, new_terms, *numbers = answer[first : first + _PARTS_OF_BATCH]
            if is_new[0]:
                self._vocabulary = [None]
            if new_terms:
                self._vocabulary += new_terms.decode("utf-8", "surrogatepass").split("\n")
            counts, exact, stems, starts = (array("I", part) for part in numbers)
            for begin, end in pairwise(accumulate(counts, initial=0)):
                yield AnalyzedText(
                    EncodedTerms(exact[begin:end], self._vocabulary),
                    EncodedTerms(stems[begin:end], self._vocabulary),
                    starts[begin:end],
                )
