"""Cluster of OpenSearch nodes for tests and measurements: each a process on this machine that can be killed.

    with Cluster(nodes=3) as cluster:
        cluster.kill(cluster.manager())

It listens on 127.0.0.1 alone, on free ports, keeps its data in a temporary folder, and ends with this process, however
that ends.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from tools.cluster.assemble import Assembly, assemble

START_S: Final = 300
STOP_S: Final = 20
ASK_S: Final = 5


class NotStartedError(Exception):
    """A node or a cluster that did not come up; the message has the end of its log."""


@dataclass
class Node:
    """One node: its ports and folder, and its process while it runs."""

    name: str
    port: int
    transport_port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None


class Cluster:
    """``nodes`` nodes that find each other, all of them able to be the cluster manager.

    ``heap_mb`` is the heap of each; a node takes about 350 MB more. ``fast_start`` halves the time until it answers
    and makes it slower from then on: for tests, not for measurements. ``knn`` gives them the k-NN plug-in. Raises
    MissingToolError without a JDK or Maven.
    """

    def __init__(self, nodes: int = 1, *, heap_mb: int = 512, fast_start: bool = False, knn: bool = False) -> None:
        self._assembly: Assembly = assemble(knn=knn)
        self._java = [f"-Xms{heap_mb}m", f"-Xmx{heap_mb}m", "-XX:MaxDirectMemorySize=256m"]
        self._java += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"] if fast_start else ["-XX:+UseG1GC"]
        self._folder = tempfile.TemporaryDirectory(prefix="akhbar-cluster-", ignore_cleanup_errors=True)
        ports = free_ports(2 * nodes)
        self.nodes = [
            Node(f"node-{at + 1}", ports[2 * at], ports[2 * at + 1], Path(self._folder.name, f"node-{at + 1}"))
            for at in range(nodes)
        ]

    @property
    def version(self) -> str:
        """Return the version of OpenSearch."""
        return self._assembly.version

    @property
    def hosts(self) -> list[str]:
        """Return the addresses of all nodes, those that do not run included: ``127.0.0.1:PORT``."""
        return [f"127.0.0.1:{node.port}" for node in self.nodes]

    def __enter__(self) -> Self:
        try:
            for number in range(len(self.nodes)):
                self.start(number)
            self.wait(nodes=len(self.nodes))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- processes

    def start(self, number: int) -> None:
        """Start a node that does not run, and do not wait for it."""
        node = self.nodes[number]
        node.folder.mkdir(exist_ok=True)
        with Path(node.folder, "log").open("ab") as log:
            node.process = subprocess.Popen(
                [*self._command(), str(node.folder), ",".join(self._assembly.plugins), *self._settings(node)],
                stdin=subprocess.PIPE,  # a node ends when this is closed
                stdout=log,
                stderr=log,
                cwd=node.folder,
            )

    def kill(self, number: int) -> None:
        """Kill a node as a power failure would: it has no time to do anything."""
        node = self.nodes[number]
        if node.process:
            _end(node.process, 0)
            node.process = None

    def close(self) -> None:
        """Stop all nodes and remove their data."""
        running = [node.process for node in self.nodes if node.process]
        for process in running:
            if process.stdin:
                process.stdin.close()
        for process in running:
            _end(process, STOP_S)
        self._folder.cleanup()

    def _command(self) -> list[str]:
        jdk, folder = self._assembly.jdk, self._assembly.folder
        new = (
            ["--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector"] if jdk.version > 20 else []
        )
        return [
            str(jdk.folder / "bin" / "java"),
            *self._java,
            *new,
            "-Dopensearch.set.netty.runtime.available.processors=false",
            "-Dlog4j2.disable.jmx=true",
            "-cp",
            f"{folder / f'java-{jdk.version}'}:{folder / 'lib'}/*",
            "Node",
        ]

    def _settings(self, node: Node) -> list[str]:
        settings = {
            "cluster.name": "akhbar-test",
            "node.name": node.name,
            "network.host": "127.0.0.1",
            "http.port": node.port,
            "transport.port": node.transport_port,
            "discovery.type": "zen",
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{each.transport_port}" for each in self.nodes),
            "cluster.initial_cluster_manager_nodes": ",".join(each.name for each in self.nodes),
            "node.roles": "cluster_manager,data,ingest",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return [f"{name}={value}" for name, value in settings.items()]

    # -- questions

    def running(self) -> list[int]:
        """Return the numbers of the nodes that run."""
        return [at for at, node in enumerate(self.nodes) if node.process and node.process.poll() is None]

    def ask(self, path: str, number: int | None = None) -> Any:
        """Return what a node answers, the first that runs unless ``number`` is given; raises OSError."""
        for at in self.running() if number is None else [number]:
            url = f"http://{self.hosts[at]}{path}"
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=ASK_S) as answer:
                return json.load(answer)
        raise ConnectionError(f"no node answers {path}")

    def manager(self) -> int:
        """Return the number of the node that was elected cluster manager."""
        (elected,) = self.ask("/_cat/cluster_manager?format=json")
        return [node.name for node in self.nodes].index(elected["node"])

    def wait(self, *, nodes: int, status: str = "yellow", timeout_s: float = START_S) -> float:
        """Wait until the cluster has that many nodes and that health; return the seconds; raises NotStartedError."""
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < timeout_s:
            if self._ended():
                break
            with contextlib.suppress(OSError, ValueError):
                health = self.ask(f"/_cluster/health?wait_for_status={status}&wait_for_nodes={nodes}&timeout=1s")
                if not health["timed_out"]:
                    return time.monotonic() - begun
            time.sleep(0.1)
        logs = "\n".join(f"{node.name}: {_end_of(node.folder / 'log')}" for node in self.nodes)
        raise NotStartedError(f"no {status} cluster of {nodes} after {waited:.0f} s\n{logs}")

    def _ended(self) -> bool:
        """Return whether a node that nobody killed ended by itself."""
        return any(node.process and node.process.poll() is not None for node in self.nodes)


def _end(process: subprocess.Popen[bytes], patience_s: float) -> None:
    """Wait for a process to end, and kill it after a while."""
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()


def free_ports(count: int) -> Sequence[int]:
    """Return ports of 127.0.0.1 that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _end_of(log: Path, chars: int = 1500) -> str:
    return log.read_text("utf-8", errors="replace")[-chars:] if log.exists() else "no log"
