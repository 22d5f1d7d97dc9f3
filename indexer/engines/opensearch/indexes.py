"""Indexes behind an alias: the live one, the one before it, and how another one goes live in one step.

An index of articles ``NAME-000003`` and one of its words, ``NAME-words-000003``, belong together. The aliases ``NAME``
and ``NAME-words`` lead to the live pair. What an index is stands in the ``_meta`` of its mapping.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.failures import ConflictError, require_all_shards, shorten
from indexer.engines.opensearch.mapping import FORMAT
from indexer.errors import (
    IndexDamagedError,
    IndexNotFoundError,
    IndexOutOfDateError,
    PartialResultsError,
    WriteUncertainError,
)
from indexer.schema import FORMAT_VERSION
from indexer.storage.segment.vectors import EncoderId

ENGINE: Final = "opensearch"
FORMAT_NAME: Final = f"{FORMAT_VERSION}.{FORMAT}"
"""The version of what any index holds, and of how this engine lays it out."""

_NUMBER: Final = re.compile(r"[0-9]{6,12}")
_POLL_S: Final = 0.5
IDLE_S: Final = 5.0
_PATIENTLY_S: Final = 120
"""How long a change of what the cluster knows about its indexes may take, one being made for instance."""


class Pair(NamedTuple):
    """The names of an index of articles and of that of its words, and their number."""

    number: int
    articles: str
    words: str


@dataclass(frozen=True, slots=True)
class Description:
    """What an index is, as the ``_meta`` of its mapping says.

    ``revision`` rises with each change. ``previous`` is the number of the index that was live before, 0 without one.
    ``created`` and ``updated`` are in UTC, in ISO form. With ``plain_ids`` no id of an article has a blank or a sign
    that is not ASCII, so that most queries are no ids. ``embedded`` is, of the encoder that was last run over all
    articles, its name, its fingerprint, its dimensions, and how many passages it read; empty before.
    """

    fingerprint: str
    created: str
    updated: str
    revision: int
    previous: int = 0
    plain_ids: bool = False
    format: str = FORMAT_NAME
    embedded: tuple[Any, ...] = ()

    def as_meta(self) -> dict[str, Any]:
        """Return the ``_meta`` of a mapping."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {"engine": ENGINE, **fields}

    @property
    def embedding(self) -> tuple[EncoderId, int] | None:
        """Return the encoder of the vectors, and the number of passages; None without vectors."""
        if not self.embedded:
            return None
        name, fingerprint, dimensions, passages = self.embedded
        return EncoderId(str(name), str(fingerprint), int(dimensions)), int(passages)


class Live(NamedTuple):
    """The pair of indexes that answers searches, and what it is."""

    pair: Pair
    description: Description


class Indexes:
    """The numbered indexes of one alias."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._alias = client.address.alias

    def pair(self, number: int) -> Pair:
        """Return the names of a pair."""
        return Pair(number, f"{self._alias}-{number:06}", f"{self._alias}-words-{number:06}")

    # -- reading

    def live(self, *, local: bool = False) -> Live:
        """Return the live pair, by one request.

        With ``local`` it is what the host that is asked knows, which answers also while no manager is elected; else
        the cluster manager's answer. Raises IndexNotFoundError without a live pair, and IndexDamagedError where the
        alias leads to anything else.
        """
        pair, content = self._resolve(local=local)
        return Live(pair, _description(content, f"{self._client.address}: {pair.articles}"))

    def read_pair(self, number: int) -> Live:
        """Return a pair, live or not, and what it is; raises IndexDamagedError."""
        pair = self.pair(number)
        answer = self._client.ask("GET", f"/{pair.articles}/_mapping", params={"filter_path": "*.mappings._meta"})
        return Live(pair, _description(answer.get(pair.articles), f"{self._client.address}: {pair.articles}"))

    def live_pair(self) -> Pair | None:
        """Return the names of the live pair, whatever it says about itself; None without one."""
        try:
            return self._resolve()[0]
        except IndexNotFoundError:
            return None

    def _resolve(self, *, local: bool = False) -> tuple[Pair, Any]:
        """Return the names of the live pair, and what its mapping says."""
        address = self._client.address
        params = {"filter_path": "*.mappings._meta", "local": str(local).lower()}
        answer = self._client.ask("GET", f"/{self._alias}/_mapping", params=params)
        names = list(answer)
        number = self._number(names[0]) if len(names) == 1 else None
        if number is None:
            if len(names) > 1:
                told = f"{len(names)} indexes ({shorten(', '.join(sorted(names)))}); take all but one out of the alias"
            else:
                told = "an index that akhbar did not build; choose another name in --index"
            raise IndexDamagedError(f"{address}: leads to {told}")
        content = answer[names[0]]
        return self.pair(number), content

    def numbers(self) -> list[int]:
        """Return the numbers of all indexes of articles, live or not, rising."""
        patterns = f"{self._alias}-*"
        answer = self._client.ask("GET", f"/{patterns}/_mapping", params={"filter_path": "*.mappings._meta.engine"})
        return sorted(number for name in answer if (number := self._number(name)) is not None)

    def _number(self, name: str) -> int | None:
        """Return the number of an index of articles, None for any other name."""
        prefix, _, number = name.rpartition("-")
        return int(number) if prefix == self._alias and _NUMBER.fullmatch(number) else None

    def names(self, name: str) -> list[str]:
        """Return the names of the indexes that an alias leads to, or the name of an index itself; [] without any."""
        try:  # not by _alias, which a user may not ask who sees some indexes only
            return list(self._client.ask("GET", f"/{name}/_mapping", params={"filter_path": "*.mappings.dynamic"}))
        except IndexNotFoundError:
            return []

    def count(self, pair: Pair) -> int:
        """Return how many articles can be searched."""
        answer = self._client.ask("GET", f"/{pair.articles}/_count")
        require_all_shards(answer, self._client.address)
        return int(answer["count"])

    def require_whole(self, pair: Pair) -> None:
        """Raise PartialResultsError where a shard of a pair is on no node: refreshes and flushes pass over it."""
        health = self._client.ask("GET", f"/_cluster/health/{pair.articles},{pair.words}", params={"level": "indices"})
        lost = sum(index["number_of_shards"] - index["active_primary_shards"] for index in health["indices"].values())
        if lost:
            raise PartialResultsError(
                f"{self._client.address}: {lost} shards of {pair.articles} and its words are on no node that answers; "
                "start the node that holds them"
            )

    def wait_until_copied(self, pair: Pair, timeout_s: float, *, idle_s: float = IDLE_S) -> str:
        """Return the health of a pair, ``green``, ``yellow`` or ``red``: once it is not yellow, or after ``timeout_s``.

        Where no copy is being made for ``idle_s``, there is no node to make one on, and waiting would change nothing.
        """
        path = f"/_cluster/health/{pair.articles},{pair.words}"
        begun = busy_at = time.monotonic()
        while True:  # not by wait_for_status: where the time is over, a cluster answers that with the error 408
            health = self._client.ask("GET", path)
            now = time.monotonic()
            busy_at = now if health["initializing_shards"] else busy_at
            if health["status"] != "yellow" or now - begun >= timeout_s or now - busy_at >= idle_s:
                return str(health["status"])
            time.sleep(_POLL_S)

    def fields(self, pair: Pair) -> frozenset[str]:
        """Return the names of the fields of an index of articles, none where there is no such index."""
        params = {"filter_path": "*.mappings.properties.*.type", "ignore_unavailable": "true"}
        answer = self._client.ask("GET", f"/{pair.articles}/_mapping", params=params)
        return frozenset(answer[pair.articles]["mappings"]["properties"]) if answer else frozenset()

    # -- changing

    def add_fields(self, pair: Pair, properties: Mapping[str, Any]) -> None:
        """Add fields to an index of articles."""
        body = {"properties": properties}
        self._client.ask("PUT", f"/{pair.articles}/_mapping", body, writes=True, timeout_s=_PATIENTLY_S)

    def make(self, pair: Pair, articles: Mapping[str, Any], words: Mapping[str, Any]) -> None:
        """Make the two indexes of a pair, of these settings and mappings."""
        for name, body in ((pair.articles, articles), (pair.words, words)):
            with contextlib.suppress(ConflictError):  # made by an attempt whose answer was lost
                self._client.ask("PUT", f"/{name}", body, writes=True, timeout_s=_PATIENTLY_S)

    def describe(self, pair: Pair, description: Description) -> None:
        """Replace what an index says about itself: searches see that something changed."""
        body = {"_meta": description.as_meta()}
        self._client.ask("PUT", f"/{pair.articles}/_mapping", body, writes=True, timeout_s=_PATIENTLY_S)

    def change_settings(self, pair: Pair, settings: Mapping[str, Any]) -> None:
        """Change settings of both indexes of a pair."""
        path = f"/{pair.articles},{pair.words}/_settings"
        self._client.ask("PUT", path, {"index": settings}, writes=True, timeout_s=_PATIENTLY_S)

    def refresh(self, pair: Pair) -> None:
        """Have searches see all that was written to a pair; raises PartialResultsError where a shard did not answer."""
        answer = self._client.ask("POST", f"/{pair.articles},{pair.words}/_refresh", timeout_s=_PATIENTLY_S)
        require_all_shards(answer, self._client.address)

    def flush(self, pair: Pair) -> None:
        """Put all that was written to a pair on disk."""
        self._client.ask("POST", f"/{pair.articles},{pair.words}/_flush", timeout_s=_PATIENTLY_S)

    def swap(self, old: Pair | None, new: Pair) -> None:
        """Have the aliases lead from one pair to another, at once; raises where they lead to another than ``old``.

        That of the words is taken from wherever it leads, since these can be lost or be put elsewhere.
        """
        words = f"{self._alias}-words"
        leaves = [(self._alias, [old.articles] if old else []), (words, self.names(words))]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": name, "alias": alias, "must_exist": True}} for alias, names in leaves for name in names
        ]
        for alias, name in ((self._alias, new.articles), (words, new.words)):
            actions.append({"add": {"index": name, "alias": alias, "is_write_index": True}})
        try:
            self._client.ask("POST", "/_aliases", {"actions": actions}, writes=True, timeout_s=_PATIENTLY_S)
        except (WriteUncertainError, IndexNotFoundError):  # the second: done by an attempt whose answer was lost
            if self.live_pair() != new:
                raise

    def remove(self, *numbers: int) -> None:
        """Remove pairs, none of them live; what is not there is passed over."""
        for pair in map(self.pair, numbers):
            params = {"ignore_unavailable": "true"}
            path = f"/{pair.articles},{pair.words}"
            self._client.ask("DELETE", path, params=params, writes=True, timeout_s=_PATIENTLY_S)


def require_usable(live: Live, client: Client, fingerprint: str) -> Live:
    """Return ``live``; raises IndexOutOfDateError when other analyzers or another format built it."""
    rebuild = f"rebuild needed: akhbar rebuild SOURCE --index {client.address}"
    built = live.description
    if built.format != FORMAT_NAME:
        raise IndexOutOfDateError(
            f"{client.address}: built in format {shorten(built.format)}, this version reads {FORMAT_NAME}; {rebuild}"
        )
    if built.fingerprint != fingerprint:
        raise IndexOutOfDateError(f"{client.address}: built with other analyzers; {rebuild}")
    return live


def _description(content: Any, where: str) -> Description:
    """Return what the ``_meta`` of a mapping says; raises IndexDamagedError for one that is not ours."""
    try:
        meta = dict(content["mappings"]["_meta"])
        if meta.pop("engine") == ENGINE:
            empty = Description("", "", "", 0)
            meta.setdefault("embedded", ())  # in indexes that were made before there were vectors
            typed = {name: type(getattr(empty, name))(meta[name]) for name in Description.__slots__}
            return replace(empty, **typed)
    except (KeyError, TypeError, ValueError):
        pass
    raise IndexDamagedError(f"{where}: akhbar did not build it, or somebody changed its _meta; rebuild needed")
