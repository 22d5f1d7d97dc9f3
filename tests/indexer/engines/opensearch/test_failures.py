"""Failures of a cluster: which kind of error each is, and what its line says to do."""

from __future__ import annotations

from typing import Any

import pytest
from opensearchpy.exceptions import TransportError

from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.failures import is_partial, passes, translate
from indexer.errors import (
    AkhbarError,
    IndexReadOnlyError,
    IndexUnreachableError,
    IndexUnusableError,
    InputError,
    PartialResultsError,
    RequestError,
    WriteUncertainError,
)

ADDRESS = read_address("opensearch://one/news")


def error(status: int, kind: str, reason: str) -> TransportError:
    """Return what opensearch-py raises for an answer."""
    cause: dict[str, Any] = {"type": kind, "reason": reason}
    return TransportError(status, kind, {"error": {**cause, "root_cause": [cause]}, "status": status})


CLAUSES = "Query contains too many nested clauses; maxClauseCount is set to 1024"


@pytest.mark.parametrize(
    ("problem", "kind", "says"),
    [
        pytest.param(error(400, "query_shard_exception", CLAUSES), RequestError, "leave out", id="too many clauses"),
        pytest.param(
            error(500, "search_phase_execution_exception", CLAUSES), RequestError, "leave out", id="nested clauses"
        ),
        pytest.param(TransportError(413, "", None), InputError, "max_content_length", id="a long request"),
        pytest.param(
            error(403, "cluster_block_exception", "FORBIDDEN/7/index read (api)"),
            IndexUnusableError,
            "lift it",
            id="a block on reading",
        ),
        pytest.param(
            error(403, "cluster_block_exception", "FORBIDDEN/8/index write (api)"),
            IndexReadOnlyError,
            "refuses writes",
            id="a block on writing",
        ),
        pytest.param(
            error(503, "cluster_block_exception", "SERVICE_UNAVAILABLE/1/state not recovered"),
            IndexUnreachableError,
            "no time",
            id="a cluster that starts",
        ),
        pytest.param(error(400, "index_closed_exception", "closed"), IndexUnusableError, "open it", id="closed"),
        pytest.param(
            error(503, "search_phase_execution_exception", "all shards failed"),
            PartialResultsError,
            "try again",
            id="shards that do not answer",
        ),
        pytest.param(
            TransportError(403, "", {"message": "Signature expired"}), IndexUnusableError, "Signature", id="AWS"
        ),
    ],
)
def test_a_failure_is_told_in_one_line(problem: TransportError, kind: type[AkhbarError], says: str) -> None:
    told = translate(problem, ADDRESS, writes=False)
    assert type(told) is kind
    assert says in str(told)
    assert "\n" not in str(told)


def test_a_write_that_a_busy_cluster_may_have_done_is_uncertain() -> None:
    problem = error(503, "unavailable_shards_exception", "no shard")
    assert passes(problem)
    assert type(translate(problem, ADDRESS, writes=True)) is WriteUncertainError


def test_a_query_with_too_many_clauses_is_not_asked_again() -> None:
    assert not is_partial(error(500, "search_phase_execution_exception", CLAUSES))
