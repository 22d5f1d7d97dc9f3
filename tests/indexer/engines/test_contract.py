"""Contract of search engines: one suite that every engine passes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines import ScoredArticle, SearchEngine, open_engine
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh import vocabulary
from indexer.errors import IndexClosedError, IndexNotFoundError, InputError, SourceError
from indexer.query.plan import (
    Adjacent,
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    DateRange,
    EngineRequest,
    Family,
    MatchAll,
    MatchNone,
    Near,
    Plan,
    Recency,
    SameStory,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.request import MAX_LIMIT, MAX_PAGING_DEPTH
from indexer.results.hits import FacetCount
from indexer.schema import SPACES, TEXT_FIELDS, TITLE_GAP, Document, document
from tests.support.engines import COMPARED, ENGINES, LOCAL, TOLERANCE, engine_named, oracle_of

MakeEngine = Callable[[], SearchEngine]
DAY = datetime.date


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    with engine_named(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture(params=COMPARED)
def compared(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine to compare with the naive one."""
    return str(request.param)


def analysed(*articles: Article) -> list[Document]:
    analyzer = analyzer_for("ar")
    return [document(article, analyzer) for article in articles]


def ids(engine: SearchEngine, plan: Plan, **options: object) -> list[str]:
    return [each.article.id for each in engine.search(EngineRequest(plan, **options)).articles]  # type: ignore[arg-type]


WHEAT = Article(
    id="wheat",
    title="أسعار القمح ترتفع",
    body="قال تاجر إن أسعار القمح ارتفعت في الميناء",
    date=DAY(2024, 3, 10),
    source="الشرفة",
    category="اقتصاد",
)
PORT = Article(
    id="port",
    title="الميناء يفتح رصيفا",
    body="فتح الميناء رصيفا للقمح. الأسعار لم ترتفع",
    date=DAY(2024, 5, 1),
    source="الضفاف",
    category="اقتصاد",
)
CUP = Article(
    id="cup", title="كأس السواحل", body="فاز الفريق بالكأس", date=DAY(2023, 9, 9), source="الضفاف", category="رياضة"
)
UNDATED = Article(id="undated", title="القمح بلا تاريخ")
ALL = (WHEAT, PORT, CUP, UNDATED)

WHEAT_TERM = Term("exact", "القمح", 1.0, "body")
PORT_TERM = Term("exact", "الميناء", 1.0, "body")


@pytest.fixture
def filled(engine: SearchEngine) -> SearchEngine:
    engine.rebuild(analysed(*ALL))
    return engine


# -- what a plan finds


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        pytest.param(WHEAT_TERM, {"wheat"}, id="term"),
        pytest.param(PORT_TERM, {"wheat", "port"}, id="term in two"),
        pytest.param(Term("exact", "القمح", 1.0, "title"), {"wheat", "undated"}, id="term in titles only"),
        pytest.param(Term("exact", "لاشيء", 1.0, "body"), set(), id="unknown term"),
        pytest.param(TermPhrase("exact", ("اسعار", "القمح"), 1.0, "body"), {"wheat"}, id="phrase"),
        pytest.param(TermPhrase("exact", ("القمح", "اسعار"), 1.0, "body"), set(), id="phrase in the wrong order"),
        pytest.param(TermPhrase("exact", ("اسعار", "ارتفعت"), 1.0, "body"), set(), id="phrase with a word between"),
        pytest.param(TermPhrase("exact", ("القمح", "لاشيء"), 1.0, "body"), set(), id="phrase with an unknown word"),
        pytest.param(Term("exact", "القمح", 1.0), {"wheat", "undated"}, id="term anywhere"),
        pytest.param(TermPhrase("exact", ("اسعار", "القمح"), 1.0, "title"), {"wheat"}, id="phrase in titles"),
        pytest.param(TermPhrase("exact", ("فتح", "الميناء"), 1.0, "title"), set(), id="phrase of bodies in titles"),
        pytest.param(TermPhrase("exact", ("ترتفع", "قال"), 1.0), set(), id="phrase from title into body"),
        pytest.param(Adjacent("exact", ("اسعار", "القمح"), 1.0), {"wheat"}, id="side by side"),
        pytest.param(Adjacent("exact", ("القمح", "اسعار"), 1.0), set(), id="side by side in the wrong order"),
        pytest.param(Adjacent("exact", ("القمح", "لاشيء"), 1.0), set(), id="beside an unknown word"),
        pytest.param(Family("exact", ("الفريق", "رصيفا", "لاشيء"), 1.0), {"port", "cup"}, id="any of a family"),
        pytest.param(Family("exact", ("لاشيء",), 1.0), set(), id="an unknown family"),
        pytest.param(Near("exact", ("ارتفعت", "اسعار"), 1, 1.0), {"wheat"}, id="near in any order"),
        pytest.param(Near("exact", ("ارتفعت", "اسعار"), 0, 1.0), set(), id="a word too far"),
        pytest.param(Near("exact", ("ترتفع", "القمح"), 9, 1.0, "title"), {"wheat"}, id="near in titles"),
        pytest.param(Near("exact", ("ترتفع", "القمح"), 9, 1.0, "body"), set(), id="near in titles only"),
        pytest.param(Near("exact", ("القمح", "القمح"), 21, 1.0), {"wheat"}, id="one word twice near itself"),
        pytest.param(Near("exact", ("القمح", "القمح"), 20, 1.0), set(), id="one word twice too far"),
        pytest.param(Near("exact", ("القمح", "القمح", "القمح"), 99, 1.0), set(), id="twice is not three times"),
        pytest.param(Near("exact", ("القمح", "لاشيء"), 99, 1.0), set(), id="near an unknown word"),
        pytest.param(AllOf((WHEAT_TERM, PORT_TERM)), {"wheat"}, id="all of"),
        pytest.param(AnyOf((WHEAT_TERM, PORT_TERM)), {"wheat", "port"}, id="any of"),
        pytest.param(AndMaybe(PORT_TERM, WHEAT_TERM), {"wheat", "port"}, id="boosted keeps what is required"),
        pytest.param(AndNot(PORT_TERM, WHEAT_TERM), {"port"}, id="without"),
        pytest.param(AndNot(MatchAll(), PORT_TERM), {"cup", "undated"}, id="all but"),
        pytest.param(MatchAll(), {"wheat", "port", "cup", "undated"}, id="everything"),
        pytest.param(MatchNone(), set(), id="nothing"),
        pytest.param(AnyOf((MatchNone(), WHEAT_TERM)), {"wheat"}, id="nothing beside a term"),
        pytest.param(AllOf((MatchNone(), WHEAT_TERM)), set(), id="nothing is required"),
        pytest.param(DateRange(DAY(2024, 1, 1), None), {"wheat", "port"}, id="since a day"),
        pytest.param(DateRange(None, DAY(2024, 3, 10)), {"wheat", "cup"}, id="until a day, included"),
        pytest.param(TermsFilter("source", frozenset({"الضفاف"})), {"port", "cup"}, id="one source"),
        pytest.param(
            AnyOf((WHEAT_TERM, TermsFilter("category", frozenset({"رياضة"})))), {"wheat", "cup"}, id="term or category"
        ),
        pytest.param(AndNot(MatchAll(), DateRange(DAY(2024, 1, 1), None)), {"cup", "undated"}, id="not since a day"),
    ],
)
def test_a_plan_finds(filled: SearchEngine, plan: Plan, found: set[str]) -> None:
    result = filled.search(EngineRequest(plan))
    assert {each.article.id for each in result.articles} == found
    assert result.total == len(found)


def test_a_hit_carries_the_whole_article(filled: SearchEngine) -> None:
    (hit,) = filled.search(EngineRequest(WHEAT_TERM)).articles
    assert hit.article == WHEAT
    assert hit.score > 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param((DateRange(DAY(2024, 1, 1), DAY(2024, 12, 31)),), {"wheat", "port"}, id="a year"),
        pytest.param((DateRange(None, None),), {"wheat", "port", "cup", "undated"}, id="no bound at all"),
        pytest.param(
            (TermsFilter("source", frozenset({"الضفاف", "الشرفة"})),), {"wheat", "port", "cup"}, id="either source"
        ),
        pytest.param((TermsFilter("source", frozenset()),), set(), id="no source"),
        pytest.param(
            (DateRange(DAY(2024, 1, 1), None), TermsFilter("source", frozenset({"الضفاف"}))),
            {"port"},
            id="date and source",
        ),
    ],
)
def test_every_filter_holds(
    filled: SearchEngine, filters: tuple[DateRange | TermsFilter, ...], found: set[str]
) -> None:
    assert set(ids(filled, MatchAll(), filters=filters)) == found


def test_articles_come_in_the_order_of_their_ids(filled: SearchEngine) -> None:
    assert filled.articles(["cup", "nope", "wheat", "cup"]) == (CUP, None, WHEAT, CUP)
    assert filled.articles([]) == ()


def test_newest_and_oldest_keep_undated_articles_last(filled: SearchEngine) -> None:
    assert ids(filled, MatchAll(), sort="newest") == ["port", "wheat", "cup", "undated"]
    assert ids(filled, MatchAll(), sort="oldest") == ["cup", "wheat", "port", "undated"]


def test_pages_join_to_the_whole_list(filled: SearchEngine) -> None:
    whole = ids(filled, MatchAll(), sort="newest")
    pages = [ids(filled, MatchAll(), sort="newest", limit=1, offset=offset) for offset in range(5)]
    assert [id_ for page in pages for id_ in page] == whole
    assert filled.search(EngineRequest(MatchAll(), limit=1, offset=3)).total == 4


# -- copies

NEWS = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(80))


def copy(id_: str, source: str | None, day: int, *, more: str = "") -> Article:
    return Article(id=id_, title="x", body=f"{NEWS} {more}", date=DAY(2024, 3, day), source=source)


COPIES = (
    copy("first", "س", 1),
    Article(id="alone", title="x", body="wordaa", date=DAY(2024, 3, 1), source="س"),
    copy("second", "ص", 2),
    copy("short", "ع", 2, more="added"),
    Article(id="other", title="x", body=NEWS[::-1], date=DAY(2024, 3, 3), source="ص"),
)


@pytest.fixture
def copied(engine: SearchEngine) -> SearchEngine:
    engine.rebuild(analysed(*COPIES))
    return engine


def test_of_a_story_the_first_in_the_order_asked_for_is_a_hit(copied: SearchEngine) -> None:
    assert ids(copied, MatchAll(), sort="oldest") == ["first", "alone", "second", "short", "other"]
    assert ids(copied, MatchAll(), sort="oldest", grouped=True) == ["first", "alone", "other"]
    assert ids(copied, MatchAll(), sort="newest", grouped=True) == ["other", "second", "alone"]
    found = copied.search(EngineRequest(Term("exact", "added", 1.0), grouped=True))
    assert [(each.article.id, each.copies) for each in found.articles] == [("short", 1)]


def test_a_hit_tells_its_copies_that_match_and_their_sources(copied: SearchEngine) -> None:
    request = EngineRequest(MatchAll(), sort="oldest", grouped=True)
    found = copied.search(request)
    assert [(each.copies, each.copy_sources) for each in found.articles] == [(3, ("ص", "ع")), (1, ()), (1, ())]
    assert (found.total, found.stories) == (5, 3)
    narrowed = copied.search(replace(request, filters=(TermsFilter("source", frozenset(["ص", "ع"])),)))
    assert [(each.article.id, each.copies, each.copy_sources) for each in narrowed.articles] == [
        ("second", 2, ("ع",)),
        ("other", 1, ()),
    ]
    assert (narrowed.total, narrowed.stories) == (3, 2)
    apart = copied.search(replace(request, grouped=False))
    assert (apart.total, apart.stories, {each.copies for each in apart.articles}) == (5, 5, {1})


def test_pages_of_stories_join_to_the_whole_list(engine: SearchEngine) -> None:
    engine.rebuild(analysed(*(copy(f"{number}", None, 1, more=f"more{number}") for number in range(40)), *COPIES))
    whole = ids(engine, MatchAll(), sort="newest", grouped=True, limit=50)
    assert whole == ["other", "second", "alone"]
    pages = [ids(engine, MatchAll(), sort="newest", grouped=True, limit=1, offset=at) for at in range(4)]
    assert [id_ for page in pages for id_ in page] == whole
    assert engine.search(EngineRequest(MatchAll(), grouped=True, limit=0)).stories == len(whole)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("second", ["first", "second", "short"], id="a copy"),
        pytest.param("alone", ["alone"], id="no copies"),
        pytest.param("nobody", [], id="no such article"),
    ],
)
def test_a_filter_finds_the_copies_of_an_article(copied: SearchEngine, asked: str, found: list[str]) -> None:
    assert ids(copied, MatchAll(), filters=(SameStory(asked),), sort="oldest") == found
    both = (SameStory(asked), TermsFilter("source", frozenset(["س"])))
    assert ids(copied, MatchAll(), filters=both) == found[:1]


def test_stories_follow_every_change(copied: SearchEngine) -> None:
    copied.delete(["first"])
    assert ids(copied, MatchAll(), sort="oldest", grouped=True) == ["alone", "second", "other"]
    copied.update(analysed(copy("late", "ف", 2)))
    assert ids(copied, MatchAll(), filters=(SameStory("late"),), sort="oldest") == ["second", "short", "late"]
    assert ids(copied, MatchAll(), filters=(SameStory("first"),)) == []


def test_a_facet_ignores_the_filter_on_its_own_column(filled: SearchEngine) -> None:
    found = filled.search(
        EngineRequest(MatchAll(), (TermsFilter("source", frozenset({"الضفاف"})),), facets=("source", "category"))
    )
    assert found.facets["source"] == (FacetCount("الضفاف", 2), FacetCount("الشرفة", 1))
    assert found.facets["category"] == (FacetCount("اقتصاد", 1), FacetCount("رياضة", 1))


@pytest.mark.parametrize("limit", [None, 0, 1, 2])
def test_a_facet_has_its_most_frequent_values_and_the_chosen_ones(filled: SearchEngine, limit: int | None) -> None:
    search = EngineRequest(MatchAll(), (TermsFilter("category", frozenset({"رياضة", "غائب"})),), facet_limit=limit)
    counts = filled.search(replace(search, facets=("category", "source"))).facets
    common, chosen = FacetCount("اقتصاد", 2), FacetCount("رياضة", 1)
    assert counts["category"] == ((chosen,) if limit == 0 else (common, chosen))
    assert counts["source"] == ((FacetCount("الضفاف", 1),) if limit != 0 else ())


def test_each_of_several_values_in_a_column_is_counted_and_filtered_by(engine: SearchEngine) -> None:
    engine.rebuild(
        analysed(
            Article(id="both", title="لبنان ومصر", authors=("سمير", "ليلى"), lang="ar-LB"),
            Article(id="one", title="لبنان", authors=("سمير",), lang="ar"),
            Article(id="none", title="خبر"),
        )
    )
    facets = engine.search(EngineRequest(MatchAll(), facets=("author", "country", "language"))).facets
    assert facets["author"] == (FacetCount("سمير", 2), FacetCount("ليلى", 1))
    assert facets["country"] == (FacetCount("LB", 2), FacetCount("EG", 1))
    assert facets["language"] == (FacetCount("ar", 2),)
    assert engine.values("author") == ("سمير", "ليلى")
    assert ids(engine, MatchAll(), filters=(TermsFilter("country", frozenset({"EG"})),)) == ["both"]
    assert set(ids(engine, TermsFilter("author", frozenset({"سمير"})))) == {"both", "one"}


def test_a_histogram_counts_the_matches_of_each_day_whatever_days_are_asked_for(filled: SearchEngine) -> None:
    search = EngineRequest(
        Term("stem", "قمح", 1.0),
        (DateRange(DAY(2024, 5, 1)), TermsFilter("category", frozenset({"اقتصاد"}))),
        histogram=True,
    )
    results = filled.search(search)
    assert (results.total, list(results.days.items())) == (1, [(DAY(2024, 3, 10), 1), (DAY(2024, 5, 1), 1)])


def test_totals_are_those_of_each_search(filled: SearchEngine) -> None:
    searches = [EngineRequest(plan) for plan in (Term("stem", "قمح", 1.0), MatchAll(), MatchNone())]
    searches.append(EngineRequest(MatchAll(), (DateRange(last=DAY(2023, 12, 31)),)))
    searches.append(EngineRequest(Term("exact", "الميناء", 1.0, "title")))
    assert filled.totals(searches) == (3, 4, 0, 1, 1)


def test_totals_leave_out_what_is_deleted(filled: SearchEngine) -> None:
    filled.delete(["wheat"])
    assert filled.totals([EngineRequest(Term("exact", "القمح", 1.0))]) == (1,)


def test_an_id_is_a_term(filled: SearchEngine) -> None:
    assert [ids(filled, Term("id", text, 2.0)) for text in ("cup", "cu")] == [["cup"], []]


def test_terms_by_prefix_and_spelling_come_the_commonest_first(filled: SearchEngine) -> None:
    assert filled.terms_with_prefix("exact", "ال", 2) == (("القمح", 2), ("الميناء", 2))
    assert filled.similar_terms("exact", "القمع", 1, 5) == (("القمح", 2),)
    assert filled.similar_terms("exact", "سعار", 1, 5) == (("اسعار", 1),)
    assert filled.similar_terms("exact", "سعار", 1, 5, shared_prefix=1) == ()


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_all_hits_come_in_order_whatever_page_is_asked_for(filled: SearchEngine, sort: str) -> None:
    search = EngineRequest(AnyOf((Term("stem", "قمح", 1.0), PORT_TERM)), sort=sort)  # type: ignore[arg-type]
    page = filled.search(search)
    assert [each[:2] for each in filled.iterate(replace(search, limit=1, offset=1))] == [
        each[:2] for each in page.articles
    ]


def test_all_hits_are_those_of_one_state(filled: SearchEngine) -> None:
    hits = filled.iterate(EngineRequest(MatchAll(), sort="oldest"))
    assert next(hits).article == CUP
    filled.delete(["port"])
    filled.update(analysed(Article(id="new", title="جديد", date=DAY(2024, 1, 1))))
    assert [each.article.id for each in hits] == ["wheat", "port", "undated"]


def test_the_forms_of_a_stem_come_the_commonest_first(filled: SearchEngine) -> None:
    assert filled.forms("قمح") == (("القمح", 2), ("للقمح", 1))
    assert filled.forms("كاس") == (("بالكاس", 1), ("كاس", 1))
    assert filled.forms("لاشيء") == ()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    states=st.lists(
        st.lists(
            st.lists(st.sampled_from(["نار", "النار", "نيران", "القمح", "قمحا", "في"]), max_size=6),
            min_size=1,
            max_size=3,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_forms_are_those_of_the_memory_engine(
    compared: str, tmp_path_factory: pytest.TempPathFactory, states: list[list[list[str]]]
) -> None:
    oracle = MemoryEngine("test")
    with engine_named(compared, tmp_path_factory.mktemp("index")) as engine:
        for number, bodies in enumerate(states):
            articles = (Article(id=f"{number}-{at}", body=" ".join(body) or "x") for at, body in enumerate(bodies))
            added = analysed(*articles)
            for each in (oracle, engine):
                each.update(added) if number else each.rebuild(added)
                each.delete([f"{number - 1}-0"])
        for stem in ("نار", "قمح"):
            assert engine.forms(stem) == oracle.forms(stem)


def test_a_rarer_word_scores_higher(filled: SearchEngine) -> None:
    scores = {
        each.article.id: each.score for each in filled.search(EngineRequest(AnyOf((WHEAT_TERM, PORT_TERM)))).articles
    }
    assert scores["wheat"] > scores["port"]


# -- what writing does


def test_an_update_replaces_adds_and_keeps(filled: SearchEngine) -> None:
    newer = Article(id="port", title="الميناء مغلق", date=DAY(2024, 6, 1))
    added = Article(id="new", title="خبر جديد")
    assert filled.update(analysed(newer, added)) == 2
    assert filled.article("port") == newer
    assert set(ids(filled, MatchAll())) == {"wheat", "port", "cup", "undated", "new"}
    assert filled.stats().articles == 5
    assert ids(filled, Term("exact", "رصيفا", 1.0, "body")) == []


@pytest.mark.parametrize("write", ["rebuild", "update"])
def test_the_last_of_three_with_one_id_counts(filled: SearchEngine, write: str) -> None:
    versions = [Article(id="same", title=title) for title in ("الأولى", "الثانية", "الثالثة")]
    assert getattr(filled, write)(analysed(*versions)) == 1
    assert filled.article("same") == versions[-1]
    assert ids(filled, Term("exact", "الاولي", 1.0, "title")) == []
    assert ids(filled, Term("exact", "الثالثه", 1.0, "title")) == ["same"]


def test_a_rebuild_forgets_what_was_there(filled: SearchEngine) -> None:
    filled.rebuild(analysed(CUP))
    assert ids(filled, MatchAll()) == ["cup"]
    assert filled.article("wheat") is None


def test_a_rollback_brings_back_what_a_rebuild_replaced_and_undoes_itself(filled: SearchEngine) -> None:
    engine = filled
    engine.rebuild(analysed(CUP))
    before = engine.state()
    assert engine.rollback() == len(ALL)
    assert engine.state() != before
    assert set(engine.ids()) == {each.id for each in ALL}
    assert ids(engine, PORT_TERM) != []
    assert engine.rollback() == 1
    assert engine.ids() == ("cup",)
    assert ids(engine, PORT_TERM) == []


def test_a_rollback_goes_on_to_be_updated(filled: SearchEngine) -> None:
    engine = filled
    engine.rebuild(analysed(CUP))
    engine.rollback()
    engine.update(analysed(replace(WHEAT, title="الميناء")))
    assert sorted(ids(engine, Term("exact", "الميناء", 1.0, "title"))) == ["port", "wheat"]


def test_without_an_index_before_a_rollback_changes_nothing(filled: SearchEngine) -> None:
    state = filled.state()
    with pytest.raises(IndexNotFoundError, match="nothing was changed"):
        filled.rollback()
    assert filled.state() == state


def test_ids_are_those_of_the_articles_that_are_there_after_every_change(filled: SearchEngine) -> None:
    assert sorted(filled.ids()) == ["cup", "port", "undated", "wheat"]
    filled.update(analysed(replace(CUP, title="كأس أخرى"), replace(CUP, id="new")))
    filled.delete(["port", "undated"])
    assert sorted(filled.ids()) == ["cup", "new", "wheat"]
    filled.delete(["cup", "new", "wheat"])
    assert filled.ids() == ()
    names = [f"a{number}" for number in range(50)]
    filled.update(analysed(*(replace(CUP, id=name) for name in names)))
    filled.delete(["a3", "a7"])
    filled.update(analysed(replace(CUP, id="a5", title="كأس أخرى")))
    assert sorted(filled.ids()) == sorted({*names} - {"a3", "a7"})


def test_many_updates_lose_and_double_nothing(filled: SearchEngine) -> None:
    for number in range(12):
        filled.update(analysed(Article(id=f"n{number % 5}", title=f"خبر رقم {number}")))
    assert sorted(ids(filled, MatchAll(), limit=50)) == sorted(
        ["wheat", "port", "cup", "undated", *(f"n{n}" for n in range(5))]
    )
    assert filled.check() == ()


@pytest.mark.parametrize("write", ["rebuild", "update"])
def test_no_articles_leave_the_index_as_it_was(filled: SearchEngine, write: str) -> None:
    with pytest.raises(SourceError, match="no article"):
        getattr(filled, write)([])
    assert len(ids(filled, MatchAll())) == 4


@pytest.mark.parametrize("write", ["rebuild", "update"])
def test_a_failing_source_leaves_the_index_as_it_was(filled: SearchEngine, write: str) -> None:
    def failing() -> Iterator[Document]:
        yield from analysed(Article(id="x", title="خبر"))
        raise RuntimeError("the disk was pulled out")

    with pytest.raises(RuntimeError, match="pulled out"):
        getattr(filled, write)(failing())
    assert len(ids(filled, MatchAll())) == 4
    assert filled.article("x") is None
    filled.update(analysed(Article(id="x", title="خبر")))
    assert filled.article("x") is not None


def test_deleted_articles_are_found_no_more(filled: SearchEngine) -> None:
    state = filled.state()
    assert filled.delete(["wheat", "nobody", "cup", "wheat"]) == 2
    assert filled.state() != state
    assert ids(filled, MatchAll()) == ["port", "undated"]
    assert ids(filled, Term("exact", "القمح", 1.0, "title")) == ["undated"]
    assert filled.article("cup") is None
    assert filled.values("source") == ("الضفاف",)
    assert filled.search(EngineRequest(MatchAll(), facets=("source",))).facets["source"] == (FacetCount("الضفاف", 1),)
    assert (filled.stats().articles, filled.stats().sources) == (2, 1)
    assert (filled.stats().first_date, filled.stats().last_date) == (DAY(2024, 5, 1), DAY(2024, 5, 1))
    assert filled.check() == ()


def test_deleting_unknown_articles_changes_nothing(filled: SearchEngine) -> None:
    state, stats = filled.state(), filled.stats()
    assert filled.delete(["nobody"]) == 0
    assert filled.delete([]) == 0
    assert (filled.state(), filled.stats()) == (state, stats)


def test_an_index_may_lose_all_articles_and_get_new_ones(filled: SearchEngine) -> None:
    assert filled.delete(ids(filled, MatchAll())) == 4
    found = filled.search(EngineRequest(AnyOf((WHEAT_TERM, MatchAll())), sort="newest", facets=("source",)))
    assert (found.articles, found.total, found.facets) == ((), 0, {"source": ()})
    assert (filled.stats().articles, filled.stats().first_date) == (0, None)
    filled.update(analysed(WHEAT))
    assert ids(filled, WHEAT_TERM) == ["wheat"]


def test_hits_say_where_words_stand(filled: SearchEngine) -> None:
    filled.update(analysed(replace(CUP, title="كأس «السواحل» كأس", body="فاز، الفريق\nبالكأس")))
    for found in filled.search(EngineRequest(MatchAll(), limit=10)).articles:
        (expected,) = analysed(found.article)
        for field in TEXT_FIELDS:
            part = slice(0, expected.body_start) if field == "title" else slice(expected.body_start, None)
            exact, stems = expected.terms["exact"][part], expected.terms["stem"][part]
            asked = (*sorted({term for term in exact if term}), "nowhere", "\ud800")  # no UTF-8 has a surrogate
            positions = [[position for position, term in enumerate(exact) if term == wanted] for wanted in asked]
            assert [list(found.locator.positions(field, term, "exact")) for term in asked] == positions
            by_stem = {stem: "stem " + stem for stem in (*filter(None, stems[::2]), "nowhere", "\ud800")}
            by_exact = {term: "exact " + term for term in filter(None, exact[::3])}
            before, by_position = {0: "alias", 1: "alias", 2: "alias"}, {1: "phrase", len(exact) + 7: "beyond"}
            by_term = (("stem", by_stem), ("exact", by_exact))
            rules = list(zip(expected.starts[field], stems, exact, strict=False))  # behind a title stands a gap
            matches = [
                (start, by_position.get(at) or by_exact.get(term) or by_stem.get(stem) or before.get(at))
                for at, (start, stem, term) in enumerate(rules)
            ]
            assert found.locator.matched_words(field, before, by_term, by_position) == [
                match for match in matches if match[1]
            ]
            assert found.locator.matched_words(field, {}, (), {}) == []


def test_each_change_makes_a_higher_generation(filled: SearchEngine) -> None:
    changes: list[Callable[[], int]] = [
        lambda: filled.update(analysed(replace(CUP, title="الكأس"))),
        lambda: filled.delete(["cup"]),
        lambda: filled.rebuild(analysed(CUP)),
        filled.rollback,
    ]
    for change in changes:
        before = filled.stats().generation
        change()
        assert filled.stats().generation > before
    before = filled.stats().generation
    filled.delete(["nobody"])
    assert filled.stats().generation == before


@pytest.mark.parametrize("grouped", [False, True])
def test_the_deepest_page_that_may_be_asked_for_is_answered(filled: SearchEngine, grouped: bool) -> None:
    deepest = EngineRequest(MatchAll(), limit=MAX_LIMIT, offset=MAX_PAGING_DEPTH - MAX_LIMIT, grouped=grouped)
    found = filled.search(replace(deepest, sort="newest"))
    assert (found.articles, found.total, found.stories) == ((), 4, 4)


def test_stats_and_values(filled: SearchEngine) -> None:
    stats = filled.stats()
    assert (stats.articles, stats.sources) == (4, 2)
    assert (stats.first_date, stats.last_date) == (DAY(2023, 9, 9), DAY(2024, 5, 1))
    assert filled.values("source") == ("الشرفة", "الضفاف")
    assert filled.article("nobody") is None


def test_odd_text_survives(engine: SearchEngine) -> None:
    odd = Article(id="\u200f'\"<b>&", title="\x00\ufffd" * 3 + "خبر", body="\n\n" + "ك" * 70_000, source="\u202eمصدر")
    engine.rebuild(analysed(odd))
    assert engine.article(odd.id) == odd
    assert ids(engine, TermsFilter("source", frozenset({"\u202eمصدر"}))) == [odd.id]


def test_a_closed_engine_says_so(filled: SearchEngine) -> None:
    filled.close()
    filled.close()
    calls: list[Callable[[], object]] = [
        lambda: filled.rebuild(analysed(CUP)),
        lambda: filled.update(analysed(CUP)),
        lambda: filled.delete(["cup"]),
        lambda: filled.search(EngineRequest(MatchAll())),
        lambda: filled.article("cup"),
        lambda: filled.values("source"),
        filled.state,
        filled.stats,
        filled.check,
    ]
    for call in calls:
        with pytest.raises(IndexClosedError, match="closed; open it again"):
            call()


def test_an_address_of_no_engine_is_refused() -> None:
    with pytest.raises(InputError, match="no engine"):
        open_engine("https://example.org/index", analyzer_for("ar"))


# -- every engine against the naive one

VOCABULARY = ("ا", "ب", "ت", "ث", "ج")
words = st.sampled_from(VOCABULARY)
# A field's length is kept in a byte, exact up to ten terms; longer ones differ in the third digit.
terms_by_position = st.lists(st.one_of(st.none(), words), max_size=10)


@st.composite
def documents(draw: st.DrawFn, *, copies: bool = False) -> list[Document]:
    made = []
    for number in range(draw(st.integers(1, 12))):
        article = Article(
            id=f"a{number}",
            title="x",
            date=draw(st.none() | st.dates(DAY(2024, 1, 1), DAY(2024, 1, 4))),
            source=draw(st.sampled_from([None, "س", "ص"])),
        )
        terms = {space: draw(terms_by_position) for space in SPACES}
        if copies and draw(st.booleans()):  # of one of two texts, long enough to be told
            terms["stem"] += draw(st.sampled_from([[*VOCABULARY] * 4, [*reversed(VOCABULARY)] * 4]))
        title = draw(st.integers(0, 6))
        for space, each in terms.items():  # behind a title stands a gap, in every space at the same places
            begin = [*each[:title], *[None] * title][:title]
            terms[space] = [*begin, *[None] * TITLE_GAP, *each[title:]]
        made.append(Document(article, terms, body_start=title + TITLE_GAP))
    return made


spaces, parts = st.sampled_from(SPACES), st.sampled_from([None, None, "title", "body"])
boosts = st.sampled_from([0.25, 0.75, 1.0, 2.0])
leaves = st.one_of(
    st.builds(Term, spaces, words, boosts, parts),
    st.builds(TermPhrase, spaces, st.lists(words, min_size=2, max_size=3).map(tuple), boosts, parts),
    st.builds(Adjacent, spaces, st.lists(words, min_size=2, max_size=3).map(tuple), boosts),
    st.builds(Family, spaces, st.lists(words, min_size=1, max_size=8).map(tuple), boosts),
    st.builds(Near, spaces, st.lists(words, min_size=2, max_size=4).map(tuple), st.integers(0, 8), boosts, parts),
    st.just(MatchAll()),
    st.just(MatchNone()),
    st.builds(DateRange, st.none() | st.just(DAY(2024, 1, 2)), st.none() | st.just(DAY(2024, 1, 3))),
    st.builds(TermsFilter, st.just("source"), st.sets(st.sampled_from(["س", "ص"])).map(frozenset)),
)


def compounds(inner: st.SearchStrategy[Plan]) -> st.SearchStrategy[Plan]:
    several = st.lists(inner, min_size=2, max_size=8).map(tuple)
    return st.one_of(
        st.builds(AllOf, several),
        st.builds(AnyOf, several),
        st.builds(AndMaybe, inner, inner),
        st.builds(AndNot, inner, inner),
    )


plans = st.recursive(leaves, compounds, max_leaves=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    documents=documents(),
    searches=st.lists(plans, min_size=1, max_size=8),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    recency=st.none() | st.builds(Recency, st.floats(0.5, 99), st.just(DAY(2024, 1, 3))),
)
def test_an_engine_answers_as_the_naive_one_does(
    compared: str,
    tmp_path_factory: pytest.TempPathFactory,
    documents: Sequence[Document],
    searches: Sequence[Plan],
    sort: str,
    recency: Recency | None,
) -> None:
    oracle = oracle_of(compared)
    oracle.rebuild(documents)
    with engine_named(compared, tmp_path_factory.mktemp("index")) as engine:
        engine.rebuild(documents)
        for number, plan in enumerate(searches):
            search = EngineRequest(
                plan,
                sort=sort,  # type: ignore[arg-type]
                limit=20,
                facets=("source",),
                recency=recency,
                grouped=number % 2 > 0,
            )
            expected, found = oracle.search(search), engine.search(search)
            assert (found.total, found.stories) == (expected.total, expected.stories)
            assert found.total == engine.totals([EngineRequest(plan)])[0]
            assert found.facets == expected.facets
            scores = {each.article.id: each.score for each in found.articles}
            assert [each[:2] for each in engine.iterate(search)] == [each[:2] for each in found.articles]
            exact = {each.article.id: each.score for each in expected.articles}
            assert scores == pytest.approx(exact, **TOLERANCE[compared])
            if sort != "relevance":
                assert [*scores] == [*exact]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    states=st.lists(st.tuples(documents(copies=True), st.sets(st.integers(0, 12))), min_size=1, max_size=4),
    searches=st.lists(plans, min_size=1, max_size=4),
)
def test_an_engine_finds_what_the_naive_one_does_after_every_change(
    compared: str,
    tmp_path_factory: pytest.TempPathFactory,
    states: Sequence[tuple[Sequence[Document], set[int]]],
    searches: Sequence[Plan],
) -> None:
    """Scores may differ: replaced articles count in the statistics until their segment is merged."""
    oracle = MemoryEngine("test")
    with engine_named(compared, tmp_path_factory.mktemp("index")) as engine:
        for number, (documents, deleted) in enumerate(states):
            unwanted = [f"a{each}" for each in deleted]
            for each in (oracle, engine):
                (each.update if number else each.rebuild)(documents)
            assert engine.delete(unwanted) == oracle.delete(unwanted)
            for plan in searches:
                for grouped in (False, True):
                    search = EngineRequest(plan, sort="oldest", limit=20, facets=("source",), grouped=grouped)
                    expected, found = oracle.search(search), engine.search(search)
                    assert [_told(each) for each in found.articles] == [_told(each) for each in expected.articles]
                    assert (found.total, found.facets) == (expected.total, expected.facets)
                    assert found.stories == expected.stories
                assert engine.totals([EngineRequest(plan)]) == (expected.total,)
        assert engine.check() == ()


def _told(scored: ScoredArticle) -> tuple[Article, int, tuple[str, ...]]:
    return scored.article, scored.copies, scored.copy_sources


# -- the vocabulary

texts = st.text("ابت", min_size=1, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(st.lists(st.lists(texts, max_size=6), min_size=1, max_size=9), min_size=1, max_size=4),
    text=st.text("ابت", max_size=3),
    distance=st.integers(0, 2),
    limit=st.integers(0, 6),
    shared=st.integers(0, 2),
    few=st.sampled_from((0, 20_000)),
)
def test_the_vocabulary_is_that_of_the_memory_engine(
    compared: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    batches: list[list[list[str]]],
    text: str,
    distance: int,
    limit: int,
    shared: int,
    few: int,
) -> None:
    monkeypatch.setattr(vocabulary, "MAX_TOTALED_AT_ONCE", few)
    oracle = MemoryEngine("test")
    with engine_named(compared, tmp_path_factory.mktemp("index")) as engine:
        for batch, articles in enumerate(batches):  # the default engine makes a segment of each
            documents = [
                Document(Article(id=f"{batch} {number}", title="", body="متن"), {"exact": terms, "stem": terms})
                for number, terms in enumerate(articles)
            ]
            for each in (oracle, engine):
                (each.update if batch else each.rebuild)(documents)
        assert engine.stats().details.get("segments", len(batches)) == len(batches) or compared not in LOCAL
        assert engine.terms_with_prefix("exact", text, limit) == oracle.terms_with_prefix("exact", text, limit)
        found = [each.similar_terms("stem", text, distance, limit, shared_prefix=shared) for each in (engine, oracle)]
        assert found[0] == found[1]


@pytest.mark.parametrize("few", [0, 20_000])
def test_terms_that_only_a_small_segment_has_are_counted_too(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(vocabulary, "MAX_TOTALED_AT_ONCE", few)
    for write, texts in ((engine.rebuild, ["اب", "اب ب", "اب ت"]), (engine.update, ["اج ب", "ب"])):
        write(analysed(*(Article(id=text, title=text) for text in texts)))
    assert engine.terms_with_prefix("exact", "ا", 2) == (("اب", 3), ("اج", 1))


# -- families


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text("ابتز~1", min_size=1, max_size=7), max_size=8), min_size=1, max_size=4), st.data())
def test_a_family_is_that_of_the_memory_engine(
    engine: SearchEngine, articles: list[list[str]], data: st.DataObject
) -> None:
    documents = [
        Document(Article(id=str(number), title="", body="متن"), {"exact": stems, "stem": stems})
        for number, stems in enumerate(articles)
    ]
    oracle = MemoryEngine("test")
    for each in (engine, oracle):
        each.rebuild(documents[:1])
        each.update(documents)
    stem = data.draw(st.sampled_from(["ابتز", *(stem for stems in articles for stem in stems)]))
    assert engine.family(stem) == oracle.family(stem)


def test_a_family_has_the_five_commonest_alike_stems(engine: SearchEngine) -> None:
    texts = ["شارعا", "شارعا شارعب", "شارعا شارعب شارعت", "شارعج شارعد شارعه", "شارع شعير"]
    stems = [text.split() for text in texts]
    engine.rebuild(
        Document(Article(id=str(number), title="", body="متن"), {"exact": each, "stem": each})
        for number, each in enumerate(stems)
    )
    assert engine.family("شارع") == ("شارعا", "شارعب", "شارعت", "شارعج", "شارعد")
    assert engine.family("شارعا") == ("شارع",)
    assert engine.family("2015") == engine.family("من") == engine.family("") == ()
