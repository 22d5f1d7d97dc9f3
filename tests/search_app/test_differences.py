"""Differences between two copies: what counts, where words stand, and the page that shows them."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Article, rebuild
from search_app import Settings, create_app
from search_app.differences import MAX_WORDS, compare, paragraphs

LABELS = {"one": "HERE", "other": "THERE"}


def sides(one: str, other: str) -> list[tuple[str, str]]:
    return [(each.side, " ".join(word.text for word in each.words)) for each in compare(one, other).stretches]


def shown(one: str, other: str) -> list[str]:
    """Return the paragraphs, what stands in the one alone in -…-, in the other alone in +…+."""
    texts = map(str, paragraphs(compare(one, other), str, LABELS))
    return [
        re.sub(
            r'<(del|ins)><span class="vh">(?:HERE|THERE) </span>(.*?)</\1>', lambda m: SIGNS[m[1]].format(m[2]), text
        )
        for text in texts
    ]


SIGNS = {"del": "-{}-", "ins": "+{}+"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("قال الوزير اليوم", "قال الوزير أمس", ["قال الوزير -اليوم- +أمس+"], id="another word"),
        pytest.param("a b c", "a b c d", ["a b c +d+"], id="more at the end"),
        pytest.param("a b c d", "b c d", ["-a- b c d"], id="less at the beginning"),
        pytest.param("قالَ: «نعم»", "قال نعم", ["قالَ: «نعم»"], id="vowel signs and punctuation do not count"),
        pytest.param("قال ( نعم ) ثم", "قال (نعم) ثم", ["قال ( نعم ) ثم"], id="signs apart from their word"),
        pytest.param("UN Said", "un said", ["UN Said"], id="case does not count"),
        pytest.param("أكد", "اكد", ["-أكد- +اكد+"], id="hamza counts"),
        pytest.param("a b\n\nc d", "a b c d", ["a b", "c d"], id="paragraphs are those of the one"),
        pytest.param("a b c\nd e f", "w\na b c\nx y\nd e f", ["+w+", "a b c", "+x y+", "d e f"], id="new paragraphs"),
        pytest.param(
            "a b c d", "Beirut (AP) - a b c d", ["+Beirut (AP) -+ a b c d"], id="a dateline joins its sentence"
        ),
        pytest.param("a b c\nd e f g", "a b c\nx d e f g", ["a b c", "+x+ d e f g"], id="a word before a paragraph"),
        pytest.param("a b c\nx y\nz\nd e f", "a b c d e f", ["a b c", "-x y-", "-z-", "d e f"], id="less paragraphs"),
        pytest.param("k l في m n", "p q في r s", ["-k l في m n- +p q في r s+"], id="one common word joins nothing"),
        pytest.param("- -", "a", ["-- -- +a+"], id="signs alone"),
        pytest.param("", "", [], id="nothing"),
        pytest.param("<b>&amp;", "<i>", ["-&lt;b&gt;&amp;amp;- +&lt;i&gt;+"], id="markup is escaped"),
    ],
)
def test_differences_are_shown(one: str, other: str, expected: list[str]) -> None:
    assert shown(one, other) == expected


def test_a_label_stands_before_each_difference() -> None:
    (text,) = paragraphs(compare("a", "b"), str.upper, LABELS)
    assert text == '<del><span class="vh">HERE </span>A</del> <ins><span class="vh">THERE </span>B</ins>'


@pytest.mark.parametrize(
    ("text", "words", "is_cut"),
    [
        pytest.param("a " * MAX_WORDS, MAX_WORDS, False, id="as many as are compared"),
        pytest.param("a " * (MAX_WORDS + 1), MAX_WORDS, True, id="one word more"),
        pytest.param("a " + ". " * 8 * MAX_WORDS, 1, True, id="signs alone"),
        pytest.param("a" * 8_000_000, 1, False, id="one long word"),
        pytest.param("a\n" * 4_000_000, MAX_WORDS, True, id="the longest body"),
    ],
)
def test_the_beginning_of_a_long_text_is_compared(text: str, words: int, is_cut: bool) -> None:
    comparison = compare(text, text)
    assert (comparison.count("both"), comparison.is_cut) == (words, is_cut)
    assert compare("a", text).is_cut is is_cut


@given(*[st.text(st.sampled_from("ab. \nَ<"), max_size=30)] * 2)
def test_both_texts_are_told_whole_and_in_order(one: str, other: str) -> None:
    comparison = compare(one, other)
    for side, text in (("one", one), ("other", other)):
        keys = [word.key for each in comparison.stretches if each.side in ("both", side) for word in each.words]
        assert "".join(keys) == re.sub(r"[^ab]", "", text)
    words = [word.text for each in comparison.stretches if each.side != "other" for word in each.words]
    assert " ".join(words).split() == one.split()
    text = html.unescape(re.sub(r"<[^>]*>", "", " ".join(paragraphs(comparison, str, {}))))
    assert sorted(text.split()) == sorted(word for _, said in sides(one, other) for word in said.split())


# -- the page

BODY = " ".join(f"كلمة{number}" for number in range(40))


@pytest.fixture
def client(tmp_path: Path):
    articles = [
        Article(id="a/1", title="خبر <b>أول</b>", body=BODY, source="الشرفة", date="2024-05-01"),
        Article(id="b", title="خبر ثان", body=f"{BODY} <script>alert(1)</script>", source="الضفاف", date="2024-05-01"),
        Article(id="c", title="خبر ثان", body=f"{BODY}\nwَ" * 1000, date="2024-05-01"),
    ]
    rebuild(articles=articles, index=tmp_path / "index")
    return create_app(Settings(index=str(tmp_path / "index"))).test_client()


def test_an_article_leads_to_what_differs_in_each_copy_and_back(client) -> None:
    page = client.get("/article/a/1?q=كلمة1&lang=en&at=1").text
    address = html.unescape(re.search(r'href="([^"]+)">What differs', page)[1])
    assert "copy=b" in address
    differences = client.get(address).text
    assert "Words only here: <bdi>1</bdi>, only in the other copy: <bdi>2</bdi>, in both: <bdi>41</bdi>." in differences
    assert (
        '<ins><span class="vh">Only in the other copy: </span>&lt;script&gt;alert(1)&lt;/script&gt;</ins>'
        in differences
    )
    assert '<del><span class="vh">Only here: </span>&lt;b&gt;أول&lt;/b&gt;</del>' in differences
    assert html.unescape(re.search(r'href="([^"]+)"><span aria-hidden="true">‹</span> Back to', differences)[1]) == (
        address.replace("&copy=b", "")
    )
    assert re.search(r'href="/article/b\?lang=en"', differences)


def test_the_page_speaks_both_languages_and_keeps_the_copy(client) -> None:
    arabic = client.get("/article/a/1?copy=b").text
    assert "المشطوب في هذا المقال فقط" in arabic
    assert 'href="/article/a/1?lang=en&amp;copy=b"' in arabic


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("/article/b?copy=b&lang=en", "Both texts have the same words.", id="the same words"),
        pytest.param("/article/c?copy=b&lang=en", "the first <bdi>3,000</bdi> words of each copy", id="a long text"),
    ],
)
def test_what_was_compared_is_told(client, path: str, told: str) -> None:
    assert told in client.get(path).text


def test_vowel_signs_stay_off(client) -> None:
    assert "wَ" in client.get("/article/c?copy=b").text
    assert "wَ" not in client.get("/article/c?copy=b&tashkeel=off").text


@pytest.mark.parametrize("path", ["/article/a/1?copy=nowhere", "/article/nowhere?copy=a/1"])
def test_there_is_no_difference_to_what_is_not_there(client, path: str) -> None:
    assert client.get(path).status_code == 404
