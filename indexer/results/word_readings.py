"""Readings of the words of a text: stages, terms, pieces and synonyms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from analyzers import Analyzer, Stage, Terms, Token, normalize, synonyms_of
from indexer.query.limits import MAX_WORDS
from indexer.query.reading import cut_query

MAX_SYNONYMS: Final = 12


class WordReading(NamedTuple):
    """The reading of one word: the token, its terms (None where nothing of it is searchable), and every stage to them.

    ``pieces`` are the prefix, the middle and the ending of its normalized letters; ``synonyms`` are found with it.
    """

    token: Token
    terms: Terms | None
    is_stop: bool
    pieces: tuple[str, str, str]
    stages: tuple[Stage, ...]
    synonyms: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the reading as values that :mod:`json` can write; offsets count code points of the text."""
        return {
            **self.token._asdict(),
            "exact": self.terms.exact if self.terms else None,
            "stem": self.terms.stem if self.terms else None,
            "stop_word": self.is_stop,
            "pieces": dict(zip(("prefix", "core", "ending"), self.pieces, strict=True)),
            "stages": [
                {"name": stage.name, "output": stage.output, "reason": stage.reason, "note": stage.note}
                for stage in self.stages
            ],
            "synonyms": list(self.synonyms),
        }


def read_words(text: str, analyzer: Analyzer) -> tuple[WordReading, ...]:
    """Return the readings of the words of ``text``, as many as a query may have.

    >>> from analyzers import analyzer_for
    >>> reading, = read_words("وللفلسطينيين", analyzer_for("ar"))
    >>> reading.terms, reading.pieces
    (Terms(exact='وللفلسطينيين', stem='فلسطيني'), ('ولل', 'فلسطيني', 'ين'))
    """
    tokens = tuple(islice(analyzer.words(cut_query(text)), MAX_WORDS))
    synonyms = _synonyms([token.text for token in tokens], analyzer)
    return tuple(_reading(token, synonyms.get(place, ()), analyzer) for place, token in enumerate(tokens))


def _reading(token: Token, synonyms: tuple[str, ...], analyzer: Analyzer) -> WordReading:
    stages = analyzer.explain(token.text)
    split = next((stage for stage in stages if stage.name == "affixes"), None)
    exact = analyzer.exact(token.text)
    pieces = ("", exact, "")
    if split:
        pieces = normalize(split.affixes[0]), normalize(split.output), normalize(split.affixes[1])
    return WordReading(token, analyzer.terms(token.text), analyzer.is_stop_word(token.text), pieces, stages, synonyms)


def _synonyms(words: Sequence[str], analyzer: Analyzer) -> dict[int, tuple[str, ...]]:
    """Return the synonyms of ``words``, by the place of the first word that has them."""
    return {
        synonym.start: tuple(" ".join(run) for run in synonym.alternatives[:MAX_SYNONYMS])
        for synonym in synonyms_of(words, analyzer)
    }
