"""The checksums of the kernels are zlib's, wherever the bytes begin and however many they are."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import kernels
from indexer.kernels.checksums import crc32


@given(st.binary(max_size=400), st.integers(0, 70), st.integers(0, 2**32 - 1))
def test_a_checksum_is_that_of_zlib(data: bytes, skipped: int, before: int) -> None:
    assert crc32(memoryview(data)[skipped:], before) == zlib.crc32(data[skipped:], before)


@pytest.mark.parametrize("size", [0, 63, 64, 65, 79, 80, 128, 1_000_003])
def test_a_checksum_goes_on_where_another_ended(size: int) -> None:
    data = np.random.default_rng(size).integers(0, 256, size, np.uint8).tobytes()
    assert crc32(data[size // 3 :], crc32(data[: size // 3])) == zlib.crc32(data)


@pytest.mark.skipif(kernels.TIER != "native", reason="built without the C part")
def test_only_bytes_and_a_number_will_do() -> None:
    from indexer.kernels import _native

    for arguments in ((), (b"",), ("text", 0), (b"", "0")):
        with pytest.raises(TypeError):
            _native.crc32(*arguments)
