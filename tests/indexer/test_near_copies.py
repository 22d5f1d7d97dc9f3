"""Near copies: fingerprints are alike for nearly the same words, and far apart for others."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import near_copies
from indexer.near_copies import Fingerprints, are_near_copies, fingerprints_of


def words(seed: int, count: int = 200) -> list[str | None]:
    return [f"w{random.Random(seed * 1000 + n).randrange(10**6)}" for n in range(count)]


TEXT = words(1)
PRINT = fingerprints_of(TEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(TEXT, True, id="the same"),
        pytest.param([None, *TEXT, None], True, id="stop words do not count"),
        pytest.param([*TEXT, *TEXT], True, id="nor do repetitions"),
        pytest.param([*TEXT[:90], "other", *TEXT[95:]], True, id="a sentence changed"),
        pytest.param(TEXT[:120], True, id="cut in the middle"),
        pytest.param(["agency", "city", "date", *TEXT], True, id="a dateline before"),
        pytest.param(words(2), False, id="another text"),
        pytest.param([*TEXT[:20], *words(3)], False, id="another text under the same beginning"),
        pytest.param([*words(4), *TEXT[100:]], False, id="half of it"),
    ],
)
def test_texts_that_say_nearly_the_same_are_near_copies(text, expected):
    assert are_near_copies(PRINT, fingerprints_of(text)) is expected


def test_short_texts_are_never_near_copies():
    short = fingerprints_of(TEXT[: near_copies.MIN_STEMS - 1])
    assert short == Fingerprints(0, 0)
    assert not are_near_copies(short, short)
    assert fingerprints_of(TEXT[: near_copies.MIN_STEMS]).whole


@pytest.mark.parametrize(
    ("whole", "lead", "expected"),
    [
        pytest.param(8, 64, True, id="most words"),
        pytest.param(9, 4, False, id="too many other words"),
        pytest.param(24, 3, True, id="one beginning"),
        pytest.param(25, 0, False, id="one beginning, other words"),
    ],
)
def test_the_bounds(whole, lead, expected):
    other = Fingerprints(PRINT.whole ^ ((1 << whole) - 1), PRINT.lead ^ ((1 << lead) - 1))
    assert are_near_copies(PRINT, other) is expected


@given(st.lists(st.text(max_size=3) | st.none(), max_size=60))
def test_the_order_of_words_does_not_count_beyond_the_lead(stems):
    whole, lead = fingerprints_of(stems)
    assert fingerprints_of([*reversed(stems)]).whole == whole
    assert 0 <= lead < 2**64
    assert whole < 2**64
