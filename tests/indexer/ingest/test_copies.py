"""Exact copies under other addresses become one article; articles that share an address stay apart."""

from __future__ import annotations

import pytest

from indexer import Article, open_index, rebuild
from indexer.ingest import copies, parallel

ADDRESS = "https://news.example/2024/a"


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/2024/a?utm_source=x&utm_medium=y",
        "https://www.news.example/2024/a",
        "http://news.example/2024/a",
        "https://news.example/2024/a/",
        "https://news.example/2024/a#comments",
        "https://NEWS.example/2024/a?fbclid=17",
    ],
)
def test_spellings_of_one_address_are_one_article_with_all_of_them(tmp_path, write_jsonl, other):
    texts = {"title": "خبر", "body": "نص الخبر"}
    report = rebuild(write_jsonl(texts | {"url": ADDRESS}, texts | {"url": other}), tmp_path / "index")
    assert (report.read, report.written) == (2, 1)
    with open_index(tmp_path / "index") as index:
        (article,) = index.latest()
    assert (article.url, article.other_urls) == (ADDRESS, (other,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"url": ADDRESS, "body": "نص"}, {"url": ADDRESS, "body": "نص آخر"}, id="texts"),
        pytest.param({"url": ADDRESS}, {"url": f"{ADDRESS}?id=7"}, id="a parameter that names an article"),
        pytest.param({"url": ADDRESS}, {"url": "https://other.example/2024/a"}, id="sites"),
        pytest.param({"source": "أ"}, {"source": "ب"}, id="sources without an address"),
    ],
)
def test_other_articles_stay_apart(tmp_path, write_jsonl, one, other):
    assert rebuild(write_jsonl({"title": "خبر"} | one, {"title": "خبر"} | other), tmp_path / "index").written == 2


def test_only_the_last_articles_are_remembered(tmp_path, write_jsonl, monkeypatch):
    monkeypatch.setattr(copies, "MAX_REMEMBERED", 1)
    records = [{"id": id_, "title": "خبر", "url": f"{ADDRESS}{n}"} for n, id_ in enumerate("aababb")]
    rebuild(write_jsonl(*records), tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert index.article("a").other_urls == ()
        assert index.article("b").other_urls == (f"{ADDRESS}5",)


def test_articles_of_a_program_are_taken_as_they_are(tmp_path, write_jsonl):
    given = Article(id="a", title="خبر", url=f"{ADDRESS}2")
    rebuild(write_jsonl({"id": "a", "title": "خبر", "url": ADDRESS}), tmp_path / "index", articles=[given])
    with open_index(tmp_path / "index") as index:
        assert index.article("a") == given


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_article_is_found_at_the_first_of_its_addresses(tmp_path, write_jsonl, monkeypatch, jobs):
    monkeypatch.setattr(parallel, "FIRST_HERE", 1)
    records = [{"id": "a", "title": "خبر", "url": f"{ADDRESS}{number}"} for number in range(5)]
    rebuild(write_jsonl(*records), tmp_path / "index", jobs=jobs)
    with open_index(tmp_path / "index") as index:
        assert index.article(f"{ADDRESS}0").other_urls == tuple(f"{ADDRESS}{number}" for number in range(1, 5))
        assert index.article(f"{ADDRESS}4") is None
