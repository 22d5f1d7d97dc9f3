"""JSON form of results and articles, shared by the command line and REST.

Offsets count code points: those of marks in the text beside them, ``snippet_start`` in the article's body.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indexer.article import Article
from indexer.query.notices import sentence
from indexer.results.alternatives import Correction
from indexer.results.coverage import Coverage, PeriodShare
from indexer.results.histogram import PeriodCount
from indexer.results.hits import AppliedFilters, Hit, Mark, SearchResults, WordForms
from indexer.results.significance import SignificantTerm


def results_as_json(results: SearchResults) -> dict[str, Any]:
    """Return ``results`` as values that :mod:`json` can write."""
    return {
        "total": results.total,
        "total_all": results.total_all,
        "stories": results.stories,
        "hits": [hit_as_json(hit) for hit in results.hits],
        "notices": [
            {**notice._asdict(), "undo": notice.undo, "message": sentence(notice)} for notice in results.notices
        ],
        "facets": {name: [count._asdict() for count in counts] for name, counts in results.facets.items()},
        "filters": _filters(results.filters),
        "did_you_mean": _correction(results.did_you_mean) if results.did_you_mean else None,
        "ladder": [
            {"kind": rung.kind, "value": rung.value, "query": rung.request.query, "articles": rung.articles}
            for rung in results.ladder
        ],
        **({"histogram": list(map(_period, results.histogram))} if results.histogram else {}),
        **({"forms": [_forms(word) for word in results.forms]} if results.forms else {}),
    }


def article_as_json(article: Article) -> dict[str, Any]:
    """Return every field of ``article``; the date is ISO 8601 or null."""
    return {"id": article.id, "title": article.title, "body": article.body, **_properties(article)}


def _correction(correction: Correction) -> dict[str, Any]:
    return {**correction._asdict(), "changes": [change._asdict() for change in correction.changes]}


def hit_as_json(hit: Hit) -> dict[str, Any]:
    """Return one hit, as it stands among results."""
    return {
        "id": hit.article.id,
        "score": round(hit.score, 6),
        "title": hit.title.text,
        "title_marks": _marks(hit.title.marks),
        "title_html": hit.title.html(),
        "snippet": hit.snippet.text,
        "snippet_marks": _marks(hit.snippet.marks),
        "snippet_html": hit.snippet.html(),
        "snippet_start": hit.snippet.start,
        "cut_before": hit.snippet.cut_before,
        "cut_after": hit.snippet.cut_after,
        "copies": hit.copies,
        "copy_sources": list(hit.copy_sources),
        **_properties(hit.article),
        **({} if hit.nearness is None else {"nearness": round(hit.nearness, 4)}),
        **({"explanation": [part._asdict() for part in hit.explanation]} if hit.explanation else {}),
    }


def _forms(word: WordForms) -> dict[str, Any]:
    return {"word": word.word, "forms": [form._asdict() for form in word.forms]}


def _properties(article: Article) -> dict[str, Any]:
    return {
        "date": article.date.isoformat() if article.date else None,
        "source": article.source,
        "category": article.category,
        "url": article.url,
        "lang": article.lang,
        "authors": list(article.authors),
        "other_urls": list(article.other_urls),
    }


def coverage_as_json(coverage: Coverage) -> dict[str, Any]:
    """Return a coverage: the unit, the total, and the periods with their shares, of all and of each source."""
    return {
        "unit": coverage.unit,
        "total": coverage.total,
        "periods": list(map(_share, coverage.periods)),
        "sources": [
            {"source": source, "periods": list(map(_share, periods))} for source, periods in coverage.sources.items()
        ],
    }


def terms_as_json(terms: Iterable[SignificantTerm]) -> dict[str, Any]:
    """Return significant terms, the most significant first."""
    return {"terms": [{**term._asdict(), "score": round(term.score, 6)} for term in terms]}


def _share(period: PeriodShare) -> dict[str, Any]:
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "count": period.count,
        "articles": period.articles,
        "share": round(period.share, 6),
    }


def _period(period: PeriodCount) -> dict[str, Any]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat(), "count": period.count}


def _marks(marks: tuple[Mark, ...]) -> list[dict[str, Any]]:
    return [mark._asdict() for mark in marks]


def _filters(filters: AppliedFilters) -> dict[str, Any]:
    return {
        "from": filters.date_from.isoformat() if filters.date_from else None,
        "to": filters.date_to.isoformat() if filters.date_to else None,
        "sources": list(filters.sources),
        "categories": list(filters.categories),
        "authors": list(filters.authors),
        "countries": list(filters.countries),
        "languages": list(filters.languages),
    }
