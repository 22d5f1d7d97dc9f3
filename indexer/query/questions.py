"""Words of a query that only ask: «متى», «ما هو», how many. They are left out where something else is asked for.

A reader asks in the first person, «شلون أسجل», and articles tell it in the third, «يسجل»; the first person is a rare word
in news, which would outweigh what is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from analyzers import VERB_SIGN, Analyzer, Token
from indexer.query.notices import Span
from indexer.query.vocabulary import question_of

MAX_QUESTION_WORDS: Final = 2
_FIRST_PERSON: Final = "\N{ARABIC LETTER ALEF}"
_THIRD_PERSON: Final = "\N{ARABIC LETTER YEH}"


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


def asked_verbs(tokens: Sequence[Token], asking: Iterable[Question], analyzer: Analyzer) -> dict[str, str]:
    """Return the verbs in the first person that directly follow a question of how, each with its third person."""
    ends = {question.span.end for question in asking if question_of(question.words) == "how"}
    followers = [word.text for before, word in pairwise(tokens) if before.end in ends]
    return {word: verb for word in followers if (verb := _third_person(word, analyzer))}


def _third_person(word: str, analyzer: Analyzer) -> str:
    """Return the third person of a verb of the lexicon in the first, empty for any word that is known otherwise."""
    terms = analyzer.terms(word)
    if terms is None or terms.stem != terms.exact or not terms.exact.startswith(_FIRST_PERSON):
        return ""
    verb = _THIRD_PERSON + terms.exact[1:]
    reading = next((stage.reason for stage in analyzer.explain(verb) if stage.name == "reading"), "")
    found = analyzer.terms(verb)
    return verb if found and VERB_SIGN in found.stem and reading == "lexicon" else ""


def _is_question(run: Sequence[Token]) -> bool:
    return question_of([token.text for token in run]) is not None
