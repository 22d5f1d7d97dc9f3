"""Languages of texts: told by script, letters and common words, and named in Arabic and English."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from analyzers import read_table

SAMPLE_CHARS: Final = 400
"""How much of the beginning of a text is read: every text of that length has several common words."""
_LETTERS_A_WORD: Final = 2
"""A common word tells as much as so many letters that the language has and others have not."""

_SCRIPTS: Final = {
    "arabic": re.compile("[\N{ARABIC LETTER HAMZA}-\N{ARABIC LETTER YEH}\u0671-\u06d3\u06d5]+"),
    "latin": re.compile("[A-Za-zÀ-ɏə]+"),
    "hebrew": re.compile("[א-ת]+"),
    "cyrillic": re.compile("[Ѐ-ӿ]+"),
}
_NOT_OF_ARABIC: Final = re.compile("[\u0671-\u06d3\u06d5]")
"""Letters of the Arabic script that Arabic has not: every other language writes some in a text of a few words."""
_ALONE: Final = {"hebrew": "he", "cyrillic": "ru"}
"""The language of a script of which no other language is in the table."""
_WORDS: Final = re.compile(r"[^\W\d_]+")


def _bytes_of_cp1256(is_one: Callable[[str], object]) -> bytes:
    return bytes(byte for byte in range(256) if is_one(bytes([byte]).decode("cp1256")))


_NO_LETTERS: Final = _bytes_of_cp1256(lambda char: not _WORDS.match(char))
_NO_ARABIC: Final = _bytes_of_cp1256(lambda char: not _SCRIPTS["arabic"].match(char))
_FOREIGN: Final = _bytes_of_cp1256(_NOT_OF_ARABIC.match)


class _Language(NamedTuple):
    """One row of the table; ``names`` are its names in Arabic and English."""

    code: str
    names: tuple[str, str]
    script: str
    letters: str
    words: frozenset[str]


def language_of(text: str, said: str | None = None) -> str | None:
    """Return the tag of a text's language: ``said``, unless the text is in another script, or else a guess.

    >>> language_of("أسعار النفط ترتفع", "en"), language_of("Oil prices rise", "en-GB")
    ('ar', 'en-GB')
    """
    guess = guess_language(text)
    if said is None or guess is None:
        return said or guess
    table = _languages()
    script = table[primary].script if (primary := primary_tag(said)) in table else None
    return said if script in (None, table[guess].script) else guess


def guess_language(text: str) -> str | None:
    """Return the code of the language of a text by its first 400 characters; None where nothing tells it.

    Most of its letters choose the script; then the letters that some languages have, and common words. Without either
    a text in Arabic letters is Arabic, and one in ASCII letters English.

    >>> guess_language("أسعار النفط ترتفع"), guess_language("قیمت نفت افزایش یافت"), guess_language("Le pétrole brûlé")
    ('ar', 'fa', 'fr')
    """
    sample = text[:SAMPLE_CHARS].lower()
    if _is_plain_arabic(sample):
        return "ar"
    script = script_of(sample)
    if script is None or script in _ALONE:
        return _ALONE.get(script or "")
    if script == "arabic" and not _NOT_OF_ARABIC.search(sample):
        return "ar"
    words = _WORDS.findall(sample)
    usual = "ar" if script == "arabic" else "en"
    scores = {
        code: sum(map(sample.count, language.letters)) + _LETTERS_A_WORD * sum(map(language.words.__contains__, words))
        for code, language in _languages().items()
        if language.script == script
    }
    best = max(scores, key=lambda code: (scores[code], code == usual))
    return best if scores[best] or script == "arabic" or sample.isascii() else None


def primary_tag(tag: str) -> str:
    """Return the language of a tag in small letters, without script and region.

    >>> primary_tag("en-GB")
    'en'
    """
    return tag.partition("-")[0].lower()


def language_names(code: str) -> tuple[str, ...]:
    """Return the names of a language in Arabic and English, none for one that is not in the table.

    >>> language_names("fa")
    ('الفارسية', 'Persian')
    """
    language = _languages().get(code)
    return language.names if language else ()


def script_of_language(tag: str) -> str | None:
    """Return the script of a language, None for one that is not in the table.

    >>> script_of_language("fa"), script_of("Le pétrole")
    ('arabic', 'latin')
    """
    language = _languages().get(primary_tag(tag))
    return language.script if language else None


def _is_plain_arabic(sample: str) -> bool:
    """Return whether a text is Arabic in Windows-1256, as nearly all are: told in a tenth of the time of a guess."""
    try:
        encoded = sample.encode("cp1256")
    except UnicodeEncodeError:
        return False
    letters = encoded.translate(None, _NO_LETTERS)
    has_foreign = len(encoded.translate(None, _FOREIGN)) < len(encoded)
    return not has_foreign and 2 * len(letters.translate(None, _NO_ARABIC)) > len(letters)


def script_of(sample: str) -> str | None:
    """Return the script of more than half of the letters of a text, the first of the table in nearly every article."""
    half = sum(map(len, _WORDS.findall(sample))) / 2
    return next((script for script, letters in _SCRIPTS.items() if sum(map(len, letters.findall(sample))) > half), None)


@cache
def _languages() -> dict[str, _Language]:
    table = read_table("languages.tsv", 6, resources.files("indexer") / "data")
    return {
        code: _Language(code, (arabic, english), script, letters.strip("-"), frozenset(words.split()))
        for code, arabic, english, script, letters, words in table
    }
