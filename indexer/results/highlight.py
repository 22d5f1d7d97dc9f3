"""Highlighting: marks the words of a text that match a query, and chooses the passage that shows them best.

Marks are ranges of the text as printed; whoever renders them adds the markup and escapes. Time is linear in the length
of the text, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.query.planner import HighlightTerms
from indexer.results.hits import Mark, Snippet
from indexer.results.locator import MatchLocator
from indexer.results.passages import Answer, MatchedWord, choose_passage, marks_of

SNIPPET_CHARS = 200


def find_marks(text: str, field: str, highlight: HighlightTerms, locator: MatchLocator) -> tuple[Mark, ...]:
    """Return a mark for each word of ``text``, an article's text field, that matches the query, in order."""
    return marks_of(text, _matched_words(field, highlight, locator))


def whole(text: str, field: str, highlight: HighlightTerms, locator: MatchLocator) -> Snippet:
    """Return all of ``text``, an article's text field, with its marks."""
    return Snippet(text, find_marks(text, field, highlight, locator))


def best_passage(
    text: str, field: str, highlight: HighlightTerms, locator: MatchLocator, *, chars: int = SNIPPET_CHARS
) -> Snippet:
    """Return the passage of ``text`` that matches the query best: about ``chars`` characters, cut at word ends.

    The passage with the most different words of the query wins, then one that opens a sentence, then more marks, then the
    earlier; passages are tried at the first few occurrences of each word. Without matches it is the beginning of the
    text. It is longer than ``chars`` only for a single long word.
    """
    matched = _matched_words(field, highlight, locator)
    start, end, cut_before, cut_after, marks = choose_passage(text, matched, chars)
    return Snippet(text[start:end], marks, start, cut_before, cut_after)


def _matched_words(field: str, highlight: HighlightTerms, locator: MatchLocator) -> list[MatchedWord]:
    """Return the offset of each word that matches the query, in order, with what it matches.

    A word of a synonym may be a word of the query, which goes before it, and a phrase is meant as typed.
    """
    aliases: dict[int, Answer] = {}
    for phrase, typed in highlight.synonym_phrases.items():
        for start in _phrase_starts(phrase, field, locator):
            aliases.update(dict.fromkeys(range(start, start + len(phrase)), ("alias", typed)))
    phrases: dict[int, Answer] = {}
    for phrase, words in highlight.phrases.items():
        _add_phrase(phrases, _phrase_starts(phrase, field, locator), words)
    return locator.matched_words(field, aliases, highlight.term_matches, phrases)


def _add_phrase(matches: dict[int, Answer], starts: Iterable[int], words: Sequence[str]) -> None:
    word_matches: list[Answer] = [("exact", word) for word in words]
    end = 0  # a phrase may overlap itself: «يوما بعد يوم بعد يوم»
    for start in starts:
        for position in range(max(start, end), start + len(words)):
            matches[position] = word_matches[position - start]
        end = start + len(words)


def _phrase_starts(terms: tuple[str, ...], field: str, locator: MatchLocator) -> Sequence[int]:
    """Return the positions at which ``terms`` stand side by side, rising."""
    starts, *others = locator.positions(field, terms)
    for offset, positions in enumerate(others, 1):
        following = set(positions)
        starts = [start for start in starts if start + offset in following]
    return starts
