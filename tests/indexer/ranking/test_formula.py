"""Scores computed by hand for three articles: BM25, the weights of spaces and fields, the weight of synonyms.

The numbers stand here as literals on purpose: a changed constant in :mod:`indexer.ranking.weights` must fail.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer import Article, Index, SearchRequest
from indexer.engines import SearchEngine, open_engine
from indexer.query.plan import AllOf, EngineRequest, Plan, Term, TermPhrase
from indexer.schema import INDEX_FIELDS, Document, document

ENGINES = ("memory", "whoosh")

IDF_OF_ONE = math.log(1 + 2.5 / 1.5)
"""The inverse document frequency of a term in one of three documents."""
IDF_OF_TWO = math.log(1 + 1.5 / 2.5)


def saturated(frequency: int, relative_length: float, b: float) -> float:
    """Return the part of BM25 that the term's frequency gives, with k1 .9."""
    return frequency * 1.9 / (frequency + 0.9 * (1 - b + b * relative_length))


def location(engine: str, folder: Path) -> str | Path:
    return "memory:" if engine == "memory" else folder / "index"


# -- one field


BODIES = {"short": "x", "middle": "x x y", "long": "y z z z z"}
"""Nine terms in three documents: the mean length is 3."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    engine = open_engine(location(request.param, tmp_path), fingerprint="test")
    nothing: dict[str, list[str | None]] = {field: [] for field in INDEX_FIELDS}
    engine.rebuild(
        Document(
            Article(id=id_, title="x"), {**nothing, "title_stem": [*body.split()], "body_exact": [None, *body.split()]}
        )
        for id_, body in BODIES.items()
    )
    yield engine
    engine.close()


def scores(engine: SearchEngine, plan: Plan) -> dict[str, float]:
    return {hit.article.id: hit.score for hit in engine.search(EngineRequest(plan)).articles}


X_IN_SHORT = IDF_OF_TWO * saturated(1, 1 / 3, 0.75)
X_IN_MIDDLE = IDF_OF_TWO * saturated(2, 3 / 3, 0.75)
Y_IN_MIDDLE = IDF_OF_TWO * saturated(1, 3 / 3, 0.75)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(Term("body_exact", "x", 1.0), {"short": X_IN_SHORT, "middle": X_IN_MIDDLE}, id="common term"),
        pytest.param(Term("body_exact", "z", 1.0), {"long": IDF_OF_ONE * saturated(4, 5 / 3, 0.75)}, id="rare term"),
        pytest.param(Term("body_exact", "z", 0.3), {"long": 0.3 * IDF_OF_ONE * saturated(4, 5 / 3, 0.75)}, id="boost"),
        pytest.param(
            Term("title_stem", "z", 1.0), {"long": IDF_OF_ONE * saturated(4, 5 / 3, 0.5)}, id="another b in titles"
        ),
        pytest.param(
            AllOf((Term("body_exact", "x", 1.0), Term("body_exact", "y", 2.0))),
            {"middle": X_IN_MIDDLE + 2 * Y_IN_MIDDLE},
            id="two terms",
        ),
        pytest.param(TermPhrase("body_exact", ("x", "y"), 1.0), {"middle": X_IN_MIDDLE + Y_IN_MIDDLE}, id="phrase"),
    ],
)
def test_a_score_is_the_one_computed_by_hand(engine: SearchEngine, plan: Plan, expected: dict[str, float]) -> None:
    assert scores(engine, plan) == pytest.approx(expected, abs=1e-9)


# -- whole queries


ARTICLES = (
    Article(id="same form", title="القمح", body="سعر القمح"),
    Article(id="other form", title="كأس", body="سعر والقمح لبنان"),
    Article(id="no wheat", title="كأس", body="لبناني"),
)


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    analyzer = analyzer_for("ar")
    engine = open_engine(location(request.param, tmp_path), fingerprint=analyzer.fingerprint())
    engine.rebuild(document(article, analyzer) for article in ARTICLES)
    with Index(engine, analyzer) as index:
        yield index


def ranked(index: Index, query: str) -> dict[str, float]:
    return dict(index.ranking(SearchRequest(query, syntax="words")))


def test_a_word_counts_a_quarter_by_its_form_the_rest_by_its_stem_and_a_tenth_more_in_a_title(index: Index) -> None:
    in_title = IDF_OF_ONE * saturated(1, 1.0, 0.5)
    stem_in_body, form_in_body = IDF_OF_TWO * saturated(1, 2 / 2, 0.75), IDF_OF_ONE * saturated(1, 2 / 2, 0.75)
    assert ranked(index, "القمح") == pytest.approx(
        {
            "same form": 1.1 * (0.75 + 0.25) * in_title + 0.75 * stem_in_body + 0.25 * form_in_body,
            "other form": 0.75 * IDF_OF_TWO * saturated(1, 3 / 2, 0.75),
        },
        abs=1e-9,
    )


def test_the_nationality_of_a_country_counts_four_tenths(index: Index) -> None:
    assert ranked(index, "لبنان") == pytest.approx(
        {
            "other form": IDF_OF_ONE * saturated(1, 3 / 2, 0.75),
            "no wheat": 0.4 * IDF_OF_ONE * saturated(1, 1 / 2, 0.75),
        },
        abs=1e-9,
    )
