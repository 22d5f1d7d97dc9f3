"""Query parser: turns text into a tree of nodes, with notices about what was assumed or ignored. It never raises.

The grammar, loosest first; a part of a sequence that has no operator is bare::

    sequence     := alternatives*
    alternatives := conjunction (OR conjunction)*
    conjunction  := factor (AND factor)*
    factor       := (NOT | -)* proximity
    proximity    := atom (NEAR atom)*
    atom         := word | prefix* | fuzzy~ | =word | ="phrase" | "phrase" | "phrase"~6 | days | address
                    | ( sequence ) | field:value
    value        := -? (word | "phrase" | ( sequence ))

``AND OR NOT NEAR`` are capitals; «و», «أو», «ليس» and «قرب» standing alone mean the same. Which tokens are operators at all, and
which belong to a text that was pasted, :mod:`indexer.query.roles` has decided before. Several words without a blank between
them («شباط/فبراير») are one operand, which requires all of them. What cannot be used is reported as a
:class:`~indexer.query.notices.Notice`, and the rest is still searched.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from functools import partial, reduce
from typing import Literal, NamedTuple, cast, get_args

from indexer.dates.ranges import read_range
from indexer.names.addresses import text_of_address
from indexer.query import limits
from indexer.query.lexer import QueryToken, tokens
from indexer.query.nodes import (
    Address,
    And,
    Column,
    DateClause,
    Identifier,
    Node,
    Or,
    Phrase,
    Preferred,
    Prefix,
    Proximity,
    ValueClause,
    Word,
    join,
    near,
    negate,
    restrict_to_field,
    sequence_of,
)
from indexer.query.notices import Span
from indexer.query.patterns import read_pattern
from indexer.query.reading import ParsedQuery, QueryReading, SplitWords
from indexer.query.roles import assign_roles
from indexer.query.vocabulary import Field, Operator, field_of

_LETTER = r"[^\W\d_]"
_WILDCARD = re.compile(rf"{_LETTER}\*|\*{_LETTER}|{_LETTER}\?{_LETTER}")
_UNKNOWN_FIELD = re.compile(rf"({_LETTER}+):[^\W_]")


class IndexContent(NamedTuple):
    """What the parser asks of an index: whether a column has values of a name, and an article an address or id."""

    has_value: Callable[[Column, str], bool] = lambda _column, _name: True
    has_address: Callable[[str], bool] = lambda _address: False
    has_id: Callable[[str], bool] = lambda _id: False


def parse(
    query: str,
    *,
    split_words: SplitWords,
    today: datetime.date,
    content: IndexContent = IndexContent(),  # noqa: B008, immutable
    undone: frozenset[str] = frozenset(),
) -> ParsedQuery:
    """Return the tree of ``query``. ``today`` is what dates such as "yesterday" refer to.

    ``undone`` names the readings not to make, as ``Notice.undo`` does. The default of ``content`` knows every name.
    """
    return _Parser(QueryReading(query, split_words, undone), today, content).parse()


def parse_words(query: str, *, split_words: SplitWords) -> ParsedQuery:
    """Return ``query`` read as bare words only: without operators, phrases and fields."""
    reading = QueryReading(query, split_words)
    return reading.finish([Word(word) for word in reading.words(reading.query)])


class _Parser:
    """A recursive-descent parser for one query; only parentheses recurse, and their depth is limited."""

    def __init__(self, reading: QueryReading, today: datetime.date, content: IndexContent) -> None:
        self.reading = reading
        self.add_notice = reading.add_notice
        self.today = today
        self.content = content
        self.tokens, self.is_text = assign_roles(self._balance(tokens(reading.query)), reading, self._is_known)
        self.at = 0

    def parse(self) -> ParsedQuery:
        return self.reading.finish(self._sequence())

    def _balance(self, tokens: Iterable[QueryToken]) -> list[QueryToken]:
        """Return ``tokens`` with every parenthesis paired, and none nested too deeply."""
        balanced: list[QueryToken] = []
        depth = 0
        for token in tokens:
            inside = depth
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0:
                self.add_notice("unbalanced")
                depth = 0
            elif depth != inside and max(depth, inside) > limits.MAX_PARENTHESES:
                self.add_notice("too_deep", detail=str(limits.MAX_PARENTHESES))
            else:
                balanced.append(token)
        if depth:
            self.add_notice("unbalanced")
        end = len(self.reading.query)
        return balanced + [QueryToken("close", "", end, end)] * min(depth, limits.MAX_PARENTHESES)

    def _is_known(self, field: Field, value: str) -> bool:
        if field in get_args(Column):
            return self.content.has_value(cast("Column", field), value)
        if field == "id":
            return self.content.has_id(value)
        return read_range(value, today=self.today) is not None

    # -- the grammar, loosest first; each method returns the parts it read, possibly none

    def _sequence(self) -> list[Node]:
        parts: list[Node] = []
        while self._kind() not in (None, "close"):
            parts += self._operation("OR", self._conjunction, Or)
        return parts

    def _conjunction(self) -> list[Node]:
        return self._operation("AND", self._factor, And)

    def _operation(self, operator: Operator, read: Callable[[], list[Node]], node: type[And | Or]) -> list[Node]:
        left = read()
        while self._operator() == operator:
            span = self._next().span
            right = read()
            if left and right:
                self.add_notice("operator", span, operator)
                left = join(node, left, right)
            else:
                self.add_notice("dangling_operator", span)
                left = left or right
        return left

    def _factor(self) -> list[Node]:
        nots: list[Span] = []
        while self._operator() == "NOT":
            nots.append(self._next().span)
        parts = self._proximity()
        for span in nots:
            self.add_notice("operator" if parts else "dangling_operator", span, "NOT" if parts else "")
        return negate(parts) if len(nots) % 2 else parts

    def _proximity(self) -> list[Node]:
        operands = [self._operand()]
        signs: list[QueryToken] = []
        while self._operator() == "NEAR":
            sign = self._next()
            operand = self._operand()
            if operand and operands[-1]:
                signs.append(sign)
                operands.append(operand)
            else:
                self.add_notice("dangling_operator", sign.span)
                operands[-1] = operands[-1] or operand
        if not signs:
            return operands[0]
        distance = max(sign.distance or 0 for sign in signs)
        parts = near(operands, distance)
        for sign in signs:
            self.add_notice("near" if parts else "operator", sign.span, str(distance) if parts else "AND")
        return parts or reduce(partial(join, And), operands)

    def _operand(self) -> list[Node]:
        return [] if self._kind() in (None, "close") or self._operator() else self._atom()

    def _atom(self) -> list[Node]:
        token = self._next()
        if token.kind == "open":
            return self._group()
        if token.kind == "phrase":
            return self._phrase(token)
        if token.kind == "field":
            return self._field(token)
        if token.kind == "days":
            return self._days(token.text, token.span)
        return self._address(token) if token.kind == "address" else self._chunk(token)

    def _group(self) -> list[Node]:
        group = sequence_of(self._sequence())
        self.at += 1
        return [group] if group else []

    def _phrase(self, token: QueryToken) -> list[Node]:
        self._check_closed(token)
        words = self.reading.words(token.text)
        if token.preferred and words:
            return [*map(Word, words), Preferred(Phrase(tuple(words)))]
        sign = Span(token.sign, token.end)
        if token.distance is not None and len(words) > 1 and not self.reading.is_undone(sign.start, "near"):
            self.add_notice("near", sign, str(token.distance))
            return [Proximity(tuple(words), token.distance, exact=True)]
        return [Phrase(tuple(words))] if words else []

    def _address(self, token: QueryToken) -> list[Node]:
        if self.reading.is_undone(token.start, "address", "unknown_address"):
            return self._bare_words(token.text)
        if self.content.has_address(token.text) and self.reading.take(1):
            self.add_notice("address", token.span)
            return [Address(token.text)]
        stands_alone = not any(other.kind in ("chunk", "phrase") for other in self.tokens)
        words = self.reading.words(text_of_address(token.text)) if stands_alone else []
        self.add_notice("unknown_address", token.span, " ".join(words))
        return list(map(Word, words))

    def _chunk(self, token: QueryToken) -> list[Node]:
        if pattern := self._pattern(token):  # of 80,902 headlines one has a star behind a word, none a tilde
            return pattern
        if not self.is_text:  # there a star is a bullet, and what stands before a colon a label
            self._tell_unknown_syntax(token)
        return self._bare_words(token.text)

    def _pattern(self, token: QueryToken) -> list[Node]:
        """Return the prefix or fuzzy word that a token is; empty for any other."""
        pattern = read_pattern(token.text, token.start) if "*" in token.text or "~" in token.text else None
        if not pattern or self.reading.is_undone(token.start, "prefix", "fuzzy") or not self.reading.take(1):
            return []
        if isinstance(pattern, Prefix):
            self.add_notice("prefix", pattern.span)
        else:
            self.add_notice("fuzzy", pattern.span, str(pattern.edits))
        return [pattern]

    def _tell_unknown_syntax(self, token: QueryToken) -> None:
        if _WILDCARD.search(token.text):
            self.add_notice("wildcard", token.span)
        name = _UNKNOWN_FIELD.match(token.text)
        if name and not field_of(name[1]):
            self.add_notice("unknown_field", Span(token.start, token.start + name.end(1)))

    def _bare_words(self, text: str) -> list[Node]:
        return [Word(word) for word in self.reading.words(text)]

    # -- fields and conditions

    def _field(self, field: QueryToken) -> list[Node]:
        start = self._clause_start()
        negative = self._kind() == "minus"
        self.at += negative
        parts: list[Node] = []
        if self._kind() and self.tokens[self.at].start == self.tokens[self.at - 1].end:
            parts = self._value(field.text, start)
        parts = parts or self._bare_words(field.text)
        return negate(parts) if negative else parts

    def _clause_start(self) -> int:
        """Return the offset of the clause whose field was just read: that of its minus, if it has one."""
        first = self.at - 1
        if first and self.tokens[first - 1].kind == "minus":
            first -= 1
        return self.tokens[first].start

    def _value(self, name: str, start: int) -> list[Node]:
        match field_of(name):
            case "title" | "body" as field:
                return restrict_to_field(field, self._atom())
            case "from" | "to" | "date" as bound:
                return self._date(bound, start)
            case "id":
                return self._identifier(start)
            case column if column in get_args(Column):
                value = self._literal_value()
                usable = self.reading.has_words(value.text) and self.reading.take(1)
                return [ValueClause(cast("Column", column), value.text)] if usable else []
            case _:
                return []

    def _identifier(self, start: int) -> list[Node]:
        value = self._literal_value()
        if not self.reading.has_words(value.text) or not self.reading.take(1):
            return []
        if not self.content.has_id(value.text):
            self.add_notice("no_such_id", Span(start, value.end))
        return [Identifier(value.text)]

    def _literal_value(self) -> QueryToken:
        """Read a word, a phrase or a whole group as one text, since names and dates have no operators."""
        token = self._next()
        if token.kind == "open":
            close = self._skip_group()
            return QueryToken("phrase", self.reading.query[token.end : close.start].strip(), token.start, close.end)
        self._check_closed(token)
        return token._replace(text=token.name)

    def _skip_group(self) -> QueryToken:
        depth = 1
        while depth:
            token = self._next()
            depth += (token.kind == "open") - (token.kind == "close")
        return token

    def _date(self, bound: Literal["from", "to", "date"], start: int) -> list[Node]:
        value = self._literal_value()
        return self._days(value.text, Span(start, value.end), bound) if self.reading.has_words(value.text) else []

    def _days(self, text: str, clause: Span, bound: Literal["from", "to", "date"] = "date") -> list[Node]:
        as_typed = self.reading.query[clause.start : clause.end]
        if self.reading.is_undone(clause.start, "date"):
            return self._bare_words(as_typed)
        days = read_range(text, today=self.today)
        if days is None:
            self.add_notice("bad_date", clause)
            return self._bare_words(as_typed)
        first = None if bound == "to" else days.first
        last = None if bound == "from" else days.last
        self.add_notice("date", clause, f"{first or ''}..{last or ''}")
        return [DateClause(first, last)] if self.reading.take(1) else []

    def _check_closed(self, token: QueryToken) -> None:
        if not token.closed:
            self.add_notice("unclosed_quote", token.span)

    # -- the token stream

    def _kind(self) -> str | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def _next(self) -> QueryToken:
        self.at += 1
        return self.tokens[self.at - 1]

    def _operator(self) -> Operator | None:
        return self.tokens[self.at].operator if self.at < len(self.tokens) else None
