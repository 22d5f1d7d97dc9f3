"""One segment gives back the documents that were written into it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.util.numeric import byte_to_length, length_to_byte

from indexer.errors import IndexDamagedError
from indexer.ranking.occurrences import FREQUENCY
from indexer.storage.segment import stored_writing, writing
from indexer.storage.segment.arrays import ArrayFileWriter
from indexer.storage.segment.file import SegmentFile, read_deletions, write_deletions
from indexer.storage.segment.frames import MIN_SAMPLE_BYTES, Packer
from indexer.storage.segment.layout import IndexedField, Layout
from indexer.storage.segment.lengths import LENGTHS, length_steps
from indexer.storage.segment.writing import SegmentDocument, SegmentWriter

BODY = Layout(fields={"body": IndexedField(positions=True)})
ALL = Layout(
    fields={"body": IndexedField(positions=True), "stem": IndexedField(), "id": IndexedField(scorable=False)},
    columns={"day": "int", "source": "text"},
    stored=("title", "link"),
    texts=("body", "note"),
)


def written(path: Path, layout: Layout, rows: Iterable[SegmentDocument], **settings: Any) -> SegmentFile:
    writer = SegmentWriter(path, layout, **settings)
    for row in rows:
        writer.add(row)
    writer.finish()
    segment = SegmentFile(path)
    segment.verify()
    return segment


def terms_of(segment: SegmentFile, name: str) -> list[bytes]:
    arrays = segment.field(name)
    ends = arrays.term_ends.tolist()
    return [arrays.terms[first:end].tobytes() for first, end in pairwise(ends)]


def postings_of(segment: SegmentFile, name: str) -> dict[bytes, dict[int, Any]]:
    """Return, for each term and document, its positions, or its frequency where positions are not kept."""
    arrays = segment.field(name)
    frequencies = (arrays.occurrences & FREQUENCY).astype(int)
    frequencies[arrays.tf_overflow_rows] = arrays.tf_overflow
    found: dict[bytes, dict[int, Any]] = {}
    place = 0
    for number, term in enumerate(terms_of(segment, name)):
        for at in range(arrays.posting_offsets[number], arrays.posting_offsets[number + 1]):
            count = int(frequencies[at])
            places = arrays.positions[place : place + count].tolist() if arrays.positions is not None else count
            found.setdefault(term, {})[int(arrays.docs[at])] = places
            place += count
    return found


def test_a_document_comes_back(tmp_path: Path) -> None:
    row = SegmentDocument(
        terms={"body": ["ships", None, "left", "ships"], "stem": ["ship", "ship"], "id": ["n1"]},
        columns={"day": 7, "source": "Wire"},
        stored=["Ships", {"to": [1, None]}],
        texts={"body": ("ships that left ships", [0, 6, 11, 16]), "note": ("short", [])},
    )
    segment = written(tmp_path / "a", ALL, [row])
    assert postings_of(segment, "body") == {b"left": {0: [2]}, b"ships": {0: [0, 3]}}
    assert postings_of(segment, "stem") == {b"ship": {0: 2}}
    assert segment.field("body").lengths.tolist() == [length_to_byte(3)]
    assert segment.field("id").lengths.tolist() == [0]
    assert segment.numbers("day").tolist() == [7]
    assert segment.codes("source").values == (b"Wire",)
    record, (body, note) = segment.stored_document(0)
    assert record == ["Ships", {"to": [1, None]}]
    assert (body.text, note.text) == ("ships that left ships", "short")
    assert body.word_starts() == [0, 6, 11, 16]
    assert segment.layout == ALL


def test_a_document_without_anything_has_the_defaults(tmp_path: Path) -> None:
    segment = written(tmp_path / "a", ALL, [SegmentDocument(stored=[None, None])])
    assert terms_of(segment, "body") == []
    assert segment.numbers("day").tolist() == [0]
    assert segment.codes("source").values == (b"",)
    assert segment.stored_document(0) == ([None, None], [("", b""), ("", b"")])
    assert segment.total_lengths["body"] == 0


def test_a_segment_without_documents_can_be_read(tmp_path: Path) -> None:
    segment = written(tmp_path / "a", ALL, [])
    assert segment.documents == 0
    assert segment.codes("source").values == ()
    with pytest.raises(IndexError):
        segment.stored_document(0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.none() | st.text("abш\ud800\udfff?", min_size=1, max_size=3), max_size=9), max_size=6))
def test_terms_and_positions_are_those_of_the_documents(tmp_path: Path, documents: list[list[str | None]]) -> None:
    path = tmp_path / "a"
    path.unlink(missing_ok=True)
    segment = written(path, BODY, [SegmentDocument(terms={"body": each}) for each in documents])
    expected: dict[bytes, dict[int, list[int]]] = {}
    for number, terms in enumerate(documents):
        for position, term in enumerate(terms):
            if term is not None:
                encoded = term.encode("utf-8", "replace")
                expected.setdefault(encoded, {}).setdefault(number, []).append(position)
    assert postings_of(segment, "body") == expected
    assert terms_of(segment, "body") == sorted(expected)
    lengths = [sum(each is not None for each in document) for document in documents]
    assert segment.total_lengths["body"] == sum(lengths)
    assert segment.field("body").lengths.tolist() == list(map(length_to_byte, lengths))


def test_lengths_have_the_steps_of_whoosh() -> None:
    lengths = [*range(3000), *range(3000, 200_000, 37), 106_373, 106_374, 1 << 40]
    assert length_steps(np.array(lengths)).tolist() == list(map(length_to_byte, lengths))
    assert list(map(byte_to_length, range(256))) == list(LENGTHS)


def test_terms_may_be_bytes_and_meet_the_same_text(tmp_path: Path) -> None:
    segment = written(tmp_path / "a", BODY, [SegmentDocument(terms={"body": [b"\xff", b"a", "a", "b", b"b"]})])
    assert postings_of(segment, "body") == {b"a": {0: [1, 2]}, b"b": {0: [3, 4]}, b"\xff": {0: [0]}}


@pytest.mark.parametrize("count", [1 << 8, (1 << 8) + 1, (1 << 16) - 1])
def test_codes_are_as_wide_as_they_must_be(tmp_path: Path, count: int) -> None:
    layout = Layout(columns={"source": "text"})
    values = [f"{number:06}" for number in reversed(range(count))]
    coded = written(tmp_path / "a", layout, [SegmentDocument(columns={"source": each}) for each in values]).codes(
        "source"
    )
    assert coded.codes.itemsize == (1 if count <= 256 else 2)
    assert [coded.values[each].decode() for each in coded.codes] == values


@pytest.mark.parametrize(
    ("values", "dtype"),
    [([-(1 << 31), (1 << 31) - 1], "int32"), ([1 << 31], "int64"), ([-(1 << 63), (1 << 63) - 1], "int64")],
)
def test_whole_numbers_take_four_bytes_if_they_fit(tmp_path: Path, values: list[int], dtype: str) -> None:
    layout = Layout(columns={"day": "int"})
    numbers = written(tmp_path / "a", layout, [SegmentDocument(columns={"day": each}) for each in values]).numbers(
        "day"
    )
    assert numbers.tolist() == values
    assert numbers.dtype == dtype


def test_many_documents_share_a_dictionary_that_is_learned_from_them(tmp_path: Path) -> None:
    layout = Layout(texts=("body",))
    texts = [f"in the harbour of town {number} there lay {number * 77} ships. " * 20 for number in range(400)]
    assert sum(map(len, texts)) > 2 * MIN_SAMPLE_BYTES
    rows = [SegmentDocument(texts={"body": (text, [0])}) for text in texts]
    segment = written(tmp_path / "a", layout, rows)
    assert segment.dictionary
    assert [segment.stored_document(each).texts[0].text for each in range(400)] == texts
    following = written(tmp_path / "b", layout, rows[:300], dictionary=segment.dictionary)
    assert following.dictionary == segment.dictionary
    few = written(tmp_path / "c", layout, rows[:9], dictionary=segment.dictionary)
    assert few.dictionary == b""
    assert [few.stored_document(each).texts[0].text for each in range(9)] == texts[:9]


def test_documents_stop_waiting_when_they_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_writing, "SAMPLE_BYTES", 2 * MIN_SAMPLE_BYTES)
    layout = Layout(texts=("body",))
    texts = [f"in the harbour of town {number} there lay {number * 77} ships. " * 20 for number in range(900)]
    writer = SegmentWriter(tmp_path / "a", layout)
    waiting = []
    for text in texts:
        writer.add(SegmentDocument(texts={"body": (text, [0])}))
        waiting.append(writer.memory_bytes)
    assert (
        waiting[-1]
        < max(waiting)
        == waiting[next(at for at in range(900) if writer.dictionary and waiting[at + 1] < waiting[at])]
    )
    writer.finish()
    segment = SegmentFile(tmp_path / "a")
    assert [segment.stored_document(each).texts[0].text for each in range(900)] == texts


# -- what cannot be written


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(SegmentDocument(terms={"body": ["good", 7]}, stored=[1, 1]), id="number as a term"),  # type: ignore[list-item]
        pytest.param(SegmentDocument(terms={"body": ["good", []]}, stored=[1, 1]), id="list as a term"),  # type: ignore[list-item]
        pytest.param(
            SegmentDocument(terms={"body": ["good"]}, columns={"day": "x"}, stored=[1, 1]), id="text as a number"
        ),
        pytest.param(
            SegmentDocument(terms={"body": ["good"]}, columns={"day": 1 << 63}, stored=[1, 1]), id="number too great"
        ),
        pytest.param(
            SegmentDocument(terms={"body": ["good"]}, columns={"source": 1}, stored=[1, 1]), id="number as a text"
        ),
        pytest.param(SegmentDocument(terms={"body": ["good"]}, stored=[1]), id="a record too short"),
        pytest.param(SegmentDocument(terms={"body": ["good"]}, stored=[1, {1, 2}]), id="a record that is no JSON"),
        pytest.param(SegmentDocument(texts={"body": ("a", [3])}, stored=[1, 1]), id="words behind their text"),
        pytest.param(SegmentDocument(texts={"body": ("a", [-1])}, stored=[1, 1]), id="words before it"),
    ],
)
def test_a_document_with_a_wrong_value_is_left_out_whole(tmp_path: Path, row: SegmentDocument) -> None:
    writer = SegmentWriter(tmp_path / "a", ALL)
    writer.add(SegmentDocument(terms={"body": ["first"]}, stored=["first", 1]))
    with pytest.raises((ValueError, TypeError, OverflowError)):
        writer.add(row)
    writer.add(SegmentDocument(terms={"body": ["last"]}, stored=["last", 1]))
    writer.finish()
    segment = SegmentFile(tmp_path / "a")
    assert segment.documents == 2
    assert postings_of(segment, "body") == {b"first": {0: [0]}, b"last": {1: [0]}}
    assert segment.stored_document(1).record == ["last", 1]


def test_a_full_segment_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_DOCUMENTS", 2)
    writer = SegmentWriter(tmp_path / "a", Layout())
    assert [writer.add(SegmentDocument()), writer.add(SegmentDocument())] == [0, 1]
    assert writer.is_full
    with pytest.raises(ValueError, match="more than 2"):
        writer.add(SegmentDocument())
    writer.discard()


def test_a_segment_is_full_when_one_field_has_as_many_tokens_as_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MAX_TOKENS", 4)
    layout = Layout(fields={"title": IndexedField(), "body": IndexedField()})
    with_two_each = SegmentDocument(terms={"title": ("a", "b"), "body": ("c", None)})
    writer = SegmentWriter(tmp_path / "a", layout)
    fullness = [(writer.add(with_two_each), writer.tokens, writer.is_full) for _ in range(2)]
    assert fullness == [(0, 4, False), (1, 8, True)]
    writer.discard()


def test_a_discarded_segment_leaves_nothing(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "a", ALL)
    writer.add(SegmentDocument(stored=[1, 2]))
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_memory_grows_with_the_documents(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "a", ALL)
    sizes = []
    for number in range(5):
        terms = [f"t{number}.{each}" for each in range(100)]
        writer.add(
            SegmentDocument(terms={"body": terms}, stored=["a" * 100, 1], texts={"body": ("b" * 100, range(100))})
        )
        sizes.append(writer.memory_bytes)
    writer.discard()
    assert sizes == sorted(set(sizes))


# -- damage


def changed(path: Path, layout: Layout, rows: Sequence[SegmentDocument], **arrays: Any) -> SegmentFile:
    """Return a segment, right but for some arrays and, as ``meta``, what is said of it."""
    meta = arrays.pop("meta", {})
    source = written(path.with_name("source"), layout, rows)
    with ArrayFileWriter(path) as file:
        for name in source.entries:
            values = arrays.get(name.replace("/", "_"), source.array(name))
            if values is not None:
                file.add(name, values)
        file.finish(json.loads(json.dumps(source.meta)) | meta)
    return SegmentFile(path)


ROWS = [
    SegmentDocument(
        terms={"body": ["a", "b"]},
        columns={"source": "Wire"},
        stored=["t", "l"],
        texts={"body": ("a b", [0, 2])},
    )
] * 2


@pytest.mark.parametrize(
    ("arrays", "read"),
    [
        pytest.param({"body_docs": None}, lambda each: each.field("body"), id="postings are missing"),
        pytest.param({"body_docs": np.zeros(1, np.uint16)}, lambda each: each.field("body"), id="postings too few"),
        pytest.param({"body_posting_offsets": np.zeros(0, np.uint32)}, lambda each: each.field("body"), id="no starts"),
        pytest.param({"body_lengths": np.zeros(9, np.uint8)}, lambda each: each.field("body"), id="lengths too many"),
        pytest.param({"column_day_values": np.zeros(3, np.int32)}, lambda each: each.numbers("day"), id="numbers too many"),
        pytest.param({"column_day_values": np.zeros(2)}, lambda each: each.numbers("day"), id="floats for whole numbers"),
        pytest.param({"column_source_codes": np.full(2, 9, np.uint8)}, lambda each: each.codes("source"), id="code of no value"),
        pytest.param({"column_source_value_ends": np.array([0, 9], np.uint32)}, lambda each: each.codes("source"), id="value too long"),
        pytest.param({"column_source_value_ends": np.zeros(0, np.uint32)}, lambda each: each.codes("source"), id="no ends of values"),
        pytest.param({"stored_frame_ends": np.array([0, 9, 4], np.uint64)}, lambda each: each.stored_document(1), id="frame runs backwards"),
        pytest.param({"stored_frame_ends": np.array([0, 1 << 63, 1 << 63], np.uint64)}, lambda each: each.stored_document(0), id="frame beyond the end"),
        pytest.param({"stored_frames": bytes(99)}, lambda each: each.stored_document(0), id="frame is none"),
        pytest.param({"stored_frames": Packer(b"").pack(b"[1,2,3]" * 9), "stored_frame_ends": np.full(3, 26, np.uint64) * [0, 1, 1]}, lambda each: each.stored_document(0), id="frame of no document"),
        pytest.param({"stored_frame_ends": np.zeros(9, np.uint64)}, lambda each: None, id="frames of too many documents"),
        pytest.param({"stored_dictionary": None}, lambda each: None, id="no dictionary"),
        pytest.param({"meta": {"documents": 65_537}}, lambda each: None, id="more documents than there can be"),
        pytest.param({"meta": {"documents": -1}}, lambda each: None, id="fewer than none"),
        pytest.param({"meta": {"total_lengths": {}}}, lambda each: None, id="no total length of a field"),
        pytest.param({"meta": {"layout": {}}}, lambda each: None, id="layout that says nothing"),
        pytest.param({"meta": {"layout": ALL.as_json() | {"fields": {"body": {"positions": 1, "scorable": 1}}}}}, lambda each: None, id="field of wrong words"),
        pytest.param({"meta": {"layout": ALL.as_json() | {"columns": {"day": "list"}}}}, lambda each: None, id="unknown kind of column"),
        pytest.param({"meta": {"layout": ALL.as_json() | {"stored": [1]}}}, lambda each: None, id="name that is no text"),
        pytest.param({"meta": {"layout": ALL.as_json() | {"key": "none"}}}, lambda each: None, id="key that is no field"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_damage(tmp_path: Path, arrays: dict[str, Any], read: Any) -> None:
    with pytest.raises(IndexDamagedError):
        read(changed(tmp_path / "a", ALL, ROWS, **arrays))


# -- deletions


def test_deletions_come_back(tmp_path: Path) -> None:
    write_deletions(tmp_path / "d", np.array([1, 5]))
    assert read_deletions(tmp_path / "d", 6).tolist() == [1, 5]


@pytest.mark.parametrize(
    ("deleted", "documents"),
    [
        pytest.param([7], 7, id="beyond the end"),
        pytest.param([2, 1], 7, id="not rising"),
        pytest.param([1, 1], 7, id="twice"),
    ],
)
def test_deletions_that_cannot_be_are_damage(tmp_path: Path, deleted: list[int], documents: int) -> None:
    with ArrayFileWriter(tmp_path / "d") as file:
        file.add("deleted", np.array(deleted, np.uint16))
        file.finish({})
    with pytest.raises(IndexDamagedError):
        read_deletions(tmp_path / "d", documents)
