"""The naive engine: dictionaries and loops, written to be obviously right.

It is the oracle that every other engine is compared with, and serves tests and small scripts.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from indexer.article import Article
from indexer.engines import EngineResults, IndexStats, Say, ScoredArticle
from indexer.errors import SourceError
from indexer.query.plan import (
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    DateRange,
    EngineRequest,
    MatchAll,
    MatchNone,
    Plan,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.ranking import weights
from indexer.results.hits import FacetCount
from indexer.results.locator import DocumentLocator
from indexer.schema import Document

Scores = dict[str, float]
"""The score of each article found, by id."""


class MemoryEngine:
    """Articles in a dictionary; every search looks at every article."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._documents: dict[str, Document] = {}
        self._updated = datetime.datetime.now(datetime.UTC)
        self._generation = 0

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        return self._replace({}, documents)

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        return self._replace(self._documents, documents)

    def delete(self, ids: Iterable[str]) -> int:
        unwanted = set(ids) & self._documents.keys()
        if unwanted:
            self._change({id_: each for id_, each in self._documents.items() if id_ not in unwanted})
        return len(unwanted)

    def _replace(self, kept: Mapping[str, Document], documents: Iterable[Document]) -> int:
        new: dict[str, Document] = {}
        for each in documents:
            new.pop(each.article.id, None)
            new[each.article.id] = each
        if not new:
            raise SourceError("no article to index; the index was left as it was")
        self._change({id_: each for id_, each in kept.items() if id_ not in new} | new)
        return len(new)

    def _change(self, documents: dict[str, Document]) -> None:
        self._documents = documents
        self._generation += 1
        self._updated = datetime.datetime.now(datetime.UTC)

    def state(self) -> object:
        return self._generation

    def search(self, search: EngineRequest) -> EngineResults:
        found = self._find(search.plan)
        kept = [id_ for id_ in self._documents if id_ in found and self._passes(id_, search.filters)]
        kept.sort(key=self._order(search, found))
        page = kept[search.offset : search.offset + search.limit]
        by_relevance = search.sort == "relevance"
        articles = tuple(
            ScoredArticle(each.article, found[id_] if by_relevance else 0.0, DocumentLocator(each))
            for id_, each in ((id_, self._documents[id_]) for id_ in page)
        )
        return EngineResults(
            articles, len(kept), {column: self._facet(column, search, found) for column in search.facets}
        )

    def _order(self, search: EngineRequest, found: Scores) -> Callable[[str], float]:
        if search.sort == "relevance":
            return lambda id_: -found[id_]
        direction = -1 if search.sort == "newest" else 1

        def by_date(id_: str) -> float:
            date = self._documents[id_].article.date
            return direction * date.toordinal() if date else float("inf")

        return by_date

    def _facet(self, column: str, search: EngineRequest, found: Scores) -> tuple[FacetCount, ...]:
        others = tuple(each for each in search.filters if not (isinstance(each, TermsFilter) and each.column == column))
        values = (getattr(self._documents[id_].article, column) for id_ in found if self._passes(id_, others))
        counts = Counter(value for value in values if value)
        return tuple(FacetCount(*each) for each in sorted(counts.items(), key=lambda each: (-each[1], each[0])))

    def _passes(self, id_: str, filters: Iterable[DateRange | TermsFilter]) -> bool:
        return all(_holds(condition, self._documents[id_].article) for condition in filters)

    # -- finding

    def _find(self, plan: Plan) -> Scores:  # noqa: C901, one case a node
        match plan:
            case Term(field, text, boost):
                return self._term(field, text, boost)
            case TermPhrase(field, texts, boost):
                return self._phrase(field, texts, boost)
            case AllOf(parts):
                return _summed([self._find(part) for part in parts], set.intersection)
            case AnyOf(parts):
                return _summed([self._find(part) for part in parts], set.union)
            case AndMaybe(required, optional):
                scores, more = self._find(required), self._find(optional)
                return {id_: score + more.get(id_, 0.0) for id_, score in scores.items()}
            case AndNot(part, excluded):
                unwanted = self._find(excluded)
                return {id_: score for id_, score in self._find(part).items() if id_ not in unwanted}
            case MatchAll():
                return dict.fromkeys(self._documents, 0.0)
            case MatchNone():
                return {}
            case _:
                return {id_: 0.0 for id_, each in self._documents.items() if _holds(plan, each.article)}

    def _term(self, field: str, text: str, boost: float) -> Scores:
        idf = self._idf(field, text)
        b = weights.B[field.split("_")[0]]
        mean = self._mean_length(field)
        counts = {
            id_: (each.terms[field].count(text), _length(each.terms[field])) for id_, each in self._documents.items()
        }
        return {
            id_: boost * weights.bm25(idf, count, length, mean, b) for id_, (count, length) in counts.items() if count
        }

    def _phrase(self, field: str, texts: tuple[str, ...], boost: float) -> Scores:
        """Score a phrase as its terms together, where they stand side by side; Whoosh does the same."""
        together = _summed([self._term(field, text, boost) for text in texts], set.intersection)
        return {id_: score for id_, score in together.items() if _stands(self._documents[id_].terms[field], texts)}

    def _idf(self, field: str, text: str) -> float:
        return weights.idf(len(self._documents), sum(text in each.terms[field] for each in self._documents.values()))

    def _mean_length(self, field: str) -> float:
        return sum(_length(each.terms[field]) for each in self._documents.values()) / max(len(self._documents), 1)

    # -- the rest

    def article(self, article_id: str) -> Article | None:
        found = self._documents.get(article_id)
        return found.article if found else None

    def values(self, column: str) -> tuple[str, ...]:
        values = {getattr(each.article, column) for each in self._documents.values()}
        return tuple(sorted(value for value in values if value))

    def stats(self) -> IndexStats:
        dates = sorted(each.article.date for each in self._documents.values() if each.article.date)
        return IndexStats(
            articles=len(self._documents),
            sources=len(self.values("source")),
            first_date=dates[0] if dates else None,
            last_date=dates[-1] if dates else None,
            updated=self._updated,
            generation=self._generation,
            engine="memory",
            size_bytes=0,
            segments=1,
            kernels="python",
            analyzer=self._fingerprint,
        )

    def check(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        self._documents = {}


def _length(terms: Sequence[str | None]) -> int:
    return sum(term is not None for term in terms)


def _stands(terms: Sequence[str | None], texts: tuple[str, ...]) -> bool:
    return any(tuple(terms[at : at + len(texts)]) == texts for at in range(len(terms) - len(texts) + 1))


def _summed(parts: list[Scores], combine: Callable[..., set[str]]) -> Scores:
    return {id_: sum(part.get(id_, 0.0) for part in parts) for id_ in combine(*(set(part) for part in parts))}


def _holds(condition: DateRange | TermsFilter, article: Article) -> bool:
    if isinstance(condition, TermsFilter):
        return getattr(article, condition.column) in condition.values
    if article.date is None:
        return condition.first is None and condition.last is None
    return (condition.first or article.date) <= article.date <= (condition.last or article.date)
