"""Addresses: where one ends in a text, which spellings are the same, and what of one is worth searching for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.names.addresses import ADDRESS, address_key, decode_addresses, text_of_address

PAGE = "https://news.example/أخبار/12?id=7"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("https://news.example/a", "https://news.example/a", id="whole text"),
        pytest.param("www.news.example", "www.news.example", id="without a scheme"),
        pytest.param("news.example/a", "news.example/a", id="host and path"),
        pytest.param("news.example قال", None, id="a host alone"),
        pytest.param("HTTP://NEWS.example/A", "HTTP://NEWS.example/A", id="capitals"),
        pytest.param("https://news.example/a، قال", "https://news.example/a", id="Arabic comma"),
        pytest.param("https://news.example/a/.", "https://news.example/a/", id="full stop"),
        pytest.param("https://news.example/a)", "https://news.example/a", id="parenthesis"),
        pytest.param("https://news.example/a_(b)/c", "https://news.example/a_(b)/c", id="parentheses inside"),
        pytest.param("https://news.example/a»", "https://news.example/a", id="quotation mark"),
        pytest.param("شباط/فبراير", None, id="a slash"),
        pytest.param("AC/DC", None, id="no dot"),
        pytest.param("3.5/4", None, id="figures"),
        pytest.param("https://", None, id="nothing behind the scheme"),
    ],
)
def test_an_address_ends_before_the_punctuation_around_it(text, address):
    found = ADDRESS.match(text)
    assert (found and found[0]) == address


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("http://news.example/أخبار/12?id=7", id="scheme"),
        pytest.param("www.news.example/أخبار/12?id=7", id="www"),
        pytest.param("https://News.Example/أخبار/12?id=7", id="case of the host"),
        pytest.param("https://news.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/12?id=7", id="percent"),
        pytest.param("https://news.example/ا\u0654خبار/12?id=7", id="hamza apart"),
        pytest.param("https://news.example/أخبار/12/?id=7", id="slash at the end"),
        pytest.param("https://news.example/أخبار/12?utm_source=x&id=7&fbclid=y", id="campaign"),
        pytest.param("https://news.example/أخبار/12?id=7#comments", id="fragment"),
    ],
)
def test_spellings_of_one_address_share_a_key(spelling):
    assert address_key(spelling) == address_key(PAGE)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("https://news.example/أخبار/12?id=8", id="parameter"),
        pytest.param("https://news.example/أخبار/1?id=7", id="path"),
        pytest.param("https://new.example/أخبار/12?id=7", id="host"),
        pytest.param("https://news.example/أخبار/12%3Fid=7", id="a question mark in the path"),
    ],
)
def test_other_addresses_have_other_keys(other):
    assert address_key(other) != address_key(PAGE)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        pytest.param("https://news.example/sport/al-ahly.html?id=7#x", "sport/al-ahly", id="path"),
        pytest.param("https://news.example/%D8%A3/", "أ", id="percent"),
        pytest.param("https://www.bbc.com/", "bbc", id="site"),
        pytest.param("http://localhost", "localhost", id="host without a dot"),
    ],
)
def test_the_path_is_what_says_something(address, text):
    assert text_of_address(address) == text


def test_only_letters_in_addresses_are_decoded():
    assert decode_addresses("50%D8 https://a.example/%D8%A3%2F%ff") == "50%D8 https://a.example/أ%2F\ufffd"


@given(st.text(st.one_of(st.characters(), st.sampled_from("htps:/w.%aD8?#&=\n\u064e"))))
def test_any_text_has_a_key_and_a_text(text):
    assert len(address_key(text)) == 16
    assert address_key(f"https://{text}") == address_key(f"https://{text}#x") or "#" in text or "?" in text
    assert isinstance(text_of_address(text), str)
    assert len(decode_addresses(text)) <= len(text)
