"""How the connection to Discord is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import Gauge

from bot.service.health import Health, Metrics


@dataclass(frozen=True, slots=True)
class Gateway:
    """How the connection to Discord is."""

    ready: bool
    latency: float
    """Seconds from the last heartbeat to its acknowledgement; not finite without a connection."""
    quiet: float | None
    """Seconds since the last event, None before the first. A small server may be quiet for hours,
    so it is told and not judged."""

    @property
    def health(self) -> Health:
        """What /healthz tells of it."""
        connected = math.isfinite(self.latency)
        facts = {
            "ready": self.ready,
            "gateway_latency_seconds": self.latency if connected else None,
            "last_event_seconds_ago": self.quiet,
        }
        return Health(self.ready and connected, facts)


def measure_latency(metrics: Metrics, gateway: Callable[[], Gateway]) -> None:
    """Have /metrics tell the connection's latency too."""
    gauge = Gauge(
        "quoth_gateway_latency_seconds",
        "From a heartbeat to its acknowledgement",
        registry=metrics.registry,
    )
    gauge.set_function(lambda: gateway().latency)
