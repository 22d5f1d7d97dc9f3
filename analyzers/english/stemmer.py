"""What the inflected forms of an English word have in common: ``stem``."""

from __future__ import annotations

import re
import threading
from typing import Final

import snowballstemmer

# Porter's rules know these letters and no others: a name with a digit, or a word of another script, stays as it is.
_ENGLISH_WORD = re.compile("[a-z]+")


class _Stemmers(threading.local):
    """A stemmer for each thread: one keeps the word that it works on in itself."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_STEMMERS: Final = _Stemmers()


def stem(exact: str) -> str:
    """Return the stem of a normalized English word; a word with anything but the letters a to z is returned unchanged.

    The rules are Porter's second ones, by the library of the Snowball project
    (https://snowballstem.org/algorithms/english/stemmer.html). A possessive went when the word was normalized.

    >>> [stem(word) for word in ("elections", "election", "reopened", "ministries", "f16", "münchen")]
    ['elect', 'elect', 'reopen', 'ministri', 'f16', 'münchen']
    """
    if not _ENGLISH_WORD.fullmatch(exact):
        return exact
    found = str(_STEMMERS.english.stemWord(exact))
    return found if found and len(found) <= len(exact) else exact
