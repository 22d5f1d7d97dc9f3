"""Slow clients: how a server answers others while many connections send one header line every few seconds.

python benchmarks/serving/slow_clients.py http://127.0.0.1:8000/ --connections 1000 --seconds 30
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
import urllib.parse


async def drip(host: str, port: int, end: float, pause: float) -> str:
    """Hold a connection open until ``end``, a header line each ``pause`` seconds; return how it ended."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        return type(error).__name__
    try:
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        while time.monotonic() < end:
            writer.write(b"X-Slow: 1\r\n")
            await writer.drain()
            await asyncio.sleep(pause)
            if reader.at_eof():
                return "closed by the server"
        return "held"
    except OSError:
        return "closed by the server"
    finally:
        writer.close()


async def ask(host: str, port: int, path: str) -> float:
    """Return the seconds that a complete answer with status 200 takes."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), timeout=20)
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{path}: {answer[:80]!r}")
    return time.perf_counter() - started


async def run(options: argparse.Namespace) -> None:
    """Hold the slow connections, ask meanwhile, and print what came of both."""
    url = urllib.parse.urlsplit(options.url)
    host, port = url.hostname or "127.0.0.1", url.port or 80
    end = time.monotonic() + options.seconds
    slow = [asyncio.create_task(drip(host, port, end, options.pause)) for _ in range(options.connections)]
    await asyncio.sleep(2)
    times = []
    while time.monotonic() < end:
        times.append(await ask(host, port, options.path))
        await asyncio.sleep(0.2)
    endings = [await task for task in slow]
    counts = {ending: endings.count(ending) for ending in sorted(set(endings))}
    print(f"{options.connections} slow connections: {counts}")
    print(
        f"{len(times)} other requests: median {statistics.median(times) * 1000:.0f} ms, most {max(times) * 1000:.0f} ms"
    )


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--connections", type=int, default=105)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--pause", type=float, default=5)
    parser.add_argument("--path", default="/healthz")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
