"""Bulk writer: sends changes of documents in batches, the next ones being made while some are on their way.

Every change names the document it makes, replaces or deletes, so that a batch may be sent twice. What it holds at any
time is a few batches.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, NamedTuple, Self

from indexer.article import describe_value
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.failures import BUSY_STATUSES, is_write_block, not_found, read_only, shorten, uncertain
from indexer.engines.opensearch.patience import Patience, Wait
from indexer.errors import IndexUnreachableError, IndexUnusableError

BATCH_BYTES: Final = 4 << 20
BATCH_CHANGES: Final = 2_000
IN_FLIGHT: Final = 2
BULK_TIMEOUT_S: Final = 120
"""A batch may take long while a cluster merges or has lost a node; a write without an answer would be uncertain."""
SHARD_TIMEOUT: Final = "5s"
"""How long the cluster itself waits for a shard that is on no node, before it says so: by default for a minute."""

_CONFLICT: Final = 409
_MISSING: Final = 404
_GONE: Final = frozenset({"", "document_missing_exception"})
_DONE: Final = range(200, 300)
_ANSWER: Final = "errors,items.*.status,items.*.error.type,items.*.error.reason"
json_text: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Returns JSON that a lone surrogate stays in."""
_write_in_ascii: Final = json.JSONEncoder(separators=(",", ":")).encode


class Change(NamedTuple):
    """A change of one document: the line or two that say it, and how a message names it, by the id of an article."""

    lines: bytes
    name: str


def to_json(value: object) -> bytes:
    r"""Return JSON in UTF-8; a lone surrogate, which that has none for, is written as an escape.

    >>> to_json({"a": "قمح"}).decode(), to_json("\ud800")
    ('{"a":"قمح"}', b'"\\ud800"')
    """
    try:
        return json_text(value).encode()
    except UnicodeEncodeError:
        return _write_in_ascii(value).encode()


def index_change(index: str, key: str, source: bytes, name: str, *, version: int | None = None) -> Change:
    """Return the change that puts a document, its JSON being ``source``, in the place of the one with its key.

    With a ``version`` it only replaces one of an older or the same version: a late writer never wins.
    """
    return Change(b"".join((b'{"index":', _target(index, key, version), b"}\n", source, b"\n")), name)


def delete_change(index: str, key: str, name: str, *, version: int) -> Change:
    """Return the change that deletes a document of an older or the same version."""
    return Change(b'{"delete":%b}\n' % _target(index, key, version), name)


def update_change(
    index: str, key: str, fields: dict[str, Any], name: str, *, seen: tuple[int, int] | None = None
) -> Change:
    """Return the change of some fields of a document.

    With its sequence number and primary term as they were ``seen``, it is left alone where it was changed since.
    """
    guard = b'"if_seq_no":%d,"if_primary_term":%d' % seen if seen else b'"retry_on_conflict":3'
    target = b"%b,%b}" % (_target(index, key, None)[:-1], guard)
    return Change(b'{"update":%b}\n%b\n' % (target, to_json({"doc": fields})), name)


def _target(index: str, key: str, version: int | None) -> bytes:
    """Return which document a change is of, as JSON; names of indexes and keys need no escapes."""
    versioned = "" if version is None else f',"version":{version},"version_type":"external_gte"'
    return f'{{"_index":"{index}","_id":"{key}"{versioned}}}'.encode()


class BulkWriter:
    """Sends changes in the order in which they come, but for batches on their way together.

    A change that comes after another one of the same document needs a version. After an error nothing more is sent.
    """

    def __init__(self, client: Client, *, in_flight: int = IN_FLIGHT, patience: Patience | None = None) -> None:
        self._client = client
        self._patience = patience or Patience()
        self._in_flight = in_flight
        self._threads = ThreadPoolExecutor(in_flight, thread_name_prefix="akhbar-bulk")
        self._running: deque[Future[None]] = deque()
        self._batch: list[Change] = []
        self._bytes = 0

    def add(self, change: Change) -> None:
        """Take a change; raises what a batch before met."""
        self._batch.append(change)
        self._bytes += len(change.lines)
        if self._bytes >= BATCH_BYTES or len(self._batch) >= BATCH_CHANGES:
            self._submit()

    def call_once_in(self, call: Callable[[], object]) -> None:
        """Have ``call`` called when all changes so far are in, on the way, while later ones are made and sent.

        What it raises is raised as what a batch met.
        """
        if self._batch:
            self._submit()
        self._await_later(self._threads.submit(_call_after, list(self._running), call))

    def flush(self) -> None:
        """Wait until all changes are in; they can be searched after a refresh."""
        if self._batch:
            self._submit()
        while self._running:
            self._running.popleft().result()

    def _submit(self) -> None:
        batch, self._batch, self._bytes = self._batch, [], 0
        self._await_later(self._threads.submit(send, self._client, batch, self._patience))

    def _await_later(self, running: Future[None]) -> None:
        self._running.append(running)
        if len(self._running) > self._in_flight:
            self._running.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        is_done = False
        try:
            if kind is None:
                self.flush()
                is_done = True
        finally:
            self._patience.is_over |= not is_done  # after an error, what is on its way waits no more
            self._threads.shutdown(cancel_futures=True)


def _call_after(earlier: list[Future[None]], call: Callable[[], object]) -> None:
    """Call ``call`` when others are done that were submitted before, so that they have a thread each."""
    if all(each.exception() is None for each in earlier):
        call()


def send(client: Client, batch: list[Change], patience: Patience | None = None) -> None:
    """Send changes in one request, and again those that the cluster had no time or no node for.

    A change that a newer version forestalled is done, and so is one of a document that is gone. Raises an error that
    names the first document that was refused.
    """
    wait, count = (patience or Patience()).begin(), len(batch)
    while batch := _send_once(client, batch, wait):
        if not wait.pause():
            raise IndexUnreachableError(
                f"{client.address}: the cluster took {count - len(batch)} of {count} documents within "
                f"{wait.seconds:.0f} s, for the others a node is away or has no time; start it, then run the same "
                "again, that is safe"
            )
    wait.end()


def _send_once(client: Client, batch: list[Change], wait: Wait) -> list[Change]:
    """Send changes; return those to send again."""
    body = b"".join([change.lines for change in batch])
    params = {"filter_path": _ANSWER, "timeout": SHARD_TIMEOUT}
    answer = client.ask("POST", "/_bulk", body, params=params, writes=True, timeout_s=BULK_TIMEOUT_S, wait=wait)
    if answer.get("errors") is False:
        return []
    items = answer.get("items")
    if not isinstance(items, list) or len(items) != len(batch):
        raise uncertain(client.address, "the answer does not say what became of each document")
    return [change for change, item in zip(batch, items, strict=True) if _is_to_repeat(client, change, item)]


def _is_to_repeat(client: Client, change: Change, item: Any) -> bool:
    """Return whether a change was left out for lack of time; raises the error of one that was refused."""
    status, kind, reason = _outcome(item)
    if status in _DONE or status == _CONFLICT or (status == _MISSING and kind in _GONE):
        return False
    if is_write_block(kind, reason):
        raise read_only(client.address, reason)
    if status in BUSY_STATUSES:
        return True
    if kind == "index_not_found_exception":
        raise not_found(client.address)
    raise IndexUnusableError(
        f"{client.address}: article {describe_value(change.name)}: the cluster refused it "
        f"({status} {kind}: {reason}); run: akhbar check --index {client.address}"
    )


def _outcome(item: object) -> tuple[int, str, str]:
    """Return what became of a change: its status, and the type and the reason of an error, "" without one."""
    outcome = next(iter(item.values()), None) if isinstance(item, dict) else None
    status = outcome.get("status") if isinstance(outcome, dict) else None
    error = outcome.get("error") if isinstance(outcome, dict) else None
    kind, reason = (error.get("type"), error.get("reason")) if isinstance(error, dict) else ("", "")
    return status if isinstance(status, int) else 0, shorten(kind or ""), shorten(reason or "")
