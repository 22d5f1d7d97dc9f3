"""A packed text comes back; what only claims to be one does not, and costs nothing."""

from __future__ import annotations

import contextlib
import threading

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexDamagedError
from indexer.storage.segment import texts
from indexer.storage.segment.texts import (
    MAX_TEXT_BYTES,
    Packer,
    Unpacker,
    encode_text,
    train_dictionary,
)

PHRASES = [
    f"the harbour of town {number} was closed to {number * 7} grain ships on Monday; ".encode() for number in range(300)
]
DICTIONARY = train_dictionary(PHRASES[each % 300] + PHRASES[each * 7 % 300] for each in range(5000))


@pytest.mark.parametrize(
    "dictionary", [pytest.param(b"", id="without"), pytest.param(DICTIONARY, id="with dictionary")]
)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_comes_back(dictionary: bytes, text: str) -> None:
    assert Unpacker("text", dictionary).unpack(Packer(dictionary).pack(encode_text(text))) == text


def test_a_dictionary_makes_frames_smaller() -> None:
    assert DICTIONARY
    assert len(Packer(DICTIONARY).pack(PHRASES[5])) < len(Packer(b"").pack(PHRASES[5])) / 2


def test_an_empty_text_takes_no_bytes() -> None:
    assert Packer(b"").pack(b"") == b""
    assert Unpacker("text", b"").unpack(b"") == ""


def test_a_character_without_utf8_becomes_a_question_mark() -> None:
    assert encode_text("a\ud800b") == b"a?b"


@pytest.mark.parametrize(
    "samples", [pytest.param([], id="none"), pytest.param([b"a"], id="one"), pytest.param([b""] * 99, id="empty ones")]
)
def test_from_too_few_texts_nothing_is_learned(samples: list[bytes]) -> None:
    assert train_dictionary(samples) == b""


def test_a_text_that_could_not_be_unpacked_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MAX_TEXT_BYTES", 3)
    with pytest.raises(ValueError, match="at most 3"):
        encode_text("abcd")


def test_threads_share_an_unpacker() -> None:
    unpacker, contents = Unpacker("text", DICTIONARY), [each * 40 for each in PHRASES]
    frames = list(map(Packer(DICTIONARY).pack, contents))
    wrong: list[int] = []

    def work(step: int) -> None:
        for each in range(0, 3000, step):
            if unpacker.unpack(frames[each % 300]).encode() != contents[each % 300]:
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
        pytest.param(Packer(b"").pack(b"\xff\xfe"), id="not UTF-8"),
        pytest.param(zstandard.ZstdCompressor(write_content_size=False).compress(b"abc"), id="size not said"),
        pytest.param(frame_that_claims(MAX_TEXT_BYTES + 1), id="claims a little too much"),
        pytest.param(frame_that_claims((1 << 64) - 3), id="claims everything"),
        pytest.param(frame_that_claims(MAX_TEXT_BYTES), id="claims more than it has"),
        pytest.param(zstandard.ZstdCompressor().compress(bytes(MAX_TEXT_BYTES + 1)), id="a bomb"),
    ],
)
def test_what_is_no_packed_text_is_damage(frame: bytes) -> None:
    with pytest.raises(IndexDamagedError):
        Unpacker("text", b"").unpack(frame)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_damage(frame: bytes) -> None:
    for each in (frame, b"\x28\xb5\x2f\xfd" + frame):
        with contextlib.suppress(IndexDamagedError):
            assert isinstance(Unpacker("text", b"").unpack(each), str)


def test_a_dictionary_that_is_none_is_damage() -> None:
    broken = DICTIONARY[:8] + bytes(100)
    with pytest.raises(IndexDamagedError):
        Unpacker("text", broken).unpack(Packer(DICTIONARY).pack(PHRASES[1]))
