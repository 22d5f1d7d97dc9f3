"""Month names in the Arab world's four traditions and in English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from analyzers import resources
from analyzers.arabic.normalizer import normalize


@cache
def month_names() -> Mapping[str, int]:
    """Return the number of each month, 1 to 12, by its name: normalized words with one space between them.

    >>> [month_names()[name] for name in ("شباط", "كانون الاول", "جويليه", "غشت", "sept")]
    [2, 12, 7, 8, 9]
    """
    return MappingProxyType(dict(resources.records("ar/months.tsv", columns=3, make=_named_month)))


def _named_month(number: str, _region: str, name: str) -> tuple[str, int]:
    return " ".join(map(normalize, name.split())), int(number)
