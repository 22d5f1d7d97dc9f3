"""Patience of what writes: how long it waits for nodes that are away, and that it tells so."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Final

from indexer.engines import Say

BACK_OFF_S: Final = (0.1, 0.4, 1.0, 2.0, 4.0)
"""How long to wait before each repetition of a request that the cluster had no time for, more or less by a third."""

PATIENCE_S: Final = 120.0
"""How long a write waits for a node that was restarted, or for a cluster that is overloaded; a node needs about 20."""

_TOLD_AFTER_S: Final = 5.0


def vary(pause: float) -> float:
    """Return a pause, longer or shorter by up to a third: those who wait together come back apart."""
    return pause * random.uniform(2 / 3, 4 / 3)  # noqa: S311, no secret


class Patience:
    """How long each write waits at most, and who is told once that some do; safe for many threads.

    When it ``is_over`` for one, no other waits any more.
    """

    def __init__(self, say: Say | None = None) -> None:
        self.seconds = PATIENCE_S
        self.is_over = False
        self._say = say
        self._told = False
        self._telling = threading.Lock()

    def begin(self) -> Wait:
        """Return the waiting for one write; its time runs from the first pause on."""
        return Wait(self)

    def tell(self) -> None:
        """Tell that something is waited for."""
        self._tell(f"waiting for the cluster: a node is away or overloaded; for up to {self.seconds:.0f} s", waits=True)

    def tell_end(self, waited_s: float) -> None:
        """Tell that what was waited for came, where the waiting was told."""
        self._tell(f"the cluster answers again, after {waited_s:.0f} s", waits=False)

    def _tell(self, line: str, *, waits: bool) -> None:
        with self._telling:
            if self._say and self._told is not waits:
                self._told = waits
                self._say(line)


class Wait:
    """The pauses before repetitions of one write, ever longer, until the patience is over."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._begun: float | None = None
        self._was_told = False
        self._pauses: Iterator[float] = chain(BACK_OFF_S, repeat(BACK_OFF_S[-1]))

    @property
    def seconds(self) -> float:
        """Return how long it has been waited, since the first pause."""
        return 0.0 if self._begun is None else time.monotonic() - self._begun

    def pause(self) -> bool:
        """Wait before a repetition and return True; return False at once where the patience is over."""
        self._begun = time.monotonic() if self._begun is None else self._begun
        pause = vary(next(self._pauses))
        if self._patience.is_over or self.seconds + pause > self._patience.seconds:
            self._patience.is_over = True
            return False
        if self.seconds >= _TOLD_AFTER_S:
            self._was_told = True
            self._patience.tell()
        time.sleep(pause)
        return True

    def end(self) -> None:
        """Say that the write is done, where it had to wait so long that this was told."""
        if self._was_told:
            self._patience.tell_end(self.seconds)
