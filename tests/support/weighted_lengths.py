"""The naive engine with the lengths of articles that a cluster has: the sums of weighted frequencies."""

from __future__ import annotations

from indexer.engines.memory import MemoryEngine
from indexer.engines.naive import Scores, terms_of, weighted_frequency
from indexer.ranking import weights
from indexer.ranking.occurrences import Part, step_of
from indexer.schema import ADDRESS_FIELD, ID_FIELD, Document


class WeightedLengths(MemoryEngine):
    """The naive engine with the lengths of a cluster: the sums of weighted frequencies, at least 1."""

    def _length(self, document: Document, space: str) -> float:
        return sum(weighted_frequency(document, space, term) for term in {*document.terms[space]} if term) or 1

    def _mean_length(self, space: str) -> float:
        lengths = [self._length(document, space) for document in self._documents.values()]
        return sum(lengths) / max(len(lengths), 1)

    def _term(self, space: str, text: str, boost: float, part: Part | None) -> Scores:
        if space in (ID_FIELD, ADDRESS_FIELD):
            return super()._term(space, text, boost, part)
        idf, mean, scores = self._idf(space, text), self._mean_length(space), Scores()
        for id_, document in self._documents.items():
            if text in terms_of(document, space, part):
                body = terms_of(document, space, "body")
                early = weights.early_bonus(space, step_of(body.index(text)) if text in body else 0)
                frequency = weighted_frequency(document, space, text)
                scores[id_] = boost * idf * (weights.bm25(frequency, self._length(document, space), mean) + early)
        return scores

    def _family(self, space: str, texts: tuple[str, ...], boost: float) -> Scores:
        idf, mean, scores = min(self._idf(space, text) for text in texts), self._mean_length(space), Scores()
        for id_, document in self._documents.items():
            if frequency := sum(weighted_frequency(document, space, text) for text in texts):
                scores[id_] = boost * idf * weights.bm25(frequency, self._length(document, space), mean)
        return scores
