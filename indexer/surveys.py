"""Surveys of an index, beyond one page of hits: related articles, explanations, forms, significant terms, coverage."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

from analyzers import Analyzer
from indexer.article import Article
from indexer.engines import ScoredArticle, SearchEngine, TermCount
from indexer.query.exclusions import exclusions
from indexer.query.highlight_terms import HighlightTerms
from indexer.query.plan import (
    AndNot,
    DateRange,
    EngineRequest,
    MatchAll,
    Nearest,
    Plan,
    SameStory,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.ranking.weights import idf
from indexer.request import MAX_LIMIT, PeriodUnit, SearchRequest
from indexer.results.coverage import MAX_SOURCES, Coverage, CoverageBy, Days, shares
from indexer.results.explanation import explain, loss_by_age
from indexer.results.highlight import NO_TITLE, best_passage, whole
from indexer.results.histogram import fitting_unit
from indexer.results.hits import Hit, Snippet, WordForms
from indexer.results.matched_forms import commonest_forms, find_forms, plans_within
from indexer.results.related import (
    BEST_SHARED,
    BEST_TELLING,
    SAME_STORY,
    related_hits,
    related_plan,
    running_story_plan,
    stem_counts,
    telling_stems,
)
from indexer.results.significance import (
    BEST_HITS,
    CANDIDATES,
    SignificantTerm,
    StemmedArticle,
    common_words,
    jlh,
    names_among,
    significant,
    stems_of_query,
)
from indexer.schema import ID_FIELD, document

_COPIES_PASSED_OVER = 20
"""How many hits more than asked for are looked at, since near copies come first and are left out."""

# Of 2,000 random pairs of the Saudi archive half have less than .10, 99 of 100 less than .40, all but two less than .56.
RELATED_IN_MEANING = 0.6
"""The least cosine of articles that are related by their meaning."""
STORY_IN_MEANING = 0.45
"""The least cosine of articles that go on with a story; they share words, too."""
STORY_DAYS = 14
"""A story goes on with articles so many days before and after each other."""
COPY_IN_MEANING = 0.95
"""From this cosine on, another article tells the same in the same words."""


def related_articles(engine: SearchEngine, analyzer: Analyzer, article: Article, limit: int) -> tuple[Hit, ...]:
    """Return the articles of ``engine`` most alike to ``article``, which need not be one of them."""
    telling = _telling_stems(engine, stem_counts(document(article, analyzer)))
    if len(telling) < 2:
        return ()
    plan = related_plan(article.id, telling)
    own_score = engine.score(plan.part, article.id)
    found = engine.search(EngineRequest(plan, limit=limit + _COPIES_PASSED_OVER, grouped=True))
    hits = [Hit(each.article, each.score, NO_TITLE, NO_TITLE) for each in found.articles]
    return tuple(related_hits(article.title, own_score or hits[0].score if hits else 0.0, hits))[:limit]


def _telling_stems(engine: SearchEngine, counts: Counter[str]) -> tuple[str, ...]:
    return telling_stems(counts, _articles_with(engine, tuple(counts)), engine.stats().articles)


def running_story(engine: SearchEngine, analyzer: Analyzer, article: Article, limit: int) -> tuple[Hit, ...]:
    """Return the articles of the weeks around ``article`` that go on with its story, without its near copies.

    Each is near it in meaning, and most of the stems that tell either best are in both. The ``limit`` most alike are
    taken, and come by date, the oldest first. Empty for an article without date or vector.
    """
    vector = engine.vector_of(article.id) if limit else None
    counts = stem_counts(document(article, analyzer)) if vector and article.date else Counter[str]()
    telling = _telling_stems(engine, counts)
    if vector is None or article.date is None or len(telling) < BEST_TELLING:
        return ()
    plan = running_story_plan(article.id, telling, Nearest(*vector, STORY_IN_MEANING, 1.0))
    own_score = engine.score(related_plan(article.id, telling).part, article.id) or 0.0
    copies = engine.search(EngineRequest(MatchAll(), (SameStory(article.id),), limit=MAX_LIMIT)).articles
    own_ids = {copy.article.id for copy in copies}
    wanted = EngineRequest(plan, (_weeks_around(article.date),), limit=2 * limit, grouped=True)
    hits = [Hit(each.article, each.score, NO_TITLE, NO_TITLE) for each in engine.search(wanted).articles]
    alike = (
        hit
        for hit in related_hits(article.title, own_score, hits)
        if hit.score >= SAME_STORY * own_score
        and hit.article.id not in own_ids
        and _is_told_by(engine, stem_counts(document(hit.article, analyzer)), counts)
    )
    return tuple(sorted(islice(alike, limit), key=lambda hit: hit.article.date or datetime.date.min))


def _is_told_by(engine: SearchEngine, counts: Counter[str], others: Counter[str]) -> bool:
    """Return whether most of the stems that tell an article best are among those of another."""
    best = _telling_stems(engine, counts)[:BEST_TELLING]
    return sum(stem in others for stem in best) >= BEST_SHARED


def _weeks_around(day: datetime.date) -> DateRange:
    first, last = (day.toordinal() + days for days in (-STORY_DAYS, STORY_DAYS))
    return DateRange(
        datetime.date.fromordinal(max(first, 1)),
        datetime.date.fromordinal(min(last, datetime.date.max.toordinal())),
    )


def near_in_meaning(engine: SearchEngine, article: Article, others: Sequence[Hit], limit: int) -> tuple[Hit, ...]:
    """Return articles near ``article`` in meaning, in whatever language, without its near copies and ``others``.

    Empty where the article has no vector.
    """
    vector = engine.vector_of(article.id) if limit > 0 else None
    if vector is None:
        return ()
    plan = AndNot(Nearest(*vector, RELATED_IN_MEANING, 1.0), Term(ID_FIELD, article.id, 1.0))
    wanted = limit + len(others) + _COPIES_PASSED_OVER
    found = engine.search(EngineRequest(plan, limit=wanted, grouped=True)).articles
    titles = {article.title, *(hit.article.title for hit in others)}
    near = [each for each in found if each.score < COPY_IN_MEANING and each.article.title not in titles]
    once = {each.article.title: each for each in reversed(near)}
    hits = [Hit(each.article, each.score, Snippet(each.article.title), NO_TITLE, nearness=each.score) for each in near]
    return tuple(hit for hit in hits if once[hit.article.title].article.id == hit.article.id)[:limit]


def marked_hit(scored: ScoredArticle, highlight: HighlightTerms) -> Hit:
    """Return a hit with its title and its best passage, the words of the query marked."""
    article, score, locator, copies, copy_sources = scored
    title = whole(article.title, "title", highlight, locator)
    passage = best_passage(article.body, "body", highlight, locator, title=title)
    return Hit(article, score, title, passage, copies, copy_sources)


def plain_hit(scored: ScoredArticle) -> Hit:
    """Return a hit without marks and without a passage."""
    return Hit(scored.article, scored.score, Snippet(scored.article.title), NO_TITLE)


def with_explanation(engine: SearchEngine, analyzer: Analyzer, hit: Hit, asked: EngineRequest) -> Hit:
    """Return a hit of ``asked`` with the parts that add up to its score."""
    articles = engine.stats().articles

    def idf_of(space: str, text: str) -> float:
        return idf(articles, *engine.totals([EngineRequest(Term(space, text, 1.0))]))

    def score_of(part: Plan) -> float | None:
        return engine.score(part, hit.article.id)

    parts = tuple(explain(asked.plan, document(hit.article, analyzer), score_of, idf_of))
    return hit._replace(explanation=(*parts, loss_by_age(parts, hit.score)) if asked.recency else parts)


def matched_forms(
    engine: SearchEngine,
    analyzer: Analyzer,
    request: SearchRequest,
    asked: EngineRequest,
    highlight: HighlightTerms,
    printed: Callable[[Sequence[str]], Sequence[str]],
) -> tuple[WordForms, ...]:
    """Return the words of a query with their forms in the results of ``asked``, each with the number of its articles.

    ``printed`` returns how exact terms are printed.
    """
    found = find_forms(highlight, engine.forms)
    plans = plans_within(asked.plan, found)
    uncounted = [form for form in found if asked.filters or not form.is_counted_by(plans[form])]
    totals = engine.totals([EngineRequest(plans[form], asked.filters) for form in uncounted])
    words = commonest_forms(found, dict(zip(uncounted, totals, strict=True)), printed)
    texts = exclusions(request, [form.text for word in words for form in word.forms], analyzer.printed_words)
    return tuple(word.with_exclusions(texts) for word in words)


def word_forms(
    engine: SearchEngine, analyzer: Analyzer, word: str, limit: int, printed: Callable[[Sequence[str]], Sequence[str]]
) -> tuple[TermCount, ...]:
    """Return the commonest forms of a word in the index; ``printed`` returns how exact terms are printed."""
    terms = analyzer.terms(word)
    found = engine.forms(terms.stem)[:limit] if terms else ()
    texts = printed([form.text for form in found])
    return tuple(TermCount(text, form.articles) for text, form in zip(texts, found, strict=True))


def significant_terms(
    engine: SearchEngine, analyzer: Analyzer, asked: EngineRequest, highlight: HighlightTerms, limit: int
) -> tuple[SignificantTerm, ...]:
    """Return the terms that mark the best hits of ``asked``; of several with one title one is read."""
    found = engine.search(replace(asked, limit=BEST_HITS, offset=0, facets=(), histogram=False))
    by_title = {each.article.title: each.article for each in reversed(found.articles)}
    analysed = (document(article, analyzer) for article in by_title.values())
    documents = [StemmedArticle(each, list(each.terms["stem"])) for each in analysed]
    words = common_words(documents, stems_of_query(highlight, analyzer))
    articles = engine.stats().articles
    all_words = _articles_with(engine, [*words])
    gains = {stem: jlh(count / len(documents), all_words[stem] / articles) for stem, count in words.items()}
    best = sorted(words, key=lambda stem: (-gains[stem], stem))[:CANDIDATES]
    names = names_among(documents, {stem: words[stem] for stem in best})
    all_names = engine.totals([EngineRequest(TermPhrase("stem", name, 1.0)) for name in names])
    counts = {(stem,): words[stem] for stem in best} | names
    articles_with = {(stem,): all_words[stem] for stem in best} | dict(zip(names, all_names, strict=True))
    return tuple(islice(significant(documents, counts, articles_with, articles), limit))


def _articles_with(engine: SearchEngine, stems: Sequence[str]) -> dict[str, int]:
    """Return how many articles have each of some stems."""
    return dict(zip(stems, engine.totals([EngineRequest(Term("stem", stem, 1.0)) for stem in stems]), strict=True))


def coverage(engine: SearchEngine, asked: EngineRequest, unit: PeriodUnit | None, by: CoverageBy | None) -> Coverage:
    """Return the coverage of ``asked``, among all articles that pass its filters."""
    all_days = _days(engine, replace(asked, plan=MatchAll()))
    if not all_days:
        return Coverage(0, unit or "day", ())
    first, last = min(all_days), max(all_days)
    fitting = fitting_unit(first, last, unit or "auto")
    days = _days(engine, asked)
    by_source = {}
    for source in _sources(engine, asked) if by == "source" else ():
        of_source = replace(asked, filters=(*asked.filters, TermsFilter("source", frozenset((source,)))))
        all_of_source = _days(engine, replace(of_source, plan=MatchAll()))
        by_source[source] = shares(_days(engine, of_source), all_of_source, fitting, first, last)
    return Coverage(sum(days.values()), fitting, shares(days, all_days, fitting, first, last), by_source)


def _days(engine: SearchEngine, asked: EngineRequest) -> Days:
    """Return how many articles match on each day that passes the filters on dates."""
    found = engine.search(replace(asked, sort="newest", limit=0, offset=0, facets=(), histogram=True)).days
    ranges = [condition for condition in asked.filters if isinstance(condition, DateRange)]
    return {day: count for day, count in found.items() if all(_is_within(day, period) for period in ranges)}


def _is_within(day: datetime.date, period: DateRange) -> bool:
    return (period.first or day) <= day <= (period.last or day)


def _sources(engine: SearchEngine, asked: EngineRequest) -> list[str]:
    """Return the sources with the most articles, of those that pass the filters."""
    found = engine.search(
        replace(asked, limit=0, offset=0, facets=("source",), facet_limit=None, histogram=False)
    ).facets["source"]
    chosen = [part.values for part in asked.filters if isinstance(part, TermsFilter) and part.column == "source"]
    return [each.value for each in found if all(each.value in values for values in chosen)][:MAX_SOURCES]
