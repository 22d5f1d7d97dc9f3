"""Messages of the user interface in Arabic and English: texts, counted nouns, dates."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_timedelta
from markupsafe import Markup

from search_app.escaping import escape_text, html_of
from search_app.settings import Language

_LEVANT = Locale("ar", "LB")  # where February is شباط; plain Arabic in CLDR says فبراير


@dataclass(frozen=True, slots=True)
class Messages:
    """The message catalogue of one language: texts with ``{placeholders}``, and tables of plural forms."""

    language: Language
    catalogue: Mapping[str, Any]

    @property
    def locale(self) -> Locale:
        """The CLDR locale, for plural forms and names of months and weekdays."""
        return _locale(self.language)

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return _direction(self.language)

    def text(self, key: str, /, **values: object) -> str:
        """Return the message ``key`` as plain text, for attributes and titles. Raises ``KeyError``."""
        return str(self.catalogue[key]).format(**values)

    def html(self, key: str, /, **values: object) -> Markup:
        """Return the message ``key`` as HTML; each value is escaped in its own ``<bdi>``, unless it is ``Markup``."""
        text = escape_text(self.catalogue[key])
        return Markup(text.format(**{name: isolate(value) for name, value in values.items()}))  # noqa: S704  # all escaped

    def count(self, key: str, number: int) -> Markup:
        """Return ``number`` with its noun in the right plural form (CLDR plural categories), as HTML.

        >>> [str(messages("ar").count("articles", number)) for number in (1, 2)]
        ['مقال واحد', 'مقالان']
        """
        return Markup(escape_text(self._noun(key, number)).format(n=isolate(self.number(number))))  # noqa: S704  # all escaped

    def count_text(self, key: str, number: int) -> str:
        """Return ``number`` with its noun as plain text, see :meth:`count`."""
        return self._noun(key, number).format(n=self.number(number))

    def _noun(self, key: str, number: int) -> str:
        return str(self.catalogue[key][_plural(self.language, number)])

    def number(self, number: int) -> str:
        """Return ``number`` in ASCII digits, with a comma between thousands."""
        return f"{number:,}"

    def date(self, day: datetime.date) -> str:
        """Return the day in words; in Arabic with the Levantine and the common name of its month.

        >>> messages("ar").date(datetime.date(2024, 2, 11))
        '11 شباط/فبراير 2024'
        """
        return f"{day.day} {self.month(day)}"

    def month(self, day: datetime.date) -> str:
        """Return the month of ``day`` and its year in words."""
        return f"{_month(self.language, day.month)} {day.year}"

    def weekday_and_date(self, day: datetime.date) -> str:
        """Return the day in words, with its weekday.

        >>> messages("ar").weekday_and_date(datetime.date(2024, 2, 11))
        'الأحد 11 شباط/فبراير 2024'
        >>> messages("en").weekday_and_date(datetime.date(2024, 2, 11))
        'Sunday 11 February 2024'
        """
        return f"{_weekday(self.language, day.weekday())} {self.date(day)}"

    def period(self, first: datetime.date | None, last: datetime.date | None) -> str:
        """Return the period from ``first`` to ``last`` in words; one of them may be ``None`` for an open side.

        >>> messages("en").period(datetime.date(2024, 2, 1), None)
        'since 1 February 2024'
        """
        if first == last and first:
            return self.date(first)
        key = "period.between" if first and last else "period.since" if first else "period.until"
        return self.text(key, first=first and self.date(first), last=last and self.date(last))

    def since(self, day: datetime.date) -> str:
        """Return a clause of a query: from the month of ``day`` on.

        >>> messages("ar").since(datetime.date(2024, 2, 11)), messages("en").since(datetime.date(2024, 2, 11))
        ('منذ:شباط/2024', 'from:2024-02')
        """
        if self.language == "en":
            return f"from:{day:%Y-%m}"
        return f"منذ:{_LEVANT.months['format']['wide'][day.month].replace(' ', '_')}/{day.year}"

    def ago(self, moment: datetime.datetime, *, now: datetime.datetime) -> str:
        """Return how long before ``now`` the ``moment`` was, in words; a moment in the future counts as now."""
        passed = max(now - moment, datetime.timedelta(seconds=1))
        return format_timedelta(-passed, locale=self.locale, add_direction=True)


def isolate(value: object) -> Markup:
    """Return ``value`` escaped in a ``<bdi>``, which isolates its text direction; ``Markup`` is returned unchanged.

    >>> isolate('Levant "Ledger"')
    Markup('<bdi>Levant &#34;Ledger&#34;</bdi>')
    """
    return value if isinstance(value, Markup) else Markup(f"<bdi>{html_of(value)}</bdi>")  # noqa: S704  # escaped


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=4096)
def _plural(language: Language, number: int) -> str:
    """Return the CLDR plural category of ``number``."""
    return str(_locale(language).plural_form(number))


@cache
def _direction(language: Language) -> str:
    return str(_locale(language).text_direction)


@cache
def _month(language: Language, month: int) -> str:
    """Return the name of a month, from 1."""
    locales = (_LEVANT, _locale(language)) if language == "ar" else (_locale(language),)
    return "/".join(locale.months["format"]["wide"][month] for locale in locales)


@cache
def _weekday(language: Language, weekday: int) -> str:
    """Return the name of a day of the week, Monday being 0."""
    return str(_locale(language).days["format"]["wide"][weekday])


@cache
def messages(language: Language) -> Messages:
    """Return the messages of ``language``; its file is read once."""
    text = files("search_app").joinpath("i18n", f"{language}.json").read_text(encoding="utf-8")
    return Messages(language, json.loads(text))
