"""Ranks the queries of a collection by a :class:`prototype.Model`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from families import Families
from prototype import Array, Collection, Model, Space

from analyzers import analyzer_for
from indexer.query.plan import TermPhrase
from indexer.query.synonyms import SynonymExpander

DEPTH = 10


class Postings(NamedTuple):
    """Some articles, with what counts in them of a term or of several."""

    docs: Array
    in_title: Array
    in_body: Array
    first: Array


class QueryWord(NamedTuple):
    """A word of a query; ``stem`` is empty for a stop word."""

    position: int
    exact: str
    stem: str


class Link(NamedTuple):
    """The alternatives to the words ``words`` of a query: runs of terms with their space."""

    words: tuple[str, ...]
    alternatives: tuple[tuple[str, tuple[str, ...]], ...]


class Query(NamedTuple):
    """An analysed query."""

    words: tuple[QueryWord, ...]
    links: tuple[Link, ...]


def read_query(text: str, collection: Collection) -> Query:
    """Analyse a query of bare words: its content words, or all of them when there are no others."""
    analyzer = analyzer_for("ar")
    printed = [token.text for token in analyzer.words(text)]
    content = [(at, word) for at, word in enumerate(printed) if not analyzer.is_stop_word(word)]
    words: dict[str, QueryWord] = {}
    for at, word in content or list(enumerate(printed)):
        terms = analyzer.terms(word)
        if terms:
            words.setdefault(terms.exact, QueryWord(at, terms.exact, terms.stem if content else ""))
    expander = SynonymExpander(analyzer, lambda plans: [_occurs(plan, collection) for plan in plans])
    links = tuple(
        Link(
            tuple(terms.stem for word in printed[found.start : found.end] if (terms := analyzer.terms(word))),
            tuple((other.space, other.terms) for other in found.alternatives),
        )
        for found in expander.expansions(printed)
    )
    return Query(tuple(words.values()), links)


def _occurs(plan: object, collection: Collection) -> bool:
    space = collection.spaces[plan.space]
    texts = plan.texts if isinstance(plan, TermPhrase) else (plan.text,)
    return all(text in space.terms for text in texts)


class Ranker:
    """Ranks queries over a collection; what does not depend on the model is kept."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.families = Families(collection.spaces["stem"], analyzer_for("ar"))
        self.family_postings = cache(self._family_postings)

    def rank(self, queries: Sequence[Query], model: Model, depth: int = DEPTH) -> Iterator[list[str]]:
        """Yield the ids of the first articles for each query."""
        scorer = _Scorer(self, model)
        for query in queries:
            scores = scorer.scores(query)
            found = np.flatnonzero(scores > 0)
            if len(found) > depth * 4:
                least = np.partition(scores[found], -depth)[-depth]
                found = found[scores[found] >= least]
            order = np.lexsort((found, -scores[found]))[:depth]
            yield [self.collection.ids[at] for at in found[order]]

    def _family_postings(self, stem: str, kind: str) -> tuple[Postings, int]:
        """Return the summed postings of a family where ``stem`` is missing, and in how many articles it is at all."""
        space = self.collection.spaces["stem"]
        slices = [space.postings(space.terms[other]) for other in self.families.family(stem, kind)]
        if not slices:
            empty = np.zeros(0, np.int32)
            return Postings(empty, empty, empty, empty), 0
        parts = np.concatenate([np.arange(each.start, each.stop) for each in slices])
        docs, where = np.unique(space.docs[parts], return_inverse=True)
        own = space.docs[space.postings(space.terms[stem])] if stem in space.terms else docs[:0]
        first = np.full(len(docs), np.iinfo(np.int32).max)
        np.minimum.at(first, where, space.first[parts])
        summed = [np.bincount(where, weights=counts[parts]) for counts in (space.in_title, space.in_body)]
        missing = ~np.isin(docs, own)
        return Postings(docs[missing], summed[0][missing], summed[1][missing], first[missing]), len(docs)


class _Scorer:
    def __init__(self, ranker: Ranker, model: Model) -> None:
        self.ranker = ranker
        self.model = model
        self.spaces = ranker.collection.spaces
        self.documents = len(ranker.collection.ids)
        self.weights = {"exact": model.exact, "stem": 1 - model.exact}
        self._norms = {name: self._norm(space) for name, space in self.spaces.items()}
        self.impacts = cache(self._impacts)
        self.family_scores = cache(self._family_scores)

    def scores(self, query: Query) -> Array:
        total = np.zeros(self.documents)
        for word in query.words:
            if not word.stem:
                self._add(total, "exact", word.exact, 1.0)
                continue
            self._add(total, "exact", word.exact, self.weights["exact"])
        links = self._single_links(query)
        for stem in dict.fromkeys(word.stem for word in query.words if word.stem):
            self._add(total, "stem", stem, self.weights["stem"] * sum(word.stem == stem for word in query.words))
            if self.model.family or stem in links:
                self._add_fallback(total, stem, links.get(stem))
        self._add_links(total, query, links)
        self._add_pairs(total, query)
        return total

    def _add(self, total: Array, name: str, term: str, weight: float) -> None:
        docs, scores = self.impacts(name, term)
        total[docs] += weight * scores

    def _impacts(self, name: str, term: str) -> tuple[Array, Array]:
        space = self.spaces[name]
        number = space.terms.get(term)
        if number is None:
            return np.zeros(0, np.int32), np.zeros(0)
        part = space.postings(number)
        postings = Postings(*(array[part] for array in (space.docs, space.in_title, space.in_body, space.first)))
        return postings.docs, self._score(name, postings, self.idf(len(postings.docs)))

    def idf(self, frequency: int) -> float:
        return math.log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))

    # -- one document

    def _norm(self, space: Space) -> Array | None:
        m = self.model
        if m.b_title is not None:
            return None
        lengths = space.title_lengths + space.body_lengths
        return m.k1 * (1 - m.b + m.b * lengths / lengths.mean())

    def _score(self, name: str, p: Postings, idf: float) -> Array:
        m = self.model
        frequency = self._frequency(name, p)
        norm = self._norms[name]
        saturated = frequency * (m.k1 + 1) / (frequency + (m.k1 if norm is None else norm[p.docs]))
        if m.early and (name == "stem" or m.early_exact):
            saturated = saturated + self._early(p)
        return idf * saturated

    def _frequency(self, name: str, p: Postings) -> Array:
        m = self.model
        if m.b_title is not None:
            space = self.spaces[name]
            title, body = space.title_lengths, space.body_lengths
            title_norm = 1 - m.b_title + m.b_title * title[p.docs] / max(title.mean(), 1e-9)
            body_norm = 1 - m.b + m.b * body[p.docs] / body.mean()
            return m.title * p.in_title / title_norm + p.in_body / body_norm
        return p.in_title + p.in_body + (m.title - 1) * (p.in_title > 0)

    def _early(self, p: Postings) -> Array:
        m = self.model
        first = p.first.astype(float)
        if m.early_steps:
            bounds = np.array((*m.early_steps, 4 * m.early_steps[-1]))
            lows = np.concatenate(([0], m.early_steps))
            middles = np.sqrt((lows + 1) * bounds) - 1
            first = middles[np.searchsorted(m.early_steps, first, side="right")]
        bonus = m.early / (1 + first / m.early_scale)
        return np.where(p.in_body > 0, bonus, 0)

    # -- family, links

    def _family_scores(self, stem: str) -> tuple[Array, Array]:
        postings, frequency = self.ranker.family_postings(stem, self.model.families)
        own = len(self.impacts("stem", stem)[0])
        idf = min(self.idf(own), self.idf(frequency))
        return postings.docs, self.model.family * self.weights["stem"] * self._score("stem", postings, idf)

    def _add_fallback(self, total: Array, stem: str, link: Link | None) -> None:
        best = np.zeros(self.documents)
        if self.model.family:
            docs, scores = self.family_scores(stem)
            best[docs] = scores
        for space, terms in link.alternatives if link else ():
            docs, scores = self._alternative(space, terms)
            best[docs] = np.maximum(best[docs], scores)
        best[self.impacts("stem", stem)[0]] = 0
        total += best

    def _single_links(self, query: Query) -> Mapping[str, Link]:
        if not self.model.link or self.model.add_links:
            return {}
        return {link.words[0]: link for link in query.links if len(link.words) == 1}

    def _add_links(self, total: Array, query: Query, singles: Mapping[str, Link]) -> None:
        """Add the links of several words, or of all, in articles that lack one of the words."""
        for link in query.links if self.model.link else ():
            if len(link.words) == 1 and link.words[0] in singles:
                continue
            extra = np.zeros(self.documents)
            for space, terms in link.alternatives:
                docs, scores = self._alternative(space, terms)
                extra[docs] += scores
            has_all = np.ones(self.documents, bool)
            for stem in link.words:
                has = np.zeros(self.documents, bool)
                has[self.impacts("stem", stem)[0]] = True
                has_all &= has
            total += np.where(has_all, 0, extra)

    def _alternative(self, space: str, terms: tuple[str, ...]) -> tuple[Array, Array]:
        scores = np.zeros(self.documents)
        has_all = np.ones(self.documents, bool)
        for term in terms:
            docs, of_term = self.impacts(space, term)
            scores[docs] += of_term
            has_all &= np.isin(np.arange(self.documents), docs)
        numbers = [self.spaces[space].terms.get(term, -1) for term in terms]
        for first, second in pairwise(numbers):
            docs = self.spaces[space].neighbours(first, second, 1)[0]
            has_all &= np.isin(np.arange(self.documents), docs)
        docs = np.flatnonzero(has_all)
        return docs, self.model.link * scores[docs] / len(terms)

    # -- neighbours

    def _add_pairs(self, total: Array, query: Query) -> None:
        m = self.model
        if not m.pair or not 2 <= len(query.words) <= m.pair_words:
            return
        space, weight = self.spaces["stem"], m.pair / (len(query.words) - 1)
        for one, two in pairwise(query.words):
            if not (one.stem and one.stem in space.terms and two.stem in space.terms):
                continue
            numbers = [space.terms[one.stem], space.terms[two.stem]]
            docs, titles, bodies = space.neighbours(*numbers, two.position - one.position)
            places = titles + bodies
            idf = sum(self.idf(space.frequencies[number]) for number in numbers)
            total[docs] += weight * idf * places / (places + m.k1)
