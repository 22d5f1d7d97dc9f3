"""Articles: the rules of their fields, and the ids of those that come without."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Article, InputError, article_as_json
from indexer import article as rules

DAY = datetime.date(2024, 2, 11)
WHOLE = Article(
    id="lw-17",
    title="انتخابات بلدية",
    body="فتحت الصناديق.\nوأغلقت.",
    date=DAY,
    source="Levant Wire",
    category="سياسة",
    url="https://levant.example/17",
    lang="ar-LB",
)


def article(**fields: Any) -> Article:
    return Article(**({"id": "1", "title": "خبر"} | fields))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        pytest.param("id", "", "id: expected 1 to 512 characters, none a control character, got ''", id="empty id"),
        pytest.param("id", "  ", "id: expected 1 to 512 characters", id="blank id"),
        pytest.param("id", 7, "id: expected 1 to 512 characters, none a control character, got a number", id="number"),
        pytest.param("id", None, "id: expected .*, got null", id="no id"),
        pytest.param("id", "a" * 513, "id: expected 1 to 512 characters.* of 513 characters", id="long id"),
        pytest.param("id", "a\0", "id: expected 1 to 512 characters", id="NUL in an id"),
        pytest.param("id", "a\ud800", "id: expected 1 to 512 characters", id="lone surrogate in an id"),
        pytest.param(
            "title", None, "article '1': title: expected a text of at most 2000 characters, got null", id="null"
        ),
        pytest.param("title", "a" * 2001, "title: expected a text of at most 2000 characters", id="long title"),
        pytest.param("title", " \n…", "article '1': expected words in title or body, got none", id="no words"),
        pytest.param("body", b"text", "body: expected a text of at most 8388608 characters, got bytes", id="bytes"),
        pytest.param("body", "a" * 8_388_609, "body: expected a text .* of 8388609 characters", id="long body"),
        pytest.param("date", "30/02/2024", "date: expected a day such as 2024-02-11, got '30/02/2024'", id="text"),
        pytest.param("date", "2024-02-30", "date: expected a day such as 2024-02-11", id="impossible day"),
        pytest.param("date", "", "date: expected a day such as 2024-02-11, got ''", id="empty date"),
        pytest.param("date", 20240211, "date: expected a day such as 2024-02-11, got a number", id="digits"),
        pytest.param("source", ["a"], "source: expected a name of at most 200 characters, got a list", id="list"),
        pytest.param("source", "س" * 201, "source: expected a name of at most 200 characters", id="long source"),
        pytest.param("authors", "سمير", "authors: expected at most 20 names", id="authors in one text"),
        pytest.param("authors", 7, "authors: expected at most 20 names", id="authors in a number"),
        pytest.param("authors", ["a\nb"], "authors: expected at most 20 names", id="author in two lines"),
        pytest.param("authors", [""], "authors: expected at most 20 names", id="author without a name"),
        pytest.param("authors", ["a"] * 21, "authors: expected at most 20 names", id="too many authors"),
        pytest.param("other_urls", ["javascript:alert(1)"], "other_urls: expected at most 100", id="a program"),
        pytest.param("category", "a\nb", "category: expected a name of at most 200 characters", id="two lines"),
        pytest.param("url", "javascript:alert(1)", "url: expected an address such as https://", id="program"),
        pytest.param("url", 1, "url: expected an address such as https://.*, got a number", id="number as address"),
        pytest.param(
            "lang", "Arabic", "lang: expected a language tag such as ar, got 'Arabic'", id="name of a language"
        ),
    ],
)
def test_a_value_that_breaks_a_rule_is_named_with_its_field(field: str, value: object, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        article(**{field: value})
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        pytest.param("date", datetime.datetime(2024, 2, 11, 23, 59), DAY, id="time of day"),
        pytest.param("date", "2024-02-11", DAY, id="ISO text"),
        *(pytest.param(field, "", None, id=f"empty {field}") for field in ("source", "category", "url", "lang")),
    ],
)
def test_other_forms_of_a_value_become_the_usual_one(field: str, value: object, kept: object) -> None:
    held = getattr(article(**{field: value}), field)
    assert held == kept
    assert type(held) is type(kept)


def test_one_of_title_and_body_is_enough() -> None:
    assert Article(id="1", title="خبر").body == ""
    assert Article(id="1", body="خبر").title == ""
    with pytest.raises(InputError, match="expected words in title or body"):
        Article(id="1")


def test_an_article_comes_back_from_json() -> None:
    for written in (WHOLE, Article(id="1", body="خبر")):
        assert Article(**json.loads(json.dumps(article_as_json(written)))) == written


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        pytest.param("https://news.example", True, id="host only"),
        pytest.param("http://a.example:8080/خبر?q=1#top", True, id="port, Arabic path, query, fragment"),
        pytest.param("https://user@a.example/", True, id="user"),
        pytest.param("http://[::1]/", True, id="IPv6"),
        pytest.param("http://خبر.example/", True, id="Arabic host"),
        pytest.param("HTTPS://news.example/", True, id="capitals"),
        pytest.param("/news/17", False, id="relative"),
        pytest.param("//news.example/17", False, id="without a scheme"),
        pytest.param("ftp://news.example/17", False, id="other scheme"),
        pytest.param("data:text/html,x", False, id="data"),
        pytest.param("https:///17", False, id="no host"),
        pytest.param("http://[::1", False, id="broken host"),
        pytest.param("https://a.example/a b", False, id="blank"),
        pytest.param("https://a.example/\x00", False, id="control character"),
        pytest.param("https://a.example/\u202ecod", False, id="direction mark"),
        pytest.param("https://a.example/" + "a" * 4096, False, id="too long"),
    ],
)
def test_web_addresses(address: str, is_one: bool) -> None:
    assert rules.is_web_address(address) == is_one


@given(
    st.from_regex(rules._PLAIN_ADDRESS)
    | st.text(st.sampled_from("htps:/a.1-[]@?#é\u2100"), max_size=20).map("http://{}".format)
)
def test_the_short_way_takes_no_address_that_parsing_refuses(address: str) -> None:
    taken = rules.is_web_address(address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "_PLAIN_ADDRESS", rules.re.compile(r"(?!)"))
        assert rules.is_web_address(address) == taken


@pytest.mark.parametrize(
    ("tag", "is_one"),
    [
        ("ar", True),
        ("en-GB", True),
        ("az-Arab-IR", True),
        ("ar-x-a", True),
        ("ar_LB", False),
        ("a", False),
        ("", False),
    ],
)
def test_language_tags(tag: str, is_one: bool) -> None:
    assert rules.is_language_tag(tag) == is_one


def test_a_derived_id_is_sixteen_digits_and_depends_on_every_part() -> None:
    parts: dict[str, Any] = {"url": None, "title": "t", "body": "b", "date": DAY, "source": "s"}
    ids = [rules.derive_id(**parts | {name: "other"}) for name in parts]
    assert len({rules.derive_id(**parts), *ids}) == 1 + len(parts)
    assert all(len(id_) == 16 and int(id_, 16) >= 0 for id_ in ids)


def test_date_and_source_do_not_count_where_there_is_an_address() -> None:
    one, other = (
        rules.derive_id(url="https://a.example/1", title="t", body="b", date=day, source=source)
        for day, source in ((DAY, "s"), (None, None))
    )
    assert one == other


def test_a_kept_article_is_restored_as_it_was() -> None:
    for article in (
        Article(id="1", title="خبر"),
        Article(id="2", body="خبر", date=datetime.date(2024, 2, 11), lang="ar"),
    ):
        labels = article.source, article.category, article.url, article.lang
        assert rules.restore_article((article.id, article.title, article.body), article.date, labels) == article


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        pytest.param((1, "خبر", ""), (None,) * 4, id="an id that is a number"),
        pytest.param(("1", None, ""), (None,) * 4, id="no title"),
        pytest.param(("1", "خبر", ""), (None, None, None, ["ar"]), id="a language that is a list"),
    ],
)
def test_what_no_article_has_is_not_restored(texts: Any, labels: Any) -> None:
    with pytest.raises(InputError, match="as text, got"):
        rules.restore_article(texts, None, labels)
