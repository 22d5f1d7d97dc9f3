"""Other names of sources: from the shipped table, and from a file of the user."""

from __future__ import annotations

from importlib import resources

import pytest

from analyzers import read_table
from indexer import Article, InputError, SearchRequest, open_index, value_label
from indexer.names.sources import SOURCES_VARIABLE, other_names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        pytest.param("okaz", {"عكاظ", "Okaz"}, id="slug"),
        pytest.param("OKAZ", {"okaz", "عكاظ", "Okaz"}, id="capitals"),
        pytest.param("www.aljazeera.net", {"aljazeera", "الجزيرة", "Al Jazeera"}, id="host"),
        pytest.param("arabic.cnn.com", {"cnn", "سي إن إن", "CNN"}, id="host of a section"),
        pytest.param("Okaz", {"okaz", "عكاظ"}, id="English name"),
        pytest.param("الجزيرة", set(), id="a name that two media share"),
        pytest.param("نشرة السوق", set(), id="unknown"),
        pytest.param("news.com", set(), id="a host without a name"),
    ],
)
def test_names_of_a_source(source, names):
    assert set(other_names(source)) == names


def test_a_source_is_found_by_its_arabic_name():
    index = open_index("memory:")
    index.add([Article(id="1", title="خبر", source="okaz"), Article(id="2", title="خبر", source="sabq")])
    for query in ("خبر المصدر:عكاظ", "خبر source:Okaz"):
        assert [hit.article.id for hit in index.search(query)] == ["1"]
    assert index.search(SearchRequest("خبر", sources="سبق")).total == 1


def test_a_user_adds_names(tmp_path, monkeypatch):
    own = tmp_path / "names.tsv"
    own.write_text("diffa\tضفة النهر\tRiver Bank\n", "utf-8")
    monkeypatch.setenv(SOURCES_VARIABLE, str(own))
    assert other_names("diffa.example") == ("diffa", "ضفة النهر", "River Bank")
    assert other_names("okaz") == ("عكاظ", "Okaz")
    own.with_name("bad.tsv").write_text("diffa\n", "utf-8")
    monkeypatch.setenv(SOURCES_VARIABLE, str(own.with_name("bad.tsv")))
    with pytest.raises(InputError, match=r"AKHBAR_SOURCE_NAMES .*bad\.tsv.*expected rows of 3 cells"):
        other_names("okaz")


def test_the_table_is_sorted_and_has_each_name_once():
    rows = list(read_table("source_names.tsv", 3, resources.files("indexer") / "data"))
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})


@pytest.mark.parametrize(
    ("column", "value", "arabic", "english"),
    [
        pytest.param("source", "okaz", "عكاظ", "Okaz", id="slug"),
        pytest.param("source", "www.okaz.com.sa", "عكاظ", "Okaz", id="host"),
        pytest.param("source", "عكاظ", "عكاظ", "Okaz", id="Arabic name"),
        pytest.param("source", "نشرة السوق", "نشرة السوق", "نشرة السوق", id="unknown source"),
        pytest.param("country", "LB", "لبنان", "Lebanon", id="country"),
        pytest.param("language", "fa", "الفارسية", "Persian", id="language"),
        pytest.param("language", "tlh", "tlh", "tlh", id="unknown language"),
        pytest.param("author", "okaz", "okaz", "okaz", id="a column without names"),
    ],
)
def test_a_value_has_a_label_in_both_languages(column, value, arabic, english):
    assert (value_label(column, value, "ar"), value_label(column, value, "en")) == (arabic, english)
