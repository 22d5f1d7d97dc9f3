"""Command line ``akhbar``: all commands are there, and ``serve`` answers or ends with one clear line."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest
from click.testing import CliRunner

from indexer.commands.cli import cli as index_commands
from search_app.cli import main
from search_app.server import listening_socket, waitress_server


def run(*arguments, **environ):
    return CliRunner(env={"AKHBAR_INDEX": None, **environ}).invoke(main, [str(argument) for argument in arguments])


def test_all_index_commands_are_there_with_those_that_serve():
    assert set(main.addresses) == {*index_commands.addresses, "serve", "mcp"}
    help_text = run("--help").output
    assert all(command in help_text for command in main.addresses)


def test_an_index_command_runs(index_path):
    answer = run("stats", "--index", index_path, "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.output)["articles"] == 31


def test_without_an_index_nothing_is_served(tmp_path):
    answer = run("serve", "--index", tmp_path / "none", "--port", "0")
    assert answer.exit_code == 3
    assert answer.stderr.startswith("akhbar: ")
    assert answer.stderr.count("\n") == 1


def test_a_busy_port_is_named(index_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = run("serve", "--index", index_path, "--port", port)
    assert answer.exit_code == 2
    assert f"127.0.0.1:{port}" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_an_address_of_another_machine_is_refused(index_path):
    answer = run("serve", "--index", index_path, "--host", "203.0.113.1", "--port", "0")
    assert answer.exit_code == 2
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param(["--port", "65536"], {}, id="no such port"),
        pytest.param(["--port", "web"], {}, id="port in words"),
        pytest.param([], {"AKHBAR_THREADS": "many"}, id="setting in words"),
    ],
)
def test_wrong_usage_is_exit_2(index_path, arguments, environ):
    assert run("serve", "--index", index_path, *arguments, **environ).exit_code == 2


@pytest.fixture
def port(app):
    """Return the port of a server that runs in this process."""
    server = waitress_server(app, [listening_socket("127.0.0.1", 0)], threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(timeout=10)


@pytest.mark.parametrize("length", ["20000000", "99999999999"])
def test_a_large_body_is_refused_before_it_is_sent(port, length):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("http://[::1/", id="host with one bracket"),
        pytest.param("http://]/api/v1/search?q=a", id="bracket for a host"),
    ],
)
def test_an_address_that_is_none_is_a_bad_request(port, caplog, address):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 400"
    assert not caplog.records


def test_idle_connections_do_not_shut_out_a_visitor(port):
    with contextlib.ExitStack() as idle:
        for _ in range(150):
            idle.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"


def test_a_search_imports_nothing_that_only_others_need(index_path):
    script = "import sys; from search_app.cli import main; main(standalone_mode=False); print(*sys.modules)"
    command = [sys.executable, "-c", script, "search", "وزير المالية", "--index", str(index_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = set(result.stdout.splitlines()[-1].split())
    assert "indexer.commands.search" in imported
    needless = {"flask", "waitress", "babel", "indexer.ingest", "snowballstemmer", "hijridate", "jdatetime"}
    assert needless & imported == set()


def test_serve_answers_until_interrupted(index_path):
    command = [sys.executable, "-c", "from search_app.cli import main; main()", "serve", "--port", "0"]
    environ = os.environ | {"AKHBAR_INDEX": str(index_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, text=True) as server:
        try:
            line = server.stdout.readline()
            address = next(word for word in line.split() if word.startswith("http://"))
            with urllib.request.urlopen(f"{address}healthz") as answer:
                assert json.load(answer)["status"] == "ok"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        finally:
            server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        assert server.returncode == 0
        assert "Traceback" not in server.stderr.read()
