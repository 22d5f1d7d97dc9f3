"""Query planner: turns a query tree into a plan for the engine and the terms to highlight.

A bare word is looked for in both term spaces, with the weights of :mod:`indexer.ranking.weights`, and so are its
synonyms. Phrases are exact. Conditions on the whole query become filters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from analyzers import Analyzer, Compound, compounds, usual_spelling
from indexer.addresses import address_key
from indexer.query.filters import Condition, Filter, lift_conditions, match_all, match_any
from indexer.query.nodes import (
    Address,
    And,
    Column,
    DateClause,
    InField,
    Node,
    Not,
    Or,
    Phrase,
    Preferred,
    Sequence,
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
from indexer.query.preferences import FamilyOf, Preferences
from indexer.query.synonyms import Expansion, HasMatches, SynonymExpander
from indexer.ranking import weights
from indexer.ranking.occurrences import Part
from indexer.request import Match
from indexer.schema import ADDRESS_FIELD

ADDRESS_BOOST = 1000.0
"""The score of an article by its address: above any score by words, of which a long query reaches about 300."""

ResolveName = Callable[[Column, str], frozenset[str]]
"""Returns the values of a column that a source's or category's name stands for."""

MAX_WORDS_WITH_NAMES = 3
"""In a query of more words and names, the words of a name need not stand side by side: of a long query an article
rarely has all. nDCG@10 of xquad_ar .9550 with names in every query, .9553 so; ki_saudinewsnet .7204 and .7210."""

Spellings: TypeAlias = tuple[tuple[str, ...], ...]
"""The spellings of a name or code, each of several words; a common word has one, of one word."""

TermMatch: TypeAlias = tuple[Literal["exact", "form", "alias"], str]
"""How a term matches a query (a mark's kind), and the word or words of the query that it matches."""


@dataclass(frozen=True)
class HighlightTerms:
    """Terms to mark in an article, each with the word of the query that it matches.

    ``exact`` and ``stem`` are terms of the query's words, ``phrases`` exact terms side by side with their words.
    ``compounds`` are stems side by side, with the name or code of the query whose forms they are.
    ``synonym_stems`` are stems, and ``synonym_phrases`` exact terms side by side, of the query's synonyms.
    """

    exact: dict[str, str] = field(default_factory=dict)
    stem: dict[str, str] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    compounds: dict[tuple[str, ...], str] = field(default_factory=dict)
    synonym_stems: dict[str, str] = field(default_factory=dict)
    synonym_phrases: dict[tuple[str, ...], str] = field(default_factory=dict)

    # A word may match several: as typed goes before another form of the word, and that before a synonym.

    @cached_property
    def exact_matches(self) -> dict[str, TermMatch]:
        """What a word with an exact term matches."""
        return {term: ("exact", word) for term, word in self.exact.items()}

    @cached_property
    def stem_matches(self) -> dict[str, TermMatch]:
        """What a word with a stem matches, unless its exact term does."""
        synonyms: dict[str, TermMatch] = {stem: ("alias", typed) for stem, typed in self.synonym_stems.items()}
        return synonyms | {stem: ("form", word) for stem, word in self.stem.items()}

    @cached_property
    def term_matches(self) -> tuple[tuple[str, dict[str, TermMatch]], ...]:
        """The term spaces, the later one goes before, and what a word with a term of it matches."""
        return ("stem", self.stem_matches), ("exact", self.exact_matches)


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A plan, the filters that were lifted out of the query, the terms to highlight, and the synonyms looked for."""

    plan: Plan
    filters: tuple[Filter, ...]
    highlight: HighlightTerms
    expansions: tuple[Expansion, ...] = ()


def plan_query(
    root: Node | None,
    *,
    analyzer: Analyzer,
    match: Match,
    resolve: ResolveName,
    has_matches: HasMatches | None = None,
    family: FamilyOf | None = None,
) -> PlannedQuery:
    """Return the plan for a query tree; ``None`` as ``root`` matches all articles.

    Without ``has_matches``, and when ``match`` is exact, no synonyms are looked for; without ``family`` no families.
    """
    conditions, rest = lift_conditions(root)
    expander = SynonymExpander(analyzer, has_matches) if has_matches and match != "exact" else None
    planner = _Planner(analyzer, match, resolve, expander, Preferences(analyzer, family) if match != "exact" else None)
    plan = planner.node(rest, None) if rest else MatchAll()
    filters = [planner.condition(condition) for condition in conditions]
    combined = match_all(filters) if isinstance(root, And) else match_any(filters)
    return PlannedQuery(plan, combined, planner.highlight, tuple(planner.expansions))


class _Planner:
    """Plans the nodes of one query, and collects the terms to highlight and the synonyms on the way."""

    def __init__(
        self,
        analyzer: Analyzer,
        match: Match,
        resolve: ResolveName,
        expander: SynonymExpander | None,
        preferences: Preferences | None,
    ) -> None:
        self.analyzer = analyzer
        self.match = match
        self.resolve = resolve
        self.expander = expander
        self.preferences = preferences
        self.highlight = HighlightTerms()
        self.expansions: list[Expansion] = []

    def node(self, node: Node, part: Part | None) -> Plan:  # noqa: C901, one case a node
        """Plan a node; ``part`` is the part of an article that it is restricted to."""
        match node:
            case Word(text):
                return self._bare([text], part, required=True) or MatchNone()
            case Phrase(words):
                return self._phrase(words, part)
            case Address(text):
                return Term(ADDRESS_FIELD, address_key(text), ADDRESS_BOOST)
            case Sequence(nodes):
                return self._sequence(nodes, part)
            case And(nodes):
                return self._conjunction(nodes, part)
            case Or(nodes):
                return any_of([self.node(inner, part) for inner in nodes])
            case InField(name, inner):
                return self.node(inner, name)
            case Preferred(inner):
                return self.node(inner, part)
            case Not(inner):
                return AndNot(MatchAll(), self._plan_excluded(inner, part))
            case _:
                return self.condition(node)

    def condition(self, node: Condition) -> Filter:
        if isinstance(node, DateClause):
            return DateRange(node.first, node.last)
        return TermsFilter(node.column, self.resolve(node.column, node.name))

    # -- sequences

    def _sequence(self, nodes: tuple[Node, ...], part: Part | None) -> Plan:
        words = [node.text for node in nodes if isinstance(node, Word)]
        preferred = [self.node(node, part) for node in nodes if isinstance(node, Preferred)]
        others = [node for node in nodes if not isinstance(node, Word | Not | Preferred)]
        # Beside a phrase, bare words only rank. Beside a mere filter (a date, a source) they are what is looked for.
        must_match = not any(map(finds_words, others))
        required = [self.node(node, part) for node in others]
        bare = self._bare(words, part, required=must_match)
        if bare and preferred:
            bare = AndMaybe(bare, any_of(preferred))
        if bare and (must_match or self.match == "all"):
            return self._exclude(all_of([*required, bare]), nodes, part)
        plan = all_of(required) if required else MatchAll()
        return self._exclude(AndMaybe(plan, bare) if bare else plan, nodes, part)

    def _conjunction(self, nodes: tuple[Node, ...], part: Part | None) -> Plan:
        required = [self.node(node, part) for node in nodes if not isinstance(node, Not)]
        return self._exclude(all_of(required) if required else MatchAll(), nodes, part)

    def _exclude(self, plan: Plan, nodes: tuple[Node, ...], part: Part | None) -> Plan:
        """Return ``plan`` without what the negated ones of ``nodes`` match."""
        excluded = [self._plan_excluded(node.part, part) for node in nodes if isinstance(node, Not)]
        return AndNot(plan, any_of(excluded)) if excluded else plan

    def _plan_excluded(self, node: Node, part: Part | None) -> Plan:
        """Plan an excluded node: it requires all of its words, has no synonyms and is never highlighted."""
        match: Match = "exact" if self.match == "exact" else "all"
        return _Planner(self.analyzer, match, self.resolve, None, None).node(node, part)

    # -- words

    def _bare(self, printed: list[str], part: Part | None, *, required: bool) -> Plan | None:
        """Plan bare words as printed, with what is preferred of their matches, or return None when no word counts.

        A name printed as one word is planned as the same name in two.
        """
        words = usual_spelling(self._split(printed))
        plan = self._words(words, part, required=required)
        return self.preferences.added_to(plan, words) if plan and self.preferences and not part else plan

    def _words(self, words: list[str], part: Part | None, *, required: bool) -> Plan | None:
        """Plan words with their synonyms, or return None when no word counts.

        Stop words are left out, unless words are ``required`` and there are no others.
        """
        units = self._units(words)
        content_words = [unit for unit in units if unit.length > 1 or not self.analyzer.is_stop_word(words[unit.start])]
        as_words = self.match == "any" and len(content_words) > MAX_WORDS_WITH_NAMES
        plans: dict[Spellings, Plan] = {}
        for unit in content_words or (units if required else []):
            if unit.spellings not in plans and (plan := self._unit(unit, words, part, as_words)):
                plans[unit.spellings] = plan
        if not plans:
            return None
        expansions = self.expander.expansions(words) if self.expander else ()
        synonyms: list[Plan] = []
        expanded: dict[Spellings, None] = {}
        together: list[Plan] = []
        for expansion in expansions:
            inside = [
                unit for unit in units if expansion.start < unit.start + unit.length and unit.start < expansion.end
            ]
            originals = [unit for unit in dict.fromkeys(unit.spellings for unit in inside) if unit in plans]
            if not originals:
                continue
            self.expansions.append(expansion)
            original = all_of([plans[unit] for unit in originals])
            synonyms.append(self._alternatives(expansion, original, part))
            together.append(any_of([original, synonyms[-1]]))
            expanded.update(dict.fromkeys(originals))
        if self.match != "all":
            return any_of([*plans.values(), *synonyms])
        return all_of([*together, *(plan for unit, plan in plans.items() if unit not in expanded)])

    def _split(self, words: Iterable[str]) -> list[str]:
        """Return the words that printed words stand for: the parts of compounds."""
        return [token.text for word in words for token in self.analyzer.words(word) if self.analyzer.terms(token.text)]

    def _units(self, words: list[str]) -> list[Compound]:
        """Return all words in order, those of a name or code together, each with its spellings."""
        exact = [terms.exact if (terms := self.analyzer.terms(word)) else "" for word in words]
        found = {unit.start: unit for unit in compounds(exact, self.analyzer.is_stop_word)}
        units: list[Compound] = []
        while (at := units[-1].start + units[-1].length if units else 0) < len(words):
            units.append(found.get(at) or Compound(at, 1, ((words[at],),)))
        return units

    def _unit(self, unit: Compound, words: list[str], part: Part | None, as_words: bool) -> Plan | None:
        """Plan one word, or one name or code: its spellings, whose words stand side by side; None without terms.

        ``as_words`` takes the first spelling, which is the one typed, as words that may stand anywhere.
        """
        typed = words[unit.start : unit.start + unit.length]
        if unit.spellings == (tuple(typed),) and unit.length == 1:
            return self._word(typed[0], part)
        spellings = [self._spelling(spelling, " ".join(typed), part) for spelling in unit.spellings]
        if as_words:
            content_words = [word for word in typed if not self.analyzer.is_stop_word(word)]
            spellings[:1] = filter(None, [self._word(word, part) for word in content_words])
        return any_of(spellings)

    def _spelling(self, words: tuple[str, ...], typed: str, part: Part | None) -> Plan:
        """Plan one spelling of a name or code, in the stem space only if it has no stop word."""
        terms = [terms for word in words if (terms := self.analyzer.terms(word))]
        spaces = {"exact": tuple(term.exact for term in terms)}
        self.highlight.phrases.setdefault(spaces["exact"], (typed,) * len(terms))
        if self.match != "exact" and not any(map(self.analyzer.is_stop_word, words)):
            spaces["stem"] = tuple(term.stem for term in terms)
            self.highlight.compounds.setdefault(spaces["stem"], typed)
        return any_of(
            [
                _side_by_side(space, spaces[space], weight, part)
                for space, weight in weights.SPACE_WEIGHTS.items()
                if space in spaces
            ]
        )

    def _alternatives(self, expansion: Expansion, original: Plan, part: Part | None) -> Plan:
        """Plan the synonyms of an expansion where ``original`` has no match, and highlight them.

        So an article with both names, as «تشرين الأول/أكتوبر», does not count the month twice.
        """
        plans: list[Plan] = []
        for alternative in expansion.alternatives:
            for run in alternative.runs:
                if alternative.space == "stem":
                    self.highlight.synonym_stems.setdefault(run[0], expansion.typed)
                else:
                    self.highlight.synonym_phrases.setdefault(run, expansion.typed)
            plans += alternative.plans(weights.LINK_WEIGHT * expansion.share, part)
        return AndNot(any_of(plans), original)

    def _word(self, word: str, part: Part | None) -> Plan | None:
        """Plan one word in both term spaces; None when it has no terms."""
        terms = self.analyzer.terms(word)
        if terms is None:
            return None
        self.highlight.exact.setdefault(terms.exact, word)
        if self.match == "exact" or self.analyzer.is_stop_word(word):
            return Term("exact", terms.exact, 1.0, part)
        self.highlight.stem.setdefault(terms.stem, word)
        return any_of(
            [Term(space, getattr(terms, space), weight, part) for space, weight in weights.SPACE_WEIGHTS.items()]
        )

    def _phrase(self, words: tuple[str, ...], part: Part | None) -> Plan:
        words = tuple(self._split(words))
        exact = tuple(terms.exact for word in words if (terms := self.analyzer.terms(word)))
        if not exact:
            return MatchNone()
        self.highlight.phrases.setdefault(exact, words)
        return _side_by_side("exact", exact, 1.0, part)


def _side_by_side(space: str, terms: tuple[str, ...], boost: float, part: Part | None) -> Plan:
    """Return the plan of one term, or of several side by side."""
    return Term(space, terms[0], boost, part) if len(terms) == 1 else TermPhrase(space, terms, boost, part)


def all_of(parts: Iterable[Plan]) -> Plan:
    """Return the plan that requires each of ``parts``, without needless nesting."""
    flat = _flatten(parts, AllOf)
    return flat[0] if len(flat) == 1 else AllOf(flat)


def any_of(parts: Iterable[Plan]) -> Plan:
    """Return the plan that requires one of ``parts``, without needless nesting."""
    flat = _flatten(parts, AnyOf)
    return flat[0] if len(flat) == 1 else AnyOf(flat)


def _flatten(parts: Iterable[Plan], kind: type[AllOf | AnyOf]) -> tuple[Plan, ...]:
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))
