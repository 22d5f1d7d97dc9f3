"""What a query means: text in, a tree of nodes and notices out. Parsing never raises.

The grammar, loosest first; a part of a sequence that has no operator is bare::

    sequence     := alternatives*
    alternatives := conjunction (OR conjunction)*
    conjunction  := factor (AND factor)*
    factor       := (NOT | -)* atom
    atom         := word | "phrase" | ( sequence ) | field:value
    value        := -? (word | "phrase" | ( sequence ))

``AND OR NOT`` are capitals; «و», «أو» and «ليس» standing alone mean the same. Several words
without a blank between them («شباط/فبراير») are one operand: all of them. Whatever cannot be used
is told as a :class:`~indexer.query.notices.Notice` and never makes the rest useless.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from analyzers import JOINERS
from indexer.dates import read_period
from indexer.query import limits
from indexer.query.lexer import QueryToken, tokens
from indexer.query.nodes import (
    And,
    DateClause,
    InField,
    Node,
    Not,
    Or,
    Phrase,
    Sequence,
    TextField,
    ValueClause,
    Word,
    only_excludes,
)
from indexer.query.notices import Notice, NoticeCode
from indexer.query.vocabulary import Operator, field_of, operator_of

SplitWords = Callable[[str], Iterable[str]]

_LETTER = r"[^\W\d_]"
_WILDCARD = re.compile(rf"{_LETTER}\*|\*{_LETTER}|{_LETTER}\?{_LETTER}")
_UNKNOWN_FIELD = re.compile(rf"({_LETTER}+):[^\W_]")
_AROUND_VALUES = "".join(JOINERS) + ".,;!?\N{ARABIC COMMA}\N{ARABIC SEMICOLON}\N{ARABIC QUESTION MARK} "


class ParsedQuery(NamedTuple):
    """What a query means (``None`` when nothing is left to search for), and what to tell its writer."""

    root: Node | None
    notices: tuple[Notice, ...]


def parse(query: str, *, split_words: SplitWords, today: datetime.date) -> ParsedQuery:
    """Return the meaning of ``query``. ``split_words`` is the analyzer's tokenizer; never raises."""
    return _Parser(query, split_words, today).parse()


def parse_words(query: str, *, split_words: SplitWords) -> ParsedQuery:
    """Return ``query`` read as bare words only: no operator, phrase or field. Never raises."""
    reading = _Reading(query, split_words)
    return reading.result([Word(word) for word in reading.words(reading.query)])


class _Reading:
    """What is read of one query: its text and words within the limits, and the notices."""

    def __init__(self, query: str, split_words: SplitWords) -> None:
        self.notices: list[Notice] = []
        self.query = query[: limits.MAX_CHARS]
        self.split_words = split_words
        self.words_left = limits.MAX_WORDS
        if len(query) > limits.MAX_CHARS:
            self.tell("too_long", detail=str(limits.MAX_CHARS))

    def tell(self, code: NoticeCode, value: str = "", detail: str = "") -> None:
        self.notices.append(Notice(code, value, detail))

    def room_for(self, wanted: int) -> int:
        """Return how many of the ``wanted`` words the query may still have, and count them."""
        if wanted > self.words_left:
            self.tell("too_many_words", detail=str(limits.MAX_WORDS))
        given = min(wanted, self.words_left)
        self.words_left -= given
        return given

    def words(self, text: str) -> list[str]:
        """Return the words of ``text``, as many of them as the query may still have."""
        words = list(self.split_words(text))
        return words[: self.room_for(len(words))]

    def result(self, parts: list[Node]) -> ParsedQuery:
        root = _sequence_of(parts)
        if root is None:
            self.tell("nothing_left")
        elif only_excludes(root):
            self.tell("only_negative")
        return ParsedQuery(root, tuple(dict.fromkeys(self.notices)))


class _Parser:
    """A recursive-descent reading of one query; only parentheses recurse, and their depth is bounded."""

    def __init__(self, query: str, split_words: SplitWords, today: datetime.date) -> None:
        self.reading = _Reading(query, split_words)
        self.tell = self.reading.tell
        self.tokens = self._balanced(tokens(self.reading.query))
        self.at = 0
        self.today = today

    def parse(self) -> ParsedQuery:
        return self.reading.result(self._sequence())

    def _balanced(self, found: Iterable[QueryToken]) -> list[QueryToken]:
        """Return the tokens with every parenthesis in a pair, and none nested too deeply."""
        kept: list[QueryToken] = []
        depth = 0
        for token in found:
            inside = depth
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0:
                self.tell("unbalanced")
                depth = 0
            elif depth != inside and max(depth, inside) > limits.MAX_DEPTH:
                self.tell("too_deep", detail=str(limits.MAX_DEPTH))
            else:
                kept.append(token)
        if depth:
            self.tell("unbalanced")
        end = len(self.reading.query)
        return kept + [QueryToken("close", "", end, end)] * min(depth, limits.MAX_DEPTH)

    # -- the grammar, loosest first; each returns the parts it read, maybe none

    def _sequence(self) -> list[Node]:
        parts: list[Node] = []
        while self._kind() not in (None, "close"):
            parts += self._joined("OR", self._conjunction, Or)
        return parts

    def _conjunction(self) -> list[Node]:
        return self._joined("AND", self._factor, And)

    def _joined(self, operator: Operator, read: Callable[[], list[Node]], join: type[And | Or]) -> list[Node]:
        left = read()
        while self._operator() == operator:
            typed = self._typed(self._next())
            right = read()
            if left and right:
                self.tell("operator", typed, operator)
                left = [join((*_operands(left, join), *_operands(right, join)))]
            else:
                self.tell("dangling_operator", typed)
                left = left or right
        return left

    def _factor(self) -> list[Node]:
        nots: list[str] = []
        while self._kind() == "minus" or self._operator() == "NOT":
            nots.append(self._typed(self._next()))
        parts = [] if self._kind() in (None, "close") or self._operator() else self._atom()
        for typed in nots:
            self.tell("operator" if parts else "dangling_operator", typed, "NOT" if parts else "")
        return _negated(parts) if len(nots) % 2 else parts

    def _atom(self) -> list[Node]:
        token = self._next()
        if token.kind == "open":
            return self._group()
        if token.kind == "phrase":
            return self._phrase(token)
        if token.kind == "field":
            return self._field(token)
        return self._chunk(token)

    def _group(self) -> list[Node]:
        group = _sequence_of(self._sequence())
        self.at += 1
        return [group] if group else []

    def _phrase(self, token: QueryToken) -> list[Node]:
        self._tell_unclosed(token)
        words = self.reading.words(token.text)
        return [Phrase(tuple(words))] if words else []

    def _chunk(self, token: QueryToken) -> list[Node]:
        if _WILDCARD.search(token.text) and "/" not in token.text:  # an address has question marks
            self.tell("wildcard", token.text)
        name = _UNKNOWN_FIELD.match(token.text)
        if name and not field_of(name[1]):
            self.tell("unknown_field", name[1])
        return self._bare(token.text)

    def _bare(self, text: str) -> list[Node]:
        return [Word(word) for word in self.reading.words(text)]

    # -- fields and conditions

    def _field(self, field: QueryToken) -> list[Node]:
        start = self._start_of_clause()
        negative = self._kind() == "minus"
        self.at += negative
        value = self._peek()
        parts: list[Node] = []
        if value and value.start == self.tokens[self.at - 1].end:
            parts = self._value(field.text, start)
        parts = parts or self._bare(field.text)
        return _negated(parts) if negative else parts

    def _start_of_clause(self) -> int:
        """Return where the clause of the field just read begins: at its minus, if it has one."""
        first = self.at - 1
        if first and self.tokens[first - 1].kind == "minus":
            first -= 1
        return self.tokens[first].start

    def _value(self, name: str, start: int) -> list[Node]:
        match field_of(name):
            case "title" | "body" as field:
                return _in_field(field, self._atom())
            case "source" | "category" as column:
                value = self._value_as_typed()
                known = self._has_words(value) and self.reading.room_for(1)
                return [ValueClause(column, value.text)] if known else []
            case "from" | "to" | "date" as bound:
                return self._date(bound, start)
            case _:
                return []

    def _value_as_typed(self) -> QueryToken:
        """Read a word, a phrase or a whole group as one text, since names and dates have no operators."""
        token = self._next()
        if token.kind == "open":
            close = self._past_group()
            return QueryToken("phrase", self.reading.query[token.end : close.start].strip(), token.start, close.end)
        self._tell_unclosed(token)
        return token._replace(text=token.text.strip(_AROUND_VALUES if token.kind == "chunk" else None))

    def _past_group(self) -> QueryToken:
        depth = 1
        while depth:
            token = self._next()
            depth += (token.kind == "open") - (token.kind == "close")
        return token

    def _date(self, bound: Literal["from", "to", "date"], start: int) -> list[Node]:
        value = self._value_as_typed()
        if not self._has_words(value):
            return []
        typed = self.reading.query[start : value.end]
        period = read_period(value.text, today=self.today)
        if period is None:
            self.tell("bad_date", typed)
            return self._bare(value.text)
        first = None if bound == "to" else period.first
        last = None if bound == "from" else period.last
        self.tell("date", typed, f"{first or ''}..{last or ''}")
        return [DateClause(first, last)] if self.reading.room_for(1) else []

    def _has_words(self, value: QueryToken) -> bool:
        return any(True for _ in self.reading.split_words(value.text))

    def _tell_unclosed(self, token: QueryToken) -> None:
        if not token.closed:
            self.tell("unclosed_quote")

    # -- the token stream

    def _peek(self) -> QueryToken | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _kind(self) -> str | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def _next(self) -> QueryToken:
        self.at += 1
        return self.tokens[self.at - 1]

    def _typed(self, token: QueryToken) -> str:
        return self.reading.query[token.start : token.end]

    def _operator(self) -> Operator | None:
        """Return the operator that comes next. The و of و«حماس» does not stand alone: it is none."""
        token = self._peek()
        if token is None or token.kind != "chunk":
            return None
        after = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        if after and after.kind == "phrase" and after.start == token.end:
            return None
        return operator_of(token.text)


def _sequence_of(parts: Iterable[Node]) -> Node | None:
    flat = tuple(inner for part in parts for inner in _spliced(part))
    if len(flat) == 1:
        return flat[0]
    return Sequence(flat) if flat else None


def _spliced(part: Node) -> Iterator[Node]:
    """Yield the parts of a part of a sequence that mean the same without it.

    Parentheses alone mean nothing («الدورة (الأولى)»), and exclusions hold for the whole sequence.
    """
    if isinstance(part, Sequence) or (isinstance(part, And) and only_excludes(part)):
        for inner in part.parts:
            yield from _spliced(inner)
    else:
        yield part


def _operands(parts: list[Node], join: type[And | Or]) -> tuple[Node, ...]:
    part = _required(parts)
    return part.parts if isinstance(part, join) else (part,)


def _required(parts: list[Node]) -> Node:
    """Return several words of one operand («شباط/فبراير») as one part: all of them."""
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _negated(parts: list[Node]) -> list[Node]:
    """Return the opposite of ``parts``; twice negated is what it was."""
    if not parts:
        return []
    part = _required(parts)
    return [part.part if isinstance(part, Not) else Not(part)]


def _in_field(field: TextField, parts: list[Node]) -> list[Node]:
    if not parts:
        return []
    part = _required(parts)
    return [Not(InField(field, part.part)) if isinstance(part, Not) else InField(field, part)]
