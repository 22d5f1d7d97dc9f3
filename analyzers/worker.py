"""How texts go to another process that analyses them, and how their terms come back: ``work`` is that process.

What goes through the pipes is text and numbers, so that nothing has to be unpickled. Each process has a vocabulary of
its own; with an answer come the terms that are new in it.
"""

from __future__ import annotations

import signal
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import IO, Final

from analyzers.analyzer import Analyzer, analyzer_for
from analyzers.tokens import AnalyzedText, EncodedTerms

_PARTS: Final = 6
"""The parts of a run of texts that have one vocabulary: whether it is a new one, its new terms, then see :class:`_Run`."""


def work() -> None:
    """Answer requests on standard input until it ends: texts in, their terms out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks is interrupted too, and then the input ends
    sender = AnswerEncoder(analyzer_for("ar"))
    while request := receive(sys.stdin.buffer):
        send(sys.stdout.buffer, sender.answer(decode_texts(request)))


# -- parts: byte strings, each with its length before it


def send(pipe: IO[bytes], parts: Sequence[bytes]) -> None:
    """Write ``parts``, at least one."""
    pipe.write(array("Q", [len(parts), *map(len, parts)]).tobytes())
    for part in parts:
        pipe.write(part)
    pipe.flush()


def receive(pipe: IO[bytes]) -> list[bytes]:
    """Return the parts that were sent; none at the end. Raises EOFError in the middle."""
    head = pipe.read(8)
    if not head:
        return []
    head += _exactly(pipe, 8 - len(head))
    sizes = array("Q", _exactly(pipe, 8 * array("Q", head)[0]))
    return [_exactly(pipe, size) for size in sizes]


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found


def encode_texts(texts: Iterable[str]) -> list[bytes]:
    """Return texts as bytes; a lone surrogate passes through."""
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def decode_texts(parts: Iterable[bytes]) -> list[str]:
    """Return the texts that :func:`encode_texts` packed."""
    return [part.decode("utf-8", "surrogatepass") for part in parts]


# -- terms


class _Run:
    """Texts that have one vocabulary: how many words each has, and of all words the two terms and the starts."""

    def __init__(self, vocabulary: list[str | None]) -> None:
        self.vocabulary = vocabulary
        self.counts, self.exact, self.stems, self.starts = (array("I") for _ in range(4))

    def add(self, terms: AnalyzedText) -> None:
        """Add the words of a text."""
        self.counts.append(len(terms.starts))
        self.exact += terms.exact.numbers
        self.stems += terms.stems.numbers
        self.starts += terms.starts

    def parts(self) -> Iterator[bytes]:
        """Yield the numbers as bytes."""
        return (each.tobytes() for each in (self.counts, self.exact, self.stems, self.starts))


class AnswerEncoder:
    """Answers with the terms of texts, and remembers which terms its receiver knows."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._vocabulary: list[str | None] = []
        self._sent = 0

    def answer(self, texts: Iterable[str]) -> list[bytes]:
        """Return the terms of ``texts`` for the receiver."""
        runs: list[_Run] = []
        for text in texts:
            terms = self._analyzer.analyze(text)
            vocabulary = terms.exact.vocabulary
            if not runs or runs[-1].vocabulary is not vocabulary:
                runs.append(_Run(vocabulary))
            runs[-1].add(terms)
        return [part for run in runs for part in (*self._new_terms(run.vocabulary), *run.parts())]

    def _new_terms(self, vocabulary: list[str | None]) -> tuple[bytes, bytes]:
        """Return whether the vocabulary is a new one, and its terms that were not sent yet."""
        is_new = vocabulary is not self._vocabulary
        terms = islice(vocabulary, 1 if is_new else self._sent, None)
        self._vocabulary, self._sent = vocabulary, len(vocabulary)
        return bytes([is_new]), "\n".join(map(str, terms)).encode("utf-8", "surrogatepass")


class AnswerDecoder:
    """Reads the answers of one sender, all of them in order."""

    def __init__(self) -> None:
        self._vocabulary: list[str | None] = [None]

    def terms(self, answer: Sequence[bytes]) -> Iterator[AnalyzedText]:
        """Yield the terms of each text."""
        for at in range(0, len(answer), _PARTS):
            is_new, new_terms, *numbers = answer[at : at + _PARTS]
            if is_new[0]:
                self._vocabulary = [None]
            if new_terms:
                self._vocabulary += new_terms.decode("utf-8", "surrogatepass").split("\n")
            counts, exact, stems, starts = (array("I", each) for each in numbers)
            for begin, end in pairwise(_ends(counts)):
                yield AnalyzedText(
                    EncodedTerms(exact[begin:end], self._vocabulary),
                    EncodedTerms(stems[begin:end], self._vocabulary),
                    starts[begin:end],
                )


def _ends(counts: Iterable[int]) -> Iterator[int]:
    end = 0
    yield end
    for each in counts:
        end += each
        yield end
