"""Operator words and field names of the query language, in English and Arabic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Final, Literal, TypeAlias, cast, get_args

from analyzers import JOINERS, MARKS, normalize, read_table
from indexer.query import limits
from indexer.query.nodes import Column

Operator: TypeAlias = Literal["AND", "OR", "NOT", "NEAR"]
OtherField = Literal["title", "body", "id", "from", "to", "date"]
Field: TypeAlias = Column | OtherField
FIELDS: Final = (*get_args(Column), *get_args(OtherField))


_MAX_DIGITS: Final = 4


def operator_of(word: str) -> Operator | None:
    """Return the operator spelled ``word``, or None. Latin letters must be capitals; Arabic ones may be vowelled.

    >>> operator_of("AND"), operator_of("أَوْ"), operator_of("and"), operator_of("و،")
    ('AND', 'OR', None, None)
    """
    if not all(char.isalpha() or char in MARKS or char in JOINERS for char in word):
        return None
    letters = "".join(char for char in word if char not in JOINERS)
    return cast("Operator | None", _table("operator").get(letters if letters.isascii() else normalize(letters)))


def distance_of(word: str) -> int | None:
    """Return how many words may stand between the two words around ``word``, an operator for nearness; else None.

    >>> distance_of("NEAR/6"), distance_of("قرب") == limits.DEFAULT_DISTANCE, distance_of("or/6")
    (6, True, None)
    """
    operator, slash, digits = word.partition("/")
    if operator_of(operator) != "NEAR" or (slash and not digits.isdecimal()):
        return None
    return bounded_distance(digits)


def bounded_distance(digits: str) -> int:
    """Return the distance written in digits within its limit, and the default one where nothing is written."""
    return min(int(digits[:_MAX_DIGITS]), limits.MAX_DISTANCE) if digits else limits.DEFAULT_DISTANCE


def is_preposition(word: str) -> bool:
    """Return whether ``word`` governs what follows it, so that days in words behind it belong to a sentence."""
    return normalize(word) in _table("preposition")


def question_of(words: Sequence[str]) -> str | None:
    """Return the value of words that only ask, ``how`` where a verb of the asker may follow; None for others.

    WHO in capitals is a name.

    >>> question_of(["متى"]), question_of(["شلون"]), question_of(["how", "many"]), question_of(["WHO"])
    ('-', 'how', '-', None)
    """
    is_name = any(word.isascii() and word.isupper() for word in words)
    return None if is_name else _table("question").get(" ".join(map(normalize, words)))


def field_of(name: str) -> Field | None:
    """Return the field called ``name``, or None; case, vowel marks and hamza on alef are ignored.

    >>> field_of("Title"), field_of("سنه"), field_of("place")
    ('title', 'date', None)
    """
    return cast("Field | None", _table("field").get(normalize(name)))


@lru_cache
def _table(kind: str) -> dict[str, str]:
    table = read_table("query_words.tsv", columns=3, root=resources.files("indexer") / "data")
    return {
        word if word.isupper() else " ".join(map(normalize, word.split())): value
        for row_kind, word, value in table
        if row_kind == kind
    }
