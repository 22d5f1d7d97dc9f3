"""Damaged files, folders and names are found and named, and nothing is built on them."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import (
    IndexDamagedError,
)
from indexer.storage import generations as module
from indexer.storage.current import CURRENT
from indexer.storage.files import unreadable
from indexer.storage.generations import Generations
from indexer.storage.manifest import MANIFEST
from tests.support.generations import folders, publish, update


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place // 8] ^= 1 << place % 8
    path.unlink()  # not through a hard link
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


DAMAGES = [Path.unlink, truncate, empty, grow, replace_by_folder, replace_by_pipe, replace_by_link]


@pytest.mark.parametrize("file", ["words", MANIFEST])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_generation_is_named_and_the_one_before_is_whole(
    two: Generations, root: Path, damage: Callable[[Path], object], file: str
) -> None:
    damage(root / "gen-2" / file)
    with pytest.raises(IndexDamagedError, match=f"^{root}/gen-2/{file}: "):
        two.live()
    assert [generation.number for generation in two.whole_generations()] == [1]
    assert any(line.startswith(f"{root}/gen-2/{file}: ") for line in two.check())


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_current_is_named_and_the_newest_generation_is_whole(
    two: Generations, root: Path, damage: Callable[[Path], object]
) -> None:
    damage(root / CURRENT)
    with pytest.raises(IndexDamagedError, match=f"^{root}/{CURRENT}: "):
        two.live()
    assert next(two.whole_generations()).number == 2
    assert two.check()[0].startswith(f"{root}/{CURRENT}: ")


@pytest.mark.parametrize(
    "content",
    [
        b"gen-2\n",
        b"gen-1 " + hashlib.sha256(b"gen-2").hexdigest()[:16].encode() + b"\n",
        b"../gen-2",
        b"\xff\xfe\x00",
        "gen-\u0662".encode(),
        b"gen-" + b"9" * 5000,
    ],
    ids=["no checksum", "the name of another", "outside", "no text", "arabic digits", "huge"],
)
def test_a_current_that_was_not_written_here_is_not_believed(two: Generations, root: Path, content: bytes) -> None:
    (root / CURRENT).write_bytes(content)
    with pytest.raises(IndexDamagedError, match=CURRENT):
        two.live()
    assert two.check()[0].startswith(f"{root}/{CURRENT}: ")


def test_when_no_generation_is_whole_the_damage_is_the_error(two: Generations, root: Path) -> None:
    for name in ("gen-1", "gen-2"):
        truncate(root / name / "words")
    with pytest.raises(IndexDamagedError, match="gen-2/words: 5 bytes, expected 6"):
        two.live()
    assert list(two.whole_generations()) == []
    assert publish(two, words=b"third").number == 3
    assert folders(root) == ["gen-3"]


def test_no_good_generation_is_removed_while_the_live_one_is_damaged(two: Generations, root: Path) -> None:
    truncate(root / "gen-2" / "words")
    for _ in range(3):
        with two.writing():
            two.discard(two.begin())
            two.begin()
    assert next(two.whole_generations()).number == 1
    publish(two, words=b"third")
    assert folders(root)[0] == "gen-1"
    assert len(folders(root)) == 2


def test_no_generation_is_removed_while_current_is_gone(two: Generations, root: Path) -> None:
    (root / CURRENT).unlink()
    with two.writing():
        two.begin()
    assert {"gen-1", "gen-2"} <= set(folders(root))


@pytest.mark.parametrize("seed", range(2))
def test_check_names_every_file_in_which_a_bit_flipped(generations: Generations, root: Path, seed: int) -> None:
    chance = random.Random(seed)
    publish(generations, words=chance.randbytes(40), postings=chance.randbytes(300), empty=b"")
    update(generations, more=chance.randbytes(7))
    good = shutil.copytree(root, root.with_name("good"))
    for file in (f"gen-2/{MANIFEST}", "gen-2/words", "gen-2/postings", "gen-2/more", CURRENT):
        bits = (root / file).stat().st_size * 8
        for place in chance.sample(range(bits), min(bits, 25)):
            flip(root / file, place)
            (fault,) = generations.check()
            assert fault.startswith(f"{root / file}: "), place
            shutil.copyfile(good / file, root / file)
    assert generations.check() == ()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_check_names_every_damaged_file(two: Generations, root: Path, damage: Callable[[Path], object]) -> None:
    for file in ("words", "postings"):
        damage(root / "gen-2" / file)
    faults = "\n".join(two.check())
    assert f"{root}/gen-2/words: " in faults
    assert f"{root}/gen-2/postings: " in faults


def test_check_names_what_does_not_belong(two: Generations, root: Path) -> None:
    (root / "gen-2" / "stranger").write_bytes(b"")
    (root / "gen-2" / "folder").mkdir()
    assert two.check() == tuple(f"{root}/gen-2/{name}: not part of the index" for name in ("folder", "stranger"))
    assert two.live().number == 2


@pytest.fixture
def verified_bytes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that sets how many bytes an update verifies of the files that it links."""
    return lambda number: monkeypatch.setattr(module, "VERIFIED_BYTES_PER_UPDATE", number)


def test_an_update_is_not_built_on_a_file_that_changed(two: Generations, root: Path) -> None:
    flip(root / "gen-2" / "words", 3)
    with pytest.raises(IndexDamagedError, match=f"^{root}/gen-2/words: not the bytes that were written"):
        update(Generations(root), more=b"new")
    assert two.live().number == 2
    assert folders(root) == ["gen-1", "gen-2"]


def test_of_a_large_index_each_update_verifies_another_part(root: Path, verified_bytes: Callable[[int], None]) -> None:
    publish(Generations(root), **{f"f{number}": b"%d" % number for number in range(5)})
    flip(root / "gen-1" / "f3", 0)
    verified_bytes(1)
    refused = 0
    for number in range(6):
        try:
            update(Generations(root), **{f"more{number}": b"new"})
        except IndexDamagedError:
            refused += 1
    assert 0 < refused < 6


def test_a_process_verifies_a_file_once(two: Generations, root: Path) -> None:
    live = two.live()
    assert two.first_fault(live) is None
    flip(root / "gen-2" / "words", 3)
    assert two.first_fault(live) is None
    assert two.first_fault(live, trust_verified=False) == (
        f"{root}/gen-2/words: not the bytes that were written (SHA-256 differs)"
    )


def test_an_update_keeps_the_hashes_of_what_it_links(
    two: Generations, root: Path, verified_bytes: Callable[[int], None]
) -> None:
    """Else the new manifest would call bytes good that changed since they were written."""
    flip(root / "gen-2" / "words", 3)
    verified_bytes(0)
    update(two, more=b"new")
    assert two.check() == (f"{root}/gen-3/words: not the bytes that were written (SHA-256 differs)",)


def test_a_rebuild_keeps_the_last_good_generation(two: Generations, root: Path) -> None:
    flip(root / "gen-2" / "words", 3)
    assert publish(two, words=b"third").manifest.previous == "gen-1"
    assert folders(root) == ["gen-1", "gen-3"]


def test_what_cannot_be_linked_is_copied_and_compared(
    two: Generations, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refused)
    update(two, more=b"new")
    assert (root / "gen-3" / "words").read_bytes() == b"second"
    assert two.check() == ()
    flip(root / "gen-3" / "words", 3)
    with pytest.raises(IndexDamagedError, match=r"words: not the bytes"):
        update(two, other=b"new")
    assert two.live().number == 3


def test_a_generation_that_is_a_link_is_damage(two: Generations, root: Path) -> None:
    shutil.rmtree(root / "gen-2")
    (root / "gen-2").symlink_to("gen-1")
    says = f"{root}/gen-2: a symbolic link where the folder of a generation belongs"
    assert two.check() == (says,)
    with pytest.raises(IndexDamagedError, match=says):
        two.live()
    assert [generation.number for generation in two.whole_generations()] == [1]


def test_a_link_beside_the_generations_is_named_and_the_next_writer_removes_it(two: Generations, root: Path) -> None:
    (root / "gen-9").symlink_to(root.parent)
    assert two.check() == (f"{root}/gen-9: a symbolic link where the folder of a generation belongs",)
    assert update(two, more=b"new").number == 10
    assert folders(root) == ["gen-10", "gen-2"]
    assert root.parent.exists()


def test_a_current_that_was_put_back_is_named_and_the_next_writer_removes_what_is_newer(
    generations: Generations, root: Path
) -> None:
    publish(generations, words=b"first")
    old = (root / CURRENT).read_bytes()
    update(generations, more=b"new")
    (root / CURRENT).write_bytes(old)
    (fault,) = generations.check()
    assert fault.startswith(f"{root}/{CURRENT}: names gen-1, though gen-2 is newer and whole")
    assert generations.live().number == 1
    assert update(generations, other=b"new").number == 3
    assert (folders(root), generations.check()) == (["gen-1", "gen-3"], ())


@pytest.mark.parametrize(
    ("number", "is_damage"),
    [
        pytest.param(errno.ENOENT, True, id="missing"),
        pytest.param(errno.EIO, True, id="the disk cannot read it"),
        pytest.param(errno.EINVAL, True, id="not a regular file"),
        pytest.param(errno.EMFILE, False, id="too many open files"),
        pytest.param(errno.ENOMEM, False, id="no memory"),
        pytest.param(errno.EACCES, False, id="no permission"),
    ],
)
def test_only_what_concerns_the_file_itself_is_damage(number: int, is_damage: bool) -> None:
    error = unreadable(Path("index/file"), OSError(number, os.strerror(number)))
    assert isinstance(error, IndexDamagedError) == is_damage
    assert str(error).startswith("index/file: ")
