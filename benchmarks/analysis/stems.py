"""Terms of a word, as the one-argument callables that a measure of conflation takes."""

from __future__ import annotations

from analyzers import analyzer_for

_ANALYZER = analyzer_for("ar")


def stem(word: str) -> list[str]:
    """Return the stem of ``word`` in a list, or an empty list when nothing searchable is left of it."""
    terms = _ANALYZER.terms(word)
    return [terms.stem] if terms else []


def exact(word: str) -> list[str]:
    """Return the exact term of ``word`` in a list, or an empty list."""
    terms = _ANALYZER.terms(word)
    return [terms.exact] if terms else []
