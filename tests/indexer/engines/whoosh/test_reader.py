"""Whoosh's own searchers, matchers, collectors and readers work over a columnar segment as over one of its own."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import whoosh.fields
from whoosh import query, sorting
from whoosh.matching import ReadTooFar
from whoosh.query import spans
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn
from indexer.engines.whoosh.schema import LongText
from indexer.engines.whoosh.searcher import ColumnarSearcher

SEED = 7


@pytest.fixture
def collection(random_queries: Any) -> Any:
    collection = random_queries.collection(random.Random(SEED), segments=3, documents=25)
    collection.batches[1][0]["body"] = ["ab"] * 700 + ["b"] * 255  # frequencies that take more than a byte
    return collection


@pytest.fixture
def readers(both: Any, random_queries: Any, collection: Any) -> tuple[Any, Any]:
    """Return a reader of ours and one of stock Whoosh of the same documents."""
    ours, stock = both(random_queries.schema(), *collection.batches, deleted=collection.deleted)
    return ours.reader(), stock.reader()


def test_whoosh_finds_by_its_own_matchers_what_it_finds_in_its_own_segments(
    tier: str, readers: tuple[Any, Any], random_queries: Any, oracle: Any, differential: Any
) -> None:
    ours, stock = (Searcher(each, closereader=False) for each in readers)
    queries = random_queries.Queries(random.Random(SEED))
    for maker in random_queries.BY_CLASS:
        for _ in range(4):
            asked = queries.of(maker, 3)
            got, wanted = oracle.answer(ours, asked), oracle.answer(stock, asked)
            assert got.total == wanted.total, asked
            assert differential.scored_alike(got.hits, wanted.hits, wanted.hits) is None, asked


WORDS = [query.Term("body", word) for word in ("ab", "abc", "b", "bc")]
SPANS = {
    "near": spans.SpanNear2(WORDS[:2], slop=3),
    "near in any order": spans.SpanNear2(WORDS[1:3], slop=4, ordered=False),
    "first": spans.SpanFirst(WORDS[0], limit=2),
    "or": spans.SpanOr(WORDS),
    "not": spans.SpanNot(WORDS[0], WORDS[1]),
    "before": spans.SpanBefore(WORDS[2], WORDS[3]),
    "sequence": query.Sequence(WORDS[:2], slop=3),
    "ordered": query.Ordered(WORDS[:2]),
}


@pytest.mark.parametrize("name", SPANS)
def test_queries_for_places_find_the_same(readers: tuple[Any, Any], oracle: Any, differential: Any, name: str) -> None:
    ours, stock = (Searcher(each, closereader=False) for each in readers)
    got, wanted = oracle.answer(ours, SPANS[name]), oracle.answer(stock, SPANS[name])
    assert wanted.hits
    assert differential.scored_alike(got.hits, wanted.hits, wanted.hits) is None


ANY = query.Or([query.Term("body", word) for word in ("ab", "b", "كتب", "zz")])
OPTIONS: dict[str, dict[str, Any]] = {
    "the best with quality": {"limit": 4},
    "the best without": {"limit": 4, "optimize": False},
    "terms that matched": {"terms": True, "limit": None},
    "groups": {"groupedby": "source", "limit": None},
    "counts": {"groupedby": "day", "maptype": sorting.Count, "limit": None},
    "overlapping groups": {"groupedby": sorting.FieldFacet("tag", allow_overlap=True), "limit": None},
    "best of each group": {"collapse": "source", "limit": None},
    "worst first": {"reverse": True},
    "unscored": {"scored": False},
    "sorted by postings": {"sortedby": "id", "limit": None},
    "sorted by score": {"sortedby": [sorting.FieldFacet("day"), sorting.ScoreFacet()], "limit": None},
    "sorted by stored": {"sortedby": sorting.StoredFieldFacet("note"), "limit": None},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_whoosh_does_what_the_kernels_cannot(
    tier: str, both: Callable[..., Any], random_queries: Any, collection: Any, name: str
) -> None:
    ours, stock = both(random_queries.schema(), *collection.batches, deleted=collection.deleted)
    got, wanted = ours.search(ANY, **OPTIONS[name]), stock.search(ANY, **OPTIONS[name])
    assert [document for _, document in got.top_n] == [document for _, document in wanted.top_n]
    assert len(got) == len(wanted)
    assert got.docs() == wanted.docs()
    if wanted.facet_names():
        assert got.groups() == wanted.groups()
    if wanted.has_matched_terms():
        assert got.matched_terms() == wanted.matched_terms()
        assert [set(hit.matched_terms()) for hit in got] == [set(hit.matched_terms()) for hit in wanted]


def test_whooshs_skipping_by_quality_finds_the_best(
    readers: tuple[Any, Any], oracle: Any, differential: Any, random_queries: Any
) -> None:
    ours, stock = (Searcher(each, closereader=False) for each in readers)
    for word in random_queries.WORDS:
        for asked in (query.Term("body", word), query.Or([query.Term("body", word), query.Term("title", "b")])):
            results, wanted = ours.search(asked, limit=3), oracle.answer(stock, asked)
            assert differential.scored_alike(results.top_n, wanted.hits[:3], wanted.hits) is None
            assert len(results) == wanted.total


def test_terms_and_what_is_known_of_them_are_the_same(readers: tuple[Any, Any]) -> None:
    for ours, stock in zip(*(list(each.leaf_readers()) for each in readers), strict=True):
        mine, theirs = ours[0], stock[0]
        assert list(mine.all_terms()) == list(theirs.all_terms())
        assert list(mine.terms_from("body", "c")) == list(theirs.terms_from("body", "c"))
        assert [term for term, _ in mine.iter_from("body", "c")] == [term for term, _ in theirs.iter_from("body", "c")]
        assert list(mine.indexed_field_names()) == list(theirs.indexed_field_names())
        for (own_term, own), (term, known) in zip(mine, theirs, strict=True):
            assert own_term == term
            for name in ("weight", "doc_frequency", "min_length", "max_length", "max_weight", "min_id", "max_id"):
                assert getattr(own, name)() == getattr(known, name)(), (term, name)
        for field in ("body", "title", "tag", "number"):
            assert mine.field_length(field) == theirs.field_length(field)
        for field in ("body", "title"):
            assert mine.max_field_length(field) == theirs.max_field_length(field)
            assert mine.min_field_length(field) == theirs.min_field_length(field)


def test_postings_are_the_same(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    for field, text in (("body", "ab"), ("title", "b"), ("tag", "red"), ("body", "كتب")):
        mine, theirs = ours.postings(field, text), stock.postings(field, text)
        kinds = [kind for kind in ("frequency", "weight", "positions") if theirs.supports(kind)]
        while theirs.is_active():
            assert mine.id() == theirs.id()
            assert mine.weight() == theirs.weight()
            assert [mine.value_as(kind) for kind in kinds] == [theirs.value_as(kind) for kind in kinds]
            if "positions" in kinds:
                assert [str(span) for span in mine.spans()] == [str(span) for span in theirs.spans()]
            mine.next()
            theirs.next()
        assert not mine.is_active()


def test_documents_columns_and_stored_fields_are_the_same(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    assert ours.doc_count() == stock.doc_count()
    assert ours.doc_count_all() == stock.doc_count_all()
    assert list(ours.all_doc_ids()) == list(stock.all_doc_ids()) if stock.is_atomic() else True
    for column in ("number", "day", "source"):
        assert list(ours.column_reader(column)) == list(stock.column_reader(column))
    for document in range(stock.doc_count_all()):
        assert ours.is_deleted(document) == stock.is_deleted(document)
        assert ours.stored_fields(document) == stock.stored_fields(document)
        assert ours.doc_field_length(document, "body") == (stock.doc_field_length(document, "body") or 0)
    assert list(ours.all_stored_fields()) == list(stock.all_stored_fields())


def test_a_matcher_moves_and_is_copied_as_whooshs(readers: tuple[Any, Any]) -> None:
    for ours, stock in zip(*(list(each.leaf_readers()) for each in readers), strict=True):
        mine, theirs = ours[0].postings("body", "ab"), stock[0].postings("body", "ab")
        for target in (0, 3, 9, 10**6):
            copy = mine.copy()
            for each in (mine, theirs, copy):
                each.skip_to(target)
            assert (mine.is_active(), copy.is_active()) == (theirs.is_active(),) * 2
            if theirs.is_active():
                assert mine.id() == theirs.id() == copy.id()
        mine.reset()
        assert list(mine.all_ids()) == list(stock[0].postings("body", "ab").all_ids())
        with pytest.raises(ReadTooFar):
            copy.skip_to(1)
        with pytest.raises(ReadTooFar):
            copy.next()


def test_a_field_without_positions_has_no_spans(readers: tuple[Any, Any]) -> None:
    ours, _ = readers
    with pytest.raises(AttributeError):
        ours.postings("title", "b").spans()
    body = ours.postings("body", "ab")
    assert [position for position, _ in body.value_as("position_boosts")] == body.value_as("positions")


def test_a_term_that_is_not_there_is_not_found(readers: tuple[Any, Any]) -> None:
    for each in readers:
        leaf, _ = next(iter(each.leaf_readers()))
        assert (leaf.frequency("body", "none"), leaf.doc_frequency("body", "none")) == (0, 0)
        assert ("body", "none") not in leaf
        for ask in (leaf.postings, leaf.term_info):
            with pytest.raises(TermNotFound):
                ask("body", "none")


def test_a_cursor_walks_over_the_terms(readers: tuple[Any, Any]) -> None:
    for ours, stock in zip(*(list(each.leaf_readers()) for each in readers), strict=True):
        mine, theirs = ours[0].cursor("body"), stock[0].cursor("body")
        while theirs.is_valid():
            assert mine.text() == theirs.text()
            assert mine.term_info().weight() == theirs.term_info().weight()
            assert mine.next() == theirs.next()
        assert (mine.text(), mine.term_info(), mine.is_valid()) == (None, None, False)
        assert mine.first() == theirs.first()
        assert mine.find("b") == theirs.find("b")
        assert mine.find(b"\xff") is None


def test_columns_are_read_forwards_and_backwards(readers: tuple[Any, Any]) -> None:
    for ours, stock in zip(*(list(each.leaf_readers()) for each in readers), strict=True):
        mine, theirs = (each[0].column_reader("day", reverse=True, translate=False) for each in (ours, stock))
        assert [mine.sort_key(each) for each in range(len(mine))] == [
            theirs.sort_key(each) for each in range(len(mine))
        ]
        assert mine.load() == list(theirs.load())


def test_conditions_find_the_same_by_whooshs_matchers(tier: str, readers: tuple[Any, Any]) -> None:
    searcher = Searcher(readers[0], closereader=False)
    for asked in (ColumnIn("source", frozenset({b"north"})), ColumnBetween("day", 2, 5), ColumnBetween("day", None, 4)):
        wanted = {
            document for _, document in ColumnarSearcher(readers[0], closereader=False).search(asked, limit=None).top_n
        }
        assert {hit.docnum for hit in searcher.search(asked, limit=None)} == wanted
        assert asked.with_boost(2.0) is asked
    assert not searcher.search(ColumnBetween("title", 1, 2))


@pytest.mark.parametrize("distance", [0, 1, 2])
@pytest.mark.parametrize("prefix", [0, 1, 2])
def test_near_terms_are_the_same(tier: str, readers: tuple[Any, Any], distance: int, prefix: int) -> None:
    for ours, stock in zip(*(list(each.leaf_readers()) for each in readers), strict=True):
        for word in ("abc", "كتاب", "zz"):
            mine = sorted(ours[0].terms_within("body", word, distance, prefix))
            assert mine == sorted(stock[0].terms_within("body", word, distance, prefix))


def test_corrections_are_suggested(readers: tuple[Any, Any]) -> None:
    leaf, _ = next(iter(readers[0].leaf_readers()))
    assert "abc" in leaf.corrector("body").suggest("abcd", limit=5, maxdist=2)


@pytest.fixture
def texts(make_index: Any) -> Any:
    """Return a searcher of two documents with a text that is analysed, and a long one."""
    schema = whoosh.fields.Schema(
        title=whoosh.fields.TEXT(stored=True), article=LongText(), note=whoosh.fields.STORED()
    )
    long = "one two  three " * 500
    return make_index(
        schema,
        [{"title": "Rendering the scene twice", "article": long, "note": {"a": [1, None]}}],
        [{"title": "The other scene"}],
    ).searcher()


def test_words_are_marked_by_whoosh(texts: Any) -> None:
    results = texts.search(query.Term("title", "scene"))
    assert [hit.highlights("title") for hit in results] == [
        'The other <b class="match term0">scene</b>',
        'Rendering the <b class="match term0">scene</b> twice',
    ]


def test_long_texts_are_stored_fields(texts: Any) -> None:
    fields = texts.stored_fields(0)
    assert fields["article"].startswith("one two  three")
    assert fields.keys() == {"title", "note", "article"}
    assert texts.reader().stored_fields(0) == fields
    hit = texts.search(query.Every())[0]
    assert hit.fields() == fields
    assert hit["article"] == fields["article"]
    assert hit.get("note") == {"a": [1, None]}


def test_a_field_that_is_not_there_is_a_key_error(texts: Any) -> None:
    hit = texts.search(query.Every())[1]
    for name in ("nothing", "note"):
        with pytest.raises(KeyError):
            hit[name]
        assert name not in hit
        assert hit.get(name, 3) == 3
