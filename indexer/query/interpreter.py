"""Request interpreter: turns a search request into a plan for the engine and notices for the user."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from analyzers import Analyzer
from indexer.addresses import address_key
from indexer.query.column_names import ColumnNames
from indexer.query.filters import Filter, match_all
from indexer.query.nodes import Column
from indexer.query.notices import Notice, NoticeCode
from indexer.query.parser import IndexContent, parse, parse_words
from indexer.query.plan import DateRange, MatchNone, Term, TermsFilter
from indexer.query.planner import PlannedQuery, plan_query
from indexer.query.preferences import FamilyOf
from indexer.query.reading import ParsedQuery
from indexer.query.synonyms import Expansion, HasMatches
from indexer.request import SearchRequest
from indexer.schema import ADDRESS_FIELD

MAX_SYNONYMS_SHOWN = 4
"""How many of a word's synonyms its notice lists."""


_UNKNOWN_NAME: Final[dict[Column, NoticeCode]] = {
    "source": "no_such_source",
    "category": "no_such_category",
    "author": "no_such_author",
}


class Interpretation(NamedTuple):
    """The plan of a request, and what to tell its user."""

    planned: PlannedQuery
    notices: tuple[Notice, ...]


class Interpreter:
    """Interprets requests for one state of an index; ``names`` returns the values of a column in that state."""

    def __init__(
        self,
        analyzer: Analyzer,
        names: Callable[[Column], ColumnNames],
        has_matches: HasMatches,
        family: FamilyOf,
        today: datetime.date,
    ) -> None:
        self.analyzer = analyzer
        self.names = names
        self.has_matches = has_matches
        self.family = family
        self.today = today
        self.unknown_names: list[Notice] = []

    def interpret(self, request: SearchRequest) -> Interpretation:
        """Return the plan of ``request``. Of its paging, sorting and facets nothing is planned."""
        parsed = self._parse(request)
        planned = plan_query(
            parsed.root,
            analyzer=self.analyzer,
            match=request.match,
            resolve=self._resolve,
            has_matches=self.has_matches if request.links else None,
            family=self.family if request.links else None,
        )
        if parsed.root is None and request.query.strip():
            planned = replace(planned, plan=MatchNone())
        planned = replace(planned, filters=match_all((*planned.filters, *self._filters(request))))
        notices = (*parsed.notices, *self.unknown_names, *map(_synonym_notice, planned.expansions))
        return Interpretation(planned, notices)

    def _parse(self, request: SearchRequest) -> ParsedQuery:
        if not request.query.strip():
            return ParsedQuery(None, ())
        if request.syntax == "words":
            return parse_words(request.query, split_words=self.analyzer.printed_words)
        content = IndexContent(self._has_value, self._has_address)
        undone = frozenset(request.undo)
        return parse(
            request.query, split_words=self.analyzer.printed_words, today=self.today, content=content, undone=undone
        )

    def _has_value(self, column: Column, name: str) -> bool:
        return bool(self.names(column).resolve(name))

    def _has_address(self, address: str) -> bool:
        return self.has_matches([Term(ADDRESS_FIELD, address_key(address), 1.0)])[0]

    def _filters(self, request: SearchRequest) -> Iterator[Filter]:
        if request.date_from or request.date_to:
            yield DateRange(request.date_from, request.date_to)
        columns: tuple[tuple[Column, Iterable[str]], ...] = (
            ("source", request.sources),
            ("category", request.categories),
            ("author", request.authors),
        )
        for column, names in columns:
            values = [self._resolve(column, name) for name in names]
            if values:
                yield TermsFilter(column, frozenset().union(*values))

    def _resolve(self, column: Column, name: str) -> frozenset[str]:
        values = self.names(column).resolve(name)
        if not values:
            self.unknown_names.append(Notice(_UNKNOWN_NAME[column], name))
        return values


def _synonym_notice(expansion: Expansion) -> Notice:
    texts = (alternative.text for alternative in expansion.alternatives[:MAX_SYNONYMS_SHOWN])
    return Notice("links", expansion.typed, ", ".join(texts))
