"""Counts for a Prometheus server: requests, how long they took, what they found, the index and its runs.

In several workers each counts into a file of its own in the folder that PROMETHEUS_MULTIPROC_DIR names (server.py makes
it), and whichever is asked adds them up. What is the same in all of them is looked up when asked.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from search.runs import RunCounts
from search.service import Reader
from search.web.access import Exchange

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: a repeated answer takes a tenth of a millisecond, a new one about one."""

NO_ROUTE = "none"
"""The route of a request for an address that there is not: addresses that readers make up are no labels."""


class RequestCounts:
    """What was asked and answered, by route template, method and status."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "blogsearch_requests", "Requests answered", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "blogsearch_request_seconds",
            "Time from a request to the end of its answer",
            ["route"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._answers = Counter(
            "blogsearch_answers",
            "Answers from the index; hit: kept from an earlier request",
            ["cache"],
            registry=self._registry,
        )
        self._empty = Counter("blogsearch_empty_answers", "Searches that found nothing", registry=self._registry)
        self._known: dict[tuple[str | None, str, int], tuple[Counter, Histogram]] = {}
        self._cached = {True: self._answers.labels("hit"), False: self._answers.labels("miss")}

    def add(self, exchange: Exchange) -> None:
        key = (exchange.route, exchange.method, exchange.status)
        found = self._known.get(key)
        if found is None:
            route = exchange.route or NO_ROUTE
            labelled = self._requests.labels(route, exchange.method, str(exchange.status))
            found = self._known[key] = (labelled, self._seconds.labels(route))
        found[0].inc()
        found[1].observe(exchange.seconds)
        if exchange.outcome is not None:
            self._cached[exchange.outcome.cached].inc()
            if exchange.outcome.total == 0:
                self._empty.inc()

    def exposition(self) -> bytes:
        """The counts of all workers, in Prometheus' text format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        of_all = CollectorRegistry()
        MultiProcessCollector(of_all)  # type: ignore[no-untyped-call]
        return generate_latest(of_all)


class IndexFacts(Collector):
    """What `reader` answers from (None: there is nothing yet to answer from), and the `runs` that the hook started."""

    def __init__(self, reader: Reader | None, runs: RunCounts) -> None:
        self._reader = reader
        self._runs = runs

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily("blogsearch_hook_runs", "Index runs of the hook that ended", self._runs.ended)
        yield CounterMetricFamily("blogsearch_hook_run_failures", "Those of them that failed", self._runs.failed)
        reader = self._reader
        yield GaugeMetricFamily("blogsearch_index_ready", "1 where an index is loaded", int(reader is not None))
        if reader is not None:
            built = reader.built.replace(tzinfo=UTC)
            yield InfoMetricFamily("blogsearch_index", "The state of the index", {"generation": reader.generation})
            yield GaugeMetricFamily("blogsearch_index_posts", "Posts in the index", reader.status().posts)
            yield GaugeMetricFamily(
                "blogsearch_index_built_timestamp_seconds", "When the index was published", built.timestamp()
            )
            yield GaugeMetricFamily(
                "blogsearch_index_age_seconds",
                "Time since the index was published",
                (datetime.now(UTC) - built).total_seconds(),
            )

    def exposition(self) -> bytes:
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)
