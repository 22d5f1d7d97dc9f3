"""Scoring of a whole collection in numpy, for trying rankings out: postings as flat arrays, a model as plain numbers."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from analyzers import EncodedTerms, analyzer_for

Array = np.ndarray[Any, Any]

NO_PLACE = 1 << 20
"""The first position of a word that does not occur in the body."""

Article = tuple[str, str, str]
"""Id, title and body."""


class Model(NamedTuple):
    """A ranking: what counts, and how much."""

    title: float = 2.0
    """A word that is in the title counts as often as this many, whatever its frequency there."""
    k1: float = 0.9
    b: float = 0.75
    b_title: float | None = None
    """Normalise title and body each by its own length; None: the article by its whole length."""
    exact: float = 0.25
    """Share of the exact space in the score; the rest is the stem space's."""
    early: float = 0.0
    early_scale: float = 20.0
    early_steps: tuple[int, ...] | None = None
    """First positions that are told apart, each counting as the geometric middle of its step; None: all."""
    early_exact: bool = False
    family: float = 0.0
    families: str = "both"
    link: float = 0.0
    add_links: bool = False
    """Add links, as shipped, where the own words are missing; else the best of own, family and link counts."""
    pair: float = 0.0
    """Weight of neighbours, shared among the pairs of a query."""
    pair_words: int = 3
    """Neighbours count in queries of at most so many words."""


@dataclass
class Space:
    """The postings of one term space: those of term ``t`` are ``[starts[t] : starts[t + 1]]``, by document."""

    terms: dict[str, int]
    starts: Array
    docs: Array
    in_title: Array
    in_body: Array
    first: Array
    title_lengths: Array
    body_lengths: Array
    stream: Array
    stream_starts: Array
    """Where the words of each article start in ``stream``: the title's, a gap, the body's."""
    stream_bodies: Array

    @property
    def documents(self) -> int:
        """The number of articles."""
        return len(self.title_lengths)

    @cached_property
    def frequencies(self) -> Array:
        """In how many articles each term occurs."""
        return np.diff(self.starts)

    def postings(self, term: int) -> slice:
        """Return where the postings of a term stand."""
        return slice(int(self.starts[term]), int(self.starts[term + 1]))

    @cached_property
    def _pairs(self) -> dict[tuple[int, int, int], tuple[Array, Array, Array]]:
        return {}

    def neighbours(self, first: int, second: int, distance: int) -> tuple[Array, Array, Array]:
        """Return the articles where ``second`` stands ``distance`` words after ``first``, and how often in title, body."""
        key = first, second, distance
        if key not in self._pairs:
            at = np.flatnonzero((self.stream[:-distance] == first) & (self.stream[distance:] == second))
            document = np.searchsorted(self.stream_starts, at, side="right") - 1
            whole = at + distance < np.append(self.stream_starts, len(self.stream))[document + 1]
            at, document = at[whole], document[whole]
            docs, where = np.unique(document, return_inverse=True)
            in_title = at < self.stream_bodies[document]
            counts = np.bincount(where, minlength=len(docs))
            titles = np.bincount(where, weights=in_title, minlength=len(docs))
            self._pairs[key] = docs, titles, counts - titles
        return self._pairs[key]


class _Vocabulary:
    """Gives the terms of encoded texts ids that stay, though the encoder's vocabulary may start anew."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {"": 0}
        self._vocabulary: list[str | None] = []
        self._ids = np.zeros(0, np.int32)

    def ids(self, encoded: EncodedTerms) -> Array:
        if encoded.vocabulary is not self._vocabulary:
            self._vocabulary, self._ids, self._known = encoded.vocabulary, np.zeros(1 << 20, np.int32), 0
        end = len(self._vocabulary)
        if end > len(self._ids):
            self._ids = np.concatenate([self._ids, np.zeros(end, np.int32)])
        for at in range(self._known, end):
            self._ids[at] = self.terms.setdefault(self._vocabulary[at] or "", len(self.terms))
        self._known = end
        return self._ids[np.frombuffer(encoded.term_ids, np.uint32)]


class Collection:
    """Analysed articles: ``ids`` and the two term spaces, ``spaces["stem"]`` and ``spaces["exact"]``."""

    def __init__(self, articles: Iterable[Article]) -> None:
        analyzer = analyzer_for("ar")
        vocabularies = {"exact": _Vocabulary(), "stem": _Vocabulary()}
        texts: dict[str, list[tuple[Array, Array]]] = {"exact": [], "stem": []}
        self.ids: list[str] = []
        for id_, title, body in articles:
            self.ids.append(id_)
            analyzed = [analyzer.analyze(text) for text in (title, body)]
            for at, name in enumerate(("exact", "stem")):
                ids = vocabularies[name].ids
                texts[name].append((ids(analyzed[0][at]), ids(analyzed[1][at])))
        self.spaces = {name: _space(vocabularies[name].terms, texts[name]) for name in texts}


def _space(terms: dict[str, int], texts: Sequence[tuple[Array, Array]]) -> Space:
    gap = np.zeros(1, np.int32)
    stream = np.concatenate([part for title, body in texts for part in (title, gap, body, gap)])
    sizes = np.array([(len(title), len(body)) for title, body in texts])
    starts = np.concatenate(([0], np.cumsum(sizes.sum(1) + 2)[:-1]))
    bodies = starts + sizes[:, 0] + 1
    document = np.repeat(np.arange(len(texts)), sizes.sum(1) + 2)
    place = np.arange(len(stream)) - bodies[document]
    real = stream > 0
    key = stream[real].astype(np.int64) * len(texts) + document[real]
    order = np.argsort(key, kind="stable")
    key, place = key[order], place[real][order]
    heads = np.flatnonzero(np.diff(key, prepend=-1))
    posting_terms = key[heads] // len(texts)
    in_body = place >= 0
    return Space(
        terms,
        np.searchsorted(posting_terms, np.arange(len(terms) + 1)),
        (key[heads] % len(texts)).astype(np.int32),
        np.add.reduceat((~in_body).astype(np.int32), heads),
        np.add.reduceat(in_body.astype(np.int32), heads),
        np.minimum.reduceat(np.where(in_body, place, NO_PLACE), heads),
        np.array([np.count_nonzero(title) for title, _ in texts]),
        np.array([np.count_nonzero(body) for _, body in texts]),
        stream,
        starts,
        bodies,
    )


def read_articles(path: Path, *, titles: bool = True) -> Iterator[Article]:
    """Yield the articles of a file of JSON lines, packed or not; without ``titles`` these are empty."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield record["id"], (record.get("title") or "") if titles else "", record.get("body") or ""
