"""Terms come into the order of their bytes, however long and however alike they are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.storage.segment.dictionary import Dictionary, byte_order

alike = st.tuples(st.sampled_from([b"", b"a" * 15, b"a" * 16, b"a" * 17, b"\x00"]), st.binary(max_size=3)).map(b"".join)
terms = st.lists(alike | st.binary(max_size=20), unique=True, max_size=20)


@given(terms)
def test_terms_are_put_in_the_order_of_their_bytes(terms: list[bytes]) -> None:
    order = byte_order(Dictionary.of(terms))
    assert [terms[each] for each in order] == sorted(terms)


@given(terms)
def test_terms_are_taken_by_their_numbers(terms: list[bytes]) -> None:
    numbers = [each for each in range(len(terms)) if each % 2] * 2
    taken = Dictionary.of(terms).take(np.array(numbers, np.int64))
    expected = Dictionary.of([terms[each] for each in numbers])
    assert taken.terms.tobytes() == expected.terms.tobytes()
    assert taken.ends.tolist() == expected.ends.tolist()
