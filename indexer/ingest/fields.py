"""Fields of records become articles: names and shapes of values are understood, texts cleaned, faults reported.

The rule for values that cannot be used: an article can do without its date, source, category, address and language,
so a wrong one is reported and left out; without text, or under a wrong id, there is no article, so the record is
skipped. The rules of the fields are those of :mod:`indexer.article`.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from indexer.article import (
    EXPECTED,
    MAX_AUTHORS,
    MAX_BODY_CHARS,
    MAX_TITLE_CHARS,
    Article,
    derive_id,
    describe_value,
    has_words,
    is_article_id,
    is_clean,
    is_label,
    is_language_tag,
    is_web_address,
)
from indexer.dates.periods import read_date_and_doubt
from indexer.ingest.cleaning import clean_line, clean_text
from indexer.ingest.encodings import repair
from indexer.ingest.field_names import CHOSEN, USUAL_NAMES, FieldNames
from indexer.ingest.markup import plain_text
from indexer.ingest.records import BadRecord, Record
from indexer.names.languages import SAMPLE_CHARS, language_of

_MAX_KEYS_SHOWN: Final = 8
_MIN_WORDS_OF_TEXT: Final = 3
_INNER_NAMES: Final = ("name", "rendered", "value", "text", "#text", "title", "$oid", "$date", "$numberLong", "term")
"""Names under which records hide a plain value in an object: of news services, WordPress and exports of databases."""
_LANGUAGES: Final = {"arabic": "ar", "العربية": "ar", "عربي": "ar", "english": "en", "french": "fr", "persian": "fa"}

_BYLINE: Final = re.compile(
    r"^(?:(?:written )?by|كتبه?|بقلم|إعداد|الكاتب|تحرير|مراسل(?:نا|تنا)?)(?:\s*:\s*|\s+)", re.IGNORECASE
)
_GUESSED_DAY: Final = "date: day and month could be exchanged, as in 02/11/2024; the first was taken for the day"
_BETWEEN_NAMES: Final = re.compile(r"\s*[;|،؛,]\s*|\s+(?:and|&)\s+", re.IGNORECASE)

_T = TypeVar("_T")


class _UnusableError(ValueError):
    """A record that gives no article; the message says what was expected and what was given."""


def article_of(
    record: Record, names: FieldNames = USUAL_NAMES, fetched: datetime.datetime | None = None
) -> Iterator[Article | BadRecord]:
    """Yield a BadRecord for everything in ``record`` that cannot be used, then its article, if it has one.

    ``fetched`` is the time that words like «yesterday» in its date count from, unless the record says it itself.
    """
    fields = _Fields(record.fields, names)
    try:
        article = _article(fields, fetched)
    except _UnusableError as error:
        yield BadRecord(record.where, str(error))
        return
    yield from (BadRecord(record.where, reason, skipped=False) for reason in fields.left_out)
    if fields.is_day_guessed:
        yield BadRecord(record.where, _GUESSED_DAY, skipped=False, is_guess=True)
    if not article.body and (unread := fields.unread_texts()):
        reason = f"body: empty, while there is text in {_list_names(unread)}; name the field with --map body=NAME"
        yield BadRecord(record.where, reason, skipped=False, lost_text=True)
    yield article


class _Fields:
    """The values of one record by field, and a sentence for each that was left out."""

    def __init__(self, record: Mapping[str, Any], names: FieldNames) -> None:
        self.record = record
        self.left_out: list[str] = []
        self.is_day_guessed = False
        self._names = names
        self._values = names.values(record)

    def text(self, field: str) -> str:
        """Return a text without which there is no article, empty when it is missing; raises _UnusableError.

        Of several texts the one under the field's own name counts, then for a title the first, for a body the longest.
        """
        texts = [(rank, _text_of(value)) for rank, _, value in self._values.get(field, ())]
        usable = [(rank, text) for rank, text in texts if text is not None and not text.isspace() and text]
        if texts and all(text is None for _, text in texts):
            raise _UnusableError(f"{field}: expected a text, got {describe_value(self._values[field][0][2])}")
        if not usable:
            return ""
        if field == "body" and usable[0][0] > CHOSEN:
            return max(usable, key=lambda ranked: len(ranked[1]))[1]
        return usable[0][1]

    def value(self, field: str) -> Any:
        """Return the first value of a field that is not blank, out of the object that it may stand in, or None."""
        for _, _, value in self._values.get(field, ()):
            inner = _inner(value)
            if inner is not None and not (isinstance(inner, str) and not inner.strip()):
                return inner
        return None

    def all(self, field: str) -> list[Any]:
        """Return the plain values of a field under all its names, those of a list one by one."""
        values = [value for _, _, value in self._values.get(field, ())]
        lists = (value if isinstance(value, list | tuple) else [value] for value in values)
        return [_inner(each) for each_list in lists for each in each_list]

    def optional(self, field: str, read: Callable[[Any], _T | None]) -> _T | None:
        """Return the value that ``read`` gives for a field, or None; a value that gives None is noted."""
        if (value := self.value(field)) is None:
            return None
        result = read(value)
        if result is None:
            expected = f"{field}: expected {EXPECTED[field]}, got {describe_value(value)}"
            self.left_out.append(f"{expected}; the article is kept without it")
        return result

    def date(self, context: str, fetched: datetime.datetime | None) -> datetime.date | None:
        """Return the day of publication, or None; notes a day and month that could be exchanged."""

        def read(value: Any) -> datetime.date | None:
            day, self.is_day_guessed = _day(value, context, fetched)
            return day

        return self.optional("date", read)

    def unread_texts(self) -> list[str]:
        """Return the names that stand for no field and whose values are texts of some words."""
        return [name for name, value in self.record.items() if not self._names.field_of(name) and _is_prose(value)]


def _article(fields: _Fields, fetched: datetime.datetime | None) -> Article:
    title = clean_line(plain_text(repair(fields.text("title"))))
    body = clean_text(plain_text(repair(fields.text("body"))))
    _check_texts(title, body, fields)
    url = fields.optional("url", _address)
    source = fields.optional("source", _label) or _host(url)
    reference = _time(fields.value("fetched")) or fetched
    day = fields.date(f"{title}\n{body}", reference)
    return Article(
        id=_id(fields.value("id")) or derive_id(url=url, title=title, body=body, date=day, source=source),
        title=title,
        body=body,
        date=day,
        source=source,
        category=fields.optional("category", _label),
        url=url,
        lang=language_of(f"{title}\n{body[:SAMPLE_CHARS]}", fields.optional("lang", _language)),
        authors=_authors(fields.all("authors"), source),
    )


def _check_texts(title: str, body: str, fields: _Fields) -> None:
    if not has_words(title) and not has_words(body):
        names = f"the fields given are: {_list_names(list(fields.record))}"
        hint = "; name one with --map title=NAME" if fields.unread_texts() else ""
        raise _UnusableError(f"neither title nor body has words; {names}{hint}")
    for field, text, most in (("title", title, MAX_TITLE_CHARS), ("body", body, MAX_BODY_CHARS)):
        if len(text) > most:
            raise _UnusableError(f"{field}: expected {EXPECTED[field]}, got {len(text)}")


# -- shapes of values


def _inner(value: Any) -> Any:
    """Return the plain value of an object such as ``{"name": "BBC"}``, and the first of a list."""
    if isinstance(value, list | tuple):
        value = next((each for each in value if each not in (None, "")), None)
    if isinstance(value, dict):
        return next((value[name] for name in _INNER_NAMES if name in value and value[name] is not None), value)
    return value


def _text_of(value: Any) -> str | None:
    """Return the text that a value is, paragraphs of a list one below the other; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [_text_of(each) for each in value]
        return "\n".join(filter(None, parts)) if None not in parts else None
    inner = _inner(value)
    return inner if isinstance(inner, str) else None


def _is_prose(value: object) -> bool:
    text = _text_of(value)
    return (
        text is not None
        and len(text.split(maxsplit=_MIN_WORDS_OF_TEXT)) >= _MIN_WORDS_OF_TEXT
        and not is_web_address(text)
    )


def _list_names(names: list[str]) -> str:
    shown = [describe_value(name) for name in names[:_MAX_KEYS_SHOWN]]
    return ", ".join(shown) + (", …" if len(names) > _MAX_KEYS_SHOWN else "") if shown else "none"


# -- values of single fields; None where they cannot be used


def _day(value: object, context: str, fetched: datetime.datetime | None) -> tuple[datetime.date | None, bool]:
    """Return a day, and whether its day and month could also be exchanged."""
    if isinstance(value, datetime.date):
        return value, False
    text = _as_text(value)
    return read_date_and_doubt(text, context=context, now=fetched) if text else (None, False)


def _time(value: object) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _as_text(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) != math.inf:
        return str(value)
    return value if isinstance(value, str) else None


def _id(value: object) -> str:
    text = _as_text(value)
    if value is not None and text is None:
        raise _UnusableError(f"id: expected a text or a number, got {describe_value(value)}")
    name = (text or "").strip(" ")
    if name and not is_article_id(name):
        raise _UnusableError(f"id: expected {EXPECTED['id']}, got {describe_value(value)}")
    return name


def _label(value: object) -> str | None:
    label = clean_line(plain_text(repair(value))) if isinstance(value, str) else ""
    return label if label and is_label(label) else None


def _authors(values: list[Any], source: str | None) -> tuple[str, ...]:
    """Return the names in the values of authors: no labels, addresses or agencies that are the source itself."""
    texts = (clean_line(plain_text(repair(value))) for value in values if isinstance(value, str))
    names = (name.strip(" .-–:") for text in texts for name in _BETWEEN_NAMES.split(_BYLINE.sub("", text)))
    usable = (
        name for name in names if has_words(name) and is_label(name) and name != source and not is_web_address(name)
    )
    return tuple(islice(dict.fromkeys(usable), MAX_AUTHORS))


def _address(value: object) -> str | None:
    """Return an http or https address, its blanks and invisible characters encoded as browsers do, or None."""
    if not isinstance(value, str):
        return None
    url = value.strip()
    if is_clean(url) and not (url.isprintable() and " " not in url):
        url = "".join(letter if letter.isprintable() and letter != " " else quote(letter) for letter in url)
    return url if is_web_address(url) else None


def _language(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    tag = _LANGUAGES.get(value.strip().lower(), value.strip().replace("_", "-"))
    return tag if is_language_tag(tag) else None


def _host(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    return _label(host.removeprefix("www.")) if host else None
