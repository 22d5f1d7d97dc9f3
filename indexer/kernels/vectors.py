"""Vectors of bytes: quantization of unit vectors, and the cosines of one vector with many.

A vector is stored as whole numbers from -127 to 127, the largest of its numbers as 127; lengths are made equal again by
the inverse of each length. So cosines are those of the rounded vectors, the same in C and in numpy.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from analyzers import load_extension

Array = npt.NDArray[Any]

_ROWS_AT_ONCE: Final = 4096
_EXACT_IN_SINGLE: Final = (1 << 24) // (127 * 127)
"""Up to so many numbers a vector's products are exact in floats of four bytes."""

_dot_products_in_c = load_extension("indexer.kernels._native", "dot_products")


class Vectors(NamedTuple):
    """Quantized vectors: a row of i1 each, and 1 / the length of each row, 0 for a row of zeros (f8)."""

    rows: Array
    inverses: Array


def quantize(vectors: Array) -> Vectors:
    """Return vectors, a row of floats each, as bytes. Numbers that are not finite count as 0."""
    finite = np.nan_to_num(np.asarray(vectors, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    largest = np.abs(finite).max(axis=1, keepdims=True, initial=0.0)
    rows = np.rint(finite * (127.0 / np.where(largest > 0, largest, 1.0))).astype(np.int8)
    return Vectors(rows, inverse_lengths(rows))


def inverse_lengths(rows: Array) -> Array:
    """Return 1 / the length of each row, 0 for a row of zeros."""
    squares = np.square(rows.astype(np.float64)).sum(axis=1)
    return np.where(squares > 0, 1.0 / np.sqrt(np.maximum(squares, 1.0)), 0.0)


def cosines(vector: bytes, vectors: Vectors) -> Array:
    """Return the cosine of a quantized vector with each of ``vectors``, from -1 to 1; of zeros it is 0."""
    query = np.frombuffer(vector, np.int8)
    if query.size != vectors.rows.shape[1]:
        raise ValueError(f"a vector of {query.size} numbers, the rows have {vectors.rows.shape[1]}")
    if _dot_products_in_c is None:
        products = dot_products(vectors.rows, query)
    else:
        products = np.frombuffer(_dot_products_in_c(vectors.rows.reshape(-1), query), np.int32)
    own: float = inverse_lengths(query[None])[0]
    found = products * vectors.inverses
    found *= own
    return np.clip(found, -1.0, 1.0, out=found)


def dot_products(rows: Array, vector: Array) -> Array:
    """Return the product of a vector with each row, as i4: what the C code does."""
    products = np.zeros(len(rows), np.int32)
    kind = np.float32 if vector.size <= _EXACT_IN_SINGLE else np.float64
    column = vector.astype(kind)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        block = rows[start : start + _ROWS_AT_ONCE]
        products[start : start + len(block)] = np.dot(block.astype(kind), column)
    return products
