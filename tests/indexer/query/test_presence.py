"""Presence of a query in an index: what is told of it, and how seldom an engine is asked, which may be far away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest

from analyzers import analyzer_for
from indexer import Article, Index, SearchRequest
from indexer.engines import EngineResults, TermCount
from indexer.engines.memory import MemoryEngine
from indexer.engines.opensearch.documents import is_plain_id
from indexer.query.plan import AnyOf, EngineRequest, Term
from indexer.query.presence import missing_parts
from indexer.schema import ID_FIELD, document

ARTICLES = tuple(
    Article(id=f"wadi-{number}", title="ارتفاع أسعار القمح في السوق", body="قال الرئيس حسني مبارك إن السوق هادئة")
    for number in range(1, 6)
)
"""So many that no word is rare, which would be corrected."""


class CountingEngine(MemoryEngine):
    """An engine that counts how often another machine would be asked, which counts once, and on the way if it may."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(fingerprint)
        self.requests = 0
        self._expected: set[str] = set()
        self._counted: set[str] = set()

    def _ask(self) -> None:
        self.requests += 1
        self._counted |= self._expected
        self._expected.clear()

    def expect(self, searches: Sequence[EngineRequest]) -> None:
        self._expected |= {*map(condition, searches)}

    def search(self, search: EngineRequest) -> EngineResults:
        self._counted.add(condition(search))
        self._ask()
        return super().search(search)

    def totals(self, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        conditions = {condition(each) for each in searches if not is_by_no_plain_id(each)}
        if not conditions <= self._counted:
            self._ask()
            self._counted |= conditions
        requests = self.requests
        found = super().totals(searches)
        self.requests = requests  # whatever searches this engine made of it
        return found

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, *, shared_prefix: int = 0
    ) -> tuple[TermCount, ...]:
        self._ask()
        return super().similar_terms(space, text, distance, limit, shared_prefix=shared_prefix)


def is_by_no_plain_id(search: EngineRequest) -> bool:
    """Return whether a search looks for an id that has a blank or Arabic letters, which no article here has."""
    return isinstance(search.plan, Term) and search.plan.space == ID_FIELD and not is_plain_id(search.plan.text)


def condition(search: EngineRequest) -> str:
    """Return what a search counts: whatever its terms score."""
    return re.sub(r"boost=[\d.]+", "", repr((search.plan, search.filters)))


@pytest.fixture
def engine() -> Iterator[CountingEngine]:
    analyzer = analyzer_for("ar")
    engine = CountingEngine(analyzer.fingerprint())
    engine.rebuild(document(article, analyzer) for article in ARTICLES)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("request_", "first", "again"),
    [
        pytest.param(
            SearchRequest("ارتفاع أسعار القمح في السوق"), 1, 1, id="a headline: its words are counted on the way"
        ),
        pytest.param(
            SearchRequest("الرئيس حسني مبارك إن السوق هادئة"), 2, 1, id="the other spellings of a name before it"
        ),
        pytest.param(SearchRequest("القمح"), 1, 1, id="a word, which may be misspelt"),
        pytest.param(SearchRequest("القمح السوق", match="all"), 1, 1, id="all words"),
        pytest.param(
            SearchRequest("ارتفاع أسعار القمح في السوق", sort="newest"), 1, 1, id="by date: any of the words too"
        ),
        pytest.param(SearchRequest(""), 1, 1, id="no words"),
    ],
)
def test_an_engine_is_asked_seldom(engine: CountingEngine, request_: SearchRequest, first: int, again: int) -> None:
    index = Index(engine, analyzer_for("ar"))
    for expected in (first, again):
        engine.requests = 0
        index.search(request_)
        assert engine.requests == expected


def test_a_word_that_is_nowhere_is_corrected_by_few_requests(engine: CountingEngine) -> None:
    index = Index(engine, analyzer_for("ar"))
    results = index.search("القمخ")
    assert results.did_you_mean
    assert results.did_you_mean.text == "القمح"
    assert engine.requests <= 10


def test_the_steps_of_the_ladder_are_counted_at_once(engine: CountingEngine) -> None:
    results = Index(engine, analyzer_for("ar")).search(SearchRequest("القمح مبارك السوق قطار", match="all"))
    assert [(rung.kind, rung.value) for rung in results.ladder] == [("fewer_words", "قطار")]
    assert engine.requests <= 6  # 9 where each of the four is counted alone


def test_a_part_is_missing_only_where_none_of_its_terms_is_found(engine: CountingEngine) -> None:
    known, unknown = Term("stem", "قمح", 1.0), Term("exact", "zz", 1.0)
    parts = {("one", None): AnyOf((unknown, known)), ("other", None): AnyOf((known, unknown)), ("none", None): unknown}
    assert missing_parts(engine.totals, parts) == (("none", None),)
    assert engine.requests == 2


def test_of_an_id_no_word_is_missing(engine: CountingEngine) -> None:
    index = Index(engine, analyzer_for("ar"))
    assert [notice.code for notice in index.search("wadi-1").notices] == ["id"]
    assert "no_match" in [notice.code for notice in index.search("wadi-9").notices]


def test_nothing_is_asked_of_nothing(engine: CountingEngine) -> None:
    assert missing_parts(engine.totals, {}) == ()
    assert engine.requests == 0


def test_the_article_of_an_id_counts_among_those_with_all_words(engine: CountingEngine) -> None:
    index = Index(engine, analyzer_for("ar"))
    assert [hit.article.id for hit in index.search("wadi-2")] == ["wadi-2"]
    assert index.search("wadi-2").total_all == 1
