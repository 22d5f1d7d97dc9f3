"""Related articles: which stems tell an article, and which hits are related to it."""

from __future__ import annotations

import pytest

from analyzers import analyzer_for
from indexer import Article
from indexer.results.highlight import NO_TITLE
from indexer.results.hits import Hit
from indexer.results.related import NEAR_COPY, RELATED, TELLING_STEMS, related_hits, stem_counts, telling_stems
from indexer.schema import document


def hit(title: str, score: float) -> Hit:
    return Hit(Article(id=title, title=title), score, NO_TITLE, NO_TITLE)


def test_a_stem_of_the_title_counts_once_more() -> None:
    article = Article(id="1", title="القمح القمح", body="القمح في لبنان")
    assert stem_counts(document(article, analyzer_for("ar"))) == {"قمح": 4, "لبنان": 1}


@pytest.mark.parametrize(
    ("counts", "articles_with", "expected"),
    [
        pytest.param({"ا": 1, "ب": 1}, {"ا": 50, "ب": 5}, ("ب", "ا"), id="the rarer first"),
        pytest.param({"ا": 5, "ب": 1}, {"ا": 5, "ب": 5}, ("ا", "ب"), id="the more frequent first"),
        pytest.param({"ا": 5, "ب": 1}, {"ا": 1, "ب": 5}, ("ب",), id="one that no other article has"),
        pytest.param(dict.fromkeys("ابتثجحخدذرزسشصضطظعغفقك", 1), dict.fromkeys("ابتثجحخدذرزسشصضطظعغفقك", 9),
                     tuple("ابتثجحخدذرزسشصضطظعغف"), id="the first twenty"),
    ],
)  # fmt: skip
def test_telling_stems_are_frequent_here_and_rare_elsewhere(counts, articles_with, expected) -> None:
    assert telling_stems(counts, articles_with, 100) == expected[:TELLING_STEMS]


def test_near_copies_repeated_titles_and_what_is_far_are_left_out() -> None:
    hits = [
        hit("copy", NEAR_COPY * 10),
        hit("own", NEAR_COPY * 10 - 1),
        hit("told", NEAR_COPY * 10 - 2),
        hit("told", 5),
        hit("other", RELATED * 10),
        hit("far", RELATED * 10 - 0.1),
    ]
    assert [each.article.id for each in related_hits("own", 10, hits)] == ["told", "other"]
