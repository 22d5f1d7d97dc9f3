"""Addresses of an index on a cluster, and the settings of its connection."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.opensearch.address import Address, read_address
from indexer.engines.opensearch.settings import Settings, read_settings
from indexer.errors import InputError

USER = "AKHBAR_OPENSEARCH_USER"
PASSWORD = "AKHBAR_OPENSEARCH_PASSWORD"
SECRET = "not-to-be-shown"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("opensearch://one/news", Address((("one", 9200),), False, "news"), id="the least"),
        pytest.param("opensearchs://one:443/news", Address((("one", 443),), True, "news"), id="TLS"),
        pytest.param(
            "opensearch://one,two:9201/news", Address((("one", 9200), ("two", 9201)), False, "news"), id="two hosts"
        ),
        pytest.param("opensearch://[::1]:9201/news", Address((("[::1]", 9201),), False, "news"), id="IPv6"),
        pytest.param(
            "opensearch://one/news?shards=3&replicas=0&codec=best_compression",
            Address((("one", 9200),), False, "news", shards=3, replicas=0, codec="best_compression"),
            id="options",
        ),
    ],
)
def test_an_address_is_read(url: str, expected: Address) -> None:
    assert read_address(url) == expected


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param("opensearch://one", "expected a name", id="no name"),
        pytest.param("opensearch:///news", "expected opensearch://HOST", id="no host"),
        pytest.param("opensearch://one,/news", "expected opensearch://HOST", id="an empty host"),
        pytest.param("opensearch://one:99999/news", "expected opensearch://HOST", id="a port too high"),
        pytest.param("opensearch://one:a/news", "expected opensearch://HOST", id="a port of letters"),
        pytest.param("opensearch://[::1/news", "expected opensearch://HOST", id="half of a bracket"),
        pytest.param("opensearch://one/News", "small Latin letters", id="capitals"),
        pytest.param("opensearch://one/a/b", "small Latin letters", id="two names"),
        pytest.param("opensearch://one/*", "small Latin letters", id="a pattern"),
        pytest.param("opensearch://one/_all", "small Latin letters", id="all"),
        pytest.param("opensearch://one/" + "a" * 201, "at most 200", id="a long name"),
        pytest.param("opensearch://one/news-words", "kept for parts", id="the name of a part"),
        pytest.param("opensearch://one/news-000001", "kept for parts", id="the name of a version"),
        pytest.param("opensearch://one/news?shards=0", "from 1 to", id="no shard"),
        pytest.param("opensearch://one/news?shards=١", "from 1 to", id="a digit that is not ASCII"),
        pytest.param("opensearch://one/news?replicas=-1", "from 0 to", id="less than no replica"),
        pytest.param("opensearch://one/news?codec=zstd", "expected one of", id="a codec of a plug-in"),
        pytest.param("opensearch://one/news?verify=no", "expected shards, replicas or codec", id="another option"),
        pytest.param("opensearch://one/news?" + "a=1&" * 11, "expected opensearch://", id="many options"),
        pytest.param("opensearch://" + ",".join(["one"] * 33) + "/news", "at most 32", id="many hosts"),
        pytest.param("opensearch://one/news#part", "expected opensearch://HOST", id="a fragment"),
        pytest.param("http://one/news", "expected opensearch://HOST", id="another scheme"),
    ],
)
def test_what_is_no_address_is_said_in_one_line(url: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_address(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", [f"opensearch://me:{SECRET}@one/news", f"opensearchs://{SECRET}@one:a/News"])
def test_a_secret_in_an_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(InputError, match="no password") as caught:
        read_address(url)
    assert SECRET not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_an_input_error(text: str) -> None:
    for url in (text, f"opensearch://{text}", f"opensearch://one/{text}", f"opensearch://one/news?{text}"):
        try:
            address = read_address(url)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017, both outcomes are right
        else:
            assert read_address(str(address)).hosts == address.hosts


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param({}, Settings(), id="none"),
        pytest.param({USER: "me", PASSWORD: SECRET}, Settings("me", SECRET), id="a user"),
        pytest.param({"AKHBAR_OPENSEARCH_AWS_REGION": "eu-1"}, Settings(region="eu-1"), id="AWS"),
        pytest.param({"AKHBAR_OPENSEARCH_TIMEOUT": "5"}, Settings(timeout_s=5), id="a time limit"),
    ],
)
def test_settings_are_read(environ: dict[str, str], expected: Settings) -> None:
    assert read_settings(environ) == expected


def test_a_password_is_read_from_its_file_without_the_end_of_its_line(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(SECRET + "\n", encoding="utf-8")
    assert read_settings({USER: "me", "AKHBAR_OPENSEARCH_PASSWORD_FILE": str(path)}).password == SECRET


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        pytest.param({USER: "me"}, f"{USER} is set", id="a user alone"),
        pytest.param({PASSWORD: SECRET}, f"{PASSWORD} is set", id="a password alone"),
        pytest.param({USER: "me", "AKHBAR_OPENSEARCH_PASSWORD_FILE": "/no/file"}, "cannot be read", id="no file"),
        pytest.param({USER: "me", "AKHBAR_OPENSEARCH_PASSWORD_FILE": "/dev/null"}, "1 to 4096", id="an empty file"),
        pytest.param(
            {USER: "me", PASSWORD: SECRET, "AKHBAR_OPENSEARCH_PASSWORD_FILE": "/dev/null"}, "one of them", id="two"
        ),
        pytest.param({"AKHBAR_OPENSEARCH_CA": "/no/file"}, "no such file", id="no certificates"),
        pytest.param({"AKHBAR_OPENSEARCH_KEY": __file__}, "CERTIFICATE is not", id="a key alone"),
        pytest.param({"AKHBAR_OPENSEARCH_TIMEOUT": "0"}, "1 to 3600", id="no time"),
        pytest.param({USER: "m", PASSWORD: SECRET, "AKHBAR_OPENSEARCH_AWS_REGION": "e"}, "one of them", id="two ways"),
    ],
)
def test_settings_that_cannot_be_used_are_named_without_their_secrets(environ: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_settings(environ)
    assert SECRET not in str(caught.value)


def test_a_secret_is_in_no_picture_of_the_settings() -> None:
    assert SECRET not in repr(Settings("me", SECRET))
