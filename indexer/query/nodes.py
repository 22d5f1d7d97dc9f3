"""Query tree: words, phrases, operators and conditions as typed, and how parts are combined.

A query is a sequence of parts. Bare words are ranked together; a phrase, a field, a condition or an operator is
required as written. The tree holds words as typed; the planner turns them into terms.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from indexer.query.notices import NOWHERE, Span

TextField = Literal["title", "body"]
Column = Literal["source", "category", "author", "country", "language"]


@dataclass(frozen=True, slots=True)
class Word:
    """One bare word."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side; compared as typed, without stems."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proximity:
    """Words with at most ``distance`` other words between them all, in any order; ``exact`` compares them as typed."""

    words: tuple[str, ...]
    distance: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins with ``text``, also behind a proclitic; typed at ``span`` of the query."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """``text``, or any word with its first letter that differs by at most ``edits`` letters."""

    text: str
    edits: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Preferred:
    """A part of a sequence that need not match; articles in which it does come first."""

    part: Node


@dataclass(frozen=True, slots=True)
class Address:
    """The article whose web address this is, in any spelling."""

    text: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """The article with this id."""

    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts side by side, without an operator between them."""

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
    """The part must match in one text field."""

    field: TextField
    part: Node


@dataclass(frozen=True, slots=True)
class DateClause:
    """The article is dated between these days, both inclusive; ``None`` leaves a side open."""

    first: datetime.date | None
    last: datetime.date | None


@dataclass(frozen=True, slots=True)
class ValueClause:
    """The article's source, category, author, country or language is ``name``, or has all words of ``name`` in its own."""

    column: Column
    name: str


Pattern: TypeAlias = Prefix | Fuzzy
Bare: TypeAlias = Word | Pattern
Node: TypeAlias = (
    Bare
    | Phrase
    | Proximity
    | Preferred
    | Address
    | Identifier
    | Sequence
    | And
    | Or
    | Not
    | InField
    | DateClause
    | ValueClause
)


def finds_words(node: Node) -> bool:
    """Return whether ``node`` looks for words, rather than only excluding or filtering."""
    match node:
        case Word() | Prefix() | Fuzzy() | Phrase() | Proximity() | Address() | Identifier():
            return True
        case Sequence(parts) | And(parts) | Or(parts):
            return any(map(finds_words, parts))
        case InField(_, part):
            return finds_words(part)
        case _:
            return False


def only_excludes(node: Node) -> bool:
    """Return whether ``node`` consists of exclusions alone."""
    match node:
        case Sequence(parts) | And(parts) | Or(parts):
            return all(map(only_excludes, parts))
        case InField(_, part):
            return only_excludes(part)
        case _:
            return isinstance(node, Not)


# -- combining lists of parts; an empty list stays empty


def sequence_of(parts: Iterable[Node]) -> Node | None:
    """Return ``parts`` as one node without needless nesting, or None when there are none."""
    flat = tuple(inner for part in parts for inner in _flatten(part))
    if len(flat) == 1:
        return flat[0]
    return Sequence(flat) if flat else None


def _flatten(part: Node) -> Iterator[Node]:
    """Yield the parts of ``part`` that can stand in the enclosing sequence with the same meaning.

    Parentheses alone mean nothing («الدورة (الأولى)»), and exclusions apply to the whole sequence.
    """
    if isinstance(part, Sequence) or (isinstance(part, And) and only_excludes(part)):
        for inner in part.parts:
            yield from _flatten(inner)
    else:
        yield part


def find_beside_words(root: Node | None) -> Node | None:
    """Return ``root`` with the addresses of a longer text as alternatives to its words, since either may find."""
    if not isinstance(root, Sequence):
        return root
    addresses = [part for part in root.parts if isinstance(part, Address)]
    text = [part for part in root.parts if isinstance(part, Word | Preferred)]
    if not (addresses and text):
        return root
    others = [part for part in root.parts if not isinstance(part, Address | Word | Preferred)]
    return sequence_of([Or((*addresses, sequence_of(text) or text[0])), *others])


def join(operator: type[And | Or], left: list[Node], right: list[Node]) -> list[Node]:
    """Return the two operands of ``operator`` as one part; chains of the same operator are kept flat."""
    return [operator((*_operands(operator, left), *_operands(operator, right)))]


def _operands(operator: type[And | Or], parts: list[Node]) -> tuple[Node, ...]:
    operand = _all_of(parts)
    return operand.parts if isinstance(operand, operator) else (operand,)


def _all_of(parts: list[Node]) -> Node:
    """Return the words of one operand («شباط/فبراير») as a node that requires all of them."""
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def near(operands: Iterable[list[Node]], distance: int) -> list[Node]:
    """Return words and phrases that are near each other; empty when an operand is anything else.

    With a phrase among them all words are compared as typed, and a phrase of several words must stand as it is.
    """
    parts = [part for operand in operands for node in operand for part in _flatten(node)]
    words = [word for part in parts for word in _words_of(part)]
    if not all(isinstance(part, Word | Phrase) for part in parts):
        return []
    phrases = [part for part in parts if isinstance(part, Phrase)]
    found = Proximity(tuple(words), distance, exact=bool(phrases))
    longer = tuple(phrase for phrase in phrases if len(phrase.words) > 1)
    return [And((*longer, found))] if longer else [found]


def _words_of(node: Node) -> tuple[str, ...]:
    match node:
        case Word(text):
            return (text,)
        case Phrase(words):
            return words
        case _:
            return ()


def negate(parts: list[Node]) -> list[Node]:
    """Return the negation of ``parts``; a double negation is removed."""
    if not parts:
        return []
    part = _all_of(parts)
    return [part.part if isinstance(part, Not) else Not(part)]


def restrict_to_field(field: TextField, parts: list[Node]) -> list[Node]:
    """Return ``parts`` restricted to one text field."""
    if not parts:
        return []
    part = _all_of(parts)
    return [Not(InField(field, part.part)) if isinstance(part, Not) else InField(field, part)]
