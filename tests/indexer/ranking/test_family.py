"""Families: which stems are alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking.family import is_alike, letters_of, pieces

stems = st.text("ابتحجق~", max_size=9)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param("احتجاج", "احتج~", True, id="a verb and its noun"),
        pytest.param("فيسبوك", "فايسبوك", True, id="two spellings"),
        pytest.param("بيروت", "وبيروت", True, id="a prefix that was not cut"),
        pytest.param("قمح", "شعير", False, id="nothing shared"),
        pytest.param("abcdefg", "abcdxyz", False, id="four pieces of nine are too few"),
        pytest.param("abcd", "abcz", False, id="three of six are too few"),
        pytest.param("abcde", "abcd", True, id="eight of thirteen are enough"),
        pytest.param("20145", "2014", False, id="numbers"),
        pytest.param("من", "من~", False, id="two letters"),
        pytest.param("كتب", "كتب~", True, id="a noun and a verb"),
    ],
)
def test_stems_are_alike_by_their_pieces(one: str, other: str, alike: bool) -> None:
    assert is_alike(one, other) is alike


@given(stems, stems)
def test_likeness_is_mutual_and_every_stem_with_letters_is_like_itself(one: str, other: str) -> None:
    assert is_alike(one, other) == is_alike(other, one)
    assert is_alike(one, one) == bool(letters_of(one))


@given(st.text("ابت", min_size=1))
def test_a_word_of_n_letters_has_at_most_n_and_two_pieces(letters: str) -> None:
    assert 1 <= len(pieces(letters)) <= len(letters) + 2
