"""Words of a query that only ask: «متى», «ما هو», how many. They are left out where something else is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from analyzers import Token
from indexer.query.notices import Span
from indexer.query.vocabulary import is_question

MAX_QUESTION_WORDS: Final = 2


class Question(NamedTuple):
    """Words side by side that only ask, and where they stand in the query."""

    words: tuple[str, ...]
    span: Span


def questions(tokens: Iterable[Token]) -> Iterator[Question]:
    """Yield the questions among the words of a query, in order; of several that begin at one word the longest."""
    words = list(tokens)
    at = 0
    while at < len(words):
        sizes = (size for size in range(MAX_QUESTION_WORDS, 0, -1) if _is_question(words[at : at + size]))
        size = next(sizes, 0)
        if size:
            run = words[at : at + size]
            yield Question(tuple(token.text for token in run), Span(run[0].start, run[-1].end))
        at += size or 1


def _is_question(run: Sequence[Token]) -> bool:
    return is_question([token.text for token in run])
