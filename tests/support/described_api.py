"""Hooks of schemathesis: what the description of REST cannot say about a request, so that nothing false is reported."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from hypothesis import strategies as st

REJECTED = "Schema-valid request rejected"
ACCEPTED = "Schema-violating request accepted"
DEPENDENT = frozenset({"page", "cursor"})
"""Parameters whose values depend on others: the pages that there are on the size, a cursor on the answer it is from."""

_DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))

schemathesis.openapi.format(
    "period", _DAYS.map(str) | _DAYS.map("{:%Y-%m}".format) | st.sampled_from(["أمس", "شباط 2024", "yesterday"])
)


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Return whether ``failure`` is one.

    An address that is too long is refused before its parameters are read, by the server in front with 431; and what
    is given without a value, as a form on a page gives it, counts as not given.
    """
    if failure.title == REJECTED and response.status_code == 400:
        return not {error["parameter"] for error in response.json()["errors"]} <= DEPENDENT
    if response.status_code in (414, 431):
        return False
    sent = parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)
    return not (failure.title == ACCEPTED and "" in [value for _, value in sent])
