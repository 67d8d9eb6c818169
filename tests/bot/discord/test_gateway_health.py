"""What /healthz and /metrics tell of the connection to Discord."""

from __future__ import annotations

import math

import pytest

from bot.discord.gateway import Gateway, measure_latency
from bot.service.health import Metrics
from tests.bot.service.test_health import asked

WELL = Gateway(True, 0.042, 3.5)


def test_a_bot_that_is_connected_is_healthy() -> None:
    status, _, body = asked("/healthz", WELL.health)
    assert status == 200
    assert body == {
        "ready": True,
        "gateway_latency_seconds": 0.042,
        "last_event_seconds_ago": 3.5,
    }


@pytest.mark.parametrize(
    "gateway",
    [Gateway(False, 0.042, 3.5), Gateway(True, math.inf, 3.5), Gateway(True, math.nan, None)],
)
def test_a_bot_that_is_not_connected_is_not(gateway: Gateway) -> None:
    status, _, body = asked("/healthz", gateway.health)
    assert status == 503
    assert body["ready"] is gateway.ready
    assert body["gateway_latency_seconds"] in (0.042, None)


def test_a_quiet_server_makes_no_bot_unhealthy() -> None:
    assert asked("/healthz", Gateway(True, 0.042, 86_400).health)[0] == 200


def test_the_metrics_tell_the_latency() -> None:
    metrics = Metrics()
    measure_latency(metrics, lambda: WELL)
    assert metrics.registry.get_sample_value("quoth_gateway_latency_seconds") == 0.042
