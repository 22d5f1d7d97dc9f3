"""Payloads in a real Chromium leave no node, run nothing, and reach no other host.

``benchmarks/serving/injection.py`` tries each field and each parameter alone.
"""

from __future__ import annotations

import pytest

from indexer import create
from search_app import Settings, create_app
from tests.support.injection import (
    FIELDS,
    PARAMETERS,
    PAYLOADS,
    Watch,
    address,
    article_path,
    chromium_at,
    hostile_article,
)

pytestmark = pytest.mark.browser
USABLE = tuple(name for name in FIELDS if name not in ("lang", "url", "other_urls"))  # these are refused


@pytest.fixture(scope="module")
def watch(tmp_path_factory):
    path = tmp_path_factory.mktemp("injection") / "index"
    articles = [hostile_article(dict.fromkeys(USABLE, text), number) for number, text in enumerate(PAYLOADS.values())]
    create(path, [article for article in articles if article]).close()
    assert None not in articles
    with chromium_at(create_app(Settings(index=str(path)))) as watch:
        yield watch


@pytest.mark.parametrize("number", [pytest.param(number, id=name) for number, name in enumerate(PAYLOADS)])
def test_a_payload_leaves_nothing_behind(watch: Watch, number):
    payload = [*PAYLOADS.values()][number]
    everywhere = dict.fromkeys(PARAMETERS, payload)
    assert watch.left_by(address("/", {"q": f"رقم{number}"})) == []
    assert watch.left_by(address(article_path(payload), everywhere | {"q": f"رقم{number}"})) == []
    assert watch.status == 200
    assert watch.left_by(address("/", everywhere)) == []


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<p onclick=x>", id="handler"),
        pytest.param("<a href=javascript:x>", id="script address"),
        pytest.param("<form action=//evil.example/>", id="form"),
        pytest.param("<link href=//evil.example/>", id="sheet"),
        pytest.param("<x-injected>", id="element"),
        pytest.param("<p style=color:red>", id="style"),
    ],
)
def test_what_is_injected_would_be_seen(watch, markup):
    assert watch.left_by("/") == []
    watch.insert(markup)
    assert len(watch.nodes()) == 1


@pytest.mark.parametrize("name", ["url", "other_urls", "lang"])
def test_fields_with_rules_refuse_payloads(name):
    usable = [hostile_article({name: text}, 1) for text in PAYLOADS.values()]
    assert [article for article in usable if article] == []
