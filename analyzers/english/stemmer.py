"""Stemmer of English words: ``stem``."""

from __future__ import annotations

import re
import threading
from typing import Final

import snowballstemmer

# The letters that Porter's rules know; a name with a digit or a word of another script stays as it is.
_ENGLISH_WORD = re.compile("[a-z]+")


class _Stemmers(threading.local):
    """A stemmer for each thread, because it holds the word in hand in attributes."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_STEMMERS: Final = _Stemmers()


def stem(exact: str) -> str:
    """Return the stem of a normalized English word; a word with anything but the letters a to z is returned unchanged.

    The rules are Porter 2, in the library of the Snowball project
    (https://snowballstem.org/algorithms/english/stemmer.html). Possessives come off in normalization.

    >>> [stem(word) for word in ("elections", "election", "reopened", "ministries", "f16", "münchen")]
    ['elect', 'elect', 'reopen', 'ministri', 'f16', 'münchen']
    """
    if not _ENGLISH_WORD.fullmatch(exact):
        return exact
    term = str(_STEMMERS.english.stemWord(exact))
    return term if term and len(term) <= len(exact) else exact
