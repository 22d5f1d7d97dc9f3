"""Citations of an article for reference managers: BibTeX and RIS."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from indexer import Article
from search_app.texts import one_line

_SPECIAL_IN_TEX: Final = MappingProxyType(
    str.maketrans(
        {letter: f"\\{letter}" for letter in "&%$#_{}"}
        | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    )
)
_NOT_IN_A_KEY: Final = re.compile(r"[^A-Za-z0-9._:-]+")
_MAX_KEY_CHARS: Final = 40


class CitationFormat(NamedTuple):
    """A format of citations: the end of its files' names, their type, and the function that writes one."""

    suffix: str
    content_type: str
    write: Callable[[Article, str], str]


def bibtex(article: Article, address: str) -> str:
    r"""Return ``article``, to be read at ``address``, as an entry of BibTeX in UTF-8.

    >>> print(bibtex(Article(id="a_1", title="Wheat & bread", source="Wire"), "https://news.example/1"))
    @article{akhbar:a_1,
      title = {{Wheat \& bread}},
      journal = {Wire},
      url = {https://news.example/1}
    }
    """
    values = {
        "author": " and ".join(f"{{{_tex(author)}}}" for author in article.authors),
        "title": f"{{{_tex(_title(article))}}}",
        "journal": _tex(article.source or ""),
        "year": str(article.date.year) if article.date else "",
        "month": str(article.date.month) if article.date else "",
        "day": str(article.date.day) if article.date else "",
        "language": _tex(article.lang or ""),
        "url": re.sub(r"[\\{}\s]", "", address),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in values.items() if value)
    return f"@{'article' if article.source else 'misc'}{{{_key(article)},\n{lines}\n}}"


def ris(article: Article, address: str) -> str:
    """Return ``article``, to be read at ``address``, as a RIS record of type NEWS.

    >>> ris(Article(id="1", title="Wheat", source="Wire"), "https://news.example/1").splitlines()
    ['TY  - NEWS', 'TI  - Wheat', 'T2  - Wire', 'UR  - https://news.example/1', 'ER  - ']
    """
    return "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in _ris_lines(article, address))


FORMATS: Final[Mapping[str, CitationFormat]] = MappingProxyType(
    {
        "BibTeX": CitationFormat(".bib", "application/x-bibtex; charset=utf-8", bibtex),
        "RIS": CitationFormat(".ris", "application/x-research-info-systems; charset=utf-8", ris),
    }
)


def _ris_lines(article: Article, address: str) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS"
    yield from (("AU", author) for author in article.authors)
    yield "TI", _title(article)
    optional = {
        "T2": article.source,
        "PY": article.date and str(article.date.year),
        "DA": article.date and article.date.isoformat().replace("-", "/") + "/",
        "LA": article.lang,
        "UR": address,
    }
    yield from ((tag, value) for tag, value in optional.items() if value)
    yield "ER", ""


def _title(article: Article) -> str:
    """Return the title, or the beginning of the text of an article without one."""
    return article.title if article.title.strip() else article.body[:80]


def _tex(text: str) -> str:
    return one_line(text).translate(_SPECIAL_IN_TEX)


def _key(article: Article) -> str:
    """Return a key of ASCII letters: the id where that is unmistakable, else its beginning and a digest."""
    plain = _NOT_IN_A_KEY.sub("-", article.id)
    if plain == article.id and len(plain) <= _MAX_KEY_CHARS:
        return f"akhbar:{plain}"
    digest = hashlib.sha256(article.id.encode("utf-8", "replace")).hexdigest()[:12]
    return f"akhbar:{plain[:_MAX_KEY_CHARS].strip('-')}-{digest}".replace(":-", ":")
