"""The tree of a query as its writer meant it: words, phrases, operators and conditions.

A query is a sequence of parts. Bare words rank together; a phrase, a field, a condition or an
operator is meant as said. The tree holds words as typed: the analyzer turns them into terms later.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, TypeAlias

TextField = Literal["title", "body"]
Column = Literal["source", "category"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side, letters as typed."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts side by side without an operator."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class And:
    """Every part is required."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part is required."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not match."""

    part: Node


@dataclass(frozen=True, slots=True)
class InField:
    """The part must match in the title, or in the body."""

    field: TextField
    part: Node


@dataclass(frozen=True, slots=True)
class DateClause:
    """The article's date lies in these days, both included; ``None`` leaves a side open."""

    first: datetime.date | None
    last: datetime.date | None


@dataclass(frozen=True, slots=True)
class ValueClause:
    """The article's source or category is called ``name``, or has these words in its name."""

    column: Column
    name: str


Node: TypeAlias = Word | Phrase | Sequence | And | Or | Not | InField | DateClause | ValueClause


def finds_words(node: Node) -> bool:
    """Return whether ``node`` looks for words, rather than only narrowing what others find."""
    match node:
        case Word() | Phrase():
            return True
        case Sequence(parts) | And(parts) | Or(parts):
            return any(map(finds_words, parts))
        case InField(_, part):
            return finds_words(part)
        case _:
            return False


def only_excludes(node: Node) -> bool:
    """Return whether ``node`` says nothing but what must not match."""
    match node:
        case Sequence(parts) | And(parts) | Or(parts):
            return all(map(only_excludes, parts))
        case InField(_, part):
            return only_excludes(part)
        case _:
            return isinstance(node, Not)
