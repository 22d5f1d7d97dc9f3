"""Host names that the application answers for: the setting ``AKHBAR_HOSTS``, compared with ``Host`` headers."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

# A name or an IPv6 address in brackets, and perhaps a port.
_HOST = re.compile(r"""(\[[0-9a-f:.]+\]|[^\s:/\[\]<>"?#@\\]+)(?::([0-9]{1,5}))?""", re.IGNORECASE)
_DEFAULT_PORTS = frozenset({80, 443})


class AllowedHost(NamedTuple):
    """A host name in lower case and IDNA form. It starts with a dot to include all subdomains.

    Without a ``port`` it stands for any port; browsers and proxies choose that, not the site.
    """

    name: str
    port: int | None = None

    def matches(self, name: str, port: int | None) -> bool:
        """Return whether ``name``, in lower case, at ``port`` (``None`` for a default one) is this host."""
        same_port = self.port in (None, port) or (port is None and self.port in _DEFAULT_PORTS)
        return same_port and (name == self.name or (self.name.startswith(".") and f".{name}".endswith(self.name)))


def parse_hosts(text: str) -> tuple[AllowedHost, ...]:
    """Return the hosts in ``text``, separated by blanks. Raises ``ValueError`` with the first that is no host name.

    >>> parse_hosts("News.example:8000 .example.org")
    (AllowedHost(name='news.example', port=8000), AllowedHost(name='.example.org', port=None))
    """
    return tuple(_parse_host(entry) for entry in text.split())


def is_allowed(host: str, allowed: Collection[AllowedHost]) -> bool:
    """Return whether the ``Host`` header ``host`` names one of ``allowed``, without regard to case.

    >>> [is_allowed(host, parse_hosts("news.example")) for host in ("NEWS.EXAMPLE:8000", "evil.example", "")]
    [True, False, False]
    """
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    name, port = match[1].lower(), int(match[2]) if match[2] else None
    return any(entry.matches(name, port) for entry in allowed)


def is_well_formed(host: str) -> bool:
    """Return whether the ``Host`` header ``host`` can name a host.

    >>> [is_well_formed(host) for host in ("news.example:8000", "[::1]", "[::1", 'a"><b>')]
    [True, True, False, False]
    """
    return _HOST.fullmatch(host) is not None


def _parse_host(entry: str) -> AllowedHost:
    match = _HOST.fullmatch(entry)
    if match is None:
        raise ValueError(entry)
    dot = "." if match[1].startswith(".") else ""
    try:
        name = match[1].removeprefix(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError(entry) from error
    return AllowedHost(dot + name, int(match[2]) if match[2] else None)
