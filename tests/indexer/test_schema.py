"""An article is one text in each term space: its title, a gap, its body."""

from __future__ import annotations

from analyzers import Analyzer, EncodedTerms, analyzer_for
from indexer.article import Article
from indexer.schema import SPACES, TITLE_GAP, Document, document, with_terms

ARTICLE = Article(id="1", title="أسعار القمح في بيروت", body="قال تاجر إن القمح وصل")


def terms(made: Document) -> dict[str, list[str | None]]:
    return {space: list(each) for space, each in made.terms.items()}


def test_the_words_of_the_body_stand_behind_those_of_the_title_and_a_gap() -> None:
    made = document(ARTICLE, analyzer_for("ar"))
    assert made.body_start == 4 + TITLE_GAP
    assert terms(made)["exact"] == [
        "اسعار",
        "القمح",
        "في",
        "بيروت",
        *[None] * TITLE_GAP,
        "قال",
        "تاجر",
        "ان",
        "القمح",
        "وصل",
    ]
    assert [len(made.terms[space]) for space in SPACES] == [made.body_start + 5] * 2
    assert [list(made.starts[field]) for field in ("title", "body")] == [[0, 6, 12, 15], [0, 4, 9, 12, 18]]
    assert all(isinstance(made.terms[space], EncodedTerms) for space in SPACES)


def test_title_and_body_of_two_vocabularies_are_joined() -> None:
    title, body = Analyzer().analyze(ARTICLE.title), Analyzer().analyze(ARTICLE.body)
    assert title.exact.vocabulary is not body.exact.vocabulary
    joined = with_terms(ARTICLE, title, body, ())
    assert terms(joined) == terms(document(ARTICLE, Analyzer()))


def test_an_article_without_a_title_has_a_body_behind_the_gap() -> None:
    made = document(Article(id="1", title="", body="قمح"), analyzer_for("ar"))
    assert (made.body_start, list(made.terms["exact"])) == (TITLE_GAP, [*[None] * TITLE_GAP, "قمح"])
