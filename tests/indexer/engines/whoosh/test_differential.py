"""Whatever is asked, the columnar index answers as stock Whoosh does."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.scoring import BM25F

from indexer.engines.whoosh.weighting import Weighting

SEED = 20261122
SIZES = ((1, 3), (1, 30), (2, 10), (4, 12), (3, 30))
"""Segments, and documents in each, of the collections that are asked."""

LARGE = 5_001
"""From here on, in one segment, Whoosh scores queries for several terms that say "constant score"."""


@pytest.mark.parametrize(("segments", "documents"), SIZES)
def test_queries_of_each_class_find_what_whoosh_finds(
    tier: str, differential: Any, random_queries: Any, segments: int, documents: int
) -> None:
    chance = random.Random(SEED + segments * documents)
    queries = random_queries.Queries(chance)
    collection = random_queries.collection(chance, segments=segments, documents=documents)
    assert differential.differences(collection, queries, a_class=4) == []
    assert min(queries.made.values()) >= 4


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_collection_and_query_is_answered_as_whoosh_does(differential: Any, random_queries: Any, seed: int) -> None:
    chance = random.Random(seed)
    collection = random_queries.collection(chance, segments=chance.randint(1, 3), documents=chance.randint(1, 12))
    assert differential.differences(collection, random_queries.Queries(chance), a_class=1) == []


def test_a_large_segment_is_scored_as_whoosh_scores_one(
    tier: str, tmp_path: Path, differential: Any, random_queries: Any, both: Any
) -> None:
    chance = random.Random(SEED)
    words = random_queries.WORDS
    large = [{"id": f"d{each}", "body": chance.choices(words, k=2)} for each in range(LARGE)]
    ours, stock = both(random_queries.schema(), large, large[:20])
    for name in ("_prefix", "_wildcard", "_fuzzy"):
        queries = random_queries.Queries(chance)
        for _ in range(3):
            asked = queries.of(getattr(random_queries, name), 0)
            assert differential.compared(ours, stock, asked, {"limit": 10}) is None, asked


@pytest.mark.parametrize(
    "weighting",
    [
        pytest.param(BM25F(B=0.2, K1=2.0), id="other parameters"),
        pytest.param(BM25F(body_B=0.0, title_B=1.0), id="other parameters for each field"),
        pytest.param(Weighting(), id="another rarity"),
    ],
)
def test_weightings_of_the_family_score_alike(
    tier: str, differential: Any, random_queries: Any, both: Any, weighting: Any
) -> None:
    chance = random.Random(SEED)
    collection = random_queries.collection(chance, segments=3, documents=20)
    ours, stock = both(random_queries.schema(), *collection.batches, deleted=collection.deleted, weighting=weighting)
    queries = random_queries.Queries(chance)
    for _ in range(60):
        asked = queries.any(2)
        assert differential.compared(ours, stock, asked, {"limit": 10}) is None, asked


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(query.Regex("body", "a(b|bc)"), id="pattern"),
        pytest.param(query.Variations("body", "ab"), id="variations"),
        pytest.param(query.TermRange("body", "ab", "bc"), id="range of terms"),
        pytest.param(query.NumericRange("number", -3, 9), id="range of numbers"),
        pytest.param(query.DisjunctionMax([query.Term("body", "ab"), query.Prefix("body", "c")]), id="the better one"),
        pytest.param(query.And([query.Term("body", "ab"), query.Term("body", "b")], boost=2.0), id="a boosted group"),
    ],
)
def test_what_the_kernels_do_not_evaluate_whooshs_own_matchers_find(
    both: Any, random_queries: Any, oracle: Any, asked: Any
) -> None:
    collection = random_queries.collection(random.Random(SEED), segments=2, documents=20)
    ours, stock = both(random_queries.schema(), *collection.batches, deleted=collection.deleted)
    wanted = oracle.answer(stock, asked)
    found = ours.search(asked, limit=None)
    assert wanted.total > 0
    assert {document for _, document in found.top_n} == {document for _, document in wanted.hits}


def test_a_weighting_of_another_kind_is_left_to_whoosh(
    both: Any, random_queries: Any, oracle: Any, differential: Any
) -> None:
    from whoosh.scoring import TF_IDF

    chance = random.Random(SEED)
    collection = random_queries.collection(chance, segments=2, documents=20)
    ours, stock = both(random_queries.schema(), *collection.batches, weighting=TF_IDF())
    for word in random_queries.WORDS:
        asked = query.Or([query.Term("body", word), query.Term("title", "ab")])
        wanted = oracle.answer(stock, asked)
        results = ours.search(asked, limit=5)
        assert differential.scored_alike(results.top_n, wanted.hits[:5], wanted.hits) is None
        assert len(results) == wanted.total
