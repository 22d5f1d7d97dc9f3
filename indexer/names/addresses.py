"""Web addresses as they are pasted: the pattern of one, the key that all spellings of one share, and its words."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

ADDRESS: Final = re.compile(
    r"""(?:https?://|www\.|(?:[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,}(?=/)))[^\s<>"“”]*[^\s<>"“”«».,:;!?'()\]،؛؟…]/?""",
    re.IGNORECASE,
)
"""An address up to the punctuation of the sentence around it: with its scheme, ``www.``, or a host and a path."""

_ENCODED_LETTERS = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)
_SCHEME_AND_WWW = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)
# What social networks and newsletters add to an address to count visits: it names no other article.
_CAMPAIGN = re.compile(r"(?:utm_\w+|fbclid|gclid|igshid)(?:=.*)?", re.IGNORECASE)
_PUNCTUATION = "/.,:;!?'«»()]\N{ARABIC COMMA}\N{ARABIC SEMICOLON}\N{ARABIC QUESTION MARK}\N{HORIZONTAL ELLIPSIS}"
_FILE_ENDING = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)


def address_key(address: str) -> str:
    """Return what the spellings of one address share, as 16 hexadecimal digits.

    Scheme, ``www.``, case of the host, percent-encoding, punctuation at the end, fragment and campaign parameters do
    not count.

    >>> address_key("https://www.News.example/%D8%A3/?utm_source=x#top") == address_key("http://news.example/أ")
    True
    """
    page, _, query = address[_SCHEME_AND_WWW.match(address).end() :].partition("#")[0].partition("?")  # type: ignore[union-attr]
    host, _, path = page.partition("/")
    parameters = [parameter for parameter in query.split("&") if parameter and not _CAMPAIGN.fullmatch(parameter)]
    parts = (host.lower(), unquote(path).rstrip(_PUNCTUATION), *map(unquote, parameters))
    canonical = unicodedata.normalize("NFC", "\n".join(parts))
    return hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()[:16]


def text_of_address(address: str) -> str:
    """Return the part of an address that is likely to say something: its path, or without one the name of its site.

    >>> text_of_address("https://www.news.example/sport/al-ahly_wins.html?id=7"), text_of_address("www.bbc.com")
    ('sport/al-ahly_wins', 'bbc')
    """
    page = re.split("[?#]", address[_SCHEME_AND_WWW.match(address).end() :])[0]  # type: ignore[union-attr]
    host, _, path = page.partition("/")
    return _FILE_ENDING.sub("", unquote(path).rstrip("/")) or host.rpartition(".")[0] or host


def decode_addresses(text: str) -> str:
    """Return ``text`` with the letters in its addresses that are percent-encoded as letters: a sixth of the length.

    >>> decode_addresses("100%D8 https://news.example/%D8%A3%20")
    '100%D8 https://news.example/أ%20'
    """
    return ADDRESS.sub(lambda address: _ENCODED_LETTERS.sub(lambda letters: unquote(letters[0]), address[0]), text)
