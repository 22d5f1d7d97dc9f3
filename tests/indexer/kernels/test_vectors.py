"""Vectors of bytes: cosines in C and in numpy, and how near they are to those of the vectors as given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from indexer.kernels import vectors
from indexer.kernels.vectors import Vectors, cosines, dot_products, quantize

MATRICES = st.integers(1, 40).flatmap(
    lambda width: st.tuples(
        arrays.arrays(np.int8, st.tuples(st.integers(0, 9), st.just(width))), arrays.arrays(np.int8, width)
    )
)


@given(MATRICES)
def test_products_are_those_of_numbers_without_a_limit(given_: tuple[vectors.Array, vectors.Array]) -> None:
    rows, vector = given_
    expected = (rows.astype(object) @ vector.astype(object)).tolist() if len(rows) else []
    assert dot_products(rows, vector).tolist() == expected
    if vectors._dot_products_in_c is not None:
        products = vectors._dot_products_in_c(rows.reshape(-1), vector)
        assert np.frombuffer(products, np.int32).tolist() == expected


@pytest.mark.parametrize("width", [512, 1040, 1041, 4096])
def test_products_of_the_largest_numbers_are_exact(width: int) -> None:
    rows, vector = np.full((2, width), -127, np.int8), np.full(width, 127, np.int8)
    rows[1, 0] = -126
    assert dot_products(rows, vector).tolist() == [-127 * 127 * width, -127 * 127 * width + 127]


@given(arrays.arrays(np.int16, (3, 64), elements=st.integers(-1000, 1000)))
def test_cosines_are_those_of_the_vectors_to_the_second_digit(given_: vectors.Array) -> None:
    rows, inverses = quantize(given_)
    lengths = np.linalg.norm(given_.astype(float), axis=1)
    for at in range(3):
        found = cosines(rows[at].tobytes(), Vectors(rows, inverses))
        for other in range(3):
            product = lengths[at] * lengths[other]
            true = given_[at].astype(float) @ given_[other] / product if product else 0.0
            assert found[other] == pytest.approx(true, abs=0.05)


def test_a_vector_without_length_is_like_nothing() -> None:
    rows = quantize(np.array([[0.0, 0.0], [np.nan, np.inf], [3.0, 4.0]]))
    assert cosines(rows.rows[2].tobytes(), rows).tolist() == [0.0, 0.0, 1.0]
    assert cosines(bytes(2), rows).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("vector", [pytest.param(b"", id="empty"), pytest.param(bytes(3), id="of another encoder")])
def test_a_vector_of_another_size_is_refused(vector: bytes) -> None:
    with pytest.raises(ValueError, match="numbers"):
        cosines(vector, quantize(np.ones((2, 2))))


@pytest.mark.skipif(vectors._dot_products_in_c is None, reason="the C kernels are not built")
@pytest.mark.parametrize(
    ("rows", "vector"),
    [
        pytest.param(np.zeros(4, np.uint8), np.zeros(2, np.int8), id="rows without signs"),
        pytest.param(np.zeros(4, np.int8), np.zeros(2), id="a vector of floats"),
        pytest.param(np.zeros(5, np.int8), np.zeros(2, np.int8), id="half a row"),
        pytest.param(np.zeros(4, np.int8), np.zeros(0, np.int8), id="an empty vector"),
        pytest.param(np.zeros((2, 2), np.int8), np.zeros(2, np.int8), id="two dimensions"),
        pytest.param(b"1234", None, id="no array"),
    ],
)
def test_what_is_no_matrix_is_refused(rows: object, vector: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        vectors._dot_products_in_c(rows, vector)
