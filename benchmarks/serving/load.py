"""Load: pages and REST answers a second, then mixed requests while the index is updated.

    python benchmarks/serving/load.py INDEX [--workers 2] [--clients 8] [--seconds 20] [--mixed 600] [--update-every 5]

``akhbar serve`` serves a copy of ``INDEX``; clients in threads of this process keep their connections and accept gzip; pages
and REST answers are asked for under a host name of their own each time, so that none is one that was kept; those *again*
may be. The CPU time of the server for an answer tells what two cores of their own would serve. Of the mixed part the
memory (private, of all processes), the descriptors and the folder of the index are told as they go on. The exit status
is 1 where any answer was not 200.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.serving.page import default_queries

COMMAND = (sys.executable, "-c", "from search_app.cli import main; main()")
MIXED = (
    "/?q={}",
    "/api/v1/search?q={}&facets=source",
    "/?q={}&sort=newest&page=2",
    "/api/v1/suggest?q={}",
    "/search.atom?q={}",
    "/?lang=en&q={}",
    "/api/v1/coverage?q={}",
    "/",
)


class Clients:
    """Threads that ask for ``paths`` in turn for ``seconds``; ``times`` in ms, ``errors`` with what came instead."""

    def __init__(
        self, server: int, port: int, paths: Sequence[str], clients: int, seconds: float, *, again: bool = True
    ) -> None:
        self.times: list[float] = []
        self.errors: list[str] = []
        self._port, self._end = port, time.monotonic() + seconds
        self._paths, self._numbers, self._again = paths, itertools.count(), again
        threads = [threading.Thread(target=self._ask) for _ in range(clients)]
        started, worked = time.monotonic(), cpu_seconds(server)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.rate = len(self.times) / (time.monotonic() - started)
        self.cpu_ms = (cpu_seconds(server) - worked) / len(self.times) * 1000

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while time.monotonic() < self._end:
            number, started = next(self._numbers), time.perf_counter()
            path = self._paths[number % len(self._paths)]
            host = "localhost" if self._again else f"h{number}.example"
            try:
                connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Host": host})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(f"{path}: {error!r}")
                connection.close()
                continue
            self.times.append((time.perf_counter() - started) * 1000)
            if answer.status != 200:
                self.errors.append(f"{path}: {answer.status}")

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.times, n=20)
        return (
            f"{len(self.times):>7} answers, {self.rate:>5.0f}/s, {self.cpu_ms:.2f} ms of CPU, median {statistics.median(self.times):.1f} ms, "
            f"p95 {cuts[-1]:.1f} ms, most {max(self.times):.0f} ms, errors {len(self.errors)}"
        )


def processes_of(parent: int) -> Iterator[Path]:
    """Yield the folders in /proc of a process and its children."""
    yield Path(f"/proc/{parent}")
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split():
        yield Path(f"/proc/{child}")


def cpu_seconds(parent: int) -> float:
    """Return the CPU time that a server has taken."""
    stats = [(folder / "stat").read_text("ascii").rpartition(")")[2].split() for folder in processes_of(parent)]
    return sum(int(ticks) for stat in stats for ticks in stat[11:13]) / os.sysconf("SC_CLK_TCK")


def state(parent: int, index: Path) -> str:
    """Return the memory, the descriptors and the disk that a server takes."""
    folders = list(processes_of(parent))
    lines = [line for folder in folders for line in (folder / "status").read_text("ascii").splitlines()]
    private = sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
    files = sum(len(os.listdir(folder / "fd")) for folder in folders)  # noqa: PTH208  # /proc
    disk = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    return f"{private / 1024:.0f} MiB, {files} descriptors, {disk / 1e6:.1f} MB on disk"


def update_until(done: threading.Event, index: Path, pause: float, updates: list[int]) -> None:
    """Add an article every ``pause`` seconds, by a process of its own."""
    file = index.parent / "new.jsonl"
    for number in itertools.count():
        if done.wait(pause):
            return
        article = {
            "id": f"load-{number}",
            "title": f"خبر جديد رقم {number}",
            "body": "وصل الخبر الآن.",
            "date": "2024-01-01",
        }
        file.write_text(json.dumps(article), "utf-8")
        updates.append(
            subprocess.run([*COMMAND, "update", file, "--index", index], stdout=subprocess.DEVNULL).returncode
        )


def watch_until(done: threading.Event, server: int, index: Path, pause: float) -> None:
    """Print the state of the server every ``pause`` seconds."""
    started = time.monotonic()
    while not done.wait(pause):
        print(f"  {time.monotonic() - started:>5.0f} s: {state(server, index)}", flush=True)


def mixed(server: int, port: int, index: Path, options: argparse.Namespace) -> Clients:
    """Ask for all kinds of answers while the index is updated."""
    done, updates = threading.Event(), list[int]()
    others = [
        threading.Thread(target=update_until, args=(done, index, options.update_every, updates)),
        threading.Thread(target=watch_until, args=(done, server, index, options.mixed / 10)),
    ]
    for other in others:
        other.start()
    paths = [form.format(quote(query)) for query, form in zip(default_queries(), itertools.cycle(MIXED), strict=False)]
    asked = Clients(server, port, paths, options.clients, options.mixed)
    done.set()
    for other in others:
        other.join()
    print(f"{len(updates)} updates, {sum(map(bool, updates))} failed")
    return asked


def main() -> None:
    """Serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index", type=Path)
    for name, default in {"workers": 2, "clients": 8, "seconds": 20, "mixed": 600, "update-every": 5}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        shutil.copytree(options.index, index)
        command = [*COMMAND, "serve", "--index", str(index), "--port", "0", "--workers", str(options.workers)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
        ) as server:
            try:
                failed = measure(server, index, options)
            finally:
                server.send_signal(signal.SIGTERM)
    sys.exit(bool(failed))


def measure(server: subprocess.Popen[str], index: Path, options: argparse.Namespace) -> list[str]:
    """Print the figures of a server that has started; return its errors."""
    told = next(iter(server.stdout or ()))
    port = int(told.split("127.0.0.1:")[1].split("/")[0])
    errors = []
    queries = [quote(query) for query in default_queries()]
    for name, form in {"pages": "/?q={}", "REST": "/api/v1/search?q={}", "again": "/?q={}"}.items():
        paths = [form.format(query) for query in queries]
        Clients(server.pid, port, paths, options.clients, 5)  # so that each process has read all queries
        asked = Clients(server.pid, port, paths, options.clients, options.seconds, again=name == "again")
        print(f"{name:<9}{asked}", flush=True)
        errors += asked.errors
    if options.mixed:
        print(f"  before: {state(server.pid, index)}")
        asked = mixed(server.pid, port, index, options)
        print(f"{'mixed':<9}{asked}")
        errors += asked.errors
    for error in errors[:10]:
        print(error)
    return errors


if __name__ == "__main__":
    main()
