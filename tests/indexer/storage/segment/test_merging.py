"""Merging segments gives the very file that writing the documents that are left would give."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import IndexDamagedError
from indexer.storage.segment import merging, merging_fields
from indexer.storage.segment.arrays import ArrayFileWriter
from indexer.storage.segment.file import SegmentFile
from indexer.storage.segment.layout import IndexedField, Layout
from indexer.storage.segment.live_segment import LiveSegment
from indexer.storage.segment.merging import merge
from indexer.storage.segment.writing import SegmentDocument, SegmentWriter

LAYOUT = Layout(
    fields={"body": IndexedField(positions=True), "stem": IndexedField(), "id": IndexedField(scorable=False)},
    columns={"day": "int", "source": "text"},
    stored=("title",),
    texts=("body", "note"),
)  # fmt: skip


def written(path: Path, layout: Layout, rows: Iterable[SegmentDocument]) -> SegmentFile:
    path.unlink(missing_ok=True)
    writer = SegmentWriter(path, layout)
    for row in rows:
        writer.add(row)
    writer.finish()
    return SegmentFile(path)


def merged(path: Path, layout: Layout, sources: Iterable[tuple[SegmentFile, list[int]]]) -> SegmentFile:
    path.unlink(missing_ok=True)
    merge(path, [LiveSegment(segment, np.array(deleted, np.int64)) for segment, deleted in sources], layout)
    segment = SegmentFile(path)
    segment.verify()
    return segment


# A document: its tokens (a number from 10 on stands for so many times the term), a value of its columns, a title.
tokens = st.lists(st.none() | st.sampled_from(["a", "b", "ج", "\ud800", "?"]) | st.just("a" * 2).map(str), max_size=8)
rows = st.builds(
    lambda tokens, many, number, title, starts: SegmentDocument(
        terms={"body": [*tokens, *["m"] * many], "stem": tokens[:3], "id": [title]},
        columns={"day": number * 1_000_000, "source": title[:1]},
        stored=[title],
        texts={"body": ("ب" * 701, starts), "note": (title, [])},
    ),
    tokens,
    st.sampled_from([0, 0, 0, 3, 14, 15, 400]),
    st.integers(-9, 9000),
    st.text(max_size=4),
    st.lists(st.integers(0, 700), max_size=4).map(sorted),
)
deletions = st.sampled_from([set(), {0}, {1}, {0, 1, 2, 3, 4, 5}])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.lists(rows, max_size=5), deletions), max_size=4), st.sampled_from([1, 4, 1 << 20]))
def test_merging_is_writing_what_is_left(
    tmp_path: Path, parts: list[tuple[list[SegmentDocument], set[int]]], items_at_once: int
) -> None:
    sources = [
        (written(tmp_path / f"s{number}", LAYOUT, documents), [each for each in deleted if each < len(documents)])
        for number, (documents, deleted) in enumerate(parts)
    ]
    left = [row for documents, deleted in parts for each, row in enumerate(documents) if each not in deleted]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging_fields, "_ITEMS_AT_ONCE", items_at_once)
        merged(tmp_path / "merged", LAYOUT, sources)
    written(tmp_path / "expected", LAYOUT, left)
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "expected").read_bytes()


@pytest.mark.parametrize("deleted", [pytest.param([], id="wide"), pytest.param([0], id="not wide any more")])
def test_wide_positions_stay_wide_only_while_they_must(tmp_path: Path, deleted: list[int]) -> None:
    long = SegmentDocument(terms={"body": ["a", *[None] * 70_000, "a"]}, stored=["long"])
    short = SegmentDocument(terms={"body": ["a", "b"]}, stored=["short"])
    first, second = written(tmp_path / "1", LAYOUT, [long, short]), written(tmp_path / "2", LAYOUT, [short])
    merged(tmp_path / "merged", LAYOUT, [(first, deleted), (second, [])])
    written(tmp_path / "expected", LAYOUT, [long, short, short][len(deleted) :])
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "expected").read_bytes()


def texts_of(segment: SegmentFile) -> list[str]:
    return [segment.stored_document(each).texts[0].text for each in range(segment.documents)]


def test_frames_of_one_dictionary_are_copied_and_others_packed_anew(tmp_path: Path) -> None:
    layout = Layout(texts=("body",))
    texts = [f"in the harbour of town {number} there lay {number * 77} ships. " * 20 for number in range(300)]
    first = written(tmp_path / "1", layout, [SegmentDocument(texts={"body": (each, [0])}) for each in texts])
    second = written(tmp_path / "2", layout, [SegmentDocument(texts={"body": (each, [0])}) for each in texts[:9]])
    assert first.dictionary
    assert not second.dictionary
    both = merged(tmp_path / "merged", layout, [(second, [0]), (first, [1]), (second, [])])
    assert both.dictionary == first.dictionary
    assert texts_of(both) == [*texts[1:9], texts[0], *texts[2:], *texts[:9]]


def test_many_small_segments_learn_a_dictionary(tmp_path: Path) -> None:
    layout = Layout(texts=("body",))
    texts = [f"town {number} has {number * 77} ships in {number % 7} harbours. " * 40 for number in range(300)]
    texts = ["".join(chr(97 + (ord(each) * 7 + number) % 26) for each in text) for number, text in enumerate(texts)]
    parts = [texts[first : first + 30] for first in range(0, 300, 30)]
    sources = [
        (written(tmp_path / str(number), layout, [SegmentDocument(texts={"body": (each, [0])}) for each in part]), [])
        for number, part in enumerate(parts)
    ]
    assert not any(source.dictionary for source, _ in sources)
    together = merged(tmp_path / "merged", layout, sources)
    assert together.dictionary
    assert texts_of(together) == texts


def test_more_documents_than_fit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MAX_DOCUMENTS", 1)
    segment = written(tmp_path / "1", Layout(), [SegmentDocument()])
    with pytest.raises(ValueError, match="2 documents"):
        merged(tmp_path / "merged", Layout(), [(segment, []), (segment, [])])


# -- damage


ROW = SegmentDocument(
    terms={"body": ["b", "a", "b"], "stem": ["x"]},
    columns={"source": "Wire"},
    stored=["t"],
    texts={"body": ("a b", [0, 2])},
)


def changed(path: Path, name: str, values: Any) -> SegmentFile:
    """Return a segment of two documents whose sums are right, but for one array not what is ever written."""
    source = written(path.with_name("source"), LAYOUT, [ROW, ROW])
    with ArrayFileWriter(path) as file:
        for each in source.entries:
            file.add(each, np.array(values, source.array(each).dtype) if each == name else source.array(each))
        file.finish(json.loads(json.dumps(source.meta)))
    return SegmentFile(path)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param("body/docs", [0, 1, 0, 9], id="document that does not exist"),
        pytest.param("body/posting_offsets", [0, 4, 2], id="postings run backwards"),
        pytest.param("body/posting_offsets", [1, 2, 4], id="postings left over"),
        pytest.param("body/posting_offsets", [0, 2, 9], id="postings beyond the end"),
        pytest.param("body/terms", list(b"ba"), id="terms not sorted"),
        pytest.param("body/terms", list(b"aa"), id="term twice"),
        pytest.param("body/term_ends", [0, 2, 1], id="terms run backwards"),
        pytest.param("body/term_ends", [0, 1, 99], id="terms beyond the end"),
        pytest.param("body/occurrences", [0x21, 0x21, 0x22, 0x29], id="frequency without positions"),
        pytest.param("body/occurrences", [0x21, 0x21, 0x22, 0x2F], id="frequency without overflow"),
        pytest.param("body/position_offsets", [0, 3, 6], id="positions do not fit"),
        pytest.param("body/position_offsets", [0, 2, 99], id="positions beyond the end"),
        pytest.param("body_starts", [0], id="bodies of too few documents"),
        pytest.param("stored/frame_ends", [0, 9, 3], id="frames run backwards"),
        pytest.param("stored/frame_ends", [0, 5, 1 << 60], id="frames beyond the end"),
        pytest.param("column/source/codes", [0, 9], id="code of no value"),
        pytest.param("column/day/values", [0] * 9, id="numbers of too many documents"),
    ],
)
@pytest.mark.parametrize("deleted", [pytest.param([], id="whole"), pytest.param([0], id="one deleted")])
def test_what_does_not_fit_together_is_not_built_upon(
    tmp_path: Path, name: str, values: list[int], deleted: list[int]
) -> None:
    segment = changed(tmp_path / "1", name, values)
    with pytest.raises(IndexDamagedError):
        merged(tmp_path / "merged", LAYOUT, [(segment, deleted)])
    assert not (tmp_path / "merged").exists()


def test_a_flipped_bit_in_any_array_is_not_built_upon(tmp_path: Path) -> None:
    path = tmp_path / "1"
    entries = written(path, LAYOUT, [ROW, ROW]).entries
    content = path.read_bytes()
    places = sorted(each.offset for each in entries.values() if each.size)
    assert all(first < second for first, second in pairwise(places))
    for place in places:
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(IndexDamagedError):
            merged(tmp_path / "merged", LAYOUT, [(SegmentFile(path), [])])
