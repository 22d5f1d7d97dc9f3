"""Body of a search on a cluster: the query, its filters, what is counted, the order and the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.engines.opensearch.documents import ARTICLE_FIELD, keyword
from indexer.engines.opensearch.mapping import MATCH_ALL, MAX_PRECISION, Json
from indexer.engines.opensearch.plan_compiler import (
    compile_condition,
    compile_filter,
    compile_plan,
    story_filter,
    with_recency,
)
from indexer.query.filters import Filter
from indexer.query.plan import DateRange, EngineRequest, SameStory, TermsFilter
from indexer.request import Sort

SOURCE_FIELDS: Final = ("id", ARTICLE_FIELD)
"""What is read of a hit: not its terms, which are most of it."""

MAX_VALUES: Final = 60_000
"""So many values of a facet, or days of a histogram, are told: a cluster makes no more buckets than 65,535."""

_ORDERS: Final[dict[Sort, list[Json]]] = {
    "relevance": [{"_score": "desc"}],
    "newest": [{"day": {"order": "desc", "missing": "_last"}}],
    "oldest": [{"day": {"order": "asc", "missing": "_last"}}],
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter of a search, and the query that says it."""

    filter: Filter | SameStory
    query: Json

    def concerns(self, facet: str) -> bool:
        """Return whether the facet of this name counts what does not meet the condition, too."""
        if facet == DAYS:
            return isinstance(self.filter, DateRange)
        return isinstance(self.filter, TermsFilter) and self.filter.column == facet


DAYS: Final = "day"


class SearchBody:
    """The parts of the body of one search on an index of articles."""

    def __init__(self, search: EngineRequest, index: str) -> None:
        self._search = search
        conditions = [Condition(each, _filter_query(each, index)) for each in search.filters]
        facets = (*search.facets, *((DAYS,) if search.histogram else ()))
        self._late = [each for each in conditions if any(map(each.concerns, facets))]
        """The filters that some facet leaves out: they hold for hits, after what is counted."""
        self._early = [each.query for each in conditions if each not in self._late]

    def query(self) -> Json:
        """Return the query that matches and scores, with the filters that hold for all that is counted."""
        scored = compile_plan(self._search.plan)
        if self._search.sort == "relevance":
            scored = with_recency(scored, self._search.recency)
        return _both([scored], self._early)

    def condition(self) -> Json:
        """Return the query that matches what the search does, without scores."""
        return _all([compile_condition(self._search.plan), *self._early, *(each.query for each in self._late)])

    def page(self) -> Json:
        """Return the whole body: a page of hits, the total, facets, days and the number of stories."""
        search = self._search
        body: Json = {
            **self.order(),
            "from": search.offset,
            "size": search.limit,
            "track_total_hits": True,
            "aggs": self._counts(),
        }
        if search.grouped:
            body |= {"collapse": {"field": "story"}, "docvalue_fields": ["copied_story"]}
        return body

    def order(self) -> Json:
        """Return the part of the body that says which hits come in which order, and what is read of them."""
        body: Json = {
            "query": self.query(),
            "sort": [*_ORDERS[self._search.sort], {"seq": "asc"}],
            "_source": list(SOURCE_FIELDS),
        }
        if self._late:
            body["post_filter"] = _all(each.query for each in self._late)
        return body

    def _counts(self) -> Json:
        search = self._search
        counts = {f"facet:{column}": self._under(column, self._values(column)) for column in search.facets}
        if search.histogram:
            days = {"date_histogram": {"field": "day", "calendar_interval": "day", "min_doc_count": 1}}
            counts["days"] = self._under(DAYS, {"days": days})
        if search.grouped:
            counts["copied"] = self._copied_stories()
        return counts

    def _copied_stories(self) -> Json:
        """Return what counts the matches that have copies, and their stories; each other match is a story of its own."""
        filters = [each.query for each in self._late]
        stories = {"cardinality": {"field": "copied_story", "precision_threshold": MAX_PRECISION}}
        return {"filter": _all([*filters, {"exists": {"field": "copied_story"}}]), "aggs": {"stories": stories}}

    def _under(self, facet: str, counts: Json) -> Json:
        """Return what counts the matches that meet all filters but those on a facet."""
        filters = [each.query for each in self._late if not each.concerns(facet)]
        return {"filter": _all(filters), "aggs": counts} if counts else {"filter": _all(filters)}

    def _values(self, column: str) -> Json:
        """Return what counts the most frequent values of a column, and those that its own filter chooses."""
        limit = self._search.facet_limit
        order = [{"_count": "desc"}, {"_key": "asc"}]
        counts: Json = {}
        if limit != 0:
            size = MAX_VALUES if limit is None else min(limit, MAX_VALUES)
            terms = {"field": column, "size": size, "shard_size": MAX_VALUES, "order": order}
            counts["common"] = {"terms": terms}
        chosen = sorted(keyword(value) for value in chosen_values(self._search, column))
        if chosen and limit is not None:
            counts["chosen"] = {"terms": {"field": column, "size": len(chosen), "include": chosen}}
        return counts

    def copies(self, stories: Sequence[int]) -> Json:
        """Return the body that counts, for each of some stories, its matches, and their sources in order."""
        first = {"first": {"min": {"field": "seq"}}}
        sources = {"terms": {"field": "source", "size": MAX_VALUES, "order": {"first": "asc"}}, "aggs": first}
        of_story = {"terms": {"field": "story", "size": len(stories)}, "aggs": {"sources": sources}}
        query = _all([self.condition(), {"terms": {"story": list(stories)}}])
        return {"size": 0, "query": query, "aggs": {"stories": of_story}}


def chosen_values(search: EngineRequest, column: str) -> set[str]:
    """Return the values of a column that the filters of a search choose."""
    filters = (each for each in search.filters if isinstance(each, TermsFilter) and each.column == column)
    return {value for each in filters for value in each.values}


def _filter_query(condition: Filter | SameStory, index: str) -> Json:
    return story_filter(index, condition.article_id) if isinstance(condition, SameStory) else compile_filter(condition)


def _both(scored: list[Json], filters: list[Json]) -> Json:
    return {"bool": {"must": scored, "filter": filters}} if filters else scored[0]


def _all(queries: Iterable[Json]) -> Json:
    filters = list(queries)
    return {"bool": {"filter": filters}} if filters else MATCH_ALL
