"""An index folder goes from one complete state to the next, whatever happens to the writer and to the files."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import fcntl
import hashlib
import itertools
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import (
    AkhbarError,
    Article,
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexOutOfDateError,
    IndexUnusableError,
)
from indexer.index import Index, unopened_index
from indexer.schema import FORMAT_VERSION, Document, document
from indexer.storage import generations as module
from indexer.storage.current import CURRENT, CURRENT_NEW
from indexer.storage.files import FileRecord, unreadable
from indexer.storage.generations import Generation, Generations, require_usable
from indexer.storage.lock import LOCK
from indexer.storage.manifest import MANIFEST, Manifest

Describe = Callable[[str | None, dict[str, FileRecord]], Manifest]


def describe(previous: str | None, files: dict[str, FileRecord]) -> Manifest:
    return Manifest(
        format=FORMAT_VERSION,
        engine="test",
        analyzer="abc",
        articles=3,
        sources=1,
        first_date="2024-02-11",
        last_date=None,
        created="2024-02-12T08:00:00+00:00",
        previous=previous,
        files=files,
    )


def publish(generations: Generations, **files: bytes) -> Generation:
    """Publish a generation of these files, as a rebuild does."""
    with generations.writing():
        folder = generations.begin()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return generations.publish(folder, describe)


def update(generations: Generations, **files: bytes) -> Generation:
    """Publish the live generation and these files, as an update does."""
    with generations.writing():
        live = generations.live()
        folder = generations.begin(based_on=live)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return generations.publish(folder, describe, based_on=live)


def folders(root: Path) -> list[str]:
    return sorted(each.name for each in root.iterdir() if each.is_dir())


def live_bytes(generations: Generations) -> dict[str, bytes]:
    generation = generations.live()
    return {name: (generation.path / name).read_bytes() for name in generation.manifest.files}


def hashes(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def generations(root: Path) -> Generations:
    return Generations(root)


@pytest.fixture
def two(generations: Generations) -> Generations:
    """Return an index of two generations; the second is live."""
    publish(generations, words=b"first", postings=b"1111")
    publish(generations, words=b"second", postings=b"2222")
    return generations


# -- from one state to the next


def test_there_is_no_index_before_the_first_is_published(generations: Generations, root: Path) -> None:
    for ask in (generations.live, generations.check):
        with pytest.raises(IndexNotFoundError, match="akhbar rebuild SOURCE"):
            ask()
    assert generations.stamp() is None
    assert not root.exists()


def test_what_is_published_is_live_and_whole(generations: Generations, root: Path) -> None:
    published = publish(generations, words=b"first", postings=b"1111")
    assert generations.live() == published
    assert (published.path, published.number, published.size_bytes) == (root / "gen-1", 1, 9)
    assert generations.check() == ()


def test_what_is_begun_and_not_published_changes_nothing(two: Generations) -> None:
    stamp = two.stamp()
    with two.writing():
        (two.begin() / "words").write_bytes(b"half")
    assert (two.live().number, two.stamp(), two.check()) == (2, stamp, ())


def test_left_overs_of_interrupted_writers_are_removed(two: Generations, root: Path) -> None:
    for name in ("gen-3", "gen-17"):
        (root / name).mkdir()
        (root / name / "words").write_bytes(b"half")
    with two.writing():
        folder = two.begin()
    assert folders(root) == sorted(["gen-1", "gen-2", folder.name])


def test_the_generation_before_is_kept_and_older_ones_are_removed(generations: Generations, root: Path) -> None:
    published = [publish(generations, words=b"%d" % number) for number in range(4)]
    assert folders(root) == [published[-2].path.name, published[-1].path.name] == ["gen-3", "gen-4"]
    assert published[-1].manifest.previous == "gen-3"


def test_discarding_removes_what_was_begun(two: Generations, root: Path) -> None:
    with two.writing():
        two.discard(two.begin())
    assert folders(root) == ["gen-1", "gen-2"]


def test_discarding_leaves_what_went_live(generations: Generations) -> None:
    """A writer interrupted after the swap discards its folder, which serves by then."""
    live = publish(generations, words=b"first")
    generations.discard(live.path)
    assert generations.live() == live


def test_the_stamp_changes_when_another_generation_goes_live(generations: Generations) -> None:
    stamps = [generations.stamp()]
    for number in range(10):
        publish(generations, words=b"%d" % number)
        assert generations.stamp() == generations.stamp()
        stamps.append(generations.stamp())
    assert all(one != another for one, another in itertools.pairwise(stamps))


def test_an_update_links_the_files_of_the_generation_before_and_changes_no_byte_of_it(generations: Generations) -> None:
    first = publish(generations, words=b"first", postings=b"1111")
    before = hashes(first.path)
    second = update(generations, more=b"new")
    assert hashes(first.path) == before
    assert live_bytes(generations) == {"words": b"first", "postings": b"1111", "more": b"new"}
    assert (second.path / "words").samefile(first.path / "words")
    assert generations.check() == ()


def test_an_update_of_a_real_index_changes_no_byte_of_the_generation_before(root: Path) -> None:
    with unopened_index(root) as index:
        index.engine.rebuild(_documents(index, range(60)))
        for number in range(60, 66, 2):
            folder = Generations(root).live().path
            before = hashes(folder)
            index.add([Article(id=f"n{each}", title="Harbour") for each in (0, number, number + 1)])
            assert hashes(folder) == before
        assert index.stats().articles == 66
        assert index.check() == ()


def _documents(index: Index, numbers: range) -> Iterator[Document]:
    return (document(Article(id=f"n{number}", title=f"Report {number}"), index.analyzer) for number in numbers)


def test_where_files_cannot_be_linked_they_are_copied(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    first = publish(generations, words=b"first")
    monkeypatch.setattr(os, "link", refuse)
    second = update(generations, more=b"new")
    assert live_bytes(generations) == {"words": b"first", "more": b"new"}
    assert not (second.path / "words").samefile(first.path / "words")


def begin(generations: Generations, **files: bytes) -> None:
    """Leave a generation half done, as a killed writer does."""
    with generations.writing():
        folder = generations.begin()
        for name in files:
            (folder / name).write_bytes(b"half")


@settings(max_examples=10)
@given(st.lists(st.sampled_from([publish, update, begin]), max_size=6))
def test_whatever_writers_do_the_last_published_state_serves(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Callable[..., object]]
) -> None:
    generations = Generations(tmp_path_factory.mktemp("law"))
    expected = {"start": b""}
    publish(generations, start=b"")
    for number, step in enumerate(steps):
        new = {f"f{number}": b"%d" % number}
        step(generations, **new)
        if step is not begin:
            expected = new | (expected if step is update else {})
        assert live_bytes(generations) == expected
        assert len(folders(generations.root)) <= 3
    assert generations.check() == ()


# -- one writer at a time


def test_a_second_process_is_told_that_another_writes(generations: Generations, root: Path) -> None:
    publish(generations, words=b"first")
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    says = r"index: another process is writing this index; waited 0\.2 s"
    with pytest.raises(IndexLockedError, match=says) as caught, generations.writing(timeout_s=0.2):
        pass
    assert caught.value.exit_code == 3
    assert generations.live().number == 1
    holder.kill()
    holder.communicate()
    publish(generations, words=b"second")  # whoever is killed holds nothing


_HOLD = """
import sys, pathlib, indexer.storage.generations as g
with g.Generations(pathlib.Path(sys.argv[1])).writing():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_is_free_after_a_failure(generations: Generations) -> None:
    with pytest.raises(ZeroDivisionError), generations.writing():
        raise ZeroDivisionError
    publish(generations, words=b"first")


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("elsewhere")], ids=["a folder", "a link"])
def test_a_lock_that_is_no_file_is_named_with_advice(
    generations: Generations, root: Path, make: Callable[[Path], object]
) -> None:
    root.mkdir()
    make(root / LOCK)
    with pytest.raises(
        IndexUnusableError, match=f"^{root}/{LOCK}: a folder or a link where a file belongs; remove it$"
    ):
        publish(generations, words=b"first")


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_named_with_advice(
    generations: Generations, root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(IndexUnusableError, match=r"LOCK: this file system has no file locks \(flock\)"):
        publish(generations, words=b"first")


# -- power may fail


def test_everything_is_on_disk_before_it_goes_live(
    generations: Generations, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, their folder and the manifest, and the new CURRENT; then the swap; then the folder of the swap."""
    publish(generations, words=b"first")
    steps: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor: int) -> None:
        real_sync(descriptor)
        steps.append(os.path.relpath(Path(f"/proc/self/fd/{descriptor}").readlink(), root))

    def replace(source: Any, target: Any) -> None:
        steps.append("swap")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    update(generations, more=b"new")
    before, after = steps[: steps.index("swap")], steps[steps.index("swap") + 1 :]
    # A hard link to a file that is on disk needs only its name there, in the folder.
    assert set(before) == {"gen-2/more", f"gen-2/{MANIFEST}", "gen-2", ".", CURRENT_NEW}
    assert after == ["."]


def test_a_new_index_folder_is_itself_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    real_sync = os.fsync

    def sync(descriptor: int) -> None:
        real_sync(descriptor)
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    monkeypatch.setattr(os, "fsync", sync)
    publish(Generations(tmp_path / "var" / "deep" / "index"), words=b"first")
    assert {tmp_path, tmp_path / "var", tmp_path / "var" / "deep"} <= set(synced)


class RefusedSyncs:
    """Has fsync fail with ``number`` for folders, from the ``first`` one on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int, *, first: int = 0) -> None:
        self._sync, self._number, self._first, self.folders = os.fsync, number, first, 0
        monkeypatch.setattr(os, "fsync", self.sync)

    def sync(self, descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            self.folders += 1
            if self.folders > self._first:
                raise OSError(self._number, os.strerror(self._number))
        self._sync(descriptor)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_syncs_no_folders_is_good_enough(
    two: Generations, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refused = RefusedSyncs(monkeypatch, number)
    assert update(two, more=b"new").number == 3
    assert refused.folders == 3
    assert two.check() == ()


def test_a_disk_that_fails_before_the_swap_leaves_the_index_as_it_was(
    two: Generations, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RefusedSyncs(monkeypatch, errno.EIO, first=1)
    with pytest.raises(OSError, match="Input/output"):
        update(two, more=b"new")
    assert two.live().number == 2


def test_a_disk_that_fails_after_the_swap_is_not_said_to_have_changed_nothing(
    two: Generations, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RefusedSyncs(monkeypatch, errno.EIO, first=2)
    with pytest.raises(AkhbarError, match=f"^{root}: gen-3 is live, but the disk did not confirm it") as caught:
        update(two, more=b"new")
    assert not isinstance(caught.value, OSError)
    assert (two.live().number, two.check()) == (3, ())


# -- damage


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
    assert [generation.number for generation in two.whole()] == [1]
    assert any(line.startswith(f"{root}/gen-2/{file}: ") for line in two.check())


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_current_is_named_and_the_newest_generation_is_whole(
    two: Generations, root: Path, damage: Callable[[Path], object]
) -> None:
    damage(root / CURRENT)
    with pytest.raises(IndexDamagedError, match=f"^{root}/{CURRENT}: "):
        two.live()
    assert next(two.whole()).number == 2
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
    assert list(two.whole()) == []
    assert publish(two, words=b"third").number == 3
    assert folders(root) == ["gen-3"]


def test_no_good_generation_is_removed_while_the_live_one_is_damaged(two: Generations, root: Path) -> None:
    truncate(root / "gen-2" / "words")
    for _ in range(3):
        with two.writing():
            two.discard(two.begin())
            two.begin()
    assert next(two.whole()).number == 1
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
    assert [generation.number for generation in two.whole()] == [1]


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


# -- usable by whom


def test_other_analyzers_or_another_format_ask_for_a_rebuild(generations: Generations, root: Path) -> None:
    generation = publish(generations, words=b"first")
    assert require_usable(generation, root=root, fingerprint="abc") is generation
    with pytest.raises(IndexOutOfDateError, match="built with other analyzers; rebuild needed"):
        require_usable(generation, root=root, fingerprint="other")
    newer = dataclasses.replace(generation, manifest=dataclasses.replace(generation.manifest, format=99))
    with pytest.raises(
        IndexOutOfDateError, match=f"built in format 99, this version reads {FORMAT_VERSION}; rebuild needed"
    ):
        require_usable(newer, root=root, fingerprint="abc")


# -- killed at every step


# From 3.12 on Python warns of forks while threads run; the child here is killed or exits at once.
FORKS = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def killed_at(step: int, root: Path, write: Callable[[Generations], object]) -> bool:
    """Run ``write`` in a process that is killed at its n-th step on files; return whether it got that far."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    steps = iter(range(step))

    def kill(event: str, arguments: tuple[object, ...]) -> None:
        if (
            event.split(".")[0] in ("open", "os", "shutil")
            and str(root) in str(arguments)
            and next(steps, None) is None
        ):
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        sys.addaudithook(kill)
        write(Generations(root))
    finally:
        os._exit(0)


@FORKS
@pytest.mark.parametrize("write", [publish, update], ids=lambda write: write.__name__)
def test_a_writer_may_be_killed_at_any_step(two: Generations, root: Path, write: Callable[..., Generation]) -> None:
    good = shutil.copytree(root, root.with_name("good"))
    old = live_bytes(two)
    new = {"more": b"new"} | (old if write is update else {})
    seen = []
    step = 0
    while killed_at(step, root, lambda generations: write(generations, more=b"new")):
        now = live_bytes(two)
        assert now in (old, new), step
        assert two.check() == ()
        seen.append(now == new)
        write(two, again=b"again")
        assert two.check() == ()
        assert len(folders(root)) == 2, step
        assert not (root / CURRENT_NEW).exists()
        shutil.rmtree(root)
        shutil.copytree(good, root)
        step += 1
    assert step > 20
    assert seen == sorted(seen), "once new, always new"
    assert {*seen} == {False, True}


@FORKS
def test_the_first_writer_may_be_killed_at_any_step(generations: Generations, root: Path) -> None:
    step = 0
    while killed_at(step, root, lambda generations: publish(generations, words=b"first")):
        with contextlib.suppress(IndexNotFoundError):
            assert live_bytes(generations) == {"words": b"first"}
        publish(generations, words=b"second")
        assert generations.check() == ()
        shutil.rmtree(root)
        step += 1
    assert step > 10


def test_the_real_commands_survive_being_killed(root: Path) -> None:
    script = Path(__file__).parents[3] / "benchmarks" / "durability" / "kill.py"
    done = subprocess.run(
        [sys.executable, str(script), "--kills", "3", "--articles", "30", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
