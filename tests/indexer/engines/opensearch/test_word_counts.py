"""Counts of words, of articles that were encoded by one vocabulary, by several, or by none."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from analyzers import EncodedTerms
from indexer.article import Article
from indexer.engines.naive import first_stems
from indexer.engines.opensearch.term_fields import TermCoder
from indexer.engines.opensearch.word_counts import WordCount, WordCounts
from indexer.schema import Document

TERMS = st.sampled_from([None, "a", "b", "c", "d"])
PAIRS = st.lists(st.tuples(TERMS, TERMS), max_size=8)


def encode(terms: Sequence[str | None], vocabulary: list[str | None]) -> EncodedTerms:
    for term in terms:
        if term not in vocabulary:
            vocabulary.append(term)
    return EncodedTerms(array("I", map(vocabulary.index, terms)), vocabulary)


def documents(articles: Sequence[tuple[Sequence[tuple[str | None, str | None]], int]]) -> list[Document]:
    """Return documents with these pairs of exact term and stem, encoded by one of two vocabularies, or (2) by none."""
    vocabularies: tuple[list[str | None], list[str | None]] = ([None], [None])
    made = []
    for number, (pairs, coder) in enumerate(articles):
        terms: dict[str, Sequence[str | None]] = {}
        for place, space in enumerate(("exact", "stem")):
            plain = [pair[place] for pair in pairs]
            terms[space] = plain if coder == 2 else encode(plain, vocabularies[coder])
        made.append(Document(Article(id=str(number), title="a"), terms))
    return made


@given(st.lists(st.tuples(PAIRS, st.integers(0, 2)), max_size=12))
def test_words_are_counted_and_keep_their_first_stem(articles) -> None:
    coder, counts, made = TermCoder(), WordCounts(), documents(articles)
    for each in made:
        counts.add(coder.code(each))
    stems = first_stems(made)
    expected = {
        WordCount(space, term, count, stems[term] if space == "exact" else None)
        for space in ("exact", "stem")
        for term, count in Counter(term for each in made for term in {*each.terms[space]} if term).items()
    }
    found = list(counts)
    assert set(found) == expected
    assert len(found) == len(expected)
