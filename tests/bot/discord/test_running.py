"""What the process that answers on Discord sets up."""

from __future__ import annotations

import json

import pytest

from bot.discord.running import TOKENS_AFTER
from tests.bot.service.test_logs import logged


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://discord.com/api/v10/webhooks/12/aW50ZXJ-_x.y/messages/@original",
         "https://discord.com/api/v10/webhooks/12/***/messages/@original"),
        ("/interactions/34/aW50ZXJhY3Rpb246/callback?with_response=1",
         "/interactions/34/***/callback?with_response=1"),
        ("'/webhooks/12/aW50'", "'/webhooks/12/***'"),
        ("/channels/12/messages/34", "/channels/12/messages/34"),
    ],
)  # fmt: skip
def test_tokens_of_interactions_are_blotted_out_of_urls(url: str, shown: str) -> None:
    [line] = logged("json", f"logging.info('PATCH %s failed', {url!r})", after=TOKENS_AFTER)
    assert json.loads(line)["event"] == f"PATCH {shown} failed"
