"""Query lexer: splits a query into words, phrases, minus signs, parentheses and field names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from analyzers import JOINERS, MARKS, character_class
from indexer.names.addresses import ADDRESS
from indexer.query.notices import Span
from indexer.query.vocabulary import Operator, bounded_distance, field_of

TokenKind = Literal["chunk", "phrase", "days", "address", "field", "minus", "open", "close"]


class QueryToken(NamedTuple):
    """One token, typed as ``query[start:end]``.

    ``text`` leaves out the quotation marks of a phrase and the colon of a field. A ``chunk`` is a word, or several
    without a blank between them. ``closed`` is False for a phrase whose closing quotation mark is missing. The lexer
    leaves ``operator`` and ``preferred`` (of a phrase that need not match) to :mod:`indexer.query.roles`. ``exact`` is
    True for a phrase or word behind an equals sign. ``distance`` is that of a phrase whose words may stand apart, with
    its sign at ``sign``, and that of an operator for nearness.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    closed: bool = True
    operator: Operator | None = None
    preferred: bool = False
    exact: bool = False
    distance: int | None = None
    sign: int = 0

    @property
    def span(self) -> Span:
        """Where the token stands in the query."""
        return Span(self.start, self.end)

    @property
    def name(self) -> str:
        """The text as the value of a field: without the punctuation of a sentence around it, two dots of a range apart."""
        if self.kind != "chunk":
            return self.text.strip()
        has_open_end = self.text.endswith("..") and not self.text.endswith("...")
        return self.text.strip(_AROUND_VALUES.replace(".", "") if has_open_end else _AROUND_VALUES)


# Each quotation mark and those that may close it: «…» “…” „…“ "…", and »…« ”…” as some keyboards type them.
_CLOSERS = {'"': '"', "“": "”“", "„": "“”", "«": "»", "»": "«»", "”": "”"}
_CLOSING = "»”"
_QUOTES = "".join(_CLOSERS)
_JOINERS = character_class(JOINERS)

_BLANKS = re.compile(rf"[\s{_JOINERS}]*")
_LETTER = rf"(?:[^\s(){_QUOTES}]|(?<=[א-ת])\"(?=[א-ת]))"  # ארה"ב is a word
_CHUNK = re.compile(rf"(?:{_LETTER}(?!https?://))*{_LETTER}")
_LETTER_OR_DIGIT = re.compile(rf"[^\W_{_JOINERS}]")
_OPERAND = rf"[^\W_{_JOINERS}]|[({_QUOTES}]"
_AROUND_VALUES = "".join(JOINERS) + ".,;!?\N{ARABIC COMMA}\N{ARABIC SEMICOLON}\N{ARABIC QUESTION MARK} "
_DASHES = r"\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
_AFTER_WORD = rf"(?=[\s.,;:!?)\]\N{{ARABIC COMMA}}\N{{ARABIC SEMICOLON}}\N{{ARABIC QUESTION MARK}}{_QUOTES}]|$)"
_NEXT_DASH = re.compile(
    rf"(?P<opening>(?<=[\s(])-(?=[^\s{_DASHES}]))|(?<=\S)[{_DASHES}]+{_AFTER_WORD}"
    rf"|(?<=\s)[{_DASHES}\N{{ARABIC TATWEEL}}]+(?=\s|$)"
)
_MINUS = re.compile(rf"-[{_JOINERS}]*(?==?(?:{_OPERAND}))")
_EXACT = re.compile(rf"=(?={_OPERAND})")
_DISTANCE = re.compile(rf"~(\d*){_AFTER_WORD}")
# A name is a field only if its value follows the colon without a blank: many headlines begin with «مصدر: …».
_FIELD = re.compile(rf"([^\W\d_][\w{character_class(MARKS)}]*):[{_JOINERS}]*(?=-?=?(?:{_OPERAND}))")


def tokens(query: str) -> Iterator[QueryToken]:
    """Yield the tokens of ``query`` in order; every text is accepted.

    Text without a letter or digit (a dash, an emoji, a stray quotation mark) yields no token.
    """
    at, after_field = _skip_blanks(query, 0), False
    while at < len(query):
        token = _token_at(query, at, after_field=after_field)
        if token:
            yield token
            after_field = token.kind == "field" or (token.kind == "minus" and after_field)
        at = _skip_blanks(query, token.end if token else _skip_noise(query, at))


def _exact_at(query: str, at: int) -> QueryToken | None:
    """Return the phrase or word behind the equals sign at ``at``."""
    if query[at + 1] in _QUOTES:
        is_open = bool(query[at + 2 : at + 3].strip())
        return _phrase_at(query, at + 1)._replace(start=at, exact=True) if is_open else None
    chunk = _CHUNK.match(query, at + 1)
    if not chunk or not _LETTER_OR_DIGIT.search(chunk[0]):
        return None
    return QueryToken("phrase", chunk[0], at, chunk.end(), exact=True)


def _skip_blanks(query: str, at: int) -> int:
    blanks = _BLANKS.match(query, at)
    return blanks.end() if blanks else at


def _skip_noise(query: str, at: int) -> int:
    chunk = _CHUNK.match(query, at)
    return chunk.end() if chunk else at + 1


def _token_at(query: str, at: int, *, after_field: bool) -> QueryToken | None:
    char = query[at]
    if char in "()":
        return QueryToken("open" if char == "(" else "close", char, at, at + 1)
    if char in _QUOTES:
        return _phrase_at(query, at) if _opens_phrase(query, at) else None
    if char == "=" and _EXACT.match(query, at) and (after_field or _is_free(query, at) or query[at - 1] == "-"):
        return _exact_at(query, at)
    address = None if after_field else ADDRESS.match(query, at)
    if address:
        return QueryToken("address", address[0], at, address.end())
    minus = _MINUS.match(query, at)
    if minus and (after_field or _is_free(query, at)) and _begins_operand(query, minus.end()):
        return QueryToken("minus", char, at, minus.end())
    field = _FIELD.match(query, at)
    if field and not after_field and field_of(field[1]):
        return QueryToken("field", field[1], at, field.end())
    chunk = _CHUNK.match(query, at)
    return QueryToken("chunk", chunk[0], at, chunk.end()) if chunk and _LETTER_OR_DIGIT.search(chunk[0]) else None


def begins_aside(query: str, at: int) -> bool:
    """Return whether the dash at ``at`` has a closing dash, as in «الشيخ مهنا -رحمه الله-».

    A closing dash, of any kind, follows a word directly or stands between blanks, before another dash opens.
    """
    dash = _NEXT_DASH.search(query, at + 1)
    return dash is not None and dash["opening"] is None


def _begins_operand(query: str, at: int) -> bool:
    return query[at] not in _QUOTES or _opens_phrase(query, at)


def _is_free(query: str, at: int) -> bool:
    """Return whether what stands at ``at`` begins a new token: nothing, a blank or "(" precedes it."""
    before = query[at - 1 : at]
    return not before or before.isspace() or before == "(" or before in JOINERS


def _opens_phrase(query: str, at: int) -> bool:
    """Return whether the quotation mark opens a phrase; it may also be an inch sign or close an earlier quotation."""
    after = query[at + 1 : at + 2]
    free = _is_free(query, at) or query[at - 1] in ":-"
    if free and after and not after.isspace():
        return True
    if query[at] in _CLOSING or _find_closer(query, at) < 0:
        return False
    return free or after.isalnum()


def _find_closer(query: str, at: int) -> int:
    """Return the offset of the mark that closes the phrase opened at ``at``, -1 when there is none."""
    offsets = (query.find(closer, at + 1) for closer in _CLOSERS[query[at]])
    return min((offset for offset in offsets if offset >= 0), default=-1)


def _phrase_at(query: str, at: int) -> QueryToken:
    end = _find_closer(query, at)
    if end < 0:
        return QueryToken("phrase", query[at + 1 :], at, len(query), closed=False)
    apart = _DISTANCE.match(query, end + 1)
    if not apart:
        return QueryToken("phrase", query[at + 1 : end], at, end + 1)
    distance = bounded_distance(apart[1])
    return QueryToken("phrase", query[at + 1 : end], at, apart.end(), distance=distance, sign=end + 1)
