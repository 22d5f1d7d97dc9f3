"""Near terms: the documents that the mask lets through are those where looking at every window finds them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.kernels import nearness
from indexer.kernels.fields import Array
from indexer.ranking.occurrences import ANYWHERE, BODY, TITLE

LETTERS = "abc"
BODY_START = 3


def arrays_of(texts: list[str]) -> list[Array]:
    """Return the arrays of a field of texts of the letters a, b and c, each letter or "-" a position."""
    postings = [(number, at) for at in LETTERS for number, text in enumerate(texts) if at in text]
    places = [[at for at, char in enumerate(texts[number]) if char == letter] for number, letter in postings]
    bits = [(TITLE if each[0] < BODY_START else 0) | (BODY if each[-1] >= BODY_START else 0) for each in places]
    counts = [sum(letter == other for _, letter in postings) for other in LETTERS]
    sizes = [
        sum(len(each) for each, pair in zip(places, postings, strict=True) if pair[1] == other) for other in LETTERS
    ]
    return [
        np.frombuffer(LETTERS.encode(), np.uint8),
        np.arange(4, dtype=np.uint32),
        np.cumsum([0, *counts]).astype(np.uint32),
        np.array([number for number, _ in postings], np.uint16),
        np.array([bit | len(each) for bit, each in zip(bits, places, strict=True)], np.uint8),
        np.zeros(0, np.uint32),
        np.zeros(0, np.uint32),
        np.ones(len(texts), np.uint8),
        np.cumsum([0, *sizes]).astype(np.uint32),
        np.array([place for each in places for place in each], np.uint16),
        np.full(len(texts), BODY_START, np.uint16),
    ]


def in_a_window(text: str, letters: str, width: int) -> bool:
    return any(not Counter(letters) - Counter(text[at : at + width]) for at in range(len(text)))


PARTS = {ANYWHERE: slice(None), TITLE: slice(0, BODY_START), BODY: slice(BODY_START, None)}


@given(
    st.lists(st.text("abc--", max_size=12), max_size=8),
    st.text(LETTERS, min_size=2, max_size=5),
    st.integers(1, 8) | st.just(10**12),
    st.sampled_from([*PARTS]),
    st.sampled_from([1, 2, 3, 100]),
)
def test_terms_are_near_where_a_window_holds_them_all(
    texts: list[str], letters: str, width: int, part: int, at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearness, "DOCUMENTS_AT_ONCE", at_once)
        mask = nearness.near_mask(arrays_of(texts), [*map(LETTERS.index, letters)], width, len(texts), part)
    assert mask.tolist() == [in_a_window(text[PARTS[part]], letters, width) for text in texts]
