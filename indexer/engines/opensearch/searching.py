"""Searches on a cluster: pages of hits, all hits in order, scores, counts and articles.

A page is one request, and a second one where a story on it has other articles: how many match, and of which sources.
"""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

from analyzers import Analyzer
from indexer.article import Article
from indexer.engines import EngineResults, ScoredArticle
from indexer.engines.opensearch.bulk import to_json
from indexer.engines.opensearch.client import Answer, Client
from indexer.engines.opensearch.documents import document_id, read_article
from indexer.engines.opensearch.failures import require_all_shards
from indexer.engines.opensearch.indexes import Live
from indexer.engines.opensearch.mapping import MATCH_ALL, Json
from indexer.engines.opensearch.search_body import SOURCE_FIELDS, SearchBody, chosen_values
from indexer.errors import AkhbarError
from indexer.query.plan import EngineRequest, Plan
from indexer.results.hits import FacetCount
from indexer.results.locator import TextLocator

SEARCH_PARAMS: Final = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
"""Statistics of all shards, so that a score does not depend on where an article lies, and no part for the whole."""

HITS_A_REQUEST: Final = 1_000
NAMES_A_REQUEST: Final = 10_000
_ALONE: Final = -1
"""Stands for the story of a hit that has no copies."""
KEEP_ALIVE: Final = "5m"
"""How long a cluster keeps the state that all hits are read of, after the last request for it."""


def ask_search(client: Client, index: str, body: Json) -> Answer:
    """Return the answer to a search of an index, whole; raises PartialResultsError and what the client raises."""
    return ask_searches(client, index, [body])[0]


def ask_searches(client: Client, index: str, bodies: Sequence[Json]) -> list[Answer]:
    """Return the answers to some searches of an index, all of them whole, by one request.

    The same search asks the same copies of the shards, so that pages fit together.
    """
    if len(bodies) == 1:
        params = {**SEARCH_PARAMS, "preference": _preference(bodies[0])}
        answers = [client.ask("POST", f"/{index}/_search", bodies[0], params=params)]
    else:
        lines = [(to_json({**SEARCH_PARAMS, "preference": _preference(body)}), to_json(body)) for body in bodies]
        request = b"".join(b"%b\n%b\n" % pair for pair in lines)
        answers = client.ask("POST", f"/{index}/_msearch", request)["responses"]
    for answer in answers:
        require_all_shards(answer, client.address)
    return answers


def _preference(body: Json) -> str:
    return f"{crc32(json.dumps(body.get('query')).encode()):08x}"


class Searcher:
    """Answers searches of one index of articles; safe for many threads."""

    def __init__(self, client: Client, analyzer: Analyzer, live: Live) -> None:
        self._client = client
        self._analyzer = analyzer
        self._index = live.pair.articles

    def search(self, search: EngineRequest, also: Mapping[str, Json]) -> tuple[EngineResults, dict[str, int]]:
        """Return the page of hits that ``search`` asks for, and how many articles each of some other queries matches."""
        body = SearchBody(search, self._index)
        bodies = [body.page(), counts_body(also)] if also else [body.page()]
        page, *counted = ask_searches(self._client, self._index, bodies)
        return self._results(search, body, page), _counts(also, counted[0]) if also else {}

    def _results(self, search: EngineRequest, body: SearchBody, answer: Answer) -> EngineResults:
        counts, total = answer.get("aggregations", {}), int(answer["hits"]["total"]["value"])
        hits = [self._hit(hit, search) for hit in answer["hits"]["hits"]]
        stories = total
        if search.grouped:
            copied = counts["copied"]
            stories -= max(0, int(copied["doc_count"]) - int(copied["stories"]["value"]))
            if stories < total:
                hits = self._with_copies(hits, answer["hits"]["hits"], body)
        facets = {column: _facet(column, counts[f"facet:{column}"], search) for column in search.facets}
        days = {_day(each["key"]): int(each["doc_count"]) for each in _buckets(counts.get("days"), "days")}
        return EngineResults(tuple(hits), total, stories, facets, days)

    def _hit(self, hit: Json, search: EngineRequest) -> ScoredArticle:
        article = read_article(hit["_source"])
        score = float(hit["_score"]) if search.sort == "relevance" else 0.0
        return ScoredArticle(article, score, TextLocator(article, self._analyzer))

    def _with_copies(self, articles: list[ScoredArticle], hits: list[Json], body: SearchBody) -> list[ScoredArticle]:
        """Return the hits of a page with how many articles of their stories match, and whose these are.

        The cluster is asked for the stories that have others; for none, it is not asked.
        """
        stories = [int(hit["fields"].get("copied_story", [_ALONE])[0]) for hit in hits]
        copied = [story for story in stories if story != _ALONE]
        if not copied:
            return articles
        answer = ask_search(self._client, self._index, body.copies(copied))
        found = {each["key"]: each for each in answer["aggregations"]["stories"]["buckets"]}  # none if just deleted
        both = zip(articles, stories, strict=True)
        return [_with_story(scored, found[story]) if story in found else scored for scored, story in both]

    def iterate(self, search: EngineRequest) -> Iterator[ScoredArticle]:
        """Yield all hits of ``search`` in its order, of one state of the index."""
        body = SearchBody(search, self._index).order()
        for hit in self._all_hits(body, HITS_A_REQUEST):
            yield self._hit(hit, search)

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all articles."""
        body = {"query": MATCH_ALL, "sort": ["_doc"], "_source": False, "docvalue_fields": ["id"]}
        return tuple(str(hit["fields"]["id"][0]) for hit in self._all_hits(body, NAMES_A_REQUEST))

    def _all_hits(self, body: Json, at_once: int) -> Iterator[Json]:
        """Yield all hits of a search in its order, of one state of the index."""
        params = {"keep_alive": KEEP_ALIVE, "allow_partial_pit_creation": "false"}
        opened = self._client.ask("POST", f"/{self._index}/_search/point_in_time", params=params)
        state = str(opened["pit_id"])
        try:
            after: list[Any] | None = None
            while True:
                page = {**body, "size": at_once, "pit": {"id": state, "keep_alive": KEEP_ALIVE}}
                if after is not None:
                    page["search_after"] = after
                answer = self._client.ask("POST", "/_search", page, params=SEARCH_PARAMS)
                require_all_shards(answer, self._client.address)
                yield from answer["hits"]["hits"]
                if len(answer["hits"]["hits"]) < at_once:
                    return
                after = answer["hits"]["hits"][-1]["sort"]
        finally:
            with contextlib.suppress(AkhbarError):  # it ends by itself, and must not hide what went wrong
                self._client.ask("DELETE", "/_search/point_in_time", {"pit_id": [state]})

    def score(self, plan: Plan, article_id: str) -> float | None:
        """Return the score that ``plan`` gives an article, None where it does not match."""
        query = SearchBody(EngineRequest(plan), self._index).query()
        key = {"ids": {"values": [document_id(article_id)]}}
        body = {"size": 1, "_source": False, "query": {"bool": {"must": [query], "filter": [key]}}}
        hits = ask_search(self._client, self._index, body)["hits"]["hits"]
        return float(hits[0]["_score"]) if hits else None

    def counts(self, filters: Mapping[str, Json]) -> dict[str, int]:
        """Return how many articles each of some queries matches, by its name, in one state of the index."""
        if not filters:
            return {}
        return _counts(filters, ask_search(self._client, self._index, counts_body(filters)))

    def articles(self, ids: Sequence[str]) -> tuple[Article | None, ...]:
        """Return the articles with these ids, as searches see them, None for each that is not there."""
        params = {"realtime": "false", "_source_includes": ",".join(SOURCE_FIELDS)}
        items = self._client.documents(self._index, [document_id(article_id) for article_id in ids], params)
        found = [read_article(item["_source"]) if item.get("found") else None for item in items]
        if len(found) != len(ids):
            raise ValueError(f"{len(found)} documents of {len(ids)}")
        return tuple(found)

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values of a column, sorted."""
        found: list[str] = []
        pages: Json = {"size": NAMES_A_REQUEST, "sources": [{"value": {"terms": {"field": column}}}]}
        while True:
            body = {"size": 0, "track_total_hits": False, "aggs": {"values": {"composite": pages}}}
            answer = ask_search(self._client, self._index, body)["aggregations"]["values"]
            found += [str(bucket["key"]["value"]) for bucket in answer["buckets"]]
            if len(answer["buckets"]) < NAMES_A_REQUEST:
                return tuple(found)
            pages = {**pages, "after": answer["after_key"]}


def counts_body(filters: Mapping[str, Json]) -> Json:
    """Return the body that counts the matches of some queries, under short names, which the answer repeats."""
    numbered = {str(number): each for number, each in enumerate(filters.values())}
    return {"size": 0, "track_total_hits": False, "aggs": {"each": {"filters": {"filters": numbered}}}}


def _counts(filters: Mapping[str, Json], answer: Answer) -> dict[str, int]:
    """Return what an answer to :func:`counts_body` counts, by the names of the queries."""
    counted = answer["aggregations"]["each"]["buckets"]
    return {name: int(counted[str(number)]["doc_count"]) for number, name in enumerate(filters)}


def _with_story(scored: ScoredArticle, bucket: Json) -> ScoredArticle:
    sources = [str(each["key"]) for each in bucket["sources"]["buckets"]]
    others = tuple(source for source in sources if source != scored.article.source)
    return scored._replace(copies=int(bucket["doc_count"]), copy_sources=others)


def _facet(column: str, counted: Json, search: EngineRequest) -> tuple[FacetCount, ...]:
    """Return the most frequent values of a facet and those that its own filter chooses, in order."""
    chosen = chosen_values(search, column)
    counts = {str(each["key"]): int(each["doc_count"]) for each in _buckets(counted, "common")}
    counts |= {
        str(each["key"]): int(each["doc_count"]) for each in _buckets(counted, "chosen") if each["key"] in chosen
    }
    in_order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, count) for value, count in in_order)


def _buckets(counted: Json | None, name: str) -> list[Json]:
    """Return the buckets of a count below a filter, none where it was not asked for."""
    buckets: list[Json] = counted[name]["buckets"] if counted and name in counted else []
    return buckets


def _day(milliseconds: float) -> datetime.date:
    """Return the day of a time that a cluster gives, in milliseconds since 1970."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(milliseconds=milliseconds)
