"""Printed words: how a term of an index is usually printed, with its hamza and its ending as a reader writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from analyzers import JOINERS, MARKS, Analyzer, end_of_word
from indexer.engines import ScoredArticle, SearchEngine
from indexer.query.plan import EngineRequest, Term
from indexer.schema import TEXT_FIELDS

ARTICLES_READ: Final = 3
"""How many articles with a term are looked at, at most: one paper may print it without hamza."""
MAX_KEPT: Final = 16_384

_OFTEN_MISSPELT: Final = re.compile("^[وفبكل]?(?:ال|لل|)ا(?!ل)|[هي]$")
"""Terms whose hamza or final dots papers often leave out, so that one article tells little: ايران, مدرسه."""

_UNSEEN: Final = dict.fromkeys(map(ord, (*MARKS, *JOINERS)))


class PrintedWords:
    """Looks up printed words in the articles of an engine, and keeps them while its state lasts. Thread-safe."""

    def __init__(self, engine: SearchEngine, analyzer: Analyzer) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._kept = lru_cache(MAX_KEPT)(self._look_up)

    def of(self, term: str) -> str:
        """Return how an exact term is printed most often, without vowel marks; the term itself where it is nowhere."""
        return self._kept(self._engine.state(), term)

    def of_all(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Return how each of ``terms`` is printed."""
        state = self._engine.state()
        return tuple(self._kept(state, term) for term in terms)

    def _look_up(self, state: object, term: str) -> str:
        printed = self._prints(term, 1)
        if not printed or (term in printed and _OFTEN_MISSPELT.search(term)):
            printed = self._prints(term, ARTICLES_READ)
        return printed.most_common(1)[0][0] if printed else term

    def _prints(self, term: str, articles: int) -> Counter[str]:
        """Return as what a term is printed in some articles, and how often."""
        found = self._engine.search(EngineRequest(Term("exact", term, 1.0), limit=articles))
        return Counter(word for article in found.articles for word in self._words(article, term))

    def _words(self, scored: ScoredArticle, term: str) -> Iterator[str]:
        wanted = (("exact", {term: True}),)
        for field in TEXT_FIELDS:
            text = getattr(scored.article, field)
            for start, _ in scored.locator.matched_words(field, {}, wanted, {}):
                word = text[start : end_of_word(text, start)].translate(_UNSEEN)
                if self._analyzer.exact(word) == term:  # else the term is a part of the printed word
                    yield word
