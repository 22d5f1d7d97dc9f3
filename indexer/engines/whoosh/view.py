"""Views: one open generation of an index, which answers with hits, totals, facets and articles."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import whoosh.query

from indexer import kernels
from indexer.article import Article
from indexer.engines import EmbeddingStats, EngineResults, NearestText, ScoredArticle
from indexer.engines.fifo_cache import FifoCache
from indexer.engines.whoosh.documents import UNDATED, NumberedTerms, SegmentLocator, article_of, restored_article
from indexer.engines.whoosh.facets import Facet
from indexer.engines.whoosh.families import Families
from indexer.engines.whoosh.index import open_whoosh
from indexer.engines.whoosh.plan_compiler import PlanCompiler, condition
from indexer.engines.whoosh.query_compiler import Nodes
from indexer.engines.whoosh.schema import term_bytes
from indexer.engines.whoosh.story_groups import ALONE, MatchingStories, Stories
from indexer.engines.whoosh.vectors import embedding_stats, faults_of_vectors
from indexer.engines.whoosh.vocabulary import Vocabulary
from indexer.engines.whoosh.weighting import Weighting
from indexer.engines.whoosh.word_forms import WordForms
from indexer.errors import IndexDamagedError, RequestError
from indexer.query.plan import (
    DateRange,
    EngineRequest,
    Plan,
    Recency,
    SameStory,
    Term,
    TermsFilter,
    compares_vectors,
)
from indexer.ranking import weights
from indexer.ranking.occurrences import ANYWHERE
from indexer.results.hits import FacetCount
from indexer.schema import VALUE_SEPARATOR
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.checking import faults_of
from indexer.storage.segment.vectors import VectorFile
from indexer.storage.segment_reader import SegmentReader

Filters: TypeAlias = tuple[DateRange | TermsFilter | SameStory, ...]
Masks: TypeAlias = tuple[Array | None, ...]
"""For each segment a byte for each document, 0 for what a filter hides; None where nothing is filtered."""


PLANS_KEPT: Final = 256


class RankedDoc(NamedTuple):
    """A document of a segment and its sort key; smaller ones come first."""

    key: float
    segment: int
    number: int


class View:
    """One generation, open for reading by many threads. Its files are unmapped when its last user drops it."""

    def __init__(self, folder: Path) -> None:
        self._index = open_whoosh(folder)
        self._searcher = self._index.searcher(weighting=Weighting())
        self.segments: tuple[SegmentReader, ...] = tuple(leaf.segment for leaf in self._searcher.leaves)
        self.articles: int = self._searcher.doc_count()
        self._compiler = PlanCompiler(self._searcher, self.segments)
        self._documents = sum(segment.documents for segment in self.segments)
        self.family = Families(self.segments).family
        self.vocabulary = Vocabulary(self.segments)
        self.stories = Stories(self.segments)
        self.forms = WordForms(self.segments)
        self._compiled: FifoCache[int, tuple[Plan, Nodes]] = FifoCache(PLANS_KEPT)
        self._values_of = cache(partial(Facet, self.segments))
        self._sort_keys = {
            sort: tuple(_day_keys(segment, sign) for segment in self.segments)
            for sort, sign in (("newest", -1), ("oldest", 1))
        }

    # -- searching

    def search(self, search: EngineRequest) -> EngineResults:
        """Return the page that ``search`` asks for; raises RequestError for a plan that cannot be evaluated."""
        nodes = self._nodes(search)
        masks = self._masks(search.filters)
        counted = search.facets or search.histogram
        found = self._zeros() if search.grouped or counted else ()
        total, page = self._page(nodes, masks, search, found)
        matches = self._matches(nodes, found if not search.filters else None) if counted else []
        facets = {column: self._facet(column, search, matches) for column in search.facets}
        days = self._days(search.filters, matches) if search.histogram else {}
        scored = search.sort == "relevance"
        numbered: tuple[NumberedTerms, ...] = tuple(NumberedTerms() for _ in self.segments)
        articles = (self._scored_article(doc, -doc.key if scored else 0.0, numbered) for doc in page)
        if not search.grouped:
            return EngineResults(tuple(articles), total, total, facets, days)
        stories = MatchingStories(self.stories, total, found)
        with_copies = tuple([self._with_copies(*each, stories) for each in zip(page, articles, strict=True)])
        return EngineResults(with_copies, total, stories.count, facets, days)

    def _page(
        self, nodes: Nodes, masks: Masks, search: EngineRequest, found: Sequence[Array]
    ) -> tuple[int, list[RankedDoc]]:
        """Return how many documents match, and those of the page: the first of each story where copies are grouped."""
        end = search.offset + search.limit
        limit = end + end // 2 + 10 if search.grouped and search.limit else end
        total, ranked = self._rank(nodes, masks, search, limit, found)
        if search.grouped:
            firsts = self._firsts(ranked)
            while len(firsts) < end and limit < total and search.limit:
                limit *= 4
                firsts = self._firsts(self._rank(nodes, masks, search, limit)[1])
            ranked = firsts
        return total, ranked[search.offset : end]

    def _firsts(self, ranked: Sequence[RankedDoc]) -> list[RankedDoc]:
        """Return the first document of each story, in order."""
        numbers = self.stories.numbers
        firsts: dict[object, RankedDoc] = {}
        for doc in ranked:
            firsts.setdefault(int(numbers[doc.segment][doc.number]) or (doc.segment, doc.number), doc)
        return list(firsts.values())

    def _with_copies(self, doc: RankedDoc, scored: ScoredArticle, matching: MatchingStories) -> ScoredArticle:
        story = int(self.stories.numbers[doc.segment][doc.number])
        size = matching.size(story)
        if story == ALONE or size == 1:
            return scored
        return scored._replace(copies=size, copy_sources=matching.sources(story, but=scored.article.source))

    def _nodes(self, search: EngineRequest) -> Nodes:
        """Return the compiled plan of ``search``; the last plans stay compiled, since pages of a search share one.

        Not those of a mere total: planning one query asks for dozens.
        """
        if isinstance(search.plan, Term):  # its compiler keeps it
            return self._compiler.compile(search.plan)
        cached = self._compiled.get(id(search.plan))
        if cached is not None and cached[0] is search.plan:
            return cached[1]
        try:
            nodes = self._compiler.compile(search.plan)
        except RecursionError:
            raise RequestError("a query that cannot be evaluated; ask for fewer words at once") from None
        is_kept = search.limit and not compares_vectors(search.plan)
        return self._compiled.put(id(search.plan), (search.plan, nodes))[1] if is_kept else nodes

    def _rank(
        self, nodes: Nodes, masks: Masks, search: EngineRequest, limit: int, found: Sequence[Array] | None = None
    ) -> tuple[int, list[RankedDoc]]:
        """Return how many documents match, and the first ``limit`` of them; in ``found`` the bytes of all become 1."""
        if search.recency and search.sort == "relevance":
            ranking = self._ranking(nodes, masks, search)
            for at, own in enumerate(found or ()):
                own[ranking["number"][ranking["segment"] == at]] = 1
            return len(ranking), list(map(RankedDoc._make, ranking[:limit].tolist()))
        sort_keys = self._sort_keys.get(search.sort)
        total, first = 0, []
        for at, (segment, node, mask) in enumerate(zip(self.segments, nodes, masks, strict=True)):
            marked = found[at] if found else None
            if sort_keys is None:
                count, scores, numbers = kernels.top(node, segment.documents, segment.deleted, limit, mask, marked)
                first += [RankedDoc(-score, at, number) for score, number in zip(scores, numbers, strict=True)]
            else:
                keys = sort_keys[at]
                count, numbers = kernels.top_by(node, segment.documents, segment.deleted, limit, keys, mask, marked)
                first += [
                    RankedDoc(key, at, number) for key, number in zip(keys[numbers].tolist(), numbers, strict=True)
                ]
            total += count
        first.sort()
        return total, first[:limit]

    def _ranking(self, nodes: Nodes, masks: Masks, search: EngineRequest) -> Array:
        """Return the sort key, the segment and the number of all matches, in order: sixteen bytes each."""
        parts = []
        for at, (segment, node, mask) in enumerate(zip(self.segments, nodes, masks, strict=True)):
            numbers, scores = kernels.matches(node, segment.documents, segment.deleted, mask)
            if sort_keys := self._sort_keys.get(search.sort):
                keys = sort_keys[at][numbers]
            else:
                keys = -scores * _kept_shares(segment.file.numbers("date")[numbers], search.recency)
            part = np.empty(len(numbers), _RANKED)
            part["key"], part["segment"], part["number"] = keys, at, numbers
            parts.append(part)
        ranking = np.concatenate([np.empty(0, _RANKED), *parts])
        return ranking[np.argsort(ranking["key"], kind="stable")]

    def iterate(self, search: EngineRequest) -> Iterator[ScoredArticle]:
        """Return an iterator over all hits in order, which keeps this generation open."""
        ranking = self._ranking(self._nodes(search), self._masks(search.filters), search)
        scored = search.sort == "relevance"

        def hits() -> Iterator[ScoredArticle]:
            for at in range(len(ranking)):
                numbered = tuple(NumberedTerms() for _ in self.segments)  # a hit's own: they would grow
                doc = RankedDoc._make(ranking[at].item())
                yield self._scored_article(doc, -doc.key if scored else 0.0, numbered)

        return hits()

    def _scored_article(self, doc: RankedDoc, score: float, numbered: tuple[NumberedTerms, ...]) -> ScoredArticle:
        segment = self.segments[doc.segment]
        stored = segment.file.stored_document(doc.number)
        article = restored_article(segment, doc.number, stored)
        locator = SegmentLocator(segment, doc.number, article.title, stored.texts[0], numbered[doc.segment])
        return ScoredArticle(article, score, locator)

    def total(self, search: EngineRequest) -> int:
        """Return how many documents match. Of a single term the index knows, where none is deleted."""
        plan = search.plan
        if isinstance(plan, Term) and not (plan.part or search.filters) and self.articles == self._documents:
            fields = [segment.field(plan.space) for segment in self.segments]
            return sum(each.frequency(number) for each in fields if (number := each.find(term_bytes(plan.text))) >= 0)
        search = replace(search, limit=0, offset=0)
        return self._rank(self._nodes(search), self._masks(search.filters), search, 0)[0]

    def _matches(self, nodes: Nodes, found: Sequence[Array] | None) -> list[Array]:
        """Return the numbers of the documents of each segment that match; ``found`` are their bytes, if known."""
        if found is None:
            found = self._zeros()
            for segment, node, own in zip(self.segments, nodes, found, strict=True):
                kernels.top(node, segment.documents, segment.deleted, 0, None, own)
        return list(map(np.flatnonzero, found))

    def _zeros(self) -> tuple[Array, ...]:
        """Return a byte for each document of each segment, to tell which match."""
        return tuple(np.zeros(segment.documents, np.uint8) for segment in self.segments)

    def _accepted_matches(self, matches: Sequence[Array], filters: Filters) -> Iterator[tuple[SegmentReader, Array]]:
        """Yield each segment with the numbers of its matches that ``filters`` leave."""
        for segment, numbers, mask in zip(self.segments, matches, self._masks(filters), strict=True):
            yield segment, numbers if mask is None else numbers[mask[numbers] > 0]

    def _days(self, filters: Filters, matches: Sequence[Array]) -> dict[datetime.date, int]:
        """Return how many matches there are of each day, under the filters on columns."""
        others = tuple(part for part in filters if not isinstance(part, DateRange))
        days = [segment.file.numbers("date")[numbers] for segment, numbers in self._accepted_matches(matches, others)]
        dated, counts = np.unique(np.concatenate([*days, np.zeros(0, np.int32)]), return_counts=True)
        pairs = zip(dated.tolist(), counts.tolist(), strict=True)
        return {datetime.date.fromordinal(day): count for day, count in pairs if day != UNDATED}

    def _facet(self, column: str, search: EngineRequest, matches: Sequence[Array]) -> tuple[FacetCount, ...]:
        """Return the counts of a column's values, most frequent first, under the filters of all other columns."""
        own = [part for part in search.filters if isinstance(part, TermsFilter) and part.column == column]
        others = tuple(part for part in search.filters if part not in own)
        accepted = [numbers for _, numbers in self._accepted_matches(matches, others)]
        chosen = {value for part in own for value in part.values}
        return self._values_of(column).most_frequent(accepted, search.facet_limit, chosen)

    def _masks(self, filters: Filters) -> Masks:
        """Return, for each segment, which documents ``filters`` leave."""
        columns = [condition(part) for part in filters if not isinstance(part, SameStory)]
        masks: Masks = (None,) * len(self.segments)
        if columns:
            masks = self._searcher.masks(whoosh.query.And(columns)) or ()
        for part in filters:
            if isinstance(part, SameStory):
                stories = self.stories.masks(self._place(part.article_id))
                masks = tuple(own if mask is None else own & mask for own, mask in zip(stories, masks, strict=True))
        return masks

    # -- articles

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""
        at, number = self._place(article_id) or (-1, -1)
        return article_of(self.segments[at], number) if number >= 0 else None

    def score(self, plan: Plan, article_id: str) -> float | None:
        """Return the score that ``plan`` gives the article with this id, None where it does not match."""
        place = self._place(article_id)
        if place is None:
            return None
        segment, mask = self.segments[place[0]], np.zeros(self.segments[place[0]].documents, bool)
        mask[place[1]] = True
        node = self._nodes(EngineRequest(plan))[place[0]]
        count, scores, _ = kernels.top(node, segment.documents, segment.deleted, 1, mask)
        return float(scores[0]) if count else None

    def _place(self, article_id: str) -> tuple[int, int] | None:
        """Return the place of an article's segment, and its number in it."""
        term = article_id.encode("utf-8", "replace")
        for at, segment in reversed([*enumerate(self.segments)]):
            ids = segment.field("id")
            number = ids.find(term)
            if number < 0:
                continue
            node = (kernels.CONSTANT, (kernels.TERM, ids, _NO_SCORES, number, 1.0, ANYWHERE), 0.0)
            _, _, numbers = kernels.top(node, segment.documents, segment.deleted, 1, None)
            if numbers:
                return at, int(numbers[0])
        return None

    # -- contents

    def faults(self) -> tuple[str, ...]:
        """Return a line for each thing that is not as the format says, reading and decoding everything."""
        return tuple(
            fault
            for segment in self.segments
            for fault in (
                *faults_of_vectors(segment),
                *(tuple(faults_of(segment.file)) or tuple(_undecodable_articles(segment))),
            )
        )

    def embedding_stats(self) -> EmbeddingStats | None:
        """Return the encoder of the most documents that have vectors; None where none has any."""
        return embedding_stats(self.segments)

    def nearest_text(self, article_id: str, vector: bytes) -> NearestText | None:
        """Return which of the encoded texts of an article is nearest to a vector; None without any."""
        vectors, number = self._vectors_of(article_id)
        found = vectors.cosines_with(number, vector) if vectors else None
        return None if found is None or not found.size else NearestText(int(found.argmax()), float(found.max()))

    def vector_of(self, article_id: str) -> tuple[str, bytes] | None:
        """Return the encoder's fingerprint and the vector of an article's first text; None without any."""
        vectors, number = self._vectors_of(article_id)
        first = vectors.first(number) if vectors else None
        return (vectors.encoder.fingerprint, first) if vectors and first else None

    def _vectors_of(self, article_id: str) -> tuple[VectorFile | None, int]:
        at, number = self._place(article_id) or (-1, -1)
        return (self.segments[at].vectors if number >= 0 else None), number

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values of a column, sorted."""
        return tuple(
            sorted(
                {text for segment in self.segments for value in _live_values(segment, column) for text in _texts(value)}
            )
        )

    def dates(self) -> tuple[datetime.date | None, datetime.date | None]:
        """Return the first and the last date of all articles."""
        days = {day for segment in self.segments for day in _live_values(segment, "date") if day != UNDATED}
        if not days:
            return None, None
        return datetime.date.fromordinal(min(days)), datetime.date.fromordinal(max(days))


_RANKED: Final = np.dtype([("key", "f8"), ("segment", "u4"), ("number", "u4")])


def _kept_shares(days: Array, recency: Recency | None) -> Array | float:
    """Return the share of its score that each of some documents keeps, dated by the numbers of days."""
    if recency is None:
        return 1.0
    ages = np.maximum(recency.day.toordinal() - days.astype(np.float64), 0.0)
    ages[days == UNDATED] = np.inf
    return weights.recency(ages, recency.half_life)  # type: ignore[arg-type]  # arrays will do


_NO_SCORES: Final = np.ones(kernels.SCORER_ITEMS)


def _undecodable_articles(segment: SegmentReader) -> Iterator[str]:
    """Yield a line for each article that is not deleted and whose stored record is none."""
    for number in range(segment.documents):
        if not segment.is_deleted(number):
            try:
                article_of(segment, number)
            except IndexDamagedError as problem:
                yield str(problem)


def _live_values(segment: SegmentReader, column: str) -> Iterator[Any]:
    """Yield the distinct values of a column in the documents that are not deleted."""
    values, codes = segment.column(column)
    live = codes if segment.deleted is None else codes[segment.deleted == 0]
    counts = np.bincount(live, minlength=len(values))
    return (values[code] for code in np.flatnonzero(counts).tolist())


def _texts(value: bytes) -> list[str]:
    """Return the texts that a document has in a column."""
    return value.decode("utf-8", "replace").split(VALUE_SEPARATOR) if value else []


def _day_keys(segment: SegmentReader, sign: int) -> Array:
    """Return the sort key of each document in an order by date; documents without a date come last."""
    days = segment.file.numbers("date").astype(np.float64)
    return np.where(days == UNDATED, np.inf, sign * days)
