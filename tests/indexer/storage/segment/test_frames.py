"""A packed document comes back; what only claims to be one does not, and costs nothing."""

from __future__ import annotations

import contextlib
import threading

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexDamagedError
from indexer.storage.segment.frames import (
    MAX_DICTIONARY_BYTES,
    MAX_DOCUMENT_BYTES,
    MIN_SAMPLE_BYTES,
    SAMPLE_BYTES,
    Packer,
    Unpacker,
    dictionary_bytes,
    is_worth,
    train_dictionary,
)

PHRASES = [
    f"the harbour of town {number} was closed to {number * 7} grain ships on Monday; ".encode() for number in range(300)
]
DICTIONARY = train_dictionary([PHRASES[each % 300] + PHRASES[each * 7 % 300] for each in range(5000)])


@pytest.mark.parametrize(
    "dictionary", [pytest.param(b"", id="without"), pytest.param(DICTIONARY, id="with dictionary")]
)
@given(content=st.binary())
def test_a_document_comes_back(dictionary: bytes, content: bytes) -> None:
    assert Unpacker("text", dictionary).unpack(Packer(dictionary).pack(content)) == content


def test_a_dictionary_makes_frames_smaller() -> None:
    assert DICTIONARY
    assert len(Packer(DICTIONARY).pack(PHRASES[5])) < len(Packer(b"").pack(PHRASES[5])) / 2


@pytest.mark.parametrize(
    "samples", [pytest.param([], id="none"), pytest.param([b"a"], id="one"), pytest.param([b""] * 99, id="empty ones")]
)
def test_from_too_few_texts_nothing_is_learned(samples: list[bytes]) -> None:
    assert train_dictionary(samples) == b""


@pytest.mark.parametrize(
    ("size", "length"),
    [
        pytest.param(0, 0, id="nothing"),
        pytest.param(MIN_SAMPLE_BYTES - 1, 0, id="too little"),
        pytest.param(MIN_SAMPLE_BYTES, MIN_SAMPLE_BYTES // 64, id="just enough"),
        pytest.param(1 << 20, 1 << 14, id="a megabyte"),
        pytest.param(SAMPLE_BYTES, MAX_DICTIONARY_BYTES, id="as much as documents wait for"),
        pytest.param(1 << 40, MAX_DICTIONARY_BYTES, id="very much"),
    ],
)
def test_a_dictionary_is_as_long_as_its_documents_deserve(size: int, length: int) -> None:
    assert dictionary_bytes(size) == length


@pytest.mark.parametrize(
    ("length", "size", "worth"),
    [
        pytest.param(0, MIN_SAMPLE_BYTES - 1, True, id="none for few documents"),
        pytest.param(0, MIN_SAMPLE_BYTES, False, id="none for many"),
        pytest.param(1, MIN_SAMPLE_BYTES - 1, False, id="one for few"),
        pytest.param(1 << 13, 1 << 20, True, id="half as long"),
        pytest.param((1 << 13) - 1, 1 << 20, False, id="too short"),
        pytest.param(1 << 15, 1 << 20, True, id="twice as long"),
        pytest.param((1 << 15) + 1, 1 << 20, False, id="too long"),
        pytest.param(MAX_DICTIONARY_BYTES, 1 << 40, True, id="the longest for very many"),
    ],
)
def test_a_dictionary_is_kept_while_its_length_suits(length: int, size: int, worth: bool) -> None:
    assert is_worth(bytes(length), size) == worth


def test_threads_share_an_unpacker() -> None:
    unpacker, contents = Unpacker("text", DICTIONARY), [each * 40 for each in PHRASES]
    frames = list(map(Packer(DICTIONARY).pack, contents))
    wrong: list[int] = []

    def work(step: int) -> None:
        for each in range(0, 3000, step):
            if unpacker.unpack(frames[each % 300]) != contents[each % 300]:
                wrong.append(each)

    threads = [threading.Thread(target=work, args=(step,)) for step in (1, 1, 2, 3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not wrong


# -- damage


def frame_that_claims(size: int) -> bytes:
    """Return a frame of one byte whose header says another size, in eight bytes."""
    return b"\x28\xb5\x2f\xfd" + b"\xe0" + size.to_bytes(8, "little") + b"\x03\x00\x00" + b"a"


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"a", id="one byte"),
        pytest.param(b"not a frame at all", id="text"),
        pytest.param(Packer(b"").pack(b"abc" * 99)[:-1], id="cut"),
        pytest.param(Packer(b"").pack(b"abc" * 99) + b"a", id="followed by more"),
        pytest.param(Packer(DICTIONARY).pack(PHRASES[1]), id="packed with a dictionary"),
        pytest.param(b"", id="nothing"),
        pytest.param(zstandard.ZstdCompressor(write_content_size=False).compress(b"abc"), id="size not said"),
        pytest.param(frame_that_claims(MAX_DOCUMENT_BYTES + 1), id="claims a little too much"),
        pytest.param(frame_that_claims((1 << 64) - 3), id="claims everything"),
        pytest.param(frame_that_claims(MAX_DOCUMENT_BYTES), id="claims more than it has"),
        pytest.param(zstandard.ZstdCompressor().compress(bytes(MAX_DOCUMENT_BYTES + 1)), id="a bomb"),
    ],
)
def test_what_is_no_frame_is_damage(frame: bytes) -> None:
    with pytest.raises(IndexDamagedError):
        Unpacker("text", b"").unpack(frame)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_damage(frame: bytes) -> None:
    for each in (frame, b"\x28\xb5\x2f\xfd" + frame):
        with contextlib.suppress(IndexDamagedError):
            assert isinstance(Unpacker("text", b"").unpack(each), bytes)


def test_a_dictionary_that_is_none_is_damage() -> None:
    broken = DICTIONARY[:8] + bytes(100)
    with pytest.raises(IndexDamagedError):
        Unpacker("text", broken).unpack(Packer(DICTIONARY).pack(PHRASES[1]))
