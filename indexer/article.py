"""Article: one news item, and the rules that each of its fields must obey.

Readers of files and callers of the API build the same class, so that nothing enters an index unchecked. The tests of
single fields (:func:`is_web_address` and the like) are public: a reader uses them to leave out a field that an article
can do without, a web page to decide what may become a link.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from indexer.errors import InputError
from indexer.names.addresses import address_key

MAX_ID_CHARS: Final = 512
MAX_TITLE_CHARS: Final = 2000
"""The longest real headline seen has 1,676 characters, in a periodical of the 1900s."""
MAX_BODY_CHARS: Final = 8 * 1024 * 1024
"""The longest of 80,000 real articles takes 0.2 MB."""
MAX_LABEL_CHARS: Final = 200
MAX_URL_CHARS: Final = 4096
MAX_AUTHORS: Final = 20
MAX_OTHER_URLS: Final = 100
AUTHORS_SEPARATOR: Final = "؛ "
_MAX_SHOWN_CHARS: Final = 40

EXPECTED: Final = {
    "id": f"1 to {MAX_ID_CHARS} characters, none a control character",
    "title": f"a text of at most {MAX_TITLE_CHARS} characters",
    "body": f"a text of at most {MAX_BODY_CHARS} characters",
    "date": "a day such as 2024-02-11",
    "source": f"a name of at most {MAX_LABEL_CHARS} characters",
    "category": f"a name of at most {MAX_LABEL_CHARS} characters",
    "url": "an address such as https://news.example/1",
    "lang": "a language tag such as ar",
    "authors": "at most 20 names of at most 200 characters",
    "other_urls": "at most 100 addresses such as https://news.example/1",
}
"""What each field must be, as error messages put it."""

_UNCLEAN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
# The form of nearly all addresses: one that matches needs no parsing.
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#]|\Z)")
_JSON_NAMES = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as it was published. Raises InputError, naming the field, for a value that breaks its rule.

    ``id`` has 1 to 512 characters. ``title`` (at most 2,000 characters) and ``body`` (8 Mi) are the text as printed,
    and one of them must have a word; every offset elsewhere counts their characters (code points). ``body`` separates
    its paragraphs by line feeds. ``date`` is the day of publication; a ``datetime`` is cut to its day, and ISO text
    (``"2024-02-11"``) is read, so that ``Article(**article_as_json(article)) == article``. ``source`` and ``category``
    are names of at most 200 characters, ``url`` is an http or https address, ``lang`` a BCP 47 tag such as ``ar``;
    these four are None where they are missing or empty. ``authors`` are names, ``other_urls`` the addresses of exact
    copies; both may be given as any iterable, and are tuples.

    >>> Article(id="1", title="خبر", date="2024-02-11").date
    datetime.date(2024, 2, 11)
    """

    id: str
    title: str = ""
    body: str = ""
    date: datetime.date | None = None
    source: str | None = None
    category: str | None = None
    url: str | None = None
    lang: str | None = None
    authors: tuple[str, ...] = ()
    other_urls: tuple[str, ...] = ()

    @property
    def author(self) -> str | None:
        """All authors in one line, None where there are none."""
        return AUTHORS_SEPARATOR.join(self.authors) or None

    def __post_init__(self) -> None:
        """Check every field: under 2 µs where all are valid, since an archive has millions of articles."""
        if not (isinstance(self.id, str) and is_article_id(self.id)):
            raise self._wrong("id", self.id)
        self._check_texts()
        if self.date is not None and type(self.date) is not datetime.date:
            object.__setattr__(self, "date", self._day(self.date))
        for field, is_valid in _OPTIONAL:
            if (value := getattr(self, field)) is not None:
                self._check_optional(field, value, is_valid)
        if self.authors != () or self.other_urls != ():
            self._check_several("authors", is_label, MAX_AUTHORS)
            self._check_several("other_urls", is_web_address, MAX_OTHER_URLS)

    def _check_texts(self) -> None:
        if not isinstance(self.title, str) or len(self.title) > MAX_TITLE_CHARS:
            raise self._wrong("title", self.title)
        if not isinstance(self.body, str) or len(self.body) > MAX_BODY_CHARS:
            raise self._wrong("body", self.body)
        if not (has_words(self.title) or has_words(self.body)):
            raise InputError(f"article {describe_value(self.id)}: expected words in title or body, got none")

    def _check_optional(self, field: str, value: object, is_valid: Callable[[str], bool]) -> None:
        if value == "":
            object.__setattr__(self, field, None)
        elif not (isinstance(value, str) and is_valid(value)):
            raise self._wrong(field, value)

    def _check_several(self, field: str, is_valid: Callable[[str], bool], most: int) -> None:
        given = getattr(self, field)
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise self._wrong(field, given)
        values = tuple(given)
        if len(values) > most or not all(isinstance(value, str) and value and is_valid(value) for value in values):
            raise self._wrong(field, given)
        object.__setattr__(self, field, values)

    def _day(self, value: object) -> datetime.date:
        if isinstance(value, datetime.date):
            return datetime.date(value.year, value.month, value.day)
        try:
            return datetime.date.fromisoformat(value)  # type: ignore[arg-type]  # anything but text is a TypeError
        except (TypeError, ValueError) as error:
            raise self._wrong("date", value) from error

    def _wrong(self, field: str, value: object) -> InputError:
        article = "" if field == "id" else f" {describe_value(self.id)}"
        size = f" of {len(value)} characters" if isinstance(value, str) and len(value) > _MAX_SHOWN_CHARS else ""
        return InputError(f"article{article}: {field}: expected {EXPECTED[field]}, got {describe_value(value)}{size}")


def restore_article(
    texts: tuple[str, str, str],
    date: datetime.date | None,
    labels: tuple[str | None, str | None, str | None, str | None],
    lists: tuple[list[str], list[str]] = ([], []),
) -> Article:
    """Return the article that an index kept: id, title and body; date; source, category, url, lang; authors, other_urls.

    Its fields were checked when it was indexed. Only their types are checked again: all the rules would take a twentieth
    of the time of a search. Raises InputError.
    """
    for value in texts:
        if type(value) is not str:
            raise InputError(f"expected id, title and body as text, got {describe_value(value)}")
    for label in labels:
        if label is not None and type(label) is not str:
            raise InputError(f"expected source, category, url and lang as text, got {describe_value(label)}")
    for values in lists:
        if type(values) is not list or not all(type(value) is str for value in values):
            raise InputError(f"expected authors and other_urls as lists of texts, got {describe_value(values)}")
    article = object.__new__(Article)
    _set_field(article, "id", texts[0])
    _set_field(article, "title", texts[1])
    _set_field(article, "body", texts[2])
    _set_field(article, "date", date)
    _set_field(article, "source", labels[0])
    _set_field(article, "category", labels[1])
    _set_field(article, "url", labels[2])
    _set_field(article, "lang", labels[3])
    _set_field(article, "authors", tuple(lists[0]))
    _set_field(article, "other_urls", tuple(lists[1]))
    return article


def derive_id(*, url: str | None, title: str, body: str, date: object, source: str | None) -> str:
    """Return the id of an article that came without one: the same article, the same id.

    An article is its text and its address, however the address is spelled; where it has none, its text, source and
    date. The address alone would not do: archives of periodicals give all articles of an issue one. Sixteen
    hexadecimal digits.

    >>> texts = {"title": "خبر", "body": "", "date": None, "source": None}
    >>> one, other = "https://www.news.example/1/?utm_source=x", "http://news.example/1#top"
    >>> derive_id(url=one, **texts) == derive_id(url=other, **texts)
    True
    """
    origin = (address_key(url),) if url else (source, date)
    identity = "\x00".join(str(part or "") for part in (*origin, title, body))
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]


def is_article_id(text: str) -> bool:
    """Return whether ``text`` may be the id of an article: not blank, not too long, no control characters."""
    return len(text) <= MAX_ID_CHARS and is_clean(text) and bool(text.strip())


def is_label(text: str) -> bool:
    """Return whether ``text`` may name a source or a category."""
    return len(text) <= MAX_LABEL_CHARS and is_clean(text)


def is_web_address(text: str) -> bool:
    """Return whether ``text`` may become a link: http or https, with a host, no blanks or invisible characters.

    Other schemes can run programs, and direction marks can hide where a link leads.

    >>> is_web_address("https://news.example/a?b=1"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    if len(text) > MAX_URL_CHARS or not text.isprintable() or " " in text:
        return False
    if _PLAIN_ADDRESS.match(text):
        return True
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_language_tag(text: str) -> bool:
    """Return whether ``text`` has the form of a BCP 47 language tag: ``ar``, ``en-GB``, ``az-Arab-IR``."""
    return _LANGUAGE_TAG.fullmatch(text) is not None


def is_clean(text: str) -> bool:
    r"""Return whether ``text`` has no control character, tab and line feed included, and no lone surrogate.

    >>> is_clean("ar-2024/17"), is_clean("ar\n17")
    (True, False)
    """
    return text.isprintable() or _UNCLEAN.search(text) is None


def has_words(text: str) -> bool:
    """Return whether ``text`` has anything that a search can find: a letter or a digit."""
    return text[:1].isalnum() or _LETTER_OR_DIGIT.search(text) is not None


def describe_value(value: object) -> str:
    """Return a value for an error message: the beginning of a text, printable, or the kind of anything else.

    >>> describe_value("30/02/2024"), describe_value([1, 2]), describe_value(17)
    ("'30/02/2024'", 'a list', 'a number')
    """
    if isinstance(value, str):
        return repr(value[:_MAX_SHOWN_CHARS]) + ("…" if len(value) > _MAX_SHOWN_CHARS else "")
    number_or_type = "a number" if isinstance(value, int | float) else type(value).__name__
    return _JSON_NAMES.get(type(value), number_or_type)


_set_field: Final = object.__setattr__
_OPTIONAL: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("source", is_label),
    ("category", is_label),
    ("url", is_web_address),
    ("lang", is_language_tag),
)


def check_articles(articles: Article | Iterable[Article], argument: str) -> Iterator[Article]:
    """Yield ``articles``, also where it is one; raises InputError, naming ``argument``, for anything else."""
    if isinstance(articles, Article):
        articles = (articles,)
    if not isinstance(articles, Iterable):
        raise InputError(f"{argument}: {type(articles).__name__} {articles!r:.100}: expected articles")
    for article in articles:
        if not isinstance(article, Article):
            raise InputError(f"{argument}: {type(article).__name__} {article!r:.100}: expected an Article")
        yield article


def check_ids(ids: str | Iterable[str]) -> tuple[str, ...]:
    """Return ``ids``, also where it is one; raises InputError for anything else."""
    if isinstance(ids, str):
        return (ids,)
    if not isinstance(ids, Iterable):
        raise InputError(f"delete: {type(ids).__name__} {ids!r:.100}: expected ids, each a str")
    checked = tuple(ids)
    for article_id in checked:
        if not isinstance(article_id, str):
            raise InputError(f"delete: id {article_id!r:.100}: expected a str, not {type(article_id).__name__}")
    return checked
