"""Sources and categories are found by name; their words are analysed once a state of the index."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.column_names import ColumnNames, ColumnNamesCache

SOURCES = ("وكالة زيتون للأنباء", "صحيفة الشرفة", "صحيفة زيتون", "زيتون")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param("زيتون", {"زيتون"}, id="a whole name goes before words of others"),
        pytest.param("صحيفة", {"صحيفة الشرفة", "صحيفة زيتون"}, id="a word of two"),
        pytest.param("زيتون صحيفة", {"صحيفة زيتون"}, id="two words in any order"),
        pytest.param("صحيفة أخرى", set(), id="a word that none has"),
        pytest.param(" ", set(), id="no word"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_a_name_stands_for_values(name: str, values: set[str]) -> None:
    assert ColumnNames(SOURCES, str.split).resolve(name) == values


@pytest.mark.parametrize("name", ["عكاظ", "okaz", "صحيفة عكاظ", "Okaz"])
def test_a_value_is_found_by_its_other_names(name: str) -> None:
    names = ColumnNames(
        ("okaz", "sabq"), str.split, {"okaz": ("عكاظ", "صحيفة عكاظ", "Okaz"), "sabq": ("سبق",)}.__getitem__
    )
    assert names.resolve(name) == {"okaz"}


NAMES = st.lists(st.sampled_from("abcd"), max_size=3).map(" ".join)


@given(st.sets(NAMES), NAMES)
def test_names_are_found_as_by_looking_at_every_value(values: set[str], name: str) -> None:
    words = set(name.split())
    expected = {name} if name in values else {value for value in values if words and words <= set(value.split())}
    assert ColumnNames(values, str.split).resolve(name) == expected


def test_every_value_is_analysed_once_however_many_names_are_unknown() -> None:
    analysed: Counter[str] = Counter()

    def words_of(text: str) -> list[str]:
        analysed[text] += 1
        return text.split()

    names = ColumnNames([f"موقع {number}" for number in range(1000)], words_of)
    with ThreadPoolExecutor(8) as threads:
        assert not any(threads.map(names.resolve, [f"مجهول{number}" for number in range(30)] * 2))
    assert sum(analysed.values()) == 1000 + 60
    assert analysed["موقع 1"] == 1


def test_a_whole_value_is_found_without_analysis() -> None:
    assert ColumnNames(SOURCES, lambda text: pytest.fail("analysed")).resolve("زيتون") == {"زيتون"}


def test_values_are_read_once_a_state() -> None:
    read: list[str] = []

    def values_of(column: str) -> tuple[str, ...]:
        read.append(column)
        return SOURCES

    cache = ColumnNamesCache(values_of, str.split)
    for state in (1, 1, 2, 2):
        assert cache.get("source", state).resolve("الشرفة") == {"صحيفة الشرفة"}
    cache.get("category", 2)
    assert read == ["source", "source", "category"]
