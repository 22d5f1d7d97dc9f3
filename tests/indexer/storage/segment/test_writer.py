"""An index of segments holds what was added and not replaced or deleted since, in that order, whatever the commits."""

from __future__ import annotations

import datetime
import resource
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import whoosh.columns
import whoosh.fields
import whoosh.writing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh import writer as module
from indexer.engines.whoosh.rows import layout_of, row_of
from indexer.engines.whoosh.schema import PackedText, TermsField, TextWithWords
from indexer.engines.whoosh.writer import ColumnarWriter, create
from indexer.errors import IndexDamagedError
from indexer.storage.segment import layout
from indexer.storage.segment.layout import Column, SegmentFile, read_deletions
from indexer.storage.segment.writing import SegmentDocument, SegmentWriter
from indexer.storage.toc import TOC, Toc

SCHEMA = whoosh.fields.Schema(
    id=whoosh.fields.ID(unique=True),
    title=whoosh.fields.STORED(),
    tags=whoosh.fields.KEYWORD(),
    body=PackedText(),
    words=TermsField(positions=True),
    day=whoosh.fields.COLUMN(whoosh.columns.NumericColumn("i", default=0)),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty index."""
    create(tmp_path, SCHEMA)
    return tmp_path


def titles(folder: Path) -> list[Any]:
    """Return the title of each document that is not deleted, in order."""
    found = []
    for entry in Toc.read(folder).segments:
        segment = SegmentFile(folder / entry.file)
        segment.verify()
        deleted = read_deletions(folder / entry.deletions, segment.documents) if entry.deletions else np.zeros(0)
        found += [segment.record(each)[0] for each in range(segment.documents) if each not in deleted]
    return found


def add(folder: Path, *documents: tuple[str, str], **settings: Any) -> None:
    """Commit documents: an id, a title."""
    with ColumnarWriter(folder, SCHEMA, **settings) as writer:
        for article_id, title in documents:
            writer.update_document(id=article_id, title=title, words=title.split())


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_an_empty_index_has_no_segments(folder: Path) -> None:
    assert names(folder) == {TOC}
    add(folder)
    assert Toc.read(folder).segments == ()


def test_documents_come_in_the_order_in_which_they_were_added(folder: Path) -> None:
    add(folder, ("a", "first"), ("b", "second"))
    add(folder, ("c", "third"))
    assert titles(folder) == ["first", "second", "third"]


def test_a_document_replaces_the_committed_one_with_its_id(folder: Path) -> None:
    add(folder, ("a", "old"), ("b", "other"))
    add(folder, ("a", "new"))
    assert titles(folder) == ["other", "new"]


def test_a_document_replaces_an_earlier_one_of_the_same_run(folder: Path) -> None:
    add(folder, ("a", "1"), ("b", "other"), ("a", "2"), ("a", "3"))
    assert titles(folder) == ["other", "3"]


def test_a_document_replaces_one_in_a_segment_of_the_same_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOKED_AT_EVERY", 1)
    add(folder, ("a", "1"), ("b", "other"), ("a", "2"), ("a", "3"), memory_bytes=1)
    assert titles(folder) == ["other", "3"]


def test_added_documents_do_not_replace(folder: Path) -> None:
    with ColumnarWriter(folder, SCHEMA) as writer:
        writer.add_document(id="a", title="1")
        writer.add_document(id="a", title="2")
        assert writer.doc_count() == 2
    assert titles(folder) == ["1", "2"]
    add(folder, ("a", "3"))
    assert titles(folder) == ["3"]


def test_ids_with_surrogates_replace_each_other(folder: Path) -> None:
    add(folder, ("a\ud800", "1"))
    add(folder, ("a?", "2"))
    assert titles(folder) == ["2"]


def test_documents_are_deleted_by_a_term(folder: Path) -> None:
    add(folder, ("a", "harbour news"), ("b", "news"), ("c", "weather"))
    with ColumnarWriter(folder, SCHEMA) as writer:
        assert writer.delete_by_term("words", "news") == 2
        assert writer.delete_by_term("words", "news") == 0
        assert writer.delete_by_term("words", "nothing") == 0
        assert writer.deleted_count() == 2
        assert [writer.is_deleted(each) for each in range(3)] == [True, True, False]
    assert titles(folder) == ["weather"]


def test_documents_of_this_run_are_deleted_by_a_unique_term(folder: Path) -> None:
    with ColumnarWriter(folder, SCHEMA) as writer:
        writer.add_document(id="a", title="1")
        writer.add_document(id="b", title="2")
        assert writer.delete_by_term("id", "a") == 1
        writer.add_document(id="a", title="3")
    assert titles(folder) == ["2", "3"]


def test_documents_are_deleted_by_number_and_brought_back(folder: Path) -> None:
    add(folder, ("a", "1"), ("b", "2"))
    add(folder, ("c", "3"), ("d", "4"))
    with ColumnarWriter(folder, SCHEMA) as writer:
        writer.delete_document(0)
        writer.delete_document(2)
        writer.delete_document(0, delete=False)
        assert writer.has_deletions()
        for number in (-1, 4):
            with pytest.raises(whoosh.writing.IndexingError):
                writer.delete_document(number)
        writer.commit(merge=False)
    assert titles(folder) == ["1", "2", "4"]


def test_only_segments_with_new_deletions_get_a_new_file_of_them(folder: Path) -> None:
    add(folder, *((f"a{each}", f"a{each}") for each in range(10)))
    add(folder, *((f"b{each}", f"b{each}") for each in range(10)))
    add(folder, ("a0", "new"))
    before = Toc.read(folder)
    assert [each.deleted for each in before.segments] == [1, 0, 0]
    add(folder, ("b0", "new"))
    after = Toc.read(folder)
    assert after.segments[0] == before.segments[0]
    assert after.segments[1].deleted == 1
    assert names(folder) == {TOC, *after.files}


def test_a_segment_without_documents_left_is_dropped(folder: Path) -> None:
    add(folder, ("a", "1"), ("b", "2"))
    add(folder, ("a", "3"), ("b", "4"))
    assert len(Toc.read(folder).segments) == 1
    assert titles(folder) == ["3", "4"]
    assert names(folder) == {TOC, *Toc.read(folder).files}


def test_many_commits_leave_few_segments(folder: Path) -> None:
    for number in range(60):
        add(folder, (f"a{number}", f"{number}"), (f"b{number}", f"{number}b"))
    assert titles(folder) == [each for number in range(60) for each in (f"{number}", f"{number}b")]
    assert len(Toc.read(folder).segments) <= 12


def test_all_segments_are_merged_on_request(folder: Path) -> None:
    for number in range(5):
        add(folder, (f"a{number}", f"{number}"))
    with ColumnarWriter(folder, SCHEMA) as writer:
        writer.delete_by_term("id", "a3")
        writer.commit(optimize=True)
    assert [each.documents for each in Toc.read(folder).segments] == [4]
    assert titles(folder) == ["0", "1", "2", "4"]


# Each step: a commit of documents (update or add), then deletions; ids from a few so that they meet.
steps = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(["add", "update", "delete"]), st.sampled_from("abcdefgh")), max_size=9),
        st.sampled_from(["commit", "optimize", "apart", "cancel"]),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.sampled_from([1, 1 << 30]))
def test_an_index_holds_what_a_list_would(tmp_path: Path, steps: Any, memory_bytes: int) -> None:
    for each in tmp_path.iterdir():
        each.unlink()
    create(tmp_path, SCHEMA)
    expected: list[tuple[str, int]] = []
    number = 0
    for changes, end in steps:
        held = list(expected)
        writer = ColumnarWriter(tmp_path, SCHEMA, memory_bytes=memory_bytes)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_LOOKED_AT_EVERY", 1 + number % 3)
            patch.setattr(module, "_TERMS_A_LOOKUP", number % 2)
            for what, article_id in changes:
                number += 1
                if what != "add":
                    held = [each for each in held if each[0] != article_id]
                if what == "delete":
                    writer.delete_by_term("id", article_id)
                else:
                    held.append((article_id, number))
                    (writer.update_document if what == "update" else writer.add_document)(id=article_id, title=number)
            if end == "cancel":
                writer.cancel()
            else:
                writer.commit(optimize=end == "optimize", merge=end == "commit")
                expected = held
        assert titles(tmp_path) == [title for _, title in expected]
        assert names(tmp_path) == {TOC, *Toc.read(tmp_path).files}


# -- whole states


def state(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_a_cancelled_writer_leaves_everything_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOKED_AT_EVERY", 1)
    add(folder, ("a", "1"))
    before = state(folder)
    writer = ColumnarWriter(folder, SCHEMA, memory_bytes=1)
    writer.update_document(id="a", title="2")
    writer.update_document(id="b", title="3")
    writer.cancel()
    writer.cancel()
    assert state(folder) == before


def test_a_block_that_fails_cancels(folder: Path) -> None:
    before = state(folder)
    with pytest.raises(ZeroDivisionError), ColumnarWriter(folder, SCHEMA) as writer:
        writer.add_document(id="a", title=1 / 0)
    assert state(folder) == before


@pytest.mark.parametrize("name", ["merge", "write_deletions"])
def test_a_full_disk_leaves_everything_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for number in range(6):
        add(folder, (f"a{number}", f"{number}"), (f"b{number}", f"{number}"), (f"c{number}", f"{number}"), ("d", "."))
    before = state(folder)
    monkeypatch.setattr(module, name, full)
    writer = ColumnarWriter(folder, SCHEMA)
    writer.delete_by_term("id", "a1")
    writer.update_document(id="e", title="new")
    with pytest.raises(OSError, match="No space left"):
        writer.commit(optimize=name == "merge", merge=False)
    assert state(folder) == before
    assert writer.is_closed


def test_a_file_that_grows_too_large_leaves_everything_as_it_was(folder: Path) -> None:
    add(folder, ("a", "1"))
    before = state(folder)
    writer = ColumnarWriter(folder, SCHEMA)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 14, limits[1]))
    try:
        for number in range(200):
            writer.update_document(id=f"{number:0200}", title="x" * 100)
        with pytest.raises(OSError, match="File too large"):
            writer.commit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert state(folder) == before


def test_files_of_an_older_state_are_never_changed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    add(folder, ("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"))
    older = tmp_path_factory.mktemp("older")
    for each in folder.iterdir():
        (older / each.name).hardlink_to(each)
    before = state(older)
    for number in range(9):
        add(folder, ("a", f"a{number}"), (f"n{number}", f"n{number}"))
    assert state(older) == before
    assert titles(older) == ["1", "2", "3", "4"]


def test_what_a_killed_writer_left_is_removed_and_not_met_again(folder: Path) -> None:
    add(folder, ("a", "1"))
    left = [folder / "s99.seg", folder / "s1-7.del"]
    for each in left:
        each.write_bytes(b"half")
    add(folder, ("b", "2"))
    assert titles(folder) == ["1", "2"]
    assert not any(each.exists() for each in left)


def test_a_closed_writer_does_nothing_more(folder: Path) -> None:
    writer = ColumnarWriter(folder, SCHEMA)
    writer.commit()
    for each in (lambda: writer.add_document(id="a"), writer.commit, lambda: writer.delete_by_term("id", "a")):
        with pytest.raises(whoosh.writing.IndexingError):
            each()


# -- damage


def damaged_count(folder: Path) -> None:
    toc = Toc.read(folder)
    Toc(toc.schema, (layout_entry(toc, documents=7),)).write(folder)


def layout_entry(toc: Toc, **changes: Any) -> Any:
    entry = toc.segments[0]
    return type(entry)(**{"file": entry.file, "documents": entry.documents} | changes)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda folder: (folder / TOC).unlink(), id="no table of contents"),
        pytest.param(lambda folder: (folder / "s1.seg").unlink(), id="no segment"),
        pytest.param(lambda folder: (folder / "s1.seg").write_bytes(b"x" * 99), id="other bytes"),
        pytest.param(damaged_count, id="other number of documents"),
    ],
)
def test_a_damaged_index_is_not_written_to(folder: Path, damage: Callable[[Path], None]) -> None:
    add(folder, ("a", "1"))
    damage(folder)
    with pytest.raises(IndexDamagedError):
        ColumnarWriter(folder, SCHEMA)


def test_postings_of_documents_that_do_not_exist_are_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(folder, ("a", "1"))
    path = folder / "s1.seg"
    content = bytearray(path.read_bytes())
    content[SegmentFile(path).arrays.entries["id/docs"].offset] = 9
    path.write_bytes(content)
    writer = ColumnarWriter(folder, SCHEMA)
    with pytest.raises(IndexDamagedError):
        writer.delete_by_term("id", "a")
    writer.cancel()


# -- the fields of Whoosh


WHOOSH = whoosh.fields.Schema(
    id=whoosh.fields.ID(unique=True, stored=True, sortable=True),
    text=whoosh.fields.TEXT(stored=True),
    plain=whoosh.fields.TEXT(phrase=False),
    tags=whoosh.fields.KEYWORD(commas=True, lowercase=True),
    size=whoosh.fields.NUMERIC(sortable=True, unique=True),
    price=whoosh.fields.NUMERIC(float),
    made=whoosh.fields.DATETIME(sortable=True),
    good=whoosh.fields.BOOLEAN(),
    rank=whoosh.fields.COLUMN(whoosh.columns.NumericColumn("d", default=1.5)),
    flag=whoosh.fields.COLUMN(whoosh.columns.BitColumn()),
    body=PackedText(),
    words=TermsField(positions=False),
)


def row(**fields: Any) -> SegmentDocument:
    return row_of(WHOOSH, layout_of(WHOOSH), fields)


def test_the_layout_follows_the_schema() -> None:
    found = layout_of(WHOOSH)
    assert {name for name, each in found.fields.items() if each.positions} == {"text"}
    assert {name for name, each in found.fields.items() if each.scorable} == {"text", "plain", "words"}
    assert found.columns == {
        "id": Column("text", ""),
        "size": Column("int", (1 << 32) - 1),
        "made": Column("unsigned", (1 << 64) - 1),
        "rank": Column("float", 1.5),
        "flag": Column("int", 0),
    }
    assert found.stored == ("id", "text")
    assert found.texts == ("body",)


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(whoosh.fields.NUMERIC(float, sortable=True), id="floats as whole numbers"),
        pytest.param(whoosh.fields.COLUMN(whoosh.columns.PickleColumn(whoosh.columns.VarBytesColumn())), id="pickles"),
    ],
)
def test_a_column_that_cannot_be_kept_is_refused(field: Any) -> None:
    with pytest.raises(ValueError, match="this: "):
        layout_of(whoosh.fields.Schema(this=field))


def test_fields_become_what_whoosh_makes_of_them() -> None:
    found = row(
        id="a b",
        text="Ships left harbour, ships!",
        plain="ships ships",
        tags="One, two words",
        size=7,
        good=True,
        rank=2.5,
        flag=True,
        body=TextWithWords("ab cd", [0, 3]),
        words=["x", None],
    )
    assert found.terms["id"] == ["a b"]
    assert found.terms["text"] == [b"ships", b"left", b"harbour", b"ships"]
    assert sorted(found.terms["plain"]) == [b"ships", b"ships"]  # type: ignore[type-var]
    assert sorted(found.terms["tags"]) == [b"one", b"two words"]  # type: ignore[type-var]
    assert WHOOSH["size"].to_bytes(7) in found.terms["size"]
    assert found.terms["good"] == [b"t"]
    assert found.terms["words"] == ["x", None]
    assert found.columns == {"id": "a b", "size": (1 << 31) + 7, "rank": 2.5, "flag": True}
    assert found.stored == ["a b", "Ships left harbour, ships!"]
    assert found.texts == {"body": ("ab cd", [0, 3])}


def test_dates_and_bare_texts_are_kept_too() -> None:
    found = row(made=datetime.datetime(2026, 11, 22), body="short")
    assert found.columns["made"] == WHOOSH["made"].to_column_value(datetime.datetime(2026, 11, 22))
    assert found.texts == {"body": ("short", ())}


def test_another_value_may_be_stored() -> None:
    assert row(text="indexed", _stored_text="shown").stored == [None, "shown"]
    assert row(text="indexed", _stored_text=None).stored == [None, None]


def test_terms_at_one_place_keep_their_positions() -> None:
    class Doubled(whoosh.fields.TEXT):  # type: ignore[misc]
        def index(self, value: str, **_: object) -> Iterable[tuple[bytes, int, float, bytes]]:
            encode = self.format.encode
            return [(b"a", 2, 2.0, encode([0, 1])), (b"b", 1, 1.0, encode([1]))]

    schema = whoosh.fields.Schema(text=Doubled())
    found = row_of(schema, layout_of(schema), {"text": "-"})
    assert list(zip(found.terms["text"], found.places["text"], strict=True)) == [(b"a", 0), (b"a", 1), (b"b", 1)]


def test_unknown_fields_and_weights_of_documents_are_refused() -> None:
    for name in ("other", "_stored_other"):
        with pytest.raises(whoosh.fields.UnknownFieldError):
            row(**{name: "x"})
    assert row(_boost=1.0, _text_boost=1.0).terms == {}
    with pytest.raises(ValueError, match="_text_boost"):
        row(_text_boost=2.0)


def test_documents_of_whoosh_fields_are_written_and_replaced(tmp_path: Path) -> None:
    create(tmp_path, WHOOSH)
    for text in ("old", "new"):
        with ColumnarWriter(tmp_path, WHOOSH) as writer:
            writer.update_document(id="a", text=text, size=5)
            writer.update_document(id="b", text=text, size=6)
            writer.update_document(id="c", text=text, size=6)
    (entry,) = Toc.read(tmp_path).segments
    segment = SegmentFile(tmp_path / entry.file)
    assert [segment.record(each) for each in range(entry.documents)] == [["a", "new"], ["c", "new"]]


def test_the_schema_may_change_before_documents_are_added(tmp_path: Path) -> None:
    create(tmp_path, SCHEMA)
    add(tmp_path, ("a", "1"))
    schema = SCHEMA.copy()
    with ColumnarWriter(tmp_path, schema) as writer:
        writer.add_field("note", whoosh.fields.STORED())
        writer.remove_field("day")
        writer.add_document(id="b", title="2", note="n")
        with pytest.raises(whoosh.writing.IndexingError):
            writer.add_field("more", whoosh.fields.STORED())
        with pytest.raises(whoosh.writing.IndexingError):
            writer.remove_field("note")
        writer.commit(optimize=True)
    (entry,) = Toc.read(tmp_path).segments
    segment = SegmentFile(tmp_path / entry.file)
    assert segment.layout.stored == ("note", "title")
    assert [segment.record(0), segment.record(1)] == [[None, "1"], ["n", "2"]]


def test_texts_of_later_segments_share_the_dictionary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"in the harbour of town {number} there lay {number * 77} ships. " * 20 for number in range(600)]
    for part in (texts[:300], texts[300:]):
        with ColumnarWriter(folder, SCHEMA) as writer:
            for text in part:
                writer.add_row(SegmentDocument(stored=[text[:40]], texts={"body": (text, [0])}))
    first, second = (SegmentFile(folder / each.file).dictionary("body") for each in Toc.read(folder).segments)
    assert first == second != b""


def test_a_reader_is_what_was_given(folder: Path) -> None:
    writer = ColumnarWriter(folder, SCHEMA, reader=lambda: "reader")
    assert writer.reader() == "reader"
    with pytest.raises(NotImplementedError):
        writer.add_reader(None)
    with pytest.raises(NotImplementedError):
        ColumnarWriter(folder, SCHEMA).reader()


def test_a_segment_is_flushed_when_it_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentWriter, "is_full", property(lambda self: self.documents >= 4))
    with ColumnarWriter(folder, SCHEMA) as writer:
        for number in range(10):
            writer.add_document(id=str(number), title=number)
        writer.commit(merge=False)
    assert [each.documents for each in Toc.read(folder).segments] == [4, 4, 2]
    assert layout.MAX_DOCUMENTS == 65_536


@pytest.fixture
def no_more_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Return what limits how large files may become; tokens go to their file at once."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr("indexer.storage.segment.tokens.MAX_BUFFERED", 8)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(writer: ColumnarWriter) -> None:
    """Add documents until one cannot be added."""
    for number in range(10_000):
        writer.add_document(id=str(number), words=["a", "b"] * 1000, title="t")


def test_a_document_that_is_half_in_cannot_be_committed(folder: Path, no_more_room: Callable[[int], None]) -> None:
    add(folder, ("1", "one"))
    writer = ColumnarWriter(folder, SCHEMA)
    no_more_room(100_000)
    with pytest.raises(OSError, match="large"):
        fill(writer)
    no_more_room(1 << 30)
    with pytest.raises(OSError, match="given up"):
        writer.commit()
    assert writer.is_closed
    assert titles(folder) == ["one"]
    add(folder, ("2", "two"))
    assert titles(folder) == ["one", "two"]


def test_a_writer_without_room_is_cancelled(folder: Path, no_more_room: Callable[[int], None]) -> None:
    add(folder, ("1", "one"))
    writer = ColumnarWriter(folder, SCHEMA)
    no_more_room(100_000)
    with pytest.raises(OSError, match="large"):
        fill(writer)
    writer.cancel()
    assert writer.is_closed
    assert names(folder) == {TOC, *Toc.read(folder).files}
