"""The words that match in a document are found in C as the positions and offsets of a field say."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.kernels import arrays
from indexer.ranking.occurrences import ANYWHERE, BODY, MOST_FREQUENT, STEP_SHIFT, TITLE
from indexer.storage.segment.stored import encode_gaps

try:
    from indexer.kernels import _native
except ImportError:
    _native = None  # type: ignore[assignment]

pytestmark = pytest.mark.skipif(_native is None, reason="built without C")

TERMS = 4


def field_of(documents: list[list[int]], tier: Any = _native, body_start: int = 0, **replaced: Any) -> Any:
    """Return a field of documents whose words are terms, numbers below TERMS; their bodies begin at ``body_start``."""
    postings = [[number for number, words in enumerate(documents) if term in words] for term in range(TERMS)]
    places = [
        [[at for at, word in enumerate(documents[number]) if word == term] for number in postings[term]]
        for term in range(TERMS)
    ]
    counts = [len(positions) for each in places for positions in each]
    over = [row for row, count in enumerate(counts) if count >= MOST_FREQUENT]
    given_ = {
        "terms": np.frombuffer(b"abcd", np.uint8),
        "term_ends": ends([1] * TERMS),
        "posting_offsets": ends(map(len, postings)),
        "docs": np.array([number for numbers in postings for number in numbers], np.uint16),
        "occurrences": np.array([occurrence(each, body_start) for some in places for each in some], np.uint8),
        "tf_overflow_rows": np.array(over, np.uint32),
        "tf_overflow": np.array([counts[row] for row in over], np.uint32),
        "lengths": np.ones(len(documents), np.uint8),
        "position_offsets": ends(sum(map(len, each)) for each in places),
        "positions": np.array([at for each in places for positions in each for at in positions], np.uint16),
        "body_starts": np.full(len(documents), body_start, np.uint16),
    }
    return tier.Field(**given_ | replaced)


def ends(sizes: Any) -> Any:
    return np.cumsum([0, *sizes]).astype(np.uint32)


def occurrence(places: list[int], body_start: int) -> int:
    """Return the occurrence byte of a term at these positions; every place in a body is of step 1."""
    title = TITLE if places[0] < body_start else 0
    return min(len(places), MOST_FREQUENT) | title | (places[-1] >= body_start) << STEP_SHIFT


def expected(document: int, terms: Any, part: int, body_start: int, offsets: list[int]) -> list[tuple[int, Any]]:
    """Return what numpy finds."""
    matches = {}
    for field, number, value in terms:
        positions = [number] if field is None else field.positions_in(number, document)
        if field is not None and part == TITLE:
            positions = [position for position in positions if position < body_start]
        elif field is not None and part == BODY:
            positions = [position - body_start for position in positions if position >= body_start]
        matches |= dict.fromkeys(positions, value)
    return [(offsets[at], matches[at]) for at in sorted(matches) if at < len(offsets)]


WORDS = st.integers(0, TERMS - 1)
DOCUMENTS = st.lists(st.lists(WORDS, max_size=12) | WORDS.map(lambda word: [word] * 300), min_size=1, max_size=5)


@given(
    st.tuples(DOCUMENTS, DOCUMENTS),
    st.lists(st.tuples(st.sampled_from([0, 1]), WORDS) | st.tuples(st.none(), st.integers(0, 320)), max_size=9),
    st.lists(st.integers(0, 254), max_size=14),
    st.sampled_from([0, 300]),
    st.integers(0, 5),
    st.sampled_from([TITLE, BODY, ANYWHERE]),
    st.integers(0, 6),
)
@settings(max_examples=200)
def test_matched_words_are_those_of_numpy(
    texts: Any,
    chosen: list[tuple[int | None, int]],
    distances: list[int],
    more: int,
    document: int,
    part: int,
    body_start: int,
) -> None:
    def terms(fields: list[Any]) -> Any:
        return tuple((None if at is None else fields[at], number, (at, number)) for at, number in chosen)

    mine = terms([field_of(each, body_start=body_start) for each in texts])
    theirs = terms([field_of(each, arrays, body_start) for each in texts])
    distances += [1] * more
    starts, text = np.cumsum(distances).tolist(), "قمح " * 1100
    gaps = encode_gaps(text, array("I", starts))
    right = expected(document, theirs, part, body_start, starts)
    assert _native.matched_words(document, mine, part, text, gaps) == right
    right = expected(document, theirs, part, body_start, list(range(0, 60, 4)))
    assert _native.matched_words(document, mine, part, " ".join(["قمح"] * 15), None) == right


def test_gaps_lead_to_words() -> None:
    terms = ((None, 0, "a"), (None, 2, "b"))
    text = "قمح " * 100
    assert _native.matched_words(0, terms, ANYWHERE, text, bytes([0, 0, 0])) == [(0, "a"), (8, "b")]
    assert _native.matched_words(0, terms, ANYWHERE, text, bytes([4, 255, 44, 1, 0, 0, 0])) == [(3, "a"), (304, "b")]
    assert _native.matched_words(0, (), ANYWHERE, "", b"") == _native.matched_words(0, terms, ANYWHERE, "", b"") == []


@pytest.mark.parametrize(
    "gaps",
    [
        pytest.param([3, 255, 44, 1, 0], id="a distance that is cut short"),
        pytest.param([3, 255, 255, 255, 255, 255], id="very far behind the end"),
        pytest.param([3, 11], id="at the end"),
        pytest.param([3, 0, 0, 0], id="no blank is left"),
        pytest.param([3], id="no gap is left"),
    ],
)
def test_gaps_that_lead_out_of_the_text_end_the_words(gaps: list[int]) -> None:
    terms = tuple((None, at, at) for at in (0, 3))
    assert _native.matched_words(0, terms, ANYWHERE, "قمح قمح قمح ", bytes(gaps)) == [(2, 0)]


@pytest.mark.parametrize("number", [-1, TERMS, 2**40])
def test_a_term_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="of 4"):
        _native.matched_words(0, ((field_of([[0]]), number, "a"),), ANYWHERE, "a b", b"\0")


def test_a_field_without_positions_is_refused() -> None:
    field = field_of([[0]], position_offsets=None, positions=None)
    with pytest.raises(ValueError, match="positions"):
        _native.matched_words(0, ((field, 0, "a"),), ANYWHERE, "a b", b"\0")


def test_damaged_positions_lead_nowhere() -> None:
    field = field_of([[0, 0]], occurrences=np.array([0x2F], np.uint8))
    assert _native.matched_words(0, ((field, 0, "a"),), ANYWHERE, "a b", b"\1\1") == []
    field = field_of([[0, 0]], positions=np.array([65535, 0], np.uint16))
    assert _native.matched_words(0, ((field, 0, "a"),), ANYWHERE, "a b", b"\1\1") == [(0, "a")]
    for document in (-1, 1, 65_536, 2**40, 2**80):
        assert _native.matched_words(document, ((field, 0, "a"),), ANYWHERE, "a b", b"\1\1") == []


@pytest.mark.parametrize(
    "given_",
    [
        (),
        ("0", (), ANYWHERE, "", None),
        (0, [], ANYWHERE, "", None),
        (0, (), ANYWHERE, 1, None),
        (0, (), ANYWHERE, "", ""),
        (0, (), "title", "", None),
        (0, ((None, 0),), ANYWHERE, "", None),
        (0, ([None, 0, 0],), ANYWHERE, "", None),
        (0, ((None, "0", 0),), ANYWHERE, "", None),
        (0, (("field", 0, 0),), ANYWHERE, "", None),
    ],
)
def test_wrong_types_are_refused(given_: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        _native.matched_words(*given_)
