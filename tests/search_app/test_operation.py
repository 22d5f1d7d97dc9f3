"""Operation of a public server: workers, rate limit, access log, metrics, proxies."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from search_app import Settings, create_app
from search_app.server import listening_socket, waitress_server
from search_app.settings import SettingsError

STRANGER = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def client_of(index_path):
    """Return a function that makes a test client of an application with settings of its own."""
    return lambda **settings: create_app(Settings(index=str(index_path), **settings)).test_client()


# -- rate limit


def test_a_client_beyond_its_rate_waits(client_of):
    client = client_of(rate_limit="3/minute")
    answers = [client.get("/?q=قمح", environ_base=STRANGER) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/?q=قمح", environ_base={"REMOTE_ADDR": "203.0.113.8"}).status_code == 200


def test_rest_says_so_in_json(client_of):
    client = client_of(rate_limit="1/hour")
    first, second = (client.get("/api/v1/search?q=قمح", environ_base=STRANGER) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.is_json or "json" in second.content_type


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_has_no_limit(client_of, address):
    client = client_of(rate_limit="1/hour")
    assert {client.get("/healthz", environ_base={"REMOTE_ADDR": address}).status_code for _ in range(4)} == {200}


def test_addresses_of_one_network_are_one_client(client_of):
    client = client_of(rate_limit="2/hour")
    statuses = [
        client.get("/healthz", environ_base={"REMOTE_ADDR": f"2001:db8::{number}"}).status_code for number in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_the_style_sheet_is_never_refused(client_of):
    client = client_of(rate_limit="1/hour")
    assert {client.get("/static/style.css", environ_base=STRANGER, buffered=True).status_code for _ in range(4)} == {
        200
    }


def test_a_trusted_proxy_tells_who_the_client_is(client_of):
    client = client_of(rate_limit="1/hour", proxies=1)
    headers = [{"X-Forwarded-For": f"1.1.1.1, 198.51.100.{last}"} for last in (1, 1, 2)]
    answers = [client.get("/healthz", headers=each).status_code for each in headers]
    assert answers == [200, 429, 200]


def test_without_a_proxy_the_header_is_ignored(client_of):
    client = client_of(rate_limit="1/hour")
    headers = [{"X-Forwarded-For": f"198.51.100.{last}"} for last in (1, 2)]
    answers = [client.get("/healthz", headers=each, environ_base=STRANGER).status_code for each in headers]
    assert answers == [200, 429]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"rate_limit": "many"}, id="rate in words"),
        pytest.param({"access_log": "all"}, id="log of everything"),
        pytest.param({"proxies": 11}, id="eleven proxies"),
    ],
)
def test_wrong_settings_are_one_line(client_of, wrong):
    with pytest.raises(SettingsError, match=next(iter(wrong))) as caught:
        client_of(**wrong)
    assert "\n" not in str(caught.value)


# -- access log


@pytest.mark.parametrize("asked", ["off", "paths", "queries"])
def test_the_log_tells_what_was_asked_only_when_told_to(client_of, capsys, asked):
    client_of(access_log=asked).get("/?q=secret%0Aword", environ_base=STRANGER)
    lines = capsys.readouterr().err.splitlines()
    if asked == "off":
        assert not lines
        return
    (record,) = map(json.loads, lines)
    assert (record["client"], record["method"], record["path"], record["status"]) == ("203.0.113.7", "GET", "/", 200)
    assert record["bytes"] > 500
    assert record["ms"] > 0
    assert ("secret" in lines[0]) == (asked == "queries")


def test_what_is_refused_is_logged(client_of, capsys):
    client_of(access_log="paths", rate_limit="1/hour").get("/x\ny", environ_base=STRANGER)
    client = client_of(access_log="paths", hosts="news.example")
    client.get("/", headers={"Host": "evil.example"})
    assert [json.loads(line)["status"] for line in capsys.readouterr().err.splitlines()] == [404, 400]


# -- metrics


def test_metrics_count_requests_and_tell_of_the_index(client_of):
    client = client_of(metrics=1)
    client.get("/?q=قمح")
    text = client.get("/metrics").text
    assert 'akhbar_requests_total{endpoint="pages.search",status="200"} 1.0' in text
    assert "akhbar_index_articles 31.0" in text
    assert "akhbar_index_up 1.0" in text


def test_without_the_setting_there_are_no_metrics(client_of):
    assert client_of().get("/metrics").status_code == 404


def test_an_index_that_cannot_be_used_shows_in_the_metrics(tmp_path):
    client = create_app(Settings(index=str(tmp_path / "none"), metrics=1)).test_client()
    assert "akhbar_index_up 0.0" in client.get("/metrics").text


# -- workers


def test_a_queue_of_requests_writes_no_line_for_each(client_of):
    waitress_server(client_of().application, [listening_socket("127.0.0.1", 0)], threads=1).close()
    assert not logging.getLogger("waitress.queue").isEnabledFor(logging.WARNING)
    assert logging.getLogger("waitress").isEnabledFor(logging.WARNING)


@contextlib.contextmanager
def running(index_path, *arguments, **environ):
    """Run ``akhbar serve`` and yield the process and its address."""
    command = [sys.executable, "-c", "from search_app.cli import main; main()", "serve", "--port", "0", *arguments]
    variables = os.environ | {"AKHBAR_INDEX": str(index_path)} | environ
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables, text=True) as server:
        try:
            yield server, next(word for word in server.stdout.readline().split() if word.startswith("http://"))
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
            _, server.errors = server.communicate(timeout=30)


def ask(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def ask_until(address, wanted, seconds=20):
    """Ask until ``wanted`` of the answer is true; return the answer."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, urllib.error.URLError):
            if wanted(text := ask(address)):
                return text
        assert time.monotonic() < end, "not in time"
        time.sleep(0.1)


def children(pid):
    """Return the child processes of a process, as Linux tells them."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells the children of a process")
def test_workers_share_a_port_and_one_that_dies_is_replaced(index_path):
    with running(index_path, "--workers", "2", AKHBAR_METRICS="1") as (server, address):
        ask_until(address + "healthz", lambda _: len(children(server.pid)) >= 2)
        before = int(re.search(r'total{endpoint="api.health",status="200"} (\d+)', ask(address + "metrics"))[1])
        for _ in range(20):
            assert json.loads(ask(address + "healthz"))["status"] == "ok"
        assert f'total{{endpoint="api.health",status="200"}} {before + 20}.0' in ask(address + "metrics")
        workers = children(server.pid)
        os.kill(workers[0], signal.SIGKILL)
        ask_until(address + "healthz", lambda _: workers[0] not in (now := children(server.pid)) and len(now) >= 2)
    assert server.returncode == 0
    assert "Traceback" not in server.errors


def test_a_request_that_was_received_is_answered_before_a_worker_stops(index_path):
    with running(index_path, "--workers", "2") as (server, address):
        host, _, port = address.removeprefix("http://").strip("/").partition(":")
        ask_until(address + "healthz", bool)
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(b"GET /?q=%D9%82%D9%85%D8%AD HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            time.sleep(0.05)
            server.send_signal(signal.SIGTERM)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"</html>" in answer
    assert server.returncode == 0
