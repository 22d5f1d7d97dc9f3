"""Writer's lock of an index on a cluster: a document that its holder keeps changing.

One process writes at a time, as with the default engine: else what an update adds to an index that a rebuild is
about to replace would be lost. Whoever waits takes the lock over when its document has not changed for a while; no
clocks are compared. Each holder gets a higher token than all before, and every article's version begins with it, so
that a holder that was stopped, lost the lock and goes on changes nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import uuid
from typing import Any, Final, Literal, NamedTuple, Self

from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.failures import ConflictError, shorten
from indexer.errors import AkhbarError, IndexLockedError

WAIT_S: Final = 10.0
"""How long to wait for a holder that is alive."""
BEAT_S: Final = 3.0
LEASE_S: Final = 30.0
"""A lock whose document has not changed for so long is taken over; a cluster that loses its manager pauses for ten."""

_POLL_S: Final = 0.2
_KEYS: Final = {"writing": "writer", "encoding": "encoder"}
_INDEX: Final = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "hidden": True}},
    "mappings": {
        "dynamic": "strict",
        "properties": {"owner": {"type": "keyword"}, "token": {"type": "long"}, "beat": {"type": "long"}},
    },
}


class _State(NamedTuple):
    """The document of a lock: who holds it ("": nobody), its token, and what tells one version from the next."""

    owner: str
    token: int
    version: tuple[int, int] | None


class WriterLock:
    """The lock of the index at an alias, held within its context; ``token`` is then that of its holder.

    There is one lock for each ``work``, the verb of what its holder does, which writers and encoders do one at a time.
    """

    def __init__(
        self,
        client: Client,
        *,
        work: Literal["writing", "encoding"] = "writing",
        least_token: int = 1,
        wait_s: float = WAIT_S,
        lease_s: float = LEASE_S,
        beat_s: float = BEAT_S,
    ) -> None:
        self.token = least_token
        self._work = work
        self._key = _KEYS[work]
        self._client = client
        self._index = f"{client.address.alias}-lock"
        self._owner = f"{socket.gethostname()[:100]}:{os.getpid()}:{uuid.uuid4().hex}"
        self._wait_s, self._lease_s, self._beat_s = wait_s, lease_s, beat_s
        self._beats = 0
        self._version: tuple[int, int] | None = None
        self._changing = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="akhbar-lock", daemon=True)

    def __enter__(self) -> Self:
        self._acquire()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        with contextlib.suppress(AkhbarError):  # whoever comes next waits until the lease is over
            self._write("")

    def require_held(self) -> None:
        """Raise IndexLockedError when another process has taken the lock over: what it does must not be undone."""
        self._write(self._owner)

    def _acquire(self) -> None:
        begun = seen_at = time.monotonic()
        seen = self._read()
        while not self._take(seen, is_stale=time.monotonic() - seen_at >= self._lease_s):
            time.sleep(_POLL_S)
            state = self._read()
            if state != seen:
                seen, seen_at = state, time.monotonic()
            if seen.owner and seen_at > begun and time.monotonic() - begun >= self._wait_s:
                raise IndexLockedError(
                    f"{self._client.address}: another process is {self._work} this index "
                    f"({shorten(seen.owner[:100])}); waited {self._wait_s:g} s, try again later"
                )

    def _take(self, state: _State, *, is_stale: bool) -> bool:
        """Take a lock that nobody holds, or holds no more; return whether it could be had."""
        if state.owner and not is_stale:
            return False
        self.token, self._version = max(self.token, state.token + 1), state.version
        try:
            self._write(self._owner)
        except IndexLockedError:
            return False
        return True

    def _keep(self) -> None:
        """Change the lock's document from time to time, so that nobody takes it for that of a dead process."""
        while not self._end.wait(self._beat_s):
            try:
                self._write(self._owner)
            except IndexLockedError:
                return  # the next require_held says so
            except AkhbarError:
                continue  # the cluster may answer the next time

    def _write(self, owner: str) -> None:
        """Change the document from the version that this holder knows; raises IndexLockedError when it has another."""
        with self._changing:
            try:
                self._change(owner)
            except ConflictError as problem:
                state = self._read()
                if state.owner != self._owner:
                    raise IndexLockedError(
                        f"{self._client.address}: another process has begun {self._work} this index; run this again"
                    ) from problem
                self._version = state.version  # a change before was made, and its answer lost
                self._change(owner)

    def _change(self, owner: str) -> None:
        self._beats += 1
        body = {"owner": owner, "token": self.token, "beat": self._beats}
        answer = self._client.ask("PUT", f"/{self._index}/_doc/{self._key}", body, params=self._known_version())
        self._version = _version_of(answer)

    def _known_version(self) -> dict[str, str]:
        if self._version is None:
            return {"op_type": "create"}
        return {"if_seq_no": str(self._version[0]), "if_primary_term": str(self._version[1])}

    def _read(self) -> _State:
        """Return the state of the lock, of a new one where there is none."""
        answer = self._client.ask("POST", f"/{self._index}/_mget", {"ids": [self._key]})
        found: dict[str, Any] = answer["docs"][0]
        if "error" in found:
            with contextlib.suppress(ConflictError):  # another process was faster
                self._client.ask("PUT", f"/{self._index}", _INDEX, writes=True)
            return _State("", 0, None)
        source = found.get("_source") or {}
        version = _version_of(found) if found.get("found") else None
        return _State(str(source.get("owner", "")), int(source.get("token", 0)), version)


def _version_of(answer: dict[str, Any]) -> tuple[int, int]:
    return int(answer["_seq_no"]), int(answer["_primary_term"])
