"""Matched forms: every printed form of a word in the results, with the number of articles that have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import indexer
from indexer import Article, Index, SearchRequest, create
from indexer.results.matched_forms import MAX_FORMS

TEXTS = {
    "a": "النار تأكل الغابة، والنار لا ترحم",
    "b": "أطفأوا النار في الغابات",
    "c": "لعبوا بالنار قرب المدرسة",
    "d": "نيران صديقة في مدارس المدينة",
    "e": "إيران تنفي، وايران تعود إلى النار",
    "f": "إيران والإيرانيون في إيران",
    "g": "ساحة الشهداء في بيروت",
    "h": "مطار عبدالعزيز لا بيروت وعبد العزيز",
}
ARTICLES = [Article(id=name, title=f"خبر {name}", body=text, source=name) for name, text in TEXTS.items()]


@pytest.fixture(params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    with create("memory:" if request.param == "memory" else tmp_path / "index", ARTICLES) as index:
        yield index


def forms(index: Index, query: str, **fields: object) -> dict[str, list[tuple[str, str, int]]]:
    request = SearchRequest(query, forms=True, **fields)  # type: ignore[arg-type]
    found = index.search(request).forms
    return {word.word: [(form.text, form.kind, form.articles) for form in word.forms] for word in found}


@pytest.mark.parametrize(
    ("query", "fields", "expected"),
    [
        pytest.param(
            "النار",
            {},
            {
                "النار": [
                    ("النار", "exact", 3),
                    ("بالنار", "form", 1),
                    ("نيران", "form", 1),
                    ("والنار", "form", 1),
                ]
            },
            id="prefixes and a broken plural, the commonest first",
        ),
        pytest.param("النار", {"sources": "c"}, {"النار": [("بالنار", "form", 1)]}, id="under a filter"),
        pytest.param(
            "النار AND مدرسة",
            {},
            {
                "النار": [("بالنار", "form", 1), ("نيران", "form", 1)],
                "مدرسة": [("المدرسة", "form", 1), ("مدارس", "form", 1)],
            },
            id="only where all is found",
        ),
        pytest.param("النار", {"match": "exact"}, {"النار": [("النار", "exact", 3)]}, id="letters as typed"),
        pytest.param('"ساحة الشهداء"', {}, {"ساحة الشهداء": [("ساحة الشهداء", "exact", 1)]}, id="a phrase"),
        pytest.param(
            'النار -="النار"', {}, {"النار": [("بالنار", "form", 1), ("نيران", "form", 1)]}, id="an exclusion"
        ),
        pytest.param(
            "عبدالعزيز",
            {},
            {"عبد العزيز": [("عبد العزيز", "exact", 1), ("وعبد العزيز", "form", 1)]},
            id="a name in one word and in two",
        ),
        pytest.param("مدار*", {}, {"مدار": [("مدارس", "exact", 1)]}, id="a prefix"),
        pytest.param("قمر", {}, {}, id="a word of no article"),
        pytest.param("", {}, {}, id="no query"),
    ],
)
def test_forms(
    index: Index, query: str, fields: dict[str, object], expected: dict[str, list[tuple[str, str, int]]]
) -> None:
    assert forms(index, query, **fields) == expected


def test_a_synonym_is_told_as_one(index: Index) -> None:
    assert forms(index, "Iran")["Iran"] == [("إيران", "alias", 2), ("والإيرانيون", "alias", 1), ("وايران", "alias", 1)]
    assert "Iran" not in forms(index, "Iran", links=False)


def test_forms_are_told_only_on_demand(index: Index) -> None:
    assert index.search("النار").forms == ()


def test_a_form_is_told_of_articles_that_are_there(index: Index) -> None:
    index.delete(["c"])
    assert [text for text, _, _ in forms(index, "النار")["النار"]] == ["النار", "نيران", "والنار"]


@pytest.mark.parametrize("query", ["النار", "النار مدرسة", "النار OR إيران", "(النار مدرسة) AND قرب", "=النار"])
def test_an_exclusion_is_the_query_without_the_articles_of_the_form(index: Index, query: str) -> None:
    request = SearchRequest(query, forms=True)
    results = index.search(request)
    told = [form for word in results.forms for form in word.forms]
    assert told
    for form in told:
        assert form.exclusion == f'{query} -="{form.text}"'
        rest = index.search(replace(request, query=form.exclusion))
        assert rest.total == results.total - form.articles
        assert form.text not in [other.text for word in rest.forms for other in word.forms]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        pytest.param('النار "المدرسة', {}, id="an open quotation mark"),
        pytest.param("عاجل: أطفأوا النار في الغابات قرب المدينة مساء", {}, id="a pasted text"),
        pytest.param("النار", {"syntax": "words"}, id="words only"),
        pytest.param("النار " + "و" * 500, {}, id="too long"),
        pytest.param("النار " + " ".join(f"w{number}" for number in range(31)), {}, id="too many words"),
    ],
)
def test_what_cannot_be_excluded_in_writing_has_no_exclusion(
    index: Index, query: str, fields: dict[str, object]
) -> None:
    words = index.search(SearchRequest(query, forms=True, **fields)).forms  # type: ignore[arg-type]
    assert {form.exclusion for word in words for form in word.forms} == {""}


def test_a_word_has_its_commonest_forms_only(tmp_path: Path) -> None:
    proclitics = ["", "و", "ب", "ل", "ف", "ك", "وب", "ول", "فب", "فل", "ال", "وال", "بال", "فال"]
    texts = [f"{letters}مطار" for letters in proclitics]
    articles = [Article(id=f"{at}", body=" ".join(texts[: at + 1])) for at in range(len(texts))]
    with create(tmp_path / "index", articles) as index:
        told = forms(index, "مطار")["مطار"]
    assert len(told) == MAX_FORMS
    assert [articles for _, _, articles in told] == list(range(14, 2, -1))


def test_forms_that_are_rare_in_the_index_are_told_where_the_results_have_no_others(tmp_path: Path) -> None:
    letters = ["", "و", "ب", "ل", "ف", "ك", "وب", "ول", "فب", "فل", "ال", "وال", "بال", "فال"]
    common = [Article(id=f"{at}", body=" ".join(f"{each}مطار" for each in letters), source="ن") for at in range(2)]
    rare = Article(id="rare", body="مطاران ومطاراتنا", source="م")
    with create(tmp_path / "index", [*common, rare]) as index:
        assert [text for text, _, _ in forms(index, "مطار", sources="م")["مطار"]] == ["مطاران", "ومطاراتنا"]


def test_a_query_of_many_words_has_fewer_forms_of_each(tmp_path: Path) -> None:
    words = "مطار بيت كتاب جدار ملعب متجر مصنع شارع ميدان قطار كرسي مفتاح دفتر قلم هاتف حاسوب".split()
    body = " ".join(f"{word} {letters}{word}" for word in words for letters in ("ال", "و", "بال", "وال", "ب"))
    with create(tmp_path / "index", [Article(id="1", body=body)]) as index:
        few, many = forms(index, words[0]), forms(index, " ".join(words))
    assert len(few[words[0]]) == 6
    assert sum(map(len, many.values())) <= 48
    assert len(many) == len(words)


def test_the_form_most_articles_print_is_shown(tmp_path: Path) -> None:
    bodies = ["ايران بعيدة", "إيران قريبة", "إِيرانُ جارة", "فـإيران جارة"]
    with indexer.create(
        tmp_path / "index", [Article(id=f"{at}", body=body) for at, body in enumerate(bodies)]
    ) as index:
        assert [text for text, _, _ in forms(index, "ايران")["ايران"]] == ["إيران", "فإيران"]
