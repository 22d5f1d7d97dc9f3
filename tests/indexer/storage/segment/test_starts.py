"""Where words start is read the same by both tiers, and what is not what was written is damage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexDamagedError
from indexer.storage.segment.texts import Starts, word_distances

try:
    from indexer.storage.segment import _starts as built
except ImportError:
    built = None  # type: ignore[assignment]

needs_c = pytest.mark.skipif(built is None, reason="built without the C part")
U1, U4 = np.uint8, np.uint32
DOCUMENTS = [[0, 4, 9], [], [300, 301, 900, 902], [2], [0, 254, 509, 765]]


def kept(documents: list[list[int]]) -> tuple[Any, ...]:
    """Return the arrays of the starts of the words of some documents."""
    ends = np.cumsum([0, *map(len, documents)]).astype(U4)
    return *word_distances(np.array([each for words in documents for each in words], U4), ends[1:]), ends


@pytest.fixture(params=["numpy", pytest.param("native", marks=needs_c)])
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[Starts]:
    """Return what reads starts, in numpy and in C."""
    monkeypatch.setattr("analyzers.extension.NATIVE_WANTED", request.param == "native")
    assert (Starts(*kept(DOCUMENTS))._at_in_c is None) == (request.param == "numpy")
    return Starts


def test_starts_come_back(make: type[Starts]) -> None:
    starts = make(*kept(DOCUMENTS))
    for document, words in enumerate(DOCUMENTS):
        assert starts.of(document).tolist() == words
        assert starts.at(document, range(len(words))) == words


@pytest.mark.parametrize(
    ("document", "positions", "expected"),
    [
        pytest.param(0, [1], [4], id="one"),
        pytest.param(2, [1, 3], [301, 902], id="some, behind far ones"),
        pytest.param(2, [2, 9, 10], [900, -1, -1], id="behind the last word"),
        pytest.param(1, [0, 1], [-1, -1], id="of no words"),
        pytest.param(0, [], [], id="none"),
        pytest.param(0, [1 << 40], [-1], id="far behind the last word"),
    ],
)
def test_some_starts(make: type[Starts], document: int, positions: list[int], expected: list[int]) -> None:
    assert make(*kept(DOCUMENTS)).at(document, positions) == expected


@pytest.mark.parametrize("document", [-1, 5, 1 << 40], ids=["before the first", "behind the last", "far behind it"])
def test_a_document_that_is_not_there(make: type[Starts], document: int) -> None:
    with pytest.raises(IndexError):
        make(*kept(DOCUMENTS)).at(document, [0])


@pytest.mark.parametrize(
    ("far_at", "far", "ends"),
    [
        pytest.param([], [], [0, 4], id="words behind the end"),
        pytest.param([], [], [3, 2], id="words that run backwards"),
        pytest.param([2, 1, 0], [300, 300, 300], [1, 3], id="far words that fall"),
    ],
)
def test_what_does_not_fit_is_damage(make: type[Starts], far_at: list[int], far: list[int], ends: list[int]) -> None:
    starts = make(np.array([255, 255, 1], U1), np.array(far_at, U4), np.array(far, U4), np.array(ends, U4))
    with pytest.raises(IndexDamagedError):
        starts.at(0, [0, 1, 2])


def test_arrays_that_do_not_fit_each_other_are_refused(make: type[Starts]) -> None:
    none = np.zeros(0, U4)
    with pytest.raises(ValueError, match="do not fit"):
        make(np.zeros(1, U1), np.zeros(1, U4), none, np.zeros(2, U4))
    with pytest.raises(ValueError, match="do not fit"):
        make(np.zeros(1, U1), none, none, none)


@needs_c
@given(
    st.lists(st.lists(st.integers(0, 2000).map(lambda each: each**2 // 500), max_size=9).map(sorted), max_size=6),
    st.sets(st.integers(0, 12)).map(sorted),
)
def test_both_tiers_read_the_same(documents: list[list[int]], positions: list[int]) -> None:
    arrays = kept(documents)
    in_numpy = Starts(*arrays)
    in_numpy._at_in_c = None
    for document in range(len(documents)):
        assert built.Starts(*arrays).at(document, positions) == in_numpy.at(document, positions)


@needs_c
@given(
    st.binary(max_size=40),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([0, 255, 300, 2**32 - 1])), max_size=6),
    st.lists(st.integers(0, 60), min_size=2, max_size=5),
    st.sets(st.integers(0, 50)).map(sorted),
)
def test_any_bytes_are_starts_or_damage(
    distances: bytes, far: list[tuple[int, int]], ends: list[int], positions: list[int]
) -> None:
    far_at, steps = (np.array([each[at] for each in far], U4) for at in (0, 1))
    starts = built.Starts(np.frombuffer(distances, U1), far_at, steps, np.array(ends, U4))
    for document in range(len(ends) - 1):
        try:
            found = starts.at(document, positions)
        except ValueError:
            continue
        assert len(found) == len(positions)
        assert all(-1 <= start < 2**32 for start in found)


@needs_c
@pytest.mark.parametrize(
    "positions",
    [[1, 1], [2, 1], [-1], [0.5], [None], None],
    ids=["twice", "falling", "less than 0", "half", "none", "no list"],
)
def test_positions_that_do_not_rise_are_refused(positions: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        built.Starts(*kept(DOCUMENTS)).at(0, positions)


@needs_c
@pytest.mark.parametrize(
    "arrays",
    [
        pytest.param((), id="nothing"),
        pytest.param((b"a", b"aaaa", b"aaaa", b"aaaa"), id="bytes"),
        pytest.param((np.zeros(1, U4), *[np.zeros(1, U4)] * 3), id="distances of four bytes"),
        pytest.param((np.zeros(1, U1), *[np.zeros((1, 1), U4)] * 3), id="a table"),
        pytest.param((np.zeros(1, U1), *[np.zeros(9, U1)[1:5].view(U4)] * 3), id="not aligned"),
        pytest.param(
            (np.zeros(1, U1), np.zeros(1, U4), np.zeros(0, U4), np.zeros(2, U4)), id="far ones that are missing"
        ),
        pytest.param((np.zeros(1, U1), *[np.zeros(0, U4)] * 3), id="no ends"),
        pytest.param((np.zeros(1, U1), *[np.zeros(9, U4)[::2]] * 3), id="every second one"),
        pytest.param((None, None, None, None), id="no arrays"),
    ],
)
def test_what_are_no_rows_of_numbers_are_refused(arrays: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError, BufferError)):
        built.Starts(*arrays)
