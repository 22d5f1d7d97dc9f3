"""Help about queries: the table of what can be typed, with links that try each example."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from search_app.layout import Frame

_CODE: Final = re.compile(r"`([^`]+)`")
_QUOTED: Final = re.compile("«[^»]*»")


class HelpRow(NamedTuple):
    """One row: examples with the addresses that search for them, and what they find as HTML."""

    typed: tuple[tuple[str, str], ...]
    finds: Markup


def help_rows(frame: Frame) -> tuple[HelpRow, ...]:
    """Return the rows of the help page, which are those of the first table of ``docs/query.md``."""
    parameters = frame.parameters.only("lang")
    return tuple(
        HelpRow(
            tuple((query, parameters.replace("q", query).address(frame.home_path)) for query in _CODE.findall(typed)),
            with_code(finds),
        )
        for typed, finds in frame.messages.catalogue["help.rows"]
    )


def with_code(text: str) -> Markup:
    """Return ``text`` as HTML: code for what stands between backticks, and each quotation with a direction of its own.

    >>> with_code("`a<b` or «c»")
    Markup('<code dir="auto">a&lt;b</code> or <bdi>«c»</bdi>')
    """
    quoted = _QUOTED.sub(r"<bdi>\g<0></bdi>", str(escape(text)))
    return Markup(_CODE.sub(r'<code dir="auto">\1</code>', quoted))  # noqa: S704  # escaped before
