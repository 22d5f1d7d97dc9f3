"""Markup in the texts of fields: tags, scripts and character references are taken out, the words are kept."""

from __future__ import annotations

import html
import re
from typing import Final

_TAG: Final = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,20})(?=[\s/>])[^<>]{0,10000}>|<!--|<![A-Za-z][^<>]{0,10000}>"
)
_REFERENCE: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_NAMES: Final = frozenset(
    """
    a abbr acronym address area article aside audio b base bdi bdo big blockquote body br button canvas caption
    center cite code col dd del details dfn dir div dl dt em embed fieldset figcaption figure font footer form
    frame h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark
    menu meta nav noscript object ol option p param picture pre q s samp script section select small source span
    strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track
    tt u ul var video wbr o:p st1:place
    """.split()
)
_BREAK: Final = "\N{NULL}"
BLOCK_ELEMENTS: Final = frozenset(
    """
    address article aside blockquote br center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr li main menu nav ol option p pre section table tbody td tfoot th thead tr ul
    """.split()
)
"""Elements that begin a new line."""
_WITHOUT_WORDS: Final = frozenset({"script", "style", "template", "svg", "iframe", "noscript"})
"""Elements whose content is no text of the article."""
_MAX_ROUNDS: Final = 3
"""Feeds escape markup once, and programs that read them sometimes again."""


def plain_text(text: str) -> str:
    r"""Return ``text`` without markup; blocks become lines of their own. Text without markup comes back as it is.

    Angle brackets that belong to no known element are text.

    >>> plain_text("<p>قال &quot;نعم&quot;&#1548; ثم</p>\n<p>مضى</p><script>x()</script>").strip().split("\n")
    ['قال "نعم"، ثم', 'مضى']
    >>> plain_text("2 < 3 & <اسم> AT&T")
    '2 < 3 & <اسم> AT&T'
    """
    for _ in range(_MAX_ROUNDS):
        before = text
        if "<" in text:
            text = _without_tags(text.replace(_BREAK, " "))
        if "&" in text:
            text = _REFERENCE.sub(lambda match: html.unescape(match.group()), text)
        if text == before:
            break
    return text


def _without_tags(text: str) -> str:
    """Return ``text`` without tags, in one pass: each character is looked at a bounded number of times."""
    parts: list[str] = []
    position = 0
    endless: set[str] = set()
    while tag := _TAG.search(text, position):
        parts.append(text[position : tag.start()])
        position = tag.end()
        name = (tag["name"] or "").lower()
        if tag["name"] is None:
            end = "-->" if tag.group() == "<!--" else ""
        elif name not in _NAMES:
            parts.append(tag.group())
            continue
        else:
            end = f"</{name}" if name in _WITHOUT_WORDS and not tag["close"] else ""
            parts.append(_BREAK if name in BLOCK_ELEMENTS else "")
        if end and end not in endless:
            position = _end_of(text, end, position, endless)
    # Blanks around the breaks are those of the source, which no browser shows.
    first, *others = "".join([*parts, text[position:]]).split(_BREAK)
    return "\n".join([first, *filter(None, map(str.strip, others))]) if others else first


def _end_of(text: str, end: str, position: int, endless: set[str]) -> int:
    """Return the position of the tag that ends an element; without one, the element is taken for an empty one."""
    found = text.find(end, position)
    if found < 0 and (found := text.lower().find(end, position)) < 0:
        endless.add(end)
        return position
    return found + (len(end) if end == "-->" else 0)
