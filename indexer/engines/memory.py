"""In-memory engine: dictionaries and loops, written to be obviously right.

It is the oracle that other engines are tested against, and serves tests and small scripts.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from indexer.article import Article
from indexer.engines import EngineResults, IndexStats, Say, ScoredArticle, TermCount
from indexer.engines.naive import (
    Scores,
    accepts,
    count_phrase,
    edits,
    first_stems,
    length,
    sum_of,
    term_score,
    terms_of,
    weighted_frequency,
)
from indexer.engines.naive_vectors import VectorsInMemory
from indexer.engines.sketches import SKETCH_BYTES, SketchMaker
from indexer.engines.stories import Articles, every_pair, story_openers
from indexer.errors import IndexClosedError, IndexNotFoundError, SourceError
from indexer.query.filters import Filter
from indexer.query.plan import (
    Adjacent,
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    DateRange,
    EngineRequest,
    Family,
    MatchAll,
    MatchNone,
    Near,
    Nearest,
    Plan,
    SameStory,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.ranking import weights
from indexer.ranking.family import FAMILY_SIZE, MAX_STEMS, is_alike, letters_of
from indexer.ranking.occurrences import Part
from indexer.results.hits import FacetCount
from indexer.results.locator import DocumentLocator
from indexer.schema import ADDRESS_FIELD, ID_FIELD, Document


class MemoryEngine(VectorsInMemory):
    """Articles in a dictionary by id; every search looks at every article."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__()
        self.writing_cores = 0
        self._fingerprint = fingerprint
        self._documents: dict[str, Document] = {}
        self._before: dict[str, Document] | None = None
        self._openers: dict[str, str] | None = None
        self._closed = False
        self._updated = datetime.datetime.now(datetime.UTC)
        self._generation = 0

    def _require_open(self) -> None:
        if self._closed:
            raise IndexClosedError("memory: the index is closed; open it again")

    # -- writing

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        self._require_open()
        return self._replace({}, documents)

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        self._require_open()
        return self._replace(self._documents, documents)

    def delete(self, ids: Iterable[str]) -> int:
        self._require_open()
        unwanted = set(ids) & self._documents.keys()
        if unwanted:
            self._change({id_: document for id_, document in self._documents.items() if id_ not in unwanted})
        return len(unwanted)

    def rollback(self) -> int:
        self._require_open()
        if self._before is None:
            raise IndexNotFoundError("memory: no index is kept from before the live one; nothing was changed")
        self._change(self._before)
        return len(self._documents)

    def _replace(self, old: Mapping[str, Document], documents: Iterable[Document]) -> int:
        new: dict[str, Document] = {}
        for document in documents:
            new.pop(document.article.id, None)
            new[document.article.id] = document
        if not new:
            raise SourceError("no article to index; the index was left as it was")
        self._change({id_: document for id_, document in old.items() if id_ not in new} | new)
        return len(new)

    def _change(self, documents: dict[str, Document]) -> None:
        self._before = self._documents if self._generation else None
        self._documents = documents
        self._openers = None
        self._generation += 1
        self._updated = datetime.datetime.now(datetime.UTC)

    def close(self) -> None:
        self._documents = {}
        self._closed = True

    # -- searching

    def search(self, search: EngineRequest) -> EngineResults:
        self._require_open()
        scores = self._scores(search)
        hits = self._ranked_ids(search, scores)
        groups = [[id_] for id_ in hits]
        if search.grouped:
            openers, stories = self._story_openers(), dict[str, list[str]]()
            for id_ in hits:
                stories.setdefault(openers[id_], []).append(id_)
            groups = list(stories.values())
        page = groups[search.offset : search.offset + search.limit]
        by_relevance = search.sort == "relevance"
        articles = tuple(self._scored_article(ids, scores[ids[0]] if by_relevance else 0.0) for ids in page)
        facets = {column: self._facet(column, search, scores) for column in search.facets}
        days = self._days(search, scores) if search.histogram else {}
        return EngineResults(articles, len(hits), len(groups), facets, days)

    def _scored_article(self, ids: list[str], score: float) -> ScoredArticle:
        """Return the first of some copies as a hit."""
        document = self._documents[ids[0]]
        own = document.article.source
        in_order = sorted(ids, key=list(self._documents).index)
        sources = dict.fromkeys(self._documents[id_].article.source for id_ in in_order)
        others = tuple(source for source in sources if source and source != own)
        return ScoredArticle(document.article, score, DocumentLocator(document), len(ids), others)

    def _story_openers(self) -> dict[str, str]:
        """Return, for each article, the id of the one that opened its story, by comparing every pair."""
        if self._openers is None:
            ids, documents, maker = list(self._documents), self._documents.values(), SketchMaker()
            sketches = b"".join(maker.sketch(each.terms["stem"][each.body_start :]) for each in documents)
            days = [each.article.date.toordinal() if each.article.date else 0 for each in documents]
            articles = Articles(np.frombuffer(sketches, np.uint8).reshape(-1, SKETCH_BYTES), np.array(days, np.int64))
            openers = story_openers(articles, every_pair).tolist()
            self._openers = {id_: ids[opener] for id_, opener in zip(ids, openers, strict=True)}
        return self._openers

    def iterate(self, search: EngineRequest) -> Iterator[ScoredArticle]:
        self._require_open()
        scores, by_relevance = self._scores(search), search.sort == "relevance"
        ids = self._ranked_ids(search, scores)
        yield from [self._scored_article([id_], scores[id_] if by_relevance else 0.0) for id_ in ids]

    def _scores(self, search: EngineRequest) -> Scores:
        """Return the score of each article that matches the plan, by its age as well where that is asked for."""
        scores, recency = self._evaluate(search.plan), search.recency
        if recency is None:
            return scores
        dates = {id_: self._documents[id_].article.date for id_ in scores}
        ages = {id_: max((recency.day - date).days, 0) if date else math.inf for id_, date in dates.items()}
        return {id_: score * weights.recency(ages[id_], recency.half_life) for id_, score in scores.items()}

    def _ranked_ids(self, search: EngineRequest, scores: Scores) -> list[str]:
        """Return the ids of all matching articles in order."""
        hits = [id_ for id_ in self._documents if id_ in scores and self._passes(id_, search.filters)]
        hits.sort(key=self._sort_key(search, scores))
        return hits

    def totals(self, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        asked = (replace(each, limit=0, facets=(), histogram=False, grouped=False) for each in searches)
        return tuple(self.search(each).total for each in asked)

    def expect(self, searches: Sequence[EngineRequest]) -> None:
        pass

    def _sort_key(self, search: EngineRequest, scores: Scores) -> Callable[[str], float]:
        if search.sort == "relevance":
            return lambda id_: -scores[id_]
        direction = -1 if search.sort == "newest" else 1

        def by_date(id_: str) -> float:
            date = self._documents[id_].article.date
            return direction * date.toordinal() if date else float("inf")

        return by_date

    def _facet(self, column: str, search: EngineRequest, scores: Scores) -> tuple[FacetCount, ...]:
        others = [
            condition
            for condition in search.filters
            if not (isinstance(condition, TermsFilter) and condition.column == column)
        ]
        documents = (self._documents[id_] for id_ in scores if self._passes(id_, others))
        counts = Counter(value for document in documents for value in document.values(column))
        chosen = {
            value
            for condition in search.filters
            if isinstance(condition, TermsFilter) and condition.column == column
            for value in condition.values
        }
        by_frequency = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            FacetCount(value, count)
            for place, (value, count) in enumerate(by_frequency)
            if search.facet_limit is None or place < search.facet_limit or value in chosen
        )

    def _days(self, search: EngineRequest, scores: Scores) -> dict[datetime.date, int]:
        others = [condition for condition in search.filters if not isinstance(condition, DateRange)]
        dates = (self._documents[id_].article.date for id_ in scores if self._passes(id_, others))
        return dict(sorted(Counter(date for date in dates if date).items()))

    def _passes(self, id_: str, filters: Iterable[Filter | SameStory]) -> bool:
        return all(self._accepts_one(condition, id_) for condition in filters)

    def _accepts_one(self, condition: Filter | SameStory, id_: str) -> bool:
        if isinstance(condition, SameStory):
            openers = self._story_openers()
            return openers[id_] == openers.get(condition.article_id)
        return accepts(condition, self._documents[id_])

    # -- evaluating a plan

    def _evaluate(self, plan: Plan) -> Scores:  # noqa: C901, one case a node
        match plan:
            case Term(space, text, boost, part):
                return self._term(space, text, boost, part)
            case TermPhrase(space, texts, boost, part):
                return self._phrase(space, texts, boost, part)
            case Adjacent(space, texts, boost):
                return self._adjacent(space, texts, boost)
            case Family(space, texts, boost):
                return self._family(space, texts, boost)
            case Near(space, texts, distance, boost, part):
                return self._near(space, texts, distance, boost, part)
            case Nearest():
                return self._nearest(plan)
            case AllOf(parts):
                return sum_of([self._evaluate(part) for part in parts], set.intersection)
            case AnyOf(parts):
                return sum_of([self._evaluate(part) for part in parts], set.union)
            case AndMaybe(required, optional):
                scores, more = self._evaluate(required), self._evaluate(optional)
                return {id_: score + more.get(id_, 0.0) for id_, score in scores.items()}
            case AndNot(part, excluded):
                unwanted = self._evaluate(excluded)
                return {id_: score for id_, score in self._evaluate(part).items() if id_ not in unwanted}
            case MatchAll():
                return dict.fromkeys(self._documents, 0.0)
            case MatchNone():
                return {}
            case _:
                accepted = (id_ for id_, document in self._documents.items() if accepts(plan, document))
                return dict.fromkeys(accepted, 0.0)

    def _term(self, space: str, text: str, boost: float, part: Part | None) -> Scores:
        if space == ID_FIELD:
            return {text: boost} if text in self._documents else {}
        if space == ADDRESS_FIELD:
            return {id_: boost for id_, document in self._documents.items() if text in document.terms[space]}
        idf, mean = self._idf(space, text), self._mean_length(space)
        scores: Scores = {}
        for id_, document in self._documents.items():
            if text in terms_of(document, space, part):
                scores[id_] = boost * idf * term_score(document, space, text, mean)
        return scores

    def _phrase(self, space: str, texts: tuple[str, ...], boost: float, part: Part | None) -> Scores:
        """Score a phrase as the sum of its terms where they stand side by side, as Whoosh does."""
        together = sum_of([self._term(space, text, boost, part) for text in texts], set.intersection)
        return {
            id_: score
            for id_, score in together.items()
            if count_phrase(terms_of(self._documents[id_], space, part), texts)
        }

    def _near(self, space: str, texts: tuple[str, ...], distance: int, boost: float, part: Part | None) -> Scores:
        together = sum_of([self._term(space, text, boost, part) for text in texts], set.intersection)
        width, wanted = distance + len(texts), Counter[str | None](texts)

        def near(terms: Sequence[str | None]) -> bool:
            return any(not wanted - Counter(terms[at : at + width]) for at in range(len(terms)))

        return {id_: score for id_, score in together.items() if near(terms_of(self._documents[id_], space, part))}

    def _adjacent(self, space: str, texts: tuple[str, ...], boost: float) -> Scores:
        idf = sum(self._idf(space, text) for text in texts)
        places = {id_: count_phrase(document.terms[space], texts) for id_, document in self._documents.items()}
        return {id_: boost * idf * weights.adjacency(count) for id_, count in places.items() if count}

    def _family(self, space: str, texts: tuple[str, ...], boost: float) -> Scores:
        idf, mean = min(self._idf(space, text) for text in texts), self._mean_length(space)
        scores: Scores = {}
        for id_, document in self._documents.items():
            frequency = sum(weighted_frequency(document, space, text) for text in texts)
            if frequency:
                scores[id_] = boost * idf * weights.bm25(frequency, length(document.terms[space]), mean)
        return scores

    def _idf(self, space: str, text: str) -> float:
        frequency = sum(text in document.terms[space] for document in self._documents.values())
        return weights.idf(len(self._documents), frequency)

    def _mean_length(self, space: str) -> float:
        lengths = [length(document.terms[space]) for document in self._documents.values()]
        return sum(lengths) / max(len(lengths), 1)

    # -- articles, columns and statistics

    def score(self, plan: Plan, article_id: str) -> float | None:
        self._require_open()
        return self._evaluate(plan).get(article_id)

    def article(self, article_id: str) -> Article | None:
        self._require_open()
        document = self._documents.get(article_id)
        return document.article if document else None

    def articles(self, ids: Sequence[str]) -> tuple[Article | None, ...]:
        return tuple(map(self.article, ids))

    def ids(self) -> tuple[str, ...]:
        self._require_open()
        return tuple(self._documents)

    def values(self, column: str) -> tuple[str, ...]:
        self._require_open()
        return tuple(sorted({value for document in self._documents.values() for value in document.values(column)}))

    def family(self, stem: str) -> tuple[str, ...]:
        self._require_open()
        stems = Counter(term for document in self._documents.values() for term in {*document.terms["stem"]} if term)
        common = sorted(filter(letters_of, stems), key=lambda other: (-stems[other], other))[:MAX_STEMS]
        return tuple(other for other in common if other != stem and is_alike(stem, other))[:FAMILY_SIZE]

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> tuple[TermCount, ...]:
        return self._commonest(space, lambda term: term.startswith(prefix), limit)

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, *, shared_prefix: int = 0
    ) -> tuple[TermCount, ...]:
        shared = text[:shared_prefix]
        return self._commonest(space, lambda term: term.startswith(shared) and edits(term, text) <= distance, limit)

    def _commonest(self, space: str, wanted: Callable[[str], bool], limit: int) -> tuple[TermCount, ...]:
        self._require_open()
        counts = Counter(term for document in self._documents.values() for term in {*document.terms[space]} if term)
        found = sorted((-count, term) for term, count in counts.items() if wanted(term))
        return tuple(TermCount(term, -count) for count, term in found[:limit])

    def forms(self, stem: str) -> tuple[TermCount, ...]:
        stems = first_stems(self._documents.values())
        of_stem = {term for term, its_stem in stems.items() if its_stem == stem}
        with_stem = (each.terms["exact"] for each in self._documents.values() if stem in each.terms["stem"])
        counts = Counter(term for terms in with_stem for term in of_stem & {*terms} if term)
        found = sorted((-count, term) for term, count in counts.items())
        return tuple(TermCount(term, -count) for count, term in found)

    def steady(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def state(self) -> object:
        self._require_open()
        return self._generation

    def stats(self) -> IndexStats:
        self._require_open()
        dates = sorted(document.article.date for document in self._documents.values() if document.article.date)
        return IndexStats(
            articles=len(self._documents),
            sources=len(self.values("source")),
            first_date=dates[0] if dates else None,
            last_date=dates[-1] if dates else None,
            updated=self._updated,
            generation=self._generation,
            engine="memory",
            size_bytes=0,
            analyzer=self._fingerprint,
        )

    def check(self) -> tuple[str, ...]:
        self._require_open()
        return ()
