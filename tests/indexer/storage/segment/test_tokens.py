"""The tokens of a field come back as they were added, from memory or from the temporary file."""

from __future__ import annotations

import tracemalloc
from array import array
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.storage.segment import inversion, tokens
from indexer.storage.segment.layout import IndexedField, Layout
from indexer.storage.segment.tokens import TokenBuffer
from indexer.storage.segment.writing import SegmentDocument, SegmentWriter


def read(held: TokenBuffer) -> list[list[int]]:
    """Return the tokens of each document."""
    documents = []
    for chunk in held.chunks():
        assert chunk.first == len(documents)
        begin = 0
        for end in chunk.ends.tolist():
            documents.append(chunk.ids[begin:end].tolist())
            begin = end
        assert begin == len(chunk.ids)
    return documents


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=5), max_size=9), st.integers(1, 12))
def test_tokens_are_read_as_they_were_added(tmp_path: Path, documents: list[list[int]], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "MAX_BUFFERED", most)
        held = TokenBuffer(tmp_path)
        for each in documents:
            held.add(array("I", each))
        for _ in range(2):
            assert read(held) == documents
        assert len(held) == sum(map(len, documents))
        assert held.memory_bytes <= 4 * (most + 5) + 8 * len(documents)
        held.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_cut_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_BUFFERED", 1)
    held = TokenBuffer(tmp_path)
    held.add(array("I", [1, 2]))
    assert held._file is not None
    held._file.truncate(4)
    with pytest.raises(OSError, match="shorter"):
        list(held.chunks())
    held.close()


def test_what_is_held_to_finish_a_segment_does_not_grow_with_its_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MAX_BUFFERED", 1 << 14)
    monkeypatch.setattr(inversion, "TOKENS_AT_ONCE", 1 << 15)
    terms = [f"t{number}" for number in range(1000)]
    writer = SegmentWriter(tmp_path / "s1.seg", Layout(fields={"f": IndexedField(positions=True)}))
    for _ in range(100):
        writer.add(SegmentDocument(terms={"f": terms * 10}))
    tracemalloc.start()
    writer.finish()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_500_000  # of a million tokens; in four bytes each they alone were four million
