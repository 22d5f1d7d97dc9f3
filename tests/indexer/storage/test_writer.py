"""An index of segments holds what was added and not replaced or deleted since, in that order, whatever the commits."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import IndexDamagedError
from indexer.storage import writer as module
from indexer.storage.segment import live_segment
from indexer.storage.segment.file import SegmentFile, read_deletions
from indexer.storage.segment.layout import MAX_DOCUMENTS, IndexedField, Layout
from indexer.storage.segment.writing import SegmentDocument, SegmentWriter
from indexer.storage.toc import TOC, Toc
from indexer.storage.writer import IndexWriter, create

LAYOUT = Layout(
    fields={"id": IndexedField(scorable=False), "words": IndexedField(positions=True)},
    columns={"day": "int"},
    stored=("title",),
    texts=("body",),
    key="id",
)


def document(key: str | None, title: Any = None, words: Sequence[str] = ()) -> SegmentDocument:
    """Return a document with a key, a stored title and some words."""
    return SegmentDocument({"words": words} | ({"id": (key,)} if key is not None else {}), stored=[title])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty index."""
    create(tmp_path, LAYOUT)
    return tmp_path


def titles(folder: Path) -> list[Any]:
    """Return the title of each document that is not deleted, in order."""
    found = []
    for entry in Toc.read(folder).segments:
        segment = SegmentFile(folder / entry.file)
        segment.verify()
        deleted = read_deletions(folder / entry.deletions, segment.documents) if entry.deletions else np.zeros(0)
        found += [segment.stored_document(each).record[0] for each in range(segment.documents) if each not in deleted]
    return found


def add(folder: Path, *documents: tuple[str, str], **settings: Any) -> None:
    """Commit documents: an id, a title."""
    with IndexWriter(folder, **settings) as writer:
        for article_id, title in documents:
            writer.update(document(article_id, title, title.split()))


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
    monkeypatch.setattr(module, "_DOCUMENTS_A_CHECK", 1)
    add(folder, ("a", "1"), ("b", "other"), ("a", "2"), ("a", "3"), memory_bytes=1)
    assert titles(folder) == ["other", "3"]


def test_ids_with_surrogates_replace_each_other(folder: Path) -> None:
    add(folder, ("a\ud800", "1"))
    add(folder, ("a?", "2"))
    assert titles(folder) == ["2"]


def test_documents_are_deleted_by_their_key(folder: Path) -> None:
    add(folder, ("a", "harbour news"), ("b", "news"), ("c", "weather"))
    with IndexWriter(folder) as writer:
        assert [writer.delete(key) for key in ("b", "b", "nothing")] == [1, 0, 0]
    assert titles(folder) == ["harbour news", "weather"]


def test_documents_of_this_run_are_deleted_by_their_key(folder: Path) -> None:
    with IndexWriter(folder) as writer:
        writer.update(document("a", "1"))
        writer.update(document("b", "2"))
        assert writer.delete("a") == 1
        writer.update(document("a", "3"))
    assert titles(folder) == ["2", "3"]


def test_documents_without_a_key_stay(folder: Path) -> None:
    with IndexWriter(folder) as writer:
        writer.update(document(None, "1"))
        writer.update(document(None, "2"))
    assert titles(folder) == ["1", "2"]


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


# Each step: changes by ids from a few so that they meet, then the end of the writer.
steps = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(["update", "delete"]), st.sampled_from("abcdefgh")), max_size=9),
        st.sampled_from(["commit", "cancel"]),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.sampled_from([1, 1 << 30]))
def test_an_index_holds_what_a_list_would(tmp_path: Path, steps: Any, memory_bytes: int) -> None:
    for each in tmp_path.iterdir():
        each.unlink()
    create(tmp_path, LAYOUT)
    expected: list[tuple[str, int]] = []
    number = 0
    for changes, end in steps:
        held, before = list(expected), number
        writer = IndexWriter(tmp_path, memory_bytes=memory_bytes)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_DOCUMENTS_A_CHECK", 1 + number % 3)
            patch.setattr(live_segment, "_TERMS_A_LOOKUP", number % 2)
            for what, article_id in changes:
                number += 1
                held = [each for each in held if each[0] != article_id]
                if what == "delete":
                    writer.delete(article_id)
                else:
                    held.append((article_id, number))
                    writer.update(document(article_id, number))
            added = getattr(writer, end)()
            if end == "commit":
                expected = held
                assert added == sum(title > before for _, title in held)
        assert titles(tmp_path) == [title for _, title in expected]
        assert names(tmp_path) == {TOC, *Toc.read(tmp_path).files}


# -- whole states


def state(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_a_cancelled_writer_leaves_everything_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DOCUMENTS_A_CHECK", 1)
    add(folder, ("a", "1"))
    before = state(folder)
    writer = IndexWriter(folder, memory_bytes=1)
    writer.update(document("a", "2"))
    writer.update(document("b", "3"))
    writer.cancel()
    writer.cancel()
    assert state(folder) == before


def test_a_block_that_fails_cancels(folder: Path) -> None:
    before = state(folder)
    with pytest.raises(ZeroDivisionError), IndexWriter(folder) as writer:
        writer.update(document("a", 1 / 0))
    assert state(folder) == before


@pytest.mark.parametrize("name", ["merge", "write_deletions"])
def test_a_full_disk_leaves_everything_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for number in range(6 if name == "merge" else 2):  # seven segments of a tier are merged
        add(folder, (f"a{number}", f"{number}"), (f"b{number}", f"{number}"), (f"c{number}", f"{number}"), ("d", "."))
    before = state(folder)
    monkeypatch.setattr(module, name, full)
    writer = IndexWriter(folder)
    writer.delete("a1")
    writer.update(document("e", "new"))
    with pytest.raises(OSError, match="No space left"):
        writer.commit()
    assert state(folder) == before
    assert writer.is_closed


def test_a_file_that_grows_too_large_leaves_everything_as_it_was(folder: Path) -> None:
    add(folder, ("a", "1"))
    before = state(folder)
    writer = IndexWriter(folder)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 14, limits[1]))
    try:
        for number in range(200):
            writer.update(document(f"{number:0200}", "x" * 100))
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
    writer = IndexWriter(folder)
    writer.commit()
    for change in (lambda: writer.update(document("a")), writer.commit, lambda: writer.delete("a")):
        with pytest.raises(ValueError, match="closed"):
            change()


# -- damage


def damaged_count(folder: Path) -> None:
    toc = Toc.read(folder)
    Toc(toc.layout, (layout_entry(toc, documents=7),)).write(folder)


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
        IndexWriter(folder)


def test_postings_of_documents_that_do_not_exist_are_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(folder, ("a", "1"))
    path = folder / "s1.seg"
    content = bytearray(path.read_bytes())
    content[SegmentFile(path).entries["id/docs"].offset] = 9
    path.write_bytes(content)
    writer = IndexWriter(folder)
    with pytest.raises(IndexDamagedError):
        writer.delete("a")
    writer.cancel()


def test_texts_of_later_segments_share_the_dictionary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"in the harbour of town {number} there lay {number * 77} ships. " * 20 for number in range(600)]
    for part in (texts[:300], texts[300:]):
        with IndexWriter(folder) as writer:
            for text in part:
                writer.update(SegmentDocument(stored=[text[:40]], texts={"body": (text, [0])}))
    first, second = (SegmentFile(folder / each.file).dictionary for each in Toc.read(folder).segments)
    assert first == second != b""


def test_a_segment_is_flushed_when_it_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentWriter, "is_full", property(lambda self: self.documents >= 4))
    with IndexWriter(folder) as writer:
        for number in range(10):
            writer.update(document(str(number), number))
    assert [each.documents for each in Toc.read(folder).segments] == [4, 4, 2]
    assert MAX_DOCUMENTS == 65_536


@pytest.fixture
def no_more_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Return what limits how large files may become; tokens go to their file at once."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr("indexer.storage.segment.tokens.MAX_BUFFERED", 8)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(writer: IndexWriter) -> None:
    """Add documents until one cannot be added."""
    for number in range(10_000):
        writer.update(document(str(number), "t", ["a", "b"] * 1000))


def test_a_document_that_is_half_in_cannot_be_committed(folder: Path, no_more_room: Callable[[int], None]) -> None:
    add(folder, ("1", "one"))
    writer = IndexWriter(folder)
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
    writer = IndexWriter(folder)
    no_more_room(100_000)
    with pytest.raises(OSError, match="large"):
        fill(writer)
    writer.cancel()
    assert writer.is_closed
    assert names(folder) == {TOC, *Toc.read(folder).files}
