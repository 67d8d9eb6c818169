"""How a door is doing: /healthz for a supervisor and /metrics for Prometheus, on loopback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.aiohttp import make_aiohttp_handler

from retrieval.errors import SettingsError

HOST = "127.0.0.1"
BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30)
OUTCOMES = ("answered", "abstained", "limited", "refused", "failed")
"""How a question ends: abstained without an answer, limited as its asker had asked too much,
refused as the desk was full."""


class Metrics:
    """What every door counts, in a registry of its own: two doors in a process don't mix."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.questions = Counter(
            "quoth_questions",
            "Questions, by outcome",
            ["outcome"],
            registry=registry,
        )
        for outcome in OUTCOMES:
            self.questions.labels(outcome)  # shown from the start, as 0
        self.latency = Histogram(
            "quoth_reply_seconds",
            "From a question to its reply, waiting included",
            buckets=BUCKETS,
            registry=registry,
        )
        self.queue = Gauge("quoth_queue", "Questions that wait for a worker", registry=registry)
        self.index_generation = Gauge(
            "quoth_index_generation", "Generation of the index", registry=registry
        )
        self.errors = Counter("quoth_errors", "Errors that nobody expected", registry=registry)

    def answered(self, found: bool, seconds: float) -> None:
        """Count a question that was answered after so many seconds, or had no answer."""
        self.questions.labels("answered" if found else "abstained").inc()
        self.latency.observe(seconds)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a door works, and the facts that /healthz tells of it."""

    healthy: bool
    facts: Mapping[str, float | None]


class HealthServer:
    """Serves /healthz (200, or 503 while the door isn't healthy) and /metrics.

    ``setting`` names the setting that the port is from.
    """

    def __init__(
        self, port: int, metrics: Metrics, health: Callable[[], Health], setting: str
    ) -> None:
        self._port = port
        self._health = health
        self._setting = setting
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/metrics", make_aiohttp_handler(metrics.registry))
        self._runner = web.AppRunner(app, access_log=None)

    @property
    def port(self) -> int:
        """The port that is listened on: the one that was given, or a free one instead of 0."""
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listen. Raises SettingsError when the port can't be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError as error:
            await self.stop()
            raise SettingsError(
                f"{self._setting} {self._port} can't be opened ({error.strerror}): set another one"
            ) from error

    async def stop(self) -> None:
        """Stop listening; requests that have begun are answered."""
        await self._runner.cleanup()

    async def _healthz(self, request: web.Request) -> web.Response:
        health = self._health()
        return web.json_response(dict(health.facts), status=200 if health.healthy else 503)
