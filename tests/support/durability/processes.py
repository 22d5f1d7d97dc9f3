"""Forked processes that write or search, with the analyzers in memory already, to be killed or waited for.

A crash, a hang or a SIGKILL then ends the work and not the script. Linux only: output and results go through memory files.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from indexer import Article, open_index
from indexer.commands.cli import cli
from tests.support.encoders import LetterEncoder

Work = Callable[[], Any]
"""A function that a child runs; it returns something that JSON can express."""

PATIENCE_S = 60.0
"""A child that takes longer than this is taken to hang, and killed."""
_BROKEN = 70  # the exit code of work that raised something


class Outcome(NamedTuple):
    """How a child ended: exit code (negative: the signal; ``None``: it hung and was killed), printed text and result."""

    code: int | None
    said: str
    result: Any

    @property
    def fault(self) -> str | None:
        """What is wrong with a child that should have ended well."""
        if self.code == 0:
            return None
        how = "hung" if self.code is None else f"ended with {self.code}"
        return f"{how}: {self.said.strip().rpartition(chr(10))[2][-400:]}"


class Child:
    """A forked process that does some work, at once or, if it is ``held``, once it gets SIGCONT."""

    def __init__(self, work: Work, *, held: bool = False) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._words, self._result = os.memfd_create("words"), os.memfd_create("result")
        self.pid = os.fork()
        if not self.pid:
            self._live(work, held=held)
        if held:
            os.waitpid(self.pid, os.WUNTRACED)  # else SIGCONT might come before it stops
        self._handle = os.pidfd_open(self.pid)
        self._code: int | None = None

    def _live(self, work: Work, *, held: bool) -> NoReturn:
        code = _BROKEN
        try:
            if held:
                os.kill(os.getpid(), signal.SIGSTOP)
            for descriptor in (1, 2):
                os.dup2(self._words, descriptor)
            result = work()
            os.write(self._result, json.dumps(result).encode())
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def ends_within(self, seconds: float) -> bool:
        """Wait for at most ``seconds``; return whether the child has ended."""
        if self._code is None and select.select([self._handle], [], [], max(0.0, seconds))[0]:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code is not None

    def go(self) -> None:
        """Send SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Send SIGKILL."""
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)

    def ended(self, patience_s: float = PATIENCE_S) -> Outcome:
        """Wait for the child to end, and kill it after ``patience_s`` seconds; call this once."""
        hung = not self.ends_within(patience_s)
        if hung:
            self.kill()
            self.ends_within(patience_s)
        os.close(self._handle)
        said, result = _content(self._words), _content(self._result)
        return Outcome(None if hung else self._code, said, json.loads(result) if result else None)


def _content(descriptor: int) -> str:
    with os.fdopen(descriptor, "rb") as file:
        file.seek(0)
        return file.read().decode("utf-8", "replace")


def run_in_child(work: Work, patience_s: float = PATIENCE_S) -> Outcome:
    """Run ``work`` in a child and wait for it to end, at most ``patience_s`` seconds."""
    return Child(work).ended(patience_s)


# -- what writers do


def command_work(*words: str | Path) -> Work:
    """Return the work of running ``akhbar`` with these words inside the child."""
    return lambda: cli.main(args=[*map(str, words)], prog_name="akhbar")


def command_line(*words: str | Path) -> list[str]:
    """Return the command line that does what :func:`command_work` does, in a new interpreter."""
    return [sys.executable, "-m", "indexer", *map(str, words)]


def add_work(index: Path, articles: list[Article]) -> Work:
    """Return the work of adding articles; its result is how many."""

    def work() -> int:
        with open_index(index) as opened:
            return opened.add(articles)

    return work


def embed_work(index: Path) -> Work:
    """Return the work of giving vectors to the articles that have none; its result is how many texts were encoded."""

    def work() -> int:
        with open_index(index) as opened:
            return opened.engine.embed(LetterEncoder().embedding())

    return work


_EMBED_LINE = (
    "import sys, indexer; from tests.support.encoders import LetterEncoder; "
    "indexer.open_index(sys.argv[1]).engine.embed(LetterEncoder().embedding())"
)


def embed_line(index: Path) -> list[str]:
    """Return the command line that does what :func:`embed_work` does, in a new interpreter."""
    return [sys.executable, "-c", _EMBED_LINE, str(index)]


def delete_work(index: Path, ids: list[str]) -> Work:
    """Return the work of deleting articles; its result is what ``Index.delete`` returns."""

    def work() -> object:
        with open_index(index) as opened:
            return opened.delete(ids)

    return work


DELETE_LINE = "import sys, indexer; indexer.open_index(sys.argv[1]).delete(sys.argv[2:])"


def delete_line(index: Path, ids: list[str]) -> list[str]:
    """Return the command line that does what :func:`delete_work` does, in a new interpreter."""
    return [sys.executable, "-c", DELETE_LINE, str(index), *ids]


def copy_index(index: Path, target: Path) -> Path:
    """Replace ``target`` by a copy of an index, hard links kept; return ``target``."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    linked: dict[int, Path] = {}
    for path in sorted(index.rglob("*")):
        copy = target / path.relative_to(index)
        if path.is_dir():
            copy.mkdir()
        elif (first := linked.get(path.stat().st_ino)) is not None:
            copy.hardlink_to(first)
        else:
            linked[path.stat().st_ino] = Path(shutil.copyfile(path, copy))
    return target
