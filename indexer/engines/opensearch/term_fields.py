"""Fields of terms: what is indexed of the terms of an article, as JSON that is put together of ready tokens.

Each vocabulary has a table of its tokens, by the numbers of their terms, so that an article costs a few operations on
lists, and each term is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from indexer.engines.opensearch.bulk import to_json
from indexer.engines.opensearch.coded_terms import CodedTerms, early_frequencies
from indexer.engines.opensearch.documents import SAFE_TERM, token
from indexer.engines.opensearch.mapping import BAR, EARLY_SPACES, GAP, MARK
from indexer.schema import SPACES

MAX_IDLE: Final = 1 << 15
"""A table is kept while a term of it came in so many articles: analysis goes on to a new vocabulary when one is full."""

_GAP: Final = GAP.encode()
_MARK: Final = MARK.encode()
_NO_TERMS: Final = f"{MARK}{BAR}1".encode()
_ESCAPED: Final = re.compile(r'["\\]')
_LINES_OF_SAFE_TERMS: Final = re.compile(rf"(?:{SAFE_TERM}\n)*{SAFE_TERM}")


class TermFields:
    """Makes the fields of terms of articles; it keeps the tokens of the vocabularies that it met last."""

    def __init__(self) -> None:
        self._tables: dict[int, _TokenTable] = {}
        self._articles = 0

    def to_json(self, terms: CodedTerms) -> bytes:
        """Return the JSON object of the fields of an article's terms."""
        table = self._table(terms.vocabulary)
        fields = chain.from_iterable(_fields(terms, space, table.tokens) for space in SPACES)
        return b"{%b}" % b",".join([b'"%b":"%b"' % (name.encode(), tokens) for name, tokens in fields])

    def _table(self, vocabulary: list[str | None]) -> _TokenTable:
        """Return the tokens of a vocabulary, with one for each term."""
        self._articles += 1
        table = self._tables.get(id(vocabulary))
        if table is None:
            recent = self._articles - MAX_IDLE
            self._tables = {key: each for key, each in self._tables.items() if each.used_at >= recent}
            table = self._tables[id(vocabulary)] = _TokenTable(vocabulary)
        table.used_at = self._articles
        table.grow()
        return table


class _TokenTable:
    """The tokens of a vocabulary by the numbers of its terms, as they stand in JSON."""

    def __init__(self, terms: list[str | None]) -> None:
        self._terms = terms  # kept, so that no other vocabulary gets its identity
        self.tokens = [_GAP]
        self.used_at = 0

    def grow(self) -> None:
        """Add the tokens of the terms that came since the last call."""
        if len(self.tokens) < len(self._terms):
            self.tokens += _tokens([term or "" for term in islice(self._terms, len(self.tokens), None)])


def _tokens(terms: Sequence[str]) -> list[bytes]:
    """Return the tokens of terms as they stand in JSON."""
    lines = "\n".join(terms)
    if _LINES_OF_SAFE_TERMS.fullmatch(lines) and not _ESCAPED.search(lines) and lines.count("\n") == len(terms) - 1:
        return lines.encode().split(b"\n")
    return [to_json(token(term))[1:-1] for term in terms]


def _fields(terms: CodedTerms, space: str, tokens: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the fields of a space, each with its tokens."""
    ids = terms.ids[space].tolist()
    yield space, _join_frequencies(terms.frequencies[space], tokens)
    if space in EARLY_SPACES:
        early = early_frequencies(ids[: terms.body_start], ids[terms.body_start :])
        yield f"{space}_early", _join_frequencies(early, tokens)
    by_position = list(map(tokens.__getitem__, ids))
    title, body = by_position[: terms.body_start], by_position[terms.body_start :]
    if title[-1:] == [_GAP]:
        title.pop()
    yield f"text_{space}", b" ".join([*title, _MARK, *body])
    while title[-1:] == [_GAP]:
        title.pop()
    yield f"title_{space}", b" ".join(title)


def _join_frequencies(frequencies: Mapping[int, int], tokens: Sequence[bytes]) -> bytes:
    """Return the tokens of terms, each with its frequency behind a bar."""
    named = map(tokens.__getitem__, frequencies)
    counts = map(_BEHIND.__getitem__, frequencies.values())
    return b"".join(chain.from_iterable(zip(named, counts, strict=True)))[:-1] or _NO_TERMS


class _Behind(dict[int, bytes]):
    """What stands behind a token, by its frequency: made once for each."""

    def __missing__(self, frequency: int) -> bytes:
        made = self[frequency] = f"{BAR}{frequency} ".encode()
        return made


_BEHIND: Final = _Behind()
