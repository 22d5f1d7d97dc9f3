"""Assumptions: a plan that was made simpler matches the same of the articles that have the terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.memory import MemoryEngine
from indexer.query.assumptions import assume
from indexer.query.plan import (
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    EngineRequest,
    Family,
    MatchAll,
    Plan,
    Term,
    TermPhrase,
)
from indexer.schema import document

A, B, C = (Term("exact", letter, 1.0) for letter in ("نار", "قمح", "ميناء"))
HAS_A = frozenset({("exact", ("نار",))})


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(A, MatchAll(), id="the term itself, whatever its weight"),
        pytest.param(
            Term("exact", "نار", 2.0, "title"), Term("exact", "نار", 2.0, "title"), id="in the title: unknown"
        ),
        pytest.param(Term("stem", "نار", 1.0), Term("stem", "نار", 1.0), id="in another space: unknown"),
        pytest.param(Family("exact", ("قمح", "نار"), 1.0), MatchAll(), id="one of a family"),
        pytest.param(AllOf((A, B)), B, id="what else is required"),
        pytest.param(AllOf((A, A)), MatchAll(), id="nothing else is required"),
        pytest.param(AnyOf((A, B)), MatchAll(), id="one of several"),
        pytest.param(AnyOf((B, C)), AnyOf((B, C)), id="none of several"),
        pytest.param(AndMaybe(B, C), B, id="what only scores is dropped"),
        pytest.param(AndNot(A, B), AndNot(MatchAll(), B), id="an exclusion stays"),
        pytest.param(AnyOf((B, C, AndNot(A, AnyOf((B, C))))), MatchAll(), id="a synonym beside its word"),
        pytest.param(AnyOf((B, AndNot(A, AllOf((B, C))))), MatchAll(), id="a synonym beside one word of its name"),
        pytest.param(AnyOf((B, AndNot(A, C))), AnyOf((B, AndNot(MatchAll(), C))), id="without another word"),
    ],
)
def test_assume(plan: Plan, expected: Plan) -> None:
    assert assume(plan, HAS_A) == expected


letters = st.sampled_from(["نار", "قمح", "ميناء"])
leaves = st.one_of(
    st.builds(Term, st.just("exact"), letters, st.just(1.0), st.sampled_from([None, "title"])),
    st.builds(TermPhrase, st.just("exact"), st.tuples(letters, letters), st.just(1.0)),
    st.builds(Family, st.just("exact"), st.lists(letters, min_size=1, max_size=2).map(tuple), st.just(1.0)),
)
plans = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(AndMaybe, inner, inner),
        st.builds(AndNot, inner, inner),
    ),
    max_leaves=8,
)
runs = st.one_of(letters.map(lambda letter: (letter,)), st.tuples(letters, letters))


@given(texts=st.lists(st.lists(letters, max_size=4).map(" ".join), min_size=1, max_size=6), plan=plans, run=runs)
def test_the_same_articles_match(texts: list[str], plan: Plan, run: tuple[str, ...]) -> None:
    engine, analyzer = MemoryEngine("test"), analyzer_for("ar")
    engine.rebuild(document(Article(id=f"{at}", body=text or "x"), analyzer) for at, text in enumerate(texts))
    known = Term("exact", run[0], 1.0) if len(run) == 1 else TermPhrase("exact", run, 1.0)
    simpler = assume(plan, frozenset({("exact", run)}))
    totals = engine.totals([EngineRequest(AllOf((known, each))) for each in (plan, simpler)])
    assert totals[0] == totals[1]
