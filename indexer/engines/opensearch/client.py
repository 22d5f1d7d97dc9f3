"""Client of a cluster: asks one of its hosts, another one where that fails, and translates every failure.

All that the engine says to a cluster goes through :meth:`Client.ask`; opensearch-py keeps the connections, chooses the
host, leaves one out for a while that failed, and signs.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from opensearchpy import Transport
from opensearchpy.exceptions import SerializationError, TransportError

from indexer.engines.opensearch.address import Address
from indexer.engines.opensearch.failures import failure_of, is_busy, is_partial, passes, shorten, translate
from indexer.engines.opensearch.patience import BACK_OFF_S, Wait, vary
from indexer.engines.opensearch.settings import REGION_VARIABLE, Settings
from indexer.errors import IndexClosedError, IndexUnreachableError, InputError, MissingExtraError
from indexer.version import VERSION

Answer = dict[str, Any]
"""The JSON object that a cluster answers with."""

PARTIAL_BACK_OFF_S: Final = (0.2, 0.5)
"""The pauses before repetitions of a search that some shards did not answer: a page waits for it."""

_CONNECTIONS_A_HOST: Final = 16

# opensearch-py warns of each host that fails, which would be printed where nothing is configured.
logging.getLogger("opensearch").addHandler(logging.NullHandler())


class Client:
    """Connections to the hosts of a cluster; safe for many threads."""

    def __init__(self, address: Address, settings: Settings) -> None:
        self.address = address
        self._timeout_s = settings.timeout_s
        self._transport: Transport | None = Transport(
            [{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
            max_retries=len(address.hosts),
            retry_on_status=(),
            pool_maxsize=_CONNECTIONS_A_HOST,
            headers={"user-agent": f"akhbar/{VERSION}"},
            **_tls(address, settings),
            **_credentials(settings),
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        params: Mapping[str, str] | None = None,
        writes: bool = False,
        timeout_s: float | None = None,
        wait: Wait | None = None,
    ) -> Answer:
        """Send a request and return the answer; ``path`` is of names and words that need no quoting.

        Repeats it, ever later, while the cluster has no time. ``writes`` says that the request changes something:
        without an answer it may have been done. With a ``wait``, which is for what may be done twice, it is repeated
        until that is over, also while no host answers. Raises the kinds of AkhbarError that
        :mod:`indexer.engines.opensearch.failures` lists, and IndexClosedError after :meth:`close`.
        """
        repetition = 0
        while True:
            try:
                return self._send(method, path, body, dict(params or {}), timeout_s or self._timeout_s)
            except TransportError as problem:
                if wait and passes(problem) and wait.pause():
                    continue
                pauses = PARTIAL_BACK_OFF_S if is_partial(problem) else BACK_OFF_S if is_busy(problem) else ()
                if wait or repetition >= len(pauses):
                    raise translate(problem, self.address, writes=writes) from problem
                time.sleep(vary(pauses[repetition]))
                repetition += 1

    def documents(
        self, index: str, keys: Sequence[str], params: Mapping[str, str], *, wait: Wait | None = None
    ) -> list[Answer]:
        """Return what an index has of the documents with some keys, in their order; see :meth:`ask`.

        Raises PartialResultsError where a shard did not answer for one: it is not taken for one that is not there.
        """
        while True:
            documents: list[Answer] = self.ask(
                "POST", f"/{index}/_mget", {"ids": list(keys)}, params=params, wait=wait
            )["docs"]
            problem = next((failure_of(each) for each in documents if "error" in each), None)
            if problem is None:
                if wait:
                    wait.end()
                return documents
            if not (wait and passes(problem) and wait.pause()):
                raise translate(problem, self.address, writes=False) from problem

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None, params: dict[str, str], timeout_s: float
    ) -> Answer:
        transport = self._transport
        if transport is None:
            raise IndexClosedError(f"{self.address}: the index is closed; open it again")
        try:
            answer = transport.perform_request(method, path, params=params, body=body, timeout=timeout_s)
        except SerializationError as problem:
            answer = problem
        if not isinstance(answer, dict):
            raise IndexUnreachableError(f"{self.address}: the answer is not from an OpenSearch cluster; check --index")
        for part in answer.get("responses", ()):  # of several searches at once
            if "error" in part:
                raise TransportError(part["status"], "", part)
        return answer

    def require_open(self) -> None:
        """Raise IndexClosedError after :meth:`close`."""
        if self._transport is None:
            raise IndexClosedError(f"{self.address}: the index is closed; open it again")

    def close(self) -> None:
        """Close all connections; closing twice is allowed."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()


def _tls(address: Address, settings: Settings) -> dict[str, Any]:
    if not address.tls:
        return {}
    files = {"ca_certs": settings.ca, "client_cert": settings.certificate, "client_key": settings.key}
    return {"use_ssl": True, "verify_certs": True} | {name: path for name, path in files.items() if path}


def _credentials(settings: Settings) -> dict[str, Any]:
    if settings.region:
        return {"http_auth": _signer(settings.region)}
    return {"http_auth": (settings.user, settings.password)} if settings.user else {}


def _signer(region: str) -> object:
    """Return what signs each request as AWS asks for (Signature Version 4), by the credentials that botocore finds."""
    try:
        from botocore.exceptions import BotoCoreError
        from botocore.session import Session
        from opensearchpy import Urllib3AWSV4SignerAuth
    except ImportError as problem:
        raise MissingExtraError("signing for AWS needs botocore; install it: pip install botocore") from problem
    try:
        credentials, cause = Session().get_credentials(), "none are there"
    except BotoCoreError as problem:  # a profile that is not there, a file that cannot be read
        credentials, cause = None, shorten(problem)
    if credentials is None:
        raise InputError(
            f"{REGION_VARIABLE} is set, and botocore finds no credentials to sign with ({cause}); set "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or give this machine a role"
        )
    return Urllib3AWSV4SignerAuth(credentials, region)
