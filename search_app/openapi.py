"""Description of the REST interface as OpenAPI 3.1, written by apispec from the tables of this module.

The page ``/api`` shows the same endpoints and parameters. Sentences about them stand in the catalogues of messages, as
``endpoint.NAME`` and ``parameter.NAME``; tests compare the tables with what the endpoints read and answer.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from apispec import APISpec

from indexer import (
    COPY_MODES,
    FACET_LIMIT,
    FACETS,
    HISTOGRAMS,
    MATCHES,
    MAX_HALF_LIFE_DAYS,
    MAX_NAME_CHARS,
    MAX_PAGING_DEPTH,
    MEANING_MODES,
    PERIODS,
    SORTS,
    SYNTAXES,
    VERSION,
)
from search_app.error_handlers import PROBLEM_TYPE
from search_app.forms import MAX_FACET_VALUES, MAX_SIZE
from search_app.messages import Messages
from search_app.urls import MAX_VALUES

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_PERIOD_TEXT: Final[Schema] = {"type": "string", "format": "period", "examples": ["2024-02-11", "2024-02", "شباط 2024"]}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_DAY_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_NAMES: Final[Schema] = {
    "type": "array",
    "items": {"type": "string", "maxLength": MAX_NAME_CHARS},
    "maxItems": MAX_VALUES,
}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values), "default": values[0]}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(optional: Schema | None = None, /, **properties: Schema) -> Schema:
    """Return the schema of an object with ``properties``, all required, and with ``optional`` ones."""
    return {"type": "object", "properties": properties | (optional or {}), "required": list(properties)}


PARAMETERS: Final[dict[str, Schema]] = {
    "q": _TEXT,
    "from": _PERIOD_TEXT,
    "to": _PERIOD_TEXT,
    "source": _NAMES,
    "category": _NAMES,
    "author": _NAMES,
    "country": _NAMES,
    "language": _NAMES,
    "sort": _one_of(*SORTS),
    "match": {"type": "string", "enum": list(MATCHES)},
    "syntax": _one_of(*SYNTAXES),
    "links": _one_of("on", "off"),
    "meaning": _one_of(*MEANING_MODES),
    "half_life": {"type": "integer", "minimum": 1, "maximum": MAX_HALF_LIFE_DAYS},
    "copies": _one_of(*COPY_MODES),
    "story": _TEXT,
    "explain": _one_of("0", "1"),
    "forms": _one_of("0", "1"),
    "undo": _NAMES,
    "page": {"type": "integer", "minimum": 1, "maximum": MAX_PAGING_DEPTH, "default": 1},
    "cursor": {"type": "string", "format": "cursor"},
    "size": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
    "facets": {"type": "array", "items": {"type": "string", "enum": list(FACETS)}},
    "facet_limit": {"type": "integer", "minimum": 1, "maximum": MAX_FACET_VALUES, "default": FACET_LIMIT},
    "histogram": {"type": "string", "enum": list(HISTOGRAMS)},
    "period": {"type": "string", "enum": list(PERIODS)},
    "by": {"type": "string", "enum": ["source"]},
    "text": _TEXT,
    "id": {"type": "string", "minLength": 1},
}
"""The schema of each parameter, by name; an array is given by repeating the parameter."""

_SURVEY_PARAMETERS: Final = tuple(
    name for name in PARAMETERS if name not in ("text", "id", "cursor", "facets", "facet_limit")
)
_SEARCH_PARAMETERS: Final = tuple(name for name in PARAMETERS if name not in ("text", "id", "period", "by"))

_PERIOD: Final[Schema] = {"first": {"type": "string", "format": "date"}, "last": {"type": "string", "format": "date"}}

_ARTICLE: Final[Schema] = {
    "date": _DAY_OR_NULL,
    "source": _TEXT_OR_NULL,
    "category": _TEXT_OR_NULL,
    "url": _TEXT_OR_NULL,
    "lang": _TEXT_OR_NULL,
    "authors": _array(_TEXT),
    "other_urls": _array(_TEXT),
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Mark": _object(start=_COUNT, end=_COUNT, kind={"type": "string", "enum": ["exact", "form", "alias"]}, word=_TEXT),
    "Hit": _object(
        {"explanation": _array({"type": "object"}), "nearness": {"type": "number"}},
        id=_TEXT,
        score={"type": "number"},
        title=_TEXT,
        title_marks=_array(_ref("Mark")),
        title_html=_TEXT,
        snippet=_TEXT,
        snippet_marks=_array(_ref("Mark")),
        snippet_html=_TEXT,
        snippet_start=_COUNT,
        cut_before=_FLAG,
        cut_after=_FLAG,
        copies=_COUNT,
        copy_sources=_array(_TEXT),
        **_ARTICLE,
    ),
    "Notice": _object(
        code=_TEXT,
        value=_TEXT,
        detail=_TEXT,
        start={"type": ["integer", "null"]},
        end={"type": ["integer", "null"]},
        undo=_TEXT,
        message=_TEXT,
    ),
    "FacetCount": _object(value=_TEXT, count=_COUNT),
    "PeriodCount": _object(**_PERIOD, count=_COUNT),
    "PeriodShare": _object(**_PERIOD, count=_COUNT, articles=_COUNT, share={"type": "number"}),
    "Correction": _object(
        text=_TEXT, changes=_array(_object(start=_COUNT, end=_COUNT, typed=_TEXT, meant=_TEXT)), articles=_COUNT
    ),
    "Results": _object(
        {
            "histogram": _array(_ref("PeriodCount")),
            "forms": _array(
                _object(
                    word=_TEXT,
                    forms=_array(_object(text=_TEXT, kind=_TEXT, articles=_COUNT, exclusion=_TEXT)),
                )
            ),
        },
        page={"type": "integer", "minimum": 1},
        size={"type": "integer", "minimum": 1},
        next_cursor=_TEXT_OR_NULL,
        total=_COUNT,
        total_all=_COUNT,
        stories=_COUNT,
        hits=_array(_ref("Hit")),
        notices=_array(_ref("Notice")),
        facets={"type": "object", "additionalProperties": _array(_ref("FacetCount"))},
        filters=_object(
            **{"from": _DAY_OR_NULL, "to": _DAY_OR_NULL},
            sources=_array(_TEXT),
            categories=_array(_TEXT),
            authors=_array(_TEXT),
            countries=_array(_TEXT),
            languages=_array(_TEXT),
        ),
        did_you_mean={"anyOf": [_ref("Correction"), {"type": "null"}]},
        ladder=_array(_object(kind=_TEXT, value=_TEXT, query=_TEXT, articles=_COUNT, href=_TEXT)),
    ),
    "Hits": _object(hits=_array(_ref("Hit"))),
    "Suggestions": _object(suggestions=_array(_object(text=_TEXT, kind=_TEXT, articles=_COUNT, id=_TEXT))),
    "Terms": _object(terms=_array({"type": "object"})),
    "Coverage": _object(
        unit=_TEXT,
        total=_COUNT,
        periods=_array(_ref("PeriodShare")),
        sources=_array(_object(source=_TEXT, periods=_array(_ref("PeriodShare")))),
    ),
    "Sources": _object(
        page={"type": "integer", "minimum": 1},
        size={"type": "integer", "minimum": 1},
        articles=_COUNT,
        total=_COUNT,
        unit={"type": "string", "enum": ["month", "year"]},
        periods=_array(_ref("PeriodCount")),
        sources=_array(
            _object(
                source=_TEXT, names=_object(ar=_TEXT, en=_TEXT), articles=_COUNT, periods=_array(_ref("PeriodCount"))
            )
        ),
    ),
    "Article": _object(id=_TEXT, title=_TEXT, body=_TEXT, **_ARTICLE),
    "Word": _object(
        text=_TEXT,
        position=_COUNT,
        start=_COUNT,
        end=_COUNT,
        exact=_TEXT_OR_NULL,
        stem=_TEXT_OR_NULL,
        stop_word=_FLAG,
        pieces=_object(prefix=_TEXT, core=_TEXT, ending=_TEXT),
        stages=_array(_object(name=_TEXT, output=_TEXT, reason=_TEXT, note=_TEXT)),
        synonyms=_array(_TEXT),
    ),
    "Words": _object(text=_TEXT, words=_array(_ref("Word"))),
    "Health": _object(
        {"articles": _COUNT, "generation": _COUNT, "native_missing": _array(_TEXT), "reason": _TEXT}, status=_TEXT
    ),
    "Problem": _object(
        {"errors": _array(_object(code=_TEXT, parameter=_TEXT, value=_TEXT, expected=_TEXT))},
        type={"type": "string", "format": "uri-reference"},
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        title_ar=_TEXT,
        detail_ar=_TEXT,
    ),
}
"""The schemas of answers, by name."""


class Endpoint(NamedTuple):
    """One endpoint: its name, path, parameters, the schema of its answer, its error statuses, and an example query."""

    name: str
    path: str
    parameters: tuple[str, ...]
    answer: str
    errors: tuple[int, ...]
    example: str


ENDPOINTS: Final = (
    Endpoint(
        "search", "/api/v1/search", _SEARCH_PARAMETERS, "Results", (400, 410, 414, 503), "q=الانتخابات البلدية&size=3"
    ),
    Endpoint("suggest", "/api/v1/suggest", ("q",), "Suggestions", (400, 414, 503), "q=الانتخ"),
    Endpoint(
        "coverage", "/api/v1/coverage", _SURVEY_PARAMETERS, "Coverage", (400, 414, 503), "q=الانتخابات&period=month"
    ),
    Endpoint("terms", "/api/v1/terms", _SURVEY_PARAMETERS, "Terms", (400, 414, 503), "q=الانتخابات"),
    Endpoint("sources", "/api/v1/sources", _SURVEY_PARAMETERS, "Sources", (400, 414, 503), "from=2024"),
    Endpoint("article", "/api/v1/articles/{id}", ("id",), "Article", (400, 404, 414, 503), ""),
    Endpoint("related", "/api/v1/articles/{id}/related", ("id", "size"), "Hits", (400, 404, 414, 503), ""),
    Endpoint("running_story", "/api/v1/articles/{id}/running-story", ("id", "size"), "Hits", (400, 404, 414, 503), ""),
    Endpoint("analyze", "/api/v1/analyze", ("text",), "Words", (400, 414, 503), "text=وللفلسطينيين"),
    Endpoint("health", "/healthz", (), "Health", (), ""),
)
ERRORS: Final = (400, 404, 405, 410, 413, 414, 429, 500, 503)
"""The statuses of errors, whatever the endpoint."""


def specification(t: Messages, server: str) -> dict[str, Any]:
    """Return the description of the interface at ``server``, in the language of ``t``."""
    spec = APISpec(
        title="Akhbar",
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": t.text("api.lead"), "license": {"name": "GPL-3.0-or-later"}},
        servers=[{"url": server}],
    )
    for name, schema in SCHEMAS.items():
        spec.components.schema(name, schema)
    for endpoint in ENDPOINTS:
        spec.path(path=endpoint.path, operations={"get": _operation(endpoint, t)})
    return spec.to_dict()


def _operation(endpoint: Endpoint, t: Messages) -> dict[str, Any]:
    answers = {"200": _response(t.text("api.answer"), "application/json", endpoint.answer)}
    answers |= {
        str(status): _response(t.text(f"error.{status}.title"), PROBLEM_TYPE, "Problem") for status in endpoint.errors
    }
    return {
        "operationId": endpoint.name,
        "summary": t.text(f"endpoint.{endpoint.name}"),
        "parameters": [_parameter(name, endpoint, t) for name in endpoint.parameters],
        "responses": answers,
    }


def _parameter(name: str, endpoint: Endpoint, t: Messages) -> dict[str, Any]:
    in_path = f"{{{name}}}" in endpoint.path
    return {
        "name": name,
        "in": "path" if in_path else "query",
        "required": in_path,
        "description": t.text(f"parameter.{name}"),
        "schema": PARAMETERS[name],
    }


def _response(description: str, content_type: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": {content_type: {"schema": _ref(schema)}}}
