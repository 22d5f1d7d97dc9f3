"""Texts of terms: what they say, by the function in C and by that in Python."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.kernels import term_texts as texts
from indexer.kernels.term_texts import Weighting, term_texts_in_python

TOKENS = [b"-", b"a", "قمح".encode(), b"c" * 243, *(b"%d" % number for number in range(200))]
WEIGHTING = Weighting(1, array("I", [0, 2, 5]), array("I", [900, 50, 7]))
NUMBERS = st.lists(st.just(0) | st.integers(0, 5) | st.integers(0, len(TOKENS) - 1), max_size=60)

native = texts._term_texts_in_c
needs_native = pytest.mark.skipif(native is None, reason="the C kernels are not built")
MAKERS = [
    pytest.param(term_texts_in_python, id="python"),
    pytest.param(native, id="native", marks=needs_native),
]

Maker = Callable[..., tuple[bytes, bytes, bytes, bytes, bytes]]


def make(maker: Maker, title: Sequence[int], body: Sequence[int], weighting: Weighting = WEIGHTING) -> list[bytes]:
    *made, _ = maker(array("I", [*title, *body]), len(title), TOKENS, b"#", *weighting)
    return made


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        pytest.param([], [], [b"", b"", b"#", b""], id="nothing"),
        pytest.param([0, 0], [0], [b"", b"", b"- # -", b""], id="gaps"),
        pytest.param([1], [], [b"a|2", b"a|1", b"a #", b"a"], id="a title without a gap behind it"),
        pytest.param([1, 0, 0], [1, 1], [b"a|4", b"a|900", b"a - # a a", b"a"], id="in title and body"),
        pytest.param([0, 1, 0], [4], [b"a|2 0|1", b"a|1 0|900", b"- a # 0", b"- a"], id="a gap at the beginning"),
        pytest.param([], [4, 4, 1, 0, 4, 5], [b"0|3 a|1 1|1", b"0|900 a|50 1|7", b"# 0 0 a - 0 1", b""], id="places"),
    ],
)
def test_texts_of_native_and_python(maker: Maker, title: list[int], body: list[int], expected: list[bytes]) -> None:
    assert make(maker, title, body) == expected


@needs_native
@given(NUMBERS, st.integers(0, 70), st.integers(0, 3), st.lists(st.integers(1, 2**32 - 1), max_size=4))
@example([1, 1, 0, 1], 2, 0, [])
@example([0] * 3, 9, 1, [5])
def test_native_says_what_python_says(
    numbers: list[int], body_start: int, title_bonus: int, frequencies: list[int]
) -> None:
    bounds = array("I", [0, 3, 9, 17][: len(frequencies)])
    given_ = (array("I", numbers), body_start, TOKENS, b"##", title_bonus, bounds, array("I", frequencies))
    assert native(*given_) == term_texts_in_python(*given_)


@given(NUMBERS, NUMBERS)
def test_each_term_counts_once_by_all_its_places(title: list[int], body: list[int]) -> None:
    made = texts.term_texts(array("I", [*title, *body]), len(title), TOKENS, b"#", WEIGHTING)
    found = made.numbers.tolist()
    assert sorted(found) == sorted({*title, *body} - {0})
    counts = [each.rpartition(b"|") for each in made.counts.split()]
    assert [(token, int(count)) for token, _, count in counts] == [
        (TOKENS[number], title.count(number) + body.count(number) + (number in title)) for number in found
    ]


@needs_native
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({0: array("I", [len(TOKENS)])}, id="a number without a token"),
        pytest.param({0: array("I", [2**32 - 1])}, id="the largest number"),
        pytest.param({0: array("H", [1])}, id="short numbers"),
        pytest.param({0: [1]}, id="a list of numbers"),
        pytest.param({2: []}, id="no token at all"),
        pytest.param({2: ["-", "a"]}, id="tokens that are text"),
        pytest.param({2: (b"-", b"a")}, id="a tuple of tokens"),
        pytest.param({3: "#"}, id="a mark that is text"),
        pytest.param({5: array("I", [0])}, id="a bound without a frequency"),
    ],
)
def test_native_refuses_malformed_arguments(changes: dict[int, Any]) -> None:
    assert native is not None
    arguments = [array("I", [1]), 0, TOKENS, b"#", *WEIGHTING]
    for place, value in changes.items():
        arguments[place] = value
    with pytest.raises((TypeError, ValueError)):
        native(*arguments)


@needs_native
def test_native_takes_any_body_start() -> None:
    assert make(native, [], [1, 2]) == [*native(array("I", [1, 2]), -5, TOKENS, b"#", *WEIGHTING)[:4]]  # type: ignore[arg-type, misc]
