"""ArabicAnalyzer in stock Whoosh: schema, index, query parser, phrases, highlights, pickles."""

from __future__ import annotations

import doctest
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.highlight import UppercaseFormatter, WholeFragmenter
from whoosh.index import create_in, open_dir
from whoosh.qparser import QueryParser

from analyzers import AnalysisError, ArabicAnalyzer, analyzer_for

BODIES = {
    "press": "والصحفيون في بيروت يكتبون عن الانتخابات",
    "minister": "وزير من لبنان زار باريس",
    "ministers": "وزراء الخارجية في القاهرة",
    "english": "Lebanese elections reopened, says CNN",
}


def new_index(schema: Schema, folder: Path | None = None) -> Any:
    """Return an index of BODIES with a schema, in memory or in a folder."""
    index = create_in(str(folder), schema) if folder else RamStorage().create_index(schema)
    writer = index.writer()
    for name, body in BODIES.items():
        writer.add_document(id=name, body=body)
    writer.commit()
    return index


def matching(index: Any, query: str) -> set[str]:
    """Return the ids of the documents that match a query in Whoosh's language."""
    with index.searcher() as searcher:
        return {hit["id"] for hit in searcher.search(QueryParser("body", index.schema).parse(query))}


def schema_of(analyzer: ArabicAnalyzer, **settings: Any) -> Schema:
    return Schema(id=ID(stored=True), body=TEXT(analyzer=analyzer, stored=True, **settings))


@pytest.fixture(scope="module")
def stems() -> Any:
    """Return an index in the stem space."""
    return new_index(schema_of(ArabicAnalyzer()))


@pytest.fixture(scope="module")
def exact() -> Any:
    """Return an index in the exact space."""
    return new_index(schema_of(ArabicAnalyzer(space="exact")))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("الصحفيين", {"press"}, id="another form"),
        pytest.param("وزير", {"minister", "ministers"}, id="broken plural"),
        pytest.param("election", {"english"}, id="English"),
        pytest.param('"وزارة الخارجية"', set(), id="phrase of another word"),
        pytest.param('"وزير الخارجية"', {"ministers"}, id="phrase of stems"),
        pytest.param('"وزير لبنان"', set(), id="a stop word leaves a gap"),
        pytest.param('"وزير لبنان"~2', {"minister"}, id="slop bridges the gap"),
        pytest.param("من", set(), id="stop word"),
        pytest.param("خارج*", {"ministers"}, id="prefix"),
        pytest.param("بيروت OR باريس", {"press", "minister"}, id="operators"),
    ],
)
def test_a_query_finds_documents_by_their_stems(stems: Any, query: str, ids: set[str]) -> None:
    assert matching(stems, query) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("الصحفيين", set(), id="another form"),
        pytest.param("والصَّحفيون", {"press"}, id="another spelling"),
        pytest.param('"وزير من لبنان"', {"minister"}, id="phrase with a stop word"),
        pytest.param("الإِنتخاب*", {"press"}, id="prefix in another spelling"),
        pytest.param("و?ير", {"minister"}, id="wildcard"),
        pytest.param("[بيرة TO بيروت]", {"press"}, id="range"),
    ],
)
def test_a_query_finds_documents_by_their_exact_words(exact: Any, query: str, ids: set[str]) -> None:
    assert matching(exact, query) == ids


@pytest.mark.parametrize("chars", [False, True])
def test_highlights_are_whole_printed_words(chars: bool) -> None:
    index = new_index(schema_of(ArabicAnalyzer(), chars=chars))
    with index.searcher() as searcher:
        (hit,) = searcher.search(QueryParser("body", index.schema).parse("الصحفيين انتخاب"))
        assert hit.highlights("body") == (
            '<b class="match term0">والصحفيون</b> في بيروت يكتبون عن <b class="match term1">الانتخابات</b>'
        )
        hit.results.fragmenter, hit.results.formatter = WholeFragmenter(), UppercaseFormatter()
        assert hit.highlights("body") == BODIES["press"]


def test_the_schema_is_pickled_and_read_again(tmp_path: Path) -> None:
    new_index(schema_of(ArabicAnalyzer(), spelling=True), tmp_path)
    again = open_dir(str(tmp_path))
    assert again.schema["body"].analyzer == ArabicAnalyzer()
    assert matching(again, "الصحفيين") == {"press"}


def test_spelling_suggestions_are_words_not_stems() -> None:
    index = new_index(schema_of(ArabicAnalyzer(), spelling=True))
    with index.searcher() as searcher:
        assert "والصحفيون" in searcher.corrector("body").suggest("والصحفيو")


def test_analyzers_are_compared_by_their_space() -> None:
    stem, exact = ArabicAnalyzer(), ArabicAnalyzer(space="exact")
    assert stem == ArabicAnalyzer("stem") != exact
    assert len({stem, exact, ArabicAnalyzer()}) == 2
    assert pickle.loads(pickle.dumps(exact)) == exact
    assert repr(exact) == "ArabicAnalyzer(space='exact')"


def test_an_unknown_space_is_named() -> None:
    with pytest.raises(AnalysisError, match=r"^space 'root': expected stem or exact$"):
        ArabicAnalyzer("root")  # type: ignore[arg-type]


def test_anything_but_text_is_refused() -> None:
    with pytest.raises(TypeError, match="takes a str, not bytes"):
        ArabicAnalyzer()(b"text")  # type: ignore[arg-type]


def test_tokens_are_objects_of_their_own_and_can_be_copied() -> None:
    first, second = ArabicAnalyzer()("وزراء لبنان", positions=True, start_pos=5, start_char=100, mode="index")
    assert (first.text, first.original, first.pos, first.startchar, first.endchar) == ("وزير", "وزراء", 5, 100, 105)
    assert (second.text, second.pos, second.boost, second.stopped, second.mode) == ("لبنان", 6, 1.0, False, "index")
    copy = first.copy()
    copy.text, copy.matched = "other", True
    assert (first.text, first.matched, copy.original) == ("وزير", False, "وزراء")
    assert repr(first).startswith("WhooshToken(text='وزير', original='وزراء', pos=5, ")


def test_stop_words_are_tokens_on_request() -> None:
    tokens = list(ArabicAnalyzer()("وزير من لبنان", removestops=False))
    assert [(token.text, token.pos, token.stopped) for token in tokens] == [
        ("وزير", 0, False), ("من", 1, True), ("لبنان", 2, False)
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_tokens_have_the_terms_of_the_analyzer(text: str) -> None:
    def tokens(space: Any) -> Iterator[tuple[str, int, int]]:
        return ((token.text, token.pos, token.startchar) for token in ArabicAnalyzer(space)(text))

    exact, stems, starts = analyzer_for().analyze(text)
    for terms, space in ((exact, "exact"), (stems, "stem")):
        assert list(tokens(space)) == [(term, at, starts[at]) for at, term in enumerate(terms) if term is not None]


def test_the_example_in_the_documents_runs(root: Path) -> None:
    result = doctest.testfile(str(root / "docs/analysis.md"), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted > 5
