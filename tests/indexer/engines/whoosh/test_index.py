"""A folder of segments as a Whoosh index: opened, changed, damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import whoosh.columns
import whoosh.fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.analysis import StemmingAnalyzer
from whoosh.qparser import QueryParser

from indexer.engines.whoosh.index import ColumnarIndex, open_whoosh
from indexer.engines.whoosh.schema import TermsField
from indexer.engines.whoosh.writer import create
from indexer.errors import IndexDamagedError, IndexLockedError, IndexNotFoundError, IndexUnusableError
from indexer.storage.toc import TOC, Toc

A = query.Term("body", "a")


@pytest.fixture
def schema() -> Any:
    return whoosh.fields.Schema(
        id=whoosh.fields.ID(unique=True, stored=True),
        body=TermsField(positions=True),
        text=whoosh.fields.TEXT(stored=True),
        when=whoosh.fields.DATETIME(sortable=True),
    )


@pytest.fixture
def index(make_index: Any, schema: Any) -> ColumnarIndex:
    made: ColumnarIndex = make_index(
        schema, [{"id": "1", "body": ["a"], "text": "Some text"}, {"id": "2", "body": ["b"]}]
    )
    return made


def ids(index: ColumnarIndex, asked: Any = A) -> list[str]:
    """Return the ids of what an index finds."""
    with index.searcher() as searcher:
        return [hit["id"] for hit in searcher.search(asked)]


def test_an_index_is_opened_by_its_folder_alone(index: ColumnarIndex) -> None:
    again = open_whoosh(str(index.folder))
    assert ids(again) == ["1"]
    assert (again.doc_count(), again.doc_count_all(), again.is_empty()) == (2, 2, False)
    assert again.schema.names() == ["body", "id", "text", "when"]
    assert again.last_modified() > 0
    assert "ColumnarIndex" in repr(again)
    again.verify()


def test_queries_of_whooshs_parser_are_found(index: ColumnarIndex) -> None:
    parser = QueryParser("text", index.schema)
    assert ids(index, parser.parse("some")) == ["1"]
    assert ids(index, parser.parse('"some text"')) == ["1"]
    assert ids(index, parser.parse("som* NOT id:2")) == ["1"]


def test_a_reader_shows_the_state_of_its_moment(index: ColumnarIndex) -> None:
    before = index.searcher()
    generation = index.latest_generation()
    with index.writer() as writer:
        writer.update_document(id="1", body=["b"])
        writer.add_document(id="3", body=["a", "a"])
    assert [hit["id"] for hit in before.search(A)] == ["1"]
    assert ids(index) == ["3"]
    assert index.latest_generation() != generation
    assert not before.up_to_date()
    after = before.refresh()
    assert [hit["id"] for hit in after.search(A)] == ["3"]
    assert after.refresh() is after


def test_segments_that_did_not_change_stay_open(index: ColumnarIndex) -> None:
    first = index.searcher().leaves[0].segment
    writer = index.writer()
    writer.delete_by_term("id", "2")
    writer.add_document(id="3", body=["a"])
    writer.commit(merge=False)
    again = index.searcher().leaves[0].segment
    assert again.file is first.file
    assert again.field("body") is first.field("body")
    assert (first.deleted_count(), again.deleted_count()) == (0, 1)


def test_documents_are_deleted_by_a_query(index: ColumnarIndex) -> None:
    writer = index.writer()
    assert writer.delete_by_query(A) == 1
    writer.commit()
    assert ids(index, query.Every()) == ["2"]


def test_only_one_writer_holds_an_index(index: ColumnarIndex) -> None:
    writer = index.writer()
    with pytest.raises(IndexLockedError, match="being written"):
        open_whoosh(index.folder).writer()
    writer.cancel()
    index.optimize()
    assert ids(index) == ["1"]


def test_a_closed_index_opens_itself_again(index: ColumnarIndex) -> None:
    searcher = index.searcher()
    index.close()
    assert len(searcher.search(A)) == 1
    assert ids(index) == ["1"]


def test_a_folder_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="no index here"):
        open_whoosh(tmp_path)


def test_a_schema_that_is_code_is_handed_in(tmp_path: Path) -> None:
    schema = whoosh.fields.Schema(text=whoosh.fields.TEXT(analyzer=StemmingAnalyzer()), id=whoosh.fields.STORED())
    create(tmp_path, schema)
    with pytest.raises(IndexUnusableError, match="field text: its settings are code"):
        open_whoosh(tmp_path)
    index = open_whoosh(tmp_path, schema)
    with index.writer() as writer:
        writer.add_document(text="rendering renders", id="1")
    assert ids(index, query.Term("text", "render")) == ["1"]
    with pytest.raises(IndexUnusableError, match="another schema"):
        open_whoosh(tmp_path, whoosh.fields.Schema(text=whoosh.fields.TEXT()))


def test_a_field_can_be_added_later(index: ColumnarIndex) -> None:
    writer = index.writer()
    writer.add_field("rank", whoosh.fields.COLUMN(whoosh.columns.NumericColumn("i", default=9)))
    writer.add_field("tag", whoosh.fields.KEYWORD())
    writer.add_document(id="3", rank=4, tag="red")
    writer.commit(merge=False)
    with open_whoosh(index.folder).searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(query.Every(), sortedby="rank")] == ["3", "1", "2"]
        assert [hit["id"] for hit in searcher.search(query.Term("tag", "red"))] == ["3"]
        assert [hit["id"] for hit in searcher.search(query.ColumnQuery("rank", 4))] == ["3"]
        answers_with_a_list = query.ColumnQuery("rank", lambda value: [value] if value == 4 else [])
        assert [hit["id"] for hit in searcher.search(answers_with_a_list)] == ["3"]
        assert searcher.doc_field_length(0, "tag", 7) == 7


def test_dates_are_found_and_sorted(index: ColumnarIndex) -> None:
    from datetime import datetime

    with index.writer() as writer:
        for month in (3, 1, 2):
            writer.add_document(id=f"m{month}", when=datetime(2024, month, 5))
    asked = query.DateRange("when", datetime(2024, 1, 1), datetime(2024, 2, 20))
    with index.searcher() as searcher:
        found = searcher.search(asked, sortedby="when")
        assert [hit["id"] for hit in found] == ["m1", "m2"]
        assert found[0]["when"] == datetime(2024, 1, 5)


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _nothing(content: bytes) -> bytes:
    return b""


def _turned(content: bytes) -> bytes:
    return content[::-1]


def _other_schema(content: bytes) -> bytes:
    record = json.loads(content)
    record["schema"] = {}
    return json.dumps(record).encode()


@pytest.mark.parametrize("damage", [_cut, _nothing, _turned, _other_schema])
def test_a_damaged_table_of_contents_is_one_clear_line(index: ColumnarIndex, damage: Callable[[bytes], bytes]) -> None:
    path = index.folder / TOC
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(IndexDamagedError) as problem:
        open_whoosh(index.folder)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("damage", [_cut, _nothing, _turned])
def test_a_damaged_segment_is_one_clear_line(index: ColumnarIndex, damage: Callable[[bytes], bytes]) -> None:
    path = next(index.folder.glob("*.seg"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(IndexDamagedError) as problem:
        open_whoosh(index.folder)
    assert "\n" not in str(problem.value)


def test_a_missing_file_is_named(index: ColumnarIndex) -> None:
    path = next(index.folder.glob("*.seg"))
    path.unlink()
    with pytest.raises(IndexDamagedError, match=path.name):
        open_whoosh(index.folder)


def test_a_schema_that_does_not_fit_the_segments_is_refused(index: ColumnarIndex) -> None:
    toc = Toc.read(index.folder)
    Toc({**toc.schema, "body": {"kind": "terms", "positions": False}}, toc.segments).write(index.folder)
    with pytest.raises(IndexDamagedError, match="fields are not those of the schema"):
        open_whoosh(index.folder)


def test_a_schema_that_no_segment_can_hold_is_refused(index: ColumnarIndex) -> None:
    toc = Toc.read(index.folder)
    column = {"kind": "column", "column": {"kind": "numeric", "typecode": "i", "default": 0.5}}
    Toc({**toc.schema, "odd": column}, toc.segments).write(index.folder)
    with pytest.raises(IndexDamagedError, match="odd"):
        open_whoosh(index.folder)


def test_another_number_of_documents_than_the_table_says_is_refused(index: ColumnarIndex) -> None:
    toc = Toc.read(index.folder)
    Toc(toc.schema, (replace(toc.segments[0], documents=3),)).write(index.folder)
    with pytest.raises(IndexDamagedError, match="not the segment"):
        open_whoosh(index.folder)


def test_a_reader_that_meets_a_commit_sees_what_is_there_then(
    index: ColumnarIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = open_whoosh(index.folder)
    read = Toc.read
    commits = iter([True])

    def read_and_commit(folder: Path) -> Toc:
        toc = read(folder)
        if next(commits, False):
            with open_whoosh(folder).writer() as writer:
                writer.add_document(id="3", body=["a"])
                writer.commit(optimize=True)  # the segments that were just named are gone
        return toc

    with index.writer() as writer:
        writer.add_document(id="4", body=["a"])
    monkeypatch.setattr(Toc, "read", read_and_commit)
    assert sorted(ids(stale)) == ["1", "3", "4"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.integers(64, 4000), st.integers(1, 255)), min_size=1, max_size=4))
def test_whatever_bytes_a_segment_has_it_is_read_or_refused(
    make_index: Any, random_queries: Any, places: list[tuple[int, int]]
) -> None:
    chance = random_queries.random.Random(5)
    index = make_index(random_queries.schema(), random_queries.collection(chance, segments=1, documents=6).batches[0])
    path = next(index.folder.glob("*.seg"))
    content = bytearray(path.read_bytes())
    for place, turned in places:
        content[place % len(content)] ^= turned
    index.close()
    path.write_bytes(content)
    queries = random_queries.Queries(chance)
    try:
        with open_whoosh(index.folder).searcher() as searcher:
            for maker in random_queries.BY_CLASS:
                results = searcher.search(queries.of(maker, 2))
                assert all(0 <= hit.docnum < searcher.doc_count_all() and hit.fields() is not None for hit in results)
    except IndexDamagedError:
        return


def test_a_writer_leaves_the_segments_open_that_the_index_shares_with_it(index: ColumnarIndex) -> None:
    with index.searcher() as searcher:
        for finish in ("cancel", "commit"):
            writer = index.writer()
            assert writer.delete_by_term("id", "1") == 1
            getattr(writer, finish)()
            assert [hit["text"] for hit in searcher.search(A)] == ["Some text"]
    assert ids(index) == []
    index.optimize()
    assert ids(index, query.Term("body", "b")) == ["2"]


def test_the_name_of_a_file_never_comes_again(index: ColumnarIndex) -> None:
    other = open_whoosh(index.folder)

    def put(into: ColumnarIndex, article_id: str) -> None:
        with into.writer() as writer:
            writer.update_document(id=article_id, body=["c"], text="text")

    index.optimize()
    other.reader()  # it holds the one segment that there is
    with index.writer() as writer:
        assert [writer.delete_by_term("id", each) for each in ("1", "2")] == [1, 1]
    put(index, "new")
    writer = other.writer()
    writer.update_document(id="more", body=["c"], text="text")
    writer.commit(optimize=True)
    assert ids(open_whoosh(index.folder), query.Term("body", "c")) == ["new", "more"]
    assert ids(open_whoosh(index.folder)) == []


def test_an_index_that_is_emptied_names_its_files_anew(index: ColumnarIndex, schema: Any) -> None:
    before = {each.file for each in Toc.read(index.folder).segments}
    create(index.folder, schema)
    with index.writer() as writer:
        writer.add_document(id="1", body=["a"], text="text")
    assert before.isdisjoint(each.file for each in Toc.read(index.folder).segments)
