"""Navigation of a scraped page: the lines that are not the article, and the name of the site in them.

They are recognised by the words of ``data/page_words.tsv``. Prose is never navigation, except below the last paragraph,
where requests and copyright notices may be whole sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from analyzers import Token, normalize, read_table, words
from indexer.ingest.page.lines import COPYRIGHT_WORD, PROSE_WORDS, Line, find_phrase, words_of

_MENU_SEPARATOR = re.compile(r"\s*[|/›»>•·]\s*")
MAX_NAME_WORDS = 4
"""Names of sites are short; more words in a footer are a sentence."""


def without_navigation(lines: list[Line]) -> list[Line]:
    """Return ``lines`` without navigation, and without lists of other articles.

    Such a list, under a heading like «اقرأ أيضاً», ends where prose begins again. The heading counts only below the
    first paragraph, since nothing but the title can stand above that.
    """
    article: list[Line] = []
    footer = _footer_start(lines)
    has_prose = in_list = False
    for number, line in enumerate(lines):
        is_prose = line.is_prose and (number < footer or not _is_navigation(line))
        has_prose, in_list = has_prose or is_prose, in_list and not is_prose
        if line.words in _phrases("section"):
            in_list = has_prose
        elif is_prose or not (in_list or _is_navigation(line)):
            article.append(line)
    return article


def site_name(lines: list[Line]) -> str | None:
    """Return the name of the site, from a line «المصدر: …» or else from the footer, or None."""
    labelled = (_labelled_name(line) for line in lines)
    footer = filter(_is_navigation, lines[_footer_start(lines) :])
    in_footer = (_name_after_request(line) or _rights_holder(line) for line in reversed(list(footer)))
    return next(filter(None, labelled), None) or next(filter(None, in_footer), None)


@lru_cache
def _phrases(kind: str) -> frozenset[tuple[str, ...]]:
    table = read_table("page_words.tsv", columns=2, root=resources.files("indexer") / "data")
    return frozenset(words_of(phrase) for row_kind, phrase in table if row_kind == kind)


def _footer_start(lines: list[Line]) -> int:
    """Return the index of the line after the last paragraph, 0 where there is no paragraph."""
    paragraphs = (number for number in reversed(range(len(lines))) if lines[number].is_prose)
    return next((number + 1 for number in paragraphs if not _is_navigation(lines[number])), 0)


def _is_navigation(line: Line) -> bool:
    if len(line.words) >= PROSE_WORDS:
        return False
    return (
        line.words in _phrases("line")
        or any(find_phrase(line.words, phrase) is not None for phrase in _phrases("phrase"))
        or _head(line) in _phrases("label") | _phrases("section")
        or _is_menu(line)
    )


def _is_menu(line: Line) -> bool:
    """Return whether a line is a menu or a trail of links: «الرئيسية | سياسة», "Home / News"."""
    first, *others = _MENU_SEPARATOR.split(line.text)
    return bool(others) and words_of(first) in _phrases("line")


def _head(line: Line) -> tuple[str, ...]:
    """Return the words before the colon of «label: text», none where there is no such colon."""
    head, colon, rest = line.text.partition(":")
    return words_of(head) if colon and rest.strip() else ()


def _labelled_name(line: Line) -> str | None:
    if _head(line) not in _phrases("label"):
        return None
    name = line.text.partition(":")[2].strip(" .")
    return name if len(words_of(name)) <= MAX_NAME_WORDS else None


def _name_after_request(line: Line) -> str | None:
    """Return the name after a phrase like «للنشر في», up to the word that continues the sentence."""
    tokens = list(words(line.text))
    normal = tuple(normalize(token.text) for token in tokens)
    for phrase in _phrases("source"):
        if (start := find_phrase(normal, phrase)) is not None:
            return _name(line.text, tokens[start + len(phrase) :])
    return None


def _rights_holder(line: Line) -> str | None:
    """Return the name in a line like «© 2024 …. جميع الحقوق محفوظة»: its first words but rights and year."""
    tokens = list(words(line.text))
    if COPYRIGHT_WORD not in line.words and sum(_is_about_rights(token) for token in tokens) < 2:
        return None
    is_name = (not (_is_about_rights(token) or token.text.isdecimal()) for token in tokens)
    start = next((number for number, is_first in enumerate(is_name) if is_first), len(tokens))
    return _name(line.text, tokens[start:])


def _is_about_rights(token: Token) -> bool:
    return (normalize(token.text),) in _phrases("rights")


def _name(text: str, tokens: list[Token]) -> str | None:
    """Return the name that begins with the first of ``tokens``, as printed."""
    name = list(_words_of_name(text, tokens))
    return text[name[0].start : name[-1].end] if 0 < len(name) <= MAX_NAME_WORDS else None


def _words_of_name(text: str, tokens: list[Token]) -> Iterator[Token]:
    end = tokens[0].start if tokens else 0
    for token in tokens:
        is_apart = text[end : token.start].strip()
        ends_name = (normalize(token.text),) in _phrases("end") or _is_about_rights(token) or token.text.isdecimal()
        if is_apart or ends_name:
            return
        yield token
        end = token.end
