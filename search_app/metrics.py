"""Metrics at ``/metrics`` in the text form of Prometheus: requests by endpoint and status, their time, and the index.

Several worker processes write theirs to files in the folder that ``PROMETHEUS_MULTIPROC_DIR`` names, and any of them
answers for all; it must be set before this module is imported.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from indexer import IndexUnusableError
from search_app.index_holder import IndexHolder, holder_of

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class IndexMetrics(Collector):
    """What the index holds, read when it is asked for."""

    def __init__(self, holder: IndexHolder) -> None:
        self._holder = holder

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges of the index; ``akhbar_index_up`` alone is 0 when it cannot be used."""
        try:
            stats = self._holder.get().stats()
        except IndexUnusableError:
            yield GaugeMetricFamily("akhbar_index_up", "1 while the index can be searched", value=0)
            return
        yield GaugeMetricFamily("akhbar_index_up", "1 while the index can be searched", value=1)
        yield GaugeMetricFamily("akhbar_index_degraded", "1 while an older generation answers", bool(stats.degraded))
        yield GaugeMetricFamily("akhbar_index_articles", "articles of the index", stats.articles)
        yield GaugeMetricFamily("akhbar_index_generation", "number of the live generation", stats.generation)
        yield GaugeMetricFamily("akhbar_index_bytes", "size of the index", stats.size_bytes)
        yield GaugeMetricFamily("akhbar_index_updated_seconds", "when it was written", stats.updated.timestamp())


def measure_requests(app: Flask) -> None:
    """Let ``app`` count its requests, and answer ``/metrics``."""
    own = CollectorRegistry()
    requests = Counter("akhbar_requests", "requests answered", ("endpoint", "status"), registry=own)
    seconds = Histogram("akhbar_request_seconds", "time to an answer", ("endpoint",), buckets=_SECONDS, registry=own)
    index = IndexMetrics(holder_of(app))

    @app.before_request
    def start_clock() -> None:
        g.measured_from = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        requests.labels(endpoint, response.status_code).inc()
        if "measured_from" in g:
            seconds.labels(endpoint).observe(time.perf_counter() - g.measured_from)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        answered = own
        if os.environ.get(FOLDER_VARIABLE):
            answered = CollectorRegistry()
            MultiProcessCollector(answered)  # type: ignore[no-untyped-call]
        of_index = CollectorRegistry()
        of_index.register(index)
        return Response(generate_latest(answered) + generate_latest(of_index), content_type=CONTENT_TYPE_LATEST)
