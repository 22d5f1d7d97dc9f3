"""Stemmer of English words: ``stem``."""

from __future__ import annotations

import re
import threading
from functools import cached_property
from typing import Any, Final

from analyzers import resources

# The letters that Porter's rules know; a name with a digit or a word of another script stays as it is.
_ENGLISH_WORD = re.compile("[a-z]+")
_WHOLE_WORDS: Final = frozenset(resources.word_list("en/whole_words.txt"))


class _Stemmers(threading.local):
    """A stemmer for each thread, because it holds the word in hand in attributes."""

    @cached_property
    def english(self) -> Any:
        import snowballstemmer  # all of its languages come at once: nothing that most queries need

        return snowballstemmer.stemmer("english")


_STEMMERS: Final = _Stemmers()


def stem(exact: str) -> str:
    """Return the stem of a normalized English word.

    A word with anything but the letters a to z is returned unchanged, and so is one of ``en/whole_words.txt``.

    The rules are Porter 2, in the library of the Snowball project
    (https://snowballstem.org/algorithms/english/stemmer.html). Possessives come off in normalization.

    >>> [stem(word) for word in ("elections", "election", "reopened", "ministries", "f16", "paris")]
    ['elect', 'elect', 'reopen', 'ministri', 'f16', 'paris']
    """
    if exact in _WHOLE_WORDS or not _ENGLISH_WORD.fullmatch(exact):
        return exact
    term = str(_STEMMERS.english.stemWord(exact))
    return term if term and len(term) <= len(exact) else exact
