"""Significant terms: the formula, and what counts as a word or name."""

from __future__ import annotations

import pytest

from analyzers import analyzer_for
from indexer import Article
from indexer.query.planner import HighlightTerms
from indexer.results.significance import StemmedArticle, common_words, jlh, names_among, stems_of_query
from indexer.schema import document


def stemmed(*bodies: str) -> list[StemmedArticle]:
    documents = [document(Article(id="1", title="", body=body), analyzer_for("ar")) for body in bodies]
    return [StemmedArticle(each, list(each.terms["stem"])) for each in documents]


@pytest.mark.parametrize(
    ("share", "background", "score"),
    [
        pytest.param(0.8, 0.1, 5.6, id="gain times ratio"),
        pytest.param(0.1, 0.1, 0, id="as common as everywhere"),
        pytest.param(0.1, 0.2, 0, id="rarer than everywhere"),
        pytest.param(0.1, 0, 0, id="unknown everywhere"),
    ],
)
def test_a_term_scores_by_how_much_commoner_it_is(share: float, background: float, score: float) -> None:
    assert jlh(share, background) == pytest.approx(score)


def test_rare_words_figures_letters_and_stop_words_are_left_out() -> None:
    documents = stemmed(*["القمح 2015 في أ"] * 40, *["لبنان"] * 2, "بيروت")
    assert common_words(documents, ()) == {"قمح": 40, "لبنان": 2}
    assert common_words(documents, {"قمح"}) == {"لبنان": 2}
    assert common_words(stemmed(*["القمح"] * 60, *["لبنان"] * 3, *["بيروت"] * 2), ()) == {"قمح": 60, "لبنان": 3}


@pytest.mark.parametrize(
    ("bodies", "names"),
    [
        pytest.param(["حزب الله", "حزب الله", "قمح"], [("حزب", "الله")], id="always side by side"),
        pytest.param(["حزب الله", "حزب الله", "حزب الله", "حزب", "حزب"], [("حزب", "الله")], id="three of five"),
        pytest.param(["حزب الله", "حزب الله", "حزب", "حزب"], [], id="two of four"),
        pytest.param(["حزب في الله", "حزب في الله"], [], id="a word between"),
    ],
)
def test_words_side_by_side_are_a_name(bodies: list[str], names: list[tuple[str, str]]) -> None:
    documents = stemmed(*bodies)
    assert list(names_among(documents, common_words(documents, ()))) == names


def test_the_stems_of_a_query_are_those_of_words_phrases_and_synonyms() -> None:
    highlight = HighlightTerms(
        exact={"القمح": "القمح"},
        stem={"لبنان": "لبنان"},
        phrases={("اسعار", "النفط"): ("أسعار", "النفط")},
        compounds={("عبد", "عزيز"): "عبدالعزيز"},
        synonym_stems={"بيروتي": "لبنان"},
        synonym_phrases={("الحرس", "الثوري"): "IRGC"},
    )
    stems = stems_of_query(highlight, analyzer_for("ar"))
    assert stems >= {"قمح", "لبنان", "نفط", "عبد", "عزيز", "بيروتي", "حرس", "ثوري"}
