"""The columnar searcher: Whoosh's results and hits, exact totals, many threads."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from whoosh import query
from whoosh.reading import ReaderClosed
from whoosh.searching import Results

from indexer import kernels
from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn
from indexer.engines.whoosh.hits import ColumnarHit, ColumnarResults
from indexer.engines.whoosh.query_compiler import mask_limit

THREADS = 8
ANY = query.Or([query.Term("body", word) for word in ("ab", "b", "كتب", "zz")])


@pytest.fixture
def searchers(tier: str, both: Any, random_queries: Any) -> tuple[Any, Any]:
    """Return a searcher of ours and one of stock Whoosh, of the same random documents in three segments."""
    collection = random_queries.collection(random.Random(3), segments=3, documents=40)
    searchers: tuple[Any, Any] = both(random_queries.schema(), *collection.batches, deleted=collection.deleted)
    return searchers


def test_results_behave_as_whooshs_do(searchers: tuple[Any, Any]) -> None:
    ours, stock = searchers
    got, wanted = ours.search(ANY, limit=5), stock.search(ANY, limit=5)
    assert isinstance(got, Results)
    assert len(got) == len(wanted) == got.estimated_length() == got.estimated_min_length()
    assert got.has_exact_length()
    assert got.scored_length() == 5
    assert not got.is_empty()
    assert got.docs() == wanted.docs()
    assert [got.docnum(each) for each in range(5)] == [wanted.docnum(each) for each in range(5)]
    assert [got.score(each) for each in range(5)] == pytest.approx([wanted.score(each) for each in range(5)])
    assert [got.fields(each) for each in range(5)] == [wanted.fields(each) for each in range(5)]
    assert list(got.items()) == [(document, score) for score, document in got.top_n]
    assert got.docnum(0) in got
    assert got.runtime > 0
    assert got.query_terms() == wanted.query_terms()
    assert "Top 5 Results" in repr(got)
    assert len(got.copy()) == len(got)
    with pytest.raises(IndexError, match="5 hits"):
        got[5]


def test_hits_behave_as_whooshs_do(searchers: tuple[Any, Any]) -> None:
    got, wanted = (each.search(ANY, limit=5) for each in searchers)
    for own, hit in zip(got, wanted, strict=True):
        assert isinstance(own, ColumnarHit)
        assert (own.docnum, own.rank, own.pos) == (hit.docnum, hit.rank, hit.pos)
        assert own.score == pytest.approx(hit.score)
        assert own.fields() == hit.fields()
        assert own["id"] == hit["id"]
        assert own["day"] == hit["day"]  # from its column
        assert ("day" in own, "nothing" in own) == (True, False)
        assert dict(own) == dict(hit)
        assert own == hit.fields()
    assert [hit.docnum for hit in got[1:3]] == [got.docnum(1), got.docnum(2)]
    assert got[-1].docnum == got.docnum(4)


def test_results_can_be_put_together(searchers: tuple[Any, Any]) -> None:
    first, second = (query.Term("body", word) for word in ("ab", "b"))
    for name in ("extend", "filter", "upgrade", "upgrade_and_extend"):
        got, wanted = (each.search(first, limit=None) for each in searchers)
        for results, searcher in zip((got, wanted), searchers, strict=True):
            getattr(results, name)(searcher.search(second, limit=None))
        assert [document for _, document in got.top_n] == [document for _, document in wanted.top_n]
        assert got.docs() == wanted.docs()


def test_pages_are_whooshs(searchers: tuple[Any, Any]) -> None:
    got, wanted = (each.search_page(ANY, 2, pagelen=7) for each in searchers)
    assert (got.total, got.pagecount, got.pagenum, got.offset) == (
        wanted.total,
        wanted.pagecount,
        wanted.pagenum,
        wanted.offset,
    )
    assert [hit["id"] for hit in got] == [hit["id"] for hit in wanted]


FILTERS = {
    "query": query.Term("body", "ab"),
    "condition": ColumnIn("source", frozenset({b"north", b"south"})),
    "range": ColumnBetween("day", 3, 6),
    "anything that Whoosh finds": query.Sequence([query.Term("body", "ab"), query.Term("body", "b")], slop=9),
    "documents": {1, 2, 3, 5, 8, 13, 21, 34, 55},
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters_and_masks(searchers: tuple[Any, Any], oracle: Any, name: str) -> None:
    ours, stock = searchers
    for option in ("filter", "mask"):
        for _ in range(2):  # the second time from memory
            got = ours.search(ANY, limit=None, **{option: FILTERS[name]})
            wanted = oracle.answer(stock, ANY, **{option: FILTERS[name]})
            assert [document for _, document in got.top_n] == [document for _, document in wanted.hits]
            assert len(got) == wanted.total


def test_results_and_pages_filter_too(searchers: tuple[Any, Any]) -> None:
    ours, _ = searchers
    among = ours.search(query.Term("body", "ab"), limit=3)
    expected = [document for _, document in ours.search(ANY, limit=None).top_n if document in among.docs()]
    assert [hit.docnum for hit in ours.search(ANY, limit=None, filter=among)] == expected
    page = ours.search_page(query.Term("body", "ab"), 1, pagelen=2)
    assert [hit.docnum for hit in ours.search(ANY, limit=None, filter=page)] == expected
    with pytest.raises(TypeError, match="expected a query"):
        ours.search(ANY, filter="ab")


LEFT_TO_WHOOSH = {
    "scored by how many match": query.Or([query.Term("body", "ab"), query.Term("body", "b")], scale=0.5),
    "a class of one's own": type("Own", (query.Prefix,), {})("body", "a"),
    "a query for places inside": query.And(
        [query.Sequence([query.Term("body", "ab"), query.Term("body", "b")], slop=9), query.Term("body", "b")]
    ),
}


@pytest.mark.parametrize("name", LEFT_TO_WHOOSH)
def test_a_query_without_a_tree_is_found_by_whoosh(
    searchers: tuple[Any, Any], oracle: Any, differential: Any, name: str
) -> None:
    ours, stock = searchers
    results, wanted = ours.search(LEFT_TO_WHOOSH[name], limit=4), oracle.answer(stock, LEFT_TO_WHOOSH[name])
    assert not isinstance(results, ColumnarResults)
    assert differential.scored_alike(results.top_n, wanted.hits[:4], wanted.hits) is None
    assert len(results) == wanted.total


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(query.And([]), id="And of nothing"),
        pytest.param(query.Or([]), id="Or of nothing"),
        pytest.param(query.Phrase("body", []), id="a phrase of nothing"),
        pytest.param(query.Phrase("nowhere", ["ab"]), id="a phrase in an unknown field"),
        pytest.param(query.Term("number", "ab"), id="a number that is none"),
        pytest.param(query.TermRange("number", "x", "y"), id="a range of numbers that are none"),
        pytest.param(query.Variations("number", "render"), id="variations of a number"),
        pytest.param(query.ColumnQuery("title", 3), id="a field without a column"),
    ],
)
def test_a_query_that_can_find_nothing_finds_nothing(searchers: tuple[Any, Any], asked: Any) -> None:
    assert len(searchers[0].search(asked)) == 0


def test_a_large_union_is_found_and_not_remembered(tier: str, make_index: Any, random_queries: Any) -> None:
    words = [f"w{number:04}" for number in range(3000)]
    searcher = make_index(random_queries.schema(), [{"id": "x", "body": words}, {"id": "y", "body": ["w"]}]).searcher()
    asked = query.Prefix("body", "w", constantscore=False)
    assert [hit["id"] for hit in searcher.search(asked)] == ["x", "y"]
    assert not len(searcher.compiler._expansions)


def test_idfs_are_not_cached_without_bound(monkeypatch: pytest.MonkeyPatch, searchers: tuple[Any, Any]) -> None:
    monkeypatch.setattr("indexer.engines.whoosh.searcher.MAX_IDFS", 2)
    for word in ("ab", "b", "c", "ca"):
        searchers[0].search(query.Term("body", word), terms=True)
    assert len(searchers[0]._idf_cache) <= 2


def test_a_limit_below_one_is_refused(searchers: tuple[Any, Any]) -> None:
    for each in searchers:
        with pytest.raises(ValueError, match="limit"):
            each.search(ANY, limit=0)


def test_an_unknown_option_is_refused(searchers: tuple[Any, Any]) -> None:
    for each in searchers:
        with pytest.raises(TypeError):
            each.search(ANY, speed=3)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(query.Prefix("nowhere", "a"), id="an unknown field"),
        pytest.param(query.Every("note"), id="a field without terms"),
        pytest.param(query.Phrase("title", ["ab", "b"]), id="a phrase without positions"),
        pytest.param(query.Regex("body", "("), id="no regular expression"),
        pytest.param(query.NumericRange("body", 1, 2), id="a range of what are no numbers"),
        pytest.param(query.ColumnQuery("nowhere", 3), id="an unknown column"),
    ],
)
def test_a_query_that_is_wrong_raises_what_whoosh_raises(searchers: tuple[Any, Any], asked: Any) -> None:
    raised = []
    for each in searchers:
        with pytest.raises(Exception) as problem:  # noqa: PT011, whichever Whoosh raises
            each.search(asked)
        raised.append(problem.type)
    assert raised[0] is raised[1]


def test_a_tree_deeper_than_the_kernels_go_is_left_to_whoosh(searchers: tuple[Any, Any], oracle: Any) -> None:
    deep: Any = query.Term("body", "ab")
    for _ in range(80):
        deep = query.And([deep, query.Term("body", "b")])
    ours, stock = searchers
    results = ours.search(deep, limit=3)
    assert not isinstance(results, ColumnarResults)
    wanted = oracle.answer(stock, deep)
    assert [document for _, document in results.top_n] == [document for _, document in wanted.hits[:3]]
    assert len(results) == wanted.total


def test_totals_are_exact_in_whooshs_own_search_too(searchers: tuple[Any, Any], oracle: Any) -> None:
    ours, stock = searchers
    for option in ({"terms": True}, {"optimize": True, "terms": True}):
        assert len(ours.search(ANY, limit=2, **option)) == oracle.answer(stock, ANY).total


def test_a_closed_searcher_says_so(make_index: Any, random_queries: Any) -> None:
    index = make_index(random_queries.schema(), [{"id": "x", "body": ["ab"]}])
    with index.searcher() as searcher:
        assert len(searcher.search(ANY)) == 1
    with pytest.raises(ReaderClosed):
        searcher.search(ANY)


def test_an_index_without_documents_finds_nothing(tier: str, make_index: Any, random_queries: Any) -> None:
    searcher = make_index(random_queries.schema()).searcher()
    queries = random_queries.Queries(random.Random(1))
    for maker in random_queries.BY_CLASS:
        results = searcher.search(queries.of(maker, 2))
        assert (len(results), list(results), results.docs()) == (0, [], set())


def test_one_searcher_serves_many_threads_at_once(searchers: tuple[Any, Any], random_queries: Any) -> None:
    ours, _ = searchers
    chance = random.Random(11)
    queries = random_queries.Queries(chance)
    asked = [(queries.any(2), {"limit": 5, "filter": queries.any(1)}) for _ in range(60)]
    asked += [(queries.any(1), {"limit": 5, "sortedby": "day"}) for _ in range(20)]
    asked += [(ANY, {"limit": 5, "terms": True}) for _ in range(5)]
    alone = [_seen(ours.search(each, **options)) for each, options in asked]
    fresh = type(ours)(ours.reader(), closereader=False)  # nothing is remembered yet

    def ask(seed: int) -> bool:
        order = list(range(len(asked)))
        random.Random(seed).shuffle(order)
        return all(_seen(fresh.search(asked[each][0], **asked[each][1])) == alone[each] for each in order)

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(ask, range(THREADS * 2)))


def _seen(results: Any) -> tuple[Any, ...]:
    return len(results), results.top_n, [dict(hit.fields()) for hit in results], sorted(results.docs())


def test_what_is_remembered_is_bounded(tier: str, make_index: Any, random_queries: Any) -> None:
    searcher = make_index(random_queries.schema(), [{"id": "x", "body": ["ab", "abc"], "day": 3}]).searcher()
    for number in range(600):
        searcher.search(query.Prefix("body", "a", boost=float(number)), filter=ColumnBetween("day", 0, number))
        searcher.search(query.Phrase("body", ["ab", "abc"], boost=float(number)))
    assert len(searcher.compiler._expansions) <= 256
    assert len(searcher.compiler._phrases) <= 512
    assert len(searcher.compiler._masks) <= 64
    assert len(searcher._filters) <= 64


@pytest.mark.parametrize(("documents", "limit"), [(0, 64), (30_000, 64), (1_000_000, 33), (100_000_000, 4)])
def test_masks_are_bounded_by_their_bytes(documents: int, limit: int) -> None:
    whole, rest = divmod(documents, 65_536)
    assert mask_limit([SimpleNamespace(documents=size) for size in (*[65_536] * whole, rest)]) == limit  # type: ignore[misc]


def test_the_kernels_are_used_for_every_class_of_query(searchers: tuple[Any, Any], random_queries: Any) -> None:
    ours, _ = searchers
    queries = random_queries.Queries(random.Random(2))
    for maker in random_queries.BY_CLASS:
        assert isinstance(ours.search(queries.of(maker, 3)), ColumnarResults)
    assert kernels.TIER in ("numpy", "native")
