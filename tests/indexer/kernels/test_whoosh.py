"""The rules that Whoosh has and does not write down: what its phrases find and score, and which terms its automaton finds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import whoosh.analysis
import whoosh.fields
import whoosh.filedb.filestore
import whoosh.index
import whoosh.query
import whoosh.scoring

from indexer.kernels.edits import Spellings
from indexer.kernels.nodes import PHRASE
from indexer.ranking.occurrences import ANYWHERE, FREQUENCY

DOCUMENTS = 300
SCORER = np.concatenate([np.ones(256), np.arange(256) & FREQUENCY, np.zeros(256)])


class RatioOfOne(whoosh.scoring.WeightingModel):
    """Scores tf / (tf + 1), whatever the term and the length."""

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        return RatioScorer()


class RatioScorer(whoosh.scoring.BaseScorer):
    def score(self, matcher: Any) -> float:
        return float(matcher.weight() / (matcher.weight() + 1))


@pytest.fixture(scope="module")
def texts() -> list[list[str]]:
    chosen = random.Random(5)
    return [chosen.choices("abcd", k=chosen.randrange(9)) for _ in range(DOCUMENTS)]


@pytest.fixture(scope="module")
def searcher(texts: list[list[str]]) -> Iterator[Any]:
    schema = whoosh.fields.Schema(text=whoosh.fields.TEXT(analyzer=whoosh.analysis.SpaceSeparatedTokenizer()))
    index = whoosh.filedb.filestore.RamStorage().create_index(schema)
    writer = index.writer()
    for text in texts:
        writer.add_document(text=" ".join(text))
    writer.commit()
    with index.searcher(weighting=RatioOfOne()) as searcher:
        yield searcher


def field_of(tier: Any, texts: list[list[str]]) -> Any:
    lists = [
        [(at, [i for i, word in enumerate(text) if word == term]) for at, text in enumerate(texts)] for term in "abcd"
    ]
    flat = [[posting for posting in postings if posting[1]] for postings in lists]
    places = [places for postings in flat for _, places in postings]
    none = np.zeros(0, np.uint32)
    return tier.Field(
        np.frombuffer(b"abcd", np.uint8),
        np.arange(5, dtype=np.uint32),
        ends([len(postings) for postings in flat]),
        np.array([at for postings in flat for at, _ in postings], np.uint16),
        np.array([len(each) for each in places], np.uint8),
        none,
        none,
        np.ones(DOCUMENTS, np.uint8),
        ends([sum(len(each) for _, each in postings) for postings in flat]),
        np.array([place for each in places for place in each], np.uint16),
    )


def ends(sizes: list[int]) -> Any:
    return np.cumsum([0, *sizes]).astype(np.uint32)


@pytest.mark.parametrize("slop", [0, 1, 2, 3, 10])
def test_phrases_find_and_score_what_whooshs_do(tier: Any, searcher: Any, texts: list[list[str]], slop: int) -> None:
    field, chosen = field_of(tier, texts), random.Random(slop)
    for _ in range(20):
        terms = tuple(chosen.randrange(4) for _ in range(chosen.randrange(1, 5)))
        phrase = whoosh.query.Phrase("text", ["abcd"[term] for term in terms], slop=slop)
        docs, scores = tier.matches((PHRASE, field, SCORER, terms, slop, (1.0,) * len(terms), ANYWHERE), DOCUMENTS)
        hits = sorted((hit.docnum, hit.score) for hit in searcher.search(phrase, limit=None))
        assert docs.tolist() == [number for number, _ in hits]
        assert scores == pytest.approx([score for _, score in hits])


def test_near_terms_are_those_of_whooshs_automaton(tier: Any) -> None:
    chosen = random.Random(3)
    words = sorted({"".join(chosen.choices("abé", k=chosen.randrange(1, 6))) for _ in range(150)}, key=str.encode)
    index = whoosh.filedb.filestore.RamStorage().create_index(whoosh.fields.Schema(text=whoosh.fields.KEYWORD))
    writer = index.writer()
    writer.add_document(text=" ".join(words))
    writer.commit()
    none = np.zeros(0, np.uint32)
    terms = np.frombuffer("".join(words).encode(), np.uint8), ends([len(word.encode()) for word in words])
    rest = (np.zeros(0, np.uint16), np.zeros(0, np.uint8), none, none, np.zeros(0, np.uint8))
    field, spellings = tier.Field(*terms, ends([0] * len(words)), *rest), Spellings.of(*terms)
    with index.reader() as reader:
        for word in [*words[::6], "abab", "zz"]:
            for distance, prefix in [(1, 0), (1, 1), (2, 0), (2, 1)]:
                found = [words[number] for number in spellings.within(field, word.encode(), distance, prefix)]
                assert found == sorted(reader.terms_within("text", word, distance, prefix=prefix), key=str.encode)
