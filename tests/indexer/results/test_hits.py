"""Search results are a sequence of the hits on one page."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from indexer import Article
from indexer.results.hits import Hit, SearchResults, Snippet

HITS = tuple(Hit(Article(id=name, title=name), 1.0, Snippet(name), Snippet("")) for name in "abc")
RESULTS = SearchResults(HITS, total=17, stories=17)


def test_results_are_read_like_a_tuple() -> None:
    assert isinstance(RESULTS, Sequence)
    assert (RESULTS[0], RESULTS[-1], RESULTS[1:]) == (HITS[0], HITS[2], HITS[1:])
    assert (len(RESULTS), list(RESULTS), list(reversed(RESULTS))) == (3, list(HITS), list(HITS[::-1]))
    assert HITS[1] in RESULTS
    assert RESULTS.index(HITS[1]) == 1
    with pytest.raises(IndexError):
        RESULTS[3]


def test_results_without_hits_are_false() -> None:
    assert RESULTS
    assert not SearchResults((), total=17, stories=17)
