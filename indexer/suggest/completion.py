"""Completion of a query while it is typed: words, names and titles of the index that go on as the text does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from analyzers import Analyzer, Token
from indexer.engines import ScoredArticle, SearchEngine, TermCount
from indexer.names.sources import other_names
from indexer.query.limits import MAX_QUERY_CHARS
from indexer.query.plan import AllOf, AnyOf, EngineRequest, MatchAll, Plan, Term, TermPhrase, TermsFilter
from indexer.results.alternatives import Suggestion
from indexer.schema import TEXT_FIELDS
from indexer.suggest.printed_words import PrintedWords

SHORTEST_PREFIX: Final = 2
MAX_TERMS: Final = 40
"""How many terms with the prefix are compared by the words before them."""
MAX_ARTICLES: Final = 20
"""How many articles are read for the words that follow."""
MAX_PLACES: Final = 5
"""How many places of a word are looked at in one article."""
MAX_PHRASES: Final = 3
MAX_TITLES: Final = 2
TITLE_TERMS: Final = 8
MAX_WORDS_BEFORE: Final = 6
_WINDOW: Final = 80


class Completer:
    """Completes texts by the words of an index."""

    def __init__(self, engine: SearchEngine, analyzer: Analyzer, printed: PrintedWords) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._printed = printed

    def suggestions(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Return at most ``limit`` suggestions for a text that is being typed, words first; () for a word too short."""
        text = text[:MAX_QUERY_CHARS].lstrip()
        words = [*self._analyzer.words(text)]
        if not words or limit < 1:
            return ()
        last = words[-1]
        if last.end < len(text):  # the word is complete: what follows it?
            return tuple(self._next_words(text.rstrip(), words, "")[:limit]) if text[-1].isspace() else ()
        prefix, before = self._analyzer.exact(last.text), text[: last.start]
        if prefix.isdigit():
            return ()
        following = self._next_words(before.rstrip(), words[:-1], prefix) if len(words) > 1 else []
        if len(prefix) < SHORTEST_PREFIX:
            return tuple(following[:limit])
        terms = self._likely_terms(prefix, self._terms_of(words[:-1]))
        found = [Suggestion(before + self._printed.of(term), "word", count) for term, count in terms[:limit]]
        others = [*self._titles(words[:-1], terms)]
        if not before:
            best = found[0].text if found else ""
            following_best = self._next_words(best, [*self._analyzer.words(best)], "") if best else []
            others = [*following_best, *self._sources(last.text, prefix)]
        shown = (following if len(following) > 1 else [*following, *found])[: max(limit - len(others), limit // 2)]
        unique = {suggestion.text: suggestion for suggestion in reversed([*shown, *others])}
        return tuple(reversed(unique.values()))[:limit]

    # -- words

    def _terms_of(self, words: Sequence[Token]) -> list[Plan]:
        """Return the last words of a text as terms that an article must have; stop words are left out."""
        content = [word.text for word in words if not self._analyzer.is_stop_word(word.text)]
        found = (self._analyzer.terms(word) for word in content[-MAX_WORDS_BEFORE:])
        return [Term("stem", terms.stem, 1.0) for terms in found if terms]

    def _likely_terms(self, prefix: str, before: list[Plan]) -> list[TermCount]:
        """Return the terms that begin with ``prefix``, by the number of articles that have the words before it too."""
        terms = [
            term
            for term in self._engine.terms_with_prefix("exact", prefix, MAX_TERMS)
            if not self._analyzer.is_stop_word(term.text)
        ]
        if not before:
            return [term for term in terms if term.articles > 1] or terms
        plans = [AllOf((*before, Term("exact", term.text, 1.0))) for term in terms]
        together = self._engine.totals([EngineRequest(plan) for plan in plans])
        counted = [term._replace(articles=count) for term, count in zip(terms, together, strict=True) if count]
        return sorted(counted, key=lambda term: -term.articles)

    def _next_words(self, text: str, words: Sequence[Token], prefix: str) -> list[Suggestion]:
        """Return ``text`` with each content word that often follows its last one and begins with ``prefix``."""
        exact = self._analyzer.exact(words[-1].text)
        plans = [Term("exact", exact, 1.0), *self._terms_of(words[:-1])]
        found = self._engine.search(EngineRequest(AllOf(tuple(plans)) if plans[1:] else plans[0], limit=MAX_ARTICLES))
        counts: Counter[str] = Counter()
        for scored in found.articles:
            counts.update({*self._following(scored, exact, prefix)})
        likely = [term for term, count in counts.most_common(2 * MAX_PHRASES) if count > 1 or len(found.articles) < 3]
        runs = [EngineRequest(TermPhrase("exact", (exact, term), 1.0)) for term in likely]
        phrases = sorted(zip(self._engine.totals(runs), likely, strict=True), key=lambda pair: -pair[0])
        return [
            Suggestion(f"{text} {self._printed.of(term)}", "phrase", total)
            for total, term in phrases[:MAX_PHRASES]
            if total
        ]

    def _following(self, scored: ScoredArticle, exact: str, prefix: str) -> Iterator[str]:
        """Yield the exact terms of the content words that follow a term in an article."""
        for field in TEXT_FIELDS:
            text = getattr(scored.article, field)
            for start, _ in scored.locator.matched_words(field, {}, (("exact", {exact: True}),), {})[:MAX_PLACES]:
                here = [*islice(self._analyzer.words(text[start : start + _WINDOW]), 2)]
                if len(here) == 2 and here[1].start - here[0].end == 1 and here[1].end < _WINDOW:
                    term = self._analyzer.exact(here[1].text)
                    if term.startswith(prefix) and not term.isdigit() and not self._analyzer.is_stop_word(term):
                        yield term

    # -- titles and sources

    def _titles(self, words: Sequence[Token], terms: Sequence[TermCount]) -> Iterator[Suggestion]:
        """Yield titles with the words and one of the terms; a single short word has too many."""
        required = [Term("stem", plan.text, 1.0, "title") for plan in self._terms_of(words) if isinstance(plan, Term)]
        if not (required and terms):
            return
        last = [Term("exact", term.text, 1.0, "title") for term in terms[:TITLE_TERMS]]
        plan = AllOf((*required, AnyOf(tuple(last)) if len(last) > 1 else last[0]))
        for scored in self._engine.search(EngineRequest(plan, limit=MAX_TITLES)).articles:
            yield Suggestion(scored.article.title.strip(), "title", 1, scored.article.id)

    def _sources(self, typed: str, prefix: str) -> Iterator[Suggestion]:
        """Yield the clause of a source whose name, or another name of it, begins as the text does."""
        field = "source" if typed.isascii() else "المصدر"
        for value in self._engine.values("source"):
            for name in (value, *other_names(value)):
                if '"' not in name and self._analyzer.exact(name).startswith(prefix):
                    search = EngineRequest(MatchAll(), (TermsFilter("source", frozenset({value})),))
                    (articles,) = self._engine.totals([search])
                    yield Suggestion(f'{field}:"{name}"', "source", articles)
                    return
