"""What one generation of a Whoosh index answers: hits, totals, facets, articles.

Whoosh searchers share a file position and must not be shared by threads; a view keeps a pool of
them. Totals are exact, so every match is looked at once: filters, facets and order come from
columns that are read when the view opens.
"""

from __future__ import annotations

import datetime
import heapq
import queue
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import whoosh.filedb.filestore
import whoosh.index
import whoosh.matching
import whoosh.searching

from indexer.article import Article
from indexer.engines import Found, FoundArticle
from indexer.engines.whoosh import pickles
from indexer.engines.whoosh.compiler import Weighting, compiled
from indexer.engines.whoosh.schema import whoosh_schema
from indexer.query.plan import DateRange, OneOf, Search
from indexer.results.hits import FacetCount
from indexer.schema import COLUMNS

UNDATED = 0
"""The day number of an article without a date; real ones count from 1."""

Admits = Callable[[int], bool]


class Match(NamedTuple):
    """One document that a search found, ``document`` counted over the whole index."""

    document: int
    score: float


def open_whoosh(folder: Path) -> whoosh.index.FileIndex:
    """Return the plain Whoosh index in ``folder``; nothing found there is executed."""
    pickles.disarm()
    storage = whoosh.filedb.filestore.FileStorage(str(folder))
    return whoosh.index.FileIndex(storage, schema=whoosh_schema())


class View:
    """One generation, open for reading by many threads."""

    def __init__(self, folder: Path) -> None:
        self._index = open_whoosh(folder)
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._closed = False
        with self._searcher() as searcher:
            reader = searcher.reader()
            self.articles: int = reader.doc_count()
            self.days = _column(reader, "date", UNDATED)
            self.columns = {name: _texts(_column(reader, name, b"")) for name in COLUMNS}
            self._deleted = frozenset(each for each in range(reader.doc_count_all()) if reader.is_deleted(each))

    def close(self) -> None:
        """Close the idle searchers; one in use is closed by the thread that uses it."""
        self._closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    @contextmanager
    def _searcher(self) -> Iterator[Any]:
        try:
            searcher = self._idle.get_nowait()
        except queue.Empty:
            searcher = self._index.searcher(weighting=Weighting())
        yield searcher  # one that failed is not used again
        self._idle.put(searcher)
        if self._closed:
            self.close()

    # -- searching

    def search(self, search: Search) -> Found:
        """Return the page that ``search`` asks for."""
        with self._searcher() as searcher:
            matches = list(self._matches(searcher, compiled(search.plan)))
            admits = self._admits(search.filters)
            kept = [match for match in matches if admits(match.document)]
            facets = {column: self._facet(column, search, matches) for column in search.facets}
            page = self._page(kept, search)
            articles = tuple(FoundArticle(self._stored(searcher, each.document), each.score) for each in page)
        return Found(articles, len(kept), facets)

    def _matches(self, searcher: Any, query: Any) -> Iterator[Match]:
        context = whoosh.searching.SearchContext(weighting=searcher.weighting)
        for leaf, offset in searcher.leaf_searchers():
            matcher = query.matcher(leaf, context)
            while matcher.is_active():
                document = matcher.id() + offset
                if document not in self._deleted:
                    yield Match(document, matcher.score())
                matcher.next()

    def _admits(self, filters: tuple[DateRange | OneOf, ...]) -> Admits:
        tests = [self._admits_one(each) for each in filters]
        return lambda document: all(test(document) for test in tests)

    def _admits_one(self, condition: DateRange | OneOf) -> Admits:
        if isinstance(condition, OneOf):
            column, values = self.columns[condition.column], condition.values
            return lambda document: column[document] in values
        if condition.first is None and condition.last is None:
            return lambda document: True
        first = (condition.first or datetime.date.min).toordinal()
        last = (condition.last or datetime.date.max).toordinal()
        return lambda document: first <= self.days[document] <= last

    def _page(self, matches: list[Match], search: Search) -> list[Match]:
        if search.sort == "relevance":
            best = heapq.nsmallest(
                search.offset + search.limit, matches, key=lambda match: (-match.score, match.document)
            )
        else:
            order = self._by_day(newest=search.sort == "newest")
            best = [
                match._replace(score=0.0) for match in heapq.nsmallest(search.offset + search.limit, matches, key=order)
            ]
        return best[search.offset :]

    def _by_day(self, *, newest: bool) -> Callable[[Match], tuple[bool, int, int]]:
        """Order by date, undated articles last, in the order in which they came."""
        sign = -1 if newest else 1
        return lambda match: (self.days[match.document] == UNDATED, sign * self.days[match.document], match.document)

    def _facet(self, column: str, search: Search, matches: list[Match]) -> tuple[FacetCount, ...]:
        admits = self._admits(
            tuple(each for each in search.filters if not (isinstance(each, OneOf) and each.column == column))
        )
        values = self.columns[column]
        counts = Counter(values[match.document] for match in matches if admits(match.document))
        counts.pop("", None)
        return tuple(FacetCount(*each) for each in sorted(counts.items(), key=lambda each: (-each[1], each[0])))

    # -- articles

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""
        with self._searcher() as searcher:
            document = searcher.document_number(id=article_id)
            return None if document is None else self._stored(searcher, document)

    def _stored(self, searcher: Any, document: int) -> Article:
        record = dict(searcher.stored_fields(document)["article"])
        record["date"] = datetime.date.fromisoformat(record["date"]) if record["date"] else None
        return Article(**record)

    # -- what it holds

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values of a column, sorted."""
        return tuple(
            sorted({value for each, value in enumerate(self.columns[column]) if value and each not in self._deleted})
        )

    def dates(self) -> tuple[datetime.date | None, datetime.date | None]:
        """Return the first and the last date of all articles."""
        days = [day for each, day in enumerate(self.days) if day != UNDATED and each not in self._deleted]
        if not days:
            return None, None
        return datetime.date.fromordinal(min(days)), datetime.date.fromordinal(max(days))


def _column(reader: Any, name: str, default: Any) -> list[Any]:
    """Return the values of a column for all documents, deleted ones included."""
    values: list[Any] = []
    for leaf, _ in reader.leaf_readers():
        count = leaf.doc_count_all()
        values += leaf.column_reader(name, translate=False) if leaf.has_column(name) else [default] * count
    return values


def _texts(values: list[bytes]) -> list[str]:
    """Decode a column, holding each distinct text once."""
    known = {value: value.decode("utf-8", "replace") for value in set(values)}
    return [known[value] for value in values]
