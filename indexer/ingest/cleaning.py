"""Cleaning of text of unknown origin: the same words, without characters that no page or terminal should print."""

from __future__ import annotations

import re

# C0 and C1 controls except tab and line feed: debris of broken conversions, and commands to terminals.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
# Everything that any of these three replaces: most texts are searched once and left alone.
_REPLACED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")
_LINE_ENDS = re.compile("\r\n?|\N{LINE SEPARATOR}|\N{PARAGRAPH SEPARATOR}")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    r"""Return ``text`` with line feeds between its lines, at most one blank line in a row, and no blanks at line ends.

    Control characters become spaces, lone surrogates the replacement character.

    >>> clean_text("first \r\n\r\n\r\nsecond\x07line  ")
    'first\n\nsecond line'
    """
    # None of the characters to replace is printable, and isprintable() is ten times as fast as the pattern.
    is_printable = text.replace("\n", " ").isprintable()
    if not is_printable and _REPLACED.search(text):
        text = _CONTROLS.sub(" ", _LINE_ENDS.sub("\n", _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)))
    if not is_printable or " \n" in text:  # the only blank that is printable
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def clean_line(text: str) -> str:
    r"""Return ``text`` on one line, with single spaces between its words; otherwise as :func:`clean_text`.

    >>> clean_line(" two\nlines ")
    'two lines'
    """
    if not text.isprintable():
        text = _CONTROLS.sub(" ", _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text))
    return " ".join(text.split())
