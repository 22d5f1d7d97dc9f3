"""Analyzer for Whoosh schemas: ``ArabicAnalyzer``. It follows Whoosh's protocol and does not import Whoosh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from analyzers.analyzer import Analyzer, analyzer_for
from analyzers.errors import AnalysisError
from analyzers.tokenizer import WORD

TermSpace = Literal["stem", "exact"]
_SPACES: Final = get_args(TermSpace)


class WhooshToken:
    """A word with the attributes that Whoosh's fields, filters and highlighter read and set.

    ``text`` is the term and ``original`` the word as printed; ``startchar`` and ``endchar`` are offsets into the text.
    """

    boost = 1.0
    matched = False

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)

    def copy(self) -> WhooshToken:
        """Return another token with the same attributes."""
        return WhooshToken(**self.__dict__)

    def __repr__(self) -> str:
        return f"WhooshToken({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"


@dataclass(frozen=True)
class ArabicAnalyzer:
    """Analyzer of Arabic and mixed texts for any Whoosh schema: ``TEXT(analyzer=ArabicAnalyzer())``.

    ``space`` chooses the terms: ``stem``, one for all forms of a word, or ``exact``, the word in one spelling. Of a
    stop word there is no stem: it leaves a gap in the positions, and a token only for ``removestops=False``, with
    ``stopped`` set. In the exact space a stop word is a word like any other, so that phrases can hold it. Raises
    AnalysisError for another space.

    Two analyzers of one space are equal. A pickle holds the space alone: unpickled elsewhere, the analyzer makes
    terms with the lexicon and the model that are installed there.

    >>> analyzer = ArabicAnalyzer()
    >>> [(token.text, token.pos, token.original) for token in analyzer("وزراء من لبنان", positions=True)]
    [('وزير', 0, 'وزراء'), ('لبنان', 2, 'لبنان')]
    """

    space: TermSpace = "stem"

    def __post_init__(self) -> None:
        if self.space not in _SPACES:
            raise AnalysisError(f"space {self.space!r}: expected {' or '.join(_SPACES)}")

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        tokenize: bool = True,
        no_morph: bool = False,
        nomorph: bool = False,
        **options: Any,
    ) -> Iterator[WhooshToken]:
        """Return the tokens of a text, each an object of its own.

        ``positions``, ``chars``, ``mode`` and ``removestops`` are copied to the tokens, which have ``original``,
        positions and offsets in any case. ``tokenize=False``, which Whoosh asks for with prefixes, wildcards and
        ranges, gives one token: the text with its words in their exact spelling. ``no_morph`` and ``nomorph``, which
        it asks for where it collects words for spelling suggestions, give exact terms. Raises TypeError for anything
        but a str.
        """
        if not isinstance(value, str):
            raise TypeError(f"an analyzer takes a str, not {type(value).__name__}")
        common = {"positions": positions, "chars": chars, "removestops": removestops, "mode": mode}
        exact = self.space == "exact" or no_morph or nomorph
        return (
            WhooshToken(
                text=term,
                original=value[start:end],
                pos=start_pos + position,
                startchar=start_char + start,
                endchar=start_char + end,
                stopped=is_stopped,
                **common,
            )
            for term, position, start, end, is_stopped in _parts(value, exact, tokenize, removestops)
        )

    @property
    def is_morph(self) -> bool:
        """Return whether terms may differ from words by more than their spelling."""
        return self.space == "stem"

    def has_morph(self) -> bool:
        """Return :attr:`is_morph`, as a method for Whoosh's fields."""
        return self.is_morph


_Parts = tuple[str, int, int, int, bool]
"""A term, its position, the start and the end of its word, and whether it is a stop word's."""


def _parts(text: str, exact: bool, tokenize: bool, removestops: bool) -> Iterator[_Parts]:
    analyzer = analyzer_for("ar")
    if not tokenize:
        yield WORD.sub(lambda word: _exact_term(analyzer, word.group()), text), 0, 0, len(text), False
        return
    for token, terms, is_stop in analyzer.stream(text):
        is_stopped = is_stop and not exact
        if not (is_stopped and removestops):
            yield terms.exact if exact or is_stop else terms.stem, token.position, token.start, token.end, is_stopped


def _exact_term(analyzer: Analyzer, word: str) -> str:
    terms = analyzer.terms(word)
    return terms.exact if terms else word
