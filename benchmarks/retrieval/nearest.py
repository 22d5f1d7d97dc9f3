"""Nearest vectors in large indexes: what looking at all of them costs, and what others miss that look at a part.

    python benchmarks/retrieval/nearest.py INDEX [--vectors 300000] [--clusters 512] [--graph]

The vectors are those of an embedded index, repeated with noise; the searches are those of meaning_probes.tsv. Printed
are milliseconds of one thread (least and median) for all vectors; the recall and the share that is read of k-means
clusters, of which the nearest are looked at; and of an HNSW graph, where usearch is installed.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from indexer import open_index
from indexer.kernels.vectors import Array, Vectors, cosines, inverse_lengths, quantize
from indexer.meaning.encoders import configured_encoder
from indexer.meaning.search import NEAR
from indexer.storage.generations import Generations
from indexer.storage.segment.vectors import VectorFile

PROBES = Path(__file__).with_name("meaning_probes.tsv")
SEGMENT = 65_536
NOISE = 6.0
WANTED = 10


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--vectors", type=int, default=300_000)
    parser.add_argument("--clusters", type=int)
    parser.add_argument("--graph", action="store_true")
    chosen = parser.parse_args()
    rows = made_vectors(chosen.index, chosen.vectors)
    texts = [line.split("\t")[1] for line in PROBES.read_text("utf-8").splitlines() if not line.startswith("#")]
    queries = quantize(configured_encoder().encode(texts[:40])).rows
    segments = [Vectors(part, inverse_lengths(part)) for part in np.split(rows, range(SEGMENT, len(rows), SEGMENT))]
    least, median = milliseconds(lambda query: [cosines(query.tobytes(), each) for each in segments], queries)
    print(f"{len(rows):,} vectors, all of them: {least:.1f} ms at least, {median:.1f} median")
    scores = [np.concatenate([cosines(query.tobytes(), each) for each in segments]) for query in queries]
    if chosen.clusters:
        measure_clusters(rows, queries, scores, chosen.clusters)
    if chosen.graph:
        measure_graph(rows, queries, scores)


def made_vectors(index: Path, count: int) -> Array:
    """Return ``count`` quantized vectors: those of an index, then the same with noise."""
    with open_index(index):
        folder = Generations(index).live().path
    own = np.concatenate([VectorFile(path).vectors.rows for path in sorted(folder.glob("s*.vec"))])
    chance = np.random.default_rng(1)
    rows = np.empty((count, own.shape[1]), np.int8)
    for start in range(0, count, len(own)):
        some = own[: count - start].astype(np.float32)
        noise = chance.normal(0, NOISE, some.shape).astype(np.float32) if start else np.zeros_like(some)
        rows[start : start + len(some)] = quantize(some + noise).rows
    return rows


def milliseconds(search: Callable[[Array], object], queries: Array) -> tuple[float, float]:
    """Return the least and the median milliseconds of ``search`` for a query."""
    times = []
    for query in queries:
        started = time.perf_counter()
        search(query)
        times.append((time.perf_counter() - started) * 1000)
    return min(times), float(np.median(times))


def best(scores: Array) -> set[int]:
    """Return the numbers of the nearest vectors."""
    return {*np.argpartition(-scores, WANTED)[:WANTED].tolist()}


def unit(rows: Array) -> Array:
    """Return rows as floats of length 1."""
    floats = rows.astype(np.float32)
    return np.asarray(floats / np.maximum(np.linalg.norm(floats, axis=1, keepdims=True), 1e-9))


def measure_clusters(rows: Array, queries: Array, scores: list[Array], count: int) -> None:
    """Print what is found when only the clusters nearest to the query are looked at."""
    chance = np.random.default_rng(1)
    sample = unit(rows[np.sort(chance.choice(len(rows), min(len(rows), 40 * count), replace=False))])
    centres = sample[:count]
    for _ in range(8):
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest_centre(sample, centres), sample)
        centres = unit(np.where(sums.any(axis=1, keepdims=True), sums, centres))
    cluster = np.concatenate(
        [nearest_centre(unit(part), centres) for part in np.split(rows, range(8192, len(rows), 8192))]
    )
    order = np.argsort(-(unit(queries) @ centres.T), axis=1)
    for share in (64, 32, 16, 8, 4):
        looked = [np.isin(cluster, own[: count // share]) for own in order]
        recall = np.mean([part[[*best(own)]].mean() for part, own in zip(looked, scores, strict=True)])
        near = np.mean(
            [part[own >= NEAR].mean() for part, own in zip(looked, scores, strict=True) if (own >= NEAR).any()]
        )
        read = np.mean([part.mean() for part in looked])
        print(
            f"1/{share} of {count} clusters: reads {read:.3f}, recall@10 {recall:.3f}, of all from {NEAR} on {near:.3f}"
        )


def nearest_centre(rows: Array, centres: Array) -> Array:
    """Return the number of the centre nearest to each row."""
    return np.concatenate([(part @ centres.T).argmax(1) for part in np.split(rows, range(8192, len(rows), 8192))])


def measure_graph(rows: Array, queries: Array, scores: list[Array]) -> None:
    """Print what an HNSW graph finds, in which time, and what it costs to build."""
    library: Any = importlib.import_module("usearch.index")
    graph = library.Index(ndim=rows.shape[1], metric="cos", dtype="i8", connectivity=16, expansion_add=128)
    started = time.monotonic()
    graph.add(np.arange(len(rows)), rows, threads=2)
    print(f"HNSW: built in {time.monotonic() - started:.0f} s, {graph.memory_usage >> 20} MB")
    for width in (64, 128, 256, 512, 1024):
        graph.expansion_search = width
        least, median = milliseconds(lambda query: graph.search(query, WANTED, threads=1), queries)
        found = [{*graph.search(query, WANTED, threads=1).keys.tolist()} for query in queries]
        recall = np.mean([len(own & best(right)) / WANTED for own, right in zip(found, scores, strict=True)])
        print(f"width {width}: recall@10 {recall:.3f}, {least:.1f} ms at least, {median:.1f} median")


if __name__ == "__main__":
    main()
