"""Fields of terms: what is indexed of the terms of an article, as JSON that is put together of ready tokens.

Each vocabulary has a table of its tokens, by the numbers of their terms, so that each term is looked at once. Nearly all
articles come with the numbers of whoever analysed them; one whose title and body were analysed apart gets numbers in a
vocabulary that is kept here.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from analyzers import EncodedTerms
from indexer.engines.opensearch.bulk import to_json
from indexer.engines.opensearch.documents import SAFE_TERM, token
from indexer.engines.opensearch.mapping import BAR, EARLY_K1, EARLY_SPACES, GAP, MARK
from indexer.kernels.term_texts import NO_TERM, TermTexts, Weighting, term_texts
from indexer.ranking import weights
from indexer.ranking.occurrences import STEP_BOUNDS, step_of
from indexer.schema import SPACES, Document

MAX_IDLE: Final = 1 << 15
"""A table is kept while a term of it came in so many articles: analysis goes on to a new vocabulary when one is full."""

_NO_TERMS: Final = f"{MARK}{BAR}1".encode()
_MARK: Final = MARK.encode()
_ESCAPED: Final = re.compile(r'["\\]')
_LINES_OF_SAFE_TERMS: Final = re.compile(rf"(?:{SAFE_TERM}\n)*{SAFE_TERM}")


def _early_frequency(step: int) -> int:
    """Return the frequency that Lucene's BM25 with EARLY_K1 turns into the bonus of a step; at least 1."""
    bonus = weights.early_bonus(EARLY_SPACES[0], step)
    return max(1, round(EARLY_K1 * bonus / (1 - bonus)))


WEIGHTING: Final = Weighting(
    title_bonus=round(weights.weighted_frequency(1, in_title=True)) - 1,
    bounds=array("I", STEP_BOUNDS),
    early_frequencies=array("I", [_early_frequency(step_of(bound)) for bound in STEP_BOUNDS]),
)


class CodedTerms(NamedTuple):
    """The terms of an article as numbers in a vocabulary: by position, and each once, for each space."""

    vocabulary: list[str | None]
    numbers: Mapping[str, array[int]]
    texts: Mapping[str, TermTexts]

    def to_json(self) -> bytes:
        """Return the JSON object of the fields of the terms."""
        fields = (field for space in SPACES for field in _fields(space, self.texts[space]))
        return b"{%b}" % b",".join([b'"%b":"%b"' % (name.encode(), text) for name, text in fields])


def _fields(space: str, texts: TermTexts) -> Iterator[tuple[str, bytes]]:
    yield space, texts.counts or _NO_TERMS
    if space in EARLY_SPACES:
        yield f"{space}_early", texts.early or _NO_TERMS
    yield f"text_{space}", texts.places
    yield f"title_{space}", texts.title


class TermCoder:
    """Codes the terms of articles; it keeps the tokens of the vocabularies that it met last."""

    def __init__(self) -> None:
        self._own: list[str | None] = [None]
        self._own_numbers: dict[str | None, int] = {None: NO_TERM}
        self._tables: dict[int, _TokenTable] = {}
        self._articles = 0

    def code(self, document: Document) -> CodedTerms:
        """Return the terms of an article, those of all spaces in one vocabulary."""
        given = [document.terms[space] for space in SPACES]
        coded = [terms for terms in given if isinstance(terms, EncodedTerms)]
        if len(coded) == len(SPACES) and all(terms.vocabulary is coded[0].vocabulary for terms in coded):
            vocabulary, numbers = coded[0].vocabulary, [terms.term_ids for terms in coded]
        else:
            vocabulary, numbers = self._own, [self._encode(terms) for terms in given]
        tokens = self._tokens(vocabulary)
        texts = [term_texts(each, document.body_start, tokens, _MARK, WEIGHTING) for each in numbers]
        return CodedTerms(vocabulary, dict(zip(SPACES, numbers, strict=True)), dict(zip(SPACES, texts, strict=True)))

    def _encode(self, terms: Sequence[str | None]) -> array[int]:
        for term in terms:
            if term not in self._own_numbers:
                self._own_numbers[term] = len(self._own)
                self._own.append(term)
        return array("I", map(self._own_numbers.__getitem__, terms))

    def _tokens(self, vocabulary: list[str | None]) -> list[bytes]:
        """Return the tokens of a vocabulary, one for each term."""
        self._articles += 1
        table = self._tables.get(id(vocabulary))
        if table is None:
            recent = self._articles - MAX_IDLE
            self._tables = {key: each for key, each in self._tables.items() if each.used_at >= recent}
            table = self._tables[id(vocabulary)] = _TokenTable(vocabulary)
        table.used_at = self._articles
        return table.tokens()


class _TokenTable:
    """The tokens of a vocabulary by the numbers of its terms, as they stand in JSON."""

    def __init__(self, terms: list[str | None]) -> None:
        self._terms = terms  # kept, so that no other vocabulary gets its identity
        self._tokens = [GAP.encode()]
        self.used_at = 0

    def tokens(self) -> list[bytes]:
        """Return the tokens of all terms, those included that came since the last call."""
        if len(self._tokens) < len(self._terms):
            self._tokens += _tokens([term or "" for term in islice(self._terms, len(self._tokens), None)])
        return self._tokens


def _tokens(terms: Sequence[str]) -> list[bytes]:
    """Return the tokens of terms as they stand in JSON."""
    lines = "\n".join(terms)
    if _LINES_OF_SAFE_TERMS.fullmatch(lines) and not _ESCAPED.search(lines) and lines.count("\n") == len(terms) - 1:
        return lines.encode().split(b"\n")
    return [to_json(token(term))[1:-1] for term in terms]
