"""Settings of the web application: one table that defaults, environment variables and documentation follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, get_args

from indexer import AkhbarError
from search_app.hosts import parse_hosts

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

PREFIX = "AKHBAR_"
_RANGES = {
    "page_size": (1, 100),
    "latest": (0, 100),
    "threads": (1, 256),
    "workers": (1, 64),
    "proxies": (0, 10),
    "metrics": (0, 1),
}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")

AccessLog = Literal["off", "paths", "queries"]
ACCESS_LOGS: tuple[AccessLog, ...] = get_args(AccessLog)


class SettingsError(AkhbarError, ValueError):
    """A setting is outside what is allowed."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one application; each may come from the environment as ``AKHBAR_…``.

    Raises :class:`SettingsError` when a value is outside what is allowed.
    """

    index: str = field(default="var/index", metadata={"help": "where the index is"})
    page_size: int = field(default=10, metadata={"help": "hits on a page of results, 1 to 100"})
    latest: int = field(default=8, metadata={"help": "articles shown on the first page, 0 to 100"})
    language: Language = field(default="ar", metadata={"help": "language of pages that name none: ar or en"})
    hosts: str = field(default="", metadata={"help": "host names to answer for, separated by spaces; any when empty"})
    threads: int = field(default=4, metadata={"help": "requests that a process serves at the same time, 1 to 256"})
    workers: int = field(
        default=1, metadata={"help": "processes that serve, 1 to 64; more than one need the `server` extra"}
    )
    rate_limit: str = field(
        default="",
        metadata={
            "help": "requests of one client, such as `120/minute`, beyond which it gets status 429; none when empty; needs the `server` extra"
        },
    )
    proxies: int = field(
        default=0, metadata={"help": "trusted proxies in front, whose `X-Forwarded-…` headers count, 0 to 10"}
    )
    access_log: AccessLog = field(
        default="off",
        metadata={"help": "a line of JSON for each request on standard error: off, paths, or queries as well"},
    )
    cors: str = field(
        default="",
        metadata={
            "help": "origin whose scripts may read REST, such as `https://news.example`, or `*`; none when empty"
        },
    )
    metrics: int = field(default=0, metadata={"help": "1: `/metrics` for Prometheus; needs the `server` extra"})

    def __post_init__(self) -> None:
        for name, (lowest, highest) in _RANGES.items():
            if not lowest <= getattr(self, name) <= highest:
                given = getattr(self, name)
                raise SettingsError(f"{name} ({PREFIX}{name.upper()}) {given}: expected {lowest} to {highest}")
        if self.language not in LANGUAGES:
            raise SettingsError(f"language ({PREFIX}LANGUAGE) {self.language!r}: expected {', '.join(LANGUAGES)}")
        if self.cors != "*" and self.cors and not _ORIGIN.fullmatch(self.cors):
            raise SettingsError(
                f"cors ({PREFIX}CORS) {self.cors!r}: expected * or one origin such as https://news.example"
            )
        if self.access_log not in ACCESS_LOGS:
            raise SettingsError(
                f"access_log ({PREFIX}ACCESS_LOG) {self.access_log!r}: expected {', '.join(ACCESS_LOGS)}"
            )
        try:
            parse_hosts(self.hosts)
        except ValueError as error:
            raise SettingsError(
                f"hosts ({PREFIX}HOSTS) {str(error)!r}: expected host names such as news.example or news.example:8000"
            ) from error


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings given in ``environ`` as ``AKHBAR_…``; missing and blank ones have their defaults.

    Raises :class:`SettingsError`.

    >>> read_settings({"AKHBAR_PAGE_SIZE": "20", "HOME": "/root"}).page_size
    20
    """
    given = {}
    for setting in fields(Settings):
        text = environ.get(PREFIX + setting.name.upper(), "").strip()
        if text:
            given[setting.name] = _number(setting.name, text) if setting.name in _RANGES else text
    return Settings(**given)  # type: ignore[arg-type]  # checked by Settings itself


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SettingsError(f"{PREFIX}{name.upper()} {text!r}: expected a whole number") from None
