"""The programmatic API: from a request to hits, whichever engine stands behind it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer
from indexer import (
    Article,
    Index,
    IndexClosedError,
    IndexNotFoundError,
    InputError,
    RequestError,
    SearchRequest,
    SourceError,
    create,
    open_index,
    rebuild,
)

DAY = datetime.date
ARTICLES = (
    Article(
        id="vote",
        title="الانتخابات البلدية في لبنان",
        body="أُجِّلَتِ الانْتِخاباتُ مرة أخرى. وقال مسؤول إن البلديات تنتظر.",
        date=DAY(2024, 4, 16),
        source="وكالة زيتون للأنباء",
        category="سياسة",
    ),
    Article(
        id="wheat",
        title="أسعار القمح",
        body="القمح في لبنان أغلى من العام الماضي.",
        date=DAY(2024, 3, 10),
        source="صحيفة الشرفة",
        category="اقتصاد",
    ),
    Article(
        id="cup",
        title="كأس السواحل",
        body="فاز الفريق بكأس السواحل للأندية.",
        date=DAY(2023, 5, 12),
        source="صحيفة الشرفة",
        category="رياضة",
    ),
    Article(
        id="english",
        title="Harbour reopens",
        body="The harbour's cranes are back, officials said.",
        date=DAY(2024, 10, 3),
        source="Levant Ledger",
        lang="en",
    ),
)


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with open_index("memory:") as opened:
        opened.add(ARTICLES)
        yield opened


def ids(index: Index, query: str, **options: object) -> list[str]:
    return [hit.article.id for hit in index.search(SearchRequest(query, **options))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("الانتخابات", {"vote"}, id="one word"),
        pytest.param("انتخابات", {"vote"}, id="without the article"),
        pytest.param("الإنتخابات", {"vote"}, id="other hamza"),
        pytest.param("الانتخابات القمح", {"vote", "wheat"}, id="bare words are optional"),
        pytest.param("لبنان كأس", {"vote", "wheat", "cup"}, id="bare words in any article"),
        pytest.param('"كأس السواحل"', {"cup"}, id="phrase"),
        pytest.param("«السواحل كأس»", set(), id="phrase in another order"),
        pytest.param('"كأس السواحل" لبنان', {"cup"}, id="a phrase is meant"),
        pytest.param("لبنان AND القمح", {"wheat"}, id="AND"),
        pytest.param("لبنان و القمح", {"wheat"}, id="Arabic and"),
        pytest.param("كأس أو القمح", {"cup", "wheat"}, id="Arabic or"),
        pytest.param("لبنان ليس القمح", {"vote"}, id="Arabic not"),
        pytest.param("لبنان -القمح", {"vote"}, id="minus"),
        pytest.param("(كأس OR القمح) AND لبنان", {"wheat"}, id="parentheses"),
        pytest.param("عنوان:لبنان", {"vote"}, id="title, Arabic name"),
        pytest.param("title:لبنان", {"vote"}, id="title"),
        pytest.param("body:لبنان", {"wheat"}, id="body"),
        pytest.param("المصدر:زيتون", {"vote"}, id="source by a word of it"),
        pytest.param("المصدر:الشرفة لبنان", {"wheat"}, id="source and word"),
        pytest.param("منذ:نيسان/2024", {"vote", "english"}, id="since a month"),
        pytest.param("سنة:2023", {"cup"}, id="a year"),
        pytest.param("من أجل لبنان", {"vote", "wheat"}, id="stop words are left out"),
        pytest.param("في", {"vote", "wheat"}, id="nothing but a stop word"),
        pytest.param("HARBOUR", {"english"}, id="Latin letters in any case"),
        pytest.param("harbour", {"english"}, id="possessive"),
        pytest.param("", {"vote", "wheat", "cup", "english"}, id="everything"),
        pytest.param("!?", set(), id="no letter"),
    ],
)
def test_a_query_finds(index: Index, query: str, expected: set[str]) -> None:
    assert set(ids(index, query)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"match": "all"}, {"wheat"}, id="all words"),
        pytest.param({"match": "any"}, {"vote", "wheat"}, id="any word"),
        pytest.param({"date_from": DAY(2024, 4, 1)}, {"vote"}, id="since"),
        pytest.param({"date_to": DAY(2024, 4, 1)}, {"wheat"}, id="until"),
        pytest.param({"sources": ("صحيفة الشرفة",)}, {"wheat"}, id="source"),
        pytest.param({"sources": ("الشرفة", "زيتون")}, {"vote", "wheat"}, id="either source"),
        pytest.param({"sources": ("لا أحد",)}, set(), id="no such source"),
        pytest.param({"categories": ("سياسة",)}, {"vote"}, id="category"),
    ],
)
def test_a_request_narrows(index: Index, options: dict[str, object], expected: set[str]) -> None:
    assert set(ids(index, "لبنان القمح", **options)) == expected


def test_literal_matching_leaves_stems_out(index: Index) -> None:
    assert ids(index, "انتخابات") == ["vote"]
    assert ids(index, "انتخابات", match="exact") == []
    assert ids(index, "الانتخابات", match="exact") == ["vote"]


def test_the_title_of_an_article_finds_it_first(index: Index) -> None:
    for article in ARTICLES:
        assert ids(index, article.title)[0] == article.id


@pytest.mark.parametrize(
    ("title", "marks"),
    [
        pytest.param("عبدالعزيز يزور القمح", [("القمح", "exact")], id="a name in one word before"),
        pytest.param("عبدالعزيز - وقمح عبدالله", [("وقمح", "form")], id="a dash, which is no word, beside it"),
        pytest.param("زار عبد العزيز القمح", [("القمح", "exact")], id="a name in two words"),
    ],
)
@pytest.mark.parametrize("engine", ["memory", "folder"])
def test_titles_with_names_are_marked_at_their_words(
    tmp_path: Path, engine: str, title: str, marks: list[tuple[str, str]]
) -> None:
    with create("memory:" if engine == "memory" else tmp_path / "index", Article(id="1", title=title)) as index:
        (hit,) = index.search("القمح").hits
        assert [(title[mark.start : mark.end], mark.kind) for mark in hit.title.marks] == marks


def test_marks_cover_whole_printed_words(index: Index) -> None:
    (hit,) = index.search(SearchRequest("انتخابات"))
    assert [hit.title.text[mark.start : mark.end] for mark in hit.title.marks] == ["الانتخابات"]
    assert [hit.snippet.text[mark.start : mark.end] for mark in hit.snippet.marks] == ["الانْتِخاباتُ"]
    assert {mark.kind for mark in hit.snippet.marks} == {"form"}


def test_an_article_is_marked_for_reading(index: Index) -> None:
    marked = index.marked("vote", SearchRequest("الانتخابات"))
    assert marked is not None
    assert marked.body.text == ARTICLES[0].body
    assert [mark.kind for mark in marked.body.marks] == ["exact"]
    assert index.marked("nobody", SearchRequest("x")) is None


def test_what_was_assumed_is_told(index: Index) -> None:
    results = index.search(SearchRequest("لبنان ليس القمح سنة:2024 مصدر:مجهول قسم:مجهول"))
    told = [notice.code for notice in results.notices]
    assert told == ["no_field", "no_field", "operator", "date", "links"]
    assert results.filters.date_from == DAY(2024, 1, 1)


def test_a_field_that_was_read_as_words_can_be_one(index: Index) -> None:
    query = "لبنان مصدر:مجهول قسم:مجهول"
    undo = [notice.undo for notice in index.search(query).notices if notice.code == "no_field"]
    results = index.search(SearchRequest(query, undo=undo))
    assert [notice.code for notice in results.notices] == ["no_such_source", "no_such_category", "links"]
    assert results.total == 0


def test_filters_of_query_and_request_hold_together(index: Index) -> None:
    results = index.search(SearchRequest("سنة:2024", date_to=DAY(2024, 3, 31)))
    assert (results.filters.date_from, results.filters.date_to) == (DAY(2024, 1, 1), DAY(2024, 3, 31))
    assert [hit.article.id for hit in results] == ["wheat"]


def test_facets_count_what_each_value_would_find(index: Index) -> None:
    results = index.search(SearchRequest("", sources=("صحيفة الشرفة",), facets=("source", "category")))
    assert {each.value: each.count for each in results.facets["source"]} == {
        "صحيفة الشرفة": 2,
        "وكالة زيتون للأنباء": 1,
        "Levant Ledger": 1,
    }
    assert {each.value: each.count for each in results.facets["category"]} == {"اقتصاد": 1, "رياضة": 1}


def test_latest_are_the_newest(index: Index) -> None:
    assert [article.id for article in index.latest(2)] == ["english", "vote"]


@pytest.mark.parametrize("given", [None, 3, ["لبنان"]], ids=str)
def test_what_is_not_a_request_is_refused(index: Index, given: Any) -> None:
    for ask in (index.search, index.ranking, lambda request: index.marked("vote", request)):
        with pytest.raises(RequestError, match="expected a SearchRequest or the text of a query"):
            ask(given)


def test_the_text_of_a_query_is_searched(index: Index) -> None:
    assert index.search("الانتخابات") == index.search(SearchRequest("الانتخابات"))
    assert index.search("الانتخابات")[0].article.id == "vote"
    assert index.ranking("الانتخابات") == index.ranking(SearchRequest("الانتخابات"))
    assert index.marked("vote", "الانتخابات") == index.marked("vote", SearchRequest("الانتخابات"))


def test_one_name_need_not_stand_in_a_list(index: Index) -> None:
    assert ids(index, "لبنان القمح", sources="الشرفة") == ["wheat"]
    assert list(index.search(SearchRequest(facets="source")).facets) == ["source"]


@pytest.fixture
def numbered(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Index]:
    """Return an index with the articles 1, 2, 12 and a."""
    with open_index("memory:") as opened:
        opened.add(Article(id=name, title=f"خبر {name}") for name in ("1", "2", "12", "a"))
        yield opened


def test_a_str_is_one_id(numbered: Index) -> None:
    assert numbered.delete("12") == 1
    assert sorted(ids(numbered, "")) == ["1", "2", "a"]
    assert numbered.delete({"1", "2"}) == 2


@pytest.mark.parametrize("given", [[3], ["1", None], b"1", 3, None], ids=str)
def test_an_id_that_is_not_a_str_is_refused(numbered: Index, given: Any) -> None:
    with pytest.raises(InputError, match=r"delete: .* expected (a str|ids, each a str)"):
        numbered.delete(given)
    assert numbered.stats().articles == 4


def test_one_article_can_be_added(numbered: Index) -> None:
    assert numbered.add(Article(id="new", title="خبر جديد")) == 1
    assert numbered.article("new") is not None


@pytest.mark.parametrize("given", [["1"], "خبر", [{"id": "1"}], [None], None, 3], ids=str)
def test_only_articles_are_added(numbered: Index, given: Any) -> None:
    with pytest.raises(InputError, match=r"add: .* expected (an Article|articles)"):
        numbered.add(given)
    assert numbered.stats().articles == 4


def test_an_article_beside_something_else_is_not_added(numbered: Index) -> None:
    with pytest.raises(InputError, match="add: str 'x': expected an Article"):
        numbered.add([Article(id="new", title="خبر"), "x"])  # type: ignore[list-item]
    assert numbered.article("new") is None


def test_adding_no_article_changes_nothing(numbered: Index) -> None:
    state = numbered.engine.state()
    assert numbered.add([]) == 0
    assert numbered.add(iter(())) == 0
    assert numbered.engine.state() == state


def test_a_closed_index_says_so(tmp_path: Path, write_jsonl) -> None:
    rebuild([write_jsonl({"id": "1", "title": "خبر أول"})], tmp_path / "index")
    for url in ("memory:", tmp_path / "index"):
        with open_index(url) as opened:
            opened.search("خبر")
        calls: list[Callable[[], object]] = [
            lambda: opened.search("خبر"),
            lambda: opened.ranking("خبر"),
            lambda: opened.marked("1", "خبر"),
            lambda: opened.article("1"),
            opened.latest,
            lambda: opened.add([]),
            lambda: opened.delete([]),
            opened.stats,
            opened.check,
        ]
        for call in calls:
            with pytest.raises(IndexClosedError, match="the index is closed; open it again"):
                call()
        opened.close()


def test_the_words_of_sources_are_analysed_once_a_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_index("memory:") as opened:
        opened.add(Article(id=str(number), title="خبر", source=f"موقع {number}") for number in range(50))
        calls: list[str] = []
        analyze = opened.analyzer.analyze
        monkeypatch.setattr(opened.analyzer, "analyze", lambda text: calls.append(text) or analyze(text))
        for round_ in range(3):
            query = " ".join(f"source:مجهول{number}{round_}" for number in range(10))
            assert len(opened.search(query).notices) == 10
        assert sum(text.startswith("موقع") for text in calls) == 50


def test_pages_of_one_search_share_a_plan_and_plans_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.MAX_PLANS", 8)
    with open_index("memory:") as opened:
        for offset in range(3):
            opened.search(SearchRequest("خبر", offset=offset, sort="newest", facets="source"))
        assert opened._plans.cache_info().misses == 1
        for number in range(30):
            opened.search(f"خبر {number}")
        assert opened._plans.cache_info().currsize == 8


def test_opening_nothing_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="akhbar rebuild"):
        open_index(tmp_path)


def test_a_rebuild_is_seen_by_an_open_index(tmp_path: Path, write_jsonl) -> None:
    rebuild([write_jsonl({"id": "1", "title": "خبر أول"})], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        assert ids(opened, "خبر") == ["1"]
        rebuild([write_jsonl({"id": "2", "title": "خبر ثان"})], tmp_path / "index")
        assert ids(opened, "خبر") == ["2"]
        assert opened.add([Article(id="3", title="خبر ثالث")]) == 1
        assert set(ids(opened, "خبر")) == {"2", "3"}


def test_a_failed_rebuild_leaves_the_index(tmp_path: Path, write_jsonl) -> None:
    rebuild([write_jsonl({"id": "1", "title": "خبر أول"})], tmp_path / "index")
    with pytest.raises(SourceError, match="no article"):
        rebuild([write_jsonl({"id": "2"}, name="bad.jsonl")], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        assert ids(opened, "خبر") == ["1"]


@given(st.text(max_size=60), st.sampled_from(["any", "all", "exact"]), st.sampled_from(["full", "words"]))
def test_no_query_is_an_error(text: str, match: str, syntax: str) -> None:
    with open_index("memory:") as opened:
        opened.add(ARTICLES)
        results = opened.search(SearchRequest(text, match=match, syntax=syntax))  # type: ignore[arg-type]
    assert 0 <= results.total <= len(ARTICLES)


def test_every_exported_name_exists() -> None:
    assert indexer.__all__ == sorted(
        indexer.__all__, key=lambda name: (name.upper() != name, name.lower() == name, name)
    )
    assert all(hasattr(indexer, name) for name in indexer.__all__)


@pytest.mark.parametrize("query", ["", "منذ:2000", "-كلمةغائبة"], ids=["no query", "only a date", "only an exclusion"])
def test_without_words_to_look_for_the_newest_come_first(index: Index, query: str) -> None:
    days = [hit.article.date for hit in index.search(SearchRequest(query)) if hit.article.date]
    assert len(days) > 1
    assert days == sorted(days, reverse=True)


def test_authors_are_kept_filtered_by_and_counted(tmp_path: Path, write_jsonl) -> None:
    records = (
        {"id": "1", "title": "خبر أول", "author": "بقلم: سمير حداد، ليلى شاهين"},
        {"id": "2", "title": "خبر ثان", "authors": [{"name": "سمير حداد"}]},
        {"id": "3", "title": "خبر ثالث", "byline": "By Jane Doe and John Roe"},
        {"id": "4", "title": "خبر رابع", "author": "", "source": "وكالة", "creator": "وكالة"},
    )
    rebuild([write_jsonl(*records)], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        assert opened.article("1").authors == ("سمير حداد", "ليلى شاهين")  # type: ignore[union-attr]
        assert opened.article("3").authors == ("Jane Doe", "John Roe")  # type: ignore[union-attr]
        assert opened.article("4").authors == ()  # type: ignore[union-attr]
        assert set(ids(opened, "خبر كاتب:سمير")) == set(ids(opened, "خبر", authors="سمير حداد")) == {"1", "2"}
        results = opened.search(SearchRequest("خبر", facets="author"))
        counts = {facet.value: facet.count for facet in results.facets["author"]}
        assert counts == {"Jane Doe": 1, "John Roe": 1, "سمير حداد": 2, "ليلى شاهين": 1}
        assert [notice.code for notice in opened.search("كاتب:مجهول").notices] == ["no_field"]


# -- near copies

NEWS = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(40))


@pytest.fixture
def copied() -> Iterator[Index]:
    days = (datetime.date(2024, 3, 2), None, datetime.date(2024, 3, 1))
    with create(
        "memory:", [Article(id=f"{at}", title="x", body=NEWS, date=day, source=f"s{at}") for at, day in enumerate(days)]
    ) as index:
        yield index


def test_near_copies_are_one_hit_unless_asked_for(copied: Index) -> None:
    (hit,) = results = copied.search(SearchRequest("wordaa", sort="oldest"))
    assert (results.total, results.stories, hit.copies, hit.copy_sources) == (3, 1, 3, ("s0", "s1"))
    apart = copied.search(SearchRequest("wordaa", copies="all"))
    assert (apart.total, apart.stories, len(apart)) == (3, 3, 3)
    assert len(copied.search(SearchRequest("wordaa", story="1"))) == 3
    assert len(copied.ranking("wordaa")) == 3


def test_the_copies_of_an_article_come_oldest_first(copied: Index) -> None:
    assert [article.id for article in copied.copies("1")] == ["2", "0", "1"]
    assert copied.copies("nobody") == ()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("بلد:مصر", "12", id="Arabic name"),
        pytest.param("country:Egypt", "12", id="English name"),
        pytest.param("country:EG", "12", id="code"),
        pytest.param("البلد:السودان", "2", id="one of two countries"),
        pytest.param("لغة:الإنجليزية", "3", id="language by its Arabic name"),
        pytest.param("lang:en", "3", id="language by its code"),
    ],
)
def test_articles_are_found_by_country_and_language(query, found):
    index = open_index("memory:")
    index.add(
        [
            Article(id="1", title="القاهرة تستضيف مؤتمرا", lang="ar"),
            Article(id="2", title="مصر والسودان تتفقان", lang="ar"),
            Article(id="3", title="Wheat prices rise", lang="en-GB"),
        ]
    )
    assert sorted(ids(index, query)) == list(found)


def test_countries_and_languages_are_filters_and_facets():
    index = open_index("memory:")
    index.add([Article(id="1", title="مصر والسودان", lang="ar"), Article(id="2", title="مصر", lang="ar")])
    results = index.search(SearchRequest(countries="السودان", languages="ar", facets=("country", "language")))
    assert [hit.article.id for hit in results] == ["1"]
    assert results.filters.countries == ("SD",)
    assert {count.value: count.count for count in results.facets["country"]} == {"EG": 2, "SD": 1}
    unknown = index.search(SearchRequest(countries="أطلانتس", languages="tlh"))
    assert [notice.code for notice in unknown.notices] == ["no_such_country", "no_such_language"]
