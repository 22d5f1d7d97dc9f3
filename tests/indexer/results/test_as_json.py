"""Results and articles as JSON have one shape."""

from __future__ import annotations

import datetime
import json

from indexer.article import Article
from indexer.query.notices import Notice
from indexer.results.as_json import article_as_json, results_as_json
from indexer.results.histogram import PeriodCount
from indexer.results.hits import AppliedFilters, FacetCount, Hit, Mark, SearchResults, Snippet

ARTICLE = Article(id="1", title="أسعار القمح", body="ارتفعت.", date=datetime.date(2024, 2, 11), source="الرصيف")
ABOUT = {
    "date": "2024-02-11",
    "source": "الرصيف",
    "category": None,
    "url": None,
    "lang": None,
    "authors": [],
    "other_urls": [],
}
RESULTS = SearchResults(
    hits=(
        Hit(
            ARTICLE,
            1.23456789,
            Snippet(ARTICLE.title, (Mark(6, 11, "form", "قمح"),)),
            Snippet("ارتفعت.", start=3, cut_before=True),
            copies=3,
            copy_sources=("الجسر",),
        ),
    ),
    total=3,
    total_all=1,
    stories=1,
    notices=(Notice("too_long", detail="512"), Notice("operator", "-", "NOT", 4, 5)),
    facets={"source": (FacetCount("الرصيف", 1),)},
    filters=AppliedFilters(date_from=datetime.date(2024, 2, 1), sources=("الرصيف",)),
    histogram=(PeriodCount(datetime.date(2024, 2, 1), datetime.date(2024, 2, 29), 1),),
)


def test_results():
    assert json.loads(json.dumps(results_as_json(RESULTS))) == {
        "total": 3,
        "total_all": 1,
        "stories": 1,
        "hits": [
            {
                "id": "1",
                "score": 1.234568,
                "title": "أسعار القمح",
                "title_marks": [{"start": 6, "end": 11, "kind": "form", "word": "قمح"}],
                "title_html": 'أسعار <mark class="form">القمح</mark>',
                "snippet": "ارتفعت.",
                "snippet_html": "ارتفعت.",
                "snippet_marks": [],
                "snippet_start": 3,
                "cut_before": True,
                "cut_after": False,
                "copies": 3,
                "copy_sources": ["الجسر"],
                **ABOUT,
            }
        ],
        "notices": [
            {
                "code": "too_long",
                "value": "",
                "detail": "512",
                "start": None,
                "end": None,
                "undo": "",
                "message": "only the first 512 characters were read",
            },
            {
                "code": "operator",
                "value": "-",
                "detail": "NOT",
                "start": 4,
                "end": 5,
                "undo": "operator.4",
                "message": "“-” was read as NOT; quote it to search for the word",
            },
        ],
        "facets": {"source": [{"value": "الرصيف", "count": 1}]},
        "filters": {
            "from": "2024-02-01",
            "to": None,
            "sources": ["الرصيف"],
            "categories": [],
            "authors": [],
            "countries": [],
            "languages": [],
        },
        "did_you_mean": None,
        "ladder": [],
        "histogram": [{"first": "2024-02-01", "last": "2024-02-29", "count": 1}],
    }


def test_an_article():
    assert article_as_json(ARTICLE) == {"id": "1", "title": "أسعار القمح", "body": "ارتفعت.", **ABOUT}


def test_an_article_without_a_date():
    assert article_as_json(Article(id="1", title="خبر"))["date"] is None
