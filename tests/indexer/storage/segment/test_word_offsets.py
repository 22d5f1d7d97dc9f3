"""The offsets of words come back as they were stored, and arrays that contradict each other are damage."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexDamagedError
from indexer.storage.segment.texts import WordOffsets

U1, U4 = np.uint8, np.uint32
DOCUMENTS = [[0, 4, 9], [], [300, 301, 900, 902], [2], [0, 254, 509, 765]]


def stored(documents: list[list[int]]) -> tuple[Any, ...]:
    """Return the arrays of the starts of the words of some documents."""
    distances = [after - before for words in documents for before, after in zip([0, *words], words, strict=False)]
    far = {at: distance for at, distance in enumerate(distances) if distance >= 255}
    ends = np.cumsum([0, *map(len, documents)])
    return np.minimum(distances, 255).astype(U1), np.array([*far], U4), np.array([*far.values()], U4), ends.astype(U4)


def test_offsets_come_back() -> None:
    offsets = WordOffsets("text", *stored(DOCUMENTS))
    for document, words in enumerate(DOCUMENTS):
        assert offsets.of(document).tolist() == words
        distances = [after - before for before, after in zip([0, *words], words, strict=False)]
        assert list(offsets.distances(document)) == [min(distance, 255) for distance in distances]


@pytest.mark.parametrize("document", [-1, 5, 1 << 40], ids=["before the first", "behind the last", "far behind it"])
def test_a_document_that_is_not_there(document: int) -> None:
    offsets = WordOffsets("text", *stored(DOCUMENTS))
    for ask in (offsets.of, offsets.distances):
        with pytest.raises(IndexError):
            ask(document)


@pytest.mark.parametrize(
    ("far_at", "far", "ends"),
    [
        pytest.param([], [], [0, 4], id="words behind the end"),
        pytest.param([], [], [3, 2], id="words that run backwards"),
        pytest.param([2, 1, 0], [300, 300, 300], [1, 3], id="far words that fall"),
    ],
)
def test_what_does_not_fit_is_damage(far_at: list[int], far: list[int], ends: list[int]) -> None:
    offsets = WordOffsets(
        "text", np.array([255, 255, 1], U1), np.array(far_at, U4), np.array(far, U4), np.array(ends, U4)
    )
    with pytest.raises(IndexDamagedError):
        offsets.of(0)


def test_arrays_that_do_not_fit_each_other_are_refused() -> None:
    none = np.zeros(0, U4)
    with pytest.raises(ValueError, match="do not fit"):
        WordOffsets("text", np.zeros(1, U1), np.zeros(1, U4), none, np.zeros(2, U4))
    with pytest.raises(ValueError, match="do not fit"):
        WordOffsets("text", np.zeros(1, U1), none, none, none)


@given(
    st.binary(max_size=40),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([0, 255, 300, 2**32 - 1])), max_size=6),
    st.lists(st.integers(0, 60), min_size=2, max_size=5),
)
def test_any_bytes_are_offsets_or_damage(distances: bytes, far: list[tuple[int, int]], ends: list[int]) -> None:
    far_at, far_distances = (np.array([pair[at] for pair in far], U4) for at in (0, 1))
    offsets = WordOffsets("text", np.frombuffer(distances, U1), far_at, far_distances, np.array(ends, U4))
    for document in range(len(ends) - 1):
        with contextlib.suppress(IndexDamagedError):
            assert len(offsets.of(document)) == len(offsets.distances(document))
