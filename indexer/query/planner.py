"""How a query's meaning becomes a plan for the engine, and which words to light up.

A bare word is looked for in every text field and in both term spaces; its scores add up with the
weights of :mod:`indexer.ranking.weights`. With it go words that mean the same. Phrases are exact. Conditions that hold for the whole query
become filters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from analyzers import Analyzer, Terms
from indexer.query.nodes import (
    And,
    Column,
    DateClause,
    InField,
    Node,
    Not,
    Or,
    Phrase,
    Sequence,
    ValueClause,
    Word,
    finds_words,
)
from indexer.query.plan import (
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    DateRange,
    MatchAll,
    MatchNone,
    Plan,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.query.synonyms import HasMatches, Linked, SynonymExpander
from indexer.ranking import weights
from indexer.request import Match
from indexer.schema import TEXT_FIELDS

ResolveName = Callable[[Column, str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class HighlightTerms:
    """What to mark in an article, each with the word of the query that it answers.

    ``exact`` and ``stem`` are terms of words, ``phrases`` exact terms side by side; ``alias`` are stems and ``aliases``
    exact terms side by side of words that mean the same as one of the query, or as several together.
    """

    exact: dict[str, str] = field(default_factory=dict)
    stem: dict[str, str] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    alias: dict[str, str] = field(default_factory=dict)
    aliases: dict[tuple[str, ...], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A plan without the query's own conditions, those conditions as filters, what to mark, and which links it follows."""

    plan: Plan
    filters: tuple[DateRange | TermsFilter, ...]
    wanted: HighlightTerms
    linked: tuple[Linked, ...] = ()


def plan_query(
    root: Node | None, *, analyzer: Analyzer, match: Match, resolve: ResolveName, has_matches: HasMatches | None = None
) -> PlannedQuery:
    """Return how to find ``root``. ``resolve`` turns a source's or category's name into its values.

    ``holds`` says whether anything in the index answers a plan; without it no links are followed, as in an exact match.
    Without a root everything is found.
    """
    conditions, rest = _lift_conditions(root)
    linker = SynonymExpander(analyzer, has_matches) if has_matches and match != "exact" else None
    planner = _Planner(analyzer, match, resolve, linker)
    plan = planner.node(rest, TEXT_FIELDS) if rest else MatchAll()
    filters = tuple(planner.condition(condition) for condition in conditions)
    filters = _narrowed(filters, ()) if isinstance(root, And) else _merged(filters)
    return PlannedQuery(plan, filters, planner.wanted, tuple(planner.linked))


def _lift_conditions(root: Node | None) -> tuple[tuple[DateClause | ValueClause, ...], Node | None]:
    """Separate the conditions that hold for the whole query from the rest of it."""
    if isinstance(root, DateClause | ValueClause):
        return (root,), None
    if not isinstance(root, Sequence | And):
        return (), root
    conditions = tuple(part for part in root.parts if isinstance(part, DateClause | ValueClause))
    rest = tuple(part for part in root.parts if part not in conditions)
    if len(rest) == 1:
        # A lone word beside a condition ranks like any bare word.
        return conditions, rest[0]
    return conditions, type(root)(rest) if rest else None


def _merged(filters: tuple[DateRange | TermsFilter, ...]) -> tuple[DateRange | TermsFilter, ...]:
    """Join the filters on one column: any of the values; the days that all ranges share."""
    dates = [each for each in filters if isinstance(each, DateRange)]
    columns: dict[Column, frozenset[str]] = {}
    for each in filters:
        if isinstance(each, TermsFilter):
            columns[each.column] = columns.get(each.column, frozenset()) | each.values
    joined = [reduce(common_days, dates)] if dates else []
    return (*joined, *(TermsFilter(column, values) for column, values in columns.items()))


def common_days(a: DateRange, b: DateRange) -> DateRange:
    """Return the days that lie in both ranges."""
    firsts = [day for day in (a.first, b.first) if day]
    lasts = [day for day in (a.last, b.last) if day]
    return DateRange(max(firsts, default=None), min(lasts, default=None))


class _Planner:
    def __init__(self, analyzer: Analyzer, match: Match, resolve: ResolveName, linker: SynonymExpander | None) -> None:
        self.analyzer = analyzer
        self.match = match
        self.resolve = resolve
        self.linker = linker
        self.wanted = HighlightTerms()
        self.linked: list[Linked] = []

    def node(self, node: Node, fields: Iterable[str]) -> Plan:
        match node:
            case Word(text):
                return self._words([text], fields) or MatchNone()
            case Phrase(words):
                return self._phrase(words, fields)
            case Sequence(parts):
                return self._sequence(parts, fields)
            case And(parts):
                return self._conjunction(parts, fields)
            case Or(parts):
                return any_of([self.node(part, fields) for part in parts])
            case InField(name, part):
                return self.node(part, (name,))
            case Not(part):
                return AndNot(MatchAll(), self._unmarked(part, fields))
            case _:
                return self.condition(node)

    def condition(self, node: DateClause | ValueClause) -> DateRange | TermsFilter:
        if isinstance(node, DateClause):
            return DateRange(node.first, node.last)
        return TermsFilter(node.column, self.resolve(node.column, node.name))

    # -- sequences

    def _sequence(self, parts: tuple[Node, ...], fields: Iterable[str]) -> Plan:
        words = [part.text for part in parts if isinstance(part, Word)]
        others = [part for part in parts if not isinstance(part, Word | Not)]
        # Beside what only narrows (a date, a choice of sources) bare words are still what is looked for.
        needed = not any(map(finds_words, others))
        required = [self.node(part, fields) for part in others]
        bare = self._words(words, fields, needed=needed)
        if bare and (needed or self.match == "all"):
            return self._excluding(all_of([*required, bare]), parts, fields)
        plan = all_of(required) if required else MatchAll()
        return self._excluding(AndMaybe(plan, bare) if bare else plan, parts, fields)

    def _conjunction(self, parts: tuple[Node, ...], fields: Iterable[str]) -> Plan:
        required = [self.node(part, fields) for part in parts if not isinstance(part, Not)]
        return self._excluding(all_of(required) if required else MatchAll(), parts, fields)

    def _excluding(self, plan: Plan, parts: tuple[Node, ...], fields: Iterable[str]) -> Plan:
        excluded = [self._unmarked(part.part, fields) for part in parts if isinstance(part, Not)]
        return AndNot(plan, any_of(excluded)) if excluded else plan

    def _unmarked(self, part: Node, fields: Iterable[str]) -> Plan:
        """Plan an excluded part: nothing in it is ever marked or linked, and all of its words count."""
        match: Match = "exact" if self.match == "exact" else "all"
        return _Planner(self.analyzer, match, self.resolve, None).node(part, fields)

    # -- words

    def _words(self, words: list[str], fields: Iterable[str], *, needed: bool = True) -> Plan | None:
        """Plan bare words, if any count: stop words do only where there is nothing else to look for."""
        telling = [word for word in words if not self.analyzer.is_stop_word(word)]
        chosen = tuple(dict.fromkeys(telling or (words if needed else [])))
        own = {word: plan for word in chosen if not isinstance(plan := self._word(word, fields), MatchNone)}
        if not own:
            return None
        linked = {each: all_of(run) for each in self._links(words) if (run := _plans_of(each, words, own))}
        self.linked += linked
        others = [self._alternatives(each, plan, fields) for each, plan in linked.items()]
        if self.match != "all":
            return any_of([*own.values(), *others])
        covered = {word for each in linked for word in words[each.start : each.end]}
        together = [any_of(pair) for pair in zip(linked.values(), others, strict=True)]
        return all_of([*together, *(plan for word, plan in own.items() if word not in covered)])

    def _links(self, words: list[str]) -> Iterable[Linked]:
        return self.linker.links(words) if self.linker else ()

    def _alternatives(self, linked: Linked, own: Plan, fields: Iterable[str]) -> Plan:
        """Plan what means the same, where ``own`` finds nothing, and want it marked as an alias of what was typed.

        An article that prints both names, as «تشرين الأول/أكتوبر», is not about the month twice.
        """
        plans: list[Plan] = []
        for other in linked.alternatives:
            if other.space == "stem":
                self.wanted.alias.setdefault(other.terms[0], linked.typed)
            else:
                self.wanted.aliases.setdefault(other.terms, linked.typed)
            plans += [other.plan(name, weights.LINK_WEIGHT * weights.FIELD_BOOSTS[name]) for name in fields]
        return AndNot(any_of(plans), own)

    def _word(self, word: str, fields: Iterable[str]) -> Plan:
        terms = self.analyzer.terms(word)
        if terms is None:
            return MatchNone()
        spaces = self._spaces(word)
        self._want(word, terms, spaces)
        return any_of(
            [
                Term(f"{name}_{space}", getattr(terms, space), weight * weights.FIELD_BOOSTS[name])
                for name in fields
                for space, weight in spaces.items()
            ]
        )

    def _spaces(self, word: str) -> dict[str, float]:
        if self.match == "exact" or self.analyzer.is_stop_word(word):
            return {"exact": 1.0}
        return dict(weights.SPACE_WEIGHTS)

    def _want(self, word: str, terms: Terms, spaces: dict[str, float]) -> None:
        self.wanted.exact.setdefault(terms.exact, word)
        if "stem" in spaces:
            self.wanted.stem.setdefault(terms.stem, word)

    def _phrase(self, words: tuple[str, ...], fields: Iterable[str]) -> Plan:
        exact = tuple(terms.exact for word in words if (terms := self.analyzer.terms(word)))
        if not exact:
            return MatchNone()
        self.wanted.phrases.setdefault(exact, words)
        if len(exact) == 1:
            return any_of([Term(f"{name}_exact", exact[0], weights.FIELD_BOOSTS[name]) for name in fields])
        return any_of([TermPhrase(f"{name}_exact", exact, weights.FIELD_BOOSTS[name]) for name in fields])


def _plans_of(linked: Linked, words: list[str], plans: Mapping[str, Plan]) -> list[Plan]:
    """Return the plans of the words that are linked together, stop words left out."""
    return [plans[word] for word in dict.fromkeys(words[linked.start : linked.end]) if word in plans]


def all_of(parts: Iterable[Plan]) -> Plan:
    """Return the plan that requires each of ``parts``, without needless nesting."""
    flat = _flattened(parts, AllOf)
    return flat[0] if len(flat) == 1 else AllOf(flat)


def any_of(parts: Iterable[Plan]) -> Plan:
    """Return the plan that requires one of ``parts``, without needless nesting."""
    flat = _flattened(parts, AnyOf)
    return flat[0] if len(flat) == 1 else AnyOf(flat)


def _flattened(parts: Iterable[Plan], kind: type[AllOf | AnyOf]) -> tuple[Plan, ...]:
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))


def restricted(planned: PlannedQuery, filters: Iterable[DateRange | TermsFilter]) -> PlannedQuery:
    """Return ``planned`` with more filters, joined with its own."""
    return replace(planned, filters=_narrowed(planned.filters, tuple(filters)))


def _narrowed(
    own: tuple[DateRange | TermsFilter, ...], more: tuple[DateRange | TermsFilter, ...]
) -> tuple[DateRange | TermsFilter, ...]:
    """Join a query's conditions with the request's filters: both must hold."""
    dates = [each for each in (*own, *more) if isinstance(each, DateRange)]
    columns: dict[Column, frozenset[str]] = {}
    for each in (*own, *more):
        if isinstance(each, TermsFilter):
            columns[each.column] = columns.get(each.column, each.values) & each.values
    joined = [reduce(common_days, dates)] if dates else []
    return (*joined, *(TermsFilter(column, values) for column, values in columns.items()))
