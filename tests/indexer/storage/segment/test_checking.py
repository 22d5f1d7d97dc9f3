"""Faults of a segment are found, also where every checksum fits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.storage.segment.arrays import ArrayFile, ArrayFileWriter
from indexer.storage.segment.checking import faults_of
from indexer.storage.segment.file import SegmentFile
from indexer.storage.segment.layout import IndexedField, Layout
from indexer.storage.segment.writing import SegmentDocument, SegmentWriter

LAYOUT = Layout({"body": IndexedField(positions=True)}, {"day": "int", "source": "text"}, ("id",), ("body",))


def write(path: Path, texts: list[list[str]]) -> SegmentFile:
    writer = SegmentWriter(path, LAYOUT)
    for number, terms in enumerate(texts):
        starts = [sum(len(term) + 1 for term in terms[:place]) for place in range(len(terms))]
        columns = {"day": number, "source": "س" * (number % 3)}
        writer.add(SegmentDocument({"body": terms}, columns, [str(number)], {"body": (" ".join(terms), starts)}))
    writer.finish()
    return SegmentFile(path)


def rewritten(segment: SegmentFile, path: Path, name: str, values: np.ndarray) -> SegmentFile:
    """Return a segment with other values in one array, and checksums that fit."""
    with ArrayFileWriter(path) as file:
        for each in segment.entries:
            file.add(each, values if each == name else segment.array(each))
        file.finish(segment.meta)
    return SegmentFile(path)


TEXTS = [["ب", "ا", "ب"], ["ا"], ["ت", "ب"], [], ["ا"] * 300]


def test_a_segment_as_it_was_written_has_no_faults(tmp_path: Path) -> None:
    assert list(faults_of(write(tmp_path / "s1.seg", TEXTS))) == []


@given(st.lists(st.lists(st.sampled_from(["ا", "ب", "ت", "ثج"]), max_size=6), max_size=6))
def test_no_segment_that_is_written_has_faults(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]]
) -> None:
    assert list(faults_of(write(tmp_path_factory.mktemp("segment") / "s1.seg", texts))) == []


@pytest.mark.parametrize(
    ("name", "place", "value", "says"),
    [
        pytest.param("body/terms", 1, 0xAA, "not sorted", id="a term out of order"),
        pytest.param("body/term_ends", 1, 99, "do not follow", id="the end of a term"),
        pytest.param("body/posting_offsets", 1, 5, "body", id="the start of postings"),
        pytest.param("body/docs", 0, 9, "no such documents", id="a document that is not there"),
        pytest.param("body/docs", 1, 0, "do not rise", id="a document twice"),
        pytest.param("body/occurrences", 0, 0x20, "frequencies", id="a posting of nothing"),
        pytest.param("body/occurrences", 0, 0x22, "do not fit", id="another frequency"),
        pytest.param("body/occurrences", 0, 0x31, "occurrence bytes", id="a title that is not there"),
        pytest.param("body/occurrences", 0, 0x41, "occurrence bytes", id="another first place"),
        pytest.param("body_starts", 0, 1, "occurrence bytes", id="a body that begins elsewhere"),
        pytest.param("body/tf_overflow", 0, 7, "frequencies", id="a small frequency among the large"),
        pytest.param("body/position_offsets", 1, 0, "do not fit", id="the start of positions"),
        pytest.param("body/positions", 2, 60_000, "do not rise", id="a position out of order"),
        pytest.param("column/source/codes", 0, 9, "column source", id="a value that is not there"),
        pytest.param("stored/frames", 0, 0, "packed document", id="a packed document"),
        pytest.param("stored/frame_ends", 1, 0, "packed document", id="the end of a frame"),
    ],
)
def test_what_does_not_agree_is_named(tmp_path: Path, name: str, place: int, value: int, says: str) -> None:
    whole = write(tmp_path / "s1.seg", TEXTS)
    values = whole.array(name).copy()
    values[place] = value
    faults = list(faults_of(rewritten(whole, tmp_path / "s2.seg", name, values)))
    assert any(says in fault and "s2.seg" in fault for fault in faults), faults


def test_a_flipped_bit_is_named(tmp_path: Path) -> None:
    segment = write(tmp_path / "s1.seg", TEXTS)
    content = bytearray((tmp_path / "s1.seg").read_bytes())
    content[segment.entries["body/positions"].offset] ^= 1
    (tmp_path / "s2.seg").write_bytes(content)
    assert ArrayFile(tmp_path / "s2.seg").entries == segment.entries
    assert list(faults_of(SegmentFile(tmp_path / "s2.seg"))) == [
        f"{tmp_path}/s2.seg: body/positions is not what was written (CRC-32 differs)"
    ]
