"""Polite requests: robots.txt is obeyed, each host is asked at most once in a while, answers are bounded."""

from __future__ import annotations

import time
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

from indexer.errors import MissingExtraError
from indexer.version import VERSION

USER_AGENT: Final = f"akhbar/{VERSION} (a personal archive of news)"
_AGENT_NAME: Final = "akhbar"
_TIMEOUT_S: Final = 20.0
MAX_SECONDS: Final = 60.0
"""A page that trickles in longer than this is given up."""
_MAX_ROBOTS_BYTES: Final = 512 * 1024
_MAX_DELAY_S: Final = 60.0


class Answer(NamedTuple):
    """What a server answered: the status, the address after redirections, the body, its encoding, and headers."""

    status: int
    address: str
    body: bytes
    charset: str | None
    headers: dict[str, str]


class FetchError(Exception):
    """An address that gives nothing; the message says why."""


class Web:
    """A client that keeps to the rules of each host and waits ``delay_s`` between two requests to one.

    Raises MissingExtraError where the libraries of the extra ``readers`` are not installed.
    """

    def __init__(self, delay_s: float) -> None:
        try:
            import httpx
            import protego
        except ImportError as error:
            raise MissingExtraError(f"{error.name} is not installed; run: pip install 'akhbar[readers]'") from error
        self._delay_s = delay_s
        self._failure: Any = (httpx.HTTPError, httpx.InvalidURL)
        self._parse_rules = protego.Protego.parse
        self._client = httpx.Client(
            headers={"user-agent": USER_AGENT}, follow_redirects=True, max_redirects=5, timeout=_TIMEOUT_S
        )
        self._rules: dict[str, Any] = {}
        self._next: dict[str, float] = {}

    def get(self, address: str, max_bytes: int, headers: dict[str, str] | None = None) -> Answer:
        """Return the answer to a request, when robots.txt allows it and the host may be asked again.

        Raises FetchError for an address that is forbidden, answers too much, too slowly or not at all.
        """
        site = self._site(address)
        rules = self._rules_of(site)
        if not rules.can_fetch(address, _AGENT_NAME):
            raise FetchError("robots.txt forbids it")
        self._wait(site, min(_MAX_DELAY_S, max(self._delay_s, rules.crawl_delay(_AGENT_NAME) or 0)))
        return self._request(address, max_bytes, headers)

    def _request(self, address: str, max_bytes: int, headers: dict[str, str] | None = None) -> Answer:
        started = time.monotonic()
        try:
            with self._client.stream("GET", address, headers=headers) as response:
                body = b""
                for block in response.iter_bytes():
                    body += block
                    if len(body) > max_bytes:
                        raise FetchError(f"it has more than {max_bytes} bytes")
                    if time.monotonic() - started > MAX_SECONDS:
                        raise FetchError(f"it takes longer than {MAX_SECONDS:g} s")
                return Answer(
                    response.status_code, str(response.url), body, response.charset_encoding, dict(response.headers)
                )
        except self._failure as error:
            raise FetchError(str(error) or type(error).__name__) from error

    def _site(self, address: str) -> str:
        try:
            parts = urlsplit(address)
        except ValueError as error:
            raise FetchError("no web address") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError("no web address")
        return f"{parts.scheme}://{parts.netloc}"

    def _rules_of(self, site: str) -> Any:
        """Return the rules of a site; where robots.txt cannot be had for now, nothing is allowed, where none is, all."""
        if site not in self._rules:
            try:
                answer = self._request(urljoin(site, "/robots.txt"), _MAX_ROBOTS_BYTES)
            except FetchError:
                answer = Answer(503, site, b"", None, {})
            forbidden = "User-agent: *\nDisallow: /" if answer.status >= 500 else ""
            text = answer.body.decode("utf-8", "replace") if answer.status == 200 else forbidden
            self._rules[site] = self._parse_rules(text)
        return self._rules[site]

    def _wait(self, site: str, delay_s: float) -> None:
        now = time.monotonic()
        time.sleep(max(0.0, self._next.get(site, 0.0) - now))
        self._next[site] = time.monotonic() + delay_s

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
