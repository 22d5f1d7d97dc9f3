"""Failures of a cluster as kinds of AkhbarError: one line that says what was asked, what came, and what to do."""

from __future__ import annotations

from typing import Any, Final

from opensearchpy.exceptions import ConnectionError as HostError
from opensearchpy.exceptions import ConnectionTimeout, SSLError, TransportError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from indexer.engines.opensearch.address import Address
from indexer.engines.opensearch.settings import CA_VARIABLE, PASSWORD_VARIABLE, REGION_VARIABLE, USER_VARIABLE
from indexer.errors import (
    AkhbarError,
    IndexNotFoundError,
    IndexReadOnlyError,
    IndexUnreachableError,
    IndexUnusableError,
    InputError,
    PartialResultsError,
    RequestError,
    WriteUncertainError,
)

BUSY_STATUSES: Final = frozenset({429, 502, 503, 504})
"""What a cluster answers that has too much to do, elects a manager, or stands behind a proxy that lost it."""

_TOO_LONG: Final = 413
_UNCERTAIN_STATUSES: Final = frozenset({502, 503, 504})
_MISSING: Final = frozenset({"index_not_found_exception", "aliases_not_found_exception"})
_MAX_REASON_CHARS: Final = 300
_PARTIAL: Final = frozenset({"search_phase_execution_exception", "no_shard_available_action_exception"})


class ConflictError(IndexUnusableError):
    """What was to be made is there already, or was changed by another writer; caught where that can happen."""


def error_of(problem: TransportError) -> tuple[str, str]:
    """Return the type of a cluster's error and its reason, on one short line, "" for what is not there."""
    info = problem.info if isinstance(problem.info, dict) else {}
    error = info.get("error")
    if not isinstance(error, dict):
        return "", shorten(error or info.get("message") or info.get("Message") or problem.error)  # AWS has no error
    return shorten(error.get("type", "")), shorten(_first_cause(error))


def _first_cause(error: dict[str, Any]) -> object:
    """Return the reason of an error, or of what caused it: a search names its own phases first."""
    causes = error.get("root_cause")
    cause = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], dict) else error
    return cause.get("reason") or error.get("reason") or ""


def shorten(value: object) -> str:
    """Return what a cluster says as one line for a message, cut and without what could command a terminal."""
    line = "".join(char if char.isprintable() else " " for char in str(value)[: 2 * _MAX_REASON_CHARS])
    return line if len(line) <= _MAX_REASON_CHARS else line[:_MAX_REASON_CHARS] + "…"


def is_busy(problem: TransportError) -> bool:
    """Return whether the same request may succeed in a moment: nothing was done, or doing it twice does no harm."""
    return problem.status_code in BUSY_STATUSES and not is_read_only(problem)


def failure_of(item: dict[str, Any]) -> TransportError:
    """Return the failure of one document of several that were asked for, as that of a request for it alone."""
    error = item["error"]
    status = 404 if isinstance(error, dict) and error.get("type") in _MISSING else 503
    return TransportError(status, "", item)


def passes(problem: TransportError) -> bool:
    """Return whether a failure may pass within a minute, as while nodes are started again."""
    return is_busy(problem) or (isinstance(problem, HostError) and not isinstance(problem, SSLError))


def is_partial(problem: TransportError) -> bool:
    """Return whether some shards did not answer a search; each of their answers to a wrong search is 400."""
    kind, reason = error_of(problem)
    return kind in _PARTIAL and problem.status_code in {500, 503, 504} and not _has_too_many_clauses(reason)


def _has_too_many_clauses(reason: str) -> bool:
    """Return whether a query was refused because it has too many clauses; the status is then 400, or 500."""
    return "maxClauseCount" in reason


def is_read_only(problem: TransportError) -> bool:
    """Return whether an index refuses writes; see :func:`is_write_block`."""
    return is_write_block(*error_of(problem))


def is_write_block(kind: str, reason: str) -> bool:
    """Return whether an error says that an operator's setting, or a disk that is nearly full, forbids to write."""
    return kind == "cluster_block_exception" and ("read-only" in reason or "index write" in reason)


def read_only(address: Address, reason: str) -> IndexReadOnlyError:
    """Return the error for an index that refuses writes."""
    return IndexReadOnlyError(
        f"{address}: the cluster refuses writes ({reason}); free its disks or lift the block, then run this again"
    )


def was_sent(problem: TransportError) -> bool:
    """Return whether a request may have reached a host."""
    if isinstance(problem, ConnectionTimeout):
        return True
    return isinstance(problem, HostError) and not isinstance(problem.info, NewConnectionError | ConnectTimeoutError)


def translate(problem: TransportError, address: Address, *, writes: bool) -> AkhbarError:
    """Return the error for a failed request to the cluster at ``address``; ``writes`` says that it would write."""
    if isinstance(problem, HostError):
        return _no_answer(problem, address, writes=writes)
    kind, reason = error_of(problem)
    status = problem.status_code
    if is_write_block(kind, reason):
        return read_only(address, reason)
    if too_much := _too_much(address, status, reason):
        return too_much
    if is_partial(problem):
        return PartialResultsError(f"{address}: some shards did not answer ({reason}); try again in a moment")
    if status in BUSY_STATUSES:
        return _no_time(address, status, reason, writes=writes)
    if kind in _MISSING:
        return not_found(address)
    if status == 409 or kind == "resource_already_exists_exception":
        return ConflictError(f"{address}: changed by another process ({reason}); try again")
    return _refusal(address, status, kind, reason)


def _too_much(address: Address, status: int | str, reason: str) -> InputError | None:
    """Return the error for a request that goes beyond a bound of the cluster, None for any other."""
    if _has_too_many_clauses(reason):
        return RequestError(
            f"{address}: the query asks for more terms at once than the cluster takes ({reason}); leave out some words, "
            "those with * and ~ first, or raise indices.query.bool.max_clause_count"
        )
    if status == _TOO_LONG:
        return InputError(
            f"{address}: the cluster takes no request as long as this one ({status} {reason}); raise "
            "http.max_content_length, or divide the longest articles"
        )
    return None


def _refusal(address: Address, status: int | str, kind: str, reason: str) -> IndexUnusableError:
    if kind == "cluster_block_exception":
        return IndexUnusableError(f"{address}: a block is set ({reason}); lift it in the settings of the index")
    if kind == "index_closed_exception":
        return IndexUnusableError(f"{address}: the index was closed on the cluster; open it by POST …/_open")
    if status in {401, 403}:
        return IndexUnusableError(
            f"{address}: access refused ({status} {reason}); set {USER_VARIABLE} and {PASSWORD_VARIABLE} "
            f"to a user who may do this, or for AWS {REGION_VARIABLE} and credentials"
        )
    return IndexUnusableError(f"{address}: the cluster refused a request ({status} {kind}: {reason})")


def _no_time(address: Address, status: int | str, reason: str, *, writes: bool) -> AkhbarError:
    if writes and status in _UNCERTAIN_STATUSES:
        return uncertain(address, f"{status} {reason}")
    return IndexUnreachableError(f"{address}: the cluster has no time ({status} {reason}); try again later")


def _no_answer(problem: HostError, address: Address, *, writes: bool) -> AkhbarError:
    if isinstance(problem, SSLError):
        return IndexUnreachableError(
            f"{address}: TLS failed ({shorten(problem.error)}); name the certificates to trust in {CA_VARIABLE}"
        )
    if writes and was_sent(problem):
        return uncertain(address, shorten(problem.error))
    if isinstance(problem, ConnectionTimeout):
        return IndexUnreachableError(f"{address}: no answer in time; try again, or look after the cluster")
    return IndexUnreachableError(
        f"{address}: no host answers ({_cause(problem)}); start the cluster, or name its hosts in --index"
    )


def _cause(problem: HostError) -> str:
    """Return why a host cannot be reached, without the addresses of objects that urllib3 puts into its messages."""
    return shorten(str(problem.error).rpartition(": ")[2])


def uncertain(address: Address, reason: str) -> WriteUncertainError:
    """Return the error for a write that was sent and not acknowledged."""
    return WriteUncertainError(
        f"{address}: a write was not acknowledged ({reason}) and may be in or not; run the same again, that is safe"
    )


def not_found(address: Address) -> IndexNotFoundError:
    """Return the error for an alias that leads to no index."""
    return IndexNotFoundError(f"{address}: no index; make one: akhbar rebuild SOURCE --index {address}")


def require_all_shards(answer: dict[str, Any], address: Address) -> None:
    """Raise PartialResultsError where a shard has no part in an answer: no part of an answer is taken for the whole."""
    shards = answer["_shards"]
    if shards["failed"] or answer.get("timed_out"):
        raise PartialResultsError(
            f"{address}: {shards['failed']} of {shards['total']} shards did not answer; try again in a moment"
        )
