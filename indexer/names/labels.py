"""Names of the values of columns: what a source, country or language is called, in the reader's language."""

from __future__ import annotations

from indexer.names.countries import country_names
from indexer.names.languages import language_names
from indexer.names.sources import other_names, readable_names

_ARABIC = "ar"


def names_of(column: str, value: str) -> tuple[str, ...]:
    """Return the other names of a value of a column, the Arabic and the English one first; none for most.

    >>> names_of("country", "EG")[:2], names_of("category", "رياضة")
    (('مصر', 'Egypt'), ())
    """
    match column:
        case "source":
            return other_names(value)
        case "country":
            return country_names(value)
        case "language":
            return language_names(value)
    return ()


def value_label(column: str, value: str, language: str) -> str:
    """Return what a value of a column is called on a page in Arabic (``ar``), or else in English.

    >>> value_label("source", "okaz", "ar"), value_label("country", "EG", "en"), value_label("category", "رياضة", "en")
    ('عكاظ', 'Egypt', 'رياضة')
    """
    names = readable_names(value) if column == "source" else names_of(column, value)
    return names[0 if language == _ARABIC else 1] if names else value
