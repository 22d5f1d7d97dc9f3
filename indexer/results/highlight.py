"""Which words of a text answer a query, and which passage shows them best.

Everything is ranges over the text as printed; whoever shows them adds the markup and escapes. Time
grows with the length of the text, whatever stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.query.planner import HighlightTerms
from indexer.results.hits import Mark, MarkKind, Snippet
from indexer.results.locator import MatchLocator
from indexer.results.passages import Answer, MatchedWord, choose_passage, marks_of

SNIPPET_CHARS = 200


def find_marks(text: str, field: str, wanted: HighlightTerms, places: MatchLocator) -> tuple[Mark, ...]:
    """Return the whole printed words that answer the query, in order, in ``text``: the text field ``field`` of an article."""
    return marks_of(text, _found(field, wanted, places))


def _found(field: str, wanted: HighlightTerms, places: MatchLocator) -> list[MatchedWord]:
    """Return where words start that answer the query, in order, and what they answer."""
    answers = _answers(field, wanted, places)
    if not answers:
        return []
    positions = sorted(answers)
    starts = places.starts(field, positions)
    return [(start, answers[position]) for start, position in zip(starts, positions, strict=True) if start >= 0]


def _answers(field: str, wanted: HighlightTerms, places: MatchLocator) -> dict[int, Answer]:
    """Return what the word at each position answers, where it answers anything.

    The later ones count: a word of an alias may be one of the query, and a phrase is meant as typed.
    """
    exact, stem = field + "_exact", field + "_stem"
    answers: dict[int, Answer] = {}
    for alias, typed in wanted.aliases.items():
        for at in _runs(alias, exact, places):
            answers.update(dict.fromkeys(range(at, at + len(alias)), ("alias", typed)))
    _add_terms(answers, places, stem, "alias", wanted.alias)
    _add_terms(answers, places, stem, "form", wanted.stem)
    _add_terms(answers, places, exact, "exact", wanted.exact)
    for phrase, typed_words in wanted.phrases.items():
        _add_phrase(answers, _runs(phrase, exact, places), typed_words)
    return answers


def _add_terms(
    answers: dict[int, Answer], places: MatchLocator, index_field: str, kind: MarkKind, terms: Mapping[str, str]
) -> None:
    for term, typed in terms.items():
        positions = places.positions(index_field, term)
        if positions:
            answers.update(dict.fromkeys(positions, (kind, typed)))


def _add_phrase(answers: dict[int, Answer], begins: Sequence[int], words: Sequence[str]) -> None:
    each: list[Answer] = [("exact", word) for word in words]
    marked = 0  # a phrase may overlap itself: «يوما بعد يوم بعد يوم»
    for at in begins:
        for place in range(max(at, marked), at + len(each)):
            answers[place] = each[place - at]
        marked = at + len(each)


def _runs(terms: tuple[str, ...], field: str, places: MatchLocator) -> Sequence[int]:
    """Return the positions where ``terms`` begin to stand side by side, rising."""
    begins = places.positions(field, terms[0])
    for offset, term in enumerate(terms[1:], 1):
        if not begins:
            break
        following = set(places.positions(field, term))
        begins = [at for at in begins if at + offset in following]
    return begins


def whole(text: str, field: str, wanted: HighlightTerms, places: MatchLocator) -> Snippet:
    """Return all of ``text``, an article's text field ``field``, with its marks."""
    return Snippet(text, find_marks(text, field, wanted, places))


def best_passage(
    text: str, field: str, wanted: HighlightTerms, places: MatchLocator, *, chars: int = SNIPPET_CHARS
) -> Snippet:
    """Return about ``chars`` characters of ``text`` that answer the query best, cut at word ends.

    The passage with the most different words of the query wins, then the one that opens a sentence, then more marks, then the
    earlier; passages are tried where each word stands for the first few times. Without any, it is the beginning of the text. It
    is longer than ``chars`` only where its one word is.
    """
    found = _found(field, wanted, places)
    start, end, cut_before, cut_after, marks = choose_passage(text, found, chars)
    return Snippet(text[start:end], marks, start, cut_before=cut_before, cut_after=cut_after)
