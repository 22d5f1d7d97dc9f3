"""Text in, terms out: how words of news articles are found, cut, normalized and stemmed.

A *token* is a word as printed, with its position and offsets. A word has two *terms*: ``exact``, its normalized
letters, and ``stem``, the class of words it is found with. :func:`analyzer_for` gives the :class:`Analyzer` that makes
them; nothing here knows an index, a file of articles or a web page.

>>> analyzer = analyzer_for("ar")
>>> [(token.text, token.position) for token in analyzer.words("وزيرُ الخارجية، CNN")]
[('وزيرُ', 0), ('الخارجية', 1), ('CNN', 2)]
>>> analyzer.terms("الخارجية")
Terms(exact='الخارجيه', stem='خارجي')
"""

from __future__ import annotations

from functools import cache

from analyzers.analyzer import Analyzer
from analyzers.errors import AnalysisError
from analyzers.tokens import Stage, Terms, Token, Word

__all__ = ["AnalysisError", "Analyzer", "Stage", "Terms", "Token", "Word", "analyzer_for"]


@cache
def analyzer_for(language: str = "ar") -> Analyzer:
    """Return the one analyzer for articles in ``language``, shared by everybody who asks.

    Raises :class:`AnalysisError` for a language that has none.
    """
    return Analyzer(language)
