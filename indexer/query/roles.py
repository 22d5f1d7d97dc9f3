"""Roles of query tokens: which are operators and fields, and which belong to a text that was pasted.

A headline may hold «ليس», dashes, quotation marks, a colon or NOT, and means no operator by them:

- a minus before a digit is the sign of a number; one with a closing dash begins an aside («-رحمه الله-»);
- a field whose value the index does not know is words («مصدر:الحكومة تدرس…»);
- a query of many free words reads like a text: there operators between bare words are words, quoted parts are
  preferred and not required, and ``title:``, ``body:`` and ``id:`` before a bare word are words. What is joined to parentheses,
  or stands in parentheses that hold nothing but operands with operators between them, is meant in a text as well.

The words that no field has and no operator needs are free: ``_count_free_words`` says what else counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from indexer.query.days import merge_days
from indexer.query.lexer import QueryToken, begins_aside
from indexer.query.notices import Span
from indexer.query.reading import QueryReading
from indexer.query.vocabulary import Field, distance_of, field_of, operator_of

FREE_WORDS_BESIDE_SIGNS: Final = 5
"""From how many free words on -, AND, OR, NOT, quotation marks and fields belong to a text.

So are 93 % of 7,715 headlines with a quoted part texts, and 44 of 46 queries as people type them are not."""
FREE_WORDS_BESIDE_NEAR: Final = 2
"""The same for «قرب», which is a preposition as well: it is an operator only where nothing but its operands is left."""
FREE_WORDS_BESIDE_WORDS: Final = 3
"""The same for «و», «أو» and «ليس», which are ordinary words of Arabic and seldom typed as operators.

So are 45 of 46 headlines with «ليس» texts, and 98 % of 591 with a «و» or «أو» that stands alone."""
WORDS_OF_LONG_QUOTATION: Final = 5
"""A quoted part counts as one free word, and as one more for every five words of it."""

IsKnown = Callable[[Field, str], bool]

# The shape of a query has a letter a token: w, p and u are a word, phrase and address; f a field, t one that a text may
# have; d days; m a minus, N and A the other operators. What is meant, with its operands, becomes a row of x.
_LETTERS: Final = {
    "chunk": "w",
    "phrase": "p",
    "address": "u",
    "field": "f",
    "minus": "m",
    "open": "(",
    "close": ")",
    "days": "d",
}
_OPERAND: Final = r"[Nm]*(?:[wpud]|x+)"
_MEANT = re.compile(rf"fm?(?:[wpu]|x+|\([^()]*\))|\({_OPERAND}(?:A{_OPERAND})+\)|(?<=[ANm])\([^()]*\)|\([^()]*\)(?=A)")
_SENTENCE_MARK = re.compile(
    r"[:,\N{ARABIC COMMA}\N{ARABIC SEMICOLON}](?=\s)|[.!?\N{ARABIC QUESTION MARK}\N{HORIZONTAL ELLIPSIS}](?=\s|[.!]|$)"
    r"|\s[-|\N{EN DASH}\N{EM DASH}\N{ARABIC TATWEEL}]\s"
)


class Roles(NamedTuple):
    """The tokens of a query, each as what it is to be read, and whether the query reads like a text."""

    tokens: list[QueryToken]
    is_text: bool


def assign_roles(tokens: Sequence[QueryToken], reading: QueryReading, is_known: IsKnown) -> Roles:
    """Return the roles of ``tokens``, and tell what was not read as the operator, phrase or field that it looks like.

    ``is_known`` tells whether a text is a value of a field: the name of a source or category, or a date.
    """
    return _RoleAssigner(tokens, reading, is_known).assign()


class _RoleAssigner:
    def __init__(self, tokens: Sequence[QueryToken], reading: QueryReading, is_known: IsKnown) -> None:
        self.reading = reading
        self.is_known = is_known
        tokens = merge_days(tokens, reading, is_known)
        self.tokens = [_with_operator(token, tokens[at : at + 1]) for at, token in enumerate(tokens, 1)]
        self.letters = "".join(self._letter(at, token) for at, token in enumerate(self.tokens))
        self.shape = _mark_meant(self.letters.replace("t", "f"))
        self.free_words = _count_free_words(self.shape, reading.query) + self._correction()
        self.is_text = self.free_words >= FREE_WORDS_BESIDE_SIGNS
        if self.is_text:
            self.shape = _mark_meant(self.letters.replace("t", "w"))

    def assign(self) -> Roles:
        assigned = [role for at, token in enumerate(self.tokens) for role in self._role(at, token)]
        return Roles(assigned, self.is_text)

    # -- the shape

    def _correction(self) -> int:
        """Return what the shape does not tell of the free words.

        Nobody types a phrase of many words, so a long one counts more. A field that is words for want of such a value
        (w) is still typed like a field, and so is its value; of one that a text may have (t) the value counts.
        """
        phrases = (token for at, token in enumerate(self.tokens) if self.shape[at] == "p")
        quoted = sum(len(token.text.split()) // WORDS_OF_LONG_QUOTATION for token in phrases)
        unknown = sum(token.kind == "field" and self.letters[at] == "w" for at, token in enumerate(self.tokens))
        return quoted + self.letters.count("t") - 2 * unknown

    def _letter(self, at: int, token: QueryToken) -> str:
        if token.kind == "field":
            return self._letter_of_field(at, token)
        if token.operator and token.kind == "minus":
            return " " if _reason_of_minus(self.reading.query, token) else "m"
        if token.distance is not None and token.kind == "phrase":
            return "x"
        return {"NOT": "N", None: _LETTERS[token.kind]}.get(token.operator, "A")

    def _letter_of_field(self, at: int, token: QueryToken) -> str:
        """Return w for a field that is words, t for one that is words in a text; one that is excluded stays a field."""
        value, field = self._value(at), field_of(token.text)
        if value is None:
            return "w"
        if value.kind not in ("chunk", "phrase") or (at and self.tokens[at - 1].operator == "NOT"):
            return "f"
        if field in ("title", "body"):
            return "t"
        if field and self.reading.has_words(value.text) and not self.is_known(field, value.name):
            return "w"
        return "t" if field == "id" else "f"  # «رقم:5» in a text is no id, even where an article has it

    def _value(self, at: int) -> QueryToken | None:
        """Return the token that directly follows a field, or None."""
        following = self.tokens[at + 1 : at + 2]
        return next((token for token in following if token.start == self.tokens[at].end), None)

    # -- the roles: none, one or several tokens for one

    def _role(self, at: int, token: QueryToken) -> Iterator[QueryToken]:
        if token.operator:
            return self._operator(at, token)
        if token.exact:
            return self._exact(at, token)
        if token.kind == "phrase":
            return self._phrase(at, token)
        if token.kind == "days":
            return self._days(at, token)
        if token.kind == "field" and self.shape[at] == "w":
            return self._field_as_word(at, token)
        return iter((token,))

    def _operator(self, at: int, token: QueryToken) -> Iterator[QueryToken]:
        """Yield the operator, or the word that it is; a minus that is no operator is nothing."""
        reason = self._reason(at, token)
        undone = self.reading.is_undone(token.start, "no_operator", "operator", "near", "dangling_operator")
        if reason and not undone:
            self.reading.add_notice("no_operator", token.span, reason)
        if bool(reason) == undone:
            yield token
        elif token.kind == "chunk":
            yield token._replace(operator=None, distance=None)

    def _reason(self, at: int, token: QueryToken) -> Literal["number", "aside", "text", ""]:
        """Return why ``token`` is no operator, an empty string when it is one."""
        if token.kind == "minus" and (reason := _reason_of_minus(self.reading.query, token)):
            return reason
        beside = FREE_WORDS_BESIDE_NEAR if token.operator == "NEAR" else FREE_WORDS_BESIDE_WORDS
        if token.text.isascii():
            beside = FREE_WORDS_BESIDE_SIGNS
        before = self.shape[at - 1 : at] if token.operator != "NOT" else ""
        after = self.shape[at + 1 :].lstrip("ANm")[:1]
        is_meant = "x" in (before, self.shape[at], after)
        return "text" if self.free_words >= beside and not is_meant else ""

    def _exact(self, at: int, token: QueryToken) -> Iterator[QueryToken]:
        """Yield the phrase or word behind an equals sign, or, in a text or where undone, what it is without the sign."""
        undone = self.reading.is_undone(token.start, "exact", "no_operator")
        sign = Span(token.start, token.start + 1)
        is_part = self._is_part_of_text(at)
        if not undone:
            self.reading.add_notice("no_operator" if is_part else "exact", sign, "text" if is_part else "")
        if not token.closed and self.reading.is_undone(token.start, "unclosed_quote"):
            yield token._replace(kind="chunk", closed=True, exact=False)
        elif is_part == undone:
            yield token
        elif self.reading.query[sign.end] == token.text[:1]:
            yield token._replace(kind="chunk", exact=False)
        else:
            yield from self._phrase(at, token._replace(exact=False))

    def _days(self, at: int, token: QueryToken) -> Iterator[QueryToken]:
        is_part = self._is_part_of_text(at)
        undone = is_part and self.reading.is_undone(token.start, "no_operator")
        if is_part and not undone:
            self.reading.add_notice("no_operator", token.span, "text")
        yield token._replace(kind="chunk") if is_part != undone else token

    def _is_part_of_text(self, at: int) -> bool:
        return self.is_text and "w" in self.shape and self.shape[at] != "x" and not self._is_operand(at)

    def _phrase(self, at: int, token: QueryToken) -> Iterator[QueryToken]:
        if not token.closed and self.reading.is_undone(token.start, "unclosed_quote"):
            yield token._replace(kind="chunk", closed=True)
        elif self._is_part_of_text(at):
            preferred = not self.reading.is_undone(token.start, "preferred_phrase")
            if preferred:
                self.reading.add_notice("preferred_phrase", token.span)
            yield token._replace(preferred=preferred)
        else:
            yield token

    def _is_operand(self, at: int) -> bool:
        """Return whether an operator stands directly before or after a token."""
        beside = [number for number in (at - 1, at + 1) if 0 <= number < len(self.tokens)]
        return any(
            self.tokens[number].operator
            and not (number > at and self.tokens[number].operator == "NOT")
            and not self._reason(number, self.tokens[number])
            for number in beside
        )

    def _field_as_word(self, at: int, token: QueryToken) -> Iterator[QueryToken]:
        value = self._value(at)
        if value is None or self.reading.is_undone(token.start, "no_field"):
            yield token
            return
        clause = Span(token.start, value.end)
        if field_of(token.text) in ("from", "to", "date"):
            self.reading.add_notice("bad_date", clause)
        else:
            self.reading.add_notice("no_field", clause, "text" if self.letters[at] == "t" else "unknown")
        yield token._replace(kind="chunk")


def _with_operator(token: QueryToken, following: Sequence[QueryToken]) -> QueryToken:
    """Return ``token`` with the operator that it looks like. The و of و«حماس» does not stand alone, so it is none."""
    if token.kind == "minus":
        return token._replace(operator="NOT")
    if token.kind != "chunk" or any(next_.kind == "phrase" and next_.start == token.end for next_ in following):
        return token
    operator = operator_of(token.text.partition("/")[0]) if "/" in token.text else operator_of(token.text)
    distance = distance_of(token.text) if operator == "NEAR" else None
    if not operator or (distance is None and "/" in token.text):
        return token
    return token._replace(operator=operator, distance=distance)


def _reason_of_minus(query: str, token: QueryToken) -> Literal["number", "aside", ""]:
    if query[: token.start].endswith(":"):
        return ""  # «title:-5» has no other meaning
    if query[token.end].isdigit():
        return "number"
    return "aside" if begins_aside(query, token.start) else ""


def _mark_meant(shape: str) -> str:
    """Return ``shape`` with x for every token that is certainly meant as part of an operation or of a clause."""
    while (marked := _MEANT.sub(lambda meant: "x" * len(meant[0]), shape)) != shape:
        shape = marked
    return shape


def _count_free_words(shape: str, query: str) -> int:
    """Return the number of words and phrases of a query, less one for each operator, as an operator takes a word.

    The word of an operator with which the query begins is a word («ليس آخر المطاف»), and so is punctuation that
    sentences have and queries have not: a colon or comma before a blank, a full stop, a dash between blanks.
    """
    begins_with_operator = shape[:1] in ("A", "N")
    words = shape.count("w") + shape.count("p") + 2 * begins_with_operator
    operators = sum(map(shape.count, "ANm"))
    return words - operators + bool(_SENTENCE_MARK.search(query))
