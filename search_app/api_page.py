"""View model of the page about the REST interface: endpoints, parameters, and examples in three languages."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from search_app.help_table import with_code
from search_app.messages import Messages
from search_app.openapi import ENDPOINTS, PARAMETERS, Endpoint, Schema

_CURL: Final = """curl --get {server}/api/v1/search \\
     --data-urlencode 'q=الانتخابات البلدية' --data-urlencode 'from=2024-02' --data-urlencode 'size=5'
"""
_PYTHON: Final = """import httpx

answer = httpx.get("{server}/api/v1/search", params={{"q": "الانتخابات البلدية", "from": "2024-02"}})
answer.raise_for_status()
for hit in answer.json()["hits"]:
    print(hit["date"], hit["title"])
"""
_JAVASCRIPT: Final = """const query = new URLSearchParams({{ q: "الانتخابات البلدية", from: "2024-02" }});
const answer = await fetch(`{server}/api/v1/search?${{query}}`);
const {{ hits, total }} = await answer.json();
if (!answer.ok) throw new Error(answer.status);
for (const hit of hits) console.log(hit.date, hit.title);
"""


class ParameterView(NamedTuple):
    """A parameter: its name, the values it takes, and what it does."""

    name: str
    values: Markup
    meaning: Markup


class EndpointView(NamedTuple):
    """An endpoint; ``example`` is an address to try, or empty.

    One that ``repeats_search`` takes the parameters of a search beside its own.
    """

    name: str
    path: str
    parameters: tuple[ParameterView, ...]
    repeats_search: bool
    example: str


def endpoint_views(t: Messages, home: str) -> tuple[EndpointView, ...]:
    """Return the views of all endpoints below the path ``home``."""
    return tuple(
        EndpointView(
            endpoint.name,
            endpoint.path,
            tuple(
                ParameterView(name, _values(PARAMETERS[name], t), with_code(t.text(f"parameter.{name}")))
                for name in endpoint.parameters
                if not _repeats_search(endpoint) or name not in ENDPOINTS[0].parameters
            ),
            _repeats_search(endpoint),
            home.rstrip("/") + endpoint.path + "?" + quote(endpoint.example, safe="=&") if endpoint.example else "",
        )
        for endpoint in ENDPOINTS
    )


def code_examples(server: str) -> tuple[tuple[str, str], ...]:
    """Return a search by curl, Python and JavaScript, asked of ``server``."""
    examples = {"curl": _CURL, "Python": _PYTHON, "JavaScript": _JAVASCRIPT}
    return tuple((name, code.format(server=server.rstrip("/"))) for name, code in examples.items())


def _repeats_search(endpoint: Endpoint) -> bool:
    return endpoint is not ENDPOINTS[0] and {"q", "source", "sort"} <= {*endpoint.parameters}


def _values(schema: Schema, t: Messages) -> Markup:
    """Return what a parameter may hold: its choices, its range, or that it repeats."""
    items = schema.get("items", schema)
    if "enum" in items:
        return Markup("<bdi>{}</bdi>").format(", ".join(items["enum"]))
    if "maximum" in schema:
        return Markup("<bdi>{}–{}</bdi>").format(schema["minimum"], schema["maximum"])
    return t.html("api.repeats") if schema["type"] == "array" else t.html("api.text")
