"""Metrics: what the service counts of itself, as Prometheus reads it."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """Counters of one service, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "sluice_requests", "Requests for predictions", ["model", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "sluice_request_seconds", "Time to an answer", ["model"], buckets=_SECONDS, registry=self.registry
        )
        self.rows = Counter("sluice_rows", "Rows scored", ["model", "version", "role"], registry=self.registry)
        self.version = Gauge("sluice_version", "Version that is served", ["model", "role"], registry=self.registry)
        self.unsaved = Gauge("sluice_unsaved_rows", "Predictions not in the log yet", ["model"], registry=self.registry)
        self.unsaved_failures = Gauge(
            "sluice_log_failures", "Attempts to write the log that failed", ["model"], registry=self.registry
        )
        self.reload_failures = Counter(
            "sluice_reload_failures",
            "Times a version could not be looked up or loaded",
            ["model"],
            registry=self.registry,
        )
        self.not_shadowed = Counter(
            "sluice_not_shadowed_rows", "Rows that the challenger could not score", ["model"], registry=self.registry
        )
