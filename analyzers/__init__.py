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

import os
from functools import cache
from pathlib import Path

from analyzers.analyzer import Analyzer
from analyzers.errors import AnalysisError
from analyzers.tokens import NumberedTerms, Stage, Terms, TermsByPosition, Token, Word

__all__ = [
    "AnalysisError",
    "Analyzer",
    "NumberedTerms",
    "Stage",
    "Terms",
    "TermsByPosition",
    "Token",
    "Word",
    "analyzer_for",
]

MODEL_VARIABLE = "AKHBAR_MODEL"


@cache
def analyzer_for(language: str = "ar") -> Analyzer:
    """Return the one analyzer for articles in ``language``, shared by everybody who asks.

    The environment's ``AKHBAR_MODEL`` names the file of a model of one's own. Raises :class:`AnalysisError` for a
    language that has no analyzer, and for a file that is no model.
    """
    path = os.environ.get(MODEL_VARIABLE, "")
    return Analyzer(language, own_model=_model_text(path) if path else "")


def _model_text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise AnalysisError(
            f"{MODEL_VARIABLE} {path}: no model can be read there; write one: akhbar learn"
        ) from problem
