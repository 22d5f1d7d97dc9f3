"""Progress of a long job: one line with the share done, the rate and the time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TextIO

EVERY_S: Final = 10.0
"""How often a line is printed where no terminal shows it."""
EVERY_S_ON_TERMINAL: Final = 0.2
_CLEAR_LINE: Final = "\r\x1b[K"
_MIB: Final = 1 << 20


class Progress:
    """Counts the bytes that are read of ``total``, and tells every now and then; a terminal has one line rewritten.

    ``describe`` makes the line, for what is counted in something else than bytes. Without a known total only what was read is told, and the rate.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        describe: Callable[[int, int, float], str] | None = None,
    ) -> None:
        self._total = total
        self._describe = describe or describe_progress
        self._stream = stream or sys.stderr
        self._clock = clock
        self._on_terminal = self._stream.isatty()
        self._started = self._told = clock()
        self._done = 0

    def add(self, size: int) -> None:
        """Count ``size`` bytes more, and tell when it is time."""
        self.set(self._done + size, self._total)

    def set(self, done: int, total: int) -> None:
        """Count ``done`` of ``total``, and tell when it is time."""
        self._done, self._total = done, total
        now = self._clock()
        if now - self._told >= (EVERY_S_ON_TERMINAL if self._on_terminal else EVERY_S):
            self._told = now
            self._print(self._describe(self._done, self._total, now - self._started))

    def say(self, line: str) -> None:
        """Tell what is done now, on a terminal only."""
        if self._on_terminal:
            self._print(line)

    def _print(self, line: str) -> None:
        before, after = (_CLEAR_LINE, "") if self._on_terminal else ("", "\n")
        self._stream.write(f"{before}{line}{after}")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_terminal:
            self._stream.write(_CLEAR_LINE)


def describe_progress(done: int, total: int, seconds: float) -> str:
    """Return the line for ``done`` of ``total`` bytes after so many seconds; 0 is an unknown total.

    >>> describe_progress(30 << 20, 120 << 20, 10.0), describe_progress(3 << 20, 0, 2.0)
    ('read 25 % of 120.0 MiB, 3.0 MiB/s, 0:30 left', 'read 3.0 MiB, 1.5 MiB/s')
    """
    rate = done / max(seconds, 1e-3)
    told = f"{rate / _MIB:.1f} MiB/s"
    if not total:
        return f"read {done / _MIB:.1f} MiB, {told}"
    share = min(done / total, 1.0)
    line = f"read {share:.0%} of {total / _MIB:.1f} MiB, {told}".replace("%", " %")
    return f"{line}, {_time_left(total - done, rate)} left" if done else line


def describe_texts(done: int, total: int, seconds: float) -> str:
    """Return the line for ``done`` of ``total`` texts that are encoded.

    >>> describe_texts(300, 1200, 2.0)
    'encoded 25 % of 1,200 texts, 150 a second, 0:06 left'
    """
    rate = done / max(seconds, 1e-3)
    line = f"encoded {done / max(total, 1):.0%} of {total:,} texts, {rate:.0f} a second".replace("%", " %")
    return f"{line}, {_time_left(total - done, rate)} left" if done else line


def _time_left(left: int, rate: float) -> str:
    minutes, seconds = divmod(round(max(left, 0) / rate), 60)
    return f"{minutes}:{seconds:02}"
