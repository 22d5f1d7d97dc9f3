"""The live index as searches see it: asked for at most once a second, and the same one within a search.

What it says about itself comes with it, by one request: its name and its revision are the state of the index.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from indexer.engines import STALE_S
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.indexes import Indexes, Live, require_usable
from indexer.errors import AkhbarError, IndexDamagedError, IndexNotFoundError

T = TypeVar("T")


class LiveIndex:
    """Knows the live index; safe for many threads."""

    def __init__(self, client: Client, fingerprint: str) -> None:
        self._client = client
        self._indexes = Indexes(client)
        self._fingerprint = fingerprint
        self._known: tuple[float, Live] | None = None
        self._pinned = _Pinned()

    def current(self) -> Live:
        """Return the live index.

        Raises IndexClosedError, IndexNotFoundError, IndexDamagedError and IndexOutOfDateError.
        """
        if self._pinned.live is not None:
            return self._pinned.live
        self._client.require_open()
        known = self._known
        now = time.monotonic()
        if known is None or now - known[0] >= STALE_S:
            known = self._known = now, require_usable(self._indexes.live(local=True), self._client, self._fingerprint)
        return known[1]

    def forget(self) -> None:
        """Have the next call ask the cluster: something was changed."""
        self._known = self._pinned.live = None

    @contextlib.contextmanager
    def steady(self) -> Iterator[None]:
        """Return a context in which this thread is told the same index and revision."""
        self._pinned.live = self.current()
        try:
            yield
        finally:
            self._pinned.live = None

    def read(self, ask: Callable[[Live], T]) -> T:
        """Ask the live index, and again when it was removed meanwhile because another one went live.

        Raises IndexDamagedError for an answer that is not of the form that was asked for.
        """
        live = self.current()
        try:
            with expected_form(self._client):
                return ask(live)
        except IndexNotFoundError:
            self.forget()
            if self.current().pair == live.pair:
                raise
        with expected_form(self._client):
            return ask(self.current())


class _Pinned(threading.local):
    """The index that all of one search asks, if its thread is within a search."""

    live: Live | None = None


@contextlib.contextmanager
def expected_form(client: Client, *, passes: Callable[[Exception], bool] = lambda _: False) -> Iterator[None]:
    """Turn what reading an answer of another form raises into IndexDamagedError, but for what ``passes``."""
    try:
        yield
    except AkhbarError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        if passes(problem):
            raise
        raise IndexDamagedError(
            f"{client.address}: an answer of the cluster has not the form that was asked for "
            f"({type(problem).__name__}); run: akhbar check --index {client.address}"
        ) from problem
