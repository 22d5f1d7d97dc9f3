"""A writer may be killed and the power may fail at any moment."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexer import (
    AkhbarError,
    IndexNotFoundError,
)
from indexer.storage.current import CURRENT_NEW
from indexer.storage.generations import Generation, Generations
from indexer.storage.manifest import MANIFEST
from tests.support.generations import folders, live_bytes, publish, update


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
