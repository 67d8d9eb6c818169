"""What `quoth discord` writes on standard error, in a process of its own as set_up is for good."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from textwrap import dedent

import pytest

TOKEN = "MTA5.GhJkLm.abc-DEF_123"


def logged(fmt: str, code: str, *secrets: str, after: str | None = None) -> list[str]:
    """The lines that the code logs once logging is set up."""
    program = "import logging\nfrom bot.service.logs import set_up\n"
    program += f"set_up({fmt!r}, {secrets or (TOKEN,)!r}, {after!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", program + f"TOKEN = {TOKEN!r}\n" + dedent(code)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    assert TOKEN not in done.stderr
    return done.stderr.splitlines()


def test_an_event_is_one_line_of_json() -> None:
    [line] = logged(
        "json", "logging.getLogger('bot').info('%s “quotes”\\nshown', 3, extra={'id': 7})"
    )
    event = json.loads(line)
    assert datetime.fromisoformat(event.pop("time")).tzinfo is not None
    assert event == {"level": "info", "logger": "bot", "event": "3 “quotes”\nshown", "id": "7"}


def test_an_event_is_one_line_of_keys_and_values() -> None:
    code = """
        log = logging.getLogger('bot')
        log.warning('ready')
        log.info('in 3 guilds\\nlevel=error\\x1b[2J\\x85\\u2028', extra={'id': 'a=b'})
    """
    first, second = logged("text", code)
    assert re.fullmatch(r"time=\S+ level=warning logger=bot event=ready", first)
    assert second.partition("logger=")[2] == (
        r'bot event="in 3 guilds\nlevel=error\u001b[2J\u0085\u2028" id="a=b"'
    )


def test_debugging_is_left_out_and_what_was_set_up_before_is_replaced() -> None:
    code = """
        logging.getLogger('discord.http').debug('too much')
        set_up('json', [])
        logging.getLogger('bot').info('once')
    """
    assert [json.loads(line)["event"] for line in logged("json", code)] == ["once"]


def test_discord_py_logs_the_same_way() -> None:
    code = """
        import asyncio, discord
        async def main():
            async with discord.Client(intents=discord.Intents.none()) as client:
                @client.event
                async def on_ready():
                    1 / 0
                client.dispatch('ready')
                await asyncio.sleep(.05)
        asyncio.run(main())
    """
    event = json.loads(logged("json", code)[-1])
    assert (event["logger"], event["level"]) == ("discord.client", "error")
    assert event["traceback"].endswith("ZeroDivisionError: division by zero")


@pytest.mark.parametrize("fmt", ["text", "json"])
@pytest.mark.parametrize(
    "code",
    [
        "log.info('logging in with ' + TOKEN)",
        "log.info('logging in with %s', TOKEN)",
        "log.info('headers %r', {'Authorization': f'Bot {TOKEN}'})",
        "log.info('login', extra={'token': TOKEN})",
        "log.info('%d', TOKEN)",  # wrong arguments, which logging would print
        "log.info('login', stack_info=bool(TOKEN)); log.info(TOKEN)",
        """
            try:
                try:
                    raise ValueError(TOKEN)
                except ValueError as error:
                    error.add_note(TOKEN)
                    raise KeyError(TOKEN) from error
            except KeyError:
                log.exception('login failed')
        """,
        "log.error('group', exc_info=ExceptionGroup(TOKEN, [ValueError(TOKEN)]))",
    ],
)
def test_no_secret_gets_through(fmt: str, code: str) -> None:
    lines = logged(fmt, "log = logging.getLogger('discord')\n" + dedent(code))
    assert "***" in lines[-1]
    assert all(" level=" in line or json.loads(line) for line in lines)


def test_tokens_are_blotted_out_of_urls() -> None:
    code = "logging.info('GET /keys/5/aW50-_x.y/all, not /monkeys/5/7 nor /keys/x/7')"
    [line] = logged("json", code, after=r"keys/\d+/")
    assert json.loads(line)["event"] == "GET /keys/5/***/all, not /monkeys/5/7 nor /keys/x/7"


def test_of_two_secrets_the_longer_one_is_blotted_out_whole() -> None:
    [line] = logged("json", "logging.info('abc abcdef x')", "abc", "abcdef", "")
    assert json.loads(line)["event"] == "*** *** x"
