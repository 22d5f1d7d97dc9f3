"""Scores computed by hand for a few articles: BM25, early words, the weights of spaces, titles and synonyms.

The numbers stand here as literals on purpose: a changed constant in :mod:`indexer.ranking.weights` must fail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer import Article, Index, SearchRequest
from indexer.engines import SearchEngine, open_engine
from indexer.query.plan import Adjacent, AllOf, AndMaybe, AndNot, EngineRequest, Family, Plan, Term, TermPhrase
from indexer.ranking.occurrences import Part
from indexer.schema import Document, document

ENGINES = ("memory", "whoosh")

IDF_OF_ONE = math.log(1 + 2.5 / 1.5)
"""The inverse document frequency of a term in one of three documents."""
IDF_OF_TWO = math.log(1 + 1.5 / 2.5)


def saturated(frequency: int, relative_length: float) -> float:
    """Return the part of BM25 that the term's frequency gives, with k1 .75 and b .75."""
    return frequency * 1.75 / (frequency + 0.75 * (0.25 + 0.75 * relative_length))


EARLY = 0.35 / (1 + 3.5 / 20)
"""The bonus of a stem among the first eight words of a body, which counts as if it stood at 3.5."""


def location(engine: str, folder: Path) -> str | Path:
    return "memory:" if engine == "memory" else folder / "index"


# -- one term space


BODIES = {"short": "x", "middle": "x x y", "long": "y z z z z"}
"""Nine terms in three documents: the mean length is 3."""


def space_of(**bodies: str) -> list[Document]:
    """Return documents with the same words in both spaces, "-" is a gap; their bodies begin behind a "|"."""
    made = []
    for id_, text in bodies.items():
        title, _, body = text.rpartition("|")
        terms = [None if word == "-" else word for word in (*title.split(), *body.split())]
        made.append(Document(Article(id=id_, title="x"), {"exact": terms, "stem": terms}, {}, len(title.split())))
    return made


@pytest.fixture(params=ENGINES)
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., SearchEngine]]:
    engine = open_engine(location(request.param, tmp_path), analyzer_for("ar"), fingerprint="test")

    def make(**bodies: str) -> SearchEngine:
        engine.rebuild(space_of(**bodies))
        return engine

    yield make
    engine.close()


def scores(engine: SearchEngine, plan: Plan) -> dict[str, float]:
    return {hit.article.id: hit.score for hit in engine.search(EngineRequest(plan)).articles}


X_IN_SHORT = IDF_OF_TWO * saturated(1, 1 / 3)
X_IN_MIDDLE = IDF_OF_TWO * saturated(2, 3 / 3)
Y_IN_MIDDLE = IDF_OF_TWO * saturated(1, 3 / 3)
Z_IN_LONG = IDF_OF_ONE * saturated(4, 5 / 3)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(Term("exact", "x", 1.0), {"short": X_IN_SHORT, "middle": X_IN_MIDDLE}, id="common term"),
        pytest.param(Term("exact", "z", 1.0), {"long": Z_IN_LONG}, id="rare term"),
        pytest.param(Term("exact", "z", 0.3), {"long": 0.3 * Z_IN_LONG}, id="boost"),
        pytest.param(Term("stem", "z", 0.3), {"long": 0.3 * (Z_IN_LONG + IDF_OF_ONE * EARLY)}, id="stem"),
        pytest.param(
            AllOf((Term("exact", "x", 1.0), Term("exact", "y", 2.0))),
            {"middle": X_IN_MIDDLE + 2 * Y_IN_MIDDLE},
            id="two terms",
        ),
        pytest.param(TermPhrase("exact", ("x", "y"), 1.0), {"middle": X_IN_MIDDLE + Y_IN_MIDDLE}, id="phrase"),
    ],
)
def test_a_score_is_the_one_computed_by_hand(
    make_engine: Callable[..., SearchEngine], plan: Plan, expected: dict[str, float]
) -> None:
    assert scores(make_engine(**BODIES), plan) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("part", [None, "title", "body"])
def test_a_word_in_the_title_counts_as_two_and_scores_so_in_every_part(
    make_engine: Callable[..., SearchEngine], part: Part | None
) -> None:
    engine = make_engine(both="x - | x y", title="x y y | -", body="y y | y x", neither="y y y")
    idf, mean = math.log(1 + 1.5 / 3.5), 13 / 4
    expected = {
        "both": idf * saturated(2 + 1, 3 / mean),
        "title": idf * saturated(1 + 1, 3 / mean),
        "body": idf * saturated(1, 4 / mean),
    }
    if part:
        del expected["title" if part == "body" else "body"]
    assert scores(engine, Term("exact", "x", 1.0, part)) == pytest.approx(expected, abs=1e-9)


def test_words_side_by_side_add_to_the_score_by_how_often_they_stand_so(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine(once="x y", apart="y x", thrice="x y | x y z x y", turned="x y x")
    idf_of_x_and_y = 2 * math.log(1 + 0.5 / 4.5)
    without = scores(engine, Term("exact", "x", 1.0))
    expected = {"once": 1 / (1 + 0.75), "apart": 0, "thrice": 3 / (3 + 0.75), "turned": 1 / (1 + 0.75)}
    plan = AndMaybe(Term("exact", "x", 1.0), Adjacent("exact", ("x", "y"), 0.5))
    assert scores(engine, plan) == pytest.approx(
        {id_: without[id_] + 0.5 * idf_of_x_and_y * places for id_, places in expected.items()}, abs=1e-9
    )


def test_a_family_scores_as_one_word_that_is_as_common_as_its_commonest(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine(own="w x", two="- | v x x y", title="x | v", none="v v")
    idf_of_x = math.log(1 + 1.5 / 3.5)
    expected = {"own": 1, "two": 3, "title": 2}
    lengths = {"own": 2, "two": 4, "title": 2}
    family = Family("stem", ("x", "y", "unknown"), 0.5)
    by_hand = {id_: 0.5 * idf_of_x * saturated(expected[id_], lengths[id_] / 2.5) for id_ in expected}
    assert scores(engine, family) == pytest.approx(by_hand, abs=1e-9)
    everywhere = Term("stem", "v", 0.0)
    fallback = scores(engine, AndMaybe(everywhere, AndNot(family, Term("stem", "w", 1.0))))
    assert fallback == pytest.approx({"two": by_hand["two"], "title": by_hand["title"], "none": 0.0}, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "bonus"),
    [
        pytest.param("x", EARLY, id="the first word"),
        pytest.param("- " * 7 + "x", EARLY, id="the eighth"),
        pytest.param("- " * 8 + "x", 0.35 / (1 + 11.5 / 20), id="the ninth"),
        pytest.param("- " * 255 + "x", 0.35 / (1 + 191.5 / 20), id="the last of the sixth step"),
        pytest.param("- " * 900 + "x", 0.35 / (1 + 512 / 20), id="far behind"),
        pytest.param("- - - - | x", EARLY, id="counted from where the body begins"),
        pytest.param("x | - -", None, id="only in the title"),
    ],
)
def test_a_stem_gains_by_its_first_place_in_the_body(
    make_engine: Callable[..., SearchEngine], text: str, bonus: float | None
) -> None:
    idf = math.log(1 + 1.5 / 1.5)
    expected = idf * (saturated(1 if bonus else 2, 1) + (bonus or 0))
    assert scores(make_engine(x=text, y="y"), Term("stem", "x", 1.0)) == pytest.approx({"x": expected}, abs=1e-9)


# -- whole queries


ARTICLES = (
    Article(id="same form", title="القمح", body="سعر القمح"),
    Article(id="other form", title="كأس", body="سعر والقمح لبنان"),
    Article(id="no wheat", title="كأس", body="لبناني"),
)


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    analyzer = analyzer_for("ar")
    engine = open_engine(location(request.param, tmp_path), analyzer)
    engine.rebuild(document(article, analyzer) for article in ARTICLES)
    with Index(engine, analyzer) as index:
        yield index


def ranked(index: Index, query: str) -> dict[str, float]:
    return dict(index.ranking(SearchRequest(query, syntax="words")))


def test_a_word_counts_a_quarter_by_its_form_and_the_rest_by_its_stem(index: Index) -> None:
    assert ranked(index, "القمح") == pytest.approx(
        {
            "same form": 0.75 * IDF_OF_TWO * (saturated(3, 3 / 3) + EARLY) + 0.25 * IDF_OF_ONE * saturated(3, 3 / 3),
            "other form": 0.75 * IDF_OF_TWO * (saturated(1, 4 / 3) + EARLY),
        },
        abs=1e-9,
    )


def test_the_nationality_of_a_country_counts_four_tenths(index: Index) -> None:
    assert ranked(index, "لبنان") == pytest.approx(
        {
            "other form": IDF_OF_ONE * (saturated(1, 4 / 3) + 0.75 * EARLY),
            "no wheat": 0.4 * IDF_OF_ONE * (saturated(1, 2 / 3) + 0.75 * EARLY),
        },
        abs=1e-9,
    )
