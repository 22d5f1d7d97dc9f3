"""One process writes at a time, and a lock that cannot be had says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import (
    IndexLockedError,
    IndexUnusableError,
)
from indexer.storage.generations import Generations
from indexer.storage.lock import LOCK
from tests.support.generations import publish


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
