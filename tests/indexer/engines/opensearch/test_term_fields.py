"""Fields of terms: what is indexed of an article's terms, whichever vocabularies they came in."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import EncodedTerms
from indexer.article import Article
from indexer.engines.opensearch import term_fields
from indexer.engines.opensearch.documents import token
from indexer.engines.opensearch.mapping import BAR, EARLY_K1, EARLY_SPACES, GAP, MARK
from indexer.engines.opensearch.term_fields import TermCoder
from indexer.ranking import weights
from indexer.ranking.occurrences import STEP_BOUNDS, step_of
from indexer.schema import SPACES, TITLE_GAP, Document

ODD_TERMS = st.sampled_from(['a"b', "a\\b", "a b", "a\nb", "\n", "a|b", GAP, MARK, "a\ud800", "x" * 300, ""])
TERMS = st.none() | st.sampled_from(["قمح", "a", "b", "c"]) | ODD_TERMS
TEXTS = st.lists(TERMS, max_size=20) | st.lists(TERMS, min_size=250, max_size=300)


def fields(title: Sequence[str | None], body: Sequence[str | None]) -> dict[str, str]:
    """Return the fields of an article with the same terms in both spaces, given without numbers."""
    terms = [*title, *[None] * TITLE_GAP, *body]
    document = Document(Article(id="1", title="x"), {"exact": terms, "stem": terms}, {}, len(title) + TITLE_GAP)
    return dict(json.loads(TermCoder().code(document).to_json()))


def early(title: Sequence[str | None], body: Sequence[str | None]) -> dict[str, int]:
    """Return the frequency of each token in the early field."""
    pairs = (each.split(BAR) for each in fields(title, body)["stem_early"].split())
    return {each: int(frequency) for each, frequency in pairs}


def test_the_scored_fields_have_each_term_once_with_its_weighted_frequency() -> None:
    made = fields(["a", "b", None], ["b", None, "b", "c"])
    assert made["stem"] == made["exact"] == "a|2 b|4 c|1"


def test_the_positional_fields_have_every_place_of_a_word() -> None:
    made = fields(["a", None, "b"], ["c", None, "d"])
    assert made["title_stem"] == f"a {GAP} b"
    assert made["text_stem"] == " ".join(["a", GAP, "b", *[GAP] * (TITLE_GAP - 1), MARK, "c", GAP, "d"])


def test_an_article_without_terms_counts_in_the_statistics_of_its_fields() -> None:
    made = fields([], [])
    assert made["stem"] == made["stem_early"] == f"{MARK}{BAR}1"
    assert made["text_stem"].endswith(MARK)


@pytest.mark.parametrize("place", [0, 7, 8, 15, 16, 100, 128, 255, 256, 5000])
def test_lucene_makes_the_early_bonus_of_the_early_frequency(place: int) -> None:
    frequency = early(["a"], [*["b"] * place, "a", "b", "a"])["a"]
    bonus = weights.early_bonus("stem", step_of(place))
    assert frequency / (frequency + EARLY_K1) == pytest.approx(bonus, abs=1e-4)


def test_a_term_of_the_title_alone_stands_in_the_early_field_without_a_bonus() -> None:
    assert early(["a", None], ["b"])["a"] == 1


def test_a_term_of_two_lines_is_one_term() -> None:
    made = fields(["a\nb", "c"], [])
    assert made["title_stem"].split() == [token("a\nb"), "c"]


def test_spaces_that_came_in_two_vocabularies_are_coded_anew() -> None:
    terms = {"exact": _encode(["b", "a"], [None]), "stem": _encode(["a", "c"], [None])}
    coded = TermCoder().code(Document(Article(id="1", title="x"), terms))
    assert {space: [coded.vocabulary[each] for each in numbers] for space, numbers in coded.numbers.items()} == {
        "exact": ["b", "a"],
        "stem": ["a", "c"],
    }
    assert json.loads(coded.to_json())["stem"] == "a|1 c|1"


@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 2)), min_size=1, max_size=6))
def test_every_field_says_the_tokens_of_the_terms_whatever_vocabulary_they_came_in(articles) -> None:
    coder = TermCoder()
    vocabularies: tuple[list[str | None], list[str | None]] = ([None], [None])
    for title, body, given_by in articles:
        terms: Sequence[str | None] = [*title, *[None] * TITLE_GAP, *body]
        encoded = terms if given_by == 2 else _encode(terms, vocabularies[given_by])
        document = Document(Article(id="1", title="x"), dict.fromkeys(SPACES, encoded), {}, len(title) + TITLE_GAP)
        made = json.loads(coder.code(document).to_json())
        for space in SPACES:
            written = dict(zip(*[iter(made[space].replace(BAR, " ").split())] * 2, strict=True))
            assert {each: int(frequency) for each, frequency in written.items()} == _expected(title, body)
            places = [GAP if term is None else token(term) for term in terms]
            places[len(title) + TITLE_GAP - 1] = MARK
            assert made[f"text_{space}"].split(" ") == places
            assert made[f"title_{space}"].split() == _without_last_gaps(places[: len(title)])
        for space in EARLY_SPACES:
            assert {each.rpartition(BAR)[0] for each in made[f"{space}_early"].split()} == {*_expected(title, body)}


def _encode(terms: Sequence[str | None], vocabulary: list[str | None]) -> EncodedTerms:
    for term in terms:
        if term not in vocabulary:
            vocabulary.append(term)
    return EncodedTerms(array("I", map(vocabulary.index, terms)), vocabulary)


def _expected(title: Sequence[str | None], body: Sequence[str | None]) -> dict[str, int]:
    """Return the weighted frequency of each token, by the formula of one term."""
    return {
        token(term): round(weights.weighted_frequency([*title, *body].count(term), in_title=term in title))
        for term in {*title, *body} - {None}
    } or {MARK: 1}


def _without_last_gaps(places: list[str]) -> list[str]:
    while places[-1:] == [GAP]:
        places.pop()
    return places


def test_the_early_frequency_falls_from_step_to_step() -> None:
    firsts = [early([], [*["b"] * bound, "a"])["a"] for bound in STEP_BOUNDS]
    assert firsts == sorted({*firsts}, reverse=True)


def test_vocabularies_that_no_article_came_in_for_long_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_fields, "MAX_IDLE", 3)
    coder = TermCoder()
    for number in range(20):
        document = Document(
            Article(id="1", title="x"), dict.fromkeys(SPACES, _encode([f"a{number}"], [None])), body_start=0
        )
        assert json.loads(coder.code(document).to_json())["stem"] == f"a{number}|1"
        assert len(coder._tables) <= 4
