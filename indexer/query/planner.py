"""Query planner: turns a query tree into a plan for the engine and the terms to highlight.

A bare word is looked for in both term spaces, with the weights of :mod:`indexer.ranking.weights`, and so are its
synonyms. Phrases are exact. Conditions on the whole query become filters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from analyzers import Analyzer, Compound, compounds, usual_spelling
from indexer.names.addresses import address_key
from indexer.query import limits
from indexer.query.filters import Condition, Filter, lift_conditions, match_all, match_any
from indexer.query.highlight_terms import HighlightTerms
from indexer.query.links import is_transliterated, plan_links
from indexer.query.nodes import (
    Address,
    And,
    Column,
    DateClause,
    Fuzzy,
    Identifier,
    InField,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Preferred,
    Prefix,
    Proximity,
    Sequence,
    ValueClause,
    Word,
    finds_words,
)
from indexer.query.patterns import FormFinder, Forms, TermLookup
from indexer.query.plan import (
    AndMaybe,
    AndNot,
    DateRange,
    MatchAll,
    MatchNone,
    Near,
    Plan,
    Term,
    TermPhrase,
    TermsFilter,
    all_of,
    any_of,
    scale,
)
from indexer.query.preferences import Preferences
from indexer.query.synonyms import Expansion, SynonymExpander
from indexer.ranking import weights
from indexer.ranking.occurrences import Part
from indexer.request import Match
from indexer.schema import ADDRESS_FIELD, ID_FIELD

ADDRESS_BOOST = 1000.0
"""The score of an article by its address: above any score by words, of which a long query reaches about 300."""

ResolveName = Callable[[Column, str], frozenset[str]]
"""Returns the values of a column that a source's or category's name stands for."""

MAX_WORDS_WITH_NAMES = 3
"""In a query of more words and names, the words of a name need not stand side by side: of a long query an article
rarely has all. nDCG@10 of xquad_ar .9550 with names in every query, .9553 so; ki_saudinewsnet .7204 and .7210."""

QueryPart: TypeAlias = tuple[str, Part | None]
"""Words of a query that are looked for together, and the part of an article that they are wanted in."""

Spellings: TypeAlias = tuple[tuple[str, ...], ...]
"""The spellings of a name or code, each of several words; a common word has one, of one word."""


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A plan, the filters that were lifted out of the query, the terms to highlight, and the synonyms looked for.

    ``parts`` are the words and names that are looked for in an article or a part of it, with their plans, ``forms`` the
    patterns with their terms, ``left_out`` the words that were not looked for, since others were.
    """

    plan: Plan
    filters: tuple[Filter, ...]
    highlight: HighlightTerms
    expansions: tuple[Expansion, ...] = ()
    parts: Mapping[QueryPart, Plan] = field(default_factory=dict)
    forms: tuple[Forms, ...] = ()
    left_out: tuple[str, ...] = ()


def plan_query(
    root: Node | None,
    *,
    analyzer: Analyzer,
    match: Match,
    resolve: ResolveName,
    lookup: TermLookup | None = None,
    counts: Callable[[str], bool] | None = None,
    readings: Mapping[str, str] = MappingProxyType({}),
    expander: SynonymExpander | None = None,
    preferences: Preferences | None = None,
) -> PlannedQuery:
    """Return the plan for a query tree; ``None`` as ``root`` matches all articles.

    ``counts`` tells whether a bare word counts beside others, by default every word that is no stop word;
    ``readings`` has the words that are looked for in place of others.
    Without ``expander``, and when ``match`` is exact, no synonyms are looked for, and without ``preferences`` nothing is
    preferred; without ``lookup`` no pattern has terms.
    """
    conditions, rest = lift_conditions(root)
    counts = counts or (lambda word: not analyzer.is_stop_word(word))
    context = PlanningContext(analyzer, resolve, FormFinder(analyzer, lookup), counts, readings)
    planner = _Planner(context, match, *((None, None) if match == "exact" else (expander, preferences)))
    plan = planner.node(rest, None) if rest else MatchAll()
    filters = [planner.condition(condition) for condition in conditions]
    combined = match_all(filters) if isinstance(root, And) else match_any(filters)
    return PlannedQuery(
        plan,
        combined,
        planner.highlight,
        tuple(planner.expansions),
        planner.parts,
        tuple(planner.forms),
        tuple(planner.left_out),
    )


class PlanningContext(NamedTuple):
    """What planning any node of one query needs: the analyzer, the index's names and terms, and which words count."""

    analyzer: Analyzer
    resolve: ResolveName
    finder: FormFinder
    counts: Callable[[str], bool]
    readings: Mapping[str, str]


class _Planner:
    """Plans the nodes of one query, and collects on the way what is told of them."""

    def __init__(
        self,
        context: PlanningContext,
        match: Match,
        expander: SynonymExpander | None,
        preferences: Preferences | None,
    ) -> None:
        self.context = context
        self.analyzer = context.analyzer
        self.match = match
        self.expander = expander
        self.preferences = preferences
        self.highlight = HighlightTerms()
        self.expansions: list[Expansion] = []
        self.parts: dict[QueryPart, Plan] = {}
        self.forms: list[Forms] = []
        self.left_out: list[str] = []
        self.alternatives_left = limits.MAX_QUERY_ALTERNATIVES

    def node(self, node: Node, part: Part | None) -> Plan:  # noqa: C901, one case a node
        """Plan a node; ``part`` is the part of an article that it is restricted to."""
        match node:
            case Word(text):
                return self._bare([text], part, required=True) or MatchNone()
            case Prefix() | Fuzzy():
                return self._pattern(node, part)
            case Phrase(words):
                return self._phrase(words, part)
            case Proximity():
                return self._near(node, part)
            case Identifier(text):
                return Term(ID_FIELD, text, ADDRESS_BOOST)
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
            case DateClause() | ValueClause():
                return self.condition(node)

    def condition(self, node: Condition) -> Filter:
        if isinstance(node, DateClause):
            return DateRange(node.first, node.last)
        return TermsFilter(node.column, self.context.resolve(node.column, node.name))

    # -- sequences

    def _sequence(self, nodes: tuple[Node, ...], part: Part | None) -> Plan:
        words = [node.text for node in nodes if isinstance(node, Word)]
        preferred = [self.node(node, part) for node in nodes if isinstance(node, Preferred)]
        patterns = [self.node(node, part) for node in nodes if isinstance(node, Prefix | Fuzzy)]
        others = [node for node in nodes if not isinstance(node, Word | Prefix | Fuzzy | Not | Preferred)]
        # Beside a phrase, bare words only rank. Beside a mere filter (a date, a source) they are what is looked for.
        must_match = not any(map(finds_words, others))
        required = [self.node(node, part) for node in others]
        bare = self._bare(words, part, required=must_match and not patterns)
        if patterns:
            bare = (all_of if self.match == "all" else any_of)([*([bare] if bare else []), *patterns])
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
        return _Planner(self.context, match, None, None).node(node, part)

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
        content_words = [unit for unit in units if unit.length > 1 or self.context.counts(words[unit.start])]
        if content_words or not required:
            self.left_out += [words[unit.start] for unit in units if unit not in content_words]
        as_words = self.match == "any" and len(content_words) > MAX_WORDS_WITH_NAMES
        plans: dict[Spellings, Plan] = {}
        for unit in content_words or (units if required else []):
            if unit.spellings not in plans and (plan := self._unit(unit, words, part, as_words)):
                plans[unit.spellings] = plan
                self.parts[" ".join(words[unit.start : unit.start + unit.length]), part] = plan
        if not plans:
            return None
        expansions = tuple(self.expander.expansions(words, self.alternatives_left)) if self.expander else ()
        self.alternatives_left -= sum(len(expansion.alternatives) for expansion in expansions)
        together: list[Plan] = []
        bound: set[Spellings] = set()
        for expansion in expansions:
            inside = [
                unit for unit in units if expansion.start < unit.start + unit.length and unit.start < expansion.end
            ]
            originals = [unit for unit in dict.fromkeys(unit.spellings for unit in inside) if unit in plans]
            if not originals:
                continue
            self.expansions.append(expansion)
            typed = [plans[unit] for unit in originals]
            original = all_of(typed)
            links = self._links(expansion, original, part)
            if self.match == "all" or is_transliterated(expansion.typed, expansion.alternatives[0]):
                bound.update(originals)
                links = any_of([original, links, *self._each_alone(typed)])
            together.append(links)
        apart = [plan for unit, plan in plans.items() if unit not in bound]
        return (all_of if self.match == "all" else any_of)([*apart, *together])

    def _each_alone(self, words: list[Plan]) -> list[Plan]:
        """Plan the words of a name in Latin letters alone: «King», rare in Arabic articles, is not «الملك سلمان»."""
        if self.match == "all" or len(words) < 2:
            return []
        return [scale(word, weights.WORD_OF_NAME_WEIGHT) for word in words]

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

    def _links(self, expansion: Expansion, original: Plan, part: Part | None) -> Plan:
        """Plan the synonyms of an expansion where ``original`` has no match, and highlight them."""
        for alternative in expansion.alternatives:
            for run in alternative.runs:
                if alternative.space == "stem":
                    self.highlight.synonym_stems.setdefault(run[0], expansion.typed)
                else:
                    self.highlight.synonym_phrases.setdefault(run, expansion.typed)
        return plan_links(expansion, original, part, lambda word: not self.analyzer.is_stop_word(word))

    def _word(self, word: str, part: Part | None) -> Plan | None:
        """Plan one word in both term spaces; None when it has no terms."""
        terms = self.analyzer.terms(self.context.readings.get(word, word))
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
        for word, term in zip(words, exact, strict=False):
            self.parts.setdefault((word, part), Term("exact", term, 1.0, part))
        return _side_by_side("exact", exact, 1.0, part)

    def _pattern(self, pattern: Pattern, part: Part | None) -> Plan:
        forms = self.context.finder.forms(pattern)
        self.forms.append(forms)
        for term in (*forms.before, *forms.terms):
            self.highlight.exact.setdefault(term, pattern.text)
        return forms.plan(part)

    def _near(self, node: Proximity, part: Part | None) -> Plan:
        """Plan words near each other: as typed where they were quoted or one has no stem, else in any form."""
        words = self._split(node.words)
        terms = [terms for word in words if (terms := self.analyzer.terms(word))]
        as_typed = node.exact or self.match == "exact" or any(map(self.analyzer.is_stop_word, words))
        if len(words) < 2:
            return (
                self._phrase(tuple(words), part) if as_typed else self._bare(words, part, required=True) or MatchNone()
            )
        space: Literal["exact", "stem"] = "exact" if as_typed else "stem"
        for word, each in zip(words, terms, strict=True):
            self.highlight.exact.setdefault(each.exact, word)
            if not as_typed:
                self.highlight.stem.setdefault(each.stem, word)
            self.parts.setdefault((word, part), Term(space, getattr(each, space), 1.0, part))
        texts = tuple(getattr(each, space) for each in terms)
        if as_typed:
            return Near("exact", texts, node.distance, 1.0, part)
        near = Near("stem", texts, node.distance, weights.SPACE_WEIGHTS["stem"], part)
        exact = [Term("exact", each.exact, weights.SPACE_WEIGHTS["exact"], part) for each in terms]
        return AndMaybe(near, any_of(exact))


def _side_by_side(space: str, terms: tuple[str, ...], boost: float, part: Part | None) -> Plan:
    """Return the plan of one term, or of several side by side."""
    return Term(space, terms[0], boost, part) if len(terms) == 1 else TermPhrase(space, terms, boost, part)
