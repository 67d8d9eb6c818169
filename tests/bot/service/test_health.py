"""/healthz and /metrics, asked over a real connection."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.service.health import Health, HealthServer, Metrics
from retrieval.errors import SettingsError


def asked(path: str, health: Health, metrics: Metrics | None = None) -> tuple[int, str, Any]:
    """The status, the content type and the body."""

    async def scenario() -> tuple[int, str, Any]:
        server = HealthServer(0, metrics or Metrics(), lambda: health, SETTING)
        await server.start()
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session,
            session.get(path) as response,
        ):
            as_json = response.content_type == "application/json"
            body = await (response.json() if as_json else response.text())
        await server.stop()
        return response.status, response.content_type, body

    return asyncio.run(scenario())


SETTING = "discord.health_port"
WELL = Health(True, {"ready": True, "last_event_seconds_ago": 3.5})


@pytest.mark.parametrize(("healthy", "status"), [(True, 200), (False, 503)])
def test_the_facts_are_told_with_the_status_that_a_supervisor_reads(
    healthy: bool, status: int
) -> None:
    facts = {"ready": healthy, "last_event_seconds_ago": None}
    told, content_type, body = asked("/healthz", Health(healthy, facts))
    assert (told, content_type, body) == (status, "application/json", facts)


def test_the_metrics_tell_what_was_counted() -> None:
    metrics = Metrics()
    for found, seconds in ((True, 0.2), (True, 4), (False, 0.01)):
        metrics.answered(found, seconds)
    metrics.questions.labels("limited").inc()
    metrics.errors.inc()
    metrics.queue.set_function(lambda: 7)
    metrics.index_generation.set(12)
    status, content_type, body = asked("/metrics", WELL, metrics)
    assert (status, content_type) == (200, "text/plain")
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }
    outcomes = {key[1]: value for key, value in values.items() if "questions_total" in key[0]}
    assert outcomes == {"answered": 2, "abstained": 1, "limited": 1, "refused": 0, "failed": 0}
    assert values["quoth_reply_seconds_count",] == 3
    assert values["quoth_reply_seconds_sum",] == pytest.approx(4.21)
    buckets = [values["quoth_reply_seconds_bucket", edge] for edge in ("0.05", "0.2", "3.0", "5.0")]
    assert buckets == [1, 2, 2, 3]
    assert values["quoth_errors_total",] == 1
    assert values["quoth_queue",] == 7
    assert values["quoth_index_generation",] == 12


def test_two_bots_in_a_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.errors.inc()
    assert second.registry.get_sample_value("quoth_errors_total") == 0


def test_it_listens_on_loopback_only() -> None:
    async def scenario() -> None:
        server = HealthServer(0, Metrics(), lambda: WELL, SETTING)
        await server.start()
        # Every address of 127.0.0.0/8 is this machine's, so one that listens on all answers here.
        with pytest.raises(OSError):  # noqa: PT011
            await asyncio.open_connection("127.0.0.2", server.port)
        await server.stop()

    asyncio.run(scenario())


def test_a_port_that_is_taken_is_told_as_the_setting_to_change() -> None:
    async def scenario() -> None:
        first = HealthServer(0, Metrics(), lambda: WELL, SETTING)
        await first.start()
        second = HealthServer(first.port, Metrics(), lambda: WELL, SETTING)
        with pytest.raises(SettingsError, match=rf"^discord\.health_port {first.port} can't be"):
            await second.start()
        await first.stop()

    asyncio.run(scenario())
