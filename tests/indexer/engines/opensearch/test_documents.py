"""Documents of a cluster: what is indexed of an article, and the article read back from an answer."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Article
from indexer.engines.opensearch.documents import (
    Story,
    article_source,
    band_keys,
    document_id,
    keyword,
    read_article,
    token,
)
from indexer.engines.opensearch.mapping import BAR, GAP, MARK, article_properties, articles_body, words_body
from indexer.engines.opensearch.spool import ArticleMaker
from indexer.engines.sketches import SKETCH_BYTES
from indexer.errors import IndexDamagedError
from indexer.schema import Document

NO_SKETCH = bytes(SKETCH_BYTES)


@given(st.lists(st.text(min_size=1, max_size=300), max_size=20))
def test_whatever_a_term_is_a_field_of_terms_has_as_many_tokens_as_terms(terms: list[str]) -> None:
    tokens = [token(term) for term in terms]
    assert " ".join(tokens).split() == tokens
    assert len({*tokens}) == len({*terms})
    for each in tokens:
        assert len(each) < 255
        assert not {BAR, GAP} & {*each}
        assert each != MARK
        each.encode()


@pytest.mark.parametrize("term", ["a b", "a|b", GAP, MARK, "\u2028", "a\ud800", "", "x" * 70_000, "\x1f"])
def test_a_term_that_would_break_a_field_is_hashed(term: str) -> None:
    assert token(term) != term
    assert token(term) == token(term)
    assert token(term) != token(term + "x")


def test_a_value_that_no_utf_8_has_is_found_nowhere() -> None:
    assert keyword("a\ud800") == "\x00"
    assert keyword("قمح") == "قمح"


def test_an_id_has_a_key_that_fits_whatever_it_is() -> None:
    assert {len(document_id(each)) for each in ("1", "ق" * 512, "\ud800")} == {64}


@given(st.binary(min_size=SKETCH_BYTES, max_size=SKETCH_BYTES), st.sets(st.integers(0, 23), max_size=7))
def test_near_copies_share_a_band(sketch: bytes, changed: set[int]) -> None:
    other = bytes(byte ^ 1 if lane in changed else byte for lane, byte in enumerate(sketch))
    shared = {*band_keys(sketch)} & {*band_keys(other)}
    assert shared or not sketch[-1]


texts = st.text(max_size=20)


@given(
    title=texts,
    body=texts,
    date=st.none() | st.dates(),
    labels=st.lists(st.none() | st.text("ab ق", min_size=1, max_size=9), min_size=2, max_size=2),
    authors=st.lists(st.text("abق", min_size=1, max_size=9), max_size=3),
)
def test_an_article_comes_back_as_it_was(
    title: str, body: str, date: datetime.date | None, labels: list[str | None], authors: list[str]
) -> None:
    article = Article(
        id="ق 1",
        title=title + "x",
        body=body,
        date=date,
        source=labels[0],
        category=labels[1],
        url="https://news.example/1",
        lang="ar-LB",
        authors=tuple(authors),
        other_urls=("https://news.example/2",),
    )
    document = Document(article, {"exact": ["x"], "stem": ["x"]}, sketch=NO_SKETCH)
    assert read_article(json.loads(json.dumps(article_source(document, 0)))) == article


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param({"id": "1"}, id="no article"),
        pytest.param({"id": "1", "article": "text"}, id="an article that is none"),
        pytest.param({"id": "1", "article": {"title": "x"}}, id="no body"),
        pytest.param({"id": 1, "article": {"title": "x", "body": ""}}, id="a number as id"),
        pytest.param({"id": "1", "article": {"title": "x", "body": "", "date": "soon"}}, id="no day"),
        pytest.param({"id": "1", "article": {"title": "x", "body": "", "date": 5}}, id="a number as day"),
        pytest.param({"id": "1", "article": {"title": "x", "body": "", "authors": "x"}}, id="a text as authors"),
        pytest.param({"id": "1", "article": {"title": ["x"], "body": ""}}, id="a list as title"),
    ],
)
def test_an_answer_that_is_no_article_is_told(source: object) -> None:
    with pytest.raises(IndexDamagedError, match="rebuild the index") as told:
        read_article(source)
    assert "\n" not in str(told.value)


def test_every_field_that_is_indexed_is_in_the_mapping() -> None:
    article = Article(
        id="1", title="x", date=datetime.date(2024, 1, 1), source="a", category="b", lang="ar", authors=("c",)
    )
    terms = {"exact": ["x"], "stem": ["x"], "url": ("key",)}
    made, _ = ArticleMaker(1).make(Document(article, terms, countries=("LB",), sketch=bytes(range(1, 33))))
    assert {*json.loads(made.with_story(Story("1", copied=True)))} == {*article_properties()}


def test_bodies_of_new_indexes_are_strict_and_say_what_they_are() -> None:
    for body in (articles_body({"number_of_shards": 2}, {"a": 1}), words_body({"number_of_shards": 2}, {"a": 1})):
        assert body["mappings"]["dynamic"] == "strict"
        assert body["mappings"]["_meta"] == {"a": 1}
        assert body["settings"]["index"]["number_of_shards"] == 2


def test_an_article_without_copies_takes_back_that_it_had_some() -> None:
    assert Story("ab", copied=True).fields() == {"story": 0xAB, "copied_story": 0xAB}
    assert Story("ab", copied=False).fields() == {"story": 0xAB, "copied_story": None}
    assert Story(document_id("1"), copied=False).fields()["story"] < 1 << 60
