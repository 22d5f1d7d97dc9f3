"""A generation as a Whoosh index: opened, searched by Whoosh's public interface, read-only, damaged."""

from __future__ import annotations

import datetime
import gc
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import whoosh.fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.qparser import MultifieldParser, OrGroup, QueryParser

from indexer import open_index, rebuild
from indexer.engines.whoosh.conditions import ColumnBetween
from indexer.engines.whoosh.index import ColumnarIndex, open_whoosh
from indexer.engines.whoosh.weighting import Weighting
from indexer.errors import IndexDamagedError, IndexNotFoundError, IndexUnusableError, InputError
from indexer.storage.segment.layout import Layout
from indexer.storage.toc import TOC, Toc

ARTICLES = [
    {
        "id": "1",
        "title": "الصحفيون يجتمعون",
        "body": "اجتمع والصحفيون في بيروت أمس. وقال صحفي إن المدينة هادئة.",
        "date": "2015-07-20",
        "source": "الشرفة",
        "category": "لبنان",
        "url": "https://example.org/1",
    },
    {
        "id": "2",
        "title": "أخبار الميناء",
        "body": "وصلت السفن إلى ميناء بيروت.",
        "date": "2015-08-02",
        "source": "الراصد",
    },
    {"id": "3", "title": "طقس", "body": "أمطار على الساحل، والسفن في الميناء.", "source": "الشرفة"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of three articles."""
    root = tmp_path_factory.mktemp("articles")
    source = root / "articles.jsonl"
    source.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in ARTICLES), encoding="utf-8")
    rebuild([source], root / "index")
    return root / "index"


@pytest.fixture(scope="module")
def index(folder: Path) -> ColumnarIndex:
    return open_whoosh(folder / "gen-1")


@pytest.fixture
def searcher(index: ColumnarIndex) -> Iterator[Any]:
    with index.searcher(weighting=Weighting()) as searcher:
        yield searcher


def ids(results: Any) -> list[str]:
    return [hit["id"] for hit in results]


# -- searching by Whoosh's public interface


def test_an_index_says_what_it_is(index: ColumnarIndex) -> None:
    assert (index.doc_count(), index.doc_count_all(), index.is_empty()) == (3, 3, False)
    assert index.last_modified() > 0
    assert "ColumnarIndex" in repr(index)
    assert index.searcher().refresh().up_to_date()
    assert index.searcher().field_length("exact") == index.reader().field_length("exact") > 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("والصحفيون في بيروت", ["1"], id="inflected words and a stop word"),
        pytest.param("للسفن", ["2", "3"], id="a preposition and the article"),
        pytest.param('"ميناء بيروت"', ["2"], id="a phrase"),
        pytest.param("السفن NOT امطار", ["2"], id="without a word"),
        pytest.param("سفي*", ["2", "3"], id="a prefix of a stem"),
        pytest.param("*ينا*", ["2", "3"], id="a pattern"),
        pytest.param("في", [], id="a stop word alone"),
    ],
)
def test_whooshs_query_parser_understands_arabic(
    index: ColumnarIndex, searcher: Any, text: str, expected: list[str]
) -> None:
    assert sorted(ids(searcher.search(QueryParser("stem", index.schema).parse(text)))) == expected


def test_whooshs_multifield_parser_searches_titles_and_bodies(index: ColumnarIndex, searcher: Any) -> None:
    parser = MultifieldParser(["stem", "exact"], index.schema, group=OrGroup)
    assert ids(searcher.search(parser.parse("الصحفيين")))[0] == "1"
    assert sorted(ids(searcher.search(parser.parse("الميناء")))) == ["2", "3"]


def test_exact_fields_keep_words_as_they_are_written(index: ColumnarIndex, searcher: Any) -> None:
    parser = QueryParser("exact", index.schema)
    assert ids(searcher.search(parser.parse("والصحفيون"))) == ["1"]
    assert ids(searcher.search(parser.parse("الصحفيين"))) == []


@pytest.mark.parametrize("space", ["stem", "exact"])
@pytest.mark.parametrize("text", ["صحفيون OR بيروت", "السفن AND الميناء", "ميناء"])
def test_whooshs_own_matchers_score_as_the_kernels_do(index: ColumnarIndex, space: str, text: str) -> None:
    with index.searcher(weighting=Weighting()) as searcher:
        asked = QueryParser(space, index.schema).parse(text)
        by_kernels = {hit["id"]: hit.score for hit in searcher.search(asked, limit=None)}
        grouped = searcher.search(asked, limit=None, groupedby="source")
        assert {hit["id"]: hit.score for hit in grouped} == pytest.approx(by_kernels)
        assert type(grouped) is not type(searcher.search(asked))


def test_a_hit_has_the_fields_of_its_article(searcher: Any) -> None:
    hit = searcher.search(query.Term("id", "1"))[0]
    assert hit.fields() == ARTICLES[0] | {"lang": hit["lang"], "authors": [], "other_urls": []}
    assert (hit["title"], hit["date"], hit.get("url")) == ("الصحفيون يجتمعون", "2015-07-20", "https://example.org/1")
    assert next(searcher.documents(id="2"))["source"] == "الراصد"
    assert searcher.document(id="3").get("date") is None


@pytest.mark.parametrize(
    ("field", "word", "marked"),
    [
        pytest.param("stem", "الصحفيين", ["والصحفيون", "صحفي"], id="by stems"),
        pytest.param("exact", "صحفي", ["صحفي"], id="as written"),
    ],
)
def test_the_words_of_the_query_are_marked_in_the_body(
    index: ColumnarIndex, searcher: Any, field: str, word: str, marked: list[str]
) -> None:
    hit = searcher.search(QueryParser(field, index.schema).parse(word))[0]
    html = hit.highlights("body")
    assert [part.split("</b>")[0].split(">")[-1] for part in html.split("<b")[1:]] == marked
    assert ">والصحفيون<" in hit.highlights("stem", text=hit["body"]) or field == "exact"


def test_titles_are_marked_too(index: ColumnarIndex, searcher: Any) -> None:
    hit = searcher.search(QueryParser("stem", index.schema).parse("صحفي"))[0]
    assert ">الصحفيون</b> يجتمعون" in hit.highlights("title")


def test_articles_like_another_are_found(searcher: Any) -> None:
    hit = searcher.search(query.Term("id", "3"))[0]
    assert ids(hit.more_like_this("stem")) == ["2"]
    assert ids(searcher.more_like(hit.docnum, "stem", text="بيروت"))[0] in ("1", "2")
    results = searcher.search(query.Term("id", "2"))
    assert "سفينه" in {term for term, _ in results.key_terms("stem", numterms=9)}


def test_the_documented_example_runs(
    folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code = (root / "docs" / "how-a-query-runs.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "index").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    exec(code.replace("انتخابات لبنان", "السفن في ميناء بيروت"), {})
    printed = capsys.readouterr().out
    assert "2015-08-02 الراصد أخبار الميناء" in printed
    assert "3 articles" in printed


def test_results_are_grouped_by_source(searcher: Any) -> None:
    groups = searcher.search(query.Every(), groupedby="source").groups()
    assert {source: len(documents) for source, documents in groups.items()} == {"الشرفة": 2, "الراصد": 1}
    days = searcher.search(query.Every(), groupedby="date").groups()
    assert days.keys() == {datetime.date(2015, 7, 20), datetime.date(2015, 8, 2), None}


def test_results_are_sorted_by_columns(searcher: Any) -> None:
    assert ids(searcher.search(query.Every(), sortedby="date")) == ["3", "1", "2"]
    assert ids(searcher.search(query.Every(), sortedby="date", reverse=True)) == ["2", "1", "3"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(query.Every(), ["1", "2", "3"], id="every article"),
        pytest.param(query.Prefix("exact", "مين"), ["2"], id="prefix"),
        pytest.param(query.Wildcard("exact", "*سفن"), ["2", "3"], id="wildcard"),
        pytest.param(query.FuzzyTerm("exact", "بيرود"), ["1", "2"], id="fuzzy"),
        pytest.param(query.TermRange("id", "2", None), ["2", "3"], id="range of terms"),
        pytest.param(query.ColumnQuery("source", "الراصد"), ["2"], id="column"),
        pytest.param(query.ColumnQuery("date", lambda day: bool(day) and day.month == 7), ["1"], id="column of dates"),
        pytest.param(ColumnBetween("date", datetime.date(2015, 8, 1).toordinal(), None), ["2"], id="days between"),
    ],
)
def test_whooshs_query_classes_are_found(searcher: Any, asked: Any, expected: list[str]) -> None:
    assert sorted(ids(searcher.search(asked, limit=None))) == expected


def test_words_near_another_are_suggested_from_the_lexicon(searcher: Any) -> None:
    assert "بيروت" in searcher.suggest("exact", "بيرود")
    assert b"\xd8\xa8\xd9\x8a\xd8\xb1\xd9\x88\xd8\xaa" in set(searcher.lexicon("exact"))


def test_a_replaced_searcher_is_freed_without_the_garbage_collector(index: ColumnarIndex) -> None:
    import weakref

    gc.disable()
    try:
        searcher = index.searcher(weighting=Weighting())
        searcher.search(QueryParser("stem", index.schema).parse('"ميناء بيروت" OR سف*'), filter=query.Every())
        gone = weakref.ref(searcher)
        del searcher
        assert gone() is None
    finally:
        gc.enable()


# -- read-only


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda index: index.writer(), id="writer"),
        pytest.param(lambda index: index.optimize(), id="optimize"),
        pytest.param(lambda index: index.delete_by_term("id", "1"), id="delete_by_term"),
        pytest.param(lambda index: index.delete_by_query(query.Every()), id="delete_by_query"),
        pytest.param(lambda index: index.add_field("more", whoosh.fields.STORED()), id="add_field"),
        pytest.param(lambda index: index.remove_field("body"), id="remove_field"),
    ],
)
def test_a_change_is_refused_and_touches_nothing(folder: Path, change: Callable[[Any], object]) -> None:
    before = {path.name: path.read_bytes() for path in (folder / "gen-1").iterdir()}
    with pytest.raises(InputError, match=r"read-only; .*indexer\.open_index"):
        change(open_whoosh(folder / "gen-1"))
    assert {path.name: path.read_bytes() for path in (folder / "gen-1").iterdir()} == before
    with open_index(folder) as opened:
        assert opened.check() == ()
        assert opened.stats().articles == 3


# -- what cannot be opened


@pytest.fixture
def small(make_index: Any) -> ColumnarIndex:
    """Return an index with a field of words."""
    schema = whoosh.fields.Schema(id=whoosh.fields.ID(unique=True, stored=True), text=whoosh.fields.TEXT(stored=True))
    index: ColumnarIndex = make_index(schema, [{"id": "1", "text": "Some text"}, {"id": "2", "text": "more"}])
    return index


def test_a_folder_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="no index here"):
        open_whoosh(tmp_path)


def test_another_schema_is_refused(small: ColumnarIndex) -> None:
    with pytest.raises(IndexUnusableError, match="other fields"):
        open_whoosh(small.folder)
    with pytest.raises(IndexUnusableError, match="other fields"):
        open_whoosh(small.folder, whoosh.fields.Schema(text=whoosh.fields.TEXT(phrase=False)))


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _nothing(content: bytes) -> bytes:
    return b""


def _turned(content: bytes) -> bytes:
    return content[::-1]


@pytest.mark.parametrize("name", [TOC, "s1.seg"])
@pytest.mark.parametrize("damage", [_cut, _nothing, _turned])
def test_a_damaged_file_is_one_clear_line(small: ColumnarIndex, name: str, damage: Callable[[bytes], bytes]) -> None:
    path = small.folder / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(IndexDamagedError) as problem:
        open_whoosh(small.folder, small.schema)
    assert "\n" not in str(problem.value)


def test_a_missing_file_is_named(small: ColumnarIndex) -> None:
    (small.folder / "s1.seg").unlink()
    with pytest.raises(IndexDamagedError, match=r"s1\.seg"):
        open_whoosh(small.folder, small.schema)


def test_segments_that_are_not_those_of_the_table_of_contents_are_refused(small: ColumnarIndex) -> None:
    toc = Toc.read(small.folder)
    replace(toc, segments=(replace(toc.segments[0], documents=3),)).write(small.folder)
    with pytest.raises(IndexDamagedError, match="not the segment"):
        open_whoosh(small.folder, small.schema)
    replace(toc, layout=Layout(toc.layout.fields, stored=("id",))).write(small.folder)
    with pytest.raises(IndexDamagedError, match="another layout"):
        open_whoosh(small.folder, whoosh.fields.Schema(id=whoosh.fields.ID(stored=True), text=whoosh.fields.TEXT()))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.integers(64, 4000), st.integers(1, 255)), min_size=1, max_size=4))
def test_whatever_bytes_a_segment_has_it_is_read_or_refused(
    make_index: Any, random_queries: Any, places: list[tuple[int, int]]
) -> None:
    chance = random_queries.random.Random(5)
    schema = random_queries.schema()
    index = make_index(schema, random_queries.collection(chance, segments=1, documents=6).batches[0])
    path = next(index.folder.glob("*.seg"))
    content = bytearray(path.read_bytes())
    for place, turned in places:
        content[place % len(content)] ^= turned
    path.unlink()  # the file that is still open stays whole
    path.write_bytes(content)
    queries = random_queries.Queries(chance)
    try:
        with open_whoosh(index.folder, schema).searcher() as searcher:
            for maker in random_queries.BY_CLASS:
                results = searcher.search(queries.of(maker, 2))
                assert all(0 <= hit.docnum < searcher.doc_count_all() and hit.fields() is not None for hit in results)
    except IndexDamagedError:
        return
