"""The OpenAPI description is true: endpoints, parameters and answers are those of the application."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import jsonschema
import pytest
from werkzeug.datastructures import MultiDict

from search_app.forms import read_api_form
from search_app.layout import today
from search_app.openapi import ENDPOINTS, PARAMETERS, SCHEMAS


@pytest.fixture(scope="module")
def described(app):
    return app.test_client().get("/openapi.json").json


def strict(schema):
    """Return ``schema`` allowing no properties but those that it names."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(part) for name, part in schema.items()}
    if "properties" in schema and isinstance(schema["properties"], dict) and "required" in schema:
        closed["additionalProperties"] = False
    return closed


def test_the_description_is_of_openapi_and_has_every_rest_endpoint(app, described):
    assert described["openapi"] == "3.1.0"
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", lambda match: "{" + match[1].removeprefix("article_") + "}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.rule != "/openapi.json"
    }
    assert set(described["paths"]) == routes == {endpoint.path for endpoint in ENDPOINTS}


def test_every_schema_is_a_json_schema(described):
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for schema in PARAMETERS.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_parameters_of_a_search_are_those_that_it_reads():
    problem = read_api_form(MultiDict({"_": "x"}), today=today(), size=10).problems[-1]
    search = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "search")
    assert sorted(search.parameters) == problem.expected.split(", ")


def test_the_documents_name_the_parameters_of_a_search(root):
    section = (root / "docs/api.md").read_text(encoding="utf-8").split("## `GET /api/v1/search`")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, flags=re.MULTILINE)
    search = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "search")
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == set(search.parameters)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        pytest.param("/api/v1/search?q=القمح ليس لبنان&explain=1&facets=source,category", "Results", id="search"),
        pytest.param("/api/v1/search?q=القرى أكتوبر", "Results", id="synonyms"),
        pytest.param("/api/v1/search", "Results", id="all articles"),
        pytest.param("/api/v1/articles/elections-1", "Article", id="article"),
        pytest.param("/api/v1/articles/bare", "Article", id="bare article"),
        pytest.param("/api/v1/analyze?text=وللبلديات ـ F-16", "Words", id="words"),
        pytest.param("/healthz", "Health", id="health"),
        pytest.param("/api/v1/search?q=القمخ لبنان&histogram=month", "Results", id="correction and histogram"),
        pytest.param("/api/v1/suggest?q=القم", "Suggestions", id="suggestions"),
        pytest.param("/api/v1/coverage?q=القمح&by=source", "Coverage", id="coverage"),
        pytest.param("/api/v1/terms?q=القمح", "Terms", id="terms"),
        pytest.param("/api/v1/sources?size=50", "Sources", id="sources"),
        pytest.param("/api/v1/articles/wheat-01/related", "Hits", id="related"),
        pytest.param("/api/v1/articles/wheat-01/running-story", "Hits", id="running story"),
        pytest.param("/api/v1/search?size=x&y=z", "Problem", id="problem"),
        pytest.param("/api/v1/articles/nowhere", "Problem", id="not found"),
        pytest.param("/api/nowhere", "Problem", id="no endpoint"),
    ],
)
def test_an_answer_is_as_described_and_has_nothing_else(client, described, path, schema):
    components = strict(described["components"])
    validator = jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": components})
    assert [error.message for error in validator.iter_errors(client.get(path).json)] == []


def test_the_description_is_in_english_or_arabic(client, described):
    arabic = client.get("/openapi.json?lang=ar").json
    assert described["paths"].keys() == arabic["paths"].keys()
    assert described["paths"]["/healthz"]["get"]["summary"] != arabic["paths"]["/healthz"]["get"]["summary"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_shows_every_endpoint_and_its_examples_work(client, page, language):
    text = page("/api", lang=language)
    assert all(f"GET {endpoint.path}</code>" in text for endpoint in ENDPOINTS)
    assert all(f'<code dir="ltr">{name}</code>' in text for name in PARAMETERS)
    tried = re.findall(r'href="(/api/v1[^"]+)"', text)
    assert tried
    for address in tried:
        assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_code_examples_ask_the_server_of_the_page(page):
    text = page("/api")
    addresses = re.findall(r"(https?://[^/\s]+)/api/v1/search", text)
    assert len(addresses) == 3
    assert {urlsplit(address).hostname for address in addresses} == {"localhost"}


def test_every_schema_is_used(described):
    used = set(re.findall(r"#/components/schemas/(\w+)", str(described)))
    assert used == set(SCHEMAS)
