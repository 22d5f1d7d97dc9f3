"""Escaping of values for HTML, as MarkupSafe does it, without an object of a class in Python for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    from markupsafe._speedups import _escape_inner
except ImportError:  # MarkupSafe in Python alone, or a later one

    def _escape_inner(s: str, /) -> str:
        return str(escape(s))


escape_text: Final[Callable[[str], str]] = _escape_inner
"""Return a text, which must be a plain str, as HTML."""

_NUMBERS: Final = frozenset({int, float})


def html_of(value: object) -> str:
    """Return ``value`` as HTML: ``Markup`` as it is, all else escaped, as :func:`markupsafe.escape` does.

    >>> html_of('<a href="?q=1&p=2">'), html_of(Markup("<b>")), html_of(12)
    ('&lt;a href=&#34;?q=1&amp;p=2&#34;&gt;', Markup('<b>'), '12')
    """
    kind = type(value)
    if kind is str:
        return escape_text(value)  # type: ignore[arg-type]  # it is a str
    if kind is Markup:
        return value  # type: ignore[return-value]  # it is Markup
    return str(value) if kind in _NUMBERS else escape(value)
