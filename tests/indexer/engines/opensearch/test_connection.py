"""Connections to a real cluster through TLS, and what is kept out of logs."""

from __future__ import annotations

import base64
import logging
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.patience import Patience
from indexer.engines.opensearch.settings import Settings
from indexer.errors import IndexClosedError, IndexUnreachableError
from tests.support.engines import CLUSTER
from tests.support.lossy_proxy import LossyProxy, lossy_proxy

pytestmark = [
    pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster"),
    pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl to make a certificate"),
]

SECRET = "not-to-be-shown"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a certificate of this machine, signed by itself, its key in the same file."""
    path = tmp_path / "certificate.pem"
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    subprocess.run(
        ["openssl", "req", *made, *subject, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True
    )
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def proxy(certificate: Path) -> Iterator[LossyProxy]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    parts = urlsplit(CLUSTER)
    assert parts.hostname
    with lossy_proxy(parts.hostname, parts.port or 9200, context) as proxy:
        yield proxy


def test_tls_and_a_password_reach_the_cluster_and_no_log(
    proxy: LossyProxy, certificate: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings("reader", SECRET, ca=str(certificate))
    client = Client(read_address(f"opensearchs://127.0.0.1:{proxy.port}/news"), settings)
    assert "version" in client.ask("GET", "/")
    encoded = base64.b64encode(f"reader:{SECRET}".encode())
    assert b"Basic " + encoded in proxy.seen
    assert SECRET not in caplog.text
    assert encoded.decode() not in caplog.text
    client.close()
    client.close()
    with pytest.raises(IndexClosedError):
        client.ask("GET", "/")


def test_a_certificate_that_is_not_trusted_is_refused_at_once(proxy: LossyProxy) -> None:
    client = Client(read_address(f"opensearchs://127.0.0.1:{proxy.port}/news"), Settings("reader", SECRET))
    wait = Patience().begin()
    with pytest.raises(IndexUnreachableError, match=r"TLS failed.*AKHBAR_OPENSEARCH_CA") as caught:
        client.ask("GET", "/", wait=wait)
    assert wait.seconds == 0
    assert "\n" not in str(caught.value)
    assert SECRET.encode() not in proxy.seen
    client.close()
