"""Random small collections and random queries of every class that the kernels evaluate, for comparing one index with another."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import whoosh.columns
import whoosh.fields
from whoosh import query

from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn
from indexer.engines.whoosh.schema import TermsField

WORDS = ("ab", "abc", "abd", "b", "bc", "bcd", "c", "ca", "cab", "كتب", "كتاب", "مكتب", "كاتب", "a", "zz")
"""Few enough to meet often, some near each other, some with a common beginning, some in letters of two bytes."""

TAGS = ("red", "green", "blue", "black")
SOURCES = (b"", b"north", b"south", "شرق".encode())
BOOSTS = (1.0, 1.0, 1.0, 2.0, 0.5, 3.25)


class Collection(NamedTuple):
    """Documents in batches, one a segment, and the numbers of those that are deleted afterwards."""

    batches: list[list[dict[str, Any]]]
    deleted: list[int]


def schema() -> Any:
    """Return a schema with a field of each kind: with and without positions, scored and not, indexed and columns."""
    return whoosh.fields.Schema(
        id=whoosh.fields.ID(unique=True, stored=True),
        body=TermsField(positions=True),
        title=TermsField(positions=False),
        tag=whoosh.fields.KEYWORD(),
        number=whoosh.fields.NUMERIC(sortable=True),
        day=whoosh.fields.COLUMN(whoosh.columns.NumericColumn("i", default=0)),
        source=whoosh.fields.COLUMN(whoosh.columns.RefBytesColumn()),
        note=whoosh.fields.STORED(),
    )


def collection(chance: random.Random, *, segments: int, documents: int) -> Collection:
    """Return a random collection of about ``documents`` in each of ``segments``; one of each is not deleted.

    A segment without any document left disappears at once here, and with the next merge in stock Whoosh.
    """
    batches: list[list[dict[str, Any]]] = []
    deleted: list[int] = []
    share = chance.choice((0.0, 0.0, 0.1, 0.4))
    for _ in range(segments):
        first = sum(map(len, batches))
        size = chance.randint(max(documents // 2, 1), documents)
        batches.append([_document(chance, first + each) for each in range(size)])
        kept = chance.randrange(size)
        deleted += [first + each for each in range(size) if each != kept and chance.random() < share]
    return Collection(batches, deleted)


def _document(chance: random.Random, number: int) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": f"d{number}",
        "body": _terms(chance, chance.choice((0, 3, 8, 20, 60))),
        "title": _terms(chance, chance.choice((0, 2, 4))),
        "number": chance.randint(-40, 40),
        "day": chance.randint(1, 9),
        "source": chance.choice(SOURCES),
        "note": f"note {number % 7}",
    }
    if chance.random() < 0.03:
        fields["body"] += [chance.choice(WORDS)] * chance.randint(250, 700)
    if chance.random() < 0.7:
        fields["tag"] = " ".join(chance.choices(TAGS, k=chance.randint(1, 4)))
    return fields


def _terms(chance: random.Random, length: int) -> list[str | None]:
    words = chance.sample(WORDS, chance.randint(2, len(WORDS)))
    return [chance.choice(words) if chance.random() < 0.9 else None for _ in range(chance.randint(0, length))]


# -- queries


class Queries:
    """Makes random queries; ``made`` counts how many there were of each class, those inside others too."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.made: dict[str, int] = {}

    def any(self, depth: int = 3) -> Any:
        """Return a query of any class, at most ``depth`` deep."""
        makers = _LEAVES if depth <= 0 or self.chance.random() < 0.3 else _LEAVES + _COMPOUNDS
        return self.of(self.chance.choice(makers), depth)

    def of(self, maker: Callable[[Queries, int], Any], depth: int) -> Any:
        """Return a query that ``maker`` makes."""
        made = maker(self, depth)
        name = type(made).__name__.lstrip("_")
        self.made[name] = self.made.get(name, 0) + 1
        return made

    def several(self, depth: int) -> list[Any]:
        """Return one to four queries."""
        return [self.any(depth - 1) for _ in range(self.chance.choice((1, 2, 2, 3, 4)))]

    def boost(self) -> float:
        """Return a boost, often 1."""
        return self.chance.choice(BOOSTS)

    def word(self) -> str:
        """Return a word, seldom one that no document has."""
        return self.chance.choice((*WORDS, "absent"))

    def field(self) -> str:
        """Return a field of terms."""
        return self.chance.choice(("body", "body", "title"))


def _term(make: Queries, depth: int) -> Any:
    name = make.chance.choice(("body", "body", "title", "tag", "id", "number", "nowhere"))
    text: Any = {"tag": make.chance.choice(TAGS), "id": f"d{make.chance.randint(0, 30)}"}.get(name, make.word())
    return query.Term(name, make.chance.randint(-40, 40) if name == "number" else text, boost=make.boost())


def _phrase(make: Queries, depth: int) -> Any:
    words = [make.chance.choice(WORDS) for _ in range(make.chance.choice((1, 2, 2, 2, 3, 4)))]
    return query.Phrase("body", words, slop=make.chance.choice((1, 1, 2, 5)), boost=make.boost())


def _prefix(make: Queries, depth: int) -> Any:
    text = make.word()[: make.chance.choice((0, 1, 1, 2, 3))]
    return query.Prefix(make.field(), text, boost=make.boost(), constantscore=make.chance.random() < 0.5)


def _wildcard(make: Queries, depth: int) -> Any:
    text = make.chance.choice(("*", "a*", "*b*", "?b", "ك*ب", "?", "[ab]*", "a?*", "zz", "*ا*"))
    return query.Wildcard(make.field(), text, boost=make.boost(), constantscore=make.chance.random() < 0.5)


def _fuzzy(make: Queries, depth: int) -> Any:
    return query.FuzzyTerm(
        make.field(),
        word := make.word(),
        boost=make.boost(),
        maxdist=make.chance.choice((0, 1, 1, 2)),
        prefixlength=make.chance.randint(0, min(2, len(word))),
        constantscore=make.chance.random() < 0.5,
    )


def _every(make: Queries, depth: int) -> Any:
    return query.Every(make.chance.choice((None, "body", "title", "tag")), boost=make.boost())


def _null(make: Queries, depth: int) -> Any:
    return query.NullQuery


def _column(make: Queries, depth: int) -> Any:
    if make.chance.random() < 0.5:
        day = make.chance.randint(1, 9)
        return query.ColumnQuery("day", make.chance.choice((day, lambda value: value <= day)))
    wanted = frozenset(make.chance.sample(SOURCES, 2))
    return query.ColumnQuery("source", lambda value: value in wanted)


def _column_in(make: Queries, depth: int) -> Any:
    return ColumnIn("source", frozenset(make.chance.sample(SOURCES, 2)))


def _column_between(make: Queries, depth: int) -> Any:
    return ColumnBetween("day", make.chance.choice((None, 2, 4)), make.chance.choice((None, 5, 8)))


def _and(make: Queries, depth: int) -> Any:
    return query.And(make.several(depth))


def _or(make: Queries, depth: int) -> Any:
    union = query.Or(make.several(depth))
    union.matcher_type = make.chance.choice((0, 0, 1, 3))
    return union


def _not(make: Queries, depth: int) -> Any:
    return query.Not(make.any(depth - 1), boost=make.boost())


def _joined(kind: Any) -> Callable[[Queries, int], Any]:
    return lambda make, depth: kind(make.any(depth - 1), make.any(depth - 1))


def _constant(make: Queries, depth: int) -> Any:
    return query.ConstantScoreQuery(make.any(depth - 1), make.chance.choice((0.0, 1.0, 2.5)))


_LEAVES = (
    _term,
    _term,
    _term,
    _phrase,
    _phrase,
    _prefix,
    _wildcard,
    _fuzzy,
    _every,
    _null,
    _column,
    _column_in,
    _column_between,
)
_COMPOUNDS = (
    _and,
    _and,
    _or,
    _or,
    _not,
    _joined(query.AndNot),
    _joined(query.AndMaybe),
    _constant,
)

BY_CLASS = (*dict.fromkeys(_LEAVES + _COMPOUNDS),)
"""A maker of each class of query."""
