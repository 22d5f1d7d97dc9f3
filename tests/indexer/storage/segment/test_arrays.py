"""A file of arrays gives back what was written and refuses everything else."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexDamagedError
from indexer.schema import FORMAT_VERSION
from indexer.storage.segment.arrays import MAGIC, TYPES, ArrayFile, ArrayFileWriter

FOOTER = struct.Struct("<QQI8s")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file of three arrays."""
    path = tmp_path / "some.arrays"
    with ArrayFileWriter(path) as file:
        file.add("letters", b"abc")
        file.add("numbers", np.array([1, 70_000], np.uint32))
        file.add("none", np.zeros(0, np.float64))
        file.finish({"said": 1})
    return path


def forged(path: Path, table: object) -> Path:
    """Put another table of contents, with a right CRC, into the file."""
    content = table if isinstance(table, bytes) else json.dumps(table).encode()
    old = path.read_bytes()
    offset = FOOTER.unpack(old[-FOOTER.size :])[0]
    path.write_bytes(old[:offset] + content + FOOTER.pack(offset, len(content), zlib.crc32(content), MAGIC))
    return path


def table_of(path: Path) -> Any:
    old = path.read_bytes()
    offset, length, _, _ = FOOTER.unpack(old[-FOOTER.size :])
    return json.loads(old[offset : offset + length])


def test_arrays_come_back_as_they_were_written(path: Path) -> None:
    file = ArrayFile(path)
    file.verify()
    assert file.array("letters").tobytes() == b"abc"
    assert file.array("numbers").tolist() == [1, 70_000]
    assert file.array("none", "f8").tolist() == []
    assert file.meta == {"said": 1}


def test_arrays_are_aligned_and_cannot_be_changed(path: Path) -> None:
    file = ArrayFile(path)
    assert all(entry.offset % 64 == 0 for entry in file.entries.values())
    with pytest.raises(ValueError, match="read-only"):
        file.array("numbers")[0] = 2


def test_arrays_stay_readable_after_the_file_is_closed(path: Path) -> None:
    file = ArrayFile(path)
    numbers = file.array("numbers")
    file.close()
    path.unlink()
    assert numbers.tolist() == [1, 70_000]


def test_arrays_of_known_length_are_written_side_by_side(tmp_path: Path) -> None:
    with ArrayFileWriter(tmp_path / "a") as file:
        one, other = file.open_array("one", "u1", 4), file.open_array("other", "u2", 2)
        one.write(b"ab")
        other.write(np.array([1]))
        file.add("third", b"xyz")
        one.write(b"cd")
        other.write(np.array([2]))
        other.close()
        one.close()
        growing = file.open_array("growing", "u1")
        growing.write(b"0" * 100)
        growing.close()
        file.finish({})
    read = ArrayFile(tmp_path / "a")
    read.verify()
    assert read.array("one").tobytes() == b"abcd"
    assert read.array("other").tolist() == [1, 2]
    assert read.array("third").tobytes() == b"xyz"
    assert len(read.array("growing")) == 100


def test_an_array_that_is_too_short_or_too_long_is_refused(tmp_path: Path) -> None:
    with ArrayFileWriter(tmp_path / "a") as file:
        output = file.open_array("a", "u2", 2)
        with pytest.raises(ValueError, match="more than 2"):
            output.write(np.zeros(3))
        with pytest.raises(ValueError, match="expected 2"):
            output.close()
        with pytest.raises(ValueError, match="cannot be opened"):
            file.open_array("a", "u1", 0)
        with pytest.raises(ValueError, match="not closed"):
            file.finish({})


def test_nothing_is_begun_behind_an_array_that_grows(tmp_path: Path) -> None:
    with ArrayFileWriter(tmp_path / "a") as file:
        file.open_array("a", "u1")
        with pytest.raises(ValueError, match="cannot be opened"):
            file.add("b", b"")


def test_a_file_that_was_not_finished_is_removed(tmp_path: Path) -> None:
    with ArrayFileWriter(tmp_path / "a") as file:
        file.add("a", b"abc")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_not_overwritten(path: Path) -> None:
    with pytest.raises(FileExistsError):
        ArrayFileWriter(path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    file = ArrayFileWriter(tmp_path / "a")
    os.dup2(os.open("/dev/full", os.O_WRONLY), file._file.fileno())
    with file, pytest.raises(OSError, match="No space left"):
        file.add("a", bytes(1 << 20))


@given(
    arrays=st.dictionaries(
        st.text(max_size=5), st.tuples(st.sampled_from(sorted(TYPES)), st.binary(max_size=64)), max_size=4
    )
)
def test_any_arrays_come_back(tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, tuple[str, bytes]]) -> None:
    path = tmp_path_factory.mktemp("arrays") / "a"
    values = {
        name: np.frombuffer(content[: len(content) // 8 * 8], TYPES[dtype]) for name, (dtype, content) in arrays.items()
    }
    with ArrayFileWriter(path) as file:
        for name, each in values.items():
            file.add(name, each)
        file.finish({})
    read = ArrayFile(path)
    read.verify()
    assert {name: (each.dtype, each.tobytes()) for name, each in values.items()} == {
        name: (read.array(name).dtype, read.array(name).tobytes()) for name in read.entries
    }


# -- damage


def test_every_bit_that_flips_is_found(path: Path) -> None:
    content = path.read_bytes()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
        with pytest.raises(IndexDamagedError):
            ArrayFile(path).verify()


def test_every_truncation_is_found(path: Path) -> None:
    content = path.read_bytes()
    for size in range(len(content)):
        path.write_bytes(content[:size])
        with pytest.raises(IndexDamagedError):
            ArrayFile(path)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"offset": 65}, id="not aligned"),
        pytest.param({"offset": 0}, id="in the magic"),
        pytest.param({"offset": 1 << 40}, id="behind the end"),
        pytest.param({"items": 1 << 40}, id="longer than the file"),
        pytest.param({"items": 1 << 62, "dtype": "f8"}, id="size beyond eight bytes"),
        pytest.param({"items": -1}, id="negative"),
        pytest.param({"items": 1.5}, id="fraction"),
        pytest.param({"items": True}, id="no number"),
        pytest.param({"dtype": "O"}, id="objects"),
        pytest.param({"dtype": "f4"}, id="type that is not used"),
        pytest.param({"dtype": ["u1"]}, id="type that is a list"),
        pytest.param({"crc32": None}, id="no sum"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(path: Path, change: dict[str, object]) -> None:
    table = table_of(path)
    table["arrays"]["numbers"].update(change)
    with pytest.raises(IndexDamagedError):
        ArrayFile(forged(path, table))


@pytest.mark.parametrize(
    "table",
    [
        pytest.param([], id="list"),
        pytest.param({}, id="empty"),
        pytest.param({"format": FORMAT_VERSION - 1, "arrays": {}, "meta": {}}, id="another format"),
        pytest.param({"format": FORMAT_VERSION, "arrays": [], "meta": {}}, id="arrays without names"),
        pytest.param({"format": FORMAT_VERSION, "arrays": {}, "meta": 1}, id="meta is no object"),
        pytest.param({"format": FORMAT_VERSION, "arrays": {"a": None}, "meta": {}}, id="entry is nothing"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_a_table_that_cannot_be_is_refused(path: Path, table: object) -> None:
    with pytest.raises(IndexDamagedError):
        ArrayFile(forged(path, table))


def test_a_missing_array_is_named(path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="others is missing"):
        ArrayFile(path).array("others")
    with pytest.raises(IndexDamagedError, match="numbers is missing or of another type"):
        ArrayFile(path).array("numbers", "u1", "u2")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(__file__)])
def test_only_regular_files_are_opened(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "a")
    with pytest.raises(IndexDamagedError):
        ArrayFile(tmp_path / "a")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="No such file"):
        ArrayFile(tmp_path / "a")


def _resident_file_bytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("RssFile"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells nothing of memory here")
@pytest.mark.parametrize("read", [ArrayFile.verify, ArrayFile.forget])
def test_what_was_read_of_a_file_can_be_forgotten_and_read_again(
    tmp_path: Path, read: Callable[[ArrayFile], None]
) -> None:
    size = 1 << 24
    with ArrayFileWriter(tmp_path / "large.arrays") as file:
        file.add("ones", np.ones(size, np.uint8))
        file.finish({})
    opened = ArrayFile(tmp_path / "large.arrays")
    before = _resident_file_bytes()
    assert opened.array("ones").sum() == size
    assert _resident_file_bytes() - before > size // 2
    read(opened)
    assert _resident_file_bytes() - before < size // 2
    assert opened.array("ones").sum() == size
    opened.close()
    opened.forget()
