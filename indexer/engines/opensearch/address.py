"""Address of an index on a cluster: its hosts, its alias, and how the index is laid out.

    opensearch://search-1,search-2:9201/news?shards=3&replicas=1
    opensearchs://search.example/news              the same over TLS

An address names no user and no password: it is shown, logged and kept in histories of shells. They come from the
environment (:mod:`indexer.engines.opensearch.settings`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from indexer.article import describe_value
from indexer.errors import InputError

SCHEMES: Final = {"opensearch": False, "opensearchs": True}
"""The schemes of addresses, and whether they mean TLS."""

DEFAULT_PORT: Final = 9200
MAX_HOSTS: Final = 32
MAX_OPTIONS: Final = 10
MAX_SHARDS: Final = 1024
MAX_REPLICAS: Final = 16
MAX_ALIAS_CHARS: Final = 200  # a name of an index has at most 255 bytes, and these get an ending
CODECS: Final = ("default", "best_compression")
RESERVED_ENDINGS: Final = ("-words", "-lock")
"""Endings of the names of what is kept beside the articles."""

_FORM: Final = "opensearch://HOST[:PORT][,HOST…]/NAME, or opensearchs:// for TLS"
_ALIAS: Final = re.compile(rf"[a-z0-9][a-z0-9_.-]{{0,{MAX_ALIAS_CHARS - 1}}}")
_NUMBERED: Final = re.compile(r".*-[0-9]{6,}")
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}))(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Address:
    """The hosts of a cluster with their ports, whether they are asked over TLS, and the alias of the articles.

    ``shards`` and ``codec`` count when an index is made. ``replicas`` None means one where there is a second node.
    """

    hosts: tuple[tuple[str, int], ...]
    tls: bool
    alias: str
    shards: int = 1
    replicas: int | None = None
    codec: str = "default"

    def __str__(self) -> str:
        """Return the address as messages show it: without options."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{'opensearchs' if self.tls else 'opensearch'}://{hosts}/{self.alias}"


def read_address(url: str) -> Address:
    """Return the parts of an address; raises InputError, which shows no secret, for what is none.

    >>> read_address("opensearch://one,two:9201/news?shards=3")
    Address(hosts=(('one', 9200), ('two', 9201)), tls=False, alias='news', shards=3, replicas=None, codec='default')
    """
    if "@" in url:
        raise InputError(
            "--index: an address must hold no user and no password, which would be shown; "
            "set AKHBAR_OPENSEARCH_USER and AKHBAR_OPENSEARCH_PASSWORD"
        )
    try:
        parts = urlsplit(url)
        parse_qsl(parts.query, max_num_fields=MAX_OPTIONS)
    except ValueError as problem:
        raise InputError(f"--index {describe_value(url)}: expected {_FORM}") from problem
    if parts.scheme not in SCHEMES or parts.fragment:
        raise InputError(f"--index {describe_value(url)}: expected {_FORM}")
    hosts = tuple(_host(text, url) for text in parts.netloc.split(","))
    if len(hosts) > MAX_HOSTS:
        raise InputError(f"--index: {len(hosts)} hosts: expected at most {MAX_HOSTS}")
    address = Address(hosts, SCHEMES[parts.scheme], _alias(parts.path, url))
    for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=MAX_OPTIONS):
        address = _with_option(address, name, value)
    return address


def _host(text: str, url: str) -> tuple[str, int]:
    match = _HOST.fullmatch(text)
    port = int(match[2] or DEFAULT_PORT) if match else 0
    if not match or not 1 <= port <= 65535:
        raise InputError(f"--index {describe_value(url)}: host {describe_value(text)}: expected {_FORM}")
    return match[1], port


def _alias(path: str, url: str) -> str:
    alias = path.removeprefix("/")
    if not _ALIAS.fullmatch(alias):
        raise InputError(
            f"--index {describe_value(url)}: name {describe_value(alias)}: expected a name of small Latin letters, "
            f"digits and . _ -, at most {MAX_ALIAS_CHARS}, as in opensearch://localhost/news"
        )
    if alias.endswith(RESERVED_ENDINGS) or _NUMBERED.fullmatch(alias):
        raise InputError(
            f"--index {describe_value(url)}: name {describe_value(alias)}: this ending is kept for parts of an index; "
            "choose another name"
        )
    return alias


def _with_option(address: Address, name: str, value: str) -> Address:
    match name:
        case "shards":
            return replace(address, shards=_number(name, value, 1, MAX_SHARDS))
        case "replicas":
            return replace(address, replicas=_number(name, value, 0, MAX_REPLICAS))
        case "codec" if value in CODECS:
            return replace(address, codec=value)
        case "codec":
            raise InputError(f"--index: codec={describe_value(value)}: expected one of {', '.join(CODECS)}")
    raise InputError(f"--index: option {describe_value(name)}: expected shards, replicas or codec")


def _number(name: str, value: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and least <= int(value) <= most):
        raise InputError(f"--index: {name}={describe_value(value)}: expected a number from {least} to {most}")
    return int(value)
