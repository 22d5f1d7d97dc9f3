"""Faults of stock Whoosh 2.7.4: it finds the wrong documents, or fails, and the columnar index does not.

Each row has documents (words by position, a segment for each list), a query, what Whoosh finds, and what is right. The
comparison with Whoosh elsewhere mends exactly these bugs; a row that Whoosh gets right one day fails here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import whoosh.columns
import whoosh.fields
from whoosh import query
from whoosh.query import And, AndMaybe, AndNot, Every, Not, Or, Prefix, Term

from indexer.engines.whoosh.schema import TermsField


def body(*words: str, boost: float = 1.0) -> Any:
    """Return a query for each of ``words``."""
    terms = [Term("body", word, boost=boost) for word in words]
    return terms[0] if len(terms) == 1 else Or(terms)


MOST = 10
"""How many hits are asked for."""


class Bug(NamedTuple):
    """A query, and the documents that Whoosh finds for it: numbers, or the error that it raises."""

    segments: list[list[str]]
    asked: Any
    stock: set[int] | type[Exception]
    right: set[int]
    deleted: tuple[int, ...] = ()


def counted(*words: str) -> Any:
    """Return a query for any of ``words`` that Whoosh counts in an array."""
    union = Or([Term("body", word) for word in words])
    union.matcher_type = Or.ARRAY_MATCHER
    return union


BUGS = {
    "AndNot lets the first document through when the excluded one is behind": Bug(
        [["b", "a b", "a"]], AndNot(body("a"), body("b")), {1, 2}, {2}
    ),
    "AndNot fails when it is skipped behind its last document": Bug(
        [["a", "c", "b"]], And([AndNot(query.ConstantScoreQuery(body("a")), body("b")), body("c")]), IndexError, set()
    ),
    "Not finds deleted documents": Bug([["a", "b"]], Not(body("a")), {1}, set(), deleted=(1,)),
    "a condition on a column fails when it is scored": Bug(
        [["a", "b"]], query.ColumnQuery("source", b"s0"), AttributeError, {0}
    ),
    "a condition on a column finds deleted documents": Bug(
        [["a", "a"]], query.ConstantScoreQuery(query.ColumnQuery("source", b"s0")), {0}, set(), deleted=(0,)
    ),
    "a boost of 0 fails": Bug([["a"] * 30], body("a", boost=0.0), ZeroDivisionError, set(range(MOST))),
    "an array of unions drops what scores 0": Bug(
        [["a", "b", "c"]],
        Or([query.ConstantScoreQuery(body("a")), *(Term("body", w, boost=0.0) for w in "bc")]),
        {0},
        {0, 1, 2},
    ),
    "a prefix of a fuzzy word longer than the word fails": Bug(
        [["ab", "abc"]], query.FuzzyTerm("body", "ab", prefixlength=3), IndexError, {0, 1}
    ),
}


@pytest.fixture
def schema() -> Any:
    return whoosh.fields.Schema(
        body=TermsField(positions=True), source=whoosh.fields.COLUMN(whoosh.columns.RefBytesColumn())
    )


def documents(segments: list[list[str]]) -> list[list[dict[str, Any]]]:
    """Return the documents of each segment, with a source of its own each."""
    numbered = iter(range(1000))
    return [[{"body": words.split(), "source": b"s%d" % next(numbered)} for words in segment] for segment in segments]


def found(searcher: Any, asked: Any) -> set[int] | type[Exception]:
    """Return the documents a searcher finds, or the kind of error it raises."""
    try:
        return {document for _, document in searcher.search(asked, limit=MOST).top_n}
    except Exception as problem:
        return type(problem)


@pytest.mark.parametrize("name", BUGS)
def test_what_whoosh_finds_wrongly_is_found_rightly(
    tier: str, both: Callable[..., Any], schema: Any, name: str
) -> None:
    bug = BUGS[name]
    ours, stock = both(schema, *documents(bug.segments), deleted=bug.deleted)
    assert found(ours, bug.asked) == bug.right
    assert (found(stock, bug.asked), name) == (bug.stock, name)


class WrongScore(NamedTuple):
    """A query, and the scores that Whoosh gives for it; ``right`` names the query whose scores they should be."""

    segments: list[list[str]]
    asked: Any
    right: dict[int, Any]


SCORES = {
    "AndMaybe forgets the optional part where it was skipped": WrongScore(
        [["a", "b c", "c", "a b c", "a c"]],
        And([AndMaybe(body("a"), body("b")), body("c")]),
        {3: And([body("a"), body("b"), body("c")])},
    ),
    "an array of unions steps back when it is skipped": WrongScore(
        [["a b c", "b"]], AndMaybe(body("a"), AndNot(counted("b", "x", "y"), body("c"))), {0: body("a")}
    ),
    "ConstantScoreQuery takes 0 for 1": WrongScore(
        [["a"]], query.ConstantScoreQuery(body("a"), 0.0), {0: body("a", boost=0.0)}
    ),
    "Every takes 0 for 1": WrongScore([["a"]], Every(boost=0.0), {0: body("a", boost=0.0)}),
}


@pytest.mark.parametrize("name", SCORES)
def test_what_whoosh_scores_wrongly_is_scored_rightly(
    tier: str, both: Callable[..., Any], schema: Any, name: str
) -> None:
    case = SCORES[name]
    ours, stock = both(schema, *documents(case.segments))
    own = {document: score for score, document in ours.search(case.asked, limit=None).top_n}
    right = {
        document: next(score for score, each in ours.search(asked, limit=None).top_n if each == document)
        for document, asked in case.right.items()
    }
    assert {document: own[document] for document in right} == pytest.approx(right)
    stocks = {document: score for score, document in stock.search(case.asked, limit=None).top_n}
    assert {document: stocks[document] for document in right} != pytest.approx(right)


def test_an_empty_filter_lets_nothing_through(both: Callable[..., Any], schema: Any) -> None:
    ours, stock = both(schema, *documents([["a", "a"]]))
    assert len(ours.search(body("a"), filter=set())) == 0
    assert len(stock.search(body("a"), filter=set())) == 2  # Whoosh takes an empty set for none


def test_totals_are_exact_where_whoosh_stops_looking(both: Callable[..., Any], schema: Any) -> None:
    many = [" ".join(["a"] * (1 + each % 5) + ["b"] * (each % 3)) for each in range(200)]
    ours, stock = both(schema, *documents([many]))
    asked = Or([body("a"), body("b")])
    assert len(ours.search(asked, limit=3)) == 200
    assert len(stock.search(asked, limit=3, optimize=False)) < 200


@pytest.mark.parametrize("asked", [Prefix("body", "a"), query.Wildcard("body", "*a*")], ids=["prefix", "wildcard"])
def test_a_query_for_several_terms_scores_as_whoosh_does_however_odd(
    tier: str, both: Callable[..., Any], schema: Any, differential: Any, asked: Any
) -> None:
    ours, stock = both(schema, *documents([["ab", "ab ac"], ["ab ac ad", "ab"], ["ab", "ad"]]))
    assert differential.compared(ours, stock, asked, {"limit": None}) is None
