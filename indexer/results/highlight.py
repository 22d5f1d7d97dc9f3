"""Highlighting: marks the words of a text that match a query, and chooses the passage that shows them best.

Marks are ranges of the text as printed; whoever renders them adds the markup and escapes. Time is linear in the length
of the text, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzers import end_of_word
from indexer.query.highlight_terms import HighlightTerms
from indexer.results.furniture import find_prose, may_show_furniture
from indexer.results.hits import Mark, Snippet
from indexer.results.locator import MatchLocator
from indexer.results.passages import Answer, MatchedWord, Passage, choose_passage, marks_of

SNIPPET_CHARS = 200
NO_TITLE = Snippet("")
_BLANKS = frozenset(" \n")
_DOTS = " .\N{HORIZONTAL ELLIPSIS}"


def find_marks(text: str, field: str, highlight: HighlightTerms, locator: MatchLocator) -> tuple[Mark, ...]:
    """Return a mark for each word of ``text``, an article's text field, that matches the query, in order."""
    return marks_of(text, _matched_words(text, field, highlight, locator))


def whole(text: str, field: str, highlight: HighlightTerms, locator: MatchLocator) -> Snippet:
    """Return all of ``text``, an article's text field, with its marks."""
    return Snippet(text, find_marks(text, field, highlight, locator))


def best_passage(
    text: str,
    field: str,
    highlight: HighlightTerms,
    locator: MatchLocator,
    *,
    title: Snippet = NO_TITLE,
    chars: int = SNIPPET_CHARS,
) -> Snippet:
    """Return the passage of ``text`` that matches the query best: about ``chars`` characters, cut at word ends.

    The passage with the most different words of the query wins, then one that opens a sentence, then more marks, then the
    earlier; passages are tried at the first few occurrences of each word. Without matches it is the beginning of the
    text. It is longer than ``chars`` only for a single long word. Site furniture, and the ``title`` again, are shown only
    for words that stand nowhere else.
    """
    matched = _matched_words(text, field, highlight, locator)
    passage = choose_passage(text, matched, chars)
    if may_show_furniture(text, title.text, *passage[:2]):
        passage = _passage_of_prose(text, matched, title, chars) or passage
    start, end, cut_before, cut_after, marks = _without_dots(text, passage)
    return Snippet(text[start:end], marks, start, cut_before, cut_after)


def _passage_of_prose(text: str, matched: list[MatchedWord], title: Snippet, chars: int) -> Passage | None:
    """Return the best passage of the prose; None where words of the query stand in furniture only, or there is none."""
    prose = find_prose(text, title.text)
    if prose == (0, len(text.rstrip()), ()):
        return None
    shown = [(offset - prose.start, answer) for offset, answer in matched if prose.has(offset)]
    if not shown and not {word for _, (_, word) in matched} <= {mark.word for mark in title.marks}:
        return None
    start, end, cut_before, cut_after, marks = choose_passage(text[prose.start : prose.end], shown, chars)
    return start + prose.start, end + prose.start, cut_before, cut_after, marks


def _without_dots(text: str, passage: Passage) -> Passage:
    """Return a passage without the dots at which it is cut: whoever prints it puts an ellipsis there."""
    start, end, cut_before, cut_after, marks = passage
    first, last = (start + marks[0].start, start + marks[-1].end) if marks else (end, start)
    if cut_after:
        end = max(last, start + len(text[start:end].rstrip(_DOTS))) or end
    if cut_before and (dots := len(text[start:first]) - len(text[start:first].lstrip(_DOTS))):
        start += dots
        marks = tuple(mark._replace(start=mark.start - dots, end=mark.end - dots) for mark in marks)
    return start, end, cut_before, cut_after, marks


def _matched_words(text: str, field: str, highlight: HighlightTerms, locator: MatchLocator) -> list[MatchedWord]:
    """Return the offset of each word that matches the query, in order, with what it matches.

    A word of a synonym may be a word of the query, which goes before it, and a phrase is meant as typed.
    """
    aliases: dict[int, Answer] = {}
    for phrase, typed in highlight.synonym_phrases.items():
        for start in _phrase_starts(phrase, field, locator):
            aliases.update(dict.fromkeys(range(start, start + len(phrase)), ("alias", typed)))
    phrases: dict[int, Answer] = {}
    for compound, typed in highlight.compounds.items():
        forms: tuple[Answer, ...] = (("form", typed),) * len(compound)
        _add_phrase(phrases, _phrase_starts(compound, field, locator, "stem"), forms)
    for phrase, words in highlight.phrases.items():
        answers: list[Answer] = [("exact", word) for word in words]
        _add_phrase(phrases, _phrase_starts(phrase, field, locator), answers)
    return _one_a_printed_word(text, locator.matched_words(field, aliases, highlight.term_matches, phrases))


def _one_a_printed_word(text: str, matches: list[MatchedWord]) -> list[MatchedWord]:
    """Return the matches without those inside the printed word of the one before: عبدالعزيز has one mark."""
    starts = {start for start, _ in matches}
    if len(starts) == len(matches) and {text[start - 1] for start in starts - {0}} <= _BLANKS:  # nearly always
        return matches
    kept: list[MatchedWord] = []
    before = -1
    for match in matches:
        start = match[0]
        if before < 0 or end_of_word(text, before) <= start:
            kept.append(match)
            before = start
    return kept


def _add_phrase(matches: dict[int, Answer], starts: Iterable[int], word_matches: Sequence[Answer]) -> None:
    end = 0  # a phrase may overlap itself: «يوما بعد يوم بعد يوم»
    for start in starts:
        for position in range(max(start, end), start + len(word_matches)):
            matches[position] = word_matches[position - start]
        end = start + len(word_matches)


def _phrase_starts(terms: tuple[str, ...], field: str, locator: MatchLocator, space: str = "exact") -> Sequence[int]:
    """Return the positions at which ``terms`` stand side by side, rising."""
    starts: Sequence[int] = locator.positions(field, terms[0], space)
    for offset, term in enumerate(terms[1:], 1):
        if not starts:
            break
        following = set(locator.positions(field, term, space))
        starts = [start for start in starts if start + offset in following]
    return starts
