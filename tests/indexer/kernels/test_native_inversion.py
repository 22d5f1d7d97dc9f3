"""What inverts tokens in C writes nowhere but into the arrays it was given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexer import kernels

pytestmark = pytest.mark.skipif(kernels.TIER != "native", reason="built without the C part")

IDS, ENDS, RANKS = (np.array(each, np.uint32) for each in ([1, 2, 1, 0, 2], [2, 5], [9, 0, 1]))


def arguments(**changed: Any) -> list[Any]:
    """Return what inverts five tokens of two terms, but for what is ``changed``."""
    tallies = np.array([[0, 0, 0, 0], [0, 2, 2, 0]], np.uint32)
    docs, tfs, over, positions = (
        np.zeros(4, np.uint16),
        np.zeros(4, np.uint8),
        np.zeros((2, 2), np.uint32),
        np.zeros(4, np.uint16),
    )
    given = {
        "ids": IDS,
        "ends": ENDS,
        "places": None,
        "first_document": 0,
        "ranks": RANKS,
        "first_term": 0,
        "tallies": tallies,
        "docs": docs,
        "tfs": tfs,
        "over": over,
        "found": 0,
        "positions": positions,
        "width": 2,
    }
    return list((given | changed).values())


def test_tokens_are_inverted() -> None:
    from indexer.kernels import _native

    given = arguments()
    assert _native.invert(*given) == 0
    assert given[7].tolist() == [0, 1, 0, 1]
    assert given[8].tolist() == [1, 1, 1, 1]
    assert given[11].tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"ids": np.array([1, 2, 1, 0, 7], np.uint32)}, id="an id without a rank"),
        pytest.param({"ids": np.zeros(18, np.uint8)}, id="half an id"),
        pytest.param({"ends": np.array([2, 6], np.uint32)}, id="an end behind the tokens"),
        pytest.param({"ends": np.array([3, 2], np.uint32)}, id="ends that fall"),
        pytest.param({"ends": np.array([2, 4], np.uint32)}, id="an end before the tokens'"),
        pytest.param({"places": np.zeros(4, np.uint32)}, id="too few places"),
        pytest.param({"places": np.full(5, 1 << 16, np.uint32)}, id="a place that is too high"),
        pytest.param({"first_document": 65_535}, id="too many documents"),
        pytest.param({"first_document": -1}, id="a document below zero"),
        pytest.param({"first_term": -1}, id="a term below zero"),
        pytest.param({"tallies": np.array([[0, 4, 0, 0]] * 2, np.uint32)}, id="postings behind the array"),
        pytest.param({"tallies": np.array([[0, 0, 4, 0]] * 2, np.uint32)}, id="positions behind the array"),
        pytest.param({"tallies": np.array([[1, 0, 0, 0]] * 2, np.uint32)}, id="a document before any posting"),
        pytest.param({"tallies": np.array([[1, 9, 0, 0]] * 2, np.uint32)}, id="a posting behind the array"),
        pytest.param({"tallies": np.zeros(7, np.uint32)}, id="part of a tally"),
        pytest.param({"docs": np.zeros(3, np.uint16), "tfs": np.zeros(3, np.uint8)}, id="too few postings"),
        pytest.param({"tfs": np.zeros(3, np.uint8)}, id="fewer frequencies than documents"),
        pytest.param({"positions": np.zeros(3, np.uint16)}, id="too few positions"),
        pytest.param({"positions": np.zeros(9, np.uint8)[1:]}, id="positions that are not aligned"),
        pytest.param({"width": 3}, id="positions of three bytes"),
        pytest.param({"found": 3}, id="more overflow than there is room for"),
        pytest.param({"found": -1}, id="overflow below zero"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any]) -> None:
    from indexer.kernels import _native

    with pytest.raises(ValueError, match=r"."):
        _native.invert(*arguments(**changed))


@pytest.mark.parametrize(
    ("tallies", "tfs"),
    [
        pytest.param([[0, 0, 0, 0], [0, 2, 2, 0]], 254, id="no room for one"),
        pytest.param([[1, 1, 0, 9], [1, 3, 2, 9]], 255, id="an entry that is not there"),
    ],
)
def test_overflow_stays_in_its_array(tallies: list[list[int]], tfs: int) -> None:
    from indexer.kernels import _native

    ids, ends = np.ones(300, np.uint32), np.array([300], np.uint32)
    frequencies = np.full(4, tfs, np.uint8)
    given = {"tallies": np.array(tallies, np.uint32), "tfs": frequencies, "over": np.zeros((0, 2), np.uint32)}
    with pytest.raises(ValueError, match="tallies"):
        _native.invert(*arguments(ids=ids, ends=ends, positions=np.zeros(0, np.uint8), width=0, **given))


def test_arrays_that_cannot_be_written_are_refused() -> None:
    from indexer.kernels import _native

    for name in ("tallies", "docs", "tfs", "over", "positions"):
        with pytest.raises((BufferError, ValueError)):
            _native.invert(*arguments(**{name: bytes(32)}))


def test_tokens_are_counted() -> None:
    from indexer.kernels import _native

    tallies = np.zeros((2, 4), np.uint32)
    assert _native.count(IDS, ENDS, None, 0, RANKS, tallies) == 2
    assert tallies[:, 1:3].tolist() == [[2, 2], [2, 2]]
    assert _native.count(IDS, ENDS, np.array([0, 5, 9, 9, 9], np.uint32), 2, RANKS, tallies) == 9
    assert tallies[:, 1:3].tolist() == [[4, 4], [4, 4]]
    with pytest.raises(ValueError, match="without a term"):
        _native.count(IDS, ENDS, None, 0, np.array([9, 0, 2], np.uint32), tallies)
