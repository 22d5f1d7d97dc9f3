"""Signing for AWS: each request arrives with the signature that is worked out of what arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.bulk import index_change, send
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.settings import REGION_VARIABLE, Settings
from indexer.errors import IndexUnusableError, InputError
from indexer.query.plan import EngineRequest, Term
from indexer.schema import document
from tests.support.engines import CLUSTER, address_of, remove
from tests.support.signature_checker import Keys, SignatureChecker, signature_checker

KEYS = Keys("AKHBARTESTKEY", "not-to-be-shown", "eu-central-1")
SETTINGS = Settings(region=KEYS.region)


@pytest.fixture
def keys_in_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS.name)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS.secret)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)


@pytest.fixture
def checker(keys_in_environment: None) -> Iterator[SignatureChecker]:
    with signature_checker(KEYS) as checker:
        yield checker


def open_client(checker: SignatureChecker, settings: Settings = SETTINGS) -> Client:
    return Client(read_address(f"opensearch://127.0.0.1:{checker.server_port}/news"), settings)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda client: client.ask("GET", "/"), id="nothing"),
        pytest.param(
            lambda client: client.ask("GET", "/news/_mapping", params={"local": "true", "filter_path": "*.a,b._c"}),
            id="parameters",
        ),
        pytest.param(lambda client: client.ask("GET", "/news-*/_mapping"), id="a path with a star"),
        pytest.param(lambda client: client.ask("GET", "/a-1,b-1/_stats/store,segments"), id="a path with commas"),
        pytest.param(lambda client: client.ask("POST", "/news/_search", {"query": "أسعار القمح"}), id="Arabic in JSON"),
        pytest.param(lambda client: client.ask("POST", "/news/_refresh"), id="POST without a body"),
        pytest.param(
            lambda client: client.ask("DELETE", "/news-000001", params={"ignore_unavailable": "true"}), id="DELETE"
        ),
        pytest.param(lambda client: client.ask("POST", "/_bulk", "{}\n{}\nقمح\n".encode()), id="bytes"),
    ],
)
@pytest.mark.parametrize("token", ["", "a/session+token=="], ids=["a key", "a key for some hours"])
def test_each_request_is_signed(
    checker: SignatureChecker, ask: Callable[[Client], object], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    client = open_client(checker)
    assert ask(client)
    client.close()
    assert checker.refused == []
    assert len(checker.seen) == 1


@pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster; make test-cluster starts one")
def test_all_that_an_engine_asks_is_signed(
    keys_in_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(REGION_VARIABLE, KEYS.region)
    parts, analyzer = urlsplit(address_of("opensearch", tmp_path)), analyzer_for("ar")
    assert parts.hostname
    assert parts.port
    articles = [document(Article(id=str(number), title=f"أسعار القمح {number}"), analyzer) for number in range(3)]
    with signature_checker(KEYS, (parts.hostname, parts.port)) as checker:
        engine = OpenSearchEngine(f"opensearch://127.0.0.1:{checker.server_port}{parts.path}", analyzer)
        for _ in range(2):
            assert engine.rebuild(articles) == 3
        assert engine.update(articles[:1]) == 1
        assert engine.delete(["2"]) == 1
        found = engine.search(EngineRequest(Term("exact", "القمح", 1.0), facets=("source",), grouped=True))
        assert found.total == 2
        assert len([*engine.iterate(EngineRequest(Term("exact", "القمح", 1.0)))]) == 2
        assert engine.articles(["0"])[0]
        assert engine.stats().articles == 2
        assert engine.check() == ()
        assert engine.rollback() == 3
        engine.close()
        assert checker.refused == []
    monkeypatch.delenv(REGION_VARIABLE)
    remove(parts.geturl())


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param(Settings(region="us-east-1"), "Credential should be scoped to", id="another region"),
        pytest.param(Settings(), "no signature", id="not signed"),
    ],
)
def test_a_request_that_is_refused_says_why(checker: SignatureChecker, settings: Settings, says: str) -> None:
    client = open_client(checker, settings)
    with pytest.raises(IndexUnusableError, match=f"access refused.*{says}.*{REGION_VARIABLE}") as caught:
        client.ask("GET", "/")
    client.close()
    assert "\n" not in str(caught.value)
    assert KEYS.secret not in str(caught.value)


def test_a_wrong_secret_is_refused(checker: SignatureChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    client = open_client(checker)
    with pytest.raises(IndexUnusableError, match="signature we calculated"):
        send(client, [index_change("news-000001", "1", b"{}", "one")])
    client.close()


@pytest.mark.parametrize(("profile", "says"), [("", "none are there"), ("nobody", "nobody")])
def test_without_credentials_one_line_says_so(
    keys_in_environment: None, monkeypatch: pytest.MonkeyPatch, profile: str, says: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    if profile:
        monkeypatch.setenv("AWS_PROFILE", profile)
    with pytest.raises(InputError, match=f"no credentials.*{says}") as caught:
        Client(read_address("opensearch://one/news"), SETTINGS)
    assert "\n" not in str(caught.value)
