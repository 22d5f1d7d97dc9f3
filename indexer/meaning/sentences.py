"""Nearest sentences: of an article that is found by meaning, the sentence that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from indexer.article import Article
from indexer.kernels.vectors import Vectors, cosines, quantize
from indexer.meaning.encoder import Encoder
from indexer.meaning.texts import LEAD_WORDS, PASSAGE_WORDS, STEP
from indexer.results.hits import Snippet

MAX_CHARS: Final = 260
"""A longer sentence is cut at the end of a word."""
LEAST_WORDS: Final = 4
"""What is shorter is a name or a place line, and shown with the sentence after it."""
MAX_KEPT: Final = 2048

_WORD: Final = re.compile(r"\S+")
_DOTS: Final = ".… "
"""Whoever prints a sentence that is cut out puts an ellipsis there."""
_END: Final = re.compile(r"[.!?؟…]+[\"'»”)]*(?=\s)|\n|$")


class Span(NamedTuple):
    """A stretch of a body, from offset to offset."""

    start: int
    end: int


class NearestSentences:
    """Chooses sentences; keeps the vectors of the last ones, since pages of a search and its reloads share them."""

    def __init__(self) -> None:
        self._kept = lru_cache(MAX_KEPT)(lambda fingerprint, text: _Slot())

    def of(self, articles: Mapping[str, tuple[Article, int]], vector: bytes, encoder: Encoder) -> dict[str, Snippet]:
        """Return the sentence of each article that is nearest to ``vector``, as a snippet of its body.

        An article comes with the number of its text that is nearest, as :func:`indexer.meaning.texts.texts_to_encode`
        counts them.
        """
        spans = {id_: list(sentences_in(article.body, number)) for id_, (article, number) in articles.items()}
        bodies = {id_: articles[id_][0].body for id_ in spans}
        doubtful = [bodies[id_][slice(*span)] for id_, own in spans.items() if len(own) > 1 for span in own]
        near = dict(zip(doubtful, self._cosines(doubtful, vector, encoder), strict=True))
        best = {
            id_: max(own, key=lambda span: near.get(bodies[id_][slice(*span)], 0.0))
            for id_, own in spans.items()
            if own
        }
        return {id_: _snippet(bodies[id_], best.get(id_, Span(0, 0))) for id_ in spans}

    def _cosines(self, texts: Sequence[str], vector: bytes, encoder: Encoder) -> list[float]:
        slots = [self._kept(encoder.fingerprint, text) for text in texts]
        if missing := [(slot, text) for slot, text in zip(slots, texts, strict=True) if slot.vectors is None]:
            rows, inverses = quantize(encoder.encode([text for _, text in missing]))
            for at, (slot, _) in enumerate(missing):
                slot.vectors = Vectors(rows[at : at + 1].copy(), inverses[at : at + 1].copy())
        return [float(cosines(vector, slot.vectors)[0]) if slot.vectors else 0.0 for slot in slots]


class _Slot:
    """The place of a vector in the cache."""

    vectors: Vectors | None = None


def sentences_in(body: str, number: int) -> Iterator[Span]:
    """Yield the sentences that begin in an encoded text of a body, each whole; the first may begin in its midst.

    >>> [("قال الوزير ذلك أمس. ثم سافر إلى مدينة أخرى")[slice(*span)] for span in sentences_in("قال الوزير ذلك أمس. ثم سافر إلى مدينة أخرى", 0)]
    ['قال الوزير ذلك أمس.', 'ثم سافر إلى مدينة أخرى']
    """
    first = number * STEP
    count = PASSAGE_WORDS if number else LEAD_WORDS
    words = list(islice(_WORD.finditer(body), first, first + count))
    start, reach = (words[0].start(), words[-1].end()) if words else (0, 0)
    while start < reach:
        end = _sentence_end(body, start)
        yield Span(start, end)
        following = _WORD.search(body, end)
        start = following.start() if following else reach


def _sentence_end(body: str, start: int) -> int:
    """Return where the sentence ends that begins at ``start``: behind some words, and within what may be shown."""
    least = next(islice(_WORD.finditer(body, start), LEAST_WORDS - 1, None), None)
    limit = start + MAX_CHARS
    found = _END.search(body, least.start() if least else start, limit + 1)
    end = found.end() if found and found.end() <= limit else limit
    if end >= len(body) or (found and found.end() <= limit and found.group()):
        return min(len(body[:end].rstrip()), len(body)) or len(body)
    blank = max(body.rfind(" ", start, limit), body.rfind("\n", start, limit))
    return blank if blank > start else min(limit, len(body))


def _snippet(body: str, span: Span) -> Snippet:
    text = body[slice(*span)]
    is_cut = bool(text and body[span.end :].strip())
    return Snippet(text.rstrip(_DOTS) if is_cut else text, (), span.start, bool(body[: span.start].strip()), is_cut)
