"""Background verification: compares the files of the served generation with their hashes, once, in a daemon thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Final

from indexer.errors import IndexUnusableError
from indexer.storage.generations import Generation, Generations

START_DELAY_S: Final = 1.0
"""A command that only searches once ends before the verification begins."""

PAUSES_PER_READ: Final = 3.0
"""The thread pauses three times as long as it reads: a quarter of a core and of the disk at most, whatever the size."""


class BackgroundVerification(threading.Thread):
    """One pass over the files of a generation that this process has not verified yet.

    ``report`` is called in the thread, with a line, when a file is not what was written.
    """

    def __init__(self, generations: Generations, generation: Generation, report: Callable[[str], None]) -> None:
        super().__init__(name="akhbar-verification", daemon=True)
        self._generations = generations
        self._generation = generation
        self._report = report
        self._stopped = threading.Event()
        self._last_pause = 0.0
        self.start()

    def stop(self) -> None:
        """Have the thread end within a chunk of reading."""
        self._stopped.set()

    def run(self) -> None:
        """Verify the files."""
        if self._stopped.wait(START_DELAY_S):
            return
        self._last_pause = monotonic()
        try:
            fault = self._generations.first_fault(self._generation, after_chunk=self._pause)
            if fault is not None and not self._stopped.is_set():
                self._report(fault)
        except (_StoppedError, IndexUnusableError):  # no permission, no descriptors: nothing is known then
            return

    def _pause(self) -> None:
        if self._stopped.wait(PAUSES_PER_READ * (monotonic() - self._last_pause)):
            raise _StoppedError
        self._last_pause = monotonic()


class _StoppedError(Exception):
    pass
