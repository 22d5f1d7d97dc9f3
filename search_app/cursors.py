"""Cursors: opaque positions in the answers to one search, good for as long as the index stays as it is.

Pages by number shift when articles are added between two of them; a cursor tells that instead.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import replace
from typing import Final

from werkzeug.exceptions import Gone

from indexer import FACET_LIMIT, MAX_PAGING_DEPTH, SearchRequest
from search_app.error_handlers import UnusableParametersError
from search_app.forms import Problem, SearchForm

_PARTS: Final = struct.Struct(">QH8s")
"""A generation, the number of a page, and the digest of a search."""


def next_cursor(form: SearchForm, generation: int, stories: int) -> str | None:
    """Return the cursor of the page after that of ``form``, None where it is the last one."""
    end = form.request.offset + form.size
    if end >= min(stories, MAX_PAGING_DEPTH - form.size + 1):
        return None
    parts = _PARTS.pack(generation, form.page + 1, _digest(form.request))
    return base64.urlsafe_b64encode(parts).decode("ascii")


def at_cursor(form: SearchForm, generation: int) -> SearchForm:
    """Return ``form`` at the page of its cursor, unchanged without one.

    Raises UnusableParametersError for a cursor of another search, or none of ours, and Gone where the index is of
    another ``generation``.
    """
    if not form.cursor:
        return form
    try:
        known, page, digest = _PARTS.unpack(base64.b64decode(form.cursor, altchars=b"-_", validate=True))
    except (binascii.Error, struct.error, ValueError):
        known, page, digest = generation, 0, b""
    if digest != _digest(form.request) or not 1 <= page <= MAX_PAGING_DEPTH // form.size or form.page > 1:
        raise UnusableParametersError((Problem("cursor", "cursor", form.cursor),))
    require_generation(known, generation)
    return replace(form, page=page, request=replace(form.request, offset=(page - 1) * form.size))


def require_generation(known: int, generation: int) -> None:
    """Raise Gone where the index is of another ``generation`` than the one that is ``known``."""
    if known != generation:
        raise Gone


def _digest(request: SearchRequest) -> bytes:
    """Return what tells a search from others: all that decides which hits are on a page of it."""
    search = replace(request, offset=0, facets=(), facet_limit=FACET_LIMIT, histogram=None, forms=False, explain=False)
    return hashlib.blake2b(repr(search).encode("utf-8", "replace"), digest_size=8).digest()
