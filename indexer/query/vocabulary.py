"""Operator words and field names of the query language, in English and Arabic."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Literal, TypeAlias, cast

from analyzers import JOINERS, MARKS, normalize, read_table

Operator: TypeAlias = Literal["AND", "OR", "NOT"]
Field: TypeAlias = Literal["title", "body", "source", "category", "author", "from", "to", "date"]


def operator_of(word: str) -> Operator | None:
    """Return the operator spelled ``word``, or None. Latin letters must be capitals; Arabic ones may be vowelled.

    >>> operator_of("AND"), operator_of("أَوْ"), operator_of("and"), operator_of("و،")
    ('AND', 'OR', None, None)
    """
    if not all(char.isalpha() or char in MARKS or char in JOINERS for char in word):
        return None
    letters = "".join(char for char in word if char not in JOINERS)
    return cast("Operator | None", _table("operator").get(letters if letters.isascii() else normalize(letters)))


def field_of(name: str) -> Field | None:
    """Return the field called ``name``, or None; case, vowel marks and hamza on alef are ignored.

    >>> field_of("Title"), field_of("سنه"), field_of("place")
    ('title', 'date', None)
    """
    return cast("Field | None", _table("field").get(normalize(name)))


@lru_cache
def _table(kind: str) -> dict[str, str]:
    table = read_table("query_words.tsv", columns=3, root=resources.files("indexer") / "data")
    return {word if word.isupper() else normalize(word): value for row_kind, word, value in table if row_kind == kind}
