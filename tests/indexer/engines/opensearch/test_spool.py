"""Spool of an update: what the cluster gets of articles, in their order, each id once."""

from __future__ import annotations

import json

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch import spool
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.documents import Story, document_id, read_article
from indexer.engines.opensearch.spool import Spool
from indexer.errors import InputError
from indexer.schema import Document, document

ADDRESS = read_address("opensearch://one/news")
ONE = Article(id="one", title="أسعار القمح", body="قال\nتاجر \u2028 إن \ud800 القمح ارتفع")
TWO = Article(id="two", title="كأس السواحل")
ONE_AGAIN = Article(id="one", title="القمح")


def analyse(article: Article) -> Document:
    return document(article, analyzer_for("ar"))


def test_articles_come_in_the_order_of_their_last_place_each_with_its_story() -> None:
    with Spool(ADDRESS, token=3) as made:
        for article in (ONE, TWO, ONE_AGAIN):
            made.add(analyse(article))
        assert len(made) == 2
        assert [(member.key, member.seq) for member in made.members()] == [
            (document_id("two"), (3 << 32) + 1),
            (document_id("one"), (3 << 32) + 2),
        ]
        found = [json.loads(each.with_story(Story("ab", copied=True))) for each in made.articles()]
    assert [read_article(source) for source in found] == [TWO, ONE_AGAIN]
    assert [source["seq"] for source in found] == [(3 << 32) + 1, (3 << 32) + 2]
    assert {(source["story"], source["copied_story"]) for source in found} == {(0xAB, 0xAB)}


def test_odd_text_comes_back() -> None:
    with Spool(ADDRESS, token=1) as made:
        made.add(analyse(ONE))
        (found,) = made.articles()
    assert read_article(json.loads(found.with_story(Story("ab", copied=True)))) == ONE


def test_an_article_that_no_request_can_hold_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MAX_SOURCE_BYTES", 1 << 20)
    long = Article(id="long", title="خبر", body="القمح " * 100_000)
    with Spool(ADDRESS, token=1) as made, pytest.raises(InputError, match=r"'long': \d+ MB.*a cluster takes 1;"):
        made.add(analyse(long))
