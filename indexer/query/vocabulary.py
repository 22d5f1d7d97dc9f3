"""Which words are operators of a query, and which names before a colon are fields."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Literal, TypeAlias, cast

from analyzers import JOINERS, MARKS, normalize, read_table

Operator: TypeAlias = Literal["AND", "OR", "NOT"]
Field: TypeAlias = Literal["title", "body", "source", "category", "from", "to", "date"]


def operator_of(word: str) -> Operator | None:
    """Return the operator that ``word`` is, or None. Latin letters are capitals; Arabic ones may be vowelled.

    >>> operator_of("AND"), operator_of("أَوْ"), operator_of("and"), operator_of("و،")
    ('AND', 'OR', None, None)
    """
    if not all(char.isalpha() or char in MARKS or char in JOINERS for char in word):
        return None
    written = "".join(char for char in word if char not in JOINERS)
    return cast("Operator | None", _table("operator").get(written if written.isascii() else normalize(written)))


def field_of(name: str) -> Field | None:
    """Return the field that ``name`` is, or None; case, vowels and hamza on alef do not count.

    >>> field_of("Title"), field_of("سنه"), field_of("author")
    ('title', 'date', None)
    """
    return cast("Field | None", _table("field").get(normalize(name)))


@lru_cache
def _table(kind: str) -> dict[str, str]:
    table = read_table("query_words.tsv", columns=3, root=resources.files("indexer") / "data")
    return {word if word.isupper() else normalize(word): means for row_kind, word, means in table if row_kind == kind}
