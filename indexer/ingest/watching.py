"""Watching of folders: the files that are new or changed since the last look, once they are whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import SourceError
from indexer.ingest.readers import Sources, find_files

_State = tuple[int, int]


class Watch:
    """Looks at sources again and again; a file counts when two looks in a row find it the same."""

    def __init__(self, sources: Sources) -> None:
        self._sources = [sources] if isinstance(sources, str | Path) else list(sources)  # type: ignore[arg-type]
        self._last: dict[Path, _State] = {}
        self._given: dict[Path, _State] = {}

    def look(self) -> list[Path]:
        """Return the files that came or changed and were the same at the look before."""
        now = dict(self._states())
        whole = [file for file, state in now.items() if self._last.get(file) == state != self._given.get(file)]
        self._last = now
        self._given |= {file: now[file] for file in whole}
        return whole

    def batches(self, every_s: float) -> Iterator[list[Path]]:
        """Yield the files of each look that finds some, with ``every_s`` between two looks, without end."""
        while True:
            if files := self.look():
                yield files
            time.sleep(every_s)

    def _states(self) -> Iterator[tuple[Path, _State]]:
        for source in self._sources:
            try:
                files = find_files(source)
            except SourceError:  # an empty folder, or a file that is gone again
                continue
            for file in files:
                try:
                    status = file.stat()
                except OSError:
                    continue
                yield file, (status.st_mtime_ns, status.st_size)
