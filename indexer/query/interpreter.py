"""Request interpreter: turns a search request into a plan for the engine and notices for the user."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final, Protocol, cast

from analyzers import Analyzer, Token
from indexer.names.addresses import address_key
from indexer.query.column_names import ColumnNames
from indexer.query.filters import Filter, contradictions, match_all
from indexer.query.limits import SHORT_QUERY
from indexer.query.nodes import Column, Node
from indexer.query.notices import Notice, NoticeCode, Span, undo_key
from indexer.query.parser import IndexContent, parse, parse_words
from indexer.query.patterns import Forms, TermLookup
from indexer.query.plan import DateRange, EngineRequest, MatchAll, MatchNone, Plan, Term, TermsFilter, any_of
from indexer.query.planner import ADDRESS_BOOST, PlannedQuery, QueryPart, plan_query
from indexer.query.preferences import Preferences
from indexer.query.presence import missing_parts
from indexer.query.questions import Question, asked_verbs, questions
from indexer.query.reading import ParsedQuery, cut_query
from indexer.query.synonyms import Expansion, HasMatches, SynonymExpander
from indexer.request import Match, SearchRequest
from indexer.schema import ADDRESS_FIELD, ID_FIELD

MAX_SYNONYMS_SHOWN = 4
"""How many of a word's synonyms its notice lists."""

_NO_CLAUSE: Final = ("no_field", "bad_date")


class IndexTerms(TermLookup, Protocol):
    """What an index tells of its terms."""

    def family(self, stem: str) -> tuple[str, ...]:
        """Return the commonest stems alike to ``stem``."""

    def totals(self, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        """Return how many articles each of ``searches`` matches."""

    def expect(self, searches: Sequence[EngineRequest]) -> None:
        """Learn which totals will soon be asked for."""


@dataclass(frozen=True, eq=False)
class Interpretation:
    """The plan of a request, and what to tell its user.

    ``reading`` are the notices of how the query was read. ``all_words`` is the plan that requires each bare word, where
    that is not ``planned`` itself. ``tell`` makes all notices.
    """

    planned: PlannedQuery
    reading: tuple[Notice, ...]
    all_words: PlannedQuery | None
    tell: Callable[[], tuple[Notice, ...]]

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """All notices. They need totals of words, which an engine counts on the way when it searches first."""
        return self.tell()

    def plan_for(self, match: Match) -> PlannedQuery:
        """Return the plan under which bare words match so; all are required only where that is another plan."""
        return (match == "all" and self.all_words) or self.planned


class Interpreter:
    """Interprets requests for one state of an index; ``names`` returns the values of a column in that state."""

    def __init__(
        self,
        analyzer: Analyzer,
        names: Callable[[Column], ColumnNames],
        has_matches: HasMatches,
        terms: IndexTerms,
        today: datetime.date,
    ) -> None:
        self.analyzer = analyzer
        self.names = names
        self.has_matches = has_matches
        self.terms = terms
        self.today = today
        self.unknown_names: list[Notice] = []

    def interpret(self, request: SearchRequest) -> Interpretation:
        """Return the plan of ``request``. Of its paging, sorting and facets nothing is planned."""
        parsed = self._parse(request)
        query = cut_query(request.query)
        words = list(self.analyzer.words(query))
        self._expect_totals(request, words)
        asking = {question: undo_key("left_out", question.span.start) in request.undo for question in questions(words)}
        planned, all_words = self._plans(request, parsed, words, asking)
        possible_id = None if planned.plan == MatchAll() else _as_article_id(request)
        by_id = [possible_id] if possible_id and self._has_id(possible_id.value) else []
        looked_for = {} if by_id else self._looked_for(planned)
        notices = (
            *parsed.notices,
            *by_id,
            *dict.fromkeys(self.unknown_names),  # a query is planned twice
            *self._contradictions(planned),
            *(_notice("left_out", each.span, query) for each in asking if {*each.words} <= {*planned.left_out}),
            *_form_notices(planned.forms, query),
        )
        linked = tuple(_synonym_notice(each, words, query) for each in planned.expansions)

        def tell() -> tuple[Notice, ...]:
            missing = missing_parts(self.terms.totals, looked_for)
            return (*notices, *_missing(missing, parsed, words, query), *linked)

        planned, all_words = (_with_articles(each, by_id) for each in (planned, all_words))
        return Interpretation(
            planned, (*parsed.notices, *by_id), all_words if all_words.plan != planned.plan else None, tell
        )

    def _plans(
        self, request: SearchRequest, parsed: ParsedQuery, words: Sequence[Token], asking: Mapping[Question, bool]
    ) -> tuple[PlannedQuery, PlannedQuery]:
        """Return the plan of a request, and the one that requires each bare word, which may be the same."""
        filters = tuple(self._filters(request))
        left_out = [each for each, is_wanted in asking.items() if not is_wanted]
        plan = partial(
            plan_query,
            parsed.root,
            analyzer=self.analyzer,
            resolve=self._resolve,
            lookup=self.terms,
            counts=self._counts(asking),
            readings=asked_verbs(words, left_out, self.analyzer),
            expander=SynonymExpander(self.analyzer, self.has_matches, _link_test(request, words))
            if request.links
            else None,
            preferences=Preferences(self.analyzer, self.terms.family if request.links else None),
        )
        planned = _finish(plan(match=request.match or "any"), parsed.root, request, filters)
        if request.match not in (None, "any"):
            return planned, planned
        return planned, _finish(plan(match="all"), parsed.root, request, filters)

    def _expect_totals(self, request: SearchRequest, words: Sequence[Token]) -> None:
        """Tell the index what will be looked up: whether the query is an id, whether each word occurs, how often of few."""
        terms = [terms for word in words if (terms := self.analyzer.terms(word.text))]
        plans = [Term(ID_FIELD, request.query.strip(), 1.0), *(Term("exact", each.exact, 1.0) for each in terms)]
        if sum(not self.analyzer.is_stop_word(word.text) for word in words) <= SHORT_QUERY:
            plans += [Term("stem", each.stem, 1.0) for each in terms]
        self.terms.expect([*map(EngineRequest, plans)])

    def _counts(self, asking: Mapping[Question, bool]) -> Callable[[str], bool]:
        """Return the test whether a bare word counts: no stop word, and no question unless it is to be searched for."""
        wanted = {word for question, is_wanted in asking.items() for word in question.words if is_wanted}
        unwanted = {word for question, is_wanted in asking.items() for word in question.words if not is_wanted}
        return lambda word: word in wanted or not (word in unwanted or self.analyzer.is_stop_word(word))

    def _contradictions(self, planned: PlannedQuery) -> Iterator[Notice]:
        """Yield a notice for each filter that nothing can pass, unless it names what the index has not."""
        unknown = {notice.code for notice in self.unknown_names}
        for name in contradictions(planned.filters):
            if f"no_such_{name}" not in unknown:
                yield Notice("contradiction", detail=name)

    def _looked_for(self, planned: PlannedQuery) -> dict[QueryPart, Plan]:
        """Return the words and names of a query that an article may lack: without those that others stand for."""
        expanded = {word for expansion in planned.expansions for word in expansion.typed.split(" ")}
        return {part: plan for part, plan in planned.parts.items() if expanded.isdisjoint(part[0].split(" "))}

    def _parse(self, request: SearchRequest) -> ParsedQuery:
        if not request.query.strip():
            return ParsedQuery(None, ())
        if request.syntax == "words":
            return parse_words(request.query, split_words=self.analyzer.printed_words)
        content = IndexContent(self._has_value, self._has_address, self._has_id)
        undone = frozenset(request.undo)
        return parse(
            request.query, split_words=self.analyzer.printed_words, today=self.today, content=content, undone=undone
        )

    def _has_value(self, column: Column, name: str) -> bool:
        return bool(self.names(column).resolve(name))

    def _has_address(self, address: str) -> bool:
        return self.has_matches([Term(ADDRESS_FIELD, address_key(address), 1.0)])[0]

    def _has_id(self, article_id: str) -> bool:
        return self.has_matches([Term(ID_FIELD, article_id, 1.0)])[0]

    def _filters(self, request: SearchRequest) -> Iterator[Filter]:
        if request.date_from or request.date_to:
            yield DateRange(request.date_from, request.date_to)
        columns: tuple[tuple[Column, Iterable[str]], ...] = (
            ("source", request.sources),
            ("category", request.categories),
            ("author", request.authors),
            ("country", request.countries),
            ("language", request.languages),
        )
        for column, names in columns:
            values = [self._resolve(column, name) for name in names]
            if values:
                yield TermsFilter(column, frozenset().union(*values))

    def _resolve(self, column: Column, name: str) -> frozenset[str]:
        values = self.names(column).resolve(name)
        if not values:
            self.unknown_names.append(Notice(cast("NoticeCode", f"no_such_{column}"), name))
        return values


def _finish(
    planned: PlannedQuery, root: Node | None, request: SearchRequest, filters: tuple[Filter, ...]
) -> PlannedQuery:
    """Return a plan with the filters of its request; where nothing of a query can be looked for, nothing is found."""
    if root is None and request.query.strip():
        planned = replace(planned, plan=MatchNone())
    return replace(planned, filters=match_all((*planned.filters, *filters)))


def _link_test(request: SearchRequest, words: Sequence[Token]) -> Callable[[str], bool]:
    """Return the test whether the synonyms of words of a query are looked for: unless that was undone."""

    def are_linked(typed: str) -> bool:
        span = _find(typed.split(" "), words)
        return span is None or undo_key("links", span.start) not in request.undo

    return are_linked


def _form_notices(forms: Iterable[Forms], query: str) -> Iterator[Notice]:
    """Yield a notice for each pattern that no term fits, or more terms than are looked for."""
    for each in forms:
        if each.is_cut:
            yield _notice("more_forms", each.pattern.span, query, str(len(each.terms)))
        elif not each.terms:
            yield _notice("no_match", each.pattern.span, query)


def _notice(code: NoticeCode, span: Span | None, query: str, detail: str = "", value: str = "") -> Notice:
    """Return a notice about one place of a query, or only about ``value`` where the place is not known."""
    return Notice(code, query[span.start : span.end], detail, *span) if span else Notice(code, value, detail)


def _as_article_id(request: SearchRequest) -> Notice | None:
    """Return the notice for a whole query that is the id of an article, None where it cannot be one."""
    text = request.query.strip()
    start = request.query.find(text)
    if not text or request.syntax == "words" or undo_key("id", start) in request.undo:
        return None
    return Notice("id", text, "", start, start + len(text))


def _missing(parts: Iterable[QueryPart], parsed: ParsedQuery, words: Sequence[Token], query: str) -> Iterator[Notice]:
    """Yield a notice for each word and name of the query that is in no article, in any form that is looked for.

    The words of a clause that is no clause, for want of such a value, were told with it.
    """
    clauses = [range(each.start or 0, each.end or 0) for each in parsed.notices if each.code in _NO_CLAUSE]
    for typed, part in parts:
        span = _find(typed.split(" "), words)
        if not (span and any(span.start in clause for clause in clauses)):
            yield _notice("no_match", span, query, part or "", typed)


def _find(typed: Sequence[str], words: Sequence[Token]) -> Span | None:
    """Return where ``typed`` stands side by side among the words of a query, or None."""
    for at in range(len(words) - len(typed) + 1):
        run = words[at : at + len(typed)]
        if [token.text for token in run] == list(typed):
            return Span(run[0].start, run[-1].end)
    return None


def _with_articles(planned: PlannedQuery, by_id: Sequence[Notice]) -> PlannedQuery:
    """Return a plan that finds the articles with these ids as well, before all others."""
    terms = [Term(ID_FIELD, notice.value, ADDRESS_BOOST) for notice in by_id]
    return replace(planned, plan=any_of([*terms, planned.plan])) if terms else planned


def _synonym_notice(expansion: Expansion, words: Sequence[Token], query: str) -> Notice:
    texts = (alternative.text for alternative in expansion.alternatives[:MAX_SYNONYMS_SHOWN])
    return _notice("links", _find(expansion.typed.split(" "), words), query, ", ".join(texts), expansion.typed)
